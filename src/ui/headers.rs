//! What the page knows of block headers: where they come from, how far they are, and what the reader settled. Part of the
//! page's one state.

use crate::chain::params::NETWORKS;
use crate::client::message::{
    ChainSource, ChainStatus, Command, Event, GenesisCheck, HeaderSource, MAX_SOURCES, NoBlockAlarm, Reorganized,
    SourceStatus, StorageStatus, SyncState, SyncStatus,
};
use crate::proof::report::{Problem, Report};
use crate::ui::standing::Persistence;
use crate::ui::verification::Given;
use crate::ui::wording::basis::Basis;

/// Reorganizations told of, the newest ones.
const KEPT_REORGANIZATIONS: usize = 8;
/// Between two things read out, milliseconds.
const SPEAK_MS: f64 = 1_000.0;
/// The same while nothing but numbers changed.
const SPEAK_PROGRESS_MS: f64 = 5_000.0;

/// What the reader settled, remembered on this device.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choice {
    /// Sources: those he added, and the page's own as he turned them on or off.
    pub sources: Vec<HeaderSource>,
    /// Networks he has synchronized.
    pub begin: Vec<String>,
}

/// Files handed in for their headers alone.
#[derive(Debug, Clone, PartialEq)]
pub struct Handed {
    /// Under which number the bridge holds them.
    pub given: Given,
    /// Their names.
    pub names: Vec<String>,
    /// What came of them, in the order in which it was heard.
    pub outcomes: Vec<FileOutcome>,
}

/// What came of a file of headers.
#[derive(Debug, Clone, PartialEq)]
pub enum FileOutcome {
    /// Its headers are part of this chain.
    Taken {
        /// The file's name.
        name: String,
        /// The chain after that.
        chain: ChainStatus,
    },
    /// Not all of it was taken.
    Failed {
        /// The file's name.
        name: String,
        /// Why, in English, lower case.
        detail: String,
    },
}

/// One network as the reader sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Overview {
    /// Its name.
    pub network: String,
    /// The best chain in hand.
    pub chain: Option<ChainStatus>,
    /// Its synchronization.
    pub sync: Option<SyncStatus>,
    /// Set while no block came for longer than chance allows.
    pub alarm: Option<NoBlockAlarm>,
}

/// How a network stands, in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing is in hand and nothing is under way.
    Empty,
    /// Headers are coming in.
    Running,
    /// Sources are asked whether there is more.
    Looking,
    /// The reader paused.
    Paused,
    /// The reader ended it.
    Cancelled,
    /// No source gives what was told of.
    Stalled,
    /// The browser is offline.
    Offline,
    /// No block came for longer than chance allows.
    Alarm,
    /// Headers are in hand, and nothing is wrong.
    InHand,
}

/// What was read out last.
#[derive(Debug, Clone, PartialEq)]
pub struct Spoken {
    /// The network, as it stood then.
    pub overview: Overview,
    /// When, seconds since 1970.
    pub now: i64,
    at_ms: f64,
}

/// Everything known of headers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Headers {
    /// What the reader settled.
    pub choice: Choice,
    /// Every source and what is known of it.
    pub sources: Vec<SourceStatus>,
    /// Where each network's synchronization stands.
    pub syncs: Vec<SyncStatus>,
    /// Where each network's check from genesis stands, once that was begun.
    pub genesis_checks: Vec<GenesisCheck>,
    /// Networks silent for too long.
    pub alarms: Vec<(String, NoBlockAlarm)>,
    /// How headers are kept on this device, a network each.
    pub storage: Vec<StorageStatus>,
    /// Reorganizations during this visit, the newest last.
    pub reorganizations: Vec<Reorganized>,
    /// A source that was not taken, and why.
    pub refused: Option<(HeaderSource, Problem)>,
    /// Counts sources that were taken, so that the form for the next one is empty again.
    pub added: u32,
    /// A source on its way to the worker.
    adding: Option<HeaderSource>,
    /// Files handed in for their headers.
    pub handed: Option<Handed>,
    /// Whether the browser was asked to keep headers, and what it said.
    pub persistence: Persistence,
    /// What was read out last.
    pub spoken: Option<Spoken>,
}

impl Overview {
    /// The best verified height.
    #[must_use]
    pub fn height(&self) -> Option<u32> {
        let chain = self.chain.as_ref().map(|chain| chain.height);
        self.sync.as_ref().and_then(|sync| sync.height).max(chain)
    }

    /// How it stands, in a word.
    #[must_use]
    pub fn condition(&self, online: bool) -> Condition {
        let state = self.sync.as_ref().map_or(&SyncState::Idle, |sync| &sync.state);
        let behind = self.sync.as_ref().is_some_and(|sync| {
            sync.headers_per_second.is_some() || sync.claimed.is_some_and(|claimed| Some(claimed) > self.height())
        });
        match (state, self.height()) {
            (SyncState::Running, None) => Condition::Running,
            (SyncState::Running, Some(_)) if behind => Condition::Running,
            (SyncState::Paused, _) => Condition::Paused,
            (SyncState::Cancelled, _) => Condition::Cancelled,
            (_, Some(_)) if !online => Condition::Offline,
            (SyncState::Stalled, _) => Condition::Stalled,
            (_, Some(_)) if self.alarm.is_some() => Condition::Alarm,
            (SyncState::Running, Some(_)) => Condition::Looking,
            (SyncState::Idle | SyncState::Complete, Some(_)) => Condition::InHand,
            (SyncState::Idle | SyncState::Complete, None) => Condition::Empty,
        }
    }
}

impl Headers {
    /// Nothing heard yet; what was settled earlier.
    #[must_use]
    pub fn new(choice: Choice) -> Self {
        Self { choice, ..Self::default() }
    }

    /// The alarm of a network that has been silent for too long.
    #[must_use]
    pub fn silent(&self, network: &str) -> Option<&NoBlockAlarm> {
        self.alarms.iter().find(|(name, _)| name == network).map(|(_, alarm)| alarm)
    }

    /// Every network of which there is anything to say: known ones first, mainnet before all, the sample chain last.
    #[must_use]
    pub fn overviews(&self, chains: &[ChainStatus]) -> Vec<Overview> {
        let sources = self.sources.iter().map(|status| status.source.network.as_str());
        let syncs = self.syncs.iter().map(|sync| sync.network.as_str());
        let named: Vec<&str> = chains.iter().map(|chain| chain.network.as_str()).chain(sources).chain(syncs).collect();
        let mut networks: Vec<&str> = NETWORKS.into_iter().filter(|network| named.contains(network)).collect();
        for network in named {
            if !networks.contains(&network) {
                networks.push(network);
            }
        }
        networks.into_iter().map(|network| self.overview(network, chains)).collect()
    }

    fn overview(&self, network: &str, chains: &[ChainStatus]) -> Overview {
        let own = chains.iter().filter(|chain| chain.network == network);
        // A run that nothing ties to a known block says less than any other, however high it reaches.
        let chain = own.max_by_key(|chain| (!chain.basis.starts_with("unanchored"), chain.height));
        Overview {
            network: network.to_owned(),
            chain: chain.cloned(),
            sync: self.syncs.iter().find(|sync| sync.network == network).cloned(),
            alarm: self.silent(network).cloned(),
        }
    }

    /// The network that the one sentence speaks of: one that needs attention, else one at work, else the first.
    #[must_use]
    pub fn leading(&self, chains: &[ChainStatus]) -> Option<Overview> {
        let overviews = self.overviews(chains);
        let urgency = |overview: &Overview| match overview.condition(true) {
            Condition::Alarm => 0,
            Condition::Running | Condition::Paused => 1,
            Condition::Stalled => 2,
            Condition::Cancelled | Condition::Looking | Condition::InHand | Condition::Offline => 3,
            Condition::Empty => 4,
        };
        overviews.into_iter().min_by_key(urgency)
    }

    /// Notes what the reader asks of the worker.
    pub fn order(&mut self, command: &Command) {
        match command {
            Command::AddSource { source } => {
                self.refused = None;
                self.adding = Some(source.clone());
            }
            Command::BeginSync { network } if !self.choice.begin.contains(network) => {
                self.choice.begin.push(network.clone());
            }
            Command::CancelSync { network } => self.choice.begin.retain(|begun| begun != network),
            _ => {}
        }
    }

    /// Notes files handed in for their headers.
    pub fn hand_in(&mut self, given: Given, names: Vec<String>) {
        self.handed = Some(Handed { given, names, outcomes: Vec::new() });
    }

    /// Takes in what the worker says.
    pub fn hear(&mut self, event: &Event) {
        match event {
            Event::Sources { sources } => {
                // The worker's list is the one that holds: what it refused is not remembered either.
                self.choice.sources = sources.iter().map(|status| status.source.clone()).take(MAX_SOURCES).collect();
                self.sources.clone_from(sources);
                if self.adding.take_if(|adding| self.choice.sources.contains(adding)).is_some() {
                    self.added += 1;
                }
            }
            Event::SourceRefused { source, problem } => {
                self.adding = None;
                self.refused = Some((source.clone(), problem.clone()));
            }
            Event::Sync(status) => match self.syncs.iter_mut().find(|sync| sync.network == status.network) {
                Some(sync) => sync.clone_from(status),
                None => self.syncs.push(status.clone()),
            },
            Event::GenesisCheck(check) => {
                match self.genesis_checks.iter_mut().find(|known| known.network == check.network) {
                    Some(known) => known.clone_from(check),
                    None => self.genesis_checks.push(check.clone()),
                }
            }
            Event::Storage(status) => match self.storage.iter_mut().find(|known| known.network == status.network) {
                Some(known) => known.clone_from(status),
                None => self.storage.push(status.clone()),
            },
            Event::Reorganized(reorganized) => {
                if self.reorganizations.len() == KEPT_REORGANIZATIONS {
                    self.reorganizations.remove(0);
                }
                self.reorganizations.push(reorganized.clone());
            }
            Event::NoBlock { network, alarm } => {
                self.alarms.retain(|(name, _)| name != network);
                self.alarms.extend(alarm.iter().map(|alarm| (network.clone(), alarm.clone())));
            }
            Event::Chain(chain) => {
                if let ChainSource::File { name } = &chain.source
                    && self.awaits(name)
                {
                    self.outcome(FileOutcome::Taken { name: name.clone(), chain: chain.clone() });
                }
            }
            Event::HeadersFailed { source, detail } if self.awaits(source) => {
                self.outcome(FileOutcome::Failed { name: source.clone(), detail: detail.clone() });
            }
            _ => {}
        }
    }

    /// Whether a file of this name was handed in for its headers.
    #[must_use]
    pub fn awaits(&self, name: &str) -> bool {
        self.handed.as_ref().is_some_and(|handed| handed.names.iter().any(|known| known == name))
    }

    fn outcome(&mut self, outcome: FileOutcome) {
        let Some(handed) = &mut self.handed else { return };
        let of = |outcome: &FileOutcome| match outcome {
            FileOutcome::Taken { name, .. } => (false, name.clone()),
            FileOutcome::Failed { name, .. } => (true, name.clone()),
        };
        // A chain is said again whenever its tip moves: of a file the last word counts, but for one that was not taken whole,
        // whatever chain its headers went into.
        let (has_failed, name) = of(&outcome);
        if has_failed || !handed.outcomes.iter().any(|known| of(known) == (true, name.clone())) {
            handed.outcomes.retain(|known| of(known).1 != name);
            handed.outcomes.push(outcome);
        }
    }

    /// What a worker that is gone had said. A new one says it anew.
    pub fn forget_worker(&mut self) {
        self.sources.clear();
        self.syncs.clear();
        self.genesis_checks.clear();
        self.alarms.clear();
        self.storage.clear();
        self.adding = None;
    }

    /// What would be read out next, if it differs from what was.
    #[must_use]
    pub fn unspoken(&self, chains: &[ChainStatus]) -> Option<Overview> {
        let next = self.leading(chains)?;
        (self.spoken.as_ref().map(|spoken| &spoken.overview) != Some(&next)).then_some(next)
    }

    /// Has the newest read out, unless something was a moment ago.
    pub fn speak(&mut self, chains: &[ChainStatus], now: i64, at_ms: f64) {
        let Some(overview) = self.unspoken(chains) else { return };
        let wait = match &self.spoken {
            None => 0.0,
            Some(spoken) if spoken.overview.condition(true) == overview.condition(true) => SPEAK_PROGRESS_MS,
            Some(_) => SPEAK_MS,
        };
        let last = self.spoken.as_ref().map_or(f64::MIN, |spoken| spoken.at_ms);
        // A clock that was set back must not silence the page.
        if at_ms - last >= wait || at_ms < last {
            self.spoken = Some(Spoken { overview, now, at_ms });
        }
    }
}

/// Whether an answer rests on a trusted header of a network whose headers were checked from genesis since.
#[must_use]
pub fn rests_on_pin(report: &Report, network: &str) -> bool {
    let rests =
        |chain: &crate::proof::report::ChainView| chain.network == network && Basis::of(&chain.basis).is_trusted();
    report.chain.as_ref().is_some_and(rests)
}

/// Whether an answer speaks of a tip that left the best chain: all that stands on it is to be checked anew.
#[must_use]
pub fn is_overtaken(report: &Report, reorganized: &Reorganized) -> bool {
    let overtaken = |chain: &crate::proof::report::ChainView| {
        chain.network == reorganized.network && chain.tip.height > reorganized.common.height
    };
    report.chain.as_ref().is_some_and(overtaken)
}
