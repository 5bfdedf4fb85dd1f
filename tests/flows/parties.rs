//! F1, F4, F5: parties, dates, delivery terms.

use crate::story::Story;
use crate::told::{BILL, BUYER, CARRIER, Parts, SELLER, check, lacks, listed, named, record, withhold};
use plimsoll::trade::rule::{Lack, Rule, Ruling, Severity};
use serde_json::json;

const ISSUED: &str = "transport-document ISSUED";
const INVOICE: &str = "QY-26-0117";
const LEI: &str = "529900T8BM49AURSDO55";
const OTHER_LEI: &str = "213800WAVVOPS85N2205";

/// A field lacking in a record of an asset.
fn lack_of(story: &Story, asset: &str, action: &str, field: &str) -> Lack {
    let own = |told: &&crate::story::Told| told.record.subject.reference == asset && told.record.action.code == action;
    let told = story.told.iter().find(own).expect("it is told");
    Lack::Field { record: told.record.record_id.clone(), field: field.to_owned() }
}

#[test]
fn every_rule_holds_in_the_good_dossier() {
    let (dossier, sheet) = Parts::good().check();
    for (rule, ruling) in sheet.rulings() {
        assert!(ruling.severity().is_none(), "{}: {ruling:?}", rule.code());
    }
    for number in 1..=9 {
        let ruling = sheet.ruling(Rule::F(number));
        assert!(matches!(ruling, Ruling::Held { cases } if cases > 0), "F{number}: {ruling:?}");
    }
    assert_eq!(sheet.ruling(Rule::F(10)), Ruling::NotChecked { lacks: vec![], cases: 0 }, "no round is given");
    let [deal] = dossier.deals.as_slice() else { panic!("one deal: {:?}", dossier.deals) };
    assert_eq!((deal.receivables.len(), deal.invoices.len(), deal.bills.len()), (2, 2, 1));
    assert_eq!((deal.pairs.len(), deal.freight.len()), (2, 1));
}

#[test]
fn f1_the_seller_ships() {
    Parts::good().holds(1);
    // The carrier's own invoice is no invoice for the goods; a stranger's is.
    let breaches = Parts::good().change(INVOICE, "ISSUED", json!({"seller": named("Another Seller")})).breaks(1);
    let places: Vec<(Severity, &str, &str)> =
        breaches.iter().map(|own| (own.severity, own.places[0].field.as_str(), own.found.as_str())).collect();
    // Not whom the bill names, nor to whom the receivable is owed.
    let expected = [(Severity::Warning, "/body/seller", "Another Seller"), (Severity::Warning, "/body/seller", SELLER)];
    assert_eq!(places, expected);
    // By code it is for sure, and the name does not count.
    let coded = |seller: serde_json::Value, shipper: serde_json::Value| {
        Parts::good().change(INVOICE, "ISSUED", json!({"seller": seller})).change(
            BILL,
            ISSUED,
            json!({"/documentParties/shipper": shipper}),
        )
    };
    coded(listed(SELLER, LEI), listed("Qingyuan Pumps", LEI)).without("RCV-2", "").without("QY-26-0118", "").holds(1);
    coded(listed(SELLER, LEI), listed(SELLER, OTHER_LEI)).breaks_at(1, Severity::Error, INVOICE, "/body/seller");
    // A forwarder ships on behalf of the seller.
    let forwarded = json!({"/documentParties/shipper": named("Haishu Forwarding"), "/documentParties/onBehalfOfShipper": named(SELLER)});
    Parts::good().change(BILL, ISSUED, forwarded).holds(1);
    let behind =
        json!({"/documentParties/shipper": {"partyName": "Haishu Forwarding", "representedParty": named(SELLER)}});
    Parts::good().change(BILL, ISSUED, behind).holds(1);
}

#[test]
fn f1_the_buyer_receives() {
    let buyer = |name: &str| Parts::good().change(INVOICE, "ISSUED", json!({"buyer": named(name)}));
    let breaches = buyer("Another Buyer").breaks(1);
    assert_eq!((breaches.len(), breaches[0].places[0].field.as_str()), (2, "/body/buyer"));
    assert_eq!(breaches[1].places[0].field, "/body/acceptor");
    buyer(&BUYER.to_uppercase()).holds(1);
    let consignee =
        json!({"/documentParties/notifyParties": null, "isToOrder": false, "/documentParties/consignee": named(BUYER)});
    Parts::good().change(BILL, ISSUED, consignee).holds(1);
    let other = json!({"/documentParties/notifyParties": [named("Somebody"), listed("Somebody Else", LEI)]});
    let breaches = Parts::good().change(BILL, ISSUED, other).breaks(1);
    assert_eq!((breaches.len(), breaches[0].severity), (2, Severity::Warning));
    // Nobody is named to receive: to order of whoever holds it.
    let nobody = Parts::good().change(BILL, ISSUED, json!({"/documentParties/notifyParties": null}));
    let lack = lack_of(&nobody.tell(), BILL, "ISSUED", "/body/documentParties/consignee");
    nobody.lacks(1, &lack);
}

#[test]
fn f1_is_not_checked_with_a_party_withheld_or_a_record_missing() {
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "documentParties/shipper");
    lacks(&check(&story).1, 1, &lack);
    let shipper = json!({"/documentParties/shipper": named("Another")});
    let mut story = Parts::good().change(BILL, ISSUED, shipper).tell();
    withhold(&mut story, BILL, "ISSUED", "documentParties");
    lacks(
        &check(&story).1,
        1,
        &Lack::Withheld {
            record: story
                .told
                .iter()
                .find(|told| told.record.action.code == "ISSUED")
                .unwrap()
                .record
                .record_id
                .clone(),
            field: "/body/documentParties".into(),
        },
    );
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, INVOICE, "ISSUED", "seller");
    lacks(&check(&story).1, 1, &lack);
    let parts = Parts::good().without(INVOICE, "invoice");
    for number in 1..=6 {
        parts.lacks(number, &record("invoice QY-26-0117"));
    }
    // The code of one and the name of the other have nothing in common.
    let code = json!({"partyName": null, "identifyingCodes": [{"codeListProvider": "GLEIF", "partyCode": LEI}]});
    let code = json!({"seller": {"identifyingCodes": code["identifyingCodes"]}});
    let (_, sheet) = Parts::good().change(INVOICE, "ISSUED", code).check();
    assert!(matches!(sheet.ruling(Rule::F(1)), Ruling::NotChecked { .. }));
}

#[test]
fn f4_orders_come_before_invoices() {
    let ordered = |day: &str| Parts::good().change(INVOICE, "ISSUED", json!({"/documentReferences/0/issueDate": day}));
    ordered("2026-01-22").holds(4);
    ordered("2026-01-23").breaks_at(4, Severity::Error, INVOICE, "/body/documentReferences/0/issueDate");
    Parts::good()
        .change(INVOICE, "ISSUED", json!({"documentReferences": null}))
        .lacks(4, &record("purchase order PO-7"));
}

#[test]
fn f4_invoices_are_of_the_time_of_shipment() {
    for (day, right) in [("2025-12-21", true), ("2025-12-20", false), ("2026-02-19", true), ("2026-02-20", false)] {
        let parts = Parts::good().change(INVOICE, "ISSUED", json!({"issueDate": day})).change(
            "RCV-1",
            "APPLY",
            json!({"/invoiceReferences/0/issueDate": day}),
        );
        match right {
            true => parts.holds(4),
            false => parts.breaks_at(4, Severity::Warning, BILL, "/body/shippedOnBoardDate"),
        }
    }
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "shippedOnBoardDate");
    lacks(&check(&story).1, 4, &lack);
}

#[test]
fn f4_accepted_after_the_bill_was_issued() {
    // Applied for and accepted while the goods are still in the terminal.
    let parts =
        Parts::good().at("RCV-1", "APPLY", "2026-01-18T09:00:00Z").at("RCV-1", "ACCEPT", "2026-01-20T09:00:00Z");
    parts.breaks_at(4, Severity::Warning, "RCV-1", "/actionDateTime");
    Parts::good().at("RCV-1", "APPLY", "2026-01-18T09:00:00Z").at("RCV-1", "ACCEPT", "2026-01-21T08:30:00Z").holds(4);
    let parts = ["ACCEPT", "CONFIRM", "FINANCE", "PAY"];
    let unaccepted = parts.into_iter().fold(Parts::good(), |parts, what| parts.without("RCV-1", what));
    unaccepted.lacks(4, &record("ACCEPT of RCV-1"));
}

#[test]
fn f4_due_with_the_invoice() {
    let due = |day: &str| Parts::good().change("RCV-1", "APPLY", json!({"maturityDate": day}));
    due("2026-05-23").breaks_at(4, Severity::Warning, "RCV-1", "/body/maturityDate");
    due("2026-05-21").breaks_at(4, Severity::Error, "RCV-1", "/body/maturityDate");
    let undated = Parts::good().change(INVOICE, "ISSUED", json!({"dueDate": null}));
    let lack = lack_of(&undated.tell(), INVOICE, "ISSUED", "/body/dueDate");
    undated.lacks(4, &lack);
    // The reference names another day than the invoice bears.
    Parts::good().change("RCV-1", "APPLY", json!({"/invoiceReferences/0/issueDate": "2026-01-21"})).breaks_at(
        4,
        Severity::Error,
        "RCV-1",
        "/body/invoiceReferences/0/issueDate",
    );
}

#[test]
fn f5_the_freight_is_paid_by_whom_the_delivery_term_names() {
    for (term, paid, right) in [
        ("CIF", "PRE", true),
        ("CIF Rotterdam", "PRE", true),
        ("DDP", "PRE", true),
        ("FOB", "PRE", false),
        ("EXW", "PRE", false),
        ("FOB", "COL", true),
        ("fca Ningbo", "COL", true),
        ("DAP", "COL", false),
        ("XYZ", "PRE", false),
    ] {
        let parts = Parts::good()
            .without("QY-26-0118", "invoice")
            .without("RCV-2", "")
            .change(INVOICE, "ISSUED", json!({"incoTerms": term}))
            .change(BILL, ISSUED, json!({"freightPaymentTermCode": paid}));
        let (_, sheet) = parts.check();
        let expected = if right { None } else { Some(Severity::Warning) };
        assert_eq!(sheet.ruling(Rule::F(5)).severity(), expected, "{term} {paid}: {:?}", sheet.ruling(Rule::F(5)));
    }
}

#[test]
fn f5_is_not_checked_without_the_terms() {
    let parts = Parts::good().change(INVOICE, "ISSUED", json!({"incoTerms": null}));
    parts.lacks(5, &lack_of(&parts.tell(), INVOICE, "ISSUED", "/body/incoTerms"));
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "freightPaymentTermCode");
    lacks(&check(&story).1, 5, &lack);
}

#[test]
fn records_are_joined_by_numbers_however_they_are_spelt_and_by_orders() {
    let spelt = Parts::good().change("RCV-1", "APPLY", json!({"/invoiceReferences/0/documentNumber": "qy 26/0117"}));
    assert_eq!(spelt.check().0.deals.len(), 1);
    // Another seller's invoice under the same number is another invoice.
    let other = Parts::good().change(INVOICE, "ISSUED", json!({"seller": listed(SELLER, LEI)}));
    let other = other.change("RCV-1", "APPLY", json!({"seller": listed(SELLER, OTHER_LEI)}));
    other.lacks(6, &record("invoice QY-26-0117"));
    // Nothing names the invoice but the order that both go under, and the bill too.
    let order = json!({"invoiceReferences": null, "shipmentReferences": null, "purchaseOrderReference": "PO-7"});
    let ordered = Parts::good().without("RCV-2", "").without("QY-26-0118", "").change("RCV-1", "APPLY", order).change(
        BILL,
        ISSUED,
        json!({"references": [{"type": "PO", "values": ["PO-7"]}]}),
    );
    let (dossier, _) = ordered.check();
    let [deal] = dossier.deals.as_slice() else { panic!("one deal: {:?}", dossier.deals) };
    assert_eq!((deal.receivables.len(), deal.invoices.len(), deal.bills.len(), deal.pairs.len()), (1, 1, 1, 1));
    let carrier = json!({"/shipmentReferences/0/carrierCode": "XXXX"});
    Parts::good().change("RCV-1", "APPLY", carrier).lacks(1, &record("bill of lading PLMS0042"));
    let _ = CARRIER;
}
