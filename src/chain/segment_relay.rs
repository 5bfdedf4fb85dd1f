//! A judged segment on its way from one worker of this program to another.
//!
//! The outcome travels as 146 bytes, and its headers beside it, both out of the memory of the worker that judged them: no
//! file, storage or network may stand between. What arrives is believed to be that worker's word, as a thread believes
//! another of its process; the sums below tell two messages apart that were mixed up, and no forgery.

use crate::chain::header::{BlockHash, HEADER_BYTES, Header};
use crate::chain::header_chain::{HeaderChain, RawHeader, previous_of};
use crate::chain::header_tree::{BlockRef, MAX_HEADERS};
use crate::chain::params::Params;
use crate::chain::pow::Work;
use crate::chain::segment::{VerifiedSegment, context_length};
use crate::encoding::reader::{ReadError, Reader};

const FORMAT: &[u8; 8] = b"plimseg1";

/// Why what arrived is not the segment that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RelayError {
    /// The outcome's bytes end early or go on.
    #[error("segment's outcome")]
    Read(#[from] ReadError),
    /// It is something else.
    #[error("segment's outcome begins with other bytes than its format")]
    Format,
    /// It was judged by other rules than these.
    #[error("segment judged by another network's rules")]
    Network,
    /// No segment stands there, or none is that long.
    #[error("segment of {count} headers from height {height}")]
    Place {
        /// The height of its first header.
        height: u32,
        /// Its headers.
        count: u32,
    },
    /// Other headers came than were judged.
    #[error("{found} of the segment's {expected} headers, or others, came with its outcome")]
    Headers {
        /// Headers judged.
        expected: u32,
        /// Headers that came.
        found: u32,
    },
}

/// The sum of a run's words, and the sum of those sums, as in Fletcher's checksum: it tells words and their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Sums(u64, u64);

impl Sums {
    fn add(&mut self, bytes: &[u8]) {
        for word in bytes.as_chunks::<8>().0 {
            self.add_word(u64::from_le_bytes(*word));
        }
    }

    fn add_word(&mut self, word: u64) {
        self.0 = self.0.wrapping_add(word);
        self.1 = self.1.wrapping_add(self.0);
    }

    /// Of all that a network's rules are made of.
    fn of_rules(params: &Params) -> Self {
        let mut sums = Self::default();
        sums.add(&params.genesis.encode());
        params.limit.words().into_iter().for_each(|word| sums.add_word(word));
        let numbers = [params.spacing_seconds, params.retarget_interval].into_iter().chain(params.version_heights);
        numbers.for_each(|number| sums.add_word(number.into()));
        let flags = [params.retargets, params.min_difficulty, params.bip94];
        flags.into_iter().for_each(|flag| sums.add_word(flag.into()));
        params.name.bytes().for_each(|byte| sums.add_word(byte.into()));
        sums
    }

    fn encode(self) -> [u8; 16] {
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&self.0.to_le_bytes());
        bytes[8..].copy_from_slice(&self.1.to_le_bytes());
        bytes
    }
}

impl VerifiedSegment {
    /// The segment's outcome, to be sent with [`VerifiedSegment::pieces`] to another worker of this program.
    #[must_use]
    pub fn to_relay(&self) -> Vec<u8> {
        let mut sums = Sums::default();
        self.pieces().for_each(|piece| sums.add(piece));
        let (on, last) = (self.continues(), self.last());
        [
            &FORMAT[..],
            &Sums::of_rules(&self.params).encode(),
            &on.height.to_le_bytes(),
            &on.hash.0,
            &self.header_count().to_le_bytes(),
            &last.hash.0,
            &self.work().to_be_bytes(),
            &sums.encode(),
        ]
        .concat()
    }
}

/// A segment's outcome that arrived, and those of its headers that did.
#[derive(Debug)]
pub struct RelayedSegment {
    params: Params,
    on: BlockRef,
    count: u32,
    last: BlockHash,
    work: Work,
    expected: [u8; 16],
    found: Sums,
    headers: HeaderChain,
}

impl RelayedSegment {
    /// Reads the outcome of a segment that another worker of this program judged by the rules of `params`.
    ///
    /// # Errors
    /// [`RelayError`]: another format or network, or no place for a segment.
    pub fn from_relay(params: Params, outcome: &[u8]) -> Result<Self, RelayError> {
        let mut reader = Reader::new(outcome);
        if reader.array::<8>()? != *FORMAT {
            return Err(RelayError::Format);
        }
        if reader.array()? != Sums::of_rules(&params).encode() {
            return Err(RelayError::Network);
        }
        let on = BlockRef { height: reader.u32_le()?, hash: BlockHash(reader.array()?) };
        let count = reader.u32_le()?;
        let (last, work) = (BlockHash(reader.array()?), Work::from_be_bytes(reader.array()?));
        let expected = reader.array()?;
        reader.finish()?;
        let height = on.height.saturating_add(1);
        let placed = height.is_multiple_of(params.retarget_interval()) && height >= context_length(&params);
        if !placed || count == 0 || count as usize > MAX_HEADERS || height.checked_add(count).is_none() {
            return Err(RelayError::Place { height, count });
        }
        let headers = HeaderChain::after(on.hash);
        Ok(Self { params, on, count, last, work, expected, found: Sums::default(), headers })
    }

    /// Takes the next of the segment's headers.
    ///
    /// # Errors
    /// [`RelayError::Headers`]: no whole headers, more than were judged, or not on those before.
    pub fn take(&mut self, piece: &[u8]) -> Result<(), RelayError> {
        let (headers, rest): (&[RawHeader], _) = piece.as_chunks::<HEADER_BYTES>();
        let found = self.headers.len() + headers.len();
        let linked = headers.first().is_none_or(|first| previous_of(first) == self.headers.last_hash());
        if !rest.is_empty() || !linked || found > self.count as usize {
            return Err(self.wrong_headers(found));
        }
        let Some(last) = headers.last() else { return Ok(()) };
        self.found.add(piece);
        self.headers.append(headers, Header::from_bytes(last).hash());
        Ok(())
    }

    /// The segment, once all of its headers are here.
    ///
    /// # Errors
    /// [`RelayError::Headers`]: some are missing, or they are others.
    pub fn finish(self) -> Result<VerifiedSegment, RelayError> {
        let same = self.headers.len() == self.count as usize
            && self.headers.last_hash() == self.last
            && self.headers.work() == self.work
            && self.found.encode() == self.expected;
        if !same {
            return Err(self.wrong_headers(self.headers.len()));
        }
        Ok(VerifiedSegment { params: self.params, on: self.on, work: self.work, headers: self.headers, skipped: 0 })
    }

    fn wrong_headers(&self, found: usize) -> RelayError {
        RelayError::Headers { expected: self.count, found: u32::try_from(found).unwrap_or(u32::MAX) }
    }
}
