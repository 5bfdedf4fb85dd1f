//! Reading a compact run while it comes in.

use crate::chain::compact::columns::Columns;
use crate::chain::compact::{BLOCK, BLOCK_PREFIX, CompactError, MAGIC, MOST_SMALL, PLAIN_BYTES, is_name};
use crate::chain::header::{BlockHash, HEADER_BYTES, Header};
use crate::chain::pow::CompactTarget;
use crate::crypto::hash::Hash;
use crate::crypto::hash_lanes::header_hashes;

/// Blocks hashed side by side.
const LANES: usize = 4;
/// Bytes looked at together, of however many are pushed: some blocks, for the lanes.
const PIECE: usize = 1 << 19;
const PREFIX_BYTES: usize = MAGIC.len() + 1;

/// What a stream says of itself before the first header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Prefix {
    /// The network's name.
    pub network: String,
    /// The height of the first header: a claim, as the headers are.
    pub first_height: u32,
}

/// Decodes a stream from its bytes, in pieces of any length. Between two pieces it holds less than one block.
#[derive(Debug, Clone)]
pub struct Decoder {
    /// Bytes not yet decoded, and where in the stream they stand.
    waiting: Vec<u8>,
    offset: u64,
    state: State,
    prefix: Option<Prefix>,
    headers: u32,
    /// The hash of the last header; before the first, nothing is known.
    last: Option<BlockHash>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Prefix,
    Blocks,
    LastBlockRead,
    Ended,
    Failed(CompactError),
}

/// A block before its headers have been put together.
struct Block {
    offset: u64,
    previous: BlockHash,
    columns: Columns,
    roots: Vec<Hash>,
    nonces: Vec<[u8; 4]>,
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new()
    }
}

impl Decoder {
    /// A decoder before the first byte.
    #[must_use]
    pub fn new() -> Self {
        let (waiting, offset, state, prefix, headers, last) = (Vec::new(), 0, State::Prefix, None, 0, None);
        Self { waiting, offset, state, prefix, headers, last }
    }

    /// What the stream says of itself; `None` before that has come in.
    #[must_use]
    pub fn prefix(&self) -> Option<&Prefix> {
        self.prefix.as_ref()
    }

    /// Headers decoded so far.
    #[must_use]
    pub fn headers(&self) -> u32 {
        self.headers
    }

    /// Whether the end mark has come in.
    #[must_use]
    pub fn is_ended(&self) -> bool {
        self.state == State::Ended
    }

    /// Takes in the next bytes of the stream, and appends the headers that are then whole to `out`, 80 bytes each.
    ///
    /// # Errors
    /// [`CompactError`]; the headers before the fault are in `out`, and every later call gives the same error.
    pub fn push(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), CompactError> {
        if let State::Failed(error) = self.state {
            return Err(error);
        }
        let result = bytes.chunks(PIECE).try_for_each(|piece| {
            self.waiting.extend_from_slice(piece);
            self.decode_waiting(out)
        });
        if let Err(error) = result {
            self.state = State::Failed(error);
            self.waiting = Vec::new();
        }
        result
    }

    /// Ends the stream; tells how many headers it held.
    ///
    /// # Errors
    /// [`CompactError::Truncated`] without the end mark, or the error before.
    pub fn finish(self) -> Result<u32, CompactError> {
        match self.state {
            State::Ended => Ok(self.headers),
            State::Failed(error) => Err(error),
            _ => Err(CompactError::Truncated { offset: self.offset + self.waiting.len() as u64 }),
        }
    }

    fn decode_waiting(&mut self, out: &mut Vec<u8>) -> Result<(), CompactError> {
        let mut waiting = std::mem::take(&mut self.waiting);
        let mut rest = &waiting[..];
        let mut blocks = Vec::with_capacity(LANES);
        let result = loop {
            match self.next_part(rest) {
                Ok(Some((length, block))) => {
                    rest = &rest[length..];
                    self.offset += length as u64;
                    blocks.extend(block);
                }
                Ok(None) => break self.put_together(&mut blocks, out),
                // A fault is told after those that stand before it.
                Err(error) => break self.put_together(&mut blocks, out).and(Err(error)),
            }
            if blocks.len() == LANES
                && let Err(error) = self.put_together(&mut blocks, out)
            {
                break Err(error);
            }
        };
        let read = waiting.len() - rest.len();
        waiting.drain(..read);
        self.waiting = waiting;
        result
    }

    /// The next part that is there whole, and its length.
    fn next_part(&mut self, bytes: &[u8]) -> Result<Option<(usize, Option<Block>)>, CompactError> {
        match self.state {
            State::Prefix => self.read_prefix(bytes),
            State::Blocks | State::LastBlockRead => self.read_block(bytes),
            State::Ended if bytes.is_empty() => Ok(None),
            State::Ended => Err(CompactError::Trailing { offset: self.offset }),
            State::Failed(error) => Err(error),
        }
    }

    fn read_prefix(&mut self, bytes: &[u8]) -> Result<Option<(usize, Option<Block>)>, CompactError> {
        // What cannot become a stream any more is refused before all of the prefix is there.
        let shown = bytes.len().min(MAGIC.len());
        if bytes[..shown] != MAGIC[..shown] {
            let mut found = [0; MAGIC.len()];
            found[..shown].copy_from_slice(&bytes[..shown]);
            return Err(CompactError::Magic { found });
        }
        let Some(&length) = bytes.get(MAGIC.len()) else { return Ok(None) };
        let end = PREFIX_BYTES + usize::from(length);
        let Some(height) = bytes.get(end..).and_then(<[u8]>::first_chunk) else { return Ok(None) };
        let name = &bytes[PREFIX_BYTES..end];
        let network = std::str::from_utf8(name).ok().filter(|name| is_name(name.as_bytes()));
        let network = network.ok_or(CompactError::Network { offset: MAGIC.len() as u64 })?.to_owned();
        self.prefix = Some(Prefix { network, first_height: u32::from_le_bytes(*height) });
        self.state = State::Blocks;
        Ok(Some((end + 4, None)))
    }

    fn read_block(&mut self, bytes: &[u8]) -> Result<Option<(usize, Option<Block>)>, CompactError> {
        let offset = self.offset;
        let Some(count) = bytes.first_chunk().map(|count| u16::from_le_bytes(*count)) else { return Ok(None) };
        if count == 0 {
            self.state = State::Ended;
            return Ok(Some((2, None)));
        }
        if self.state == State::LastBlockRead {
            return Err(CompactError::AfterLast { offset });
        }
        if usize::from(count) > BLOCK {
            return Err(CompactError::Count { offset, found: count });
        }
        let Some(found) = bytes[2..].first_chunk().map(|length| u16::from_le_bytes(*length)) else { return Ok(None) };
        if usize::from(found) > MOST_SMALL {
            return Err(CompactError::SmallLength { offset: offset + 2, found });
        }
        let (small_end, count) = (BLOCK_PREFIX + usize::from(found), usize::from(count));
        let Some(block) = bytes.get(..small_end + PLAIN_BYTES * count) else { return Ok(None) };
        let columns = Columns::decode(&block[BLOCK_PREFIX..small_end], count, offset + BLOCK_PREFIX as u64)?;
        let previous = BlockHash(*block[4..].first_chunk().expect("a block is longer than its 36 first bytes"));
        if count < BLOCK {
            self.state = State::LastBlockRead;
        }
        let (roots, nonces) = block[small_end..].split_at(32 * count);
        let (roots, nonces) = (roots.as_chunks().0.to_vec(), nonces.as_chunks().0.to_vec());
        Ok(Some((block.len(), Some(Block { offset, previous, columns, roots, nonces }))))
    }

    /// Puts the headers of some blocks together, each block from its own start, and then sees that they join.
    fn put_together(&mut self, blocks: &mut Vec<Block>, out: &mut Vec<u8>) -> Result<(), CompactError> {
        let counts: Vec<usize> = blocks.iter().map(|block| block.columns.times.len()).collect();
        let before = out.len();
        let mut places: Vec<usize> = counts
            .iter()
            .scan(before, |end, count| Some(std::mem::replace(end, *end + HEADER_BYTES * count)))
            .collect();
        out.resize(before + HEADER_BYTES * counts.iter().sum::<usize>(), 0);
        let mut ends: Vec<BlockHash> = blocks.iter().map(|block| block.previous).collect();
        let (mut lanes, mut hashes) = ([[0; HEADER_BYTES]; LANES], [[0; 32]; LANES]);
        for at in 0..counts.iter().copied().max().unwrap_or(0) {
            // Only the last block is shorter than the others, so those that go on are the first ones.
            let going = counts.iter().take_while(|count| at < **count).count();
            for (lane, block) in blocks[..going].iter().enumerate() {
                lanes[lane] = block.header(at, ends[lane]);
                out[places[lane]..][..HEADER_BYTES].copy_from_slice(&lanes[lane]);
                places[lane] += HEADER_BYTES;
            }
            header_hashes(&lanes[..going], &mut hashes[..going]);
            ends.iter_mut().zip(hashes).take(going).for_each(|(end, hash)| *end = BlockHash(hash));
        }
        let mut kept = before;
        for (block, end) in blocks.drain(..).zip(ends) {
            if let Err(error) = self.join(&block, end) {
                out.truncate(kept);
                return Err(error);
            }
            kept += HEADER_BYTES * block.columns.times.len();
        }
        Ok(())
    }

    /// Counts a block whose last hash is `end`, if it stands on the one before.
    fn join(&mut self, block: &Block, end: BlockHash) -> Result<(), CompactError> {
        let Block { offset, previous: found, .. } = *block;
        let (first, count) = (self.prefix.as_ref().map_or(0, |prefix| prefix.first_height), block.columns.times.len());
        let height = first.checked_add(self.headers).ok_or(CompactError::Height { offset })?;
        if let Some(expected) = self.last.filter(|last| *last != found) {
            return Err(CompactError::PreviousHash { height, offset, expected, found });
        }
        height.checked_add(count as u32 - 1).ok_or(CompactError::Height { offset })?;
        self.headers += count as u32;
        self.last = Some(end);
        Ok(())
    }
}

impl Block {
    fn header(&self, at: usize, previous: BlockHash) -> [u8; HEADER_BYTES] {
        let header = Header {
            version: self.columns.versions[at] as i32,
            previous,
            merkle_root: self.roots[at],
            time: self.columns.times[at],
            bits: CompactTarget(self.columns.bits[at]),
            nonce: u32::from_le_bytes(self.nonces[at]),
        };
        header.encode()
    }
}
