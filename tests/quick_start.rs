//! Starts from pins: the headers that a plan asks for leave no rule above the pin unchecked, and one header fewer would.

mod common;
#[path = "common/miner.rs"]
mod miner;

use miner::{INTERVAL, NOW, SPACING, custom, extend, extend_by, tip};
use plimsoll::chain::compact::encode_run;
use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::known_headers::built_in;
use plimsoll::chain::pins::period_ends;
use plimsoll::chain::quick_start::Plan;
use plimsoll::chain::{Basis, Header, HeaderTree, Params, Pins, Rule, TrustedHeader};
use serde_json::{Value, json};

const TOP: u32 = 4 * INTERVAL + 7;

/// A chain whose difficulty changes from period to period.
fn chain(changes: &Value) -> HeaderTree {
    let mut tree = HeaderTree::from_genesis(custom(changes));
    for period in 0..5 {
        let parent = tip(&tree);
        let count = INTERVAL.min(TOP - tree.tip().height);
        let step = if period % 2 == 0 { SPACING / 2 } else { SPACING + 1 };
        extend_by(&mut tree, &parent, count, step, 1);
        // With the twenty-minute rule, some easiest headers before a period ends.
        let late = tip(&tree);
        if tree.params().allows_min_difficulty() && tree.tip().height + 1 < TOP {
            extend(&mut tree, &late, late.time + 3 * SPACING, 1);
        }
    }
    tree
}

/// The headers of a plan, as a tree that starts with them.
fn follow(source: &HeaderTree, first: u32, last: Option<u32>, pins: &Pins) -> HeaderTree {
    let heights = first..=last.unwrap_or(u32::MAX);
    let bytes: Vec<u8> = source.best_chain(heights).flat_map(|(_, header)| header.encode()).collect();
    HeaderTree::from_run(source.params().clone(), first, &bytes, pins.clone(), NOW).unwrap()
}

fn unpinned(tree: &HeaderTree) -> Vec<Rule> {
    tree.unchecked_rules().iter().filter(|open| !open.pinned).map(|open| open.rule).collect()
}

/// Pins of some heights, with the bits of the next header or without.
fn pins(source: &HeaderTree, heights: &[u32], with_bits: bool) -> Pins {
    let pin = |height: &u32| {
        let next_bits = source.header_at(height + 1).map(|next| next.bits).filter(|_| with_bits);
        TrustedHeader { next_bits, ..TrustedHeader::new(*height, source.hash_at(*height).unwrap()) }
    };
    Pins::new(heights.iter().map(pin)).unwrap()
}

#[test]
fn from_the_last_pin_on_no_rule_above_it_stays_open() {
    let (mut cases, mut tight) = (0, 0);
    for changes in [json!({}), json!({"minDifficulty": true}), json!({"minDifficulty": true, "bip94": true})] {
        let source = chain(&changes);
        // Both sides of a period's ends, and of where the eleven for the median begin.
        let heights = (0..TOP - 2).filter(|height| [0, 1, 9, 10, 11, 15, 18, 19].contains(&(height % INTERVAL)));
        for (height, with_bits) in heights.clone().flat_map(|height| [(height, false), (height, true)]) {
            let pins = pins(&source, &[height], with_bits);
            let plan = Plan::from_last_pin(source.params(), &pins);
            let tree = follow(&source, plan.first, plan.last, &pins);
            assert_eq!(unpinned(&tree), [], "{changes} {height} {with_bits}");
            let above = tree.confirm(&source.hash_at(TOP - 1).unwrap(), 1).unwrap();
            let basis = above.basis();
            match plan.first {
                0 => assert_eq!(basis, Basis::Genesis),
                _ => assert!(matches!(basis, Basis::Trusted(block) if block.height == height), "{basis:?}"),
            }
            assert_eq!((above.height(), tree.tip().height), (TOP - 1, TOP));
            cases += 1;
            // Above genesis, the plan's first header is there for a rule: without it one may stay open.
            if plan.first > 0 {
                tight += usize::from(!unpinned(&follow(&source, plan.first + 1, None, &pins)).is_empty());
            }
        }
    }
    println!("starts from a pin: {cases} cases; {tight} of them leave a rule open with one header fewer");
    assert!(tight > cases / 4, "{tight} of {cases}");
}

#[test]
fn an_old_block_is_tied_by_the_next_pin_with_its_median_time() {
    let source = chain(&json!({}));
    let ends: Vec<u32> = period_ends(&source).map(|end| end.height).collect();
    assert_eq!(ends, [19, 39, 59, 79]);
    let pins = pins(&source, &ends, true);
    for (height, depth) in (0..TOP).flat_map(|height| [(height, 1), (height, 6)]) {
        let plan = Plan::for_block(source.params(), &pins, height, depth);
        let tree = follow(&source, plan.first, plan.last, &pins);
        let Ok(confirmed) = tree.confirm(&source.hash_at(height).unwrap(), depth) else {
            assert!(height + depth > TOP + 1, "{height}: the chain itself is too short");
            continue;
        };
        assert_eq!(confirmed.median_time(), source.median_time_past(height), "{height}");
        assert_eq!(unpinned(&tree), [], "{height}");
        match (plan.first, confirmed.basis()) {
            (_, Basis::Pinned(block)) => {
                assert!(block.height >= height && plan.last.is_some() == (height + depth <= 80))
            }
            (_, Basis::Trusted(block)) => assert_eq!((block.height, plan.last), (79, None)),
            (_, basis) => panic!("{height} rests on {basis:?}"),
        }
        assert!(plan.count().is_none_or(|count| count <= INTERVAL + 10 + depth), "{height}");
    }
}

#[test]
fn a_chain_from_genesis_rests_on_it_alone_once_it_reaches_every_pin() {
    let source = chain(&json!({}));
    let pins = pins(&source, &[19, 39, 59, 79], true);
    let basis = |last: u32, height: u32| {
        follow(&source, 0, Some(last), &pins).confirm(&source.hash_at(height).unwrap(), 1).unwrap().basis()
    };
    for (last, height, pin) in [(78, 5, Some(19)), (78, 19, Some(19)), (78, 20, Some(39)), (78, 60, None)] {
        let found = basis(last, height);
        match pin {
            Some(pin) => assert!(matches!(found, Basis::Pinned(block) if block.height == pin), "{height}: {found:?}"),
            None => assert_eq!(found, Basis::Genesis, "{height}"),
        }
        assert_eq!([basis(79, height), basis(TOP, height)], [Basis::Genesis; 2], "{height}");
    }
}

#[test]
fn an_old_block_of_mainnet_in_eighty_thousand_bytes() {
    let Some(data) = common::data_dir() else { return };
    let (params, pins) = (Params::mainnet(), built_in("mainnet"));
    let mut checked = 0;
    for (name, first) in [
        ("mainnet-0-32260.headers", 0),
        ("mainnet-685439-687516.headers", 685_439),
        ("mainnet-859303-862850.headers", 859_303_u32),
    ] {
        let bytes = common::read(&data, &format!("headers/{name}"));
        let headers: Vec<Header> = decode_run(&bytes).unwrap().collect();
        let last = first + headers.len() as u32 - 1;
        for height in (first..last).step_by(211) {
            let plan = Plan::for_block(&params, pins, height, 6);
            let Some(end) = plan.last.filter(|end| plan.first >= first && *end <= last) else { continue };
            let run = &headers[(plan.first - first) as usize..=(end - first) as usize];
            let raw: Vec<u8> = run.iter().flat_map(Header::encode).collect();
            let tree = HeaderTree::from_run(params.clone(), plan.first, &raw, pins.clone(), NOW).unwrap();
            let confirmed = tree.confirm(&headers[(height - first) as usize].hash(), 6).unwrap();
            assert!(plan.first == 0 || matches!(confirmed.basis(), Basis::Pinned(block) if block.height == end));
            assert!(confirmed.median_time().is_some() && confirmed.total_work().is_some(), "{height}");
            assert_eq!(unpinned(&tree), []);
            assert!(encode_run("mainnet", plan.first, run).unwrap().len() <= 80_000, "{height}");
            checked += 1;
        }
    }
    common::counted("old blocks of mainnet, each by the headers to its next pin", checked);
    assert!(checked > 150, "{checked}");
}
