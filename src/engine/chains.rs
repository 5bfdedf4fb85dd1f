//! The headers in hand: trees by network.

use crate::chain::{Basis, BlockHash, HeaderTree};
use crate::engine::Which;

/// Most trees of one network: runs that do not touch each other stand apart.
pub const MAX_TREES: usize = 8;

/// The headers in hand, all of them verified: for each network one tree, or several where runs do not touch. Networks are
/// few: they stand in a list.
#[derive(Debug, Clone, Default)]
pub struct Chains(Vec<Vec<HeaderTree>>);

impl Chains {
    /// Takes a tree in beside those there are. Beyond [`MAX_TREES`] the oldest but the first goes.
    pub fn add(&mut self, tree: HeaderTree) {
        let Some(trees) = self.of_mut(tree.params().name()) else {
            self.0.push(vec![tree]);
            return;
        };
        if trees.len() >= MAX_TREES {
            trees.remove(1);
        }
        trees.push(tree);
    }

    /// Forgets the trees of a network.
    pub fn forget(&mut self, network: &str) {
        self.0.retain(|trees| !is_of(trees, network));
    }

    /// The trees of a network, first taken first.
    #[must_use]
    pub fn of(&self, network: &str) -> &[HeaderTree] {
        self.0.iter().find(|trees| is_of(trees, network)).map_or(&[], Vec::as_slice)
    }

    fn of_mut(&mut self, network: &str) -> Option<&mut Vec<HeaderTree>> {
        self.0.iter_mut().find(|trees| is_of(trees, network))
    }

    /// The tree of a network that knows a block, to put more headers into.
    pub fn knowing_mut(&mut self, network: &str, block: &BlockHash) -> Option<&mut HeaderTree> {
        self.of_mut(network)?.iter_mut().find(|tree| tree.height_of(block).is_some())
    }

    /// The tree of a network to put headers into that stand on `block`: one that ends with it, which is seen without
    /// looking through any, or else one that knows it.
    pub fn on_mut(&mut self, network: &str, block: &BlockHash) -> Option<&mut HeaderTree> {
        let trees = self.of_mut(network)?;
        let ends = trees.iter().position(|tree| tree.tip().hash == *block);
        let at = ends.or_else(|| trees.iter().position(|tree| tree.height_of(block).is_some()))?;
        trees.get_mut(at)
    }

    /// One of a network's trees.
    #[must_use]
    pub fn pick(&self, network: &str, which: Which) -> Option<&HeaderTree> {
        let trees = self.of(network);
        let found = match which {
            Which::First => None,
            Which::Last => trees.last(),
            Which::Block(block) => trees.iter().find(|tree| tree.height_of(&block).is_some()),
            Which::Height(height) => trees.iter().find(|tree| tree.header_at(height).is_some()),
        };
        found.or_else(|| trees.first())
    }

    /// The greatest height that the network's chain is known to have: the highest tip of a chain that does not start on
    /// trust alone, or the highest pin.
    #[must_use]
    pub fn known_height(&self, network: &str) -> Option<u32> {
        let tip = |tree: &HeaderTree| {
            let tip = tree.confirm(&tree.tip().hash, 1).ok()?;
            (!matches!(tip.basis(), Basis::Unanchored(_))).then_some(tip.height())
        };
        let pin = |tree: &HeaderTree| tree.pins().iter().next_back().map(|pin| pin.height);
        self.of(network).iter().flat_map(|tree| [tip(tree), pin(tree)]).flatten().max()
    }

    /// All trees.
    pub fn iter(&self) -> impl Iterator<Item = &HeaderTree> {
        self.0.iter().flatten()
    }
}

fn is_of(trees: &[HeaderTree], network: &str) -> bool {
    trees.first().is_some_and(|tree| tree.params().name() == network)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Header, Params, Pins, TrustedHeader};
    use crate::engine::local::tests::{NOW, mine, run};

    fn tree(chain: &[Header], from: u32, pins: Vec<TrustedHeader>) -> HeaderTree {
        let (pins, bytes) = (Pins::new(pins).unwrap(), run(&chain[from as usize..]));
        HeaderTree::from_run(Params::regtest(), from, &bytes, pins, NOW).unwrap()
    }

    #[test]
    fn trees_beyond_the_bound_push_out_the_oldest_but_the_first() {
        let mut chains = Chains::default();
        let all: Vec<Vec<Header>> = (0..10).map(|tag| mine(7, tag)).collect();
        for chain in &all {
            chains.add(tree(chain, 2, vec![]));
        }
        assert_eq!(chains.of("regtest").len(), MAX_TREES);
        let holds = |at: &usize| chains.iter().any(|tree| tree.height_of(&all[*at][2].hash()).is_some());
        assert_eq!((0..10).filter(holds).collect::<Vec<_>>(), [0, 3, 4, 5, 6, 7, 8, 9]);
        assert!(chains.of("mainnet").is_empty());
        chains.forget("regtest");
        assert_eq!(chains.iter().count(), 0);
    }

    #[test]
    fn a_block_is_looked_up_where_it_is_known() {
        let (one, other) = (mine(7, 1), mine(7, 2));
        let mut chains = Chains::default();
        chains.add(tree(&one, 3, vec![]));
        chains.add(tree(&other, 1, vec![]));
        let block = other[2].hash();
        let found = |which| chains.pick("regtest", which).unwrap().first_height();
        assert_eq!((found(Which::First), found(Which::Last)), (3, 1));
        assert_eq!((found(Which::Block(block)), found(Which::Block(BlockHash::ZERO))), (1, 3), "else the first");
        assert_eq!((found(Which::Height(2)), found(Which::Height(4)), found(Which::Height(99))), (1, 3, 3));
        assert!(chains.pick("mainnet", Which::Block(block)).is_none() && chains.pick("x", Which::Last).is_none());
        assert!(chains.knowing_mut("regtest", &block).is_some());
        assert!(chains.knowing_mut("regtest", &BlockHash::ZERO).is_none());
    }

    #[test]
    fn a_height_is_known_by_a_tip_that_something_ties_or_by_a_pin() {
        let chain = mine(7, 1);
        let known = |trees: Vec<HeaderTree>| {
            let mut chains = Chains::default();
            trees.into_iter().for_each(|tree| chains.add(tree));
            chains.known_height("regtest")
        };
        let pin = |height: u32, at: usize| TrustedHeader::new(height, chain[at].hash());
        assert_eq!(known(vec![]), None);
        assert_eq!(known(vec![tree(&chain, 2, vec![])]), None, "nothing ties its heights");
        assert_eq!(known(vec![tree(&chain, 0, vec![])]), Some(6));
        assert_eq!(known(vec![tree(&chain, 2, vec![pin(4, 4)])]), Some(6));
        assert_eq!(known(vec![tree(&chain, 2, vec![pin(4, 4), pin(9, 5)])]), Some(9));
        assert_eq!(known(vec![tree(&chain, 2, vec![]), tree(&chain[..4], 0, vec![])]), Some(3));
    }
}
