//! Invoices held against rules A1 to A6: every equation right and wrong, rounded by either convention, withheld or missing.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/bilingual.rs"]
mod bilingual;

use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::trade::invoice_arithmetic::{InvoiceArithmetic, Rounding, rule_invoice};
use plimsoll::trade::record::Record;
use plimsoll::trade::record_issue::issue_record;
use plimsoll::trade::rule::{Lack, Rule, Ruling, Severity, Sheet};
use serde_json::{Map, Value, json};

fn key() -> SecretKey {
    SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap()
}

/// Two lines, an allowance, a charge, two taxes, a part prepaid.
fn invoice() -> Value {
    json!({
        "documentNumber": "QY-26-0117", "currency": "EUR",
        "invoiceLines": [
            {"id": "1", "invoicedQuantity": {"value": "250", "unit": "C62"}, "priceAmount": "0.7533",
             "lineExtensionAmount": "188.33"},
            {"id": "2", "invoicedQuantity": {"value": "30", "unit": "KGM"}, "priceAmount": "12.5",
             "baseQuantity": {"value": "100", "unit": "KGM"}, "lineExtensionAmount": "5.75",
             "allowanceCharges": [{"chargeIndicator": true, "amount": "3.00"}, {"chargeIndicator": false, "amount": "1.00"}]},
        ],
        "lineExtensionAmount": "194.08",
        "allowanceCharges": [{"chargeIndicator": false, "amount": "20.00"}, {"chargeIndicator": true, "amount": "5.92"}],
        "allowanceTotalAmount": "20.00", "chargeTotalAmount": "5.92",
        "taxExclusiveAmount": "180.00",
        "taxSubtotals": [
            {"taxableAmount": "100.00", "taxAmount": "19.00", "taxPercentage": "19"},
            {"taxableAmount": "80.00", "taxAmount": "5.60", "taxPercentage": "7.0"},
        ],
        "taxAmount": "24.60", "taxInclusiveAmount": "204.60",
        "prepaidAmount": "100.00", "payableAmount": "104.60",
    })
}

fn payload(body: &Value) -> Map<String, Value> {
    let record = json!({
        "recordType": "invoice", "recordId": "INV", "schemaVersion": "1",
        "subject": {"scheme": "invoice", "reference": "QY-26-0117", "blinding": ""},
        "sequence": 1, "actionCode": "ISSUED", "actionDateTime": "2026-03-02T22:10:00+08:00",
        "actor": {"key": key().public().to_jwk()}, "body": body,
    });
    record.as_object().unwrap().clone()
}

fn rule(record: &Record) -> (Sheet, InvoiceArithmetic) {
    let mut sheet = Sheet::default();
    let found = rule_invoice(record, &mut sheet);
    bilingual::assert_bilingual(&sheet);
    (sheet, found)
}

/// The invoice with members of its body replaced, or taken out where null.
fn with(changes: &[(&str, Value)]) -> Value {
    let mut body = invoice();
    for (pointer, value) in changes {
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap();
        match (parent, value) {
            (Value::Object(members), Value::Null) => drop(members.remove(name)),
            (Value::Object(members), value) => drop(members.insert(name.to_owned(), value.clone())),
            (Value::Array(elements), value) => elements[name.parse::<usize>().unwrap()] = value.clone(),
            _ => panic!("{pointer}"),
        }
    }
    body
}

fn sheet(changes: &[(&str, Value)]) -> Sheet {
    rule(&Record::from_json(&payload(&with(changes))).unwrap()).0
}

/// The rules that are broken, each with the fields, what was expected and what was found.
fn broken(sheet: &Sheet) -> Vec<String> {
    let mut found = Vec::new();
    for (rule, ruling) in sheet.rulings() {
        if let Ruling::Broken { breaches, .. } = ruling {
            for breach in breaches {
                let place = &breach.places[0];
                assert_eq!(place.record, "INV");
                let weight = if breach.severity == Severity::Error { "E" } else { "W" };
                found.push(format!(
                    "{} {weight} {} {} not {}",
                    rule.code(),
                    place.field,
                    breach.expected,
                    breach.found
                ));
            }
        }
    }
    found
}

fn lacks(sheet: &Sheet, number: u8) -> Vec<String> {
    let Ruling::NotChecked { lacks, .. } = sheet.ruling(Rule::A(number)) else {
        panic!("A{number}: {:?}", sheet.ruling(Rule::A(number)))
    };
    lacks
        .iter()
        .map(|lack| match lack {
            Lack::Withheld { field, .. } => format!("withheld {field}"),
            Lack::Field { field, .. } => format!("missing {field}"),
            Lack::Record { what } => what.clone(),
            other => format!("{other:?}"),
        })
        .collect()
}

#[test]
fn an_invoice_that_adds_up_holds() {
    let (sheet, found) = rule(&Record::from_json(&payload(&invoice())).unwrap());
    assert_eq!(broken(&sheet), Vec::<String>::new());
    for (number, cases) in [(1, 1), (2, 3), (3, 2), (4, 1), (5, 2), (6, 2)] {
        assert_eq!(sheet.ruling(Rule::A(number)), Ruling::Held { cases }, "A{number}");
    }
    assert_eq!(found.rounding, None, "nothing is rounded");
}

#[test]
fn each_equation_that_fails_is_named() {
    let cases: [(&str, Value, &[&str]); 14] = [
        (
            "/lineExtensionAmount",
            json!("194.09"),
            &[
                "A1 E /body/lineExtensionAmount 194.08 EUR not 194.09 EUR",
                "A2 E /body/taxExclusiveAmount 180.01 EUR not 180.00 EUR",
            ],
        ),
        (
            "/taxExclusiveAmount",
            json!("180.01"),
            &[
                "A2 E /body/taxExclusiveAmount 180.00 EUR not 180.01 EUR",
                "A3 E /body/taxInclusiveAmount 204.61 EUR not 204.60 EUR",
            ],
        ),
        (
            "/allowanceTotalAmount",
            json!("19.00"),
            &[
                "A2 E /body/allowanceTotalAmount 20.00 EUR not 19.00 EUR",
                "A2 E /body/taxExclusiveAmount 181.00 EUR not 180.00 EUR",
            ],
        ),
        (
            "/allowanceCharges/1/chargeIndicator",
            json!(false),
            &[
                "A2 E /body/allowanceTotalAmount 25.92 EUR not 20.00 EUR",
                "A2 E /body/chargeTotalAmount 0.00 EUR not 5.92 EUR",
            ],
        ),
        (
            "/taxAmount",
            json!("24.59"),
            &[
                "A3 E /body/taxAmount 24.60 EUR not 24.59 EUR",
                "A3 E /body/taxInclusiveAmount 204.59 EUR not 204.60 EUR",
            ],
        ),
        (
            "/taxInclusiveAmount",
            json!("204.61"),
            &[
                "A3 E /body/taxInclusiveAmount 204.60 EUR not 204.61 EUR",
                "A4 E /body/payableAmount 104.61 EUR not 104.60 EUR",
            ],
        ),
        ("/prepaidAmount", json!("99.99"), &["A4 E /body/payableAmount 104.61 EUR not 104.60 EUR"]),
        ("/payableAmount", json!("104.59"), &["A4 E /body/payableAmount 104.60 EUR not 104.59 EUR"]),
        ("/payableRoundingAmount", json!("0.40"), &["A4 E /body/payableAmount 105.00 EUR not 104.60 EUR"]),
        (
            "/invoiceLines/0/priceAmount",
            json!("0.7544"),
            &["A5 W /body/invoiceLines/0/lineExtensionAmount 188.60 EUR not 188.33 EUR"],
        ),
        (
            "/invoiceLines/1/invoicedQuantity/value",
            json!(31),
            &["A5 W /body/invoiceLines/1/lineExtensionAmount 5.88 EUR not 5.75 EUR"],
        ),
        ("/invoiceLines/1/baseQuantity/unit", json!("TNE"), &["A5 W /body/invoiceLines/1/baseQuantity KGM not TNE"]),
        ("/invoiceLines/1/priceCurrency", json!("USD"), &["A5 W /body/invoiceLines/1/priceCurrency EUR not USD"]),
        (
            "/taxSubtotals/1/taxPercentage",
            json!("7.01"),
            &["A6 W /body/taxSubtotals/1/taxAmount 5.61 EUR not 5.60 EUR"],
        ),
    ];
    for (pointer, value, expected) in cases {
        let sheet = sheet(&[(pointer, value)]);
        assert_eq!(broken(&sheet), expected, "{pointer}");
    }
}

#[test]
fn half_a_minor_unit_is_rounding_and_more_is_not() {
    for (price, right) in
        [("0.7533", true), ("0.75330", true), ("0.75334", true), ("0.7533401", false), ("0.75329", false)]
    {
        let found = broken(&sheet(&[("/invoiceLines/0/priceAmount", json!(price))]));
        assert_eq!(found.is_empty(), right, "{price}: {found:?}");
    }
    for (taxable, tax, right) in [("100.03", "19.01", true), ("100.02", "19.01", false), ("-25", "-4.75", true)] {
        let subtotal = json!({"taxableAmount": taxable, "taxAmount": tax, "taxPercentage": "19"});
        let ruling = sheet(&[("/taxSubtotals/0", subtotal)]).ruling(Rule::A(6));
        assert_eq!(matches!(ruling, Ruling::Held { cases: 2 }), right, "{taxable} {tax}: {ruling:?}");
    }
    for base in ["0", "-100"] {
        let found = broken(&sheet(&[("/invoiceLines/1/baseQuantity/value", json!(base))]));
        assert_eq!(found, [format!("A5 W /body/invoiceLines/1/baseQuantity more than 0 not {base}")]);
    }
}

#[test]
fn either_convention_of_rounding_holds_but_no_mixture() {
    let ruled = |inclusive: &str, rounding: &str, payable: &str| {
        let body = with(&[
            ("/taxInclusiveAmount", json!(inclusive)),
            ("/payableRoundingAmount", json!(rounding)),
            ("/payableAmount", json!(payable)),
        ]);
        let (sheet, found) = rule(&Record::from_json(&payload(&body)).unwrap());
        (broken(&sheet), found.rounding)
    };
    assert_eq!(ruled("204.60", "0.40", "105.00"), (vec![], Some(Rounding::InPayable)));
    assert_eq!(ruled("205.00", "0.40", "105.00"), (vec![], Some(Rounding::InTaxInclusive)));
    assert_eq!(ruled("204.60", "0.00", "104.60"), (vec![], None));
    // Rounded twice, or not at all.
    let twice = vec!["A3 E /body/taxInclusiveAmount 204.60 EUR not 205.00 EUR".to_owned()];
    assert_eq!(ruled("205.00", "0.40", "105.40"), (twice, None));
    let never = vec!["A4 E /body/payableAmount 105.00 EUR not 104.60 EUR".to_owned()];
    assert_eq!(ruled("204.60", "0.40", "104.60"), (never, None));
}

#[test]
fn what_is_missing_is_not_checked() {
    for (changes, number, expected) in [
        (vec!["/invoiceLines"], 1, vec!["missing /body/invoiceLines"]),
        (vec!["/invoiceLines"], 5, vec!["missing /body/invoiceLines"]),
        (vec!["/invoiceLines/0/lineExtensionAmount"], 1, vec!["missing /body/invoiceLines/0/lineExtensionAmount"]),
        (vec!["/invoiceLines/0/priceAmount"], 5, vec!["missing /body/invoiceLines/0/priceAmount"]),
        (vec!["/lineExtensionAmount"], 1, vec!["missing /body/lineExtensionAmount"]),
        (vec!["/taxExclusiveAmount"], 2, vec!["missing /body/taxExclusiveAmount"]),
        (vec!["/taxInclusiveAmount"], 3, vec!["missing /body/taxInclusiveAmount"]),
        (vec!["/taxAmount", "/taxSubtotals"], 3, vec!["missing /body/taxSubtotals"]),
        (vec!["/taxSubtotals"], 6, vec!["missing /body/taxSubtotals"]),
        (vec!["/taxSubtotals/1/taxPercentage"], 6, vec!["missing /body/taxSubtotals/1/taxPercentage"]),
    ] {
        let changes: Vec<(&str, Value)> = changes.into_iter().map(|pointer| (pointer, Value::Null)).collect();
        let sheet = sheet(&changes);
        assert_eq!(lacks(&sheet, number), expected, "A{number} {changes:?}");
        assert_eq!(broken(&sheet), Vec::<String>::new(), "A{number} {changes:?}");
    }
    // Where the total with tax is not stated (UBL 2.0), what is payable follows from the total without.
    let without = [("/taxInclusiveAmount", Value::Null), ("/payableRoundingAmount", json!("0.40"))];
    assert_eq!(broken(&sheet(&without)), ["A4 E /body/payableAmount 105.00 EUR not 104.60 EUR"]);
    let right = [without[0].clone(), without[1].clone(), ("/payableAmount", json!("105.00"))];
    assert_eq!(sheet(&right).ruling(Rule::A(4)), Ruling::Held { cases: 1 });
    // Totals alone serve where nothing is listed, and lists where nothing is totalled.
    assert_eq!(sheet(&[("/allowanceCharges", Value::Null)]).ruling(Rule::A(2)), Ruling::Held { cases: 1 });
    let unlisted = [("/allowanceTotalAmount", Value::Null), ("/chargeTotalAmount", Value::Null)];
    assert_eq!(sheet(&unlisted).ruling(Rule::A(2)), Ruling::Held { cases: 1 });
    // Outside the scope of the tax there is no rate.
    let outside = json!({"taxableAmount": "80.00", "taxAmount": "0.00", "taxCategoryCode": "O"});
    assert_eq!(sheet(&[("/taxSubtotals/1", outside)]).ruling(Rule::A(6)), Ruling::Held { cases: 2 });
}

#[test]
fn what_is_withheld_is_not_checked() {
    let mut count = 0_u128;
    let mut salts = || {
        count += 1;
        count.to_be_bytes()
    };
    let signed = issue_record(&payload(&invoice()), &mut salts, &key()).unwrap();
    let ruled = |pointers: &[&str]| {
        let fewer = signed.withhold(pointers.iter().copied()).unwrap();
        let record = Record::parse(fewer.disclose().unwrap().payload().clone()).unwrap();
        rule(&record).0
    };
    let sheet = ruled(&["/body/invoiceLines/1"]);
    assert_eq!(lacks(&sheet, 1), ["withheld /body/invoiceLines/1"]);
    assert_eq!(lacks(&sheet, 5), ["withheld /body/invoiceLines/1"]);
    assert_eq!(sheet.ruling(Rule::A(2)), Ruling::Held { cases: 3 }, "the totals are all shown");
    let sheet = ruled(&["/body/taxInclusiveAmount"]);
    assert_eq!(lacks(&sheet, 3), ["withheld /body/taxInclusiveAmount"]);
    // What is rounded is not stated, or it is what is withheld.
    assert_eq!(lacks(&sheet, 4), ["withheld /body/taxInclusiveAmount"]);
    let sheet = ruled(&["/body/documentNumber"]);
    assert_eq!(lacks(&sheet, 4), ["withheld /body/payableRoundingAmount"]);
    assert_eq!(sheet.ruling(Rule::A(1)), Ruling::Held { cases: 1 });
    let sheet = ruled(&["/body/currency"]);
    for number in 1..=6 {
        assert_eq!(lacks(&sheet, number), ["withheld /body/currency"]);
    }
}

#[test]
fn other_money_and_other_records_are_told_apart() {
    let dollars = json!({"value": "180.00", "currency": "USD"});
    let found = broken(&sheet(&[("/taxExclusiveAmount", dollars)]));
    assert_eq!(found, ["A2 E /body/taxExclusiveAmount EUR not USD", "A3 E /body/taxExclusiveAmount EUR not USD"]);
    // An advice of payment has no totals.
    let mut paid = payload(&json!({"amount": "104.60", "currency": "EUR"}));
    paid["actionCode"] = json!("PAID");
    assert_eq!(rule(&Record::from_json(&paid).unwrap()).0, Sheet::default());
}

#[test]
fn numbers_too_long_for_exact_arithmetic_are_not_checked() {
    let long = "999999999999999999999999";
    let line =
        json!({"invoicedQuantity": {"value": long, "unit": "C62"}, "priceAmount": long, "lineExtensionAmount": "5.75"});
    let sheet = sheet(&[("/invoiceLines/1", line)]);
    assert_eq!(lacks(&sheet, 5), ["missing /body/invoiceLines/1/lineExtensionAmount"]);
}
