//! Rules of one document, S2, S3 and S10, on the transport documents and shipping instructions that DCSA publishes.

#[path = "common/mod.rs"]
mod common;
#[path = "common/story.rs"]
mod story;

use plimsoll::trade::replay::shipment;
use plimsoll::trade::rule::{Rule, Ruling, Severity, Sheet};
use serde_json::{Map, Value};
use std::path::Path;
use story::Story;

/// Every object with goods and containers in the JSON files below a folder.
fn documents(dir: &Path) -> Vec<(String, Map<String, Value>)> {
    let mut found = Vec::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        let mut paths: Vec<_> =
            std::fs::read_dir(&folder).expect("a folder").map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "json") {
                let name = path.file_name().unwrap().to_string_lossy().into_owned();
                let value: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap_or(Value::Null);
                collect(&value, &name, &mut found);
            }
        }
    }
    found
}

fn collect(value: &Value, name: &str, found: &mut Vec<(String, Map<String, Value>)>) {
    match value {
        Value::Object(members) if members.contains_key("utilizedTransportEquipments") => {
            found.push((name.to_owned(), members.clone()));
        }
        Value::Object(members) => members.values().for_each(|value| collect(value, name, found)),
        Value::Array(list) => list.iter().for_each(|value| collect(value, name, found)),
        _ => {}
    }
}

/// What the rules read of a document: money is an object of numbers in DCSA's own, and no part of it here.
fn body(document: &Map<String, Value>) -> Value {
    let kept = [
        "isToOrder",
        "documentParties",
        "consignmentItems",
        "utilizedTransportEquipments",
        "transportDocumentTypeCode",
    ];
    let members = document.iter().filter(|(name, _)| kept.contains(&name.as_str()));
    let mut body = Value::Object(members.map(|(name, value)| (name.clone(), value.clone())).collect());
    // Temperatures are numbers there, and texts in records.
    for used in body["utilizedTransportEquipments"].as_array_mut().into_iter().flatten() {
        used.as_object_mut().map(|used| used.remove("activeReeferSettings"));
    }
    body
}

fn sheet(document: Value) -> Sheet {
    let mut story = Story::default();
    let what = "shipping-instructions RECEIVED";
    story.tell("Carrier", "transport-document/D", what, "2026-01-01T00:00:00Z", None, document);
    let mut sheet = Sheet::default();
    let _ = shipment::replay(&story.entries(), None, &mut sheet);
    sheet
}

#[test]
fn documents_of_dcsa_hold_s2_and_s10_and_fail_them_when_a_container_is_changed() {
    let Some(dir) = common::data_dir() else { return };
    let documents = documents(&dir.join("trade/dcsa"));
    common::counted("DCSA documents with containers", documents.len());
    assert!(documents.len() >= 18, "{}", documents.len());
    for (name, document) in &documents {
        let good = sheet(body(document));
        for rule in [2, 10] {
            let ruling = good.ruling(Rule::S(rule));
            assert!(matches!(ruling, Ruling::Held { .. }), "{name}: S{rule} {ruling:?}");
        }
        // They state no totals.
        assert!(good.ruling(Rule::S(3)).severity() < Some(Severity::Warning), "{name}");
        let mut changed = body(document);
        changed["utilizedTransportEquipments"] = serde_json::json!([{"equipmentReference": "XXXU0000000"}]);
        assert_eq!(sheet(changed).ruling(Rule::S(2)).severity(), Some(Severity::Error), "{name}");
        let mut both = body(document);
        for role in ["consignee", "endorsee"] {
            both["documentParties"][role] = serde_json::json!({"partyName": role});
        }
        assert_eq!(sheet(both).ruling(Rule::S(10)).severity(), Some(Severity::Error), "{name}");
    }
}
