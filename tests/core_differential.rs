//! Headers judged as Bitcoin Core's own code judges them: the same answer, the same kind of reason, and after each the
//! same best header.

mod common;
#[path = "common/core.rs"]
mod core;
#[path = "common/miner.rs"]
mod miner;

use crate::core::{Answer, clock, compare, judge};
use fastrand::Rng;
use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::{BlockHash, CompactTarget, Header, HeaderTree, Params, Target};
use plimsoll::time::UnixTime;
use std::collections::BTreeMap;

/// Seconds around the edge of what is not yet valid.
const EDGES: [i32; 5] = [-3600, -900, 900, 3600, 1 << 30];
/// Bits a little and a lot harder than regtest's, none, negative, and over its limit.
const ODD_BITS: [u32; 8] =
    [0, 0x207f_fffe, 0x2000_ffff, 0x1f7f_ffff, 0x2080_0000, 0x20ff_ffff, 0x2100_ffff, 0x2100_7fff];

/// A header that is wrong in some way, or in none.
fn mutant(random: &mut Rng, known: &[Header], now: UnixTime) -> Header {
    let parent = known[random.usize(..) % known.len()];
    let mut header = Header {
        version: 0x2000_0000,
        previous: parent.hash(),
        merkle_root: std::array::from_fn(|_| random.u8(..)),
        time: parent.time.saturating_add(random.u32(1..1200)),
        bits: parent.bits,
        nonce: 0,
    };
    let now = now.0 as u32;
    for _ in 0..random.u32(0..3) {
        match random.u32(0..8) {
            0 => header.version = *random.choice(&[0, 1, 2, 3, 4, 5, -1, i32::MIN, i32::MAX]).unwrap(),
            1 => header.version = random.i32(..),
            2 => header.previous = BlockHash(std::array::from_fn(|_| random.u8(..))),
            3 => header.time = parent.time.saturating_add_signed(random.i32(-9000..9000)),
            4 => header.time = (now + 7200).saturating_add_signed(*random.choice(&EDGES).unwrap()),
            5 => header.time = *random.choice(&[0, 1, u32::MAX, i32::MAX as u32]).unwrap(),
            6 => header.bits = CompactTarget(*random.choice(&ODD_BITS).unwrap()),
            _ => header.bits = CompactTarget(random.u32(..)),
        }
    }
    // Most do the work they state, where that is little; the rest are as they are.
    let target = header.bits.decode(Target::MAX).ok();
    let affordable = target.filter(|target| !target.to_string().starts_with("000"));
    match affordable.filter(|_| random.u32(0..10) > 0) {
        Some(target) => (0..4096)
            .map(|nonce| Header { nonce, ..header })
            .find(|header| target.admits(&header.hash().0))
            .unwrap_or(header),
        None => Header { nonce: random.u32(..), ..header },
    }
}

/// The good headers of both regtest runs, then `count` mutants, with our answers.
fn mutated_run(random: &mut Rng, good: &[Header], count: usize, now: UnixTime) -> (Vec<Header>, Vec<Answer>) {
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let mut ours: Vec<Answer> = good.iter().map(|header| judge(&mut tree, header, now)).collect();
    let (mut headers, mut known) = (good.to_vec(), good.to_vec());
    while headers.len() < good.len() + count {
        // Half of them on what came last, so that branches grow and overtake one another.
        let recent = if random.bool() { known.len() - 8 } else { 0 };
        let header = mutant(random, &known[recent..], now);
        // The two clocks differ by as long as this takes: what lies that near the edge is left out.
        if (i64::from(header.time) - now.plus(7200).0).abs() < 600 {
            continue;
        }
        let answer = judge(&mut tree, &header, now);
        if answer.0 == "ok" {
            known.push(header);
        }
        ours.push(answer);
        headers.push(header);
    }
    (headers, ours)
}

#[test]
fn twenty_thousand_mutants_of_regtest() {
    let Some(data) = common::data_dir() else { return };
    let (mut random, now) = (Rng::with_seed(20_000), clock());
    let good: Vec<Header> = ["headers/regtest-0-100.headers", "headers/regtest-kernel-0-206.headers"]
        .iter()
        .flat_map(|run| decode_run(&common::read(&data, run)).unwrap().collect::<Vec<_>>())
        .collect();
    let mut total: BTreeMap<String, usize> = BTreeMap::new();
    // In rounds, because on regtest Core goes through all it knows at every header.
    for _ in 0..20 {
        let (headers, ours) = mutated_run(&mut random, &good, 1000, now);
        let Some(reasons) = compare("regtest", &headers, &ours) else { return };
        reasons.into_iter().for_each(|(reason, count)| *total.entry(reason).or_default() += count);
    }
    println!(
        "bitcoinkernel: 20000 mutants of regtest headers judged alike, with {} good ones: {total:?}",
        20 * good.len()
    );
    for reason in
        ["ok", "high-hash", "prev-blk-not-found", "bad-diffbits", "time-too-old", "time-too-new", "bad-version"]
    {
        assert!(total.get(reason).is_some_and(|&count| count > 500), "too few cases of {reason}: {total:?}");
    }
}

#[test]
fn forks_reorganizations_and_ties_of_regtest() {
    let (mut random, now) = (Rng::with_seed(7), clock());
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let mut tips = vec![*Params::regtest().genesis()];
    let (mut headers, mut ours) = (Vec::new(), Vec::new());
    let mut reorganizations = 0;
    for step in 0..3000_u32 {
        // Three branches at most, extended in turn and now and then split.
        let at = random.usize(..tips.len());
        let parent = tips[at];
        let header = miner::mine(&parent, parent.time + random.u32(1..700), parent.bits, step as u8);
        let before = tree.tip();
        ours.push(judge(&mut tree, &header, now));
        reorganizations += usize::from(tree.tip() != before && header.previous != before.hash);
        headers.push(header);
        match tips.len() {
            0..3 if random.u32(0..20) == 0 => tips.push(header),
            3.. if random.u32(0..50) == 0 => drop(tips.swap_remove(at)),
            _ => tips[at] = header,
        }
    }
    assert!(reorganizations > 50, "{reorganizations}");
    println!("regtest: {reorganizations} reorganizations among {} headers", headers.len());
    let _ = compare("regtest", &headers, &ours);
}

#[test]
fn real_runs_of_every_network() {
    let Some(data) = common::data_dir() else { return };
    let now = clock();
    for (network, runs) in [
        ("mainnet", &["mainnet-0-32260.headers", "mainnet-corealt-0-2016.headers"][..]),
        ("testnet3", &["testnet3-0-9999.headers", "testnet3-core-fork.headers"]),
        ("testnet4", &["testnet4-0-100.headers"]),
        ("signet", &["signet-0-2016.headers"]),
        ("regtest", &["regtest-0-100.headers", "regtest-kernel-0-206.headers"]),
    ] {
        let mut runs: Vec<Vec<Header>> = runs
            .iter()
            .map(|run| decode_run(&common::read(&data, &format!("headers/{run}"))).unwrap().collect())
            .collect();
        // Main's first headers, then the alternative ones, then main's next: so that each overtakes the other.
        let split = runs[0].len().min(2019);
        let rest = runs[0].split_off(split);
        runs.push(rest);
        let headers = runs.concat();
        let mut tree = HeaderTree::from_genesis(Params::named(network).unwrap());
        let ours: Vec<Answer> = headers.iter().map(|header| judge(&mut tree, header, now)).collect();
        let _ = compare(network, &headers, &ours);
    }
}

/// Core starts from genesis alone, so of a run from the middle of a chain it has nothing to say but that.
#[test]
fn real_runs_from_the_middle_have_no_parent() {
    let Some(data) = common::data_dir() else { return };
    let headers: Vec<Header> = [
        "mainnet-685439-687516.headers",
        "mainnet-859303-862850.headers",
        "mainnet-bip66fork-363731-363736.headers",
        "mainnet-stale-823226.header",
    ]
    .iter()
    .flat_map(|run| decode_run(&common::read(&data, &format!("headers/{run}"))).unwrap().collect::<Vec<_>>())
    .collect();
    let mut tree = HeaderTree::from_genesis(Params::mainnet());
    let ours: Vec<Answer> = headers.iter().map(|header| judge(&mut tree, header, clock())).collect();
    let Some(reasons) = compare("mainnet", &headers, &ours) else { return };
    assert_eq!(reasons, BTreeMap::from([("prev-blk-not-found".to_owned(), headers.len())]));
    println!("bitcoinkernel: 4 runs start above genesis: Core judges no more of them than that");
}
