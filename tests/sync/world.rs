//! The client's whole world in simulated time: servers, the network between, and two clocks.
#![allow(dead_code, reason = "each test file uses a part of it")]

use crate::servers::{Answer, Server};
use plimsoll::client::LightClient;
use plimsoll::client::clock::Now;
use plimsoll::client::light_client::FETCH_TIMEOUT_MS;
use plimsoll::client::message::{
    ChainStatus, Command, Config, Event, FetchFailure, FetchHead, FetchId, HeaderSource, Input, Output, Reach,
    Reorganized, SocketId, SourceKind, SourceStatus, Standing, StoreAsk, StoreTold, SyncState, SyncStatus,
};
use plimsoll::time::UnixTime;
use std::collections::{BTreeMap, VecDeque};

/// Bytes of a part.
const PART: usize = 40_000;

/// A body on its way, in parts.
struct Body {
    server: usize,
    rest: VecDeque<u8>,
    stall_after: Option<usize>,
}

pub struct World {
    pub client: LightClient,
    pub servers: Vec<Server>,
    pub now_ms: u64,
    /// The reader's time of day at the beginning.
    pub epoch: i64,
    pub said: Vec<(u64, Event)>,
    coming: BTreeMap<(u64, u64), Input>,
    next: u64,
    bodies: BTreeMap<FetchId, Body>,
    sockets: BTreeMap<SocketId, usize>,
    /// This device's files of kept headers; without them nothing can be kept.
    pub files: Option<Box<dyn FnMut(StoreAsk) -> Option<StoreTold>>>,
    /// Most bytes given to the client and not yet asked on for.
    pub parts: u64,
    pub stopped: u64,
}

impl World {
    /// A world with these servers, not begun.
    pub fn of(servers: Vec<Server>, epoch: i64) -> Self {
        Self {
            client: LightClient::new(),
            servers,
            now_ms: 0,
            epoch,
            said: vec![],
            coming: BTreeMap::new(),
            next: 0,
            bodies: BTreeMap::new(),
            sockets: BTreeMap::new(),
            files: None,
            parts: 0,
            stopped: 0,
        }
    }

    /// Starts the client with every server configured, and begins the first one's network.
    pub fn started(servers: Vec<Server>, epoch: i64) -> Self {
        let headers =
            servers.iter().map(|server| HeaderSource::new(&server.network, server.kind, &server.base)).collect();
        let begin = vec![servers[0].network.clone()];
        let mut world = Self::of(servers, epoch);
        world.tell(Command::Start { config: Config { headers, begin, ..Config::default() } });
        world
    }

    pub fn tell(&mut self, command: Command) {
        self.input(Input::Command(command));
    }

    pub fn now(&self) -> Now {
        Now { unix: UnixTime(self.epoch + (self.now_ms / 1000) as i64), steady_ms: self.now_ms }
    }

    fn come(&mut self, after_ms: u64, input: Input) {
        self.next += 1;
        self.coming.insert((self.now_ms + after_ms, self.next), input);
    }

    fn input(&mut self, input: Input) {
        let mut inputs = VecDeque::from([input]);
        while let Some(input) = inputs.pop_front() {
            self.client.handle_input(input, self.now());
            while let Some(output) = self.client.poll_output() {
                match output {
                    Output::Yield => inputs.push_back(Input::Tick),
                    Output::Event(event) => self.said.push((self.now_ms, event)),
                    other => self.carry_out(other),
                }
            }
            assert!(inputs.len() < 3, "the client asks for more time than it needs");
        }
    }

    fn server_of(&self, url: &str) -> usize {
        let found = self.servers.iter().position(|server| url.starts_with(&server.base));
        found.unwrap_or_else(|| panic!("{url} is asked, and nobody configured it"))
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Fetch { request, url, reach, from_byte, max_bytes, timeout_ms, in_parts } => {
                assert_eq!(timeout_ms, FETCH_TIMEOUT_MS);
                let at = self.server_of(&url);
                match &reach {
                    Reach::Own => assert!(!url.contains("://"), "{url}"),
                    Reach::Source { base } => assert_eq!(*base, self.servers[at].base),
                }
                let (latency, answer) =
                    (self.servers[at].latency_ms, self.servers[at].answer(self.now_ms, &url, from_byte));
                let ended = |result| Input::Fetched { request, result };
                match answer {
                    Answer::Silence => {}
                    Answer::Failure(failure) => self.come(latency, ended(Err(failure))),
                    Answer::Body { bytes, .. } if bytes.len() as u64 > max_bytes => {
                        self.come(latency, ended(Err(FetchFailure::TooLarge { max_bytes })));
                    }
                    Answer::Body { bytes, .. } if !in_parts => self.come(latency, ended(Ok(bytes))),
                    Answer::Body { start, media_type, bytes, stall_after } => {
                        let length = Some(bytes.len() as u64);
                        let head = FetchHead { start, length, media_type: Some(media_type.into()) };
                        self.come(latency, Input::FetchHead { request, head });
                        self.bodies.insert(request, Body { server: at, rest: bytes.into(), stall_after });
                        self.next_part(request, latency + 1);
                    }
                }
            }
            Output::ReadOn { request } => self.next_part(request, 10),
            Output::StopFetch { request } => {
                self.stopped += 1;
                self.bodies.remove(&request);
                self.coming.retain(|_, input| !names(input, request));
            }
            Output::OpenSocket { socket, url, max_bytes } => {
                assert!(max_bytes >= 400_000);
                let at = self.server_of(&url);
                self.servers[at].greeted = false;
                self.sockets.insert(socket, at);
                self.come(self.servers[at].latency_ms, Input::SocketOpened { socket });
            }
            Output::SendText { socket, text } => {
                let at = self.sockets[&socket];
                let now_ms = self.now_ms;
                if let Some(text) = self.servers[at].reply(now_ms, &text) {
                    self.come(self.servers[at].latency_ms, Input::SocketText { socket, text });
                }
            }
            Output::CloseSocket { socket } => {
                self.sockets.remove(&socket);
                self.coming.retain(|_, input| !matches!(input, Input::SocketText { socket: named, .. } | Input::SocketOpened { socket: named } if *named == socket));
            }
            Output::Store { network, ask } => {
                let told = match &mut self.files {
                    Some(files) => files(ask),
                    None => Some(StoreTold::Nowhere { detail: "no files here".into() }),
                };
                if let Some(told) = told {
                    self.come(1, Input::Stored { network, told });
                }
            }
            Output::Second(ask) => panic!("{ask:?}, which this client was not allowed"),
            Output::Event(_) | Output::Yield => unreachable!("handled before"),
        }
    }

    fn next_part(&mut self, request: FetchId, after_ms: u64) {
        let Some(body) = self.bodies.get_mut(&request) else { return };
        let mut count = body.rest.len().min(PART);
        if let Some(left) = &mut body.stall_after {
            count = count.min(*left);
            *left -= count;
            if count == 0 {
                return;
            }
        }
        let bytes: Vec<u8> = body.rest.drain(..count).collect();
        if bytes.is_empty() {
            self.bodies.remove(&request);
            self.come(after_ms, Input::Fetched { request, result: Ok(vec![]) });
        } else {
            self.parts += 1;
            self.come(after_ms, Input::FetchedPart { request, bytes });
        }
    }

    /// Lets time pass up to a moment, with all that happens in it.
    pub fn run_to(&mut self, end_ms: u64) {
        self.run_until(end_ms, |_| false);
    }

    pub fn run_for(&mut self, span_ms: u64) {
        self.run_to(self.now_ms + span_ms);
    }

    /// Lets time pass until something is so, or a moment has come; tells whether it is so.
    pub fn run_until(&mut self, end_ms: u64, is_so: impl Fn(&Self) -> bool) -> bool {
        loop {
            if is_so(self) {
                return true;
            }
            let event = self.coming.keys().next().map(|key| key.0);
            let wakeup = self.client.next_wakeup().map(|at| at.max(self.now_ms + 1));
            let next = [event, wakeup].into_iter().flatten().min().unwrap_or(end_ms);
            if next > end_ms || (event.is_none() && wakeup.is_none()) {
                self.now_ms = self.now_ms.max(end_ms);
                return is_so(self);
            }
            self.now_ms = self.now_ms.max(next);
            match self.coming.first_entry().filter(|entry| entry.key().0 <= self.now_ms) {
                Some(entry) => {
                    let input = entry.remove();
                    self.input(input);
                }
                None => self.input(Input::Tick),
            }
        }
    }

    /// Lets time pass until the network's headers are complete, for at most so many simulated seconds.
    pub fn complete_within(&mut self, seconds: u64) {
        let end = self.now_ms + seconds * 1000;
        let done = self.run_until(end, |world| world.sync().is_some_and(|sync| sync.state == SyncState::Complete));
        assert!(done, "not complete after {seconds} s: {:?} {:#?}", self.sync(), self.sources());
    }

    /// The height of the best chain is this one, within so many simulated seconds.
    pub fn reach(&mut self, height: u32, seconds: u64) {
        let end = self.now_ms + seconds * 1000;
        let done = self.run_until(end, |world| world.sync().is_some_and(|sync| sync.height == Some(height)));
        assert!(
            done,
            "not at {height} after {seconds} s: {:?} {:#?} {:?}",
            self.sync(),
            self.sources(),
            self.failures()
        );
        // What is not told at once is told soon.
        self.run_for(600);
    }

    pub fn sync(&self) -> Option<&SyncStatus> {
        self.said.iter().rev().find_map(|(_, event)| if let Event::Sync(sync) = event { Some(sync) } else { None })
    }

    pub fn sources(&self) -> &[SourceStatus] {
        let found = self.said.iter().rev().find_map(|(_, event)| match event {
            Event::Sources { sources } => Some(sources.as_slice()),
            _ => None,
        });
        found.unwrap_or_default()
    }

    pub fn source(&self, base: &str) -> &SourceStatus {
        self.sources()
            .iter()
            .find(|status| status.source.url == base)
            .unwrap_or_else(|| panic!("{base} is not told of"))
    }

    pub fn standing(&self, base: &str) -> &Standing {
        &self.source(base).standing
    }

    pub fn chain(&self) -> Option<&ChainStatus> {
        self.said.iter().rev().find_map(|(_, event)| if let Event::Chain(chain) = event { Some(chain) } else { None })
    }

    pub fn reorganized(&self) -> Vec<&Reorganized> {
        self.said
            .iter()
            .filter_map(|(_, event)| if let Event::Reorganized(told) = event { Some(told) } else { None })
            .collect()
    }

    pub fn failures(&self) -> Vec<(&str, &str)> {
        self.said
            .iter()
            .filter_map(|(_, event)| match event {
                Event::HeadersFailed { source, detail } => Some((source.as_str(), detail.as_str())),
                _ => None,
            })
            .collect()
    }

    pub fn server(&mut self, base: &str) -> &mut Server {
        self.servers.iter_mut().find(|server| server.base == base).expect("a server")
    }
}

fn names(input: &Input, request: FetchId) -> bool {
    match input {
        Input::Fetching { request: named, .. }
        | Input::FetchHead { request: named, .. }
        | Input::FetchedPart { request: named, .. }
        | Input::Fetched { request: named, .. } => *named == request,
        _ => false,
    }
}

/// A URL that fits a kind.
pub fn base_of(kind: SourceKind, name: &str) -> String {
    match kind {
        SourceKind::Electrum => format!("wss://{name}.example/electrum"),
        SourceKind::HeaderFile => format!("https://{name}.example/all.headers"),
        _ => format!("https://{name}.example/api"),
    }
}
