//! What the page hears of a network's synchronization.

use super::source::BlockAt;

/// Where a network's synchronization stands. Said at most some four times a second while it runs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SyncStatus {
    /// Network name.
    pub network: String,
    /// What it is doing.
    pub state: SyncState,
    /// Height of the best verified header; `None` before the first.
    pub height: Option<u32>,
    /// The greatest height a source tells of: a claim.
    pub claimed: Option<u32>,
    /// Headers verified since it began or was resumed.
    pub taken: u64,
    /// Headers a second, over the last seconds.
    pub headers_per_second: Option<u32>,
    /// Seconds left at that rate, to the claimed height.
    pub seconds_left: Option<u64>,
    /// The source that sends now, by its URL.
    pub source: Option<String>,
}

/// What a synchronization is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SyncState {
    /// Not begun.
    Idle,
    /// Asking and verifying.
    Running,
    /// The reader paused it. Headers so far are verified up to `height`; the chain is not complete.
    Paused,
    /// The reader ended it before it was complete. Headers so far are verified up to `height`, and no more than that.
    Cancelled,
    /// Every source that answers was asked for all it has; new blocks are looked for now and then.
    Complete,
    /// No source gives more, and not all that was told of is in hand. It goes on when a source answers again.
    Stalled,
}

/// No block came for longer than chance allows. Either sources withhold newer blocks, or this device's clock is wrong, or
/// mining has slowed down much.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoBlockAlarm {
    /// The best block in hand.
    pub tip: BlockAt,
    /// Its time, seconds since 1970: its miner's word, up to two hours wrong.
    pub tip_time: i64,
    /// Seconds between that and this device's clock.
    pub silent_seconds: u64,
    /// Seconds between two blocks, on average.
    pub spacing_seconds: u32,
    /// By chance so long a silence comes once in this many blocks, or more.
    pub once_in: u64,
}

/// The best chain gave way to one with more work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reorganized {
    /// Network name.
    pub network: String,
    /// The last block both chains have.
    pub common: BlockAt,
    /// The tip before.
    pub from: BlockAt,
    /// The tip now.
    pub to: BlockAt,
    /// Headers that left the best chain.
    pub disconnected: u32,
    /// Headers that came onto it.
    pub connected: u32,
    /// The source that gave the chain with more work: a URL or a file's name.
    pub source: String,
}

/// Where a check of a network's headers from genesis stands. It goes on beside the chain in hand, and its headers count for
/// nothing before it is done: then its chain takes the other's place, and every verdict stands on genesis. Said at most some
/// four times a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GenesisCheck {
    /// Network name.
    pub network: String,
    /// What it is doing.
    pub state: GenesisCheckState,
    /// Height of the last header verified from genesis on; `None` before the first.
    pub height: Option<u32>,
    /// The height it has to reach: that of the chain in hand, or what a source tells of.
    pub target: Option<u32>,
    /// Headers a second, over the last seconds.
    pub headers_per_second: Option<u32>,
    /// Seconds left at that rate.
    pub seconds_left: Option<u64>,
    /// The source that sends now, by its URL.
    pub source: Option<String>,
    /// The last header from genesis on that contradicted a pin. It was refused, and whoever sent it set aside.
    pub contradiction: Option<PinContradiction>,
}

/// What a check from genesis is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GenesisCheckState {
    /// Fetching and verifying.
    Running,
    /// The reader paused it.
    Paused,
    /// The reader ended it: what was verified is forgotten.
    Stopped,
    /// No source gives more, and the chain in hand is not reached. It goes on when a source answers again.
    Stalled,
    /// The chain in hand starts at genesis.
    Done,
}

/// A header that is not the one pinned at its height.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PinContradiction {
    /// The height.
    pub height: u32,
    /// The pinned hash, as explorers show it; empty where the pin states something else that does not fit.
    pub expected: String,
    /// The hash found, as explorers show it.
    pub found: String,
    /// The source that sent it: its URL.
    pub source: String,
    /// What was expected and what was found, in English, lower case.
    pub detail: String,
}
