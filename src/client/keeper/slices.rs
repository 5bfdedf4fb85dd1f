//! Kept headers between file and engine, lowest first, and which of them a second worker judges.
//!
//! The file is read once: what is judged elsewhere stays here too, and is taken in or judged again from these bytes.

use crate::chain::header::HEADER_BYTES;
use crate::client::clock::Now;
use crate::client::import::SLICE;
use crate::client::keep::PERIOD;
use crate::client::message::{SecondAsk, SegmentId};
use crate::engine::wire::{judge_apart, judged_apart};
use std::collections::VecDeque;

/// Bytes of a period: the context of a segment.
const PERIOD_BYTES: usize = PERIOD as usize * HEADER_BYTES;
/// Most bytes that are read before those below are judged: four slices of a store.
const AHEAD: usize = 7 << 20;

/// Who judges a slice.
#[derive(Debug, PartialEq, Eq)]
enum Judge {
    /// The engine here.
    Here,
    /// The same, after the second worker gave no answer that could be used.
    HereAfterAll,
    /// The second worker, asked at this time.
    Second { segment: SegmentId, since_ms: u64 },
    /// It has answered.
    Judged { outcome: Vec<u8> },
}

#[derive(Debug)]
struct Slice {
    height: u32,
    bytes: Vec<u8>,
    /// Headers of it that the engine here has taken.
    done: usize,
    judge: Judge,
}

impl Slice {
    fn is_elsewhere(&self) -> bool {
        matches!(self.judge, Judge::Second { .. })
    }
}

/// What the engine is to do next.
#[derive(Debug)]
pub(super) struct Next<'a> {
    pub(super) height: u32,
    pub(super) bytes: &'a [u8],
    /// The second worker's outcome for exactly these.
    pub(super) outcome: Option<&'a [u8]>,
}

/// Slices of the file, in its order.
#[derive(Debug, Default)]
pub(super) struct Slices {
    queue: VecDeque<Slice>,
}

impl Slices {
    /// Adds what was read. A segment starts with a period: where that is within the slice, it becomes two.
    pub(super) fn push(&mut self, height: u32, mut bytes: Vec<u8>) {
        let before = (height.next_multiple_of(PERIOD) - height) as usize;
        let (judge, done) = (Judge::Here, 0);
        if before > 0 && bytes.len() > before * HEADER_BYTES {
            let rest = bytes.split_off(before * HEADER_BYTES);
            self.queue.push_back(Slice { height, bytes, done, judge: Judge::Here });
            self.queue.push_back(Slice { height: height + before as u32, bytes: rest, done, judge });
        } else {
            self.queue.push_back(Slice { height, bytes, done, judge });
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.queue.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.queue.clear();
    }

    /// Whether more may be read: one slice at a time, or some ahead where two workers judge.
    pub(super) fn has_room(&self, shared: bool) -> bool {
        self.is_empty() || (shared && self.queue.iter().map(|slice| slice.bytes.len()).sum::<usize>() < AHEAD)
    }

    /// Whether the engine has something to do: not while the lowest slice is with the second worker.
    pub(super) fn has_work(&self) -> bool {
        self.queue.front().is_some_and(|slice| !slice.is_elsewhere())
    }

    /// The next [`SLICE`] of headers to judge, or a whole slice that was judged.
    pub(super) fn next(&self) -> Option<Next<'_>> {
        let slice = self.queue.front()?;
        let left = &slice.bytes[slice.done * HEADER_BYTES..];
        let height = slice.height + slice.done as u32;
        match &slice.judge {
            Judge::Second { .. } => None,
            Judge::Judged { outcome } => Some(Next { height, bytes: left, outcome: Some(outcome) }),
            Judge::Here | Judge::HereAfterAll => {
                Some(Next { height, bytes: &left[..left.len().min(SLICE * HEADER_BYTES)], outcome: None })
            }
        }
    }

    /// So many headers of the lowest slice are in the engine's hands; says whether that was all of it.
    pub(super) fn advance(&mut self, count: u32) -> bool {
        let Some(slice) = self.queue.front_mut() else { return false };
        slice.done += count as usize;
        let ended = slice.done * HEADER_BYTES >= slice.bytes.len();
        if ended {
            self.queue.pop_front();
        }
        ended
    }

    /// The lowest slice was not taken on the second worker's word: the engine here judges it.
    pub(super) fn judge_here(&mut self) {
        if let Some(slice) = self.queue.front_mut() {
            slice.judge = Judge::HereAfterAll;
        }
    }

    /// The next slice for the second worker, as a request to it. It never has more slices than are left for here below its
    /// last one, so that whoever is quicker does more.
    pub(super) fn share(&mut self, network: &str, segment: SegmentId, now: Now) -> Option<SecondAsk> {
        let there = self.queue.iter().filter(|slice| slice.is_elsewhere()).count();
        let mut here = 0;
        let at = self.queue.iter().position(|slice| {
            let fits = slice.judge == Judge::Here && slice.height.is_multiple_of(PERIOD) && there < here;
            here += usize::from(matches!(slice.judge, Judge::Here | Judge::HereAfterAll));
            fits
        })?;
        let context = self.before(at)?;
        let slice = &mut self.queue[at];
        // Above a period of headers, so above that height.
        let height = slice.height - PERIOD;
        let request = judge_apart(network, height, [&context, &slice.bytes], now.unix);
        slice.judge = Judge::Second { segment, since_ms: now.steady_ms };
        Some(SecondAsk::Judge { segment, request })
    }

    /// The period before a slice, from the slices below it.
    fn before(&self, at: usize) -> Option<Vec<u8>> {
        let mut parts = Vec::new();
        let mut wanted = PERIOD_BYTES;
        for slice in self.queue.iter().take(at).rev() {
            let part = &slice.bytes[slice.bytes.len().saturating_sub(wanted)..];
            wanted -= part.len();
            parts.push(part);
            if wanted == 0 {
                parts.reverse();
                return Some(parts.concat());
            }
        }
        None
    }

    /// The second worker answered; one that is not waited for any more is passed over.
    pub(super) fn judged(&mut self, answered: SegmentId, answer: &[u8]) {
        let asked = |slice: &&mut Slice| matches!(slice.judge, Judge::Second { segment, .. } if segment == answered);
        if let Some(slice) = self.queue.iter_mut().find(asked) {
            slice.judge = judged_apart(answer).map_or(Judge::HereAfterAll, |outcome| Judge::Judged { outcome });
        }
    }

    /// Since when the second worker is waited for, milliseconds.
    pub(super) fn waits_since(&self) -> Option<u64> {
        let since =
            |slice: &Slice| if let Judge::Second { since_ms, .. } = slice.judge { Some(since_ms) } else { None };
        self.queue.iter().filter_map(since).min()
    }

    /// The second worker is not waited for any more.
    pub(super) fn take_back(&mut self) {
        let elsewhere = self.queue.iter_mut().filter(|slice| slice.is_elsewhere());
        elsewhere.for_each(|slice| slice.judge = Judge::HereAfterAll);
    }
}
