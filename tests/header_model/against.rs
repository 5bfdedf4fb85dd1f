//! Our tree beside the model: one header at a time to both, and whatever differs is a failure.

use crate::chain::{Did, Model};
use crate::rules::{Defect, Open};
use num_bigint::BigUint;
use plimsoll::chain::pow::TargetError;
use plimsoll::chain::{
    Accepted, BlockHash, BlockRef, ConfirmError, Header, HeaderError, HeaderTree, Reorganization, Rule, Work,
};
use plimsoll::time::UnixTime;
use std::collections::BTreeMap;

/// Our tree and the model, told the same.
pub struct Pair {
    pub tree: HeaderTree,
    pub model: Model,
}

/// What came of one header, with what is worth counting.
pub struct Outcome {
    pub name: &'static str,
    /// The place of the header among the model's, when it is one of them now.
    pub place: Option<usize>,
    /// Headers that a reorganization took off.
    pub disconnected: usize,
    /// The tip stands lower than before.
    pub lower: bool,
    /// As much work as the tip, and not the tip.
    pub tied: bool,
}

/// Our error, as the model would put it.
pub fn put(error: &HeaderError) -> Defect {
    match *error {
        HeaderError::Target(TargetError::Negative { .. }) => Defect::Negative,
        HeaderError::Target(TargetError::Zero { .. }) => Defect::Zero,
        HeaderError::Target(TargetError::Overflow { .. }) => Defect::Overflow,
        HeaderError::Target(TargetError::OverLimit { .. }) => Defect::OverLimit,
        HeaderError::Work { .. } => Defect::Work,
        HeaderError::Genesis { .. } => Defect::Genesis,
        HeaderError::UnknownParent { .. } => Defect::UnknownParent,
        HeaderError::Bits { expected, .. } => Defect::Bits { expected: expected.0 },
        HeaderError::BitsOutOfReach { hardest, easiest, .. } => {
            Defect::OutOfReach { hardest: hardest.0, easiest: easiest.0 }
        }
        HeaderError::TooOld { median, .. } => Defect::TooOld { median: median.0 },
        HeaderError::Timewarp { least, .. } => Defect::Timewarp { least: least.0 },
        HeaderError::NotYetValid { latest, .. } => Defect::NotYetValid { latest: latest.0 },
        HeaderError::Version { least, .. } => Defect::Version { least },
        HeaderError::Pinned { height, .. } => Defect::Pinned { height: height.into() },
        HeaderError::PinnedBits { expected, .. } => Defect::PinnedBits { expected: expected.0 },
        HeaderError::PinnedWork { found, .. } => Defect::PinnedWork { found: number(found) },
        ref other => panic!("no rule of headers: {other}"),
    }
}

/// A stable name of a defect, for counting.
pub fn defect_name(defect: &Defect) -> &'static str {
    match defect {
        Defect::Negative => "negative target",
        Defect::Zero => "zero target",
        Defect::Overflow => "target over 256 bits",
        Defect::OverLimit => "target over the limit",
        Defect::Work => "no work",
        Defect::Genesis => "other genesis",
        Defect::UnknownParent => "unknown parent",
        Defect::Bits { .. } => "wrong bits",
        Defect::OutOfReach { .. } => "bits out of reach",
        Defect::TooOld { .. } => "too old",
        Defect::Timewarp { .. } => "timewarp",
        Defect::NotYetValid { .. } => "not yet valid",
        Defect::Version { .. } => "old version",
        Defect::Pinned { .. } => "other than pinned",
        Defect::PinnedBits { .. } => "other bits than pinned",
        Defect::PinnedWork { .. } => "other work than pinned",
    }
}

pub fn number(work: Work) -> BigUint {
    BigUint::from_bytes_be(&work.to_be_bytes())
}

fn block(height: u64, hash: [u8; 32]) -> BlockRef {
    BlockRef { height: height.try_into().unwrap(), hash: BlockHash(hash) }
}

impl Pair {
    /// Gives both a header; they must say the same of it and stand the same after it.
    pub fn offer(&mut self, bytes: &[u8; 80], now: i64) -> Outcome {
        let before = self.model.best();
        let (height_before, work_before) = (self.model.entries[before].height, self.model.entries[before].work.clone());
        let expected = self.model.accept(bytes, now);
        let header = Header::from_bytes(bytes);
        let found = self.tree.accept(&header, UnixTime(now));
        let mut outcome = Outcome { name: "", place: None, disconnected: 0, lower: false, tied: false };
        match (&found, &expected) {
            (Err(found), Err(expected)) => {
                assert_eq!(put(found), *expected, "{header}: {found}");
                let is_final = !matches!(expected, Defect::NotYetValid { .. } | Defect::UnknownParent);
                assert_eq!(found.is_final(), is_final, "{header}: {found}");
                outcome.name = defect_name(expected);
            }
            (Ok(found), Ok((did, place))) => {
                let entry = &self.model.entries[*place];
                let at = block(entry.height, entry.hash);
                let expected = match *did {
                    Did::Duplicate => Accepted::Duplicate(at),
                    Did::Extended => Accepted::Extended(at),
                    Did::Fork => Accepted::Fork(at),
                    Did::Reorganized { common: (height, hash), disconnected, connected } => {
                        let (disconnected, connected) = (disconnected as u32, connected as u32);
                        let common_ancestor = block(height, hash);
                        Accepted::Reorganized(at, Reorganization { common_ancestor, disconnected, connected })
                    }
                };
                assert_eq!(*found, expected, "{header}");
                outcome.place = Some(*place);
                outcome.tied = *did == Did::Fork && entry.work == work_before;
                outcome.lower = entry.height < height_before;
                outcome.name = match did {
                    Did::Duplicate => "duplicate",
                    Did::Extended => "extended",
                    Did::Fork => "fork",
                    Did::Reorganized { disconnected, .. } => {
                        outcome.disconnected = *disconnected;
                        "reorganized"
                    }
                };
                outcome.lower &= outcome.name == "reorganized";
            }
            _ => panic!("{header}: ours {found:?}, the model's {expected:?}"),
        }
        self.assert_same_tip();
        outcome
    }

    /// Tip, how many headers, work and median time.
    pub fn assert_same_tip(&self) {
        let (tree, model) = (&self.tree, &self.model);
        let best = model.best();
        let tip = &model.entries[best];
        assert_eq!(tree.tip(), block(tip.height, tip.hash));
        assert_eq!(tree.header_count(), model.entries.len());
        assert_eq!(number(tree.work_at_hand()), tip.work);
        let total = model.work_before().map(|before| before + &tip.work);
        assert_eq!(tree.total_work_at(tree.tip().height).map(number), total);
        let median = tree.median_time_past(tree.tip().height);
        assert_eq!(median, model.median_time(best).map(|time| UnixTime(time.into())));
    }

    /// Every header of the best chain, every rule left open, and what is said of each header when it is asked for.
    pub fn assert_same_whole(&self) {
        let (tree, model) = (&self.tree, &self.model);
        let best = model.chain(model.best());
        let ours: Vec<_> = tree.best_chain(0..=u32::MAX).map(|(block, header)| (block, header.encode())).collect();
        let theirs: Vec<_> = best.iter().map(|&place| &model.entries[place]).collect();
        let theirs: Vec<_> = theirs.into_iter().map(|entry| (block(entry.height, entry.hash), entry.bytes)).collect();
        assert!(ours == theirs, "the best chains differ");
        self.assert_same_open_rules(&best);
        for place in (0..model.entries.len()).step_by(model.entries.len() / 12 + 1) {
            self.assert_same_confirmation(place, &best);
        }
    }

    fn assert_same_open_rules(&self, best: &[usize]) {
        let model = &self.model;
        let tip = model.entries[model.best()].height;
        let first = model.first_height;
        let reached = model.pins.keys().copied().filter(|&pin| pin <= tip && pin + 1 >= first).max();
        let mut theirs: Vec<(Open, u64, bool)> = best
            .iter()
            .map(|&place| &model.entries[place])
            .flat_map(|entry| {
                let pinned = reached.is_some_and(|pin| entry.height <= pin);
                entry.open.iter().map(move |&rule| (rule, entry.height, pinned))
            })
            .collect();
        let mut ours: Vec<(Open, u64, bool)> = self
            .tree
            .unchecked_rules()
            .into_iter()
            .flat_map(|open| (open.first..=open.last).map(move |height| (open.rule, height, open.pinned)))
            .map(|(rule, height, pinned)| {
                let rule = match rule {
                    Rule::PreviousHeader => Open::PreviousHeader,
                    Rule::RequiredBits => Open::RequiredBits,
                    Rule::MedianTime => Open::MedianTime,
                    Rule::Timewarp => Open::Timewarp,
                    other => panic!("{other} needs no ancestors"),
                };
                (rule, height.into(), pinned)
            })
            .collect();
        ours.sort_unstable();
        theirs.sort_unstable();
        assert_eq!(ours, theirs);
    }

    /// What `confirm` says of one header, whatever chain it is on.
    fn assert_same_confirmation(&self, place: usize, best: &[usize]) {
        let model = &self.model;
        let entry = &model.entries[place];
        let tip = &model.entries[model.best()];
        let hash = BlockHash(entry.hash);
        assert_eq!(self.tree.height_of(&hash).map(u64::from), Some(entry.height));
        assert_eq!(self.tree.header(&hash).map(|header| header.encode()), Some(entry.bytes));
        let confirmations = (tip.height + 1).saturating_sub(entry.height) as u32;
        match self.tree.confirm(&hash, confirmations) {
            Ok(confirmed) => {
                assert!(best.contains(&place), "confirmed beside the best chain");
                assert_eq!(confirmed.confirmations(), confirmations);
                assert_eq!(number(confirmed.work_above()), &tip.work - &entry.work);
                let total = model.work_before().map(|before| before + &entry.work);
                assert_eq!(confirmed.total_work().map(number), total);
                let median = model.median_time(place).map(|time| UnixTime(time.into()));
                assert_eq!(confirmed.median_time(), median);
                let few = self.tree.confirm(&hash, confirmations + 1);
                assert!(matches!(few, Err(ConfirmError::TooFew { found, .. }) if found == confirmations), "{few:?}");
            }
            Err(ConfirmError::NotOnBestChain { height, rival, behind, .. }) => {
                assert!(!best.contains(&place), "not confirmed on the best chain");
                assert_eq!(u64::from(height), entry.height);
                let at_height = |&&place: &&usize| model.entries[place].height == entry.height;
                let expected = best.iter().find(at_height).map(|&place| BlockHash(model.entries[place].hash));
                assert_eq!(rival, expected);
                let heaviest = (0..model.entries.len())
                    .filter(|&other| model.chain(other).contains(&place))
                    .map(|other| &model.entries[other].work)
                    .max()
                    .unwrap();
                assert_eq!(number(behind), &tip.work - heaviest);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

/// How many cases of each kind, and what came of them.
#[derive(Default)]
pub struct Tally {
    kinds: BTreeMap<&'static str, BTreeMap<&'static str, usize>>,
    notes: BTreeMap<&'static str, usize>,
}

impl Tally {
    pub fn count(&mut self, kind: &'static str, outcome: &'static str) {
        *self.kinds.entry(kind).or_default().entry(outcome).or_default() += 1;
    }

    /// Something worth knowing of a case.
    pub fn note(&mut self, what: &'static str, happened: bool) {
        self.note_many(what, usize::from(happened));
    }

    /// The same, of more than one.
    pub fn note_many(&mut self, what: &'static str, times: usize) {
        *self.notes.entry(what).or_default() += times;
    }

    pub fn cases(&self) -> usize {
        self.kinds.values().flat_map(BTreeMap::values).sum()
    }

    pub fn print(&self, title: &str) {
        for (kind, outcomes) in &self.kinds {
            println!("{title}: {kind}: {} cases: {outcomes:?}", outcomes.values().sum::<usize>());
        }
        println!("{title}: {} cases in all; {:?}", self.cases(), self.notes);
    }

    /// So that the generator cannot go dull: at least so many of an outcome, whatever the kind, or of what was noted.
    pub fn assert_at_least(&self, what: &str, least: usize) {
        let outcomes: usize = self.kinds.values().filter_map(|outcomes| outcomes.get(what)).sum();
        let found = outcomes + self.notes.get(what).copied().unwrap_or(0);
        assert!(found >= least, "{what}: {found} cases, expected {least} at least");
    }
}
