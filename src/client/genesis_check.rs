//! Checks from genesis: the whole chain verified in the background, beside the one that starts at a pin. Its headers count for
//! nothing before it holds the other's tip, or has more work; then it takes the other's place, and whoever asked is told.
//! Nothing that a reader waits for waits for it.

use crate::chain::Basis;
use crate::client::clock::Now;
use crate::client::message::{
    ChainSource, Command, Event, GenesisCheck, GenesisCheckState, Input, SyncState, SyncStatus,
};
use crate::client::outbox::Outbox;
use crate::client::sync::{Sync, chain_status};
use crate::engine::{HeaderEngine, Which};
use std::collections::BTreeMap;

/// Between two accounts of a check, milliseconds.
const TELL_MS: u64 = 250;

/// The checks of every network.
#[derive(Debug)]
pub struct GenesisChecks {
    sync: Sync,
    checks: BTreeMap<String, Check>,
    /// Whether somebody waits for something else.
    held: bool,
}

impl Default for GenesisChecks {
    fn default() -> Self {
        Self { sync: Sync::beside(), checks: BTreeMap::new(), held: false }
    }
}

#[derive(Debug)]
struct Check {
    state: GenesisCheckState,
    told: Option<GenesisCheck>,
    told_ms: Option<u64>,
    stale: bool,
}

impl Check {
    fn is_on(&self) -> bool {
        matches!(self.state, GenesisCheckState::Running | GenesisCheckState::Stalled)
    }
}

impl GenesisChecks {
    fn is_idle(&self) -> bool {
        self.checks.is_empty()
    }

    /// Hears what happened to a fetch or a socket; gives back what is another's.
    pub fn hear(&mut self, input: Input, now: Now, out: &mut Outbox) -> Option<Input> {
        if self.is_idle() { Some(input) } else { self.sync.hear(input, now, out) }
    }

    /// Does what a command says of checks; gives back any other.
    pub fn obey(
        &mut self,
        command: Command,
        main: &Sync,
        engine: &mut dyn HeaderEngine,
        now: Now,
        out: &mut Outbox,
    ) -> Option<Command> {
        match command {
            Command::CheckFromGenesis { network } => self.begin(&network, main, now, out),
            Command::PauseGenesisCheck { network } => {
                self.halt(&network, GenesisCheckState::Paused, SyncState::Paused, out);
            }
            Command::StopGenesisCheck { network } => {
                self.halt(&network, GenesisCheckState::Stopped, SyncState::Cancelled, out);
                engine.turn_aside(true);
                engine.forget(&network);
                engine.turn_aside(false);
            }
            other => return Some(other),
        }
        None
    }

    /// Asks the sources that are configured by now, and those alone.
    pub fn follow(&mut self, main: &Sync, out: &mut Outbox) {
        for network in self.checks.iter().filter(|(_, check)| check.is_on()).map(|(network, _)| network) {
            self.sync.follow(main, network, out);
        }
    }

    fn begin(&mut self, network: &str, main: &Sync, now: Now, out: &mut Outbox) {
        let paused = self.checks.get(network).is_some_and(|check| check.state == GenesisCheckState::Paused);
        if !paused {
            self.sync.forget_wrongs(network, out);
        }
        let new = Check { state: GenesisCheckState::Running, told: None, told_ms: None, stale: true };
        self.checks.insert(network.to_owned(), new);
        self.sync.follow(main, network, out);
        self.sync.begin_beside(network, now, out);
        if !self.sync.is_on(network) {
            // A network that nobody knows has no first header.
            self.checks.remove(network);
        }
    }

    fn halt(&mut self, network: &str, state: GenesisCheckState, sync: SyncState, out: &mut Outbox) {
        let Some(check) = self.checks.get_mut(network) else { return };
        let is_open = check.is_on() || check.state == GenesisCheckState::Paused;
        if is_open {
            (check.state, check.told_ms, check.stale) = (state, None, true);
            self.sync.halt_beside(network, sync, out);
        }
    }

    /// Gives up on the silent.
    pub fn pass_time(&mut self, now: Now, out: &mut Outbox) {
        if !self.is_idle() {
            self.sync.pass_time(now, out);
        }
    }

    /// Whether headers wait to be judged.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.sync.has_work()
    }

    /// Judges a slice of headers.
    pub fn work(&mut self, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) {
        engine.turn_aside(true);
        self.sync.work(engine, now, out);
        engine.turn_aside(false);
    }

    /// Goes on, behind everything that `held` says somebody waits for; says whether a chain took another's place.
    pub fn drive(
        &mut self,
        main: &mut Sync,
        held: bool,
        engine: &mut dyn HeaderEngine,
        now: Now,
        out: &mut Outbox,
    ) -> bool {
        if self.is_idle() {
            return false;
        }
        self.held = held;
        self.sync.hold(|_| held);
        engine.turn_aside(true);
        self.sync.drive_beside(main, engine, now, out);
        engine.turn_aside(false);
        self.sync.denounce(main, out);
        let mut adopted = false;
        let names: Vec<String> = self.checks.keys().cloned().collect();
        for network in names {
            adopted |= self.conclude(&network, engine, now, out);
            self.tell(&network, engine, now, out);
        }
        adopted
    }

    /// Ends a check that is done.
    fn conclude(&mut self, network: &str, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) -> bool {
        let Some(check) = self.checks.get_mut(network).filter(|check| check.is_on()) else { return false };
        // A run on somebody's word stands for nothing.
        let in_hand = engine.summary(network, Which::First);
        let in_hand = in_hand.filter(|chain| !matches!(chain.basis, Basis::Unanchored(_)));
        let begins_at_genesis = in_hand.as_ref().is_some_and(|chain| chain.first_height == 0);
        engine.turn_aside(true);
        let status = self.sync.status_of(network, engine, now);
        engine.turn_aside(false);
        let Some(SyncStatus { state, height, .. }) = status else { return false };
        let over = matches!(state, SyncState::Complete | SyncState::Stalled) && !self.held;
        // Without a chain to be compared with, all that the sources have is what there is to check.
        let is_time = match in_hand {
            Some(chain) => over || height.is_some_and(|height| height >= chain.tip.height),
            None => state == SyncState::Complete,
        };
        let adopted = !begins_at_genesis && is_time && engine.adopt(network);
        if adopted || begins_at_genesis {
            (check.state, check.told_ms, check.stale) = (GenesisCheckState::Done, None, true);
            let giver = self.sync.giver(network);
            self.sync.halt_beside(network, SyncState::Cancelled, out);
            if let Some((url, own)) = giver.filter(|_| adopted) {
                let source = if own { ChainSource::Origin { url } } else { ChainSource::Source { url } };
                let status = chain_status(engine, network, Which::First, source);
                status.into_iter().for_each(|status| out.say(Event::Chain(status)));
            }
        } else {
            let state = if over { GenesisCheckState::Stalled } else { GenesisCheckState::Running };
            check.stale |= check.state != state || height != check.told.as_ref().and_then(|told| told.height);
            check.state = state;
        }
        adopted
    }

    fn tell(&mut self, network: &str, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let Some(check) = self.checks.get_mut(network).filter(|check| check.stale) else { return };
        if check.told_ms.is_some_and(|told| now.steady_ms < told + TELL_MS) {
            return;
        }
        let in_hand = engine.summary(network, Which::First).map(|chain| chain.tip.height);
        engine.turn_aside(true);
        let status = self.sync.status_of(network, engine, now);
        engine.turn_aside(false);
        let Some(status) = status else { return };
        let is_running = check.state == GenesisCheckState::Running;
        let word = GenesisCheck {
            network: network.to_owned(),
            state: check.state,
            height: if check.state == GenesisCheckState::Done { in_hand } else { status.height },
            target: in_hand.max(status.claimed),
            headers_per_second: status.headers_per_second.filter(|_| is_running),
            seconds_left: status.seconds_left.filter(|_| is_running),
            source: status.source.filter(|_| is_running),
            contradiction: self.sync.contradiction(network).cloned(),
        };
        (check.stale, check.told_ms) = (false, Some(now.steady_ms));
        if check.told.as_ref() != Some(&word) {
            check.told = Some(word.clone());
            out.say(Event::GenesisCheck(word));
        }
    }

    /// When something is to be done, if nothing is heard before, by the steady clock.
    #[must_use]
    pub fn next_wakeup(&self, main: &Sync, now: Now) -> Option<u64> {
        if self.is_idle() {
            return None;
        }
        let stale = self.checks.values().filter(|check| check.stale);
        let told = stale.map(|check| check.told_ms.map_or(now.steady_ms, |told| told + TELL_MS));
        // Behind what somebody waits for there is nothing to begin; that wakes when it is over.
        let sync = self.sync.next_wakeup_beside(main, now).filter(|_| !self.held);
        told.chain(sync).min()
    }
}
