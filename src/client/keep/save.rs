//! Changing the files: in every row of writes the head goes last when headers are added, and first when they are dropped.

use super::head::{Head, MAX_HEADERS, PERIOD, PERIOD_BYTES, Slot};
use super::request::{Area, Failure, Reading, Request};
use super::status::{Finding, News, Operation};
use super::store::{HeaderStore, MAX_APPEND, RefusedOperation, State};
use crate::chain::header::{BlockHash, HEADER_BYTES};
use crate::chain::pow::Work;
use crate::crypto::hash::sha256d;
use std::collections::VecDeque;

/// One of a row.
#[derive(Debug)]
pub(super) enum Step {
    /// Something to do with a file.
    Do(Request),
    /// From here on this head is what is kept.
    Commit { head: Box<Head>, slot: Option<Slot> },
}

/// A row of writes under way.
#[derive(Debug)]
pub(super) struct Writing {
    pub(super) steps: VecDeque<Step>,
    pub(super) operation: Operation,
    /// What opening found; empty otherwise.
    pub(super) findings: Vec<Finding>,
}

impl HeaderStore {
    /// Adds headers at the end; into an empty store at any height. `work` is the chain's from genesis to the last of them.
    /// The headers are kept as they are: that they are verified is the caller's matter.
    ///
    /// # Errors
    /// [`RefusedOperation`]; nothing has changed then.
    pub fn append(&mut self, height: u32, bytes: Vec<u8>, work: Option<Work>) -> Result<(), RefusedOperation> {
        self.admit()?;
        let found = bytes.len();
        let Some(last) = bytes.last_chunk::<HEADER_BYTES>().filter(|_| found <= MAX_APPEND) else {
            return Err(RefusedOperation::Length { found });
        };
        if !found.is_multiple_of(HEADER_BYTES) {
            return Err(RefusedOperation::Length { found });
        }
        let tip = BlockHash(sha256d(last));
        let mut head = self.head.next();
        if head.count == 0 {
            head.first_height = height;
        } else if head.end_height() != height {
            return Err(RefusedOperation::Gap { expected: head.end_height(), found: height });
        }
        let count = u64::from(head.count) + (found / HEADER_BYTES) as u64;
        if count > u64::from(MAX_HEADERS) || u64::from(head.first_height) + count > u64::from(u32::MAX) {
            return Err(RefusedOperation::TooMany { found: count, limit: MAX_HEADERS });
        }
        head.extend(&bytes, tip, work);
        let write = Request::Write { area: Area::Headers, offset: self.head.end_byte(), bytes };
        let mut steps = vec![Step::Do(write), Step::Do(Request::Flush(Area::Headers))];
        steps.extend(self.head_steps(head));
        self.begin(steps, Operation::Append);
        Ok(())
    }

    /// Drops the headers from a height on. `work` is the chain's up to there. Nothing to drop is done at once.
    ///
    /// # Errors
    /// [`RefusedOperation`]; nothing has changed then.
    pub fn cut(&mut self, end_height: u32, work: Option<Work>) -> Result<(), RefusedOperation> {
        self.admit()?;
        if end_height >= self.head.end_height() {
            self.begin(Vec::new(), Operation::Cut);
            return Ok(());
        }
        self.state = match end_height.checked_sub(self.head.first_height).and_then(|count| count.checked_sub(1)) {
            None => self.cut_to(self.head.first_height, &[], work),
            Some(last) => {
                // The period whose beginning stays is read: its checksum changes, and its last header is the tip.
                let period = (last / PERIOD) as usize;
                let wanted = self.head.headers_in(period) as usize * HEADER_BYTES;
                let reading = Reading::new(Area::Headers, (period * PERIOD_BYTES) as u64, wanted);
                self.read_on(reading, |reading| State::Cut { end_height, work, reading })
            }
        };
        Ok(())
    }

    /// Cuts, with the bytes of the last period that stays.
    pub(super) fn cut_to(&mut self, end_height: u32, bytes: &[u8], work: Option<Work>) -> State {
        let mut head = self.head.next();
        let count = end_height - head.first_height;
        if let Some(last) = count.checked_sub(1) {
            let period = (last / PERIOD) as usize;
            if !head.fits(period, bytes) {
                let failure = Failure::other(format!("period {period} is not as it was written: to be opened again"));
                return self.fail(Operation::Cut, failure, State::Closed);
            }
            let rest = &bytes[..(last % PERIOD + 1) as usize * HEADER_BYTES];
            let tip = rest.last_chunk::<HEADER_BYTES>().map_or(BlockHash::ZERO, |header| BlockHash(sha256d(header)));
            head.cut(period, rest, tip, work);
        } else {
            head.cut(0, &[], BlockHash::ZERO, None);
        }
        let length = head.end_byte();
        let mut steps: Vec<Step> = self.head_steps(head).into();
        let truncate = Request::Truncate { area: Area::Headers, length };
        steps.extend([Step::Do(truncate), Step::Do(Request::Flush(Area::Headers))]);
        self.write_on(Writing { steps: steps.into(), operation: Operation::Cut, findings: Vec::new() })
    }

    /// Drops everything, the heads first.
    ///
    /// # Errors
    /// [`RefusedOperation`]; nothing has changed then.
    pub fn forget(&mut self) -> Result<(), RefusedOperation> {
        self.admit()?;
        let head = Box::new(Head::empty(self.head.genesis, 0));
        let drop = |area| [Step::Do(Request::Truncate { area, length: 0 }), Step::Do(Request::Flush(area))];
        let mut steps: Vec<Step> = drop(Area::Heads).into();
        steps.push(Step::Commit { head, slot: None });
        steps.extend(drop(Area::Headers));
        self.begin(steps, Operation::Forget);
        Ok(())
    }

    /// Writes a head into the slot that does not hold the current one.
    pub(super) fn head_steps(&self, head: Head) -> [Step; 3] {
        let slot = self.slot.map_or(Slot::First, Slot::other);
        let write = Request::Write { area: Area::Heads, offset: slot.offset(), bytes: head.encode() };
        let commit = Step::Commit { head: Box::new(head), slot: Some(slot) };
        [Step::Do(write), Step::Do(Request::Flush(Area::Heads)), commit]
    }

    fn begin(&mut self, steps: Vec<Step>, operation: Operation) {
        self.state = self.write_on(Writing { steps: steps.into(), operation, findings: Vec::new() });
    }

    /// Goes on to the next request of a row, or ends it.
    pub(super) fn write_on(&mut self, mut writing: Writing) -> State {
        while let Some(step) = writing.steps.pop_front() {
            match step {
                Step::Do(request) => {
                    self.request = Some(request);
                    return State::Writing(writing);
                }
                Step::Commit { head, slot } => (self.head, self.slot) = (*head, slot),
            }
        }
        let kept = self.kept();
        self.news.push_back(match writing.operation {
            Operation::Open => News::Opened { kept, findings: writing.findings },
            operation => News::Done { operation, kept },
        });
        State::Idle
    }

    /// A row that broke off. Opening ends all the same: what was found good is good.
    pub(super) fn stop_writing(&mut self, mut writing: Writing, failure: Failure) -> State {
        if writing.operation != Operation::Open {
            return self.fail(writing.operation, failure, State::Idle);
        }
        writing.findings.push(Finding::NotRepaired { failure });
        self.news.push_back(News::Opened { kept: self.kept(), findings: writing.findings });
        State::Idle
    }
}
