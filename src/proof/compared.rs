//! What an error of a check expected and what it found, for those that compare two values: the reader sees both.

use crate::attestation::salted::SaltedError;
use crate::attestation::{BlockcertsError, OpenAttestationError};
use crate::chain::MerkleBlockError;
use crate::crypto::key::KeyError;
use crate::encoding::{encode_base64, encode_hex, reversed_hex};
use crate::registry::event::EventError;
use crate::timestamp::attestation::AttestationError;
use crate::timestamp::ots::DocumentDiffers;
use crate::tlog::checkpoint::CheckpointError;
use crate::tlog::consistency::ConsistencyError;
use crate::tlog::inclusion::InclusionError;
use crate::tlog::quorum::QuorumError;
use crate::tlog::tlog_proof::TlogProofError;
use crate::tlog::verifier_key::VerifierKeyError;
use crate::trade::jws::JwsError;
use crate::trade::record::RecordError;
use crate::trade::sd_jwt::SdJwtError;

/// An error that may have compared two values.
pub trait Compared: std::error::Error {
    /// The expected and the found value, where it compared two.
    fn compared(&self) -> Option<(String, String)>;
}

fn pair(expected: impl ToString, found: impl ToString) -> Option<(String, String)> {
    Some((expected.to_string(), found.to_string()))
}

impl Compared for KeyError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Mismatch { key, .. } => pair(format!("a signature by key {key}"), "a signature that does not fit"),
            Self::BadJwk { expected, found, .. } => pair(expected, found),
            Self::BadSignatureForm { length, .. } => pair("64 bytes", format!("{length} bytes")),
            Self::HighS => pair("low S", "high S"),
            Self::BadKey(_) | Self::Text { .. } => None,
        }
    }
}

impl Compared for JwsError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Signature(error) => error.compared(),
            Self::Header { expected, found, .. } => pair(expected, found),
            _ => None,
        }
    }
}

impl Compared for SdJwtError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Jws(error) => error.compared(),
            Self::NotReferenced { digest, .. } => pair("one of the digests that were signed", digest),
            Self::DigestAlgorithm { found } => pair("\"sha-256\"", found),
            Self::Kind { expected, .. } => pair(expected, "another form"),
            _ => None,
        }
    }
}

impl Compared for RecordError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Missing { expected, .. } => pair(expected, "nothing"),
            Self::Wrong { expected, found, .. } => pair(expected, found),
            Self::OtherSigner { expected, found } => pair(expected, found),
            _ => None,
        }
    }
}

impl Compared for EventError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::OtherKey { expected, found } => pair(expected, found),
            Self::OtherSuite { expected, found } => pair(format!("{expected:?}"), format!("{found:?}")),
            Self::Magic { found } => pair(encode_hex(b"PLM1"), encode_hex(found)),
            Self::NotAnEvent { found } => pair("01", format!("{found:02x}")),
            Self::Signature(error) => error.compared(),
            _ => None,
        }
    }
}

impl Compared for InclusionError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::IndexBeyondSize { index, size } => pair(format!("an index below {size}"), index),
            Self::WrongLength { found, expected } => pair(format!("{expected} hashes"), format!("{found} hashes")),
            Self::RootMismatch { expected, found } => pair(encode_base64(expected), encode_base64(found)),
        }
    }
}

impl Compared for ConsistencyError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Shrunk { old, new } => pair(format!("a size of at least {old}"), new),
            Self::TwoRoots { old: expected, new: found, .. }
            | Self::OldRootMismatch { expected, found }
            | Self::NewRootMismatch { expected, found } => pair(encode_base64(expected), encode_base64(found)),
            Self::WrongLength { found, expected } => pair(format!("{expected} hashes"), format!("{found} hashes")),
            Self::FromEmpty => None,
        }
    }
}

impl Compared for TlogProofError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Inclusion(error) => error.compared(),
            Self::Quorum(error) => error.compared(),
            Self::Checkpoint(error) => error.compared(),
            Self::Form { expected, found, .. } => pair(expected, found),
            Self::OtherCheckpoint { expected, found, .. } => pair(expected, found),
            _ => None,
        }
    }
}

impl Compared for CheckpointError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Origin { expected, found } => pair(expected.join(" or "), found),
            Self::Signature(error) => error.compared(),
            _ => None,
        }
    }
}

impl Compared for VerifierKeyError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::NotSigned { key } => pair(format!("a signature by {key}"), "none"),
            Self::WrongSignature { key, .. } | Self::WrongCosignature { key, .. } => {
                pair(format!("a signature by {key}"), "a signature that does not fit")
            }
            _ => None,
        }
    }
}

impl Compared for QuorumError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Below { needed, found, .. } => pair(needed, found),
            Self::Witness { source, .. } => source.compared(),
        }
    }
}

impl Compared for MerkleBlockError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::Root { expected, found } => pair(reversed_hex(expected), reversed_hex(found)),
            Self::NodeSized { txid } => pair("any size but 64 bytes", format!("64 bytes ({txid})")),
            Self::NotProven { txid } | Self::CoinbaseNotFirst { txid } => pair(txid, "not among those proven"),
            Self::BranchLength { expected, found } => pair(expected, found),
            _ => None,
        }
    }
}

impl Compared for AttestationError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::RootMismatch { expected, found, .. } => pair(reversed_hex(expected), reversed_hex(found)),
            Self::MessageLength { found, .. } => pair("32 bytes", format!("{found} bytes")),
            _ => None,
        }
    }
}

impl Compared for OpenAttestationError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::ContentDiffers { expected, found } | Self::RootDiffers { expected, found } => {
                pair(encode_hex(expected), encode_hex(found))
            }
            Self::Shape { expected, found, .. } => pair(expected, found),
            Self::Data(SaltedError::NotSalted { found, .. }) => pair("SALT:TYPE:VALUE", found),
            Self::Data(SaltedError::TooLarge { limit, .. }) => pair(limit, "more"),
            Self::Data(SaltedError::Ambiguous { .. }) | Self::Json(_) => None,
        }
    }
}

impl Compared for BlockcertsError {
    fn compared(&self) -> Option<(String, String)> {
        match self {
            Self::RootDiffers { expected, found } => pair(encode_hex(expected), encode_hex(found)),
            Self::Shape { expected, found, .. } => pair(expected, found),
            Self::Json(_) => None,
        }
    }
}

impl Compared for DocumentDiffers {
    fn compared(&self) -> Option<(String, String)> {
        pair(encode_hex(&self.expected), encode_hex(&self.found))
    }
}
