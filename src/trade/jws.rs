//! JSON Web Signatures (RFC 7515) in compact form, as far as a record needs them: a header of `alg`, `typ` and perhaps
//! `kid`, and nothing else, so that no header can point a verifier at another key or another way to read the payload.

use crate::crypto::hash::{Hash, sha256, sha256_parts};
use crate::crypto::key::{KeyError, PublicKey, SecretKey, SignatureValid, Suite};
use crate::encoding::json::{self, JsonError, Limits};
use crate::encoding::{TextError, decode_base64url, encode_base64url, encode_hex};
use serde_json::{Map, Value, json};
use std::fmt;

/// Bounds of a payload, and of each disclosure.
pub const PAYLOAD_LIMITS: Limits = Limits { bytes: 65_536, depth: 16 };

const HEADER_LIMITS: Limits = Limits { bytes: 1_024, depth: 4 };
const RECORD_CONTEXT: &[u8] = b"plimsoll/record/v1\0";

/// Which record: SHA-256("plimsoll/record/v1\0" ‖ ASCII `<JWS header>.<payload>`), without the signature, which may have
/// a second spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RecordHash(pub Hash);

impl fmt::Display for RecordHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_hex(&self.0))
    }
}

/// Why a text is not such a JWS, or not one signed by this key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JwsError {
    /// Not three parts with dots between.
    #[error("JWS of {found} parts, expected header.payload.signature")]
    Parts {
        /// Parts found.
        found: usize,
    },
    /// A part is not strict base64url.
    #[error("JWS {part}")]
    Text {
        /// `header`, `payload` or `signature`.
        part: &'static str,
        /// What is wrong with it.
        source: TextError,
    },
    /// Header or payload is not JSON that may be read.
    #[error("JWS {part}")]
    Json {
        /// `header` or `payload`.
        part: &'static str,
        /// What is wrong with it.
        source: JsonError,
    },
    /// Header or payload is not an object.
    #[error("JWS {part} is not a JSON object")]
    NotAnObject {
        /// `header` or `payload`.
        part: &'static str,
    },
    /// A header member has another value than it must have, or is missing.
    #[error("JWS header {member:?}: expected {expected}, found {found}")]
    Header {
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A header member that this verifier does not process; `crit` is one.
    #[error("JWS header {name:?} is not one this verifier processes (alg, kid, typ)")]
    UnknownHeader {
        /// The member.
        name: String,
    },
    /// The signature is not good.
    #[error("JWS signature")]
    Signature(#[source] KeyError),
}

/// A compact JWS with a JSON payload: a claim, until [`Jws::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Jws {
    text: String,
    suite: Suite,
    kid: Option<String>,
    payload: Map<String, Value>,
    signature: Vec<u8>,
}

impl Jws {
    /// Parses a compact JWS whose `typ` must be exactly `typ`.
    ///
    /// # Errors
    /// [`JwsError`]; an `alg` other than `EdDSA` and `ES256`, `none` included, is refused here.
    pub fn parse(text: &str, typ: &str) -> Result<Self, JwsError> {
        let parts: Vec<&str> = text.split('.').collect();
        let [header, payload, signature] = parts[..] else {
            return Err(JwsError::Parts { found: parts.len() });
        };
        let (suite, kid) = read_header(&object("header", header, HEADER_LIMITS)?, typ)?;
        let payload = object("payload", payload, PAYLOAD_LIMITS)?;
        let signature = decode("signature", signature)?;
        Ok(Self { text: text.to_owned(), suite, kid, payload, signature })
    }

    /// Signs a payload.
    ///
    /// # Errors
    /// [`JwsError::Json`]: the payload is over [`PAYLOAD_LIMITS`], so no verifier would read it.
    pub fn sign(payload: &Map<String, Value>, typ: &str, key: &SecretKey) -> Result<Self, JwsError> {
        let public = key.public();
        let header = json!({"alg": public.suite().jws_algorithm(), "kid": public.id().to_string(), "typ": typ});
        let payload = Value::Object(payload.clone()).to_string();
        let signed =
            format!("{}.{}", encode_base64url(header.to_string().as_bytes()), encode_base64url(payload.as_bytes()));
        let signature = encode_base64url(&key.sign(signed.as_bytes()));
        Self::parse(&format!("{signed}.{signature}"), typ)
    }

    /// The text, whole.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The payload, as yet unverified.
    #[must_use]
    pub fn payload(&self) -> &Map<String, Value> {
        &self.payload
    }

    /// The algorithm the header names.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The ASCII that is signed: `<header>.<payload>`.
    #[must_use]
    pub fn signing_input(&self) -> &str {
        self.text.rsplit_once('.').map_or("", |(signed, _)| signed)
    }

    /// SHA-256 of the signing input: what [`SignatureValid::message_hash`] gives for this JWS.
    #[must_use]
    pub fn message_hash(&self) -> Hash {
        sha256(self.signing_input().as_bytes())
    }

    /// The record hash.
    #[must_use]
    pub fn record_hash(&self) -> RecordHash {
        RecordHash(sha256_parts(&[RECORD_CONTEXT, self.signing_input().as_bytes()]))
    }

    /// Verifies the signature; the header's `alg` must be the key's, and its `kid`, if there is one, the key's thumbprint.
    ///
    /// # Errors
    /// [`JwsError::Header`] or [`JwsError::Signature`].
    pub fn verify(&self, key: &PublicKey) -> Result<SignatureValid, JwsError> {
        let expect = |member, expected: String, found: &str| match found == expected {
            true => Ok(()),
            false => Err(JwsError::Header { member, expected, found: found.to_owned() }),
        };
        expect("alg", key.suite().jws_algorithm().to_owned(), self.suite.jws_algorithm())?;
        if let Some(kid) = &self.kid {
            expect("kid", key.id().to_string(), kid)?;
        }
        key.verify(self.signing_input().as_bytes(), &self.signature).map_err(JwsError::Signature)
    }
}

fn decode(part: &'static str, text: &str) -> Result<Vec<u8>, JwsError> {
    decode_base64url(text).map_err(|source| JwsError::Text { part, source })
}

fn object(part: &'static str, text: &str, limits: Limits) -> Result<Map<String, Value>, JwsError> {
    match json::parse(&decode(part, text)?, limits).map_err(|source| JwsError::Json { part, source })? {
        Value::Object(members) => Ok(members),
        _ => Err(JwsError::NotAnObject { part }),
    }
}

fn read_header(header: &Map<String, Value>, typ: &str) -> Result<(Suite, Option<String>), JwsError> {
    if let Some(name) = header.keys().find(|name| !["alg", "kid", "typ"].contains(&name.as_str())) {
        return Err(JwsError::UnknownHeader { name: name.clone() });
    }
    let wrong = |member: &'static str, expected: &str| JwsError::Header {
        member,
        expected: expected.to_owned(),
        found: header.get(member).map_or_else(|| "nothing".to_owned(), Value::to_string),
    };
    if header.get("typ").and_then(Value::as_str) != Some(typ) {
        return Err(wrong("typ", &format!("{typ:?}")));
    }
    let suite = match header.get("alg").and_then(Value::as_str) {
        Some("EdDSA") => Suite::Ed25519,
        Some("ES256") => Suite::P256,
        _ => return Err(wrong("alg", "\"EdDSA\" or \"ES256\"")),
    };
    let kid = match header.get("kid") {
        None => None,
        Some(Value::String(kid)) => Some(kid.clone()),
        Some(_) => return Err(wrong("kid", "a text")),
    };
    Ok((suite, kid))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fixture::{key, object};

    const TYP: &str = "example+sd-jwt";

    fn jws(header: &str, payload: &str) -> String {
        let signed = format!("{}.{}", encode_base64url(header.as_bytes()), encode_base64url(payload.as_bytes()));
        let signature = encode_base64url(&key().sign(signed.as_bytes()));
        format!("{signed}.{signature}")
    }

    fn refused(header: &str) -> JwsError {
        Jws::parse(&jws(header, "{}"), TYP).expect_err(header)
    }

    #[test]
    fn header_members_are_pinned() {
        let good = r#"{"alg":"EdDSA","typ":"example+sd-jwt"}"#;
        assert!(Jws::parse(&jws(good, "{}"), TYP).unwrap().verify(&key().public()).is_ok());
        let header = |error: &JwsError| match error {
            JwsError::Header { member, .. } => *member,
            other => panic!("{other}"),
        };
        for alg in ["\"none\"", "\"RS256\"", "\"HS256\"", "\"eddsa\"", "null", "[\"EdDSA\"]"] {
            let error = refused(&format!(r#"{{"alg":{alg},"typ":"example+sd-jwt"}}"#));
            assert_eq!(header(&error), "alg", "{alg}");
        }
        for text in [r#"{"typ":"example+sd-jwt"}"#, r#"{"alg":"EdDSA"}"#, r#"{"alg":"EdDSA","typ":"JWT"}"#] {
            header(&refused(text));
        }
        assert_eq!(header(&refused(r#"{"alg":"EdDSA","typ":"Example+sd-jwt"}"#)), "typ");
        assert_eq!(header(&refused(r#"{"alg":"EdDSA","kid":1,"typ":"example+sd-jwt"}"#)), "kid");
        for name in ["crit", "b64", "jwk", "jku", "x5c", "cty"] {
            let error = refused(&format!(r#"{{"alg":"EdDSA","typ":"example+sd-jwt","{name}":["exp"]}}"#));
            assert_eq!(error, JwsError::UnknownHeader { name: name.to_owned() });
        }
        let twice = refused(r#"{"alg":"EdDSA","alg":"none","typ":"example+sd-jwt"}"#);
        assert!(matches!(twice, JwsError::Json { part: "header", .. }));
        assert_eq!(refused("[]"), JwsError::NotAnObject { part: "header" });
    }

    #[test]
    fn payload_is_bounded_and_strict() {
        let header = r#"{"alg":"EdDSA","typ":"example+sd-jwt"}"#;
        let parse = |payload: &str| Jws::parse(&jws(header, payload), TYP);
        assert_eq!(parse("[]"), Err(JwsError::NotAnObject { part: "payload" }));
        assert!(matches!(parse(r#"{"a":1,"a":2}"#), Err(JwsError::Json { part: "payload", .. })));
        let nested = |depth: usize| format!(r#"{{"a":{}{}}}"#, "[".repeat(depth), "]".repeat(depth));
        assert!(parse(&nested(15)).is_ok());
        assert!(matches!(parse(&nested(16)), Err(JwsError::Json { part: "payload", .. })));
        let long = |length: usize| format!(r#"{{"a":"{}"}}"#, "x".repeat(length - 8));
        assert!(parse(&long(65_536)).is_ok());
        assert!(matches!(parse(&long(65_537)), Err(JwsError::Json { source: JsonError::TooLong { .. }, .. })));
        let good = jws(header, "{}");
        assert!(matches!(Jws::parse(&good.replace('.', ".."), TYP), Err(JwsError::Parts { found: 5 })));
        assert!(matches!(Jws::parse(&format!("{good}="), TYP), Err(JwsError::Text { part: "signature", .. })));
        assert!(matches!(Jws::parse(&format!(" {good}"), TYP), Err(JwsError::Text { part: "header", .. })));
    }

    #[test]
    fn the_key_must_be_the_one_named() {
        let payload = object(json!({"a": 1}));
        let signed = Jws::sign(&payload, TYP, &key()).unwrap();
        let valid = signed.verify(&key().public()).unwrap();
        assert_eq!(valid.message_hash(), &signed.message_hash());
        let other = SecretKey::from_bytes(Suite::Ed25519, &[8; 32]).unwrap().public();
        assert!(matches!(signed.verify(&other), Err(JwsError::Header { member: "kid", .. })));
        let p256 = SecretKey::from_bytes(Suite::P256, &[8; 32]).unwrap();
        assert!(matches!(signed.verify(&p256.public()), Err(JwsError::Header { member: "alg", .. })));
        let without_kid = jws(r#"{"alg":"EdDSA","typ":"example+sd-jwt"}"#, "{}");
        let without_kid = Jws::parse(&without_kid, TYP).unwrap();
        assert!(matches!(without_kid.verify(&other), Err(JwsError::Signature(KeyError::Mismatch { .. }))));
    }

    #[test]
    fn record_hash_leaves_the_signature_out() {
        let signed = Jws::sign(&object(json!({"a": 1})), TYP, &key()).unwrap();
        let message = [RECORD_CONTEXT, signed.signing_input().as_bytes()].concat();
        assert_eq!(signed.record_hash().0, sha256(&message));
        let other_signature = format!("{}.{}", signed.signing_input(), encode_base64url(&[0; 64]));
        assert_eq!(Jws::parse(&other_signature, TYP).unwrap().record_hash(), signed.record_hash());
    }
}
