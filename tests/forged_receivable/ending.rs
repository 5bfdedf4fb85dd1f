//! Paid, presented, called overdue, cancelled, when that may not be.

use crate::trading::{BANK, BUYER, FINANCIER, SELLER, STRANGER, SUPPLIER, Trading};
use crate::{Forgery, assert_all, forgery};
use serde_json::json;

fn transferred(trading: &mut Trading, of: &str) -> usize {
    trading.confirmed(of);
    trading.say(SELLER, of, "TRANSFER", Some(SUPPLIER), json!({}))
}

fn cancelled(trading: &mut Trading, of: &str) -> usize {
    trading.accepted(of);
    trading.say(SELLER, of, "CANCEL", None, json!({"reason": "order withdrawn"}))
}

fn presented(trading: &mut Trading, of: &str) -> usize {
    transferred(trading, of);
    trading.on("2026-05-22T08:00:00Z", SUPPLIER, of, "PRESENT", None, json!({}))
}

fn paid(trading: &mut Trading, of: &str) -> usize {
    presented(trading, of);
    trading.on("2026-05-22T09:00:00Z", BUYER, of, "PAY", Some(SUPPLIER), json!({"amount": "50000.00"}))
}

const DAY: &str = "2026-05-22T10:00:00Z";

#[test]
fn paid_too_much_to_another_or_by_another() {
    let forgeries: [Forgery; 6] = [
        forgery(
            "paid more than is open",
            paid,
            |trading, of| trading.on(DAY, BUYER, of, "PAY", Some(SUPPLIER), json!({"amount": "34300.01"})),
            "R9 *-7 /body/amount",
            "34300.00 EUR or less",
            "34300.01 EUR",
        ),
        forgery(
            "called settled with something open",
            paid,
            |trading, of| trading.on(DAY, BUYER, of, "SETTLE", Some(SUPPLIER), json!({"amount": "34299.99"})),
            "R9 *-7 /body/amount",
            "34300.00 EUR",
            "34299.99 EUR",
        ),
        forgery(
            "paid to a former holder",
            presented,
            |trading, of| trading.on(DAY, BUYER, of, "PAY", Some(SELLER), json!({"amount": "84300.00"})),
            "R9 *-6 /recipient",
            "Cixi Castings Co., Ltd.",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
        ),
        forgery(
            "payment told by a stranger",
            presented,
            |trading, of| trading.on(DAY, STRANGER, of, "PAY", Some(SUPPLIER), json!({"amount": "84300.00"})),
            "R2 *-6 /actor/key",
            "acceptor Van der Meulen Waterbouw B.V. or holder Cixi Castings Co., Ltd.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "paid in another currency",
            presented,
            |trading, of| {
                let body = json!({"amount": {"value": "84300.00", "currency": "USD"}});
                trading.on(DAY, BUYER, of, "PAY", Some(SUPPLIER), body)
            },
            "R7 *-6 /body/amount",
            "EUR",
            "84300.00 USD",
        ),
        forgery(
            "paid once more after it was settled",
            |trading, of| {
                paid(trading, of);
                trading.on(DAY, BUYER, of, "SETTLE", Some(SUPPLIER), json!({"amount": "34300.00"}))
            },
            |trading, of| trading.on(DAY, BUYER, of, "PAY", Some(SUPPLIER), json!({"amount": "1.00"})),
            "R9 *-8 /actionCode",
            "nothing after settled",
            "PAY",
        ),
    ];
    assert_all(&forgeries);
}

#[test]
fn called_overdue_or_presented_or_ended_by_who_may_not() {
    let forgeries: [Forgery; 9] = [
        forgery(
            "called overdue on the day it is due",
            presented,
            |trading, of| trading.on(DAY, SUPPLIER, of, "DEFAULT", None, json!({"unpaidAmount": "84300.00"})),
            "R10 *-6 /actionDateTime",
            "after 2026-05-22",
            "2026-05-22",
        ),
        forgery(
            "more called unpaid than is",
            paid,
            |trading, of| {
                let body = json!({"unpaidAmount": "84300.00"});
                trading.on("2026-05-23T08:00:00Z", SUPPLIER, of, "DEFAULT", None, body)
            },
            "R10 *-7 /body/unpaidAmount",
            "34300.00 EUR",
            "84300.00 EUR",
        ),
        forgery(
            "paid in the confirmer's place by a stranger, who would be the creditor then",
            presented,
            |trading, of| trading.on(DAY, STRANGER, of, "CONFIRMER_PAY", Some(SUPPLIER), json!({"amount": "84300.00"})),
            "R2 *-6 /actor/key",
            "confirmer Maashaven Handelsbank N.V.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "paid by the confirmer before anybody asked him",
            transferred,
            |trading, of| trading.on(DAY, BANK, of, "CONFIRMER_PAY", Some(SUPPLIER), json!({"amount": "84300.00"})),
            "R10 *-5 /actionCode",
            "PRESENT or DEFAULT before",
            "confirmed",
        ),
        forgery(
            "presented by who holds it no longer",
            transferred,
            |trading, of| trading.say(SELLER, of, "PRESENT", None, json!({})),
            "R2 *-5 /actor/key",
            "holder Cixi Castings Co., Ltd.",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
        ),
        forgery(
            "cancelled after it was transferred",
            transferred,
            |trading, of| trading.say(SUPPLIER, of, "CANCEL", None, json!({"reason": "none"})),
            "R3 *-5 /actionCode",
            "CANCEL before TRANSFER, FINANCE and PAY",
            "CANCEL",
        ),
        forgery(
            "financed after it was cancelled",
            cancelled,
            |trading, of| {
                let body = json!({"TotalFinancedAmount": "67440.00", "currency": "EUR"});
                trading.say(SELLER, of, "FINANCE", Some(FINANCIER), body)
            },
            "R3 *-4 /actionCode",
            "nothing after cancelled",
            "FINANCE",
        ),
        forgery(
            "disputed by another than the debtor",
            transferred,
            |trading, of| trading.say(STRANGER, of, "DISPUTE", None, json!({"reason": "short delivery"})),
            "R2 *-5 /actor/key",
            "acceptor Van der Meulen Waterbouw B.V.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "applied for a second time, in its own history",
            transferred,
            |trading, of| trading.apply(of),
            "R12 *-5 /actionCode",
            "an action on a receivable that is there",
            "APPLY",
        ),
    ];
    assert_all(&forgeries);
}
