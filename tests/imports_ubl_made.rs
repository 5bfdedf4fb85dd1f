//! UBL invoices made for the purpose: kinds, identifiers, values that do not fit, documents that are none.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/ubl.rs"]
mod ubl;

use plimsoll::trade::import::{Draft, ImportError, Why, import};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ubl::{document, invoice, nothing_is_lost, record};

fn draft(head: &str, rest: &str) -> Draft {
    let text = invoice(head, rest);
    let imported = import("invoice", text.as_bytes()).unwrap();
    nothing_is_lost("invoice", text.as_bytes(), &imported);
    record(&imported.drafts[0]);
    imported.drafts[0].clone()
}

#[test]
fn kinds_of_invoices() {
    for (code, action, actor) in [
        ("380", "ISSUED", "Seller"),
        ("393", "ISSUED", "Seller"),
        ("389", "ISSUED", "Buyer"),
        ("384", "CORRECTED", "Seller"),
        ("381", "CREDITED", "Seller"),
        ("261", "CREDITED", "Buyer"),
    ] {
        let party = |kind: &str, name: &str| {
            format!(
                "<cac:Accounting{kind}Party><cac:Party><cac:PartyName><cbc:Name>{name}</cbc:Name></cac:PartyName></cac:Party></cac:Accounting{kind}Party>"
            )
        };
        let parties = party("Supplier", "Seller") + &party("Customer", "Buyer");
        let draft = draft(&format!("<cbc:InvoiceTypeCode>{code}</cbc:InvoiceTypeCode>"), &parties);
        assert_eq!((draft.action.code, draft.body["invoiceTypeCode"].as_str()), (action, Some(code)));
        assert_eq!(draft.actor.unwrap()["partyName"], actor, "{code}");
    }
}

#[test]
fn identifiers_keep_their_scheme() {
    let identification = |scheme: &str, id: &str| {
        format!("<cac:PartyIdentification><cbc:ID{scheme}>{id}</cbc:ID></cac:PartyIdentification>")
    };
    let ids = [
        (
            " schemeID=\"GLN\"",
            "9501101530003",
            json!({"codeListProvider": "GS1", "codeListName": "GLN", "partyCode": "9501101530003"}),
        ),
        (
            " schemeID=\"LEI\"",
            "5493001KJTIIGC8Y1R12",
            json!({"codeListProvider": "GLEIF", "codeListName": "LEI", "partyCode": "5493001KJTIIGC8Y1R12"}),
        ),
        (
            " schemeID=\"0192\"",
            "987654325",
            json!({"codeListProvider": "ISO", "codeListName": "0192", "partyCode": "987654325"}),
        ),
        (" schemeID=\"CVR\"", "12", json!({"codeListProvider": "ZZZ", "codeListName": "CVR", "partyCode": "12"})),
        ("", "x", json!({"codeListProvider": "ZZZ", "partyCode": "x"})),
    ];
    let elements: String = ids.iter().map(|(scheme, id, _)| identification(scheme, id)).collect();
    let draft = draft("", &format!("<cac:PayeeParty>{elements}</cac:PayeeParty>"));
    let expected: Vec<&Value> = ids.iter().map(|(_, _, code)| code).collect();
    assert_eq!(draft.body["payee"]["identifyingCodes"], json!(expected));
    // By its number in ISO/IEC 6523 it is the same scheme.
    for (number, name) in [("0088", "GLN"), ("0199", "LEI"), ("0060", "DUNS")] {
        let text = invoice(
            "",
            &format!("<cac:PayeeParty>{}</cac:PayeeParty>", identification(&format!(" schemeID=\"{number}\""), "1")),
        );
        let imported = import("invoice", text.as_bytes()).unwrap();
        assert_eq!(imported.drafts[0].body["payee"]["identifyingCodes"][0]["codeListName"], name);
    }
}

#[test]
fn values_of_another_kind_are_kept_and_say_so() {
    let odd = "<cbc:IssueDate>2026-02-30</cbc:IssueDate><cbc:DueDate>2026-03-02Z</cbc:DueDate>\
        <cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity>7</cbc:InvoicedQuantity>\
        <cbc:LineExtensionAmount currencyID=\"EUR\">1.005</cbc:LineExtensionAmount>\
        <cac:Price><cbc:PriceAmount currencyID=\"USD\">1e3</cbc:PriceAmount></cac:Price></cac:InvoiceLine>\
        <cac:PaymentMeans><cbc:PaymentDueDate>2026-03-01</cbc:PaymentDueDate></cac:PaymentMeans>\
        <cac:PaymentMeans><cbc:PaymentDueDate>2026-03-03</cbc:PaymentDueDate></cac:PaymentMeans>";
    let text = invoice(odd, "<cbc:Note/>");
    let imported = import("invoice", text.as_bytes()).unwrap();
    let why: BTreeMap<&str, &Why> = imported.kept.iter().map(|kept| (kept.pointer.as_str(), &kept.why)).collect();
    for pointer in [
        "/Invoice/IssueDate",
        "/Invoice/DueDate",
        "/Invoice/InvoiceLine/InvoicedQuantity",
        "/Invoice/InvoiceLine/LineExtensionAmount",
        "/Invoice/InvoiceLine/Price/PriceAmount",
    ] {
        assert!(matches!(why[pointer], Why::Kind { .. }), "{pointer}: {:?}", why[pointer]);
    }
    assert_eq!(why["/Invoice/PaymentMeans[2]/PaymentDueDate"], &Why::Conflict { field: "/body/dueDate".into() });
    assert_eq!(imported.kept.iter().filter(|kept| kept.pointer == "/Invoice/Note").count(), 1, "empty, and said");
    record(&imported.drafts[0]);
}

#[test]
fn money_in_other_currencies_is_told_apart() {
    let taxes = "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>\
        <cac:TaxTotal><cbc:TaxAmount currencyID=\"EUR\">19.000</cbc:TaxAmount></cac:TaxTotal>\
        <cac:TaxTotal><cbc:TaxAmount currencyID=\"SEK\">210.50</cbc:TaxAmount></cac:TaxTotal>";
    let text = invoice("", taxes);
    let draft = &import("invoice", text.as_bytes()).unwrap().drafts[0];
    assert_eq!(draft.body["taxAmount"], "19.00");
    assert_eq!(draft.body["taxAccountingAmount"], json!({"value": "210.50", "currency": "SEK"}));
    record(draft);
}

#[test]
fn what_is_no_document_is_refused_with_the_reason() {
    let refused = |text: &str| match import("x.xml", text.as_bytes()) {
        Err(ImportError::NotADocument { what, reason }) => format!("{what}: {reason}"),
        other => panic!("{text}: {other:?}"),
    };
    let ubl =
        |root: &str, schema: &str| format!("<{root} xmlns='urn:oasis:names:specification:ubl:schema:xsd:{schema}'/>");
    assert!(refused(&ubl("Order", "Order-2")).starts_with("UBL Order: records begin"));
    assert!(refused(&ubl("Catalogue", "Catalogue-2")).contains("no record tells"));
    assert!(refused(&ubl("Invoice", "CreditNote-2")).contains("namespace"));
    assert!(refused(&ubl("Invoice", "Invoice-2")).contains("no number"));
    let cii = "<rsm:CrossIndustryInvoice xmlns:rsm='urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100'/>";
    assert!(refused(cii).contains("EN 16931"));
    let without = invoice("", "").replace("PayableAmount", "PrepaidAmount");
    assert!(refused(&without).contains("no currency"));
    assert!(refused(&invoice("", "").replace("\"EUR\"", "\"EURO\"")).contains("EURO"));
    assert!(refused(&invoice("", "").replace("100.00", "a lot")).contains("no amount payable"));
    for other in ["<html/>", "<Invoice/>", "<Invoice xmlns='urn:x'/>"] {
        assert!(matches!(import("x.xml", other.as_bytes()), Err(ImportError::Unrecognised { .. })), "{other}");
    }
}

fn drafts(text: &str) -> Vec<Draft> {
    let imported = import("x.xml", text.as_bytes()).unwrap();
    nothing_is_lost("x.xml", text.as_bytes(), &imported);
    imported.drafts.iter().for_each(|draft| drop(record(draft)));
    imported.drafts
}

/// Goods in two containers, by sea after a lorry.
const SHIPMENT: &str = "<cac:Shipment><cbc:ID>1</cbc:ID>\
    <cac:Consignment><cbc:ID>1</cbc:ID><cac:DeliveryTerms><cbc:ID>FOB</cbc:ID></cac:DeliveryTerms></cac:Consignment>\
    <cac:GoodsItem><cbc:Description>Batteries</cbc:Description><cbc:GrossWeightMeasure unitCode='KGM'>12400.50</cbc:GrossWeightMeasure>\
    <cac:Item><cac:CommodityClassification><cbc:CommodityCode>850760</cbc:CommodityCode></cac:CommodityClassification></cac:Item></cac:GoodsItem>\
    <cac:ShipmentStage><cbc:TransportModeCode>3</cbc:TransportModeCode><cbc:PreCarriageIndicator>true</cbc:PreCarriageIndicator></cac:ShipmentStage>\
    <cac:ShipmentStage><cbc:TransportModeCode>1</cbc:TransportModeCode>\
    <cac:TransportMeans><cbc:JourneyID>612E</cbc:JourneyID><cac:MaritimeTransport><cbc:VesselID>9321483</cbc:VesselID>\
    <cbc:VesselName>EMMA</cbc:VesselName></cac:MaritimeTransport></cac:TransportMeans>\
    <cac:LoadingPortLocation><cbc:ID schemeID='UN/LOCODE'>CNNGB</cbc:ID></cac:LoadingPortLocation>\
    <cac:UnloadingPortLocation><cbc:ID schemeID='UN/LOCODE'>NLRTM</cbc:ID></cac:UnloadingPortLocation></cac:ShipmentStage>\
    <cac:TransportHandlingUnit>\
    <cac:TransportEquipment><cbc:ID>CSQU3054383</cbc:ID><cbc:TransportEquipmentTypeCode>45G1</cbc:TransportEquipmentTypeCode>\
    <cac:TransportEquipmentSeal/><cac:TransportEquipmentSeal><cbc:ID>S-1</cbc:ID></cac:TransportEquipmentSeal></cac:TransportEquipment>\
    <cac:TransportEquipment><cbc:ID>MSKU0000011</cbc:ID></cac:TransportEquipment></cac:TransportHandlingUnit></cac:Shipment>";

#[test]
fn containers_and_vessels() {
    for (root, code) in [("BillOfLading", "BOL"), ("Waybill", "SWB")] {
        let draft = &drafts(&document(root, &format!("<cbc:ID>BL-7</cbc:ID>{SHIPMENT}")))[0];
        let body = Value::Object(draft.body.clone());
        for (field, expected) in [
            ("/transportDocumentTypeCode", json!(code)),
            ("/incoTerms", json!("FOB")),
            ("/transports/portOfLoading", json!({"UNLocationCode": "CNNGB"})),
            ("/transports/portOfDischarge", json!({"UNLocationCode": "NLRTM"})),
            (
                "/transports/vesselVoyages",
                json!([{"vesselName": "EMMA", "vesselIMONumber": "9321483", "carrierExportVoyageNumber": "612E"}]),
            ),
            ("/consignmentItems/0/HSCodes", json!(["850760"])),
            ("/consignmentItems/0/cargoItems/0/cargoGrossWeight", json!({"value": "12400.50", "unit": "KGM"})),
            (
                "/utilizedTransportEquipments",
                json!([
                    {"equipment": {"equipmentReference": "CSQU3054383", "ISOEquipmentCode": "45G1"}, "seals": [{"number": "S-1"}]},
                    {"equipment": {"equipmentReference": "MSKU0000011"}},
                ]),
            ),
        ] {
            assert_eq!(body.pointer(field), Some(&expected), "{root} {field}");
        }
    }
    let canal = document("Waybill", &format!("<cbc:ID>1</cbc:ID>{SHIPMENT}").replace("Code>1<", "Code>8<"));
    let error = import("x.xml", canal.as_bytes()).unwrap_err();
    assert!(error.to_string().contains("\"8\" has no waybill"), "{error}");
}

#[test]
fn receipts_of_several_lines() {
    let line = |inner: &str| format!("<cac:ReceiptLine><cbc:ID>1</cbc:ID>{inner}</cac:ReceiptLine>");
    let quantity = |name: &str, value: &str| format!("<cbc:{name}Quantity unitCode='KGM'>{value}</cbc:{name}Quantity>");
    let received = line(&quantity("Received", "90"));
    let rejected = line(&(quantity("Rejected", "10") + "<cbc:RejectReason>wet</cbc:RejectReason>"));
    let of = |lines: &str| drafts(&document("ReceiptAdvice", &format!("<cbc:ID>R-1</cbc:ID>{lines}"))).remove(0);
    let draft = of(&(received.clone() + &rejected));
    assert_eq!((draft.action.code, draft.body.get("receivedQuantity")), ("RECEIVING", None), "no sum is made up");
    assert_eq!(draft.body["receiptLines"][1]["rejectedQuantity"]["value"], "10");
    let draft = of(&rejected);
    assert_eq!((draft.action.code, draft.reference.as_str()), ("REJECTING", "R-1"));
    assert_eq!(draft.body["rejectedQuantity"]["value"], "10");
    let none = document("ReceiptAdvice", "<cbc:ID>R-1</cbc:ID>");
    assert!(import("x.xml", none.as_bytes()).unwrap_err().to_string().contains("no lines"));
}

fn remittance(line: impl Fn(usize) -> String, lines: usize) -> String {
    let lines: String =
        (0..lines).map(|at| format!("<cac:RemittanceAdviceLine>{}</cac:RemittanceAdviceLine>", line(at))).collect();
    document("RemittanceAdvice", &format!("<cbc:ID>ADV-1</cbc:ID><cbc:IssueDate>2026-03-02</cbc:IssueDate>{lines}"))
}

fn pays(invoice: &str, debit: &str) -> String {
    format!(
        "<cbc:DebitLineAmount currencyID='EUR'>{debit}</cbc:DebitLineAmount><cac:BillingReference>\
         <cac:InvoiceDocumentReference><cbc:ID>{invoice}</cbc:ID></cac:InvoiceDocumentReference></cac:BillingReference>"
    )
}

#[test]
fn an_advice_pays_each_invoice_it_names() {
    let text = remittance(
        |at| match at {
            0 => pays("INV-1", "10.00"),
            1 => pays("INV-2", "20.00"),
            2 => "<cbc:DebitLineAmount currencyID='EUR'>1.00</cbc:DebitLineAmount>".to_owned(),
            3 => {
                "<cbc:CreditLineAmount currencyID='EUR'>5.00</cbc:CreditLineAmount>".to_owned()
                    + &pays("INV-3", "20.00")
            }
            4 => pays("INV-4", "a lot"),
            _ => pays("INV-5", "1.00").replace("EUR", "EURO"),
        },
        6,
    );
    let imported = import("x.xml", text.as_bytes()).unwrap();
    nothing_is_lost("x.xml", text.as_bytes(), &imported);
    let paid: Vec<(&str, &Value)> =
        imported.drafts.iter().map(|draft| (draft.reference.as_str(), &draft.body["amount"])).collect();
    assert_eq!(paid, [("INV-1", &json!("10.00")), ("INV-2", &json!("20.00"))]);
    assert_ne!(imported.drafts[0].record_id, imported.drafts[1].record_id);
    let reasons: Vec<&str> = imported.refused.iter().map(|refused| refused.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "the line names no invoice",
            "the line sets credit off against debit",
            "the line states no amount that can be read",
            "the line names no currency of ISO 4217",
        ]
    );
    assert_eq!(imported.refused[1].pointer, "/RemittanceAdvice/RemittanceAdviceLine[4]");
    let alone = remittance(|_| "<cbc:ID>1</cbc:ID>".to_owned(), 1);
    assert!(import("x.xml", alone.as_bytes()).unwrap_err().to_string().contains("names no invoice"));
}

#[test]
fn long_documents_take_no_long_time() {
    let start = std::time::Instant::now();
    let line = "<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode='C62'>1</cbc:InvoicedQuantity>\
        <cbc:LineExtensionAmount currencyID='EUR'>1.00</cbc:LineExtensionAmount><cac:Item><cbc:Name>x</cbc:Name></cac:Item>\
        <cac:Price><cbc:PriceAmount currencyID='EUR'>1.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>";
    let long = import("x.xml", invoice("", &line.repeat(5000)).as_bytes()).unwrap();
    assert_eq!(long.drafts[0].body["invoiceLines"].as_array().unwrap().len(), 5000);
    let long = import("x.xml", remittance(|at| pays(&format!("INV-{at}"), "1.00"), 9000).as_bytes()).unwrap();
    assert_eq!(long.drafts.len(), 9000);
    println!("  long documents: {:?}", start.elapsed());
    assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
    // Payments that repeat a party of many names are not repeated without end.
    let names: String = (0..20_000)
        .map(|at| format!("<cac:PartyIdentification><cbc:ID>{at}</cbc:ID></cac:PartyIdentification>"))
        .collect();
    let text = remittance(|at| pays(&format!("INV-{at}"), "1.00"), 2000);
    let text = text.replacen("<cac:Rem", &format!("<cac:PayeeParty>{names}</cac:PayeeParty><cac:Rem"), 1);
    assert!(import("x.xml", text.as_bytes()).unwrap_err().to_string().contains("values together"));
}
