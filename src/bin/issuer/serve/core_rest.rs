//! The paths of Bitcoin Core's REST interface that headers can answer (doc/REST-interface.md): `/rest/headers/…`,
//! `/rest/blockhashbyheight/…`, `/rest/chaininfo.json`.

use super::http::Reply;
use super::routes::number;
use super::served::{SOON, Served};
use plimsoll::chain::{BlockHash, BlockRef, CompactTarget, Header};
use plimsoll::encoding::encode_hex;
use serde_json::{Map, Value, json};

const MOST: u32 = 2000;
const USUAL: u32 = 5;

/// How an answer is written.
#[derive(Clone, Copy)]
enum Format {
    Bin,
    Hex,
    Json,
}

pub fn reply(segments: &[&str], query: &str, served: &Served) -> Reply {
    match *segments {
        ["chaininfo.json"] => chain_info(served),
        ["headers", name] => match format(name) {
            Some((hash, format)) => headers(hash, count_in(query), format, served),
            None => no_format(),
        },
        // As versions before 24 had it.
        ["headers", count, name] => match format(name) {
            Some((hash, format)) => headers(hash, Some(count), format, served),
            None => no_format(),
        },
        ["blockhashbyheight", name] => match format(name) {
            Some((height, format)) => hash_by_height(height, format, served),
            None => no_format(),
        },
        _ => Reply::status(404),
    }
}

fn format(name: &str) -> Option<(&str, Format)> {
    let (name, extension) = name.rsplit_once('.')?;
    let format = match extension {
        "bin" => Format::Bin,
        "hex" => Format::Hex,
        "json" => Format::Json,
        _ => return None,
    };
    Some((name, format))
}

fn no_format() -> Reply {
    Reply::refused(404, "output format not found (available: .bin, .hex, .json)")
}

fn count_in(query: &str) -> Option<&str> {
    query.split('&').find_map(|pair| pair.strip_prefix("count="))
}

fn headers(hash: &str, count: Option<&str>, format: Format, served: &Served) -> Reply {
    let count = count.map_or(Some(USUAL), number).filter(|count| (1..=MOST).contains(count));
    let Some(count) = count else {
        return Reply::refused(400, format!("Header count is invalid or out of acceptable range (1-{MOST})"));
    };
    if BlockHash::from_hex(hash).is_err() {
        return Reply::refused(400, "Invalid hash");
    }
    // A block that is not on the best chain has nothing above it there: an empty answer, as from Core.
    let from = served.block(hash).map(|(block, _)| block).filter(|block| served.is_best(*block));
    let found: Vec<(BlockRef, Header)> = from.map_or_else(Vec::new, |from| {
        served.tree().best_chain(from.height..=from.height.saturating_add(count - 1)).collect()
    });
    let bytes = || found.iter().flat_map(|(_, header)| header.encode()).collect::<Vec<u8>>();
    match format {
        Format::Bin => Reply::binary(bytes(), SOON),
        Format::Hex => Reply::text(encode_hex(&bytes()) + "\n", SOON),
        Format::Json => {
            Reply::json(&found.iter().map(|(block, header)| header_json(*block, header, served)).collect(), SOON)
        }
    }
}

/// A header as `getblockheader` tells it, without what headers do not hold (`nTx`).
fn header_json(block: BlockRef, header: &Header, served: &Served) -> Value {
    let tree = served.tree();
    let mut json = Map::from_iter([
        ("hash".to_owned(), json!(block.hash.to_string())),
        ("confirmations".to_owned(), json!(tree.tip().height - block.height + 1)),
        ("height".to_owned(), json!(block.height)),
        ("version".to_owned(), json!(header.version)),
        ("versionHex".to_owned(), json!(format!("{:08x}", header.version))),
        ("merkleroot".to_owned(), json!(BlockHash(header.merkle_root).to_string())),
        ("time".to_owned(), json!(header.time)),
        ("nonce".to_owned(), json!(header.nonce)),
        ("bits".to_owned(), json!(format!("{:08x}", header.bits.0))),
        ("difficulty".to_owned(), json!(difficulty(header.bits))),
    ]);
    if let Some(median) = tree.median_time_past(block.height) {
        json.insert("mediantime".into(), json!(median.0));
    }
    if let Some(work) = tree.total_work_at(block.height) {
        json.insert("chainwork".into(), json!(encode_hex(&work.to_be_bytes())));
    }
    if header.previous != BlockHash::ZERO {
        json.insert("previousblockhash".into(), json!(header.previous.to_string()));
    }
    if let Some(next) = block.height.checked_add(1).and_then(|next| tree.hash_at(next)) {
        json.insert("nextblockhash".into(), json!(next.to_string()));
    }
    Value::Object(json)
}

/// How many times harder than Bitcoin's easiest target, as Bitcoin Core counts it on every network.
pub fn difficulty(bits: CompactTarget) -> f64 {
    let (exponent, mantissa) = ((bits.0 >> 24) as i32, f64::from(bits.0 & 0xff_ffff));
    f64::from(0xffff) / mantissa * 256_f64.powi(29 - exponent)
}

fn hash_by_height(height: &str, format: Format, served: &Served) -> Reply {
    let Some(height) = number(height) else { return Reply::refused(400, "Invalid height") };
    let Some(hash) = served.tree().hash_at(height) else { return Reply::refused(404, "Block height out of range") };
    let max_age = served.max_age(height);
    match format {
        Format::Bin => Reply::binary(hash.0.to_vec(), max_age),
        Format::Hex => Reply::text(format!("{hash}\n"), max_age),
        Format::Json => Reply::json(&json!({ "blockhash": hash.to_string() }), max_age),
    }
}

fn chain_info(served: &Served) -> Reply {
    let tree = served.tree();
    let tip = tree.tip();
    let header = tree.header_at(tip.height);
    let mut json = json!({
        "chain": match tree.params().name() { "mainnet" => "main", "testnet3" => "test", other => other },
        "blocks": tip.height,
        "headers": tip.height,
        "bestblockhash": tip.hash.to_string(),
    });
    if let Some(header) = header {
        json["bits"] = json!(format!("{:08x}", header.bits.0));
        json["difficulty"] = json!(difficulty(header.bits));
        json["time"] = json!(header.time);
    }
    if let Some(median) = tree.median_time_past(tip.height) {
        json["mediantime"] = json!(median.0);
    }
    if let Some(work) = tree.total_work_at(tip.height) {
        json["chainwork"] = json!(encode_hex(&work.to_be_bytes()));
    }
    Reply::json(&json, SOON)
}
