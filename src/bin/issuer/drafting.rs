//! From what a party says to a signed record and its entry: the envelope is filled in from the ledger.

use crate::ledger::{Ledger, RecordStep};
use plimsoll::crypto::key::{PublicKey, SecretKey};
use plimsoll::encoding::{encode_base64url, encode_hex};
use plimsoll::proof::bundle::Bytes;
use plimsoll::registry::event::{Event, EventContent, EventError, asset_key};
use plimsoll::time::UnixTime;
use plimsoll::tlog::tree_hash::{EntryError, LeafHash};
use plimsoll::trade::disclosure::Salt;
use plimsoll::trade::record::{Record, RecordError, SCHEMA_VERSION};
use plimsoll::trade::record_issue::{RecordIssueError, issue_record};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// Why a record cannot be made.
#[derive(Debug, thiserror::Error)]
pub enum DraftError {
    /// The record does not keep to its schema.
    #[error(transparent)]
    Record(#[from] RecordError),
    /// It cannot be signed.
    #[error(transparent)]
    Issue(#[from] RecordIssueError),
    /// Its entry cannot be made.
    #[error(transparent)]
    Event(#[from] EventError),
    /// The entry cannot stand in a log.
    #[error(transparent)]
    Entry(#[from] EntryError),
    /// There is a record of that id.
    #[error("recordId {id:?} is taken: entry {index} has it")]
    TakenId {
        /// The id.
        id: String,
        /// Index of the entry that has it.
        index: usize,
    },
    /// The key is not registered for a party.
    #[error("key {key:?} is not registered for a party")]
    NotRegistered {
        /// The key's name.
        key: String,
    },
    /// The record says that another party acts.
    #[error("the record says that {expected:?} acts, and the key is that of {found:?}")]
    OtherActor {
        /// The party the record names.
        expected: String,
        /// The party whose key it is.
        found: String,
    },
    /// The key is registered already.
    #[error("key {key:?} is registered already, for {party:?}")]
    Registered {
        /// The key's name.
        key: String,
        /// The party.
        party: String,
    },
    /// An identifying code is not of the form PROVIDER:LIST:CODE.
    #[error("code {found:?}: expected PROVIDER:LIST:CODE, as in GLEIF:LEI:5493…")]
    Code {
        /// What was given.
        found: String,
    },
    /// A time before 1970.
    #[error("time {found} is before 1970")]
    Time {
        /// The time.
        found: UnixTime,
    },
}

/// What a party says: a record without its envelope.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Statement {
    /// `recordType`.
    pub record_type: String,
    /// `recordId`.
    pub record_id: String,
    /// The asset.
    pub subject: StatedSubject,
    /// `actionCode`.
    pub action_code: String,
    /// `actionDateTime`.
    pub action_date_time: String,
    /// `actor`, where a document names who acted: it must be the party that signs.
    #[serde(default)]
    pub actor: Option<Map<String, Value>>,
    /// `recipient`.
    #[serde(default)]
    pub recipient: Option<Value>,
    /// `body`.
    pub body: Map<String, Value>,
}

/// The asset a statement is about.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct StatedSubject {
    /// Its scheme.
    pub scheme: String,
    /// Its reference.
    pub reference: String,
}

/// A party, to be registered.
#[derive(Debug, Clone)]
pub struct NewParty<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it does.
    pub role: &'a str,
    /// Identifying codes, each PROVIDER:LIST:CODE.
    pub codes: &'a [String],
    /// Its key.
    pub key: PublicKey,
}

/// Fresh random bits for a disclosure.
pub type Salts<'a> = &'a mut dyn FnMut() -> Salt;

/// Signs a statement as the next record of its asset. `actor_name`, where given, is disclosed beside the key.
pub fn draft_record(
    ledger: &Ledger,
    statement: Statement,
    actor_name: Option<&str>,
    key: &SecretKey,
    time: UnixTime,
    salts: Salts<'_>,
) -> Result<RecordStep, DraftError> {
    let Statement { record_type, record_id, subject, action_code, action_date_time, actor, recipient, body } =
        statement;
    if let Some(index) = ledger.entries().iter().position(|entry| entry.record.record_id == record_id) {
        return Err(DraftError::TakenId { id: record_id, index });
    }
    let before = ledger.newest_of(&subject.scheme, &subject.reference);
    let blinding = match before {
        Some(entry) => entry.record.subject.blinding.clone(),
        // Parties are public; anything else must not be found in the log by whoever guesses its reference.
        None if subject.scheme == "party" => Vec::new(),
        None => salts().to_vec(),
    };
    let sequence = before.map_or(1, |entry| entry.record.sequence + 1);
    let mut payload = Map::new();
    let mut put = |name: &str, value: Value| payload.insert(name.to_owned(), value);
    put("recordType", json!(record_type));
    put("recordId", json!(record_id));
    put("schemaVersion", json!(SCHEMA_VERSION));
    let (scheme, reference) = (&subject.scheme, &subject.reference);
    put("subject", json!({"scheme": scheme, "reference": reference, "blinding": encode_base64url(&blinding)}));
    put("sequence", json!(sequence));
    if let Some(entry) = before {
        put("previousRecordHash", json!(entry.sd_jwt.record_hash().to_string()));
    }
    put("actionCode", json!(action_code));
    put("actionDateTime", json!(action_date_time));
    put("actor", Value::Object(signing_actor(actor.unwrap_or_default(), actor_name, key)?));
    if let Some(recipient) = recipient {
        put("recipient", recipient);
    }
    put("body", Value::Object(body));
    let record = Record::from_json(&payload)?;
    let sd_jwt = issue_record(&payload, salts, key)?;
    let content = EventContent {
        asset_key: asset_key(scheme, reference, &blinding)?,
        version: sequence,
        previous: match before {
            Some(entry) => *LeafHash::of_entry(&entry.event.leaf_bytes())?.as_bytes(),
            None => [0; 32],
        },
        kind: record.action.kind,
        time_ms: u64::try_from(time.0).map_err(|_| DraftError::Time { found: time })?.saturating_mul(1000),
        record_hash: sd_jwt.record_hash().0,
    };
    let event = Event::sign(content, key)?;
    Ok(RecordStep { sd_jwt: sd_jwt.to_string(), event: Bytes(event.leaf_bytes()) })
}

/// The actor a statement names, as the party that signs: its name and key are the signer's.
fn signing_actor(
    mut actor: Map<String, Value>,
    name: Option<&str>,
    key: &SecretKey,
) -> Result<Map<String, Value>, DraftError> {
    if let Some(name) = name {
        let stated = actor.entry("partyName").or_insert_with(|| json!(name));
        if *stated != json!(name) {
            let found = stated.as_str().map_or_else(|| stated.to_string(), str::to_owned);
            return Err(DraftError::OtherActor { expected: found, found: name.to_owned() });
        }
    }
    actor.entry("key").or_insert_with(|| key.public().to_jwk());
    Ok(actor)
}

/// Registers a party and its key; the registrar signs.
pub fn draft_registration(
    ledger: &Ledger,
    party: &NewParty<'_>,
    registrar: &SecretKey,
    time: UnixTime,
    salts: Salts<'_>,
) -> Result<RecordStep, DraftError> {
    let codes = party.codes.iter().map(|code| read_code(code)).collect::<Result<Vec<_>, _>>()?;
    let key_id = party.key.id().to_string();
    let mut body = Map::new();
    body.insert("partyName".into(), json!(party.name));
    body.insert("role".into(), json!(party.role));
    body.insert("key".into(), party.key.to_jwk());
    if !codes.is_empty() {
        body.insert("identifyingCodes".into(), Value::Array(codes));
    }
    let statement = Statement {
        record_type: "party".into(),
        record_id: format!("party-{}", encode_hex(&party.key.id().0[..6])),
        subject: StatedSubject { scheme: "party".into(), reference: key_id },
        action_code: "REGISTER".into(),
        action_date_time: time.to_string(),
        actor: None,
        recipient: None,
        body,
    };
    // The registrar needs no name: the policy vouches for its key.
    draft_record(ledger, statement, None, registrar, time, salts)
}

fn read_code(text: &str) -> Result<Value, DraftError> {
    let parts: Vec<&str> = text.splitn(3, ':').collect();
    match parts[..] {
        [provider, list, code] if !provider.is_empty() && !list.is_empty() && !code.is_empty() => {
            Ok(json!({"codeListProvider": provider, "codeListName": list, "partyCode": code}))
        }
        _ => Err(DraftError::Code { found: text.to_owned() }),
    }
}
