//! Whether headers that came in made a best chain give way to another: whoever gave them, a source, a file or this device.

use crate::chain::BlockRef;
use crate::client::message::{BlockAt, Reorganized};
use crate::engine::{HeaderEngine, Which};

/// The tips of a network's best chains, before headers are taken in.
#[derive(Debug)]
pub struct Tips<'a> {
    network: &'a str,
    tips: Vec<(Which, BlockRef)>,
}

impl<'a> Tips<'a> {
    /// The tips as they are now.
    #[must_use]
    pub fn of(engine: &dyn HeaderEngine, network: &'a str) -> Self {
        let tip = |which| engine.summary(network, which).map(|chain| (which, chain.tip));
        let mut tips: Vec<_> = [Which::First, Which::Last].into_iter().filter_map(tip).collect();
        tips.dedup_by_key(|(_, tip)| *tip);
        Self { network, tips }
    }

    /// What gave way since; `source` says who gave the headers.
    pub fn overtaken(&self, engine: &dyn HeaderEngine, source: &str) -> impl Iterator<Item = Reorganized> {
        // Most often the tip is still on its chain, which its height tells: looking a hash up costs an index of them all.
        let there = move |which, tip: BlockRef| {
            engine.blocks(self.network, which, tip.height, 1).first().is_some_and(|found| found.block == tip)
        };
        let left = self.tips.iter().filter(move |(which, tip)| !there(*which, *tip));
        left.filter_map(move |(_, tip)| overtaken(engine, self.network, *tip, source))
    }
}

/// How the chain of a former tip gave way to one with more work; `None` when the tip is still on the best chain.
#[must_use]
pub fn overtaken(engine: &dyn HeaderEngine, network: &str, before: BlockRef, source: &str) -> Option<Reorganized> {
    let common = engine.junction(network, &before.hash).filter(|common| *common != before)?;
    let after = engine.summary(network, Which::Block(before.hash))?.tip;
    let block = |block: BlockRef| BlockAt { height: block.height, hash: block.hash.to_string() };
    Some(Reorganized {
        network: network.to_owned(),
        common: block(common),
        from: block(before),
        to: block(after),
        disconnected: before.height - common.height,
        connected: after.height.saturating_sub(common.height),
        source: source.to_owned(),
    })
}
