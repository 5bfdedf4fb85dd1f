//! Sources of headers, one kind a file: each a small state machine without I/O, from what is asked of it to the next
//! request, and from the answer to headers, a tip, or a failure.
//!
//! Nothing a source says is believed. Parsing here is strict and bounded, so that what is no header is told apart from a
//! header that breaks a rule; whether headers hold is the engine's to say.

pub mod address;
mod block_dn;
mod block_json;
mod compact;
mod core_rest;
mod electrum;
mod header_file;
mod header_stream;
mod paged;

pub use block_dn::BlockDn;
pub use compact::Compact;
pub use core_rest::CoreRest;
pub use electrum::Electrum;
pub use header_file::HeaderFile;
pub use paged::Paged;

use crate::chain::BlockHash;
use crate::client::message::{FetchFailure, FetchHead, ForkTip, HeaderSource, SourceKind};
use std::fmt;

/// Most bytes of an answer that tells of a tip.
pub const MAX_STATUS_BYTES: u64 = 64 << 10;
/// Most bytes of a whole file of headers: more than every Bitcoin header to 2040.
pub const MAX_FILE_BYTES: u64 = 128 << 20;
/// Most letters of a stranger's text that are shown.
const SHOWN_LETTERS: usize = 80;

/// What is asked of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Task {
    /// Its best block, and its view of forks where it has one.
    Tip,
    /// Its headers.
    Headers(Want),
}

/// Which headers are wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Want {
    /// Height of the first.
    pub start: u32,
    /// The hash of the header below it on the chain in hand; `None` from the first on.
    pub below: Option<BlockHash>,
    /// The height of its tip, as it told; `None` for a source that tells none.
    pub to: Option<u32>,
    /// The last height wanted; `None` for all there are. More may be sent: a source gives what its form allows to ask for.
    pub last: Option<u32>,
}

/// What a source wants done for it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ask {
    /// Fetch something.
    Get(Get),
    /// Have a socket open; answered by [`Heard::Opened`].
    Open,
    /// Send this over the socket.
    Send(String),
}

/// A resource to fetch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Get {
    /// Its URL.
    pub url: String,
    /// The first byte wanted, when not all are.
    pub from_byte: Option<u64>,
    /// Most bytes of the body.
    pub max_bytes: u64,
    /// Whether it is read in parts.
    pub in_parts: bool,
}

impl Get {
    fn whole(url: String, max_bytes: u64) -> Self {
        Self { url, from_byte: None, max_bytes, in_parts: false }
    }
}

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// A whole body.
    Body(Vec<u8>),
    /// The beginning of an answer in parts.
    Head(FetchHead),
    /// A part.
    Part(Vec<u8>),
    /// The end of an answer in parts.
    End,
    /// The fetch failed.
    Failed(FetchFailure),
    /// The socket is open.
    Opened,
    /// A message over the socket.
    Text(String),
}

/// What a source made of that.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Reply {
    /// What it tells.
    pub told: Vec<Told>,
    /// How it goes on.
    pub next: Next,
}

/// What a source tells. Claims, all of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Told {
    /// Its best block.
    Tip(Tip),
    /// Headers, ascending.
    Headers(Headers),
    /// The height its answer will reach, by its length.
    Reaches(u32),
    /// Branches it knows.
    Forks(Vec<ForkTip>),
}

/// A best block, as told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tip {
    /// Its height.
    pub height: u32,
    /// Its hash.
    pub hash: BlockHash,
}

/// Some headers, as sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headers {
    /// Height of the first, by the source's word.
    pub height: u32,
    /// Whether they are the first of an answer. Between two answers a source's chain may have changed, so that these need
    /// not stand on those before; within an answer they must.
    pub opens: bool,
    /// 80 bytes each, one or more.
    pub bytes: Vec<u8>,
}

/// How a task goes on.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub enum Next {
    /// With what is already under way.
    #[default]
    Wait,
    /// With another request.
    Ask(Ask),
    /// It is over: the source has told everything that was asked for.
    Done,
    /// It is over: the source knows nothing above, or does not know the header below. It may be on another branch.
    Unjoined,
}

impl Reply {
    fn ask(ask: Ask) -> Self {
        Self { told: vec![], next: Next::Ask(ask) }
    }

    fn done(told: Vec<Told>) -> Self {
        Self { told, next: Next::Done }
    }
}

/// Why a source's answer was of no use.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SourceError {
    /// There was no answer.
    #[error(transparent)]
    Fetch(#[from] FetchFailure),
    /// The answer has not the form of one.
    #[error("{what}: expected {expected}, found {found}")]
    Form {
        /// Which answer or field.
        what: &'static str,
        /// What it should be.
        expected: &'static str,
        /// What it is, shortened.
        found: String,
    },
    /// A block's fields do not hash to the name it is given.
    #[error("block at height {height} is named {named}, and its fields hash to {found}")]
    Misnamed {
        /// Its height.
        height: u32,
        /// The name.
        named: BlockHash,
        /// The hash.
        found: BlockHash,
    },
    /// The server says that it cannot.
    #[error("the server answers with an error: {message}")]
    Refused {
        /// What it says, shortened.
        message: String,
    },
}

impl SourceError {
    fn form(what: &'static str, expected: &'static str, found: impl fmt::Display) -> Self {
        Self::Form { what, expected, found: shortened(&found.to_string()) }
    }
}

/// The beginning of a stranger's text, fit to be shown.
fn shortened(text: &str) -> String {
    let letters = text.chars().map(|letter| if letter.is_control() { ' ' } else { letter });
    let mut short: String = letters.take(SHOWN_LETTERS).collect();
    if text.chars().nth(SHOWN_LETTERS).is_some() {
        short.push('…');
    }
    short
}

/// A kind of source.
pub trait Source: fmt::Debug {
    /// Whether it can be asked for its tip alone. One that cannot tells it by the last of its headers.
    fn tells_tip(&self) -> bool {
        true
    }

    /// Begins a task; what was under way before is forgotten.
    fn begin(&mut self, task: Task) -> Ask;

    /// Hears what came back, while a task is under way or, over a socket, at any time.
    ///
    /// # Errors
    /// [`SourceError`]; the task is then over.
    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError>;

    /// The socket was closed.
    fn closed(&mut self) {}

    /// Most bytes of one message over the socket.
    fn max_message(&self) -> u64 {
        0
    }
}

/// The state machine for a configured source.
#[must_use]
pub fn source_of(source: &HeaderSource) -> Box<dyn Source> {
    let base = source.url.as_str();
    match source.kind {
        SourceKind::HeaderFile => Box::new(HeaderFile::new(base, source.first_height)),
        SourceKind::BlockDn => Box::new(BlockDn::new(base)),
        SourceKind::CoreRest => Box::new(CoreRest::new(base)),
        SourceKind::Esplora => Box::new(Paged::esplora(base)),
        SourceKind::Mempool => Box::new(Paged::mempool(base)),
        SourceKind::Electrum => Box::new(Electrum::new()),
        SourceKind::Compact => Box::new(Compact::new(base, &source.network)),
    }
}

/// A path below a base, with one slash between.
fn below(base: &str, path: &str) -> String {
    format!("{}/{path}", base.trim_end_matches('/'))
}

/// A failure where none is expected.
fn unexpected(heard: &Heard) -> SourceError {
    match heard {
        Heard::Failed(FetchFailure::TooLarge { max_bytes }) => {
            SourceError::form("answer", "no more than was asked for", format!("more than {max_bytes} bytes"))
        }
        Heard::Failed(failure) => SourceError::Fetch(failure.clone()),
        Heard::Body(_) | Heard::Head(_) | Heard::Part(_) | Heard::End => {
            SourceError::form("answer", "none under way", "one")
        }
        Heard::Opened | Heard::Text(_) => SourceError::form("message", "none over a socket", "one"),
    }
}

/// Text of a short answer: ASCII, without white space around it.
fn text_of(what: &'static str, body: &[u8]) -> Result<String, SourceError> {
    match std::str::from_utf8(body) {
        Ok(text) if text.is_ascii() => Ok(text.trim().to_owned()),
        _ => Err(SourceError::form(what, "a short text", format!("{} bytes of something else", body.len()))),
    }
}

fn hash_of(what: &'static str, text: &str) -> Result<BlockHash, SourceError> {
    BlockHash::from_hex(text).map_err(|_| SourceError::form(what, "64 lower-case hexadecimal digits", text))
}

fn height_of(what: &'static str, text: &str) -> Result<u32, SourceError> {
    let plain =
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    let height = if plain { text.parse().ok() } else { None };
    height.filter(|height| *height < MAX_HEIGHT).ok_or_else(|| SourceError::form(what, "a height", text))
}

/// No chain is so high; heights below it can be counted on without care for overflow.
const MAX_HEIGHT: u32 = 1 << 31;

/// JSON of a known form, every name once.
fn json_of<T: serde::de::DeserializeOwned>(
    what: &'static str,
    expected: &'static str,
    body: &[u8],
) -> Result<T, SourceError> {
    use crate::encoding::json::{Limits, parse};
    // The fetch bounds the bytes; a status or a page of blocks nests a few levels.
    let value = parse(body, Limits { bytes: body.len(), depth: 16 });
    let value =
        value.map_err(|_| SourceError::form(what, expected, String::from_utf8_lossy(&body[..body.len().min(400)])))?;
    serde_json::from_value(value).map_err(|error| SourceError::form(what, expected, error))
}
