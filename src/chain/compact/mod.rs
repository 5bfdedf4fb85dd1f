//! A compact transport of a run of headers: at most 40 bytes a header where it matters, decoded while it downloads.
//!
//! What the headers themselves tell is left out: each one's previous hash is the hash of the one before. The rest stands in
//! columns, block by block of [`BLOCK`] headers; the small fields are packed by the bit, roots and nonces hold nothing to
//! save on. Like every run, what comes out is a claim: the headers are verified where they are taken in.
//!
//! ```text
//! stream   = "PLMH" | 01 | length u8, network's name in ASCII | height of the first header u32le | block* | 0000
//! block    = count u16le | bytes of the small columns u16le | hash before the block 32
//!          | small columns | Merkle roots, 32 each | nonces, 4 each
//! ```
//!
//! Every block but the last holds 504 headers, the last 1 to 504, and `0000` says that it was the last. The hash before a
//! block repeats what follows from the block before, and must agree with it: so the blocks of a period can be hashed
//! side by side, each from its own start. Sizes: one block is at most 26,244 bytes.
//!
//! The small columns are bits, the most significant first, filled up with zeros to a byte:
//!
//! * *times*: the first in 32 bits; then `k` in 4; then each later one as the difference to the one before, modulo 2³² as a
//!   signed number, folded (0, −1, 1, −2 … as 0, 1, 2, 3 …) and written in Rice's code: the quotient by 2ᵏ in as many ones, a
//!   zero, `k` bits of remainder; from 24 ones on no zero follows but the folded number in 32 bits. `k` is the binary logarithm,
//!   rounded down, of the mean of the folded numbers, none counted for more than 2¹⁴ − 1; 0 where there is none.
//! * *bits*, then *versions*: 1 and the one value in 32 bits, when all are the same; else 0, and for each header one of
//!   three. For a value that appears in the block the first time: 1 and its bits 13 to 28, which miners vary (BIP320), when
//!   the others are as in the header before (before the first stand zeros); else 00 and all 32. For one that appeared: 01 and
//!   its place in the order of appearance, in as many bits as the last place needs.
//!
//! One run has one encoding: a decoder refuses every other.

mod bit_stream;
mod columns;
mod decode;
mod encode;

pub use decode::{Decoder, Prefix};
pub use encode::{NotLinked, encode_run};

use crate::chain::header::BlockHash;

/// Headers in every block but the last: a quarter of Bitcoin's period, 20 kB.
pub const BLOCK: usize = 504;
/// How a stream begins, its version last.
pub const MAGIC: [u8; 5] = *b"PLMH\x01";
/// The longest name of a network, in bytes.
pub const LONGEST_NAME: usize = 40;

/// Bytes of a root and a nonce.
const PLAIN_BYTES: usize = 36;
/// Bytes of a block before its columns.
const BLOCK_PREFIX: usize = 36;
/// Most bytes of the small columns: 123 bits a header, and what stands before.
const MOST_SMALL: usize = 16 * BLOCK;

/// Why bytes are not a compact run. Offsets count from the start of the stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CompactError {
    /// The stream begins differently.
    #[error("the stream begins with {found:02x?}, expected {MAGIC:02x?}")]
    Magic {
        /// Its first bytes.
        found: [u8; 5],
    },
    /// The network's name is empty, over [`LONGEST_NAME`] bytes, or has others than `a-z`, `0-9` and `-`.
    #[error("network's name at offset {offset}: expected 1 to {LONGEST_NAME} of a-z, 0-9 and -")]
    Network {
        /// Where the name's length stands.
        offset: u64,
    },
    /// A block of more headers than [`BLOCK`].
    #[error("block of {found} headers at offset {offset}, expected at most {BLOCK}")]
    Count {
        /// Where the count stands.
        offset: u64,
        /// The count.
        found: u16,
    },
    /// Another block after one of fewer headers than [`BLOCK`], which is the last.
    #[error("block at offset {offset} after one that was not full")]
    AfterLast {
        /// Where the block stands.
        offset: u64,
    },
    /// A length of the small columns that none have.
    #[error("{found} bytes of small columns at offset {offset}, expected at most {MOST_SMALL}")]
    SmallLength {
        /// Where the length stands.
        offset: u64,
        /// The length.
        found: u16,
    },
    /// The small columns end before the field does.
    #[error("{field} at offset {offset}: the columns end too early")]
    ColumnsEnd {
        /// The field.
        field: Field,
        /// The byte reached.
        offset: u64,
    },
    /// A field in another encoding than its one, or one that says nothing.
    #[error("{field} at offset {offset}: not in its one encoding")]
    NotCanonical {
        /// The field.
        field: Field,
        /// The byte where it was seen: for a value stated twice the column's end.
        offset: u64,
    },
    /// A block does not stand on the one before.
    #[error("block at height {height}, offset {offset}, names {found} before it, expected {expected}")]
    PreviousHash {
        /// Height of the block's first header.
        height: u32,
        /// Where the block stands.
        offset: u64,
        /// The hash of the header before.
        expected: BlockHash,
        /// The hash it names.
        found: BlockHash,
    },
    /// Heights that leave 32 bits.
    #[error("block at offset {offset}: heights over 4294967295")]
    Height {
        /// Where the block stands.
        offset: u64,
    },
    /// Bytes after the end.
    #[error("bytes left over at offset {offset}")]
    Trailing {
        /// Where the stream ended.
        offset: u64,
    },
    /// The stream ends before its end mark.
    #[error("truncated at offset {offset}: no end mark")]
    Truncated {
        /// Bytes there are.
        offset: u64,
    },
}

/// Whether bytes are a network's name.
fn is_name(name: &[u8]) -> bool {
    (1..=LONGEST_NAME).contains(&name.len()) && name.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

/// A field of the small columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// Times.
    Time,
    /// Bits.
    Bits,
    /// Versions.
    Version,
    /// What fills the columns up to a byte.
    Padding,
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Time => "time",
            Self::Bits => "bits",
            Self::Version => "version",
            Self::Padding => "padding",
        })
    }
}
