//! One record of a shipment, read as what happened: where, when, on which vessel, and whether it is a fact.

use crate::trade::action::RecordType;
use crate::trade::payload::{Node, Object};
use crate::trade::record::Record;
use crate::trade::replay::history::Entry;
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::Said;
use crate::trade::seen::{Day, Seen, element_object};

/// What an event says of itself (DCSA `eventClassifierCode`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Classifier {
    /// It happened.
    Actual,
    /// It is planned.
    Planned,
    /// It is estimated.
    Estimated,
    /// It is requested.
    Requested,
    /// It is withheld, or says something else: neither a fact nor a forecast.
    Unknown,
}

impl Classifier {
    /// Whether it is a forecast, and no fact.
    #[must_use]
    pub fn is_forecast(self) -> bool {
        matches!(self, Self::Planned | Self::Estimated | Self::Requested)
    }
}

/// A place, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Location {
    /// `UNLocationCode`.
    pub un_location: Option<String>,
    /// `facilityTypeCode`: `POTE`, `DEPO`, `CLOC`, …
    pub facility_type: Option<String>,
    /// `facilityCode`.
    pub facility: Option<String>,
    /// `locationName`.
    pub name: Option<String>,
}

impl Location {
    /// Reads a place: an object, or a text that names it.
    #[must_use]
    pub fn read(node: &Node) -> Self {
        let own = |object: &Object, name: &str| object.text(name).map(str::to_owned);
        match node {
            Node::Object(object) => Self {
                un_location: un_location(object).map(str::to_owned),
                facility_type: own(object, "facilityTypeCode"),
                facility: own(object, "facilityCode"),
                name: own(object, "locationName"),
            },
            node => Self { name: node.text().map(str::to_owned), ..Self::default() },
        }
    }

    /// Whether nothing is known of it.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        *self == Self::default()
    }
}

/// The UN/LOCODE of a place, which may stand one level down.
fn un_location(place: &Object) -> Option<&str> {
    place.text("UNLocationCode").or_else(|| {
        let inner = place.members.get("location")?.node.object()?;
        inner.text("UNLocationCode")
    })
}

/// The UN/LOCODE of a member that is a place.
pub(super) fn see_un_location<'a>(object: &'a Object, name: &str) -> Seen<&'a str> {
    match object.see_object(name) {
        Seen::Shown(place) => match (un_location(place), place.withheld.is_empty()) {
            (Some(code), _) => Seen::Shown(code),
            (None, true) => Seen::Absent,
            (None, false) => Seen::Withheld,
        },
        Seen::Withheld => Seen::Withheld,
        Seen::Absent => Seen::Absent,
    }
}

/// A vessel on a voyage, as far as it is shown.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Vessel {
    /// `vesselName`.
    pub name: Option<String>,
    /// `vesselIMONumber`.
    pub imo: Option<String>,
    /// `carrierExportVoyageNumber`.
    pub voyage: Option<String>,
}

impl Vessel {
    /// Reads the members of an event, or of one of a document's `vesselVoyages`.
    #[must_use]
    pub fn read(object: &Object) -> Self {
        let own = |name: &str| object.text(name).map(str::to_owned);
        Self { name: own("vesselName"), imo: own("vesselIMONumber"), voyage: own("carrierExportVoyageNumber") }
    }

    /// Whether it is the same vessel: by IMO number, which outlives a name, else by name. None where there is nothing to compare.
    #[must_use]
    pub fn same_vessel(&self, other: &Self) -> Option<bool> {
        match (&self.imo, &other.imo) {
            (Some(own), Some(its)) => Some(own == its),
            _ => Some(plain(self.name.as_deref()?) == plain(other.name.as_deref()?)),
        }
    }

    /// Whether it is the same voyage; none where one of them is not told.
    #[must_use]
    pub fn same_voyage(&self, other: &Self) -> Option<bool> {
        Some(plain(self.voyage.as_deref()?) == plain(other.voyage.as_deref()?))
    }
}

impl std::fmt::Display for Vessel {
    /// Name (or IMO number) and voyage: `PLOVER AURORA 604W`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let name = self.name.as_deref().or(self.imo.as_deref()).unwrap_or("?");
        match &self.voyage {
            Some(voyage) => write!(f, "{name} {voyage}"),
            None => f.write_str(name),
        }
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|letter| letter.is_alphanumeric()).flat_map(char::to_uppercase).collect()
}

/// A moment: when, and as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    pub ms: i64,
    /// RFC 3339 with the offset that its writer gave.
    pub written: String,
    /// Whether it is the event's own time; else it is when its record was signed.
    pub of_event: bool,
}

/// A record of a shipment in its place in a history.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told<'a> {
    /// Position in the entries.
    pub(super) entry: usize,
    pub(super) record: &'a Record,
    /// Whether every record of its history up to it is there.
    pub(super) sure: bool,
    /// `eventDateTime`, or else when it was signed. None: withheld.
    pub(super) ms: Option<i64>,
}

impl<'a> Told<'a> {
    pub(super) fn new(entries: &[Entry<'a>], entry: usize, sure: bool) -> Self {
        let record = entries[entry].record;
        let ms = match record.body.see_moment("eventDateTime") {
            Seen::Shown(ms) => Some(ms),
            // A record that has no time of its own tells of what its signer then did.
            Seen::Absent => Some(record.action_time_ms),
            Seen::Withheld if has_own_time(record.record_type) => None,
            Seen::Withheld => Some(record.action_time_ms),
        };
        Self { entry, record, sure, ms }
    }

    pub(super) fn body(&self) -> &'a Object {
        &self.record.body
    }

    pub(super) fn code(&self) -> &'static str {
        self.record.action.code
    }

    pub(super) fn is(&self, codes: &[&str]) -> bool {
        codes.contains(&self.code())
    }

    pub(super) fn classifier(&self) -> Classifier {
        match self.body().see_text("eventClassifierCode") {
            Seen::Shown("ACT") => Classifier::Actual,
            Seen::Shown("PLN") => Classifier::Planned,
            Seen::Shown("EST") => Classifier::Estimated,
            Seen::Shown("REQ") => Classifier::Requested,
            // Only events say it of themselves; whoever signs a document does what he says.
            Seen::Absent => Classifier::Actual,
            Seen::Withheld if !has_own_time(self.record.record_type) => Classifier::Actual,
            Seen::Shown(_) | Seen::Withheld => Classifier::Unknown,
        }
    }

    /// Whether it takes another event back. Such a record says nothing else: a correction is another event.
    pub(super) fn retracts(&self) -> Option<&'a str> {
        self.body().text("retractedEventID")
    }

    pub(super) fn location(&self) -> Location {
        self.body().members.get("eventLocation").map(|field| Location::read(&field.node)).unwrap_or_default()
    }

    pub(super) fn un_location(&self) -> Seen<&'a str> {
        see_un_location(self.body(), "eventLocation")
    }

    pub(super) fn facility_type(&self) -> Option<&'a str> {
        self.body().see_object("eventLocation").shown()?.text("facilityTypeCode")
    }

    pub(super) fn vessel(&self) -> Vessel {
        Vessel::read(self.body())
    }

    /// True for laden, false for empty.
    pub(super) fn laden(&self) -> Option<bool> {
        match self.body().text("emptyIndicatorCode")? {
            "LADEN" => Some(true),
            "EMPTY" => Some(false),
            _ => None,
        }
    }

    /// The numbers of its seals, in order; the lack of any one is the lack of all.
    pub(super) fn seals(&self) -> Seen<Vec<&'a str>> {
        seals(self.body())
    }

    pub(super) fn moment(&self) -> Moment {
        match self.body().text("eventDateTime").zip(self.ms) {
            Some((written, ms)) => Moment { ms, written: written.to_owned(), of_event: true },
            None => Moment {
                ms: self.record.action_time_ms,
                written: self.record.action_date_time.clone(),
                of_event: false,
            },
        }
    }

    /// The day it happened, as written; and whether it was written in UTC, so that the day at the place may be another.
    pub(super) fn day(&self) -> Option<(Day, bool)> {
        let moment = self.moment();
        let utc = moment.written.ends_with(['Z', 'z']) || moment.written.ends_with("+00:00");
        self.ms.and_then(|_| Day::written(&moment.written)).map(|day| (day, utc))
    }

    pub(super) fn at(&self, field: &str) -> crate::trade::rule::Place {
        crate::trade::rule::Place::new(&self.record.record_id, field)
    }

    pub(super) fn withheld(&self, field: &str) -> Lack {
        Lack::Withheld { record: self.record.record_id.clone(), field: field.to_owned() }
    }

    pub(super) fn judge(
        &self,
        sheet: &mut Sheet,
        rule: Rule,
        severity: Severity,
        field: &str,
        right: bool,
        words: impl FnOnce() -> (Said, Said),
    ) {
        sheet.judge(rule, right, || {
            let (expected, found) = words();
            Breach::new(severity, self.at(field), expected, found)
        });
    }
}

/// The seals of an event or of a document's equipment.
pub(super) fn seals(object: &Object) -> Seen<Vec<&str>> {
    match object.see_list("seals") {
        Seen::Absent => Seen::Absent,
        Seen::Withheld => Seen::Withheld,
        Seen::Shown(list) => {
            let mut numbers = Vec::with_capacity(list.len());
            for element in list {
                match element_object(element).and_then(|seal| Some(seal.see_text("number"))) {
                    Seen::Shown(Seen::Shown(number)) => numbers.push(number),
                    Seen::Shown(Seen::Withheld) | Seen::Withheld => return Seen::Withheld,
                    Seen::Shown(Seen::Absent) | Seen::Absent => {}
                }
            }
            numbers.sort_unstable();
            numbers.dedup();
            Seen::Shown(numbers)
        }
    }
}

/// Whether records of a type tell of something that has its own time.
fn has_own_time(record_type: RecordType) -> bool {
    matches!(
        record_type,
        RecordType::EquipmentEvent | RecordType::TransportEvent | RecordType::Customs | RecordType::Delivery
    )
}
