//! Stories of the trade for tests: records of one or several assets, in order, each with the hash of the one before. Not
//! signed: what replaying makes of records is the same for signed ones.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::crypto::hash::sha256;
use plimsoll::crypto::key::{PublicKey, SecretKey, Suite};
use plimsoll::trade::jws::RecordHash;
use plimsoll::trade::party::Party;
use plimsoll::trade::record::Record;
use plimsoll::trade::replay::history::Entry;
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashMap};
use std::sync::Mutex;

/// Somebody's key: from his name, the same every time.
pub fn key_of(name: &str) -> PublicKey {
    // Stories by the thousand are told of few people.
    static KNOWN: Mutex<BTreeMap<String, PublicKey>> = Mutex::new(BTreeMap::new());
    let made =
        || SecretKey::from_bytes(Suite::Ed25519, &sha256(name.as_bytes())).expect("32 bytes are a seed").public();
    KNOWN.lock().expect("nobody fails while he has it").entry(name.to_owned()).or_insert_with(made).clone()
}

/// A party as records name it: by name and key.
pub fn party(name: &str) -> Value {
    json!({"partyName": name, "key": key_of(name).to_jwk()})
}

/// One told record.
pub struct Told {
    pub record: Record,
    pub hash: RecordHash,
    pub signer: Party,
}

/// A story.
#[derive(Default)]
pub struct Story {
    pub told: Vec<Told>,
    heads: HashMap<(String, String), (u64, RecordHash)>,
}

impl Story {
    /// Tells one record of an asset: who signs, `scheme/reference`, `recordType ACTION`, when, to whom, and its body.
    pub fn tell(
        &mut self,
        who: &str,
        asset: &str,
        what: &str,
        at: &str,
        recipient: Option<&str>,
        body: Value,
    ) -> usize {
        let (scheme, reference) = asset.split_once('/').expect("an asset is scheme/reference");
        let key = (scheme.to_owned(), reference.to_owned());
        let (sequence, previous) = match self.heads.get(&key) {
            Some(&(sequence, hash)) => (sequence + 1, Some(hash)),
            None => (1, None),
        };
        let place = self.tell_after(who, asset, what, at, recipient, body, sequence, previous);
        self.heads.insert(key, (sequence, self.told[place].hash));
        place
    }

    /// Tells one record with a number and hash of one's own, as forks and gaps need; the asset's head stays.
    #[allow(clippy::too_many_arguments)]
    pub fn tell_after(
        &mut self,
        who: &str,
        asset: &str,
        what: &str,
        at: &str,
        recipient: Option<&str>,
        body: Value,
        sequence: u64,
        previous: Option<RecordHash>,
    ) -> usize {
        let (scheme, reference) = asset.split_once('/').expect("an asset is scheme/reference");
        let (record_type, action) = what.split_once(' ').expect("what is told is a type and an action");
        let mut record = json!({
            "recordType": record_type, "recordId": format!("{reference}-{}", self.told.len()), "schemaVersion": "1",
            "subject": {"scheme": scheme, "reference": reference, "blinding": ""}, "sequence": sequence,
            "actionCode": action, "actionDateTime": at, "actor": party(who), "body": body,
        });
        if let Some(hash) = previous {
            record["previousRecordHash"] = json!(hash.to_string());
        }
        if let Some(recipient) = recipient {
            record["recipient"] = party(recipient);
        }
        self.add(&record, who)
    }

    /// Skips a number of an asset, as if a record were missing.
    pub fn heads_skip(&mut self, scheme: &str, reference: &str) {
        if let Some((sequence, hash)) = self.heads.get_mut(&(scheme.to_owned(), reference.to_owned())) {
            *sequence += 1;
            hash.0[0] ^= 1;
        }
    }

    /// Adds a record as it stands.
    pub fn add(&mut self, record: &Value, who: &str) -> usize {
        let members: &Map<String, Value> = record.as_object().expect("a record is an object");
        let hash = RecordHash(sha256(record.to_string().as_bytes()));
        let record = Record::from_json(members).unwrap_or_else(|error| panic!("{error}: {record}"));
        let signer = Party { name: Some(who.to_owned()), codes: Vec::new(), key: Some(key_of(who)) };
        self.told.push(Told { record, hash, signer });
        self.told.len() - 1
    }

    /// The story as replaying takes it.
    pub fn entries(&self) -> Vec<Entry<'_>> {
        self.told
            .iter()
            .map(|told| Entry { record: &told.record, hash: told.hash, signer: Some(&told.signer) })
            .collect()
    }
}
