//! Terms and payments: currency, dates, payments, default, order (R7 to R10, R12).

use crate::told::{BANK, BUYER, FINANCIER, RCV, SELLER, Told};
use plimsoll::trade::replay::receivable::state::Stage;
use plimsoll::trade::rule::{Rule, Severity};
use serde_json::json;

#[test]
fn r7_one_currency() {
    for (action, who, body) in [
        ("PAY", BUYER, json!({"amount": "10.00", "currency": "USD"})),
        ("FINANCE", SELLER, json!({"TotalFinancedAmount": "10.00", "currency": "USD"})),
        (
            "SPLIT",
            SELLER,
            json!({"children": [{"id": "A", "amount": "50000.00"}, {"id": "B", "amount": "34300.00"}], "currency": "USD"}),
        ),
    ] {
        let mut told = Told::confirmed();
        told.say(who, RCV, action, None, body);
        told.breaks(7);
    }
    let mut told = Told::default();
    told.apply_with(RCV, &json!({"invoiceReferences": [{"documentNumber": "1", "totalInvoiceAmount": {"value": "84300.00", "currency": "USD"}}]}));
    told.breaks(7);
}

#[test]
fn r8_dates() {
    let applied = |changes: serde_json::Value| {
        let mut told = Told::default();
        told.apply_with(RCV, &changes);
        told
    };
    applied(json!({"maturityDate": "2026-01-23"})).is_good();
    applied(json!({"maturityDate": "2026-01-22"})).breaks(8);
    applied(json!({"maturityDate": "2025-12-22"})).breaks(8);
    applied(json!({"maturityDate": "2029-01-22"})).is_good();
    let chinese = |due: &str| applied(json!({"maturityDate": due, "profile": "CN-2025"}));
    chinese("2026-07-22").is_good();
    assert_eq!(chinese("2026-07-23").is_good().1.ruling(Rule::R(8)).severity(), Some(Severity::Warning));
    chinese("2027-01-22").is_good();
    chinese("2027-01-23").breaks(8);
    for (action, body) in [
        ("TRANSFER", json!({})),
        ("PLEDGE", json!({"securedAmount": "1.00"})),
        ("FINANCE", json!({"TotalFinancedAmount": "1.00"})),
    ] {
        for (at, late) in [("2026-05-22T23:59:59Z", false), ("2026-05-23T00:00:00Z", true)] {
            let mut told = Told::confirmed();
            told.on(at, SELLER, RCV, action, Some(FINANCIER), body.clone());
            if late { drop(told.breaks(8)) } else { drop(told.is_good()) }
        }
    }
    let mut told = Told::default();
    told.apply();
    told.say(
        BUYER,
        RCV,
        "ACCEPT",
        None,
        json!({"acceptedAmount": "84300.00", "currency": "EUR", "maturityDate": "2026-06-22"}),
    );
    told.breaks(8);
}

#[test]
fn r9_payments_make_up_the_face_and_go_to_the_holder() {
    let paid = |action: &str, to: &str, amount: &str| {
        let mut told = Told::confirmed();
        told.transfer(SELLER, FINANCIER);
        told.say(BUYER, RCV, action, Some(to), json!({"amount": amount}));
        told
    };
    assert_eq!(paid("PAY", FINANCIER, "84300.00").is_good().0.lives.state(RCV).unwrap().stage, Stage::Settled);
    paid("PAY", FINANCIER, "84300.01").breaks(9);
    paid("PAY", FINANCIER, "0.00").breaks(9);
    paid("PAY", SELLER, "84300.00").breaks(9);
    paid("SETTLE", FINANCIER, "84299.99").breaks(9);
    let mut after = paid("PAY", FINANCIER, "84300.00");
    after.say(BUYER, RCV, "PAY", Some(FINANCIER), json!({"amount": "1.00"}));
    after.breaks(9);
    let mut pledgee = Told::confirmed();
    pledgee.say(SELLER, RCV, "PLEDGE", Some(BANK), json!({"securedAmount": "84300.00"}));
    pledgee.say(BUYER, RCV, "PAY", Some(BANK), json!({"amount": "84300.00"}));
    pledgee.is_good();
}

#[test]
fn r10_default_and_subrogation() {
    let overdue = |at: &str, unpaid: &str| {
        let mut told = Told::confirmed();
        told.on(at, SELLER, RCV, "DEFAULT", None, json!({"unpaidAmount": unpaid}));
        told
    };
    overdue("2026-05-23T00:00:00Z", "84300.00").is_good();
    overdue("2026-05-22T23:59:59Z", "84300.00").breaks(10);
    overdue("2026-05-23T00:00:00Z", "84299.00").breaks(10);
    let confirmer = |amount: &str, who: &str| {
        let mut told = overdue("2026-05-23T00:00:00Z", "84300.00");
        told.on("2026-05-26T00:00:00Z", who, RCV, "CONFIRMER_PAY", Some(SELLER), json!({"amount": amount}));
        told
    };
    let mut subrogated = confirmer("84300.00", BANK);
    let (replayed, _) = subrogated.is_good();
    let state = replayed.lives.state(RCV).unwrap();
    assert_eq!(
        (state.stage, state.holder.name.as_deref(), state.outstanding()),
        (Stage::Subrogated, Some(BANK), Some(8_430_000))
    );
    subrogated.on("2026-06-01T00:00:00Z", BUYER, RCV, "PAY", Some(BANK), json!({"amount": "84300.00"}));
    assert_eq!(subrogated.is_good().0.lives.state(RCV).unwrap().stage, Stage::Settled);
    confirmer("84300.00", FINANCIER).breaks(2);
    confirmer("84000.00", BANK).breaks(10);
    let mut early = Told::confirmed();
    early.say(BANK, RCV, "CONFIRMER_PAY", Some(SELLER), json!({"amount": "84300.00"}));
    early.breaks(10);
    let mut unconfirmed = Told::default();
    unconfirmed.apply().accept().on(
        "2026-05-23T00:00:00Z",
        BANK,
        RCV,
        "CONFIRMER_PAY",
        Some(SELLER),
        json!({"amount": "84300.00"}),
    );
    unconfirmed.breaks(10);
}

#[test]
fn r12_the_first_record_applies_and_time_runs_on() {
    let mut told = Told::default();
    told.say(BUYER, RCV, "ACCEPT", None, json!({"acceptedAmount": "1.00", "currency": "EUR"}));
    told.breaks(12);
    let mut twice = Told::default();
    twice.apply().apply();
    twice.breaks(12);
    let mut back = Told::default();
    back.apply().on(
        "2026-02-28T00:00:00Z",
        BUYER,
        RCV,
        "ACCEPT",
        None,
        json!({"acceptedAmount": "84300.00", "currency": "EUR"}),
    );
    back.breaks(12);
}
