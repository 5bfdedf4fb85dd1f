//! Certificates of Blockcerts 2 (the open badges extension `MerkleProof2017`): a digest of the certificate, a path from it to the
//! root of a batch, and the transaction that carries the root. Hashes are SHA-256, hexadecimal in small letters.
//!
//! The digest is that of the certificate as canonical RDF (URDNA2015 of its JSON-LD), which is not computed here: it takes an
//! RDF processor and the texts of every context that the certificate names. So its content is tied to nothing.

use super::kind::{MAX_BYTES, in_short};
use crate::crypto::hash::{Hash, sha256_parts};
use crate::encoding::json::{self, JsonError, Limits};
use crate::encoding::{decode_hex_array, encode_hex};
use serde_json::Value;

/// Bounds of a certificate's text.
pub const LIMITS: Limits = Limits { bytes: MAX_BYTES, depth: 32 };
/// Most steps from a digest to its batch's root.
pub const MAX_STEPS: usize = 64;
/// First bytes of the output's script that carries a root: OP_RETURN, then a push of 32 bytes.
const SCRIPT_START: [u8; 2] = [0x6a, 32];

/// Why a text is no certificate, or does not hold what it says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlockcertsError {
    /// Not JSON as we read it.
    #[error("not a certificate")]
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
    /// The path leads elsewhere.
    #[error("root of the batch: expected {}, found {}", encode_hex(expected), encode_hex(found))]
    RootDiffers {
        /// `signature.merkleRoot`.
        expected: Hash,
        /// What the path leads to.
        found: Hash,
    },
}

/// Where a root stands, as the certificate says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnchoredOn {
    /// Bitcoin's main chain, or Bitcoin without saying which chain: early certificates do not.
    Bitcoin,
    /// A test chain of Bitcoin's: blocks there cost nothing.
    BitcoinTest,
    /// Ethereum or a chain like it.
    Ethereum,
    /// No chain: a certificate made to try things out.
    Nowhere,
    /// Something else.
    Unknown,
}

/// An anchor, as the certificate says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Anchor {
    /// The transaction's id as it is written.
    pub source: String,
    /// The same for Bitcoin, as explorers show it: the hash with its last byte first. `None` when it is not one.
    pub txid: Option<Hash>,
    /// The chain.
    pub on: AnchoredOn,
    /// The chain as it is written, or else the anchor's type.
    pub chain: String,
}

/// A sibling on the way to the root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sibling {
    Left(Hash),
    Right(Hash),
}

/// A certificate as it was read: claims, nothing checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Certificate {
    target: Hash,
    path: Vec<Sibling>,
    root: Hash,
    anchor: Anchor,
    issuer: Option<String>,
    profile: Option<String>,
}

/// Evidence that a digest is part of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct DigestInBatch {
    target: Hash,
    root: Hash,
}

impl DigestInBatch {
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

    /// Whether an output's script carries the root, and nothing else.
    #[must_use]
    pub fn is_carried_by(&self, script: &[u8]) -> bool {
        script.strip_prefix(&SCRIPT_START) == Some(&self.root[..])
    }
}

impl Certificate {
    /// Parses a certificate.
    ///
    /// # Errors
    /// [`BlockcertsError`] for JSON we do not read, and for a member of the seal that is missing or of another form.
    pub fn parse(text: &[u8]) -> Result<Self, BlockcertsError> {
        let whole = json::parse(text, LIMITS)?;
        let seal = &whole["signature"];
        let path = seal["proof"].as_array().filter(|path| path.len() <= MAX_STEPS);
        let path =
            path.ok_or_else(|| shape("signature.proof", "a list of siblings, not without end", &seal["proof"]))?;
        let anchors = seal["anchors"].as_array().map(Vec::as_slice).unwrap_or_default();
        let [anchor] = anchors else {
            return Err(shape("signature.anchors", "a list of one anchor", &seal["anchors"]));
        };
        let issuer = &whole["badge"]["issuer"];
        let claim = |value: &Value| value.as_str().map(|text| text.chars().take(200).collect());
        Ok(Self {
            target: hash(&seal["targetHash"], "signature.targetHash")?,
            path: path.iter().enumerate().map(|(at, item)| sibling(item, at)).collect::<Result<_, _>>()?,
            root: hash(&seal["merkleRoot"], "signature.merkleRoot")?,
            anchor: read_anchor(anchor)?,
            issuer: claim(&issuer["name"]),
            profile: claim(&issuer["id"]),
        })
    }

    /// The digest the certificate names as its own.
    #[must_use]
    pub fn target(&self) -> &Hash {
        &self.target
    }

    /// The root the certificate names as that of its batch.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// Steps from the digest to the root; none where the certificate was sealed alone.
    #[must_use]
    pub fn steps(&self) -> usize {
        self.path.len()
    }

    /// Where the root stands.
    #[must_use]
    pub fn anchor(&self) -> &Anchor {
        &self.anchor
    }

    /// The issuer's name.
    #[must_use]
    pub fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    /// The address of the issuer's profile, where its keys stand.
    #[must_use]
    pub fn profile(&self) -> Option<&str> {
        self.profile.as_deref()
    }

    /// Follows the path from the digest to the root: each sibling is hashed together with what was found so far, on its side.
    ///
    /// # Errors
    /// [`BlockcertsError::RootDiffers`].
    pub fn verify_batch(&self) -> Result<DigestInBatch, BlockcertsError> {
        let found = self.path.iter().fold(self.target, |at, sibling| match sibling {
            Sibling::Left(left) => sha256_parts(&[left, &at]),
            Sibling::Right(right) => sha256_parts(&[&at, right]),
        });
        if found != self.root {
            return Err(BlockcertsError::RootDiffers { expected: self.root, found });
        }
        Ok(DigestInBatch { target: self.target, root: found })
    }
}

fn read_anchor(anchor: &Value) -> Result<Anchor, BlockcertsError> {
    let source = anchor["sourceId"].as_str().filter(|text| (1..=200).contains(&text.len()));
    let source = source
        .ok_or_else(|| shape("signature.anchors[0].sourceId", "a transaction id", &anchor["sourceId"]))?
        .to_owned();
    let kind = anchor["type"].as_str().unwrap_or_default();
    let chain = anchor["chain"].as_str();
    let on = match (kind, chain) {
        (_, Some(chain)) if chain.starts_with("ethereum") => AnchoredOn::Ethereum,
        ("ETHData", _) => AnchoredOn::Ethereum,
        ("BTCOpReturn", Some("bitcoinMainnet") | None) => AnchoredOn::Bitcoin,
        (_, Some("bitcoinTestnet" | "bitcoinRegtest")) => AnchoredOn::BitcoinTest,
        (_, Some("mockchain" | "mocknet")) => AnchoredOn::Nowhere,
        _ => AnchoredOn::Unknown,
    };
    let mut txid: Option<Hash> = decode_hex_array(&source).ok();
    txid.iter_mut().for_each(|txid| txid.reverse());
    let chain = chain.unwrap_or(kind).chars().take(60).collect();
    Ok(Anchor { source, txid, on, chain })
}

fn sibling(value: &Value, at: usize) -> Result<Sibling, BlockcertsError> {
    let field = format!("signature.proof[{at}]");
    let members = value.as_object().filter(|members| members.len() == 1);
    match members.and_then(|members| members.iter().next()) {
        Some((side, value)) if side == "left" => Ok(Sibling::Left(hash(value, &field)?)),
        Some((side, value)) if side == "right" => Ok(Sibling::Right(hash(value, &field)?)),
        _ => Err(shape(&field, "one of left and right", value)),
    }
}

fn hash(value: &Value, field: &str) -> Result<Hash, BlockcertsError> {
    value
        .as_str()
        .and_then(|text| decode_hex_array(text).ok())
        .ok_or_else(|| shape(field, "64 hexadecimal digits in small letters", value))
}

fn shape(field: &str, expected: &'static str, found: &Value) -> BlockcertsError {
    BlockcertsError::Shape { field: field.into(), expected, found: in_short(found) }
}
