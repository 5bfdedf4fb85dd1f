//! Detached timestamp files, `.ots`: a header, the document's digest, and the tree of operations and attestations.
//!
//! The format is that of python-opentimestamps, and so are its limits. Beyond these a file has one reading and one
//! spelling: numbers in shortest form, no branch twice, nothing after the end, and the whole work of a file is bounded.

use crate::encoding::encode_hex;
use crate::encoding::reader::{ReadError, Reader};
use crate::timestamp::attestation::{Attestation, AttestationError, AttestationKind, Step};
use crate::timestamp::operation::{DigestAlgorithm, Operation, OperationError};
use crate::timestamp::varuint::{self, VaruintError};
use std::collections::BTreeSet;

/// Most bytes of a file.
pub const MAX_FILE_BYTES: usize = 1 << 20;
/// Most messages on one path, the digest included.
pub const MAX_DEPTH: usize = 256;
/// Most operations and attestations of a file.
pub const MAX_ITEMS: usize = 1 << 14;
/// Most bytes that the operations of a file read and write.
pub const MAX_WORK_BYTES: usize = 1 << 24;

const MAGIC: &[u8; 31] = b"\0OpenTimestamps\0\0Proof\0\xbf\x89\xe2\xe8\x84\xe8\x92\x94";
const VERSION: u64 = 1;
const FORK: u8 = 0xff;
const ATTESTATION: u8 = 0x00;

/// Why bytes are not a timestamp file. Offsets count from the start of the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OtsError {
    /// The file is over a limit.
    #[error("{what} over the limit of {limit}")]
    TooLarge {
        /// What there is too much of.
        what: &'static str,
        /// The limit.
        limit: usize,
    },
    /// The file does not begin as timestamp files do.
    #[error("not an OpenTimestamps file: begins with {found}")]
    Magic {
        /// The bytes found, hexadecimal.
        found: String,
    },
    /// A version of the format that is not known.
    #[error("version {found} of the format, expected {VERSION}")]
    Version {
        /// The version found.
        found: u64,
    },
    /// The version is not a good number.
    #[error("version of the format")]
    VersionNumber(#[source] VaruintError),
    /// No digest algorithm has this tag.
    #[error("document digest of unknown algorithm {found:#04x}")]
    DigestAlgorithm {
        /// The tag found.
        found: u8,
    },
    /// The digest has not the length its algorithm gives.
    #[error("digest of {found} bytes, expected {expected}")]
    DigestLength {
        /// Bytes the algorithm gives.
        expected: usize,
        /// Bytes found.
        found: usize,
    },
    /// The bytes end early or go on.
    #[error("timestamp file")]
    Read(#[from] ReadError),
    /// An operation that cannot be read or applied.
    #[error("operation at offset {offset}")]
    Operation {
        /// Where it starts.
        offset: usize,
        /// What is wrong.
        source: OperationError,
    },
    /// An attestation that cannot be read.
    #[error("attestation at offset {offset}")]
    Attestation {
        /// Where it starts.
        offset: usize,
        /// What is wrong.
        source: AttestationError,
    },
    /// Two equal branches of one message: the second says nothing.
    #[error("branch {branch} stands twice on one message")]
    TwoEqualBranches {
        /// The branch.
        branch: String,
    },
}

/// Why a document is not the one that was timestamped.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("document has {} {}, the timestamp speaks of {}", .algorithm.name(), encode_hex(.found), encode_hex(.expected))]
pub struct DocumentDiffers {
    /// The digest algorithm.
    pub algorithm: DigestAlgorithm,
    /// The digest the timestamp starts from.
    pub expected: Vec<u8>,
    /// The document's digest.
    pub found: Vec<u8>,
}

/// A message of the tree, and what branches from it.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Node {
    /// The message it was made from, and how; `None` for the document's digest.
    made: Option<(usize, Operation)>,
    message: Vec<u8>,
    depth: usize,
    branches: Vec<Branch>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    Attestation(usize),
    Message(usize),
}

/// A timestamp file that was read. Its attestations are claims until they are verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timestamp {
    algorithm: DigestAlgorithm,
    /// The document's digest first, every message after the one it is made from.
    nodes: Vec<Node>,
    /// In the order of the file, each with the message it attests.
    attestations: Vec<(usize, AttestationKind)>,
    work: usize,
}

/// Evidence that a document has the digest a timestamp starts from.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct DocumentMatches {
    algorithm: DigestAlgorithm,
    digest: Vec<u8>,
    size: usize,
}

impl DocumentMatches {
    /// The digest algorithm.
    #[must_use]
    pub fn algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// The document's digest.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }

    /// Bytes of the document.
    #[must_use]
    pub fn size(&self) -> usize {
        self.size
    }
}

impl Timestamp {
    /// A timestamp of one path, to be written: from a digest by these operations to an attestation.
    ///
    /// # Errors
    /// [`OtsError`] when the digest has the wrong length, or a limit is passed; offsets are then 0.
    pub fn of_path(
        algorithm: DigestAlgorithm,
        digest: &[u8],
        operations: Vec<Operation>,
        attestation: AttestationKind,
    ) -> Result<Self, OtsError> {
        let mut timestamp = Self::start(algorithm, digest)?;
        let mut node = 0;
        for operation in operations {
            node = timestamp.add_operation(node, operation, 0)?;
        }
        timestamp.add_attestation(node, attestation)?;
        // The attestation's own rules are those of reading it.
        Self::decode(&timestamp.encode())
    }

    /// Decodes a file.
    ///
    /// # Errors
    /// [`OtsError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, OtsError> {
        if bytes.len() > MAX_FILE_BYTES {
            return Err(OtsError::TooLarge { what: "bytes", limit: MAX_FILE_BYTES });
        }
        if !bytes.starts_with(MAGIC) {
            let found = encode_hex(&bytes[..bytes.len().min(MAGIC.len())]);
            return Err(OtsError::Magic { found });
        }
        let mut reader = Reader::new(bytes);
        reader.take(MAGIC.len())?;
        match varuint::read(&mut reader, u64::MAX).map_err(OtsError::VersionNumber)? {
            VERSION => {}
            found => return Err(OtsError::Version { found }),
        }
        let tag = reader.u8()?;
        let algorithm = DigestAlgorithm::from_tag(tag).ok_or(OtsError::DigestAlgorithm { found: tag })?;
        let mut timestamp = Self::start(algorithm, reader.take(algorithm.length())?)?;
        timestamp.decode_tree(&mut reader)?;
        reader.finish()?;
        timestamp.refuse_equal_branches()?;
        Ok(timestamp)
    }

    /// A tag before each branch of a message but its last says that more follow; a branch that is an operation goes on
    /// with the branches of the message it makes. Without recursion: whatever is nested stands in `forks`.
    fn decode_tree(&mut self, reader: &mut Reader) -> Result<(), OtsError> {
        let mut forks = Vec::new();
        let mut node = 0;
        loop {
            let mut tag = reader.u8()?;
            if tag == FORK {
                forks.push(node);
                tag = reader.u8()?;
            }
            let offset = reader.offset() - 1;
            if tag == ATTESTATION {
                let kind =
                    AttestationKind::decode(reader).map_err(|source| OtsError::Attestation { offset, source })?;
                self.add_attestation(node, kind)?;
                match forks.pop() {
                    Some(fork) => node = fork,
                    None => return Ok(()),
                }
            } else {
                let operation =
                    Operation::decode(tag, reader).map_err(|source| OtsError::Operation { offset, source })?;
                node = self.add_operation(node, operation, offset)?;
            }
        }
    }

    fn start(algorithm: DigestAlgorithm, digest: &[u8]) -> Result<Self, OtsError> {
        if digest.len() != algorithm.length() {
            return Err(OtsError::DigestLength { expected: algorithm.length(), found: digest.len() });
        }
        let root = Node { made: None, message: digest.to_vec(), depth: 1, branches: Vec::new() };
        Ok(Self { algorithm, nodes: vec![root], attestations: Vec::new(), work: 0 })
    }

    fn add_operation(&mut self, node: usize, operation: Operation, offset: usize) -> Result<usize, OtsError> {
        self.room_for_item()?;
        let depth = self.nodes[node].depth + 1;
        if depth > MAX_DEPTH {
            return Err(OtsError::TooLarge { what: "depth", limit: MAX_DEPTH });
        }
        let message =
            operation.apply(&self.nodes[node].message).map_err(|source| OtsError::Operation { offset, source })?;
        self.work += self.nodes[node].message.len() + message.len();
        if self.work > MAX_WORK_BYTES {
            return Err(OtsError::TooLarge { what: "bytes of work", limit: MAX_WORK_BYTES });
        }
        let child = self.nodes.len();
        self.nodes[node].branches.push(Branch::Message(child));
        self.nodes.push(Node { made: Some((node, operation)), message, depth, branches: Vec::new() });
        Ok(child)
    }

    fn add_attestation(&mut self, node: usize, kind: AttestationKind) -> Result<(), OtsError> {
        self.room_for_item()?;
        self.nodes[node].branches.push(Branch::Attestation(self.attestations.len()));
        self.attestations.push((node, kind));
        Ok(())
    }

    fn room_for_item(&self) -> Result<(), OtsError> {
        match self.nodes.len() + self.attestations.len() {
            items if items > MAX_ITEMS => Err(OtsError::TooLarge { what: "operations", limit: MAX_ITEMS }),
            _ => Ok(()),
        }
    }

    fn refuse_equal_branches(&self) -> Result<(), OtsError> {
        let twice = |branch: String| Err(OtsError::TwoEqualBranches { branch });
        for node in self.nodes.iter().filter(|node| node.branches.len() > 1) {
            let (mut kinds, mut operations) = (BTreeSet::new(), BTreeSet::new());
            for branch in &node.branches {
                match *branch {
                    Branch::Attestation(index) if !kinds.insert(&self.attestations[index].1) => {
                        return twice(self.attestations[index].1.to_string());
                    }
                    Branch::Message(index) => {
                        let operation = self.nodes[index].made.as_ref().map(|(_, operation)| operation);
                        if !operations.insert(operation) {
                            return twice(operation.map_or("", Operation::name).to_owned());
                        }
                    }
                    Branch::Attestation(_) => {}
                }
            }
        }
        Ok(())
    }

    /// Encodes the file: byte for byte what was decoded.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        varuint::write(&mut out, VERSION);
        out.push(self.algorithm.tag());
        out.extend_from_slice(self.digest());
        let mut next: Vec<(Branch, bool)> = Vec::new();
        let branches_of = |node: usize| {
            let branches = &self.nodes[node].branches;
            branches.iter().enumerate().map(|(place, branch)| (*branch, place + 1 < branches.len())).rev()
        };
        next.extend(branches_of(0));
        while let Some((branch, more_follow)) = next.pop() {
            if more_follow {
                out.push(FORK);
            }
            match branch {
                Branch::Attestation(index) => {
                    out.push(ATTESTATION);
                    self.attestations[index].1.encode(&mut out);
                }
                Branch::Message(index) => {
                    if let Some((_, operation)) = &self.nodes[index].made {
                        operation.encode(&mut out);
                    }
                    next.extend(branches_of(index));
                }
            }
        }
        out
    }

    /// The algorithm of the document's digest.
    #[must_use]
    pub fn digest_algorithm(&self) -> DigestAlgorithm {
        self.algorithm
    }

    /// The document's digest, from which all paths start.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.nodes[0].message
    }

    /// Most messages on one path, the digest included; at most [`MAX_DEPTH`].
    #[must_use]
    pub fn depth(&self) -> usize {
        self.nodes.iter().map(|node| node.depth).max().unwrap_or(0)
    }

    /// The attestations, in the order of the file.
    pub fn attestations(&self) -> impl ExactSizeIterator<Item = Attestation<'_>> {
        self.attestations.iter().map(|(node, kind)| Attestation { timestamp: self, node: *node, kind })
    }

    /// Verifies that a document has the digest that this timestamp starts from.
    ///
    /// # Errors
    /// [`DocumentDiffers`].
    pub fn digest_matches(&self, document: &[u8]) -> Result<DocumentMatches, DocumentDiffers> {
        let (algorithm, found) = (self.algorithm, self.algorithm.digest(document));
        if found != self.digest() {
            return Err(DocumentDiffers { algorithm, expected: self.digest().to_vec(), found });
        }
        Ok(DocumentMatches { algorithm, digest: found, size: document.len() })
    }

    pub(crate) fn message(&self, node: usize) -> &[u8] {
        &self.nodes[node].message
    }

    pub(crate) fn steps(&self, mut node: usize) -> Vec<Step<'_>> {
        let mut steps = Vec::new();
        while let Some((parent, operation)) = &self.nodes[node].made {
            steps.push(Step { operation, result: &self.nodes[node].message });
            node = *parent;
        }
        steps.reverse();
        steps
    }
}
