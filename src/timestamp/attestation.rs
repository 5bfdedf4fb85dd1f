//! What ends a path of operations: somebody attests the message that the path led to.

use crate::crypto::hash::Hash;
use crate::encoding::encode_hex;
use crate::encoding::reader::{ReadError, Reader};
use crate::timestamp::operation::Operation;
use crate::timestamp::ots::Timestamp;
use crate::timestamp::varuint::{self, VaruintError};
use std::fmt;

/// Most bytes of an attestation's payload.
pub const MAX_PAYLOAD_BYTES: usize = 8192;
/// Most bytes of a calendar's address.
pub const MAX_URI_BYTES: usize = 1000;

const BITCOIN: Tag = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];
const LITECOIN: Tag = [0x06, 0x86, 0x9a, 0x0d, 0x73, 0xd7, 0x1b, 0x45];
const ETHEREUM: Tag = [0x30, 0xfe, 0x80, 0x87, 0xb5, 0xc7, 0xea, 0xd7];
const PENDING: Tag = [0x83, 0xdf, 0xe3, 0x0d, 0x2e, 0xf9, 0x0c, 0x8e];

/// The eight bytes that name a kind of attestation.
pub type Tag = [u8; 8];

/// Why bytes are not an attestation, or an attestation does not hold.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttestationError {
    /// The bytes end early, or go on after the payload's last field.
    #[error("attestation")]
    Read(#[from] ReadError),
    /// A length or a height is not a good number.
    #[error("number of an attestation")]
    Number(#[from] VaruintError),
    /// A calendar's address holds a character it may not.
    #[error("calendar address with byte {found:#04x} at {place}")]
    UriCharacter {
        /// Where in the address it stands.
        place: usize,
        /// The byte.
        found: u8,
    },
    /// Not an attestation of a Bitcoin block.
    #[error("attestation of kind {found}, expected a Bitcoin block header")]
    NotBitcoin {
        /// What it is.
        found: String,
    },
    /// The path ends in a message that is no Merkle root.
    #[error("message of {found} bytes attested by block {height}, expected 32")]
    MessageLength {
        /// The block's height.
        height: u32,
        /// Bytes of the message.
        found: usize,
    },
    /// The path ends in another message than the block's Merkle root.
    #[error("path ends in {}, but block {height} has Merkle root {}", display(.found), display(.expected))]
    RootMismatch {
        /// The block's height.
        height: u32,
        /// The header's Merkle root, in the order of its bytes.
        expected: Hash,
        /// The message, in the order of its bytes.
        found: Hash,
    },
}

/// A Bitcoin hash as explorers show it.
fn display(hash: &Hash) -> String {
    let mut reversed = *hash;
    reversed.reverse();
    encode_hex(&reversed)
}

/// What kind of attestation it is, and its payload.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AttestationKind {
    /// The message is the Merkle root of the Bitcoin block at this height.
    Bitcoin {
        /// The block's height.
        height: u32,
    },
    /// The message is the Merkle root of the Litecoin block at this height. Not checked here.
    Litecoin {
        /// The block's height.
        height: u32,
    },
    /// The message is the transactions root of the Ethereum block at this height. Not checked here.
    Ethereum {
        /// The block's height.
        height: u32,
    },
    /// A calendar promised to have the message attested. It proves nothing yet.
    Pending {
        /// The calendar's address: letters, digits and `-._/:` alone. It is not to be followed without asking.
        uri: String,
    },
    /// A kind not known here.
    Unknown {
        /// The kind's tag.
        tag: Tag,
        /// Its payload.
        payload: Vec<u8>,
    },
}

impl AttestationKind {
    /// The tag that names the kind.
    #[must_use]
    pub fn tag(&self) -> Tag {
        match self {
            Self::Bitcoin { .. } => BITCOIN,
            Self::Litecoin { .. } => LITECOIN,
            Self::Ethereum { .. } => ETHEREUM,
            Self::Pending { .. } => PENDING,
            Self::Unknown { tag, .. } => *tag,
        }
    }

    /// The payload's bytes.
    #[must_use]
    pub fn payload(&self) -> Vec<u8> {
        let mut out = Vec::new();
        match self {
            Self::Bitcoin { height } | Self::Litecoin { height } | Self::Ethereum { height } => {
                varuint::write(&mut out, u64::from(*height));
            }
            Self::Pending { uri } => {
                varuint::write(&mut out, uri.len() as u64);
                out.extend_from_slice(uri.as_bytes());
            }
            Self::Unknown { payload, .. } => out.extend_from_slice(payload),
        }
        out
    }

    pub(crate) fn decode(reader: &mut Reader) -> Result<Self, AttestationError> {
        let tag: Tag = reader.array()?;
        let length = varuint::read(reader, MAX_PAYLOAD_BYTES as u64)?;
        let payload = reader.take(length as usize)?;
        let mut inner = Reader::new(payload);
        let kind = match tag {
            BITCOIN => Self::Bitcoin { height: decode_height(&mut inner)? },
            LITECOIN => Self::Litecoin { height: decode_height(&mut inner)? },
            ETHEREUM => Self::Ethereum { height: decode_height(&mut inner)? },
            PENDING => Self::Pending { uri: decode_uri(&mut inner)? },
            _ => return Ok(Self::Unknown { tag, payload: payload.to_vec() }),
        };
        inner.finish()?;
        Ok(kind)
    }

    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        let payload = self.payload();
        out.extend_from_slice(&self.tag());
        varuint::write(out, payload.len() as u64);
        out.extend_from_slice(&payload);
    }
}

impl fmt::Display for AttestationKind {
    /// One line for the reader: `bitcoin block 358391`, `pending https://…`, `unknown 0102030405060708`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bitcoin { height } => write!(f, "bitcoin block {height}"),
            Self::Litecoin { height } => write!(f, "litecoin block {height}"),
            Self::Ethereum { height } => write!(f, "ethereum block {height}"),
            Self::Pending { uri } => write!(f, "pending {uri}"),
            Self::Unknown { tag, .. } => write!(f, "unknown {}", encode_hex(tag)),
        }
    }
}

fn decode_height(reader: &mut Reader) -> Result<u32, AttestationError> {
    // The limit is u32's own, so nothing is cut off.
    Ok(varuint::read(reader, u64::from(u32::MAX))? as u32)
}

fn decode_uri(reader: &mut Reader) -> Result<String, AttestationError> {
    let length = varuint::read(reader, MAX_URI_BYTES as u64)?;
    let bytes = reader.take(length as usize)?;
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._/:".contains(&byte);
    match bytes.iter().enumerate().find(|&(_, &byte)| !allowed(byte)) {
        Some((place, &found)) => Err(AttestationError::UriCharacter { place, found }),
        None => Ok(bytes.iter().copied().map(char::from).collect()),
    }
}

/// One attestation of a timestamp, with the path that leads to it.
#[derive(Clone, Copy)]
pub struct Attestation<'t> {
    pub(crate) timestamp: &'t Timestamp,
    pub(crate) node: usize,
    pub(crate) kind: &'t AttestationKind,
}

/// A step of a path: an operation and the message it makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'t> {
    /// The operation.
    pub operation: &'t Operation,
    /// The message after it, at most 4096 bytes.
    pub result: &'t [u8],
}

impl<'t> Attestation<'t> {
    /// Its kind.
    #[must_use]
    pub fn kind(&self) -> &'t AttestationKind {
        self.kind
    }

    /// The message that is attested: what the path made of the document's digest.
    #[must_use]
    pub fn message(&self) -> &'t [u8] {
        self.timestamp.message(self.node)
    }

    /// The path from the document's digest to the message, at most 255 steps.
    #[must_use]
    pub fn steps(&self) -> Vec<Step<'t>> {
        self.timestamp.steps(self.node)
    }

    /// Verifies a Bitcoin attestation against the Merkle root of the block at its height, in the header's byte order.
    /// That the block is at this height, and in the chain, is for the caller to know.
    ///
    /// # Errors
    /// [`AttestationError::NotBitcoin`], [`AttestationError::MessageLength`] or [`AttestationError::RootMismatch`].
    pub fn verify(&self, merkle_root: &Hash) -> Result<Attested, AttestationError> {
        let AttestationKind::Bitcoin { height } = *self.kind else {
            return Err(AttestationError::NotBitcoin { found: self.kind.to_string() });
        };
        let message = self.message();
        let found =
            Hash::try_from(message).map_err(|_| AttestationError::MessageLength { height, found: message.len() })?;
        if found != *merkle_root {
            return Err(AttestationError::RootMismatch { height, expected: *merkle_root, found });
        }
        Ok(Attested { height, merkle_root: found, digest: self.timestamp.digest().to_vec() })
    }
}

impl fmt::Debug for Attestation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Attestation({} of {})", self.kind, encode_hex(self.message()))
    }
}

/// Evidence that a digest is committed to by the Merkle root that a block of this height has.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Attested {
    height: u32,
    merkle_root: Hash,
    digest: Vec<u8>,
}

impl Attested {
    /// The height of the block, as the attestation claims it.
    #[must_use]
    pub fn height(&self) -> u32 {
        self.height
    }

    /// The Merkle root, in the header's byte order.
    #[must_use]
    pub fn merkle_root(&self) -> &Hash {
        &self.merkle_root
    }

    /// The document's digest that the root commits to.
    #[must_use]
    pub fn digest(&self) -> &[u8] {
        &self.digest
    }
}
