//! Receivables that a round clears: each obligation held against what the receivable is when the round opens, as rule R9 asks of
//! every payment: from the debtor, to the holder, and never more than is owed.

use crate::trade::amount::Amount;
use crate::trade::party::Party;
use crate::trade::replay::clearing::{Clearings, Round};
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::life::{Life, Lives};
use crate::trade::replay::receivable::state::{Receivable, Step};
use crate::trade::rule::phrase::Same;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::both;
use std::collections::HashMap;

const PAID: Rule = Rule::R(9);

/// A receivable that more than one obligation clears.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClearedTwice {
    /// The receivable's reference.
    pub receivable: String,
    /// The rounds, by their references, in the order in which they opened: one round may stand twice.
    pub rounds: Vec<String>,
    /// Sum of the obligations.
    pub cleared: Option<Amount>,
    /// What was outstanding when the first of them opened, in minor units.
    pub outstanding: Option<i128>,
}

/// Where a receivable is cleared.
struct Clearing {
    round: usize,
    opened: i64,
    amount: Amount,
    place: Place,
    outstanding: Option<i128>,
}

/// Holds every obligation to its receivable, and takes over when that would be due.
pub(super) fn judge(
    entries: &[Entry<'_>],
    lives: &Lives,
    clearings: &mut Clearings,
    sheet: &mut Sheet,
) -> Vec<ClearedTwice> {
    let mut cleared: HashMap<String, Vec<Clearing>> = HashMap::new();
    let mut order = Vec::new();
    let Clearings { rounds, parties, .. } = clearings;
    for (number, round) in rounds.iter_mut().enumerate() {
        let Some(opened) = round.opened else { continue };
        let record = &entries[opened.entry].record.record_id;
        for at in 0..round.obligations.shown.len() {
            let obligation = &mut round.obligations.shown[at];
            let Some(reference) = obligation.receivable.clone() else { continue };
            let field = |name: &str| Place::new(record, format!("/body/obligations/{}/{name}", obligation.at));
            let mut outstanding = None;
            match lives.find(&reference) {
                None if lives.ambiguous.contains(&reference) => {
                    sheet.lacks(PAID, Lack::Ambiguous { reference: reference.clone() });
                }
                None => sheet.lacks(PAID, Lack::Record { what: format!("receivable {reference}") }),
                Some(life) => {
                    let state = life.state.as_ref();
                    let due = state.and_then(|state| state.maturity);
                    let step = step_at(entries, life, opened.ms);
                    outstanding = step.and_then(|step| step.outstanding);
                    let party = |number| parties.get(number).cloned().unwrap_or_default();
                    let (debtor, creditor) = (party(obligation.debtor), party(obligation.creditor));
                    match state.zip(step) {
                        Some((state, step)) => {
                            same(sheet, || field("debtor"), &state.acceptor, &debtor, &reference);
                            same(sheet, || field("creditor"), &holder_at(state, step), &creditor, &reference);
                        }
                        None => {
                            let what = format!("APPLY of {reference} before the round {}", round.reference);
                            sheet.lacks(PAID, Lack::Record { what });
                        }
                    }
                    if let Some(owed) = state.and_then(Receivable::owed) {
                        let (expected, found) = (owed.currency(), obligation.amount.currency());
                        let breach =
                            || Breach::new(Severity::Error, field("receivableId"), Same(expected), Same(found));
                        sheet.judge(Rule::R(7), expected == found, breach);
                        outstanding = outstanding.filter(|_| expected == found);
                    }
                    obligation.due = obligation.due.or(due);
                }
            }
            let place = Place::new(record, format!("/body/obligations/{}/amount", obligation.at));
            let own = Clearing { round: number, opened: opened.ms, amount: obligation.amount, place, outstanding };
            let all = cleared.entry(reference.clone()).or_default();
            if all.is_empty() {
                order.push(reference);
            }
            all.push(own);
        }
    }
    let mut twice = Vec::new();
    for reference in order {
        let Some(mut all) = cleared.remove(&reference) else { continue };
        all.sort_by_key(|own| own.opened);
        sums_up(&reference, &all, sheet);
        if all.len() > 1 {
            twice.push(told(reference, &all, rounds));
        }
    }
    twice
}

/// What the receivable was at a moment.
fn step_at<'l>(entries: &[Entry<'_>], life: &'l Life, ms: i64) -> Option<&'l Step> {
    life.steps.iter().take_while(|step| entries[step.entry].record.action_time_ms <= ms).last()
}

/// Who held it then: as far as the steps tell, by the name they give.
fn holder_at(state: &Receivable, step: &Step) -> Identity {
    match (state.holder.called() == step.holder, &step.holder) {
        (true, _) => state.holder.clone(),
        (false, Some(name)) => Identity::of(&Party { name: Some(name.clone()), ..Party::default() }),
        (false, None) => Identity::default(),
    }
}

fn same(sheet: &mut Sheet, place: impl FnOnce() -> Place, expected: &Identity, found: &Identity, reference: &str) {
    match expected.compare(found) {
        Comparison::Same(_) => sheet.held(PAID),
        Comparison::Different => {
            sheet.broken(PAID, Breach::new(Severity::Error, place(), expected.said(), found.said()));
        }
        Comparison::Unknown => {
            let what = format!("who {} of {reference} is", found.called().unwrap_or_default());
            sheet.lacks(PAID, Lack::Record { what });
        }
    }
}

/// All that clears a receivable together is no more than was outstanding. Each round's own view of that counts: what was paid
/// between two rounds is no longer outstanding in the second.
fn sums_up(reference: &str, all: &[Clearing], sheet: &mut Sheet) {
    let mut cleared = 0_i128;
    let mut latest = None;
    for clearing in all {
        let Some(outstanding) = clearing.outstanding else { continue };
        // What was cleared in an earlier round and then told as paid is out of both.
        let paid_since = latest.map_or(0, |before: i128| (before - outstanding).max(0));
        cleared = (cleared - paid_since).max(0) + clearing.amount.minor_units();
        latest = Some(outstanding);
        sheet.judge(PAID, cleared <= outstanding, || {
            let [open, all_cleared] = [outstanding, cleared].map(|minor| clearing.amount.of_same_currency(minor));
            let expected = both!("{open} outstanding of {reference}", "{reference} 未付 {open}");
            let found = both!("{all_cleared} cleared", "清算合计 {all_cleared}");
            let breach = Breach::new(Severity::Error, clearing.place.clone(), expected, found);
            let earlier = all.iter().take_while(|own| !std::ptr::eq(*own, clearing)).take(8);
            earlier.fold(breach, |breach, own| breach.against(own.place.clone()))
        });
    }
}

fn told(receivable: String, all: &[Clearing], rounds: &[Round]) -> ClearedTwice {
    let first = &all[0];
    let one_currency = all.iter().all(|own| own.amount.currency() == first.amount.currency());
    let sum = all.iter().map(|own| own.amount.minor_units()).sum();
    ClearedTwice {
        receivable,
        rounds: all.iter().map(|own| rounds[own.round].reference.clone()).collect(),
        cleared: one_currency.then(|| first.amount.of_same_currency(sum)),
        outstanding: first.outstanding,
    }
}
