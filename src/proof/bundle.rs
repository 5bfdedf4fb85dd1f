//! The proof file: one JSON object that holds each upstream format verbatim, text as text and bytes as base64.
//!
//! Reading it proves nothing; every part is a claim until its step of [`crate::proof::verify`] has checked it. Nothing
//! hashes the container, so it needs no canonical form; unknown and repeated names are refused all the same, because a
//! reader who overlooks a name believes another proof than the writer meant.

use crate::encoding::json::{self, JsonError, Limits};
use crate::encoding::{decode_base64, decode_hex_array, encode_base64, encode_hex};
use serde::{Deserialize, Serialize};
use std::fmt;

/// The format name at the head of every proof file.
pub const BUNDLE_FORMAT: &str = "plimsoll-proof/1";
/// Bounds of a proof file's text.
pub const LIMITS: Limits = Limits { bytes: 4 * 1024 * 1024, depth: 6 };
/// Most anchors in a proof.
pub const MAX_ANCHORS: usize = 1024;
/// Most party registrations in a proof.
pub const MAX_PARTIES: usize = 64;
/// Most records beside the one a proof is about.
pub const MAX_HISTORY: usize = 512;

/// Why a text is not a proof file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BundleError {
    /// Not JSON as we read it.
    #[error("not a proof file")]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of another type.
    #[error("not a proof file: {0}")]
    Shape(String),
    /// Another format or version.
    #[error("format: expected {BUNDLE_FORMAT:?}, found {found:?}")]
    Format {
        /// The format found.
        found: String,
    },
    /// More of something than a proof may hold.
    #[error("{field}: {found} is over the limit of {limit}")]
    TooMany {
        /// Which list.
        field: &'static str,
        /// How many there are.
        found: usize,
        /// How many there may be.
        limit: usize,
    },
}

/// Bytes, in JSON as padded base64.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Bytes(pub Vec<u8>);

impl TryFrom<String> for Bytes {
    type Error = crate::encoding::TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        decode_base64(&text).map(Self)
    }
}

impl From<Bytes> for String {
    fn from(bytes: Bytes) -> Self {
        encode_base64(&bytes.0)
    }
}

impl fmt::Debug for Bytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Bytes({})", encode_hex(&self.0))
    }
}

/// A 32-byte hash, in JSON as lower-case hexadecimal.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct HexHash(pub [u8; 32]);

impl TryFrom<String> for HexHash {
    type Error = crate::encoding::TextError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        decode_hex_array(&text).map(Self)
    }
}

impl From<HexHash> for String {
    fn from(hash: HexHash) -> Self {
        encode_hex(&hash.0)
    }
}

impl fmt::Debug for HexHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HexHash({})", encode_hex(&self.0))
    }
}

/// Which registry the proof speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub enum RegistryRef {
    /// The policy's text, verbatim.
    Policy(String),
    /// SHA-256 of the policy's text: the reader must have it already.
    Sha256(HexHash),
}

/// A record and the proof that it is in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct LoggedRecord {
    /// The record: an SD-JWT (RFC 9901) in compact form.
    pub sd_jwt: String,
    /// The EVENT entry of the log.
    pub event: Bytes,
    /// A C2SP tlog-proof: index, inclusion proof and checkpoint.
    pub log_proof: String,
}

/// The block an anchor is in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnchorBlock {
    /// Its height, as the issuer claims it.
    pub height: u32,
    /// BIP37 `merkleblock` with the coinbase and the anchor matched.
    pub merkleblock: Bytes,
    /// The coinbase, without witness.
    pub coinbase: Bytes,
}

/// One anchor of the registry.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnchorClaim {
    /// The transaction, without witness.
    pub tx: Bytes,
    /// The body of the checkpoint it commits to, final LF included.
    pub checkpoint: String,
    /// RFC 6962 consistency proof from the checkpoint before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub consistency: Vec<Bytes>,
    /// Its block. Needed for the last anchor; for those before it the spends imply that they are in blocks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub block: Option<AnchorBlock>,
}

/// A run of headers that travels with the proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HeaderRun {
    /// Network name.
    pub network: String,
    /// Height of the first header.
    pub from: u32,
    /// Headers, 80 bytes each, ascending.
    pub run: Bytes,
}

/// A proof file, as claimed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Bundle {
    /// [`BUNDLE_FORMAT`].
    pub format: String,
    /// The registry.
    pub registry: RegistryRef,
    /// The record the proof is about.
    pub record: LoggedRecord,
    /// Records that its life is replayed from: those before it in its asset's history, and those of the assets it came from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<LoggedRecord>,
    /// Registrations of the parties whose keys signed these.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parties: Vec<LoggedRecord>,
    /// The registry's anchors, from its first to the one that covers the record.
    pub anchors: Vec<AnchorClaim>,
    /// Headers, when the proof brings some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub headers: Option<HeaderRun>,
}

impl Bundle {
    /// Parses a proof file.
    ///
    /// # Errors
    /// [`BundleError`].
    pub fn parse(text: &[u8]) -> Result<Self, BundleError> {
        let value = json::parse(text, LIMITS)?;
        // The format first: a later format must not be reported as a missing member of this one.
        match value.get("format").and_then(serde_json::Value::as_str) {
            Some(BUNDLE_FORMAT) => {}
            found => return Err(BundleError::Format { found: found.unwrap_or("nothing").chars().take(40).collect() }),
        }
        let bundle: Self = serde_json::from_value(value).map_err(|error| BundleError::Shape(error.to_string()))?;
        for (field, found, limit) in [
            ("anchors", bundle.anchors.len(), MAX_ANCHORS),
            ("history", bundle.history.len(), MAX_HISTORY),
            ("parties", bundle.parties.len(), MAX_PARTIES),
        ] {
            if found > limit {
                return Err(BundleError::TooMany { field, found, limit });
            }
        }
        Ok(bundle)
    }

    /// Writes the proof file, compact.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and lists always serialise")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bundle() -> Bundle {
        let logged = LoggedRecord { sd_jwt: "a.b.c~".into(), event: Bytes(vec![1, 2]), log_proof: "p\n".into() };
        Bundle {
            format: BUNDLE_FORMAT.into(),
            registry: RegistryRef::Sha256(HexHash([7; 32])),
            record: logged.clone(),
            history: vec![logged.clone()],
            parties: vec![logged],
            anchors: vec![AnchorClaim {
                tx: Bytes(vec![3]),
                checkpoint: "o\n0\nx\n".into(),
                consistency: vec![],
                block: Some(AnchorBlock { height: 5, merkleblock: Bytes(vec![4]), coinbase: Bytes(vec![5]) }),
            }],
            headers: None,
        }
    }

    #[test]
    fn round_trips() {
        assert_eq!(Bundle::parse(bundle().to_json().as_bytes()), Ok(bundle()));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let text = bundle().to_json();
        for (from, to, part) in [
            ("\"height\":5", "\"height\":5,\"depth\":1", "unknown field `depth`"),
            ("\"height\":5", "\"height\":5,\"height\":5", "twice"),
            ("plimsoll-proof/1", "plimsoll-proof/2", "plimsoll-proof/2"),
            ("\"AQI=\"", "\"AQI\"", "padded base64"),
            ("{\"sha256\":", "{\"policy\":\"\",\"sha256\":", "expected"),
            ("\"record\":", "\"recrod\":", "unknown field `recrod`"),
        ] {
            assert!(text.contains(from), "{from}");
            let error = Bundle::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err();
            let error = match &error {
                BundleError::Json(cause) => format!("{error}: {cause}"),
                _ => error.to_string(),
            };
            assert!(error.contains(part), "{to}: {error}");
        }
        let mut many = bundle();
        many.history = vec![many.record.clone(); MAX_HISTORY + 1];
        assert!(matches!(Bundle::parse(many.to_json().as_bytes()), Err(BundleError::TooMany { field: "history", .. })));
        let mut many = bundle();
        many.anchors = vec![many.anchors[0].clone(); MAX_ANCHORS + 1];
        assert!(matches!(Bundle::parse(many.to_json().as_bytes()), Err(BundleError::TooMany { field: "anchors", .. })));
    }
}
