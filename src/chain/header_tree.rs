//! All headers accepted so far, and which chain of them has the most work.
//!
//! A tree starts from the network's genesis header, or from any header at a stated height. In the second case that header
//! is taken on trust, unless a pin on the chain ties it, and the rules whose ancestors are not at hand are recorded as not
//! checked ([`HeaderTree::unchecked_rules`]); six known times may settle a median, and a retarget whose first header is
//! missing must still stay within a factor of four.
//!
//! Everything a header is judged by comes from its own ancestors, so a fork brings its own median, bits and work. The
//! chain with the most work wins; of equals the first seen stays.
//!
//! # Bounds
//! A header of the best chain takes its 80 bytes, and eight more in an index once one is looked up by its hash. At most
//! [`MAX_HEADERS`] are held, and at most [`MAX_SIDE_HEADERS`] beside the best chain: headers forking off where difficulty
//! was low are cheap to make, and a flood of them is refused, not stored. A branch that is at the bound still wins when its
//! next header has the most work; [`HeaderTree::drop_side_branches`] makes room again. Copies of a tree share what they
//! have in common.

use crate::chain::hash_index::HashIndex;
use crate::chain::header::{BlockHash, Header};
use crate::chain::header_chain::{HeaderChain, ancestor_of, bits_of};
use crate::chain::header_rules::{Place, RuleSet, stated_target};
use crate::chain::params::Params;
use crate::chain::pins::Pins;
use crate::chain::pow::Work;
use crate::chain::retarget::Ancestor;
use crate::chain::side_headers::{Judged, SideHeaders};
use crate::time::UnixTime;

pub use crate::chain::header_rules::{HeaderError, MAX_FUTURE_SECONDS, Rule};

/// Most headers held.
pub const MAX_HEADERS: usize = 1 << 23;
/// The greatest height a tree may start at, so that no height in it leaves 32 bits.
pub const MAX_FIRST_HEIGHT: u32 = 1 << 31;
/// Most headers held beside the best chain: ten of Bitcoin's periods.
pub const MAX_SIDE_HEADERS: usize = 20_160;

/// A block's place and name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BlockRef {
    /// Headers below it.
    pub height: u32,
    /// Its hash.
    pub hash: BlockHash,
}

/// The best chain gave way to one with more work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reorganization {
    /// The last header both chains have.
    pub common_ancestor: BlockRef,
    /// Headers that left the best chain.
    pub disconnected: u32,
    /// Headers that came onto it.
    pub connected: u32,
}

/// What an accepted header changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Accepted {
    /// It was known.
    Duplicate(BlockRef),
    /// It is the new tip, on the tip before.
    Extended(BlockRef),
    /// It is on a branch that has not the most work.
    Fork(BlockRef),
    /// It is the new tip of a branch that now has the most work.
    Reorganized(BlockRef, Reorganization),
}

/// A rule that could not be checked, because headers before these are not at hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct UncheckedRule {
    /// The rule.
    pub rule: Rule,
    /// The first height it could not be checked at.
    pub first: u32,
    /// The last.
    pub last: u32,
    /// A pin at or above ties these headers, so that their validity is not believed beyond it.
    pub pinned: bool,
}

/// Headers accepted, with their forks.
#[derive(Debug, Clone)]
pub struct HeaderTree {
    pub(super) params: Params,
    pub(super) pins: Pins,
    pub(super) first_height: u32,
    /// The work of the chain below the first header, where it is known.
    pub(super) work_before: Option<Work>,
    pub(super) best: HeaderChain,
    /// The rules that headers of the best chain leave open, by height: some of the first period's, and no others.
    pub(super) open: Vec<(u32, RuleSet)>,
    pub(super) side: SideHeaders,
    index: HashIndex,
}

/// Where a header is held.
#[derive(Debug, Clone, Copy)]
pub(super) enum Spot<'a> {
    /// At this place of the best chain.
    Best(usize),
    /// Beside it.
    Side(&'a Judged),
}

impl HeaderTree {
    /// A tree that holds the genesis header alone.
    #[must_use]
    pub fn from_genesis(params: Params) -> Self {
        let genesis = params.genesis;
        let mut tree = Self::empty(params, Pins::none(), 0, BlockHash::ZERO);
        tree.work_before = Some(Work::ZERO);
        tree.best.append(&[genesis.encode()], genesis.hash());
        tree
    }

    /// A tree whose first header is `first`, at `height`; the header itself is taken on trust unless a pin ties it. At
    /// height 0 it must be the genesis header. `now` is the clock.
    ///
    /// # Errors
    /// [`HeaderError`]: no work, bits over the limit, too early, a pin that says otherwise.
    pub fn from_first(
        params: Params,
        height: u32,
        first: &Header,
        pins: Pins,
        now: UnixTime,
    ) -> Result<Self, HeaderError> {
        let hash = first.hash();
        if height == 0 {
            let expected = params.genesis.hash();
            if hash != expected {
                return Err(HeaderError::Genesis { expected, found: hash });
            }
            let mut tree = Self { pins, ..Self::from_genesis(params) };
            let work = tree.best.work();
            tree.judge_pins(hash, &mut Judged { raw: first.encode(), height, work, open: RuleSet::default() })?;
            return Ok(tree);
        }
        if height > MAX_FIRST_HEIGHT {
            return Err(HeaderError::Height { limit: MAX_FIRST_HEIGHT, found: height });
        }
        let mut tree = Self::empty(params, pins, height, first.previous);
        let target = stated_target(&tree.params, first, hash)?;
        let mut open = Place { params: &tree.params, height, parents: std::iter::empty() }.judge(first, now)?;
        match tree.pins.at(height - 1) {
            Some(pin) if pin.hash != first.previous => {
                return Err(HeaderError::Pinned { height: height - 1, expected: pin.hash, found: first.previous });
            }
            Some(pin) => tree.work_before = pin.work,
            None => open.add(Rule::PreviousHeader),
        }
        tree.settle(hash, Judged { raw: first.encode(), height, work: Work::of(target), open })?;
        Ok(tree)
    }

    pub(super) fn empty(params: Params, pins: Pins, first_height: u32, before_first: BlockHash) -> Self {
        Self {
            params,
            pins,
            first_height,
            work_before: None,
            best: HeaderChain::after(before_first),
            open: Vec::new(),
            side: SideHeaders::default(),
            index: HashIndex::default(),
        }
    }

    /// Judges a header by every rule and takes it in. `now` is the clock.
    ///
    /// # Errors
    /// [`HeaderError`]; the tree is then as it was.
    pub fn accept(&mut self, header: &Header, now: UnixTime) -> Result<Accepted, HeaderError> {
        self.accept_hashed(header, header.hash(), now)
    }

    /// As [`HeaderTree::accept`], for a header whose hash is known to be `hash`.
    pub(super) fn accept_hashed(
        &mut self,
        header: &Header,
        hash: BlockHash,
        now: UnixTime,
    ) -> Result<Accepted, HeaderError> {
        // A header on the tip is none that is known: it would have more work than the tip, and be the tip.
        let on_tip = header.previous == self.best.last_hash();
        if !on_tip && let Some(known) = self.find(&hash) {
            return Ok(Accepted::Duplicate(BlockRef { height: self.height_at(known), hash }));
        }
        // Work first: without it a header costs nothing to make and is not worth another look.
        let target = stated_target(&self.params, header, hash)?;
        let parent = if on_tip { Some(Spot::Best(self.best.len() - 1)) } else { self.find(&header.previous) };
        let parent = parent.ok_or(HeaderError::UnknownParent { found: header.previous })?;
        let height = self.height_at(parent) + 1;
        let parents = Lineage { tree: self, next: Some(parent) };
        let open = Place { params: &self.params, height, parents }.judge(header, now)?;
        let work = self.work_at(parent) + Work::of(target);
        self.settle(hash, Judged { raw: header.encode(), height, work, open })
    }

    /// Holds a header that satisfies the rules against pins and bounds, and takes it in.
    fn settle(&mut self, hash: BlockHash, mut header: Judged) -> Result<Accepted, HeaderError> {
        if self.header_count() >= MAX_HEADERS {
            return Err(HeaderError::Full { limit: MAX_HEADERS });
        }
        if !self.leads(&header) && self.side.len() >= MAX_SIDE_HEADERS {
            return Err(HeaderError::TooManySideHeaders { limit: MAX_SIDE_HEADERS });
        }
        self.judge_pins(hash, &mut header)?;
        Ok(self.insert(hash, header))
    }

    pub(super) fn judge_pins(&mut self, hash: BlockHash, header: &mut Judged) -> Result<(), HeaderError> {
        let (height, bits) = (header.height, bits_of(&header.raw));
        if let Some(next_bits) =
            height.checked_sub(1).and_then(|parent| self.pins.at(parent)).and_then(|pin| pin.next_bits)
        {
            if bits != next_bits {
                return Err(HeaderError::PinnedBits { height, expected: next_bits, found: bits });
            }
            header.open.remove(Rule::RequiredBits);
        }
        let Some(pin) = self.pins.at(height) else { return Ok(()) };
        if pin.hash != hash {
            return Err(HeaderError::Pinned { height, expected: pin.hash, found: hash });
        }
        if let Some(expected) = pin.work {
            let before = expected.checked_sub(header.work);
            if before.is_none() || self.work_before.is_some_and(|known| Some(known) != before) {
                let found = header.work + self.work_before.unwrap_or(Work::ZERO);
                return Err(HeaderError::PinnedWork { height, expected, found });
            }
            self.work_before = before;
        }
        Ok(())
    }

    fn insert(&mut self, hash: BlockHash, header: Judged) -> Accepted {
        let block = BlockRef { height: header.height, hash };
        if !self.leads(&header) {
            self.side.insert(hash, header);
            return Accepted::Fork(block);
        }
        if header.previous() == self.best.last_hash() {
            self.connect(hash, &header);
            return Accepted::Extended(block);
        }
        let mut branch = self.side.take_branch(header.previous());
        branch.insert(0, (hash, header));
        let connected = branch.len() as u32;
        let common = block.height - connected;
        let kept = (common - self.first_height) as usize + 1;
        let common_ancestor =
            BlockRef { height: common, hash: branch.last().expect("it has one at least").1.previous() };
        let disconnected = self.disconnect(kept);
        for (hash, header) in branch.iter().rev() {
            self.connect(*hash, header);
        }
        Accepted::Reorganized(block, Reorganization { common_ancestor, disconnected, connected })
    }

    /// Puts a header on the tip.
    fn connect(&mut self, hash: BlockHash, header: &Judged) {
        if header.open != RuleSet::default() {
            self.open.push((header.height, header.open));
        }
        self.best.append(&[header.raw], hash);
    }

    /// Moves all but the first `kept` headers of the best chain beside it; tells how many they were.
    fn disconnect(&mut self, kept: usize) -> u32 {
        let first = self.first_height + kept as u32;
        let open = self.open.split_off(self.open.partition_point(|&(height, _)| height < first));
        self.index.cut(kept);
        let removed = self.best.cut(kept);
        let count = removed.len() as u32;
        for (height, header) in (first..).zip(removed) {
            let open = open.iter().find(|(at, _)| *at == height).map(|(_, open)| *open).unwrap_or_default();
            self.side.insert(header.hash, Judged { raw: header.raw, height, work: header.work, open });
        }
        count
    }

    /// Whether a header not yet taken in has more work than every one that is: of equals the first seen stays.
    fn leads(&self, header: &Judged) -> bool {
        self.best.len() == 0 || header.work > self.best.work()
    }

    /// Forgets every header that is not on the best chain; tells how many there were.
    pub fn drop_side_branches(&mut self) -> usize {
        self.side.clear()
    }

    pub(super) fn find(&self, hash: &BlockHash) -> Option<Spot<'_>> {
        self.side.get(hash).map(Spot::Side).or_else(|| self.index.find(hash, &self.best).map(Spot::Best))
    }

    pub(super) fn height_at(&self, spot: Spot<'_>) -> u32 {
        match spot {
            Spot::Best(place) => self.first_height + place as u32,
            Spot::Side(header) => header.height,
        }
    }

    /// The work from the tree's first header to this one.
    pub(super) fn work_at(&self, spot: Spot<'_>) -> Work {
        match spot {
            Spot::Best(place) if place + 1 == self.best.len() => self.best.work(),
            Spot::Best(place) => self.best.work_to(place).expect("spots are of headers held"),
            Spot::Side(header) => header.work,
        }
    }

    /// Where the header before one beside the best chain is held.
    pub(super) fn parent(&self, header: &Judged) -> Option<Spot<'_>> {
        let below = || header.height.checked_sub(1).and_then(|height| self.place_of(height)).map(Spot::Best);
        self.side.get(&header.previous()).map(Spot::Side).or_else(below)
    }

    /// The place of a height in the best chain, were it that long.
    pub(super) fn place_of(&self, height: u32) -> Option<usize> {
        height.checked_sub(self.first_height).map(|place| place as usize)
    }
}

/// A header and its ancestors, up to the tree's first.
#[derive(Clone)]
struct Lineage<'a> {
    tree: &'a HeaderTree,
    next: Option<Spot<'a>>,
}

impl Iterator for Lineage<'_> {
    type Item = Ancestor;

    fn next(&mut self) -> Option<Ancestor> {
        let tree = self.tree;
        match self.next? {
            Spot::Best(place) => {
                self.next = place.checked_sub(1).map(Spot::Best);
                tree.best.raw(place).map(ancestor_of)
            }
            Spot::Side(header) => {
                self.next = tree.parent(header);
                Some(ancestor_of(&header.raw))
            }
        }
    }

    /// On the best chain one step, however far.
    fn nth(&mut self, mut count: usize) -> Option<Ancestor> {
        while count > 0
            && let Some(Spot::Side(_)) = self.next
        {
            self.next()?;
            count -= 1;
        }
        if let Some(Spot::Best(place)) = self.next {
            self.next = place.checked_sub(count).map(Spot::Best);
        }
        self.next()
    }
}
