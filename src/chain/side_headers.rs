//! Headers held beside the best chain.

use crate::chain::header::BlockHash;
use crate::chain::header_chain::{RawHeader, previous_of};
use crate::chain::header_rules::RuleSet;
use crate::chain::pow::Work;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A header that satisfied the rules, and what they told of it.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub(super) raw: RawHeader,
    pub(super) height: u32,
    /// From the first header of the tree to this one.
    pub(super) work: Work,
    /// The rules its ancestors at hand did not settle.
    pub(super) open: RuleSet,
}

impl Judged {
    pub(super) fn previous(&self) -> BlockHash {
        previous_of(&self.raw)
    }
}

/// Headers by hash, each on another of them or on the best chain. Copies share them until one side changes.
#[derive(Debug, Clone, Default)]
pub(super) struct SideHeaders(Arc<BTreeMap<BlockHash, Judged>>);

impl SideHeaders {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn get(&self, hash: &BlockHash) -> Option<&Judged> {
        self.0.get(hash)
    }

    pub(super) fn insert(&mut self, hash: BlockHash, header: Judged) {
        Arc::make_mut(&mut self.0).insert(hash, header);
    }

    /// Takes out the branch that ends with `last`, its last header first.
    pub(super) fn take_branch(&mut self, mut last: BlockHash) -> Vec<(BlockHash, Judged)> {
        let mut branch = Vec::new();
        if !self.0.contains_key(&last) {
            return branch;
        }
        let headers = Arc::make_mut(&mut self.0);
        while let Some(header) = headers.remove(&last) {
            let previous = header.previous();
            branch.push((last, header));
            last = previous;
        }
        branch
    }

    /// Forgets all of them; tells how many there were.
    pub(super) fn clear(&mut self) -> usize {
        std::mem::take(self).len()
    }

    /// The work up to the heaviest header that is `hash` or descends from it; `None` when it is not here.
    pub(super) fn heaviest_from(&self, hash: &BlockHash) -> Option<Work> {
        let mut heaviest = self.get(hash)?.work;
        let mut by_height: Vec<(&BlockHash, &Judged)> = self.0.iter().collect();
        by_height.sort_by_key(|(_, header)| header.height);
        let mut descendants = std::collections::BTreeSet::from([*hash]);
        for (hash, header) in by_height {
            if descendants.contains(&header.previous()) {
                descendants.insert(*hash);
                heaviest = heaviest.max(header.work);
            }
        }
        Some(heaviest)
    }
}
