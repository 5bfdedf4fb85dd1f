//! The records beside the one in question, tampered with in every way: each tampering is told at its step, with record, field,
//! expected and found, and every other step tells what it told of the good proof.
#![cfg(not(target_arch = "wasm32"))]
#![allow(clippy::duplicate_mod, reason = "the sample's reader and the registry's each bring the line to the engine")]

#[path = "histories/arranged.rs"]
mod arranged;
#[path = "histories/bounds.rs"]
mod bounds;
#[path = "common/differences.rs"]
mod differences;
#[path = "histories/evidence.rs"]
mod evidence;
#[path = "histories/forks.rs"]
mod forks;
#[path = "histories/parties.rs"]
mod parties;
#[path = "common/registry.rs"]
mod registry;
#[path = "common/sample.rs"]
mod sample;
#[path = "histories/signers.rs"]
mod signers;
#[path = "histories/succession.rs"]
mod succession;
#[path = "histories/tampered.rs"]
mod tampered;
#[path = "common/trading.rs"]
mod trading;

use plimsoll::proof::bundle::{Bundle, LoggedRecord};
use plimsoll::proof::report::{Conclusion, Report};
use sample::Reader;
use std::collections::BTreeSet;

/// A good proof of the sample, and what is told of it.
pub struct Good {
    id: String,
    bundle: Bundle,
    report: Report,
}

/// The sample's good proofs that carry other records.
pub fn good_proofs(reader: &Reader) -> Vec<Good> {
    let read = |link: sample::Link| {
        let bundle = Bundle::parse(link.proof().expect("a proof").as_bytes()).expect("a proof file");
        let report = reader.open_file_here(&bundle.to_json());
        let why = report.first_problem();
        assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "{}: {why:?}", link.id);
        Good { id: link.id, bundle, report }
    };
    let good = sample::links().into_iter().filter(|link| link.expect == "genuine").map(read);
    let good: Vec<Good> = good.filter(|good| !good.bundle.history.is_empty()).collect();
    assert!(good.len() >= 5, "the sample's proofs carry histories: {}", good.len());
    good
}

/// The first record of a history, the last, and one between: a dossier's are two dozen, each verified like the others.
pub fn some_of(history: &[LoggedRecord]) -> BTreeSet<usize> {
    BTreeSet::from([0, history.len() / 2, history.len() - 1])
}

/// Panics unless a proof whose history is not as it should be is told of as that, and only that.
#[track_caller]
pub fn assert_history_fails(good: &Report, report: &Report, told: differences::Told) {
    use plimsoll::proof::step::StepId::TradeRules;
    assert_eq!(differences::differences(good, report), [told, differences::waits(TradeRules, "history")]);
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    assert!(report.trade.is_none(), "no state is told that rests on it");
    assert_eq!(report.record, good.record, "the record itself is shown as before");
}
