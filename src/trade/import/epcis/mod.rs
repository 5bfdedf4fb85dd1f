//! EPCIS 2.0 events (GS1, JSON-LD): what happened to containers and logistic units, as far as records tell it.
//!
//! An event becomes a record for each unit that it is about, or one for the bill of lading or despatch advice that it names.
//! Events that name neither, and business steps that the trade's records have no word for, are refused with the reason, and their values kept.

mod step;
mod unit;
mod vocabulary;

use super::error::Why;
use super::making::{Making, Untold};
use super::output::Output;
use super::source::Part;
use super::{DocumentKind, Other};
use crate::trade::action::RecordType;
use crate::trade::payload::child;
use serde_json::Value;
use step::{Told, told};
use unit::{Unit, unit};
use vocabulary::{Prefixes, kind};

/// Most units that one event may make records of.
const MAX_UNITS: usize = 100;
/// The types of events.
const EVENTS: [&str; 5] =
    ["ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"];
/// Members of an event that are fields of a record under their own names.
const SAME: [&str; 9] = [
    "bizStep",
    "disposition",
    "action",
    "epcList",
    "quantityList",
    "parentID",
    "childEPCs",
    "childQuantityList",
    "eventTimeZoneOffset",
];

/// Whether a document says that it is EPCIS's.
pub(super) fn is_epcis(root: &Value) -> bool {
    let first = root.as_array().and_then(|items| items.first()).unwrap_or(root);
    let name = first.get("type").and_then(Value::as_str).map(kind);
    name.is_some_and(|name| EVENTS.contains(&name) || ["EPCISDocument", "EPCISQueryDocument"].contains(&name))
}

/// Reads a document, a query's answer, an event, or a list of events.
pub(super) fn read(out: &mut Output, root: &Value) -> Result<DocumentKind, Other> {
    let prefixes = Prefixes::of(root.get("@context"));
    // What stands around the events tells how they were sent.
    out.keep("", Why::Carriage);
    for (at, value) in events(root)? {
        out.keep(&at, Why::Unknown);
        match Part::of(value, at.as_str()) {
            Some(part) => event(out, &part, &prefixes),
            None => out.refuse(&at, "an event is not an object".to_owned()),
        }
    }
    out.keep("/@context", Why::Carriage);
    out.in_order_of_time();
    Ok(DocumentKind::Epcis)
}

/// The events with their places.
fn events(root: &Value) -> Result<Vec<(String, &Value)>, Other> {
    let at = match root.get("type").and_then(Value::as_str).map(kind) {
        Some("EPCISDocument") => "/epcisBody/eventList",
        Some("EPCISQueryDocument") => "/epcisBody/queryResults/resultsBody/eventList",
        Some(_) => return Ok(vec![(String::new(), root)]),
        None => "",
    };
    match root.pointer(at).and_then(Value::as_array) {
        Some(list) if !list.is_empty() => {
            Ok(list.iter().enumerate().map(|(index, event)| (child(at, index), event)).collect())
        }
        _ => Err(Other::Known("an EPCIS document".to_owned(), format!("it has no events at {at}"))),
    }
}

fn event(out: &mut Output, part: &Part<'_>, prefixes: &Prefixes<'_>) {
    let found = about(part, prefixes);
    let (what, subjects) = match found {
        Ok(found) => found,
        Err(reason) => return out.refuse(&part.at, reason),
    };
    for subject in &subjects {
        out.take(&part.at, making(part, prefixes, what, subject));
    }
}

/// What one record of an event is about.
enum Subject {
    /// What the goods travel under, as the event names it, and the one unit, where it is about one.
    Document {
        /// The field of its number.
        field: &'static str,
        /// Its number.
        number: String,
        /// The unit.
        unit: Option<Unit>,
    },
    /// A unit.
    Unit(Unit),
}

/// What an event says in the words of records, and what about.
fn about(part: &Part<'_>, prefixes: &Prefixes<'_>) -> Result<(Told, Vec<Subject>), Untold> {
    let name = kind(part.text("type").unwrap_or_default());
    let objects: Vec<&str> = match name {
        "ObjectEvent" => texts(part, "epcList"),
        "TransactionEvent" if part.has("epcList") => texts(part, "epcList"),
        "AggregationEvent" | "TransactionEvent" | "AssociationEvent" => part.text("parentID").into_iter().collect(),
        "TransformationEvent" => return Err("no record tells how goods are made into others".to_owned()),
        _ => return Err("it is none of EPCIS's five kinds of event".to_owned()),
    };
    let step = part.text("bizStep").ok_or("it has no bizStep")?;
    let step = prefixes.word(step, "BizStep", "bizstep");
    let disposition = part.text("disposition").map(|text| prefixes.word(text, "Disp", "disp")).unwrap_or_default();
    let units: Vec<Unit> = objects.iter().filter_map(|epc| unit(epc)).collect();
    let is_container = !units.is_empty() && units.iter().all(|unit| unit.is_container);
    let what = told(name, &step, &disposition, is_container)?;
    let has_bill = number(part, prefixes, "bol").is_some();
    let by_unit = what.record_type == RecordType::EquipmentEvent || !has_bill;
    if units.len() > MAX_UNITS && by_unit {
        return Err(format!("it is about {} units, of which at most {MAX_UNITS} can be told", units.len()));
    }
    if by_unit && !units.is_empty() {
        return Ok((what, units.into_iter().map(Subject::Unit).collect()));
    }
    let unit = <[Unit; 1]>::try_from(units).ok().map(|[unit]| unit);
    for (letters, field) in [("bol", "transportDocumentReference"), ("desadv", "despatchAdviceReference")] {
        if let Some(number) = number(part, prefixes, letters) {
            return Ok((what, vec![Subject::Document { field, number, unit }]));
        }
    }
    Err("it names no bill of lading or despatch advice, nor a unit that is moved as one (container, SSCC, GRAI, GIAI)"
        .to_owned())
}

fn making(part: &Part<'_>, prefixes: &Prefixes<'_>, what: Told, subject: &Subject) -> Result<Making, Untold> {
    let mut making = Making::new(what.record_type);
    making.act_supplied(what.action);
    let error = part.part("errorDeclaration");
    match &error {
        Some(error) => retract(&mut making, part, error)?,
        None => {
            making.copy(part, "eventID");
            making.when(part, "recordTime");
            making.when_unsaid(part, "eventTime");
            if let Some(id) = part.text("eventID") {
                making.id(id);
            }
        }
    }
    making.copy_as(part, "type", "eventType");
    for name in SAME {
        making.copy(part, name);
    }
    making.copy_as(part, "eventTime", "eventDateTime");
    // EPCIS events tell what has happened (EPCIS 2.0 §7.4.1).
    making.supply("eventClassifierCode", "ACT");
    for (name, field) in [("readPoint", "eventLocation"), ("bizLocation", "bizLocation")] {
        if let Some(place) = part.part(name) {
            making.copy_as(&place, "id", field);
        }
    }
    making.list(part, "bizTransactionList", "documentReferences", &[("type", "type"), ("bizTransaction", "value")]);
    making.list(part, "sourceList", "sourceList", &[("type", "type"), ("source", "source")]);
    making.list(part, "destinationList", "destinationList", &[("type", "type"), ("destination", "destination")]);
    match subject {
        Subject::Unit(unit) => {
            making.about_supplied("equipment", &unit.reference);
            making.supply("equipmentReference", &unit.reference);
            if let Some(number) = number(part, prefixes, "bol") {
                making.supply("transportDocumentReference", &number);
            }
        }
        Subject::Document { field, number, unit } => {
            making.about_supplied("transport-document", number);
            making.supply(field, number);
            if let Some(unit) = unit {
                making.supply("equipmentReference", &unit.reference);
            }
        }
    }
    Ok(making)
}

/// An event that is declared erroneous: its record takes back the event that has its number.
fn retract(making: &mut Making, part: &Part<'_>, error: &Part<'_>) -> Result<(), Untold> {
    let id =
        part.text("eventID").ok_or("it is declared erroneous, and has no eventID that says which event that was")?;
    making.copy_as(part, "eventID", "retractedEventID");
    making.id(&format!("retraction-{id}"));
    making.when(error, "declarationTime");
    making.copy(error, "reason");
    making.copy(error, "correctiveEventIDs");
    Ok(())
}

/// The number of the first document of a type that an event names: the issuer's own part of a CBV identifier, or the whole text.
fn number(part: &Part<'_>, prefixes: &Prefixes<'_>, letters: &str) -> Option<String> {
    part.items("bizTransactionList").into_iter().find_map(|(at, item)| {
        let item = Part::of(item, at)?;
        let is_it = prefixes.word(item.text("type")?, "BTT", "btt") == letters;
        let text = item.text("bizTransaction").filter(|_| is_it)?;
        let own = text.strip_prefix("urn:epcglobal:cbv:bt:").and_then(|rest| rest.split_once(':')).map(|(_, own)| own);
        Some(own.unwrap_or(text).to_owned())
    })
}

fn texts<'a>(part: &Part<'a>, name: &str) -> Vec<&'a str> {
    part.items(name).into_iter().filter_map(|(_, item)| item.as_str()).collect()
}
