//! The keys that verify signed notes, `name+hash+base64` (c2sp.org/signed-note), and the evidence they give.

use crate::crypto::hash::{Hash, sha256_parts};
use crate::crypto::key::{KeyError, PublicKey};
use crate::encoding::{TextError, decode_base64, decode_hex_array, encode_base64, encode_hex};
use crate::tlog::cosignature::{self, CosignatureError};
use crate::tlog::note::{KeyHash, Note, NoteSignature, is_key_name};
use crate::tlog::text::excerpt;
use std::fmt;

/// How a key signs notes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SignatureAlgorithm {
    /// Ed25519 over the text, as logs sign checkpoints.
    Ed25519,
    /// Ed25519 with a time, as witnesses cosign (c2sp.org/tlog-cosignature).
    CosignatureV1,
}

impl SignatureAlgorithm {
    /// The signature type byte.
    #[must_use]
    pub fn byte(self) -> u8 {
        match self {
            Self::Ed25519 => 1,
            Self::CosignatureV1 => 4,
        }
    }
}

/// Why a text is not a verifier key, or a note is not signed by one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum VerifierKeyError {
    /// Not `name+hash+base64`.
    #[error("verifier key {found:?}: expected {expected}")]
    Form {
        /// What was expected.
        expected: &'static str,
        /// What was found.
        found: String,
    },
    /// Hash or key is not in its one spelling.
    #[error("verifier key {name:?}")]
    Text {
        /// The key's name.
        name: String,
        /// What is wrong.
        source: TextError,
    },
    /// A signature type that is not verified here.
    #[error("verifier key {name:?}: signature type {found:#04x}, expected 0x01 or 0x04")]
    Algorithm {
        /// The key's name.
        name: String,
        /// The type found.
        found: u8,
    },
    /// The public key is not a usable one.
    #[error("verifier key {name:?}")]
    Key {
        /// The key's name.
        name: String,
        /// What is wrong.
        source: KeyError,
    },
    /// The hash is not that of name, type and key.
    #[error("verifier key {name:?}: hash {}, expected {}", encode_hex(.found), encode_hex(.expected))]
    HashMismatch {
        /// The key's name.
        name: String,
        /// The hash of name, type and key.
        expected: KeyHash,
        /// The hash written.
        found: KeyHash,
    },
    /// No signature line by this key.
    #[error("no signature by {key}")]
    NotSigned {
        /// The key.
        key: String,
    },
    /// A signature line by this key does not verify.
    #[error("signature by {key} is wrong")]
    WrongSignature {
        /// The key.
        key: String,
        /// What is wrong.
        source: KeyError,
    },
    /// A signature line by this key is no cosignature.
    #[error("cosignature by {key} is wrong")]
    WrongCosignature {
        /// The key.
        key: String,
        /// What is wrong.
        source: CosignatureError,
    },
}

/// A key that verifies signatures of notes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    algorithm: SignatureAlgorithm,
    key: PublicKey,
    bytes: [u8; 32],
}

/// Evidence that a key signed the text of a note.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct NoteSigned {
    key: VerifierKey,
    text_hash: Hash,
    time: Option<u64>,
}

impl NoteSigned {
    /// The key that signed.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// SHA-256 of the text that was signed.
    #[must_use]
    pub fn text_hash(&self) -> &Hash {
        &self.text_hash
    }

    /// When, by the signer's clock, in seconds since 1970; only cosignatures say. The newest, if there are several.
    #[must_use]
    pub fn time(&self) -> Option<u64> {
        self.time
    }
}

impl VerifierKey {
    /// The verifier key of a name and an Ed25519 key.
    ///
    /// # Errors
    /// [`VerifierKeyError::Form`]: the name has a space or a plus; [`VerifierKeyError::Key`]: not an Ed25519 key.
    pub fn new(name: &str, algorithm: SignatureAlgorithm, key: PublicKey) -> Result<Self, VerifierKeyError> {
        if !is_key_name(name) {
            let expected = "a name without space or plus";
            return Err(VerifierKeyError::Form { expected, found: excerpt(name) });
        }
        let bytes = key.to_ed25519_bytes().ok_or_else(|| VerifierKeyError::Key {
            name: name.to_owned(),
            source: KeyError::BadKey(crate::crypto::key::Suite::Ed25519),
        })?;
        Ok(Self { name: name.to_owned(), algorithm, key, bytes })
    }

    /// Parses `name+hash+base64`.
    ///
    /// # Errors
    /// [`VerifierKeyError`].
    pub fn parse(text: &str) -> Result<Self, VerifierKeyError> {
        let form = |expected| VerifierKeyError::Form { expected, found: excerpt(text) };
        // Base64 may hold a plus; a name may not.
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(hash), Some(base64)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(form("name+hash+base64"));
        };
        let name = name.to_owned();
        let in_text = |source| VerifierKeyError::Text { name: name.clone(), source };
        let found: KeyHash = decode_hex_array(hash).map_err(in_text)?;
        let bytes = decode_base64(base64).map_err(in_text)?;
        let (&byte, key) = bytes.split_first().ok_or_else(|| form("a signature type and a key"))?;
        let algorithm = match byte {
            1 => SignatureAlgorithm::Ed25519,
            4 => SignatureAlgorithm::CosignatureV1,
            found => return Err(VerifierKeyError::Algorithm { name, found }),
        };
        let key = <&[u8; 32]>::try_from(key).map_err(|_| form("32 bytes of Ed25519 key after the type"))?;
        let key = PublicKey::ed25519(key).map_err(|source| VerifierKeyError::Key { name: name.clone(), source })?;
        let key = Self::new(&name, algorithm, key)?;
        match key.key_hash() {
            expected if expected == found => Ok(key),
            expected => Err(VerifierKeyError::HashMismatch { name, expected, found }),
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// How it signs.
    #[must_use]
    pub fn algorithm(&self) -> SignatureAlgorithm {
        self.algorithm
    }

    /// The public key under the name.
    #[must_use]
    pub fn public_key(&self) -> &PublicKey {
        &self.key
    }

    /// The first four bytes of SHA-256(name ‖ newline ‖ type ‖ key).
    #[must_use]
    pub fn key_hash(&self) -> KeyHash {
        let hash = sha256_parts(&[self.name.as_bytes(), b"\n", &[self.algorithm.byte()], &self.bytes]);
        [hash[0], hash[1], hash[2], hash[3]]
    }

    /// The same public key under whatever name: one holder.
    pub(crate) fn same_holder(&self, other: &Self) -> bool {
        self.bytes == other.bytes
    }

    /// Whether a signature line claims to be by this key.
    pub(crate) fn is_claimed_by(&self, signature: &NoteSignature) -> bool {
        signature.name() == self.name && signature.key_hash() == self.key_hash()
    }

    /// Verifies that this key signed a note. Lines by other keys are ignored; lines by this key must all be good, and
    /// however many there are, they count once.
    ///
    /// # Errors
    /// [`VerifierKeyError::NotSigned`], or what is wrong with a line by this key.
    pub fn verify(&self, note: &Note) -> Result<NoteSigned, VerifierKeyError> {
        let mut evidence = None;
        for line in note.signatures().iter().filter(|line| self.is_claimed_by(line)) {
            let key = || self.to_string();
            let time = match self.algorithm {
                SignatureAlgorithm::Ed25519 => {
                    let signed = self.key.verify(note.text().as_bytes(), line.signature());
                    let _ = signed.map_err(|source| VerifierKeyError::WrongSignature { key: key(), source })?;
                    None
                }
                SignatureAlgorithm::CosignatureV1 => {
                    let cosigned = cosignature::verify(&self.key, note.text(), line.signature());
                    let wrong = |source| VerifierKeyError::WrongCosignature { key: key(), source };
                    Some(cosigned.map_err(wrong)?.time())
                }
            };
            evidence = evidence.max(Some(time));
        }
        let time = evidence.ok_or_else(|| VerifierKeyError::NotSigned { key: self.to_string() })?;
        Ok(NoteSigned { key: self.clone(), text_hash: note.text_hash(), time })
    }
}

impl fmt::Display for VerifierKey {
    /// `name+hash+base64`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = [&[self.algorithm.byte()][..], &self.bytes].concat();
        write!(f, "{}+{}+{}", self.name, encode_hex(&self.key_hash()), encode_base64(&key))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::{SecretKey, Suite};

    // The key and a checkpoint of a log of transparency-dev/tessera's test data.
    const KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    const NOTE: &str = "example.com/log/testdata\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n\n— \
        example.com/log/testdata M9e0lhxJACzE1KoUdqKuPa+9p6R7dSW8BlEvrg/noo8FkGg6PbJoRNOcdjqjOq89wVvTA60eubCc4oufo5BvIVEgtQc=\n";

    #[test]
    fn a_real_key_verifies_a_real_note() {
        let key = VerifierKey::parse(KEY).unwrap();
        assert_eq!(key.to_string(), KEY);
        assert_eq!(key.algorithm(), SignatureAlgorithm::Ed25519);
        let note = Note::parse(NOTE).unwrap();
        let signed = key.verify(&note).unwrap();
        assert_eq!((signed.time(), signed.text_hash()), (None, &note.text_hash()));
        let altered = Note::parse(&NOTE.replace("\n0\n", "\n1\n")).unwrap();
        assert!(matches!(key.verify(&altered), Err(VerifierKeyError::WrongSignature { .. })));
    }

    #[test]
    fn lines_of_others_are_ignored_and_every_own_line_must_be_good() {
        let key = VerifierKey::parse(KEY).unwrap();
        let note = Note::parse(NOTE).unwrap();
        let own = note.signatures()[0].clone();
        let other_name = NoteSignature::new("example.com/other", own.key_hash(), vec![1]);
        let other_hash = NoteSignature::new(own.name(), [0; 4], vec![1]);
        let wrong = NoteSignature::new(own.name(), own.key_hash(), vec![1; 64]);
        assert!(key.verify(&note.with_signatures(&[other_name.clone(), other_hash, own.clone()]).unwrap()).is_ok());
        assert!(key.verify(&note.with_signatures(&[wrong]).unwrap()).is_err());
        let stripped = Note::new(note.text(), vec![other_name]).unwrap();
        assert_eq!(key.verify(&stripped), Err(VerifierKeyError::NotSigned { key: KEY.into() }));
    }

    #[test]
    fn what_is_not_a_key_is_refused() {
        for (wrong, reason) in [
            (KEY.replace("33d7b496", "33d7b497"), "expected 33d7b496"),
            (KEY.replace("33d7b496", "33D7B496"), "testdata"),
            (KEY.replace("testdata", "testdatb"), "hash 33d7b496"),
            (KEY.replace("+Ae", "+Be"), "signature type 0x05"),
            (KEY.replace("+33d7b496", ""), "verifier key"),
            ("name+33d7b496".to_owned(), "name+hash+base64"),
            (KEY[..KEY.len() - 4].to_owned(), "32 bytes"),
            (format!("{KEY}="), "testdata"),
            (format!(" {KEY}"), "without space"),
            ("+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx".to_owned(), "without space"),
        ] {
            let error = VerifierKey::parse(&wrong).expect_err(&wrong).to_string();
            assert!(error.contains(reason), "{wrong}: {error}");
        }
        let p256 = SecretKey::from_bytes(Suite::P256, &[7; 32]).unwrap().public();
        assert!(matches!(VerifierKey::new("k", SignatureAlgorithm::Ed25519, p256), Err(VerifierKeyError::Key { .. })));
    }
}
