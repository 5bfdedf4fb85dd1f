//! Histories that fork, skip a number or hang on a record of another asset; each record is signed, entered and anchored.

use crate::differences::{Told, differences, failed, not_checked};
use crate::registry::Reader;
use crate::trading::{BUYER, FINANCIER, SELLER, SUPPLIER, Trading, terms};
use plimsoll::proof::report::{Conclusion, Outcome};
use plimsoll::proof::step::StepId::{History, TradeRules};
use serde_json::{Map, Value, json};

fn named(id: &str) -> impl Fn(&mut Map<String, Value>) {
    move |record| {
        record.insert("recordId".into(), json!(id));
    }
}

fn forks(between: &str, again: &str, first: &str, after: u64) -> [Told; 2] {
    let field = format!("R12 {again} /previousRecordHash, {first} /previousRecordHash");
    [
        failed(History, "history-forks", "record.previousRecordHash").comparing("one record after another", between),
        failed(TradeRules, "rule-broken", &field)
            .comparing(format!("one record after number {after}"), format!("{first} and {again}")),
    ]
}

#[test]
fn two_records_after_the_same_one() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let one = trading.say(SELLER, "RCV-1", "TRANSFER", Some(SUPPLIER), json!({}));
    let other =
        trading.say_after(Some(confirmed), SELLER, "RCV-1", "TRANSFER", Some(FINANCIER), json!({}), named("AGAIN"));
    let later = trading.on("2026-03-20T00:00:00Z", SUPPLIER, "RCV-1", "PRESENT", None, json!({}));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let first = &trading.said_of("RCV-1")[..2];
    let shown = |more: &[usize]| [first, more].concat();
    let good = reader.examine_here(&trading.prove(one, &shown(&[confirmed])));
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent);
    // Each branch alone is good: nobody can see what he is not shown.
    let alone = reader.examine_here(&trading.prove(other, &shown(&[confirmed])));
    assert_eq!(differences(&good, &alone), []);
    // Whichever of them is in question, or the record before both, or one after.
    for (focus, history) in [
        (one, shown(&[confirmed, other])),
        (other, shown(&[confirmed, one])),
        (confirmed, shown(&[one, other])),
        (later, shown(&[confirmed, one, other])),
    ] {
        let report = reader.examine_here(&trading.prove(focus, &history));
        assert_eq!(differences(&good, &report), forks("entries 4 and 5", "AGAIN", "RCV-1-4", 3), "{focus}");
        assert_eq!(report.conclusion, Conclusion::AgainstRules);
        let risk = report.trade.expect("both are genuine").answers.pop().expect("five answers");
        assert!(risk.notes.iter().any(|note| note.text.en.starts_with("Its history forks")), "{risk:?}");
    }
    // The same from two proofs, opened together: neither shows the fork by itself.
    let proofs = [trading.prove(one, &shown(&[confirmed])), trading.prove(other, &shown(&[confirmed]))];
    for pair in [[0, 1], [1, 0]] {
        let report = reader.examine_together(&pair.map(|at| proofs[at].clone()));
        assert_eq!(report.conclusion, Conclusion::AgainstRules);
        let told = differences(&good, &report);
        assert_eq!(told.iter().map(|told| told.code.as_str()).collect::<Vec<_>>(), ["history-forks", "rule-broken"]);
    }
    // A branch that is not genuine forks nothing.
    let mut broken = proofs[1].clone();
    broken.record.log_proof = broken.history[0].log_proof.clone();
    let report = reader.examine_together(&[proofs[0].clone(), broken]);
    assert_eq!(differences(&good, &report), []);
    assert_eq!(report.left_aside, ["proof of AGAIN: not genuine"]);
}

#[test]
fn two_first_records() {
    let mut trading = Trading::default();
    let one = trading.apply("RCV-1");
    let other = trading.say_after(None, SELLER, "RCV-1", "APPLY", None, terms("RCV-1"), named("AGAIN"));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let good = reader.examine_here(&trading.prove(one, &[]));
    for (focus, beside) in [(one, other), (other, one)] {
        let report = reader.examine_here(&trading.prove(focus, &[beside]));
        assert_eq!(differences(&good, &report), forks("entries 1 and 2", "AGAIN", "RCV-1-1", 0));
        assert_eq!(report.conclusion, Conclusion::AgainstRules);
    }
}

#[test]
fn a_number_that_is_skipped() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let skipped = trading.say_altered(SELLER, "RCV-1", "TRANSFER", Some(SUPPLIER), json!({}), |record| {
        record.insert("sequence".into(), json!(5));
    });
    trading.seal();
    let history = &trading.said_of("RCV-1")[..3];
    let reader = Reader::of(&trading.registry);
    let good = reader.examine_here(&trading.prove(confirmed, &history[..2]));
    let report = reader.examine_here(&trading.prove(skipped, history));
    let broken = failed(TradeRules, "rule-broken", "R12 RCV-1-4 /sequence, RCV-1-3 /sequence").comparing("4", "5");
    assert_eq!(differences(&good, &report), [not_checked(History, "history-not-shown"), broken]);
    assert_eq!(report.conclusion, Conclusion::AgainstRules);
}

#[test]
fn a_record_that_follows_one_of_another_asset() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let other = trading.confirmed("RCV-2");
    let strayed = trading.say_after(Some(other), BUYER, "RCV-1", "DISPUTE", None, json!({"reason": "short"}), |_| {});
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let (one, two) = (trading.said_of("RCV-1"), trading.said_of("RCV-2"));
    let good = reader.examine_here(&trading.prove(confirmed, &one[..2]));
    let report = reader.examine_here(&trading.prove(strayed, &[&one[..3], &two].concat()));
    assert_eq!(differences(&good, &report), [not_checked(History, "history-not-shown")]);
    let trade = report.trade.expect("it is genuine");
    let rule = trade.rules.iter().find(|rule| rule.rule == "R12").expect("R12 is told of");
    assert_eq!((rule.outcome, rule.lacks.len()), (Outcome::NotChecked, 1), "{rule:?}");
}
