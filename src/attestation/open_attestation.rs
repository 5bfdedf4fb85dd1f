//! Wrapped documents of OpenAttestation 2.0 (schema.openattestation.com/2.0): salted data, the digest of all of it, and a path
//! from that digest to the root that an issuer published for a batch. Hashes are Keccak-256 and hexadecimal in small letters.

use super::kind::{MAX_BYTES, in_short};
use super::salted::{self, MAX_VALUES, SaltedError, unsalted};
use crate::crypto::hash::{Hash, keccak256_parts};
use crate::encoding::json::{self, JsonError, Limits};
use crate::encoding::{decode_hex_array, encode_hex};
use serde_json::{Map, Value};

/// The version read here.
pub const VERSION: &str = "https://schema.openattestation.com/2.0/schema.json";
/// Bounds of a document's text.
pub const LIMITS: Limits = Limits { bytes: MAX_BYTES, depth: 32 };
/// Most steps from a digest to its batch's root.
pub const MAX_STEPS: usize = 64;
/// Members that the format knows.
const MEMBERS: [&str; 5] = ["version", "data", "signature", "privacy", "proof"];

/// Why a text is no wrapped document, or does not hold what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenAttestationError {
    /// Not JSON as we read it.
    #[error("not a wrapped document")]
    Json(#[from] JsonError),
    /// A member is missing or of another form.
    #[error("{field}: expected {expected}, found {found}")]
    Shape {
        /// Which.
        field: String,
        /// What is expected.
        expected: &'static str,
        /// What stands there, cut to a few letters.
        found: String,
    },
    /// The data has no digest that can be told.
    #[error("data")]
    Data(#[from] SaltedError),
    /// The data has another digest: a value was changed, added or taken out since it was sealed.
    #[error("digest of the data: expected {}, found {}", encode_hex(expected), encode_hex(found))]
    ContentDiffers {
        /// `signature.targetHash`.
        expected: Hash,
        /// The digest computed from the data and what is withheld.
        found: Hash,
    },
    /// The path leads elsewhere.
    #[error("root of the batch: expected {}, found {}", encode_hex(expected), encode_hex(found))]
    RootDiffers {
        /// `signature.merkleRoot`.
        expected: Hash,
        /// What the path leads to.
        found: Hash,
    },
}

/// An issuer as the data names it: a claim, sealed or not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Issuer {
    /// Its name.
    pub name: Option<String>,
    /// The Ethereum contract that lists what it issued: a document store, or an older certificate store.
    pub document_store: Option<String>,
    /// The Ethereum contract that says who holds the document.
    pub token_registry: Option<String>,
    /// How its identity is shown, such as `DNS-TXT` or `DID`.
    pub identity: Option<String>,
    /// Where: a domain, or a key.
    pub location: Option<String>,
}

/// A document as it was read: claims, nothing checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrappedDocument {
    data: Value,
    withheld: Vec<Hash>,
    target: Hash,
    path: Vec<Hash>,
    root: Hash,
    unsealed: Vec<String>,
}

/// Evidence that data and withheld digests together have the digest the document names.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct ContentIntact {
    target: Hash,
    shown: usize,
    withheld: usize,
}

impl ContentIntact {
    /// The digest of the content.
    #[must_use]
    pub fn target(&self) -> &Hash {
        &self.target
    }

    /// Values shown.
    #[must_use]
    pub fn shown(&self) -> usize {
        self.shown
    }

    /// Values withheld: only their digests are there.
    #[must_use]
    pub fn withheld(&self) -> usize {
        self.withheld
    }
}

/// Evidence that a digest is part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct InBatch {
    target: Hash,
    root: Hash,
}

impl InBatch {
    /// The digest at the path's beginning.
    #[must_use]
    pub fn target(&self) -> &Hash {
        &self.target
    }

    /// The batch's root.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }
}

impl WrappedDocument {
    /// Parses a document.
    ///
    /// # Errors
    /// [`OpenAttestationError`] for JSON we do not read, a member of the seal that is missing or of another form, another
    /// version.
    pub fn parse(text: &[u8]) -> Result<Self, OpenAttestationError> {
        let whole = json::parse(text, LIMITS)?;
        match whole["version"].as_str() {
            Some(VERSION) => {}
            _ => return Err(shape("version", VERSION, &whole["version"])),
        }
        let data = &whole["data"];
        if !data.is_object() {
            return Err(shape("data", "an object", data));
        }
        let withheld = hashes(&whole["privacy"]["obfuscatedData"], "privacy.obfuscatedData", MAX_VALUES)?;
        let seal = &whole["signature"];
        Ok(Self {
            withheld,
            target: hash(&seal["targetHash"], "signature.targetHash")?,
            path: hashes(&seal["proof"], "signature.proof", MAX_STEPS)?,
            root: hash(&seal["merkleRoot"], "signature.merkleRoot")?,
            unsealed: whole.as_object().map(unknown_members).unwrap_or_default(),
            data: data.clone(),
        })
    }

    /// The digest the document names as that of its content.
    #[must_use]
    pub fn target(&self) -> &Hash {
        &self.target
    }

    /// The root the document names as that of its batch.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Steps from the digest to the root; none where the document was sealed alone.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.path.len()
    }

    /// Members beside the format's own: no digest covers them.
    #[must_use]
    pub fn unsealed(&self) -> &[String] {
        &self.unsealed
    }

    /// The issuers the data names.
    #[must_use]
    pub fn issuers(&self) -> Vec<Issuer> {
        let issuers = self.data["issuers"].as_array().map(Vec::as_slice).unwrap_or_default();
        let text = |value: &Value| value.as_str().and_then(unsalted).map(|text| text.chars().take(200).collect());
        issuers
            .iter()
            .take(8)
            .map(|issuer| {
                let identity = &issuer["identityProof"];
                Issuer {
                    name: text(&issuer["name"]),
                    document_store: text(&issuer["documentStore"]).or_else(|| text(&issuer["certificateStore"])),
                    token_registry: text(&issuer["tokenRegistry"]),
                    identity: text(&identity["type"]),
                    location: text(&identity["location"])
                        .or_else(|| text(&identity["key"]))
                        .or_else(|| text(&issuer["id"])),
                }
            })
            .collect()
    }

    /// Computes the digest of what is shown and what is withheld.
    ///
    /// # Errors
    /// [`OpenAttestationError::Data`] when no digest can be told, [`OpenAttestationError::ContentDiffers`] when it is another.
    pub fn verify_content(&self) -> Result<ContentIntact, OpenAttestationError> {
        let mut digests = salted::digests(&self.data)?;
        let shown = digests.len();
        digests.extend(&self.withheld);
        let found = salted::digest_of_all(digests);
        if found != self.target {
            return Err(OpenAttestationError::ContentDiffers { expected: self.target, found });
        }
        Ok(ContentIntact { target: found, shown, withheld: self.withheld.len() })
    }

    /// Follows the path: at each step the two hashes together, the smaller first, are hashed again.
    ///
    /// # Errors
    /// [`OpenAttestationError::RootDiffers`].
    pub fn verify_batch(&self) -> Result<InBatch, OpenAttestationError> {
        let found = self.path.iter().fold(self.target, |at, beside| {
            let (first, second) = if at <= *beside { (&at, beside) } else { (beside, &at) };
            keccak256_parts([&first[..], &second[..]])
        });
        if found != self.root {
            return Err(OpenAttestationError::RootDiffers { expected: self.root, found });
        }
        Ok(InBatch { target: self.target, root: found })
    }
}

fn unknown_members(whole: &Map<String, Value>) -> Vec<String> {
    let unknown = whole.keys().filter(|name| !MEMBERS.contains(&name.as_str()));
    unknown.take(20).map(|name| name.chars().take(60).collect()).collect()
}

fn hash(value: &Value, field: &str) -> Result<Hash, OpenAttestationError> {
    value
        .as_str()
        .and_then(|text| decode_hex_array(text).ok())
        .ok_or_else(|| shape(field, "64 hexadecimal digits in small letters", value))
}

/// A list of hashes; a missing one is empty.
fn hashes(value: &Value, field: &str, most: usize) -> Result<Vec<Hash>, OpenAttestationError> {
    let items = match value {
        Value::Null => return Ok(vec![]),
        Value::Array(items) if items.len() <= most => items,
        other => return Err(shape(field, "a list of hashes, not without end", other)),
    };
    items.iter().enumerate().map(|(at, item)| hash(item, &format!("{field}[{at}]"))).collect()
}

fn shape(field: &str, expected: &'static str, found: &Value) -> OpenAttestationError {
    OpenAttestationError::Shape { field: field.into(), expected, found: in_short(found) }
}
