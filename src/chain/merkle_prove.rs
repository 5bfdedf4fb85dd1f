//! Making the proofs that `tx_merkle` verifies: for the issuer, which knows all of a block's transactions.

use crate::chain::header::Header;
use crate::chain::tx::Txid;
use crate::chain::tx_merkle::{MerkleBlock, MerkleBlockError, depth, parent, transaction_count, width};
use crate::crypto::hash::Hash;
use crate::crypto::hash_lanes::pair_hashes;

/// The levels of a block's tree, the transaction ids first and the root last.
fn levels(txids: &[Txid]) -> Vec<Vec<Hash>> {
    let mut levels = vec![txids.iter().map(|txid| txid.0).collect::<Vec<_>>()];
    while let Some(below) = levels.last().filter(|level| level.len() > 1) {
        let (pairs, alone) = below.as_chunks::<2>();
        let mut above = vec![[0; 32]; pairs.len()];
        pair_hashes(pairs, &mut above);
        above.extend(alone.iter().map(|last| parent(last, last)));
        levels.push(above);
    }
    levels
}

/// The Merkle root of a block's transactions, first byte first; zeros for none.
#[must_use]
pub fn merkle_root(txids: &[Txid]) -> Hash {
    levels(txids).last().and_then(|top| top.first()).copied().unwrap_or_default()
}

impl MerkleBlock {
    /// Proves the transactions at `positions` of the block whose transactions have `txids`, in order. The issuer proves
    /// position 0, the coinbase, with every transaction.
    ///
    /// # Errors
    /// [`MerkleBlockError`] for a number of transactions no block has, a position beyond the last, or a header with
    /// another root.
    pub fn prove(header: Header, txids: &[Txid], positions: &[u32]) -> Result<Self, MerkleBlockError> {
        let n_tx = transaction_count(u32::try_from(txids.len()).unwrap_or(u32::MAX))?;
        if let Some(&found) = positions.iter().find(|&&position| position >= n_tx) {
            return Err(MerkleBlockError::Position { found, n_tx });
        }
        let levels = levels(txids);
        let root = merkle_root(txids);
        if root != header.merkle_root {
            return Err(MerkleBlockError::Root { expected: header.merkle_root, found: root });
        }
        let (mut hashes, mut bits) = (Vec::new(), Vec::new());
        // Depth first and left to right, as the verifier walks.
        let mut pending = vec![(depth(n_tx), 0)];
        while let Some((level, position)) = pending.pop() {
            let matched = positions.iter().any(|wanted| wanted >> level == position);
            bits.push(matched);
            if level == 0 || !matched {
                hashes.push(levels[level as usize][position as usize]);
                continue;
            }
            if 2 * position + 1 < width(n_tx, level - 1) {
                pending.push((level - 1, 2 * position + 1));
            }
            pending.push((level - 1, 2 * position));
        }
        let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
        Ok(Self { header, n_tx, hashes, flags: bits.chunks(8).map(byte).collect() })
    }
}
