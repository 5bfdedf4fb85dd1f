//! The rules, told: broken ones first, then those held, then those not checked with what they lacked.

use crate::proof::report::Outcome;
use crate::proof::summary::{lacks, note};
use crate::proof::trade_view::{BreachView, NoteView, RuleView, Tone};
use crate::trade::rule::{Breach, Place, Rule, Ruling, Severity, Sheet};
use crate::trade::said::Said;

/// Most breaches of one rule that are told.
const TOLD: usize = 8;

/// Tells every rule that anything was written about.
pub(super) fn tell(sheet: &Sheet) -> Vec<RuleView> {
    let mut views: Vec<RuleView> = sheet.rulings().map(|(rule, ruling)| rule_view(rule, &ruling)).collect();
    // Stable: within each kind the rules keep their order.
    views.sort_by_key(|view| match (view.outcome, view.weight) {
        (_, Some(weight)) => 2 - weight as u8,
        (Outcome::Passed, None) => 3,
        _ => 4,
    });
    views
}

/// What became of a rule: one that warns only is passed.
pub(super) fn outcome(ruling: &Ruling) -> Outcome {
    match ruling {
        Ruling::Held { .. } => Outcome::Passed,
        Ruling::Broken { .. } if ruling.severity() == Some(Severity::Error) => Outcome::Failed,
        Ruling::Broken { .. } => Outcome::Passed,
        Ruling::NotChecked { .. } => Outcome::NotChecked,
    }
}

fn rule_view(rule: Rule, ruling: &Ruling) -> RuleView {
    let words = rule.words();
    let mut view = RuleView {
        rule: rule.code(),
        words: Said::new(words.english, words.chinese),
        outcome: outcome(ruling),
        weight: ruling.severity(),
        cases: 0,
        breaches: Vec::new(),
        more: 0,
        lacks: Vec::new(),
    };
    match ruling {
        Ruling::Held { cases } => view.cases = *cases,
        Ruling::Broken { breaches, more } => {
            let mut heaviest: Vec<&Breach> = breaches.iter().collect();
            heaviest.sort_by_key(|breach| std::cmp::Reverse(breach.severity));
            view.breaches = heaviest.iter().take(TOLD).map(|breach| breach_view(breach)).collect();
            view.more = more + breaches.len().saturating_sub(TOLD) as u64;
        }
        Ruling::NotChecked { lacks, cases } => {
            view.cases = *cases;
            view.lacks = lacks.iter().take(TOLD).map(lacks::said).collect();
            view.more = lacks.len().saturating_sub(TOLD) as u64;
        }
    }
    view
}

fn breach_view(breach: &Breach) -> BreachView {
    BreachView {
        weight: breach.severity,
        places: breach.places.iter().map(place).collect(),
        expected: breach.expected.clone(),
        expected_zh: breach.expected_zh.clone(),
        found: breach.found.clone(),
        found_zh: breach.found_zh.clone(),
    }
}

/// A place as text: record, then field.
pub(super) fn place(place: &Place) -> String {
    format!("{} {}", place.record, place.field).trim().to_owned()
}

/// The rules that are broken by an error, each in a sentence.
pub(super) fn broken_notes(sheet: &Sheet) -> Vec<NoteView> {
    let broken = sheet.rulings().filter(|(_, ruling)| ruling.severity() == Some(Severity::Error));
    broken
        .map(|(rule, ruling)| {
            let Ruling::Broken { breaches, .. } = &ruling else { unreachable!("only what is broken weighs") };
            let words = rule.words();
            let heaviest = breaches.iter().find(|breach| breach.severity == Severity::Error);
            // The record is enough here: the field stands with the rule.
            let record = heaviest.and_then(|breach| breach.places.first()).map_or("", |place| &place.record);
            note(
                Tone::Bad,
                format!("Breaks rule {} (in {record}): {}", rule.code(), words.english),
                format!("违反规则 {}（{record}）：{}", rule.code(), words.chinese),
            )
        })
        .collect()
}
