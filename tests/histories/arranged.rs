//! Records left out, doubled, in another order, or later than the one in question: nothing is forged, so nothing fails; but
//! nothing is called whole that is not.

use crate::differences::{differences, not_checked};
use crate::registry;
use crate::sample::reader;
use crate::trading::Trading;
use crate::{Good, good_proofs, some_of};
use plimsoll::proof::bundle::{Bundle, LoggedRecord};
use plimsoll::proof::report::{Conclusion, Outcome, Report, StepReport};
use plimsoll::proof::step::StepId::{self, History};
use plimsoll::trade::record::{Record, Subject};
use plimsoll::trade::sd_jwt::SdJwt;

fn record(logged: &LoggedRecord) -> Record {
    let sd_jwt = SdJwt::parse_record(&logged.sd_jwt).expect("a good record");
    Record::parse(sd_jwt.disclose().expect("disclosed truly").payload().clone()).expect("a good record")
}

fn subject(logged: &LoggedRecord) -> Subject {
    record(logged).subject
}

fn step(report: &Report, step: StepId) -> &StepReport {
    let line = report.line(step.line()).expect("every line is there");
    line.steps.iter().find(|done| done.step == step).expect("every step is there")
}

/// The good proofs, rearranged in one way each, told of exactly as before.
fn told_the_same(what: &str, arrange: impl Fn(&Bundle) -> Vec<Bundle>) {
    let reader = reader();
    let mut cases = 0;
    for Good { id, bundle, report } in good_proofs(&reader) {
        for changed in arrange(&bundle) {
            let again = reader.open_file_here(&changed.to_json());
            assert_eq!(again, report, "{what}: {id}");
            cases += 1;
        }
    }
    println!("{what}: {cases} cases");
}

#[test]
fn the_order_in_which_records_are_handed_over_says_nothing() {
    told_the_same("another order", |bundle| {
        let mut reversed = bundle.clone();
        reversed.history.reverse();
        reversed.parties.reverse();
        let mut turned = bundle.clone();
        turned.history.rotate_left(1);
        turned.parties.rotate_left(1);
        vec![reversed, turned]
    });
}

#[test]
fn a_record_handed_over_twice_is_one() {
    told_the_same("a record twice", |bundle| {
        let doubled = |at: usize| {
            let mut twice = bundle.clone();
            twice.history.push(bundle.history[at].clone());
            twice
        };
        let mut with_its_own = bundle.clone();
        with_its_own.history.push(bundle.record.clone());
        some_of(&bundle.history).into_iter().map(doubled).chain([with_its_own]).collect()
    });
}

#[test]
fn a_record_left_out_fails_nothing_and_makes_nothing_whole() {
    let reader = reader();
    let (mut own, mut others) = (0, 0);
    for Good { id, bundle, report } in good_proofs(&reader) {
        let about = subject(&bundle.record);
        for at in 0..bundle.history.len() {
            let mut changed = bundle.clone();
            let left_out = subject(&changed.history.remove(at));
            let again = reader.open_file_here(&changed.to_json());
            let told = differences(&report, &again);
            assert_eq!(again.conclusion, Conclusion::GenuineNotProvenCurrent, "{id} {at}: {told:?}");
            assert!(told.iter().all(|told| told.outcome == Outcome::NotChecked), "{id} {at}: {told:?}");
            let history = told.iter().find(|told| told.step == History);
            if left_out == about {
                assert_eq!(history, Some(&not_checked(History, "history-not-shown")), "{id} {at}");
                own += 1;
            } else {
                assert_eq!(history, None, "{id} {at}");
                others += 1;
            }
            // Whether one record follows another cannot be said of an asset with a gap.
            let follows = match left_out.scheme.as_str() {
                "receivable" => "R12",
                "transport-document" | "equipment" => "S16",
                _ => continue,
            };
            let trade = again.trade.expect("it is genuine");
            let last_of_its_own =
                bundle.history[at + 1..].iter().chain([&bundle.record]).all(|one| subject(one) != left_out);
            if let Some(rule) = trade.rules.iter().find(|rule| rule.rule == follows).filter(|_| !last_of_its_own) {
                assert_eq!(rule.outcome, Outcome::NotChecked, "{id} {at}: {follows}");
                assert!(!rule.lacks.is_empty(), "{id} {at}: what is missing is named");
            }
        }
    }
    println!("a record left out: {own} of the asset itself, {others} of others");
    assert!(own >= 15 && others >= 15, "{own} {others}");
}

#[test]
fn a_record_that_a_later_one_supersedes() {
    let reader = reader();
    let mut cases = 0;
    for Good { id, bundle, report } in good_proofs(&reader) {
        let about = subject(&bundle.record);
        let own = bundle.history.iter().filter(|one| subject(one) == about).count() + 1;
        for at in 0..bundle.history.len() {
            if subject(&bundle.history[at]) != about {
                continue;
            }
            let mut changed = bundle.clone();
            std::mem::swap(&mut changed.record, &mut changed.history[at]);
            let again = reader.open_file_here(&changed.to_json());
            let sequence = record(&changed.record).sequence;
            let superseded = not_checked(History, "superseded").comparing(sequence, own);
            assert_eq!(differences(&report, &again), [superseded], "{id} {at}");
            assert_eq!(again.conclusion, Conclusion::GenuineNotProvenCurrent, "{id} {at}");
            let trade = again.trade.expect("it is genuine");
            assert_eq!(
                trade.state,
                report.trade.as_ref().expect("it is genuine").state,
                "the state is that of the last"
            );
            cases += 1;
        }
    }
    assert!(cases >= 15, "{cases}");
    println!("a superseded record: {cases} cases");
}

#[test]
fn a_record_of_another_asset_fills_no_gap() {
    let mut trading = Trading::default();
    let focus = trading.confirmed("RCV-1");
    trading.confirmed("RCV-2");
    trading.seal();
    let (one, other) = (trading.said_of("RCV-1"), trading.said_of("RCV-2"));
    let reader = registry::Reader::of(&trading.registry);
    let good = reader.examine_here(&trading.prove(focus, &one[..2]));
    assert_eq!(step(&good, History).outcome, Outcome::Passed);
    let gap = not_checked(History, "history-not-shown");
    for history in [vec![one[0], other[1]], vec![other[0], one[1]], vec![other[0], other[1]], other.clone()] {
        let report = reader.examine_here(&trading.prove(focus, &history));
        assert_eq!(differences(&good, &report), std::slice::from_ref(&gap), "{history:?}");
        assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent);
        assert_eq!(report.trade.expect("it is genuine").records, history.len() as u64 + 1);
    }
    let alone = reader.examine_here(&trading.prove(focus, &[]));
    assert_eq!(differences(&good, &alone), [gap]);
}
