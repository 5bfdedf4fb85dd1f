//! The paths of Esplora that headers can answer (API.md of Blockstream/esplora), and of mempool.space beside them
//! (`/v1/…`). What headers do not hold (`tx_count`, `size`, `weight`, `extras`) is left out.

use super::core_rest::difficulty;
use super::http::Reply;
use super::routes::number;
use super::served::{SOON, Served};
use plimsoll::chain::{BlockHash, BlockRef, Header};
use serde_json::{Value, json};

/// Blocks of a page.
const PAGE: u32 = 10;
/// The same at mempool.space.
const MEMPOOL_PAGE: u32 = 15;

pub fn reply(segments: &[&str], served: &Served) -> Reply {
    let tip = served.tree().tip();
    match *segments {
        ["blocks", "tip", "height"] => Reply::text(tip.height.to_string(), 0),
        ["blocks", "tip", "hash"] => Reply::text(tip.hash.to_string(), 0),
        ["block-height", height] => match number(height) {
            Some(height) => match served.tree().hash_at(height) {
                Some(hash) => Reply::text(hash.to_string(), served.max_age(height)),
                None => not_found(),
            },
            None => Reply::refused(400, "Invalid height"),
        },
        ["block", hash, ref rest @ ..] if BlockHash::from_hex(hash).is_err() && rest.len() < 2 => {
            Reply::refused(400, "Invalid hash")
        }
        ["block", hash] => with(hash, served, |block, header| Reply::json(&block_json(block, header, served), SOON)),
        ["block", hash, "header"] => {
            with(hash, served, |block, header| Reply::text(header.to_string(), served.max_age(block.height)))
        }
        ["block", hash, "status"] => with(hash, served, |block, _| Reply::json(&status(block, served), SOON)),
        ["blocks"] => page(None, PAGE, served),
        ["blocks", start] => page(Some(start), PAGE, served),
        ["v1", "blocks"] => page(None, MEMPOOL_PAGE, served),
        ["v1", "blocks", start] => page(Some(start), MEMPOOL_PAGE, served),
        ["v1", "chain-tips"] => chain_tips(served),
        _ => Reply::status(404),
    }
}

fn not_found() -> Reply {
    Reply::refused(404, "Block not found")
}

fn with(hash: &str, served: &Served, told: impl Fn(BlockRef, &Header) -> Reply) -> Reply {
    served.block(hash).map_or_else(not_found, |(block, header)| told(block, &header))
}

fn block_json(block: BlockRef, header: &Header, served: &Served) -> Value {
    let previous = Some(header.previous).filter(|hash| *hash != BlockHash::ZERO);
    let mut json = json!({
        "id": block.hash.to_string(),
        "height": block.height,
        "version": header.version,
        "timestamp": header.time,
        "bits": header.bits.0,
        "nonce": header.nonce,
        "difficulty": difficulty(header.bits),
        "merkle_root": BlockHash(header.merkle_root).to_string(),
        "previousblockhash": previous.map(|hash| hash.to_string()),
    });
    if let Some(median) = served.tree().median_time_past(block.height).filter(|_| served.is_best(block)) {
        json["mediantime"] = json!(median.0);
    }
    json
}

fn status(block: BlockRef, served: &Served) -> Value {
    if !served.is_best(block) {
        return json!({ "in_best_chain": false });
    }
    let mut json = json!({ "in_best_chain": true, "height": block.height });
    if let Some(next) = block.height.checked_add(1).and_then(|next| served.tree().hash_at(next)) {
        json["next_best"] = json!(next.to_string());
    }
    json
}

/// Blocks from a height downwards.
fn page(start: Option<&str>, size: u32, served: &Served) -> Reply {
    let (first, tip) = (served.tree().first_height(), served.tree().tip().height);
    let top = match start.map(number) {
        None => tip,
        Some(Some(height)) => height,
        Some(None) => return Reply::refused(400, "Invalid height"),
    };
    if !(first..=tip).contains(&top) {
        return not_found();
    }
    let blocks = served.tree().best_chain(top.saturating_sub(size - 1)..=top).rev();
    let max_age = if start.is_some() { served.max_age(top).min(SOON) } else { 0 };
    Reply::json(&blocks.map(|(block, header)| block_json(block, &header, served)).collect(), max_age)
}

/// The best chain's tip, and those of branches that lost.
fn chain_tips(served: &Served) -> Reply {
    let tip = |block: BlockRef, length: u32, status: &str| json!({ "height": block.height, "hash": block.hash.to_string(), "branchlen": length, "status": status });
    // Headers were verified, blocks were not: so Core calls a branch of which it has no more.
    let side = served.side_tips().iter().map(|side| tip(side.block, side.length, "valid-headers"));
    let all: Vec<Value> = std::iter::once(tip(served.tree().tip(), 0, "active")).chain(side).collect();
    Reply::json(&Value::Array(all), SOON)
}
