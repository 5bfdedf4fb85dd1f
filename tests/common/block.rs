//! Blocks and transactions made up for tests, and members of published JSON files.
#![allow(dead_code, reason = "each test file uses a part of it")]

use crate::common;
use plimsoll::chain::merkle_prove::merkle_root;
use plimsoll::chain::{
    BlockHash, CompactTarget, Header, MerkleBlock, MerkleBlockError, OutPoint, PartialTree, Transaction, TxIn, TxOut,
    Txid,
};
use plimsoll::crypto::hash::Hash;
use plimsoll::encoding::decode_hex;
use serde_json::Value;
use std::path::Path;

/// A file of the published data on transactions.
pub fn file(data: &Path, name: &str) -> Vec<u8> {
    common::read(data, &format!("bitcoin/{name}"))
}

/// A JSON file of it.
pub fn json(data: &Path, name: &str) -> Value {
    common::read_json(data, &format!("bitcoin/{name}"))
}

/// A text member.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member}"))
}

/// A member of hexadecimal.
pub fn bytes(value: &Value, member: &str) -> Vec<u8> {
    decode_hex(text(value, member)).unwrap()
}

/// A member that is a transaction.
pub fn transaction(value: &Value, member: &str) -> Transaction {
    Transaction::decode(&bytes(value, member)).unwrap()
}

/// A number.
pub fn number(value: &Value, member: &str) -> u32 {
    value[member].as_u64().unwrap().try_into().unwrap()
}

/// A transaction that is unlike every other `tag`'s; a coinbase at 0.
pub fn made_up(tag: u32) -> Transaction {
    let previous = if tag == 0 { OutPoint::NULL } else { OutPoint { txid: Txid([7; 32]), index: tag } };
    let input = TxIn { previous, script: tag.to_le_bytes().to_vec(), sequence: u32::MAX };
    Transaction::new(2, vec![input], vec![TxOut { value: 1, script: vec![0x51] }], 0).unwrap()
}

/// A header, transactions and ids of a block of so many, a coinbase first.
pub fn made_up_block(count: u32) -> (Header, Vec<Transaction>, Vec<Txid>) {
    let txs: Vec<Transaction> = (0..count).map(made_up).collect();
    let txids: Vec<Txid> = txs.iter().map(Transaction::txid).collect();
    (header_with(merkle_root(&txids)), txs, txids)
}

/// A header with this Merkle root.
pub fn header_with(merkle_root: Hash) -> Header {
    Header {
        version: 4,
        previous: BlockHash([1; 32]),
        merkle_root,
        time: 1,
        bits: CompactTarget(0x207f_ffff),
        nonce: 0,
    }
}

/// The bytes of a `merkleblock`, field by field.
pub fn raw(header: &Header, n_tx: u32, hashes: &[Hash], flags: &[u8]) -> Vec<u8> {
    let mut out = [&header.encode()[..], &n_tx.to_le_bytes(), &[hashes.len() as u8]].concat();
    hashes.iter().for_each(|hash| out.extend(hash));
    out.push(flags.len() as u8);
    out.extend(flags);
    out
}

/// What the bytes of a `merkleblock` prove without the coinbase.
pub fn tree(bytes: &[u8]) -> Result<PartialTree, MerkleBlockError> {
    MerkleBlock::decode(bytes)?.verify_tree()
}
