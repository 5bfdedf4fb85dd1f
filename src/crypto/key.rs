//! Keys that sign records, events and checkpoints, and the evidence that a signature is good.
//!
//! Two suites: Ed25519 (RFC 8032), verified strictly (canonical encodings, no small-order key or commitment, no
//! cofactor), and ECDSA on P-256 with SHA-256 (FIPS 186-5). Where malleability matters the caller asks for
//! [`PublicKey::verify_low_s`]: a P-256 signature with high S is a second spelling of the same signature.

use crate::crypto::hash::{Hash, sha256};
use crate::encoding::{TextError, decode_base64url, encode_base64url};
use ed25519_dalek as ed;
use p256::ecdsa as p256_ecdsa;
use p256::ecdsa::signature::{Signer as _, Verifier as _};
use serde_json::{Value, json};
use std::fmt;

/// The RFC 7638 thumbprint (SHA-256) of a public key's JWK; as text base64url, the `kid` of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyId(pub Hash);

impl fmt::Display for KeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_base64url(&self.0))
    }
}

/// The signature algorithm of a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Suite {
    /// Ed25519, JWS `EdDSA`, suite byte 1.
    Ed25519,
    /// ECDSA on P-256 with SHA-256, JWS `ES256`, suite byte 2.
    P256,
}

impl Suite {
    /// The byte that names the suite in an EVENT entry.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::P256 => 2,
        }
    }

    /// The suite a byte names.
    #[must_use]
    pub fn from_byte(byte: u8) -> Option<Self> {
        match byte {
            1 => Some(Self::Ed25519),
            2 => Some(Self::P256),
            _ => None,
        }
    }

    /// The JWS `alg` (RFC 7518, RFC 8037).
    #[must_use]
    pub fn jws_algorithm(self) -> &'static str {
        match self {
            Self::Ed25519 => "EdDSA",
            Self::P256 => "ES256",
        }
    }
}

/// Why a key or a signature is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum KeyError {
    /// The bytes are not a point of the curve, or one that nobody should sign with.
    #[error("not a usable {0:?} public key")]
    BadKey(Suite),
    /// The JWK lacks a member, or has one with another value than expected.
    #[error("JWK member {member:?}: expected {expected}, found {found}")]
    BadJwk {
        /// The member.
        member: &'static str,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A coordinate is not strict base64url.
    #[error("JWK member {member:?}")]
    Text {
        /// The member.
        member: &'static str,
        /// What is wrong with it.
        source: TextError,
    },
    /// The signature has the wrong length, or an encoding that is never valid.
    #[error("not a {suite:?} signature: {length} bytes")]
    BadSignatureForm {
        /// The key's suite.
        suite: Suite,
        /// Bytes found.
        length: usize,
    },
    /// A P-256 signature in its second spelling.
    #[error("P-256 signature with high S")]
    HighS,
    /// The signature is not one of this message under this key.
    #[error("signature does not fit the message under {suite:?} key {key}")]
    Mismatch {
        /// The key's suite.
        suite: Suite,
        /// The key.
        key: KeyId,
    },
}

/// A public key.
#[derive(Clone, PartialEq, Eq)]
pub struct PublicKey(Point);

#[derive(Clone, PartialEq, Eq)]
enum Point {
    Ed25519(ed::VerifyingKey),
    P256(p256_ecdsa::VerifyingKey),
}

/// Evidence that a message was signed by the holder of a key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct SignatureValid {
    key: KeyId,
    message: Hash,
}

impl SignatureValid {
    /// The key that signed.
    #[must_use]
    pub fn key(&self) -> KeyId {
        self.key
    }

    /// SHA-256 of the message that was signed.
    #[must_use]
    pub fn message_hash(&self) -> &Hash {
        &self.message
    }
}

impl PublicKey {
    /// An Ed25519 key from its 32 bytes (RFC 8032 §5.1.5).
    ///
    /// # Errors
    /// [`KeyError::BadKey`]: not on the curve, or of small order.
    pub fn ed25519(bytes: &[u8; 32]) -> Result<Self, KeyError> {
        let key = ed::VerifyingKey::from_bytes(bytes).map_err(|_| KeyError::BadKey(Suite::Ed25519))?;
        if key.is_weak() {
            return Err(KeyError::BadKey(Suite::Ed25519));
        }
        Ok(Self(Point::Ed25519(key)))
    }

    /// A P-256 key from its SEC1 encoding, compressed or not.
    ///
    /// # Errors
    /// [`KeyError::BadKey`]: not on the curve.
    pub fn p256(sec1: &[u8]) -> Result<Self, KeyError> {
        let key = p256_ecdsa::VerifyingKey::from_sec1_bytes(sec1).map_err(|_| KeyError::BadKey(Suite::P256))?;
        Ok(Self(Point::P256(key)))
    }

    /// A key from its JWK (RFC 7517): `OKP`/`Ed25519` (RFC 8037) or `EC`/`P-256` (RFC 7518). Other members are ignored.
    ///
    /// # Errors
    /// [`KeyError`] names the member.
    pub fn from_jwk(jwk: &Value) -> Result<Self, KeyError> {
        match text_member(jwk, "kty")? {
            "OKP" => {
                expect_member(jwk, "crv", "Ed25519")?;
                Self::ed25519(&coordinate(jwk, "x")?)
            }
            "EC" => {
                expect_member(jwk, "crv", "P-256")?;
                let mut sec1 = vec![4];
                sec1.extend_from_slice(&coordinate(jwk, "x")?);
                sec1.extend_from_slice(&coordinate(jwk, "y")?);
                Self::p256(&sec1)
            }
            other => Err(KeyError::BadJwk {
                member: "kty",
                expected: "\"OKP\" or \"EC\"".into(),
                found: format!("{other:?}"),
            }),
        }
    }

    /// The JWK, with the members RFC 7638 requires and no other.
    #[must_use]
    pub fn to_jwk(&self) -> Value {
        match &self.0 {
            Point::Ed25519(key) => json!({"crv": "Ed25519", "kty": "OKP", "x": encode_base64url(key.as_bytes())}),
            Point::P256(key) => {
                let sec1 = key.to_sec1_point(false);
                let bytes = sec1.as_bytes();
                json!({"crv": "P-256", "kty": "EC", "x": encode_base64url(&bytes[1..33]), "y": encode_base64url(&bytes[33..65])})
            }
        }
    }

    /// The RFC 7638 thumbprint: SHA-256 of the required members in lexicographic order, without white space.
    #[must_use]
    pub fn id(&self) -> KeyId {
        // serde_json writes object members in sorted order (its map is a B-tree), which is the order RFC 7638 asks for.
        KeyId(sha256(self.to_jwk().to_string().as_bytes()))
    }

    /// The 32 bytes of an Ed25519 key (RFC 8032 §5.1.5); `None` for a key of the other suite.
    #[must_use]
    pub fn to_ed25519_bytes(&self) -> Option<[u8; 32]> {
        match &self.0 {
            Point::Ed25519(key) => Some(key.to_bytes()),
            Point::P256(_) => None,
        }
    }

    /// Which algorithm the key is for.
    #[must_use]
    pub fn suite(&self) -> Suite {
        match self.0 {
            Point::Ed25519(_) => Suite::Ed25519,
            Point::P256(_) => Suite::P256,
        }
    }

    /// Verifies a 64-byte signature: R‖S as in RFC 8032, or r‖s as in RFC 7518 §3.4.
    ///
    /// # Errors
    /// [`KeyError::BadSignatureForm`] or [`KeyError::Mismatch`].
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> Result<SignatureValid, KeyError> {
        let suite = self.suite();
        let form = KeyError::BadSignatureForm { suite, length: signature.len() };
        let mismatch = |_| KeyError::Mismatch { suite, key: self.id() };
        match &self.0 {
            Point::Ed25519(key) => {
                let signature = ed::Signature::from_slice(signature).map_err(|_| form)?;
                key.verify_strict(message, &signature).map_err(mismatch)?;
            }
            Point::P256(key) => {
                let signature = p256_ecdsa::Signature::from_slice(signature).map_err(|_| form)?;
                key.verify(message, &signature).map_err(mismatch)?;
            }
        }
        Ok(SignatureValid { key: self.id(), message: sha256(message) })
    }

    /// As [`PublicKey::verify`], and refuses the second spelling of a P-256 signature.
    ///
    /// # Errors
    /// As [`PublicKey::verify`], or [`KeyError::HighS`].
    pub fn verify_low_s(&self, message: &[u8], signature: &[u8]) -> Result<SignatureValid, KeyError> {
        if let Point::P256(_) = self.0
            && let Ok(parsed) = p256_ecdsa::Signature::from_slice(signature)
            && parsed.normalize_s() != parsed
        {
            return Err(KeyError::HighS);
        }
        self.verify(message, signature)
    }
}

impl fmt::Debug for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PublicKey({:?} {})", self.suite(), self.id())
    }
}

fn text_member<'a>(jwk: &'a Value, member: &'static str) -> Result<&'a str, KeyError> {
    jwk.get(member).and_then(Value::as_str).ok_or_else(|| KeyError::BadJwk {
        member,
        expected: "a text".into(),
        found: jwk.get(member).map_or_else(|| "nothing".into(), Value::to_string),
    })
}

fn expect_member(jwk: &Value, member: &'static str, expected: &str) -> Result<(), KeyError> {
    match text_member(jwk, member)? {
        found if found == expected => Ok(()),
        found => Err(KeyError::BadJwk { member, expected: format!("{expected:?}"), found: format!("{found:?}") }),
    }
}

fn coordinate(jwk: &Value, member: &'static str) -> Result<[u8; 32], KeyError> {
    let bytes = decode_base64url(text_member(jwk, member)?).map_err(|source| KeyError::Text { member, source })?;
    <[u8; 32]>::try_from(bytes.as_slice()).map_err(|_| KeyError::BadJwk {
        member,
        expected: "32 bytes".into(),
        found: format!("{} bytes", bytes.len()),
    })
}

/// A secret key, for the issuer and for tests. It has no `Debug` or `Display` form.
pub struct SecretKey(Secret);

enum Secret {
    Ed25519(ed::SigningKey),
    P256(p256_ecdsa::SigningKey),
}

impl SecretKey {
    /// A secret key from its 32 bytes: the seed of RFC 8032, or the scalar of P-256, big-endian.
    ///
    /// # Errors
    /// [`KeyError::BadKey`]: zero, or not below the order of P-256.
    pub fn from_bytes(suite: Suite, bytes: &[u8; 32]) -> Result<Self, KeyError> {
        Ok(Self(match suite {
            Suite::Ed25519 => Secret::Ed25519(ed::SigningKey::from_bytes(bytes)),
            Suite::P256 => {
                Secret::P256(p256_ecdsa::SigningKey::from_slice(bytes).map_err(|_| KeyError::BadKey(Suite::P256))?)
            }
        }))
    }

    /// The public half.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(match &self.0 {
            Secret::Ed25519(key) => Point::Ed25519(key.verifying_key()),
            Secret::P256(key) => Point::P256(*key.verifying_key()),
        })
    }

    /// Signs, deterministically (RFC 8032; RFC 6979 with low S).
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        match &self.0 {
            Secret::Ed25519(key) => key.sign(message).to_bytes(),
            Secret::P256(key) => {
                let signature: p256_ecdsa::Signature = key.sign(message);
                signature.normalize_s().to_bytes().into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thumbprint_of_rfc_8037() {
        // RFC 8037 appendix A.2 and A.3.
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"});
        let key = PublicKey::from_jwk(&jwk).unwrap();
        assert_eq!(key.id().to_string(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        assert_eq!(key.to_jwk(), jwk);
    }

    #[test]
    fn signs_and_verifies_in_both_suites() {
        for suite in [Suite::Ed25519, Suite::P256] {
            let secret = SecretKey::from_bytes(suite, &[7; 32]).unwrap();
            let key = PublicKey::from_jwk(&secret.public().to_jwk()).unwrap();
            let mut signature = secret.sign(b"message");
            assert_eq!(signature, secret.sign(b"message"), "deterministic");
            assert_eq!(key.verify_low_s(b"message", &signature).unwrap().key(), key.id());
            assert!(matches!(key.verify(b"massage", &signature), Err(KeyError::Mismatch { .. })));
            assert!(matches!(key.verify(b"message", &signature[..63]), Err(KeyError::BadSignatureForm { .. })));
            signature[40] ^= 1;
            assert!(key.verify(b"message", &signature).is_err());
        }
    }

    #[test]
    fn high_s_and_small_order_are_refused() {
        let secret = SecretKey::from_bytes(Suite::P256, &[7; 32]).unwrap();
        let low = p256_ecdsa::Signature::from_slice(&secret.sign(b"m")).unwrap();
        let high = p256_ecdsa::Signature::from_scalars(low.r().to_bytes(), (-*low.s()).to_bytes()).unwrap();
        assert!(secret.public().verify(b"m", &high.to_bytes()).is_ok(), "valid for whoever does not ask");
        assert_eq!(secret.public().verify_low_s(b"m", &high.to_bytes()), Err(KeyError::HighS));
        let mut identity = [0; 32];
        identity[0] = 1;
        assert_eq!(PublicKey::ed25519(&identity), Err(KeyError::BadKey(Suite::Ed25519)));
        assert!(SecretKey::from_bytes(Suite::P256, &[0; 32]).is_err());
    }
}
