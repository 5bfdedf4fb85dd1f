//! The light client as a state machine: what happens comes in by [`LightClient::handle_input`], what is to be done goes out
//! by [`LightClient::poll_output`]. It does no I/O and reads no clock, so that a test can be its whole world.
//!
//! Sources are strangers: what they send is verified header by header, and one that is silent past its time, or wrong,
//! is named and passed over. A verification waits for the origin's headers and policies, but never longer than their time.

mod policies;
mod search;

use crate::client::clock::Now;
use crate::client::drafting::drafts_of;
use crate::client::examine::{Outcome, concerned_network, examine};
use crate::client::export::export;
use crate::client::genesis_check::GenesisChecks;
use crate::client::import::{Import, Progress, place};
use crate::client::intake::{Intake, NamedFile, Unreadable, header_runs, sort, sort_beside};
use crate::client::keeper::{Keeper, worth_keeping};
use crate::client::message::{
    ChainSource, Command, Config, Event, FetchId, HeaderSource, Input, Output, Stage, VerificationId,
};
use crate::client::outbox::Outbox;
use crate::client::overtaken::Tips;
use crate::client::remote::{Fetched, Remotes};
use crate::client::samples::Samples;
use crate::client::sync::{Sync, chain_status};
use crate::client::withholding::{encrypted, next_reader};
use crate::encoding::encode_hex;
use crate::engine::{Engine, HeaderEngine, Which};
use crate::proof::link::to_route;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::chain_of_causes;
use crate::proof::report::{Problem, Report};
use policies::Fetch;
use search::{Over, Search};
use std::collections::{BTreeMap, VecDeque};
use std::mem;

pub use crate::client::sync::FETCH_TIMEOUT_MS;

/// Most verifications waiting. Beyond it the oldest is refused, not kept for ever.
const MAX_WAITING: usize = 32;
/// Between two words about a verification that waits for headers, milliseconds.
const PROGRESS_MS: u64 = 100;

/// A run of headers being taken in, and whom it came from.
#[derive(Debug)]
struct Arriving {
    import: Import,
    source: ChainSource,
    /// The verification it was handed in with, and stopped with.
    verification: VerificationId,
}

#[derive(Debug)]
struct Verification {
    id: VerificationId,
    intake: Intake,
    search: Search,
}

/// The client.
#[derive(Debug)]
pub struct LightClient {
    now: Now,
    registries: Vec<RegistryPolicy>,
    engine: Box<dyn HeaderEngine>,
    sync: Sync,
    keeper: Keeper,
    genesis_checks: GenesisChecks,
    samples: Samples,
    remotes: Remotes,
    fetches: BTreeMap<FetchId, Fetch>,
    arriving: VecDeque<Arriving>,
    waiting: VecDeque<Verification>,
    told_progress_ms: u64,
    outbox: Outbox,
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
            now: Now::default(),
            registries: Vec::new(),
            engine,
            sync: Sync::default(),
            keeper: Keeper::default(),
            genesis_checks: GenesisChecks::default(),
            samples: Samples::default(),
            remotes: Remotes::default(),
            fetches: BTreeMap::new(),
            arriving: VecDeque::new(),
            waiting: VecDeque::new(),
            told_progress_ms: 0,
            outbox: Outbox::default(),
        }
    }

    /// Asks the loop for a second worker whenever so many kept headers are to be verified. Without this it asks for none.
    #[must_use]
    pub fn with_second_from(mut self, headers: u32) -> Self {
        self.keeper = self.keeper.with_second_from(headers);
        self
    }

    /// Takes in what happened, at the time `now`, and does a slice of the work that waits.
    pub fn handle_input(&mut self, input: Input, now: impl Into<Now>) {
        self.now = now.into();
        // Files and the second worker wait for what they are asked next: work comes after.
        let waited_for = matches!(input, Input::Stored { .. } | Input::Second(_));
        let others = self.keeper.hear(input, self.now, &mut self.outbox);
        let others = others.and_then(|input| self.sync.hear(input, self.now, &mut self.outbox));
        match others.and_then(|input| self.genesis_checks.hear(input, self.now, &mut self.outbox)) {
            Some(Input::Command(command)) => self.obey(command),
            Some(Input::Fetched { request, result }) if self.samples.awaits(request) => {
                let commands = self.samples.take(result, &mut self.outbox);
                commands.into_iter().for_each(|command| self.obey(command));
            }
            Some(Input::Fetched { request, result }) if self.remotes.awaits(request) => {
                let fetched = self.remotes.take(request, result);
                self.take_fetched(fetched);
            }
            Some(Input::Fetched { request, result }) => self.take_answer(request, result),
            // Progress of a policy's fetch, and what comes of a fetch or socket that nobody waits for any more.
            _ => {}
        }
        self.sync.pass_time(self.now, &mut self.outbox);
        self.genesis_checks.pass_time(self.now, &mut self.outbox);
        self.samples.pass_time(self.now, &mut self.outbox);
        let late = self.remotes.pass_time(self.now, &mut self.outbox);
        self.take_fetched(late);
        self.give_up_on_the_silent();
        self.search();
        if !waited_for {
            self.work();
        }
        self.keeper.drive(&*self.engine, self.now, &mut self.outbox);
        self.sync.hold(|network| self.keeper.is_loading(network));
        self.sync.drive(&*self.engine, self.now, &mut self.outbox);
        self.drive_genesis_checks();
        self.sync.tell(&*self.engine, self.now, &mut self.outbox);
        if !self.arriving.is_empty()
            || self.keeper.has_work()
            || self.sync.has_work()
            || self.genesis_checks.has_work()
            || self.is_to_search()
            || self.ready().is_some()
        {
            self.outbox.push(Output::Yield);
        }
    }

    /// What is to be done next; `None` when nothing is, until the next input.
    pub fn poll_output(&mut self) -> Option<Output> {
        self.outbox.pop()
    }

    /// When [`Input::Tick`] is needed, if nothing else happens before, by the steady clock's milliseconds.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<u64> {
        let fetches = self.fetches.values().map(|fetch| fetch.deadline_ms);
        let checks = self.genesis_checks.next_wakeup(&self.sync, self.now);
        fetches
            .chain(self.samples.next_wakeup())
            .chain(self.remotes.next_wakeup())
            .chain(self.keeper.next_wakeup())
            .chain(self.sync.next_wakeup(self.now))
            .chain(checks)
            .min()
    }

    /// Checks from genesis go on behind everything that somebody waits for.
    fn drive_genesis_checks(&mut self) {
        let held = !self.waiting.is_empty()
            || !self.arriving.is_empty()
            || self.keeper.loading().next().is_some()
            || self.sync.coming().next().is_some();
        let (engine, now, out) = (&mut *self.engine, self.now, &mut self.outbox);
        if self.genesis_checks.drive(&mut self.sync, held, engine, now, out) {
            self.keeper.note_grown();
        }
    }

    fn say(&mut self, event: Event) {
        self.outbox.say(event);
    }

    fn obey(&mut self, command: Command) {
        if let Command::AddSource { source: HeaderSource { network, .. } } | Command::BeginSync { network } = &command {
            self.keep(network);
        }
        let others = self.samples.obey(command, self.now, &mut self.outbox);
        let others = others.and_then(|command| self.remotes.obey(command, self.now, &mut self.outbox));
        let others = others.and_then(|command| self.keeper.obey(command, &mut self.outbox));
        let others = others.and_then(|command| self.sync.obey(command, self.now, &mut self.outbox));
        self.genesis_checks.follow(&self.sync, &mut self.outbox);
        let (engine, now, out) = (&mut *self.engine, self.now, &mut self.outbox);
        match others.and_then(|command| self.genesis_checks.obey(command, &self.sync, engine, now, out)) {
            Some(Command::Start { config }) => self.start(&config),
            Some(Command::Verify { id, material }) => self.take_in(id, sort(material)),
            Some(Command::Cancel { id }) => self.cancel(id),
            Some(Command::Export { kind, report, proof, material }) => {
                self.say(export(kind, &report, proof, material));
            }
            Some(Command::Withhold { number, proof, hide }) => {
                let (engine, unix) = (&mut *self.engine, self.now.unix);
                let event = next_reader(number, &proof, &hide, &self.registries, engine, unix);
                self.say(event);
            }
            Some(Command::Encrypt { number, report, proof, random, address }) => {
                self.say(encrypted(number, &report, &proof, &random, address));
            }
            Some(Command::PinRegistry { policy_text }) => self.pin(&policy_text, true),
            Some(Command::UnpinRegistry { policy_hash }) => {
                self.registries.retain(|policy| encode_hex(&policy.id()) != policy_hash);
            }
            _ => {}
        }
    }

    fn take_in(&mut self, id: VerificationId, sorted: Result<Intake, Unreadable>) {
        match sorted {
            Ok(intake) => match drafts_of(&intake, self.now.unix) {
                Some(drafts) => self.say(Event::Drafted { id, drafts: drafts.into() }),
                None => self.begin(id, intake),
            },
            Err(unreadable) => {
                let report = Report::unreadable(unreadable.input, unreadable.problem, self.now.unix);
                self.say(Event::Verdict { id, report: report.into(), proof: None, link: None });
            }
        }
    }

    /// Goes on with a verification whose proof was fetched, or not.
    fn take_fetched(&mut self, fetched: Option<Fetched>) {
        if let Some((id, result)) = fetched {
            let sorted = result.and_then(|(claim, beside)| sort_beside(vec![claim], beside));
            self.take_in(id, sorted);
        }
    }

    /// Stops a verification, and the files of headers that were handed in with it. Headers of theirs that were judged stay,
    /// and are told of as a chain up to their height, but not as the file's.
    fn cancel(&mut self, id: VerificationId) {
        if self.waiting.front().is_some_and(|first| first.id == id) {
            self.sync.stop_lookup(&mut self.outbox);
        }
        self.waiting.retain(|verification| verification.id != id);
        let all = mem::take(&mut self.arriving);
        let (stopped, kept): (Vec<_>, Vec<_>) = all.into_iter().partition(|found| found.verification == id);
        self.arriving = kept.into();
        for arriving in stopped.iter().filter(|arriving| arriving.import.done() > 0) {
            if let ChainSource::File { name } = &arriving.source {
                let (done, total) = (arriving.import.done(), arriving.import.total());
                let detail = format!("stopped after {done} of {total} headers");
                self.say(Event::HeadersFailed { source: name.clone(), detail });
            }
            self.tell_chain(arriving);
        }
    }

    fn start(&mut self, config: &Config) {
        self.say(Event::Ready { version: env!("CARGO_PKG_VERSION").into() });
        for policy_text in &config.pinned {
            self.pin(policy_text, false);
        }
        for url in &config.registries {
            self.fetch_policy(url);
        }
        for network in config.headers.iter().map(|source| &source.network).chain(&config.begin) {
            self.keep(network);
        }
        self.sync.configure(config, self.now, &mut self.outbox);
    }

    /// Keeps the headers of a network on this device, those kept earlier first.
    fn keep(&mut self, network: &str) {
        if let Some(genesis) = worth_keeping(network) {
            self.keeper.keep(network, genesis, self.now, &mut self.outbox);
        }
    }

    /// Queues a verification, its headers before it.
    fn begin(&mut self, id: VerificationId, mut intake: Intake) {
        self.say(Event::Progress { id, stage: Stage::Reading });
        for file in &mut intake.headers {
            match header_runs(&file.name, mem::take(&mut file.bytes)) {
                Ok(runs) => runs.into_iter().for_each(|run| self.queue(id, &file.name, run)),
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
            self.sync.stop_lookup(&mut self.outbox);
            self.say(Event::Refused { id: oldest.id, problem });
        }
        self.waiting.push_back(Verification { id, intake, search: Search::default() });
    }

    /// Queues a run of headers. Its name may say its place; whoever handed the file in knows it by the file's.
    fn queue(&mut self, verification: VerificationId, file: &str, run: NamedFile) {
        match place(&run.name, &run.bytes, &*self.engine) {
            Ok(place) => {
                let source = ChainSource::File { name: file.to_owned() };
                self.arriving.push_back(Arriving { import: Import::new(place, run.bytes), source, verification });
            }
            Err(error) => self.say(Event::HeadersFailed { source: file.to_owned(), detail: chain_of_causes(&error) }),
        }
    }

    /// The first verification, when nothing it waits for is under way: files of headers, policies, and the headers of its
    /// network.
    fn ready(&self) -> Option<&Verification> {
        let first = self.waiting.front()?;
        let is_ready = match first.search.over? {
            Over::Found => true,
            Over::Waits => self.awaited_network(first).is_none(),
        };
        (is_ready && self.arriving.is_empty() && self.fetches.is_empty()).then_some(first)
    }

    /// A network whose headers a verification waits for.
    fn awaited_network(&self, verification: &Verification) -> Option<String> {
        match concerned_network(&verification.intake, &self.registries) {
            Some(network) => {
                Some(network).filter(|network| self.keeper.is_loading(network) || self.sync.is_coming(network))
            }
            None => self.keeper.loading().chain(self.sync.coming()).next().map(str::to_owned),
        }
    }

    /// A slice of work: some headers, or one verification.
    fn work(&mut self) {
        if let Some(mut arriving) = self.arriving.pop_front() {
            self.advance(&mut arriving).then(|| self.arriving.push_front(arriving));
            self.keeper.note_grown();
        } else if self.keeper.has_work() {
            self.keeper.work(&mut *self.engine, self.now, &mut self.outbox);
            self.tell_wait();
        } else if self.sync.has_work() {
            self.sync.work(&mut *self.engine, self.now, &mut self.outbox);
            self.keeper.note_grown();
            self.tell_wait();
        } else if self.ready().is_some()
            && let Some(Verification { id, intake, .. }) = self.waiting.pop_front()
        {
            self.say(Event::Progress { id, stage: Stage::CheckingProof });
            let event = match examine(intake, &self.registries, &mut *self.engine, self.now.unix) {
                Outcome::Answer(report, proof) => {
                    let link = proof.as_ref().map(|proof| to_route(proof.as_bytes()));
                    Event::Verdict { id, report: (*report).into(), proof, link }
                }
                Outcome::Nothing(problem) => Event::Refused { id, problem },
            };
            self.say(event);
        } else if self.genesis_checks.has_work() {
            self.genesis_checks.work(&mut *self.engine, self.now, &mut self.outbox);
        }
    }

    /// Tells the first verification how far the headers are that it waits for.
    fn tell_wait(&mut self) {
        if self.now.steady_ms < self.told_progress_ms + PROGRESS_MS {
            return;
        }
        let Some(verification) = self.waiting.front() else { return };
        let (id, network) = (verification.id, self.awaited_network(verification));
        if let Some(stage) = self.sync.lookup_stage() {
            self.told_progress_ms = self.now.steady_ms;
            return self.say(Event::Progress { id, stage });
        }
        let stage = |network: String| {
            self.keeper.stage(&network).or_else(|| self.sync.stage(&network, &*self.engine, self.now))
        };
        if let Some(stage) = network.and_then(stage) {
            self.told_progress_ms = self.now.steady_ms;
            self.say(Event::Progress { id, stage });
        }
    }

    /// Takes in some headers; says whether more are to come.
    fn advance(&mut self, arriving: &mut Arriving) -> bool {
        let network = arriving.import.network().to_owned();
        let tips = Tips::of(&*self.engine, &network);
        let progress = arriving.import.advance(&mut *self.engine, self.now.unix);
        if let ChainSource::File { name } = &arriving.source {
            for reorganized in tips.overtaken(&*self.engine, name) {
                self.outbox.say(Event::Reorganized(reorganized));
            }
        }
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
                if let ChainSource::File { name } = &arriving.source {
                    self.say(Event::HeadersFailed { source: name.clone(), detail });
                }
            }
        }
        false
    }

    /// Tells the page of the chain that some headers went into.
    fn tell_chain(&mut self, arriving: &Arriving) {
        let network = arriving.import.network();
        let which = arriving.import.last_hash().map_or(Which::Last, Which::Block);
        if let Some(status) = chain_status(&*self.engine, network, which, arriving.source.clone()) {
            self.say(Event::Chain(status));
        }
    }
}
