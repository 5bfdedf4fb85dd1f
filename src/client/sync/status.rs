//! What is said of each source and each network.

use super::network::Network;
use super::peer::Peer;
use super::rate::seconds_left;
use crate::chain::{BlockHash, BlockRef};
use crate::client::clock::Now;
use crate::client::message::{
    BlockAt, ForkTip, NoBlockAlarm, SourceState, SourceStatus, SourceTip, Stage, Standing, SyncState, SyncStatus,
};
use crate::client::source::{Task, Tip};
use crate::engine::{ChainSummary, HeaderEngine, Which};

fn block_at(block: BlockRef) -> BlockAt {
    BlockAt { height: block.height, hash: block.hash.to_string() }
}

/// What is known of one source.
pub(super) fn source_status(peer: &Peer, network: &Network, engine: &dyn HeaderEngine) -> SourceStatus {
    let chain = network.chain(engine);
    let common = peer.tip.and_then(|tip| engine.junction(&network.name, &tip.hash));
    SourceStatus {
        source: peer.source.clone(),
        state: source_state(peer, network),
        standing: standing(peer, network, chain.as_ref(), common),
        tip: peer.tip.map(|tip| source_tip(tip, network, engine)),
        latency_ms: peer.latency_ms,
        answered: peer.answered.map(|answered| answered.unix.0),
        common: common.map(block_at),
        headers: peer.headers,
        bytes: peer.bytes,
        forks: peer.forks.iter().map(|fork| in_hand(fork, network, engine)).collect(),
    }
}

fn source_tip(tip: Tip, network: &Network, engine: &dyn HeaderEngine) -> SourceTip {
    let held = engine.height_of(&network.name, &tip.hash);
    let blocks = held.map(|height| engine.blocks(&network.name, Which::Block(tip.hash), height, 1));
    let header = blocks.and_then(|blocks| blocks.first().filter(|found| found.block.hash == tip.hash).copied());
    SourceTip {
        height: held.unwrap_or(tip.height),
        hash: Some(tip.hash.to_string()),
        time: header.map(|found| found.header.time().0),
        verified: held == Some(tip.height),
    }
}

fn in_hand(fork: &ForkTip, network: &Network, engine: &dyn HeaderEngine) -> ForkTip {
    let hash = BlockHash::from_hex(&fork.hash);
    let known = hash.is_ok_and(|hash| engine.height_of(&network.name, &hash) == Some(fork.height));
    ForkTip { in_hand: known, ..fork.clone() }
}

fn source_state(peer: &Peer, network: &Network) -> SourceState {
    if !peer.source.enabled || !network.is_on() {
        return SourceState::Off;
    }
    if !peer.is_asked() {
        return SourceState::SetAside;
    }
    match (peer.task, &peer.wait) {
        (Some(Task::Tip), _) => SourceState::AskedTip,
        (Some(Task::Headers(_)), _) => SourceState::Sending,
        (None, Some(wait)) => {
            SourceState::Waiting { until: wait.until.0, reason: wait.reason, detail: wait.detail.clone() }
        }
        (None, None) => SourceState::Idle,
    }
}

fn standing(peer: &Peer, network: &Network, chain: Option<&ChainSummary>, common: Option<BlockRef>) -> Standing {
    if let Some(wrong) = &peer.wrong {
        return Standing::Wrong { rule: wrong.rule.clone(), height: wrong.height, detail: wrong.detail.clone() };
    }
    let Some(tip) = peer.tip else { return Standing::Unknown };
    let best = chain.map_or(0, |chain| chain.tip.height);
    let Some(common) = common else {
        let below = chain.is_some_and(|chain| tip.height < chain.first_height);
        return match below {
            // Too far below the chain in hand to be compared: that is behind, whatever its hash.
            true => behind(tip.height, best, peer, network),
            false => Standing::Ahead { blocks: tip.height.saturating_sub(best).max(1) },
        };
    };
    if common.hash != tip.hash {
        return Standing::Fork { blocks: tip.height.saturating_sub(common.height) };
    }
    if common.height >= best {
        return Standing::Agrees;
    }
    behind(common.height, best, peer, network)
}

fn behind(height: u32, best: u32, peer: &Peer, network: &Network) -> Standing {
    let blocks = best.saturating_sub(height);
    let withheld = peer.answered.and_then(|answered| network.arrivals.withheld(height.saturating_add(1), answered));
    match withheld {
        Some(since) => Standing::Withholds { blocks, since: since.unix.0 },
        None => Standing::Behind { blocks },
    }
}

/// Where a network's synchronization stands.
pub(super) fn sync_status(network: &Network, peers: &[Peer], engine: &dyn HeaderEngine, now: Now) -> SyncStatus {
    let mine = || peers.iter().filter(|peer| peer.source.network == network.name && peer.is_asked());
    let chain = network.chain(engine);
    let height = chain.as_ref().map(|chain| chain.tip.height);
    let told = mine().filter_map(|peer| peer.claim().map(|tip| tip.height).max(peer.reaches));
    let claimed = told.max();
    let running = network.state == SyncState::Running;
    let headers_per_second = network.rate.per_second(now.steady_ms, network.taken).filter(|_| running);
    let left = claimed.unwrap_or(0).saturating_sub(network.height_before(engine, chain.as_ref()));
    SyncStatus {
        network: network.name.clone(),
        state: network.state.clone(),
        height,
        claimed,
        taken: network.taken,
        headers_per_second,
        seconds_left: headers_per_second.and_then(|rate| seconds_left(u64::from(left), rate)),
        source: mine().find(|peer| peer.is_sending()).map(|peer| peer.source.url.clone()),
    }
}

/// How far the headers of a network are, for a verification that waits for them.
pub(super) fn stage(network: &Network, peers: &[Peer], engine: &dyn HeaderEngine, now: Now) -> Stage {
    let SyncStatus { height, claimed, taken, .. } = sync_status(network, peers, engine, now);
    match height.filter(|_| taken > 0) {
        Some(height) => {
            let left = u64::from(claimed.unwrap_or(0).saturating_sub(height));
            Stage::VerifyingHeaders { height, done: taken, total: taken + left }
        }
        None => {
            let mine = peers.iter().filter(|peer| peer.source.network == network.name);
            Stage::FetchingHeaders { done: mine.map(|peer| peer.bytes).sum(), total: None }
        }
    }
}

/// The alarm about a silence that comes by chance once in so many blocks.
pub(super) fn alarm(chain: &ChainSummary, spacing_seconds: u32, silent_seconds: u64, once_in: u64) -> NoBlockAlarm {
    NoBlockAlarm {
        tip: block_at(chain.tip),
        tip_time: chain.tip_header.time().0,
        silent_seconds,
        spacing_seconds,
        once_in,
    }
}
