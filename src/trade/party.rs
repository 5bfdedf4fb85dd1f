//! Parties, as DCSA writes them, and the registration of their keys.

use crate::crypto::key::{KeyError, PublicKey};
use crate::trade::action::{Action, Schema};
use crate::trade::payload::{Element, Node, Object};
use serde_json::Value;
use std::fmt;

/// Parties and their keys, signed by the registry's registrar.
pub const PARTY: Schema = Schema {
    code: "party",
    schemes: &["party"],
    fields: &["partyName", "role", "identifyingCodes", "taxLegalReferences", "address", "key", "reason"],
    actions: &[
        Action::new("REGISTER", 0x0a01, "party and key registered", "主体及密钥登记").requires(&["partyName", "key"]),
        Action::new("ROTATE", 0x0a02, "key replaced", "密钥更换").requires(&["key"]),
        Action::new("REVOKE", 0x0a03, "key revoked", "密钥吊销").requires(&["key"]),
    ],
};

/// A party, as far as it is disclosed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Party {
    /// `partyName`.
    pub name: Option<String>,
    /// `identifyingCodes`.
    pub codes: Vec<PartyCode>,
    /// `key`: its public key.
    pub key: Option<PublicKey>,
}

/// A party's code in a list that somebody keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PartyCode {
    /// `codeListProvider`, such as `GLEIF`.
    pub provider: String,
    /// `codeListName`, such as `LEI`.
    pub list: Option<String>,
    /// `partyCode`.
    pub code: String,
}

impl fmt::Display for PartyCode {
    /// The list's name where there is one, else its provider, then the code: `LEI 5493…`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let list = match (self.list.as_deref(), self.provider.as_str()) {
            (Some(list), _) => list,
            (None, "GLEIF") => "LEI",
            (None, provider) => provider,
        };
        write!(f, "{list} {}", self.code)
    }
}

/// Why a public key in a record is not one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PartyKeyError {
    /// Not a usable key.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// It has members beyond those RFC 7638 requires; `d` would be the secret key.
    #[error("JWK has members besides those that name the key: expected {expected}")]
    SpareMembers {
        /// The key's JWK as it should be.
        expected: String,
    },
}

/// The key of a JWK that has exactly the members it needs.
///
/// # Errors
/// [`PartyKeyError`].
pub fn parse_key(jwk: &Value) -> Result<PublicKey, PartyKeyError> {
    let key = PublicKey::from_jwk(jwk)?;
    let expected = key.to_jwk();
    if *jwk != expected {
        return Err(PartyKeyError::SpareMembers { expected: expected.to_string() });
    }
    Ok(key)
}

impl Party {
    /// Reads a party object whose members were checked before; members of another kind than a party's are passed over.
    #[must_use]
    pub fn read(object: &Object) -> Self {
        let codes = match object.members.get("identifyingCodes").map(|field| &field.node) {
            Some(Node::List(elements)) => elements.iter().filter_map(read_code).collect(),
            _ => Vec::new(),
        };
        let key = object.members.get("key").and_then(|field| parse_key(&field.node.to_value()).ok());
        Self { name: object.text("partyName").map(str::to_owned), codes, key }
    }
}

fn read_code(element: &Element) -> Option<PartyCode> {
    let Element::Shown(field) = element else { return None };
    let object = field.node.object()?;
    Some(PartyCode {
        provider: object.text("codeListProvider")?.to_owned(),
        list: object.text("codeListName").map(str::to_owned),
        code: object.text("partyCode")?.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::{SecretKey, Suite};
    use serde_json::json;

    #[test]
    fn reads_what_is_disclosed() {
        let key = SecretKey::from_bytes(Suite::P256, &[7; 32]).unwrap().public();
        let codes = json!([{"codeListProvider": "GLEIF", "partyCode": "529900"}, {"codeListProvider": "SMDG",
            "codeListName": "LCL", "partyCode": "PLM"}]);
        let value = json!({"partyName": "Ningbo Exports", "identifyingCodes": codes, "key": key.to_jwk()});
        let Node::Object(object) = Node::clear(&value) else { unreachable!("an object was written") };
        let party = Party::read(&object);
        assert_eq!(party.name.as_deref(), Some("Ningbo Exports"));
        let codes: Vec<String> = party.codes.iter().map(PartyCode::to_string).collect();
        assert_eq!(codes, ["LEI 529900", "LCL PLM"]);
        assert_eq!(party.key, Some(key));
        assert_eq!(Party::read(&Object::default()), Party::default());
    }

    #[test]
    fn refuses_a_key_with_spare_members() {
        let mut jwk = SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap().public().to_jwk();
        assert!(parse_key(&jwk).is_ok());
        jwk["d"] = json!("BwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwcHBwc");
        assert!(matches!(parse_key(&jwk), Err(PartyKeyError::SpareMembers { .. })));
        assert!(matches!(parse_key(&json!({"kty": "RSA"})), Err(PartyKeyError::Key(_))));
    }
}
