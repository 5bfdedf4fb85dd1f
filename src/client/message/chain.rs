//! What the page hears of a chain in hand, and of a verification on its way.

/// A chain of headers in hand. Network and first height name it: runs that do not touch stand apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChainStatus {
    /// Network name.
    pub network: String,
    /// Height of its first header.
    pub first_height: u32,
    /// Height of the tip.
    pub height: u32,
    /// Hash of the tip, as explorers show it.
    pub hash: String,
    /// Time in the tip's header, seconds since 1970: its miner's claim.
    pub time: i64,
    /// Headers in hand.
    pub headers: u64,
    /// Hashes that those of its best chain took on average, decimal.
    pub work: String,
    /// The same from genesis on, where that is known.
    pub total_work: Option<String>,
    /// Where the tip came from.
    pub source: ChainSource,
    /// Where trust in this chain starts, as in [`crate::proof::report::ChainView::basis`].
    pub basis: String,
}

/// Where headers came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainSource {
    /// The page's own origin.
    Origin {
        /// The file.
        url: String,
    },
    /// A source elsewhere that the reader configured.
    Source {
        /// Its URL.
        url: String,
    },
    /// A file the reader handed in.
    File {
        /// Its name.
        name: String,
    },
    /// This device, which kept them from an earlier visit.
    Device,
    /// The proof itself carried them.
    Proof,
}

/// What a verification is doing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stage {
    /// Reading what was handed in.
    Reading,
    /// Fetching a proof that is kept elsewhere.
    FetchingProof,
    /// Waiting for headers.
    FetchingHeaders {
        /// Bytes so far.
        done: u64,
        /// Bytes in all, where the source says.
        total: Option<u64>,
    },
    /// Checking headers, one by one.
    VerifyingHeaders {
        /// Height of the last one checked.
        height: u32,
        /// Headers checked.
        done: u64,
        /// Headers to check.
        total: u64,
    },
    /// Checking the proof itself.
    CheckingProof,
}
