//! Opening: which head is current, which headers are as they were written, and what is put right.

use super::head::{PERIOD, PERIOD_BYTES, SLOT_BYTES, Slot, SlotContent};
use super::request::{Area, Reading, Request};
use super::save::{Step, Writing};
use super::status::{Finding, News, Operation};
use super::store::{Access, HeaderStore, State};
use crate::chain::header::{BlockHash, HEADER_BYTES};
use crate::crypto::hash::sha256d;

/// Periods read at a time: not quite two megabytes.
const SLICE_PERIODS: usize = 12;

/// What is known on the way.
#[derive(Debug)]
pub(super) struct Opening {
    findings: Vec<Finding>,
    /// Bytes of headers there are.
    size: u64,
    /// Periods found good so far.
    good: usize,
    /// The hash of the last header in them.
    tip: BlockHash,
}

impl HeaderStore {
    pub(super) fn read_slots(&mut self) -> State {
        self.read_on(Reading::new(Area::Heads, 0, 2 * SLOT_BYTES), State::Heads)
    }

    /// Chooses the current head: of two whole ones the later.
    pub(super) fn take_slots(&mut self, bytes: &[u8]) -> State {
        let (first, second) = bytes.split_at(bytes.len().min(SLOT_BYTES));
        let mut findings = Vec::new();
        for (slot, bytes) in [(Slot::First, first), (Slot::Second, second)] {
            match SlotContent::read(bytes, &self.head.genesis) {
                SlotContent::Empty => {}
                SlotContent::Newer { version } => {
                    self.news.push_back(News::Newer { version });
                    return State::Closed;
                }
                SlotContent::Damaged(error) => findings.push(Finding::DamagedHead { slot, error }),
                SlotContent::Head(head) => {
                    if self.slot.is_none() || head.sequence > self.head.sequence {
                        (self.head, self.slot) = (head, Some(slot));
                    }
                }
            }
        }
        self.request = Some(Request::Size(Area::Headers));
        State::Size(Opening { findings, size: 0, good: 0, tip: BlockHash::ZERO })
    }

    pub(super) fn take_size(&mut self, mut opening: Opening, size: u64) -> State {
        opening.size = size;
        let expected = self.head.end_byte();
        if size < expected {
            opening.findings.push(Finding::Truncated { expected, found: size });
        } else if self.slot.is_none() && size > 0 {
            opening.findings.push(Finding::NoHead { bytes: size });
        } else if size > expected {
            opening.findings.push(Finding::Tail { bytes: size - expected });
        }
        if self.access == Access::Read {
            let known = self.from_height.min(self.head.end_height()).saturating_sub(self.head.first_height);
            opening.good = (known / PERIOD) as usize;
        }
        self.read_slice(opening)
    }

    fn read_slice(&mut self, opening: Opening) -> State {
        let offset = (opening.good * PERIOD_BYTES) as u64;
        let left = self.head.end_byte().saturating_sub(offset);
        if left == 0 {
            return self.settle(opening);
        }
        let wanted = left.min((SLICE_PERIODS * PERIOD_BYTES) as u64) as usize;
        self.read_on(Reading::new(Area::Headers, offset, wanted), |reading| State::Slice(opening, reading))
    }

    /// Hands on the periods that are as they were written. The first that is not ends the chain: what follows hangs on it.
    pub(super) fn take_slice(&mut self, mut opening: Opening, mut bytes: Vec<u8>) -> State {
        let before = opening.good;
        for period in bytes.chunks(PERIOD_BYTES) {
            if !self.head.fits(opening.good, period) || !self.ends_in_tip(opening.good, period) {
                break;
            }
            opening.good += 1;
        }
        let first = self.head.first_height + before as u32 * PERIOD;
        let headers: u32 = (before..opening.good).map(|period| self.head.headers_in(period)).sum();
        let whole = first + headers == self.head.end_height();
        let all_good = headers as usize * HEADER_BYTES == bytes.len() && headers > 0;
        bytes.truncate(headers as usize * HEADER_BYTES);
        if let Some(last) = bytes.last_chunk::<HEADER_BYTES>() {
            opening.tip = BlockHash(sha256d(last));
        }
        if headers > 0 && first + headers > self.from_height {
            self.news.push_back(News::Headers { height: first, bytes });
        }
        if whole {
            return self.settle(opening);
        }
        if all_good {
            return self.read_slice(opening);
        }
        let height = first + headers;
        opening.findings.push(Finding::DamagedPeriod { height, dropped: self.head.end_height() - height });
        self.head.cut(opening.good, &[], opening.tip, None);
        self.settle(opening)
    }

    /// Whether the last header has the hash that the head names: a checksum of 32 bits is no hash.
    fn ends_in_tip(&self, period: usize, bytes: &[u8]) -> bool {
        let ends = (period as u32 + 1) * PERIOD >= self.head.count;
        !ends || bytes.last_chunk::<HEADER_BYTES>().is_some_and(|header| sha256d(header) == self.head.tip.0)
    }

    /// Puts the files right, the head first, where they are not and may be.
    fn settle(&mut self, opening: Opening) -> State {
        let mut steps = Vec::new();
        if self.access == Access::Write {
            if opening.findings.iter().any(|finding| matches!(finding, Finding::DamagedPeriod { .. })) {
                steps.extend(self.head_steps(self.head.next()));
            }
            if opening.size > self.head.end_byte() {
                let length = self.head.end_byte();
                let truncate = Request::Truncate { area: Area::Headers, length };
                steps.extend([Step::Do(truncate), Step::Do(Request::Flush(Area::Headers))]);
            }
        }
        self.write_on(Writing { steps: steps.into(), operation: Operation::Open, findings: opening.findings })
    }
}
