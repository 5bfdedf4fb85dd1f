//! Several sources side by side, for each network: which to ask for what, and what to make of how they answer.
//!
//! Every source is asked for its tip. One at a time is asked for the headers that are not in hand, the best suited first; the
//! engine judges them as they come, and the chain with the most work wins, whoever gave it. A source that sends a wrong header
//! is named and set aside; one whose headers do not join the chain in hand is asked from further below, so that a fork
//! comes from its last common header on. A header that is too new is waited for. Nothing is asked of anybody who is not
//! configured.

mod actions;
pub mod alarm;
pub mod arrivals;
mod beginning;
mod beside;
mod lookup;
mod network;
pub mod pace;
mod peer;
mod rank;
pub mod rate;
mod status;
mod tell;

pub use lookup::{LOOKUP_MS, MAX_LOOKED_UP};
pub use network::QUEUE_BYTES;
pub use peer::FETCH_TIMEOUT_MS;
pub use tell::chain_status;

use crate::chain::Rule;
use crate::chain::header_tree::MAX_FUTURE_SECONDS;
use crate::client::clock::Now;
use crate::client::message::{Event, Input, PinContradiction, Reach, SourceKind, Stage, SyncState, WaitReason};
use crate::client::outbox::Outbox;
use crate::client::source::{Next, SourceError, Task, Told};
use crate::engine::{HeaderEngine, Which};
use lookup::Lookup;
use network::{Fault, Judged, Network};
use pace::Pace;
use peer::{Made, Peer, PeerId, Said};
use rank::for_gap;
use std::collections::BTreeMap;
use tell::Told as ToldSoFar;

/// Between two looks for new blocks, milliseconds.
pub const POLL_MS: u64 = 60_000;
/// The same for a source that has to be asked for headers to tell its tip.
const FILE_POLL_MS: u64 = 600_000;
/// So long a source's tip is waited for before headers are asked of others, milliseconds: the best suited may be slower to
/// answer than the next.
const CHOICE_MS: u64 = 1_500;
/// The longest wait for a header that is too new, seconds: the clock may be set right meanwhile.
const LONGEST_TOO_NEW: i64 = 3_600;

/// The synchronization of every network.
#[derive(Debug, Default)]
pub struct Sync {
    networks: BTreeMap<String, Network>,
    peers: Vec<Peer>,
    next_peer: u64,
    pace: Pace,
    said: ToldSoFar,
    lookup: Option<Lookup>,
    /// Whether its chains are built from genesis, beside those in hand; it tells nothing by itself then.
    is_beside: bool,
}

impl Sync {
    /// Hears what happened to a fetch or a socket. `None` when it is somebody else's, or nobody's any more.
    pub fn hear(&mut self, input: Input, now: Now, out: &mut Outbox) -> Option<Input> {
        let mut input = self.hear_in_lookup(input, now, out)?;
        for at in 0..self.peers.len() {
            match self.peers[at].said_by(input) {
                Err(others) => input = others,
                Ok(Said::Closed(detail)) => {
                    if let Some(error) = self.peers[at].hear_closed(detail) {
                        self.fail(at, &error, now, out);
                    }
                    return None;
                }
                Ok(Said::Heard(heard)) => {
                    self.said.stale();
                    let made = self.peers[at].hear(heard, now);
                    self.take(at, made, now, out);
                    return None;
                }
            }
        }
        Some(input)
    }

    fn at(&self, id: PeerId) -> Option<usize> {
        self.peers.iter().position(|peer| peer.id == id)
    }

    /// Takes what a source's machine made of what it heard.
    fn take(&mut self, at: usize, made: Made, now: Now, out: &mut Outbox) {
        let reply = match made {
            Ok(reply) => reply,
            Err(error) => return self.fail(at, &error, now, out),
        };
        let peer = &mut self.peers[at];
        for told in reply.told {
            match told {
                Told::Tip(tip) => {
                    peer.short &= peer.tip == Some(tip);
                    peer.tip = Some(tip);
                }
                Told::Reaches(height) => peer.reaches = Some(height),
                Told::Forks(forks) => peer.forks = forks,
                Told::Headers(headers) => {
                    if let Some(network) = self.networks.get_mut(&peer.source.network) {
                        network.push(peer.id, headers);
                    }
                }
            }
        }
    }

    /// A source failed: it is waited for, and what it gave before is still judged.
    fn fail(&mut self, at: usize, error: &SourceError, now: Now, out: &mut Outbox) {
        self.said.stale();
        let peer = &mut self.peers[at];
        peer.fail(error, now, out);
        let url = peer.source.url.clone();
        self.show_failed(url, error.to_string(), out);
    }

    /// Tells that headers from a source are not at hand. Beside a chain in hand nothing that anybody waits for is missing.
    fn show_failed(&self, source: String, detail: String, out: &mut Outbox) {
        if !self.is_beside {
            out.say(Event::HeadersFailed { source, detail });
        }
    }

    /// Gives up on the silent, and ends waits that are over.
    pub fn pass_time(&mut self, now: Now, out: &mut Outbox) {
        self.pass_lookup_time(now, out);
        for at in 0..self.peers.len() {
            if let Some(error) = self.peers[at].overdue(now) {
                self.fail(at, &error, now, out);
            }
            let peer = &mut self.peers[at];
            if peer.wait.as_ref().is_some_and(|wait| wait.until_ms <= now.steady_ms) {
                (peer.wait, peer.due) = (None, true);
                self.said.stale();
            }
        }
        for network in self.networks.values_mut().filter(|network| network.is_on()) {
            if network.poll_ms.is_some_and(|at| at <= now.steady_ms) {
                network.poll_ms = Some(now.steady_ms + POLL_MS);
                for peer in self.peers.iter_mut().filter(|peer| peer.source.network == network.name && peer.is_free()) {
                    let asked = peer.answered.map_or(0, |answered| answered.steady_ms);
                    peer.due |= peer.tells_tip() || now.steady_ms >= asked + FILE_POLL_MS;
                }
            }
        }
    }

    /// Whether headers wait to be judged.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.lookup_has_work() || self.networks.values().any(Network::has_work)
    }

    /// Judges a slice of headers that were sent.
    pub fn work(&mut self, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) {
        // A reader waits for these.
        if self.lookup_has_work() {
            return self.work_on_lookup(engine, now, out);
        }
        let Some(network) = self.networks.values_mut().find(|network| network.has_work()) else { return };
        let Some(judged) = network.judge(engine, &self.peers, now) else { return };
        network.rate.note(now.steady_ms, network.taken);
        self.said.stale();
        let Judged { peer, last, new, reorganized, fault } = judged;
        let (name, at) = (network.name.clone(), self.at(peer));
        if let Some(at) = at {
            self.peers[at].headers += new;
            if let Some(last) = last {
                self.said.note_chain(&name, last, &self.peers[at]);
            }
        }
        if let Some(mut reorganized) = reorganized.filter(|_| !self.is_beside) {
            reorganized.source = at.map_or_else(String::new, |at| self.peers[at].source.url.clone());
            out.say(Event::Reorganized(reorganized));
        }
        if let Some(fault) = fault {
            // The source may have been removed meanwhile.
            if let Some(network) = self.networks.get_mut(&name) {
                network.drop_sent(Some(peer));
            }
            if let Some(at) = at {
                self.answer_fault(at, fault, engine, now, out);
            }
        }
    }

    fn answer_fault(&mut self, at: usize, fault: Fault, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let peer = &mut self.peers[at];
        let url = peer.source.url.clone();
        match fault {
            Fault::Unjoined => self.step_back(at, engine, now, out),
            Fault::Wrong { rule, height, found, detail } => {
                if let (Rule::Pin, Some(network)) = (rule, self.networks.get_mut(&peer.source.network)) {
                    let pin = engine.pin_from(&network.name, Which::First, height).filter(|pin| pin.height == height);
                    network.contradiction = Some(PinContradiction {
                        height,
                        expected: pin.map_or_else(String::new, |pin| pin.hash.to_string()),
                        found: found.map_or_else(String::new, |found| found.to_string()),
                        source: url.clone(),
                        detail: detail.clone(),
                    });
                }
                peer.set_aside(rule.name(), height, detail.clone(), out);
                self.show_failed(url, detail, out);
            }
            Fault::TooNew { time, detail } => {
                peer.stop(false, out);
                let wait = (time - MAX_FUTURE_SECONDS - now.unix.0).clamp(1, LONGEST_TOO_NEW);
                peer.wait_for(wait as u64 * 1000, WaitReason::TooNew, detail.clone(), now);
                self.show_failed(url, detail, out);
            }
            Fault::NoRoom { detail } | Fault::Unknown { detail } => {
                self.fail(at, &SourceError::Refused { message: detail }, now, out);
            }
        }
    }

    /// Asks a source from further below: until its headers join the chain in hand, or there is nothing below.
    fn step_back(&mut self, at: usize, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let peer = &mut self.peers[at];
        let Some(network) = self.networks.get(&peer.source.network) else { return };
        let floor = network.floor(engine, network.chain(engine).as_ref(), peer);
        let Some(Task::Headers(want)) = peer.task else { return };
        peer.stop(false, out);
        if want.start <= floor {
            let message = format!("it gives no header that joins those in hand, from height {floor} on");
            return self.fail(at, &SourceError::Refused { message }, now, out);
        }
        peer.back = peer.back.saturating_mul(2).max(1);
        let want = network.want(engine, peer);
        peer.begin(Task::Headers(want));
    }

    /// Asks nothing of the sources of networks that are held, as long as they are.
    pub fn hold(&mut self, is_held: impl Fn(&str) -> bool) {
        self.networks.values_mut().for_each(|network| network.held = is_held(&network.name));
    }

    /// Concludes what ended, and gives free sources something to do.
    pub fn drive(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        self.drive_lookup(engine, now, out);
        for at in 0..self.peers.len() {
            self.conclude(at, engine, now, out);
        }
        let names: Vec<String> = self
            .networks
            .values()
            .filter(|found| found.is_on() && !found.held)
            .map(|found| found.name.clone())
            .collect();
        for name in names {
            self.assign(&name, engine, now);
        }
        for peer in &mut self.peers {
            let has_room = |network: &Network| network.has_room() && !network.held;
            let room = self.networks.get(&peer.source.network).is_some_and(has_room);
            peer.send_held(room, &mut self.pace, now, out);
        }
    }

    fn conclude(&mut self, at: usize, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let peer = &mut self.peers[at];
        let Some(network) = self.networks.get(&peer.source.network) else { return };
        let Some(ended) = peer.ended.clone().filter(|_| !network.owes(peer.id)) else { return };
        self.said.stale();
        let in_hand = peer.tip_hash().is_some_and(|hash| network.holds(engine, &hash));
        match (ended, peer.is_sending()) {
            (Next::Unjoined, true) => self.step_back(at, engine, now, out),
            (_, true) if in_hand || peer.tip.is_none() => {
                peer.succeed();
                (peer.short, peer.shortfalls) = (false, 0);
            }
            (_, true) => {
                // Its tip may have moved while it sent: it is asked once more, and then held to what it says.
                peer.shortfalls += 1;
                if peer.shortfalls < 2 {
                    (peer.task, peer.ended, peer.due, peer.back) = (None, None, true, 0);
                } else {
                    let height = peer.tip.map_or(0, |tip| tip.height);
                    let message = format!("it tells of block {height} and does not give its header");
                    peer.short = true;
                    self.fail(at, &SourceError::Refused { message }, now, out);
                }
            }
            (_, false) if in_hand => peer.succeed(),
            (_, false) => (peer.task, peer.ended) = (None, None),
        }
    }

    /// Gives the free sources of a network something to do.
    fn assign(&mut self, name: &str, engine: &dyn HeaderEngine, now: Now) {
        let Some(network) = self.networks.get_mut(name) else { return };
        let chain = network.chain(engine);
        let mut mine: Vec<&mut Peer> = self.peers.iter_mut().filter(|peer| peer.source.network == name).collect();
        for peer in mine.iter_mut().filter(|peer| peer.is_free() && peer.due && peer.tells_tip()) {
            peer.asked_ms = now.steady_ms;
            peer.begin(Task::Tip);
        }
        if mine.iter().all(|peer| !peer.is_sending()) {
            let height = network.height_before(engine, chain.as_ref());
            let gap = mine.iter().filter_map(|peer| peer.claim()).map(|tip| tip.height.saturating_sub(height)).max();
            let choosing = |peer: &&mut Peer| {
                peer.task == Some(Task::Tip) && now.steady_ms < peer.asked_ms.saturating_add(CHOICE_MS)
            };
            let wanted = |peer: &Peer| match peer.tells_tip() {
                true => network.lacks(engine, chain.as_ref(), peer),
                false => peer.due,
            };
            let chosen = mine.iter_mut().filter(|peer| peer.is_free() && wanted(peer)).min_by_key(|peer| {
                (!network.reaches_pin(engine, peer), for_gap(peer.source.kind, gap.unwrap_or(u32::MAX)))
            });
            if let Some(peer) = chosen {
                let told = peer.tells_tip();
                if told {
                    network.state = SyncState::Running;
                }
                let want = network.want(engine, peer);
                let id = peer.id;
                // A better suited one may tell its tip any moment.
                if told && mine.iter().any(choosing) {
                    return;
                }
                if let Some(peer) = mine.into_iter().find(|peer| peer.id == id) {
                    peer.asked_ms = now.steady_ms;
                    peer.begin(Task::Headers(want));
                }
                return;
            }
        }
        if mine.iter().all(|peer| peer.task.is_none()) && !network.has_work() {
            let lacks = mine.iter().any(|peer| peer.is_asked() && network.lacks(engine, chain.as_ref(), peer));
            let answered = mine.iter().any(|peer| peer.is_asked() && peer.answered.is_some() && peer.wait.is_none());
            network.state = if answered && !lacks { SyncState::Complete } else { SyncState::Stalled };
            if !network.passed || network.poll_ms.is_none() {
                network.poll_ms = network.spacing.map(|_| now.steady_ms + POLL_MS);
            }
            network.passed = true;
        }
    }

    /// When something is to be done, if nothing is heard before, by the steady clock.
    #[must_use]
    pub fn next_wakeup(&self, now: Now) -> Option<u64> {
        self.next_wakeup_at(&self.pace, now)
    }

    fn next_wakeup_at(&self, pace: &Pace, now: Now) -> Option<u64> {
        let peers = self.peers.iter().filter_map(|peer| peer.wakeup_ms(pace));
        let choice =
            self.peers.iter().filter(|peer| peer.task == Some(Task::Tip)).map(|peer| peer.asked_ms + CHOICE_MS);
        let polls = self.networks.values().filter(|network| network.is_on()).filter_map(|network| network.poll_ms);
        let said = self.said.next_ms().filter(|_| !self.is_beside);
        let lookup = self.lookup_wakeup_ms(pace);
        let found = peers.chain(choice.filter(|at| *at > now.steady_ms)).chain(polls).chain(said).chain(lookup);
        found.min()
    }

    /// Whether a verification of a network's records is worth waiting for: headers may still come.
    #[must_use]
    pub fn is_coming(&self, network: &str) -> bool {
        self.networks.get(network).is_some_and(|found| found.is_on() && !found.passed)
    }

    /// Whether a network is synchronized: its sources are asked now and then.
    #[must_use]
    pub fn is_on(&self, network: &str) -> bool {
        self.networks.get(network).is_some_and(Network::is_on)
    }

    /// The networks of which [`Self::is_coming`] is true.
    pub fn coming(&self) -> impl Iterator<Item = &str> {
        self.networks.keys().map(String::as_str).filter(|name| self.is_coming(name))
    }
}

impl Sync {
    /// How far the headers of a network are, for a verification that waits for them.
    #[must_use]
    pub fn stage(&self, network: &str, engine: &dyn HeaderEngine, now: Now) -> Option<Stage> {
        self.networks.get(network).map(|found| status::stage(found, &self.peers, engine, now))
    }
}

/// Whether a source is the page's own, as its chain is told.
fn is_own(peer: &Peer) -> bool {
    peer.reach == Reach::Own && peer.source.kind != SourceKind::Electrum
}
