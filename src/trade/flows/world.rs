//! All that the rules across the flows look at, replayed, with the few things found once: each bill's document, and what is
//! told of its goods' receipt, customs and instructions.

use crate::trade::action::RecordType;
use crate::trade::flows::invoices::Invoice;
use crate::trade::flows::paper::Paper;
use crate::trade::replay::clearing::Clearings;
use crate::trade::replay::history::Entry;
use crate::trade::replay::receivable::life::{Life, Lives};
use crate::trade::replay::receivable::state::{Receivable, Stage};
use crate::trade::replay::shipment::Shipment;
use crate::trade::replay::shipment::bill::Bill;
use std::collections::{HashMap, HashSet};

/// The replayed records.
pub(super) struct World<'w, 'e> {
    pub(super) entries: &'w [Entry<'e>],
    pub(super) lives: &'w Lives,
    pub(super) shipment: &'w Shipment,
    pub(super) invoices: &'w [Invoice],
    pub(super) clearings: &'w Clearings,
    /// What is told of each bill.
    pub(super) about: &'w [About],
}

/// Positions of records that tell of one bill.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct About {
    /// The record whose document counts.
    pub(super) document: Option<usize>,
    /// The last shipping instructions that list goods.
    pub(super) instructions: Option<usize>,
    /// Customs declarations.
    pub(super) declarations: Vec<usize>,
    /// Receipts: of each container the last one, and of the whole the last one.
    pub(super) receipts: Vec<Receipt>,
}

/// A record of the goods' receipt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Receipt {
    pub(super) entry: usize,
    /// The container, where it speaks of one.
    pub(super) container: Option<String>,
}

/// Finds what is told of each bill, in one pass over all timelines.
pub(super) fn about(entries: &[Entry<'_>], shipment: &Shipment) -> Vec<About> {
    let mut about: Vec<About> = vec![About::default(); shipment.bills.len()];
    let places: HashMap<&str, usize> =
        shipment.bills.iter().enumerate().map(|(at, bill)| (bill.reference.as_str(), at)).collect();
    let mut seen = HashSet::new();
    let mut latest: HashMap<(usize, Option<String>), usize> = HashMap::new();
    for (at, bill) in shipment.bills.iter().enumerate() {
        for row in bill.timeline.facts.iter().filter(|row| !row.is_retracted()) {
            let record = entries[row.entry].record;
            match row.record_type {
                RecordType::TransportDocument if row.action == "ISSUED" => {
                    let sub = record.body.text("transportDocumentSubReference");
                    if sub.is_none() || bill.sub_reference.is_none() || sub == bill.sub_reference.as_deref() {
                        about[at].document = Some(row.entry);
                    }
                }
                RecordType::ShippingInstructions if record.body.members.contains_key("consignmentItems") => {
                    about[at].instructions = Some(row.entry);
                }
                RecordType::Customs if seen.insert(row.entry) => about[at].declarations.push(row.entry),
                RecordType::Delivery if seen.insert(row.entry) => {
                    let container = record.body.text("equipmentReference").map(str::to_owned);
                    receipt(&mut about, &mut latest, at, Receipt { entry: row.entry, container });
                }
                _ => {}
            }
        }
    }
    for container in &shipment.containers {
        for row in container.timeline.facts.iter().filter(|row| !row.is_retracted()) {
            if !matches!(row.record_type, RecordType::Customs | RecordType::Delivery) || !seen.insert(row.entry) {
                continue;
            }
            let named = entries[row.entry].record.body.text("transportDocumentReference");
            let named = named.and_then(|name| places.get(name).copied());
            let Some(at) = named.or_else(|| container.bills.last().copied()) else { continue };
            match row.record_type {
                RecordType::Customs => about[at].declarations.push(row.entry),
                _ => {
                    let own = Receipt { entry: row.entry, container: Some(container.reference.clone()) };
                    receipt(&mut about, &mut latest, at, own);
                }
            }
        }
    }
    about
}

/// The last word on a container, or on the whole, is the one that counts.
fn receipt(about: &mut [About], latest: &mut HashMap<(usize, Option<String>), usize>, bill: usize, receipt: Receipt) {
    let receipts = &mut about[bill].receipts;
    match latest.get(&(bill, receipt.container.clone())) {
        Some(&place) => receipts[place] = receipt,
        None => {
            latest.insert((bill, receipt.container.clone()), receipts.len());
            receipts.push(receipt);
        }
    }
}

impl<'w, 'e> World<'w, 'e> {
    pub(super) fn bill(&self, at: usize) -> &'w Bill {
        &self.shipment.bills[at]
    }

    pub(super) fn paper(&self, entry: usize) -> Paper<'e> {
        Paper::of(&self.entries[entry])
    }

    /// A bill's document.
    pub(super) fn document(&self, bill: usize) -> Option<Paper<'e>> {
        self.about[bill].document.map(|entry| self.paper(entry))
    }

    pub(super) fn invoice_paper(&self, invoice: usize) -> Paper<'e> {
        self.paper(self.invoices[invoice].entry)
    }

    pub(super) fn life(&self, at: usize) -> &'w Life {
        &self.lives.lives[at]
    }

    pub(super) fn receivable(&self, at: usize) -> Option<&'w Receivable> {
        self.life(at).state.as_ref()
    }

    /// Whether somebody owes, or owed, on it; rejected and cancelled ones are nobody's.
    pub(super) fn counts(&self, at: usize) -> bool {
        self.receivable(at).is_some_and(|state| !matches!(state.stage, Stage::Rejected | Stage::Cancelled))
    }

    /// Whether it is split from one that is given: then that one speaks for it.
    pub(super) fn is_part(&self, at: usize) -> bool {
        let parent = self.receivable(at).and_then(|state| state.parent.as_deref());
        parent.is_some_and(|parent| self.lives.find(parent).is_some())
    }

    /// Its first record, which says its terms.
    pub(super) fn terms(&self, at: usize) -> Option<Paper<'e>> {
        self.life(at).history.branch.first().map(|&entry| self.paper(entry))
    }

    /// The record of a receivable's history with a `recordId`.
    pub(super) fn step(&self, at: usize, record: &str) -> Option<usize> {
        let steps = self.life(at).steps.iter().map(|step| step.entry);
        steps.into_iter().find(|&entry| self.entries[entry].record.record_id == record)
    }

    pub(super) fn ms(&self, entry: usize) -> i64 {
        self.entries[entry].record.action_time_ms
    }
}
