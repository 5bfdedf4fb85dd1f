//! Documents that nobody meant well: each is refused with its reason, or imported with everything accounted for.
#![allow(dead_code, reason = "each test file uses a part of it")]

use super::check::whole;
use plimsoll::trade::import::{Imported, import};
use serde_json::{Value, json};

/// Every pointer of a value, the root's too.
fn places(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    let name = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => members.iter().for_each(|(member, value)| places(value, &name(member), found)),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, value)| places(value, &name(&index.to_string()), found));
        }
        _ => {}
    }
}

/// Puts values of every other kind in every place of a document, and takes every member away; each time it is refused with a
/// reason, or imported with nothing lost. How often each.
pub fn mutate(name: &str, document: &Value) -> (usize, usize) {
    let others = [
        json!(null),
        json!(true),
        json!(-1),
        json!(7.25),
        json!(""),
        json!(" \u{202e}\u{7}"),
        json!("NONE"),
        json!([]),
        json!({}),
        json!([[1]]),
        json!({"partyName": {"_sd": ["x"], "...": 1}}),
        json!({"eventType": "SHIPMENT", "transports": [{"transports": {"transports": "x"}}]}),
        json!("2026-99-99T00:00:00Z"),
        json!("urn:epc:id:sscc:4012345.0000000333"),
    ];
    let mut found = Vec::new();
    places(document, "", &mut found);
    let (mut imports, mut refusals) = (0, 0);
    let mut count = |result: Option<Imported>| match result {
        Some(_) => imports += 1,
        None => refusals += 1,
    };
    for place in &found {
        for other in &others {
            let mut changed = document.clone();
            *changed.pointer_mut(place).unwrap() = other.clone();
            count(tried(name, &changed));
        }
        if let Some((parent, member)) = place.rsplit_once('/') {
            let mut changed = document.clone();
            if let Some(Value::Object(members)) = changed.pointer_mut(parent) {
                members.remove(&member.replace("~1", "/").replace("~0", "~"));
                count(tried(name, &changed));
            }
        }
    }
    (imports, refusals)
}

/// Imports a document and checks that everything is accounted for; none when it is refused, which names why.
pub fn tried(name: &str, document: &Value) -> Option<Imported> {
    let bytes = document.to_string().into_bytes();
    match import(name, &bytes) {
        Ok(imported) => {
            whole(name, &bytes, &imported);
            Some(imported)
        }
        Err(error) => {
            assert!(!error.to_string().is_empty());
            None
        }
    }
}
