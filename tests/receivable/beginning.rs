//! How a receivable begins: who signs, accepted, confirmed (R2, R3, R4), and a whole life.

use crate::story;
use crate::told;
use crate::told::{BANK, BUYER, FINANCIER, RCV, SECOND_BANK, SELLER, SUPPLIER, Told};
use plimsoll::trade::replay::receivable::state::Stage;
use plimsoll::trade::rule::{Rule, Ruling, Severity};
use serde_json::json;

#[test]
fn a_whole_life_breaks_no_rule() {
    let mut told = Told::confirmed();
    told.transfer(SELLER, FINANCIER);
    told.on("2026-05-22T09:00:00Z", FINANCIER, RCV, "PRESENT", None, json!({}));
    told.on("2026-05-22T10:00:00Z", BUYER, RCV, "PAY", Some(FINANCIER), json!({"amount": "80000.00"}));
    told.on("2026-05-22T11:00:00Z", BUYER, RCV, "SETTLE", Some(FINANCIER), json!({"amount": "4300.00"}));
    let (replayed, sheet) = told.is_good();
    let state = replayed.lives.state(RCV).unwrap();
    assert_eq!((state.stage, state.outstanding(), state.paid), (Stage::Settled, Some(0), Some(8_430_000)));
    assert_eq!(state.holder.name.as_deref(), Some(FINANCIER));
    let steps: Vec<(Stage, Option<i128>)> =
        replayed.lives.find(RCV).unwrap().steps.iter().map(|step| (step.stage, step.outstanding)).collect();
    assert_eq!(
        steps[4..],
        [(Stage::Presented, Some(8_430_000)), (Stage::PartlyPaid, Some(430_000)), (Stage::Settled, Some(0))]
    );
    for rule in [2, 3, 4, 5, 7, 8, 9, 12, 14] {
        assert!(
            matches!(sheet.ruling(Rule::R(rule)), Ruling::Held { .. }),
            "R{rule}: {:?}",
            sheet.ruling(Rule::R(rule))
        );
    }
    // Nothing was split or financed, and other receivables on the invoice may exist.
    for rule in [6, 10, 11] {
        assert!(matches!(sheet.ruling(Rule::R(rule)), Ruling::NotChecked { .. }), "R{rule}");
    }
}

#[test]
fn r2_only_the_role_entitled_at_that_moment_signs() {
    // Each action by somebody else than whom the table names.
    type Before = fn() -> Told;
    let acts: [(&str, &str, Before); 5] = [
        ("ACCEPT", SELLER, || {
            let mut told = Told::default();
            told.apply();
            told
        }),
        ("REJECT", SELLER, || {
            let mut told = Told::default();
            told.apply();
            told
        }),
        ("TRANSFER", BUYER, Told::confirmed),
        ("PRESENT", BANK, Told::confirmed),
        ("DISPUTE", SELLER, Told::confirmed),
    ];
    for (action, who, before) in acts {
        let mut told = before();
        let to = (action == "TRANSFER").then_some(SUPPLIER);
        told.say(who, RCV, action, to, json!({"acceptedAmount": "84300.00", "currency": "EUR", "reason": "x"}));
        let breaches = told.breaks(2);
        assert_eq!(breaches[0].places[0].field, "/actor/key", "{action}");
        assert_eq!(breaches[0].found, who, "{action}");
    }
    let mut told = Told::default();
    told.say(BANK, RCV, "APPLY", None, told::terms());
    told.breaks(2);
    // The holder then, not the holder now: the seller sold it and sells it again.
    let mut told = Told::confirmed();
    told.transfer(SELLER, FINANCIER).transfer(SELLER, SUPPLIER);
    let breaches = told.breaks(2);
    assert_eq!(
        (breaches[0].expected.as_str(), breaches[0].found.as_str()),
        (format!("holder {FINANCIER}").as_str(), SELLER)
    );
    // And a holder of yesterday may not present today.
    let mut told = Told::confirmed();
    told.transfer(SELLER, FINANCIER).say(SELLER, RCV, "PRESENT", None, json!({}));
    told.breaks(2);
    // Another acceptor named along the way.
    let mut told = Told::default();
    told.apply();
    told.say(
        BUYER,
        RCV,
        "ACCEPT",
        None,
        json!({"acceptedAmount": "84300.00", "currency": "EUR", "acceptor": story::party(BANK)}),
    );
    told.breaks(2);
}

#[test]
fn r2_is_not_checked_when_the_signer_is_not_known() {
    let mut told = Told::confirmed();
    told.transfer(SELLER, FINANCIER);
    // Who signed is only a key, and the terms name their parties by name alone.
    for record in &mut told.story.told {
        record.signer = plimsoll::trade::party::Party::default();
        if let Some(recipient) = &mut record.record.recipient {
            recipient.key = None;
        }
    }
    let mut sheet = plimsoll::trade::rule::Sheet::default();
    let mut entries = told.story.entries();
    for entry in &mut entries {
        entry.signer = None;
    }
    let replayed = plimsoll::trade::replay::receivable::replay(&entries, None, &mut sheet);
    assert_eq!(replayed.lives.state(RCV).unwrap().stage, Stage::Confirmed);
    assert!(matches!(sheet.ruling(Rule::R(2)), Ruling::Held { .. }), "keys in the terms are enough");
    let mut told = Told::default();
    let bare = json!({"seller": {"partyName": SELLER}, "acceptor": {"partyName": BUYER}});
    told.apply_with(RCV, &bare);
    let mut entries = told.story.entries();
    entries[0].signer = None;
    let mut sheet = plimsoll::trade::rule::Sheet::default();
    let _ = plimsoll::trade::replay::receivable::replay(&entries, None, &mut sheet);
    assert!(matches!(sheet.ruling(Rule::R(2)), Ruling::NotChecked { .. }), "{:?}", sheet.ruling(Rule::R(2)));
}

#[test]
fn r3_accepted_then_confirmed_in_full_by_another() {
    let mut told = Told::confirmed();
    told.say(SECOND_BANK, RCV, "RECONFIRM", None, json!({"amount": "84300.00", "rank": 2, "expiryDate": "2026-06-30"}));
    let (replayed, _) = told.is_good();
    let state = replayed.lives.state(RCV).unwrap();
    assert_eq!(state.confirmations.iter().map(|own| own.rank).collect::<Vec<_>>(), [1, 2]);

    let confirmed = |who: &str, change: (&str, serde_json::Value)| {
        let mut told = Told::default();
        told.apply().accept();
        let mut body = told::confirmation();
        body[change.0] = change.1;
        told.say(who, RCV, "CONFIRM", None, body);
        told
    };
    confirmed(BANK, ("amount", json!("84299.99"))).breaks(3);
    confirmed(BANK, ("amount", json!("84300.01"))).breaks(3);
    confirmed(BANK, ("expiryDate", json!("2026-05-21"))).breaks(3);
    confirmed(BUYER, ("rank", json!(1))).breaks(3);
    let before_accept: [fn(&mut Told); 4] = [
        |told| {
            told.confirm();
        },
        |told| {
            told.transfer(SELLER, FINANCIER);
        },
        |told| {
            told.say(BUYER, RCV, "PAY", Some(SELLER), json!({"amount": "1.00"}));
        },
        |told| {
            told.say(SELLER, RCV, "PLEDGE", Some(BANK), json!({"securedAmount": "1.00"}));
        },
    ];
    for act in before_accept {
        let mut told = Told::default();
        act(told.apply());
        told.breaks(3);
    }
    let accepted = |amount: &str, invoices: serde_json::Value| {
        let mut told = Told::default();
        told.apply_with(RCV, &json!({"faceAmount": "90000.00", "invoiceReferences": invoices}));
        told.accept_of(RCV, amount);
        told
    };
    let invoice = json!([{"documentNumber": "1", "issueDate": "2026-01-22", "totalInvoiceAmount": "84300.00"}]);
    accepted("84300.00", invoice.clone()).is_good();
    accepted("84300.01", invoice.clone()).breaks(3);
    accepted("90000.01", json!([{"documentNumber": "1", "totalInvoiceAmount": "99999.00"}])).breaks(3);
    accepted("0.00", invoice).breaks(3);
    let mut twice = Told::default();
    twice.apply().accept().accept();
    twice.breaks(3);
    let mut again = Told::confirmed();
    again.say(BANK, RCV, "RECONFIRM", None, json!({"amount": "84300.00", "rank": 2}));
    again.breaks(3);
    let mut rank = Told::confirmed();
    rank.say(SECOND_BANK, RCV, "RECONFIRM", None, json!({"amount": "84300.00", "rank": 3}));
    rank.breaks(3);
    let mut rejected = Told::default();
    rejected.apply().say(BUYER, RCV, "REJECT", None, json!({}));
    rejected.is_good();
    rejected.accept();
    rejected.breaks(3);
    let mut cancelled = Told::confirmed();
    cancelled.transfer(SELLER, FINANCIER).say(BUYER, RCV, "CANCEL", None, json!({"reason": "x"}));
    cancelled.breaks(3);
}

#[test]
fn r4_confirmed_before_it_moves() {
    let mut late = Told::default();
    late.apply().accept().transfer(SELLER, FINANCIER).is_good();
    late.confirm();
    late.breaks(4);
    let mut unconfirmed = Told::default();
    unconfirmed.apply_with(RCV, &json!({"profile": "CONFIRM-FIRST"}));
    unconfirmed.accept().transfer(SELLER, FINANCIER);
    unconfirmed.breaks(4);
    let mut confirmed = Told::default();
    confirmed.apply_with(RCV, &json!({"profile": "CONFIRM-FIRST"}));
    confirmed.accept().confirm().transfer(SELLER, FINANCIER).is_good();
    let mut unknown = Told::default();
    unknown.apply_with(RCV, &json!({"profile": "MARS-2100"}));
    assert_eq!(unknown.is_good().1.ruling(Rule::R(4)).severity(), Some(Severity::Warning));
}
