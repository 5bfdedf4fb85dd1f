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
    /// Takes a tree in beside those there are. Beyond [`MAX_TREES`] the oldest goes, but for the one that stands for the
    /// network.
    pub fn add(&mut self, tree: HeaderTree) {
        let Some(trees) = self.of_mut(tree.params().name()) else {
            self.0.push(vec![tree]);
            return;
        };
        if trees.len() >= MAX_TREES {
            let main = main_of(trees);
            trees.remove(usize::from(main == Some(0)));
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

    /// The tree of a network to put headers into that stand on `block`: one that ends with it, which is seen without
    /// looking through any, or else one that knows it. A tree that nothing ties has its heights on somebody's word: at the
    /// start of a run it counts only where it gives the block the height before `height`, as the run does.
    pub fn on_mut(&mut self, network: &str, block: &BlockHash, height: u32, starts: bool) -> Option<&mut HeaderTree> {
        let trees = self.of_mut(network)?;
        let at_height = |tree: &HeaderTree, known: u32| known + 1 == height || is_tied(tree);
        let ends = |tree: &HeaderTree| tree.tip().hash == *block;
        let fit = trees.iter().position(|tree| ends(tree) && at_height(tree, tree.tip().height)).or_else(|| {
            trees.iter().position(|tree| tree.height_of(block).is_some_and(|known| at_height(tree, known)))
        });
        let at = fit.or_else(|| trees.iter().position(|tree| !starts && tree.height_of(block).is_some()))?;
        trees.get_mut(at)
    }

    /// Whether a block is held; at the start of a run under the same condition as in [`Self::on_mut`].
    #[must_use]
    pub fn holds(&self, network: &str, block: &BlockHash, height: u32, starts: bool) -> bool {
        let counts = |tree: &HeaderTree, known: u32| !starts || known == height || is_tied(tree);
        self.of(network).iter().any(|tree| tree.height_of(block).is_some_and(|known| counts(tree, known)))
    }

    /// One of a network's trees.
    #[must_use]
    pub fn pick(&self, network: &str, which: Which) -> Option<&HeaderTree> {
        let trees = self.of(network);
        let holding = |holds: &dyn Fn(&HeaderTree) -> bool| {
            let tied = trees.iter().find(|tree| is_tied(tree) && holds(tree));
            tied.or_else(|| trees.iter().find(|tree| holds(tree)))
        };
        let found = match which {
            Which::First => None,
            Which::Last => trees.last(),
            Which::Block(block) => holding(&|tree| tree.height_of(&block).is_some()),
            Which::Height(height) => holding(&|tree| tree.header_at(height).is_some()),
        };
        found.or_else(|| trees.get(main_of(trees)?))
    }

    /// Puts the tree of a network that `others` hold in the place of the one that stands for it here, when it starts at
    /// genesis and holds that one's tip or has more work; says whether it did. Trees that it holds to their tips go.
    pub fn adopt(&mut self, network: &str, others: &mut Self) -> bool {
        let Some(tree) = others.pick(network, Which::First).filter(|tree| tree.first_height() == 0) else {
            return false;
        };
        let held = |known: &HeaderTree| tree.height_of(&known.tip().hash).is_some();
        let work = |tree: &HeaderTree| tree.total_work_at(tree.tip().height);
        // A run on somebody's word stands for nothing.
        let main = main_of(self.of(network)).filter(|at| self.of(network).get(*at).is_some_and(is_tied));
        if let Some(known) = main.and_then(|at| self.of(network).get(at))
            && !held(known)
            && work(known).is_none_or(|least| work(tree) <= Some(least))
        {
            return false;
        }
        let mut at = 0;
        if let Some(trees) = self.of_mut(network) {
            trees.retain(|known| {
                at += 1;
                main != Some(at - 1) && !held(known)
            });
        }
        self.0.retain(|trees| !trees.is_empty());
        let tree = tree.clone();
        others.forget(network);
        self.add(tree);
        true
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

/// Whether the heights of a tree are more than somebody's word: it starts at genesis, or a pin is on it.
fn is_tied(tree: &HeaderTree) -> bool {
    tree.first_height() == 0 || tree.highest_pin().is_some()
}

/// The place of the tree that stands for its network: the highest that is tied, of equals the one that starts lowest.
fn main_of(trees: &[HeaderTree]) -> Option<usize> {
    let tied = trees.iter().enumerate().filter(|(_, tree)| is_tied(tree));
    let highest = tied.max_by_key(|(_, tree)| (tree.tip().height, std::cmp::Reverse(tree.first_height())));
    highest.map(|(at, _)| at).or((!trees.is_empty()).then_some(0))
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
        assert!(chains.on_mut("regtest", &block, 0, false).is_some() && chains.holds("regtest", &block, 0, false));
        assert!(chains.on_mut("regtest", &BlockHash::ZERO, 0, false).is_none());
    }

    #[test]
    fn the_highest_chain_that_something_ties_stands_for_the_network() {
        let chain = mine(9, 1);
        let pin = |at: usize| vec![TrustedHeader::new(at as u32, chain[at].hash())];
        let mut chains = Chains::default();
        // An old block was looked up in these; they end at a pin.
        chains.add(tree(&chain[..4], 1, pin(3)));
        assert_eq!(chains.pick("regtest", Which::First).unwrap().tip().height, 3);
        chains.add(tree(&chain, 5, pin(6)));
        // Higher by somebody's word alone.
        chains.add(tree(&mine(12, 2), 2, vec![]));
        let main = |chains: &Chains| chains.pick("regtest", Which::First).unwrap().first_height();
        assert_eq!(main(&chains), 5);
        assert_eq!(
            chains.pick("regtest", Which::Height(2)).unwrap().first_height(),
            1,
            "what is tied before what is not"
        );
        for tag in 10..30 {
            chains.add(tree(&mine(7, tag), 2, vec![]));
        }
        assert_eq!((chains.of("regtest").len(), main(&chains)), (MAX_TREES, 5), "it is never pushed out");
    }

    #[test]
    fn a_chain_from_genesis_takes_the_place_of_one_whose_tip_it_holds() {
        let (chain, other) = (mine(9, 1), mine(12, 2));
        let pin = vec![TrustedHeader::new(5, chain[5].hash())];
        let adopted = |beside: HeaderTree| {
            let mut chains = Chains::default();
            chains.add(tree(&chain[..5], 2, vec![TrustedHeader::new(4, chain[4].hash())]));
            chains.add(tree(&chain, 3, pin.clone()));
            let mut others = Chains::default();
            others.add(beside);
            let done = chains.adopt("regtest", &mut others);
            assert_eq!(others.of("regtest").is_empty(), done);
            let main = chains.pick("regtest", Which::First).unwrap();
            assert_eq!((main.first_height() == 0, chains.of("regtest").len()), (done, if done { 1 } else { 2 }));
            done
        };
        assert!(adopted(tree(&chain, 0, pin.clone())));
        assert!(!adopted(tree(&chain[..8], 0, pin.clone())), "not so far yet");
        assert!(!adopted(tree(&chain, 1, pin.clone())), "not from genesis");
        assert!(!adopted(tree(&other, 0, vec![])), "another chain, and nothing says how much work this one has");
        // From genesis both: the work decides, and of equals the first seen stays.
        let between = |before: &[Header], beside: &[Header]| {
            let (mut chains, mut others) = (Chains::default(), Chains::default());
            chains.add(tree(before, 0, vec![]));
            others.add(tree(beside, 0, vec![]));
            chains.adopt("regtest", &mut others)
        };
        assert!(between(&chain, &other) && !between(&other, &chain) && !between(&chain, &other[..9]));
        let (mut none, mut others) = (Chains::default(), Chains::default());
        assert!(!none.adopt("regtest", &mut others));
        others.add(tree(&chain, 0, vec![]));
        assert!(none.adopt("regtest", &mut others) && none.of("regtest").len() == 1);
        // What nothing ties neither keeps it away nor goes.
        let (mut untied, mut others) = (Chains::default(), Chains::default());
        untied.add(tree(&other, 2, vec![]));
        others.add(tree(&chain, 0, vec![]));
        assert!(untied.adopt("regtest", &mut others) && untied.of("regtest").len() == 2);
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
