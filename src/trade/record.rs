//! The envelope every record has.
//!
//! Life-cycle rules, which read several records in order, come later; here a record is judged alone.

use crate::crypto::key::PublicKey;
use crate::encoding::{decode_base64url, decode_hex_array};
use crate::time::parse_rfc3339_ms;
use crate::trade::action::{Action, RecordType};
use crate::trade::jws::RecordHash;
use crate::trade::party::{Party, parse_key};
use crate::trade::payload::{Field, Node, Object, Payload};
pub use crate::trade::record_error::RecordError;
use crate::trade::typed;
use serde_json::{Map, Value};

/// The `schemaVersion` of the records this program reads.
pub const SCHEMA_VERSION: &str = "1";
/// Asset schemes.
pub const SCHEMES: [&str; 6] = ["receivable", "transport-document", "equipment", "invoice", "party", "clearing-round"];

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

/// A record, read: a claim. [`crate::trade::verified_record::VerifiedRecord`] is the evidence.
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
    if let Some(expected) = reference_fault(&reference) {
        return Err(wrong("subject/reference", expected, &reference));
    }
    let blinding = decode_base64url(&part("blinding")?)
        .map_err(|source| RecordError::Text { field: "/subject/blinding".into(), source })?;
    Ok(Subject { scheme, reference, blinding })
}

/// What a reference should be, where a text is none.
pub(super) fn reference_fault(reference: &str) -> Option<&'static str> {
    let faulty = reference.is_empty() || reference.trim() != reference || reference.chars().any(char::is_control);
    faulty.then_some("a text without outer white space or control characters")
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

pub(super) fn signer(actor: &Value) -> Result<PublicKey, RecordError> {
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fixture::{key, receivable, salts};
    use crate::trade::record_issue::issue_record;
    use crate::trade::sd_jwt::RECORD_TYP;
    use crate::trade::sd_jwt_issue::issue;
    use serde_json::json;

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
    fn what_names_the_record_cannot_be_withheld() {
        for hidden in CLEAR.iter().map(|path| format!("/{path}")).chain(["/subject/reference".to_owned()]) {
            let policy = |pointer: &str| pointer == hidden;
            let issued = issue(&receivable(), RECORD_TYP, &policy, &mut salts(), &key()).unwrap();
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

        // As many digests as withheld fields: none is left for the amount.
        let mut payload = fewer.disclose().unwrap().payload().clone();
        let Node::Object(body) = &mut payload.root.members.get_mut("body").unwrap().node else {
            unreachable!("it was written as an object")
        };
        body.withheld.clear();
        assert_eq!(Record::parse(payload).unwrap_err().field(), "/body/securedAmount");
    }
}
