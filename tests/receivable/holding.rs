//! What is done with a receivable: split, pledged, financed, claimed (R1, R5, R6, R11, R13, R14).

use crate::story;
use crate::told;
use crate::told::{BANK, BUYER, FINANCIER, RCV, SECOND_BANK, SELLER, SUPPLIER, Told};
use plimsoll::trade::replay::receivable::claims::{Likeness, claimants};
use plimsoll::trade::replay::receivable::state::Stage;
use plimsoll::trade::replay::receivable::tree::draw;
use plimsoll::trade::rule::{Rule, Ruling, Severity};
use serde_json::json;

fn split(told: &mut Told, by: &str, parts: &[(&str, &str)]) {
    let children: Vec<_> = parts.iter().map(|(id, amount)| json!({"id": id, "amount": amount})).collect();
    told.say(by, RCV, "SPLIT", None, json!({"children": children, "currency": "EUR"}));
}

fn part(told: &mut Told, by: &str, id: &str, amount: &str) {
    told.say(
        by,
        id,
        "APPLY",
        None,
        json!({"faceAmount": amount, "currency": "EUR", "issueDate": "2026-01-22",
        "maturityDate": "2026-05-22", "parentReceivableId": RCV}),
    );
}

#[test]
fn r1_parts_and_payments_are_the_accepted_face() {
    let mut told = Told::confirmed();
    split(&mut told, SELLER, &[("RCV-1-A", "50000.00"), ("RCV-1-B", "34300.00")]);
    part(&mut told, SELLER, "RCV-1-A", "50000.00");
    part(&mut told, SELLER, "RCV-1-B", "34300.00");
    told.say(SELLER, "RCV-1-A", "TRANSFER", Some(SUPPLIER), json!({"amount": "50000.00"}));
    told.on("2026-05-22T10:00:00Z", BUYER, "RCV-1-A", "PAY", Some(SUPPLIER), json!({"amount": "20000.00"}));
    let (replayed, sheet) = told.is_good();
    assert!(matches!(sheet.ruling(Rule::R(1)), Ruling::Held { .. }), "{:?}", sheet.ruling(Rule::R(1)));
    let tree = draw(&replayed.lives, RCV);
    assert_eq!((tree.accepted, tree.together), (Some(8_430_000), Some(8_430_000)));
    let shown: Vec<(&str, usize, Option<i128>, Option<i128>)> =
        tree.nodes.iter().map(|node| (node.reference.as_str(), node.depth, node.paid, node.outstanding)).collect();
    assert_eq!(
        shown,
        [
            (RCV, 0, Some(0), Some(0)),
            ("RCV-1-A", 1, Some(2_000_000), Some(3_000_000)),
            ("RCV-1-B", 1, Some(0), Some(3_430_000))
        ]
    );
    let child = replayed.lives.state("RCV-1-A").unwrap();
    assert_eq!(
        (child.stage, child.confirmations.len()),
        (Stage::PartlyPaid, 1),
        "a part inherits what stands behind it"
    );
}

#[test]
fn r1_refuses_parts_that_are_not_the_whole() {
    for parts in [
        &[("A", "50000.00"), ("B", "34300.01")][..],
        &[("A", "50000.00"), ("B", "34299.99")],
        &[("A", "84300.00")],
        &[("A", "84300.00"), ("B", "0.00")],
        &[("A", "84301.00"), ("B", "-1.00")],
        &[("A", "50000.00"), ("A", "34300.00")],
        &[(RCV, "50000.00"), ("B", "34300.00")],
    ] {
        let mut told = Told::confirmed();
        split(&mut told, SELLER, parts);
        told.breaks(1);
    }
    // What a part says of itself must be what the split said.
    for (amount, due) in [("50000.01", "2026-05-22"), ("50000.00", "2026-05-23")] {
        let mut told = Told::confirmed();
        split(&mut told, SELLER, &[("A", "50000.00"), ("B", "34300.00")]);
        told.say(
            SELLER,
            "A",
            "APPLY",
            None,
            json!({"faceAmount": amount, "currency": "EUR", "issueDate": "2026-01-22",
            "maturityDate": due, "parentReceivableId": RCV}),
        );
        told.breaks(1);
    }
    // One that nobody split off.
    let mut told = Told::confirmed();
    split(&mut told, SELLER, &[("A", "50000.00"), ("B", "34300.00")]);
    part(&mut told, SELLER, "C", "1.00");
    told.breaks(1);
    // Closed once split.
    let mut told = Told::confirmed();
    split(&mut told, SELLER, &[("A", "50000.00"), ("B", "34300.00")]);
    told.transfer(SELLER, SUPPLIER);
    told.breaks(1);
    // A part of it cannot be transferred without a split.
    let mut told = Told::confirmed();
    told.say(SELLER, RCV, "TRANSFER", Some(SUPPLIER), json!({"amount": "1000.00"}));
    told.breaks(1);
}

#[test]
fn r1_is_not_checked_while_a_part_s_records_are_missing() {
    let mut told = Told::confirmed();
    split(&mut told, SELLER, &[("A", "50000.00"), ("B", "34300.00")]);
    part(&mut told, SELLER, "A", "50000.00");
    let (replayed, sheet) = told.is_good();
    assert!(matches!(sheet.ruling(Rule::R(1)), Ruling::NotChecked { .. }));
    assert_eq!(draw(&replayed.lives, RCV).together, Some(8_430_000));
}

#[test]
fn what_a_part_was_before_is_not_checked_while_the_split_is_not_shown() {
    // Nothing of what it was split from; or that, and not its split.
    for mut told in [Told::default(), Told::confirmed()] {
        let changes = json!({"parentReceivableId": RCV, "profile": "CONFIRM-FIRST"});
        told.apply_with("RCV-1-A", &changes);
        for (who, action, to, body) in [
            (SELLER, "TRANSFER", Some(SUPPLIER), json!({})),
            (SECOND_BANK, "RECONFIRM", None, json!({"amount": "84300.00", "currency": "EUR"})),
            (SUPPLIER, "PRESENT", None, json!({})),
            (BANK, "CONFIRMER_PAY", Some(SUPPLIER), json!({"amount": "84300.00"})),
        ] {
            told.say(who, "RCV-1-A", action, to, body);
        }
        let (replayed, sheet) = told.is_good();
        assert!(replayed.lives.state("RCV-1-A").unwrap().origin_unseen);
        for rule in [1, 2, 3, 4, 10] {
            assert!(matches!(sheet.ruling(Rule::R(rule)), Ruling::NotChecked { .. }), "R{rule}");
        }
    }
    // Something was done with the whole after the part began, and it was not split before that.
    let mut told = Told::confirmed();
    part(&mut told, SELLER, "RCV-1-A", "50000.00");
    told.transfer(SELLER, SUPPLIER).breaks(1);
}

#[test]
fn r5_no_disposal_while_pledged() {
    let pledged = || {
        let mut told = Told::confirmed();
        told.say(
            SELLER,
            RCV,
            "PLEDGE",
            Some(FINANCIER),
            json!({"securedAmount": "47000.00", "registrationNumber": "ZD-1"}),
        );
        told
    };
    let mut released = pledged();
    released.say(FINANCIER, RCV, "RELEASE", None, json!({}));
    released.transfer(SELLER, SUPPLIER).is_good();
    assert_eq!(
        pledged().is_good().0.lives.state(RCV).unwrap().pledge.as_ref().unwrap().registration.as_deref(),
        Some("ZD-1")
    );
    let disposals: [(&str, Option<&str>, serde_json::Value); 4] = [
        ("TRANSFER", Some(SUPPLIER), json!({})),
        ("SPLIT", None, json!({"children": [{"id": "A", "amount": "50000.00"}, {"id": "B", "amount": "34300.00"}]})),
        ("FINANCE", Some(BANK), json!({"TotalFinancedAmount": "10.00"})),
        ("PLEDGE", Some(BANK), json!({"securedAmount": "1.00"})),
    ];
    for (action, to, body) in disposals {
        let mut told = pledged();
        told.say(SELLER, RCV, action, to, body);
        told.breaks(5);
    }
    let mut never = Told::confirmed();
    never.say(FINANCIER, RCV, "RELEASE", None, json!({}));
    never.breaks(5);
    let mut by_holder = pledged();
    by_holder.say(SELLER, RCV, "RELEASE", None, json!({}));
    by_holder.breaks(2);
}

#[test]
fn r6_one_invoice_is_not_financed_twice() {
    let two = |changes: serde_json::Value| {
        let mut told = Told::confirmed();
        told.apply_with("RCV-2", &changes);
        told.say(BUYER, "RCV-2", "ACCEPT", None, json!({"acceptedAmount": "84300.00", "currency": "EUR"}));
        told
    };
    let other = json!({"invoiceReferences": [{"documentNumber": "QY-26-0118", "issueDate": "2026-01-22", "totalInvoiceAmount": "84300.00"}]});
    let (replayed, sheet) = two(other).is_good();
    assert!(replayed.duplicates.is_empty());
    assert!(matches!(sheet.ruling(Rule::R(6)), Ruling::NotChecked { .. }), "others may exist that nobody showed");
    let same = two(json!({}));
    let errors = same.breaks(6);
    assert!(errors[0].found.contains("registered twice (exactly)"), "{errors:?}");
    let mut financed = same;
    financed.transfer(SELLER, FINANCIER).say(SELLER, "RCV-2", "PLEDGE", Some(BANK), json!({"securedAmount": "1.00"}));
    let duplicates = financed.replay().0.duplicates;
    assert_eq!((duplicates[0].likeness, duplicates[0].financed), (Likeness::Exact, true));
    // The number spelled otherwise, another date.
    let similar = json!({"invoiceReferences": [{"documentNumber": "qy 26/0117", "issueDate": "2026-01-23", "totalInvoiceAmount": "84300.00"}]});
    let replayed = two(similar).replay().0;
    assert_eq!(replayed.duplicates[0].likeness, Likeness::Similar);
    // The same number by another seller is another invoice.
    let mut told = Told::confirmed();
    let mut terms = told::terms();
    terms["seller"] = story::party(SUPPLIER);
    told.say(SUPPLIER, "RCV-9", "APPLY", None, terms);
    assert!(told.is_good().0.duplicates.is_empty());
    // Two that share an invoice, each a part of it, exceed it together.
    let share = |amount: &str| {
        let mut told = Told::default();
        told.apply_with("A", &json!({"faceAmount": "50000.00"}));
        told.apply_with("B", &json!({"faceAmount": amount}));
        told.replay().1
    };
    let exceeds =
        |amount| told::errors(&share(amount), 6).iter().any(|breach| breach.expected.starts_with("84300.00 EUR"));
    assert!(exceeds("34300.01") && !exceeds("34300.00"));
    let mut again = Told::confirmed();
    for financier in [FINANCIER, SECOND_BANK] {
        again.say(SELLER, RCV, "FINANCE", Some(financier), json!({"TotalFinancedAmount": "10.00"}));
    }
    again.breaks(6);
}

#[test]
fn r11_financed_within_the_share() {
    let financed = |amount: &str, share: &str, more: serde_json::Value| {
        let mut told = Told::confirmed();
        let mut body = json!({"TotalFinancedAmount": amount, "AppliedPercentage": share, "currency": "EUR"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        told.say(SELLER, RCV, "FINANCE", Some(FINANCIER), body);
        told
    };
    financed("67440.00", "80", json!({})).is_good();
    financed("67440.01", "80", json!({})).breaks(11);
    financed("68493.75", "81.25", json!({})).is_good();
    financed("68493.76", "81.25", json!({})).breaks(11);
    financed("84300.00", "100", json!({"TotalAcceptedItemsAmount": "84300.01"})).breaks(11);
    // 84300.00 at 4.2 % for 109 days of 360: 1072.02.
    let discount =
        |out: &str| financed("84300.00", "100", json!({"rate": "4.2", "days": 109, "consideration": out})).is_good().1;
    assert!(
        matches!(discount("83227.99").ruling(Rule::R(11)), Ruling::Held { .. }),
        "{:?}",
        discount("83227.99").ruling(Rule::R(11))
    );
    assert_eq!(discount("83000.00").ruling(Rule::R(11)).severity(), Some(Severity::Warning));
}

#[test]
fn r13_lists_who_else_may_claim_it_in_order() {
    let mut told = Told::confirmed();
    told.say(SELLER, RCV, "FINANCE", Some(SUPPLIER), json!({"TotalFinancedAmount": "10.00"}));
    told.say(
        SELLER,
        RCV,
        "PLEDGE",
        Some(FINANCIER),
        json!({"securedAmount": "47000.00", "registrationNumber": "ZD-1"}),
    );
    let (replayed, sheet) = told.is_good();
    let claims = claimants(&told.story.entries(), replayed.lives.find(RCV).unwrap());
    let listed: Vec<(&str, &str)> = claims.iter().map(|claim| (claim.as_what.0, claim.name.as_str())).collect();
    assert_eq!(listed, [("pledgee", FINANCIER), ("financier", SUPPLIER), ("holder", SELLER)]);
    assert_eq!(sheet.ruling(Rule::R(13)).severity(), Some(Severity::Information));
    assert!(matches!(Told::confirmed().replay().1.ruling(Rule::R(13)), Ruling::Held { .. }));
    let mut disputed = Told::confirmed();
    disputed.say(BUYER, RCV, "DISPUTE", None, json!({"reason": "short delivery"}));
    assert_eq!(disputed.is_good().1.ruling(Rule::R(13)).severity(), Some(Severity::Information));
}

#[test]
fn r14_a_debtor_who_holds_it_owes_nobody() {
    let mut told = Told::confirmed();
    told.transfer(SELLER, BUYER);
    let (replayed, sheet) = told.is_good();
    let state = replayed.lives.state(RCV).unwrap();
    assert!(state.merged && state.outstanding() == Some(0));
    assert_eq!(sheet.ruling(Rule::R(14)).severity(), Some(Severity::Information));
    let mut other = Told::confirmed();
    other.transfer(SELLER, FINANCIER);
    assert!(matches!(other.replay().1.ruling(Rule::R(14)), Ruling::Held { .. }));
}
