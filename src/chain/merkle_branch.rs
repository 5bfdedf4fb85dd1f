//! The other form of the same proof: for each transaction its siblings from the leaf up, as Electrum and Esplora servers
//! give them. It leads to the same evidence under the same rules.

use crate::chain::header::Header;
use crate::chain::tx::{Transaction, Txid};
use crate::chain::tx_merkle::{MerkleBlockError, PartialTree, TxInBlock, depth, parent, transaction_count, width};
use crate::crypto::hash::Hash;

/// A transaction's position in its block and the siblings on its way to the root, the lowest first: a claim.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MerkleBranch {
    /// Transactions before it in the block.
    pub position: u32,
    /// Siblings, lowest first, each with its first byte first. The last node of an odd level is its own sibling.
    pub siblings: Vec<Hash>,
}

impl MerkleBranch {
    /// Verifies that the block of `n_tx` transactions holds `tx`, with the coinbase proven at the same depth.
    ///
    /// # Errors
    /// [`MerkleBlockError`].
    pub fn verify(
        &self,
        header: &Header,
        n_tx: u32,
        tx: &Transaction,
        coinbase: &Transaction,
        coinbase_branch: &Self,
    ) -> Result<TxInBlock, MerkleBlockError> {
        let (first, this) =
            (coinbase_branch.verify_tree(header, n_tx, coinbase.txid())?, self.verify_tree(header, n_tx, tx.txid())?);
        TxInBlock::prove(&first.join(&this), coinbase, tx)
    }

    /// Verifies the branch alone: `txid` is a leaf of the tree, were it a transaction.
    ///
    /// # Errors
    /// [`MerkleBlockError`].
    pub fn verify_tree(&self, header: &Header, n_tx: u32, txid: Txid) -> Result<PartialTree, MerkleBlockError> {
        let (expected, found) = (depth(transaction_count(n_tx)?), self.siblings.len());
        if found != expected as usize {
            return Err(MerkleBlockError::BranchLength { expected, found });
        }
        if self.position >= n_tx {
            return Err(MerkleBlockError::Position { found: self.position, n_tx });
        }
        let mut node = txid.0;
        for (level, sibling) in (0..).zip(&self.siblings) {
            let position = self.position >> level;
            let doubled = position + 1 == width(n_tx, level) && position.is_multiple_of(2);
            if doubled && node != *sibling {
                return Err(MerkleBlockError::NotDoubled { level });
            }
            if !doubled && node == *sibling {
                return Err(MerkleBlockError::EqualChildren { level, position: position & !1 });
            }
            node = if position.is_multiple_of(2) { parent(&node, sibling) } else { parent(sibling, &node) };
        }
        PartialTree::rooted(*header, n_tx, vec![(self.position, txid)], node)
    }
}
