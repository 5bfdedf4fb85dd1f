//! The four flows of a dossier, goods, money, information and business, held against one another: rules F1 to F10.
//!
//! A dossier is records of many assets. Each asset is replayed by itself first; `joins` finds what belongs together, and each
//! such deal is held to the rules: `parties` F1, `goods` F2, `values` F3, `dates` F4, `freight` F5 and F9, `backing` F6,
//! `title` F7, `delivery` F8. F10 is held where rounds are replayed. `table` lays a deal out for a reader. What is not among
//! the records given is not known to be absent: a rule that needs it is not checked.

mod backing;
mod dates;
mod delivery;
mod freight;
mod goods;
pub mod invoices;
mod joins;
pub mod limits;
mod paper;
mod parties;
pub mod table;
mod title;
mod values;
mod world;

use crate::trade::replay::clearing::savings::Costs;
use crate::trade::replay::clearing::{self, Clearings};
use crate::trade::replay::history::Entry;
use crate::trade::replay::receivable::{self, Receivables};
use crate::trade::replay::shipment::{self, Shipment};
use crate::trade::rule::{Lack, Rule, Sheet};
use invoices::Invoice;
use joins::Missing;
use std::collections::HashMap;
use table::FlowTable;
use world::{About, World};

/// What belongs together: positions in the dossier's receivables, invoices and bills.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Deal {
    /// Receivables, parts among them.
    pub receivables: Vec<usize>,
    /// Invoices for the goods.
    pub invoices: Vec<usize>,
    /// Bills of lading and sea waybills.
    pub bills: Vec<usize>,
    /// Which invoice goes with which bill.
    pub pairs: Vec<(usize, usize)>,
    /// The carrier's invoices, each with its bill.
    pub freight: Vec<(usize, usize)>,
    /// What became of rules F1 to F9 in this deal.
    pub sheet: Sheet,
    /// Receivables and the bills that stand behind them.
    backed: Vec<(usize, usize)>,
    /// Receivables and the invoices they rest on.
    billed: Vec<Billed>,
    missing: Vec<Missing>,
}

/// A receivable that rests on an invoice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Billed {
    receivable: usize,
    invoice: usize,
    /// Which of the receivable's references names it; none where a purchase order joins them.
    reference: Option<usize>,
}

/// A dossier, replayed and cross-checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dossier {
    /// Receivables, and those that look like one financed twice: among the records given.
    pub receivables: Receivables,
    /// Bills, containers, bookings.
    pub shipment: Shipment,
    /// Invoices.
    pub invoices: Vec<Invoice>,
    /// Clearing rounds.
    pub clearings: Clearings,
    /// What belongs together.
    pub deals: Vec<Deal>,
    /// What became of the rules that rounds are held to.
    rounds: Sheet,
    about: Vec<About>,
}

/// Replays all entries and holds them to the rules of R, A, C and F, and to those of S that look across records (S1 and S14 look
/// at each record alone); what is found is written into the sheet. `focus` is the record in question.
#[must_use]
pub fn dossier(entries: &[Entry<'_>], focus: Option<usize>, sheet: &mut Sheet) -> Dossier {
    let receivables = receivable::replay(entries, focus, sheet);
    let shipment = shipment::replay(entries, focus, sheet);
    let invoices = invoices::replay(entries, focus, sheet);
    let mut rounds = Sheet::default();
    let clearings = clearing::replay(entries, focus, &receivables.lives, &Costs::default(), &mut rounds);
    sheet.take(rounds.clone());
    let about = world::about(entries, &shipment);
    let world = World {
        entries,
        lives: &receivables.lives,
        shipment: &shipment,
        invoices: &invoices,
        clearings: &clearings,
        about: &about,
    };
    let mut deals = joins::join(&world);
    for deal in &mut deals {
        deal.sheet = judge(&world, deal);
        sheet.take(deal.sheet.clone());
    }
    Dossier { receivables, shipment, invoices, clearings, deals, rounds, about }
}

/// Holds a deal to rules F1 to F9.
fn judge(world: &World<'_, '_>, deal: &Deal) -> Sheet {
    let mut sheet = Sheet::default();
    lacking(world, deal, &mut sheet);
    for &(invoice, bill) in &deal.pairs {
        parties::judge(world, invoice, bill, &mut sheet);
        dates::judge_pair(world, invoice, bill, &mut sheet);
        freight::judge_term(world, invoice, bill, &mut sheet);
    }
    for billed in deal.billed.iter().filter(|own| world.counts(own.receivable)) {
        parties::judge_receivable(world, *billed, &mut sheet);
    }
    goods::judge(world, deal, &mut sheet);
    values::judge(world, deal, &mut sheet);
    dates::judge(world, deal, &mut sheet);
    freight::judge_charges(world, deal, &mut sheet);
    backing::judge(world, deal, &mut sheet);
    title::judge(world, deal, &mut sheet);
    delivery::judge(world, deal, &mut sheet);
    sheet
}

/// Rules that need a record of each flow: what of them is not given.
fn lacking(world: &World<'_, '_>, deal: &Deal, sheet: &mut Sheet) {
    let mut all = |rules: std::ops::RangeInclusive<u8>, lack: &Lack| {
        rules.for_each(|number| sheet.lacks(Rule::F(number), lack.clone()));
    };
    let named = || {
        let bill = deal.bills.first().map(|&bill| world.bill(bill).reference.clone());
        let invoice = deal.invoices.first().map(|&invoice| world.invoices[invoice].reference.clone());
        let receivable = deal.receivables.first().map(|&at| world.life(at).history.subject.reference.clone());
        bill.or(invoice).or(receivable).unwrap_or_default()
    };
    let lack = |what: &str| Lack::Record { what: format!("{what} of {}", named()) };
    let (mut invoices, mut bills) = (!deal.invoices.is_empty(), !deal.bills.is_empty());
    for missing in &deal.missing {
        match missing {
            Missing::Invoice(lack) => {
                invoices = true;
                all(1..=6, lack);
            }
            Missing::Bill(lack) => {
                bills = true;
                all(1..=9, lack);
            }
        }
    }
    if !invoices {
        all(1..=6, &lack("invoice"));
    }
    if !bills {
        all(1..=9, &lack("bill of lading"));
    }
    if deal.receivables.is_empty() {
        all(6..=8, &lack("receivable"));
    }
    for &at in &deal.receivables {
        if world.receivable(at).is_none() {
            let what = format!("APPLY of {}", world.life(at).history.subject.reference);
            all(4..=4, &Lack::Record { what: what.clone() });
            all(6..=8, &Lack::Record { what });
        }
    }
    for &bill in &deal.bills {
        if world.document(bill).is_none() {
            let what = format!("ISSUED of {}", world.bill(bill).reference);
            all(1..=5, &Lack::Record { what: what.clone() });
            all(9..=9, &Lack::Record { what });
        }
    }
}

impl Dossier {
    /// The deal that a record belongs to. Of a clearing round, that of its first receivable.
    #[must_use]
    pub fn deal_of(&self, entry: &Entry<'_>) -> Option<usize> {
        let subject = &entry.record.subject;
        let in_deal = |of: fn(&Deal) -> &[usize], at: usize| self.deals.iter().position(|deal| of(deal).contains(&at));
        let by_receivable = |reference: &str| {
            let at = *self.receivables.lives.by_reference.get(reference)?;
            in_deal(|deal| &deal.receivables, at)
        };
        match subject.scheme.as_str() {
            "receivable" => {
                let at = self.receivables.lives.lives.iter().position(|life| life.history.subject == *subject)?;
                in_deal(|deal| &deal.receivables, at)
            }
            "invoice" => {
                let at = self.invoices.iter().position(|invoice| invoice.asset == *subject)?;
                in_deal(|deal| &deal.invoices, at)
                    .or_else(|| self.deals.iter().position(|deal| deal.freight.iter().any(|own| own.0 == at)))
            }
            "transport-document" => {
                let at = self.shipment.bills.iter().position(|bill| bill.asset == *subject)?;
                in_deal(|deal| &deal.bills, at)
            }
            "equipment" => {
                let container = self.shipment.containers.iter().find(|own| own.reference == subject.reference)?;
                in_deal(|deal| &deal.bills, *container.bills.last()?)
            }
            "clearing-round" => {
                let round = self.clearings.rounds.iter().find(|round| round.asset == *subject)?;
                let mut named = round.obligations.shown.iter().filter_map(|own| own.receivable.as_deref());
                named.find_map(by_receivable)
            }
            _ => None,
        }
    }

    /// A deal laid out for a reader: rows are things, columns the four flows.
    #[must_use]
    pub fn table(&self, entries: &[Entry<'_>], deal: usize) -> Option<FlowTable> {
        let world = World {
            entries,
            lives: &self.receivables.lives,
            shipment: &self.shipment,
            invoices: &self.invoices,
            clearings: &self.clearings,
            about: &self.about,
        };
        Some(table::lay_out(&world, self.deals.get(deal)?, &self.rounds))
    }

    /// Of every receivable, the deal it belongs to.
    #[must_use]
    pub fn deals_by_receivable(&self) -> HashMap<&str, usize> {
        let mut deals = HashMap::new();
        for (number, deal) in self.deals.iter().enumerate() {
            for &at in &deal.receivables {
                deals.insert(self.receivables.lives.lives[at].history.subject.reference.as_str(), number);
            }
        }
        deals
    }
}
