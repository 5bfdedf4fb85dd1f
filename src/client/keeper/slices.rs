//! Kept headers between file and engine, lowest first, and which of them a second worker judges.
//!
//! The file is read once: what is judged elsewhere stays here too, and is taken in or judged again from these bytes.

use crate::chain::header::HEADER_BYTES;
use crate::client::clock::Now;
use crate::client::keep::PERIOD;
use crate::client::message::{Piece, SecondAsk, SegmentId};
use crate::engine::wire::{judge_apart, judged_apart};
use std::collections::VecDeque;
use std::sync::Arc;

/// Bytes of a period: the context of a segment.
const PERIOD_BYTES: usize = PERIOD as usize * HEADER_BYTES;
/// Bytes judged before messages are let in: some milliseconds' work.
const TURN: usize = 2 * PERIOD_BYTES;
/// Most bytes that are read before those below are judged: four or five slices of a store.
const AHEAD: usize = 8 << 20;
/// Most slices that the second worker holds: one to judge, and the next.
const MOST_THERE: usize = 2;
/// How slices are shared, from few to many for the second worker: what a slice kept here earns, and what one given away
/// costs. To judge one takes longer here, where the others are read and joined too.
const SHARES: [(u32, u32); 3] = [(1, 2), (1, 1), (3, 2)];

/// Who judges a slice.
#[derive(Debug, PartialEq, Eq)]
enum Judge {
    /// Nobody yet: the engine here, when it comes to it.
    Open,
    /// The engine here: it was kept for that, or the second worker gave no answer that could be used.
    Here,
    /// The second worker, asked at this time.
    Second { segment: SegmentId, since_ms: u64 },
    /// It has answered.
    Judged { outcome: Vec<u8> },
}

#[derive(Debug)]
struct Slice {
    height: u32,
    bytes: Arc<Vec<u8>>,
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
#[derive(Debug)]
pub(super) struct Slices {
    queue: VecDeque<Slice>,
    /// Which of [`SHARES`] holds: a greater one when the second worker is ahead of the engine here, a smaller one when that
    /// waits.
    share: usize,
    earned: u32,
}

impl Default for Slices {
    fn default() -> Self {
        Self { queue: VecDeque::new(), share: SHARES.len() - 1, earned: 0 }
    }
}

impl Slices {
    /// Adds what was read. A segment starts with a period: where that is within the slice, it becomes two.
    pub(super) fn push(&mut self, height: u32, mut bytes: Vec<u8>) {
        let before = (height.next_multiple_of(PERIOD) - height) as usize;
        let (judge, done) = (Judge::Open, 0);
        if before > 0 && bytes.len() > before * HEADER_BYTES {
            let rest = bytes.split_off(before * HEADER_BYTES);
            self.queue.push_back(Slice { height, bytes: Arc::new(bytes), done, judge: Judge::Open });
            self.queue.push_back(Slice { height: height + before as u32, bytes: Arc::new(rest), done, judge });
        } else {
            self.queue.push_back(Slice { height, bytes: Arc::new(bytes), done, judge });
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

    /// The next headers to judge, some periods of them, or a whole slice that was judged.
    pub(super) fn next(&self) -> Option<Next<'_>> {
        let slice = self.queue.front()?;
        let left = &slice.bytes[slice.done * HEADER_BYTES..];
        let height = slice.height + slice.done as u32;
        match &slice.judge {
            Judge::Second { .. } => None,
            Judge::Judged { outcome } => Some(Next { height, bytes: left, outcome: Some(outcome) }),
            Judge::Open | Judge::Here => Some(Next { height, bytes: &left[..left.len().min(TURN)], outcome: None }),
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
            slice.judge = Judge::Here;
        }
    }

    /// The next slice for the second worker, as a request to it: the lowest that nobody has, but for those that are kept here.
    pub(super) fn share(&mut self, network: &str, segment: SegmentId, now: Now) -> Option<SecondAsk> {
        let (earns, costs) = SHARES[self.share];
        let (at, context) = loop {
            let at = self.queue.iter().position(|slice| slice.judge == Judge::Open)?;
            // The lowest is here to begin with.
            let may_go = at > 0 && self.queue[at].height.is_multiple_of(PERIOD) && self.earned >= costs;
            match self.before(at).filter(|_| may_go) {
                Some(_) if self.queue.iter().filter(|slice| slice.is_elsewhere()).count() >= MOST_THERE => return None,
                Some(context) => break (at, context),
                None => {
                    self.queue[at].judge = Judge::Here;
                    self.earned = (self.earned + earns).min(earns + costs);
                }
            }
        };
        self.earned -= costs;
        let mut request = context;
        let slice = &mut self.queue[at];
        // Above a period of headers, so above that height.
        let height = slice.height - PERIOD;
        let [before, after] = judge_apart(network, height, PERIOD_BYTES + slice.bytes.len(), now.unix);
        request.insert(0, before.into());
        request.push(Piece::of(&slice.bytes, 0..slice.bytes.len()));
        request.push(after.into());
        slice.judge = Judge::Second { segment, since_ms: now.steady_ms };
        Some(SecondAsk::Judge { segment, request })
    }

    /// The period before a slice, from the slices below it.
    fn before(&self, at: usize) -> Option<Vec<Piece>> {
        let mut parts = Vec::new();
        let mut wanted = PERIOD_BYTES;
        for slice in self.queue.iter().take(at).rev() {
            let length = slice.bytes.len();
            let from = length.saturating_sub(wanted);
            wanted -= length - from;
            parts.push(Piece::of(&slice.bytes, from..length));
            if wanted == 0 {
                parts.reverse();
                return Some(parts);
            }
        }
        None
    }

    /// The second worker answered; one that is not waited for any more is passed over.
    pub(super) fn judged(&mut self, answered: SegmentId, answer: &[u8]) {
        let asked = |slice: &Slice| matches!(slice.judge, Judge::Second { segment, .. } if segment == answered);
        let Some(at) = self.queue.iter().position(asked) else { return };
        let share = match at {
            0 => self.share.saturating_sub(1),
            1 => self.share,
            _ => (self.share + 1).min(SHARES.len() - 1),
        };
        if share != self.share {
            (self.share, self.earned) = (share, 0);
        }
        let outcome = judged_apart(answer);
        self.queue[at].judge = outcome.map_or(Judge::Here, |outcome| Judge::Judged { outcome });
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
        elsewhere.for_each(|slice| slice.judge = Judge::Here);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UnixTime;

    const NOW: Now = Now { unix: UnixTime(1_800_000_000), steady_ms: 7 };

    /// Judges forty slices of a period, the second worker taking `there` turns for each of its own and the engine here two;
    /// tells how many it had, and for how many turns the engine here had nothing to do.
    fn shared(there: u32) -> (u32, u32) {
        let (mut slices, mut pushed, mut names) = (Slices::default(), 0, 0);
        let (mut asked, mut waited, mut with_it) = (VecDeque::new(), 0, 0);
        let mut due = 0;
        for turn in 0.. {
            while pushed < 40 && slices.queue.len() < 8 {
                slices.push(PERIOD * pushed, vec![0; PERIOD_BYTES]);
                pushed += 1;
            }
            names += 1;
            while let Some(SecondAsk::Judge { segment, request }) = slices.share("mainnet", SegmentId(names), NOW) {
                let bytes: usize = request.iter().map(|piece| piece.bytes().len()).sum();
                assert!(bytes > 2 * PERIOD_BYTES && bytes < 2 * PERIOD_BYTES + 64, "a period, and the one before");
                due = due.max(turn) + there;
                asked.push_back((due, segment));
                (names, with_it) = (names + 1, with_it + 1);
            }
            assert!(asked.len() <= MOST_THERE);
            if asked.front().is_some_and(|(due, _)| *due <= turn) {
                // Some outcome.
                slices.judged(asked.pop_front().unwrap().1, &[1, 1, 0]);
            }
            match slices.next() {
                Some(next) => {
                    let count = (next.bytes.len() / HEADER_BYTES) as u32;
                    slices.advance(if next.outcome.is_some() { count } else { PERIOD / 2 });
                }
                None if slices.is_empty() => return (with_it, waited),
                None => waited += 1,
            }
        }
        unreachable!("it ends")
    }

    #[test]
    fn whoever_is_quicker_judges_more() {
        let of: Vec<(u32, u32)> = [1, 2, 3, 6, 20].map(shared).into();
        println!("slices of 40 judged by the second worker, and turns waited for it: {of:?}");
        assert!(of.is_sorted_by(|(more, _), (fewer, _)| more >= fewer), "{of:?}");
        assert!(of[0].0 >= 20 && of[4].0 <= 14, "{of:?}");
        assert!(of[1].1 <= 4, "as quick as the engine here, it is hardly waited for: {of:?}");
    }
}
