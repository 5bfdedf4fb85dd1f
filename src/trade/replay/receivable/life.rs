//! The lives of receivables: each history replayed, a part after what it was split from.

use crate::trade::record::Subject;
use crate::trade::replay::history::{self, Entry, History};
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::replay::receivable::machine::Turn;
use crate::trade::replay::receivable::profile::{self, GENERAL, Profile};
use crate::trade::replay::receivable::state::{Receivable, Stage, Step};
use crate::trade::replay::receivable::undertake::applied;
use crate::trade::rule::phrase::{HOLDER, OrLater, Same};
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::both;
use std::collections::{HashMap, HashSet};

/// One receivable's life.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// Its records in order.
    pub history: History,
    /// What it is after the last; absent when the first record is not among those given.
    pub state: Option<Receivable>,
    /// What it was after each, in order.
    pub steps: Vec<Step>,
    /// The rules it lives under.
    pub profile: &'static Profile,
    /// What was wrong or could not be checked in this life alone.
    pub sheet: Sheet,
}

/// The lives of all receivables that records speak of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lives {
    /// One a receivable, in the order of first mention.
    pub lives: Vec<Life>,
    /// Where each stands, by reference. Of several under one reference the one that is asked about stands for it, and none where
    /// that is none of them.
    pub by_reference: HashMap<String, usize>,
    /// References under which several stand that are not asked about.
    pub ambiguous: HashSet<String>,
}

impl Lives {
    /// A receivable's life.
    #[must_use]
    pub fn find(&self, reference: &str) -> Option<&Life> {
        self.lives.get(*self.by_reference.get(reference)?)
    }

    /// What is lacking of a receivable that is not found: which of several is meant, or its records.
    #[must_use]
    pub fn lack(&self, reference: &str) -> Lack {
        match self.ambiguous.contains(reference) {
            true => Lack::Ambiguous { reference: reference.to_owned() },
            false => Lack::Record { what: reference.to_owned() },
        }
    }

    /// The state of a receivable.
    #[must_use]
    pub fn state(&self, reference: &str) -> Option<&Receivable> {
        self.find(reference)?.state.as_ref()
    }
}

/// Replays every receivable among the entries. `focus` is the record in question: where a history forks, its branch counts.
#[must_use]
pub fn replay(entries: &[Entry<'_>], focus: Option<usize>) -> Lives {
    let mut sheets: Vec<Sheet> = Vec::new();
    let mut histories: Vec<Option<History>> = Vec::new();
    for asset in history::by_asset(entries, &["receivable"]) {
        let mut sheet = Sheet::default();
        histories.push(Some(history::order(entries, &asset, focus, Rule::R(12), &mut sheet)));
        sheets.push(sheet);
    }
    let asked = focus.and_then(|at| entries.get(at)).map(|entry| &entry.record.subject);
    let (by_reference, ambiguous) = places(histories.iter().flatten().map(|history| &history.subject), asked);
    let order = parents_first(entries, &histories, &by_reference);
    let mut done: HashMap<usize, Life> = HashMap::with_capacity(order.len());
    for at in order {
        let Some(history) = histories[at].take() else { continue };
        let sheet = std::mem::take(&mut sheets[at]);
        let parent =
            parent_of(entries, &history).and_then(|parent| by_reference.get(parent)).and_then(|at| done.get(at));
        let life = live(entries, history, parent, &ambiguous, sheet);
        done.insert(at, life);
    }
    let lives = (0..histories.len()).filter_map(|at| done.remove(&at)).collect();
    Lives { lives, by_reference, ambiguous }
}

/// Where each receivable stands, by reference, and the references under which nobody can say which of several is meant: a
/// reference is no more than a name, and somebody may have taken it twice.
fn places<'a>(
    subjects: impl Iterator<Item = &'a Subject>,
    asked: Option<&Subject>,
) -> (HashMap<String, usize>, HashSet<String>) {
    let (mut places, mut ambiguous) = (HashMap::new(), HashSet::new());
    for (at, subject) in subjects.enumerate() {
        let reference = &subject.reference;
        if asked == Some(subject) || !places.contains_key(reference) {
            places.insert(reference.clone(), at);
        } else if asked.is_none_or(|asked| asked.scheme != subject.scheme || asked.reference != *reference) {
            ambiguous.insert(reference.clone());
        }
    }
    for reference in &ambiguous {
        places.remove(reference);
    }
    (places, ambiguous)
}

/// What the first record says it was split from.
fn parent_of<'a>(entries: &[Entry<'a>], history: &History) -> Option<&'a str> {
    entries[*history.branch.first()?].record.body.text("parentReceivableId")
}

/// The receivables, each after the one it was split from. One that is said to come from itself, by any way round, comes where
/// it stands.
fn parents_first(
    entries: &[Entry<'_>],
    histories: &[Option<History>],
    by_reference: &HashMap<String, usize>,
) -> Vec<usize> {
    let parent = |at: usize| {
        let history = histories[at].as_ref()?;
        by_reference.get(parent_of(entries, history)?).copied()
    };
    let mut visited = vec![false; histories.len()];
    let mut order = Vec::with_capacity(histories.len());
    for start in 0..histories.len() {
        let mut line = Vec::new();
        let mut next = Some(start);
        while let Some(at) = next.filter(|&at| !visited[at]) {
            visited[at] = true;
            line.push(at);
            next = parent(at);
        }
        order.extend(line.into_iter().rev());
    }
    order
}

fn live(
    entries: &[Entry<'_>],
    history: History,
    parent: Option<&Life>,
    ambiguous: &HashSet<String>,
    mut sheet: Sheet,
) -> Life {
    let Some(&first) = history.branch.first() else {
        return Life { history, state: None, steps: Vec::new(), profile: &GENERAL, sheet };
    };
    let record = entries[first].record;
    let mut profile = &GENERAL;
    if let Some(code) = record.body.text("profile") {
        match profile::find(code) {
            Some(found) => profile = found,
            None => {
                let known: Vec<&str> = profile::PROFILES.iter().map(|profile| profile.code).collect();
                let place = entries[first].at("/body/profile");
                sheet.broken(Rule::R(4), Breach::new(Severity::Warning, place, Same(known.join(", ")), Same(code)));
            }
        }
    }
    let mut state = applied(&entries[first]);
    state.origin_ambiguous = state.parent.as_ref().is_some_and(|parent| ambiguous.contains(parent));
    if state.parent.is_some() {
        profile = parent.map_or(profile, |parent| parent.profile);
    }
    let mut steps = Vec::with_capacity(history.branch.len());
    for (number, &at) in history.branch.iter().enumerate() {
        let entry = &entries[at];
        let signer = Identity::signer(&entry.record.signer, entry.signer);
        time_runs_on(entries, &history.branch, number, &mut sheet);
        let mut turn = Turn { state: &mut state, profile, entry, sheet: &mut sheet, signer };
        match (number, turn.action(), turn.state.parent.is_some()) {
            (0, "APPLY", false) => turn.apply(),
            (0, "APPLY", true) => {
                turn.apply_as_part(
                    parent.filter(|parent| is_shown(entries, parent, at)).and_then(|parent| parent.state.as_ref()),
                );
                turn.terms();
            }
            (0, action, _) => turn.broken(Rule::R(12), "/actionCode", Same("APPLY"), Same(action)),
            _ => turn.take(),
        }
        steps.push(Step {
            entry: at,
            stage: state.stage,
            holder: state.holder.called(),
            outstanding: state.outstanding(),
        });
    }
    Life { history, state: Some(state), steps, profile, sheet }
}

/// Whether what a part was split from is shown up to the split. Where it is not split, a record that does so may be missing,
/// unless it ended otherwise or something was done with it after the part began.
fn is_shown(entries: &[Entry<'_>], parent: &Life, part: usize) -> bool {
    let Some(state) = &parent.state else { return false };
    let History { branch, loose, .. } = &parent.history;
    let last = branch.last().map(|&at| entries[at].record.action_time_ms);
    state.stage.is_closed() || loose.is_empty() && last > Some(entries[part].record.action_time_ms)
}

/// Rule R12: nothing is done before what it follows.
fn time_runs_on(entries: &[Entry<'_>], branch: &[usize], number: usize, sheet: &mut Sheet) {
    let Some(before) = number.checked_sub(1) else { return };
    let (before, now) = (&entries[branch[before]], &entries[branch[number]]);
    if now.record.action_time_ms < before.record.action_time_ms {
        let (expected, found) = (OrLater(&before.record.action_date_time), Same(&now.record.action_date_time));
        let breach = Breach::new(Severity::Error, now.at("/actionDateTime"), expected, found);
        sheet.broken(Rule::R(12), breach.against(before.at("/actionDateTime")));
    }
}

impl Turn<'_, '_> {
    /// The first record of a part: it takes over what its parent was when it was split.
    pub(super) fn apply_as_part(&mut self, parent: Option<&Receivable>) {
        let Some(parent) = parent else {
            self.state.origin_unseen = true;
            // Whoever held it then, it had been accepted: nothing else is split.
            self.state.stage = Stage::Accepted;
            self.state.holder = Identity::default();
            self.lacks_origin(Rule::R(1));
            self.lacks_origin(Rule::R(2));
            return;
        };
        let part = parent.parts.iter().find(|part| part.id == self.state.reference);
        if parent.stage != Stage::Split || (part.is_none() && !parent.parts_withheld) {
            let (whole, own) = (&parent.reference, self.state.reference.clone());
            let expected = both!("a part of {whole}, by its SPLIT", "{whole} 经 SPLIT 拆出的一份");
            return self.broken(Rule::R(1), "/body/parentReceivableId", expected, Same(own));
        }
        self.signed_by(&[(HOLDER, parent.holder.clone())]);
        match (part.and_then(|part| part.amount), self.state.face) {
            (Some(part), Some(face)) => self.judge(Rule::R(1), part == face, "/body/faceAmount", part, face),
            (None, _) => {
                let record = parent.reference.clone();
                self.sheet.lacks(Rule::R(1), Lack::Withheld { record, field: "/body/children".to_owned() });
            }
            (_, None) => {}
        }
        if let (Some(due), Some(own)) = (parent.maturity, self.state.maturity) {
            self.judge(Rule::R(1), due == own, "/body/maturityDate", due, own);
        }
        if let (Some(owed), Some(own)) = (parent.owed(), self.state.face) {
            self.judge(
                Rule::R(7),
                owed.currency() == own.currency(),
                "/body/currency",
                Same(owed.currency()),
                Same(own.currency()),
            );
        }
        if self.state.acceptor.compare(&parent.acceptor) == Comparison::Different {
            let found = self.state.acceptor.said();
            self.broken(Rule::R(1), "/body/acceptor", parent.acceptor.said(), found);
        }
        self.inherit(parent);
    }

    fn inherit(&mut self, parent: &Receivable) {
        let state = &mut *self.state;
        state.stage = match parent.confirmations.is_empty() {
            true => Stage::Accepted,
            false => Stage::Confirmed,
        };
        state.accepted = state.face;
        state.origin_unseen = parent.origin_unseen;
        state.seller = parent.seller.clone();
        state.acceptor = parent.acceptor.clone();
        state.holder = parent.holder.clone();
        state.maturity = state.maturity.or(parent.maturity);
        state.issue_date = state.issue_date.or(parent.issue_date);
        state.confirmations.clone_from(&parent.confirmations);
        for confirmation in &mut state.confirmations {
            confirmation.amount = state.face;
        }
        state.transfers = parent.transfers;
        state.disputed.clone_from(&parent.disputed);
        if state.invoices.is_empty() {
            state.invoices.clone_from(&parent.invoices);
        }
        if state.shipments.is_empty() {
            state.shipments.clone_from(&parent.shipments);
        }
        self.state.holder.learn(&self.signer);
    }
}
