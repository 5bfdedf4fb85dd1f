//! The sample story's shipments, replayed: the good story breaks nothing, and what it does not tell is not checked.

#[path = "common/story.rs"]
mod story;

use plimsoll::trade::party::{Party, PartyCode};
use plimsoll::trade::replay::shipment;
use plimsoll::trade::replay::shipment::answers::Clearance;
use plimsoll::trade::replay::shipment::bill::Status;
use plimsoll::trade::replay::shipment::container::Phase;
use plimsoll::trade::rule::{Rule, Ruling, Sheet};
use serde_json::{Value, json};
use std::collections::HashMap;
use story::{Story, key_of};

/// The story's records as `record` would make them: numbered and chained, each signed by a registered party.
fn told() -> Story {
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
    for signed in sample["periods"]
        .as_array()
        .expect("periods")
        .iter()
        .flat_map(|period| period["records"].as_array().expect("records"))
    {
        let who = signed["as"].as_str().expect("a party");
        let mut record = signed["record"].clone();
        let asset = record["subject"]["reference"].as_str().expect("a reference").to_owned();
        let (sequence, previous) = heads.get(&asset).cloned().unwrap_or_default();
        record["schemaVersion"] = json!("1");
        record["subject"]["blinding"] = json!("");
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

#[test]
fn the_sample_story_breaks_no_rule_of_shipments() {
    let story = told();
    let mut sheet = Sheet::default();
    let shipment = shipment::replay(&story.entries(), None, &mut sheet);
    for (rule, ruling) in sheet.rulings() {
        assert_eq!(ruling.severity(), None, "{}: {ruling:?}", rule.code());
    }
    for held in [2, 4, 5, 6, 7, 9, 10, 15, 16] {
        let ruling = sheet.ruling(Rule::S(held));
        assert!(matches!(ruling, Ruling::Held { .. }), "S{held}: {ruling:?}");
    }
    assert_eq!((shipment.bills.len(), shipment.containers.len(), shipment.aside.len()), (2, 3, 0));
    let (first, second) = (&shipment.bills[0], &shipment.bills[1]);
    assert_eq!((first.surrendered, first.delivered, first.transfers), (true, true, 1));
    assert_eq!(second.status, Some(Status::PendingSurrenderForDelivery));
    let consignee = Some("Van der Meulen Waterbouw B.V.".to_owned());
    assert_eq!(second.surrendering.as_ref().and_then(|who| who.called()), consignee);
    assert!(second.known_by_name, "the story names its parties by name alone");
    let delivered = shipment.of_bill(first);
    assert_eq!((delivered.customs, delivered.delivered), (Clearance::Done, true));
    assert_eq!(shipment.of_bill(second).phase, Some(Phase::Discharged));
}
