//! F6, F7, F10: what a bank fears.

use crate::story::party;
use crate::told::{BANK, BILL, BUYER, FINANCIER, Part, Parts, SELLER, check, lacks, record, withhold};
use plimsoll::trade::rule::{Lack, Rule, Ruling, Severity};
use serde_json::{Value, json};

const ISSUED: &str = "transport-document ISSUED";
const INVOICE: &str = "QY-26-0117";
const OTHER: &str = "Noordzee Factoring N.V.";

fn push(parts: &mut Parts, who: &str, asset: &str, what: &str, at: &str, to: Option<&str>, body: Value) {
    let own = str::to_owned;
    let part = Part { who: own(who), asset: own(asset), what: own(what), at: own(at), to: to.map(own), body };
    parts.0.push(part);
}

#[test]
fn f6_receivables_are_no_more_than_the_invoices_of_the_bill() {
    Parts::good().holds(6);
    // A third receivable on the first invoice.
    let mut third = Parts::good();
    let body = third.part("RCV-1", "APPLY").body.clone();
    push(&mut third, SELLER, "receivable/RCV-3", "receivable APPLY", "2026-01-25T08:00:00Z", None, body);
    let accepted = json!({"acceptedAmount": "84300.00", "currency": "EUR"});
    push(&mut third, BUYER, "receivable/RCV-3", "receivable ACCEPT", "2026-01-25T09:00:00Z", None, accepted);
    third.breaks_at(6, Severity::Error, "RCV-3", "/body/faceAmount");
    // A credit note takes its part of the invoice.
    let mut credited = Parts::good();
    let credit = json!({"documentNumber": "CN-1", "currency": "EUR", "payableAmount": "300.01"});
    push(
        &mut credited,
        SELLER,
        &format!("invoice/{INVOICE}"),
        "invoice CREDITED",
        "2026-01-25T08:00:00Z",
        None,
        credit,
    );
    credited.breaks_at(6, Severity::Error, "RCV-2", "/body/faceAmount");
    // Rejected ones are nobody's debt.
    let mut rejected = Parts::good();
    let body = rejected.part("RCV-1", "APPLY").body.clone();
    push(&mut rejected, SELLER, "receivable/RCV-3", "receivable APPLY", "2026-01-25T08:00:00Z", None, body);
    push(&mut rejected, BUYER, "receivable/RCV-3", "receivable REJECT", "2026-01-25T09:00:00Z", None, json!({}));
    rejected.holds(6);
}

#[test]
fn f6_the_total_that_a_receivable_names_is_the_invoice_s() {
    let named = json!({"/invoiceReferences/0/totalInvoiceAmount": "90000.00"});
    Parts::good().change("RCV-1", "APPLY", named).breaks_at(
        6,
        Severity::Error,
        "RCV-1",
        "/body/invoiceReferences/0/totalInvoiceAmount",
    );
}

#[test]
fn f6_one_financier_behind_a_bill() {
    let other = json!({"financier": party(OTHER)});
    let mut two = Parts::good().change("RCV-2", "FINANCE", other);
    two.part("RCV-2", "FINANCE").to = Some(OTHER.into());
    two.part("RCV-2", "PAY").to = Some(OTHER.into());
    let (_, sheet) = two.check();
    let Ruling::Broken { breaches, .. } = sheet.ruling(Rule::F(6)) else { panic!("broken") };
    assert_eq!((breaches.len(), breaches[0].severity), (1, Severity::Error));
    assert_eq!(breaches[0].places[0].field, "/body/financier");
    assert_eq!(sheet.ruling(Rule::F(7)).severity(), Some(Severity::Error), "one of the two has not the title");
    // Of one financing it is not known whether there are others.
    Parts::good().without("RCV-2", "FINANCE").lacks(6, &Lack::Others { on: BILL.into() });
}

#[test]
fn f6_parts_of_one_receivable_may_have_several_financiers() {
    let mut parts = Parts::good()
        .without("RCV-2", "")
        .without("QY-26-0118", "")
        .without("RCV-1", "FINANCE")
        .without("RCV-1", "PAY");
    let children = json!([{"id": "RCV-1A", "amount": "80000.00"}, {"id": "RCV-1B", "amount": "4300.00"}]);
    let split = json!({"children": children, "currency": "EUR"});
    push(&mut parts, SELLER, "receivable/RCV-1", "receivable SPLIT", "2026-01-25T08:00:00Z", None, split);
    for (id, amount, financier) in [("RCV-1A", "80000.00", FINANCIER), ("RCV-1B", "4300.00", OTHER)] {
        let part = json!({"faceAmount": amount, "currency": "EUR", "issueDate": "2026-01-22", "maturityDate": "2026-05-22",
            "parentReceivableId": "RCV-1"});
        let asset = format!("receivable/{id}");
        push(&mut parts, SELLER, &asset, "receivable APPLY", "2026-01-25T09:00:00Z", None, part);
        let financed = json!({"TotalFinancedAmount": amount, "currency": "EUR", "financier": party(financier)});
        push(&mut parts, SELLER, &asset, "receivable FINANCE", "2026-01-26T09:00:00Z", Some(financier), financed);
    }
    let (_, sheet) = parts.check();
    assert_eq!(sheet.ruling(Rule::F(6)).severity(), Some(Severity::Information), "{:?}", sheet.ruling(Rule::F(6)));
}

#[test]
fn f6_is_not_checked_without_the_invoices_amount() {
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, INVOICE, "ISSUED", "payableAmount");
    lacks(&check(&story).1, 6, &lack);
    let mut euro = Parts::good();
    let dollars = json!({"currency": "USD", "payableAmount": "84300.00"});
    euro = euro.change(INVOICE, "ISSUED", dollars);
    let (_, sheet) = euro.check();
    assert!(sheet.ruling(Rule::F(6)).severity().is_some(), "the reference is in euros");
}

#[test]
fn f7_the_financier_holds_the_bill_until_he_is_paid() {
    Parts::good().holds(7);
    let title = "title TRANSFER";
    // Never handed over.
    let kept = Parts::good().without(BILL, "TRANSFER").without(BILL, "SURRENDER").without("PLMU4203173", "delivery");
    let breaches = kept.breaks(7);
    assert_eq!((breaches.len(), breaches[0].severity), (2, Severity::Error), "for each financing: {breaches:#?}");
    assert_eq!(breaches[0].found, SELLER);
    // Handed over after a week.
    Parts::good().at(BILL, title, "2026-02-02T08:00:00Z").holds(7);
    assert_eq!(Parts::good().at(BILL, title, "2026-02-02T08:00:01Z").breaks(7).len(), 2);
    // To the bank that confirmed.
    let mut bank = Parts::good();
    bank.part(BILL, title).to = Some(BANK.into());
    let second = bank.0.iter_mut().filter(|part| part.what == title).nth(1).unwrap();
    second.who = BANK.into();
    bank.holds(7);
}

#[test]
fn f7_nothing_is_surrendered_or_delivered_before_payment() {
    let parts = Parts::good().at("RCV-1", "PAY", "2026-02-22T08:30:00Z");
    // The title went on before, and it was surrendered, though not yet delivered.
    let breaches = parts.breaks(7);
    let severities: Vec<Severity> = breaches.iter().map(|breach| breach.severity).collect();
    assert_eq!(severities, [Severity::Error, Severity::Warning], "{breaches:#?}");
    assert_eq!(breaches[1].found, "PLMS0042 surrendered for delivery");
    let unpaid = Parts::good().without("RCV-1", "PAY").breaks(7);
    let found: Vec<&str> = unpaid.iter().map(|breach| breach.found.as_str()).collect();
    assert_eq!(found, [BUYER, "PLMS0042 surrendered for delivery", "PLMS0042 delivered"]);
}

#[test]
fn f7_asks_only_of_bills_that_carry_title() {
    for changes in [json!({"isToOrder": false}), json!({"transportDocumentTypeCode": "SWB", "isToOrder": false})] {
        let (_, sheet) = Parts::good().change(BILL, ISSUED, changes).check();
        assert_eq!(sheet.ruling(Rule::F(7)), Ruling::NotChecked { lacks: vec![], cases: 0 });
    }
}

#[test]
fn f7_is_not_checked_without_the_title_chain() {
    Parts::good().without(BILL, "title").lacks(7, &record("ISSUE of the title to PLMS0042"));
    let mut story = Parts::good().tell();
    let lack = withhold(&mut story, BILL, "ISSUED", "isToOrder");
    lacks(&check(&story).1, 7, &lack);
    let mut story = Parts::good().tell();
    let told = story.told.iter_mut().find(|told| told.record.action.code == "TRANSFER").unwrap();
    told.record.recipient = None;
    told.record.payload.root.withheld.push(plimsoll::trade::disclosure::Digest([1; 32]));
    let lack = Lack::Withheld { record: told.record.record_id.clone(), field: "/recipient".into() };
    lacks(&check(&story).1, 7, &lack);
}

#[test]
fn f10_runs_with_the_rest_of_the_dossier() {
    let mut parts = Parts::good();
    let owes = json!({"debtor": party(BUYER), "creditor": party(SELLER), "amount": "84300.00", "currency": "EUR", "receivableId": "RCV-1"});
    let opened = json!({"clearingCentre": party("Centre"), "participants": [party(BUYER), party(SELLER)], "obligations": [owes]});
    push(&mut parts, "Centre", "clearing-round/R1", "clearing OPEN", "2026-02-10T08:00:00Z", None, opened);
    let netted = json!({"clearingCentre": party("Centre"), "positions": [
        {"participant": party(BUYER), "amount": "-84300.00", "currency": "EUR"},
        {"participant": party(SELLER), "amount": "84300.01", "currency": "EUR"}]});
    push(&mut parts, "Centre", "clearing-round/R1", "clearing NET", "2026-02-11T08:00:00Z", None, netted);
    assert_eq!(parts.breaks(10).len(), 1);
    let (dossier, _) = parts.check();
    let story = parts.tell();
    let entries = story.entries();
    let of = |scheme: &str| entries.iter().find(|entry| entry.record.subject.scheme == scheme).unwrap();
    for scheme in ["clearing-round", "receivable", "invoice", "transport-document", "equipment"] {
        assert_eq!(dossier.deal_of(of(scheme)), Some(0), "{scheme}");
    }
}

#[test]
fn the_same_invoice_twice_is_told_as_exact_or_similar() {
    let mut parts = Parts::good();
    let body = parts.part("RCV-1", "APPLY").body.clone();
    push(&mut parts, SELLER, "receivable/RCV-3", "receivable APPLY", "2026-01-25T08:00:00Z", None, body);
    let (dossier, _) = parts.check();
    let [duplicate] = dossier.receivables.duplicates.as_slice() else { panic!("one duplicate") };
    assert_eq!(duplicate.receivables, ["RCV-1", "RCV-3"]);
}
