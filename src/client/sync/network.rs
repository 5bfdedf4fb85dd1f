//! One network's synchronization: its chain in hand, the headers sent and not yet judged, and what is wanted next.

use crate::chain::header::HEADER_BYTES;
use crate::chain::quick_start::Plan;
use crate::chain::{Basis, BlockHash, Header, Params, Rule};
use crate::client::clock::Now;
use crate::client::import::SLICE;
use crate::client::message::{PinContradiction, Reorganized, SyncState};
use crate::client::overtaken::overtaken;
use crate::client::source::{Headers, Want};
use crate::client::sync::alarm::steady_spacing;
use crate::client::sync::arrivals::Arrivals;
use crate::client::sync::beginning::{Beginning, Begun};
use crate::client::sync::peer::{Peer, PeerId};
use crate::client::sync::rate::Rate;
use crate::engine::{ChainSummary, HeaderEngine, Refusal, Run, Which};
use std::cell::OnceCell;
use std::collections::VecDeque;

/// Most bytes of headers sent and not yet judged, before a source is held back; what is on its way may come on top.
pub const QUEUE_BYTES: usize = 1 << 20;

/// A network.
#[derive(Debug)]
pub(super) struct Network {
    pub(super) name: String,
    pub(super) state: SyncState,
    /// Whether its kept headers are still being loaded: nothing is asked for before.
    pub(super) held: bool,
    /// Seconds between two blocks, where that is steady.
    pub(super) spacing: Option<u32>,
    /// Whether every source was heard or given up once since it was begun or refreshed.
    pub(super) passed: bool,
    /// Which headers are enough for a chain that is none yet.
    plan: OnceCell<Plan>,
    /// A block of the chain in hand that is being extended.
    anchor: Option<BlockHash>,
    /// A chain that begins below a pin and does not reach it yet, and who sends it.
    beginning: Option<(PeerId, Beginning)>,
    queue: VecDeque<Sent>,
    queued: usize,
    pub(super) taken: u64,
    pub(super) rate: Rate,
    pub(super) arrivals: Arrivals,
    pub(super) poll_ms: Option<u64>,
    /// The alarm as it was last told: once in how many blocks.
    pub(super) alarm: Option<u64>,
    /// The last header that contradicted a pin.
    pub(super) contradiction: Option<PinContradiction>,
    /// The source that gave the best chain's last headers.
    pub(super) giver: Option<PeerId>,
}

/// Headers that a source sent.
#[derive(Debug)]
struct Sent {
    peer: PeerId,
    headers: Headers,
    done: usize,
}

/// What came of judging some headers.
#[derive(Debug)]
pub(super) struct Judged {
    /// Who sent them.
    pub(super) peer: PeerId,
    /// The last of them in hand.
    pub(super) last: Option<BlockHash>,
    /// Headers that are in hand now and were not before.
    pub(super) new: u64,
    /// The best chain gave way to another; who gave it is to be added.
    pub(super) reorganized: Option<Reorganized>,
    /// Why the rest was not taken.
    pub(super) fault: Option<Fault>,
}

/// Why headers were not taken.
#[derive(Debug)]
pub(super) enum Fault {
    /// They do not stand on the chain in hand: the source may be on another branch, and is asked from further below.
    Unjoined,
    /// Right as far as can be seen, but too new for this clock.
    TooNew { time: i64, detail: String },
    /// More headers beside the best chain than are kept.
    NoRoom { detail: String },
    /// A header breaks a rule.
    Wrong { rule: Rule, height: u32, found: Option<BlockHash>, detail: String },
    /// The engine has no rules for this network.
    Unknown { detail: String },
}

impl Network {
    pub(super) fn new(name: &str) -> Self {
        let spacing = Params::named(name).ok().and_then(|params| steady_spacing(&params));
        Self {
            name: name.to_owned(),
            state: SyncState::Idle,
            held: false,
            spacing,
            passed: false,
            plan: OnceCell::new(),
            anchor: None,
            beginning: None,
            queue: VecDeque::new(),
            queued: 0,
            taken: 0,
            rate: Rate::default(),
            arrivals: Arrivals::default(),
            poll_ms: None,
            alarm: None,
            contradiction: None,
            giver: None,
        }
    }

    /// Whether its sources are asked.
    pub(super) fn is_on(&self) -> bool {
        matches!(self.state, SyncState::Running | SyncState::Complete | SyncState::Stalled)
    }

    pub(super) fn has_room(&self) -> bool {
        self.queued < QUEUE_BYTES
    }

    pub(super) fn has_work(&self) -> bool {
        !self.queue.is_empty()
    }

    pub(super) fn owes(&self, peer: PeerId) -> bool {
        self.queue.iter().any(|sent| sent.peer == peer)
    }

    pub(super) fn push(&mut self, peer: PeerId, headers: Headers) {
        self.queued += headers.bytes.len();
        self.queue.push_back(Sent { peer, headers, done: 0 });
    }

    /// Drops what a source sent and was not judged, or what all did.
    pub(super) fn drop_sent(&mut self, peer: Option<PeerId>) {
        self.beginning.take_if(|(sender, _)| peer.is_none_or(|peer| *sender == peer));
        self.queue.retain(|sent| peer.is_some_and(|peer| sent.peer != peer));
        self.queued = self.queue.iter().map(|sent| sent.headers.bytes.len()).sum();
    }

    /// A network whose chain is asked for from genesis on, whatever is pinned.
    pub(super) fn from_genesis(name: &str) -> Self {
        Self { plan: OnceCell::from(Plan::from_genesis()), ..Self::new(name) }
    }

    /// Where a chain begins that is none yet: at the last pin, where there is one.
    fn plan(&self, engine: &dyn HeaderEngine) -> Plan {
        *self.plan.get_or_init(|| engine.plan(&self.name, None))
    }

    /// The chain in hand that is extended: one that starts at genesis, or that the last pin ties. A run whose beginning is
    /// taken on trust is none, and neither are the headers that some old block was looked up in.
    pub(super) fn chain(&self, engine: &dyn HeaderEngine) -> Option<ChainSummary> {
        let wanted = self.anchor.map(Which::Block).into_iter().chain([Which::First, Which::Last]);
        let mut chains = wanted.filter_map(|which| engine.summary(&self.name, which));
        chains.find(|chain| self.is_extended(engine, chain))
    }

    fn is_extended(&self, engine: &dyn HeaderEngine, chain: &ChainSummary) -> bool {
        let reaches = || self.plan(engine).pin.is_none_or(|pin| chain.tip.height >= pin.height);
        !matches!(chain.basis, Basis::Unanchored(_)) && (chain.first_height == 0 || reaches())
    }

    /// Whether a chain that is none yet can begin at the last pin with a source, as far as it tells of its own.
    pub(super) fn reaches_pin(&self, engine: &dyn HeaderEngine, peer: &Peer) -> bool {
        self.plan(engine).pin.is_none_or(|pin| peer.claim().is_none_or(|tip| tip.height >= pin.height))
    }

    /// The height that headers are wanted from, as far as it says how many they are.
    pub(super) fn height_before(&self, engine: &dyn HeaderEngine, chain: Option<&ChainSummary>) -> u32 {
        chain.map_or_else(|| self.plan(engine).first, |chain| chain.tip.height)
    }

    /// The height a source is asked from while there is no chain: a file that starts elsewhere is taken as it is, and a source
    /// whose chain ends below the last pin from its beginning.
    fn start(&self, engine: &dyn HeaderEngine, peer: &Peer) -> u32 {
        let first = peer.source.first_height;
        let from_pin = first == 0 && peer.back == 0 && self.reaches_pin(engine, peer);
        if from_pin { self.plan(engine).first } else { first }
    }

    pub(super) fn holds(&self, engine: &dyn HeaderEngine, block: &BlockHash) -> bool {
        engine.height_of(&self.name, block).is_some()
    }

    pub(super) fn hash_at(&self, engine: &dyn HeaderEngine, chain: &ChainSummary, height: u32) -> Option<BlockHash> {
        let blocks = engine.blocks(&self.name, Which::Block(chain.tip.hash), height, 1);
        blocks.first().filter(|found| found.block.height == height).map(|found| found.block.hash)
    }

    /// Whether a source tells of a block that is not in hand and could be.
    pub(super) fn lacks(&self, engine: &dyn HeaderEngine, chain: Option<&ChainSummary>, peer: &Peer) -> bool {
        peer.claim().is_some_and(|tip| {
            let in_reach = chain.is_none_or(|chain| tip.height >= chain.first_height);
            in_reach && !self.holds(engine, &tip.hash)
        })
    }

    /// The lowest height that a source is asked from.
    pub(super) fn floor(&self, engine: &dyn HeaderEngine, chain: Option<&ChainSummary>, peer: &Peer) -> u32 {
        match chain {
            Some(chain) => chain.first_height.max(peer.source.first_height),
            // One that tells of a tip above the pin has what comes before it; a file may end below.
            None if peer.tells_tip() => self.start(engine, peer),
            None => peer.source.first_height,
        }
    }

    /// What to ask a source for: what comes after the chain in hand, or, as long as that does not join, from further and
    /// further below.
    pub(super) fn want(&self, engine: &dyn HeaderEngine, peer: &Peer) -> Want {
        let to = peer.claim().map(|tip| tip.height);
        let first = peer.source.first_height;
        let chain = self.chain(engine).filter(|chain| chain.tip.height.saturating_add(1) >= first);
        let Some(chain) = chain else {
            // A file of a chain of its own goes on where it was left.
            let known = peer.tip.filter(|tip| peer.back == 0 && first > 0 && self.holds(engine, &tip.hash));
            return Want {
                start: known.map_or_else(|| self.start(engine, peer), |tip| tip.height),
                below: None,
                to,
                last: None,
            };
        };
        // A source that tells no tip tells it by the last header in hand.
        let above = if peer.tells_tip() { chain.tip.height.saturating_add(1) } else { chain.tip.height };
        let top = to.map_or(above, |to| above.min(to));
        let start = top.saturating_sub(peer.back).max(self.floor(engine, Some(&chain), peer));
        let below = start.checked_sub(1).filter(|below| *below >= chain.first_height);
        Want { start, below: below.and_then(|below| self.hash_at(engine, &chain, below)), to, last: None }
    }

    /// Holds headers back that begin a chain below the last pin, until the pin ties them: then they are the next to be
    /// judged. `None` when there are no such headers, or none any more.
    fn hold_beginning(&mut self, engine: &dyn HeaderEngine) -> Option<Judged> {
        let plan = self.plan(engine);
        let sent = self.queue.front().filter(|sent| sent.done == 0 && plan.first > 0)?;
        let peer = sent.peer;
        if sent.headers.opens && sent.headers.height == plan.first {
            self.beginning = Some((peer, Beginning::of(plan)));
        }
        let (_, beginning) = self.beginning.as_mut().filter(|(sender, _)| *sender == peer)?;
        let fault = match beginning.push(&sent.headers) {
            Begun::Waiting => None,
            Begun::Untied(untied) => {
                let (rule, height, detail) = (untied.source.rule(), untied.height, untied.to_string());
                Some(Fault::Wrong { rule, height, found: None, detail })
            }
            Begun::Torn => {
                self.beginning = None;
                return None;
            }
            Begun::Tied(headers) => {
                self.beginning = None;
                self.queued += headers.bytes.len() - sent.headers.bytes.len();
                self.queue[0] = Sent { peer, headers, done: 0 };
                return None;
            }
        };
        self.queued -= sent.headers.bytes.len();
        self.queue.pop_front();
        Some(Judged { peer, last: None, new: 0, reorganized: None, fault })
    }

    /// Judges the next [`SLICE`] of headers sent.
    pub(super) fn judge(&mut self, engine: &mut dyn HeaderEngine, peers: &[Peer], now: Now) -> Option<Judged> {
        let before = self.chain(engine);
        let planned = self.plan(engine).first;
        if before.is_none()
            && let Some(held) = self.hold_beginning(engine)
        {
            return Some(held);
        }
        let sent = self.queue.front_mut()?;
        let bytes = &sent.headers.bytes[sent.done * HEADER_BYTES..];
        let bytes = &bytes[..bytes.len().min(SLICE * HEADER_BYTES)];
        let height = sent.headers.height.saturating_add(sent.done as u32);
        let opens = sent.headers.opens && sent.done == 0;
        let source = peers.iter().find(|peer| peer.id == sent.peer).map(|peer| &peer.source);
        let starts =
            opens && (height == 0 || height == planned || source.is_some_and(|source| source.first_height == height));
        let taken = engine.take(Run { network: &self.name, height, starts, bytes }, now.unix);
        sent.done += taken.count as usize;
        let peer = sent.peer;
        let refused = bytes.as_chunks::<HEADER_BYTES>().0.get(taken.count as usize).map(Header::from_bytes);
        let fault = taken.refusal.map(|refusal| fault(&refusal, opens && taken.count == 0, refused));
        if fault.is_none() && sent.done * HEADER_BYTES == sent.headers.bytes.len() {
            self.queued -= sent.headers.bytes.len();
            self.queue.pop_front();
        }
        if self.anchor.is_none() {
            self.anchor = taken.last.filter(|last| {
                let chain = engine.summary(&self.name, Which::Block(*last));
                chain.is_some_and(|chain| self.is_extended(engine, &chain))
            });
        }
        let after = self.chain(engine);
        let count = |chain: &Option<ChainSummary>| chain.as_ref().map_or(0, |chain| chain.header_count);
        let new = count(&after).saturating_sub(count(&before));
        self.taken += new;
        if let Some(after) = &after {
            self.arrivals.note(after.tip.height, now);
            if before.as_ref().is_none_or(|before| before.tip != after.tip) {
                self.giver = Some(peer);
            }
        }
        let reorganized = before.and_then(|before| overtaken(engine, &self.name, before.tip, ""));
        Some(Judged { peer, last: taken.last, new, reorganized, fault })
    }
}

/// What a refusal says of whoever sent the header.
pub(super) fn fault(refusal: &Refusal, opens: bool, refused: Option<Header>) -> Fault {
    let detail = refusal.to_string();
    match refusal {
        Refusal::Header { rule: Rule::PreviousHeader, .. } if opens => Fault::Unjoined,
        Refusal::Header { rule: Rule::FutureTime, .. } => {
            Fault::TooNew { time: refused.map_or(0, |header| header.time().0), detail }
        }
        Refusal::Header { rule: Rule::Capacity, .. } => Fault::NoRoom { detail },
        Refusal::Header { rule, height, .. } => {
            let found = refused.map(|header| header.hash());
            Fault::Wrong { rule: *rule, height: *height, found, detail }
        }
        Refusal::Network(_) | Refusal::Length { .. } => Fault::Unknown { detail },
    }
}
