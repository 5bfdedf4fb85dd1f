//! F7: whoever finances against a bill to order has it, until he is paid; before that it is not surrendered, nor are the goods
//! delivered.

use crate::trade::flows::Deal;
use crate::trade::flows::backing::roots;
use crate::trade::flows::limits::TITLE_DAYS;
use crate::trade::flows::world::World;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::state::{Financing, Receivable, Stage};
use crate::trade::replay::shipment::bill::Status;
use crate::trade::replay::shipment::timeline::{Change, Row};
use crate::trade::rule::phrase::Words;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use std::collections::HashMap;

const TITLE: Rule = Rule::F(7);
const SURRENDERED: Words = ("surrendered for delivery", "已交回提货");
const DAY_MS: i64 = 86_400_000;

/// A bill from hand to hand.
struct Chain<'w> {
    /// Since when somebody possesses it, and by which record.
    hands: Vec<(i64, Identity, &'w Row)>,
    /// Surrendered for delivery, or asked to be.
    surrender: Option<&'w Row>,
    /// The first word of the goods' delivery.
    delivery: Option<(i64, String)>,
}

/// Holds every financing of a deal to it.
pub(super) fn judge(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let financed =
        deal.receivables.iter().any(|&at| world.receivable(at).is_some_and(|state| !state.financings.is_empty()));
    if !financed {
        return;
    }
    let roots = roots(world, deal);
    let mut bills_of: HashMap<usize, Vec<usize>> = HashMap::new();
    for &(at, bill) in &deal.backed {
        bills_of.entry(at).or_default().push(bill);
    }
    let mut chains: HashMap<usize, Chain<'_>> = HashMap::new();
    for &at in &deal.receivables {
        let Some(state) = world.receivable(at).filter(|_| world.counts(at)) else { continue };
        for financing in &state.financings {
            for &bill in bills_of.get(&roots[&at]).map_or(&[][..], Vec::as_slice) {
                let own = world.bill(bill);
                if own.kind.as_deref() == Some("SWB") || own.negotiable == Some(false) {
                    // No title runs with it: it secures nobody.
                    continue;
                }
                if own.negotiable.is_none() {
                    let lack = world.document(bill).map(|document| document.lack_of("isToOrder"));
                    let missing = || Lack::Record { what: format!("ISSUED of {}", own.reference) };
                    sheet.lacks(TITLE, lack.unwrap_or_else(missing));
                    continue;
                }
                let chain = chains.entry(bill).or_insert_with(|| chain(world, bill));
                hold(world, at, state, financing, bill, chain, sheet);
            }
        }
    }
}

fn chain<'w>(world: &World<'w, '_>, bill: usize) -> Chain<'w> {
    let mut chain = Chain { hands: Vec::new(), surrender: None, delivery: None };
    for row in world.bill(bill).timeline.facts.iter().filter(|row| !row.is_retracted()) {
        match &row.change {
            Some(Change::Possessor(_)) => {
                let recipient = world.entries[row.entry].record.recipient.as_ref();
                let who = recipient.map(Identity::of).unwrap_or_default();
                chain.hands.push((world.ms(row.entry), who, row));
            }
            Some(Change::Status(Status::PendingSurrenderForDelivery | Status::SurrenderedForDelivery)) => {
                chain.surrender.get_or_insert(row);
            }
            _ => {}
        }
    }
    let receipts =
        world.about[bill].receipts.iter().filter(|own| world.entries[own.entry].record.action.code != "REJECTING");
    let first = receipts.min_by_key(|own| world.ms(own.entry));
    chain.delivery = first.map(|own| (world.ms(own.entry), world.entries[own.entry].record.record_id.clone()));
    chain
}

fn hold(
    world: &World<'_, '_>,
    at: usize,
    state: &Receivable,
    financing: &Financing,
    bill: usize,
    chain: &Chain<'_>,
    sheet: &mut Sheet,
) {
    let reference = &world.bill(bill).reference;
    if chain.hands.is_empty() {
        return sheet.lacks(TITLE, Lack::Record { what: format!("ISSUE of the title to {reference}") });
    }
    if financing.financier.is_unknown() {
        return sheet.lacks(TITLE, Lack::Record { what: format!("who finances by {}", financing.record) });
    }
    let Some(record) = world.step(at, &financing.record) else { return };
    let from = world.ms(record);
    let settled = world.life(at).steps.iter().find(|step| matches!(step.stage, Stage::Settled | Stage::Subrogated));
    let until = settled.map_or(i64::MAX, |step| world.ms(step.entry));
    let here = Place::new(&financing.record, "/actionDateTime");
    // Whoever holds for the financier: the pledgee, and the banks that confirmed.
    let mut keepers = vec![&financing.financier];
    keepers.extend(state.pledge.iter().map(|pledge| &pledge.pledgee));
    keepers.extend(state.confirmations.iter().map(|confirmation| &confirmation.confirmer));
    let grace = from.saturating_add(TITLE_DAYS * DAY_MS);
    for (number, (since, who, row)) in chain.hands.iter().enumerate() {
        let end = chain.hands.get(number + 1).map_or(i64::MAX, |next| next.0);
        // Title follows the money within some days; what was passed on by then does not count, nor what came after payment.
        let counts = *since < until && end > grace.min(until);
        if !counts {
            continue;
        }
        if who.is_unknown() {
            let lack = Lack::Withheld { record: row.record.clone(), field: "/recipient".to_owned() };
            sheet.lacks(TITLE, lack);
            continue;
        }
        let compared: Vec<Comparison> = keepers.iter().map(|keeper| keeper.compare(who)).collect();
        if compared.iter().any(|found| matches!(found, Comparison::Same(_))) {
            sheet.held(TITLE);
        } else if compared.contains(&Comparison::Unknown) {
            let what = format!("who {} is", who.called().unwrap_or_default());
            sheet.lacks(TITLE, Lack::Record { what });
        } else {
            let financier = financing.financier.said();
            let expected =
                Said::new(format!("{}, until paid", financier.en), format!("付清之前由 {} 持有", financier.zh));
            let place = Place::new(&row.record, "/recipient");
            sheet.broken(TITLE, Breach::new(Severity::Error, place, expected, who.said()).against(here.clone()));
        }
    }
    let surrender = chain.surrender.map(|row| (world.ms(row.entry), row.record.clone(), SURRENDERED));
    let delivery = chain.delivery.clone().map(|(ms, record)| (ms, record, ("delivered", "已交付")));
    for (ms, record, (en, zh)) in [surrender, delivery].into_iter().flatten() {
        sheet.judge(TITLE, ms >= until, || {
            let place = Place::new(record, "/actionDateTime");
            let claim = &state.reference;
            let expected = both!("{claim} paid before", "此前已付清 {claim}");
            let found = both!("{reference} {en}", "{reference} {zh}");
            Breach::new(Severity::Warning, place, expected, found).against(here.clone())
        });
    }
}
