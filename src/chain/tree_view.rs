//! What a tree of headers tells of itself.

use crate::chain::header::{BlockHash, Header};
use crate::chain::header_chain::time_of;
use crate::chain::header_tree::{BlockRef, HeaderTree, Spot, UncheckedRule};
use crate::chain::median_time::{MEDIAN_SPAN, median};
use crate::chain::params::Params;
use crate::chain::pins::{Pins, TrustedHeader};
use crate::chain::pow::Work;
use crate::time::UnixTime;
use std::ops::RangeInclusive;

impl HeaderTree {
    /// The network's rules.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.params
    }

    /// What was known beforehand.
    #[must_use]
    pub fn pins(&self) -> &Pins {
        &self.pins
    }

    /// The height of the tree's first header.
    #[must_use]
    pub fn first_height(&self) -> u32 {
        self.first_height
    }

    /// Headers held, forks included.
    #[must_use]
    pub fn header_count(&self) -> usize {
        self.best.len() + self.side.len()
    }

    /// The last block of the best chain.
    #[must_use]
    pub fn tip(&self) -> BlockRef {
        BlockRef { height: self.first_height + (self.best.len() as u32 - 1), hash: self.best.last_hash() }
    }

    /// The header of the best chain at `height`.
    #[must_use]
    pub fn header_at(&self, height: u32) -> Option<Header> {
        self.best.header(self.place_of(height)?)
    }

    /// The hash of the best chain at `height`.
    #[must_use]
    pub fn hash_at(&self, height: u32) -> Option<BlockHash> {
        self.best.hash(self.place_of(height)?)
    }

    /// Any header held, on the best chain or beside it.
    #[must_use]
    pub fn header(&self, hash: &BlockHash) -> Option<Header> {
        match self.find(hash)? {
            Spot::Best(place) => self.best.header(place),
            Spot::Side(header) => Some(Header::from_bytes(&header.raw)),
        }
    }

    /// The height of any header held, on the best chain or beside it.
    #[must_use]
    pub fn height_of(&self, hash: &BlockHash) -> Option<u32> {
        self.find(hash).map(|spot| self.height_at(spot))
    }

    /// The blocks of the best chain in a range of heights, as far as they are there, lowest first.
    pub fn best_chain(&self, heights: RangeInclusive<u32>) -> impl DoubleEndedIterator<Item = (BlockRef, Header)> + '_ {
        let start = (*heights.start()).max(self.first_height);
        let end = (*heights.end()).min(self.tip().height);
        (start..=end).filter_map(|height| {
            let place = self.place_of(height)?;
            Some((BlockRef { height, hash: self.best.hash(place)? }, self.best.header(place)?))
        })
    }

    /// The median time of the best chain's block at `height` and the ten before it (`mediantime` in Bitcoin Core). `None`
    /// when one of them is not at hand.
    #[must_use]
    pub fn median_time_past(&self, height: u32) -> Option<UnixTime> {
        self.hash_at(height)?;
        let from = (height + 1).saturating_sub(MEDIAN_SPAN as u32);
        let time = |height| self.best.raw(self.place_of(height)?).map(time_of);
        let times = (from..=height).map(time).collect::<Option<_>>()?;
        median(times).map(|time| UnixTime(i64::from(time)))
    }

    /// The work of the whole chain from genesis to `height`, itself included. `None` when the header is not there, or when
    /// the tree starts later and nothing says what was before.
    #[must_use]
    pub fn total_work_at(&self, height: u32) -> Option<Work> {
        Some(self.work_before? + self.best.work_to(self.place_of(height)?)?)
    }

    /// The work of the best chain's headers at hand, from the tree's first to its tip.
    #[must_use]
    pub fn work_at_hand(&self) -> Work {
        self.best.work()
    }

    /// The highest pin the best chain has reached: it ties every header before it.
    #[must_use]
    pub fn highest_pin(&self) -> Option<&TrustedHeader> {
        self.pins.highest_to(self.tip().height).filter(|pin| pin.height + 1 >= self.first_height)
    }

    /// The pins that say nothing of this chain: not reached yet, or before its start.
    pub fn unmet_pins(&self) -> impl Iterator<Item = &TrustedHeader> {
        let met = self.first_height.saturating_sub(1)..=self.tip().height;
        self.pins.iter().filter(move |pin| !met.contains(&pin.height))
    }

    /// The rules that could not be checked on the best chain because headers before are not at hand, by height.
    #[must_use]
    pub fn unchecked_rules(&self) -> Vec<UncheckedRule> {
        let tied_to = self.highest_pin().map(|pin| pin.height);
        let mut found: Vec<UncheckedRule> = Vec::new();
        for &(height, open) in &self.open {
            let pinned = tied_to.is_some_and(|pin| height <= pin);
            for rule in open.iter() {
                match found
                    .iter_mut()
                    .find(|known| known.rule == rule && known.pinned == pinned && known.last + 1 == height)
                {
                    Some(known) => known.last = height,
                    None => found.push(UncheckedRule { rule, first: height, last: height, pinned }),
                }
            }
        }
        found
    }
}
