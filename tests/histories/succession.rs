//! Entries that name another entry before them than their records do, or that lie before it: their signers really signed that.

use crate::differences::{Told, differences, failed, not_checked, waits};
use crate::registry::{Entry, Reader, key};
use crate::trading::{BANK, BUYER, SELLER, SUPPLIER, Trading};
use plimsoll::crypto::hash::Hash;
use plimsoll::encoding::encode_hex;
use plimsoll::proof::report::{Conclusion, Report};
use plimsoll::proof::step::StepId::{History, TradeRules};
use plimsoll::registry::event::{Event, EventContent};
use plimsoll::tlog::{LeafHash, Log};
use serde_json::json;

fn leaf(trading: &Trading, at: usize) -> Hash {
    *LeafHash::of_entry(&trading.registry.entries[at].event.leaf_bytes()).expect("an entry").as_bytes()
}

/// What is told of the last of five records, honest ones, and of the same with an entry that names `previous`.
fn misnaming(which: u64, previous: impl Fn(&Trading) -> Hash) -> (Report, Report, String) {
    let told = |wrong: bool| {
        let mut trading = Trading::default();
        trading.confirmed("RCV-1");
        let mut named = String::new();
        for (sequence, who, action, to, body) in [
            (4, SELLER, "TRANSFER", Some(SUPPLIER), json!({})),
            (5, BUYER, "DISPUTE", None, json!({"reason": "short"})),
        ] {
            if wrong && sequence == which {
                let wrong = previous(&trading);
                named = encode_hex(&wrong);
                trading.names_before = Some(wrong);
            }
            trading.say(who, "RCV-1", action, to, body);
        }
        trading.seal();
        let said = trading.said_of("RCV-1");
        let report = Reader::of(&trading.registry).examine_here(&trading.prove(said[4], &said[..4]));
        (report, encode_hex(&leaf(&trading, said[usize::try_from(which).expect("small") - 2])), named)
    };
    let (good, ..) = told(false);
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", good.first_problem());
    let (report, expected, found) = told(true);
    assert_ne!(expected, found);
    let field = if which == 5 { "event.prev".to_owned() } else { format!("history[{}].event.prev", which - 1) };
    let wrong = failed(History, "event-other-previous", &field).comparing(&expected, &found);
    assert_eq!(differences(&good, &report), [wrong, waits(TradeRules, "history")]);
    (good, report, found)
}

#[test]
fn an_entry_that_follows_another_than_its_record_does() {
    // The one in question, and one it rests on: a hash of nothing, an earlier entry, the record's hash in the entry's place.
    for which in [4, 5] {
        let said = |trading: &Trading, at: usize| trading.said_of("RCV-1")[at];
        misnaming(which, |_| [9; 32]);
        misnaming(which, |trading| leaf(trading, said(trading, 0)));
        misnaming(which, |trading| {
            let last = *trading.said_of("RCV-1").last().expect("something was said");
            trading.registry.entries[last].sd_jwt.record_hash().0
        });
    }
}

#[test]
fn nothing_is_told_that_rests_on_it() {
    let (_, report, _) = misnaming(5, |_| [9; 32]);
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    assert!(report.trade.is_none());
}

#[test]
fn a_predecessor_that_is_not_shown_is_not_compared() {
    let told = |names: Option<Hash>| {
        let mut trading = Trading::default();
        trading.confirmed("RCV-1");
        trading.names_before = names;
        let last = trading.say(SELLER, "RCV-1", "TRANSFER", Some(SUPPLIER), json!({}));
        trading.seal();
        let said = trading.said_of("RCV-1");
        Reader::of(&trading.registry)
            .examine_here(&trading.prove(last, if names.is_some() { &said[..2] } else { &said[..3] }))
    };
    let missing = not_checked(History, "history-not-shown");
    assert_eq!(differences(&told(None), &told(Some([9; 32]))), [missing]);
}

#[test]
fn an_entry_that_lies_before_the_one_it_follows() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let first = trading.say(SELLER, "RCV-1", "TRANSFER", Some(SUPPLIER), json!({}));
    let second = trading.say(BUYER, "RCV-1", "DISPUTE", None, json!({"reason": "short"}));
    let said = trading.said_of("RCV-1");
    let mut sealed = trading.clone();
    sealed.seal();
    let good = Reader::of(&sealed.registry).examine_here(&sealed.prove(second, &said[..4]));
    // The same two entries, logged the other way round.
    trading.registry.entries.swap(first, second);
    trading.registry.log = Log::default();
    for Entry { event, .. } in &trading.registry.entries {
        trading.registry.log.append(&event.leaf_bytes()).expect("an entry");
    }
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let report = reader.examine_here(&trading.prove(first, &[&said[..=2], &[second]].concat()));
    assert_eq!(said[2], confirmed);
    let wrong = failed(History, "event-before-previous", "logProof");
    let wrong = wrong.comparing(format!("an index above {second}"), first);
    assert_eq!(differences(&good, &report), [wrong, waits(TradeRules, "history")]);
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
}

/// Panics unless the last record is good with the entry that it follows, also beside another one of the same record, and wrong
/// in this way with that one alone.
fn either_is_shown(mut trading: Trading, last: usize, [followed, other]: [usize; 2], wrong: Told) {
    trading.seal();
    let first = &trading.said_of("RCV-1")[..2];
    let reader = Reader::of(&trading.registry);
    let report = |shown: &[usize]| reader.examine_here(&trading.prove(last, &[first, shown].concat()));
    let good = report(&[followed]);
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", good.first_problem());
    for both in [[followed, other], [other, followed]] {
        assert_eq!(differences(&good, &report(&both)), [], "{both:?}");
    }
    assert_eq!(differences(&good, &report(&[other])), [wrong, waits(TradeRules, "history")]);
}

#[test]
fn of_a_record_entered_twice_the_entry_that_was_followed_must_be_shown() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let Entry { sd_jwt, event } = trading.registry.entries[confirmed].clone();
    let content = EventContent { time_ms: event.content().time_ms + 1, ..event.content().clone() };
    let event = Event::sign(content, &key(BANK)).expect("well formed");
    let again = trading.registry.enter(Entry { sd_jwt, event });
    let last = trading.say(SELLER, "RCV-1", "TRANSFER", Some(SUPPLIER), json!({}));
    let [expected, found] = [again, confirmed].map(|at| encode_hex(&leaf(&trading, at)));
    let wrong = failed(History, "event-other-previous", "event.prev").comparing(expected, found);
    either_is_shown(trading, last, [confirmed, again], wrong);
}

#[test]
fn an_entry_that_lies_in_the_log_twice_is_followed_where_it_lies_first() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let last = trading.say(SELLER, "RCV-1", "TRANSFER", Some(SUPPLIER), json!({}));
    let again = trading.registry.enter(trading.registry.entries[confirmed].clone());
    let wrong = failed(History, "event-before-previous", "logProof");
    let wrong = wrong.comparing(format!("an index above {again}"), last);
    either_is_shown(trading, last, [confirmed, again], wrong);
}
