//! Mines headers on the spot, on networks where that takes a handful of hashes.
#![allow(dead_code, reason = "each test file uses a part of it")]

use ethnum::U256;
use plimsoll::chain::{Accepted, CompactTarget, Header, HeaderError, HeaderTree, Params, Target, Work};
use plimsoll::time::UnixTime;
use serde_json::{Value, json};
use std::sync::LazyLock;

/// A clock far ahead of every mined header.
pub const NOW: UnixTime = UnixTime(4_000_000_000);
/// Bits of the easiest target of [`custom`] networks: some 500 hashes. With a limit as wide as regtest's, the product in
/// a retarget would leave 256 bits, where Bitcoin Core cuts it.
pub const EASIEST: CompactTarget = CompactTarget(0x1f7f_ffff);
/// Seconds between blocks on [`custom`] networks.
pub const SPACING: u32 = 4;
/// Headers in a period of [`custom`] networks.
pub const INTERVAL: u32 = 20;

/// A network of 20 headers a period, four seconds apart; `changes` replace members of its file.
pub fn custom(changes: &Value) -> Params {
    static GENESIS: LazyLock<Header> =
        LazyLock::new(|| solve(Header { bits: EASIEST, ..*Params::regtest().genesis() }));
    let mut file = json!({
        "format": "plimsoll-network/1", "name": "mined", "genesis": GENESIS.to_string(),
        "powLimit": "007f".to_owned() + &"f".repeat(60), "spacingSeconds": SPACING, "retargetInterval": INTERVAL,
        "retargets": true, "minDifficulty": false, "bip94": false, "versionHeights": [0, 0, 0],
    });
    for (member, value) in changes.as_object().unwrap() {
        file[member] = value.clone();
    }
    Params::from_json(file.to_string().as_bytes()).unwrap()
}

/// A header on `parent` with these bits and `tag` in its Merkle root, its hash at or below its target.
pub fn mine(parent: &Header, time: u32, bits: CompactTarget, tag: u8) -> Header {
    let template = Header { version: 4, previous: parent.hash(), merkle_root: [tag; 32], time, bits, nonce: 0 };
    solve(template)
}

/// `template` with the first nonce that gives it the work it states.
pub fn solve(template: Header) -> Header {
    let target = template.bits.decode(Target::MAX).unwrap();
    (0..).map(|nonce| Header { nonce, ..template }).find(|header| target.admits(&header.hash().0)).unwrap()
}

/// Mines on `parent` with whatever bits the tree requires there, and accepts it.
pub fn extend(tree: &mut HeaderTree, parent: &Header, time: u32, tag: u8) -> (Header, Accepted) {
    let guess = mine(parent, time, parent.bits, tag);
    let header = match tree.accept(&guess, NOW) {
        Ok(accepted) => return (guess, accepted),
        Err(HeaderError::Bits { expected, .. }) => mine(parent, time, expected, tag),
        Err(error) => panic!("{error}"),
    };
    let accepted = tree.accept(&header, NOW).unwrap();
    (header, accepted)
}

/// Extends from `parent` by `count` headers `step` seconds apart; the last of them, and what it did.
pub fn extend_by(tree: &mut HeaderTree, parent: &Header, count: u32, step: u32, tag: u8) -> (Header, Accepted) {
    let first = extend(tree, parent, parent.time + step, tag);
    (1..count).fold(first, |(header, _), _| extend(tree, &header, header.time + step, tag))
}

/// The tree of an unchanged [`custom`] network.
pub fn plain() -> HeaderTree {
    HeaderTree::from_genesis(custom(&json!({})))
}

/// The best chain's last header.
pub fn tip(tree: &HeaderTree) -> Header {
    tree.header_at(tree.tip().height).unwrap()
}

/// The target of `bits`, by the book: mantissa × 256^(exponent − 3).
pub fn expand(bits: CompactTarget) -> U256 {
    U256::from(bits.0 & 0x7f_ffff) << (8 * ((bits.0 >> 24) - 3))
}

/// The compact form of a number.
pub fn compact(target: U256) -> CompactTarget {
    Target::from_be_bytes(target.to_be_bytes()).compact()
}

/// The work of so many headers with the easiest bits of a network.
pub fn work_of(count: u32, params: &Params) -> Work {
    let each = Work::of(params.genesis().bits.decode(params.limit()).unwrap());
    (0..count).map(|_| each).sum()
}
