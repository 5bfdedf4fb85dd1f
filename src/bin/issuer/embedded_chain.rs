//! A chain of one's own: regtest's rules from regtest's genesis, mined here, with real proof of work. It stands in for a
//! network where none is wanted; its blocks are such as Bitcoin Core accepts.

use crate::block::{Block, OP_TRUE};
use plimsoll::chain::{Header, HeaderError, HeaderTree, OutPoint, Params, Transaction, TxIn, TxOut};
use plimsoll::time::UnixTime;

/// Blocks before a coinbase may be spent (Bitcoin Core `consensus/consensus.h`).
pub const COINBASE_MATURITY: u32 = 100;
/// What precedes every block in Bitcoin Core's block files on regtest.
const REGTEST_MAGIC: [u8; 4] = [0xfa, 0xbf, 0xb5, 0xda];

/// Why a block does not continue the chain.
#[derive(Debug, thiserror::Error)]
pub enum ChainError {
    /// The header breaks a rule.
    #[error("block {height}: header")]
    Header {
        /// Its height.
        height: u32,
        /// What is wrong.
        source: HeaderError,
    },
}

/// The chain.
#[derive(Clone)]
pub struct EmbeddedChain {
    blocks: Vec<Block>,
    tree: HeaderTree,
}

impl EmbeddedChain {
    /// A chain of the genesis block alone.
    pub fn new() -> Self {
        Self { blocks: Vec::new(), tree: HeaderTree::from_genesis(Params::regtest()) }
    }

    /// Adds a block that was mined before.
    pub fn accept(&mut self, block: Block) -> Result<(), ChainError> {
        let height = self.height() + 1;
        // Time is whoever mined the block's; here only its order matters, which the median rule sees to.
        let now = UnixTime(i64::from(u32::MAX));
        let _accepted =
            self.tree.accept(block.header(), now).map_err(|source| ChainError::Header { height, source })?;
        self.blocks.push(block);
        Ok(())
    }

    /// Mines the next block at `time`, or as soon after it as the median-time rule allows.
    pub fn mine(&mut self, time: UnixTime, transactions: Vec<Transaction>) -> Result<&Block, ChainError> {
        let least = self.median_time() + 1;
        let time = u32::try_from(time.0).unwrap_or(0).max(least);
        let block = Block::mine(self.tip().hash(), self.height() + 1, time, transactions);
        self.accept(block)?;
        Ok(self.blocks.last().expect("a block was just added"))
    }

    /// Height of the newest block.
    pub fn height(&self) -> u32 {
        u32::try_from(self.blocks.len()).expect("a chain mined here has fewer than 2^32 blocks")
    }

    /// The newest header.
    pub fn tip(&self) -> Header {
        self.header(self.height()).expect("there is a header at the height of the chain")
    }

    /// The block at a height above 0.
    pub fn block(&self, height: u32) -> Option<&Block> {
        self.blocks.get(usize::try_from(height).ok()?.checked_sub(1)?)
    }

    /// The header at a height.
    pub fn header(&self, height: u32) -> Option<Header> {
        match height {
            0 => Some(*Params::regtest().genesis()),
            _ => self.block(height).map(|block| *block.header()),
        }
    }

    /// All headers from `from` on, 80 bytes each.
    pub fn header_run(&self, from: u32) -> Vec<u8> {
        (from..=self.height()).filter_map(|height| self.header(height)).flat_map(|header| header.encode()).collect()
    }

    /// All blocks above genesis, framed as in Bitcoin Core's block files: magic, length, block.
    pub fn block_file(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        for block in &self.blocks {
            let encoded = block.encode();
            bytes.extend_from_slice(&REGTEST_MAGIC);
            bytes.extend_from_slice(&u32::try_from(encoded.len()).expect("blocks are small").to_le_bytes());
            bytes.extend_from_slice(&encoded);
        }
        bytes
    }

    /// The median of the times of the newest eleven headers.
    fn median_time(&self) -> u32 {
        let newest = (0..=self.height()).rev().take(11);
        let mut times: Vec<u32> = newest.filter_map(|height| self.header(height)).map(|header| header.time).collect();
        times.sort_unstable();
        times[times.len() / 2]
    }

    /// The coinbase's only output at a height, and its value.
    pub fn coinbase(&self, height: u32) -> Option<(OutPoint, u64)> {
        let coinbase = self.block(height)?.transactions().first()?;
        Some((OutPoint { txid: coinbase.txid(), index: 0 }, coinbase.outputs().first()?.value))
    }

    /// The oldest coinbase that the next block may spend and no block has spent, with its value.
    pub fn matured_coinbase(&self) -> Option<(OutPoint, u64)> {
        let spends = |output: &OutPoint| {
            let inputs = self.blocks.iter().flat_map(Block::transactions).flat_map(Transaction::inputs);
            inputs.map(|input| input.previous).any(|previous| previous == *output)
        };
        let newest = (self.height() + 1).checked_sub(COINBASE_MATURITY)?;
        (1..=newest).filter_map(|height| self.coinbase(height)).find(|(output, _)| !spends(output))
    }
}

/// An anchor: spends `previous`, continues to OP_TRUE with the whole value, and carries `payload`.
pub fn anchor_transaction(previous: OutPoint, value: u64, payload: Vec<u8>) -> Transaction {
    spend(previous, vec![TxOut { value, script: OP_TRUE.to_vec() }, TxOut { value: 0, script: payload }])
}

/// A transaction that spends one output of OP_TRUE.
pub fn spend(previous: OutPoint, outputs: Vec<TxOut>) -> Transaction {
    let input = TxIn { previous, script: Vec::new(), sequence: u32::MAX };
    Transaction::new(2, vec![input], outputs, 0).expect("one input, few outputs, small")
}
