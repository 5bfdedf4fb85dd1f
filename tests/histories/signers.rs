//! Who signed the records of a history: registered too late, not at all, under another checkpoint, or by nobody who may.

use crate::differences::{differences, failed};
use crate::registry::{self, Entry, Reader, key};
use crate::trading::{BANK, BUYER, LATE, NOBODY, SELLER, Trading, confirmation, named, terms, with};
use crate::{assert_history_fails, differences};
use plimsoll::proof::bundle::Bundle;
use plimsoll::proof::report::{Conclusion, Outcome, Report};
use plimsoll::proof::step::StepId::History;
use serde_json::json;

fn rule(report: &Report, code: &str) -> Outcome {
    let rules = &report.trade.as_ref().expect("it is genuine").rules;
    rules.iter().find(|rule| rule.rule == code).unwrap_or_else(|| panic!("{code} is not told of")).outcome
}

/// A confirmed receivable whose acceptance the buyer signed, with its proof and what is told of it.
fn confirmed() -> (Trading, Reader, Bundle, Report) {
    let mut trading = Trading::default();
    let focus = trading.confirmed("RCV-1");
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let bundle = trading.prove(focus, &trading.said_of("RCV-1")[..2]);
    let good = reader.examine_here(&bundle);
    assert_eq!((good.conclusion, rule(&good, "R2")), (Conclusion::GenuineNotProvenCurrent, Outcome::Passed));
    (trading, reader, bundle, good)
}

#[test]
fn a_signer_whose_registration_is_not_shown() {
    let (_, reader, bundle, good) = confirmed();
    // Registered in this order: the bank, whose record is in question, then seller and buyer.
    for left_out in [vec![1], vec![2], vec![1, 2]] {
        let mut changed = bundle.clone();
        let kept = |at: &usize| !left_out.contains(at);
        changed.parties = (0..3).filter(kept).map(|at| bundle.parties[at].clone()).collect();
        let report = reader.examine_here(&changed);
        assert_eq!(differences::differences(&good, &report), [], "{left_out:?}");
        assert_eq!(rule(&report, "R2"), Outcome::NotChecked, "who signed is not known: {left_out:?}");
        let trade = report.trade.expect("it is genuine");
        let lacks = &trade.rules.iter().find(|rule| rule.rule == "R2").expect("it is there").lacks;
        assert_eq!(lacks.len(), left_out.len(), "{lacks:?}");
    }
}

#[test]
fn a_signer_who_was_never_registered() {
    let mut trading = Trading::default();
    trading.say(SELLER, "RCV-1", "APPLY", None, with(terms("RCV-1"), &json!({"acceptor": named(NOBODY)})));
    trading.say(NOBODY, "RCV-1", "ACCEPT", None, json!({"acceptedAmount": "84300.00", "currency": "EUR"}));
    let focus = trading.say(BANK, "RCV-1", "CONFIRM", None, confirmation());
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let report = reader.examine_here(&trading.prove(focus, &trading.said_of("RCV-1")[..2]));
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent);
    assert_eq!(rule(&report, "R2"), Outcome::NotChecked);
    let trade = report.trade.expect("it is genuine");
    // He writes of himself that he is the acceptor; nobody vouches for it.
    let lacks = &trade.rules.iter().find(|rule| rule.rule == "R2").expect("it is there").lacks;
    assert!(lacks.iter().any(|lack| lack.en.contains("RCV-1-2")), "{lacks:?}");
}

#[test]
fn a_signer_registered_between_his_records() {
    let mut trading = Trading::default();
    trading.accepted("RCV-1");
    let early = trading.say(LATE, "RCV-1", "CONFIRM", None, with(confirmation(), &json!({"confirmer": named(LATE)})));
    let registered = trading.register(LATE);
    trading.accepted("RCV-2");
    let late = trading.say(LATE, "RCV-2", "CONFIRM", None, with(confirmation(), &json!({"confirmer": named(LATE)})));
    let focus = trading.apply("RCV-3");
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let good = reader.examine_here(&trading.prove(focus, &[late]));
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", good.first_problem());
    // Known by then from his other record, or not: each of his records is asked for its own place.
    for history in [vec![early], vec![early, late], vec![late, early]] {
        let report = reader.examine_here(&trading.prove(focus, &history));
        let told = failed(History, "party-registered-later", "parties[1].logProof")
            .comparing(format!("before {early}"), registered);
        assert_history_fails(&good, &report, told);
    }
    // Even when it is his own record that is in question, and good.
    let shown = [trading.said_of("RCV-2")[..2].to_vec(), vec![early]].concat();
    let report = reader.examine_here(&trading.prove(late, &shown));
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    let told = failed(History, "party-registered-later", "parties[0].logProof");
    assert!(
        differences(&good, &report).contains(&told.comparing(format!("before {early}"), registered)),
        "{:?}",
        report.first_problem()
    );
}

#[test]
fn a_registration_that_is_wrong() {
    let (trading, reader, bundle, good) = confirmed();
    let last = trading.registry.anchors.len() - 1;
    // Under the checkpoint before.
    let mut changed = bundle.clone();
    let buyer = changed.parties[2].clone();
    let place = (0..7).find(|&at| trading.registry.logged(at, last) == buyer).expect("it is in the log");
    changed.parties[2] = trading.registry.logged(place, last - 1);
    let sizes = [last, last - 1].map(|at| registry::size_of(&trading.registry.anchors[at].note));
    let told = failed(History, "party-other-checkpoint", "parties[2].logProof").comparing(sizes[0], sizes[1]);
    assert_history_fails(&good, &reader.examine_here(&changed), told);
    // A record that registers nobody.
    let mut changed = bundle.clone();
    changed.parties[1] = bundle.record.clone();
    let told = failed(History, "party-not-by-registrar", "parties[1].sdJwt")
        .comparing(key("registrar").public().id(), key(BANK).public().id());
    assert_history_fails(&good, &reader.examine_here(&changed), told);
    // Of another record in the log.
    let mut changed = bundle.clone();
    changed.parties[2].event = bundle.parties[1].event.clone();
    let report = reader.examine_here(&changed);
    let code = differences::differences(&good, &report)[0].clone();
    assert_eq!(
        (code.step, code.code.as_str(), code.field.as_str()),
        (History, "event-other-record", "parties[2].event.record_hash")
    );
    // The bank's in the buyer's place: the buyer's is not shown.
    let mut changed = bundle.clone();
    changed.parties[2] = bundle.parties[0].clone();
    let report = reader.examine_here(&changed);
    assert_eq!((report.conclusion, rule(&report, "R2")), (Conclusion::GenuineNotProvenCurrent, Outcome::NotChecked));
}

#[test]
fn a_registration_by_somebody_else() {
    let mut trading = Trading::default();
    let entry = Entry::of(&registry::registration(NOBODY, &key(NOBODY), &key(BUYER)), &key(BUYER));
    let forged = trading.registry.enter(entry);
    trading.accepted("RCV-1");
    trading.say(NOBODY, "RCV-1", "CONFIRM", None, with(confirmation(), &json!({"confirmer": named(NOBODY)})));
    let focus = trading.say(SELLER, "RCV-1", "PRESENT", None, json!({}));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let mut bundle = trading.prove(focus, &trading.said_of("RCV-1")[..3]);
    let good = reader.examine_here(&bundle);
    assert_eq!(good.conclusion, Conclusion::GenuineNotProvenCurrent);
    bundle.parties.push(trading.registry.logged(forged, trading.registry.anchors.len() - 1));
    let told = failed(History, "party-not-by-registrar", &format!("parties[{}].sdJwt", bundle.parties.len() - 1))
        .comparing(key("registrar").public().id(), key(BUYER).public().id());
    assert_history_fails(&good, &reader.examine_here(&bundle), told);
}

#[test]
fn a_record_under_an_older_checkpoint() {
    let mut trading = Trading::default();
    trading.accepted("RCV-1");
    trading.registry.anchor();
    let focus = trading.say(BANK, "RCV-1", "CONFIRM", None, confirmation());
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let said = trading.said_of("RCV-1");
    let bundle = trading.prove(focus, &said[..2]);
    let good = reader.examine_here(&bundle);
    let last = trading.registry.anchors.len() - 1;
    for (at, &place) in said[..2].iter().enumerate() {
        let mut changed = bundle.clone();
        changed.history[at] = trading.registry.logged(place, last - 1);
        let sizes = [last, last - 1].map(|at| registry::size_of(&trading.registry.anchors[at].note));
        let told = failed(History, "history-other-checkpoint", &format!("history[{at}].logProof"));
        assert_history_fails(&good, &reader.examine_here(&changed), told.comparing(sizes[0], sizes[1]));
    }
    // Of the same size, and another tree: what another log under the same key would say.
    let mut split = registry::Registry { log: Default::default(), ..trading.registry.clone() };
    for (index, entry) in trading.registry.entries.iter().enumerate() {
        let leaf = if index == 0 { vec![7; 216] } else { entry.event.leaf_bytes() };
        split.log.append(&leaf).expect("an entry");
    }
    let checkpoint = split.log.checkpoint(registry::ORIGIN, &[]).expect("a checkpoint");
    split.anchors[last].note = registry::note(&checkpoint);
    let mut changed = bundle.clone();
    changed.history[0] = split.logged(said[0], last);
    let told = failed(History, "history-other-checkpoint", "history[0].logProof");
    let roots = [trading.registry.log.root(), split.log.root()].map(|root| plimsoll::encoding::encode_base64(&root));
    assert_history_fails(&good, &reader.examine_here(&changed), told.comparing(&roots[0], &roots[1]));
}
