//! Events told twice, and events taken back: rules S15 and S13.

use crate::trade::action::RecordType;
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::shipment::Chain;
use crate::trade::replay::shipment::content::{agree, digest, is_partial};
use crate::trade::replay::shipment::event::Told;
use crate::trade::rule::phrase::Words;
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::both;
use crate::trade::seen::Seen;
use std::collections::{HashMap, HashSet};

const TWICE: Rule = Rule::S(15);
const TAKEN_BACK: Rule = Rule::S(13);
const ID: &str = "/body/eventID";
const RETRACTED: &str = "/body/retractedEventID";
const AGAIN: Words = ("the same event again", "同一事件再次发布");

/// What was taken back, and what is a second telling of the same event. Positions count in the entries.
#[derive(Debug, Default)]
pub(super) struct Retractions {
    by: HashMap<usize, usize>,
    of: HashMap<usize, usize>,
    repeated: HashSet<usize>,
}

/// Where a record stands: history, and place in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Spot<'c, 'a> {
    chain: usize,
    place: usize,
    told: &'c Told<'a>,
}

impl PartialEq for Told<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.entry == other.entry
    }
}

impl Eq for Told<'_> {}

impl Retractions {
    /// The record that took this one back.
    pub(super) fn taken_back_by(&self, entry: usize) -> Option<usize> {
        self.by.get(&entry).copied()
    }

    /// Whether the same event stands in another history too, and that one counts.
    pub(super) fn is_repeated(&self, entry: usize) -> bool {
        self.repeated.contains(&entry)
    }

    /// The `recordId` of what a record takes back; its event number where there is no such record.
    pub(super) fn named(&self, entries: &[Entry<'_>], entry: usize, id: &str) -> String {
        self.of.get(&entry).map_or_else(|| id.to_owned(), |&of| entries[of].record.record_id.clone())
    }

    /// Goes through all histories.
    pub(super) fn find(entries: &[Entry<'_>], chains: &[Chain<'_>], sheet: &mut Sheet) -> Self {
        let mut own = Self::default();
        let spots: Vec<Spot<'_, '_>> = chains
            .iter()
            .enumerate()
            .flat_map(|(chain, of)| of.told.iter().enumerate().map(move |(place, told)| Spot { chain, place, told }))
            .filter(|spot| is_event(spot.told))
            .collect();
        let mut by_id: HashMap<&str, Vec<usize>> = HashMap::new();
        for (at, spot) in spots.iter().enumerate() {
            if let Some(id) = spot.told.body().text("eventID") {
                by_id.entry(id).or_default().push(at);
            }
        }
        own.retractions(entries, chains, &spots, &by_id, sheet);
        own.told_once(&spots, sheet);
        own
    }

    fn retractions(
        &mut self,
        entries: &[Entry<'_>],
        chains: &[Chain<'_>],
        spots: &[Spot<'_, '_>],
        by_id: &HashMap<&str, Vec<usize>>,
        sheet: &mut Sheet,
    ) {
        let mut takes: Vec<(Spot<'_, '_>, usize)> = Vec::new();
        for spot in spots {
            let Some(id) = spot.told.retracts() else { continue };
            let known = by_id.get(id).map_or(&[][..], Vec::as_slice);
            let earlier = |other: &Spot<'_, '_>| match other.chain == spot.chain {
                true => other.place < spot.place,
                false => other.told.record.action_time_ms <= spot.told.record.action_time_ms,
            };
            // Of several with that number the nearest in its own history.
            let found = known
                .iter()
                .map(|&at| spots[at])
                .filter(earlier)
                .max_by_key(|other| (other.chain == spot.chain, other.place));
            let Some(found) = found else {
                missing(chains, spot, id, !known.is_empty(), sheet);
                continue;
            };
            let (own, its) = (signer(&entries[spot.told.entry]), signer(&entries[found.told.entry]));
            match own.compare(&its) {
                Comparison::Same(_) => {
                    sheet.held(TAKEN_BACK);
                    self.of.insert(spot.told.entry, found.told.entry);
                    takes.push((*spot, found.told.entry));
                }
                Comparison::Different => {
                    let breach = Breach::new(Severity::Error, spot.told.at("/actor/key"), its.said(), own.said());
                    sheet.broken(TAKEN_BACK, breach.against(found.told.at("/actor/key")));
                }
                Comparison::Unknown => {
                    let (later, first) = (&spot.told.record.record_id, &found.told.record.record_id);
                    let what = format!("whose keys signed {first} and {later}");
                    sheet.lacks(TAKEN_BACK, Lack::Record { what });
                }
            }
        }
        // A retraction that is itself taken back takes nothing back: the latest word counts.
        takes.sort_by_key(|(spot, _)| (spot.told.record.action_time_ms, spot.chain, spot.place));
        for (spot, of) in takes.iter().rev() {
            if !self.by.contains_key(&spot.told.entry) {
                self.by.insert(*of, spot.told.entry);
            }
        }
    }

    fn told_once(&mut self, spots: &[Spot<'_, '_>], sheet: &mut Sheet) {
        let mut ids: HashMap<&str, usize> = HashMap::new();
        let mut contents: HashMap<u64, usize> = HashMap::with_capacity(spots.len());
        for (at, spot) in spots.iter().enumerate() {
            let body = spot.told.body();
            match body.see_text("eventID") {
                Seen::Shown(id) => {
                    if let Some(&first) = ids.get(id) {
                        self.same_number(&spots[first], spot, sheet);
                        continue;
                    }
                    ids.insert(id, at);
                }
                Seen::Withheld => {
                    sheet.lacks(TWICE, spot.told.withheld(ID));
                    continue;
                }
                Seen::Absent => {}
            }
            // A retraction repeats what it takes back; and without its time nobody can say whether it is the same event.
            let comparable = spot.told.retracts().is_none()
                && self.taken_back_by(spot.told.entry).is_none()
                && body.text("eventDateTime").is_some();
            if !comparable {
                sheet.held(TWICE);
                continue;
            }
            if is_partial(body) {
                sheet.lacks(TWICE, spot.told.withheld("/body"));
                continue;
            }
            let first = *contents.entry(digest(spot.told.code(), body)).or_insert(at);
            match first != at && same_event(&spots[first], spot) {
                true => self.same_content(&spots[first], spot, sheet),
                false => sheet.held(TWICE),
            }
        }
    }

    fn same_number(&mut self, first: &Spot<'_, '_>, second: &Spot<'_, '_>, sheet: &mut Sheet) {
        let other = first.told.code() != second.told.code() || !agree(first.told.body(), second.told.body());
        if other || first.chain == second.chain {
            let found =
                if other { ("the same number for another event", "同一编号用于另一事件") } else { AGAIN };
            let id = second.told.body().text("eventID").unwrap_or_default();
            let breach = Breach::new(
                Severity::Error,
                second.told.at(ID),
                both!("one event {id}", "编号 {id} 只用于一个事件"),
                found,
            );
            sheet.broken(TWICE, breach.against(first.told.at(ID)));
            return;
        }
        self.repeated.insert(second.told.entry);
        match is_partial(first.told.body()) || is_partial(second.told.body()) {
            true => sheet.lacks(TWICE, second.told.withheld("/body")),
            false => sheet.held(TWICE),
        }
    }

    fn same_content(&mut self, first: &Spot<'_, '_>, second: &Spot<'_, '_>, sheet: &mut Sheet) {
        if first.chain != second.chain {
            // Told in the container's history and in the bill's: one event.
            self.repeated.insert(second.told.entry);
            return sheet.held(TWICE);
        }
        let expected = ("an event told once", "同一事件只发布一次");
        let breach = Breach::new(Severity::Error, second.told.at("/body"), expected, AGAIN);
        sheet.broken(TWICE, breach.against(first.told.at("/body")));
    }
}

fn same_event(first: &Spot<'_, '_>, second: &Spot<'_, '_>) -> bool {
    first.told.code() == second.told.code() && agree(first.told.body(), second.told.body())
}

fn signer(entry: &Entry<'_>) -> Identity {
    Identity::signer(&entry.record.signer, entry.signer)
}

/// Whether events have numbers of their own in records of this type.
fn is_event(told: &Told<'_>) -> bool {
    matches!(
        told.record.record_type,
        RecordType::EquipmentEvent | RecordType::TransportEvent | RecordType::Customs | RecordType::Delivery
    )
}

/// What is taken back is not there. Wrong where it must be: in a history that is whole and shows all its numbers.
fn missing(chains: &[Chain<'_>], spot: &Spot<'_, '_>, id: &str, later: bool, sheet: &mut Sheet) {
    let before = &chains[spot.chain].told[..spot.place];
    let hidden = before.iter().find(|told| is_event(told) && told.body().see_text("eventID") == Seen::Withheld);
    match (spot.told.sure, hidden) {
        (true, None) => {
            let found = match later {
                true => ("told only later", "事后才发布"),
                false => ("no such event before", "此前没有该事件"),
            };
            let expected = both!("event {id} before", "此前须有事件 {id}");
            let breach = Breach::new(Severity::Error, spot.told.at(RETRACTED), expected, found);
            sheet.broken(TAKEN_BACK, breach);
        }
        (_, Some(hidden)) => sheet.lacks(TAKEN_BACK, hidden.withheld(ID)),
        (false, None) => sheet.lacks(TAKEN_BACK, Lack::Record { what: format!("event {id}") }),
    }
}
