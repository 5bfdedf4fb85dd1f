//! What goes between the client and the loop around it: what happens to it, and what it wants done.

use super::{Command, Event, StoreAsk, StoreTold};
use serde::{Deserialize, Serialize};
use std::ops::Range;
use std::sync::Arc;

/// Names one fetch, from [`Output::Fetch`] to [`Input::Fetched`]. The client counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FetchId(pub u64);

/// Names one WebSocket, from [`Output::OpenSocket`] to [`Input::SocketClosed`]. The client counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u64);

/// Names one segment that the second worker judges. The client counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SegmentId(pub u64);

/// Bytes, or some of those that are held elsewhere too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece {
    bytes: Arc<Vec<u8>>,
    range: Range<usize>,
}

impl Piece {
    /// Some of these, as far as they are there.
    #[must_use]
    pub fn of(bytes: &Arc<Vec<u8>>, range: Range<usize>) -> Self {
        Self { bytes: bytes.clone(), range }
    }

    /// The bytes.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        self.bytes.get(self.range.clone()).unwrap_or_default()
    }
}

impl From<Vec<u8>> for Piece {
    fn from(bytes: Vec<u8>) -> Self {
        let range = 0..bytes.len();
        Self { bytes: Arc::new(bytes), range }
    }
}

/// Wanted of the loop, about a second worker of this program, with an engine of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondAsk {
    /// Start it; answered by [`SecondTold::Ready`] or [`SecondTold::Gone`], whenever that is known.
    Start,
    /// Have its engine answer a request ([`crate::engine::wire`]); answered by [`SecondTold::Judged`].
    Judge {
        /// Names it in the answer.
        segment: SegmentId,
        /// The request, in pieces: most of it is held here too.
        request: Vec<Piece>,
    },
    /// End it. Nothing more is heard of it.
    End,
}

/// Heard from the loop, about the second worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SecondTold {
    /// It is there and waits.
    Ready,
    /// Its engine's answer.
    Judged {
        /// To which request.
        segment: SegmentId,
        /// The answer, as bytes.
        answer: Vec<u8>,
    },
    /// There is none here, or it broke. Nothing more is heard of it.
    Gone,
}

/// What happens to the client, for `LightClient::handle_input(input, now)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The page asks for something.
    Command(Command),
    /// A fetch is under way; said now and then for one that is answered whole.
    Fetching {
        /// Which.
        request: FetchId,
        /// Bytes so far.
        done: u64,
        /// Bytes in all, where the answer says.
        total: Option<u64>,
    },
    /// The answer to a fetch in parts begins, with status 200 or 206.
    FetchHead {
        /// Which.
        request: FetchId,
        /// What stands before the body.
        head: FetchHead,
    },
    /// Some of the body of a fetch in parts. The next comes after [`Output::ReadOn`].
    FetchedPart {
        /// Which.
        request: FetchId,
        /// The bytes, never none.
        bytes: Vec<u8>,
    },
    /// A fetch ended.
    Fetched {
        /// Which.
        request: FetchId,
        /// The body, empty after parts; or why there is none, or no more.
        result: Result<Vec<u8>, FetchFailure>,
    },
    /// A WebSocket is open.
    SocketOpened {
        /// Which.
        socket: SocketId,
    },
    /// A whole message came.
    SocketText {
        /// On which.
        socket: SocketId,
        /// The message.
        text: String,
    },
    /// A WebSocket could not be opened, or ended. Nothing more is heard of it.
    SocketClosed {
        /// Which.
        socket: SocketId,
        /// Why, in English, lower case.
        detail: String,
    },
    /// Something about the files of a network's kept headers.
    Stored {
        /// The network's name.
        network: String,
        /// What.
        told: StoreTold,
    },
    /// Something about the second worker.
    Second(SecondTold),
    /// Time has passed: the moment of `next_wakeup` has come, or the loop comes back after [`Output::Yield`].
    Tick,
}

/// What stands before the body of an answer.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FetchHead {
    /// The body's first byte within the resource: 0, unless a range was asked for and given (status 206).
    pub start: u64,
    /// Bytes of the body, where the answer says and they are not compressed.
    pub length: Option<u64>,
    /// The media type, lower case, without parameters.
    pub media_type: Option<String>,
}

/// Which address a fetch may go to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// The page's own origin.
    Own,
    /// The origin of a source that was configured, or of a proof whose address the reader agreed to ask: this base's. No other,
    /// and no redirect.
    Source {
        /// The source's URL.
        base: String,
    },
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
        /// Where that may be.
        reach: Reach,
        /// Ask for the bytes from this one on, not for the whole. The answer may be whole all the same.
        from_byte: Option<u64>,
        /// Most bytes of the body; a longer one is [`FetchFailure::TooLarge`].
        max_bytes: u64,
        /// Longest time, milliseconds: for the whole of it, or, in parts, from one part to the next.
        timeout_ms: u32,
        /// Give the body as it comes, by [`Input::FetchHead`] and [`Input::FetchedPart`].
        in_parts: bool,
    },
    /// Give the next part of a fetch in parts. Until then at most one part is held.
    ReadOn {
        /// Which.
        request: FetchId,
    },
    /// Break a fetch off. Nothing more is heard of it.
    StopFetch {
        /// Which.
        request: FetchId,
    },
    /// Open a WebSocket to a source that was configured; answered by [`Input::SocketOpened`] or [`Input::SocketClosed`].
    OpenSocket {
        /// Names it from now on.
        socket: SocketId,
        /// Its URL.
        url: String,
        /// Most bytes of one message; a longer one closes it.
        max_bytes: u64,
    },
    /// Send a message.
    SendText {
        /// On which socket.
        socket: SocketId,
        /// The message.
        text: String,
    },
    /// Close a WebSocket. Nothing more is heard of it.
    CloseSocket {
        /// Which.
        socket: SocketId,
    },
    /// Do something with the files of a network's kept headers.
    Store {
        /// The network's name.
        network: String,
        /// What.
        ask: StoreAsk,
    },
    /// Do something with the second worker.
    Second(SecondAsk),
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
    /// The server asks to be asked less often: status 429, or 503.
    #[error("status {status}: asked too often")]
    TooManyRequests {
        /// The status found.
        status: u16,
        /// Seconds to wait, where the server says and the browser lets it be read.
        retry_after: Option<u32>,
    },
    /// A body over the limit; the rest was not read.
    #[error("body over the limit of {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
    /// An address outside the page's own origin, which is not asked, unless it is a configured source's.
    #[error("{url} is not at this page's own address")]
    Elsewhere {
        /// The address.
        url: String,
    },
}
