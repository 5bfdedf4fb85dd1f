//! Taking in a run of headers, a slice at a time, so that whoever waits can be told how far it is.

use crate::chain::BlockHash;
use crate::chain::header::HEADER_BYTES;
use crate::chain::params::NETWORKS;
use crate::engine::{HEAD_HEADERS, HeaderEngine, Place, Refusal, Run};
use crate::time::UnixTime;

/// Headers judged between two looks at the clock of whoever waits: some milliseconds' work.
pub const SLICE: usize = 2_000;

/// Why a run of headers has no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Empty, or no multiple of 80 bytes.
    #[error("{found} bytes are no run of 80-byte headers")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// Nothing tells the network or the height: no genesis, no known block, no name that says.
    #[error(
        "nothing tells where these headers belong: they start at no genesis, hold no pinned block, and {name:?} says no network and height"
    )]
    Nowhere {
        /// The file's name.
        name: String,
    },
}

/// Finds where a run belongs: at a genesis, beside a block already in hand, around a pinned block, or where its name says
/// (`mainnet-685439-687516.headers`). A place proves nothing: every header is judged there.
///
/// # Errors
/// [`PlaceError`].
pub fn place(name: &str, bytes: &[u8], engine: &dyn HeaderEngine) -> Result<Place, PlaceError> {
    if bytes.is_empty() || !bytes.len().is_multiple_of(HEADER_BYTES) {
        return Err(PlaceError::Length { found: bytes.len() });
    }
    let head = &bytes[..bytes.len().min(HEAD_HEADERS * HEADER_BYTES)];
    let found = engine.place(head).or_else(|| place_in_name(name));
    found.ok_or_else(|| PlaceError::Nowhere { name: name.chars().take(80).collect() })
}

fn place_in_name(name: &str) -> Option<Place> {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let network = words.by_ref().find(|word| NETWORKS.contains(word))?.to_owned();
    let height = words.next()?.parse().ok()?;
    Some(Place { network, height })
}

/// A run being taken in.
#[derive(Debug)]
pub struct Import {
    place: Place,
    bytes: Vec<u8>,
    done: usize,
    last: Option<BlockHash>,
}

/// Where an import stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// More is to be done.
    Going {
        /// Height of the last header judged.
        height: u32,
    },
    /// All of it was taken in.
    Finished {
        /// Height of the run's last header.
        height: u32,
    },
    /// A header was refused. Those before it stay: each stands for itself.
    Stopped(Refusal),
}

impl Import {
    /// Begins.
    #[must_use]
    pub fn new(place: Place, bytes: Vec<u8>) -> Self {
        Self { place, bytes, done: 0, last: None }
    }

    /// Headers judged so far.
    #[must_use]
    pub fn done(&self) -> u64 {
        self.done as u64
    }

    /// Headers in the run.
    #[must_use]
    pub fn total(&self) -> u64 {
        (self.bytes.len() / HEADER_BYTES) as u64
    }

    /// The hash of the last header judged; `None` before the first.
    #[must_use]
    pub fn last_hash(&self) -> Option<BlockHash> {
        self.last
    }

    /// The network's name.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.place.network
    }

    /// Has the next [`SLICE`] of headers judged and taken in.
    pub fn advance(&mut self, engine: &mut dyn HeaderEngine, now: UnixTime) -> Progress {
        if self.bytes.is_empty() || !self.bytes.len().is_multiple_of(HEADER_BYTES) {
            return Progress::Stopped(Refusal::Length { found: self.bytes.len() as u64 });
        }
        let slice = self.bytes.chunks(SLICE * HEADER_BYTES).nth(self.done / SLICE).unwrap_or_default();
        let height = |done: usize| self.place.height.saturating_add(u32::try_from(done).unwrap_or(u32::MAX));
        let (network, starts) = (self.place.network.as_str(), self.done == 0);
        let taken = engine.take(Run { network, height: height(self.done), starts, bytes: slice }, now);
        let done = self.done + taken.count as usize;
        // The run's height is somebody's word, and headers known already are not placed by it.
        let reached = height(done.saturating_sub(1));
        (self.done, self.last) = (done, taken.last.or(self.last));
        match taken.refusal {
            Some(refusal) => Progress::Stopped(refusal),
            None if self.done() == self.total() => Progress::Finished { height: reached },
            None => Progress::Going { height: reached },
        }
    }
}
