//! Another record, another entry, another signature.

use crate::registry::{
    Entry, FIRST, Reader, Registry, SUBJECT, content_of, key, p256_key, receivable, registration, sign_record,
};
use crate::told::{assert_told, detail, failed, step};
use p256::ecdsa::Signature;
use plimsoll::crypto::key::SecretKey;
use plimsoll::encoding::{decode_base64url, encode_base64url};
use plimsoll::proof::bundle::{Bundle, Bytes};
use plimsoll::proof::recorded::asset_key_of;
use plimsoll::proof::report::{Outcome, Report};
use plimsoll::proof::step::StepId::{self, *};
use plimsoll::registry::event::{AssetKey, Event};
use plimsoll::trade::record::Record;
use plimsoll::trade::view::FieldValue;
use serde_json::json;

/// The registry with one more entry in its log, anchored and buried, and the proof of it.
fn proof_of(entry: Entry) -> (Registry, Bundle) {
    let mut registry = Registry::sample();
    let index = registry.enter(entry);
    registry.anchor();
    registry.bury();
    let bundle = registry.prove(index);
    (registry, bundle)
}

fn examined(entry: Entry) -> Report {
    let (registry, bundle) = proof_of(entry);
    Reader::of(&registry).examine(&bundle)
}

/// What the bank might have issued.
fn by_the_bank() -> serde_json::Map<String, serde_json::Value> {
    receivable("RCV-9", "APPLY", &key("bank"), "Rhine Bank")
}

#[test]
fn a_field_altered_after_signing() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let disclosures: Vec<String> = bundle.record.sd_jwt.split('~').map(str::to_owned).collect();
    let amount = |text: &String| {
        let bytes = decode_base64url(text).ok()?;
        String::from_utf8(bytes).ok().filter(|json| json.contains("84300.00"))
    };
    let (at, json) = disclosures.iter().enumerate().find_map(|(at, text)| Some((at, amount(text)?))).unwrap();
    let mut altered = disclosures.clone();
    altered[at] = encode_base64url(json.replace("84300.00", "94300.00").as_bytes());
    bundle.record.sd_jwt = altered.join("~");
    let report = Reader::of(&registry).examine(&bundle);
    let told = step(&report, Disclosures).problem.as_ref().unwrap();
    assert_eq!(told.expected, "one of the digests that were signed");
    assert_told(
        &report,
        &[failed(Disclosures, "disclosure-altered", "record/body/amount").comparing(&told.expected, &told.found)],
        &[],
    );
    let record = report.record.unwrap();
    let field = record.fields.iter().find(|field| field.altered).unwrap();
    let shown = FieldValue::Amount { value: "94300.00".into(), currency: "EUR".into() };
    assert_eq!((field.path.as_str(), &field.value), ("/body/amount", &shown), "marked where it stands");
}

#[test]
fn a_record_signed_by_another_key_than_it_names() {
    let signer = key("stranger");
    let sd_jwt = sign_record(&by_the_bank(), &signer);
    let event = Event::sign(content_of(&sd_jwt), &key("bank")).unwrap();
    let report = examined(Entry { sd_jwt, event });
    let (bank, stranger) = (key("bank").public().id(), signer.public().id());
    assert_told(
        &report,
        &[failed(RecordSignature, "record-signature-invalid", "record.sdJwt").comparing(bank, stranger)],
        &[],
    );
}

#[test]
fn a_changed_signature() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let (jws, rest) = bundle.record.sd_jwt.split_once('~').unwrap();
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let mut signature = decode_base64url(signature).unwrap();
    signature[5] ^= 1;
    bundle.record.sd_jwt = format!("{signed}.{}~{rest}", encode_base64url(&signature));
    let report = Reader::of(&registry).examine(&bundle);
    let expected = format!("a signature by key {}", key("bank").public().id());
    assert_told(
        &report,
        &[failed(RecordSignature, "record-signature-invalid", "record.sdJwt")
            .comparing(expected, "a signature that does not fit")],
        &[],
    );
}

#[test]
fn a_swapped_record_under_a_valid_proof() {
    let registry = Registry::sample();
    let (shown, proven) = (&registry.entries[FIRST + 1], &registry.entries[FIRST]);
    let mut bundle = registry.prove(FIRST);
    bundle.record.sd_jwt = shown.sd_jwt.to_string();
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(EventMatchesRecord, "event-other-record", "event.record_hash")
            .comparing(shown.sd_jwt.record_hash(), proven.sd_jwt.record_hash())],
        &[],
    );
}

#[test]
fn a_swapped_event() {
    let registry = Registry::sample();
    let (shown, swapped) = (&registry.entries[FIRST], &registry.entries[FIRST + 1]);
    let mut bundle = registry.prove(FIRST);
    bundle.record.event = Bytes(swapped.event.leaf_bytes());
    let report = Reader::of(&registry).examine(&bundle);
    let (root, found) = crate::log::roots(&bundle);
    assert_told(
        &report,
        &[
            failed(EventMatchesRecord, "event-other-record", "event.record_hash")
                .comparing(shown.sd_jwt.record_hash(), swapped.sd_jwt.record_hash()),
            failed(LogInclusion, "leaf-not-in-log", "record.logProof").comparing(root, found),
        ],
        &[(PartyRegistered, LogInclusion)],
    );
}

#[test]
fn an_event_by_another_key() {
    let sd_jwt = sign_record(&by_the_bank(), &key("bank"));
    let event = Event::sign(content_of(&sd_jwt), &key("seller")).unwrap();
    let (registry, mut bundle) = proof_of(Entry { sd_jwt, event });
    bundle.parties = vec![registry.logged(1, registry.covering(6))];
    let (bank, seller) = (key("bank").public().id(), key("seller").public().id());
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[
            failed(EventMatchesRecord, "event-other-key", "event.key_id").comparing(bank, seller),
            failed(EventSignature, "event-signature-invalid", "record.event.sig").comparing(bank, seller),
        ],
        &[],
    );
}

/// The bank enters its record under an entry that says something else of it.
fn mismatch(
    alter: impl Fn(&mut plimsoll::registry::event::EventContent),
    code: &str,
    field: &str,
    values: (String, String),
) {
    let report = examined(Entry::altered(&by_the_bank(), &key("bank"), alter));
    assert_told(&report, &[failed(EventMatchesRecord, code, field).comparing(values.0, values.1)], &[]);
}

#[test]
fn an_entry_of_another_record() {
    let hash = sign_record(&by_the_bank(), &key("bank")).record_hash();
    let values = (hash.to_string(), "05".repeat(32));
    mismatch(|content| content.record_hash = [5; 32], "event-other-record", "event.record_hash", values);
}

#[test]
fn an_entry_of_another_asset() {
    let sd_jwt = sign_record(&by_the_bank(), &key("bank"));
    let record = Record::parse(sd_jwt.disclose().unwrap().payload().clone()).unwrap();
    let values = (asset_key_of(&record).unwrap().to_string(), "05".repeat(32));
    mismatch(|content| content.asset_key = AssetKey([5; 32]), "event-other-asset", "event.asset_key", values);
}

#[test]
fn an_entry_of_another_version() {
    let alter = |content: &mut plimsoll::registry::event::EventContent| {
        content.version = 2;
        content.previous = [9; 32];
    };
    mismatch(alter, "event-other-version", "event.version", ("1".into(), "2".into()));
}

#[test]
fn an_entry_of_another_action() {
    let values = (0x0901.to_string(), 0x090d.to_string());
    mismatch(|content| content.kind = 0x090d, "event-other-action", "event.kind", values);
}

/// A record by a party whose key is of the other suite.
fn by_p256() -> (Registry, Bundle, SecretKey) {
    let maker = p256_key("maker");
    let mut registry = Registry::sample();
    registry.enter(Entry::of(&registration("Maker", &maker, &key("registrar")), &key("registrar")));
    let index = registry.enter(Entry::of(&receivable("RCV-8", "APPLY", &maker, "Maker"), &maker));
    registry.anchor();
    registry.bury();
    let bundle = registry.prove(index);
    (registry, bundle, maker)
}

fn high_s(signature: &[u8]) -> Vec<u8> {
    let low = Signature::from_slice(signature).unwrap();
    Signature::from_scalars(low.r().to_bytes(), (-*low.s()).to_bytes()).unwrap().to_bytes().to_vec()
}

#[test]
fn an_entry_with_the_second_spelling_of_its_signature() {
    let (mut registry, bundle, _) = by_p256();
    let mut spelled = bundle.record.event.0.clone();
    let signature = spelled.split_off(152);
    spelled.extend(high_s(&signature));
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
    let sd_jwt = registry.entries[7].sd_jwt.clone();
    let index = registry.enter(Entry { sd_jwt, event: Event::decode(&spelled).unwrap() });
    registry.anchor();
    registry.bury();
    assert_told(
        &Reader::of(&registry).examine(&registry.prove(index)),
        &[failed(EventSignature, "event-signature-invalid", "record.event.sig").comparing("low S", "high S")],
        &[],
    );
}

#[test]
fn a_record_with_the_second_spelling_of_its_signature_is_the_same_record() {
    let (registry, mut bundle, _) = by_p256();
    let (jws, rest) = bundle.record.sd_jwt.split_once('~').unwrap();
    let (signed, signature) = jws.rsplit_once('.').unwrap();
    let other = encode_base64url(&high_s(&decode_base64url(signature).unwrap()));
    assert_ne!(other, signature);
    bundle.record.sd_jwt = format!("{signed}.{other}~{rest}");
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
}

#[test]
fn a_record_under_a_key_of_small_order() {
    let registry = Registry::sample();
    let mut payload = by_the_bank();
    let mut identity = [0; 32];
    identity[0] = 1;
    payload["actor"]["key"] = json!({"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(&identity)});
    let mut bundle = registry.prove(SUBJECT);
    bundle.record.sd_jwt = sign_record(&payload, &key("bank")).to_string();
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(
        &report,
        &[failed(RecordSignature, "record-malformed", "record.sdJwt")],
        &[(EventMatchesRecord, RecordSignature), (EventSignature, RecordSignature), (PartyRegistered, RecordSignature)],
    );
    assert!(detail(&report, RecordSignature).contains("not a usable Ed25519 public key"));
}

#[test]
fn no_byte_of_the_entry_can_be_changed() {
    let registry = Registry::sample();
    let reader = Reader::of(&registry);
    let good = registry.prove(SUBJECT);
    for at in 0..good.record.event.0.len() {
        let mut bundle = good.clone();
        bundle.record.event.0[at] ^= 1;
        let report = reader.examine(&bundle);
        let outcome = |of: StepId| step(&report, of).outcome;
        let signed = [outcome(EventSignature), outcome(EventMatchesRecord)];
        assert!(signed.contains(&Outcome::Failed), "byte {at}");
        assert_ne!(outcome(LogInclusion), Outcome::Passed, "byte {at}");
    }
}
