//! The table: every value with its evidence, every row with its rules.

use crate::told::{BILL, BUYER, FINANCIER, Parts, SELLER, check, withhold};
use plimsoll::trade::flows::table::{Evidence, Flow, FlowTable, Item, MAX_ITEMS, Outcome, Row, Topic, Value};
use plimsoll::trade::rule::{Rule, Severity};
use serde_json::json;

fn table(parts: &Parts) -> FlowTable {
    let story = parts.tell();
    check(&story).0.table(&story.entries(), 0).expect("a deal")
}

fn row(table: &FlowTable, topic: Topic) -> &Row {
    table.rows.iter().find(|row| row.topic == topic).unwrap_or_else(|| panic!("{topic:?}"))
}

fn values(row: &Row, flow: Flow) -> Vec<String> {
    let text = |item: &Item| match &item.value {
        Value::Text(text) | Value::Amount(text) | Value::Day(text) | Value::Quantity(text) => text.clone(),
        Value::Paid(text) | Value::Open(text) => text.clone(),
        Value::Code(_, code) => code.clone(),
        Value::Withheld => "withheld".into(),
    };
    row.cells[flow as usize].items.iter().map(text).collect()
}

#[test]
fn lays_out_the_whole_dossier() {
    let table = table(&Parts::good());
    let topics: Vec<Topic> = table.rows.iter().map(|row| row.topic).collect();
    let expected: Vec<Topic> = Topic::ALL.into_iter().filter(|topic| *topic != Topic::Clearing).collect();
    assert_eq!(topics, expected);
    for (topic, flow, expected) in [
        (Topic::Documents, Flow::Goods, vec![BILL, "SURRENDERED_FOR_DELIVERY"]),
        (Topic::Documents, Flow::Business, vec!["QY-26-0117", "PO-7", "QY-26-0118", "PO-7"]),
        (Topic::Seller, Flow::Goods, vec![SELLER]),
        (Topic::Seller, Flow::Business, vec![SELLER, SELLER]),
        (Topic::Buyer, Flow::Money, vec![BUYER, BUYER]),
        (Topic::Commodities, Flow::Information, vec!["841370", "Centrifugal pumps"]),
        (Topic::Packages, Flow::Goods, vec!["24 CR"]),
        (Topic::Packages, Flow::Business, vec!["20 XCR", "4 XCR"]),
        (Topic::Weight, Flow::Goods, vec!["9840 KGM"]),
        (Topic::Amount, Flow::Information, vec!["101500.00 EUR"]),
        (Topic::Amount, Flow::Goods, vec!["100000.00 EUR"]),
        (Topic::Amount, Flow::Money, vec!["84300.00 EUR", "16000.00 EUR"]),
        (Topic::Amount, Flow::Business, vec!["84300.00 EUR", "16000.00 EUR"]),
        (Topic::Due, Flow::Business, vec!["2026-05-22", "2026-05-22"]),
        (Topic::Financing, Flow::Money, vec![FINANCIER, "84300.00 EUR", FINANCIER, "16000.00 EUR"]),
        (Topic::FreightTerm, Flow::Money, vec!["PRE"]),
        (Topic::FreightTerm, Flow::Business, vec!["CIF", "CIF"]),
        (Topic::FreightCharges, Flow::Money, vec!["1850.00 USD", "45.50 USD", "1895.50 USD"]),
        (Topic::Delivery, Flow::Goods, vec!["ACCEPTING", "24 CR"]),
        (
            Topic::Payment,
            Flow::Money,
            vec!["settled", "84300.00 EUR", "0.00 EUR", "settled", "16000.00 EUR", "0.00 EUR"],
        ),
    ] {
        assert_eq!(values(row(&table, topic), flow), expected, "{topic:?} {flow:?}");
    }
    for row in &table.rows {
        for (rule, outcome) in &row.rules {
            assert_eq!(*outcome, Outcome::Held, "{:?} {}", row.topic, rule.code());
        }
    }
}

#[test]
fn every_field_that_is_evidence_says_the_value() {
    let story = Parts::good().tell();
    let entries = story.entries();
    let table = check(&story).0.table(&entries, 0).unwrap();
    let (mut fields, mut replayed) = (0, 0);
    for item in table.rows.iter().flat_map(|row| &row.cells).flat_map(|cell| &cell.items) {
        match &item.evidence {
            Evidence::Field(place) => {
                let entry =
                    entries.iter().find(|entry| entry.record.record_id == place.record).expect("a record given");
                let field = place.field.as_str();
                let known = field == "/recipient" || entry.record.payload.field(field).is_some();
                assert!(known, "{place:?}");
                fields += 1;
            }
            Evidence::Replayed { asset } => {
                assert!(entries.iter().any(|entry| entry.record.subject.reference == *asset));
                replayed += 1;
            }
        }
    }
    assert!(fields > 40 && replayed > 10, "{fields} {replayed}");
}

#[test]
fn a_breach_is_told_in_its_own_row() {
    let table = table(&Parts::good().change("RCV-1", "APPLY", json!({"maturityDate": "2026-05-23"})));
    assert_eq!(row(&table, Topic::Due).rules, [(Rule::F(4), Outcome::Broken(Severity::Warning))]);
    assert_eq!(row(&table, Topic::Issued).rules, [(Rule::F(4), Outcome::BrokenElsewhere(Severity::Warning))]);
    assert_eq!(row(&table, Topic::Seller).rules, [(Rule::F(1), Outcome::Held)]);
}

#[test]
fn what_is_withheld_is_shown_as_that() {
    let mut story = Parts::good().tell();
    withhold(&mut story, "QY-26-0117", "ISSUED", "dueDate");
    let table = check(&story).0.table(&story.entries(), 0).unwrap();
    let due = row(&table, Topic::Due);
    assert_eq!(values(due, Flow::Business), ["withheld", "2026-05-22"]);
    assert_eq!(due.rules, [(Rule::F(4), Outcome::NotChecked)]);
}

#[test]
fn cells_are_bounded() {
    let lines: Vec<_> = (0..100).map(|at| json!({"itemName": format!("Pump {at}"), "HSCodes": ["841370"]})).collect();
    let table = table(&Parts::good().change("QY-26-0117", "ISSUED", json!({"invoiceLines": lines})));
    let cell = &row(&table, Topic::Commodities).cells[Flow::Business as usize];
    assert_eq!((cell.items.len(), cell.more), (MAX_ITEMS, 202 - MAX_ITEMS as u64));
}
