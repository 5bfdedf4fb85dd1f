//! Records that are made to confuse or to tire: cycles, namesakes, long lists.

use crate::story::{Story, party};
use crate::told::{BILL, BUYER, CARRIER, Parts, SELLER, check};
use plimsoll::trade::rule::Rule;
use serde_json::{Value, json};
use std::time::{Duration, Instant};

fn quick(what: &str, run: impl FnOnce()) {
    let began = Instant::now();
    run();
    let took = began.elapsed();
    println!("{what}: {took:?}");
    assert!(took < Duration::from_secs(20), "{what} took {took:?}, unoptimised");
}

fn apply(story: &mut Story, id: &str, body: Value) {
    story.tell(SELLER, &format!("receivable/{id}"), "receivable APPLY", "2026-01-22T08:00:00Z", None, body);
}

fn terms(invoices: &[String], bills: &[String]) -> Value {
    let invoices: Vec<Value> = invoices.iter().map(|number| json!({"documentNumber": number})).collect();
    let bills: Vec<Value> = bills.iter().map(|number| json!({"transportDocumentReference": number})).collect();
    json!({"faceAmount": "1.00", "currency": "EUR", "issueDate": "2026-01-22", "maturityDate": "2026-05-22",
        "seller": party(SELLER), "acceptor": party(BUYER), "invoiceReferences": invoices, "shipmentReferences": bills})
}

#[test]
fn receivables_that_come_from_one_another_end() {
    let mut story = Parts::good().tell();
    for (id, parent) in [("X", "Y"), ("Y", "Z"), ("Z", "X"), ("W", "W"), ("V", "X")] {
        let mut body = terms(&["QY-26-0117".into()], &[BILL.into()]);
        body["parentReceivableId"] = json!(parent);
        apply(&mut story, id, body);
    }
    let (dossier, _) = check(&story);
    for deal in 0..dossier.deals.len() {
        assert!(dossier.table(&story.entries(), deal).is_some());
    }
    assert!(dossier.table(&story.entries(), dossier.deals.len()).is_none());
}

#[test]
fn references_in_a_circle_end() {
    // Each invoice names the bill of the next receivable, each receivable the invoice before: one ring of them all.
    let mut story = Story::default();
    let invoice = |number: usize, bill: usize| {
        json!({"documentNumber": format!("I-{number}"), "currency": "EUR", "payableAmount": "1.00", "seller": party(SELLER),
            "transportDocumentReference": format!("B-{bill}")})
    };
    for at in 0..50 {
        let next = (at + 1) % 50;
        story.tell(
            SELLER,
            &format!("invoice/I-{at}"),
            "invoice ISSUED",
            "2026-01-22T08:00:00Z",
            None,
            invoice(at, next),
        );
        let bill = json!({"transportDocumentReference": format!("B-{at}")});
        let asset = format!("transport-document/B-{at}");
        story.tell(CARRIER, &asset, "transport-document ISSUED", "2026-01-22T08:00:00Z", None, bill);
        apply(&mut story, &format!("R-{at}"), terms(&[format!("I-{at}")], &[format!("B-{at}")]));
    }
    let (dossier, _) = check(&story);
    assert_eq!((dossier.deals.len(), dossier.deals[0].pairs.len()), (1, 100));
}

#[test]
fn many_receivables_on_many_invoices_and_bills_are_bounded() {
    quick("one receivable on 2,000 invoices and 2,000 bills", || {
        let numbers = |letter: &str| -> Vec<String> { (0..2_000).map(|at| format!("{letter}-{at}")).collect() };
        let mut story = Story::default();
        for (number, bill) in numbers("I").iter().zip(numbers("B")) {
            let invoice =
                json!({"documentNumber": number, "currency": "EUR", "payableAmount": "1.00", "seller": party(SELLER)});
            story.tell(SELLER, &format!("invoice/{number}"), "invoice ISSUED", "2026-01-22T08:00:00Z", None, invoice);
            let asset = format!("transport-document/{bill}");
            let body = json!({"transportDocumentReference": bill});
            story.tell(CARRIER, &asset, "transport-document ISSUED", "2026-01-22T08:00:00Z", None, body);
        }
        apply(&mut story, "R", terms(&numbers("I"), &numbers("B")));
        let (dossier, sheet) = check(&story);
        assert!(dossier.deals.iter().map(|deal| deal.pairs.len()).sum::<usize>() <= 256);
        assert!(format!("{:?}", sheet.ruling(Rule::F(1))).contains("beyond the first 256"));
    });
    quick("3,000 receivables on one bill and 3,000 invoices of one number", || {
        let mut story = Story::default();
        let bill = json!({"transportDocumentReference": "B"});
        story.tell(CARRIER, "transport-document/B", "transport-document ISSUED", "2026-01-22T08:00:00Z", None, bill);
        for at in 0..3_000 {
            let invoice = json!({"documentNumber": "SAME", "currency": "EUR", "payableAmount": "1.00",
                "seller": {"partyName": format!("Seller {at}")}});
            story.tell(SELLER, &format!("invoice/S-{at}"), "invoice ISSUED", "2026-01-22T08:00:00Z", None, invoice);
            apply(&mut story, &format!("R-{at}"), terms(&["SAME".into()], &["B".into()]));
        }
        let _ = check(&story);
    });
}

#[test]
fn amounts_beyond_reckoning_end() {
    let most = "9999999999999999999999.99";
    let parts = Parts::good().change(
        BILL,
        "transport-document ISSUED",
        json!({"declaredValue": most, "/charges/0/unitPrice": "999999999999999999999999", "/charges/0/quantity": "999999999999999999999999",
            "/consignmentItems/0/cargoItems/0/cargoGrossWeight": {"value": "999999999999999999999999", "unit": "LBR"},
            "/consignmentItems/0/cargoItems/0/outerPackaging": {"packageCode": "CR", "numberOfPackages": u64::MAX}}),
    );
    let _ = parts.check();
    let parts = Parts::good().change(
        "QY-26-0117",
        "ISSUED",
        json!({"payableAmount": most, "taxExclusiveAmount": format!("-{most}")}),
    );
    let _ = parts.check();
}

#[test]
fn nothing_gives_nothing() {
    let (dossier, sheet) = check(&Story::default());
    assert_eq!((dossier.deals.len(), sheet.rulings().count()), (0, 0));
}
