//! One debt made into two: a receivable copied under another name, told of as an exact or a similar double by R6; and what is
//! no forgery though a bank should know it.

use crate::differences::{differences, failed};
use crate::registry::Reader;
use crate::trading::{BUYER, FINANCIER, SECOND_BANK, SELLER, STRANGER, SUPPLIER, Trading, named, terms, with};
use plimsoll::proof::report::{Conclusion, Outcome, Report};
use plimsoll::proof::step::StepId::TradeRules;
use plimsoll::trade::rule::Severity;
use serde_json::{Value, json};

const ONE_LIVE: &str = "one live receivable on this invoice, among the records given";

/// An honest receivable, and a copy with changed terms that the same people accepted; the report on each, and on the copy with
/// the honest one's records beside it.
fn copied(of: &str, changes: &Value, blinding: Option<&str>) -> (Report, Report, Report) {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let honest = trading.said_of("RCV-1");
    let mut alter = |who: &str, before: Option<usize>, action: &str, body: Value| {
        trading.say_after(before, who, of, action, None, body, |record| {
            record["recordId"] = json!(format!("COPY-{action}"));
            if let Some(blinding) = blinding {
                record["subject"]["blinding"] = json!(blinding);
            }
        })
    };
    let first = alter(SELLER, None, "APPLY", with(terms("RCV-1"), changes));
    let second = alter(BUYER, Some(first), "ACCEPT", json!({"acceptedAmount": "84300.00", "currency": "EUR"}));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let before = reader.examine(&trading.prove(confirmed, &honest[..2]));
    let alone = reader.examine(&trading.prove(second, &[first]));
    let together = reader.examine(&trading.prove(second, &[honest.as_slice(), &[first]].concat()));
    (before, alone, together)
}

/// What becomes of rule R6 in a report, with the weight of its breaches.
fn doubles(report: &Report) -> (Outcome, Option<Severity>, Vec<String>) {
    let rules = &report.trade.as_ref().expect("the records are genuine").rules;
    let rule = rules.iter().find(|rule| rule.rule == "R6").expect("R6 is told of");
    (rule.outcome, rule.weight, rule.breaches.iter().map(|breach| breach.found.clone()).collect())
}

#[test]
fn an_exact_copy_under_another_reference() {
    let (honest, alone, together) = copied("RCV-1-COPY", &json!({}), None);
    assert_eq!(honest.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", honest.first_problem());
    // By itself nothing tells a copy from the other: the rule is not checked, and not passed.
    assert_eq!(alone.conclusion, Conclusion::GenuineNotProvenCurrent);
    assert_eq!(doubles(&alone), (Outcome::NotChecked, None, vec![]));
    let at = "R6 COPY-APPLY /body/invoiceReferences/0, RCV-1-1 /body/invoiceReferences/0";
    let found = "registered twice (exactly): RCV-1 and RCV-1-COPY";
    assert_eq!(differences(&alone, &together), [failed(TradeRules, "rule-broken", at).comparing(ONE_LIVE, found)]);
    assert_eq!(together.conclusion, Conclusion::AgainstRules);
}

#[test]
fn an_exact_copy_under_the_same_reference_and_another_blinding() {
    let (honest, alone, together) = copied("RCV-1", &json!({}), Some("BBBBBBBBBBBBBBBBBBBBBA"));
    assert_eq!(honest.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", honest.first_problem());
    assert_eq!(alone.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", alone.first_problem());
    let at = "R6 COPY-APPLY /body/invoiceReferences/0, RCV-1-1 /body/invoiceReferences/0";
    let found = "registered twice (exactly): RCV-1 and RCV-1";
    assert_eq!(differences(&alone, &together), [failed(TradeRules, "rule-broken", at).comparing(ONE_LIVE, found)]);
    assert_eq!(together.conclusion, Conclusion::AgainstRules);
}

#[test]
fn a_similar_copy_is_a_named_warning() {
    let cases = [
        // The number written otherwise, or another date: the same buyer, seller and total.
        json!({"invoiceReferences": [{"documentNumber": "qy rcv/1", "issueDate": "2026-01-22", "totalInvoiceAmount": "84300.00"}]}),
        json!({"invoiceReferences": [{"documentNumber": "QY-RCV-1", "issueDate": "2026-01-23", "totalInvoiceAmount": "84300.00"}]}),
    ];
    for changes in &cases {
        let (_, alone, together) = copied("RCV-1-COPY", changes, None);
        assert_eq!(alone.conclusion, Conclusion::GenuineNotProvenCurrent);
        assert_eq!(differences(&alone, &together), [], "it may be another invoice: no rule is broken");
        assert_eq!(together.conclusion, Conclusion::GenuineNotProvenCurrent);
        let twice = "registered twice (similarly): RCV-1 and RCV-1-COPY".to_owned();
        // Both together are more than the invoice, if it is one.
        assert_eq!(
            doubles(&together),
            (Outcome::Passed, Some(Severity::Warning), vec![twice, "168600.00 EUR".to_owned()])
        );
        let trade = together.trade.unwrap();
        let risk = trade.answers.last().unwrap();
        let said = "may stand behind two receivables (similar, not the same): RCV-1 and RCV-1-COPY.";
        assert!(risk.notes.iter().any(|note| note.text.en.ends_with(said)), "{risk:?}");
    }
    println!("similar doubles: {} cases", cases.len());
}

#[test]
fn an_exact_copy_is_told_before_a_similar_one() {
    let mut trading = Trading::default();
    let similar = json!({"invoiceReferences": [{"documentNumber": "qy rcv/1", "issueDate": "2026-01-22", "totalInvoiceAmount": "84300.00"}]});
    trading.say(SELLER, "RCV-1", "APPLY", None, terms("RCV-1"));
    trading.say(SELLER, "RCV-2", "APPLY", None, with(terms("RCV-1"), &similar));
    let copy = trading.say(SELLER, "RCV-3", "APPLY", None, terms("RCV-1"));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let report = reader.examine_here(&trading.prove(copy, &trading.said_of("RCV-")[..2]));
    let alone = reader.examine_here(&trading.prove(copy, &[]));
    let at = "R6 RCV-3-1 /body/invoiceReferences/0, RCV-1-1 /body/invoiceReferences/0";
    let found = "registered twice (exactly): RCV-1 and RCV-3";
    assert_eq!(differences(&alone, &report), [failed(TradeRules, "rule-broken", at).comparing(ONE_LIVE, found)]);
}

#[test]
fn another_invoice_of_the_same_people_is_no_copy() {
    let other = json!({"invoiceReferences": [{"documentNumber": "QY-RCV-2", "issueDate": "2026-01-22", "totalInvoiceAmount": "84300.00"}]});
    let (_, alone, together) = copied("RCV-2", &other, None);
    assert_eq!(differences(&alone, &together), []);
    assert_eq!(doubles(&together), (Outcome::NotChecked, None, vec![]), "others may exist that nobody showed");
    // The same number by another seller, or to another buyer for another total, is another invoice.
    let cases = [
        json!({"seller": named(SUPPLIER)}),
        json!({"acceptor": named(STRANGER), "faceAmount": "90000.00",
            "invoiceReferences": [{"documentNumber": "QY-RCV-1", "issueDate": "2026-02-01", "totalInvoiceAmount": "90000.00"}]}),
    ];
    for (changes, seller) in cases.iter().zip([SUPPLIER, SELLER]) {
        let mut trading = Trading::default();
        trading.confirmed("RCV-1");
        let own = trading.say(seller, "RCV-9", "APPLY", None, with(terms("RCV-1"), changes));
        trading.seal();
        let reader = Reader::of(&trading.registry);
        let report = reader.examine(&trading.prove(own, &trading.said_of("RCV-1")));
        assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", report.first_problem());
        let (outcome, weight, found) = doubles(&report);
        assert_eq!((weight, found), (None, vec![]), "{changes}");
        assert_eq!(outcome, Outcome::Passed, "the two were held against one another: {changes}");
    }
}

#[test]
fn a_copy_financed_by_two_is_financed_twice() {
    let mut trading = Trading::default();
    let finance = |amount: &str| json!({"TotalFinancedAmount": amount, "AppliedPercentage": "80", "currency": "EUR"});
    trading.accepted("RCV-1");
    let one = trading.say(SELLER, "RCV-1", "FINANCE", Some(FINANCIER), finance("67440.00"));
    trading.say(SELLER, "RCV-2", "APPLY", None, terms("RCV-1"));
    trading.say(BUYER, "RCV-2", "ACCEPT", None, json!({"acceptedAmount": "84300.00", "currency": "EUR"}));
    let other = trading.say(SELLER, "RCV-2", "FINANCE", Some(SECOND_BANK), finance("67440.00"));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let (of_one, of_other) = (trading.said_of("RCV-1"), trading.said_of("RCV-2"));
    for (place, own) in [(one, &of_one), (other, &of_other)] {
        let report = reader.examine(&trading.prove(place, &own[..2]));
        assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "each alone is good");
    }
    let report = reader.examine(&trading.prove(other, &[of_one.as_slice(), &of_other[..2]].concat()));
    assert_eq!(report.conclusion, Conclusion::AgainstRules);
    let (outcome, weight, found) = doubles(&report);
    assert_eq!((outcome, weight), (Outcome::Failed, Some(Severity::Error)));
    assert!(found.contains(&"financed twice (exactly): RCV-1 and RCV-2".to_owned()), "{found:?}");
}

#[test]
fn a_disputed_receivable_that_is_financed_is_no_forgery_and_is_told_of() {
    let mut trading = Trading::default();
    trading.confirmed("RCV-1");
    let disputed = trading.say(BUYER, "RCV-1", "DISPUTE", None, json!({"reason": "short delivery"}));
    let financed = trading.say(SELLER, "RCV-1", "FINANCE", Some(FINANCIER), json!({"TotalFinancedAmount": "10.00"}));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let told = trading.said_of("RCV-1");
    for (place, shown) in [(disputed, 3), (financed, 4)] {
        let report = reader.examine(&trading.prove(place, &told[..shown]));
        assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", report.first_problem());
        let trade = report.trade.unwrap();
        let rule = trade.rules.iter().find(|rule| rule.rule == "R13").unwrap();
        let breach = &rule.breaches[0];
        assert_eq!((rule.outcome, rule.weight), (Outcome::Passed, Some(Severity::Information)));
        assert_eq!((breach.expected.as_str(), breach.found.as_str()), ("no dispute", "disputed by RCV-1-4"));
        let risk = trade.answers.last().unwrap();
        assert!(risk.notes.iter().any(|note| note.text.en == "The debtor disputes it (RCV-1-4)."), "{risk:?}");
    }
}
