//! Applied for, accepted and confirmed by those who may not, or for more than they may.

use crate::differences::{differences, failed};
use crate::registry::Reader;
use crate::trading::{
    BANK, BUYER, FINANCIER, LATE, SECOND_BANK, SELLER, STRANGER, Trading, confirmation, named, terms, with,
};
use crate::{Forgery, assert_all, forgery};
use plimsoll::proof::report::Conclusion;
use plimsoll::proof::step::StepId::{History, PartyRegistered, TradeRules};
use serde_json::json;

fn applied(trading: &mut Trading, of: &str) -> usize {
    trading.apply(of)
}

fn accepted(trading: &mut Trading, of: &str) -> usize {
    trading.accepted(of)
}

fn confirmed(trading: &mut Trading, of: &str) -> usize {
    trading.confirmed(of)
}

fn acceptance(changes: &serde_json::Value) -> serde_json::Value {
    with(json!({"acceptedAmount": "84300.00", "currency": "EUR"}), changes)
}

#[test]
fn accepted_by_who_may_not_or_for_what_may_not_be() {
    let forgeries: [Forgery; 6] = [
        forgery(
            "accepted by another than the named buyer",
            applied,
            |trading, of| trading.say(STRANGER, of, "ACCEPT", None, acceptance(&json!({}))),
            "R2 *-2 /actor/key",
            "acceptor Van der Meulen Waterbouw B.V.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "accepted by one who writes the buyer's name over his own key",
            applied,
            |trading, of| {
                trading.say_altered(STRANGER, of, "ACCEPT", None, acceptance(&json!({})), |record| {
                    record["actor"]["partyName"] = json!(BUYER);
                })
            },
            "R2 *-2 /actor/key",
            "acceptor Van der Meulen Waterbouw B.V.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "accepted by the seller in the buyer's place",
            applied,
            |trading, of| trading.say(SELLER, of, "ACCEPT", None, acceptance(&json!({}))),
            "R2 *-2 /actor/key",
            "acceptor Van der Meulen Waterbouw B.V.",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
        ),
        forgery(
            "accepted for more than the face",
            applied,
            |trading, of| trading.say(BUYER, of, "ACCEPT", None, acceptance(&json!({"acceptedAmount": "94300.00"}))),
            "R3 *-2 /body/acceptedAmount",
            "84300.00 EUR or less",
            "94300.00 EUR",
        ),
        forgery(
            "accepted in another currency",
            applied,
            |trading, of| trading.say(BUYER, of, "ACCEPT", None, acceptance(&json!({"currency": "USD"}))),
            "R7 *-2 /body/currency",
            "EUR",
            "USD",
        ),
        forgery(
            "due date put off while accepting",
            applied,
            |trading, of| trading.say(BUYER, of, "ACCEPT", None, acceptance(&json!({"maturityDate": "2026-11-22"}))),
            "R8 *-2 /body/maturityDate",
            "2026-05-22",
            "2026-11-22",
        ),
    ];
    assert_all(&forgeries);
}

#[test]
fn confirmed_by_who_may_not_or_for_another_amount() {
    let forgeries: [Forgery; 10] = [
        forgery(
            "confirmed in the bank's name by somebody else",
            accepted,
            |trading, of| trading.say(STRANGER, of, "CONFIRM", None, confirmation()),
            "R2 *-3 /actor/key",
            "confirmer Maashaven Handelsbank N.V.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "confirmed by the debtor himself",
            accepted,
            |trading, of| trading.say(BUYER, of, "CONFIRM", None, with(confirmation(), &json!({"confirmer": null}))),
            "R3 *-3 /actor/key",
            "another than the acceptor",
            "Van der Meulen Waterbouw B.V.",
        ),
        forgery(
            "confirmed before anybody accepted",
            applied,
            |trading, of| trading.say(BANK, of, "CONFIRM", None, confirmation()),
            "R3 *-2 /actionCode",
            "ACCEPT before",
            "CONFIRM",
        ),
        forgery(
            "amount raised while confirming",
            accepted,
            |trading, of| trading.say(BANK, of, "CONFIRM", None, with(confirmation(), &json!({"amount": "94300.00"}))),
            "R3 *-3 /body/amount",
            "84300.00 EUR",
            "94300.00 EUR",
        ),
        forgery(
            "amount lowered while confirming",
            accepted,
            |trading, of| trading.say(BANK, of, "CONFIRM", None, with(confirmation(), &json!({"amount": "4300.00"}))),
            "R3 *-3 /body/amount",
            "84300.00 EUR",
            "4300.00 EUR",
        ),
        forgery(
            "a confirmation that ends before the debt is due",
            accepted,
            |trading, of| {
                let body = with(confirmation(), &json!({"expiryDate": "2026-05-21"}));
                trading.say(BANK, of, "CONFIRM", None, body)
            },
            "R3 *-3 /body/expiryDate",
            "2026-05-22 or later",
            "2026-05-21",
        ),
        forgery(
            "confirmed twice, for different amounts",
            confirmed,
            |trading, of| {
                let body = with(confirmation(), &json!({"amount": "74300.00"}));
                trading.say(BANK, of, "CONFIRM", None, body)
            },
            "R3 *-4 /actionCode",
            "one CONFIRM, then RECONFIRM",
            "CONFIRM",
        ),
        forgery(
            "reconfirmed in the second bank's name by a stranger",
            confirmed,
            |trading, of| {
                let body = with(confirmation(), &json!({"rank": 2, "confirmer": named(SECOND_BANK)}));
                trading.say(STRANGER, of, "RECONFIRM", None, body)
            },
            "R2 *-4 /actor/key",
            "confirmer Noordzee Bank N.V.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "reconfirmed by the bank that confirmed",
            confirmed,
            |trading, of| trading.say(BANK, of, "RECONFIRM", None, with(confirmation(), &json!({"rank": 2}))),
            "R3 *-4 /actor/key",
            "another than the confirmers before",
            "Maashaven Handelsbank N.V.",
        ),
        forgery(
            "transferred unconfirmed where only confirmed ones may be",
            |trading, of| {
                trading.say(SELLER, of, "APPLY", None, with(terms(of), &json!({"profile": "CONFIRM-FIRST"})));
                trading.say(BUYER, of, "ACCEPT", None, acceptance(&json!({})))
            },
            |trading, of| trading.say(SELLER, of, "TRANSFER", Some(FINANCIER), json!({})),
            "R4 *-3 /actionCode",
            "CONFIRM before (CONFIRM-FIRST)",
            "TRANSFER",
        ),
    ];
    assert_all(&forgeries);
}

#[test]
fn applied_for_by_a_stranger_or_on_terms_that_cannot_be() {
    let apply = |trading: &mut Trading, who: &str, of: &str, changes: &serde_json::Value| {
        trading.say(who, of, "APPLY", None, with(terms(of), changes))
    };
    let cases = [
        (
            apply as fn(&mut Trading, &str, &str, &serde_json::Value) -> usize,
            STRANGER,
            json!({}),
            "R2 *-1 /actor/key",
            "seller Ningbo Qingyuan Pump & Valve Co., Ltd. or acceptor Van der Meulen Waterbouw B.V.",
            "Grey Harbour Trading Ltd.",
        ),
        (apply, SELLER, json!({"faceAmount": "0.00"}), "R1 *-1 /body/faceAmount", "more than 0", "0.00 EUR"),
        (
            apply,
            SELLER,
            json!({"maturityDate": "2026-01-22"}),
            "R8 *-1 /body/maturityDate",
            "after 2026-01-22",
            "2026-01-22",
        ),
        (
            apply,
            SELLER,
            json!({"currency": "USD", "invoiceReferences": [{"documentNumber": "QY-9", "issueDate": "2026-01-22",
                "totalInvoiceAmount": {"value": "84300.00", "currency": "EUR"}}]}),
            "R7 *-1 /body/invoiceReferences/0/totalInvoiceAmount",
            "USD",
            "EUR",
        ),
        (
            apply,
            SELLER,
            json!({"profile": "CN-2025", "maturityDate": "2027-01-23"}),
            "R8 *-1 /body/maturityDate",
            "12 months after 2026-01-22 at most (CN-2025)",
            "2027-01-23",
        ),
    ];
    let mut trading = Trading::default();
    let honest = trading.apply("RCV-A");
    let places: Vec<usize> = cases
        .iter()
        .enumerate()
        .map(|(number, (tell, who, changes, ..))| tell(&mut trading, who, &format!("RCV-{number}"), changes))
        .collect();
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let good = reader.examine(&trading.prove(honest, &[]));
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent);
    for (number, ((_, _, _, at, expected, found), place)) in cases.iter().zip(places).enumerate() {
        let report = reader.examine(&trading.prove(place, &[]));
        let at = at.replace('*', &format!("RCV-{number}"));
        assert_eq!(
            differences(&good, &report),
            [failed(TradeRules, "rule-broken", &at).comparing(expected, found)],
            "case {number}"
        );
        assert_eq!(report.conclusion, Conclusion::AgainstRules);
    }
    println!("forged applications: {} cases", cases.len());
}

#[test]
fn confirmed_by_a_key_that_was_registered_after() {
    let mut trading = Trading::default();
    let first = trading.accepted("RCV-1") - 1;
    let body = with(confirmation(), &json!({"confirmer": named(LATE)}));
    let early = trading.say(LATE, "RCV-1", "CONFIRM", None, body.clone());
    let registered = trading.register(LATE);
    let on_it = trading.say(SELLER, "RCV-1", "TRANSFER", Some(FINANCIER), json!({}));
    trading.accepted("RCV-2");
    let in_time = trading.say(LATE, "RCV-2", "CONFIRM", None, body);
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let good = reader.examine(&trading.prove(in_time, &[in_time - 2, in_time - 1]));
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", good.first_problem());
    let late = |step, at: usize| {
        failed(step, "party-registered-later", &format!("parties[{at}].logProof"))
            .comparing(format!("before {early}"), registered)
    };
    let report = reader.examine(&trading.prove(early, &[first, first + 1]));
    let told = differences(&good, &report);
    assert!(told.contains(&late(PartyRegistered, 0)), "{told:?}");
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    // Whatever was built on it falls with it.
    let report = reader.examine(&trading.prove(on_it, &[first, first + 1, early]));
    let needs = crate::differences::waits(TradeRules, "history");
    assert_eq!(differences(&good, &report), [late(History, 2), needs]);
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    assert!(report.trade.is_none(), "nothing is told of a state that rests on it");
}
