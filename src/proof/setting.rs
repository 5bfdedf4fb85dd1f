//! What the reader brings to an examination: known registries, headers, and what time it is.

use crate::chain::{Basis, BlockHash, HeaderTree};
use crate::encoding::encode_hex;
use crate::proof::bundle::RegistryRef;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::time::UnixTime;
use std::collections::BTreeMap;

/// Most trees of one network: runs that do not touch each other stand apart.
pub const MAX_TREES: usize = 8;

/// The headers in hand, all of them verified: for each network one tree, or several where runs do not touch.
#[derive(Debug, Clone, Default)]
pub struct Chains(BTreeMap<String, Vec<HeaderTree>>);

impl Chains {
    /// Takes a tree in beside those there are. Beyond [`MAX_TREES`] the oldest but the first goes.
    pub fn add(&mut self, tree: HeaderTree) {
        let trees = self.0.entry(tree.params().name().to_owned()).or_default();
        if trees.len() >= MAX_TREES {
            trees.remove(1);
        }
        trees.push(tree);
    }

    /// The trees of a network, first taken first.
    #[must_use]
    pub fn of(&self, network: &str) -> &[HeaderTree] {
        self.0.get(network).map_or(&[], Vec::as_slice)
    }

    /// The tree of a network that knows a block, to put more headers into.
    pub fn knowing_mut(&mut self, network: &str, block: &BlockHash) -> Option<&mut HeaderTree> {
        self.0.get_mut(network)?.iter_mut().find(|tree| tree.height_of(block).is_some())
    }

    /// The tree to look a block up in: one that knows it, or else the network's first.
    #[must_use]
    pub fn for_block(&self, network: &str, block: &BlockHash) -> Option<&HeaderTree> {
        let trees = self.of(network);
        trees.iter().find(|tree| tree.height_of(block).is_some()).or_else(|| trees.first())
    }

    /// The tree whose best chain has a header of that height, or else the network's first.
    #[must_use]
    pub fn for_height(&self, network: &str, height: u32) -> Option<&HeaderTree> {
        let trees = self.of(network);
        trees.iter().find(|tree| tree.header_at(height).is_some()).or_else(|| trees.first())
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
        self.0.values().flatten()
    }
}

/// What the reader brings.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Policies of registries the reader pinned, or that the page's own origin serves.
    pub registries: &'a [RegistryPolicy],
    /// Headers, all of them verified.
    pub chains: &'a Chains,
    /// The clock of whoever asks.
    pub now: UnixTime,
}

/// Evidence that a policy is one the reader has a reason to believe.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct KnownRegistry {
    policy_id: [u8; 32],
}

impl KnownRegistry {
    /// SHA-256 of the policy's text.
    #[must_use]
    pub fn policy_id(&self) -> &[u8; 32] {
        &self.policy_id
    }

    /// Looks a policy up among the reader's own.
    ///
    /// # Errors
    /// A finding: *could not check* for a registry that nobody vouches for, *failed* for one that takes a known one's name
    /// or log but not its policy.
    pub fn verify(policy: &RegistryPolicy, known: &[RegistryPolicy]) -> Result<Self, Finding> {
        let id = policy.id();
        if known.iter().any(|own| own.id() == id) {
            return Ok(Self { policy_id: id });
        }
        let same_face = |own: &&RegistryPolicy| own.name() == policy.name() || own.shares_log_with(policy);
        match known.iter().find(same_face) {
            Some(own) => Err(Finding::failed("registry-imitates", "registry.policy")
                .comparing(encode_hex(&own.id()), encode_hex(&id))),
            None => Err(Finding::could_not("registry-unknown", "registry.policy").comparing("", policy.name())),
        }
    }
}

/// The policy a proof is to be judged by: the one it carries, or the reader's own that it names.
///
/// # Errors
/// A finding for the step *registry known*.
pub fn policy_of(registry: &RegistryRef, known: &[RegistryPolicy]) -> Result<RegistryPolicy, Finding> {
    match registry {
        RegistryRef::Policy(text) => RegistryPolicy::parse(text)
            .map_err(|error| Finding::failed("registry-malformed", "registry.policy").because(&error)),
        RegistryRef::Sha256(hash) => known.iter().find(|own| own.id() == hash.0).cloned().ok_or_else(|| {
            Finding::could_not("policy-not-at-hand", "registry.sha256").comparing("", encode_hex(&hash.0))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{Params, Pins, TrustedHeader};
    use crate::proof::bundle::HexHash;
    use crate::proof::sample::{Chain, NOW, Registry, filler};

    fn tree(chain: &Chain, from: u32, pins: Vec<TrustedHeader>) -> HeaderTree {
        let pins = Pins::new(pins).unwrap();
        HeaderTree::from_run(Params::regtest(), from, &chain.run(from), pins, NOW).unwrap()
    }

    fn chain(tag: u8) -> Chain {
        let mut chain = Chain::default();
        chain.mine(vec![filler(tag)]);
        chain.bury(5);
        chain
    }

    #[test]
    fn trees_beyond_the_bound_push_out_the_oldest_but_the_first() {
        let mut chains = Chains::default();
        let all: Vec<Chain> = (0..10).map(chain).collect();
        for chain in &all {
            chains.add(tree(chain, 2, vec![]));
        }
        assert_eq!(chains.of("regtest").len(), MAX_TREES);
        let holds = |at: &usize| chains.iter().any(|tree| tree.height_of(&all[*at].headers()[2].hash()).is_some());
        assert_eq!((0..10).filter(holds).collect::<Vec<_>>(), [0, 3, 4, 5, 6, 7, 8, 9]);
        assert!(chains.of("mainnet").is_empty());
    }

    #[test]
    fn a_block_is_looked_up_where_it_is_known() {
        let (one, other) = (chain(1), chain(2));
        let mut chains = Chains::default();
        chains.add(tree(&one, 3, vec![]));
        chains.add(tree(&other, 1, vec![]));
        let block = other.headers()[2].hash();
        let found = |tree: Option<&HeaderTree>| tree.unwrap().first_height();
        assert_eq!(found(chains.for_block("regtest", &block)), 1);
        assert_eq!(found(chains.for_block("regtest", &BlockHash::ZERO)), 3, "else the first");
        assert_eq!((found(chains.for_height("regtest", 2)), found(chains.for_height("regtest", 4))), (1, 3));
        assert_eq!(found(chains.for_height("regtest", 99)), 3);
        assert!(chains.for_block("mainnet", &block).is_none() && chains.for_height("mainnet", 2).is_none());
        assert!(chains.knowing_mut("regtest", &block).is_some());
        assert!(chains.knowing_mut("regtest", &BlockHash::ZERO).is_none());
    }

    #[test]
    fn a_height_is_known_by_a_tip_that_something_ties_or_by_a_pin() {
        let chain = chain(1);
        let known = |trees: Vec<HeaderTree>| {
            let mut chains = Chains::default();
            trees.into_iter().for_each(|tree| chains.add(tree));
            chains.known_height("regtest")
        };
        let pin = |height: u32, at: usize| TrustedHeader::new(height, chain.headers()[at].hash());
        assert_eq!(known(vec![]), None);
        assert_eq!(known(vec![tree(&chain, 2, vec![])]), None, "nothing ties its heights");
        assert_eq!(known(vec![tree(&chain, 0, vec![])]), Some(6));
        assert_eq!(known(vec![tree(&chain, 2, vec![pin(4, 4)])]), Some(6));
        assert_eq!(known(vec![tree(&chain, 2, vec![pin(4, 4), pin(9, 5)])]), Some(9));
        assert_eq!(known(vec![tree(&chain, 2, vec![]), tree(&chain.up_to(3), 0, vec![])]), Some(3));
    }

    #[test]
    fn a_policy_is_the_one_carried_or_the_readers_own_by_its_hash() {
        let registry = Registry::founded();
        let other = registry.policy_with(&serde_json::json!({"name": "Other Registry"}));
        let known = [RegistryPolicy::parse(&other).unwrap(), registry.policy()];
        let found = |registry: &RegistryRef| match policy_of(registry, &known) {
            Ok(policy) => Ok(policy.id()),
            Err(finding) => Err(finding.problem.code),
        };
        assert_eq!(found(&RegistryRef::Sha256(HexHash(known[1].id()))), Ok(known[1].id()));
        assert_eq!(found(&RegistryRef::Sha256(HexHash([0; 32]))), Err("policy-not-at-hand".into()));
        assert_eq!(found(&RegistryRef::Policy(known[0].text().into())), Ok(known[0].id()));
        assert_eq!(found(&RegistryRef::Policy("{}".into())), Err("registry-malformed".into()));
        assert_eq!(KnownRegistry::verify(&known[1], &known).unwrap().policy_id(), &known[1].id());
        assert!(KnownRegistry::verify(&known[0], &known[1..]).is_err());
    }
}
