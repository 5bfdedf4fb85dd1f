//! The chain as the reader sees it: the record's block, the tip, and a few blocks between to draw.

use crate::chain::{Basis, Confirmed, UncheckedRule};
use crate::engine::{ChainBlock, HeaderEngine, Which};
use crate::proof::report::{BlockView, ChainView};

/// Most blocks to draw.
const STRIP: u32 = 16;

/// Draws a chain of a network. `block` is where the record is, when that is known. `None` when there are no headers.
#[must_use]
pub fn chain_view(
    engine: &dyn HeaderEngine,
    network: &str,
    which: Which,
    block: Option<&Confirmed>,
    required: u32,
) -> Option<ChainView> {
    let summary = engine.summary(network, which)?;
    let tip = summary.tip.height;
    let from = block.map_or_else(|| tip.saturating_sub(STRIP - 1), Confirmed::height);
    let blocks = |from, count| engine.blocks(network, which, from, count);
    // Both ends and what lies next to them: the middle of a long row tells nothing.
    let strip = if tip - from < STRIP {
        blocks(from, STRIP)
    } else {
        [blocks(from, STRIP / 2), blocks(tip - (STRIP / 2 - 1), STRIP / 2)].concat()
    };
    Some(ChainView {
        network: network.to_owned(),
        block: block.and_then(|confirmed| blocks(confirmed.height(), 1).first().map(block_view)),
        tip: blocks(tip, 1).first().map(block_view)?,
        confirmations: block.map_or(0, Confirmed::confirmations),
        required,
        work_above: block.map_or_else(|| "0".into(), |confirmed| confirmed.work_above().to_string()),
        strip: strip.iter().map(block_view).collect(),
        basis: basis_text(block.map_or(summary.basis, Confirmed::basis)),
        unchecked_rules: summary.unchecked.iter().map(unchecked_text).collect(),
    })
}

fn block_view(block: &ChainBlock) -> BlockView {
    BlockView {
        height: block.block.height,
        hash: block.block.hash.to_string(),
        time: i64::from(block.header.time),
        median_time: block.median_time.map(|time| time.0),
    }
}

/// Where trust in a chain starts, as one word and its place: `genesis`, `pinned:HEIGHT:HASH`, `trusted:HEIGHT:HASH` or
/// `unanchored:HEIGHT:HASH`.
#[must_use]
pub fn basis_text(basis: Basis) -> String {
    let (word, place) = match basis {
        Basis::Genesis => return "genesis".into(),
        Basis::Pinned(place) => ("pinned", place),
        Basis::Trusted(place) => ("trusted", place),
        Basis::Unanchored(place) => ("unanchored", place),
    };
    format!("{word}:{}:{}", place.height, place.hash)
}

fn unchecked_text(unchecked: &UncheckedRule) -> String {
    let UncheckedRule { rule, first, last, .. } = unchecked;
    if first == last { format!("{} at {first}", rule.name()) } else { format!("{} at {first} to {last}", rule.name()) }
}
