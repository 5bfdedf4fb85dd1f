//! Telling the page: not more often than it can be read, and nothing twice.

use super::alarm::{next_change, once_in};
use super::peer::Peer;
use super::status::{alarm, source_status, sync_status};
use super::{Sync, is_own};
use crate::chain::BlockHash;
use crate::client::clock::Now;
use crate::client::message::{ChainSource, ChainStatus, Event, SourceStatus, SyncState, SyncStatus};
use crate::client::outbox::Outbox;
use crate::engine::{HeaderEngine, Which};
use crate::proof::chain_view::basis_text;
use std::collections::BTreeMap;

/// Between two accounts of sources and progress, milliseconds.
const STATUS_MS: u64 = 250;
/// Between two accounts of a chain that is growing, milliseconds.
const CHAIN_MS: u64 = 1_000;

/// What was told, and what is to be told.
#[derive(Debug, Default)]
pub(super) struct Told {
    stale: bool,
    told_ms: Option<u64>,
    sources: Vec<SourceStatus>,
    syncs: BTreeMap<String, SyncStatus>,
    chains: BTreeMap<String, GrownChain>,
    alarm_ms: Option<u64>,
}

/// A chain that headers went into.
#[derive(Debug)]
struct GrownChain {
    last: BlockHash,
    source: ChainSource,
    told_ms: Option<u64>,
    grown: bool,
}

impl Told {
    /// Something changed that may have to be told.
    pub(super) fn stale(&mut self) {
        self.stale = true;
    }

    /// Headers of a network were taken in, up to this one.
    pub(super) fn note_chain(&mut self, network: &str, last: BlockHash, peer: &Peer) {
        let url = peer.source.url.clone();
        let source = if is_own(peer) { ChainSource::Origin { url } } else { ChainSource::Source { url } };
        let told_ms = self.chains.get(network).and_then(|chain| chain.told_ms);
        self.chains.insert(network.to_owned(), GrownChain { last, source, told_ms, grown: true });
    }

    /// A network was begun or refreshed: its chain is told again even if nothing is new.
    pub(super) fn note_begun(&mut self, network: &str, now: Now) {
        self.stale = true;
        self.syncs.remove(network);
        self.alarm_ms = Some(now.steady_ms);
    }

    /// When there is something to tell.
    pub(super) fn next_ms(&self) -> Option<u64> {
        let status = self.told_ms.filter(|_| self.stale).map(|told| told + STATUS_MS);
        [status, self.alarm_ms].into_iter().flatten().min()
    }
}

impl Sync {
    /// Tells the page what changed.
    pub fn tell(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        self.tell_chains(engine, now, out);
        let due = self.said.told_ms.is_none_or(|told| now.steady_ms >= told + STATUS_MS);
        if self.said.stale && due {
            self.said.stale = false;
            self.said.told_ms = Some(now.steady_ms);
            self.tell_sources(engine, out);
            self.tell_syncs(engine, now, out);
            self.tell_alarms(engine, now, out);
        } else if self.said.alarm_ms.is_some_and(|at| at <= now.steady_ms) {
            self.tell_alarms(engine, now, out);
        }
    }

    fn tell_sources(&mut self, engine: &dyn HeaderEngine, out: &mut Outbox) {
        let status = |peer: &Peer| {
            let network = self.networks.get(&peer.source.network)?;
            Some(source_status(peer, network, engine))
        };
        let sources: Vec<SourceStatus> = self.peers.iter().filter_map(status).collect();
        if sources != self.said.sources {
            self.said.sources.clone_from(&sources);
            out.say(Event::Sources { sources });
        }
    }

    fn tell_syncs(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        for network in self.networks.values().filter(|network| network.state != SyncState::Idle) {
            let status = sync_status(network, &self.peers, engine, now);
            if self.said.syncs.get(&network.name) != Some(&status) {
                self.said.syncs.insert(network.name.clone(), status.clone());
                out.say(Event::Sync(status));
            }
        }
    }

    fn tell_chains(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        for (name, grown) in self.said.chains.iter_mut().filter(|(_, grown)| grown.grown) {
            let growing = self.networks.get(name).is_some_and(|network| network.has_work());
            if growing && grown.told_ms.is_some_and(|told| now.steady_ms < told + CHAIN_MS) {
                continue;
            }
            (grown.grown, grown.told_ms) = (false, Some(now.steady_ms));
            if let Some(status) = chain_status(engine, name, Which::Block(grown.last), grown.source.clone()) {
                out.say(Event::Chain(status));
            }
        }
    }

    fn tell_alarms(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        self.said.alarm_ms = None;
        for network in self.networks.values_mut() {
            // While headers are still coming, an old tip says nothing.
            let settled = matches!(network.state, SyncState::Complete | SyncState::Stalled);
            let (Some(spacing), true) = (network.spacing, settled) else { continue };
            let Some(chain) = network.chain(engine) else { continue };
            let silent = u64::try_from(now.unix.0.saturating_sub(chain.tip_header.time().0)).unwrap_or(0);
            let found = once_in(silent, spacing);
            if found != network.alarm {
                network.alarm = found;
                let alarm = found.map(|once_in| alarm(&chain, spacing, silent, once_in));
                out.say(Event::NoBlock { network: network.name.clone(), alarm });
            }
            let next = next_change(silent, spacing).map(|next| now.steady_ms + next.saturating_sub(silent) * 1000);
            self.said.alarm_ms = [self.said.alarm_ms, next].into_iter().flatten().min();
        }
    }
}

/// A chain in few words, for the page.
#[must_use]
pub fn chain_status(
    engine: &dyn HeaderEngine,
    network: &str,
    which: Which,
    source: ChainSource,
) -> Option<ChainStatus> {
    let chain = engine.summary(network, which)?;
    Some(ChainStatus {
        network: network.to_owned(),
        first_height: chain.first_height,
        height: chain.tip.height,
        hash: chain.tip.hash.to_string(),
        time: chain.tip_header.time().0,
        headers: chain.header_count,
        work: chain.work_at_hand.to_string(),
        total_work: chain.total_work.map(|work| work.to_string()),
        source,
        basis: basis_text(chain.basis),
    })
}
