//! Consistency proofs (RFC 6962 §2.1.2, RFC 9162 §2.1.4): the tree of a later size begins with the leaves of an earlier
//! one; nothing was changed or removed.

use crate::crypto::hash::Hash;
use crate::encoding::encode_base64;
use crate::tlog::subtree::{path, roots};

/// Why a consistency proof is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ConsistencyError {
    /// The log became smaller.
    #[error("size {new} is smaller than the earlier size {old}")]
    Shrunk {
        /// The earlier size.
        old: u64,
        /// The later size.
        new: u64,
    },
    /// A proof from the empty tree says nothing, so there is none.
    #[error("a consistency proof from the empty tree proves nothing")]
    FromEmpty,
    /// Two roots of one size: the log shows two histories.
    #[error("two roots of size {size}: {} and {}", encode_base64(.old), encode_base64(.new))]
    TwoRoots {
        /// The size of both.
        size: u64,
        /// The root seen earlier.
        old: Hash,
        /// The root seen now.
        new: Hash,
    },
    /// Too few or too many hashes for these sizes.
    #[error("consistency proof of {found} hashes, {expected} expected")]
    WrongLength {
        /// Hashes found.
        found: usize,
        /// Hashes a proof for these sizes has.
        expected: usize,
    },
    /// The hashes lead to another root of the earlier size.
    #[error("earlier root {} computed, {} expected", encode_base64(.found), encode_base64(.expected))]
    OldRootMismatch {
        /// The earlier checkpoint's root.
        expected: Hash,
        /// The root computed.
        found: Hash,
    },
    /// The hashes lead to another root of the later size.
    #[error("later root {} computed, {} expected", encode_base64(.found), encode_base64(.expected))]
    NewRootMismatch {
        /// The later checkpoint's root.
        expected: Hash,
        /// The root computed.
        found: Hash,
    },
}

/// Evidence that a log of one size and root grew into another of a later size and root, or is the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Consistent {
    old: (u64, Hash),
    new: (u64, Hash),
}

impl Consistent {
    /// The earlier size and root.
    #[must_use]
    pub fn earlier(&self) -> (u64, &Hash) {
        (self.old.0, &self.old.1)
    }

    /// The later size and root.
    #[must_use]
    pub fn later(&self) -> (u64, &Hash) {
        (self.new.0, &self.new.1)
    }
}

/// Verifies that the tree `new` (size and root) begins with the tree `old`. Equal sizes need equal roots and no hashes.
///
/// # Errors
/// [`ConsistencyError`].
pub fn verify(old: (u64, &Hash), new: (u64, &Hash), proof: &[Hash]) -> Result<Consistent, ConsistencyError> {
    let wrong_length = |expected| ConsistencyError::WrongLength { found: proof.len(), expected };
    let evidence = Consistent { old: (old.0, *old.1), new: (new.0, *new.1) };
    if new.0 < old.0 {
        return Err(ConsistencyError::Shrunk { old: old.0, new: new.0 });
    }
    if old.0 == 0 {
        return Err(ConsistencyError::FromEmpty);
    }
    if old.0 == new.0 {
        return match proof.len() {
            0 if old.1 == new.1 => Ok(evidence),
            0 => Err(ConsistencyError::TwoRoots { size: new.0, old: *old.1, new: *new.1 }),
            _ => Err(wrong_length(0)),
        };
    }
    let (old_found, new_found) = roots(&path(0, old.0, new.0), old.1, proof).map_err(wrong_length)?;
    if old_found != *old.1 {
        return Err(ConsistencyError::OldRootMismatch { expected: *old.1, found: old_found });
    }
    if new_found != *new.1 {
        return Err(ConsistencyError::NewRootMismatch { expected: *new.1, found: new_found });
    }
    Ok(evidence)
}
