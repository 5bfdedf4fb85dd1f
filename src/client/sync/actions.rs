//! What the reader does: adding and removing sources, beginning, pausing and ending.

use super::{Network, Peer, PeerId, Sync};
use crate::chain::Params;
use crate::client::clock::Now;
use crate::client::message::{Command, Config, Event, HeaderSource, MAX_SOURCES, SourceKind, SyncState};
use crate::client::outbox::Outbox;
use crate::client::source::address::AddressError;
use crate::proof::report::Problem;

impl Sync {
    /// Takes the configuration, and begins what it says.
    pub fn configure(&mut self, config: &Config, now: Now, out: &mut Outbox) {
        for source in &config.headers {
            self.add(source.clone(), out);
        }
        for network in &config.begin {
            self.begin(network, now, out);
        }
    }

    /// Does what a command says of sources or synchronization; `None` when it was one.
    pub fn obey(&mut self, command: Command, now: Now, out: &mut Outbox) -> Option<Command> {
        self.said.stale();
        match command {
            Command::AddSource { source } => self.add(source, out),
            Command::RemoveSource { network, url } => self.remove(&network, &url, out),
            Command::EnableSource { network, url, enabled } => self.enable(&network, &url, enabled, out),
            Command::BeginSync { network } | Command::ResumeSync { network } => self.begin(&network, now, out),
            Command::PauseSync { network } => self.halt(&network, SyncState::Paused, out),
            Command::CancelSync { network } => self.halt(&network, SyncState::Cancelled, out),
            Command::RefreshHeaders => self.refresh(now),
            other => return Some(other),
        }
        None
    }

    pub(super) fn add(&mut self, source: HeaderSource, out: &mut Outbox) {
        match self.admitted(&source) {
            Ok(peer) => {
                self.next_peer += 1;
                let place = self.peers.iter().position(|known| same(known, &source.network, &source.url));
                self.network_of(&source.network);
                match place {
                    Some(at) => {
                        self.forget_sent(at, out);
                        self.peers[at] = peer;
                    }
                    None => self.peers.push(peer),
                }
            }
            Err(problem) => out.say(Event::SourceRefused { source, problem }),
        }
    }

    fn network_of(&mut self, name: &str) -> &mut Network {
        let new = if self.is_beside { Network::from_genesis } else { Network::new };
        self.networks.entry(name.to_owned()).or_insert_with(|| new(name))
    }

    fn admitted(&self, source: &HeaderSource) -> Result<Peer, Problem> {
        let refused = |code: &str, expected: &str, found: &str| Problem {
            code: code.into(),
            field: "source".into(),
            expected: expected.into(),
            found: found.into(),
            detail: String::new(),
        };
        if let Err(error) = Params::named(&source.network) {
            return Err(refused("source-network-unknown", &error.to_string(), &source.network));
        }
        if source.first_height > 0 && source.kind != SourceKind::HeaderFile {
            return Err(refused("source-height-unfit", "0", &source.first_height.to_string()));
        }
        if source.first_height > crate::chain::header_tree::MAX_FIRST_HEIGHT {
            let most = crate::chain::header_tree::MAX_FIRST_HEIGHT.to_string();
            return Err(refused("source-height-unfit", &most, &source.first_height.to_string()));
        }
        let known = self.peers.iter().any(|known| same(known, &source.network, &source.url));
        if self.peers.len() >= MAX_SOURCES && !known {
            return Err(refused("too-many-sources", &MAX_SOURCES.to_string(), &(MAX_SOURCES + 1).to_string()));
        }
        Peer::new(PeerId(self.next_peer), source.clone()).map_err(|error| {
            let code = match error {
                AddressError::Malformed { .. } => "source-url-malformed",
                AddressError::Insecure => "source-url-insecure",
            };
            refused(code, &error.to_string(), &source.url)
        })
    }

    pub(super) fn remove(&mut self, network: &str, url: &str, out: &mut Outbox) {
        self.forget_in_lookup(network, url, out);
        if let Some(at) = self.peers.iter().position(|peer| same(peer, network, url)) {
            self.forget_sent(at, out);
            self.peers.remove(at);
        }
    }

    fn enable(&mut self, network: &str, url: &str, enabled: bool, out: &mut Outbox) {
        if let Some(at) = self.peers.iter().position(|peer| same(peer, network, url)) {
            self.forget_sent(at, out);
            let peer = &mut self.peers[at];
            peer.source.enabled = enabled;
            peer.pardon();
            if !enabled {
                self.forget_in_lookup(network, url, out);
            }
        }
    }

    /// Stops what a source has under way, and drops what it sent and nobody judged yet.
    fn forget_sent(&mut self, at: usize, out: &mut Outbox) {
        let peer = &mut self.peers[at];
        peer.stop(true, out);
        if let Some(network) = self.networks.get_mut(&peer.source.network) {
            network.drop_sent(Some(peer.id));
        }
    }

    pub(super) fn begin(&mut self, name: &str, now: Now, out: &mut Outbox) {
        if Params::named(name).is_err() {
            // The page offers none but the known ones; a status would be of a network that has no rules.
            return;
        }
        let network = self.network_of(name);
        if network.is_on() {
            return;
        }
        (network.state, network.passed, network.poll_ms, network.taken) = (SyncState::Running, false, None, 0);
        network.rate = super::rate::Rate::default();
        for peer in self.peers.iter_mut().filter(|peer| peer.source.network == name) {
            peer.stop(false, out);
            peer.due = true;
        }
        self.said.note_begun(name, now);
    }

    pub(super) fn halt(&mut self, name: &str, state: SyncState, out: &mut Outbox) {
        let Some(network) = self.networks.get_mut(name) else { return };
        // What is over is not paused, and what was never begun is not ended.
        if !(network.is_on() || network.state == SyncState::Paused) {
            return;
        }
        network.state = state;
        network.drop_sent(None);
        network.poll_ms = None;
        if network.alarm.take().is_some() {
            out.say(Event::NoBlock { network: name.to_owned(), alarm: None });
        }
        for peer in self.peers.iter_mut().filter(|peer| peer.source.network == name) {
            peer.stop(true, out);
        }
    }

    fn refresh(&mut self, now: Now) {
        for network in self.networks.values_mut().filter(|network| network.is_on()) {
            (network.state, network.passed) = (SyncState::Running, false);
            for peer in self.peers.iter_mut().filter(|peer| peer.source.network == network.name) {
                // Also one that is waited for; one that was set aside stays so until it is enabled anew.
                peer.wait = None;
                peer.due |= peer.task.is_none();
            }
            self.said.note_begun(&network.name, now);
        }
    }
}

fn same(peer: &Peer, network: &str, url: &str) -> bool {
    peer.source.network == network && peer.source.url == url
}
