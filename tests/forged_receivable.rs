//! A confirmed receivable forged in many ways. Every forgery is signed by a registered key, entered into the log and anchored:
//! nothing but the trade's own rules can tell. Each names its rule, record, field, what was expected and what was found, and
//! the honest records right beside it come out good.
#![cfg(not(target_arch = "wasm32"))]

#[path = "forged_receivable/beginning.rs"]
mod beginning;
#[path = "common/differences.rs"]
mod differences;
#[path = "forged_receivable/ending.rs"]
mod ending;
#[path = "forged_receivable/holding.rs"]
mod holding;
#[path = "common/registry.rs"]
mod registry;
#[path = "common/trading.rs"]
mod trading;
#[path = "forged_receivable/twice.rs"]
mod twice;

use differences::{Told, differences, failed};
use plimsoll::proof::report::{Conclusion, Outcome};
use plimsoll::proof::step::StepId::{History, TradeRules};
use registry::Reader;
use trading::Trading;

/// What is told before the forgery, or as the forgery, of a receivable.
type Tell = fn(&mut Trading, &str) -> usize;

/// A forgery.
pub struct Forgery {
    what: &'static str,
    honest: Tell,
    forged: Tell,
    /// Rule and place, with `*` for the receivable.
    at: &'static str,
    expected: &'static str,
    found: &'static str,
    /// Where two records follow the same one.
    fork: Option<&'static str>,
}

/// A forgery that breaks one rule, at places where `*` stands for the receivable.
pub fn forgery(
    what: &'static str,
    honest: Tell,
    forged: Tell,
    at: &'static str,
    expected: &'static str,
    found: &'static str,
) -> Forgery {
    Forgery { what, honest, forged, at, expected, found, fork: None }
}

/// Tells every story in one registry, and holds each to what it should come to.
fn assert_all(forgeries: &[Forgery]) {
    let mut trading = Trading::default();
    let mut told = Vec::new();
    for (number, forgery) in forgeries.iter().enumerate() {
        let of = format!("RCV-{number:02}");
        (forgery.honest)(&mut trading, &of);
        let before = trading.said_of(&of);
        (forgery.forged)(&mut trading, &of);
        told.push((of.clone(), before, trading.said_of(&of)));
    }
    trading.seal();
    let reader = Reader::of(&trading.registry);
    for (forgery, (of, before, after)) in forgeries.iter().zip(told) {
        let what = forgery.what;
        let examined = |shown: &[usize]| {
            let (last, rest) = shown.split_last().expect("something was told");
            reader.examine_here(&trading.prove(*last, rest))
        };
        let honest = examined(&before);
        let why = honest.first_problem();
        assert_eq!(honest.conclusion, Conclusion::GenuineNotProvenCurrent, "{what}, without it: {why:?}");
        let forged = examined(&after);
        let place = forgery.at.replace('*', &of);
        let mut expected: Vec<Told> = Vec::new();
        if let Some(fork) = forgery.fork {
            let field = "record.previousRecordHash";
            expected.push(failed(History, "history-forks", field).comparing("one record after another", fork));
        }
        let (wanted, found) = (forgery.expected.replace('*', &of), forgery.found.replace('*', &of));
        expected.push(failed(TradeRules, "rule-broken", &place).comparing(wanted, found));
        assert_eq!(differences(&honest, &forged), expected, "{what}");
        assert_eq!(forged.conclusion, Conclusion::AgainstRules, "{what}");
        let rules = &forged.trade.as_ref().expect("the records are genuine").rules;
        let failed: Vec<_> = rules.iter().filter(|rule| rule.outcome == Outcome::Failed).collect();
        let broken: Vec<&str> = failed.iter().map(|rule| rule.rule.as_str()).collect();
        let steps = forged.lines.iter().flat_map(|line| &line.steps);
        let problem = steps.filter(|step| step.step == TradeRules).find_map(|step| step.problem.as_ref());
        assert_eq!(problem.expect("it is told").detail, failed[0].words.en, "{what}: in words");
        assert_eq!(broken, [place.split(' ').next().expect("a rule")], "{what}: no other rule is broken");
    }
    println!("forged receivables: {} forgeries, each beside its honest original", forgeries.len());
}
