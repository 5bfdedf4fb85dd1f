//! A registry's policy: by which log, which witnesses, which anchors and how deep a block a record of this registry is
//! judged. A policy that came with a proof proves nothing about its author; the reader's own copy decides.
//!
//! ```json
//! {"format":"plimsoll-registry/1","name":"…","network":"regtest","logPolicy":"log …\nwitness …\nquorum …\n",
//!  "firstAnchor":"<txid>","registrar":{"crv":"Ed25519","kty":"OKP","x":"…"},"minConfirmations":6}
//! ```

use crate::chain::Txid;
use crate::crypto::hash::{Hash, sha256};
use crate::crypto::key::{KeyError, PublicKey};
use crate::encoding::json::{self, JsonError, Limits};
use crate::tlog::policy::{LogPolicy, PolicyError as LogPolicyError};
use serde::Deserialize;

/// The format name at the head of every registry policy.
pub const POLICY_FORMAT: &str = "plimsoll-registry/1";
const LIMITS: Limits = Limits { bytes: 64 * 1024, depth: 4 };

/// Why a text is not a registry policy.
#[derive(Debug, thiserror::Error)]
pub enum RegistryPolicyError {
    /// Not JSON as we read it.
    #[error("registry policy is not JSON")]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of another type.
    #[error("registry policy: {0}")]
    Shape(String),
    /// A member's value is not as it must be.
    #[error("registry policy, {field}: expected {expected}, found {found:?}")]
    Field {
        /// The member.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
    /// The log policy does not parse.
    #[error("registry policy, logPolicy")]
    LogPolicy(#[source] LogPolicyError),
    /// The registrar's key is not usable.
    #[error("registry policy, registrar")]
    Registrar(#[source] KeyError),
}

/// A registry's policy, parsed. It is a setting, not evidence: what matters is where it came from.
#[derive(Debug, Clone)]
pub struct RegistryPolicy {
    text: String,
    name: String,
    network: String,
    log: LogPolicy,
    first_anchor: Txid,
    registrar: PublicKey,
    min_confirmations: u32,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Text {
    format: String,
    name: String,
    network: String,
    log_policy: String,
    first_anchor: String,
    registrar: serde_json::Value,
    min_confirmations: u32,
}

impl RegistryPolicy {
    /// Parses a policy.
    ///
    /// # Errors
    /// [`RegistryPolicyError`].
    pub fn parse(text: &str) -> Result<Self, RegistryPolicyError> {
        let value = json::parse(text.as_bytes(), LIMITS)?;
        let fields: Text =
            serde_json::from_value(value).map_err(|error| RegistryPolicyError::Shape(error.to_string()))?;
        let wrong = |field, expected, found: String| RegistryPolicyError::Field { field, expected, found };
        if fields.format != POLICY_FORMAT {
            return Err(wrong("format", "\"plimsoll-registry/1\"", fields.format));
        }
        if fields.name.trim().is_empty()
            || fields.name.chars().count() > 120
            || fields.name.chars().any(char::is_control)
        {
            return Err(wrong("name", "1 to 120 printable characters", fields.name.chars().take(40).collect()));
        }
        // One block is the least that can be asked: zero would call an unconfirmed anchor buried.
        if fields.min_confirmations == 0 {
            return Err(wrong("minConfirmations", "at least 1", "0".into()));
        }
        let first_anchor = Txid::from_hex(&fields.first_anchor)
            .map_err(|_| wrong("firstAnchor", "64 hexadecimal digits", fields.first_anchor.clone()))?;
        Ok(Self {
            log: LogPolicy::parse(&fields.log_policy).map_err(RegistryPolicyError::LogPolicy)?,
            registrar: PublicKey::from_jwk(&fields.registrar).map_err(RegistryPolicyError::Registrar)?,
            text: text.to_owned(),
            name: fields.name,
            network: fields.network,
            first_anchor,
            min_confirmations: fields.min_confirmations,
        })
    }

    /// The text it was parsed from.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the exact text: what a proof may carry in its stead.
    #[must_use]
    pub fn id(&self) -> Hash {
        sha256(self.text.as_bytes())
    }

    /// The name it gives itself.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The network its anchors are in.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// Its log, witnesses and quorum.
    #[must_use]
    pub fn log(&self) -> &LogPolicy {
        &self.log
    }

    /// Whether this registry and `other` name a log of the same origin, or the same first anchor.
    #[must_use]
    pub fn shares_log_with(&self, other: &Self) -> bool {
        let origins = |policy: &Self| policy.log.logs().iter().map(|log| log.origin().to_owned()).collect::<Vec<_>>();
        self.first_anchor == other.first_anchor || origins(self).iter().any(|origin| origins(other).contains(origin))
    }

    /// The transaction its row of anchors starts with.
    #[must_use]
    pub fn first_anchor(&self) -> Txid {
        self.first_anchor
    }

    /// The key that registers parties.
    #[must_use]
    pub fn registrar(&self) -> &PublicKey {
        &self.registrar
    }

    /// Confirmations a block needs, itself counted, before a record in it counts as buried.
    #[must_use]
    pub fn min_confirmations(&self) -> u32 {
        self.min_confirmations
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::sample::Registry;
    use serde_json::{Value, json};

    fn parse(changes: &Value) -> Result<RegistryPolicy, RegistryPolicyError> {
        RegistryPolicy::parse(&Registry::founded().policy_with(changes))
    }

    #[test]
    fn reads_every_member_and_keeps_the_text() {
        let text = Registry::founded().policy_with(&json!({"minConfirmations": 3}));
        let policy = RegistryPolicy::parse(&text).unwrap();
        assert_eq!((policy.text(), policy.id()), (&*text, sha256(text.as_bytes())));
        assert_eq!((policy.name(), policy.network()), ("Example Registry", "regtest"));
        assert_eq!((policy.min_confirmations(), policy.log().witnesses().len()), (3, 3));
        assert!(parse(&json!({"name": "\u{767b}".repeat(120)})).is_ok(), "120 characters, however many bytes");
    }

    #[test]
    fn every_member_has_its_rule() {
        for (changes, field) in [
            (json!({"format": "plimsoll-registry/2"}), "format"),
            (json!({"name": ""}), "name"),
            (json!({"name": " \u{a0}"}), "name"),
            (json!({"name": "x".repeat(121)}), "name"),
            (json!({"name": "line\nbreak"}), "name"),
            (json!({"minConfirmations": 0}), "minConfirmations"),
            (json!({"firstAnchor": "00"}), "firstAnchor"),
            (json!({"firstAnchor": "AA".repeat(32)}), "firstAnchor"),
        ] {
            match parse(&changes) {
                Err(RegistryPolicyError::Field { field: found, .. }) => assert_eq!(found, field),
                other => panic!("{changes}: {other:?}"),
            }
        }
        for changes in [
            json!({"remark": 1}),
            json!({"minConfirmations": -1}),
            json!({"minConfirmations": 1.5}),
            json!({"name": 7}),
        ] {
            assert!(matches!(parse(&changes), Err(RegistryPolicyError::Shape(_))), "{changes}");
        }
        assert!(matches!(parse(&json!({"logPolicy": "quorum none"})), Err(RegistryPolicyError::LogPolicy(_))));
        assert!(matches!(parse(&json!({"registrar": {"kty": "RSA"}})), Err(RegistryPolicyError::Registrar(_))));
        let twice = Registry::founded().policy_text().replacen('{', "{\"name\":\"x\",", 1);
        assert!(matches!(RegistryPolicy::parse(&twice), Err(RegistryPolicyError::Json(_))));
    }
}
