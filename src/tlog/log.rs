//! A log as its issuer keeps it: the hashes of its tree, its proofs, and the key that signs its checkpoints. Verifying
//! needs none of this.

use crate::crypto::hash::Hash;
use crate::crypto::hash_lanes::node_hashes;
use crate::crypto::key::SecretKey;
use crate::tlog::checkpoint::{Checkpoint, CheckpointError};
use crate::tlog::note::{Note, NoteError, NoteSignature};
use crate::tlog::tree_hash::{EntryError, LeafHash, empty_root, node_hash};
use crate::tlog::verifier_key::{SignatureAlgorithm, VerifierKey, VerifierKeyError};

/// Why a log does not do what it is asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// The entry may not stand in a log.
    #[error("entry")]
    Entry(#[from] EntryError),
    /// The log is not that long.
    #[error("tree size {asked} is over the log's {size}")]
    Size {
        /// The size asked for.
        asked: u64,
        /// Leaves of the log.
        size: u64,
    },
    /// There is no such leaf.
    #[error("index {index} is not below the tree size {size}")]
    Index {
        /// The index asked for.
        index: u64,
        /// The tree size asked for.
        size: u64,
    },
    /// There is no proof from an empty tree, or back to a smaller one.
    #[error("no consistency proof from size {old} to {new}")]
    NoConsistencyProof {
        /// The earlier size.
        old: u64,
        /// The later size.
        new: u64,
    },
    /// The key cannot sign checkpoints of this log.
    #[error("log key")]
    Key(#[from] VerifierKeyError),
    /// The checkpoint is of another log.
    #[error("checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint does not make a note.
    #[error("note")]
    Note(#[from] NoteError),
}

/// A log's tree, in memory.
#[derive(Debug, Clone, Default)]
pub struct Log {
    /// `levels[n]` holds the root of every complete subtree of 2^n leaves; `levels[0]` the leaves.
    levels: Vec<Vec<Hash>>,
}

impl Log {
    /// The log without leaves.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Appends an entry and gives its index.
    ///
    /// # Errors
    /// [`LogError::Entry`].
    pub fn append(&mut self, entry: &[u8]) -> Result<u64, LogError> {
        let leaf = LeafHash::of_entry(entry)?;
        Ok(self.append_leaf(leaf))
    }

    /// Appends a leaf and gives its index.
    pub fn append_leaf(&mut self, leaf: LeafHash) -> u64 {
        self.append_leaves(&[leaf])
    }

    /// Appends leaves and gives the index of the first. The hashes of a level are worked out side by side, so that many
    /// leaves at once cost less than one after another.
    pub fn append_leaves(&mut self, leaves: &[LeafHash]) -> u64 {
        let index = self.size();
        if self.levels.is_empty() {
            self.levels.push(Vec::new());
        }
        self.levels[0].extend(leaves.iter().map(LeafHash::as_bytes));
        // Every second node completes its parent.
        for level in 0.. {
            let complete = self.levels[level].len() / 2;
            let known = self.levels.get(level + 1).map_or(0, Vec::len);
            if complete == known {
                break;
            }
            if self.levels.len() == level + 1 {
                self.levels.push(Vec::new());
            }
            let (below, above) = self.levels.split_at_mut(level + 1);
            let (pairs, _) = below[level].as_chunks::<2>();
            above[0].resize(complete, [0; 32]);
            node_hashes(&pairs[known..], &mut above[0][known..]);
        }
        index
    }

    /// How many leaves it has.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Its root.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.subtree(0, self.size())
    }

    /// Its root when it had `size` leaves.
    ///
    /// # Errors
    /// [`LogError::Size`].
    pub fn root_at(&self, size: u64) -> Result<Hash, LogError> {
        self.has(size)?;
        Ok(self.subtree(0, size))
    }

    /// The proof that the leaf at `index` is in the tree of `size` leaves.
    ///
    /// # Errors
    /// [`LogError::Size`] or [`LogError::Index`].
    pub fn inclusion_proof(&self, index: u64, size: u64) -> Result<Vec<Hash>, LogError> {
        self.has(size)?;
        if index >= size {
            return Err(LogError::Index { index, size });
        }
        Ok(self.path(index, index + 1, size))
    }

    /// The proof that the tree of `new` leaves begins with the tree of `old`.
    ///
    /// # Errors
    /// [`LogError::Size`] or [`LogError::NoConsistencyProof`].
    pub fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>, LogError> {
        self.has(new)?;
        if old == 0 || old > new {
            return Err(LogError::NoConsistencyProof { old, new });
        }
        Ok(self.path(0, old, new))
    }

    /// The checkpoint of the tree as it is.
    ///
    /// # Errors
    /// [`LogError::Checkpoint`].
    pub fn checkpoint(&self, origin: &str, extensions: &[&str]) -> Result<Checkpoint, LogError> {
        Ok(Checkpoint::new(origin, self.size(), self.root(), extensions)?)
    }

    fn has(&self, asked: u64) -> Result<(), LogError> {
        if asked > self.size() { Err(LogError::Size { asked, size: self.size() }) } else { Ok(()) }
    }

    /// The root of leaves [start, end), which stand under one node of the tree of `end` leaves.
    fn subtree(&self, start: u64, end: u64) -> Hash {
        match end - start {
            0 => empty_root(),
            leaves if leaves.is_power_of_two() => {
                let level = leaves.trailing_zeros();
                self.levels[level as usize][(start >> level) as usize]
            }
            leaves => {
                let middle = start + split(leaves);
                node_hash(&self.subtree(start, middle), &self.subtree(middle, end))
            }
        }
    }

    /// The hashes that prove leaves [start, end) part of the tree of `size`, from the bottom up (RFC 6962 §2.1.1, §2.1.2).
    fn path(&self, mut start: u64, end: u64, size: u64) -> Vec<Hash> {
        let mut hashes = Vec::new();
        let (mut left, mut right) = (0, size);
        let mut root_is_known = true;
        while (left, right) != (start, end) {
            let middle = left + split(right - left);
            if end <= middle {
                hashes.push(self.subtree(middle, right));
                right = middle;
            } else {
                hashes.push(self.subtree(left, middle));
                if start < middle {
                    // All leaves left of the middle are in: only what is right of it remains to be shown.
                    (start, root_is_known) = (middle, false);
                }
                left = middle;
            }
        }
        if !root_is_known {
            hashes.push(self.subtree(start, end));
        }
        hashes.reverse();
        hashes
    }
}

/// The largest power of two below a number of leaves, at least 2.
fn split(leaves: u64) -> u64 {
    1 << (leaves - 1).ilog2()
}

/// The key with which a log signs its checkpoints.
pub struct LogSigner {
    key: VerifierKey,
    secret: SecretKey,
}

impl LogSigner {
    /// The signer of the log with this origin.
    ///
    /// # Errors
    /// [`LogError::Key`]: the origin is no key name, or the key is not Ed25519.
    pub fn new(origin: &str, secret: SecretKey) -> Result<Self, LogError> {
        let key = VerifierKey::new(origin, SignatureAlgorithm::Ed25519, secret.public())?;
        Ok(Self { key, secret })
    }

    /// The key that verifies its checkpoints; it goes into the policy.
    #[must_use]
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    /// Signs a checkpoint. The caller sees to it that it never signs two that are inconsistent.
    ///
    /// # Errors
    /// [`LogError::Checkpoint`]: the checkpoint has another origin than the key's name.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<Note, LogError> {
        if checkpoint.origin() != self.key.name() {
            let expected = vec![self.key.name().to_owned()];
            let found = checkpoint.origin().to_owned();
            return Err(LogError::Checkpoint(CheckpointError::Origin { expected, found }));
        }
        let body = checkpoint.body();
        let signature = self.secret.sign(body.as_bytes()).to_vec();
        Ok(Note::new(&body, vec![NoteSignature::new(self.key.name(), self.key.key_hash(), signature)])?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::Suite;

    #[test]
    fn the_tree_of_rfc_6962_section_2_1_3() {
        // The example's shape: seven leaves; proofs are named by the nodes of its drawing.
        let mut log = Log::new();
        let leaves: Vec<Hash> = (0..7).map(|n| *LeafHash::of_entry(&[n]).unwrap().as_bytes()).collect();
        for entry in 0..7 {
            assert_eq!(log.append(&[entry]), Ok(u64::from(entry)));
        }
        let [a, b, c, d, e, f, j] = leaves[..] else { panic!("seven leaves") };
        let (g, h, i) = (node_hash(&a, &b), node_hash(&c, &d), node_hash(&e, &f));
        let (k, l) = (node_hash(&g, &h), node_hash(&i, &j));
        assert_eq!(log.root(), node_hash(&k, &l));
        assert_eq!(log.inclusion_proof(0, 7), Ok(vec![b, h, l]));
        assert_eq!(log.inclusion_proof(3, 7), Ok(vec![c, g, l]));
        assert_eq!(log.inclusion_proof(4, 7), Ok(vec![f, j, k]));
        assert_eq!(log.inclusion_proof(6, 7), Ok(vec![i, k]));
        assert_eq!(log.consistency_proof(3, 7), Ok(vec![c, d, g, l]));
        assert_eq!(log.consistency_proof(4, 7), Ok(vec![l]));
        assert_eq!(log.consistency_proof(6, 7), Ok(vec![i, j, k]));
        assert_eq!(log.consistency_proof(7, 7), Ok(vec![]));
    }

    #[test]
    fn leaves_appended_together_are_leaves_appended_one_by_one() {
        let leaf = |number: u32| LeafHash::of_entry(&number.to_be_bytes()).unwrap();
        for (first, more) in [(0, 0), (0, 1), (0, 7), (1, 1), (3, 8), (5, 300), (256, 257)] {
            let (mut together, mut one_by_one) = (Log::new(), Log::new());
            for (from, to) in [(0, first), (first, first + more), (first + more, first + more + 2)] {
                let leaves: Vec<LeafHash> = (from..to).map(leaf).collect();
                assert_eq!(together.append_leaves(&leaves), u64::from(from));
                for leaf in leaves {
                    one_by_one.append_leaf(leaf);
                }
                assert_eq!((together.size(), together.root()), (u64::from(to), one_by_one.root()));
            }
            // By the definition, from the leaves up.
            let all: Vec<Hash> = (0..first + more + 2).map(|number| *leaf(number).as_bytes()).collect();
            assert_eq!(together.root(), by_definition(&all));
        }
    }

    /// The root as RFC 6962 §2.1 defines it.
    fn by_definition(leaves: &[Hash]) -> Hash {
        match leaves {
            [leaf] => *leaf,
            _ => {
                let (left, right) = leaves.split_at(split(leaves.len() as u64) as usize);
                node_hash(&by_definition(left), &by_definition(right))
            }
        }
    }

    #[test]
    fn what_the_log_does_not_have_is_refused() {
        let mut log = Log::new();
        assert_eq!((log.size(), log.root()), (0, empty_root()));
        assert_eq!(log.append(&[0; 64]), Err(LogError::Entry(EntryError)));
        assert_eq!(log.append(b"x"), Ok(0));
        assert_eq!(log.root_at(2), Err(LogError::Size { asked: 2, size: 1 }));
        assert_eq!(log.inclusion_proof(1, 1), Err(LogError::Index { index: 1, size: 1 }));
        assert_eq!(log.inclusion_proof(0, 2), Err(LogError::Size { asked: 2, size: 1 }));
        assert_eq!(log.consistency_proof(0, 1), Err(LogError::NoConsistencyProof { old: 0, new: 1 }));
        assert_eq!(log.consistency_proof(2, 1), Err(LogError::NoConsistencyProof { old: 2, new: 1 }));
    }

    #[test]
    fn a_log_signs_only_its_own_checkpoints() {
        let secret = || SecretKey::from_bytes(Suite::Ed25519, &[3; 32]).unwrap();
        let signer = LogSigner::new("example.com/log", secret()).unwrap();
        let checkpoint = Log::new().checkpoint("example.com/log", &["an extension"]).unwrap();
        let note = signer.sign(&checkpoint).unwrap();
        assert_eq!(note.text(), checkpoint.body());
        assert!(signer.verifier_key().verify(&note).is_ok());
        let other = Log::new().checkpoint("example.com/other", &[]).unwrap();
        assert!(matches!(signer.sign(&other), Err(LogError::Checkpoint(CheckpointError::Origin { .. }))));
        assert!(LogSigner::new("a log", secret()).is_err());
    }
}
