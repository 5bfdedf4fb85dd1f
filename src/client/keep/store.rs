//! The store: requests out, answers in, news for the caller.

use super::head::{Head, Slot};
use super::open::Opening;
use super::request::{Answer, Failure, Piece, Reading, Request};
use super::save::Writing;
use super::status::{Kept, News, Operation};
use crate::chain::header::BlockHash;
use crate::chain::pow::Work;
use std::collections::VecDeque;
use std::mem;

/// Most bytes of one append: some 26 periods.
pub const MAX_APPEND: usize = 4 << 20;

/// Whether the files may be changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// This store alone writes them.
    Write,
    /// Another one does; nothing is repaired or added here.
    Read,
}

/// Why an operation did not begin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RefusedOperation {
    /// Another one is under way.
    #[error("another operation is under way")]
    Busy,
    /// The store is closed: it did not open, or a later version wrote its files.
    #[error("the store is closed")]
    Closed,
    /// Another store writes these files.
    #[error("opened for reading")]
    ReadOnly,
    /// The headers do not begin where those kept end.
    #[error("headers from height {found} on, expected {expected}")]
    Gap {
        /// Where the next header belongs.
        expected: u32,
        /// Where these begin.
        found: u32,
    },
    /// No whole number of headers, none, or too many for one operation.
    #[error("{found} bytes, expected 80 for each header, at least 80 and at most {MAX_APPEND}")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// More headers than are kept.
    #[error("{found} headers, expected at most {limit}")]
    TooMany {
        /// Headers there would be.
        found: u64,
        /// The limit.
        limit: u32,
    },
}

/// What the store waits for.
#[derive(Debug)]
pub(super) enum State {
    /// The slots of the head.
    Heads(Reading),
    /// The number of bytes of headers.
    Size(Opening),
    /// Headers.
    Slice(Opening, Reading),
    /// The last period that a cut leaves.
    Cut { end_height: u32, work: Option<Work>, reading: Reading },
    /// The end of a row of writes.
    Writing(Writing),
    /// Nothing: an operation may begin.
    Idle,
    /// Nothing any more.
    Closed,
}

/// Headers kept in two files that somebody else owns. It begins by opening them; [`News::Opened`] says that it is done.
#[derive(Debug)]
pub struct HeaderStore {
    pub(super) access: Access,
    /// Headers below are not handed on while opening.
    pub(super) from_height: u32,
    /// What the files hold as far as they were flushed.
    pub(super) head: Head,
    /// Where that head lies: it is not overwritten before the other slot holds a later one.
    pub(super) slot: Option<Slot>,
    pub(super) state: State,
    pub(super) request: Option<Request>,
    pub(super) news: VecDeque<News>,
}

impl HeaderStore {
    /// Opens the files of the chain with this genesis header.
    #[must_use]
    pub fn open(genesis: BlockHash, access: Access) -> Self {
        Self::open_from(genesis, access, 0)
    }

    /// The same, for a caller who has the headers below a height: of those only the last periods come, and for reading
    /// they are passed over.
    #[must_use]
    pub fn open_from(genesis: BlockHash, access: Access, from_height: u32) -> Self {
        let (head, news) = (Head::empty(genesis, 0), VecDeque::default());
        let mut store = Self { access, from_height, head, slot: None, state: State::Closed, request: None, news };
        store.state = store.read_slots();
        store
    }

    /// What is to be done with the files; to be answered before the next. `None` while news wait, so that headers found
    /// are not read faster than they are used.
    pub fn poll_request(&mut self) -> Option<Request> {
        if self.news.is_empty() { self.request.take() } else { None }
    }

    /// What happened, in order.
    pub fn poll_news(&mut self) -> Option<News> {
        self.news.pop_front()
    }

    /// What is kept.
    #[must_use]
    pub fn kept(&self) -> Kept {
        Kept::of(&self.head)
    }

    /// Whether an operation may begin.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        matches!(self.state, State::Idle)
    }

    /// What became of the last request.
    pub fn handle_answer(&mut self, answer: Answer) {
        let state = mem::replace(&mut self.state, State::Closed);
        self.state = match (state, answer) {
            (State::Heads(reading), Answer::Bytes(bytes)) => match reading.take(bytes) {
                Ok(Piece::More(reading)) => self.read_on(reading, State::Heads),
                Ok(Piece::Whole(bytes)) => self.take_slots(&bytes),
                Err(failure) => self.fail(Operation::Open, failure, State::Closed),
            },
            (State::Size(opening), Answer::Size(size)) => self.take_size(opening, size),
            (State::Slice(opening, reading), Answer::Bytes(bytes)) => match reading.take(bytes) {
                Ok(Piece::More(reading)) => self.read_on(reading, |reading| State::Slice(opening, reading)),
                Ok(Piece::Whole(bytes)) => self.take_slice(opening, bytes),
                Err(failure) => self.fail(Operation::Open, failure, State::Closed),
            },
            (State::Cut { end_height, work, reading }, Answer::Bytes(bytes)) => match reading.take(bytes) {
                Ok(Piece::More(reading)) => self.read_on(reading, |reading| State::Cut { end_height, work, reading }),
                Ok(Piece::Whole(bytes)) => self.cut_to(end_height, &bytes, work),
                Err(failure) => self.fail(Operation::Cut, failure, State::Idle),
            },
            (State::Writing(writing), Answer::Done) => self.write_on(writing),
            (State::Writing(writing), answer) => self.stop_writing(writing, failure_of(answer)),
            (State::Cut { .. }, answer) => self.fail(Operation::Cut, failure_of(answer), State::Idle),
            (State::Heads(_) | State::Size(_) | State::Slice(..), answer) => {
                self.fail(Operation::Open, failure_of(answer), State::Closed)
            }
            (idle @ (State::Idle | State::Closed), _) => idle, // nothing was asked
        };
    }

    /// Asks for the rest of what is being read.
    pub(super) fn read_on(&mut self, reading: Reading, state: impl FnOnce(Reading) -> State) -> State {
        self.request = Some(reading.request());
        state(reading)
    }

    pub(super) fn fail(&mut self, operation: Operation, failure: Failure, next: State) -> State {
        self.news.push_back(News::Failed { operation, failure, kept: self.kept() });
        next
    }

    /// Whether an operation that changes the files may begin.
    pub(super) fn admit(&self) -> Result<(), RefusedOperation> {
        match (&self.state, self.access) {
            (State::Closed, _) => Err(RefusedOperation::Closed),
            (State::Idle, Access::Write) => Ok(()),
            (State::Idle, Access::Read) => Err(RefusedOperation::ReadOnly),
            _ => Err(RefusedOperation::Busy),
        }
    }
}

fn failure_of(answer: Answer) -> Failure {
    match answer {
        Answer::Failed(failure) => failure,
        other => Failure::other(format!("an answer to another question: {other:?}")),
    }
}
