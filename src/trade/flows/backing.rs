//! F6: what is owed on a bill is no more than its invoices ask for, and one financier stands behind it.

use crate::trade::amount::Amount;
use crate::trade::flows::Deal;
use crate::trade::flows::values::rate;
use crate::trade::flows::world::World;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use std::collections::{BTreeMap, BTreeSet, HashMap};

const BACKING: Rule = Rule::F(6);
/// Most financiers of one bill that are told apart.
const MAX_FINANCIERS: usize = 64;

/// Holds every bill of a deal to it, and every receivable to its invoices.
pub(super) fn judge(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    for billed in &deal.billed {
        let state = world.receivable(billed.receivable).filter(|_| world.counts(billed.receivable));
        let reference = billed.reference.and_then(|place| state?.invoices.get(place));
        let (Some(reference), Some(asked)) = (reference, world.invoices[billed.invoice].asked) else { continue };
        let Some(total) = reference.total else { continue };
        sheet.judge(BACKING, total == asked, || {
            let place = Place::new(&reference.record, format!("{}/totalInvoiceAmount", reference.field));
            let paper = world.invoice_paper(billed.invoice);
            Breach::new(Severity::Error, place, asked, total).against(paper.at("/body/payableAmount"))
        });
    }
    within_invoices(world, deal, sheet);
    financiers(world, deal, sheet);
}

/// Rule R3 with the invoices themselves: no more is accepted than they ask for; and F6 for each bill.
fn within_invoices(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let mut invoices_of: HashMap<usize, Vec<usize>> = HashMap::new();
    for billed in &deal.billed {
        invoices_of.entry(billed.receivable).or_default().push(billed.invoice);
    }
    let mut by_bill: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(at, bill) in deal.backed.iter().filter(|own| world.counts(own.0)) {
        by_bill.entry(bill).or_default().push(at);
    }
    for (bill, receivables) in by_bill {
        let mut invoices = BTreeSet::new();
        let mut whole = deal.missing.is_empty();
        let mut owed: Option<Amount> = None;
        for &at in &receivables {
            let own = invoices_of.get(&at).map_or(&[][..], Vec::as_slice);
            // What it rests on is not given: that was said where the joins were made.
            whole &= !own.is_empty();
            invoices.extend(own.iter().copied());
            let Some(amount) = world.receivable(at).and_then(|state| state.owed()) else {
                let lack = world.terms(at).map(|terms| terms.lack_of("faceAmount"));
                lack.into_iter().for_each(|lack| sheet.lacks(BACKING, lack));
                whole = false;
                continue;
            };
            whole &= plus(&mut owed, amount, sheet);
        }
        let mut asked: Option<Amount> = None;
        for &invoice in &invoices {
            match world.invoices[invoice].payable {
                Some(payable) => whole &= plus(&mut asked, payable, sheet),
                None => {
                    sheet.lacks(BACKING, world.invoice_paper(invoice).lack_of("payableAmount"));
                    whole = false;
                }
            }
        }
        let (Some(owed), Some(asked)) = (owed.filter(|_| whole), asked) else { continue };
        if owed.currency() != asked.currency() {
            sheet.lacks(BACKING, rate(asked, owed));
            continue;
        }
        sheet.judge(BACKING, owed.minor_units() <= asked.minor_units(), || {
            let reference = &world.bill(bill).reference;
            let last = receivables.last().and_then(|&at| world.terms(at));
            let place = last.map_or_else(|| Place::new(reference, ""), |terms| terms.at("/body/faceAmount"));
            let expected =
                both!("{asked} or less, by the invoices of {reference}", "按 {reference} 的发票，不超过 {asked}");
            let breach = Breach::new(Severity::Error, place, expected, owed);
            let against = invoices.iter().take(8).map(|&own| world.invoice_paper(own).at("/body/payableAmount"));
            against.fold(breach, Breach::against)
        });
    }
}

fn plus(sum: &mut Option<Amount>, amount: Amount, sheet: &mut Sheet) -> bool {
    match sum {
        None => *sum = Some(amount),
        Some(own) if own.currency() != amount.currency() => {
            sheet.lacks(BACKING, rate(*own, amount));
            return false;
        }
        Some(own) => match own.minor_units().checked_add(amount.minor_units()) {
            Some(total) => *sum = Some(amount.of_same_currency(total)),
            None => return false,
        },
    }
    true
}

/// A financing behind a bill.
struct Behind {
    financier: Identity,
    place: Place,
    /// The receivable at the root of its tree: parts of one may be financed by several, since they sum to it.
    root: usize,
}

fn financiers(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let roots = roots(world, deal);
    let mut bills_of: HashMap<usize, Vec<usize>> = HashMap::new();
    for &(at, bill) in &deal.backed {
        bills_of.entry(at).or_default().push(bill);
    }
    let mut behind: BTreeMap<usize, Vec<Behind>> = BTreeMap::new();
    for &at in deal.receivables.iter().filter(|&&at| world.counts(at)) {
        let Some(state) = world.receivable(at) else { continue };
        let root = roots[&at];
        for &bill in bills_of.get(&root).map_or(&[][..], Vec::as_slice) {
            let own = behind.entry(bill).or_default();
            for financing in &state.financings {
                if own.len() < MAX_FINANCIERS {
                    let place = Place::new(&financing.record, "/body/financier");
                    own.push(Behind { financier: financing.financier.clone(), place, root });
                }
            }
        }
    }
    for (bill, all) in behind {
        let Some((first, others)) = all.split_first() else { continue };
        let reference = &world.bill(bill).reference;
        if others.is_empty() {
            sheet.lacks(BACKING, Lack::Others { on: reference.clone() });
        }
        for other in others {
            match first.financier.compare(&other.financier) {
                Comparison::Same(_) => sheet.held(BACKING),
                Comparison::Unknown => {
                    let what = format!("who finances by {}", other.place.record);
                    sheet.lacks(BACKING, Lack::Record { what });
                }
                Comparison::Different => {
                    let severity = if first.root == other.root { Severity::Information } else { Severity::Error };
                    let financier = first.financier.said();
                    let expected = Said::new(
                        format!("{}, who finances against {reference}", financier.en),
                        format!("凭 {reference} 融资的 {}", financier.zh),
                    );
                    let found = other.financier.said();
                    let breach = Breach::new(severity, other.place.clone(), expected, found);
                    sheet.broken(BACKING, breach.against(first.place.clone()));
                }
            }
        }
    }
}

/// Of every receivable of a deal, the root of its tree.
pub(super) fn roots(world: &World<'_, '_>, deal: &Deal) -> HashMap<usize, usize> {
    let parent = |at: usize| {
        let parent = world.receivable(at)?.parent.as_deref()?;
        world.lives.by_reference.get(parent).copied()
    };
    let mut roots: HashMap<usize, usize> = HashMap::new();
    for &at in &deal.receivables {
        let mut line = Vec::new();
        let mut next = at;
        // A receivable that is said to come from itself is its own root.
        let root = loop {
            if let Some(&known) = roots.get(&next) {
                break known;
            }
            roots.insert(next, next);
            line.push(next);
            match parent(next) {
                Some(parent) => next = parent,
                None => break next,
            }
        };
        for at in line {
            roots.insert(at, root);
        }
    }
    roots
}
