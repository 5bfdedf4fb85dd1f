//! What to save next: the difference between the files and the chain in hand.

use crate::chain::header::HEADER_BYTES;
use crate::chain::{Basis, BlockRef, Work};
use crate::client::keep::{Kept, MAX_APPEND};
use crate::client::keeper::SAVE_HEADERS;
use crate::engine::{ChainSummary, HeaderEngine, MAX_ANSWERED, Which};

/// A step towards files that hold the chain in hand.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Plan {
    /// They hold it.
    Nothing,
    /// They lack a few headers, which can wait for more.
    Later,
    /// Drop what is not on it.
    Cut { end_height: u32 },
    /// Add what comes next.
    Append { height: u32, bytes: Vec<u8>, work: Option<Work> },
}

/// The next step. `agreed` is the last header of the files that the engine holds. What the files hold beyond it is left alone
/// as long as the chain in hand does not go on otherwise.
pub(super) fn plan(
    engine: &dyn HeaderEngine,
    network: &str,
    agreed: Option<BlockRef>,
    kept: Kept,
    is_time: bool,
) -> Plan {
    let Some(chain) = chain(engine, network, agreed) else { return Plan::Nothing };
    // A chain that starts lower than what is kept is written from its start on.
    let starts_lower = kept.count > 0 && chain.first_height < kept.first_height;
    let agreed = agreed.filter(|_| !starts_lower);
    let common = agreed.and_then(|agreed| common(engine, network, &chain, agreed));
    let next = common.map_or(chain.first_height, |common| common.height + 1);
    let lacking = chain.tip.height.saturating_add(1).saturating_sub(next);
    if lacking == 0 {
        return Plan::Nothing;
    }
    if !is_time && lacking < SAVE_HEADERS {
        return Plan::Later;
    }
    if kept.count > 0 && kept.end_height() != next {
        // Either they end above the last common header, or they hold another chain, and none of it is common.
        return Plan::Cut { end_height: if common.is_some() { next } else { kept.first_height } };
    }
    let count = MAX_ANSWERED.min((MAX_APPEND / HEADER_BYTES) as u32);
    let bytes = engine.headers(network, Which::Block(chain.tip.hash), next, count);
    if bytes.is_empty() {
        return Plan::Nothing;
    }
    let to_tip = next + (bytes.len() / HEADER_BYTES) as u32 == chain.tip.height.saturating_add(1);
    Plan::Append { height: next, bytes, work: chain.total_work.filter(|_| to_tip) }
}

/// The chain to keep, where several do not touch: the highest that genesis or a pin ties; of equals, or where nothing ties
/// any, the one with the most work at hand, and of equals again the one kept already.
fn chain(engine: &dyn HeaderEngine, network: &str, agreed: Option<BlockRef>) -> Option<ChainSummary> {
    let wanted = [Some(Which::First), Some(Which::Last), agreed.map(|block| Which::Block(block.hash))];
    let chains = wanted.into_iter().flatten().filter_map(|which| engine.summary(network, which));
    let height = |chain: &ChainSummary| match chain.basis {
        Basis::Unanchored(_) => None,
        Basis::Genesis | Basis::Pinned(_) | Basis::Trusted(_) => Some(chain.tip.height),
    };
    chains.max_by_key(|chain| (height(chain), chain.work_at_hand))
}

/// The last header of the files that is on a chain's best branch.
fn common(engine: &dyn HeaderEngine, network: &str, chain: &ChainSummary, agreed: BlockRef) -> Option<BlockRef> {
    let junction = engine.junction(network, &agreed.hash)?;
    let there = engine.blocks(network, Which::Block(chain.tip.hash), junction.height, 1);
    there.first().filter(|found| found.block == junction).map(|found| found.block)
}
