//! The headers that show one block, fetched beside the synchronization: as few as are enough, from one source after another
//! until one has them, and never for longer than a reader waits.

use super::Sync;
use super::beginning::{Beginning, Begun};
use super::network::{Fault, fault};
use super::pace::Pace;
use super::peer::{Peer, PeerId, Said};
use super::rank::for_lookup;
use crate::chain::Header;
use crate::chain::header::HEADER_BYTES;
use crate::chain::quick_start::Plan;
use crate::client::clock::Now;
use crate::client::import::SLICE;
use crate::client::message::{FetchFailure, HeaderSource, Input, SourceKind, Stage};
use crate::client::outbox::Outbox;
use crate::client::source::{Headers, Next, Reply, SourceError, Task, Told, Want};
use crate::engine::{HeaderEngine, Run};
use std::collections::VecDeque;

/// Longest time for all that is looked up for one verification, milliseconds.
pub const LOOKUP_MS: u64 = 60_000;
/// Most headers fetched for one block below a pin: two of Bitcoin's periods. Where pins stand farther apart, the chain is
/// what has to be synchronized.
pub const MAX_LOOKED_UP: u32 = 4_032;
/// Bytes sent and not yet judged, before the source is held back.
const ROOM: usize = 256 << 10;

/// A lookup under way.
#[derive(Debug)]
pub(super) struct Lookup {
    network: String,
    plan: Plan,
    /// Sources not asked yet, the best suited first.
    sources: VecDeque<HeaderSource>,
    peer: Option<Peer>,
    /// The height that the source which is asked now tells of.
    tip: Option<u32>,
    /// What was sent and is not tied by the pin yet.
    beginning: Option<Beginning>,
    sent: VecDeque<Headers>,
    /// The last header taken in from the source that is asked now.
    reached: Option<u32>,
    /// Whether that source is to give nothing more.
    ended: bool,
    bytes: u64,
    until_ms: u64,
}

/// What a source turned out to be good for.
enum Outcome {
    Gave,
    Failed(SourceError),
    /// It sent a header that breaks a rule.
    Wrong {
        rule: &'static str,
        height: u32,
        detail: String,
    },
}

impl Lookup {
    /// Has the next source asked; `false` when there is none.
    fn ask_next(&mut self) -> bool {
        (self.reached, self.tip, self.ended) = (None, None, false);
        self.beginning = self.plan.pin.map(|_| Beginning::of(self.plan));
        self.sent.clear();
        while let Some(source) = self.sources.pop_front() {
            let kind = source.kind;
            let Ok(mut peer) = Peer::new(PeerId(u64::MAX), source) else { continue };
            // The tip says how far an open end is, and the same answer of block-dn how long its files are.
            let tip_first = kind == SourceKind::BlockDn || (self.plan.last.is_none() && peer.tells_tip());
            peer.begin(if tip_first { Task::Tip } else { Task::Headers(self.want(None)) });
            self.peer = Some(peer);
            return true;
        }
        self.peer = None;
        false
    }

    fn want(&self, tip: Option<u32>) -> Want {
        let Plan { first, last, .. } = self.plan;
        Want { start: first, below: None, to: last.or(tip), last }
    }

    fn take(&mut self, reply: Reply) -> Option<Outcome> {
        let peer = self.peer.as_mut()?;
        for told in reply.told {
            match told {
                Told::Tip(tip) => self.tip = Some(tip.height),
                Told::Headers(headers) => {
                    let height = headers.height;
                    let (headers, whole) = up_to(headers, self.plan.last);
                    self.ended |= whole;
                    match self.beginning.as_mut().zip(headers.as_ref()).map(|(begun, headers)| begun.push(headers)) {
                        None => self.sent.extend(headers),
                        Some(Begun::Waiting) => {}
                        Some(Begun::Tied(headers)) => {
                            self.beginning = None;
                            self.sent.push_back(headers);
                        }
                        Some(Begun::Untied(untied)) => {
                            let (rule, height) = (untied.source.rule().name(), untied.height);
                            return Some(Outcome::Wrong { rule, height, detail: untied.to_string() });
                        }
                        Some(Begun::Torn) => {
                            let message = format!("headers from {height} on do not follow those before");
                            return Some(Outcome::Failed(refused(message)));
                        }
                    }
                }
                Told::Reaches(_) | Told::Forks(_) => {}
            }
        }
        match (peer.task, reply.next) {
            (_, Next::Wait | Next::Ask(_)) => {}
            (Some(Task::Tip), _) => {
                let least = self.plan.last.unwrap_or(self.plan.first);
                let Some(tip) = self.tip.filter(|tip| *tip >= least) else {
                    return Some(Outcome::Failed(refused(format!("its chain ends before block {least}"))));
                };
                let task = Task::Headers(self.want(Some(tip)));
                self.peer.as_mut()?.begin(task);
            }
            _ => self.ended = true,
        }
        None
    }

    /// Judges a slice of what was sent.
    fn judge(&mut self, engine: &mut dyn HeaderEngine, now: Now) -> Option<Outcome> {
        let Headers { height, opens, mut bytes } = self.sent.pop_front()?;
        let rest = bytes.split_off(bytes.len().min(SLICE * HEADER_BYTES));
        let starts = opens && height == self.plan.first;
        let taken = engine.take(Run { network: &self.network, height, starts, bytes: &bytes }, now.unix);
        if let Some(last) = taken.count.checked_sub(1) {
            self.reached = Some(height.saturating_add(last));
        }
        if !rest.is_empty() {
            let height = height.saturating_add(SLICE as u32);
            self.sent.push_front(Headers { height, opens: false, bytes: rest });
        }
        let refusal = taken.refusal?;
        let refused_header = bytes.as_chunks::<HEADER_BYTES>().0.get(taken.count as usize).map(Header::from_bytes);
        Some(match fault(&refusal, opens && taken.count == 0, refused_header) {
            Fault::Wrong { rule, height, detail, .. } => Outcome::Wrong { rule: rule.name(), height, detail },
            _ => Outcome::Failed(refused(refusal.to_string())),
        })
    }

    /// What the source was good for, once all of its answer is judged.
    fn concluded(&self, engine: &dyn HeaderEngine) -> Option<Outcome> {
        if !self.ended || !self.sent.is_empty() {
            return None;
        }
        let tied = self.plan.pin.is_none_or(|pin| engine.height_of(&self.network, &pin.hash).is_some());
        let reached = self.reached.filter(|height| tied && self.plan.last.is_none_or(|last| *height >= last));
        Some(match reached {
            Some(_) => Outcome::Gave,
            None => {
                let to = self.plan.last.or(self.plan.pin.map(|pin| pin.height));
                let to = to.map_or_else(String::new, |to| format!(" to {to}"));
                Outcome::Failed(refused(format!("it does not give the headers from {}{to}", self.plan.first)))
            }
        })
    }
}

fn refused(message: String) -> SourceError {
    SourceError::Refused { message }
}

/// Headers without those above `last`, and whether that one is reached.
fn up_to(mut headers: Headers, last: Option<u32>) -> (Option<Headers>, bool) {
    let Some(last) = last else { return (Some(headers), false) };
    let wanted = (last + 1).saturating_sub(headers.height) as usize * HEADER_BYTES;
    let whole = headers.bytes.len() >= wanted;
    headers.bytes.truncate(wanted);
    ((!headers.bytes.is_empty()).then_some(headers), whole)
}

impl Sync {
    /// Begins to fetch what a plan names, until `until_ms` by the steady clock; `false` when no source that is configured can
    /// give it, or that time is over. One lookup at a time.
    pub fn look_up(&mut self, network: &str, plan: Plan, until_ms: u64, now: Now) -> bool {
        let least = plan.last.or(plan.pin.map(|pin| pin.height)).unwrap_or(plan.first);
        let mut fit: Vec<&Peer> = self
            .peers
            .iter()
            .filter(|peer| peer.source.network == network && peer.is_asked() && peer.wait.is_none())
            .filter(|peer| peer.source.first_height <= plan.first)
            .filter(|peer| peer.claim().is_none_or(|tip| tip.height >= least))
            .collect();
        fit.sort_by_key(|peer| for_lookup(peer.source.kind));
        let mut lookup = Lookup {
            network: network.to_owned(),
            plan,
            sources: fit.into_iter().map(|peer| peer.source.clone()).collect(),
            peer: None,
            beginning: None,
            sent: VecDeque::new(),
            tip: None,
            reached: None,
            ended: false,
            bytes: 0,
            until_ms,
        };
        let found = now.steady_ms < until_ms && lookup.ask_next();
        self.lookup = found.then_some(lookup);
        found
    }

    /// Whether a lookup is under way.
    #[must_use]
    pub fn is_looking_up(&self) -> bool {
        self.lookup.is_some()
    }

    /// Breaks a lookup off.
    pub fn stop_lookup(&mut self, out: &mut Outbox) {
        if let Some(peer) = self.lookup.take().and_then(|lookup| lookup.peer) {
            self.close_lookup(peer, out);
        }
    }

    /// Asks a source nothing more for a lookup: it is not configured any more.
    pub(super) fn forget_in_lookup(&mut self, network: &str, url: &str, out: &mut Outbox) {
        let Some(lookup) = self.lookup.as_mut().filter(|lookup| lookup.network == network) else { return };
        lookup.sources.retain(|source| source.url != url);
        if let Some(peer) = lookup.peer.take_if(|peer| peer.source.url == url) {
            lookup.bytes += peer.bytes;
            if !lookup.ask_next() {
                self.lookup = None;
            }
            self.close_lookup(peer, out);
        }
    }

    /// How far it is.
    #[must_use]
    pub fn lookup_stage(&self) -> Option<Stage> {
        let lookup = self.lookup.as_ref()?;
        let done = lookup.bytes + lookup.peer.as_ref().map_or(0, |peer| peer.bytes);
        Some(Stage::FetchingHeaders { done, total: None })
    }

    pub(super) fn lookup_has_work(&self) -> bool {
        self.lookup.as_ref().is_some_and(|lookup| !lookup.sent.is_empty())
    }

    /// Hears what is said to the lookup's source; gives back what is another's.
    pub(super) fn hear_in_lookup(&mut self, input: Input, now: Now, out: &mut Outbox) -> Option<Input> {
        let Some(lookup) = &mut self.lookup else { return Some(input) };
        let Some(peer) = &mut lookup.peer else { return Some(input) };
        let outcome = match peer.said_by(input) {
            Err(input) => return Some(input),
            Ok(Said::Closed(detail)) => peer.hear_closed(detail).map(Outcome::Failed),
            Ok(Said::Heard(heard)) => match peer.hear(heard, now) {
                Ok(reply) => lookup.take(reply),
                Err(error) => Some(Outcome::Failed(error)),
            },
        };
        self.end_lookup(outcome, out);
        None
    }

    pub(super) fn work_on_lookup(&mut self, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let outcome = self.lookup.as_mut().and_then(|lookup| lookup.judge(engine, now));
        self.end_lookup(outcome, out);
    }

    pub(super) fn pass_lookup_time(&mut self, now: Now, out: &mut Outbox) {
        let Some(lookup) = &mut self.lookup else { return };
        let late = FetchFailure::Timeout { after_ms: LOOKUP_MS as u32 };
        let is_late = lookup.until_ms <= now.steady_ms;
        if is_late {
            lookup.sources.clear();
        }
        let overdue = lookup.peer.as_mut().and_then(|peer| peer.overdue(now));
        let failed = overdue.or_else(|| is_late.then_some(late.into()));
        self.end_lookup(failed.map(Outcome::Failed), out);
    }

    pub(super) fn drive_lookup(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let outcome = self.lookup.as_ref().and_then(|lookup| lookup.concluded(engine));
        self.end_lookup(outcome, out);
        let Some(Lookup { peer: Some(peer), sent, ended, .. }) = &mut self.lookup else { return };
        let waiting: usize = sent.iter().map(|headers| headers.bytes.len()).sum();
        if *ended {
            // All that was asked for is here; a stream may go on, and nobody listens.
            peer.stop(false, out);
        } else {
            peer.send_held(waiting < ROOM, &mut self.pace, now, out);
        }
    }

    pub(super) fn lookup_wakeup_ms(&self, pace: &Pace) -> Option<u64> {
        let lookup = self.lookup.as_ref()?;
        let peer = lookup.peer.as_ref().and_then(|peer| peer.wakeup_ms(pace));
        Some(peer.map_or(lookup.until_ms, |at| at.min(lookup.until_ms)))
    }

    /// Goes on with the next source, or ends, when one is done with.
    fn end_lookup(&mut self, outcome: Option<Outcome>, out: &mut Outbox) {
        let (Some(outcome), Some(lookup)) = (outcome, &mut self.lookup) else { return };
        let Some(peer) = lookup.peer.take() else { return };
        lookup.bytes += peer.bytes;
        let gave = matches!(outcome, Outcome::Gave);
        let url = peer.source.url.clone();
        if gave || !lookup.ask_next() {
            self.lookup = None;
        }
        let known = self.close_lookup(peer, out);
        match outcome {
            Outcome::Gave => {}
            Outcome::Failed(error) => self.show_failed(url, error.to_string(), out),
            Outcome::Wrong { rule, height, detail } => {
                if let Some(at) = known {
                    self.peers[at].set_aside(rule, height, detail.clone(), out);
                }
                self.show_failed(url, detail, out);
            }
        }
    }

    /// Adds what a source sent for a lookup to what is known of it.
    fn close_lookup(&mut self, mut peer: Peer, out: &mut Outbox) -> Option<usize> {
        peer.stop(true, out);
        self.said.stale();
        let same = |known: &Peer| known.source.network == peer.source.network && known.source.url == peer.source.url;
        let at = self.peers.iter().position(same)?;
        self.peers[at].bytes += peer.bytes;
        self.peers[at].answered = peer.answered.or(self.peers[at].answered);
        Some(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_above_the_last_header_wanted_is_left_out() {
        let headers = |height, count: usize| Headers { height, opens: true, bytes: vec![0; count * HEADER_BYTES] };
        let count = |height, sent, last| {
            let (headers, whole) = up_to(headers(height, sent), last);
            (headers.map_or(0, |headers| headers.bytes.len() / HEADER_BYTES), whole)
        };
        assert_eq!((count(5, 10, None), count(5, 10, Some(20))), ((10, false), (10, false)));
        assert_eq!((count(5, 10, Some(14)), count(5, 10, Some(9))), ((10, true), (5, true)));
        assert_eq!(count(5, 10, Some(4)), (0, true));
    }
}
