//! Bitcoin Core's REST interface (doc/REST-interface.md): `/rest/chaininfo.json`, and `/rest/headers/<hash>.bin?count=` for up to
//! 2,000 headers from a block on, itself first; nothing when the block is not on the node's best chain.

use super::{
    Ask, Get, Headers, Heard, MAX_HEIGHT, MAX_STATUS_BYTES, Next, Reply, Source, SourceError, Task, Tip, Told, Want,
    below, hash_of, json_of, text_of, unexpected,
};
use crate::chain::header::HEADER_BYTES;
use crate::chain::{BlockHash, Header};
use crate::client::message::FetchFailure;
use serde::Deserialize;

/// Most headers of one answer.
pub const HEADERS_AN_ANSWER: usize = 2_000;
const NOT_FOUND: u16 = 404;

/// A Bitcoin Core node.
#[derive(Debug)]
pub struct CoreRest {
    base: String,
    stage: Stage,
}

#[derive(Debug)]
enum Stage {
    Tip,
    /// Asked for the hash of the first block, where nothing below is known.
    First(Want),
    /// Asked for headers from this block on, which stands at `height`; it is wanted itself, or only those above.
    From {
        height: u32,
        block: BlockHash,
        itself: bool,
        /// The last height wanted.
        last: Option<u32>,
    },
}

/// The part of `/rest/chaininfo.json` that is used.
#[derive(Debug, Deserialize)]
struct ChainInfo {
    blocks: u32,
    bestblockhash: String,
}

impl CoreRest {
    /// A node at a base URL, below which is `rest/`.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), stage: Stage::Tip }
    }

    fn ask_from(&mut self, height: u32, block: BlockHash, itself: bool, last: Option<u32>) -> Ask {
        self.stage = Stage::From { height, block, itself, last };
        let count = asked(height, last);
        let path = format!("rest/headers/{block}.bin?count={count}");
        Ask::Get(Get::whole(below(&self.base, &path), (count * HEADER_BYTES) as u64))
    }

    fn hear_headers(
        &mut self,
        body: Vec<u8>,
        height: u32,
        block: BlockHash,
        itself: bool,
        wanted: Option<u32>,
    ) -> Result<Reply, SourceError> {
        let (headers, rest) = body.as_chunks::<HEADER_BYTES>();
        if !rest.is_empty() {
            return Err(SourceError::form("headers", "80-byte headers", format!("{} bytes", body.len())));
        }
        let Some(first) = headers.first() else { return Ok(Reply { told: vec![], next: Next::Unjoined }) };
        let (found, count) = (Header::from_bytes(first).hash(), headers.len());
        if found != block {
            return Err(SourceError::form("first header", "the one asked for", found));
        }
        let last = Header::from_bytes(&headers[count - 1]).hash();
        let bytes = if itself { body } else { body[HEADER_BYTES..].to_vec() };
        let (start, top) = (if itself { height } else { height + 1 }, height + count as u32 - 1);
        let told =
            if bytes.is_empty() { vec![] } else { vec![Told::Headers(Headers { height: start, opens: true, bytes })] };
        let more = count == asked(height, wanted) && wanted.is_none_or(|wanted| top < wanted) && top < MAX_HEIGHT;
        let next = if more { Next::Ask(self.ask_from(top, last, false, wanted)) } else { Next::Done };
        Ok(Reply { told, next })
    }
}

/// Headers asked for from a block on, itself counted.
fn asked(height: u32, last: Option<u32>) -> usize {
    last.map_or(HEADERS_AN_ANSWER, |last| (last.saturating_sub(height) as usize + 1).min(HEADERS_AN_ANSWER))
}

impl Source for CoreRest {
    fn begin(&mut self, task: Task) -> Ask {
        match task {
            Task::Tip => {
                self.stage = Stage::Tip;
                Ask::Get(Get::whole(below(&self.base, "rest/chaininfo.json"), MAX_STATUS_BYTES))
            }
            Task::Headers(want) => match want.below {
                Some(block) => self.ask_from(want.start.saturating_sub(1), block, false, want.last),
                None => {
                    self.stage = Stage::First(want);
                    let path = format!("rest/blockhashbyheight/{}.hex", want.start);
                    Ask::Get(Get::whole(below(&self.base, &path), MAX_STATUS_BYTES))
                }
            },
        }
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        match (heard, &self.stage) {
            (Heard::Body(body), Stage::Tip) => {
                let info: ChainInfo = json_of("chaininfo", "Bitcoin Core's", &body)?;
                if info.blocks >= MAX_HEIGHT {
                    return Err(SourceError::form("blocks", "a height", info.blocks));
                }
                let hash = hash_of("bestblockhash", &info.bestblockhash)?;
                Ok(Reply::done(vec![Told::Tip(Tip { height: info.blocks, hash })]))
            }
            (Heard::Body(body), Stage::First(want)) => {
                let (Want { start, last, .. }, block) =
                    (*want, hash_of("blockhashbyheight", &text_of("blockhashbyheight", &body)?)?);
                Ok(Reply::ask(self.ask_from(start, block, true, last)))
            }
            (Heard::Body(body), &Stage::From { height, block, itself, last }) => {
                self.hear_headers(body, height, block, itself, last)
            }
            (Heard::Failed(FetchFailure::TooLarge { .. }), Stage::From { .. }) => {
                Err(SourceError::form("headers", "at most 2000", "more"))
            }
            // A block the node has never heard of.
            (Heard::Failed(FetchFailure::Status { status: NOT_FOUND }), Stage::From { .. }) => {
                Ok(Reply { told: vec![], next: Next::Unjoined })
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}
