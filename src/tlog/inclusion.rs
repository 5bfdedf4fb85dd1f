//! Inclusion proofs (RFC 6962 §2.1.1, RFC 9162 §2.1.3): this leaf stands at this index of a tree of this size.
//!
//! A proof binds neither index nor size: the proof for (999, 1000) also fits many other pairs. The size comes from a
//! signed checkpoint, and the index is believed only together with it.

use crate::crypto::hash::Hash;
use crate::encoding::encode_base64;
use crate::tlog::subtree::{path, roots};
use crate::tlog::tree_hash::LeafHash;

/// Why an inclusion proof is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InclusionError {
    /// There is no such leaf in a tree of this size.
    #[error("index {index} is not below the tree size {size}")]
    IndexBeyondSize {
        /// The index claimed.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// Too few or too many hashes for this index and size.
    #[error("inclusion proof of {found} hashes, {expected} expected")]
    WrongLength {
        /// Hashes found.
        found: usize,
        /// Hashes a proof for this index and size has.
        expected: usize,
    },
    /// The hashes lead to another root.
    #[error("root {} computed, {} expected", encode_base64(.found), encode_base64(.expected))]
    RootMismatch {
        /// The checkpoint's root.
        expected: Hash,
        /// The root computed.
        found: Hash,
    },
}

/// Evidence that a leaf stands at an index of a tree of some size and root.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Included {
    leaf: LeafHash,
    index: u64,
    size: u64,
    root: Hash,
}

impl Included {
    /// The leaf's hash.
    #[must_use]
    pub fn leaf(&self) -> LeafHash {
        self.leaf
    }

    /// The leaf's place in the log, from 0.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// Leaves of the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }
}

/// Verifies that `leaf` stands at `index` of the tree of `size` leaves with this root; `proof` goes from the leaf's
/// sibling up.
///
/// # Errors
/// [`InclusionError`].
pub fn verify(leaf: LeafHash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> Result<Included, InclusionError> {
    if index >= size {
        return Err(InclusionError::IndexBeyondSize { index, size });
    }
    // A leaf is the subtree of one: nothing of the proof is inside it.
    let (_, found) = roots(&path(index, index + 1, size), leaf.as_bytes(), proof)
        .map_err(|expected| InclusionError::WrongLength { found: proof.len(), expected })?;
    if found != *root {
        return Err(InclusionError::RootMismatch { expected: *root, found });
    }
    Ok(Included { leaf, index, size, root: *root })
}
