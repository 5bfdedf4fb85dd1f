//! What goes between the client and the loop around it: what happens to it, and what it wants done.

use super::{Command, Event};
use serde::{Deserialize, Serialize};

/// Names one fetch, from [`Output::Fetch`] to [`Input::Fetched`]. The client counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FetchId(pub u64);

/// What happens to the client, for `LightClient::handle_input(input, now)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The page asks for something.
    Command(Command),
    /// A fetch is under way; said now and then.
    Fetching {
        /// Which.
        request: FetchId,
        /// Bytes so far.
        done: u64,
        /// Bytes in all, where the answer says.
        total: Option<u64>,
    },
    /// A fetch ended.
    Fetched {
        /// Which.
        request: FetchId,
        /// The body, or why there is none.
        result: Result<Vec<u8>, FetchFailure>,
    },
    /// Time has passed: the moment of `next_wakeup` has come, or the loop comes back after [`Output::Yield`].
    Tick,
}

/// What the client wants done, from `LightClient::poll_output()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Fetch a resource; answered by one [`Input::Fetched`].
    Fetch {
        /// Names this fetch in the answer.
        request: FetchId,
        /// What to fetch, relative to the page's address or whole.
        url: String,
        /// Most bytes of the body; a longer one is [`FetchFailure::TooLarge`].
        max_bytes: u64,
        /// Longest time for the whole fetch, milliseconds.
        timeout_ms: u32,
    },
    /// Tell the page.
    Event(Event),
    /// More work waits: let messages in, then call back with [`Input::Tick`]. Asked for at least every 50 ms of work.
    Yield,
}

/// Why a fetch brought nothing. Never a reason to call a record false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum FetchFailure {
    /// No answer: offline, refused, or cut off.
    #[error("no answer: {detail}")]
    Network {
        /// What the browser said.
        detail: String,
    },
    /// No whole answer in time.
    #[error("no whole answer within {after_ms} ms")]
    Timeout {
        /// The time allowed, milliseconds.
        after_ms: u32,
    },
    /// An answer, but not with status 200.
    #[error("status {status}, expected 200")]
    Status {
        /// The status found.
        status: u16,
    },
    /// A body over the limit; the rest was not read.
    #[error("body over the limit of {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
    /// An address outside the page's own origin, which is not asked.
    #[error("{url} is not at this page's own address")]
    Elsewhere {
        /// The address.
        url: String,
    },
}
