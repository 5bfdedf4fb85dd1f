//! The envelope every record has, and the evidence that one was signed.
//!
//! Life-cycle rules, which read several records in order, come later; here a record is judged alone.

use crate::crypto::key::{KeyId, PublicKey, SignatureValid};
use crate::encoding::{TextError, decode_base64url, decode_hex_array};
use crate::time::{DateTimeError, parse_rfc3339_ms};
use crate::trade::action::{Action, RecordType};
use crate::trade::amount::AmountError;
use crate::trade::jws::RecordHash;
use crate::trade::party::{Party, PartyKeyError, parse_key};
use crate::trade::payload::{Field, Node, Object, Payload, Withheld};
use crate::trade::sd_jwt::{Disclosed, SdJwt};
use crate::trade::typed;
use serde_json::{Map, Value};

/// The `schemaVersion` of the records this program reads.
pub const SCHEMA_VERSION: &str = "1";
/// Asset schemes.
pub const SCHEMES: [&str; 5] = ["receivable", "transport-document", "equipment", "invoice", "party"];

/// Top members in reading order; all but `recipient` are always in the clear.
const CLEAR: [&str; 11] = [
    "recordType",
    "recordId",
    "schemaVersion",
    "subject",
    "sequence",
    "previousRecordHash",
    "actionCode",
    "actionDateTime",
    "actor",
    "actor/key",
    "body",
];
/// Claims that would limit when or for whom a record holds (RFC 7519 §4.1, RFC 7800); a record states a fact and has none.
const LIMITING: [&str; 3] = ["exp", "nbf", "cnf"];

/// Why a payload is not a record, or not one that was signed. Fields are JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A field is neither there nor withheld.
    #[error("{field} is missing: expected {expected}")]
    Missing {
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
    },
    /// A field is not what it should be.
    #[error("{field}: expected {expected}, found {found}")]
    Wrong {
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A field that is always in the clear came in a disclosure, so that it could have been withheld.
    #[error("{field}: expected in the clear, found in a disclosure")]
    NotInTheClear {
        /// The field.
        field: String,
    },
    /// A claim that this program does not honour.
    #[error("{field}: a record has no such claim")]
    Limiting {
        /// The field.
        field: String,
    },
    /// An amount of money.
    #[error("{field}")]
    Amount {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: AmountError,
    },
    /// A date and time.
    #[error("{field}")]
    Moment {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: DateTimeError,
    },
    /// Hexadecimal or base64url text.
    #[error("{field}")]
    Text {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: TextError,
    },
    /// A public key.
    #[error("{field}")]
    Key {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: PartyKeyError,
    },
    /// The signature is by another key than the actor's.
    #[error("/actor/key: expected {expected}, which signed, found {found}")]
    OtherSigner {
        /// The key that signed.
        expected: KeyId,
        /// The actor's key.
        found: KeyId,
    },
    /// The signature is one of another record.
    #[error("the signature is not of this record")]
    OtherSignature,
}

impl RecordError {
    /// The field it speaks of, as a JSON pointer.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field, .. }
            | Self::Wrong { field, .. }
            | Self::NotInTheClear { field }
            | Self::Limiting { field }
            | Self::Amount { field, .. }
            | Self::Moment { field, .. }
            | Self::Text { field, .. }
            | Self::Key { field, .. } => field,
            Self::OtherSigner { .. } => "/actor/key",
            Self::OtherSignature => "",
        }
    }
}

/// The asset a record speaks of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Subject {
    /// One of [`SCHEMES`].
    pub scheme: String,
    /// Its reference in that scheme.
    pub reference: String,
    /// Bytes that keep the asset key from being guessed; may be empty.
    pub blinding: Vec<u8>,
}

/// A record, read: a claim. [`VerifiedRecord`] is the evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// `recordType`.
    pub record_type: RecordType,
    /// `recordId`.
    pub record_id: String,
    /// `subject`.
    pub subject: Subject,
    /// `sequence`: 1 for the asset's first record.
    pub sequence: u64,
    /// `previousRecordHash`; none for the first.
    pub previous_record_hash: Option<RecordHash>,
    /// `actionCode`.
    pub action: &'static Action,
    /// `actionDateTime` as the signer wrote it, RFC 3339.
    pub action_date_time: String,
    /// `actionDateTime` in milliseconds since 1970-01-01T00:00:00Z.
    pub action_time_ms: i64,
    /// `actor`, as far as disclosed.
    pub actor: Party,
    /// The actor's key.
    pub signer: PublicKey,
    /// `recipient`, where there is one and it is disclosed.
    pub recipient: Option<Party>,
    /// `body`, as far as disclosed.
    pub body: Object,
    /// All of it.
    pub payload: Payload,
}

impl Record {
    /// Reads a record whose fields are all in the clear, as the issuer has it.
    ///
    /// # Errors
    /// [`RecordError`] names the field.
    pub fn from_json(record: &Map<String, Value>) -> Result<Self, RecordError> {
        Self::parse(Payload::clear(record))
    }

    /// Reads a record from a payload, disclosed or not.
    ///
    /// # Errors
    /// [`RecordError`] names the field.
    pub fn parse(payload: Payload) -> Result<Self, RecordError> {
        let root = &payload.root;
        for name in LIMITING {
            if root.members.contains_key(name) {
                return Err(RecordError::Limiting { field: format!("/{name}") });
            }
        }
        for path in CLEAR {
            let field = format!("/{path}");
            if payload.field(&field).is_some_and(|found| found.disclosure.is_some()) {
                return Err(RecordError::NotInTheClear { field });
            }
        }
        typed::object(root, "", None)?;

        let code = text(root, "recordType")?;
        let record_type =
            RecordType::from_code(code).ok_or_else(|| wrong("recordType", "a known record type", code))?;
        let version = text(root, "schemaVersion")?;
        if version != SCHEMA_VERSION {
            return Err(wrong("schemaVersion", &format!("{SCHEMA_VERSION:?}"), version));
        }
        let subject = read_subject(root, record_type)?;
        let sequence = sequence(root)?;
        let code = text(root, "actionCode")?;
        let action = record_type
            .action(code)
            .ok_or_else(|| wrong("actionCode", &format!("an action of {}", record_type.code()), code))?;
        let action_date_time = text(root, "actionDateTime")?;
        let action_time_ms = parse_rfc3339_ms(action_date_time)
            .map_err(|source| RecordError::Moment { field: "/actionDateTime".into(), source })?;
        let actor = object(root, "actor")?;
        let body = object(root, "body")?;
        required(root, action, body)?;
        Ok(Self {
            record_type,
            record_id: text(root, "recordId")?.to_owned(),
            subject,
            sequence,
            previous_record_hash: previous(root, sequence)?,
            action,
            action_date_time: action_date_time.to_owned(),
            action_time_ms,
            signer: signer(&actor.to_value())?,
            actor: Party::read(actor),
            recipient: root.members.get("recipient").and_then(|field| field.node.object()).map(Party::read),
            body: body.clone(),
            payload,
        })
    }
}

fn pointer(name: &str) -> String {
    format!("/{name}")
}

fn wrong(name: &str, expected: &str, found: &str) -> RecordError {
    RecordError::Wrong {
        field: pointer(name),
        expected: expected.to_owned(),
        found: format!("{:?}", found.chars().take(typed::SHOWN).collect::<String>()),
    }
}

fn member<'a>(object: &'a Object, name: &str, expected: &str) -> Result<&'a Node, RecordError> {
    let missing = || RecordError::Missing { field: pointer(name), expected: expected.to_owned() };
    object.members.get(name).map(|field| &field.node).ok_or_else(missing)
}

fn text<'a>(root: &'a Object, name: &str) -> Result<&'a str, RecordError> {
    let node = member(root, name, "a text")?;
    match node.text() {
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(wrong(name, "a text that is not empty", &typed::shown(node))),
    }
}

fn object<'a>(root: &'a Object, name: &str) -> Result<&'a Object, RecordError> {
    let node = member(root, name, "an object")?;
    node.object().ok_or_else(|| wrong(name, "an object", &typed::shown(node)))
}

fn read_subject(root: &Object, record_type: RecordType) -> Result<Subject, RecordError> {
    let subject = object(root, "subject")?;
    let part = |name: &'static str| {
        let field = format!("subject/{name}");
        match subject.members.get(name) {
            Some(Field { disclosure: Some(_), .. }) => Err(RecordError::NotInTheClear { field: pointer(&field) }),
            Some(Field { node, .. }) => {
                node.text().ok_or_else(|| wrong(&field, "a text", &typed::shown(node))).map(str::to_owned)
            }
            None => Err(RecordError::Missing { field: pointer(&field), expected: "a text".to_owned() }),
        }
    };
    let scheme = part("scheme")?;
    let schemes = record_type.schema().schemes;
    if !schemes.contains(&scheme.as_str()) {
        return Err(wrong("subject/scheme", &schemes.join(" or "), &scheme));
    }
    let reference = part("reference")?;
    if reference.is_empty() || reference.trim() != reference || reference.chars().any(char::is_control) {
        return Err(wrong("subject/reference", "a text without outer white space or control characters", &reference));
    }
    let blinding = decode_base64url(&part("blinding")?)
        .map_err(|source| RecordError::Text { field: "/subject/blinding".into(), source })?;
    Ok(Subject { scheme, reference, blinding })
}

fn sequence(root: &Object) -> Result<u64, RecordError> {
    match member(root, "sequence", "a whole number from 1")? {
        Node::Scalar(Value::Number(number)) if number.as_u64().is_some_and(|number| number > 0) => {
            Ok(number.as_u64().unwrap_or_default())
        }
        node => Err(wrong("sequence", "a whole number from 1", &typed::shown(node))),
    }
}

fn previous(root: &Object, sequence: u64) -> Result<Option<RecordHash>, RecordError> {
    const NAME: &str = "previousRecordHash";
    match (sequence, root.members.get(NAME)) {
        (1, None) => Ok(None),
        (1, Some(field)) => Err(wrong(NAME, "nothing at sequence 1", &typed::shown(&field.node))),
        _ => decode_hex_array(text(root, NAME)?)
            .map(|hash| Some(RecordHash(hash)))
            .map_err(|source| RecordError::Text { field: pointer(NAME), source }),
    }
}

fn signer(actor: &Value) -> Result<PublicKey, RecordError> {
    let field = || "/actor/key".to_owned();
    let missing = || RecordError::Missing { field: field(), expected: "a public key (JWK)".to_owned() };
    let jwk = actor.get("key").ok_or_else(missing)?;
    parse_key(jwk).map_err(|source| RecordError::Key { field: field(), source })
}

/// What an action must have is there, or there are withheld fields enough that it may be.
fn required(root: &Object, action: &Action, body: &Object) -> Result<(), RecordError> {
    let missing = missing_required(action, body);
    if let Some(name) = missing.get(body.withheld.len()) {
        let expected = format!("a field that every {} has", action.code);
        return Err(RecordError::Missing { field: format!("/body/{name}"), expected });
    }
    if action.recipient && !root.members.contains_key("recipient") && root.withheld.is_empty() {
        let expected = format!("the party a {} goes to", action.code);
        return Err(RecordError::Missing { field: "/recipient".to_owned(), expected });
    }
    Ok(())
}

/// Fields of `body` that an action must have and that are not shown.
pub(super) fn missing_required(action: &Action, body: &Object) -> Vec<&'static str> {
    action.required.iter().copied().filter(|&name| !body.members.contains_key(name)).collect()
}

impl SdJwt {
    /// The key the record says signed it: `/actor/key`, in the clear. A claim.
    ///
    /// # Errors
    /// [`RecordError::Missing`] or [`RecordError::Key`].
    pub fn signer(&self) -> Result<PublicKey, RecordError> {
        signer(self.signed_payload().get("actor").unwrap_or(&Value::Null))
    }
}

/// Evidence that a record's actor signed it, and that every field shown is one the actor signed. Who holds the actor's key,
/// and whether what the record says is true, it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct VerifiedRecord {
    record: Record,
    record_hash: RecordHash,
    signature: SignatureValid,
}

impl VerifiedRecord {
    /// Joins the two checks on a record's SD-JWT, [`SdJwt::disclose`] and [`SdJwt::verify_signature`], and reads the record.
    ///
    /// # Errors
    /// [`RecordError::OtherSignature`], [`RecordError::OtherSigner`], or what is wrong with the record.
    pub fn new(disclosed: &Disclosed, signature: SignatureValid) -> Result<Self, RecordError> {
        if signature.message_hash() != disclosed.message_hash() {
            return Err(RecordError::OtherSignature);
        }
        let record = Record::parse(disclosed.payload().clone())?;
        if record.signer.id() != signature.key() {
            return Err(RecordError::OtherSigner { expected: signature.key(), found: record.signer.id() });
        }
        Ok(Self { record, record_hash: disclosed.record_hash(), signature })
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Its hash.
    #[must_use]
    pub fn record_hash(&self) -> RecordHash {
        self.record_hash
    }

    /// The evidence of its signature.
    pub fn signature(&self) -> &SignatureValid {
        &self.signature
    }

    /// What is withheld, and decoys.
    #[must_use]
    pub fn withheld(&self) -> Vec<Withheld> {
        self.record.payload.withheld()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::{SecretKey, Suite};
    use crate::trade::record_issue::issue_record;
    use serde_json::json;

    fn key() -> SecretKey {
        SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap()
    }

    fn receivable() -> Map<String, Value> {
        let value = json!({
            "recordType": "receivable", "recordId": "R-1", "schemaVersion": "1",
            "subject": {"scheme": "receivable", "reference": "RCV-2026-0042", "blinding": "AAEC"},
            "sequence": 2, "previousRecordHash": "11".repeat(32),
            "actionCode": "PLEDGE", "actionDateTime": "2026-03-02T22:10:00+08:00",
            "actor": {"key": key().public().to_jwk(), "partyName": "Ningbo Exports", "address": {"city": "Ningbo"}},
            "recipient": {"partyName": "Rhine Bank"},
            "body": {"securedAmount": "84300.00", "currency": "EUR", "registrationNumber": "Z-9", "own": {"x": 1}},
        });
        match value {
            Value::Object(members) => members,
            _ => unreachable!("an object was written"),
        }
    }

    fn with(pointer: &str, value: Value) -> Result<Record, RecordError> {
        let mut record = Value::Object(receivable());
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        let parent = record.pointer_mut(parent).and_then(Value::as_object_mut).unwrap();
        match value {
            Value::Null => parent.remove(name),
            value => parent.insert(name.to_owned(), value),
        };
        Record::from_json(record.as_object().unwrap())
    }

    fn salts() -> impl FnMut() -> [u8; 16] {
        let mut count = 0_u128;
        move || {
            count += 1;
            count.to_be_bytes()
        }
    }

    #[test]
    fn reads_every_member() {
        let record = Record::from_json(&receivable()).unwrap();
        assert_eq!(record.record_type, RecordType::Receivable);
        assert_eq!(record.action.code, "PLEDGE");
        assert_eq!(record.subject.blinding, [0, 1, 2]);
        assert_eq!(record.previous_record_hash, Some(RecordHash([0x11; 32])));
        assert_eq!(record.action_time_ms, 1_772_460_600_000);
        assert_eq!(record.actor.name.as_deref(), Some("Ningbo Exports"));
        assert_eq!(record.signer, key().public());
        assert_eq!(record.recipient.and_then(|party| party.name).as_deref(), Some("Rhine Bank"));
    }

    #[test]
    fn every_envelope_rule_names_its_field() {
        let wrong = |pointer: &str, value: Value| {
            let error = with(pointer, value.clone()).expect_err(pointer);
            assert!(matches!(error, RecordError::Wrong { .. }), "{pointer} {value}: {error}");
            assert_eq!(error.field(), pointer);
        };
        wrong("/recordType", json!("no-such-type"));
        wrong("/recordType", json!(7));
        wrong("/recordId", json!(""));
        wrong("/schemaVersion", json!("2"));
        wrong("/subject", json!([]));
        wrong("/subject/scheme", json!("equipment"));
        wrong("/subject/reference", json!(" RCV"));
        wrong("/subject/reference", json!("RCV\u{7}"));
        wrong("/subject/reference", json!(""));
        wrong("/sequence", json!(0));
        wrong("/sequence", json!(-1));
        wrong("/sequence", json!(1.5));
        wrong("/sequence", json!("2"));
        wrong("/actionCode", json!("GTIN"));
        wrong("/actor", json!("me"));
        wrong("/recipient", json!("you"));
        wrong("/body", json!("b"));
        wrong("/body/currency", json!(978));
        wrong("/body/securedAmount", json!(84300.5));
        wrong("/body/securedAmount", json!(84300));
        wrong("/body/rank", json!("first"));
        wrong("/body/children", json!("two"));
        wrong("/body/withRecourse", json!("yes"));
        wrong("/body/issueDate", json!("2026-13-01"));
        wrong("/body/rate", json!(4.25));
    }

    #[test]
    fn what_is_missing_is_named() {
        for field in [
            "/recordType",
            "/recordId",
            "/schemaVersion",
            "/subject",
            "/subject/scheme",
            "/subject/reference",
            "/subject/blinding",
            "/sequence",
            "/previousRecordHash",
            "/actionCode",
            "/actionDateTime",
            "/actor",
            "/actor/key",
            "/recipient",
            "/body",
            "/body/securedAmount",
        ] {
            let error = with(field, Value::Null).expect_err(field);
            assert!(matches!(error, RecordError::Missing { .. }), "{error}");
            assert_eq!(error.field(), field);
        }
    }

    #[test]
    fn other_rules_have_errors_of_their_own() {
        for name in LIMITING {
            let error = with(&format!("/{name}"), json!(1)).unwrap_err();
            assert!(matches!(error, RecordError::Limiting { .. }), "{error}");
        }
        assert!(matches!(with("/actionDateTime", json!("2026-03-02")), Err(RecordError::Moment { .. })));
        assert!(matches!(with("/previousRecordHash", json!("AA".repeat(32))), Err(RecordError::Text { .. })));
        assert!(matches!(with("/subject/blinding", json!("AAE=")), Err(RecordError::Text { .. })));
        assert!(matches!(with("/body/securedAmount", json!("84300.005")), Err(RecordError::Amount { .. })));
        assert!(matches!(with("/body/currency", json!("EURO")), Err(RecordError::Amount { .. })));
        let children = json!([{"id": "a", "amount": "1.00"}, {"id": "b", "amount": "1.001"}]);
        let error = with("/body/children", children).unwrap_err();
        assert_eq!(error.field(), "/body/children/1/amount", "in the currency further up");
        assert!(matches!(with("/actor/key", json!({"kty": "OKP"})), Err(RecordError::Key { .. })));
        let first = with("/sequence", json!(1)).unwrap_err();
        assert_eq!(first.field(), "/previousRecordHash", "the first record has none before it");
    }

    #[test]
    fn evidence_needs_both_checks_of_the_same_record() {
        let issued = issue_record(&receivable(), &mut salts(), &key()).unwrap();
        let signer = issued.signer().unwrap();
        let disclosed = issued.disclose().unwrap();
        let signature = issued.verify_signature(&signer).unwrap();
        let verified = VerifiedRecord::new(&disclosed, signature.clone()).unwrap();
        assert_eq!(verified.record(), &Record::parse(disclosed.payload().clone()).unwrap());
        assert_eq!(verified.record_hash(), issued.record_hash());
        assert_eq!(disclosed.payload().to_value(), Value::Object(receivable()), "nothing is lost on the way");

        let mut other = receivable();
        other.insert("recordId".into(), json!("R-2"));
        let other = issue_record(&other, &mut salts(), &key()).unwrap();
        assert_eq!(VerifiedRecord::new(&other.disclose().unwrap(), signature), Err(RecordError::OtherSignature));

        // Signed by a key that is not the actor's.
        let stranger = SecretKey::from_bytes(Suite::P256, &[9; 32]).unwrap();
        let policy = crate::trade::record_issue::disclosable;
        let typ = crate::trade::sd_jwt::RECORD_TYP;
        let forged = crate::trade::sd_jwt_issue::issue(&receivable(), typ, &policy, &mut salts(), &stranger).unwrap();
        let signature = forged.verify_signature(&stranger.public()).unwrap();
        let refused = VerifiedRecord::new(&forged.disclose().unwrap(), signature);
        assert!(matches!(refused, Err(RecordError::OtherSigner { .. })));
        assert!(forged.verify_signature(&forged.signer().unwrap()).is_err());
    }

    #[test]
    fn what_names_the_record_cannot_be_withheld() {
        let typ = crate::trade::sd_jwt::RECORD_TYP;
        for hidden in CLEAR.iter().map(|path| format!("/{path}")).chain(["/subject/reference".to_owned()]) {
            let policy = |pointer: &str| pointer == hidden;
            let issued = crate::trade::sd_jwt_issue::issue(&receivable(), typ, &policy, &mut salts(), &key()).unwrap();
            let error = Record::parse(issued.disclose().unwrap().payload().clone()).unwrap_err();
            assert_eq!(error, RecordError::NotInTheClear { field: hidden.clone() });
        }
    }

    #[test]
    fn required_fields_may_be_withheld_but_not_left_out() {
        let issued = issue_record(&receivable(), &mut salts(), &key()).unwrap();
        let fewer = issued.withhold(["/body/securedAmount", "/recipient"]).unwrap();
        let record = Record::parse(fewer.disclose().unwrap().payload().clone()).unwrap();
        assert_eq!(record.recipient, None);
        assert_eq!(fewer.record_hash(), issued.record_hash());
    }
}
