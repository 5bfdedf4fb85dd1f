//! Sources of headers: what the reader configures, and what the page hears of each.
//!
//! A source can only withhold. Whatever it sends is verified, so what stands here is an account of how it behaved and
//! never a reason to believe it.

use serde::{Deserialize, Serialize};

/// Most sources configured at once, over all networks.
pub const MAX_SOURCES: usize = 32;
/// Most bytes of a source's URL.
pub const MAX_URL_BYTES: usize = 512;

/// How a source is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SourceKind {
    /// One file of 80-byte headers; the URL is the file's.
    HeaderFile,
    /// Files of 100,000 headers beside a status, as block-dn serves them; the URL is the base of `status` and `headers/`.
    BlockDn,
    /// Bitcoin Core's REST interface; the URL is the base of `rest/`.
    CoreRest,
    /// Esplora's REST interface; the URL is the base of `blocks/tip/height`.
    Esplora,
    /// mempool.space's additions to it, pages of 15 and its own view of forks; the URL is the base of `v1/blocks`.
    Mempool,
    /// The Electrum protocol over a WebSocket; the URL is the socket's.
    Electrum,
    /// The compact transport of `plimsoll headers serve`; the URL is the base of its paths.
    Compact,
}

impl SourceKind {
    /// Every kind, in the order a page may offer them: quickest for a whole chain first.
    pub const ALL: [Self; 7] =
        [Self::Compact, Self::BlockDn, Self::HeaderFile, Self::CoreRest, Self::Electrum, Self::Mempool, Self::Esplora];
}

/// A source of headers, as configured. Network and URL together name it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderSource {
    /// Network name, such as `regtest`.
    pub network: String,
    /// How it is asked.
    pub kind: SourceKind,
    /// Where it is: whole, or relative to the page's address. Elsewhere only `https:` and `wss:`, and `http:` and `ws:` on
    /// this machine.
    pub url: String,
    /// Height of the first header; only a [`SourceKind::HeaderFile`] may start above 0.
    pub first_height: u32,
    /// Whether it is asked at all.
    pub enabled: bool,
}

impl HeaderSource {
    /// A file of headers that starts at genesis.
    #[must_use]
    pub fn file(network: &str, url: &str) -> Self {
        Self::new(network, SourceKind::HeaderFile, url)
    }

    /// An enabled source of a chain that starts at genesis.
    #[must_use]
    pub fn new(network: &str, kind: SourceKind, url: &str) -> Self {
        Self { network: network.to_owned(), kind, url: url.to_owned(), first_height: 0, enabled: true }
    }
}

/// A block named to a reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlockAt {
    /// Height.
    pub height: u32,
    /// Hash, as explorers show it.
    pub hash: String,
}

/// The tip a source tells of, or gave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceTip {
    /// Height: the source's word, unless `verified`.
    pub height: u32,
    /// Hash, as explorers show it, where it told one.
    pub hash: Option<String>,
    /// The time in that header, seconds since 1970; `None` until the header is in hand. Tip age is the clock less this.
    pub time: Option<i64>,
    /// Whether a header of that hash and height is in hand and verified.
    pub verified: bool,
}

/// What is known of one source. The whole list is said again whenever something in it changed, at most some four times a
/// second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceStatus {
    /// The source.
    pub source: HeaderSource,
    /// What it is doing.
    pub state: SourceState,
    /// How it behaves beside the others.
    pub standing: Standing,
    /// The tip it told of last.
    pub tip: Option<SourceTip>,
    /// From question to the first of the answer, milliseconds, the last time.
    pub latency_ms: Option<u32>,
    /// When it answered last, seconds since 1970 by this device's clock.
    pub answered: Option<i64>,
    /// The last block that its chain has in common with the best one in hand.
    pub common: Option<BlockAt>,
    /// Headers it gave that are in hand verified, known ones not counted again.
    pub headers: u64,
    /// Bytes it sent.
    pub bytes: u64,
    /// Branches it knows of, a second opinion on forks; empty for most kinds.
    pub forks: Vec<ForkTip>,
}

/// What a source is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SourceState {
    /// Not asked: the reader turned it off, or its network is not synced.
    Off,
    /// Nothing is asked of it now.
    Idle,
    /// It was asked for its tip.
    AskedTip,
    /// It is sending headers.
    Sending,
    /// It is asked again at a time, seconds since 1970.
    Waiting {
        /// When.
        until: i64,
        /// Why.
        reason: WaitReason,
        /// What happened, in English, lower case.
        detail: String,
    },
    /// It sent a wrong header and is not asked again until it is enabled anew; what it gave before stays, each header
    /// verified for itself.
    SetAside,
}

/// Why a source is waited for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitReason {
    /// It asked to be asked less often.
    TooManyRequests,
    /// It did not answer, or not with what was asked for.
    Failed,
    /// It sent nothing for too long.
    Silent,
    /// It gave a header that is too new for this device's clock: not wrong, and tried again when the clock allows.
    TooNew,
}

/// How a source behaves beside the others and beside the headers in hand.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// Nothing was heard of it yet.
    Unknown,
    /// Its tip is the best one in hand.
    Agrees,
    /// It tells of more than is in hand; nothing of it is verified yet.
    Ahead {
        /// Blocks, by its own word.
        blocks: u32,
    },
    /// Its tip is below the best one, on the same chain, and not for long yet.
    Behind {
        /// Blocks.
        blocks: u32,
    },
    /// Its tip has stayed below a chain that is verified from elsewhere, for longer than blocks need to spread: it withholds.
    Withholds {
        /// Blocks.
        blocks: u32,
        /// Since when, seconds since 1970.
        since: i64,
    },
    /// Its chain is another one, with less work.
    Fork {
        /// Blocks of its own since the last common one.
        blocks: u32,
    },
    /// It sent a header that breaks a rule.
    Wrong {
        /// The rule's name, as [`crate::chain::header_tree::Rule::name`] has it, or `form` for what is no header at all.
        rule: String,
        /// The header's height, where it has one.
        height: Option<u32>,
        /// What was expected and found, in English, lower case.
        detail: String,
    },
}

/// A branch that a source knows of. Its word, nothing verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ForkTip {
    /// Height of its tip.
    pub height: u32,
    /// Its tip.
    pub hash: String,
    /// Blocks since it left the main branch; 0 for that one.
    pub branch_length: u32,
    /// `active`, `valid-fork`, `valid-headers`, `headers-only` or `invalid`.
    pub status: String,
    /// Whether its tip is in hand, verified by this page.
    pub in_hand: bool,
}
