//! The chain as the reader sees it: the record's block, the tip, and a few blocks between to draw.

use crate::chain::{Basis, Confirmed, HeaderTree, UncheckedRule};
use crate::proof::report::{BlockView, ChainView};

/// Most blocks to draw.
const STRIP: u32 = 16;

/// Draws the chain. `block` is where the record is, when that is known.
#[must_use]
pub fn chain_view(tree: &HeaderTree, block: Option<&Confirmed>, required: u32) -> ChainView {
    let tip_confirmed = tree.confirm(&tree.tip().hash, 1).expect("the tip is on the best chain");
    let tip = tree.tip().height;
    let from = block.map_or_else(|| tip.saturating_sub(STRIP - 1), Confirmed::height);
    // Both ends and what lies next to them: the middle of a long row tells nothing.
    let heights: Vec<u32> = if tip - from < STRIP {
        (from..=tip).collect()
    } else {
        (from..from + STRIP / 2).chain(tip - (STRIP / 2 - 1)..=tip).collect()
    };
    ChainView {
        network: tree.params().name().to_owned(),
        block: block.and_then(|confirmed| block_view(tree, confirmed.height())),
        tip: block_view(tree, tip).expect("a tree holds its own tip"),
        confirmations: block.map_or(0, Confirmed::confirmations),
        required,
        work_above: block.map_or_else(|| "0".into(), |confirmed| confirmed.work_above().to_string()),
        strip: heights.into_iter().filter_map(|height| block_view(tree, height)).collect(),
        basis: basis_text(block.unwrap_or(&tip_confirmed).basis()),
        unchecked_rules: tree.unchecked_rules().iter().map(unchecked_text).collect(),
    }
}

fn block_view(tree: &HeaderTree, height: u32) -> Option<BlockView> {
    let header = tree.header_at(height)?;
    let hash = header.hash();
    Some(BlockView {
        height,
        hash: hash.to_string(),
        time: i64::from(header.time),
        median_time: tree.median_time_past(height).map(|time| time.0),
    })
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
