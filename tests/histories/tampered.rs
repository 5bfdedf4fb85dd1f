//! One record of a history after the other, with one part of it changed or taken from another record.

use crate::differences::failed;
use crate::sample::reader;
use crate::{Good, assert_history_fails, good_proofs, some_of};
use plimsoll::encoding::{decode_base64url, encode_base64, encode_base64url, encode_hex};
use plimsoll::proof::bundle::{Bundle, LoggedRecord};
use plimsoll::proof::recorded::asset_key_of;
use plimsoll::proof::step::StepId::History;
use plimsoll::registry::event::Event;
use plimsoll::tlog::inclusion::InclusionError;
use plimsoll::tlog::tlog_proof::TlogProofError;
use plimsoll::tlog::{Note, TlogProof};
use plimsoll::trade::record::Record;
use plimsoll::trade::sd_jwt::SdJwt;
use serde_json::Value;

/// Records that are tampered with, at least.
const LEAST: usize = 15;

/// What is wrong, where, expected and found.
type Wrong = (&'static str, &'static str, String, String);

/// Does the same to every record of every history, and holds each report to what comes of it. `None`: nothing to do there.
fn each(what: &str, least: usize, tamper: impl Fn(&mut LoggedRecord, &LoggedRecord) -> Option<Wrong>) {
    let reader = reader();
    let mut cases = 0;
    for Good { id, bundle, report } in good_proofs(&reader) {
        for at in some_of(&bundle.history) {
            let mut changed: Bundle = bundle.clone();
            // The record in question is another than any of these.
            let Some((code, part, expected, found)) = tamper(&mut changed.history[at], &bundle.record) else {
                continue;
            };
            assert_ne!(changed.history[at], bundle.history[at], "{id} {at}");
            let told = failed(History, code, &format!("history[{at}].{part}")).comparing(expected, found);
            let again = reader.open_file_here(&changed.to_json());
            assert_history_fails(&report, &again, told);
            let steps = again.lines.iter().flat_map(|line| &line.steps);
            let shown =
                steps.filter(|step| step.step == History).flat_map(|step| &step.values).map(|value| &value.text);
            assert_eq!(shown.collect::<Vec<_>>(), [&(bundle.history.len() + 1).to_string()], "{id}: records shown");
            cases += 1;
        }
    }
    assert!(cases >= least, "{what}: {cases} cases");
    println!("{what}: {cases} cases");
}

fn read(logged: &LoggedRecord) -> (SdJwt, Record) {
    let sd_jwt = SdJwt::parse_record(&logged.sd_jwt).expect("a good record");
    let record = Record::parse(sd_jwt.disclose().expect("disclosed truly").payload().clone()).expect("a good record");
    (sd_jwt, record)
}

/// The compact form with its signature changed.
fn with_signature(sd_jwt: &str, change: impl Fn(&mut Vec<u8>)) -> String {
    let (jws, rest) = sd_jwt.split_once('~').expect("a record has disclosures or none, and the mark");
    let (signed, signature) = jws.rsplit_once('.').expect("three parts");
    let mut signature = decode_base64url(signature).expect("base64url");
    change(&mut signature);
    format!("{signed}.{}~{rest}", encode_base64url(&signature))
}

#[test]
fn a_disclosed_field_changed() {
    each("a disclosed field changed", LEAST, |record, _| {
        let mut parts: Vec<String> = record.sd_jwt.split('~').map(str::to_owned).collect();
        let changed = parts.iter().enumerate().skip(1).find_map(|(at, part)| {
            let mut disclosed: Vec<Value> = serde_json::from_slice(&decode_base64url(part).ok()?).ok()?;
            let last = disclosed.last_mut().filter(|value| value.is_string())?;
            *last = Value::String(format!("{}!", last.as_str()?));
            Some((at, encode_base64url(&serde_json::to_vec(&disclosed).ok()?)))
        });
        let (at, text) = changed?;
        parts[at] = text;
        record.sd_jwt = parts.join("~");
        let altered = SdJwt::parse_record(&record.sd_jwt).expect("still a record");
        let digest = {
            let own = altered.disclosures().iter().find(|own| own.text() == parts[at]).expect("it is among them");
            own.digest().to_string()
        };
        Some(("history-record-wrong", "sdJwt", "one of the digests that were signed".into(), digest))
    });
}

#[test]
fn a_signature_changed() {
    each("a record's signature changed", LEAST, |record, _| {
        let (_, read) = read(record);
        record.sd_jwt = with_signature(&record.sd_jwt, |signature| signature[3] ^= 1);
        let expected = format!("a signature by key {}", read.signer.id());
        Some(("history-record-wrong", "sdJwt", expected, "a signature that does not fit".into()))
    });
}

#[test]
fn a_signed_field_changed() {
    // What is signed has another hash, and the entry knows the old one.
    each("a signed field changed", LEAST, |record, _| {
        let before = read(record).0.record_hash();
        let (jws, rest) = record.sd_jwt.split_once('~').expect("a mark");
        let [header, payload, signature]: [&str; 3] =
            jws.split('.').collect::<Vec<_>>().try_into().expect("three parts");
        let mut payload: Value = serde_json::from_slice(&decode_base64url(payload).expect("base64url")).expect("JSON");
        payload["recordId"] = Value::String(format!("{}-2", payload["recordId"].as_str()?));
        let payload = encode_base64url(payload.to_string().as_bytes());
        record.sd_jwt = format!("{header}.{payload}.{signature}~{rest}");
        let after = read(record).0.record_hash();
        Some(("event-other-record", "event.record_hash", after.to_string(), before.to_string()))
    });
}

#[test]
fn a_record_that_does_not_read() {
    each("a record that does not read", LEAST, |record, _| {
        record.sd_jwt = record.sd_jwt.replacen('~', "?~", 1);
        Some(("history-record-wrong", "sdJwt", String::new(), String::new()))
    });
}

#[test]
fn an_entry_of_another_record() {
    each("an entry of another record", LEAST, |record, other| {
        let (own, its) = (read(record).0.record_hash(), read(other).0.record_hash());
        record.event = other.event.clone();
        Some(("event-other-record", "event.record_hash", own.to_string(), its.to_string()))
    });
}

#[test]
fn an_entry_whose_signature_is_changed() {
    each("an entry's signature changed", LEAST, |record, _| {
        let (_, read) = read(record);
        record.event.0[160] ^= 1;
        let expected = format!("a signature by key {}", read.signer.id());
        Some(("history-record-wrong", "event.sig", expected, "a signature that does not fit".into()))
    });
}

#[test]
fn an_entry_that_says_something_else() {
    // A byte of each field: asset, version, action, record, key.
    for (at, code, field, least) in [
        (16, "event-other-asset", "event.asset_key", LEAST),
        (44, "event-other-version", "event.version", LEAST / 3),
        (79, "event-other-action", "event.kind", LEAST),
        (100, "event-other-record", "event.record_hash", LEAST),
        (130, "event-other-key", "event.key_id", LEAST),
    ] {
        each(field, least, |record, _| {
            let (sd_jwt, read) = read(record);
            record.event.0[at] ^= 1;
            // An entry of a later version names one before it: the first record's cannot have another version.
            let event = Event::decode(&record.event.0).ok()?;
            let content = event.content();
            let (expected, found) = match field {
                "event.asset_key" => (asset_key_of(&read).expect("a key").to_string(), content.asset_key.to_string()),
                "event.version" => (read.sequence.to_string(), content.version.to_string()),
                "event.kind" => (read.action.kind.to_string(), content.kind.to_string()),
                "event.key_id" => (read.signer.id().to_string(), event.key_id().to_string()),
                _ => (sd_jwt.record_hash().to_string(), encode_hex(&content.record_hash)),
            };
            Some((code, field, expected, found))
        });
    }
    // What only the signature holds: the entry before it, and the time.
    for at in [60, 87] {
        each("what only the signature holds", LEAST / 3, |record, _| {
            let (_, read) = read(record);
            record.event.0[at] ^= 1;
            Event::decode(&record.event.0).ok()?;
            let expected = format!("a signature by key {}", read.signer.id());
            Some(("history-record-wrong", "event.sig", expected, "a signature that does not fit".into()))
        });
    }
}

#[test]
fn an_entry_that_is_none() {
    each("an entry cut off", LEAST, |record, _| {
        record.event.0.pop();
        Some(("history-record-wrong", "event", String::new(), String::new()))
    });
}

#[test]
fn a_log_proof_of_another_record() {
    each("a log proof of another record", LEAST, |record, other| {
        record.log_proof.clone_from(&other.log_proof);
        let proof = TlogProof::parse(&record.log_proof).expect("a log proof");
        let Err(TlogProofError::Inclusion(InclusionError::RootMismatch { expected, found })) =
            proof.verify_inclusion(&record.event.0)
        else {
            panic!("another leaf leads to another root")
        };
        Some(("history-record-wrong", "logProof", encode_base64(&expected), encode_base64(&found)))
    });
}

#[test]
fn a_log_proof_of_another_form() {
    each("a log proof of another form", LEAST, |record, _| {
        record.log_proof = record.log_proof.replacen("@v1", "@v2", 1);
        let [expected, found] = ["@v1", "@v2"].map(|version| format!("c2sp.org/tlog-proof{version}"));
        Some(("history-record-wrong", "logProof", expected, found))
    });
}

#[test]
fn a_log_proof_whose_checkpoint_lost_a_signature() {
    each("a checkpoint with fewer signatures", LEAST, |record, _| {
        let proof = TlogProof::parse(&record.log_proof).expect("a log proof");
        let note = proof.note();
        let all = note.signatures();
        let fewer = Note::new(note.text(), all[..all.len() - 1].to_vec()).expect("a note");
        record.log_proof =
            TlogProof::new(proof.index(), proof.hashes().to_vec(), fewer).expect("a log proof").to_text();
        let field = "logProof";
        let (expected, found) = ("the checkpoint and signatures that were verified", "others");
        Some(("history-other-checkpoint", field, expected.into(), found.into()))
    });
}
