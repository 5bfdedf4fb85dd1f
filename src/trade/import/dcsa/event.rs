//! Track and trace events, flat (2.2, 2.3) and in two parts, metadata and payload (3.0).

use super::{TRANSPORT_DOCUMENT, WHO, action_of};
use crate::trade::action::RecordType;
use crate::trade::import::draft::Draft;
use crate::trade::import::making::{Making, Untold};
use crate::trade::import::output::Output;
use crate::trade::import::source::Part;
use serde_json::{Map, Value};
use std::collections::HashMap;

/// The container's scheme.
const EQUIPMENT: &str = "equipment";
/// Members of `documentReferences`, in 3.0 and in 2.x, and their names in a record.
const DOCUMENTS: [(&str, &str); 4] =
    [("type", "type"), ("value", "value"), ("documentReferenceType", "type"), ("documentReferenceValue", "value")];
const REFERENCES: [(&str, &str); 4] =
    [("type", "type"), ("value", "value"), ("referenceType", "type"), ("referenceValue", "value")];
const SEALS: [(&str, &str); 6] = [
    ("number", "number"),
    ("source", "source"),
    ("type", "type"),
    ("sealNumber", "number"),
    ("sealSource", "source"),
    ("sealType", "type"),
];
/// What is taken from the event's parts by hand.
const HANDLED: [&str; 14] = [
    "eventCreatedDateTime",
    "publisher",
    "publisherRole",
    "equipmentEventTypeCode",
    "transportEventTypeCode",
    "shipmentEventTypeCode",
    "eventSubtype",
    "relatedDocumentReferences",
    "documentReferences",
    "references",
    "seals",
    "transportCall",
    "location",
    "facilityTypeCode",
];

/// Whether an object is an event.
pub(super) fn is_event(part: &Part<'_>) -> bool {
    let metadata = part.part("metadata");
    let flat = part.has("eventType") && (part.has("eventID") || part.has("eventCreatedDateTime"));
    flat || metadata.is_some_and(|metadata| metadata.has("eventType"))
}

/// An event's two parts: in 2.x they are one.
struct Event<'a> {
    at: String,
    metadata: Part<'a>,
    payload: Option<Part<'a>>,
}

/// Reads events. A retraction comes after what it retracts, and is about the same.
pub(super) fn read(out: &mut Output, parts: &[Part<'_>]) {
    let events: Vec<Event<'_>> = parts.iter().filter(|part| is_event(part)).map(event).collect();
    let (retractions, told): (Vec<_>, Vec<_>) = events.into_iter().partition(Event::only_retracts);
    for event in &told {
        out.take(&event.at, event.making());
    }
    let earlier: HashMap<String, Draft> = out
        .drafts()
        .iter()
        .filter_map(|draft| Some((draft.body.get("eventID")?.as_str()?.to_owned(), draft.clone())))
        .collect();
    for event in &retractions {
        out.take(&event.at, event.retraction(&earlier));
    }
    out.in_order_of_time();
}

fn event<'a>(part: &Part<'a>) -> Event<'a> {
    match part.part("metadata") {
        Some(metadata) => Event { at: part.at.clone(), metadata, payload: part.part("payload") },
        None => Event { at: part.at.clone(), metadata: part.clone(), payload: Some(part.clone()) },
    }
}

impl Event<'_> {
    /// Whether it takes back another event and says nothing else.
    fn only_retracts(&self) -> bool {
        let types = ["equipmentEventTypeCode", "transportEventTypeCode", "shipmentEventTypeCode", "eventSubtype"];
        let says = |payload: &Part<'_>| types.iter().any(|name| payload.has(name));
        self.metadata.has("retractedEventID") && !self.payload.as_ref().is_some_and(says)
    }

    fn making(&self) -> Result<Making, Untold> {
        let payload = self.payload.as_ref().ok_or("it has neither a payload nor a retractedEventID")?;
        match self.metadata.text("eventType") {
            Some("EQUIPMENT") => self.equipment(payload),
            Some("TRANSPORT") => self.transport(payload),
            Some("SHIPMENT") => self.shipment(payload),
            other => Err(format!("events of type {other:?} are not EQUIPMENT, TRANSPORT or SHIPMENT")),
        }
    }

    /// What every event has, in its place.
    fn start(&self, record_type: RecordType, payload: &Part<'_>) -> Making {
        let mut making = Making::new(record_type);
        making.when(&self.metadata, "eventCreatedDateTime");
        if let Some(publisher) = self.metadata.part("publisher") {
            making.actor(&publisher, &WHO);
        }
        making.copy(&self.metadata, "publisherRole");
        if let Some(id) = self.metadata.text("eventID") {
            making.id(id);
        }
        making.copy_all(&self.metadata, &HANDLED);
        if payload.at != self.metadata.at {
            making.copy_all(payload, &HANDLED);
        }
        for name in ["relatedDocumentReferences", "documentReferences"] {
            making.list(payload, name, "documentReferences", &DOCUMENTS);
        }
        making.list(payload, "references", "references", &REFERENCES);
        making.list(payload, "seals", "seals", &SEALS);
        making.copy_as(payload, "location", "eventLocation");
        call(&mut making, payload);
        making.copy_into(payload, "facilityTypeCode", "eventLocation", "facilityTypeCode");
        for (letters, field) in [("TRD", "transportDocumentReference"), ("BKG", "carrierBookingReference")] {
            if let Some((source, value)) = document(payload, letters) {
                making.put(field, value, &source, None);
            }
        }
        making
    }

    fn equipment(&self, payload: &Part<'_>) -> Result<Making, Untold> {
        const TYPE: &str = "equipmentEventTypeCode";
        let code = payload.text(TYPE).ok_or_else(|| format!("it has no {TYPE}"))?;
        // Customs events are equipment events in DCSA's lists.
        let customs = RecordType::Customs.action(code).is_some();
        let record_type = if customs { RecordType::Customs } else { RecordType::EquipmentEvent };
        let mut making = self.start(record_type, payload);
        making.act(code, payload, TYPE);
        if let Some(reference) = payload.text("equipmentReference") {
            making.about(EQUIPMENT, reference, &payload.pointer("equipmentReference"));
        }
        Ok(making)
    }

    fn transport(&self, payload: &Part<'_>) -> Result<Making, Untold> {
        const TYPE: &str = "transportEventTypeCode";
        let code = payload.text(TYPE).ok_or_else(|| format!("it has no {TYPE}"))?;
        let mut making = self.start(RecordType::TransportEvent, payload);
        making.act(code, payload, TYPE);
        let named = ["TRD", "SHI", "BKG"].into_iter().find_map(|letters| document(payload, letters));
        match named {
            Some((source, value)) => {
                making.about(TRANSPORT_DOCUMENT, value.as_str().unwrap_or_default(), &source);
                Ok(making)
            }
            None => Err("it names no transport document or booking that it moves".to_owned()),
        }
    }

    /// A state that a document came into.
    fn shipment(&self, payload: &Part<'_>) -> Result<Making, Untold> {
        let name = ["shipmentEventTypeCode", "eventSubtype"].into_iter().find(|name| payload.has(name));
        let name = name.ok_or("it has no shipmentEventTypeCode")?;
        let code = payload.text(name).ok_or_else(|| format!("its {name} is not a text"))?;
        let (record_type, field) = match payload.text("documentTypeCode") {
            Some("BKG" | "CBR") => (RecordType::Booking, "carrierBookingReference"),
            Some("SHI") => (RecordType::ShippingInstructions, "shippingInstructionsReference"),
            Some("TRD") => (RecordType::TransportDocument, "transportDocumentReference"),
            Some("CUC") => (RecordType::Customs, "declarationNumber"),
            other => return Err(format!("no records tell of documents of type {}", other.unwrap_or("not stated"))),
        };
        let mut making = self.start(record_type, payload);
        let action = match (record_type, code) {
            (RecordType::Customs, "SUBM") => "SUBM".to_owned(),
            (RecordType::Customs, "RELS") => "CUSR".to_owned(),
            _ => action_of(record_type, code),
        };
        making.act(&action, payload, name);
        for there in ["documentReference", "documentID"] {
            making.copy_as(payload, there, field);
        }
        let related = || document(payload, "TRD").or_else(|| document(payload, "BKG"));
        let named = ["documentReference", "documentID"].into_iter().find(|name| payload.text(name).is_some());
        match (record_type, named) {
            (RecordType::Customs, _) | (_, None) => {
                if let Some((source, value)) = related() {
                    making.about(TRANSPORT_DOCUMENT, value.as_str().unwrap_or_default(), &source);
                }
            }
            (_, Some(name)) => {
                making.about(TRANSPORT_DOCUMENT, payload.text(name).unwrap_or_default(), &payload.pointer(name));
            }
        }
        Ok(making)
    }

    /// Takes back an event that stands in the same document: only that one says what it was about.
    fn retraction(&self, earlier: &HashMap<String, Draft>) -> Result<Making, Untold> {
        let id = self.metadata.text("retractedEventID").ok_or("its retractedEventID is not a text")?;
        let retracted = earlier
            .get(id)
            .ok_or("it takes back an event that is not in this document, and does not say what that was about")?;
        let mut making = self.start(retracted.record_type, &self.metadata);
        making.act_supplied(retracted.action.code);
        making.about_supplied(retracted.scheme, &retracted.reference);
        for field in ["equipmentReference", "eventDateTime", "eventClassifierCode"] {
            if let Some(value) = retracted.body.get(field).and_then(Value::as_str) {
                making.supply(field, value);
            }
        }
        Ok(making)
    }
}

/// The number of the first document of a type that an event names.
fn document<'a>(payload: &Part<'a>, letters: &str) -> Option<(String, &'a Value)> {
    let lists = ["relatedDocumentReferences", "documentReferences"];
    lists.into_iter().flat_map(|name| payload.items(name)).find_map(|(at, item)| {
        let item = Part::of(item, at)?;
        let kind = item.text("type").or_else(|| item.text("documentReferenceType"))?;
        let name = ["value", "documentReferenceValue"].into_iter().find(|name| item.text(name).is_some())?;
        (kind == letters).then(|| (item.pointer(name), &item.members[name]))
    })
}

/// A call of a vessel, train or truck: the place and the vessel go where records have them, the rest stays together.
fn call(making: &mut Making, payload: &Part<'_>) {
    let Some(call) = payload.part("transportCall") else { return };
    making.copy_as(&call, "location", "eventLocation");
    for name in ["UNLocationCode", "facilityCode", "facilityTypeCode"] {
        making.copy_into(&call, name, "eventLocation", name);
    }
    making.copy(&call, "carrierExportVoyageNumber");
    making.copy_as(&call, "exportVoyageNumber", "carrierExportVoyageNumber");
    let mut vessel_rest = Map::new();
    if let Some(vessel) = call.part("vessel") {
        making.copy(&vessel, "vesselIMONumber");
        making.copy(&vessel, "vesselName");
        making.copy_as(&vessel, "name", "vesselName");
        let moved = ["vesselIMONumber", "vesselName", "name"];
        vessel_rest.extend(vessel.members.iter().filter(|(name, _)| !moved.contains(&name.as_str())).map(cloned));
    }
    let moved = ["location", "UNLocationCode", "facilityCode", "facilityTypeCode", "vessel"];
    let moved = moved.into_iter().chain(["carrierExportVoyageNumber", "exportVoyageNumber"]).collect::<Vec<_>>();
    let mut rest: Map<String, Value> =
        call.members.iter().filter(|(name, _)| !moved.contains(&name.as_str())).map(cloned).collect();
    if !vessel_rest.is_empty() {
        rest.insert("vessel".to_owned(), Value::Object(vessel_rest));
    }
    making.put("transportCall", &Value::Object(rest), &call.at, None);
}

fn cloned((name, value): (&String, &Value)) -> (String, Value) {
    (name.clone(), value.clone())
}
