//! UBL invoices made for the purpose: kinds, identifiers, values that do not fit, documents that are none.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/ubl.rs"]
mod ubl;

use plimsoll::trade::import::{Draft, ImportError, Why, import};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use ubl::{invoice, nothing_is_lost, record};

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
