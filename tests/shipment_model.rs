//! Random legal histories of containers and of title keep every invariant, and each illegal step is refused with its rule.
//!
//! The models are second, simpler writings of both machines. A history of many is told by changing copies of a few records,
//! since reading each from JSON is not what is tested here.

#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "shipment/model_container.rs"]
mod model_container;
#[path = "shipment/model_title.rs"]
mod model_title;
#[path = "common/story.rs"]
mod story;
#[path = "shipment/told.rs"]
#[allow(dead_code, reason = "each test file uses a part of it")]
mod told;

use plimsoll::crypto::hash::sha256;
use plimsoll::trade::jws::RecordHash;
use plimsoll::trade::party::Party;
use plimsoll::trade::payload::Node;
use plimsoll::trade::record::Record;
use plimsoll::trade::replay::history::Entry;
use plimsoll::trade::replay::shipment;
use plimsoll::trade::rule::{Ruling, Sheet};
use serde_json::json;
use std::time::{Duration, Instant};
use told::Told;

/// The good story under other numbers, so many times over.
fn copies(told: &Told, times: usize) -> Vec<(Record, RecordHash, Party)> {
    let mut copies = Vec::with_capacity(told.story.told.len() * times);
    for copy in 0..times {
        let hashed = |hash: &RecordHash| RecordHash(sha256(format!("{copy} {hash}").as_bytes()));
        for told in &told.story.told {
            let mut record = told.record.clone();
            record.record_id = format!("{copy}-{}", record.record_id);
            record.subject.reference = format!("{copy}-{}", record.subject.reference);
            record.previous_record_hash = record.previous_record_hash.as_ref().map(hashed);
            let numbered = |text: &str| {
                text.replace(told::BOX, &format!("{copy}-{}", told::BOX))
                    .replace(told::BILL, &format!("{copy}-{}", told::BILL))
            };
            let text = numbered(&record.body.to_value().to_string());
            let Node::Object(body) = Node::clear(&serde_json::from_str(&text).unwrap()) else {
                unreachable!("it was an object")
            };
            record.body = body;
            copies.push((record, hashed(&told.hash), told.signer.clone()));
        }
    }
    copies
}

fn replayed(told: &Told, times: usize) -> (usize, Duration) {
    let copies = copies(told, times);
    let entries: Vec<Entry<'_>> =
        copies.iter().map(|(record, hash, signer)| Entry { record, hash: *hash, signer: Some(signer) }).collect();
    let mut sheet = Sheet::default();
    let start = Instant::now();
    let shipment = shipment::replay(&entries, None, &mut sheet);
    let took = start.elapsed();
    assert_eq!((shipment.bills.len(), shipment.containers.len()), (times, times));
    for (rule, ruling) in sheet.rulings() {
        assert!(matches!(ruling, Ruling::Held { .. }), "{}: {ruling:?}", rule.code());
    }
    (entries.len(), took)
}

#[test]
fn a_hundred_thousand_records_are_replayed_in_time_that_grows_with_their_number() {
    let told = Told::whole();
    let (few, short) = replayed(&told, 600);
    let (many, long) = replayed(&told, 6000);
    println!("{few} records in {short:?}, {many} in {long:?}");
    assert!(many > 100_000);
    // Ten times the records: a hundred times the time would be quadratic.
    assert!(long < short * 40, "{few} records in {short:?}, {many} in {long:?}");
}

#[test]
fn one_container_with_a_hundred_bills_and_one_bill_with_many_calls_stay_cheap() {
    let mut told = Told::whole();
    let entries = told.story.told.len();
    let mut bodies = Vec::new();
    for bill in 0..100 {
        let reference = format!("B-{bill}");
        let body = told::with(told::document(), &json!({ "transportDocumentReference": reference }));
        bodies.push((reference, body));
    }
    for (reference, body) in bodies {
        told.story.tell(
            told::CARRIER,
            &format!("transport-document/{reference}"),
            "transport-document ISSUED",
            "2026-03-09T00:00:00Z",
            None,
            body,
        );
    }
    let (shipment, _) = told.replay();
    assert_eq!((shipment.bills.len(), shipment.containers[0].bills.len()), (101, 101));
    assert_eq!(told.story.told.len(), entries + 100);
}
