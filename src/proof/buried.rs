//! From a transaction to the tip: the anchor in its block, the block on the chain of most work, the blocks above it.

use crate::chain::{Basis, BlockHash, ConfirmError, Confirmed, MerkleBlock, MerkleBlockError, Transaction, TxInBlock};
use crate::engine::{HeaderEngine, Which};
use crate::proof::bundle::AnchorBlock;
use crate::proof::chain_view::basis_text;
use crate::proof::problem::Finding;

/// Verifies that a transaction is in the block of its claim, the coinbase beside it.
///
/// # Errors
/// A finding that names the part of the proof.
pub fn verify_in_block(block: &AnchorBlock, tx: &[u8], at: usize) -> Result<TxInBlock, Finding> {
    let field = |part: &str| format!("anchors[{at}].{part}");
    let merkle_block = MerkleBlock::decode(&block.merkleblock.0)
        .map_err(|error| Finding::failed("merkleblock-malformed", field("block.merkleblock")).because(&error))?;
    let coinbase = Transaction::decode(&block.coinbase.0)
        .map_err(|error| Finding::failed("coinbase-malformed", field("block.coinbase")).because(&error))?;
    let tx =
        Transaction::decode(tx).map_err(|error| Finding::failed("anchor-malformed", field("tx")).because(&error))?;
    merkle_block.verify(&coinbase, &tx).map_err(|error| {
        let (code, part) = match &error {
            MerkleBlockError::NodeSized { txid } if *txid == coinbase.txid() => ("tx-64-bytes", "block.coinbase"),
            MerkleBlockError::NodeSized { .. } => ("tx-64-bytes", "tx"),
            MerkleBlockError::NotCoinbase { .. } | MerkleBlockError::CoinbaseNotFirst { .. } => {
                ("coinbase-wrong", "block.coinbase")
            }
            _ => ("tx-not-in-block", "block.merkleblock"),
        };
        Finding::failed(code, field(part)).explained_by(&error)
    })
}

/// Evidence that a block is on the chain of most work, and that the reader need not take the start of that chain on the
/// word of whoever sent it.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct OnChain {
    confirmed: Confirmed,
}

impl OnChain {
    /// Looks a block up in the chain and asks where trust in the chain starts.
    ///
    /// # Errors
    /// *Could not check* when there are no headers, the block is not among them, the chain starts at a header that nothing
    /// ties, or it ends below a header that is known to stand on the chain of most work: between two such headers, or in a
    /// network's first years, a branch of one's own costs little. *Failed* when another branch has more work, or the height
    /// is another than claimed.
    pub fn verify(
        engine: &dyn HeaderEngine,
        network: &str,
        block: &BlockHash,
        claimed_height: Option<(u32, String)>,
    ) -> Result<Self, Finding> {
        let confirmed = engine
            .confirm(network, block, 1)
            .ok_or_else(|| Finding::could_not("headers-missing", "headers").comparing(network, ""))?;
        let confirmed = confirmed.map_err(|error| {
            let finding = match &error {
                ConfirmError::NotOnBestChain { rival, .. } => Finding::failed("block-not-on-best-chain", "headers")
                    .comparing(rival.map_or_else(String::new, |rival| rival.to_string()), block),
                _ => Finding::could_not("block-unknown", "headers").comparing("", block),
            };
            finding.because(&error)
        })?;
        let tip = confirmed.tip();
        match confirmed.basis() {
            // First of all: where nothing ties the chain, its heights are somebody's word and can show nothing wrong.
            Basis::Unanchored(_) => {
                return Err(
                    Finding::could_not("chain-unanchored", "headers").comparing("", basis_text(confirmed.basis()))
                );
            }
            Basis::Genesis | Basis::Trusted(_) => {
                // A pin from the block on upwards, met, ties the block whatever comes above that pin.
                let pin_from = |height| engine.pin_from(network, Which::Block(*block), height);
                let tied = pin_from(confirmed.height()).is_some_and(|pin| pin.height <= tip.height);
                if !tied && let Some(pin) = pin_from(tip.height + 1) {
                    let found = format!("{}:{}", tip.height, tip.hash);
                    return Err(Finding::could_not("chain-ends-early", "headers").comparing(pin, found));
                }
            }
            Basis::Pinned(_) => {}
        }
        if let Some((claimed, field)) = claimed_height
            && claimed != confirmed.height()
        {
            return Err(Finding::failed("height-wrong", field).comparing(confirmed.height(), claimed));
        }
        Ok(Self { confirmed })
    }

    /// Where the block stands.
    pub fn confirmed(&self) -> &Confirmed {
        &self.confirmed
    }
}

/// Evidence that enough blocks stand on a block.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Buried {
    confirmed: Confirmed,
}

impl Buried {
    /// Counts the blocks from the block to the tip, both counted.
    ///
    /// # Errors
    /// *Could not check* while there are fewer than `required`: time will tell.
    pub fn verify(on_chain: &OnChain, required: u32) -> Result<Self, Finding> {
        let confirmed = on_chain.confirmed.clone();
        if confirmed.confirmations() < required {
            return Err(
                Finding::could_not("too-few-confirmations", "headers").comparing(required, confirmed.confirmations())
            );
        }
        Ok(Self { confirmed })
    }

    /// Where the block stands.
    pub fn confirmed(&self) -> &Confirmed {
        &self.confirmed
    }
}
