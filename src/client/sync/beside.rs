//! A second synchronization beside the first: from genesis on, of the same sources, and behind everything a reader waits for.

use super::Sync;
use super::peer::Peer;
use super::status::sync_status;
use crate::client::clock::Now;
use crate::client::message::{HeaderSource, PinContradiction, SyncState, SyncStatus};
use crate::client::outbox::Outbox;
use crate::engine::HeaderEngine;
use std::mem;

impl Sync {
    /// A synchronization whose chains are built from genesis, beside those in hand. It is driven with the engine turned
    /// aside, and tells nothing by itself.
    #[must_use]
    pub fn beside() -> Self {
        Self { is_beside: true, ..Self::default() }
    }

    /// Asks the sources that `other` may ask of a network, and no others; what they did wrong there counts here as well.
    pub fn follow(&mut self, other: &Self, network: &str, out: &mut Outbox) {
        let wanted: Vec<HeaderSource> = other
            .peers
            .iter()
            .filter(|peer| peer.source.network == network && peer.is_asked() && peer.source.first_height == 0)
            .map(|peer| peer.source.clone())
            .collect();
        let mine = self.peers.iter().filter(|peer| peer.source.network == network).map(|peer| peer.source.clone());
        let (kept, gone): (Vec<_>, Vec<_>) = mine.partition(|source| wanted.contains(source));
        for source in gone {
            self.remove(network, &source.url, out);
        }
        for source in wanted.into_iter().filter(|source| !kept.contains(source)) {
            self.add(source, out);
        }
    }

    /// Begins a network anew: what its sources did wrong before is forgotten.
    pub fn forget_wrongs(&mut self, network: &str, out: &mut Outbox) {
        while let Some(url) = self.peers.iter().find(|peer| peer.source.network == network).map(|peer| &peer.source.url)
        {
            let url = url.clone();
            self.remove(network, &url, out);
        }
        if let Some(found) = self.networks.get_mut(network) {
            found.contradiction = None;
        }
    }

    /// Sets a source aside in `other` as well that sent a wrong header here.
    pub fn denounce(&self, other: &mut Self, out: &mut Outbox) {
        let wrongs =
            self.peers.iter().filter_map(|peer| Some((peer, peer.wrong.as_ref().filter(|wrong| wrong.aside)?)));
        for (peer, wrong) in wrongs {
            let same = |known: &&mut Peer| {
                (&known.source.network, &known.source.url) == (&peer.source.network, &peer.source.url)
            };
            if let Some(known) = other.peers.iter_mut().find(same).filter(|known| known.wrong.is_none()) {
                known.stop(true, out);
                known.wrong = Some(wrong.clone());
                other.said.stale();
            }
        }
    }

    /// Begins or goes on.
    pub fn begin_beside(&mut self, network: &str, now: Now, out: &mut Outbox) {
        self.begin(network, now, out);
    }

    /// Pauses or ends.
    pub fn halt_beside(&mut self, network: &str, state: SyncState, out: &mut Outbox) {
        self.halt(network, state, out);
    }

    /// Goes on with what was asked for, at the same pace that `other` keeps with each host.
    pub fn drive_beside(&mut self, other: &mut Self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        mem::swap(&mut self.pace, &mut other.pace);
        self.drive(engine, now, out);
        mem::swap(&mut self.pace, &mut other.pace);
    }

    /// When something is to be done, as in [`Self::next_wakeup`], at the pace that `other` keeps.
    #[must_use]
    pub fn next_wakeup_beside(&self, other: &Self, now: Now) -> Option<u64> {
        self.next_wakeup_at(&other.pace, now)
    }

    /// Where a network's synchronization stands.
    #[must_use]
    pub fn status_of(&self, network: &str, engine: &dyn HeaderEngine, now: Now) -> Option<SyncStatus> {
        let found = self.networks.get(network)?;
        Some(sync_status(found, &self.peers, engine, now))
    }

    /// The last header that contradicted a pin, and who sent it.
    #[must_use]
    pub fn contradiction(&self, network: &str) -> Option<&PinContradiction> {
        self.networks.get(network)?.contradiction.as_ref()
    }

    /// The source that gave a network's best chain its last headers, and whether it is the page's own.
    #[must_use]
    pub fn giver(&self, network: &str) -> Option<(String, bool)> {
        let giver = self.networks.get(network)?.giver?;
        let peer = self.peers.iter().find(|peer| peer.id == giver)?;
        Some((peer.source.url.clone(), super::is_own(peer)))
    }
}
