//! Esplora's REST interface, 10 blocks a page, and mempool.space's additions to it, 15 a page and its view of forks. Pages are
//! few headers for many bytes: for what is missing since yesterday, not for a whole chain.

use super::block_json::{Rebuilt, encode, read_page};
use super::{
    Ask, Get, Headers, Heard, MAX_HEIGHT, MAX_STATUS_BYTES, Next, Reply, Source, SourceError, Task, Tip, Told, Want,
    below, hash_of, height_of, json_of, shortened, text_of, unexpected,
};
use crate::client::message::{FetchFailure, ForkTip};
use serde::Deserialize;

/// Most bytes of a page of blocks; mempool.space's have some 3 kB each.
const MAX_PAGE_BYTES: u64 = 512 << 10;
/// Most branches kept of a server's view of forks, highest first.
const MAX_FORKS: usize = 32;
const NOT_FOUND: u16 = 404;

/// A server that gives blocks by the page.
#[derive(Debug)]
pub struct Paged {
    base: String,
    flavour: Flavour,
    /// Blocks a page, as far as is known: no more than the flavour's.
    page: u32,
    stage: Stage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Flavour {
    Esplora,
    Mempool,
}

#[derive(Debug)]
enum Stage {
    TipHeight,
    TipHash { height: u32 },
    TipPage,
    Forks,
    Page { want: Want, top: u32, any: bool },
}

/// One entry of `/v1/chain-tips`.
#[derive(Debug, Deserialize)]
struct ChainTip {
    height: u32,
    hash: String,
    branchlen: u32,
    status: String,
}

impl Paged {
    /// An Esplora server; below the base is `blocks/tip/height`.
    #[must_use]
    pub fn esplora(base: &str) -> Self {
        Self::new(base, Flavour::Esplora)
    }

    /// A mempool.space server; below the base is `v1/blocks`.
    #[must_use]
    pub fn mempool(base: &str) -> Self {
        Self::new(base, Flavour::Mempool)
    }

    fn new(base: &str, flavour: Flavour) -> Self {
        Self { base: base.to_owned(), flavour, page: flavour.page(), stage: Stage::TipHeight }
    }

    fn get(&self, path: &str, max_bytes: u64) -> Ask {
        Ask::Get(Get::whole(below(&self.base, path), max_bytes))
    }

    /// Asks for the page that begins with the height wanted and ends as high as one page does, or at the tip.
    fn ask_page(&mut self, want: Want, any: bool) -> Ask {
        let top = want.start.saturating_add(self.page - 1).min(want.to.unwrap_or(MAX_HEIGHT)).max(want.start);
        self.stage = Stage::Page { want, top, any };
        let path = match self.flavour {
            Flavour::Esplora => format!("blocks/{top}"),
            Flavour::Mempool => format!("v1/blocks/{top}"),
        };
        self.get(&path, MAX_PAGE_BYTES)
    }

    fn hear_page(&mut self, body: &[u8], want: Want, top: u32, any: bool) -> Result<Reply, SourceError> {
        let mut page = read_page(body, self.flavour.page() as usize)?;
        let (lowest, highest) = (page[0].height, page[page.len() - 1].height);
        if highest > top {
            return Err(SourceError::form("blocks", "none above the height asked for", highest));
        }
        if lowest > want.start {
            // Another server of this kind, with fewer blocks a page.
            let shorter = page.len() as u32;
            if highest < top || shorter >= self.page {
                return Err(SourceError::form("blocks", "the height asked for", lowest));
            }
            self.page = shorter;
            return Ok(Reply::ask(self.ask_page(want, any)));
        }
        page.retain(|block| block.height >= want.start);
        if page.is_empty() {
            return Ok(Reply { told: vec![], next: if any { Next::Done } else { Next::Unjoined } });
        }
        let told = vec![Told::Headers(Headers { height: want.start, opens: true, bytes: encode(&page) })];
        let next = if highest < want.to.unwrap_or(MAX_HEIGHT) {
            Next::Ask(self.ask_page(Want { start: highest + 1, below: None, ..want }, true))
        } else {
            Next::Done
        };
        Ok(Reply { told, next })
    }

    fn hear_tip_page(&mut self, body: &[u8]) -> Result<Reply, SourceError> {
        let page = read_page(body, self.flavour.page() as usize)?;
        let Rebuilt { height, hash, .. } = page[page.len() - 1];
        self.stage = Stage::Forks;
        Ok(Reply {
            told: vec![Told::Tip(Tip { height, hash })],
            next: Next::Ask(self.get("v1/chain-tips", MAX_PAGE_BYTES)),
        })
    }
}

impl Flavour {
    fn page(self) -> u32 {
        match self {
            Self::Esplora => 10,
            Self::Mempool => 15,
        }
    }
}

/// Bitcoin Core's `getchaintips`, as mempool.space passes it on: the highest branches, a few of them.
fn read_forks(body: &[u8]) -> Result<Vec<ForkTip>, SourceError> {
    let mut tips: Vec<ChainTip> = json_of("chain-tips", "a list of branches", body)?;
    tips.sort_by_key(|tip| std::cmp::Reverse(tip.height));
    tips.truncate(MAX_FORKS);
    let fork = |tip: ChainTip| {
        Ok(ForkTip {
            height: tip.height,
            hash: hash_of("hash", &tip.hash)?.to_string(),
            branch_length: tip.branchlen,
            status: shortened(&tip.status),
            in_hand: false,
        })
    };
    tips.into_iter().map(fork).collect()
}

impl Source for Paged {
    fn begin(&mut self, task: Task) -> Ask {
        match (task, self.flavour) {
            (Task::Headers(want), _) => self.ask_page(want, false),
            (Task::Tip, Flavour::Esplora) => {
                self.stage = Stage::TipHeight;
                self.get("blocks/tip/height", MAX_STATUS_BYTES)
            }
            (Task::Tip, Flavour::Mempool) => {
                self.stage = Stage::TipPage;
                self.get("v1/blocks", MAX_PAGE_BYTES)
            }
        }
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        match (heard, &self.stage) {
            (Heard::Body(body), Stage::TipHeight) => {
                let height = height_of("tip height", &text_of("tip height", &body)?)?;
                self.stage = Stage::TipHash { height };
                Ok(Reply::ask(self.get("blocks/tip/hash", MAX_STATUS_BYTES)))
            }
            (Heard::Body(body), &Stage::TipHash { height }) => {
                let hash = hash_of("tip hash", &text_of("tip hash", &body)?)?;
                Ok(Reply::done(vec![Told::Tip(Tip { height, hash })]))
            }
            (Heard::Body(body), Stage::TipPage) => self.hear_tip_page(&body),
            (Heard::Body(body), Stage::Forks) => Ok(Reply::done(vec![Told::Forks(read_forks(&body)?)])),
            // An addition that not every such server has, and no reason to do without its headers.
            (Heard::Failed(FetchFailure::Status { .. }), Stage::Forks) => Ok(Reply::done(vec![])),
            (Heard::Body(body), &Stage::Page { want, top, any }) => self.hear_page(&body, want, top, any),
            (Heard::Failed(FetchFailure::Status { status: NOT_FOUND }), &Stage::Page { any, .. }) => {
                Ok(Reply { told: vec![], next: if any { Next::Done } else { Next::Unjoined } })
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}
