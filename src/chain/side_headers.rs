//! Headers held beside the best chain.

use crate::chain::header::BlockHash;
use crate::chain::header_chain::{RawHeader, previous_of};
use crate::chain::header_rules::RuleSet;
use crate::chain::pow::Work;
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
pub(super) struct SideHeaders(Arc<Held>);

/// The headers in no order, and their places in the order of their hashes: to enter one moves some of the places, which is
/// little beside judging it.
#[derive(Debug, Clone, Default)]
struct Held {
    headers: Vec<(BlockHash, Judged)>,
    by_hash: Vec<u32>,
}

impl Held {
    /// Where the place of `hash` stands among the places, or where it would.
    fn search(&self, hash: &BlockHash) -> Result<usize, usize> {
        self.by_hash.binary_search_by(|&place| self.headers[place as usize].0.cmp(hash))
    }

    fn remove(&mut self, hash: &BlockHash) -> Option<Judged> {
        let at = self.search(hash).ok()?;
        let place = self.by_hash[at];
        // The last header takes the place of the one that goes.
        if let Some(last) = self.headers.last().and_then(|(last, _)| self.search(last).ok()) {
            self.by_hash[last] = place;
        }
        self.by_hash.remove(at);
        Some(self.headers.swap_remove(place as usize).1)
    }
}

impl SideHeaders {
    pub(super) fn len(&self) -> usize {
        self.0.headers.len()
    }

    fn place(&self, hash: &BlockHash) -> Option<usize> {
        self.0.search(hash).ok().map(|at| self.0.by_hash[at] as usize)
    }

    pub(super) fn get(&self, hash: &BlockHash) -> Option<&Judged> {
        self.place(hash).map(|place| &self.0.headers[place].1)
    }

    pub(super) fn insert(&mut self, hash: BlockHash, header: Judged) {
        let held = Arc::make_mut(&mut self.0);
        match held.search(&hash) {
            Ok(at) => held.headers[held.by_hash[at] as usize].1 = header,
            Err(at) => {
                held.by_hash.insert(at, held.headers.len() as u32);
                held.headers.push((hash, header));
            }
        }
    }

    /// Takes out the branch that ends with `last`, its last header first.
    pub(super) fn take_branch(&mut self, mut last: BlockHash) -> Vec<(BlockHash, Judged)> {
        let mut branch = Vec::new();
        if self.get(&last).is_none() {
            return branch;
        }
        let held = Arc::make_mut(&mut self.0);
        while let Some(header) = held.remove(&last) {
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
        let start = self.place(hash)?;
        let headers = &self.0.headers;
        // Whether each descends from it, as far as that is known: from every header down to one of which it is.
        let mut descends = vec![None; headers.len()];
        descends[start] = Some(true);
        let mut heaviest = headers[start].1.work;
        for (place, (_, header)) in headers.iter().enumerate() {
            let (mut path, mut at) = (Vec::new(), Some(place));
            let found = loop {
                let Some(here) = at else { break false };
                if let Some(found) = descends[here] {
                    break found;
                }
                path.push(here);
                at = self.place(&headers[here].1.previous());
            };
            path.into_iter().for_each(|below| descends[below] = Some(found));
            if found {
                heaviest = heaviest.max(header.work);
            }
        }
        Some(heaviest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::pow::Target;

    fn judged(height: u32, previous: BlockHash, work: u32) -> Judged {
        let mut raw = [0; 80];
        raw[4..36].copy_from_slice(&previous.0);
        Judged { raw, height, work: Work::of(Target::MAX) * work, open: RuleSet::default() }
    }

    #[test]
    fn headers_are_found_and_taken_out_as_in_the_library_s_map() {
        let mut random = fastrand::Rng::with_seed(5);
        let (mut side, mut model) = (SideHeaders::default(), std::collections::BTreeMap::new());
        let hashes: Vec<BlockHash> = (0..60).map(|_| BlockHash(std::array::from_fn(|_| random.u8(..)))).collect();
        for _ in 0..3000 {
            let hash = hashes[random.usize(..hashes.len())];
            if random.bool() {
                let height = random.u32(..100);
                side.insert(hash, judged(height, BlockHash::ZERO, 1));
                model.insert(hash, height);
            } else {
                let taken: Vec<u32> = side.take_branch(hash).into_iter().map(|(_, header)| header.height).collect();
                assert_eq!(taken, model.remove(&hash).into_iter().collect::<Vec<_>>());
            }
            assert_eq!(side.len(), model.len());
            for hash in &hashes {
                assert_eq!(side.get(hash).map(|header| header.height), model.get(hash).copied());
            }
        }
    }

    #[test]
    fn the_heaviest_descendant_counts_and_no_cousin() {
        let hash = |tag: u8| BlockHash([tag; 32]);
        let mut side = SideHeaders::default();
        // 1 – 2 – 3, and 1 – 4 – 5 with more work; they come in no order.
        for (tag, previous, height, work) in [(5, 4, 3, 9), (3, 2, 3, 4), (2, 1, 2, 3), (4, 1, 2, 5), (1, 0, 1, 2)] {
            side.insert(hash(tag), judged(height, hash(previous), work));
        }
        let heaviest = |tag| side.heaviest_from(&hash(tag));
        let work = |times| Some(Work::of(Target::MAX) * times);
        assert_eq!([1, 2, 3, 4, 5].map(heaviest), [work(9), work(4), work(4), work(9), work(9)]);
        assert_eq!(heaviest(7), None);
        assert_eq!(side.take_branch(hash(5)).len(), 3, "5, 4 and 1");
        assert_eq!((side.len(), side.clear(), side.len()), (2, 2, 0));
    }
}
