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
//! A header takes 128 bytes and its places in two lists. At most [`MAX_HEADERS`] are held, and at most
//! [`MAX_SIDE_HEADERS`] beside the best chain: headers forking off where difficulty was low are cheap to make, and a
//! flood of them is refused, not stored. A branch that is at the bound still wins when its next header has the most work;
//! [`HeaderTree::drop_side_branches`] makes room again.

use crate::chain::hash_index::HashIndex;
use crate::chain::header::{BlockHash, Header};
use crate::chain::header_rules::{Place, RuleSet, stated_target};
use crate::chain::median_time::{MEDIAN_SPAN, median};
use crate::chain::params::Params;
use crate::chain::pins::{Pins, TrustedHeader};
use crate::chain::pow::{CompactTarget, Work};
use crate::chain::retarget::Ancestor;
use crate::crypto::hash::Hash;
use crate::time::UnixTime;
use std::ops::RangeInclusive;

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

/// One header, without what its neighbours tell.
#[derive(Debug, Clone)]
pub(super) struct Node {
    pub(super) hash: BlockHash,
    merkle_root: Hash,
    /// From the first header of the tree to this one.
    pub(super) work: Work,
    version: i32,
    time: u32,
    bits: CompactTarget,
    nonce: u32,
    pub(super) height: u32,
    pub(super) parent: u32,
    open: RuleSet,
}

const _: () = assert!(size_of::<Node>() == 128, "a header takes 128 bytes, as stated above");

/// The parent of a tree's first header.
const NO_NODE: u32 = u32::MAX;

/// Headers accepted, with their forks.
#[derive(Debug, Clone)]
pub struct HeaderTree {
    params: Params,
    pins: Pins,
    first_height: u32,
    before_first: BlockHash,
    /// The work of the chain below the first header, where it is known.
    work_before: Option<Work>,
    /// Parents stand before their children.
    pub(super) nodes: Vec<Node>,
    index: HashIndex,
    /// The best chain, lowest first.
    best: Vec<u32>,
}

impl Node {
    fn new(header: &Header, hash: BlockHash, height: u32, parent: u32, work: Work, open: RuleSet) -> Self {
        let Header { version, previous: _, merkle_root, time, bits, nonce } = *header;
        Self { hash, merkle_root, work, version, time, bits, nonce, height, parent, open }
    }

    fn as_ancestor(&self) -> Ancestor {
        Ancestor { time: self.time, bits: self.bits }
    }

    pub(super) fn block_ref(&self) -> BlockRef {
        BlockRef { height: self.height, hash: self.hash }
    }
}

impl HeaderTree {
    /// A tree that holds the genesis header alone.
    #[must_use]
    pub fn from_genesis(params: Params) -> Self {
        let genesis = params.genesis;
        let target = genesis.bits.decode(params.limit).expect("known networks and parameters files are tested for it");
        let mut tree = Self::empty(params, Pins::none(), 0, BlockHash::ZERO);
        tree.work_before = Some(Work::ZERO);
        tree.insert(Node::new(&genesis, genesis.hash(), 0, NO_NODE, Work::of(target), RuleSet::default()));
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
            let mut genesis = tree.nodes[0].clone();
            tree.judge_pins(&mut genesis)?;
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
        tree.settle(Node::new(first, hash, height, NO_NODE, Work::of(target), open))?;
        Ok(tree)
    }

    fn empty(params: Params, pins: Pins, first_height: u32, before_first: BlockHash) -> Self {
        let (nodes, index, best) = (Vec::new(), HashIndex::new(), Vec::new());
        Self { params, pins, first_height, before_first, work_before: None, nodes, index, best }
    }

    /// Judges a header by every rule and takes it in. `now` is the clock.
    ///
    /// # Errors
    /// [`HeaderError`]; the tree is then as it was.
    pub fn accept(&mut self, header: &Header, now: UnixTime) -> Result<Accepted, HeaderError> {
        let hash = header.hash();
        if let Some(known) = self.find(&hash) {
            return Ok(Accepted::Duplicate(self.nodes[known as usize].block_ref()));
        }
        // Work first: without it a header costs nothing to make and is not worth another look.
        let target = stated_target(&self.params, header, hash)?;
        let parent = self.find(&header.previous).ok_or(HeaderError::UnknownParent { found: header.previous })?;
        let Node { height, work, .. } = self.nodes[parent as usize];
        let parents = self.lineage(parent).map(Node::as_ancestor);
        let open = Place { params: &self.params, height: height + 1, parents }.judge(header, now)?;
        self.settle(Node::new(header, hash, height + 1, parent, work + Work::of(target), open))
    }

    /// Holds a header that satisfies the rules against pins and bounds, and takes it in.
    fn settle(&mut self, mut node: Node) -> Result<Accepted, HeaderError> {
        if self.nodes.len() >= MAX_HEADERS {
            return Err(HeaderError::Full { limit: MAX_HEADERS });
        }
        if !self.leads(&node) && self.nodes.len() - self.best.len() >= MAX_SIDE_HEADERS {
            return Err(HeaderError::TooManySideHeaders { limit: MAX_SIDE_HEADERS });
        }
        self.judge_pins(&mut node)?;
        Ok(self.insert(node))
    }

    fn judge_pins(&mut self, node: &mut Node) -> Result<(), HeaderError> {
        let height = node.height;
        if let Some(next_bits) =
            height.checked_sub(1).and_then(|parent| self.pins.at(parent)).and_then(|pin| pin.next_bits)
        {
            if node.bits != next_bits {
                return Err(HeaderError::PinnedBits { height, expected: next_bits, found: node.bits });
            }
            node.open.remove(Rule::RequiredBits);
        }
        let Some(pin) = self.pins.at(height) else { return Ok(()) };
        if pin.hash != node.hash {
            return Err(HeaderError::Pinned { height, expected: pin.hash, found: node.hash });
        }
        if let Some(expected) = pin.work {
            let before = expected.checked_sub(node.work);
            if before.is_none() || self.work_before.is_some_and(|known| Some(known) != before) {
                let found = node.work + self.work_before.unwrap_or(Work::ZERO);
                return Err(HeaderError::PinnedWork { height, expected, found });
            }
            self.work_before = before;
        }
        Ok(())
    }

    fn insert(&mut self, node: Node) -> Accepted {
        let (at, block, parent) = (self.nodes.len() as u32, node.block_ref(), node.parent);
        let leads = self.leads(&node);
        self.index.insert(&node.hash, at, |at| self.nodes[at as usize].hash);
        self.nodes.push(node);
        if !leads {
            return Accepted::Fork(block);
        }
        if self.best.last().is_none_or(|&tip| tip == parent) {
            self.best.push(at);
            return Accepted::Extended(block);
        }
        let (common, branch) = self.branch(at);
        let kept = (common.height - self.first_height) as usize + 1;
        let disconnected = (self.best.len() - kept) as u32;
        let connected = branch.len() as u32;
        self.best.truncate(kept);
        self.best.extend(branch.into_iter().rev());
        Accepted::Reorganized(block, Reorganization { common_ancestor: common, disconnected, connected })
    }

    /// Whether a header not yet taken in has more work than every one that is: of equals the first seen stays.
    fn leads(&self, node: &Node) -> bool {
        self.best.last().is_none_or(|&tip| node.work > self.nodes[tip as usize].work)
    }

    /// The last header of the best chain that `at` descends from, and the nodes from `at` down to it, without it.
    fn branch(&self, mut at: u32) -> (BlockRef, Vec<u32>) {
        let mut branch = Vec::new();
        while !self.is_best(at) {
            branch.push(at);
            at = self.nodes[at as usize].parent;
        }
        (self.nodes[at as usize].block_ref(), branch)
    }

    /// Forgets every header that is not on the best chain; tells how many there were.
    pub fn drop_side_branches(&mut self) -> usize {
        let before = self.nodes.len();
        let mut straight = Self::empty(self.params.clone(), Pins::none(), self.first_height, self.before_first);
        for (place, &at) in self.best.iter().enumerate() {
            let parent = (place as u32).checked_sub(1).unwrap_or(NO_NODE);
            straight.insert(Node { parent, ..self.nodes[at as usize].clone() });
        }
        (self.nodes, self.index, self.best) = (straight.nodes, straight.index, straight.best);
        before - self.nodes.len()
    }

    pub(super) fn find(&self, hash: &BlockHash) -> Option<u32> {
        self.index.find(hash, |at| self.nodes[at as usize].hash)
    }

    pub(super) fn is_best(&self, at: u32) -> bool {
        let height = self.nodes[at as usize].height;
        self.best.get((height - self.first_height) as usize) == Some(&at)
    }

    /// The node of the best chain at `height`.
    pub(super) fn best_at(&self, height: u32) -> Option<&Node> {
        let place = height.checked_sub(self.first_height)?;
        self.best.get(place as usize).map(|&at| &self.nodes[at as usize])
    }

    pub(super) fn tip_node(&self) -> &Node {
        let tip = self.best.last().expect("every constructor puts a first header in");
        &self.nodes[*tip as usize]
    }

    /// `at` and its ancestors, up to the tree's first header.
    fn lineage(&self, at: u32) -> impl Iterator<Item = &Node> + Clone {
        let node = |at: u32| self.nodes.get(at as usize);
        std::iter::successors(node(at), move |child| node(child.parent))
    }

    pub(super) fn header_of(&self, node: &Node) -> Header {
        let Node { version, merkle_root, time, bits, nonce, .. } = *node;
        let previous = self.nodes.get(node.parent as usize).map_or(self.before_first, |parent| parent.hash);
        Header { version, previous, merkle_root, time, bits, nonce }
    }

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
        self.nodes.len()
    }

    /// The last block of the best chain.
    #[must_use]
    pub fn tip(&self) -> BlockRef {
        self.tip_node().block_ref()
    }

    /// The header of the best chain at `height`.
    #[must_use]
    pub fn header_at(&self, height: u32) -> Option<Header> {
        self.best_at(height).map(|node| self.header_of(node))
    }

    /// The hash of the best chain at `height`.
    #[must_use]
    pub fn hash_at(&self, height: u32) -> Option<BlockHash> {
        self.best_at(height).map(|node| node.hash)
    }

    /// Any header held, on the best chain or beside it.
    #[must_use]
    pub fn header(&self, hash: &BlockHash) -> Option<Header> {
        self.find(hash).map(|at| self.header_of(&self.nodes[at as usize]))
    }

    /// The height of any header held, on the best chain or beside it.
    #[must_use]
    pub fn height_of(&self, hash: &BlockHash) -> Option<u32> {
        self.find(hash).map(|at| self.nodes[at as usize].height)
    }

    /// The blocks of the best chain in a range of heights, as far as they are there, lowest first.
    pub fn best_chain(&self, heights: RangeInclusive<u32>) -> impl DoubleEndedIterator<Item = (BlockRef, Header)> + '_ {
        let start = (*heights.start()).max(self.first_height);
        let end = (*heights.end()).min(self.tip().height);
        (start..=end).filter_map(|height| self.best_at(height)).map(|node| (node.block_ref(), self.header_of(node)))
    }

    /// The median time of the best chain's block at `height` and the ten before it (`mediantime` in Bitcoin Core). `None`
    /// when one of them is not at hand.
    #[must_use]
    pub fn median_time_past(&self, height: u32) -> Option<UnixTime> {
        self.best_at(height)?;
        let from = (height + 1).saturating_sub(MEDIAN_SPAN as u32);
        let times = (from..=height).map(|height| self.best_at(height).map(|node| node.time)).collect::<Option<_>>()?;
        median(times).map(|time| UnixTime(i64::from(time)))
    }

    /// The work of the whole chain from genesis to `height`, itself included. `None` when the header is not there, or when
    /// the tree starts later and nothing says what was before.
    #[must_use]
    pub fn total_work_at(&self, height: u32) -> Option<Work> {
        Some(self.work_before? + self.best_at(height)?.work)
    }

    /// The work of the best chain's headers at hand, from the tree's first to its tip.
    #[must_use]
    pub fn work_at_hand(&self) -> Work {
        self.tip_node().work
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
        // Beyond one period from the start every rule finds its ancestors.
        let reach = self.params.retarget_interval().max(MEDIAN_SPAN as u32) as usize + 1;
        for node in self.best.iter().take(reach).map(|&at| &self.nodes[at as usize]) {
            let (height, pinned) = (node.height, tied_to.is_some_and(|pin| node.height <= pin));
            for rule in node.open.iter() {
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
