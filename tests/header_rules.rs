//! The rules of headers, each on chains mined on the spot: the places where header verifiers are known to slip.

#[path = "common/miner.rs"]
mod miner;

use ethnum::U256;
use miner::{EASIEST, INTERVAL, NOW, SPACING, custom, extend, extend_by, mine, solve};
use plimsoll::chain::{
    Accepted, Basis, BlockHash, CompactTarget, ConfirmError, Header, HeaderError, HeaderTree, Params, Pins, Rule,
    RunError, Target, TrustedHeader, Work, header_tree,
};
use plimsoll::time::UnixTime;
use serde_json::json;

fn plain() -> HeaderTree {
    HeaderTree::from_genesis(custom(&json!({})))
}

fn tip(tree: &HeaderTree) -> Header {
    tree.header_at(tree.tip().height).unwrap()
}

/// The target of `bits`, by the book: mantissa × 256^(exponent − 3).
fn expand(bits: CompactTarget) -> U256 {
    U256::from(bits.0 & 0x7f_ffff) << (8 * ((bits.0 >> 24) - 3))
}

fn compact(target: U256) -> CompactTarget {
    Target::from_be_bytes(target.to_be_bytes()).compact()
}

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
fn of_equal_work_the_first_seen_stays() {
    let mut tree = plain();
    let genesis = tip(&tree);
    let (first, _) = extend_by(&mut tree, &genesis, 3, SPACING, 1);
    let (second, accepted) = extend_by(&mut tree, &genesis, 3, SPACING, 2);
    assert!(matches!(accepted, Accepted::Fork(block) if block.height == 3));
    assert_eq!(tree.tip().hash, first.hash());
    let (third, accepted) = extend(&mut tree, &second, second.time + 1, 2);
    assert!(matches!(accepted, Accepted::Reorganized(_, change) if (change.disconnected, change.connected) == (3, 4)));
    assert_eq!(tree.tip().hash, third.hash());
}

#[test]
fn reorganizations_of_1_6_and_2017_blocks() {
    for depth in [1, 6, 2017] {
        let mut tree = HeaderTree::from_genesis(Params::regtest());
        let genesis = tip(&tree);
        let (base, _) = extend_by(&mut tree, &genesis, 5, SPACING, 1);
        extend_by(&mut tree, &base, depth, SPACING, 1);
        let (end, accepted) = extend_by(&mut tree, &base, depth + 1, SPACING, 2);
        let Accepted::Reorganized(block, change) = accepted else { panic!("{accepted:?}") };
        assert_eq!((block.height, block.hash), (5 + depth + 1, end.hash()));
        assert_eq!((change.common_ancestor.height, change.common_ancestor.hash), (5, base.hash()));
        assert_eq!((change.disconnected, change.connected), (depth, depth + 1));
        assert_eq!(tree.work_at_hand(), work_of(block.height + 1, tree.params()));
        for (block, header) in tree.best_chain(6..=u32::MAX) {
            assert_eq!((header.merkle_root, header.hash()), ([2; 32], block.hash));
        }
        assert_eq!(tree.drop_side_branches(), depth as usize);
        assert_eq!((tree.tip().hash, tree.height_of(&base.hash())), (end.hash(), Some(5)));
        assert!(matches!(extend(&mut tree, &end, end.time + 1, 2).1, Accepted::Extended(_)));
    }
}

/// The work of so many headers with the easiest bits of a network.
fn work_of(count: u32, params: &Params) -> Work {
    let each = Work::of(params.genesis().bits.decode(params.limit()).unwrap());
    (0..count).map(|_| each).sum()
}

#[test]
fn a_shorter_chain_with_more_work_wins() {
    let mut tree = plain();
    let genesis = tip(&tree);
    // Slow blocks stay easy; quick ones make the next period four times harder.
    let (long, _) = extend_by(&mut tree, &genesis, INTERVAL + 8, 2 * SPACING, 1);
    let (_, accepted) = extend_by(&mut tree, &genesis, INTERVAL + 3, 1, 2);
    assert!(matches!(accepted, Accepted::Reorganized(..) | Accepted::Extended(_)), "{accepted:?}");
    assert_eq!(tree.tip().height, INTERVAL + 3);
    let Err(ConfirmError::NotOnBestChain { height, rival, .. }) = tree.confirm(&long.hash(), 1) else { panic!() };
    assert_eq!((height, rival), (INTERVAL + 8, None));
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

#[test]
fn a_start_in_the_middle_of_a_period_checks_bits_from_the_first_header_on() {
    let mut source = plain();
    let genesis = tip(&source);
    extend_by(&mut source, &genesis, 3 * INTERVAL + 10, SPACING / 4, 1);
    let start = 2 * INTERVAL + 5;
    let run: Vec<Header> = source.best_chain(start..=u32::MAX).map(|(_, header)| header).collect();
    let from = |pins| HeaderTree::from_first(custom(&json!({})), start, &run[0], pins, NOW).unwrap();

    let mut tree = from(Pins::none());
    let found = EASIEST;
    let error = tree.accept(&mine(&run[0], run[1].time, found, 1), NOW).unwrap_err();
    assert_eq!(error, HeaderError::Bits { height: start + 1, expected: run[0].bits, found });
    for header in &run[1..15] {
        assert!(matches!(tree.accept(header, NOW), Ok(Accepted::Extended(_))));
    }
    // The first retarget cannot be worked out, but it cannot be more than fourfold either.
    let end = tip(&tree);
    assert_eq!(tree.tip().height, 3 * INTERVAL - 1);
    for (found, fits) in [
        (compact(expand(end.bits) >> 2), true),
        (compact((expand(end.bits) >> 2) - (expand(end.bits) >> 12)), false),
        (compact(expand(end.bits) << 2), true),
        (EASIEST, false),
    ] {
        let judged = tree.clone().accept(&mine(&end, end.time + 1, found, 1), NOW);
        assert_eq!(judged.is_ok(), fits, "{judged:?}");
        assert!(fits || matches!(judged, Err(HeaderError::BitsOutOfReach { .. })), "{judged:?}");
    }
    for header in &run[15..] {
        tree.accept(header, NOW).unwrap();
    }
    let unchecked = |tree: &HeaderTree| -> Vec<_> {
        tree.unchecked_rules().iter().map(|open| (open.rule, open.first, open.last, open.pinned)).collect()
    };
    let boundary = 3 * INTERVAL;
    assert_eq!(
        unchecked(&tree),
        [
            (Rule::PreviousHeader, start, start, false),
            (Rule::RequiredBits, start, start, false),
            (Rule::MedianTime, start, start + 5, false),
            (Rule::RequiredBits, boundary, boundary, false),
        ]
    );
    let first = tree.confirm(&run[0].hash(), 1).unwrap();
    assert!(matches!(first.basis(), Basis::Unanchored(block) if block.height == start));
    assert_eq!((first.median_time(), first.total_work(), first.unchecked().len()), (None, None, 4));
    assert!(tree.confirm(&run[10].hash(), 1).unwrap().median_time().is_some());

    // A pin within the run ties everything before it; what lies above it stays open.
    let pin = TrustedHeader::new(start + 3, run[3].hash());
    let mut tree = from(Pins::new([pin]).unwrap());
    assert_eq!(tree.unmet_pins().count(), 1);
    run[1..].iter().for_each(|header| assert!(tree.accept(header, NOW).is_ok()));
    assert_eq!((tree.unmet_pins().count(), tree.highest_pin()), (0, Some(&pin)));
    assert!(unchecked(&tree).contains(&(Rule::PreviousHeader, start, start, true)));
    assert!(unchecked(&tree).contains(&(Rule::MedianTime, start + 4, start + 5, false)));
    let confirmed = |at: usize| tree.confirm(&run[at].hash(), 1).unwrap().basis();
    assert!(matches!(confirmed(0), Basis::Pinned(block) if block.height == pin.height));
    assert!(matches!(confirmed(4), Basis::Trusted(block) if block.height == pin.height));

    // With the period's end and the next bits pinned, that retarget is settled too.
    let end = TrustedHeader { next_bits: Some(run[15].bits), ..TrustedHeader::new(boundary - 1, run[14].hash()) };
    let mut tree = from(Pins::new([end]).unwrap());
    run[1..].iter().for_each(|header| assert!(tree.accept(header, NOW).is_ok()));
    assert!(unchecked(&tree).iter().all(|open| open.3), "{:?}", unchecked(&tree));
    let wrong = TrustedHeader { next_bits: Some(EASIEST), ..end };
    let mut tree = from(Pins::new([wrong]).unwrap());
    let errors: Vec<_> = run[1..].iter().filter_map(|header| tree.accept(header, NOW).err()).collect();
    assert_eq!(errors[0], HeaderError::PinnedBits { height: boundary, expected: EASIEST, found: run[15].bits });
}

#[test]
fn a_pin_that_contradicts_the_run_fails_it() {
    let mut source = plain();
    let genesis = tip(&source);
    extend_by(&mut source, &genesis, 12, SPACING, 1);
    let hash = |height| source.hash_at(height).unwrap();
    let read = |from: u32, pins: &[TrustedHeader]| {
        let bytes: Vec<u8> = source.best_chain(from..=12).flat_map(|(_, header)| header.encode()).collect();
        HeaderTree::from_run(custom(&json!({})), from, &bytes, Pins::new(pins.iter().copied()).unwrap(), NOW)
    };
    let other = BlockHash([1; 32]);
    for (from, height) in [(0, 0), (0, 5), (3, 2), (3, 3), (3, 12)] {
        assert!(read(from, &[TrustedHeader::new(height, hash(height))]).is_ok(), "{from} {height}");
        let error = read(from, &[TrustedHeader::new(height, other)]).unwrap_err();
        let expected = HeaderError::Pinned { height, expected: other, found: hash(height) };
        assert_eq!(error, RunError::Header { height: height.max(from), source: expected });
    }
    // A pin elsewhere says nothing of this run, and that can be seen.
    let tree = read(3, &[TrustedHeader::new(1, other), TrustedHeader::new(13, other)]).unwrap();
    assert_eq!((tree.unmet_pins().count(), tree.highest_pin()), (2, None));

    // Work: known from the pin, and checked where a second pin or genesis says it too.
    let work = |blocks: u32| work_of(blocks, source.params());
    let pin = |height: u32, blocks: u32| TrustedHeader {
        work: Some(work(blocks)),
        ..TrustedHeader::new(height, hash(height))
    };
    assert_eq!(read(3, &[pin(2, 3)]).unwrap().total_work_at(12), Some(work(13)));
    assert_eq!(read(3, &[pin(5, 6), pin(9, 10)]).unwrap().total_work_at(3), Some(work(4)));
    for (from, pins) in
        [(0, vec![pin(5, 7)]), (3, vec![pin(5, 6), pin(9, 11)]), (3, vec![pin(9, 1)]), (0, vec![pin(0, 2)])]
    {
        let error = read(from, &pins).unwrap_err();
        let is_work = matches!(error, RunError::Header { source: HeaderError::PinnedWork { .. }, .. });
        assert!(is_work, "{error:?}");
    }
}

#[test]
fn a_fork_may_not_pass_a_pin() {
    let mut source = plain();
    let genesis = tip(&source);
    let (one, _) = extend(&mut source, &genesis, genesis.time + SPACING, 1);
    let pins = Pins::new([TrustedHeader::new(1, one.hash())]).unwrap();
    let mut tree = HeaderTree::from_first(custom(&json!({})), 0, &genesis, pins, NOW).unwrap();
    let rival = mine(&genesis, genesis.time + 1, EASIEST, 2);
    let expected = HeaderError::Pinned { height: 1, expected: one.hash(), found: rival.hash() };
    assert_eq!(tree.accept(&rival, NOW), Err(expected));
    assert!(tree.accept(&one, NOW).is_ok());
    assert_eq!(tree.accept(&rival, NOW), Err(expected));
}

#[test]
fn confirming_says_what_is_the_matter() {
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let genesis = tip(&tree);
    let (base, _) = extend_by(&mut tree, &genesis, 20, SPACING, 1);
    let (lost, _) = extend_by(&mut tree, &base, 2, SPACING, 2);
    let (lost_tip, _) = extend(&mut tree, &lost, lost.time + 1, 2);
    let (end, _) = extend_by(&mut tree, &base, 6, SPACING, 1);
    let unit = |count| work_of(count, tree.params());

    let confirmed = tree.confirm(&base.hash(), 7).unwrap();
    assert_eq!((confirmed.height(), confirmed.confirmations(), confirmed.header()), (20, 7, &base));
    assert_eq!(confirmed.work_above(), unit(6));
    assert_eq!(confirmed.total_work(), Some(unit(21)));
    assert_eq!(confirmed.median_time(), Some(UnixTime(i64::from(base.time - 5 * SPACING))));
    assert_eq!((confirmed.tip().hash, confirmed.basis()), (end.hash(), Basis::Genesis));
    assert_eq!(confirmed.unchecked(), []);

    let few = ConfirmError::TooFew { height: 20, required: 8, found: 7 };
    assert_eq!(tree.confirm(&base.hash(), 8), Err(few));
    assert!(matches!(tree.confirm(&BlockHash([7; 32]), 0), Err(ConfirmError::Unknown { first: 0, last: 26, .. })));
    // Behind by three blocks, whichever block of the losing branch is asked for.
    let behind = unit(3);
    for (header, height) in [(lost, 22), (lost_tip, 23)] {
        let rival = tree.hash_at(height);
        let expected = ConfirmError::NotOnBestChain { hash: header.hash(), height, rival, behind };
        assert_eq!(tree.confirm(&header.hash(), 1), Err(expected));
    }
}

#[test]
fn a_flood_of_side_headers_is_bounded_and_the_best_chain_goes_on() {
    let mut tree = HeaderTree::from_genesis(Params::regtest());
    let genesis = tip(&tree);
    let (end, _) = extend_by(&mut tree, &genesis, 3, SPACING, 1);
    let side = |salt: u32| {
        let mut header = mine(&genesis, genesis.time + 1, genesis.bits, 2);
        header.merkle_root[..4].copy_from_slice(&salt.to_le_bytes());
        solve(header)
    };
    let limit = header_tree::MAX_SIDE_HEADERS;
    for salt in 0..limit as u32 {
        assert!(matches!(tree.accept(&side(salt), NOW), Ok(Accepted::Fork(_))));
    }
    let more = side(u32::MAX);
    let error = tree.accept(&more, NOW).unwrap_err();
    assert_eq!((error, error.is_final()), (HeaderError::TooManySideHeaders { limit }, false));
    let (end, accepted) = extend(&mut tree, &end, end.time + 1, 1);
    assert!(matches!(accepted, Accepted::Extended(_)));
    assert_eq!(tree.drop_side_branches(), limit);
    assert_eq!((tree.header_count(), tree.tip().hash), (5, end.hash()));
    assert!(matches!(tree.accept(&more, NOW), Ok(Accepted::Fork(_))));
}

#[test]
fn a_start_at_an_absurd_height_is_refused() {
    let genesis = *Params::regtest().genesis();
    let first = mine(&genesis, genesis.time + 1, genesis.bits, 1);
    let limit = header_tree::MAX_FIRST_HEIGHT;
    let start = |height| HeaderTree::from_first(Params::regtest(), height, &first, Pins::none(), NOW);
    assert_eq!(start(u32::MAX).err(), Some(HeaderError::Height { limit, found: u32::MAX }));
    let mut tree = start(limit).unwrap();
    assert!(matches!(extend(&mut tree, &first, first.time + 1, 1).1, Accepted::Extended(_)));
}
