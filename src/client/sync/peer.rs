//! One configured source while it is asked: its state machine, what it has under way in the world, how long it is waited
//! for, and what is known of it.

use crate::chain::BlockHash;
use crate::client::clock::Now;
use crate::client::message::{
    FetchFailure, FetchId, ForkTip, HeaderSource, Input, Output, Reach, SocketId, WaitReason,
};
use crate::client::outbox::Outbox;
use crate::client::source::address::{AddressError, host_of, is_near, reach_of};
use crate::client::source::{Ask, Get, Heard, Next, Source, SourceError, Task, Tip, source_of};
use crate::client::sync::pace::{Pace, asked_wait, wait_after};
use crate::time::UnixTime;
use std::collections::VecDeque;
use std::mem;

/// Longest time for an answer, or from one part of it to the next, milliseconds.
pub const FETCH_TIMEOUT_MS: u32 = 20_000;
/// Past this, a request of which nothing was heard counts as failed even if nobody says so, milliseconds.
const SILENCE_MS: u64 = FETCH_TIMEOUT_MS as u64 + 5_000;
/// A body in parts brings at least so many bytes in each span of [`SILENCE_MS`]: one that trickles stalls.
const LEAST_BYTES: u64 = 4_000;

/// Names a source within a synchronization.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct PeerId(pub(super) u64);

/// A source.
#[derive(Debug)]
pub(super) struct Peer {
    pub(super) id: PeerId,
    pub(super) source: HeaderSource,
    pub(super) reach: Reach,
    machine: Box<dyn Source>,
    /// What it is asked for now.
    pub(super) task: Option<Task>,
    /// How its task ended, while headers it gave are still to be judged.
    pub(super) ended: Option<Next>,
    flight: Flight,
    /// A fetch of which no more is wanted.
    unwanted: Option<FetchId>,
    socket: Option<(SocketId, bool)>,
    /// Requests held back: for the pace, or until there is room for what they bring.
    held: VecDeque<Ask>,
    /// A part was taken and the next not yet asked for.
    pub(super) holding_back: bool,
    /// When it was given its task.
    pub(super) asked_ms: u64,
    /// Whether it is to be asked for its tip, or, where it tells none, for its headers.
    pub(super) due: bool,
    pub(super) wait: Option<Wait>,
    failures: u32,
    pub(super) wrong: Option<Wrong>,
    pub(super) tip: Option<Tip>,
    /// It told of a tip and did not give it: the claim counts for nothing.
    pub(super) short: bool,
    pub(super) shortfalls: u32,
    /// The greatest height its answer will reach, by its length.
    pub(super) reaches: Option<u32>,
    /// How far below the tip in hand its headers are asked for: until they join.
    pub(super) back: u32,
    pub(super) forks: Vec<ForkTip>,
    pub(super) latency_ms: Option<u32>,
    pub(super) answered: Option<Now>,
    pub(super) headers: u64,
    pub(super) bytes: u64,
}

/// A wait for a source.
#[derive(Debug, Clone)]
pub(super) struct Wait {
    pub(super) until_ms: u64,
    pub(super) until: UnixTime,
    pub(super) reason: WaitReason,
    pub(super) detail: String,
}

/// What a source did wrong.
#[derive(Debug, Clone)]
pub(super) struct Wrong {
    pub(super) rule: String,
    pub(super) height: Option<u32>,
    pub(super) detail: String,
    /// Whether it is asked no more.
    pub(super) aside: bool,
}

/// What is under way.
#[derive(Debug, Clone, Copy)]
enum Flight {
    None,
    Fetch {
        request: FetchId,
        in_parts: bool,
        began_ms: u64,
        heard: bool,
        deadline_ms: u64,
        window_bytes: u64,
    },
    /// Over the socket: until it opens, or until it answers.
    Socket {
        began_ms: u64,
        deadline_ms: u64,
    },
}

/// What an input says to a source.
pub(super) enum Said {
    Heard(Heard),
    /// The socket ended, and how.
    Closed(String),
}

/// What a source's machine made of an input.
pub(super) type Made = Result<crate::client::source::Reply, SourceError>;

impl Peer {
    /// A source not asked yet.
    ///
    /// # Errors
    /// [`AddressError`].
    pub(super) fn new(id: PeerId, source: HeaderSource) -> Result<Self, AddressError> {
        let reach = reach_of(&source)?;
        let machine = source_of(&source);
        Ok(Self {
            id,
            source,
            reach,
            machine,
            task: None,
            ended: None,
            flight: Flight::None,
            unwanted: None,
            socket: None,
            held: VecDeque::new(),
            holding_back: false,
            asked_ms: 0,
            due: true,
            wait: None,
            failures: 0,
            wrong: None,
            tip: None,
            short: false,
            shortfalls: 0,
            reaches: None,
            back: 0,
            forks: vec![],
            latency_ms: None,
            answered: None,
            headers: 0,
            bytes: 0,
        })
    }

    pub(super) fn tells_tip(&self) -> bool {
        self.machine.tells_tip()
    }

    /// Whether it may be given a task.
    pub(super) fn is_free(&self) -> bool {
        self.is_asked() && self.task.is_none() && self.wait.is_none()
    }

    /// Whether it is asked at all: on, and not set aside.
    pub(super) fn is_asked(&self) -> bool {
        self.source.enabled && !self.wrong.as_ref().is_some_and(|wrong| wrong.aside)
    }

    pub(super) fn is_sending(&self) -> bool {
        matches!(self.task, Some(Task::Headers(_)))
    }

    /// Begins a task.
    pub(super) fn begin(&mut self, task: Task) {
        (self.task, self.ended, self.due) = (Some(task), None, false);
        let ask = self.machine.begin(task);
        self.held.push_back(ask);
    }

    /// Ends its task and drops what is under way; a socket stays open unless `for_good`.
    pub(super) fn stop(&mut self, for_good: bool, out: &mut Outbox) {
        if let Flight::Fetch { request, .. } = self.flight {
            out.push(Output::StopFetch { request });
        }
        self.unwanted.take().into_iter().for_each(|request| out.push(Output::StopFetch { request }));
        let answer_pending = matches!(self.flight, Flight::Socket { .. });
        (self.task, self.ended, self.flight, self.holding_back, self.reaches) = (None, None, Flight::None, false, None);
        self.held.clear();
        // A socket whose answer is still to come is of no use: it would be taken for the answer to the next question.
        if for_good || answer_pending {
            self.close(out);
        }
    }

    fn close(&mut self, out: &mut Outbox) {
        if let Some((socket, _)) = self.socket.take() {
            out.push(Output::CloseSocket { socket });
        }
        self.machine.closed();
    }

    /// Sends what is held back, as far as the pace and the room for answers allow.
    pub(super) fn send_held(&mut self, room: bool, pace: &mut Pace, now: Now, out: &mut Outbox) {
        self.unwanted.take().into_iter().for_each(|request| out.push(Output::StopFetch { request }));
        if self.holding_back && room {
            if let Flight::Fetch { request, deadline_ms, window_bytes, .. } = &mut self.flight {
                (*deadline_ms, *window_bytes) = (now.steady_ms + SILENCE_MS, 0);
                out.push(Output::ReadOn { request: *request });
            }
            self.holding_back = false;
        }
        while let Some(ask) = self.held.front() {
            let brings_headers = self.is_sending() && !matches!(ask, Ask::Open);
            if brings_headers && !room {
                return;
            }
            if !is_near(&self.reach) && pace.admit(&self.host(), now.steady_ms).is_err() {
                return;
            }
            let ask = self.held.pop_front().expect("it is there");
            self.send(ask, now, out);
        }
    }

    fn host(&self) -> String {
        match &self.reach {
            Reach::Own => String::new(),
            Reach::Source { base } => host_of(base),
        }
    }

    fn send(&mut self, ask: Ask, now: Now, out: &mut Outbox) {
        let (began_ms, deadline_ms) = (now.steady_ms, now.steady_ms + SILENCE_MS);
        match ask {
            Ask::Get(Get { url, from_byte, max_bytes, in_parts }) => {
                let request = out.fetch_id();
                self.flight = Flight::Fetch { request, in_parts, began_ms, heard: false, deadline_ms, window_bytes: 0 };
                let reach = self.reach.clone();
                let timeout_ms = FETCH_TIMEOUT_MS;
                out.push(Output::Fetch { request, url, reach, from_byte, max_bytes, timeout_ms, in_parts });
            }
            Ask::Open => {
                let socket = out.socket_id();
                self.flight = Flight::Socket { began_ms, deadline_ms };
                self.socket = Some((socket, false));
                let (url, max_bytes) = (self.source.url.clone(), self.machine.max_message());
                out.push(Output::OpenSocket { socket, url, max_bytes });
            }
            Ask::Send(text) => {
                let Some((socket, _)) = self.socket else { return };
                self.flight = Flight::Socket { began_ms, deadline_ms };
                out.push(Output::SendText { socket, text });
            }
        }
    }

    /// What an input says to this source; the input itself when it is another's.
    ///
    /// # Errors
    /// The input.
    pub(super) fn said_by(&self, input: Input) -> Result<Said, Input> {
        Ok(Said::Heard(match input {
            Input::FetchHead { request, head } if self.has_fetch(request) => Heard::Head(head),
            Input::FetchedPart { request, bytes } if self.has_fetch(request) => Heard::Part(bytes),
            Input::Fetched { request, result } if self.has_fetch(request) => match result {
                Err(failure) => Heard::Failed(failure),
                Ok(_) if self.reads_parts() => Heard::End,
                Ok(body) => Heard::Body(body),
            },
            Input::SocketOpened { socket } if self.has_socket(socket) => Heard::Opened,
            Input::SocketText { socket, text } if self.has_socket(socket) => Heard::Text(text),
            Input::SocketClosed { socket, detail } if self.has_socket(socket) => return Ok(Said::Closed(detail)),
            other => return Err(other),
        }))
    }

    /// Whether a fetch is this source's.
    fn has_fetch(&self, named: FetchId) -> bool {
        matches!(self.flight, Flight::Fetch { request, .. } if request == named)
    }

    /// Whether what it fetches comes in parts.
    fn reads_parts(&self) -> bool {
        matches!(self.flight, Flight::Fetch { in_parts: true, .. })
    }

    /// Whether a socket is this source's.
    fn has_socket(&self, named: SocketId) -> bool {
        self.socket.is_some_and(|(socket, _)| socket == named)
    }

    /// Hears from the world, and lets its machine make something of it.
    pub(super) fn hear(&mut self, heard: Heard, now: Now) -> Made {
        self.note_answer(&heard, now);
        match &heard {
            Heard::Body(_) | Heard::End | Heard::Failed(_) => (self.flight, self.holding_back) = (Flight::None, false),
            Heard::Part(bytes) => {
                self.holding_back = true;
                if let Flight::Fetch { window_bytes, .. } = &mut self.flight {
                    *window_bytes += bytes.len() as u64;
                }
            }
            Heard::Opened => {
                if let Some((_, open)) = &mut self.socket {
                    *open = true;
                }
            }
            Heard::Head(_) | Heard::Text(_) => {}
        }
        let made = self.machine.hear(heard)?;
        match &made.next {
            Next::Wait => {}
            Next::Ask(ask) => {
                if let Flight::Fetch { request, .. } = self.flight {
                    (self.unwanted, self.flight, self.holding_back) = (Some(request), Flight::None, false);
                }
                self.held.push_back(ask.clone());
            }
            Next::Done | Next::Unjoined => {
                self.flight = Flight::None;
                self.ended = Some(made.next.clone());
            }
        }
        Ok(made)
    }

    fn note_answer(&mut self, heard: &Heard, now: Now) {
        let bytes = match heard {
            Heard::Body(bytes) | Heard::Part(bytes) => bytes.len(),
            Heard::Text(text) => text.len(),
            Heard::Head(_) | Heard::End | Heard::Failed(_) | Heard::Opened => 0,
        };
        self.bytes += bytes as u64;
        let first = match &mut self.flight {
            Flight::Fetch { began_ms, heard, .. } => (!mem::replace(heard, true)).then_some(*began_ms),
            Flight::Socket { began_ms, .. } => Some(*began_ms),
            Flight::None => None,
        };
        if matches!(heard, Heard::Failed(_) | Heard::Opened) {
            return;
        }
        self.answered = Some(now);
        if let Some(began_ms) = first {
            self.latency_ms = u32::try_from(now.steady_ms.saturating_sub(began_ms)).ok();
        }
    }

    /// The socket ended. `None` when that disturbs nothing.
    pub(super) fn hear_closed(&mut self, detail: String) -> Option<SourceError> {
        self.socket = None;
        self.machine.closed();
        self.task.is_some().then_some(SourceError::Fetch(FetchFailure::Network { detail }))
    }

    /// When something is to be done about it, if nothing is heard: a deadline, or the end of a wait.
    pub(super) fn wakeup_ms(&self, pace: &Pace) -> Option<u64> {
        let deadline = match self.flight {
            Flight::Fetch { deadline_ms, .. } if !self.holding_back => Some(deadline_ms),
            Flight::Socket { deadline_ms, .. } if self.task.is_some() => Some(deadline_ms),
            Flight::Fetch { .. } | Flight::Socket { .. } | Flight::None => None,
        };
        let wait = self.wait.as_ref().map(|wait| wait.until_ms);
        let held = (!self.held.is_empty()).then(|| pace.next(&self.host()));
        [deadline, wait, held].into_iter().flatten().min()
    }

    /// Looks whether its time is over: the failure, if it is.
    pub(super) fn overdue(&mut self, now: Now) -> Option<SourceError> {
        let late = FetchFailure::Timeout { after_ms: FETCH_TIMEOUT_MS };
        match &mut self.flight {
            Flight::Fetch { deadline_ms, in_parts, window_bytes, .. }
                if *deadline_ms <= now.steady_ms && !self.holding_back =>
            {
                if *in_parts && *window_bytes >= LEAST_BYTES {
                    (*deadline_ms, *window_bytes) = (now.steady_ms + SILENCE_MS, 0);
                    return None;
                }
                Some(late.into())
            }
            Flight::Socket { deadline_ms, .. } if *deadline_ms <= now.steady_ms && self.task.is_some() => {
                Some(late.into())
            }
            Flight::Fetch { .. } | Flight::Socket { .. } | Flight::None => None,
        }
    }

    /// Waits after a failure.
    pub(super) fn fail(&mut self, error: &SourceError, now: Now, out: &mut Outbox) {
        self.stop(true, out);
        self.failures = self.failures.saturating_add(1);
        let detail = error.to_string();
        let (reason, wait_ms) = match error {
            SourceError::Fetch(FetchFailure::TooManyRequests { retry_after, .. }) => {
                (WaitReason::TooManyRequests, retry_after.map_or_else(|| wait_after(self.failures), asked_wait))
            }
            SourceError::Fetch(FetchFailure::Timeout { .. }) => (WaitReason::Silent, wait_after(self.failures)),
            _ => (WaitReason::Failed, wait_after(self.failures)),
        };
        match error {
            SourceError::Misnamed { height, .. } => {
                let (rule, height) = ("form".to_owned(), Some(*height));
                self.wrong = Some(Wrong { rule, height, detail: detail.clone(), aside: true });
            }
            SourceError::Form { .. } => {
                let (rule, height) = ("form".to_owned(), None);
                self.wrong = Some(Wrong { rule, height, detail: detail.clone(), aside: false });
            }
            SourceError::Fetch(_) | SourceError::Refused { .. } => {}
        }
        self.wait_for(wait_ms, reason, detail, now);
    }

    pub(super) fn wait_for(&mut self, wait_ms: u64, reason: WaitReason, detail: String, now: Now) {
        let until = now.unix.plus(i64::try_from(wait_ms.div_ceil(1000)).unwrap_or(i64::MAX));
        self.wait = Some(Wait { until_ms: now.steady_ms.saturating_add(wait_ms), until, reason, detail });
    }

    /// Sets it aside for a wrong header.
    pub(super) fn set_aside(&mut self, rule: &str, height: u32, detail: String, out: &mut Outbox) {
        self.stop(true, out);
        self.wrong = Some(Wrong { rule: rule.to_owned(), height: Some(height), detail, aside: true });
    }

    /// It gave all it was asked for.
    pub(super) fn succeed(&mut self) {
        (self.task, self.ended, self.reaches) = (None, None, None);
        (self.failures, self.back) = (0, 0);
        if self.wrong.as_ref().is_some_and(|wrong| !wrong.aside) {
            self.wrong = None;
        }
    }

    /// Forgets what was held against it.
    pub(super) fn pardon(&mut self) {
        (self.wait, self.wrong, self.failures) = (None, None, 0);
        (self.short, self.shortfalls, self.back, self.due) = (false, 0, 0, true);
    }

    /// The tip it told of, where that counts.
    pub(super) fn claim(&self) -> Option<Tip> {
        self.tip.filter(|_| !self.short)
    }

    /// The hash of the tip it told of.
    pub(super) fn tip_hash(&self) -> Option<BlockHash> {
        self.tip.map(|tip| tip.hash)
    }
}
