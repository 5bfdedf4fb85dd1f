//! The 80-byte block header.

use crate::chain::pow::CompactTarget;
use crate::crypto::hash::{Hash, sha256d};
use crate::encoding::reader::{ReadError, Reader};
use crate::encoding::{TextError, decode_hex_array, encode_hex};
use crate::time::UnixTime;
use std::fmt;

/// Bytes of an encoded header.
pub const HEADER_BYTES: usize = 80;

/// Declares a 32-byte double hash whose text is, as everywhere in Bitcoin, its bytes in reverse.
macro_rules! reversed_hash {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub $crate::crypto::hash::Hash);

        impl $name {
            /// Reads the display form: 64 lower-case hexadecimal digits, last byte first.
            ///
            /// # Errors
            /// [`TextError`](crate::encoding::TextError) for anything else.
            pub fn from_hex(text: &str) -> Result<Self, $crate::encoding::TextError> {
                let mut bytes = $crate::encoding::decode_hex_array::<32>(text)?;
                bytes.reverse();
                Ok(Self(bytes))
            }
        }

        impl std::fmt::Display for $name {
            /// 64 hexadecimal digits, last byte first.
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mut bytes = self.0;
                bytes.reverse();
                f.write_str(&$crate::encoding::encode_hex(&bytes))
            }
        }

        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }
    };
}
pub(super) use reversed_hash;

reversed_hash! {
    /// SHA-256d of a header, first byte first; shown in reverse, so that the zeros of the work lead.
    BlockHash
}

impl BlockHash {
    /// What the first header of a chain names as the one before it.
    pub const ZERO: Self = Self([0; 32]);
}

/// A block header as it was read: a claim until a [`HeaderTree`](crate::chain::HeaderTree) has accepted it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// Version, a signed number on the wire.
    pub version: i32,
    /// Hash of the header before.
    pub previous: BlockHash,
    /// Root of the tree of the block's transaction ids, first byte first.
    pub merkle_root: Hash,
    /// Seconds since 1970, as the miner states them.
    pub time: u32,
    /// The target the miner states.
    pub bits: CompactTarget,
    /// What the miner varied.
    pub nonce: u32,
}

impl Header {
    /// Reads one header from `reader`.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] below 80 bytes.
    pub fn read(reader: &mut Reader<'_>) -> Result<Self, ReadError> {
        Ok(Self {
            version: i32::from_le_bytes(reader.array()?),
            previous: BlockHash(reader.array()?),
            merkle_root: reader.array()?,
            time: reader.u32_le()?,
            bits: CompactTarget(reader.u32_le()?),
            nonce: reader.u32_le()?,
        })
    }

    /// Decodes exactly 80 bytes.
    ///
    /// # Errors
    /// [`ReadError`] for any other length.
    pub fn decode(bytes: &[u8]) -> Result<Self, ReadError> {
        let mut reader = Reader::new(bytes);
        let header = Self::read(&mut reader)?;
        reader.finish()?;
        Ok(header)
    }

    /// Decodes 160 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// [`TextError`] for anything else.
    pub fn from_hex(text: &str) -> Result<Self, TextError> {
        Ok(Self::from_bytes(&decode_hex_array(text)?))
    }

    /// Decodes the 80 bytes of a header. Every 80 bytes are one: nothing of it is believed yet.
    #[must_use]
    pub fn from_bytes(bytes: &[u8; HEADER_BYTES]) -> Self {
        Self::decode(bytes).unwrap_or_else(|_| unreachable!("80 bytes hold the six fields of a header, which take 80"))
    }

    /// The 80 bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..4].copy_from_slice(&self.version.to_le_bytes());
        bytes[4..36].copy_from_slice(&self.previous.0);
        bytes[36..68].copy_from_slice(&self.merkle_root);
        bytes[68..72].copy_from_slice(&self.time.to_le_bytes());
        bytes[72..76].copy_from_slice(&self.bits.0.to_le_bytes());
        bytes[76..].copy_from_slice(&self.nonce.to_le_bytes());
        bytes
    }

    /// Its hash.
    #[must_use]
    pub fn hash(&self) -> BlockHash {
        BlockHash(sha256d(&self.encode()))
    }

    /// The time it states.
    #[must_use]
    pub fn time(&self) -> UnixTime {
        UnixTime(i64::from(self.time))
    }
}

impl fmt::Display for Header {
    /// 160 hexadecimal digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_hex(&self.encode()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Block 1 of mainnet.
    const ONE: &str = "010000006fe28c0ab6f1b372c1a6a246ae63f74f931e8365e15a089c68d619000000000098\
        2051fd1e4ba744bbbe680e1fee14677ba1a3c3540bf7b1cdb606e857233e0e61bc6649ffff001d01e36299";

    #[test]
    fn a_real_header_there_and_back() {
        let header = Header::from_hex(ONE).unwrap();
        assert_eq!(header.to_string(), ONE);
        assert_eq!(header.hash().to_string(), "00000000839a8e6886ab5951d76f411475428afc90947ee320161bbf18eb6048");
        assert_eq!(BlockHash::from_hex(&header.hash().to_string()), Ok(header.hash()));
        assert_eq!((header.version, header.time, header.bits), (1, 1_231_469_665, CompactTarget(0x1d00_ffff)));
    }

    #[test]
    fn eighty_bytes_and_no_other_number() {
        let bytes = Header::from_hex(ONE).unwrap().encode();
        assert!(Header::decode(&bytes[..79]).is_err());
        assert!(Header::decode(&[&bytes[..], &[0]].concat()).is_err());
    }
}
