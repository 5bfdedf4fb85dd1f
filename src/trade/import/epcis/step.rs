//! Business steps of the Core Business Vocabulary 2.0 as actions of records.

use crate::trade::action::RecordType;
use crate::trade::import::making::Untold;

/// What an event says, in the words of records.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Told {
    /// The record.
    pub record_type: RecordType,
    /// Its action.
    pub action: &'static str,
}

/// What an event of a kind says with its business step and disposition. `is_container`: it is about containers.
///
/// # Errors
/// Words that say why no record tells it.
pub(super) fn told(event: &str, step: &str, disposition: &str, is_container: bool) -> Result<Told, Untold> {
    let is = |record_type, action| Ok(Told { record_type, action });
    match (step, event) {
        ("packing", "AggregationEvent") if is_container => is(RecordType::EquipmentEvent, "STUF"),
        ("unpacking", "AggregationEvent") if is_container => is(RecordType::EquipmentEvent, "STRP"),
        ("packing" | "unpacking", _) => Err("records tell of packing for containers alone".to_owned()),
        ("loading" | "unloading", "AggregationEvent" | "AssociationEvent") => {
            Err("it tells what something else is loaded with, and records tell what is loaded".to_owned())
        }
        ("loading", _) => is(RecordType::EquipmentEvent, "LOAD"),
        ("unloading", _) => is(RecordType::EquipmentEvent, "DISC"),
        ("inspecting", _) => is(RecordType::EquipmentEvent, "INSP"),
        ("arriving", _) if is_container => is(RecordType::EquipmentEvent, "GTIN"),
        ("arriving", _) => is(RecordType::TransportEvent, "ARRI"),
        ("departing", _) => is(RecordType::TransportEvent, "DEPA"),
        // Shipping stands for all of picking, loading and departing; what is in transit has departed.
        ("shipping", _) if disposition == "in_transit" => is(RecordType::TransportEvent, "DEPA"),
        ("receiving", _) => is(RecordType::Delivery, "RECEIVING"),
        ("accepting", _) if disposition == "conformant" => is(RecordType::Customs, "CUSR"),
        ("accepting", _) => is(RecordType::Delivery, "ACCEPTING"),
        _ => Err(format!("no record tells of the business step {step:?}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_step_that_is_told_is_an_action() {
        let mut count = 0;
        for event in ["ObjectEvent", "AggregationEvent"] {
            for disposition in ["", "in_transit", "conformant"] {
                for is_container in [true, false] {
                    let steps = [
                        "packing",
                        "unpacking",
                        "loading",
                        "unloading",
                        "inspecting",
                        "arriving",
                        "departing",
                        "shipping",
                        "receiving",
                        "accepting",
                    ];
                    for told in steps.iter().filter_map(|step| told(event, step, disposition, is_container).ok()) {
                        assert!(told.record_type.action(told.action).is_some(), "{told:?}");
                        count += 1;
                    }
                }
            }
        }
        assert!(count > 60);
        assert!(told("ObjectEvent", "commissioning", "", true).unwrap_err().contains("\"commissioning\""));
    }
}
