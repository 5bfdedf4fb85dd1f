//! What the store says: what is kept, what was found when it was opened, and how operations ended.

use super::head::{Head, HeadError, Slot};
use super::request::Failure;
use crate::chain::header::{BlockHash, HEADER_BYTES};
use crate::chain::pow::Work;

/// A chain as it is kept: one run of headers. A claim, until its headers are verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    /// The height of the first header.
    pub first_height: u32,
    /// How many headers.
    pub count: u32,
    /// The last header's hash; zero where there is none.
    pub tip: BlockHash,
    /// The work of the whole chain from genesis to the last header, where it was known.
    pub work: Option<Work>,
}

impl Kept {
    pub(super) fn of(head: &Head) -> Self {
        Self { first_height: head.first_height, count: head.count, tip: head.tip, work: head.work }
    }

    /// The height after the last header's: where the next one belongs.
    #[must_use]
    pub fn end_height(&self) -> u32 {
        self.first_height.saturating_add(self.count)
    }

    /// The bytes its headers take.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        u64::from(self.count) * HEADER_BYTES as u64
    }
}

/// Something that was not as it was left. What was dropped is fetched again like any header not kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A slot holds no whole head; the other one was used. A write that was cut short leaves this.
    DamagedHead {
        /// Which.
        slot: Slot,
        /// What is wrong with it.
        error: HeadError,
    },
    /// Headers without a head that says what they are: dropped.
    NoHead {
        /// Bytes dropped.
        bytes: u64,
    },
    /// Bytes past the last header counted, dropped. A write that was cut short leaves these.
    Tail {
        /// Bytes dropped.
        bytes: u64,
    },
    /// The file of headers is shorter than its head says.
    Truncated {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it has.
        found: u64,
    },
    /// A period's bytes are not those that were written: dropped from there on.
    DamagedPeriod {
        /// The height of its first header.
        height: u32,
        /// Headers dropped.
        dropped: u32,
    },
    /// The files could not be put right; what was found good is used, and the same is found again next time.
    NotRepaired {
        /// Why.
        failure: Failure,
    },
}

/// What the store was doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// Opening.
    Open,
    /// Adding headers.
    Append,
    /// Dropping headers from a height on.
    Cut,
    /// Dropping everything.
    Forget,
}

/// Said by the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// Headers found while opening, lowest first, whole periods but for the last: to be verified.
    Headers {
        /// The first one's height.
        height: u32,
        /// 80 bytes each.
        bytes: Vec<u8>,
    },
    /// It is open.
    Opened {
        /// What is kept, after repairs.
        kept: Kept,
        /// What was not as it was left.
        findings: Vec<Finding>,
    },
    /// A later version of this program wrote the files. They are left alone, and the store stays closed.
    Newer {
        /// The version of their form.
        version: u16,
    },
    /// An operation is done, and outlasts a crash.
    Done {
        /// Which.
        operation: Operation,
        /// What is kept now.
        kept: Kept,
    },
    /// An operation was not done, or not to its end. What is kept is whole all the same.
    Failed {
        /// Which.
        operation: Operation,
        /// Why.
        failure: Failure,
        /// What is kept now.
        kept: Kept,
    },
}
