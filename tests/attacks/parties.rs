//! Whose key it is: registrations that are missing, forged, late or elsewhere.

use crate::registry::{
    Entry, FIRST, Reader, Registry, SUBJECT, content_of, key, receivable, registration, sign_record,
};
use crate::told::{assert_told, could_not, detail, failed};
use plimsoll::crypto::key::SecretKey;
use plimsoll::proof::bundle::Bundle;
use plimsoll::proof::step::StepId::*;
use plimsoll::registry::event::Event;
use serde_json::json;

/// The registry with these entries, and the proof of a record by the stranger after them, `parties` beside it.
fn stranger_after(entries: Vec<Entry>) -> (Registry, Bundle) {
    let mut registry = Registry::sample();
    let first = registry.entries.len();
    let count = entries.len();
    for entry in entries {
        registry.enter(entry);
    }
    let index = registry.enter(by_the_stranger());
    registry.anchor();
    registry.bury();
    let mut bundle = registry.prove(index);
    let last = registry.covering(index);
    bundle.parties = (first..first + count).map(|at| registry.logged(at, last)).collect();
    (registry, bundle)
}

fn by_the_stranger() -> Entry {
    Entry::of(&receivable("RCV-7", "APPLY", &key("stranger"), "Ningbo Exports"), &key("stranger"))
}

fn registered_by(signer: &SecretKey) -> Entry {
    Entry::of(&registration("Ningbo Exports", &key("stranger"), signer), signer)
}

#[test]
fn a_record_signed_by_an_unregistered_key() {
    let (registry, mut bundle) = stranger_after(vec![]);
    let reader = Reader::of(&registry);
    let id = key("stranger").public().id();
    let not_shown = |found: &str| could_not(PartyRegistered, "party-not-shown", "parties").comparing(id, found);
    let report = reader.examine(&bundle);
    assert_told(&report, &[not_shown("0")], &[]);
    assert_eq!(report.signer.unwrap().party_name, None, "the name in the record is the signer's own word");
    bundle.parties = vec![registry.logged(0, registry.covering(6))];
    assert_told(&reader.examine(&bundle), &[not_shown("1")], &[]);
}

#[test]
fn a_registration_signed_by_somebody_else() {
    let forger = key("forger");
    let (registry, bundle) = stranger_after(vec![registered_by(&forger)]);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(PartyRegistered, "party-not-by-registrar", "parties[0].sdJwt")
            .comparing(key("registrar").public().id(), forger.public().id())],
        &[],
    );
}

#[test]
fn a_registration_that_names_the_registrar_and_is_signed_by_somebody_else() {
    let (registrar, forger) = (key("registrar"), key("forger"));
    let payload = registration("Ningbo Exports", &key("stranger"), &registrar);
    let sd_jwt = sign_record(&payload, &forger);
    let event = Event::sign(content_of(&sd_jwt), &registrar).unwrap();
    let (registry, bundle) = stranger_after(vec![Entry { sd_jwt, event }]);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(PartyRegistered, "party-malformed", "parties[0].sdJwt")
            .comparing(registrar.public().id(), forger.public().id())],
        &[],
    );
    // Signed by the registrar, and entered by somebody else.
    let sd_jwt = sign_record(&payload, &registrar);
    let event = Event::sign(content_of(&sd_jwt), &forger).unwrap();
    let (registry, bundle) = stranger_after(vec![Entry { sd_jwt, event }]);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(PartyRegistered, "event-other-key", "parties[0].event.key_id")
            .comparing(registrar.public().id(), forger.public().id())],
        &[],
    );
}

#[test]
fn a_registration_whose_entry_signature_is_wrong() {
    let mut entry = registered_by(&key("registrar"));
    let mut bytes = entry.event.leaf_bytes();
    bytes[160] ^= 1;
    entry.event = Event::decode(&bytes).unwrap();
    let (registry, bundle) = stranger_after(vec![entry]);
    let expected = format!("a signature by key {}", key("registrar").public().id());
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(PartyRegistered, "party-malformed", "parties[0].event")
            .comparing(expected, "a signature that does not fit")],
        &[],
    );
}

#[test]
fn a_registration_with_an_altered_field() {
    let (registry, mut bundle) = stranger_after(vec![registered_by(&key("registrar"))]);
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
    let stray = plimsoll::encoding::encode_base64url(br#"["c2FsdHNhbHRzYWx0c2FsdA","partyName","Somebody Else"]"#);
    bundle.parties[0].sd_jwt += &format!("{stray}~");
    let report = Reader::of(&registry).examine(&bundle);
    let found = crate::told::step(&report, PartyRegistered).problem.as_ref().unwrap().found.clone();
    assert_told(
        &report,
        &[failed(PartyRegistered, "party-malformed", "parties[0].sdJwt")
            .comparing("one of the digests that were signed", found)],
        &[],
    );
}

#[test]
fn a_record_that_is_no_registration() {
    let registrar = key("registrar");
    let mut payload = registration("Ningbo Exports", &key("stranger"), &registrar);
    payload["actionCode"] = json!("REVOKE");
    let (registry, bundle) = stranger_after(vec![Entry::of(&payload, &registrar)]);
    let told = |found| {
        failed(PartyRegistered, "party-malformed", "parties[0].sdJwt").comparing("a party's registration", found)
    };
    assert_told(&Reader::of(&registry).examine(&bundle), &[told("party REVOKE")], &[]);
    // Signed by the registrar, of another kind, and with the stranger's key where a registration has it.
    let mut payload = receivable("RCV-6", "APPLY", &registrar, "Example Registry");
    payload["body"]["key"] = key("stranger").public().to_jwk();
    let (registry, bundle) = stranger_after(vec![Entry::of(&payload, &registrar)]);
    assert_told(&Reader::of(&registry).examine(&bundle), &[told("receivable APPLY")], &[]);
}

#[test]
fn a_registration_of_another_record() {
    let registrar = key("registrar");
    let payload = registration("Ningbo Exports", &key("stranger"), &registrar);
    let entry = Entry::altered(&payload, &registrar, |content| content.record_hash = [5; 32]);
    let hash = entry.sd_jwt.record_hash();
    let (registry, bundle) = stranger_after(vec![entry]);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(PartyRegistered, "event-other-record", "parties[0].event.record_hash")
            .comparing(hash, "05".repeat(32))],
        &[],
    );
}

#[test]
fn a_registration_that_is_not_in_the_log() {
    let (registry, mut bundle) = stranger_after(vec![registered_by(&key("registrar"))]);
    bundle.parties[0].log_proof = bundle.parties[0].log_proof.replace("index 6\n", "index 5\n");
    let report = Reader::of(&registry).examine(&bundle);
    let told = crate::told::step(&report, PartyRegistered).problem.clone().unwrap();
    assert_eq!(told.expected, crate::log::root_of(&bundle));
    assert_told(
        &report,
        &[failed(PartyRegistered, "party-not-in-log", "parties[0].logProof").comparing(told.expected, told.found)],
        &[],
    );
    bundle.parties[0].log_proof = "c2sp.org/tlog-proof@v1\nindex x\n".into();
    let report = Reader::of(&registry).examine(&bundle);
    assert!(detail(&report, PartyRegistered).contains("line 2 of the proof"));
    assert_told(
        &report,
        &[failed(PartyRegistered, "party-not-in-log", "parties[0].logProof")
            .comparing("index and a decimal", "index x")],
        &[],
    );
}

#[test]
fn a_party_registered_later_than_its_key_was_used() {
    let mut registry = Registry::sample();
    let index = registry.enter(by_the_stranger());
    registry.enter(registered_by(&key("registrar")));
    registry.anchor();
    registry.bury();
    assert_told(
        &Reader::of(&registry).examine(&registry.prove(index)),
        &[failed(PartyRegistered, "party-registered-later", "parties[0].logProof").comparing("before 6", "7")],
        &[],
    );
}

#[test]
fn a_registration_under_another_checkpoint() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    bundle.parties = vec![registry.logged(1, 0)];
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(PartyRegistered, "party-other-checkpoint", "parties[0].logProof").comparing("6", "2")],
        &[],
    );
}

#[test]
fn the_registrar_vouches_for_itself_by_the_policy() {
    let registry = Registry::sample();
    let report = Reader::of(&registry).examine(&registry.prove(0));
    assert_eq!(report.signer.unwrap().party_name.as_deref(), Some("Example Registry"));
    let report = Reader::of(&registry).examine(&registry.prove(FIRST));
    let signer = report.signer.unwrap();
    assert_eq!(signer.party_name.as_deref(), Some("Ningbo Exports"));
    assert_eq!(signer.party_code.as_deref(), Some("LEI 529900T8BM49AURSDO55"));
}
