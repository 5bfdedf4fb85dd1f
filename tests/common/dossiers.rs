//! Consistent dossiers by the thousand, for the figure of how fast a client replays and cross-checks them: every rule of F1 to
//! F9 is held in each, and clearing rounds settle receivables of many.
//!
//! Needs `story` beside it at the root of whatever takes it in.

use crate::story::Story;
use serde_json::{Value, json};

/// Dossiers whose receivables one round clears.
const ROUND: usize = 50;
/// How many sellers and buyers there are.
const PARTIES: usize = 40;
const CARRIER: &str = "Plover Maritime Services Ltd.";
const BANK: &str = "Maashaven Handelsbank N.V.";
const FINANCIER: &str = "Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.";
const CUSTOMS: &str = "Douane Rotterdam";
const CENTRE: &str = "Beilun Shipping Clearing Centre";

fn seller(number: usize) -> String {
    format!("Ningbo Works No. {} Co., Ltd.", number % PARTIES)
}

fn buyer(number: usize) -> String {
    format!("Waterbouw {} B.V.", number * 7 % PARTIES)
}

fn named(name: &str) -> Value {
    json!({"partyName": name})
}

/// A container's number, with the check digit of ISO 6346.
fn container(number: usize) -> String {
    let text = format!("PLMU{:06}", number % 1_000_000);
    let value = |letter: u8| match letter {
        b'0'..=b'9' => u64::from(letter - b'0'),
        // Multiples of eleven are left out.
        _ => {
            (0..u64::from(letter - b'A')).fold(10, |value, _| if (value + 1) % 11 == 0 { value + 2 } else { value + 1 })
        }
    };
    let sum: u64 = text.bytes().enumerate().map(|(at, letter)| value(letter) << at).sum();
    format!("{text}{}", sum % 11 % 10)
}

/// A story of so many records or a few more, of one dossier after the other, and a round after every fifty.
pub fn story(records: usize) -> Story {
    let mut story = Story::default();
    let mut number = 0;
    while story.told.len() < records {
        number += 1;
        tell(&mut story, number);
        if number % ROUND == 0 {
            clear(&mut story, number);
        }
    }
    story
}

/// Amounts differ from dossier to dossier: whole euros.
fn value(number: usize) -> usize {
    50_000 + number * 37 % 90_000
}

fn tell(story: &mut Story, number: usize) {
    let (seller, buyer, bill, of) = (seller(number), buyer(number), format!("PLM{number:07}"), container(number));
    let (value, invoice) = (value(number), format!("INV-{number}"));
    let total = format!("{value}.00");
    let goods = json!([{"descriptionOfGoods": "Centrifugal pumps", "HSCodes": ["841370"], "cargoItems": [
        {"equipmentReference": of, "cargoGrossWeight": {"value": "9840", "unit": "KGM"},
         "outerPackaging": {"packageCode": "CR", "numberOfPackages": 24}}]}]);
    let used = json!([{"equipment": {"equipmentReference": of, "ISOEquipmentCode": "45G1"}}]);
    let document = json!({
        "transportDocumentReference": bill, "transportDocumentTypeCode": "BOL", "isToOrder": true, "carrierCode": "PLMS",
        "shippedOnBoardDate": "2026-01-20", "issueDate": "2026-01-21",
        "documentParties": {"shipper": named(&seller), "issuingParty": named(CARRIER), "notifyParties": [named(&buyer)]},
        "transports": {"portOfLoading": {"UNLocationCode": "CNNGB"}, "portOfDischarge": {"UNLocationCode": "NLRTM"}},
        "consignmentItems": goods, "utilizedTransportEquipments": used,
        "declaredValue": total, "declaredValueCurrency": "EUR", "freightPaymentTermCode": "PRE",
        "charges": [{"chargeName": "Ocean freight", "currencyAmount": "1850.00", "currencyCode": "USD",
            "paymentTermCode": "PRE", "unitPrice": "925.00", "quantity": "2"}],
    });
    let paper = format!("transport-document/{bill}");
    let mut on_bill = |who: &str, what: &str, at: &str, to: Option<&str>, body: Value| {
        story.tell(who, &paper, what, at, to, body);
    };
    let instructed = json!({"shippingInstructionsReference": format!("SI-{number}"), "consignmentItems": goods,
        "utilizedTransportEquipments": used});
    on_bill(&seller, "shipping-instructions RECEIVED", "2026-01-10T08:00:00Z", None, instructed);
    on_bill(CARRIER, "transport-document ISSUED", "2026-01-21T08:00:00Z", None, document);
    let title = || json!({"transportDocumentReference": bill});
    on_bill(CARRIER, "title ISSUE", "2026-01-21T09:00:00Z", Some(&seller), title());
    on_bill(&seller, "title TRANSFER", "2026-01-27T08:00:00Z", Some(FINANCIER), title());
    on_bill(FINANCIER, "title TRANSFER", "2026-02-21T08:00:00Z", Some(&buyer), title());
    on_bill(&buyer, "title SURRENDER_FOR_DELIVERY", "2026-02-22T08:00:00Z", Some(CARRIER), title());
    on_bill(CARRIER, "title SURRENDERED", "2026-02-22T09:00:00Z", None, title());
    let equipment = format!("equipment/{of}");
    for (who, what, at, port, laden) in [
        (CARRIER, "equipment-event GTOT", "2026-01-16T08:00:00Z", "CNNGB", Some(false)),
        (CARRIER, "equipment-event GTIN", "2026-01-18T08:00:00Z", "CNNGB", Some(true)),
        (CARRIER, "equipment-event LOAD", "2026-01-20T08:00:00Z", "CNNGB", Some(true)),
        (CARRIER, "equipment-event DISC", "2026-02-18T08:00:00Z", "NLRTM", Some(true)),
        (CUSTOMS, "customs CUSR", "2026-02-22T10:00:00Z", "NLRTM", None),
        (CARRIER, "equipment-event GTOT", "2026-02-23T08:00:00Z", "NLRTM", Some(true)),
        (buyer.as_str(), "delivery ACCEPTING", "2026-02-25T08:00:00Z", "NLRTM", None),
    ] {
        let mut body = json!({"equipmentReference": of, "eventDateTime": at, "eventClassifierCode": "ACT",
            "eventLocation": {"UNLocationCode": port, "facilityTypeCode": if laden == Some(false) { "DEPO" } else { "POTE" }}});
        match laden {
            Some(laden) => body["emptyIndicatorCode"] = json!(if laden { "LADEN" } else { "EMPTY" }),
            None => body["transportDocumentReference"] = json!(bill),
        }
        if what == "delivery ACCEPTING" {
            body["receivedQuantity"] = json!({"value": "24", "unit": "CR"});
        }
        story.tell(who, &equipment, what, at, None, body);
    }
    let freight = format!("FR-{number}");
    let charged = json!({"documentNumber": freight, "issueDate": "2026-01-21", "currency": "USD", "seller": named(CARRIER),
        "buyer": named(&seller), "transportDocumentReference": bill, "payableAmount": "1850.00"});
    story.tell(CARRIER, &format!("invoice/{freight}"), "invoice ISSUED", "2026-01-21T10:00:00Z", None, charged);
    let line = json!({"itemName": "Centrifugal pumps", "HSCodes": ["841370"], "priceAmount": total,
        "invoicedQuantity": {"value": "1", "unit": "C62"}, "lineExtensionAmount": total});
    let body = json!({"documentNumber": invoice, "invoiceTypeCode": "380", "issueDate": "2026-01-22", "dueDate": "2026-05-22",
        "currency": "EUR", "seller": named(&seller), "buyer": named(&buyer), "incoTerms": "CIF", "invoiceLines": [line],
        "lineExtensionAmount": total, "taxExclusiveAmount": total, "taxAmount": "0.00", "taxInclusiveAmount": total,
        "payableAmount": total});
    let of_invoice = format!("invoice/{invoice}");
    story.tell(&seller, &of_invoice, "invoice ISSUED", "2026-01-22T08:00:00Z", None, body);
    story.tell(&buyer, &of_invoice, "invoice ACCEPTED", "2026-01-23T08:00:00Z", None, json!({}));
    let terms = json!({"faceAmount": total, "currency": "EUR", "issueDate": "2026-01-22", "maturityDate": "2026-05-22",
        "seller": named(&seller), "acceptor": named(&buyer),
        "invoiceReferences": [{"documentNumber": invoice, "issueDate": "2026-01-22", "totalInvoiceAmount": total}],
        "shipmentReferences": [{"carrierCode": "PLMS", "transportDocumentReference": bill}]});
    let money = |name: &str| json!({"currency": "EUR", name: total});
    let mut financed = money("TotalFinancedAmount");
    financed["financier"] = named(FINANCIER);
    for (who, action, at, to, body) in [
        (seller.as_str(), "APPLY", "2026-01-22T09:00:00Z", None, terms),
        (buyer.as_str(), "ACCEPT", "2026-01-23T08:00:00Z", None, money("acceptedAmount")),
        (BANK, "CONFIRM", "2026-01-24T08:00:00Z", None, money("amount")),
        (seller.as_str(), "FINANCE", "2026-01-26T08:00:00Z", Some(FINANCIER), financed),
        (buyer.as_str(), "PAY", "2026-02-20T08:00:00Z", Some(FINANCIER), money("amount")),
    ] {
        story.tell(who, &format!("receivable/RCV-{number}"), &format!("receivable {action}"), at, to, body);
    }
}

/// A round that clears the receivables of the last dossiers, with whatever nets out of them.
fn clear(story: &mut Story, last: usize) {
    let mut nets: std::collections::BTreeMap<String, i64> = Default::default();
    let obligations: Vec<Value> = (last + 1 - ROUND..=last)
        .map(|number| {
            let amount = value(number) as i64;
            *nets.entry(buyer(number)).or_default() -= amount;
            *nets.entry(seller(number)).or_default() += amount;
            json!({"debtor": named(&buyer(number)), "creditor": named(&seller(number)), "amount": format!("{amount}.00"),
                "currency": "EUR", "receivableId": format!("RCV-{number}")})
        })
        .collect();
    let participants: Vec<Value> = nets.keys().map(|name| named(name)).collect();
    let nets: Vec<(String, i64)> = nets.into_iter().filter(|(_, net)| *net != 0).collect();
    let row =
        |name: &str, net: i64| json!({"participant": named(name), "amount": format!("{net}.00"), "currency": "EUR"});
    let positions: Vec<Value> = nets.iter().map(|(name, net)| row(name, *net)).collect();
    let settlements: Vec<Value> = nets
        .iter()
        .map(|(name, net)| {
            let (payer, payee) = if *net < 0 { (name.as_str(), CENTRE) } else { (CENTRE, name.as_str()) };
            json!({"payer": named(payer), "payee": named(payee), "amount": format!("{}.00", net.abs()), "currency": "EUR"})
        })
        .collect();
    let asset = format!("clearing-round/ROUND-{last}");
    for (what, at, name, list) in [
        ("clearing NET", "2026-02-11T08:00:00Z", "positions", positions),
        ("clearing SETTLE", "2026-02-12T08:00:00Z", "settlements", settlements),
    ] {
        if name == "positions" {
            let body =
                json!({"clearingCentre": named(CENTRE), "participants": participants, "obligations": obligations});
            story.tell(CENTRE, &asset, "clearing OPEN", "2026-02-10T08:00:00Z", None, body);
        }
        story.tell(CENTRE, &asset, what, at, None, json!({"clearingCentre": named(CENTRE), name: list}));
    }
}
