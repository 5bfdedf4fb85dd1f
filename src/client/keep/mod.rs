//! Headers kept between visits: the state machine that stores them and finds them again, without I/O.
//!
//! Two files hold a chain. One is the headers and nothing else, record n at byte 80·n. The other holds two slots with a
//! [`Head`] each: where the headers start, how many there are, the tip's hash, and a checksum of every 2016 of them.
//! [`HeaderStore`] says what to read and write ([`Request`]); whoever owns a disk, a browser's database or a vector carries
//! that out and hands back an [`Answer`].
//!
//! # What a crash can do
//! Headers are written past the last one the head counts, then flushed; then the head goes into the slot that does not
//! hold the current one, and is flushed. A cut writes the lower head first. So at every moment one slot describes bytes that
//! are whole: the chain as it was, as it becomes, or, within a reorganization, up to the common ancestor.
//!
//! # What is believed
//! Nothing. Checksums find torn and rotten bytes, and what follows the last good period is dropped and said so
//! ([`Finding`]); what is left comes back as a run of headers like any source's, to be verified like any other.

mod head;
mod open;
mod request;
mod save;
mod status;
mod store;

pub use head::{Head, HeadError, MAX_HEADERS, PERIOD, SLOT_BYTES, Slot, SlotContent};
pub use request::{Answer, Area, Failure, FailureKind, Request};
pub use status::{Finding, Kept, News, Operation};
pub use store::{Access, HeaderStore, MAX_APPEND, RefusedOperation};
