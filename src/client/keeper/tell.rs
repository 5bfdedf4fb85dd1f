//! What the page is told of kept headers.

use crate::client::clock::Now;
use crate::client::keep::Finding;
use crate::client::keeper::chain::{KeptChain, Phase};
use crate::client::message::{BlockAt, Event, Repair, StoragePlace, StorageState, StorageStatus};
use crate::client::outbox::Outbox;
use crate::proof::problem::chain_of_causes;

/// Between two words about something that changes all the time, milliseconds.
const TELL_MS: u64 = 250;
/// Most repairs that are told of; a device that spoils files again and again has been told of enough.
const MOST_REPAIRS: usize = 16;

/// What was told last.
#[derive(Debug, Default)]
pub(super) struct Said {
    status: Option<StorageStatus>,
    at_ms: u64,
    /// Something is to be told, at this time.
    due_ms: Option<u64>,
}

impl Said {
    pub(super) fn next_ms(&self) -> Option<u64> {
        self.due_ms
    }
}

impl KeptChain {
    pub(super) fn tell(&mut self, now: Now, out: &mut Outbox) {
        self.repairs.truncate(MOST_REPAIRS);
        let status = self.status();
        let before = self.said.status.as_ref();
        if before == Some(&status) {
            self.said.due_ms = None;
            return;
        }
        let same_kind = |before: &StorageStatus| {
            std::mem::discriminant(&before.state) == std::mem::discriminant(&status.state)
                && (before.role, before.repairs.len()) == (status.role, status.repairs.len())
        };
        let due = self.said.at_ms.saturating_add(TELL_MS);
        if before.is_some_and(same_kind) && now.steady_ms < due {
            self.said.due_ms = Some(due);
            return;
        }
        out.say(Event::Storage(status.clone()));
        (self.said.status, self.said.at_ms, self.said.due_ms) = (Some(status), now.steady_ms, None);
    }

    fn status(&self) -> StorageStatus {
        let kept = self.store.as_ref().map(|store| store.kept()).filter(|kept| kept.count > 0);
        let headers = kept.map_or(0, |kept| kept.count);
        let state = match self.phase.clone() {
            Phase::Opening => StorageState::Opening,
            Phase::Loading => StorageState::Loading { done: self.loaded.min(headers), total: headers },
            Phase::Keeping => StorageState::Keeping,
            Phase::Full { detail } => StorageState::Full { detail },
            Phase::Failed { detail } => StorageState::Failed { detail },
            Phase::Newer { version } => StorageState::Newer { version },
            Phase::Forgotten => StorageState::Forgotten,
        };
        StorageStatus {
            network: self.network.clone(),
            place: if matches!(state, StorageState::Newer { .. }) { StoragePlace::Memory } else { self.place },
            role: self.role,
            state,
            headers,
            bytes: kept.map_or(0, |kept| kept.bytes()),
            tip: kept.map(|kept| BlockAt { height: kept.end_height() - 1, hash: kept.tip.to_string() }),
            repairs: self.repairs.clone(),
            loaded_ms: self.loaded_ms,
            by_second: self.by_second,
            room: self.room,
        }
    }
}

/// Findings in words that travel.
pub(super) fn repairs(findings: &[Finding]) -> impl Iterator<Item = Repair> + '_ {
    findings.iter().map(|finding| match *finding {
        Finding::DamagedHead { ref error, .. } => Repair::DamagedHead { detail: chain_of_causes(error) },
        Finding::NoHead { bytes } => Repair::NoHead { bytes },
        Finding::Tail { bytes } => Repair::Tail { bytes },
        Finding::Truncated { expected, found } => Repair::Truncated { expected, found },
        Finding::DamagedPeriod { height, dropped } => Repair::DamagedPeriod { height, dropped },
        Finding::NotRepaired { ref failure } => Repair::NotRepaired { detail: failure.to_string() },
    })
}
