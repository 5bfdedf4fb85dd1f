//! Which block an examination looks for and does not find among the headers in hand, so that they can be fetched before. The
//! height is the proof's word: a hint where to look, and no more.

use crate::chain::{Basis, BlockHash, MerkleBlock};
use crate::engine::{ChainBlock, HeaderEngine, Which};
use crate::proof::bundle::Bundle;
use crate::proof::buried::{Buried, OnChain};
use crate::proof::policy::RegistryPolicy;
use crate::proof::report::Outcome;
use crate::proof::setting::policy_of;
use crate::proof::verify_timestamp::{NETWORK, REQUIRED_CONFIRMATIONS, bitcoin_attestations};
use crate::timestamp::Timestamp;

/// What an examination would find.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sought {
    /// Headers that decide about its block, one way or the other.
    InHand,
    /// No headers that do.
    Lacking {
        /// The block's network.
        network: String,
        /// Its height, as claimed.
        height: u32,
        /// Blocks from it on, itself counted, that are asked for.
        depth: u32,
    },
    /// No block to look for.
    Nothing,
}

/// The block of a record's proof: that of its last anchor.
#[must_use]
pub fn sought_by_record(bundle: &Bundle, registries: &[RegistryPolicy], engine: &dyn HeaderEngine) -> Sought {
    let (Ok(policy), Some(anchor)) = (policy_of(&bundle.registry, registries), bundle.anchors.last()) else {
        return Sought::Nothing;
    };
    let Some(claimed) = &anchor.block else { return Sought::Nothing };
    let Ok(merkle_block) = MerkleBlock::decode(&claimed.merkleblock.0) else { return Sought::Nothing };
    let hash = merkle_block.header().hash();
    look(engine, policy.network(), &hash, claimed.height, policy.min_confirmations())
}

/// The block of a timestamp: of the lowest attestation that fits its header, or else of the lowest one whose header is not in
/// hand and whose height was not tried before.
#[must_use]
pub fn sought_by_timestamp(timestamp: &Timestamp, engine: &dyn HeaderEngine, tried: &[u32]) -> Sought {
    let mut lacking = None;
    for (height, attestation) in bitcoin_attestations(timestamp) {
        let blocks = engine.blocks(NETWORK, Which::Height(height), height, 1);
        let Some(ChainBlock { block, header, .. }) = blocks.first() else {
            lacking = lacking.or(Some(height).filter(|height| !tried.contains(height)));
            continue;
        };
        if attestation.verify(&header.merkle_root).is_ok() {
            return look(engine, NETWORK, &block.hash, height, REQUIRED_CONFIRMATIONS);
        }
        // Where nothing ties a chain, its heights are somebody's word: the headers of another may show another block there.
        let chain = engine.summary(NETWORK, Which::Block(block.hash));
        if chain.is_none_or(|chain| matches!(chain.basis, Basis::Unanchored(_))) {
            lacking = lacking.or(Some(height).filter(|height| !tried.contains(height)));
        }
    }
    match lacking {
        Some(height) => Sought::Lacking { network: NETWORK.to_owned(), height, depth: REQUIRED_CONFIRMATIONS },
        None => Sought::Nothing,
    }
}

fn look(engine: &dyn HeaderEngine, network: &str, hash: &BlockHash, height: u32, depth: u32) -> Sought {
    let found = OnChain::verify(engine, network, hash, None).and_then(|on_chain| Buried::verify(&on_chain, depth));
    match found {
        Err(finding) if finding.outcome == Outcome::CouldNotCheck => {
            Sought::Lacking { network: network.to_owned(), height, depth }
        }
        Ok(_) | Err(_) => Sought::InHand,
    }
}
