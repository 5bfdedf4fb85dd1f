//! What verified records come to: the state of what they speak of, and whether the trade's rules hold.

use crate::proof::history::VerifiedHistory;
use crate::proof::problem::Finding;
use crate::proof::summary::{Replayed, summarize};
use crate::proof::trade_view::TradeView;
use crate::trade::flows::dossier;
use crate::trade::identifier_rules::rule_identifiers;
use crate::trade::replay::history::{History, order};
use crate::trade::rule::{Breach, Place, Rule, Ruling, Severity, Sheet};
use crate::trade::seen::Day;

/// The code of a history that forks.
pub(super) const FORKS: &str = "history-forks";

/// Verified records, replayed under the rules.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Standing {
    view: TradeView,
    sheet: Sheet,
    history: History,
    focus: usize,
    records: usize,
}

/// Evidence that an asset's records are shown from its first to the one in question, each following the last.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct WholeHistory {
    records: u64,
}

impl WholeHistory {
    /// Records of the asset up to the one in question.
    #[must_use]
    pub fn records(&self) -> u64 {
        self.records
    }
}

/// Evidence that the records break no rule of the trade that they could be held to.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct RulesKept {
    held: usize,
}

impl RulesKept {
    /// Rules that were held.
    #[must_use]
    pub fn held(&self) -> usize {
        self.held
    }
}

/// How many rules came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Held.
    pub held: usize,
    /// Broken by an error.
    pub broken: usize,
    /// Broken by a warning or something worth knowing.
    pub warned: usize,
    /// Not checked.
    pub not_checked: usize,
}

impl Standing {
    /// Replays a verified history. `as_of` is the day of the newest header.
    pub fn of(history: &VerifiedHistory, as_of: Option<Day>) -> Self {
        let entries = history.entries();
        let focus = history.focus();
        let mut sheet = Sheet::default();
        let dossier = dossier(&entries, Some(focus), &mut sheet);
        let own = entries[focus].record;
        rule_identifiers(own, &mut sheet);
        let subject = &own.subject;
        let own: Vec<usize> = (0..entries.len()).filter(|&at| entries[at].record.subject == *subject).collect();
        // The rule on order is written down by the replay; here only the order itself is asked.
        let ordered = order(&entries, &own, Some(focus), Rule::S(16), &mut Sheet::default());
        let view = summarize(&Replayed { entries: &entries, focus, dossier: &dossier, sheet: &sheet, as_of });
        Self { view, sheet, history: ordered, focus, records: entries.len() }
    }

    /// What the reader is told.
    #[must_use]
    pub fn view(&self) -> &TradeView {
        &self.view
    }

    /// Records replayed.
    #[must_use]
    pub fn records(&self) -> usize {
        self.records
    }

    /// How many rules came out how.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for (_, ruling) in self.sheet.rulings() {
            match (&ruling, ruling.severity()) {
                (Ruling::Held { .. }, _) => counts.held += 1,
                (Ruling::NotChecked { .. }, _) => counts.not_checked += 1,
                (Ruling::Broken { .. }, Some(Severity::Error)) => counts.broken += 1,
                (Ruling::Broken { .. }, _) => counts.warned += 1,
            }
        }
        counts
    }

    /// Whether the asset's records are all there, up to the one in question, and none stands beside it.
    ///
    /// # Errors
    /// *Failed* for a history that forks; *not checked* when records are missing, or when a later one is among those shown.
    pub fn verify_whole(&self) -> Result<WholeHistory, Finding> {
        let History { branch, forks, .. } = &self.history;
        if let Some(fork) = forks.first() {
            return Err(Finding::failed(FORKS, "record.previousRecordHash")
                .comparing("one record after another", format!("entries {} and {}", fork.first + 1, fork.second + 1)));
        }
        match branch.iter().position(|&at| at == self.focus) {
            None => Err(Finding::not_checked("history-not-shown")),
            Some(place) if place + 1 < branch.len() => {
                Err(Finding::not_checked("superseded").comparing(place + 1, branch.len()))
            }
            Some(place) => Ok(WholeHistory { records: place as u64 + 1 }),
        }
    }

    /// Whether the rules hold.
    ///
    /// # Errors
    /// *Failed* with the first breach; *not checked* when no rule could be held against these records.
    pub fn verify_rules(&self) -> Result<RulesKept, Finding> {
        let broken = self.sheet.rulings().find(|(_, ruling)| ruling.severity() == Some(Severity::Error));
        if let Some((rule, Ruling::Broken { breaches, .. })) = &broken {
            let heaviest = breaches.iter().find(|breach| breach.severity == Severity::Error);
            return Err(
                heaviest.map_or_else(|| Finding::failed("rule-broken", rule.code()), |breach| finding(*rule, breach))
            );
        }
        let Counts { held, warned, .. } = self.counts();
        match held + warned {
            0 => Err(Finding::not_checked("no-rules")),
            held => Ok(RulesKept { held }),
        }
    }
}

fn finding(rule: Rule, breach: &Breach) -> Finding {
    let at = |place: &Place| format!("{} {}", place.record, place.field).trim().to_owned();
    let field = breach.places.iter().map(at).collect::<Vec<_>>().join(", ");
    let mut finding = Finding::failed("rule-broken", format!("{} {field}", rule.code()).trim_end())
        .comparing(&breach.expected, &breach.found);
    finding.problem.detail = rule.words().english.to_owned();
    finding
}
