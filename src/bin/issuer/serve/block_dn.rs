//! The paths of guggero/block-dn: `/status`, `/headers/<start>`, `/headers/import/<end>` and `/headers/import/latest`.

use super::http::{Body, Reply};
use super::routes::number;
use super::served::{HeaderBytes, SOON, Served};
use plimsoll::chain::header_file::import_prefix;
use serde_json::json;

/// Headers in a file.
pub const ENTRIES: u32 = 100_000;

pub fn reply(segments: &[&str], served: &Served) -> Reply {
    let tree = served.tree();
    let tip = tree.tip();
    match *segments {
        ["status"] => Reply::json(
            &json!({
                "chain_genesis_hash": tree.params().genesis().hash().to_string(),
                "chain_name": tree.params().name(),
                "best_block_height": tip.height,
                "best_block_hash": tip.hash.to_string(),
                "entries_per_header_file": ENTRIES,
                "all_files_synced": true,
            }),
            SOON,
        ),
        ["headers", "import", "latest"] => import(tip.height + 1, served),
        ["headers", "import", end] => match number(end) {
            Some(end) if (1..=tip.height + 1).contains(&end) => import(end, served),
            _ => Reply::refused(400, format!("expected an end from 1 to {}", tip.height + 1)),
        },
        ["headers", start] => match number(start) {
            Some(start) if start.is_multiple_of(ENTRIES) && start <= tip.height => file(start, served),
            _ => Reply::refused(400, format!("expected 0 or a multiple of {ENTRIES}, up to {}", tip.height)),
        },
        _ => Reply::status(404),
    }
}

fn file(start: u32, served: &Served) -> Reply {
    if start < served.tree().first_height() {
        return Reply::refused(404, format!("headers here begin at {}", served.tree().first_height()));
    }
    let end = served.tree().tip().height.min(start + (ENTRIES - 1));
    let whole = end == start + (ENTRIES - 1);
    let headers = HeaderBytes { prefix: Vec::new(), first: start, count: end - start + 1 };
    let max_age = if whole { served.max_age(end) } else { SOON };
    Reply::new("application/octet-stream", max_age, Body::Headers(headers))
}

fn import(end: u32, served: &Served) -> Reply {
    let Some(start) = served.tree().params().message_start().filter(|_| served.tree().first_height() == 0) else {
        return Reply::refused(404, "an import file starts at height 0 of a network with a message start");
    };
    let headers = HeaderBytes { prefix: import_prefix(start, 0).to_vec(), first: 0, count: end };
    Reply::new("application/octet-stream", served.max_age(end - 1), Body::Headers(headers))
}
