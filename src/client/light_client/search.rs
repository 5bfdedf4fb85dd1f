//! The headers that decide about a verification's block, fetched before it is answered: for an old block just those up to the
//! next pin, whatever the network's synchronization does meanwhile.

use super::{LightClient, Verification};
use crate::client::examine::{concerned_network, sought};
use crate::client::message::{Event, Stage};
use crate::client::sync::{LOOKUP_MS, MAX_LOOKED_UP};
use crate::proof::sought::Sought;

/// Most blocks looked up for one verification: a timestamp may name several.
const MAX_LOOKUPS: usize = 4;

/// The search for the headers that decide about a verification's block.
#[derive(Debug, Default)]
pub(super) struct Search {
    /// When the last lookup for it has to be over, by the steady clock.
    until_ms: Option<u64>,
    /// Heights that headers were fetched for.
    tried: Vec<u32>,
    pub(super) over: Option<Over>,
}

/// What came of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Over {
    /// They were fetched for it: nothing else is waited for.
    Found,
    /// What the network's synchronization brings is waited for.
    Waits,
}

impl LightClient {
    /// Whether it is to be looked for the headers of the first verification's block.
    pub(super) fn is_to_search(&self) -> bool {
        let Some(first) = self.waiting.front().filter(|first| first.search.over.is_none()) else { return false };
        let network = concerned_network(&first.intake, &self.registries);
        let loading =
            network.map_or(self.keeper.loading().next().is_some(), |network| self.keeper.is_loading(&network));
        !loading && self.arriving.is_empty() && self.fetches.is_empty() && !self.sync.is_looking_up()
    }

    /// Looks for the headers that decide about the first verification's block, and has them fetched where they are not in
    /// hand: for an old block just those up to the next pin. For a new one the synchronization does that, where it is on.
    pub(super) fn search(&mut self) {
        if !self.is_to_search() {
            return;
        }
        let (engine, now) = (&mut *self.engine, self.now);
        let Some(Verification { id, intake, search }) = self.waiting.front_mut() else { return };
        let (network, height, depth) = match sought(intake, &self.registries, engine, now.unix, &search.tried) {
            Sought::Lacking { network, height, depth } if !search.tried.contains(&height) => (network, height, depth),
            Sought::InHand if !search.tried.is_empty() => return search.over = Some(Over::Found),
            Sought::Lacking { .. } | Sought::InHand | Sought::Nothing => return search.over = Some(Over::Waits),
        };
        search.tried.push(height);
        let plan = engine.plan(&network, Some((height, depth)));
        let fits = match plan.count() {
            Some(count) => count <= MAX_LOOKED_UP,
            None => plan.pin.is_some() && !self.sync.is_on(&network),
        };
        let until_ms = *search.until_ms.get_or_insert(now.steady_ms.saturating_add(LOOKUP_MS));
        if fits && search.tried.len() <= MAX_LOOKUPS && self.sync.look_up(&network, plan, until_ms, now) {
            let stage = Stage::FetchingHeaders { done: 0, total: None };
            self.outbox.say(Event::Progress { id: *id, stage });
        }
    }
}
