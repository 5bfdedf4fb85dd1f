//! Subtrees of a log's tree, and the one walk that every tree proof takes.
//!
//! A subtree is the run of leaves [start, end) that stands under one node, or would if the tree ended there
//! (draft-ietf-plants-merkle-tree-certs, "Subtrees"). A single leaf is one, and so is the tree of an earlier size: an
//! inclusion proof and a consistency proof are both proofs that a subtree is part of a larger tree, and [`path`] is the
//! shape of all of them.

use crate::crypto::hash::Hash;
use crate::encoding::encode_base64;
use crate::tlog::inclusion::{self, InclusionError};
use crate::tlog::tree_hash::{LeafHash, empty_root, node_hash};
use std::fmt;

/// A run of leaves, from `start` up to and without `end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Subtree {
    start: u64,
    end: u64,
}

/// Why a subtree proof is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SubtreeError {
    /// The run of leaves does not stand under one node.
    #[error("leaves from {start} up to {end} are not a subtree")]
    NotASubtree {
        /// First leaf.
        start: u64,
        /// Leaf after the last.
        end: u64,
    },
    /// The subtree reaches beyond the tree.
    #[error("subtree {subtree} reaches beyond a tree of {size} leaves")]
    BeyondTree {
        /// The subtree.
        subtree: Subtree,
        /// Leaves of the tree.
        size: u64,
    },
    /// The leaf stands outside the subtree.
    #[error("leaf {index} is not in subtree {subtree}")]
    NotInSubtree {
        /// The leaf's index in the log.
        index: u64,
        /// The subtree.
        subtree: Subtree,
    },
    /// Too few or too many hashes.
    #[error("proof of {found} hashes, {expected} expected")]
    WrongLength {
        /// Hashes found.
        found: usize,
        /// Hashes a proof of this shape has.
        expected: usize,
    },
    /// The hashes lead to another root of the subtree.
    #[error("subtree root {} computed, {} expected", encode_base64(.found), encode_base64(.expected))]
    SubtreeRootMismatch {
        /// The root given.
        expected: Hash,
        /// The root computed.
        found: Hash,
    },
    /// The hashes lead to another root of the tree.
    #[error("root {} computed, {} expected", encode_base64(.found), encode_base64(.expected))]
    RootMismatch {
        /// The root given.
        expected: Hash,
        /// The root computed.
        found: Hash,
    },
    /// The leaf is not proven to be in the subtree.
    #[error("leaf is not in the subtree")]
    Inclusion(#[from] InclusionError),
}

impl Subtree {
    /// The subtree of the leaves from `start` up to and without `end`. It may be empty.
    ///
    /// # Errors
    /// [`SubtreeError::NotASubtree`] unless `start` is a multiple of the smallest power of two that is at least the
    /// number of leaves.
    pub fn new(start: u64, end: u64) -> Result<Self, SubtreeError> {
        let aligned = end.checked_sub(start).is_some_and(|leaves| {
            // Beyond 2^63 leaves the next power of two is 2^64, of which zero is the only multiple.
            leaves.checked_next_power_of_two().map_or(start == 0, |width| start.is_multiple_of(width))
        });
        if aligned { Ok(Self { start, end }) } else { Err(SubtreeError::NotASubtree { start, end }) }
    }

    /// Its first leaf.
    #[must_use]
    pub fn start(self) -> u64 {
        self.start
    }

    /// The leaf after its last.
    #[must_use]
    pub fn end(self) -> u64 {
        self.end
    }
}

impl fmt::Display for Subtree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}, {})", self.start, self.end)
    }
}

/// Where the next hash of a proof stands beside the node reached so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Side {
    /// Left of both: part of the subtree and of the tree.
    LeftOfBoth,
    /// Left of the tree's node alone.
    Left,
    /// Right of the tree's node alone.
    Right,
}

/// The shape of a proof that a non-empty run of leaves [start, end) is part of a tree of `size` leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Path {
    /// The walk starts at the subtree's own root; otherwise the proof's first hash is where it starts.
    pub(crate) from_root: bool,
    /// Each further hash, from the bottom up; never more than 64.
    pub(crate) sides: Vec<Side>,
}

impl Path {
    /// How many hashes the proof has.
    pub(crate) fn hashes(&self) -> usize {
        self.sides.len() + usize::from(!self.from_root)
    }
}

/// The shape of a proof that leaves [start, end) of a tree of `size` leaves are part of it; start < end ≤ size.
pub(crate) fn path(start: u64, end: u64, size: u64) -> Path {
    let (mut first, mut last, mut tip) = (start, end - 1, size - 1);
    let up = |first: &mut u64, last: &mut u64, tip: &mut u64| {
        (*first, *last, *tip) = (*first >> 1, *last >> 1, *tip >> 1);
    };
    // Up to the largest node on the subtree's right edge that the larger tree has unchanged.
    while first != last && (last == tip || last & 1 == 1) {
        up(&mut first, &mut last, &mut tip);
    }
    let from_root = first == last;
    let mut sides = Vec::new();
    while tip > 0 {
        if last & 1 == 1 || last == tip {
            sides.push(if first < last { Side::LeftOfBoth } else { Side::Left });
            // A node at the tree's right edge that is a left child has no sibling: it counts as its own parent.
            while last & 1 == 0 {
                up(&mut first, &mut last, &mut tip);
            }
        } else {
            sides.push(Side::Right);
        }
        up(&mut first, &mut last, &mut tip);
    }
    Path { from_root, sides }
}

/// The roots of the subtree and of the tree that a proof leads to, or how many hashes it should have.
pub(crate) fn roots(path: &Path, subtree_root: &Hash, proof: &[Hash]) -> Result<(Hash, Hash), usize> {
    if proof.len() != path.hashes() {
        return Err(path.hashes());
    }
    let (seed, rest) = match proof.split_first() {
        Some((first, rest)) if !path.from_root => (first, rest),
        _ => (subtree_root, proof),
    };
    Ok(path.sides.iter().zip(rest).fold((*seed, *seed), |(subtree, tree), (side, hash)| match side {
        Side::LeftOfBoth => (node_hash(hash, &subtree), node_hash(hash, &tree)),
        Side::Left => (subtree, node_hash(hash, &tree)),
        Side::Right => (subtree, node_hash(&tree, hash)),
    }))
}

/// Evidence that a leaf stands in a subtree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct IncludedInSubtree {
    leaf: LeafHash,
    index: u64,
    subtree: Subtree,
    root: Hash,
}

impl IncludedInSubtree {
    /// The leaf, its index in the log, the subtree and the subtree's root.
    #[must_use]
    pub fn parts(&self) -> (LeafHash, u64, Subtree, &Hash) {
        (self.leaf, self.index, self.subtree, &self.root)
    }
}

/// Evidence that a subtree is part of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct PartOfTree {
    subtree: Subtree,
    subtree_root: Hash,
    size: u64,
    root: Hash,
}

impl PartOfTree {
    /// The subtree and its root.
    #[must_use]
    pub fn subtree(&self) -> (Subtree, &Hash) {
        (self.subtree, &self.subtree_root)
    }

    /// The tree's size and root.
    #[must_use]
    pub fn tree(&self) -> (u64, &Hash) {
        (self.size, &self.root)
    }
}

/// Verifies that the leaf at `index` of the log stands in a subtree with this root.
///
/// # Errors
/// [`SubtreeError`].
pub fn verify_inclusion(
    leaf: LeafHash,
    index: u64,
    subtree: Subtree,
    proof: &[Hash],
    root: &Hash,
) -> Result<IncludedInSubtree, SubtreeError> {
    if index < subtree.start || index >= subtree.end {
        return Err(SubtreeError::NotInSubtree { index, subtree });
    }
    let included = inclusion::verify(leaf, index - subtree.start, subtree.end - subtree.start, proof, root)?;
    Ok(IncludedInSubtree { leaf, index, subtree, root: *included.root() })
}

/// Verifies that a subtree with root `subtree_root` is part of the tree of `size` leaves with this root. The empty
/// subtree is part of every tree, and its proof is empty: that says nothing about `root`.
///
/// # Errors
/// [`SubtreeError`].
pub fn verify_consistency(
    subtree: Subtree,
    subtree_root: &Hash,
    size: u64,
    root: &Hash,
    proof: &[Hash],
) -> Result<PartOfTree, SubtreeError> {
    if subtree.end > size {
        return Err(SubtreeError::BeyondTree { subtree, size });
    }
    let evidence = PartOfTree { subtree, subtree_root: *subtree_root, size, root: *root };
    if subtree.start == subtree.end {
        return match proof.len() {
            0 if *subtree_root == empty_root() => Ok(evidence),
            0 => Err(SubtreeError::SubtreeRootMismatch { expected: *subtree_root, found: empty_root() }),
            found => Err(SubtreeError::WrongLength { found, expected: 0 }),
        };
    }
    let path = path(subtree.start, subtree.end, size);
    let (subtree_found, found) = roots(&path, subtree_root, proof)
        .map_err(|expected| SubtreeError::WrongLength { found: proof.len(), expected })?;
    if subtree_found != *subtree_root {
        return Err(SubtreeError::SubtreeRootMismatch { expected: *subtree_root, found: subtree_found });
    }
    if found != *root {
        return Err(SubtreeError::RootMismatch { expected: *root, found });
    }
    Ok(evidence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_subtree_stands_under_one_node() {
        for (start, end) in
            [(0, 0), (1, 1), (0, 7), (4, 8), (4, 7), (6, 8), (13, 14), (0, u64::MAX), (1 << 63, u64::MAX)]
        {
            assert!(Subtree::new(start, end).is_ok(), "{start} {end}");
        }
        for (start, end) in [(1, 3), (2, 5), (2, 6), (3, 5), (2, 1), (1, (1 << 63) + 2)] {
            assert_eq!(Subtree::new(start, end), Err(SubtreeError::NotASubtree { start, end }));
        }
    }

    #[test]
    fn the_walk_ends_for_every_size() {
        for bit in 0..64 {
            let size = u64::MAX >> bit;
            assert!(path(0, 1, size).hashes() <= 64);
            assert!(path(size - 1, size, size).hashes() <= 64);
            assert!(path(0, size, size).sides.is_empty());
        }
    }
}
