//! Shipments: bookings, bills of lading with their title, containers, vessels, customs and delivery, and rules S2 to S13, S15
//! and S16. S1 and S14, about identifiers, look at each record alone and stand elsewhere.
//!
//! `records` sorts the records of each history; `container` replays containers by the machine of `phase`, `versions` and `title`
//! replay bills, `booking` what comes before them; `paper` holds a document to its own rules, and `across` bills to what
//! containers and vessels did.

mod across;
pub mod answers;
pub mod bill;
pub mod booking;
pub mod container;
mod content;
mod document;
pub mod event;
mod measure;
mod paper;
mod phase;
mod records;
mod release;
mod retraction;
mod route;
mod seals;
pub mod timeline;
mod title;
mod versions;

use crate::trade::record::Subject;
use crate::trade::replay::history::{Entry, History, by_asset, order};
use crate::trade::rule::{Rule, Sheet};
use bill::Bill;
use booking::{Booking, Instructions};
use container::Container;
use event::Told;
use records::Papers;
use retraction::Retractions;
use std::collections::{HashMap, HashSet};

/// Shipments replayed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Shipment {
    /// Bills of lading and sea waybills, one for each transport document that records speak of.
    pub bills: Vec<Bill>,
    /// Containers, in the order of first mention.
    pub containers: Vec<Container>,
    /// Bookings.
    pub bookings: Vec<Booking>,
    /// Shipping instructions.
    pub instructions: Vec<Instructions>,
    /// Positions of records that stand in no replayed history: in another branch of a fork, or after what is missing.
    pub aside: Vec<usize>,
}

/// One history in the order it is replayed in.
struct Chain<'a> {
    subject: Subject,
    told: Vec<Told<'a>>,
    /// Whether every record up to the last is there.
    whole: bool,
}

/// Replays every shipment among the entries and writes what the rules find into the sheet. `focus` is the record in question:
/// where a history forks, its branch counts.
#[must_use]
pub fn replay(entries: &[Entry<'_>], focus: Option<usize>, sheet: &mut Sheet) -> Shipment {
    let mut shipment = Shipment::default();
    let chains = chains(entries, focus, &mut shipment.aside, sheet);
    let retractions = Retractions::find(entries, &chains, sheet);
    let mut lanes = Lanes::default();
    let mut papers = Vec::new();
    for chain in &chains {
        match chain.subject.scheme.as_str() {
            "equipment" => lanes.open(&chain.subject.reference, chain.told.clone()),
            _ => papers.push(Papers::read(entries, chain, &retractions, &mut lanes, &mut shipment, sheet)),
        }
    }
    let mut lives: Vec<container::Life<'_>> = lanes
        .all
        .into_iter()
        .map(|(reference, lanes)| container::replay(entries, &reference, lanes, &retractions, sheet))
        .collect();
    across::judge(&mut shipment, &papers, &mut lives, &lanes.place, sheet);
    shipment.containers = lives.into_iter().map(|life| life.container).collect();
    shipment
}

/// The events of each container, a lane for each history that tells of it.
#[derive(Default)]
struct Lanes<'a> {
    all: Vec<(String, Vec<Vec<Told<'a>>>)>,
    place: HashMap<String, usize>,
}

impl<'a> Lanes<'a> {
    fn open(&mut self, reference: &str, lane: Vec<Told<'a>>) {
        let at = *self.place.entry(reference.to_owned()).or_insert_with(|| {
            self.all.push((reference.to_owned(), Vec::new()));
            self.all.len() - 1
        });
        self.all[at].1.push(lane);
    }
}

/// The histories of all transport documents and containers. Rule S16.
fn chains<'a>(
    entries: &[Entry<'a>],
    focus: Option<usize>,
    aside: &mut Vec<usize>,
    sheet: &mut Sheet,
) -> Vec<Chain<'a>> {
    let mut chains = Vec::new();
    for asset in by_asset(entries, &["transport-document", "equipment"]) {
        let history = order(entries, &asset, focus, Rule::S(16), sheet);
        let last = history.branch.last().map_or(0, |&last| entries[last].record.sequence);
        let mut told: Vec<Told<'a>> = history.branch.iter().map(|&at| Told::new(entries, at, true)).collect();
        let loose = match history.loose.is_empty() && history.others.is_empty() {
            true => Vec::new(),
            false => after_gap(entries, &history, last, aside),
        };
        told.extend(loose.iter().map(|&at| Told::new(entries, at, false)));
        let whole = history.is_rooted() && loose.is_empty();
        chains.push(Chain { subject: history.subject, told, whole });
    }
    chains
}

/// What follows a gap, by number; of two under one number neither can be chosen, so that the first handed in stands. The rest
/// is put aside.
fn after_gap(entries: &[Entry<'_>], history: &History, last: u64, aside: &mut Vec<usize>) -> Vec<usize> {
    let number = |at: usize| entries[at].record.sequence;
    let mut loose: Vec<usize> = history.loose.iter().copied().filter(|&at| number(at) > last).collect();
    loose.sort_by_key(|&at| (number(at), at));
    loose.dedup_by_key(|at| number(*at));
    let placed: HashSet<usize> = history.branch.iter().chain(&loose).copied().collect();
    let others = history.others.iter().flatten().chain(&history.loose);
    let mut left: Vec<usize> = others.copied().filter(|at| !placed.contains(at)).collect();
    left.sort_unstable();
    left.dedup();
    aside.extend(left);
    loose
}
