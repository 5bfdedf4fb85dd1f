//! A long chain judged in parts, by several workers at once.
//!
//! A segment starts where a period does and is judged with the headers before it as its context: what every rule reads of
//! ancestors lies within one period (or eleven headers, where a period has fewer). The context itself is not judged, only
//! tied to the segment by hashes. So a segment by itself proves nothing of where it stands; but a tree whose tip it
//! continues has judged those very headers, and [`HeaderTree::join`] then gives what judging the segment there would have
//! given, without hashing it again.

use crate::chain::header::{BlockHash, HEADER_BYTES};
use crate::chain::header_chain::{HeaderChain, previous_of};
use crate::chain::header_rules::RuleSet;
use crate::chain::header_run::RunError;
use crate::chain::header_tree::{BlockRef, HeaderError, HeaderTree, MAX_FIRST_HEIGHT, MAX_HEADERS};
use crate::chain::median_time::MEDIAN_SPAN;
use crate::chain::params::Params;
use crate::chain::pins::Pins;
use crate::chain::pow::Work;
use crate::chain::run_batch::RunAccepted;
use crate::chain::side_headers::Judged;
use crate::crypto::hash_lanes::header_hashes;
use crate::time::UnixTime;

/// Why headers are no segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SegmentError {
    /// It starts within a period, or too low to have a context.
    #[error("segment from height {found}, expected a multiple of {interval}, {least} or above")]
    Start {
        /// The height of its first header.
        found: u32,
        /// Headers in a period.
        interval: u32,
        /// The lowest start.
        least: u32,
    },
    /// The context has another length.
    #[error("context of {found} bytes, expected {expected}")]
    ContextLength {
        /// Bytes expected.
        expected: usize,
        /// Bytes given.
        found: usize,
    },
    /// A header of the context does not name the one before it.
    #[error("context: the header at height {height} names {found} before it, expected {expected}")]
    ContextNotLinked {
        /// Its height.
        height: u32,
        /// The hash of the header before.
        expected: BlockHash,
        /// The hash it names.
        found: BlockHash,
    },
    /// It has no header.
    #[error("segment without headers")]
    Empty,
}

/// Why a tree does not take a segment in. The tree is then as it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum JoinError {
    /// It was judged by another network's rules.
    #[error("segment of another network")]
    Network,
    /// It continues another header than the tree's tip.
    #[error("segment on {found:?}, expected on the tip {expected:?}")]
    Tip {
        /// The tree's tip.
        expected: BlockRef,
        /// The header the segment continues.
        found: BlockRef,
    },
    /// The tree starts too high to hold the whole context.
    #[error("segment with a context from height {found}, expected {first} or above, where the tree starts")]
    Context {
        /// The height of the tree's first header.
        first: u32,
        /// The height of the context's first header.
        found: u32,
    },
    /// One of its headers contradicts a pin of the tree, or there is no room for them.
    #[error("segment: header at height {height}")]
    Header {
        /// Its height.
        height: u32,
        /// The rule.
        source: HeaderError,
    },
}

/// How many headers before a segment its context takes.
#[must_use]
pub fn context_length(params: &Params) -> u32 {
    params.retarget_interval().max(MEDIAN_SPAN as u32)
}

/// A segment being judged: a claim until [`OpenSegment::finish`].
#[derive(Debug)]
pub struct OpenSegment {
    /// The context, not judged, and on it what has been.
    tree: HeaderTree,
    context: usize,
}

impl OpenSegment {
    /// Begins a segment whose first header will stand at `first_height`, a multiple of the period. `context` is the run of
    /// [`context_length`] headers before it.
    ///
    /// # Errors
    /// [`SegmentError`]: no place for a segment, or no context.
    pub fn on(params: Params, first_height: u32, context: &[u8]) -> Result<Self, SegmentError> {
        let (interval, least) = (params.retarget_interval(), context_length(&params));
        if !first_height.is_multiple_of(interval) || first_height < least || first_height > MAX_FIRST_HEIGHT {
            return Err(SegmentError::Start { found: first_height, interval, least });
        }
        let (expected, found) = (least as usize * HEADER_BYTES, context.len());
        if found != expected {
            return Err(SegmentError::ContextLength { expected, found });
        }
        let headers = context.as_chunks::<HEADER_BYTES>().0;
        let mut hashes = vec![[0; 32]; headers.len()];
        header_hashes(headers, &mut hashes);
        let from = first_height - least;
        for ((height, hash), next) in (from + 1..).zip(&hashes).zip(&headers[1..]) {
            let (expected, found) = (BlockHash(*hash), previous_of(next));
            if expected != found {
                return Err(SegmentError::ContextNotLinked { height, expected, found });
            }
        }
        let last = hashes.last().map_or(BlockHash::ZERO, |hash| BlockHash(*hash));
        let mut tree = HeaderTree::empty(params, Pins::none(), from, previous_of(&headers[0]));
        tree.best.append(headers, last);
        Ok(Self { tree, context: headers.len() })
    }

    /// Judges the segment's next headers, each on the one before. `now` is the clock.
    pub fn accept_run(&mut self, bytes: &[u8], now: UnixTime) -> RunAccepted {
        let tip = self.tree.tip();
        // A segment is one chain: its first header may not fork off below.
        if let Some(first) = bytes.first_chunk::<HEADER_BYTES>()
            && previous_of(first) != tip.hash
        {
            let error = RunError::NotLinked { height: tip.height + 1, expected: tip.hash, found: previous_of(first) };
            return RunAccepted { accepted: 0, known: 0, last: None, reorganization: None, stopped: Some(error) };
        }
        self.tree.accept_run(bytes, now)
    }

    /// The last header judged, or the context's last.
    #[must_use]
    pub fn tip(&self) -> BlockRef {
        self.tree.tip()
    }

    /// Ends the segment with the last header accepted.
    ///
    /// # Errors
    /// [`SegmentError::Empty`].
    pub fn finish(self) -> Result<VerifiedSegment, SegmentError> {
        let Self { tree, context } = self;
        let before = context - 1;
        let (Some(previous), Some(work_below)) = (tree.best.hash(before), tree.best.work_to(before)) else {
            return Err(SegmentError::Empty);
        };
        if tree.best.len() == context {
            return Err(SegmentError::Empty);
        }
        let on = BlockRef { height: tree.first_height + before as u32, hash: previous };
        let work = tree.best.work() - work_below;
        Ok(VerifiedSegment { params: tree.params, on, work, headers: tree.best, skipped: context })
    }
}

/// Evidence that headers satisfy every rule, if those before them are on a chain that does. Made by
/// [`OpenSegment::finish`], and by [`RelayedSegment`](crate::chain::segment_relay::RelayedSegment) from what another worker
/// of this program says of one.
#[derive(Debug, Clone)]
#[must_use]
pub struct VerifiedSegment {
    pub(super) params: Params,
    /// The header it continues.
    pub(super) on: BlockRef,
    pub(super) work: Work,
    /// Its headers, after `skipped` others.
    pub(super) headers: HeaderChain,
    pub(super) skipped: usize,
}

impl VerifiedSegment {
    /// The header it continues, and whose chain it assumes to be good.
    #[must_use]
    pub fn continues(&self) -> BlockRef {
        self.on
    }

    /// Headers in it.
    #[must_use]
    pub fn header_count(&self) -> u32 {
        (self.headers.len() - self.skipped) as u32
    }

    /// Its last header.
    #[must_use]
    pub fn last(&self) -> BlockRef {
        BlockRef { height: self.on.height + self.header_count(), hash: self.headers.last_hash() }
    }

    /// The work of its headers.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
    }

    /// Its headers, encoded, in pieces of at most a period.
    pub fn pieces(&self) -> impl Iterator<Item = &[u8]> {
        self.headers.pieces_from(self.skipped).map(|piece| piece.as_flattened()).filter(|piece| !piece.is_empty())
    }

    /// Its header at a height, if it has one there, on a chain of this work.
    fn judged(&self, height: u32, work_below: Work) -> Option<(BlockHash, Judged)> {
        let place = height.checked_sub(self.on.height + 1)? as usize + self.skipped;
        let before = self.skipped.checked_sub(1).and_then(|last| self.headers.work_to(last)).unwrap_or(Work::ZERO);
        let work = work_below + (self.headers.work_to(place)? - before);
        let header = Judged { raw: *self.headers.raw(place)?, height, work, open: RuleSet::default() };
        Some((self.headers.hash(place)?, header))
    }
}

impl HeaderTree {
    /// Takes in a segment on the tip, without hashing it again; tells the new tip.
    ///
    /// # Errors
    /// [`JoinError`]: another network, another tip, too short a tree, a pin that says otherwise, no room.
    pub fn join(&mut self, segment: VerifiedSegment) -> Result<BlockRef, JoinError> {
        if *self.params() != segment.params {
            return Err(JoinError::Network);
        }
        let tip = self.tip();
        if tip != segment.on {
            return Err(JoinError::Tip { expected: tip, found: segment.on });
        }
        let (first, found) = (self.first_height(), tip.height + 1 - context_length(self.params()));
        if found < first {
            return Err(JoinError::Context { first, found });
        }
        let count = segment.header_count() as usize;
        if self.header_count() + count > MAX_HEADERS {
            let source = HeaderError::Full { limit: MAX_HEADERS };
            return Err(JoinError::Header { height: segment.on.height + 1, source });
        }
        self.judge_joined(&segment)?;
        let last = segment.last();
        self.best.append_chain(segment.headers, segment.skipped);
        Ok(last)
    }

    /// Holds a segment against the tree's pins, header by header as far as they say something.
    fn judge_joined(&mut self, segment: &VerifiedSegment) -> Result<(), JoinError> {
        let heights = segment.on.height..=segment.last().height;
        let pinned: Vec<u32> =
            self.pins.iter().map(|pin| pin.height).filter(|height| heights.contains(height)).collect();
        let (work_before, work) = (self.work_before, self.work_at_hand());
        // A pin says what its header is, and the bits of the next.
        for height in pinned.into_iter().flat_map(|height| [height, height + 1]) {
            let Some((hash, mut header)) = segment.judged(height, work) else { continue };
            if let Err(source) = self.judge_pins(hash, &mut header) {
                self.work_before = work_before;
                return Err(JoinError::Header { height, source });
            }
        }
        Ok(())
    }
}
