//! The operations of a timestamp: each makes a message from the one before. None makes an empty or unbounded one.

use crate::encoding::reader::Reader;
use crate::encoding::{encode_hex, reader::ReadError};
use crate::timestamp::varuint::{self, VaruintError};
use sha1::Digest as _;

/// Most bytes of a message, an argument or a result.
pub const MAX_MESSAGE_BYTES: usize = 4096;

const APPEND: u8 = 0xf0;
const PREPEND: u8 = 0xf1;
const REVERSE: u8 = 0xf2;
const HEXLIFY: u8 = 0xf3;

/// A hash function, of a document or as an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DigestAlgorithm {
    /// SHA-1. Whoever made the document could have made another with the same digest.
    Sha1,
    /// RIPEMD-160.
    Ripemd160,
    /// SHA-256.
    Sha256,
    /// Keccak-256, as Ethereum uses it: not the final SHA-3.
    Keccak256,
}

impl DigestAlgorithm {
    const ALL: [Self; 4] = [Self::Sha1, Self::Ripemd160, Self::Sha256, Self::Keccak256];

    /// Its tag in a file.
    #[must_use]
    pub fn tag(self) -> u8 {
        match self {
            Self::Sha1 => 0x02,
            Self::Ripemd160 => 0x03,
            Self::Sha256 => 0x08,
            Self::Keccak256 => 0x67,
        }
    }

    /// The algorithm a tag names.
    #[must_use]
    pub fn from_tag(tag: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|algorithm| algorithm.tag() == tag)
    }

    /// Its name, as the OpenTimestamps programs show it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sha1 => "sha1",
            Self::Ripemd160 => "ripemd160",
            Self::Sha256 => "sha256",
            Self::Keccak256 => "keccak256",
        }
    }

    /// Bytes of a digest.
    #[must_use]
    pub fn length(self) -> usize {
        match self {
            Self::Sha1 | Self::Ripemd160 => 20,
            Self::Sha256 | Self::Keccak256 => 32,
        }
    }

    /// The digest of some bytes.
    #[must_use]
    pub fn digest(self, bytes: &[u8]) -> Vec<u8> {
        match self {
            Self::Sha1 => sha1::Sha1::digest(bytes).to_vec(),
            Self::Ripemd160 => ripemd::Ripemd160::digest(bytes).to_vec(),
            Self::Sha256 => sha2::Sha256::digest(bytes).to_vec(),
            Self::Keccak256 => sha3::Keccak256::digest(bytes).to_vec(),
        }
    }
}

/// Why an operation cannot be read or applied.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OperationError {
    /// No operation has this tag.
    #[error("unknown operation tag {found:#04x}")]
    UnknownTag {
        /// The tag.
        found: u8,
    },
    /// The bytes end early.
    #[error("argument")]
    Read(#[from] ReadError),
    /// The argument's length is not a good number.
    #[error("length of the argument")]
    Length(#[from] VaruintError),
    /// The argument is empty: the operation would change nothing.
    #[error("empty argument")]
    EmptyArgument,
    /// The result is over the limit.
    #[error("result of {found} bytes is over the limit of {MAX_MESSAGE_BYTES}")]
    ResultTooLong {
        /// Bytes the result would have.
        found: usize,
    },
}

/// An operation.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// The message, then the argument.
    Append(Vec<u8>),
    /// The argument, then the message.
    Prepend(Vec<u8>),
    /// The message's bytes, last first.
    Reverse,
    /// The message in lower-case hexadecimal.
    Hexlify,
    /// The message's digest.
    Digest(DigestAlgorithm),
}

impl Operation {
    /// Its name, as the OpenTimestamps programs show it.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Append(_) => "append",
            Self::Prepend(_) => "prepend",
            Self::Reverse => "reverse",
            Self::Hexlify => "hexlify",
            Self::Digest(algorithm) => algorithm.name(),
        }
    }

    /// Its argument, where it has one.
    #[must_use]
    pub fn argument(&self) -> Option<&[u8]> {
        match self {
            Self::Append(argument) | Self::Prepend(argument) => Some(argument),
            Self::Reverse | Self::Hexlify | Self::Digest(_) => None,
        }
    }

    /// Reads an operation after its tag.
    pub(crate) fn decode(tag: u8, reader: &mut Reader) -> Result<Self, OperationError> {
        match tag {
            APPEND => Ok(Self::Append(decode_argument(reader)?)),
            PREPEND => Ok(Self::Prepend(decode_argument(reader)?)),
            REVERSE => Ok(Self::Reverse),
            HEXLIFY => Ok(Self::Hexlify),
            found => DigestAlgorithm::from_tag(found).map(Self::Digest).ok_or(OperationError::UnknownTag { found }),
        }
    }

    /// Writes the operation with its tag.
    pub(crate) fn encode(&self, out: &mut Vec<u8>) {
        out.push(match self {
            Self::Append(_) => APPEND,
            Self::Prepend(_) => PREPEND,
            Self::Reverse => REVERSE,
            Self::Hexlify => HEXLIFY,
            Self::Digest(algorithm) => algorithm.tag(),
        });
        if let Some(argument) = self.argument() {
            varuint::write(out, argument.len() as u64);
            out.extend_from_slice(argument);
        }
    }

    /// The message this operation makes of another, which is not empty.
    ///
    /// # Errors
    /// [`OperationError::EmptyArgument`] or [`OperationError::ResultTooLong`].
    pub fn apply(&self, message: &[u8]) -> Result<Vec<u8>, OperationError> {
        let length = match self {
            Self::Append(argument) | Self::Prepend(argument) if argument.is_empty() => {
                return Err(OperationError::EmptyArgument);
            }
            Self::Append(argument) | Self::Prepend(argument) => message.len() + argument.len(),
            Self::Reverse => message.len(),
            Self::Hexlify => message.len() * 2,
            Self::Digest(algorithm) => algorithm.length(),
        };
        if length > MAX_MESSAGE_BYTES {
            return Err(OperationError::ResultTooLong { found: length });
        }
        Ok(match self {
            Self::Append(argument) => [message, argument].concat(),
            Self::Prepend(argument) => [argument, message].concat(),
            Self::Reverse => message.iter().rev().copied().collect(),
            Self::Hexlify => encode_hex(message).into_bytes(),
            Self::Digest(algorithm) => algorithm.digest(message),
        })
    }
}

fn decode_argument(reader: &mut Reader) -> Result<Vec<u8>, OperationError> {
    match varuint::read(reader, MAX_MESSAGE_BYTES as u64)? {
        0 => Err(OperationError::EmptyArgument),
        length => Ok(reader.take(length as usize)?.to_vec()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_answers() {
        // Digests of the empty message: FIPS 180-4, RIPEMD-160's own page, and the Keccak team's vectors.
        for (algorithm, expected) in [
            (DigestAlgorithm::Sha1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            (DigestAlgorithm::Ripemd160, "9c1185a5c5e9fc54612808977ee8f548b2258d31"),
            (DigestAlgorithm::Sha256, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            (DigestAlgorithm::Keccak256, "c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
        ] {
            let digest = algorithm.digest(b"");
            assert_eq!((encode_hex(&digest).as_str(), digest.len()), (expected, algorithm.length()));
            assert_eq!(DigestAlgorithm::from_tag(algorithm.tag()), Some(algorithm));
        }
        for (operation, expected) in [
            (Operation::Append(b"xy".to_vec()), &b"abxy"[..]),
            (Operation::Prepend(b"xy".to_vec()), b"xyab"),
            (Operation::Reverse, b"ba"),
            (Operation::Hexlify, b"6162"),
        ] {
            assert_eq!(operation.apply(b"ab").unwrap(), expected);
            let mut bytes = Vec::new();
            operation.encode(&mut bytes);
            let mut reader = Reader::new(&bytes[1..]);
            assert_eq!(Operation::decode(bytes[0], &mut reader), Ok(operation));
            assert_eq!(reader.left(), 0);
        }
    }

    #[test]
    fn results_and_arguments_are_bounded() {
        let long = vec![1; MAX_MESSAGE_BYTES];
        assert_eq!(Operation::Reverse.apply(&long).unwrap().len(), MAX_MESSAGE_BYTES);
        assert_eq!(Operation::Append(vec![1]).apply(&long), Err(OperationError::ResultTooLong { found: 4097 }));
        assert_eq!(Operation::Prepend(long.clone()).apply(&[1]), Err(OperationError::ResultTooLong { found: 4097 }));
        assert_eq!(Operation::Hexlify.apply(&long[..2048]).unwrap().len(), 4096);
        assert_eq!(Operation::Hexlify.apply(&long[..2049]), Err(OperationError::ResultTooLong { found: 4098 }));
        assert_eq!(Operation::Append(Vec::new()).apply(&[1]), Err(OperationError::EmptyArgument));
        let decode = |bytes: &[u8]| Operation::decode(bytes[0], &mut Reader::new(&bytes[1..]));
        assert_eq!(decode(&[0xf0, 0]), Err(OperationError::EmptyArgument));
        assert!(matches!(decode(&[0xf0, 0x81, 0x20]), Err(OperationError::Length(VaruintError::TooLarge { .. }))));
        assert!(matches!(decode(&[0xf0, 0x81, 0]), Err(OperationError::Length(VaruintError::NotMinimal { .. }))));
        assert!(matches!(decode(&[0xf1, 2, 1]), Err(OperationError::Read(_))));
        assert_eq!(decode(&[0xf4]), Err(OperationError::UnknownTag { found: 0xf4 }));
    }
}
