//! Proofs that an entry is in a log (c2sp.org/tlog-proof): its index, the hashes from its leaf up to the root, and the
//! checkpoint with that root.

use crate::crypto::hash::Hash;
use crate::encoding::{TextError, decode_base64, encode_base64, encode_hex};
use crate::tlog::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint};
use crate::tlog::inclusion::{self, Included, InclusionError};
use crate::tlog::note::{MAX_NOTE_BYTES, Note, NoteError};
use crate::tlog::policy::LogPolicy;
use crate::tlog::quorum::{QuorumError, QuorumReached};
use crate::tlog::text::{HashTextError, excerpt, parse_decimal, parse_hash};
use crate::tlog::tree_hash::{EntryError, LeafHash};

const HEADER: &str = "c2sp.org/tlog-proof@v1";
/// Most hashes of an inclusion proof: a tree has less than 2^64 leaves.
const MAX_HASHES: usize = 64;
/// Most bytes of a proof; beside the note there are at most 64 hashes and the extra data.
pub const MAX_PROOF_BYTES: usize = MAX_NOTE_BYTES + 64 * 1024;

/// Why a text is not a proof, or a proof is not good.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TlogProofError {
    /// The proof is over the limit.
    #[error("proof of {found} bytes is over the limit of {MAX_PROOF_BYTES}")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// A line is not what it should be.
    #[error("line {line} of the proof: expected {expected}, found {found:?}")]
    Form {
        /// Which line, from 1.
        line: usize,
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// The extra data is not strict base64.
    #[error("extra data")]
    Extra(#[source] TextError),
    /// A hash of the inclusion proof is not a hash.
    #[error("hash {number} of the inclusion proof")]
    Hash {
        /// Which hash, from 1.
        number: usize,
        /// What is wrong with it.
        source: HashTextError,
    },
    /// The checkpoint is not a signed note.
    #[error("checkpoint of the proof")]
    Note(#[from] NoteError),
    /// The checkpoint is not one, or not the log's.
    #[error("checkpoint of the proof")]
    Checkpoint(#[from] CheckpointError),
    /// The entry may not stand in a log.
    #[error("entry")]
    Entry(#[from] EntryError),
    /// The entry is not proven to be in the tree.
    #[error("entry is not in the log's tree")]
    Inclusion(#[from] InclusionError),
    /// Not enough witnesses.
    #[error("not enough witnesses")]
    Quorum(#[from] QuorumError),
    /// Evidence of different checkpoints was put together.
    #[error("{what} {found}, expected {expected}: evidence of different checkpoints")]
    OtherCheckpoint {
        /// What differs.
        what: &'static str,
        /// That of the signed checkpoint.
        expected: String,
        /// That of the other evidence.
        found: String,
    },
}

/// A claim that an entry is in a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TlogProof {
    extra: Option<Vec<u8>>,
    index: u64,
    hashes: Vec<Hash>,
    note: Note,
    checkpoint: Checkpoint,
}

impl TlogProof {
    /// A proof for the entry at `index` of the tree the note's checkpoint speaks of.
    ///
    /// # Errors
    /// [`TlogProofError`] when the note is no checkpoint, or the hashes are too many.
    pub fn new(index: u64, hashes: Vec<Hash>, note: Note) -> Result<Self, TlogProofError> {
        if hashes.len() > MAX_HASHES {
            let (line, found) = (MAX_HASHES + 3, format!("{} hashes", hashes.len()));
            return Err(TlogProofError::Form { line, expected: "at most 64 hashes", found });
        }
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { extra: None, index, hashes, note, checkpoint })
    }

    /// Parses a proof.
    ///
    /// # Errors
    /// [`TlogProofError`].
    pub fn parse(text: &str) -> Result<Self, TlogProofError> {
        if text.len() > MAX_PROOF_BYTES {
            return Err(TlogProofError::TooLong { found: text.len() });
        }
        let mut lines = Lines { rest: text, number: 0 };
        lines.next(HEADER, |line| (line == HEADER).then_some(()))?;
        let extra = match lines.peek().strip_prefix("extra ") {
            Some(base64) => {
                lines.next("extra data", |_| Some(()))?;
                Some(decode_base64(base64).map_err(TlogProofError::Extra)?)
            }
            None => None,
        };
        let index = lines.next("index and a decimal", |line| line.strip_prefix("index ").and_then(parse_decimal))?;
        let mut hashes = Vec::new();
        loop {
            match lines.next("a hash or an empty line", Some)? {
                "" => break,
                line => {
                    let number = hashes.len() + 1;
                    hashes.push(parse_hash(line).map_err(|source| TlogProofError::Hash { number, source })?);
                }
            }
        }
        Ok(Self { extra, ..Self::new(index, hashes, Note::parse(lines.rest)?)? })
    }

    /// The proof as text: what [`TlogProof::parse`] reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            text += &format!("extra {}\n", encode_base64(extra));
        }
        text += &format!("index {}\n", self.index);
        for hash in &self.hashes {
            text += &encode_base64(hash);
            text.push('\n');
        }
        text + "\n" + &self.note.to_text()
    }

    /// The same proof with extra data, which nothing authenticates.
    #[must_use]
    pub fn with_extra(self, extra: Option<Vec<u8>>) -> Self {
        Self { extra, ..self }
    }

    /// Data for the application. Nothing authenticates it.
    #[must_use]
    pub fn extra(&self) -> Option<&[u8]> {
        self.extra.as_deref()
    }

    /// The entry's place in the log, from 0, as claimed.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The hashes from the leaf's sibling up.
    #[must_use]
    pub fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// The checkpoint's signed note.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The checkpoint, as claimed.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// Verifies that an entry stands at the index of the tree the checkpoint claims. The leaf is computed from the entry.
    ///
    /// # Errors
    /// [`TlogProofError::Entry`] or [`TlogProofError::Inclusion`].
    pub fn verify_inclusion(&self, entry: &[u8]) -> Result<Included, TlogProofError> {
        let leaf = LeafHash::of_entry(entry)?;
        let (size, root) = (self.checkpoint.size(), self.checkpoint.root());
        Ok(inclusion::verify(leaf, self.index, size, &self.hashes, root)?)
    }

    /// Verifies everything: the entry's inclusion, the log's signature, and the quorum of witnesses.
    ///
    /// # Errors
    /// [`TlogProofError`].
    pub fn verify(&self, entry: &[u8], policy: &LogPolicy) -> Result<Logged, TlogProofError> {
        let included = self.verify_inclusion(entry)?;
        let signed = policy.verify_log_signature(&self.note)?;
        let quorum = policy.verify_quorum(&self.note)?;
        Logged::from_evidence(included, signed, quorum)
    }
}

/// Evidence that an entry is in a log: under a root that the log signed, and that enough witnesses saw.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Logged {
    included: Included,
    signed: SignedCheckpoint,
    quorum: QuorumReached,
}

impl Logged {
    /// Puts the three together.
    ///
    /// # Errors
    /// [`TlogProofError::OtherCheckpoint`] unless all three speak of the same checkpoint.
    pub fn from_evidence(
        included: Included,
        signed: SignedCheckpoint,
        quorum: QuorumReached,
    ) -> Result<Self, TlogProofError> {
        let differs = |what, expected, found| Err(TlogProofError::OtherCheckpoint { what, expected, found });
        let checkpoint = signed.checkpoint();
        if included.size() != checkpoint.size() {
            return differs("tree size", checkpoint.size().to_string(), included.size().to_string());
        }
        if included.root() != checkpoint.root() {
            return differs("root", encode_base64(checkpoint.root()), encode_base64(included.root()));
        }
        if quorum.body_hash() != signed.body_hash() {
            return differs("body hash", encode_hex(signed.body_hash()), encode_hex(quorum.body_hash()));
        }
        Ok(Self { included, signed, quorum })
    }

    /// The entry's inclusion: leaf hash, index, size and root.
    pub fn included(&self) -> &Included {
        &self.included
    }

    /// The checkpoint with the log's signature.
    pub fn signed(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// The witnesses.
    pub fn quorum(&self) -> &QuorumReached {
        &self.quorum
    }

    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        self.signed.checkpoint()
    }

    /// SHA-256 of the checkpoint's body, final newline included: what an anchor carries.
    #[must_use]
    pub fn body_hash(&self) -> &Hash {
        self.signed.body_hash()
    }
}

/// The lines of a proof before its checkpoint, each ended by a newline.
struct Lines<'a> {
    rest: &'a str,
    number: usize,
}

impl<'a> Lines<'a> {
    fn peek(&self) -> &'a str {
        self.rest.split('\n').next().unwrap_or_default()
    }

    fn next<T>(
        &mut self,
        expected: &'static str,
        read: impl FnOnce(&'a str) -> Option<T>,
    ) -> Result<T, TlogProofError> {
        self.number += 1;
        let wrong = |found: &str| TlogProofError::Form { line: self.number, expected, found: excerpt(found) };
        let (line, rest) = self.rest.split_once('\n').ok_or_else(|| wrong(self.rest))?;
        self.rest = rest;
        read(line).ok_or_else(|| wrong(line))
    }
}
