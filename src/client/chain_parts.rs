//! Parts of blocks among the files handed in: transactions and partial Merkle trees, as bytes or in hexadecimal.

use crate::chain::{MAX_TX_BYTES, MerkleBlock, Transaction};
use crate::client::intake::NamedFile;
use crate::encoding::decode_hex;
use crate::proof::verify_blockcerts::Beside;

/// Most parts that are looked at.
const MAX_PARTS: usize = 16;

/// What a file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChainPart {
    /// One transaction, with or without its witness.
    Transaction(Box<Transaction>),
    /// One `merkleblock` whose tree leads to the root in its header.
    MerkleBlock(Box<MerkleBlock>),
}

/// The part of a block that a file holds, and nothing beside it.
#[must_use]
pub fn chain_part(bytes: &[u8]) -> Option<ChainPart> {
    if bytes.len() > 2 * MAX_TX_BYTES + 2 {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok().map(|text| text.trim().to_ascii_lowercase());
    let from_text = text.and_then(|text| decode_hex(&text).ok());
    let bytes = from_text.as_deref().unwrap_or(bytes);
    if let Ok(block) = MerkleBlock::decode(bytes) {
        return block.verify_tree().is_ok().then(|| ChainPart::MerkleBlock(Box::new(block)));
    }
    Transaction::decode(bytes).ok().map(|tx| ChainPart::Transaction(Box::new(tx)))
}

/// The parts among these files, and the files they came in.
#[must_use]
pub fn parts_beside(documents: &[NamedFile]) -> (Beside, Vec<String>) {
    let (mut beside, mut used) = (Beside::default(), Vec::new());
    let parts = documents.iter().filter_map(|file| Some((&file.name, chain_part(&file.bytes)?)));
    for (name, part) in parts.take(MAX_PARTS) {
        match part {
            ChainPart::Transaction(tx) => beside.transactions.push(*tx),
            ChainPart::MerkleBlock(block) => beside.merkle_blocks.push(*block),
        }
        used.push(name.clone());
    }
    (beside, used)
}
