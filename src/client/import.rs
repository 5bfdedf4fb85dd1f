//! Taking in a run of headers, a slice at a time, so that whoever waits can be told how far it is.

use crate::chain::header_run::{RunError, decode_run};
use crate::chain::header_tree::HeaderError;
use crate::chain::pins::{Pins, mainnet_period_ends};
use crate::chain::{BlockHash, Header, HeaderTree, Params, TrustedHeader};
use crate::proof::setting::Chains;
use crate::time::UnixTime;

/// Headers judged between two looks at the clock of whoever waits: some milliseconds' work.
pub const SLICE: usize = 2_000;
const HEADER_BYTES: usize = 80;

/// Why a run of headers has no place.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PlaceError {
    /// Not a run of headers.
    #[error(transparent)]
    Run(#[from] RunError),
    /// Nothing tells the network or the height: no genesis, no known block, no name that says.
    #[error(
        "nothing tells where these headers belong: they start at no genesis, hold no pinned block, and {name:?} says no network and height"
    )]
    Nowhere {
        /// The file's name.
        name: String,
    },
}

/// Where a run belongs.
#[derive(Debug, Clone, PartialEq)]
pub struct Place {
    /// The network.
    pub params: Params,
    /// Height of the run's first header.
    pub height: u32,
}

/// The networks whose runs are recognised.
const NETWORKS: [&str; 5] = ["mainnet", "testnet3", "testnet4", "signet", "regtest"];

/// The pins known for a network, without asking anybody.
#[must_use]
pub fn built_in_pins(params: &Params) -> Pins {
    if params.name() == "mainnet" {
        Pins::new(mainnet_period_ends()).expect("the table has one pin a height")
    } else {
        Pins::none()
    }
}

/// Finds where a run belongs: at a genesis, beside a block already in hand, around a pinned block, or where its name says
/// (`mainnet-685439-687516.headers`). A place proves nothing: every header is judged there.
///
/// # Errors
/// [`PlaceError`].
pub fn place(name: &str, bytes: &[u8], chains: &Chains) -> Result<Place, PlaceError> {
    let headers: Vec<Header> = decode_run(bytes)?.collect();
    let first = headers[0];
    let first_hash = first.hash();
    let networks = || NETWORKS.iter().filter_map(|name| Params::named(name).ok());
    if let Some(params) = networks().find(|params| params.genesis().hash() == first_hash) {
        return Ok(Place { params, height: 0 });
    }
    for tree in chains.iter() {
        let height = tree.height_of(&first_hash).or_else(|| tree.height_of(&first.previous).map(|below| below + 1));
        if let Some(height) = height {
            return Ok(Place { params: tree.params().clone(), height });
        }
    }
    let pinned = |pin: &TrustedHeader| {
        // The hash of each header but the last stands in the next one: no hashing is needed to find a pin.
        let at = headers.iter().position(|header| header.previous == pin.hash)?;
        (pin.height + 1).checked_sub(u32::try_from(at).ok()?)
    };
    let last_hash = headers[headers.len() - 1].hash();
    for pin in mainnet_period_ends() {
        let by_last = || {
            let below = u32::try_from(headers.len() - 1).ok()?;
            (pin.hash == last_hash).then(|| pin.height.checked_sub(below)).flatten()
        };
        if let Some(height) = pinned(&pin).or_else(by_last) {
            return Ok(Place { params: Params::mainnet(), height });
        }
    }
    place_in_name(name).ok_or_else(|| PlaceError::Nowhere { name: name.chars().take(80).collect() })
}

fn place_in_name(name: &str) -> Option<Place> {
    let mut words = name.split(|c: char| !c.is_ascii_alphanumeric());
    let params = words.by_ref().find_map(|word| Params::named(word).ok())?;
    let height = words.next()?.parse().ok()?;
    Some(Place { params, height })
}

/// A run being taken in.
#[derive(Debug)]
pub struct Import {
    place: Place,
    pins: Pins,
    bytes: Vec<u8>,
    done: usize,
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
    Stopped(RunError),
}

impl Import {
    /// Begins. `pins` are those of the reader; the built-in ones are added where they do not contradict.
    #[must_use]
    pub fn new(place: Place, bytes: Vec<u8>, pins: Pins) -> Self {
        Self { place, pins, bytes, done: 0 }
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
        let at = self.done.checked_sub(1)?;
        decode_run(&self.bytes).ok()?.nth(at).map(|header| header.hash())
    }

    /// The network.
    #[must_use]
    pub fn network(&self) -> &str {
        self.place.params.name()
    }

    /// Judges the next [`SLICE`] of headers and puts them into the chains.
    pub fn advance(&mut self, chains: &mut Chains, now: UnixTime) -> Progress {
        let headers: Vec<Header> = match decode_run(&self.bytes) {
            Ok(headers) => headers.skip(self.done).take(SLICE).collect(),
            Err(error) => return Progress::Stopped(error),
        };
        for header in headers {
            let height = self.place.height.saturating_add(u32::try_from(self.done).unwrap_or(u32::MAX));
            if let Err(source) = self.take(chains, height, &header, now) {
                return Progress::Stopped(RunError::Header { height, source });
            }
            self.done += 1;
        }
        // The run's height is somebody's word, and headers known already are not placed by it.
        let height = self.place.height.saturating_add(u32::try_from(self.done).unwrap_or(u32::MAX).saturating_sub(1));
        if self.done() == self.total() { Progress::Finished { height } } else { Progress::Going { height } }
    }

    /// One header: onto a tree that knows the one before it, or, at the start of the run, into a tree of its own.
    fn take(&self, chains: &mut Chains, height: u32, header: &Header, now: UnixTime) -> Result<(), HeaderError> {
        let network = self.place.params.name();
        if chains.knowing_mut(network, &header.hash()).is_some() {
            return Ok(());
        }
        if let Some(tree) = chains.knowing_mut(network, &header.previous) {
            return tree.accept(header, now).map(|_| ());
        }
        if self.done > 0 {
            return Err(HeaderError::UnknownParent { found: header.previous });
        }
        let tree = HeaderTree::from_first(self.place.params.clone(), height, header, self.pins.clone(), now)?;
        chains.add(tree);
        Ok(())
    }
}
