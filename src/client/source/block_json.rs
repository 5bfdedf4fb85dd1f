//! A block as Esplora and mempool.space write it in JSON, and the 80-byte header rebuilt from its fields. What a server
//! names a block is believed no more than the rest: the header must hash to it.

use super::{MAX_HEIGHT, SourceError, hash_of, json_of};
use crate::chain::header::HEADER_BYTES;
use crate::chain::pow::CompactTarget;
use crate::chain::{BlockHash, Header};
use serde::Deserialize;

/// The fields of a block that its header is made of, and its name.
#[derive(Debug, Deserialize)]
pub(super) struct BlockJson {
    id: String,
    height: u32,
    version: i64,
    timestamp: u32,
    bits: u32,
    nonce: u32,
    merkle_root: String,
    /// Absent or null at genesis.
    previousblockhash: Option<String>,
}

/// A header rebuilt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rebuilt {
    pub(super) height: u32,
    pub(super) hash: BlockHash,
    pub(super) header: Header,
}

impl BlockJson {
    /// The header, which hashes to the name that was given.
    fn rebuild(&self) -> Result<Rebuilt, SourceError> {
        // Signed on the wire; some servers write it as the unsigned number of the same bits.
        let version =
            i32::try_from(self.version).ok().or_else(|| u32::try_from(self.version).ok().map(u32::cast_signed));
        let version = version.ok_or_else(|| SourceError::form("version", "a 32-bit number", self.version))?;
        let previous = match &self.previousblockhash {
            Some(text) => hash_of("previousblockhash", text)?,
            None => BlockHash::ZERO,
        };
        let header = Header {
            version,
            previous,
            merkle_root: hash_of("merkle_root", &self.merkle_root)?.0,
            time: self.timestamp,
            bits: CompactTarget(self.bits),
            nonce: self.nonce,
        };
        let (height, named, hash) = (self.height, hash_of("id", &self.id)?, header.hash());
        if hash != named {
            return Err(SourceError::Misnamed { height, named, found: hash });
        }
        if height >= MAX_HEIGHT {
            return Err(SourceError::form("height", "a height", height));
        }
        Ok(Rebuilt { height, hash, header })
    }
}

/// A page of blocks, newest first, as headers in ascending order: every height once, each on the one below.
///
/// # Errors
/// [`SourceError`]; also for an empty page, and for one of more than `most` blocks.
pub(super) fn read_page(body: &[u8], most: usize) -> Result<Vec<Rebuilt>, SourceError> {
    let blocks: Vec<BlockJson> = json_of("blocks", "a list of blocks", body)?;
    if blocks.is_empty() || blocks.len() > most {
        return Err(SourceError::form("blocks", "one page of them", blocks.len()));
    }
    let mut page = blocks.iter().rev().map(BlockJson::rebuild).collect::<Result<Vec<_>, _>>()?;
    page.sort_by_key(|block| block.height);
    for pair in page.windows(2) {
        if pair[1].height != pair[0].height + 1 {
            return Err(SourceError::form("height", "every height of the page once", pair[1].height));
        }
        if pair[1].header.previous != pair[0].hash {
            return Err(SourceError::form("previousblockhash", "the block below", pair[1].header.previous));
        }
    }
    Ok(page)
}

/// The headers of a page, 80 bytes each.
pub(super) fn encode(page: &[Rebuilt]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(page.len() * HEADER_BYTES);
    page.iter().for_each(|block| bytes.extend_from_slice(&block.header.encode()));
    bytes
}
