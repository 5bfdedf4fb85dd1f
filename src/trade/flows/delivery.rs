//! F8: full payment only for a full delivery; what is short, damaged or refused is disputed.

use crate::trade::amount::Decimal;
use crate::trade::flows::Deal;
use crate::trade::flows::goods::shipped_of;
use crate::trade::flows::goods::within;
use crate::trade::flows::limits::WEIGHT_PERCENT;
use crate::trade::flows::paper::{Goods, Measure, Paper, kilograms, quantity};
use crate::trade::flows::world::{Receipt, World};
use crate::trade::replay::receivable::state::{Receivable, Stage};
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::Seen;
use std::collections::BTreeMap;

const DELIVERY: Rule = Rule::F(8);

/// What the receipts of a bill say together.
pub(super) struct Delivered {
    /// What is wrong, and where.
    pub(super) faults: Vec<(Place, Said)>,
    /// What is not shown.
    pub(super) lacks: Vec<Lack>,
    /// Receipts.
    pub(super) receipts: usize,
}

/// Holds every receivable of a deal to the delivery of its goods.
pub(super) fn judge(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let mut by_bill: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for &(at, bill) in deal.backed.iter().filter(|own| world.counts(own.0)) {
        by_bill.entry(bill).or_default().push(at);
    }
    for (bill, receivables) in by_bill {
        let delivered = delivered(world, bill);
        if delivered.receipts == 0 {
            let what = format!("delivery of {}", world.bill(bill).reference);
            sheet.lacks(DELIVERY, Lack::Record { what });
            continue;
        }
        let fault = delivered.faults.first();
        if fault.is_none() && !delivered.lacks.is_empty() {
            delivered.lacks.iter().for_each(|lack| sheet.lacks(DELIVERY, lack.clone()));
            continue;
        }
        for at in receivables {
            let Some(state) = world.receivable(at) else { continue };
            let Some((place, what)) = fault else {
                sheet.held(DELIVERY);
                continue;
            };
            // Paid in full in spite of it; or not yet paid, and nobody says that it is contested.
            let paid = paid_in_full(state);
            let severity = if paid { Severity::Error } else { Severity::Warning };
            sheet.judge(DELIVERY, state.disputed.is_some(), || {
                let claim = &state.reference;
                let (expected, found) = match paid {
                    true => (
                        both!(
                            "payment of {claim} less what is missing, or DISPUTE",
                            "{claim} 扣除短缺后付款，或 DISPUTE"
                        ),
                        Said::new(format!("{}, paid in full", what.en), format!("{}，已全额付款", what.zh)),
                    ),
                    false => (both!("DISPUTE of {claim}", "{claim} 的 DISPUTE"), what.clone()),
                };
                let breach = Breach::new(severity, place.clone(), expected, found);
                let paid_by = world.life(at).steps.iter().rfind(|step| step.stage == Stage::Settled);
                let paid_by = paid_by.map(|step| world.entries[step.entry].at("/body/amount"));
                paid_by.into_iter().fold(breach, Breach::against)
            });
        }
    }
}

fn paid_in_full(state: &Receivable) -> bool {
    let owed = state.owed().map(|owed| owed.minor_units());
    state.stage == Stage::Settled || owed.is_some() && state.paid >= owed
}

/// Reads the receipts of a bill.
pub(super) fn delivered(world: &World<'_, '_>, bill: usize) -> Delivered {
    let about = &world.about[bill];
    let mut delivered = Delivered { faults: Vec::new(), lacks: Vec::new(), receipts: about.receipts.len() };
    let goods = world.document(bill).and_then(|document| Some((Goods::read(document.body)?, document)));
    for receipt in &about.receipts {
        let paper = world.paper(receipt.entry);
        if world.entries[receipt.entry].record.action.code == "REJECTING" {
            delivered.faults.push((paper.at("/actionCode"), Said::new("refused", "拒收")));
            continue;
        }
        stated(paper, &mut delivered);
        received(paper, receipt, goods.as_ref(), &mut delivered);
    }
    delivered
}

/// What a receipt says to be short or damaged.
fn stated(paper: Paper<'_>, delivered: &mut Delivered) {
    for (name, en, zh) in [("shortQuantity", "short", "短少"), ("damagedQuantity", "damaged", "残损")] {
        let at = format!("/body/{name}");
        match paper.body.see_object(name) {
            Seen::Shown(object) => match quantity(object) {
                Some((value, unit)) if value.units > 0 => {
                    delivered.faults.push((paper.at(&at), both!("{value} {unit} {en}", "{zh} {value} {unit}")));
                }
                Some(_) => {}
                None => delivered.lacks.push(paper.field(&at)),
            },
            Seen::Withheld => delivered.lacks.push(paper.withheld(&at)),
            Seen::Absent => {}
        }
    }
    if let Seen::Shown(remarks) = paper.body.see_text("damageRemarks")
        && !remarks.trim().is_empty()
    {
        delivered.faults.push((paper.at("/body/damageRemarks"), Said::same(remarks)));
    }
}

/// Less received than shipped is short, whether the receipt says so or not.
fn received(paper: Paper<'_>, receipt: &Receipt, goods: Option<&(Goods, Paper<'_>)>, delivered: &mut Delivered) {
    const AT: &str = "/body/receivedQuantity";
    let object = match paper.body.see_object("receivedQuantity") {
        Seen::Shown(object) => object,
        Seen::Withheld => return delivered.lacks.push(paper.withheld(AT)),
        // Accepted without a count: nothing is said to be missing.
        Seen::Absent => return,
    };
    let (Some((value, unit)), Some((goods, document))) = (quantity(object), goods) else {
        return delivered.lacks.push(paper.field(AT));
    };
    let less = match shipped_of(goods, receipt.container.as_deref(), object) {
        Ok(Measure::Packages(code, count)) => {
            let shipped = Decimal::new(i128::from(count), 0);
            let less = value.checked_cmp(shipped).is_some_and(std::cmp::Ordering::is_lt);
            less.then(|| both!("{value} of {count} {code} received", "{count} {code} 中实收 {value}"))
        }
        Ok(Measure::Weight(shipped)) => {
            let weight = kilograms(value, unit).unwrap_or(Decimal::ZERO);
            let less = weight.checked_cmp(shipped).is_some_and(std::cmp::Ordering::is_lt);
            let short = less && within(shipped, weight, WEIGHT_PERCENT) != Some(true);
            short.then(|| both!("{weight} of {shipped} kg received", "{shipped} kg 中实收 {weight} kg"))
        }
        Ok(Measure::Other(_)) => None,
        Err(Some(at)) => return delivered.lacks.push(document.withheld(&at)),
        Err(None) => {
            let what = format!("{unit} shipped, by {}", document.record);
            return delivered.lacks.push(Lack::Record { what });
        }
    };
    if let Some(what) = less {
        delivered.faults.push((paper.at(AT), what));
    }
}
