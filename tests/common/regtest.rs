//! A chain by regtest's rules, mined on the spot with real proof of work, its blocks whole.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::chain::merkle_prove::merkle_root;
use plimsoll::chain::{Header, MerkleBlock, OutPoint, Params, Target, Transaction, TxIn, TxOut, Txid};
use plimsoll::crypto::hash::Hash;
use plimsoll::proof::bundle::{AnchorBlock, Bytes};

/// A block.
#[derive(Clone)]
pub struct Block {
    pub header: Header,
    pub txs: Vec<Transaction>,
}

/// A chain by regtest's rules, on regtest's genesis.
#[derive(Clone, Default)]
pub struct Chain {
    pub blocks: Vec<Block>,
}

impl Chain {
    /// Height of the tip.
    pub fn height(&self) -> u32 {
        self.blocks.len().try_into().unwrap()
    }

    /// All headers, genesis first.
    pub fn headers(&self) -> Vec<Header> {
        let genesis = *Params::regtest().genesis();
        std::iter::once(genesis).chain(self.blocks.iter().map(|block| block.header)).collect()
    }

    /// The headers from a height on, 80 bytes each.
    pub fn run(&self, from: u32) -> Vec<u8> {
        self.headers()[from as usize..].iter().flat_map(Header::encode).collect()
    }

    /// Mines a block with these transactions after a coinbase.
    pub fn mine(&mut self, txs: Vec<Transaction>) {
        let coinbase = coinbase(self.height() + 1);
        self.mine_exactly(std::iter::once(coinbase).chain(txs).collect());
    }

    /// Mines a block with these transactions, the coinbase among them.
    pub fn mine_exactly(&mut self, txs: Vec<Transaction>) {
        let root = merkle_root(&txs.iter().map(Transaction::txid).collect::<Vec<_>>());
        self.mine_root(root, txs);
    }

    /// Mines a block with this Merkle root, whatever leads to it.
    pub fn mine_root(&mut self, merkle_root: Hash, txs: Vec<Transaction>) {
        let parent = *self.headers().last().unwrap();
        let template =
            Header { version: 4, previous: parent.hash(), merkle_root, time: parent.time + 600, nonce: 0, ..parent };
        let target = template.bits.decode(Target::MAX).unwrap();
        let header = (0..).map(|nonce| Header { nonce, ..template }).find(|header| target.admits(&header.hash().0));
        self.blocks.push(Block { header: header.unwrap(), txs });
    }

    /// Mines empty blocks.
    pub fn bury(&mut self, count: u32) {
        (0..count).for_each(|_| self.mine(vec![]));
    }

    /// The chain up to a height, to be continued differently.
    pub fn up_to(&self, height: u32) -> Self {
        Self { blocks: self.blocks[..height as usize].to_vec() }
    }

    /// The proof that a block holds a transaction, coinbase beside it.
    pub fn prove(&self, height: u32, txid: Txid) -> AnchorBlock {
        let block = &self.blocks[height as usize - 1];
        let txids: Vec<Txid> = block.txs.iter().map(Transaction::txid).collect();
        let position = txids.iter().position(|own| *own == txid).unwrap().try_into().unwrap();
        let proof = MerkleBlock::prove(block.header, &txids, &[0, position]).unwrap();
        let (merkleblock, coinbase) = (Bytes(proof.encode()), Bytes(block.txs[0].encode()));
        AnchorBlock { height, merkleblock, coinbase }
    }
}

/// A block's first transaction.
pub fn coinbase(height: u32) -> Transaction {
    let input = TxIn { previous: OutPoint::NULL, script: height.to_le_bytes().to_vec(), sequence: u32::MAX };
    Transaction::new(2, vec![input], vec![TxOut { value: 5_000_000_000, script: vec![0x51] }], 0).unwrap()
}

/// A transaction of no interest, unlike every other `tag`'s.
pub fn filler(tag: u8) -> Transaction {
    let input = TxIn { previous: OutPoint { txid: Txid([tag; 32]), index: 0 }, script: vec![1; 40], sequence: 0 };
    Transaction::new(2, vec![input], vec![TxOut { value: 1, script: vec![0x51] }], 0).unwrap()
}
