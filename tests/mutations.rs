//! Good proofs, damaged everywhere: none may come out good, none may end in a panic, and none may show another record.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/sample.rs"]
mod sample;

use plimsoll::proof::report::{Conclusion, LineId, Outcome, Report};
use plimsoll::proof::step::StepId;
use sample::{Reader, links, reader};
use serde_json::Value;
use std::collections::HashSet;

fn genuine(report: &Report) -> bool {
    matches!(report.conclusion, Conclusion::Genuine | Conclusion::GenuineNotProvenCurrent | Conclusion::Stamped)
}

/// The good proofs of the sample.
fn good_proofs() -> Vec<(String, String)> {
    let good: Vec<_> = links().into_iter().filter(|link| link.expect == "genuine").collect();
    assert!(good.len() >= 3, "the sample has good proofs");
    good.iter().map(|link| (link.id.clone(), link.proof().unwrap())).collect()
}

/// Every text in a JSON value, by its pointer.
fn texts(value: &Value, at: &str, out: &mut Vec<(String, String)>) {
    match value {
        Value::String(text) => out.push((at.to_owned(), text.clone())),
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(i, item)| texts(item, &format!("{at}/{i}"), out));
        }
        Value::Object(members) => members.iter().for_each(|(name, item)| texts(item, &format!("{at}/{name}"), out)),
        _ => {}
    }
}

fn with(proof: &Value, pointer: &str, text: String) -> String {
    let mut changed = proof.clone();
    *changed.pointer_mut(pointer).unwrap() = Value::String(text);
    changed.to_string()
}

/// Whether two proofs differ only in what nobody signs and nothing rests on: extra signatures on a note, or disclosures
/// left out. Everything else must matter.
fn harmless(original: &Report, changed: &Report, pointer: &str) -> bool {
    let same_story = original.path == changed.path && original.signer == changed.signer;
    let fewer = changed.record.as_ref().map(|r| r.withheld) > original.record.as_ref().map(|r| r.withheld);
    let same_record = original.record == changed.record;
    // A proof may be without the records before its own: its asset's state is then not told.
    let state_told = changed.line(LineId::Status).is_some_and(|line| {
        line.steps.iter().any(|step| step.step == StepId::History && step.outcome == Outcome::Passed)
    });
    let less_told = pointer == "history" && !state_told;
    same_story && (less_told || (pointer == "/record/sdJwt" && fewer) || (pointer.ends_with("/sdJwt") && same_record))
}

/// What of a member is signed: an SD-JWT without its disclosures, since one record may be shown more or less fully.
fn signed(member: &Value) -> Option<&str> {
    member.as_str()?.split('~').next()
}

fn check(reader: &Reader, original: &Report, changed: &str, what: &str, pointer: &str) {
    let report = reader.open_file_here(changed);
    assert!(!genuine(&report) || harmless(original, &report, pointer), "{what} is still {:?}", report.conclusion);
}

#[test]
fn every_text_flipped_cut_and_emptied() {
    let reader = reader();
    let mut cases = 0;
    let mut shared = HashSet::new();
    for (id, proof) in good_proofs() {
        let original = reader.open_file(&proof);
        assert!(genuine(&original), "{id}: {original:#?}");
        let value: Value = serde_json::from_str(&proof).unwrap();
        let mut all = vec![];
        texts(&value, "", &mut all);
        for (pointer, text) in all {
            // Proofs of one story share history, parties and anchors: each text of those is damaged once.
            let beside = pointer.starts_with("/history") || pointer.starts_with("/parties");
            if !pointer.starts_with("/record") && !shared.insert(text.clone()) {
                continue;
            }
            // A spread over each text: close over what the proof is about, wide over what it brings beside.
            let spread = match beside {
                true => 3,
                false if pointer.starts_with("/record") || text.len() < 100 => 30,
                false => 4,
            };
            let step = (text.len() / spread).max(1);
            for at in (0..text.len()).step_by(step).filter(|&at| text.is_char_boundary(at)) {
                let old = text[at..].chars().next().unwrap();
                let new = if old == 'A' { 'B' } else { 'A' };
                let changed = format!("{}{new}{}", &text[..at], &text[at + old.len_utf8()..]);
                check(&reader, &original, &with(&value, &pointer, changed), &format!("{id}{pointer}[{at}]"), &pointer);
                let cut = text[..at].to_owned();
                check(&reader, &original, &with(&value, &pointer, cut), &format!("{id}{pointer}[..{at}]"), &pointer);
                cases += 2;
            }
            let longer = format!("{text}A");
            check(&reader, &original, &with(&value, &pointer, longer), &format!("{id}{pointer}+"), &pointer);
        }
    }
    println!("{cases} damaged proofs");
}

#[test]
fn every_member_left_out_or_swapped_with_another_proofs() {
    let reader = reader();
    let proofs = good_proofs();
    let parsed: Vec<Value> = proofs.iter().map(|(_, proof)| serde_json::from_str(proof).unwrap()).collect();
    for (at, (id, proof)) in proofs.iter().enumerate() {
        let original = reader.open_file(proof);
        let members: Vec<String> = parsed[at].as_object().unwrap().keys().cloned().collect();
        for name in &members {
            let mut without = parsed[at].clone();
            without.as_object_mut().unwrap().remove(name);
            if name != "headers" {
                check(&reader, &original, &without.to_string(), &format!("{id} without {name}"), name);
            }
        }
        for inner in ["sdJwt", "event", "logProof"] {
            for other in parsed.iter().filter(|other| other["record"] != parsed[at]["record"]) {
                let mut swapped = parsed[at].clone();
                if signed(&swapped["record"][inner]) == signed(&other["record"][inner]) {
                    continue;
                }
                swapped["record"][inner] = other["record"][inner].clone();
                check(&reader, &original, &swapped.to_string(), &format!("{id} with another {inner}"), inner);
            }
        }
        for anchors in [0, 1] {
            let mut cut = parsed[at].clone();
            let row = cut["anchors"].as_array_mut().unwrap();
            if row.len() > anchors {
                row.remove(if anchors == 0 { 0 } else { row.len() - 1 });
                check(&reader, &original, &cut.to_string(), &format!("{id} with an anchor missing"), "/anchors");
            }
        }
    }
}

#[test]
fn numbers_cannot_be_changed_either() {
    let reader = reader();
    for (id, proof) in good_proofs() {
        let original = reader.open_file(&proof);
        let value: Value = serde_json::from_str(&proof).unwrap();
        let count = value["anchors"].as_array().unwrap().len();
        let last = format!("/anchors/{}/block/height", count - 1);
        for height in [0, 1, 4_000_000_000_u64] {
            let mut changed = value.clone();
            *changed.pointer_mut(&last).unwrap() = height.into();
            check(&reader, &original, &changed.to_string(), &format!("{id} at height {height}"), &last);
        }
    }
}

#[test]
fn a_link_cut_anywhere_is_unreadable_and_never_good() {
    let reader = reader();
    let link = links().into_iter().find(|link| link.expect == "genuine").unwrap().link;
    for end in (0..link.len()).step_by((link.len() / 400).max(1)) {
        assert_eq!(reader.open(&link[..end]).conclusion, Conclusion::Unreadable, "cut at {end}");
    }
}

#[test]
fn noise_is_never_good() {
    let reader = reader();
    let mut random = fastrand::Rng::with_seed(7);
    for (_, proof) in good_proofs() {
        let value: Value = serde_json::from_str(&proof).unwrap();
        let original = reader.open_file(&proof);
        let mut all = vec![];
        texts(&value, "", &mut all);
        for _ in 0..150 {
            let (pointer, text) = &all[random.usize(..all.len())];
            let mut characters: Vec<char> = text.chars().collect();
            if characters.is_empty() {
                continue;
            }
            for _ in 0..random.usize(1..4) {
                let at = random.usize(..characters.len());
                characters[at] = *random.choice(&['A', '0', '=', '~', '\n', '_', '"', '\u{1f6a2}']).unwrap();
            }
            let changed: String = characters.into_iter().collect();
            if changed != *text {
                check(&reader, &original, &with(&value, pointer, changed), &format!("noise in {pointer}"), pointer);
            }
        }
    }
}
