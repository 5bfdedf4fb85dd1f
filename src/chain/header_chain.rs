//! A chain of headers as bytes: eighty a header, and of all that follows from them next to nothing.
//!
//! Headers stand in chunks behind shared pointers, so that a copy of a chain costs a pointer a chunk and shares what
//! neither side changes, and so that a growing chain never needs room twice. A header's hash is what the next one names;
//! only the last one's is kept. Work is kept where a chunk begins, and added up from there.

use crate::chain::header::{BlockHash, HEADER_BYTES, Header};
use crate::chain::pow::{CompactTarget, Target, Work};
use crate::chain::retarget::Ancestor;
use std::sync::Arc;

/// An encoded header.
pub(super) type RawHeader = [u8; HEADER_BYTES];

/// Headers of a full chunk: one of Bitcoin's periods, so that what starts with a period can go over from chain to chain
/// without being copied. Some 158 KiB, what a copy of a chain copies before it grows.
const CHUNK: usize = 2016;

/// A little-endian word of an encoded header, counted in words.
fn word(raw: &RawHeader, at: usize) -> u32 {
    u32::from_le_bytes(raw.as_chunks().0[at])
}

/// The version a header states.
pub(super) fn version_of(raw: &RawHeader) -> i32 {
    word(raw, 0).cast_signed()
}

/// The hash of the header before.
pub(super) fn previous_of(raw: &RawHeader) -> BlockHash {
    BlockHash(*raw[4..].first_chunk().expect("76 bytes hold 32"))
}

/// The time a header states.
pub(super) fn time_of(raw: &RawHeader) -> u32 {
    word(raw, 17)
}

/// The bits a header states.
pub(super) fn bits_of(raw: &RawHeader) -> CompactTarget {
    CompactTarget(word(raw, 18))
}

/// What the rules read of an ancestor.
pub(super) fn ancestor_of(raw: &RawHeader) -> Ancestor {
    Ancestor { time: time_of(raw), bits: bits_of(raw) }
}

/// The work of a header that was accepted, and whose bits are therefore a target.
fn work_of(bits: CompactTarget) -> Work {
    bits.decode(Target::MAX).map_or(Work::ZERO, Work::of)
}

/// The work of some headers one after another: a target seldom changes, and is worked out only then.
fn work_of_all(headers: &[RawHeader]) -> Work {
    headers
        .chunk_by(|a, b| bits_of(a) == bits_of(b))
        .map(|alike| work_of(bits_of(&alike[0])).times(alike.len() as u64))
        .sum()
}

/// Room for `more` headers in a chunk, and never for more than it holds when full: a long chain is all full chunks.
fn make_room(headers: &mut Vec<RawHeader>, more: usize) {
    let needed = headers.len() + more;
    if needed > headers.capacity() {
        let room = if needed > CHUNK / 8 { CHUNK } else { needed.next_power_of_two() };
        headers.reserve_exact(room - headers.len());
    }
}

#[derive(Debug, Clone)]
struct Chunk {
    /// Of the chain's headers below.
    work_before: Work,
    headers: Vec<RawHeader>,
}

/// A header that left a chain.
pub(super) struct Removed {
    pub(super) raw: RawHeader,
    pub(super) hash: BlockHash,
    /// The chain's work up to it, itself included.
    pub(super) work: Work,
}

/// Headers each of which names the one before. A place is counted from the chain's first header.
#[derive(Debug, Clone)]
pub(super) struct HeaderChain {
    /// All full but the last; none is empty.
    chunks: Vec<Arc<Chunk>>,
    last_hash: BlockHash,
    work: Work,
}

impl HeaderChain {
    /// A chain without headers, whose first will name `previous`.
    pub(super) fn after(previous: BlockHash) -> Self {
        Self { chunks: Vec::new(), last_hash: previous, work: Work::ZERO }
    }

    /// Headers in it.
    pub(super) fn len(&self) -> usize {
        self.chunks.last().map_or(0, |last| (self.chunks.len() - 1) * CHUNK + last.headers.len())
    }

    /// The hash of the last header.
    pub(super) fn last_hash(&self) -> BlockHash {
        self.last_hash
    }

    /// The work of all headers in it.
    pub(super) fn work(&self) -> Work {
        self.work
    }

    /// The header at `place`, encoded.
    pub(super) fn raw(&self, place: usize) -> Option<&RawHeader> {
        self.chunks.get(place / CHUNK)?.headers.get(place % CHUNK)
    }

    /// The header at `place`.
    pub(super) fn header(&self, place: usize) -> Option<Header> {
        self.raw(place).map(Header::from_bytes)
    }

    /// The hash of the header at `place`.
    pub(super) fn hash(&self, place: usize) -> Option<BlockHash> {
        match self.raw(place + 1) {
            Some(next) => Some(previous_of(next)),
            None => (place + 1 == self.len()).then_some(self.last_hash),
        }
    }

    /// The work of the headers up to `place`, itself included.
    #[inline(never)]
    pub(super) fn work_to(&self, place: usize) -> Option<Work> {
        let chunk = self.chunks.get(place / CHUNK)?;
        let headers = chunk.headers.get(..=place % CHUNK)?;
        Some(chunk.work_before + work_of_all(headers))
    }

    /// The headers from `place` on, in pieces as they lie.
    pub(super) fn pieces_from(&self, place: usize) -> impl Iterator<Item = &[RawHeader]> {
        let mut skipped = place % CHUNK;
        self.chunks.iter().skip(place / CHUNK).map(move |chunk| {
            let skip = std::mem::take(&mut skipped);
            chunk.headers.get(skip..).unwrap_or_default()
        })
    }

    /// Appends headers, the first of which names the last one here and each of the others the one before it;
    /// `last_hash` is the hash of the last.
    #[inline(never)] // called from many places, and the engine has a budget
    pub(super) fn append(&mut self, headers: &[RawHeader], last_hash: BlockHash) {
        self.append_by(headers, last_hash, work_of_all);
    }

    /// The same for headers each of which has this work.
    pub(super) fn append_alike(&mut self, headers: &[RawHeader], last_hash: BlockHash, each: Work) {
        self.append_by(headers, last_hash, |headers| each.times(headers.len() as u64));
    }

    fn append_by(
        &mut self,
        mut headers: &[RawHeader],
        last_hash: BlockHash,
        work_of_all: impl Fn(&[RawHeader]) -> Work,
    ) {
        if !headers.is_empty() {
            self.last_hash = last_hash;
        }
        while !headers.is_empty() {
            if self.chunks.last().is_none_or(|last| last.headers.len() == CHUNK) {
                self.chunks.push(Arc::new(Chunk { work_before: self.work, headers: Vec::new() }));
            }
            let last = Arc::make_mut(self.chunks.last_mut().expect("one was put there where none was"));
            let (fitting, rest) = headers.split_at(headers.len().min(CHUNK - last.headers.len()));
            make_room(&mut last.headers, fitting.len());
            last.headers.extend_from_slice(fitting);
            self.work = self.work + work_of_all(fitting);
            headers = rest;
        }
    }

    /// Appends the headers of another chain from `place` on, the first of which names the last one here. Whole chunks go
    /// over as they are where both chains have them begin there; others are copied, and let go of one by one.
    pub(super) fn append_chain(&mut self, other: Self, place: usize) {
        if place >= other.len() {
            return;
        }
        let below = place.checked_sub(1).and_then(|last| other.work_to(last)).unwrap_or(Work::ZERO);
        let work = self.work + (other.work - below);
        let whole = self.len().is_multiple_of(CHUNK) && place.is_multiple_of(CHUNK);
        let mut skipped = place % CHUNK;
        for mut chunk in other.chunks.into_iter().skip(place / CHUNK) {
            if whole {
                let moved = Arc::make_mut(&mut chunk);
                moved.work_before = self.work + (moved.work_before - below);
                self.chunks.push(chunk);
            } else {
                self.append(chunk.headers.get(skipped..).unwrap_or_default(), other.last_hash);
                skipped = 0;
            }
        }
        (self.work, self.last_hash) = (work, other.last_hash);
    }

    /// Cuts the chain down to its first `kept` headers, at least one, and hands over the others, lowest first.
    pub(super) fn cut(&mut self, kept: usize) -> Vec<Removed> {
        let mut work = kept.checked_sub(1).and_then(|last| self.work_to(last)).unwrap_or(Work::ZERO);
        let hash = kept.checked_sub(1).and_then(|last| self.hash(last));
        let removed = (kept..self.len())
            .filter_map(|place| {
                let (raw, hash) = (*self.raw(place)?, self.hash(place)?);
                work = work + work_of(bits_of(&raw));
                Some(Removed { raw, hash, work })
            })
            .collect();
        self.chunks.truncate(kept.div_ceil(CHUNK));
        if let Some(last) = self.chunks.last_mut()
            && !kept.is_multiple_of(CHUNK)
        {
            Arc::make_mut(last).headers.truncate(kept % CHUNK);
        }
        self.work = kept.checked_sub(1).and_then(|last| self.work_to(last)).unwrap_or(Work::ZERO);
        self.last_hash = hash.unwrap_or(self.last_hash);
        removed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Headers that name one another by numbers; nobody works for them.
    fn numbered(numbers: std::ops::Range<u32>) -> (Vec<RawHeader>, BlockHash) {
        let name = |number: u32| {
            let mut hash = [0; 32];
            hash[..4].copy_from_slice(&number.to_le_bytes());
            BlockHash(hash)
        };
        let header = |number: u32| Header {
            version: 4,
            previous: name(number),
            merkle_root: [7; 32],
            time: 10 * number,
            // A harder target for every third hundred.
            bits: CompactTarget(if number / 100 % 3 == 2 { 0x1c7f_ffff } else { 0x1d00_ffff }),
            nonce: number,
        };
        (numbers.clone().map(|number| header(number).encode()).collect(), name(numbers.end))
    }

    fn chain(length: u32) -> HeaderChain {
        let mut chain = HeaderChain::after(BlockHash([0; 32]));
        let (headers, last) = numbered(0..length);
        chain.append(&headers, last);
        chain
    }

    fn assert_is(chain: &HeaderChain, length: u32) {
        let (headers, last) = numbered(0..length);
        assert_eq!((chain.len(), chain.last_hash()), (length as usize, last));
        let mut work = Work::ZERO;
        for (place, raw) in headers.iter().enumerate() {
            work = work + work_of(bits_of(raw));
            assert_eq!((chain.raw(place), chain.header(place)), (Some(raw), Some(Header::from_bytes(raw))));
            if place % 97 == 0 || place + 3 > headers.len() || place % CHUNK < 2 {
                assert_eq!(chain.work_to(place), Some(work), "{place}");
            }
            let next = headers.get(place + 1).map_or(last, previous_of);
            assert_eq!(chain.hash(place), Some(next));
        }
        let beyond = length as usize;
        assert_eq!((chain.raw(beyond), chain.hash(beyond), chain.work_to(beyond)), (None, None, None));
        assert_eq!(chain.work(), work);
        assert_eq!(chain.pieces_from(0).flatten().copied().collect::<Vec<_>>(), headers);
        assert_eq!(chain.pieces_from(beyond / 2).flatten().copied().collect::<Vec<_>>(), headers[beyond / 2..]);
    }

    #[test]
    fn holds_what_was_appended_in_one_piece_or_many() {
        for length in [0, 1, 2, 2015, 2016, 2017, 5000] {
            assert_is(&chain(length), length);
        }
        let mut grown = chain(1);
        let mut at = 1;
        for step in [1, 2014, 1, 1, 700, 2016, 3] {
            let (headers, last) = numbered(at..at + step);
            grown.append(&headers, last);
            at += step;
        }
        assert_is(&grown, at);
    }

    #[test]
    fn another_chain_goes_over_whole_or_from_a_place_on() {
        for below in [0, 1, 2016, 2020, 4032] {
            for (context, more) in
                [(0, 1), (0, 2016), (0, 5000), (11, 0), (11, 9), (700, 3000), (2016, 1), (2016, 4033)]
            {
                // The other holds `context` of the headers here too.
                let context = context.min(below);
                let (headers, last) = numbered(below - context..below + more);
                let mut other = HeaderChain::after(headers.first().map_or(BlockHash::ZERO, previous_of));
                other.append(&headers, last);
                let (mut joined, kept) = (chain(below), other.clone());
                joined.append_chain(other, context as usize);
                assert_is(&joined, below + more);
                assert_eq!(kept.pieces_from(0).flatten().copied().collect::<Vec<_>>(), headers, "a copy is as it was");
                // What went over grows like any.
                let (headers, last) = numbered(below + more..below + more + 2100);
                joined.append(&headers, last);
                assert_is(&joined, below + more + 2100);
            }
        }
    }

    #[test]
    fn a_copy_changes_alone() {
        let original = chain(3000);
        let mut copy = original.clone();
        let (headers, last) = numbered(3000..5000);
        copy.append(&headers, last);
        assert_is(&copy, 5000);
        assert_is(&original, 3000);
        assert!(Arc::ptr_eq(&copy.chunks[0], &original.chunks[0]), "what neither changed is shared");
        copy.cut(100);
        assert_is(&copy, 100);
        assert_is(&original, 3000);
    }

    #[test]
    fn what_is_cut_comes_back_with_its_hashes_and_work() {
        let whole = chain(5000);
        for kept in [1, 2, 2047, 2048, 2049, 4096, 4999, 5000] {
            let mut cut = whole.clone();
            let removed = cut.cut(kept as usize);
            assert_is(&cut, kept);
            assert_eq!(removed.len(), 5000 - kept as usize);
            for (place, header) in (kept as usize..).zip(removed) {
                assert_eq!(Some(&header.raw), whole.raw(place));
                assert_eq!(Some(header.hash), whole.hash(place));
                if place % 50 == 0 {
                    assert_eq!(Some(header.work), whole.work_to(place));
                }
            }
        }
    }
}
