//! Issuing a record: what stands in the clear, and what becomes a disclosure of its own.

use crate::crypto::key::{KeyId, SecretKey};
use crate::trade::disclosure::Salt;
use crate::trade::fields::{self, Kind};
use crate::trade::record::{Record, RecordError};
use crate::trade::sd_jwt::{RECORD_TYP, SdJwt};
use crate::trade::sd_jwt_issue::{IssueError, issue};
use serde_json::{Map, Value};

/// Why a record cannot be issued.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordIssueError {
    /// It is not a record.
    #[error("not a record")]
    Record(#[from] RecordError),
    /// It names another key than the one that is to sign it.
    #[error("/actor/key: expected {expected}, which is to sign, found {found}")]
    OtherKey {
        /// The signing key.
        expected: KeyId,
        /// The actor's key.
        found: KeyId,
    },
    /// It cannot be signed.
    #[error(transparent)]
    Issue(#[from] IssueError),
}

/// Signs a record. `salts` must give 128 fresh random bits each time.
///
/// # Errors
/// [`RecordIssueError`].
pub fn issue_record(
    record: &Map<String, Value>,
    salts: &mut dyn FnMut() -> Salt,
    key: &SecretKey,
) -> Result<SdJwt, RecordIssueError> {
    let signer = Record::from_json(record)?.signer.id();
    let expected = key.public().id();
    if signer != expected {
        return Err(RecordIssueError::OtherKey { expected, found: signer });
    }
    Ok(issue(record, RECORD_TYP, &disclosable, salts, key)?)
}

/// Whether the field at a JSON pointer of a record is a disclosure of its own: the recipient, every member of the body, and
/// inside them every element of a list of objects, that element's members, and every member of a party. What belongs
/// together (a quantity and its unit, a place, a list of codes) stays together.
#[must_use]
pub fn disclosable(pointer: &str) -> bool {
    let parts: Vec<&str> = pointer.split('/').skip(1).collect();
    match parts[..] {
        ["recipient"] | ["recipient", _] | ["body", _] => true,
        ["actor", member] => member != "key",
        ["body", name, ref inner @ ..] => inside(name, inner),
        _ => false,
    }
}

fn inside(name: &str, parts: &[&str]) -> bool {
    let kind = |name: &str| fields::find(name).map(|info| info.kind);
    let mut container = kind(name);
    for part in parts {
        container = match container {
            Some(Kind::Group) if part.bytes().all(|digit| digit.is_ascii_digit()) => container,
            Some(Kind::Group) => kind(part).filter(|&kind| kind == Kind::Party),
            Some(Kind::Party) => None,
            _ => return false,
        };
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_belongs_together_stays_together() {
        for pointer in [
            "/recipient",
            "/recipient/partyName",
            "/actor/address",
            "/body/faceAmount",
            "/body/children/0",
            "/body/children/0/amount",
            "/body/documentParties/shipper",
            "/body/documentParties/shipper/partyName",
            "/body/documentParties/1/partyName",
            "/body/other/0/party/partyName",
            "/body/seller/partyName",
        ] {
            assert!(disclosable(pointer), "{pointer}");
        }
        for pointer in [
            "/subject",
            "/subject/reference",
            "/sequence",
            "/actor",
            "/actor/key",
            "/actor/key/x",
            "/body",
            "/body/eventLocation/UNLocationCode",
            "/body/cargoGrossWeight/value",
            "/body/HSCodes/0",
            "/body/seller/identifyingCodes/0",
            "/body/consignmentItems/0/cargoItems/0",
            "/body/unknown/inner",
        ] {
            assert!(!disclosable(pointer), "{pointer}");
        }
    }
}
