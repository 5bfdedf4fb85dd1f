//! The records of one asset in their order, each following the hash of the one before; forks and gaps told apart.

use crate::trade::jws::RecordHash;
use crate::trade::party::Party;
use crate::trade::record::{Record, Subject};
use crate::trade::rule::phrase::and;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::both;
use std::collections::{BTreeMap, HashMap};

/// Most branches of a forked history that are followed.
pub const MAX_BRANCHES: usize = 16;

/// A record of a history, with who holds the key that signed it.
#[derive(Debug, Clone, Copy)]
pub struct Entry<'a> {
    /// The record.
    pub record: &'a Record,
    /// Its hash, which the record after it names.
    pub hash: RecordHash,
    /// Whom the registry has the signer's key registered for, where that was shown.
    pub signer: Option<&'a Party>,
}

impl Entry<'_> {
    /// A field of it.
    #[must_use]
    pub fn at(&self, field: &str) -> Place {
        Place::new(&self.record.record_id, field)
    }
}

/// Two records that follow the same one: at most one of them can be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fork {
    /// Position of the first in the entries given.
    pub first: usize,
    /// Position of the other.
    pub second: usize,
}

/// An asset's records in order. Positions count in the entries it was made from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    /// The asset.
    pub subject: Subject,
    /// From the first record on, each followed by the next: the branch with the record in question, or else the longest.
    pub branch: Vec<usize>,
    /// The other branches, whole, where the history forks.
    pub others: Vec<Vec<usize>>,
    /// Where it forks.
    pub forks: Vec<Fork>,
    /// Records that cannot be placed, since one before them is not among those given.
    pub loose: Vec<usize>,
}

impl History {
    /// Whether the branch starts at the asset's first record.
    #[must_use]
    pub fn is_rooted(&self) -> bool {
        !self.branch.is_empty()
    }
}

/// The assets of some schemes that entries speak of, each with the positions of its entries, in the order of first mention.
#[must_use]
pub fn by_asset(entries: &[Entry<'_>], schemes: &[&str]) -> Vec<Vec<usize>> {
    let mut place: HashMap<(&str, &str, &[u8]), usize> = HashMap::new();
    let mut assets: Vec<Vec<usize>> = Vec::new();
    for (at, entry) in entries.iter().enumerate() {
        let subject = &entry.record.subject;
        if !schemes.contains(&subject.scheme.as_str()) {
            continue;
        }
        let key = (subject.scheme.as_str(), subject.reference.as_str(), subject.blinding.as_slice());
        let asset = *place.entry(key).or_insert_with(|| {
            assets.push(Vec::new());
            assets.len() - 1
        });
        assets[asset].push(at);
    }
    assets
}

/// Orders the records of one asset, and writes down what rule `chain` (R12 or S16) finds. `focus` is the record in question.
#[must_use]
pub fn order(entries: &[Entry<'_>], of: &[usize], focus: Option<usize>, chain: Rule, sheet: &mut Sheet) -> History {
    let mut known: HashMap<RecordHash, usize> = HashMap::new();
    // The same record handed in twice is one record.
    let distinct: Vec<usize> = of.iter().copied().filter(|&at| known.insert(entries[at].hash, at).is_none()).collect();
    let focus = focus.and_then(|at| entries.get(at)).and_then(|entry| known.get(&entry.hash).copied());
    let subject = distinct.first().map_or_else(
        || Subject { scheme: String::new(), reference: String::new(), blinding: Vec::new() },
        |&at| entries[at].record.subject.clone(),
    );
    let mut after: BTreeMap<Option<RecordHash>, Vec<usize>> = BTreeMap::new();
    let mut loose = Vec::new();
    for &at in &distinct {
        let record = entries[at].record;
        match record.previous_record_hash {
            None => after.entry(None).or_default().push(at),
            Some(hash) => match known.get(&hash) {
                Some(&before) if entries[before].record.sequence + 1 == record.sequence => {
                    after.entry(Some(hash)).or_default().push(at);
                }
                Some(&before) => {
                    let expected = entries[before].record.sequence + 1;
                    let place = entries[at].at("/sequence");
                    let breach = Breach::new(Severity::Error, place, expected, record.sequence);
                    sheet.broken(chain, breach.against(entries[before].at("/sequence")));
                    loose.push(at);
                }
                None => {
                    sheet.lacks(chain, missing(&subject, record.sequence - 1));
                    loose.push(at);
                }
            },
        }
    }
    let mut forks = Vec::new();
    for following in after.values() {
        sheet_followers(entries, following, chain, sheet, &mut forks);
    }
    let mut branches = branches(entries, &after);
    // What follows a record that has no place has none either.
    let placed: std::collections::HashSet<usize> = branches.iter().flatten().copied().collect();
    if branches.len() < MAX_BRANCHES {
        loose.extend(distinct.iter().filter(|at| !placed.contains(at)));
    }
    loose.sort_unstable();
    loose.dedup();
    if branches.is_empty() && !distinct.is_empty() {
        sheet.lacks(chain, missing(&subject, 1));
    }
    let chosen = match focus.and_then(|focus| branches.iter().position(|branch| branch.contains(&focus))) {
        Some(with_focus) => with_focus,
        // Of equals the one handed in first.
        None => (0..branches.len()).rev().max_by_key(|&at| branches[at].len()).unwrap_or(0),
    };
    let branch = if branches.is_empty() { Vec::new() } else { branches.remove(chosen) };
    History { subject, branch, others: branches, forks, loose }
}

fn missing(subject: &Subject, sequence: u64) -> Lack {
    Lack::Record { what: format!("{} {sequence}", subject.reference) }
}

fn sheet_followers(entries: &[Entry<'_>], following: &[usize], chain: Rule, sheet: &mut Sheet, forks: &mut Vec<Fork>) {
    let Some((&first, rest)) = following.split_first() else { return };
    sheet.held(chain);
    for &second in rest {
        forks.push(Fork { first, second });
        let before = entries[second].record.sequence - 1;
        let breach = Breach::new(
            Severity::Error,
            entries[second].at("/previousRecordHash"),
            both!("one record after number {before}", "第 {before} 号记录之后只接一条"),
            and(&entries[first].record.record_id, &entries[second].record.record_id),
        );
        sheet.broken(chain, breach.against(entries[first].at("/previousRecordHash")));
    }
}

/// Every way from a first record to a last one. The rows are as long as the histories, and [`MAX_BRANCHES`] at most.
fn branches(entries: &[Entry<'_>], after: &BTreeMap<Option<RecordHash>, Vec<usize>>) -> Vec<Vec<usize>> {
    let mut whole = Vec::new();
    let mut open: Vec<Vec<usize>> = after.get(&None).into_iter().flatten().rev().map(|&first| vec![first]).collect();
    while let Some(mut branch) = open.pop() {
        while let Some(followers) = branch.last().and_then(|&last| after.get(&Some(entries[last].hash))) {
            for &other in followers.iter().skip(1) {
                if open.len() + whole.len() < MAX_BRANCHES {
                    open.push(branch.iter().copied().chain([other]).collect());
                }
            }
            let Some(&next) = followers.first() else { break };
            branch.push(next);
        }
        if whole.len() < MAX_BRANCHES {
            whole.push(branch);
        }
    }
    whole
}
