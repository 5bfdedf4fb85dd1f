//! SD-JWT (RFC 9901): a signed payload in which digests stand for fields, and beside it the disclosures of those fields
//! that the reader may see.

use crate::crypto::hash::Hash;
use crate::crypto::key::{PublicKey, SignatureValid};
use crate::trade::disclosure::{Digest, Disclosure, DisclosureError};
use crate::trade::jws::{Jws, JwsError, RecordHash};
use crate::trade::payload::{Payload, Withheld};
use crate::trade::unpack::unpack;
use serde_json::{Map, Value};
use std::fmt;

/// The `typ` of a record.
pub const RECORD_TYP: &str = "plimsoll-record+sd-jwt";
/// Most bytes of an SD-JWT.
pub const MAX_TEXT: usize = 262_144;
/// Most disclosures of an SD-JWT.
pub const MAX_DISCLOSURES: usize = 1_024;

/// Why a text is not an SD-JWT, or its disclosures do not fit it. Disclosures are counted from 0; places are JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SdJwtError {
    /// Over the limit.
    #[error("SD-JWT of {found} bytes is over the limit of {MAX_TEXT}")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// Over the limit.
    #[error("SD-JWT of {found} disclosures is over the limit of {MAX_DISCLOSURES}")]
    TooMany {
        /// Disclosures found.
        found: usize,
    },
    /// No tilde at all: a plain JWS, or anything else.
    #[error("no SD-JWT: expected a JWS, then disclosures, each part ending in '~'")]
    NoTilde,
    /// A key-binding JWT follows the last tilde; a record has none (RFC 9901 §4.3).
    #[error("SD-JWT with key binding, where none is expected")]
    KeyBinding,
    /// Nothing stands between two tildes.
    #[error("disclosure {index} is empty")]
    Empty {
        /// Which disclosure.
        index: usize,
    },
    /// The JWS.
    #[error(transparent)]
    Jws(#[from] JwsError),
    /// `_sd_alg` names an algorithm that is not SHA-256.
    #[error("_sd_alg: expected \"sha-256\", found {found}")]
    DigestAlgorithm {
        /// What it names.
        found: String,
    },
    /// `_sd` is not a list of texts.
    #[error("_sd at {at:?} is not a list of texts")]
    DigestList {
        /// The object it stands in.
        at: String,
    },
    /// A digest is not the base64url text of 32 bytes.
    #[error("digest at {at:?} is not the base64url text of 32 bytes: {found:?}")]
    DigestText {
        /// The object or list it stands in.
        at: String,
        /// The text.
        found: String,
    },
    /// `...` or `_sd_alg` stands where it has no meaning.
    #[error("reserved name {name:?} at {at:?}")]
    ReservedName {
        /// The object it stands in.
        at: String,
        /// The name.
        name: String,
    },
    /// A digest stands twice, in the payload or in disclosures.
    #[error("digest {digest} stands twice, the second time at {at:?}")]
    DigestTwice {
        /// Where it stands the second time.
        at: String,
        /// The digest.
        digest: Digest,
    },
    /// A disclosure was handed over twice.
    #[error("disclosure {index} was handed over twice")]
    DisclosureTwice {
        /// Which disclosure, the second time.
        index: usize,
    },
    /// A disclosure cannot be read.
    #[error("disclosure {index}")]
    Disclosure {
        /// Which disclosure.
        index: usize,
        /// What is wrong with it.
        source: DisclosureError,
    },
    /// A disclosure without a name where an object's member belongs, or with one where a list's element belongs.
    #[error("disclosure {index} at {at:?}: expected {expected}")]
    Kind {
        /// Which disclosure.
        index: usize,
        /// Where its digest stands.
        at: String,
        /// `[salt, name, value]` or `[salt, value]`.
        expected: &'static str,
    },
    /// A disclosed member has the name of one that is there already.
    #[error("disclosure {index} gives {name:?} at {at:?}, where a member of that name stands already")]
    NameTaken {
        /// Which disclosure.
        index: usize,
        /// The object.
        at: String,
        /// The name.
        name: String,
    },
    /// A disclosure fits no digest that was signed: it was altered, or added.
    #[error("disclosure {index} ({}) fits no digest that was signed: altered or added; its digest is {digest}", .name.as_deref().unwrap_or("an element"))]
    NotReferenced {
        /// Which disclosure.
        index: usize,
        /// The name it gives; none for an element of a list.
        name: Option<String>,
        /// Where it seems to belong; none when that cannot be told.
        at: Option<String>,
        /// Its digest.
        digest: Digest,
    },
    /// Nested deeper than a payload may be once disclosures are in place.
    #[error("nested too deep at {at:?}")]
    TooDeep {
        /// Where.
        at: String,
    },
}

impl SdJwtError {
    /// The place it speaks of, as a JSON pointer, where it knows one: for an altered field, where the field stands.
    #[must_use]
    pub fn pointer(&self) -> Option<&str> {
        match self {
            Self::DigestList { at }
            | Self::DigestText { at, .. }
            | Self::ReservedName { at, .. }
            | Self::DigestTwice { at, .. }
            | Self::Kind { at, .. }
            | Self::NameTaken { at, .. }
            | Self::TooDeep { at } => Some(at),
            Self::NotReferenced { at, .. } => at.as_deref(),
            _ => None,
        }
    }
}

/// An SD-JWT: a claim. [`SdJwt::disclose`] and [`SdJwt::verify_signature`] are the two checks on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SdJwt {
    jws: Jws,
    disclosures: Vec<Disclosure>,
}

impl SdJwt {
    /// Parses `<JWS>~<disclosure>~…~`, whose `typ` must be exactly `typ`. A disclosure that cannot be read does not stop it:
    /// [`SdJwt::disclose`] refuses it, and the rest of the record can still be shown.
    ///
    /// # Errors
    /// [`SdJwtError`] of form and size, or [`SdJwtError::Jws`].
    pub fn parse(text: &str, typ: &str) -> Result<Self, SdJwtError> {
        if text.len() > MAX_TEXT {
            return Err(SdJwtError::TooLong { found: text.len() });
        }
        let (parts, last) = text.rsplit_once('~').ok_or(SdJwtError::NoTilde)?;
        if !last.is_empty() {
            return Err(SdJwtError::KeyBinding);
        }
        let mut parts = parts.split('~');
        let jws = Jws::parse(parts.next().unwrap_or_default(), typ)?;
        let parts: Vec<&str> = parts.collect();
        if parts.len() > MAX_DISCLOSURES {
            return Err(SdJwtError::TooMany { found: parts.len() });
        }
        if let Some(index) = parts.iter().position(|part| part.is_empty()) {
            return Err(SdJwtError::Empty { index });
        }
        Ok(Self { jws, disclosures: parts.into_iter().map(Disclosure::read).collect() })
    }

    /// Parses a record's SD-JWT: [`SdJwt::parse`] with [`RECORD_TYP`].
    ///
    /// # Errors
    /// As [`SdJwt::parse`].
    pub fn parse_record(text: &str) -> Result<Self, SdJwtError> {
        Self::parse(text, RECORD_TYP)
    }

    pub(crate) fn from_parts(jws: Jws, disclosures: Vec<Disclosure>) -> Self {
        Self { jws, disclosures }
    }

    /// The JWS.
    #[must_use]
    pub fn jws(&self) -> &Jws {
        &self.jws
    }

    /// The payload as it was signed, digests and all.
    #[must_use]
    pub fn signed_payload(&self) -> &Map<String, Value> {
        self.jws.payload()
    }

    /// The disclosures, in the order they were handed over.
    #[must_use]
    pub fn disclosures(&self) -> &[Disclosure] {
        &self.disclosures
    }

    /// The record hash, which withholding does not change.
    #[must_use]
    pub fn record_hash(&self) -> RecordHash {
        self.jws.record_hash()
    }

    /// Puts every disclosure in the place of its digest (RFC 9901 §7.1, steps 3 to 5).
    ///
    /// # Errors
    /// The first [`SdJwtError`] among what is wrong.
    pub fn disclose(&self) -> Result<Disclosed, SdJwtError> {
        let (payload, problems) = unpack(self.jws.payload(), &self.disclosures);
        match problems.into_iter().next() {
            Some(problem) => Err(problem),
            None => Ok(Disclosed { payload, record_hash: self.record_hash(), message_hash: self.jws.message_hash() }),
        }
    }

    /// Verifies the signature under a key (RFC 9901 §7.1, step 2). It covers the payload and the digests in it, not the
    /// disclosures.
    ///
    /// # Errors
    /// [`JwsError::Header`] (another algorithm, another `kid`) or [`JwsError::Signature`].
    pub fn verify_signature(&self, key: &PublicKey) -> Result<SignatureValid, SdJwtError> {
        Ok(self.jws.verify(key)?)
    }

    /// The payload as far as it can be put together, for showing what was handed over when it does not verify: an altered
    /// disclosure is marked and put where it seems to belong.
    #[must_use]
    pub fn unverified_payload(&self) -> Payload {
        unpack(self.jws.payload(), &self.disclosures).0
    }
}

impl fmt::Display for SdJwt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}~", self.jws.text())?;
        self.disclosures.iter().try_for_each(|disclosure| write!(f, "{}~", disclosure.text()))
    }
}

/// Evidence that every disclosure fits a digest in the payload. That the payload was signed it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Disclosed {
    payload: Payload,
    record_hash: RecordHash,
    message_hash: Hash,
}

impl Disclosed {
    /// The payload with the disclosed fields in their places.
    #[must_use]
    pub fn payload(&self) -> &Payload {
        &self.payload
    }

    /// What is withheld, and decoys.
    #[must_use]
    pub fn withheld(&self) -> Vec<Withheld> {
        self.payload.withheld()
    }

    /// The record hash of the SD-JWT this is evidence for.
    #[must_use]
    pub fn record_hash(&self) -> RecordHash {
        self.record_hash
    }

    /// SHA-256 of what its signer signed.
    #[must_use]
    pub fn message_hash(&self) -> &Hash {
        &self.message_hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fixture::{key, object};
    use serde_json::json;

    const TYP: &str = "example+sd-jwt";

    fn disclosure(contents: &Value) -> Disclosure {
        Disclosure::read(&crate::encoding::encode_base64url(contents.to_string().as_bytes()))
    }

    /// The digest of a disclosure with these contents.
    fn digest(contents: &Value) -> String {
        disclosure(contents).digest().to_string()
    }

    fn disclose(payload: Value, disclosures: &[Value]) -> Result<Value, SdJwtError> {
        let jws = Jws::sign(&object(payload), TYP, &key()).unwrap();
        let text = SdJwt::from_parts(jws, disclosures.iter().map(disclosure).collect()).to_string();
        let parsed = SdJwt::parse(&text, TYP).unwrap();
        assert_eq!(parsed.to_string(), text);
        parsed.disclose().map(|disclosed| disclosed.payload().to_value())
    }

    #[test]
    fn every_place_is_filled() {
        let inner = json!(["s1", "inner", 1]);
        let outer = json!(["s2", "outer", {"_sd": [digest(&inner)], "own": 2}]);
        let element = json!(["s3", {"_sd": []}]);
        let decoy = digest(&json!("decoy"));
        let payload = json!({"_sd": [digest(&outer), decoy], "_sd_alg": "sha-256",
            "list": [1, {"...": digest(&element)}, {"...": digest(&json!("other decoy"))}, 4]});
        let processed = disclose(payload.clone(), &[outer.clone(), element, inner.clone()]).unwrap();
        assert_eq!(processed, json!({"outer": {"inner": 1, "own": 2}, "list": [1, {}, 4]}));
        assert_eq!(disclose(payload.clone(), &[]).unwrap(), json!({"list": [1, 4]}));
        assert_eq!(disclose(payload.clone(), &[outer]).unwrap()["outer"], json!({"own": 2}));
        // What only a withheld disclosure would lead to is not referenced.
        assert!(matches!(disclose(payload, &[inner]), Err(SdJwtError::NotReferenced { index: 0, .. })));
        // Absent `_sd_alg` means SHA-256.
        let plain = json!(["s", "a", 1]);
        assert_eq!(disclose(json!({"_sd": [digest(&plain)]}), &[plain]).unwrap(), json!({"a": 1}));
    }

    #[test]
    fn must_reject_digests() {
        let a = json!(["s1", "a", 1]);
        let twice = [
            (json!({"_sd": [digest(&a), digest(&a)]}), vec![a.clone()]),
            (json!({"_sd": [digest(&a)], "x": {"_sd": [digest(&a)]}}), vec![a.clone()]),
            (json!({"_sd": [digest(&a)], "x": [{"...": digest(&a)}]}), vec![]),
        ];
        for (payload, disclosures) in twice {
            let error = disclose(payload.clone(), &disclosures).unwrap_err();
            assert!(matches!(error, SdJwtError::DigestTwice { .. }), "{payload}: {error}");
        }
        let holder = json!(["s2", "holder", {"_sd": [digest(&a)]}]);
        let payload = json!({"_sd": [digest(&a), digest(&holder)]});
        assert!(matches!(disclose(payload, &[a.clone(), holder]), Err(SdJwtError::DigestTwice { .. })), "recursively");

        for list in [json!("text"), json!([1]), json!({}), json!([null]), json!([[digest(&a)]])] {
            let payload = json!({"x": {"_sd": list}});
            assert_eq!(disclose(payload, &[]), Err(SdJwtError::DigestList { at: "/x".into() }));
        }
        for text in ["", "short", &format!("{}=", digest(&a)), &digest(&a).replace(|c: char| c != '-', "!")] {
            let error = disclose(json!({"_sd": [text]}), &[]).unwrap_err();
            assert!(matches!(error, SdJwtError::DigestText { .. }), "{text}: {error}");
            assert!(matches!(disclose(json!({"l": [{"...": text}]}), &[]), Err(SdJwtError::DigestText { .. })));
        }
        for algorithm in [json!("sha-512"), json!("SHA-256"), json!(null), json!(["sha-256"])] {
            let error = disclose(json!({"_sd_alg": algorithm}), &[]).unwrap_err();
            assert!(matches!(error, SdJwtError::DigestAlgorithm { .. }), "{error}");
        }
    }

    #[test]
    fn must_reject_disclosures() {
        let a = json!(["s1", "a", 1]);
        let element = json!(["s2", 2]);
        let unreferenced = disclose(json!({}), std::slice::from_ref(&a));
        let found = disclosure(&a).digest();
        let expected = SdJwtError::NotReferenced { index: 0, name: Some("a".into()), at: None, digest: found };
        assert_eq!(unreferenced, Err(expected));
        let payload = json!({"_sd": [digest(&a)]});
        assert_eq!(disclose(payload, &[a.clone(), a.clone()]), Err(SdJwtError::DisclosureTwice { index: 1 }));

        let as_member = disclose(json!({"_sd": [digest(&element)]}), std::slice::from_ref(&element));
        assert!(matches!(as_member, Err(SdJwtError::Kind { expected: "[salt, name, value]", .. })), "{as_member:?}");
        let as_element = disclose(json!({"l": [{"...": digest(&a)}]}), std::slice::from_ref(&a));
        assert!(matches!(as_element, Err(SdJwtError::Kind { expected: "[salt, value]", .. })), "{as_element:?}");

        let clash = disclose(json!({"_sd": [digest(&a)], "a": 0}), std::slice::from_ref(&a));
        assert_eq!(clash, Err(SdJwtError::NameTaken { index: 0, at: String::new(), name: "a".into() }));
        let other = json!(["s3", "a", 3]);
        let clash = disclose(json!({"_sd": [digest(&a), digest(&other)]}), &[a, other]);
        assert!(matches!(clash, Err(SdJwtError::NameTaken { .. })), "two of one name");

        for wrong in
            [json!(["s", "_sd", []]), json!(["s", "...", 1]), json!(["s", "_sd_alg", "x"]), json!(["s"]), json!(1)]
        {
            let error = disclose(json!({"_sd": [digest(&wrong)]}), std::slice::from_ref(&wrong)).unwrap_err();
            assert!(matches!(error, SdJwtError::Disclosure { index: 0, .. }), "{wrong}: {error}");
            let error = disclose(json!({}), std::slice::from_ref(&wrong)).unwrap_err();
            assert!(matches!(error, SdJwtError::Disclosure { index: 0, .. }), "{wrong}: {error}");
        }
    }

    #[test]
    fn must_reject_reserved_names_and_depth() {
        let reserved = [
            json!({"...": "x"}),
            json!({"x": {"...": "y"}}),
            json!({"x": {"_sd_alg": "sha-256"}}),
            json!({"l": [{"...": digest(&json!(1)), "more": 1}]}),
            json!({"l": [{"...": 7}]}),
        ];
        for payload in reserved {
            let error = disclose(payload.clone(), &[]).unwrap_err();
            assert!(matches!(error, SdJwtError::ReservedName { .. }), "{payload}: {error}");
        }
        let inside = json!(["s", "a", {"x": {"...": 1}}]);
        let error = disclose(json!({"_sd": [digest(&inside)]}), &[inside]).unwrap_err();
        assert_eq!(error, SdJwtError::ReservedName { at: "/a/x".into(), name: "...".into() });

        let nest = |depth: usize| (0..depth).fold(json!(1), |value, _| json!([value]));
        let deep = |depth: usize| {
            let disclosed = json!(["s", "a", nest(depth)]);
            disclose(json!({"x": {"y": {"_sd": [digest(&disclosed)]}}}), &[disclosed])
        };
        assert!(deep(13).is_ok());
        assert!(matches!(deep(14), Err(SdJwtError::TooDeep { .. })), "though neither part alone is too deep");
    }

    #[test]
    fn form_and_bounds() {
        let jws = Jws::sign(&object(json!({})), TYP, &key()).unwrap();
        let jws = jws.text();
        let parse = |text: &str| SdJwt::parse(text, TYP);
        assert!(parse(&format!("{jws}~")).is_ok());
        assert_eq!(parse(jws), Err(SdJwtError::NoTilde));
        assert_eq!(parse(&format!("{jws}~e30~{jws}")), Err(SdJwtError::KeyBinding));
        assert_eq!(parse(&format!("{jws}~e30~~e30~")), Err(SdJwtError::Empty { index: 1 }));
        assert_eq!(parse(&format!("{jws}{}~", "~x".repeat(1_025))), Err(SdJwtError::TooMany { found: 1_025 }));
        assert_eq!(parse(&"~".repeat(MAX_TEXT + 1)), Err(SdJwtError::TooLong { found: MAX_TEXT + 1 }));
        assert!(matches!(parse("~"), Err(SdJwtError::Jws(JwsError::Parts { found: 1 }))));
        assert!(matches!(parse(""), Err(SdJwtError::NoTilde)));
        let other = SdJwt::parse_record(&format!("{jws}~"));
        assert!(matches!(other, Err(SdJwtError::Jws(JwsError::Header { member: "typ", .. }))));
    }
}
