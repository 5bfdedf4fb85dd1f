//! Networks to try the rules on, and mining on them: with limits so easy that a header takes a handful of hashes.

use crate::rules::{self, Rules};
use fastrand::Rng;
use num_bigint::BigUint;
use plimsoll::chain::Params;
use serde_json::json;
use sha2::block_api::compress256;
use std::cmp::Ordering;

/// More hashes than this are not spent on one header.
pub const DEAREST: u64 = 2048;
/// What SHA-256 starts from.
const SHA256_START: [u32; 8] =
    [0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19];

/// Limits so wide that a retarget's product leaves 256 bits and is cut there, regtest's and the widest among them.
const WIDE: [&str; 4] = ["7fffff", "ffffffff", "0fffffff", "1577ae0000"];
/// Limits that leave room for it: some that their compact form states exactly, others that it does not.
const NARROW: [&str; 5] = ["01ffff", "01ffffff", "0177ae0000", "01000000", "00ffffff"];

fn limit(text: &str) -> BigUint {
    let fill = if text.ends_with("00") { '0' } else { 'f' };
    let text: String = text.chars().chain(std::iter::repeat(fill)).take(64).collect();
    BigUint::parse_bytes(text.as_bytes(), 16).unwrap()
}

/// A network of its own, one of many; `wide` allows limits at which a retarget's product leaves 256 bits.
pub fn any_network(random: &mut Rng, wide: bool) -> (Rules, Params) {
    let heights = [random.u64(0..40), random.u64(0..40), random.u64(0..40)];
    let mut versions = *random.choice(&[[0; 3], [1; 3], heights]).unwrap();
    versions.sort_unstable();
    let (limits, spacings) = if wide { (&WIDE[..], &[1, 4, 60, 600][..]) } else { (&NARROW[..], &[1, 2][..]) };
    let mut rules = Rules {
        limit: limit(random.choice(limits).unwrap()),
        spacing: *random.choice(spacings).unwrap(),
        interval: *random.choice(&[2, 4, 8, 8, 16, 16]).unwrap(),
        retargets: random.u32(0..6) > 0,
        min_difficulty: random.u32(0..3) == 0,
        bip94: random.u32(0..3) == 0,
        versions,
        genesis: [0; 80],
    };
    let bits = rules::compact(&rules.limit);
    rules.genesis = mine(Draft { version: 1, previous: [0; 32], root: [7; 32], time: 1_300_000_000, bits }).unwrap();
    let params = params(&rules);
    (rules, params)
}

/// The same rules as a parameters file states them.
fn params(rules: &Rules) -> Params {
    let genesis: String = rules.genesis.iter().map(|byte| format!("{byte:02x}")).collect();
    let file = json!({
        "format": "plimsoll-network/1", "name": "modelled", "genesis": genesis,
        "powLimit": format!("{:064x}", rules.limit), "spacingSeconds": rules.spacing, "retargetInterval": rules.interval,
        "retargets": rules.retargets, "minDifficulty": rules.min_difficulty, "bip94": rules.bip94,
        "versionHeights": rules.versions,
    });
    Params::from_json(file.to_string().as_bytes()).unwrap()
}

/// Regtest, as `CRegTestParams` has it.
pub fn regtest() -> (Rules, Params) {
    let genesis = "0100000000000000000000000000000000000000000000000000000000000000000000003ba3edfd7a7b12b27ac72c3e\
        67768f617fc81bc3888a51323a9fb8aa4b1e5e4adae5494dffff7f2002000000";
    let bytes: Vec<u8> = (0..160).step_by(2).map(|at| u8::from_str_radix(&genesis[at..at + 2], 16).unwrap()).collect();
    let rules = Rules {
        limit: limit("7f"),
        spacing: 600,
        interval: 144,
        retargets: false,
        min_difficulty: true,
        bip94: false,
        versions: [1; 3],
        genesis: bytes.try_into().unwrap(),
    };
    (rules, Params::regtest())
}

/// What a miner sets.
#[derive(Debug, Clone, Copy)]
pub struct Draft {
    pub version: i32,
    pub previous: [u8; 32],
    pub root: [u8; 32],
    pub time: u32,
    pub bits: u32,
}

impl Draft {
    pub fn bytes(&self) -> [u8; 80] {
        let mut bytes = [0; 80];
        bytes[..4].copy_from_slice(&self.version.to_le_bytes());
        bytes[4..36].copy_from_slice(&self.previous);
        bytes[36..68].copy_from_slice(&self.root);
        bytes[68..72].copy_from_slice(&self.time.to_le_bytes());
        bytes[72..76].copy_from_slice(&self.bits.to_le_bytes());
        bytes
    }
}

/// How many hashes a header with these bits takes; `None` where that is more than a number of 64 bits, or none will do.
pub fn price(bits: u32) -> Option<u64> {
    rules::work(&target(bits)?).try_into().ok()
}

fn target(bits: u32) -> Option<BigUint> {
    rules::target(bits, &((BigUint::from(1_u8) << 256_u32) - 1_u8)).ok()
}

/// The header with the work it states, by its own limit or none; `None` where that is too dear or no target at all.
pub fn mine(draft: Draft) -> Option<[u8; 80]> {
    price(draft.bits).filter(|&hashes| hashes <= DEAREST)?;
    search(draft, true)
}

/// The header with a hash over the target it states; `None` where nearly no hash is.
pub fn fail_to_mine(draft: Draft) -> Option<[u8; 80]> {
    search(draft, false)
}

/// The header whose hash is, or is not, at or below the target it states. Tests are built without optimization, and this is
/// where their time goes: so the first 64 bytes are hashed once, and by the library's compression function alone.
fn search(draft: Draft, within: bool) -> Option<[u8; 80]> {
    let target = target(draft.bits)?.to_bytes_be();
    let target = [vec![0; 32 - target.len()], target].concat();
    let mut bytes = draft.bytes();
    let mut start = SHA256_START;
    compress256(&mut start, &[bytes[..64].try_into().unwrap()]);
    let mut end = [0; 64];
    end[..16].copy_from_slice(&bytes[64..]);
    end[16] = 0x80;
    end[62..].copy_from_slice(&(80 * 8_u16).to_be_bytes());
    let mut second = [0; 64];
    second[32] = 0x80;
    second[62..].copy_from_slice(&(32 * 8_u16).to_be_bytes());
    for nonce in 0..64 * DEAREST as u32 {
        end[12..16].copy_from_slice(&nonce.to_le_bytes());
        let mut first = start;
        compress256(&mut first, &[end]);
        for (at, word) in first.iter().enumerate() {
            second[4 * at..4 * at + 4].copy_from_slice(&word.to_be_bytes());
        }
        let mut hash = SHA256_START;
        compress256(&mut hash, &[second]);
        // As a number its last byte leads: the words backwards, and each word's bytes backwards.
        let leading = hash[7].swap_bytes().to_be_bytes();
        let below = match leading[..].cmp(&target[..4]) {
            Ordering::Equal => {
                hash.iter().rev().flat_map(|word| word.swap_bytes().to_be_bytes()).le(target.iter().copied())
            }
            order => order == Ordering::Less,
        };
        if below == within {
            bytes[76..].copy_from_slice(&nonce.to_le_bytes());
            return Some(bytes);
        }
    }
    None
}
