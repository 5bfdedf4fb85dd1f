//! Transferred, split, pledged and financed by those who do not hold it, or beyond what there is.

use crate::trading::{BANK, BUYER, FINANCIER, SECOND_BANK, SELLER, STRANGER, SUPPLIER, Trading, confirmation, named};
use crate::{Forgery, assert_all, forgery};
use serde_json::{Value, json};

fn confirmed(trading: &mut Trading, of: &str) -> usize {
    trading.confirmed(of)
}

fn transferred(trading: &mut Trading, of: &str) -> usize {
    trading.confirmed(of);
    trading.say(SELLER, of, "TRANSFER", Some(SUPPLIER), json!({}))
}

fn pledged(trading: &mut Trading, of: &str) -> usize {
    trading.confirmed(of);
    trading.say(SELLER, of, "PLEDGE", Some(FINANCIER), json!({"securedAmount": "47000.00"}))
}

fn split(trading: &mut Trading, of: &str) -> usize {
    trading.confirmed(of);
    trading.say(SELLER, of, "SPLIT", None, parts(of, ["50000.00", "34300.00"]))
}

fn parts(of: &str, [one, other]: [&str; 2]) -> Value {
    json!({"children": [{"id": format!("{of}-A"), "amount": one}, {"id": format!("{of}-B"), "amount": other}], "currency": "EUR"})
}

fn part_body(of: &str, amount: &str, currency: &str, due: &str) -> Value {
    json!({"faceAmount": amount, "currency": currency, "issueDate": "2026-01-22", "maturityDate": due,
        "seller": named(SELLER), "acceptor": named(BUYER), "parentReceivableId": of})
}

fn part(trading: &mut Trading, who: &str, of: &str, amount: &str, currency: &str, due: &str) -> usize {
    trading.say(who, &format!("{of}-A"), "APPLY", None, part_body(of, amount, currency, due))
}

#[test]
fn transferred_by_who_does_not_hold_it() {
    let mut forgeries: Vec<Forgery> = vec![
        forgery(
            "transferred by a stranger",
            confirmed,
            |trading, of| trading.say(STRANGER, of, "TRANSFER", Some(STRANGER), json!({})),
            "R2 *-4 /actor/key",
            "holder Ningbo Qingyuan Pump & Valve Co., Ltd.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "transferred again by a former holder",
            transferred,
            |trading, of| trading.say(SELLER, of, "TRANSFER", Some(FINANCIER), json!({})),
            "R2 *-5 /actor/key",
            "holder Cixi Castings Co., Ltd.",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
        ),
        forgery(
            "transferred by its confirmer",
            transferred,
            |trading, of| trading.say(BANK, of, "TRANSFER", Some(BANK), json!({})),
            "R2 *-5 /actor/key",
            "holder Cixi Castings Co., Ltd.",
            "Maashaven Handelsbank N.V.",
        ),
        forgery(
            "a part transferred without a split",
            confirmed,
            |trading, of| trading.say(SELLER, of, "TRANSFER", Some(SUPPLIER), json!({"amount": "50000.00"})),
            "R1 *-4 /body/amount",
            "84300.00 EUR, or SPLIT before",
            "50000.00 EUR",
        ),
        forgery(
            "transferred after it was due",
            confirmed,
            |trading, of| trading.on("2026-05-23T08:00:00Z", SELLER, of, "TRANSFER", Some(SUPPLIER), json!({})),
            "R8 *-4 /actionDateTime",
            "2026-05-22 or earlier",
            "2026-05-23",
        ),
        forgery(
            "transferred on a day before it was confirmed",
            |trading, of| {
                trading.accepted(of);
                trading.on("2026-03-02T00:00:00Z", BANK, of, "CONFIRM", None, confirmation())
            },
            |trading, of| trading.on("2026-02-01T08:00:00Z", SELLER, of, "TRANSFER", Some(SUPPLIER), json!({})),
            "R12 *-4 /actionDateTime, *-3 /actionDateTime",
            "2026-03-02T00:00:00Z or later",
            "2026-02-01T08:00:00Z",
        ),
    ];
    let mut twice = forgery(
        "transferred twice by its holder, to two",
        transferred,
        |trading, of| {
            let before = trading.said_of(of)[2];
            trading.say_after(Some(before), SELLER, of, "TRANSFER", Some(FINANCIER), json!({}), |record| {
                record.insert("recordId".into(), json!(format!("{of}-4-again")));
            })
        },
        "R12 *-4-again /previousRecordHash, *-4 /previousRecordHash",
        "one record after number 3",
        "*-4 and *-4-again",
    );
    twice.fork = Some("entries 4 and 5");
    forgeries.push(twice);
    assert_all(&forgeries);
}

#[test]
fn split_into_more_or_other_than_there_is() {
    let forgeries: [Forgery; 9] = [
        forgery(
            "parts above the whole",
            confirmed,
            |trading, of| trading.say(SELLER, of, "SPLIT", None, parts(of, ["50000.00", "34300.01"])),
            "R1 *-4 /body/children",
            "84300.00 EUR",
            "84300.01 EUR",
        ),
        forgery(
            "a part of less than nothing, to make another larger",
            confirmed,
            |trading, of| trading.say(SELLER, of, "SPLIT", None, parts(of, ["94300.00", "-10000.00"])),
            "R1 *-4 /body/children/1/amount",
            "more than 0",
            "-10000.00 EUR",
        ),
        forgery(
            "a part in another currency",
            confirmed,
            |trading, of| {
                let mut body = parts(of, ["50000.00", "34300.00"]);
                body["children"][0]["amount"] = json!({"value": "50000.00", "currency": "USD"});
                trading.say(SELLER, of, "SPLIT", None, body)
            },
            "R7 *-4 /body/children/0/amount",
            "EUR",
            "USD",
        ),
        forgery(
            "split by a stranger",
            confirmed,
            |trading, of| trading.say(STRANGER, of, "SPLIT", None, parts(of, ["50000.00", "34300.00"])),
            "R2 *-4 /actor/key",
            "holder Ningbo Qingyuan Pump & Valve Co., Ltd.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "the whole transferred after it was split",
            split,
            |trading, of| trading.say(SELLER, of, "TRANSFER", Some(FINANCIER), json!({})),
            "R1 *-5 /actionCode",
            "nothing after split",
            "TRANSFER",
        ),
        forgery(
            "a part that says it is more",
            split,
            |trading, of| part(trading, SELLER, of, "60000.00", "EUR", "2026-05-22"),
            "R1 *-A-1 /body/faceAmount",
            "50000.00 EUR",
            "60000.00 EUR",
        ),
        forgery(
            "a part that says it is due earlier",
            split,
            |trading, of| part(trading, SELLER, of, "50000.00", "EUR", "2026-04-22"),
            "R1 *-A-1 /body/maturityDate",
            "2026-05-22",
            "2026-04-22",
        ),
        forgery(
            "a part taken up by a stranger",
            split,
            |trading, of| part(trading, STRANGER, of, "50000.00", "EUR", "2026-05-22"),
            "R2 *-A-1 /actor/key",
            "holder Ningbo Qingyuan Pump & Valve Co., Ltd.",
            "Grey Harbour Trading Ltd.",
        ),
        forgery(
            "a part of what was not split by then, nor later",
            confirmed,
            |trading, of| {
                let body = part_body(of, "50000.00", "EUR", "2026-05-22");
                trading.on("2026-02-28T08:00:00Z", SELLER, &format!("{of}-A"), "APPLY", None, body)
            },
            "R1 *-A-1 /body/parentReceivableId",
            "a part of *, by its SPLIT",
            "*-A",
        ),
    ];
    assert_all(&forgeries);
}

#[test]
fn pledged_and_financed_against_who_has_it() {
    let forgeries: [Forgery; 8] = [
        forgery(
            "released by another than the pledgee",
            pledged,
            |trading, of| trading.say(SELLER, of, "RELEASE", None, json!({})),
            "R2 *-5 /actor/key",
            "pledgee Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
        ),
        forgery(
            "transferred while pledged",
            pledged,
            |trading, of| trading.say(SELLER, of, "TRANSFER", Some(SUPPLIER), json!({})),
            "R5 *-5 /actionCode",
            "RELEASE by Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.",
            "TRANSFER",
        ),
        forgery(
            "pledged twice",
            pledged,
            |trading, of| trading.say(SELLER, of, "PLEDGE", Some(SECOND_BANK), json!({"securedAmount": "1.00"})),
            "R5 *-5 /actionCode",
            "RELEASE by Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.",
            "PLEDGE",
        ),
        forgery(
            "released though never pledged",
            confirmed,
            |trading, of| trading.say(FINANCIER, of, "RELEASE", None, json!({})),
            "R5 *-4 /actionCode",
            "PLEDGE before",
            "RELEASE",
        ),
        forgery(
            "pledged by a former holder",
            transferred,
            |trading, of| trading.say(SELLER, of, "PLEDGE", Some(FINANCIER), json!({"securedAmount": "47000.00"})),
            "R2 *-5 /actor/key",
            "holder Cixi Castings Co., Ltd.",
            "Ningbo Qingyuan Pump & Valve Co., Ltd.",
        ),
        forgery(
            "financed above the share",
            confirmed,
            |trading, of| trading.say(SELLER, of, "FINANCE", Some(FINANCIER), financing("67440.01")),
            "R11 *-4 /body/TotalFinancedAmount",
            "acceptedAmount × AppliedPercentage or less",
            "67440.01 EUR",
        ),
        forgery(
            "financed twice",
            |trading, of| {
                trading.confirmed(of);
                trading.say(SELLER, of, "FINANCE", Some(FINANCIER), financing("67440.00"))
            },
            |trading, of| trading.say(SELLER, of, "FINANCE", Some(SECOND_BANK), financing("10.00")),
            "R6 *-5 /actionCode",
            "one FINANCE",
            "financed before by *-4",
        ),
        forgery(
            "financed by two strangers between themselves",
            confirmed,
            |trading, of| trading.say(STRANGER, of, "FINANCE", Some(FINANCIER), financing("67440.00")),
            "R2 *-4 /actor/key",
            "holder Ningbo Qingyuan Pump & Valve Co., Ltd. or financier Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.",
            "Grey Harbour Trading Ltd.",
        ),
    ];
    assert_all(&forgeries);
}

fn financing(amount: &str) -> Value {
    json!({"TotalFinancedAmount": amount, "AppliedPercentage": "80", "currency": "EUR"})
}
