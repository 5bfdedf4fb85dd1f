//! Our header tree beside a slow model of the rules that was written from Bitcoin Core's and the BIPs' text alone, in other
//! arithmetic: generated headers by the hundred thousand, right ones and wrong ones at every border, and after each the
//! same answer, tip, work, median time and reorganization. What came of how many is printed, and the test fails when a kind
//! of case becomes rare.
#![cfg(not(target_arch = "wasm32"))]

#[path = "header_model/against.rs"]
mod against;
#[path = "header_model/cases.rs"]
mod cases;
#[path = "header_model/chain.rs"]
mod chain;
#[path = "header_model/grow.rs"]
mod grow;
#[path = "header_model/networks.rs"]
mod networks;
#[path = "header_model/rules.rs"]
mod rules;
#[path = "header_model/slices.rs"]
mod slices;
#[path = "header_model/starts.rs"]
mod starts;

use against::{Pair, Tally};
use chain::Model;
use fastrand::Rng;
use grow::Grower;
use networks::{any_network, price, regtest};
use plimsoll::chain::HeaderTree;

/// Cases from genesis.
const CASES: usize = 100_000;

#[test]
fn a_hundred_thousand_headers_from_genesis() {
    let (mut random, mut tally) = (Rng::with_seed(100_000), Tally::default());
    let mut networks = 0;
    while tally.cases() < CASES {
        let (rules, params) = if networks % 8 == 7 {
            regtest()
        } else {
            {
                let wide = random.u32(0..4) == 0;
                any_network(&mut random, wide)
            }
        };
        let pair = Pair { tree: HeaderTree::from_genesis(params), model: Model::from_genesis(rules) };
        networks += 1;
        let mut grower = Grower::new(pair, &mut random);
        let cases = grower.random.usize(60..240);
        for case in 0..cases {
            grower.step(&mut tally);
            if case == cases / 2 && networks % 4 == 0 {
                grower.drop_side_branches();
            }
        }
        grower.pair.assert_same_whole();
    }
    tally.print("header model, from genesis");
    println!("header model, from genesis: {networks} networks");
    for (what, least) in [
        ("duplicate", 1500),
        ("extended", 12_000),
        ("fork", 25_000),
        ("reorganized", 1500),
        ("negative target", 1000),
        ("zero target", 1000),
        ("target over 256 bits", 1000),
        ("target over the limit", 1500),
        ("no work", 2000),
        ("unknown parent", 1500),
        ("wrong bits", 4000),
        ("too old", 2500),
        ("timewarp", 150),
        ("not yet valid", 2000),
        ("old version", 800),
        ("equal work, and the first seen stays", 2500),
        ("fork over a retarget, with bits of its own", 2000),
        ("shorter chain with more work", 100),
        ("reorganization of 1 block", 250),
        ("reorganization of 2 to 5 blocks", 600),
        ("reorganization of 6 blocks", 60),
        ("reorganization of more than 6 blocks", 250),
    ] {
        tally.assert_at_least(what, least);
    }
}

#[test]
fn starts_above_genesis_with_pins_and_without() {
    let (mut random, mut tally) = (Rng::with_seed(30_000), Tally::default());
    let mut built = Tally::default();
    while tally.cases() < 30_000 {
        let (params, chain) = starts::source(&mut random, &mut built);
        for _ in 0..4 {
            let Some(pair) = starts::start(&mut random, &mut tally, &params, &chain) else { continue };
            starts::go_on(&mut Grower::new(pair, &mut random), &mut tally, &chain);
        }
    }
    tally.print("header model, started above genesis");
    for (what, least) in [
        ("started", 250),
        ("other genesis", 3),
        ("bits out of reach", 25),
        ("other than pinned", 500),
        ("other bits than pinned", 25),
        ("other work than pinned", 25),
        ("rule left open", 2000),
        ("too old", 100),
        ("timewarp", 10),
    ] {
        tally.assert_at_least(what, least);
    }
}

#[test]
fn reorganizations_of_1_6_and_2017_blocks() {
    let (mut random, mut tally) = (Rng::with_seed(2017), Tally::default());
    let retargeting = loop {
        let (rules, params) = any_network(&mut random, false);
        let cheap = price(rules::compact(&rules.limit)).is_some_and(|hashes| hashes <= 128);
        if rules.retargets && !rules.min_difficulty && rules.interval == 16 && cheap {
            break (rules, params);
        }
    };
    // Regtest's 2017 are held against Bitcoin Core itself; here it is 126 retargets on either side.
    for ((rules, params), depths) in [(regtest(), &[1, 6][..]), (retargeting, &[1, 6, 2017])] {
        for &depth in depths {
            let pair =
                Pair { tree: HeaderTree::from_genesis(params.clone()), model: Model::from_genesis(rules.clone()) };
            let mut grower = Grower::new(pair, &mut random);
            let mut branch = |grower: &mut Grower, from: usize, count: u64| {
                let end = grower.pair.model.entries[from].height + count;
                let mut place = from;
                for _ in 0..4 * count + 100 {
                    if grower.pair.model.entries[place].height < end {
                        place = grower.extend(place, &mut tally).place.unwrap_or(place);
                    }
                }
                assert_eq!(grower.pair.model.entries[place].height, end, "the branch ran into bits too dear");
                place
            };
            let base = branch(&mut grower, 0, 9);
            let lost = branch(&mut grower, base, depth);
            let mut won = branch(&mut grower, base, depth / 2 + 1);
            while grower.pair.model.best() == lost {
                won = branch(&mut grower, won, 1);
            }
            assert_eq!(grower.pair.model.best(), won);
            grower.pair.assert_same_whole();
        }
    }
    tally.print("header model, deep reorganizations");
    for (what, least) in [
        ("reorganization of 1 block", 2),
        ("reorganization of 6 blocks", 2),
        ("reorganization of 2017 blocks", 1),
        ("fork over a retarget, with bits of its own", 30),
    ] {
        tally.assert_at_least(what, least);
    }
}

#[test]
fn runs_are_judged_as_their_headers_are() {
    let (mut random, mut tally) = (Rng::with_seed(504), Tally::default());
    while tally.cases() < 6000 {
        slices::grow_and_slice(&mut random, &mut tally);
    }
    tally.print("header model, in runs");
    for (what, least) in [
        ("whole", 2500),
        ("not linked", 250),
        ("unknown parent", 100),
        ("wrong bits", 80),
        ("no work", 300),
        ("too old", 60),
        ("not yet valid", 100),
        ("old version", 20),
        ("timewarp", 8),
        ("header in a run accepted", 12_000),
        ("run over a known header", 2000),
        ("run that reorganized", 50),
        ("run of more than 16 new headers", 80),
    ] {
        tally.assert_at_least(what, least);
    }
}
