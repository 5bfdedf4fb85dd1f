//! The sample story as replaying takes it. Needs `story` beside it at the root of whatever takes it in.
#![allow(dead_code, reason = "each test file uses a part of it")]

use crate::story::{Story, key_of};
use plimsoll::trade::party::{Party, PartyCode};
use serde_json::{Value, json};
use std::collections::HashMap;

/// The story's records as `record` would make them: numbered and chained, each signed by a registered party.
pub fn told() -> Story {
    told_of(|records| records)
}

/// The same of other records, each with who signs it: the story's own, changed.
pub fn told_of(change: impl FnOnce(Vec<(String, Value)>) -> Vec<(String, Value)>) -> Story {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/src/bin/issuer/sample/story.json");
    let sample: Value = serde_json::from_str(&std::fs::read_to_string(path).expect("the story")).expect("JSON");
    let registered: HashMap<&str, Party> = sample["parties"]
        .as_array()
        .expect("parties")
        .iter()
        .map(|party| {
            let text = |name: &str| party[name].as_str().expect("a text");
            let mut code = text("code").split(':').map(str::to_owned);
            let mut part = || code.next().expect("provider:list:code");
            let codes = vec![PartyCode { provider: part(), list: Some(part()), code: part() }];
            (text("key"), Party { name: Some(text("name").to_owned()), codes, key: Some(key_of(text("key"))) })
        })
        .collect();
    let mut story = Story::default();
    let mut heads: HashMap<String, (u64, String)> = HashMap::new();
    let periods = sample["periods"].as_array().expect("periods").iter();
    let records = periods.flat_map(|period| period["records"].as_array().expect("records"));
    let own = |signed: &Value| (signed["as"].as_str().expect("a party").to_owned(), signed["record"].clone());
    for (who, mut record) in change(records.map(own).collect()) {
        let who = who.as_str();
        if record["subject"]["blinding"].is_null() {
            record["subject"]["blinding"] = json!("");
        }
        let asset = record["subject"].to_string();
        let (sequence, previous) = heads.get(&asset).cloned().unwrap_or_default();
        record["schemaVersion"] = json!("1");
        record["sequence"] = json!(sequence + 1);
        record["actor"] = json!({"partyName": registered[who].name, "key": key_of(who).to_jwk()});
        if sequence > 0 {
            record["previousRecordHash"] = json!(previous);
        }
        let at = story.add(&record, who);
        story.told[at].signer = registered[who].clone();
        heads.insert(asset, (sequence + 1, story.told[at].hash.to_string()));
    }
    story
}
