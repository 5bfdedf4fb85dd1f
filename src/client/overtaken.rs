//! Whether headers that came in made a best chain give way to another: whoever gave them, a source, a file or this device.

use crate::chain::BlockRef;
use crate::client::message::{BlockAt, Reorganized};
use crate::engine::{HeaderEngine, Which};

/// The tips of a network's best chains, before headers are taken in.
#[derive(Debug)]
pub struct Tips<'a> {
    network: &'a str,
    tips: Vec<BlockRef>,
}

impl<'a> Tips<'a> {
    /// The tips as they are now.
    #[must_use]
    pub fn of(engine: &dyn HeaderEngine, network: &'a str) -> Self {
        let chains = [Which::First, Which::Last].map(|which| engine.summary(network, which));
        let mut tips: Vec<BlockRef> = chains.into_iter().flatten().map(|chain| chain.tip).collect();
        tips.dedup();
        Self { network, tips }
    }

    /// What gave way since; `source` says who gave the headers.
    pub fn overtaken(&self, engine: &dyn HeaderEngine, source: &str) -> impl Iterator<Item = Reorganized> {
        self.tips.iter().filter_map(move |before| overtaken(engine, self.network, *before, source))
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
