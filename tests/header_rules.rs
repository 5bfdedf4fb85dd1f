//! The rules of headers, each on chains mined on the spot: the places where header verifiers are known to slip.

#[path = "common/miner.rs"]
mod miner;

use ethnum::U256;
use miner::{EASIEST, INTERVAL, NOW, SPACING, compact, custom, expand, extend, extend_by, mine, plain, solve, tip};
use plimsoll::chain::{Accepted, BlockHash, CompactTarget, Header, HeaderError, HeaderTree, Params, Rule};
use plimsoll::time::UnixTime;
use serde_json::json;

fn required(tree: &mut HeaderTree, parent: &Header, time: u32) -> CompactTarget {
    // Bits that no period here happens to end with.
    match tree.accept(&mine(parent, time, CompactTarget(0x1f7f_fffd), 0xee), NOW) {
        Err(HeaderError::Bits { expected, .. }) => expected,
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_fork_across_a_retarget_is_judged_by_its_own_times() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (before, _) = extend_by(&mut tree, &genesis, INTERVAL - 6, SPACING, 1);
    let (end, _) = extend_by(&mut tree, &before, 5, SPACING, 1);
    let (main, _) = extend(&mut tree, &end, end.time + SPACING, 1);
    let (fork_end, _) = extend_by(&mut tree, &before, 5, SPACING / 4, 2);
    let time = fork_end.time + 1;
    let span = U256::from(fork_end.time - genesis.time);
    let own = compact(expand(EASIEST) * span / U256::from(INTERVAL * SPACING));
    assert_ne!(main.bits, own);
    let error = tree.accept(&mine(&fork_end, time, main.bits, 2), NOW).unwrap_err();
    let expected = required(&mut tree, &fork_end, time);
    assert_eq!(error, HeaderError::Bits { height: INTERVAL, expected, found: main.bits });
    assert_eq!(expected, own);
    let accepted = tree.accept(&mine(&fork_end, time, expected, 2), NOW).unwrap();
    assert!(matches!(accepted, Accepted::Reorganized(_, change) if change.disconnected == 6 && change.connected == 6));
}

#[test]
fn a_period_is_one_step_short() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (end, _) = extend_by(&mut tree, &genesis, INTERVAL - 1, SPACING, 1);
    // Nineteen steps in a period of twenty: a twentieth harder, though every block was on time.
    let expected = compact(expand(EASIEST) * U256::from(INTERVAL - 1) / U256::from(INTERVAL));
    assert_eq!(required(&mut tree, &end, end.time + 1), expected);
    extend(&mut tree, &end, end.time + 1, 1);
    // The next period starts from its own first header, not from the last of the one before.
    let first = tip(&tree);
    let (end, _) = extend_by(&mut tree, &first, INTERVAL - 1, SPACING, 1);
    let again = compact(expand(expected) * U256::from(INTERVAL - 1) / U256::from(INTERVAL));
    assert_eq!(required(&mut tree, &end, end.time + 1), again);
}

#[test]
fn harder_bits_than_required_are_wrong_too() {
    let mut tree = plain();
    let genesis = tip(&tree);
    for found in [CompactTarget(0x1f7f_fffe), CompactTarget(0x1f00_ffff)] {
        let error = tree.accept(&mine(&genesis, genesis.time + 1, found, 1), NOW).unwrap_err();
        assert_eq!(error, HeaderError::Bits { height: 1, expected: EASIEST, found });
        assert_eq!((error.rule(), error.is_final()), (Rule::RequiredBits, true));
    }
}

#[test]
fn targets_that_are_none_are_refused_before_anything_else() {
    let mut tree = plain();
    let genesis = tip(&tree);
    for bits in [0, 0x2080_0001, 0x2300_0001, 0x2100_ffff, 0x2000_8000] {
        let header = Header { bits: CompactTarget(bits), ..mine(&genesis, genesis.time + 1, EASIEST, 1) };
        assert!(matches!(tree.accept(&header, NOW), Err(HeaderError::Target(_))), "{bits:08x}");
        let orphan = Header { previous: BlockHash([9; 32]), ..header };
        assert!(matches!(tree.accept(&orphan, NOW), Err(HeaderError::Target(_))), "{bits:08x}");
    }
}

#[test]
fn a_hash_over_its_target_is_refused() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let good = mine(&genesis, genesis.time + 1, EASIEST, 1);
    let bad = (0..).map(|nonce| Header { nonce, ..good }).find(|header| header.hash().0[31] > 0).unwrap();
    assert!(matches!(tree.accept(&bad, NOW), Err(HeaderError::Work { found, .. }) if found == bad.hash()));
    assert_eq!(tree.header_count(), 1);
}

#[test]
fn an_unknown_parent_is_not_a_verdict() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let one = mine(&genesis, genesis.time + 1, EASIEST, 1);
    let two = mine(&one, one.time + 1, EASIEST, 1);
    let error = tree.accept(&two, NOW).unwrap_err();
    assert_eq!((error, error.is_final()), (HeaderError::UnknownParent { found: one.hash() }, false));
    assert!(matches!(tree.accept(&one, NOW), Ok(Accepted::Extended(_))));
    assert!(matches!(tree.accept(&two, NOW), Ok(Accepted::Extended(block)) if block.height == 2));
    assert!(matches!(tree.accept(&one, NOW), Ok(Accepted::Duplicate(block)) if block.height == 1));
}

#[test]
fn a_timespan_below_zero_is_the_shortest_one() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (end, _) = extend_by(&mut tree, &genesis, INTERVAL - 1, SPACING, 1);
    // The first of the period is dated far ahead, the rest go on where the period before ended: so the last is earlier.
    let (ahead, _) = extend(&mut tree, &end, end.time + 100_000, 1);
    let mut last = ahead;
    for step in 1..INTERVAL {
        (last, _) = extend(&mut tree, &last, end.time + step, 1);
    }
    assert!(last.time < ahead.time);
    let expected = compact(expand(ahead.bits) >> 2);
    assert_eq!(required(&mut tree, &last, last.time + 1), expected);
}

#[test]
fn a_timespan_counts_at_most_four_times() {
    let mut tree = plain();
    let genesis = tip(&tree);
    // Four times harder first, so that there is room to fall.
    let (end, _) = extend_by(&mut tree, &genesis, INTERVAL - 1, 1, 1);
    let (hard, _) = extend(&mut tree, &end, end.time + 1, 1);
    assert_eq!(hard.bits, compact(expand(EASIEST) >> 2));
    let (end, _) = extend_by(&mut tree, &hard, INTERVAL - 1, 100 * SPACING, 1);
    let (easy, _) = extend(&mut tree, &end, end.time + 1, 1);
    assert_eq!(easy.bits, compact(expand(hard.bits) << 2));
    // And never easier than the limit.
    let (end, _) = extend_by(&mut tree, &easy, INTERVAL - 1, 100 * SPACING, 1);
    assert_eq!(required(&mut tree, &end, end.time + 1), EASIEST);
}

#[test]
fn the_widest_limit_wraps_and_does_not_panic() {
    let params = custom(&json!({ "powLimit": "f".repeat(64) }));
    let genesis = solve(Header { bits: CompactTarget(0x2100_ffff), ..*params.genesis() });
    let params = custom(&json!({ "powLimit": "f".repeat(64), "genesis": genesis.to_string() }));
    let mut tree = HeaderTree::from_genesis(params);
    let (end, _) = extend_by(&mut tree, &genesis, INTERVAL - 1, SPACING, 1);
    // The product leaves 256 bits and is cut there, as Bitcoin Core cuts it.
    let product = expand(CompactTarget(0x2100_ffff)).wrapping_mul(U256::from((INTERVAL - 1) * SPACING));
    assert_eq!(required(&mut tree, &end, end.time + 1), compact(product / U256::from(INTERVAL * SPACING)));
}

#[test]
fn a_time_equal_to_the_median_is_too_old() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (parent, _) = extend_by(&mut tree, &genesis, 15, SPACING, 1);
    let median = parent.time - 5 * SPACING;
    assert_eq!(tree.median_time_past(15), Some(UnixTime(i64::from(median))));
    let error = tree.accept(&mine(&parent, median, EASIEST, 1), NOW).unwrap_err();
    let time = UnixTime(i64::from(median));
    assert_eq!(error, HeaderError::TooOld { height: 16, median: time, found: time });
    assert!(tree.accept(&mine(&parent, median + 1, EASIEST, 1), NOW).is_ok());
}

#[test]
fn below_eleven_headers_the_median_is_of_those_there_are() {
    let mut tree = plain();
    let genesis = tip(&tree);
    assert!(matches!(
        tree.accept(&mine(&genesis, genesis.time, EASIEST, 1), NOW),
        Err(HeaderError::TooOld { height: 1, .. })
    ));
    let (one, _) = extend(&mut tree, &genesis, genesis.time + 10, 1);
    // Of two, the later.
    assert_eq!(tree.median_time_past(1), Some(UnixTime(i64::from(one.time))));
    assert!(tree.accept(&mine(&one, one.time, EASIEST, 1), NOW).is_err());
}

#[test]
fn a_forks_median_is_its_own() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (base, _) = extend_by(&mut tree, &genesis, 3, SPACING, 1);
    let (main, _) = extend_by(&mut tree, &base, 11, SPACING, 1);
    let (fork, _) = extend_by(&mut tree, &base, 11, 1, 2);
    let time = base.time + 12;
    assert!(matches!(tree.accept(&mine(&main, time, EASIEST, 1), NOW), Err(HeaderError::TooOld { height: 15, .. })));
    assert!(tree.accept(&mine(&fork, time, EASIEST, 2), NOW).is_ok());
}

#[test]
fn two_hours_ahead_is_not_yet_valid_and_never_invalid() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let header = mine(&genesis, 2_000_000_000, EASIEST, 1);
    let early = UnixTime(2_000_000_000 - 7201);
    let error = tree.accept(&header, early).unwrap_err();
    assert_eq!((error.rule(), error.is_final()), (Rule::FutureTime, false));
    assert!(error.to_string().starts_with("not yet valid: "), "{error}");
    assert!(tree.accept(&header, early.plus(1)).is_ok());
    for now in [UnixTime(i64::MIN), UnixTime(i64::MAX)] {
        let _ = tree.accept(&mine(&header, header.time + 1, EASIEST, 1), now);
    }
}

#[test]
fn versions_below_the_least_are_refused() {
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let genesis = tip(&tree);
    for version in [3, 1, 0, -1, i32::MIN] {
        let header = solve(Header { version, ..mine(&genesis, genesis.time + 1, genesis.bits, 1) });
        let expected = HeaderError::Version { height: 1, least: 4, found: version };
        assert_eq!(tree.accept(&header, NOW), Err(expected));
    }
    assert!(tree.accept(&mine(&genesis, genesis.time + 1, genesis.bits, 1), NOW).is_ok());
}

#[test]
fn after_twenty_minutes_one_easy_block_may_follow() {
    let mut tree = HeaderTree::from_genesis(custom(&json!({ "minDifficulty": true })));
    let genesis = tip(&tree);
    let (end, _) = extend_by(&mut tree, &genesis, INTERVAL - 1, SPACING / 2, 1);
    let (first, _) = extend(&mut tree, &end, end.time + 1, 1);
    let hard = first.bits;
    assert_ne!(hard, EASIEST);
    // Exactly two spacings are not enough.
    assert_eq!(required(&mut tree, &first, first.time + 2 * SPACING), hard);
    assert_eq!(required(&mut tree, &first, first.time + 2 * SPACING + 1), EASIEST);
    let (easy, _) = extend(&mut tree, &first, first.time + 2 * SPACING + 1, 1);
    let (easy, _) = extend(&mut tree, &easy, easy.time + 2 * SPACING + 1, 1);
    // Then back to the bits of the last header that was not easy.
    assert_eq!((easy.bits, required(&mut tree, &easy, easy.time + 1)), (EASIEST, hard));
    // A period that ends on an easy header retargets from its easy bits: so the testnet works.
    let (end, _) = extend_by(&mut tree, &easy, INTERVAL - 3, 2 * SPACING + 1, 1);
    assert_eq!((tree.tip().height, end.bits), (2 * INTERVAL - 1, EASIEST));
    assert_eq!(required(&mut tree, &end, end.time + 1), EASIEST);
}

/// A BIP94 network at the second header before the end of its second period, and the first header of that period.
fn near_the_end_of_a_period() -> (HeaderTree, Header, Header) {
    let mut tree = HeaderTree::from_genesis(custom(&json!({ "minDifficulty": true, "bip94": true })));
    let genesis = tip(&tree);
    let (end, _) = extend_by(&mut tree, &genesis, INTERVAL - 1, SPACING / 2, 1);
    let (first, _) = extend(&mut tree, &end, end.time + 1, 1);
    let (next, _) = extend_by(&mut tree, &first, INTERVAL - 2, SPACING, 1);
    (tree, first, next)
}

#[test]
fn bip94_retargets_from_the_periods_first_bits() {
    let (mut tree, first, next) = near_the_end_of_a_period();
    let (last, _) = extend(&mut tree, &next, next.time + 2 * SPACING + 1, 1);
    assert_eq!((tree.tip().height, last.bits), (2 * INTERVAL - 1, EASIEST));
    let span = U256::from(last.time - first.time);
    let expected = compact(expand(first.bits) * span / U256::from(INTERVAL * SPACING));
    assert_eq!(required(&mut tree, &last, last.time + 1), expected);
}

#[test]
fn bip94_keeps_a_periods_first_time_from_going_back() {
    let (mut tree, _, next) = near_the_end_of_a_period();
    let (last, _) = extend(&mut tree, &next, next.time + 1000, 1);
    let bits = required(&mut tree, &last, last.time + 1);
    let least = last.time - 600;
    let error = tree.accept(&mine(&last, least - 1, bits, 1), NOW).unwrap_err();
    let time = |seconds: u32| UnixTime(i64::from(seconds));
    assert_eq!(error, HeaderError::Timewarp { height: 2 * INTERVAL, least: time(least), found: time(least - 1) });
    let first = mine(&last, least, bits, 1);
    assert!(tree.accept(&first, NOW).is_ok());
    // Only between periods.
    let second = mine(&first, next.time + 1, bits, 1);
    assert!(tree.accept(&second, NOW).is_ok());
}
