//! The verifying engine: every header in hand, and what can be asked of them.
//!
//! Proofs and the client know headers by [`HeaderEngine`] alone. [`Engine`] answers in the same program; in the page it is a
//! WebAssembly module of its own, built for speed where the rest is built for size, and [`RemoteEngine`] asks it in bytes
//! ([`wire`]). Both give the same answers: tests ask both and compare.
//!
//! That module has a budget. What it holds keeps short lists instead of maps, and does not unwrap results whose errors would
//! bring their `Debug` along: each costs kilobytes there.

pub mod chains;
pub mod local;
pub mod remote;
pub mod wire;

pub use chains::Chains;
pub use local::Engine;
pub use remote::{RemoteEngine, Transport};

use crate::chain::params::UnknownNetwork;
use crate::chain::quick_start::Plan;
use crate::chain::{
    Basis, BlockHash, BlockRef, ConfirmError, Confirmed, Header, Rule, TrustedHeader, UncheckedRule, Work,
};
use crate::time::UnixTime;
use std::fmt;

/// Most headers of one answer.
pub const MAX_ANSWERED: u32 = 1 << 16;
/// Headers that tell where a run belongs: among so many from the first on is the end of a period of Bitcoin's.
pub const HEAD_HEADERS: usize = 2017;

/// Which of a network's chains: runs that do not touch stand apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// The one that stands for the network: the highest of those that genesis or a pin ties; where nothing ties any, the one
    /// taken in first.
    First,
    /// The one taken in last.
    Last,
    /// One that knows this block, or else the first.
    Block(BlockHash),
    /// One with a header of this height on its best chain, or else the first.
    Height(u32),
}

/// Where a run belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The network's name.
    pub network: String,
    /// Height of the run's first header.
    pub height: u32,
}

/// A run of headers, or a slice of one, to be taken in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Run<'a> {
    /// The network's name.
    pub network: &'a str,
    /// The height of the first header, as somebody says. It counts where the header before is not known.
    pub height: u32,
    /// Whether the first header may start a chain of its own, when the one before it is not known: at the start of a run,
    /// not in its middle.
    pub starts: bool,
    /// The headers, 80 bytes each.
    pub bytes: &'a [u8],
}

/// What became of a run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    /// Headers taken in, or known before, until the first that was refused. They stay.
    pub count: u32,
    /// The hash of the last of them.
    pub last: Option<BlockHash>,
    /// Why the next one was refused.
    pub refusal: Option<Refusal>,
}

/// Why headers were not taken in.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The network is not known.
    #[error(transparent)]
    Network(#[from] UnknownNetwork),
    /// Empty, or no multiple of 80 bytes.
    #[error("{found} bytes are no run of 80-byte headers")]
    Length {
        /// Bytes found.
        found: u64,
    },
    /// A header breaks a rule.
    #[error("header at height {height}: {reason}")]
    Header {
        /// Its height, counted from the start of the run.
        height: u32,
        /// The rule.
        rule: Rule,
        /// Whether it is wrong for good: false where time, the header before it or more room may still settle it.
        is_final: bool,
        /// What was expected and what was found.
        reason: String,
    },
}

impl Refusal {
    /// The rule that a header broke.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::Header { rule, .. } => Some(*rule),
            Self::Network(_) | Self::Length { .. } => None,
        }
    }

    /// Whether the same bytes will be refused whenever they come.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self, Self::Header { is_final: false, .. })
    }
}

/// A chain in few words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainSummary {
    /// The height of its first header.
    pub first_height: u32,
    /// Its last block.
    pub tip: BlockRef,
    /// That block's header.
    pub tip_header: Header,
    /// Headers held, forks included.
    pub header_count: u64,
    /// The work of its headers at hand.
    pub work_at_hand: Work,
    /// The work from genesis to the tip, where known.
    pub total_work: Option<Work>,
    /// Where trust in its tip starts.
    pub basis: Basis,
    /// The rules that could not be checked.
    pub unchecked: Vec<UncheckedRule>,
}

/// A block of a best chain.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChainBlock {
    /// Its height and hash.
    pub block: BlockRef,
    /// Its header.
    pub header: Header,
    /// The median time of it and the ten before; `None` when one of them is not at hand.
    pub median_time: Option<UnixTime>,
}

/// All that proofs and the client know of headers. Every header behind it was verified, whoever sent it.
pub trait HeaderEngine: fmt::Debug {
    /// Where a run belongs: at a network's genesis, beside a block in hand, or around a pinned one. `head` are its first
    /// [`HEAD_HEADERS`], or all of it when it is shorter. A place proves nothing: every header is judged there.
    fn place(&self, head: &[u8]) -> Option<Place>;

    /// Judges the headers of a run, one by one, and takes them in until one is refused: onto the chain that knows the one
    /// before, or at the start of a run into a chain of its own.
    fn take(&mut self, run: Run<'_>, now: UnixTime) -> Taken;

    /// Judges a run apart from everything in hand, as the segment of a chain that another engine judges below: its first
    /// headers, a period of them, are the segment's context and are not judged. What it gives goes to [`Self::join`] of
    /// that engine, with the clock's time in common; `None` when the run is no segment or one of its headers is not
    /// acceptable, which that engine then finds out by itself.
    fn judge_apart(&self, run: Run<'_>, now: UnixTime) -> Option<Vec<u8>>;

    /// Takes headers in that another engine of this program judged apart, without the context, on the word of its
    /// `outcome`; tells the new tip. `None` when they are not those that were judged or do not continue a chain in hand, or
    /// when a pin says otherwise: everything is then as it was, and they may be taken like any others.
    fn join(&mut self, run: Run<'_>, outcome: &[u8]) -> Option<BlockRef>;

    /// From here on, headers are laid over those in hand instead of taken in among them, until [`Self::lift`].
    fn lay_over(&mut self);

    /// Forgets what was laid over; what was in hand before is as it was.
    fn lift(&mut self);

    /// Forgets every header of a network.
    fn forget(&mut self, network: &str);

    /// Which headers are enough: those that show a block of this height with so many blocks from it on, itself counted, or,
    /// where none is asked for, those that follow the chain from the last pin on. From genesis where nothing is pinned.
    fn plan(&self, network: &str, block: Option<(u32, u32)>) -> Plan;

    /// From here on, all that is asked or taken in is about other chains, built beside those in hand, which know nothing of
    /// it; or again about those in hand.
    fn turn_aside(&mut self, aside: bool);

    /// Puts the chain that was built beside in the place of a network's chain in hand, when it starts at genesis and holds
    /// that chain's tip or has more work; says whether it did.
    fn adopt(&mut self, network: &str) -> bool;

    /// Asks whether a block is on the best chain with at least `required` confirmations, itself counted, in the chain that
    /// knows it or else the network's first. `None` when there is no header of that network.
    fn confirm(&self, network: &str, block: &BlockHash, required: u32) -> Option<Result<Confirmed, ConfirmError>>;

    /// A chain in few words.
    fn summary(&self, network: &str, which: Which) -> Option<ChainSummary>;

    /// Up to `count` blocks of a best chain from a height on, as far as they are there; at most [`MAX_ANSWERED`].
    fn blocks(&self, network: &str, which: Which, from: u32, count: u32) -> Vec<ChainBlock>;

    /// The same blocks as raw headers, 80 bytes each, to be kept.
    fn headers(&self, network: &str, which: Which, from: u32, count: u32) -> Vec<u8>;

    /// The lowest pin at or above a height that a chain is held against.
    fn pin_from(&self, network: &str, which: Which, height: u32) -> Option<TrustedHeader>;

    /// The height of any header held, on a best chain or beside it.
    fn height_of(&self, network: &str, block: &BlockHash) -> Option<u32>;

    /// The last block of a best chain among a block held and its ancestors: the block itself when it is on that chain.
    fn junction(&self, network: &str, block: &BlockHash) -> Option<BlockRef>;

    /// The greatest height that the network's chain is known to have: the highest tip of a chain that does not start on
    /// trust alone, or the highest pin.
    fn known_height(&self, network: &str) -> Option<u32>;
}
