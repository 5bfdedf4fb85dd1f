//! F3: what the invoices come to, and what was declared to the carrier and to customs.

use crate::trade::amount::Amount;
use crate::trade::flows::Deal;
use crate::trade::flows::joins::Missing;
use crate::trade::flows::limits::VALUE_PERCENT;
use crate::trade::flows::paper::Paper;
use crate::trade::flows::world::World;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::both;
use crate::trade::seen::Seen;

const VALUES: Rule = Rule::F(3);

/// A sum of one currency, and where it stands.
pub(super) struct Sum {
    pub(super) amount: Amount,
    pub(super) places: Vec<Place>,
}

/// The goods invoices of a deal together; none where one of them is not given or not shown.
pub(super) fn invoiced(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) -> Option<Sum> {
    let mut sum: Option<Sum> = None;
    let mut whole = !deal.missing.iter().any(|missing| matches!(missing, Missing::Invoice(_)));
    for &invoice in &deal.invoices {
        let paper = world.invoice_paper(invoice);
        match world.invoices[invoice].value {
            Some(value) => {
                let without_tax = paper.body.members.contains_key("taxExclusiveAmount");
                let field = if without_tax { "/body/taxExclusiveAmount" } else { "/body/payableAmount" };
                whole &= add(&mut sum, value, paper.at(field), VALUES, sheet);
            }
            None => {
                sheet.lacks(VALUES, paper.lack_of("payableAmount"));
                whole = false;
            }
        }
    }
    sum.filter(|_| whole)
}

/// Adds to a sum; what is of another currency cannot be added, and is said to lack a rate.
pub(super) fn add(sum: &mut Option<Sum>, amount: Amount, place: Place, rule: Rule, sheet: &mut Sheet) -> bool {
    let Some(own) = sum else {
        *sum = Some(Sum { amount, places: vec![place] });
        return true;
    };
    if own.amount.currency() != amount.currency() {
        sheet.lacks(rule, rate(own.amount, amount));
        return false;
    }
    let Some(total) = own.amount.minor_units().checked_add(amount.minor_units()) else { return false };
    own.amount = own.amount.of_same_currency(total);
    if own.places.len() < 8 {
        own.places.push(place);
    }
    true
}

/// What two currencies lack to be compared.
pub(super) fn rate(one: Amount, other: Amount) -> Lack {
    Lack::Record { what: format!("rate of exchange of {} to {}", one.currency(), other.currency()) }
}

/// Holds a deal's invoices to what was declared.
pub(super) fn judge(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    if deal.pairs.is_empty() {
        return;
    }
    let invoiced = invoiced(world, deal, sheet);
    let declared = declared(deal.bills.iter().filter_map(|&bill| world.document(bill)), true, sheet);
    let customs = deal.bills.iter().flat_map(|&bill| &world.about[bill].declarations);
    let customs = self::declared(customs.map(|&entry| world.paper(entry)), false, sheet);
    let Some(invoiced) = invoiced else { return };
    for declared in [declared, customs].into_iter().flatten() {
        let (own, its) = (invoiced.amount, declared.amount);
        if own.currency() != its.currency() {
            sheet.lacks(VALUES, rate(own, its));
            continue;
        }
        let within = its.minor_units().checked_sub(own.minor_units()).and_then(|difference| {
            let most = own.minor_units().checked_mul(VALUE_PERCENT)?;
            Some(difference.checked_abs()?.checked_mul(100)? <= most)
        });
        // More goods may be on the bill than the invoices given are for; less is declared by who saves duty.
        let severity = if its.minor_units() < own.minor_units() { Severity::Error } else { Severity::Warning };
        sheet.judge(VALUES, within == Some(true), || {
            let expected =
                both!("{own} by invoice, within {VALUE_PERCENT} percent", "发票金额 {own}，允差 {VALUE_PERCENT}%");
            let breach = Breach::new(severity, declared.places[0].clone(), expected, its);
            invoiced.places.iter().cloned().fold(breach, Breach::against)
        });
    }
}

/// The declared values of papers together. `must`: one that declares none is said to.
fn declared<'a>(papers: impl Iterator<Item = Paper<'a>>, must: bool, sheet: &mut Sheet) -> Option<Sum> {
    let mut sum = None;
    let mut whole = true;
    for paper in papers {
        let body = paper.body;
        let currency = body.text("declaredValueCurrency");
        match body.see_amount("declaredValue", currency) {
            Seen::Shown(value) => whole &= add(&mut sum, value, paper.at("/body/declaredValue"), VALUES, sheet),
            Seen::Withheld => {
                sheet.lacks(VALUES, paper.withheld("/body/declaredValue"));
                whole = false;
            }
            Seen::Absent if must => {
                sheet.lacks(VALUES, paper.field("/body/declaredValue"));
                whole = false;
            }
            Seen::Absent => {}
        }
    }
    sum.filter(|_| whole)
}
