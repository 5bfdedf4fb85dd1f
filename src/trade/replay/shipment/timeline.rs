//! A life as rows: what happened, what was forecast, and what was taken back.

use crate::trade::action::RecordType;
use crate::trade::replay::history::Entry;
use crate::trade::replay::shipment::bill::Status;
use crate::trade::replay::shipment::container::{Customs, Phase};
use crate::trade::replay::shipment::event::{Classifier, Location, Moment, Told};

/// What a record changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A container's phase.
    Phase(Phase),
    /// What customs have said of it.
    Customs(Customs),
    /// The state of a bill.
    Status(Status),
    /// Who possesses a bill; none when that is withheld.
    Possessor(Option<String>),
    /// The state of a booking: its `bookingStatus`.
    Booking(&'static str),
    /// The state of shipping instructions.
    Instructions(&'static str),
    /// It took back the record with this `recordId`.
    Retracted(String),
}

/// One record of a life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Position of the record in the entries.
    pub entry: usize,
    /// Its `recordId`.
    pub record: String,
    /// Its type.
    pub record_type: RecordType,
    /// `actionCode`.
    pub action: &'static str,
    /// Where.
    pub location: Location,
    /// When.
    pub time: Moment,
    /// Fact or forecast.
    pub classifier: Classifier,
    /// `recordId` of the record that took it back.
    pub retracted_by: Option<String>,
    /// Whether every record of its history up to it is there.
    pub sure: bool,
    /// Who signed: as registered, else as he calls himself.
    pub actor: Option<String>,
    /// Whether the actor's name is the registered one.
    pub actor_registered: bool,
    /// What it changed.
    pub change: Option<Change>,
}

impl Row {
    /// Whether it was taken back.
    #[must_use]
    pub fn is_retracted(&self) -> bool {
        self.retracted_by.is_some()
    }

    pub(super) fn new(entries: &[Entry<'_>], told: &Told<'_>, retracted_by: Option<usize>) -> Self {
        let registered = entries[told.entry].signer.and_then(|party| party.name.clone());
        Self {
            entry: told.entry,
            record: told.record.record_id.clone(),
            record_type: told.record.record_type,
            action: told.code(),
            location: told.location(),
            time: told.moment(),
            classifier: told.classifier(),
            retracted_by: retracted_by.map(|by| entries[by].record.record_id.clone()),
            sure: told.sure,
            actor_registered: registered.is_some(),
            actor: registered.or_else(|| told.record.actor.name.clone()),
            change: None,
        }
    }
}

/// A life: facts in the order they are replayed in, and forecasts apart, by their time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Timeline {
    /// What happened, and what was taken back of it.
    pub facts: Vec<Row>,
    /// What was planned, estimated or requested.
    pub forecasts: Vec<Row>,
}

impl Timeline {
    pub(super) fn push(&mut self, row: Row) {
        match row.classifier.is_forecast() {
            true => self.forecasts.push(row),
            false => self.facts.push(row),
        }
    }

    pub(super) fn finish(&mut self) {
        self.forecasts.sort_by_key(|row| row.time.ms);
    }

    /// Forecasts that nothing since has overtaken: neither retracted, nor earlier than the last fact.
    pub fn pending(&self) -> impl Iterator<Item = &Row> {
        let last = self.facts.iter().filter(|row| !row.is_retracted()).map(|row| row.time.ms).max();
        self.forecasts.iter().filter(move |row| !row.is_retracted() && Some(row.time.ms) >= last)
    }
}
