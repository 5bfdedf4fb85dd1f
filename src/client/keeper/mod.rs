//! Headers kept between visits, for every network: loaded and verified at the start, added to as more are verified.
//!
//! What was kept is a run of headers from a stranger: the engine judges each. Nothing is asked of sources before a network's
//! kept headers are loaded, so that only what is missing is fetched. Saving goes on in the background, after the headers
//! were verified, and what a reorganization moved is cut off and written anew.
//!
//! Of a long chain a second worker judges some slices while this one judges those below, where the loop has one to give.

mod chain;
mod plan;
mod second;
mod slices;
mod tell;

use crate::chain::{BlockHash, Params};
use crate::client::clock::Now;
use crate::client::message::{Command, Input, Stage};
use crate::client::outbox::Outbox;
use crate::engine::HeaderEngine;
use chain::KeptChain;
use second::Second;
use std::collections::BTreeMap;

/// Between two saves while few headers come, milliseconds.
pub const SAVE_MS: u64 = 1_500;
/// So many headers are saved at once, whenever they have gathered.
pub const SAVE_HEADERS: u32 = 20_000;

/// The genesis header's hash of a network whose headers are worth keeping. Of regtest's they are not: anybody makes them,
/// and a chain kept from an earlier visit would stand against the one that is shown now.
#[must_use]
pub fn worth_keeping(network: &str) -> Option<BlockHash> {
    let params = Params::named(network).ok().filter(Params::retargets)?;
    Some(params.genesis().hash())
}

/// Every network's kept headers.
#[derive(Debug, Default)]
pub struct Keeper {
    chains: BTreeMap<String, KeptChain>,
    second: Second,
}

impl Keeper {
    /// Asks for a second worker whenever so many kept headers are to be judged. Without this it asks for none.
    #[must_use]
    pub fn with_second_from(mut self, headers: u32) -> Self {
        self.second.set_from(headers);
        self
    }

    /// Keeps the headers of a network from now on, what was kept before first. Twice is once.
    pub fn keep(&mut self, network: &str, genesis: BlockHash, now: Now, out: &mut Outbox) {
        if !self.chains.contains_key(network) {
            let chain = KeptChain::open(network, genesis, now, out);
            self.chains.insert(network.to_owned(), chain);
        }
    }

    /// Hears about files and the second worker. `None` when it was heard here.
    pub fn hear(&mut self, input: Input, now: Now, out: &mut Outbox) -> Option<Input> {
        match input {
            Input::Stored { network, told } => {
                if let Some(chain) = self.chains.get_mut(&network) {
                    chain.hear(told, now, out);
                }
            }
            Input::Second(told) => {
                if let Some((segment, answer)) = self.second.hear(told) {
                    self.chains.values_mut().for_each(|chain| chain.hear_judged(segment, &answer));
                }
            }
            other => return Some(other),
        }
        None
    }

    /// Obeys what is about kept headers. `None` when it was.
    pub fn obey(&mut self, command: Command, out: &mut Outbox) -> Option<Command> {
        let Command::ForgetHeaders { network } = command else { return Some(command) };
        if let Some(chain) = self.chains.get_mut(&network) {
            chain.forget(out);
        }
        None
    }

    /// Whether kept headers wait to be judged.
    #[must_use]
    pub fn has_work(&self) -> bool {
        self.chains.values().any(KeptChain::has_work)
    }

    /// Judges a slice of kept headers.
    pub fn work(&mut self, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) {
        if let Some(chain) = self.chains.values_mut().find(|chain| chain.has_work()) {
            chain.work(engine, now, out);
        }
    }

    /// The engine took headers in: there may be something to save.
    pub fn note_grown(&mut self) {
        self.chains.values_mut().for_each(KeptChain::note_grown);
    }

    /// Goes on with what was asked for, saves what is due, and tells the page what changed.
    pub fn drive(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        for chain in self.chains.values_mut() {
            chain.drive(engine, now, out);
            chain.tell(now, out);
        }
        self.share(now, out);
    }

    /// Starts the second worker when there is enough for it, gives it its part, and ends it when there is nothing more.
    fn share(&mut self, now: Now, out: &mut Outbox) {
        let to_judge = self.chains.values().map(KeptChain::to_judge).max().unwrap_or(0);
        if to_judge == 0 {
            return self.second.end(out);
        }
        self.second.note(to_judge, out);
        if let Some(since_ms) = self.waits_since() {
            self.second.give_up(since_ms, now, out);
        }
        for chain in self.chains.values_mut() {
            chain.share(&mut self.second, now, out);
        }
    }

    fn waits_since(&self) -> Option<u64> {
        self.chains.values().filter_map(KeptChain::waits_since).min()
    }

    /// When something is to be done, if nothing is heard before, by the steady clock.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<u64> {
        let second = self.waits_since().map(Second::given_up_ms);
        self.chains.values().filter_map(KeptChain::wakeup_ms).chain(second).min()
    }

    /// Whether a network's kept headers are still being loaded: nothing is to be asked of its sources before.
    #[must_use]
    pub fn is_loading(&self, network: &str) -> bool {
        self.chains.get(network).is_some_and(KeptChain::is_loading)
    }

    /// The networks of which [`Self::is_loading`] is true.
    pub fn loading(&self) -> impl Iterator<Item = &str> {
        self.chains.values().filter(|chain| chain.is_loading()).map(|chain| chain.network.as_str())
    }

    /// How far the loading of a network's headers is, for a verification that waits for them.
    #[must_use]
    pub fn stage(&self, network: &str) -> Option<Stage> {
        self.chains.get(network).and_then(KeptChain::stage)
    }
}
