//! The verified headers that are served.

use plimsoll::chain::header::HEADER_BYTES;
use plimsoll::chain::{Accepted, BlockHash, BlockRef, Header, HeaderError, HeaderTree};
use plimsoll::time::UnixTime;
use std::io::{self, Write};
use std::ops::Range;

/// Headers put together at a time.
const SLICE: u64 = 2048;
/// Blocks below the tip from which on a reorganization is not looked for any more, as block-dn has it.
const SEALED_BELOW: u32 = 6;
/// How long what may still change is kept, in seconds, and what will not.
pub const SOON: u32 = 60;
const LONG: u32 = 365 * 24 * 60 * 60;

/// A branch that lost.
#[derive(Debug)]
pub struct SideTip {
    pub block: BlockRef,
    /// Its blocks that are not on the best chain.
    pub length: u32,
}

/// Verified headers.
#[derive(Debug)]
pub struct Served {
    tree: HeaderTree,
    side_tips: Vec<SideTip>,
}

impl Served {
    /// What a file's run verified to.
    pub fn new(tree: HeaderTree) -> Self {
        Self { tree, side_tips: Vec::new() }
    }

    /// Takes more headers in, each on one that is known.
    pub fn extend(
        &mut self,
        headers: impl Iterator<Item = Header>,
        now: UnixTime,
    ) -> Result<(), (BlockHash, HeaderError)> {
        let mut ends: Vec<BlockRef> = self.side_tips.iter().map(|side| side.block).collect();
        for header in headers {
            let before = self.tree.tip();
            match self.tree.accept(&header, now).map_err(|error| (header.hash(), error))? {
                Accepted::Duplicate(_) | Accepted::Extended(_) => {}
                Accepted::Reorganized(..) => ends.push(before),
                Accepted::Fork(block) => {
                    ends.retain(|end| end.hash != header.previous);
                    ends.push(block);
                }
            }
        }
        let below = |hash: &BlockHash| self.tree.header(hash).map(|header| header.previous);
        let is_side = |hash: &BlockHash| {
            let height = self.tree.height_of(hash);
            height.is_some_and(|height| self.tree.hash_at(height) != Some(*hash))
        };
        let side_tips = ends.into_iter().filter(|end| is_side(&end.hash)).map(|block| {
            let length = std::iter::successors(Some(block.hash), below).take_while(is_side).count() as u32;
            SideTip { block, length }
        });
        self.side_tips = side_tips.collect();
        Ok(())
    }

    /// The headers, forks included.
    pub fn tree(&self) -> &HeaderTree {
        &self.tree
    }

    /// The height and header of a block by the text of its hash, on the best chain or beside it.
    pub fn block(&self, hash: &str) -> Option<(BlockRef, Header)> {
        let hash = BlockHash::from_hex(hash).ok()?;
        Some((BlockRef { height: self.tree.height_of(&hash)?, hash }, self.tree.header(&hash)?))
    }

    /// Whether a block is on the best chain.
    pub fn is_best(&self, block: BlockRef) -> bool {
        self.tree.hash_at(block.height) == Some(block.hash)
    }

    /// Seconds that an answer about heights up to this one may be kept.
    pub fn max_age(&self, height: u32) -> u32 {
        if height.saturating_add(SEALED_BELOW) <= self.tree.tip().height { LONG } else { SOON }
    }

    /// The branches that lost.
    pub fn side_tips(&self) -> &[SideTip] {
        &self.side_tips
    }
}

/// Headers of the best chain in a row, after a prefix of their file form.
#[derive(Debug)]
pub struct HeaderBytes {
    pub prefix: Vec<u8>,
    pub first: u32,
    pub count: u32,
}

impl HeaderBytes {
    /// All of their bytes.
    pub fn length(&self) -> u64 {
        self.prefix.len() as u64 + u64::from(self.count) * HEADER_BYTES as u64
    }

    /// Writes a part of them, some headers at a time.
    pub fn write(&self, part: Range<u64>, served: &Served, out: &mut impl Write) -> io::Result<()> {
        let prefix = self.prefix.len() as u64;
        if part.start < prefix {
            out.write_all(&self.prefix[part.start as usize..part.end.min(prefix) as usize])?;
        }
        let (mut at, end) = (part.start.max(prefix) - prefix, part.end.max(prefix) - prefix);
        let each = HEADER_BYTES as u64;
        while at < end {
            let (from, to) = (at / each, (at / each + SLICE).min(end.div_ceil(each)));
            let heights = self.first + from as u32..=self.first + (to - 1) as u32;
            let bytes: Vec<u8> = served.tree.best_chain(heights).flat_map(|(_, header)| header.encode()).collect();
            let upto = end.min(to * each);
            out.write_all(&bytes[(at - from * each) as usize..(upto - from * each) as usize])?;
            at = upto;
        }
        Ok(())
    }
}
