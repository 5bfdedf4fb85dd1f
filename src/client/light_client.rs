//! The light client as a state machine: what happens comes in by [`LightClient::handle_input`], what is to be done goes out
//! by [`LightClient::poll_output`]. It does no I/O and reads no clock, so that a test can be its whole world.
//!
//! Sources are strangers: what they send is verified header by header, and one that is silent past its time, or wrong,
//! is named and passed over. A verification waits for the origin's headers and policies, but never longer than their time.

use crate::client::examine::{Outcome, examine};
use crate::client::import::{Import, Progress, place};
use crate::client::intake::{Intake, NamedFile, header_runs, sort};
use crate::client::message::{
    ChainSource, ChainStatus, Command, Config, Event, FetchFailure, FetchId, HeaderSource, Input, Output, Stage,
    VerificationId,
};
use crate::encoding::encode_hex;
use crate::engine::{Engine, HeaderEngine, Place, Which};
use crate::proof::chain_view::basis_text;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::chain_of_causes;
use crate::proof::report::{Problem, Report};
use crate::time::UnixTime;
use std::collections::{BTreeMap, VecDeque};
use std::mem;

/// Longest time for a fetch, milliseconds.
pub const FETCH_TIMEOUT_MS: u32 = 20_000;
/// Past this, in seconds, a fetch of which nothing was heard counts as failed even if nobody says so.
const SILENCE_SECONDS: i64 = FETCH_TIMEOUT_MS as i64 / 1000 + 5;
/// Most bytes of a registry policy.
const MAX_POLICY_BYTES: u64 = 64 * 1024;
/// Most bytes of a run of headers: more than every Bitcoin header to 2040.
const MAX_HEADER_BYTES: u64 = 128 << 20;
/// Most verifications waiting. Beyond it the oldest is refused, not kept for ever.
const MAX_WAITING: usize = 32;

/// What a fetch is for.
#[derive(Debug)]
enum Purpose {
    Registry { url: String },
    Headers { source: HeaderSource },
}

#[derive(Debug)]
struct Fetch {
    purpose: Purpose,
    deadline: UnixTime,
}

/// A run of headers being taken in, and whom it came from.
#[derive(Debug)]
struct Arriving {
    import: Import,
    source: ChainSource,
}

#[derive(Debug)]
struct Verification {
    id: VerificationId,
    intake: Intake,
}

/// The client.
#[derive(Debug)]
pub struct LightClient {
    now: UnixTime,
    config: Config,
    registries: Vec<RegistryPolicy>,
    engine: Box<dyn HeaderEngine>,
    /// Sources of a network not yet asked, in order.
    untried: BTreeMap<String, VecDeque<HeaderSource>>,
    fetches: BTreeMap<FetchId, Fetch>,
    next_fetch: u64,
    arriving: VecDeque<Arriving>,
    waiting: VecDeque<Verification>,
    outputs: VecDeque<Output>,
}

impl Default for LightClient {
    fn default() -> Self {
        Self::new()
    }
}

impl LightClient {
    /// A client that knows nothing yet, its engine beside it; its first input is [`Command::Start`].
    #[must_use]
    pub fn new() -> Self {
        Self::with_engine(Box::new(Engine::new()))
    }

    /// The same around another engine, such as one in a module of its own.
    #[must_use]
    pub fn with_engine(engine: Box<dyn HeaderEngine>) -> Self {
        Self {
            now: UnixTime::default(),
            config: Config::default(),
            registries: Vec::new(),
            engine,
            untried: BTreeMap::new(),
            fetches: BTreeMap::new(),
            next_fetch: 0,
            arriving: VecDeque::new(),
            waiting: VecDeque::new(),
            outputs: VecDeque::new(),
        }
    }

    /// Takes in what happened, at the time `now`, and does a slice of the work that waits.
    pub fn handle_input(&mut self, input: Input, now: UnixTime) {
        self.now = now;
        match input {
            Input::Command(command) => self.obey(command),
            Input::Fetching { request, done, total } => self.hear(request, done, total),
            Input::Fetched { request, result } => self.take_answer(request, result),
            Input::Tick => {}
        }
        self.give_up_on_the_silent();
        self.work();
    }

    /// What is to be done next; `None` when nothing is, until the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }

    /// When [`Input::Tick`] is needed, if nothing else happens before.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<UnixTime> {
        self.fetches.values().map(|fetch| fetch.deadline).min()
    }

    fn say(&mut self, event: Event) {
        self.outputs.push_back(Output::Event(event));
    }

    fn obey(&mut self, command: Command) {
        match command {
            Command::Start { config } => self.start(config),
            Command::Verify { id, material } => match sort(material) {
                Ok(intake) => self.begin(id, intake),
                Err(unreadable) => {
                    let report = Report::unreadable(unreadable.input, unreadable.problem, self.now);
                    self.say(Event::Verdict { id, report: Box::new(report), proof: None });
                }
            },
            Command::Cancel { id } => self.waiting.retain(|verification| verification.id != id),
            Command::PinRegistry { policy_text } => self.pin(&policy_text, true),
            Command::UnpinRegistry { policy_hash } => {
                self.registries.retain(|policy| encode_hex(&policy.id()) != policy_hash);
            }
            Command::RefreshHeaders => self.ask_sources(),
            // Carried out by the synchronization, which is on its way here.
            Command::AddSource { .. }
            | Command::RemoveSource { .. }
            | Command::EnableSource { .. }
            | Command::BeginSync { .. }
            | Command::PauseSync { .. }
            | Command::ResumeSync { .. }
            | Command::CancelSync { .. } => {}
        }
    }

    fn start(&mut self, config: Config) {
        self.say(Event::Ready { version: env!("CARGO_PKG_VERSION").into() });
        for policy_text in &config.pinned {
            self.pin(policy_text, false);
        }
        for url in &config.registries {
            self.fetch(url.clone(), MAX_POLICY_BYTES, Purpose::Registry { url: url.clone() });
        }
        self.config = config;
        self.ask_sources();
    }

    /// Asks the first source of each network; the next one is asked when it fails.
    fn ask_sources(&mut self) {
        self.untried.clear();
        for source in &self.config.headers {
            self.untried.entry(source.network.clone()).or_default().push_back(source.clone());
        }
        let networks: Vec<String> = self.untried.keys().cloned().collect();
        for network in networks {
            self.ask_next(&network);
        }
    }

    fn ask_next(&mut self, network: &str) {
        let busy = self.fetches.values().any(|fetch| fetch.is_for(network));
        if let Some(source) = self.untried.get_mut(network).filter(|_| !busy).and_then(VecDeque::pop_front) {
            self.fetch(source.url.clone(), MAX_HEADER_BYTES, Purpose::Headers { source });
        }
    }

    fn fetch(&mut self, url: String, max_bytes: u64, purpose: Purpose) {
        let request = FetchId(self.next_fetch);
        self.next_fetch += 1;
        self.fetches.insert(request, Fetch { purpose, deadline: self.now.plus(SILENCE_SECONDS) });
        self.outputs.push_back(Output::Fetch { request, url, max_bytes, timeout_ms: FETCH_TIMEOUT_MS });
    }

    fn hear(&mut self, request: FetchId, done: u64, total: Option<u64>) {
        let headers = self.fetches.get(&request).is_some_and(|fetch| matches!(fetch.purpose, Purpose::Headers { .. }));
        if headers && let Some(verification) = self.waiting.front() {
            let stage = Stage::FetchingHeaders { done, total };
            self.say(Event::Progress { id: verification.id, stage });
        }
    }

    /// An answer. One that nobody waits for any more, because its time was over, is passed over.
    fn take_answer(&mut self, request: FetchId, result: Result<Vec<u8>, FetchFailure>) {
        let Some(Fetch { purpose, .. }) = self.fetches.remove(&request) else { return };
        match (purpose, result) {
            (Purpose::Registry { .. }, Ok(bytes)) => self.pin(&String::from_utf8_lossy(&bytes), true),
            (Purpose::Registry { url }, Err(failure)) => self.refuse_pin("registry-not-served", &url, &failure),
            (Purpose::Headers { source }, Ok(bytes)) => self.receive(source, bytes),
            (Purpose::Headers { source }, Err(failure)) => self.source_failed(&source, failure.to_string()),
        }
    }

    fn give_up_on_the_silent(&mut self) {
        let late = |(request, fetch): (&FetchId, &Fetch)| (fetch.deadline <= self.now).then_some(*request);
        let silent: Vec<FetchId> = self.fetches.iter().filter_map(late).collect();
        for request in silent {
            self.take_answer(request, Err(FetchFailure::Timeout { after_ms: FETCH_TIMEOUT_MS }));
        }
    }

    fn source_failed(&mut self, source: &HeaderSource, detail: String) {
        self.say(Event::HeadersFailed { source: source.url.clone(), detail });
        self.ask_next(&source.network);
    }

    /// A run of headers from a source. Where it belongs is the configuration's word, what it holds is not believed.
    fn receive(&mut self, source: HeaderSource, bytes: Vec<u8>) {
        let place = Place { network: source.network, height: source.first_height };
        let source = ChainSource::Origin { url: source.url };
        self.arriving.push_back(Arriving { import: Import::new(place, bytes), source });
    }

    fn pin(&mut self, policy_text: &str, aloud: bool) {
        match RegistryPolicy::parse(policy_text) {
            Ok(policy) => {
                let (name, policy_hash) = (policy.name().to_owned(), encode_hex(&policy.id()));
                if self.registries.iter().all(|known| known.id() != policy.id()) {
                    self.registries.push(policy);
                }
                if aloud {
                    self.say(Event::Pinned { name, policy_hash });
                }
            }
            Err(error) => self.refuse_pin("registry-malformed", "policy", &error),
        }
    }

    fn refuse_pin(&mut self, code: &str, field: &str, error: &dyn std::error::Error) {
        let (expected, found, detail) = (String::new(), String::new(), chain_of_causes(error));
        let problem = Problem { code: code.into(), field: field.into(), expected, found, detail };
        self.say(Event::PinRefused { problem });
    }

    /// Queues a verification, its headers before it.
    fn begin(&mut self, id: VerificationId, mut intake: Intake) {
        self.say(Event::Progress { id, stage: Stage::Reading });
        for file in &mut intake.headers {
            match header_runs(&file.name, mem::take(&mut file.bytes)) {
                Ok(runs) => runs.into_iter().for_each(|run| self.queue(run)),
                Err(error) => {
                    self.say(Event::HeadersFailed { source: file.name.clone(), detail: chain_of_causes(&error) });
                }
            }
        }
        if self.waiting.len() >= MAX_WAITING
            && let Some(oldest) = self.waiting.pop_front()
        {
            let problem = Problem {
                code: "too-many-waiting".into(),
                field: String::new(),
                expected: MAX_WAITING.to_string(),
                found: (MAX_WAITING + 1).to_string(),
                detail: String::new(),
            };
            self.say(Event::Refused { id: oldest.id, problem });
        }
        self.waiting.push_back(Verification { id, intake });
    }

    /// Queues a run of headers.
    fn queue(&mut self, NamedFile { name, bytes }: NamedFile) {
        match place(&name, &bytes, &*self.engine) {
            Ok(place) => {
                let source = ChainSource::File { name };
                self.arriving.push_back(Arriving { import: Import::new(place, bytes), source });
            }
            Err(error) => self.say(Event::HeadersFailed { source: name, detail: chain_of_causes(&error) }),
        }
    }

    /// A slice of work: some headers, or one verification once nothing it waits for is under way.
    fn work(&mut self) {
        if let Some(mut arriving) = self.arriving.pop_front() {
            self.advance(&mut arriving).then(|| self.arriving.push_front(arriving));
        } else if self.fetches.is_empty()
            && let Some(Verification { id, intake }) = self.waiting.pop_front()
        {
            self.say(Event::Progress { id, stage: Stage::CheckingProof });
            let event = match examine(intake, &self.registries, &mut *self.engine, self.now) {
                Outcome::Answer(report, proof) => Event::Verdict { id, report, proof },
                Outcome::Nothing(problem) => Event::Refused { id, problem },
            };
            self.say(event);
        }
        if !self.arriving.is_empty() || (self.fetches.is_empty() && !self.waiting.is_empty()) {
            self.outputs.push_back(Output::Yield);
        }
    }

    /// Takes in some headers; says whether more are to come.
    fn advance(&mut self, arriving: &mut Arriving) -> bool {
        let progress = arriving.import.advance(&mut *self.engine, self.now);
        let (done, total) = (arriving.import.done(), arriving.import.total());
        match progress {
            Progress::Going { height } => {
                if let Some(verification) = self.waiting.front() {
                    let stage = Stage::VerifyingHeaders { height, done, total };
                    self.say(Event::Progress { id: verification.id, stage });
                }
                return true;
            }
            Progress::Finished { .. } => self.tell_chain(arriving),
            Progress::Stopped(error) => {
                // What was accepted before the wrong header was verified like everything else, and stays.
                self.tell_chain(arriving);
                let detail = chain_of_causes(&error);
                let network = arriving.import.network().to_owned();
                match &arriving.source {
                    ChainSource::Origin { url } | ChainSource::Source { url } => {
                        self.say(Event::HeadersFailed { source: url.clone(), detail });
                        self.ask_next(&network);
                    }
                    ChainSource::File { name } => self.say(Event::HeadersFailed { source: name.clone(), detail }),
                    ChainSource::Proof => {}
                }
            }
        }
        false
    }

    /// Tells the page of the chain that some headers went into.
    fn tell_chain(&mut self, arriving: &Arriving) {
        let network = arriving.import.network();
        let Some(chain) = self.engine.summary(network, arriving.import.last_hash().map_or(Which::Last, Which::Block))
        else {
            return;
        };
        let status = ChainStatus {
            network: network.to_owned(),
            first_height: chain.first_height,
            height: chain.tip.height,
            hash: chain.tip.hash.to_string(),
            time: chain.tip_header.time().0,
            headers: chain.header_count,
            source: arriving.source.clone(),
            basis: basis_text(chain.basis),
        };
        self.say(Event::Chain(status));
    }
}

impl Fetch {
    fn is_for(&self, network: &str) -> bool {
        matches!(&self.purpose, Purpose::Headers { source } if source.network == network)
    }
}
