//! The hashes of a log's Merkle tree (RFC 6962 §2.1, RFC 9162 §2.1.1): leaf SHA-256(00 ‖ entry), node
//! SHA-256(01 ‖ left ‖ right). The prefix keeps a node from being passed off as a leaf.

use crate::crypto::hash::{Hash, sha256, sha256_parts};
use crate::encoding::encode_base64;
use std::fmt;

/// No entry has the length of two hashes: even a reader who forgot the prefix could not take a node for an entry.
pub const FORBIDDEN_ENTRY_BYTES: usize = 64;

/// An entry that may not stand in a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("entry of {FORBIDDEN_ENTRY_BYTES} bytes, the length of two hashes: no entry has this length")]
pub struct EntryError;

/// The hash of a leaf of a log's tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LeafHash(Hash);

impl LeafHash {
    /// The leaf hash of an entry: SHA-256(00 ‖ entry).
    ///
    /// # Errors
    /// [`EntryError`] when the entry is 64 bytes long.
    pub fn of_entry(entry: &[u8]) -> Result<Self, EntryError> {
        match entry.len() {
            FORBIDDEN_ENTRY_BYTES => Err(EntryError),
            _ => Ok(Self(sha256_parts(&[&[0], entry]))),
        }
    }

    /// A leaf hash somebody gave, such as one of a hash tile. It says nothing about any entry.
    #[must_use]
    pub fn from_bytes(hash: Hash) -> Self {
        Self(hash)
    }

    /// The 32 bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &Hash {
        &self.0
    }
}

impl fmt::Display for LeafHash {
    /// Base64, as C2SP texts write hashes.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_base64(&self.0))
    }
}

/// The hash of an inner node: SHA-256(01 ‖ left ‖ right).
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    sha256_parts(&[&[1], left, right])
}

/// The root of the tree without leaves: SHA-256 of nothing.
#[must_use]
pub fn empty_root() -> Hash {
    sha256(&[])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::encode_hex;

    #[test]
    fn known_answers() {
        // RFC 9162's own tree hashes of the empty tree and of the empty entry.
        let hex = |hash: &Hash| encode_hex(hash);
        assert_eq!(hex(&empty_root()), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
        let leaf = LeafHash::of_entry(b"").unwrap();
        assert_eq!(hex(leaf.as_bytes()), "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
        assert_eq!(leaf.to_string(), "bjQLnP+zepicpUTmu3gKLHiQHT+zNzh2hRGjBhevoB0=");
    }

    #[test]
    fn a_node_is_never_a_leaf() {
        let (left, right) = ([1; 32], [2; 32]);
        let children = [left, right].concat();
        assert_eq!(LeafHash::of_entry(&children), Err(EntryError));
        let prefixed = [&[1][..], &children].concat();
        assert_ne!(LeafHash::of_entry(&prefixed).unwrap().as_bytes(), &node_hash(&left, &right));
    }
}
