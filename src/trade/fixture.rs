//! A record and a key for the tests of this pillar.

use crate::crypto::key::{SecretKey, Suite};
use serde_json::{Map, Value, json};

/// The actor's key.
pub(super) fn key() -> SecretKey {
    SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap()
}

/// Salts that differ.
pub(super) fn salts() -> impl FnMut() -> [u8; 16] {
    let mut count = 0_u128;
    move || {
        count += 1;
        count.to_be_bytes()
    }
}

/// The members of an object.
pub(super) fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

/// A receivable, pledged.
pub(super) fn receivable() -> Map<String, Value> {
    object(json!({
        "recordType": "receivable", "recordId": "R-1", "schemaVersion": "1",
        "subject": {"scheme": "receivable", "reference": "RCV-2026-0042", "blinding": "AAEC"},
        "sequence": 2, "previousRecordHash": "11".repeat(32),
        "actionCode": "PLEDGE", "actionDateTime": "2026-03-02T22:10:00+08:00",
        "actor": {"key": key().public().to_jwk(), "partyName": "Ningbo Exports", "address": {"city": "Ningbo"}},
        "recipient": {"partyName": "Rhine Bank"},
        "body": {"securedAmount": "84300.00", "currency": "EUR", "registrationNumber": "Z-9", "own": {"x": 1}},
    }))
}
