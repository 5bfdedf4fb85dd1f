//! Chains that do not start from genesis, and pins: what can be checked then, what cannot, and what a pin settles.

#[path = "common/miner.rs"]
mod miner;

use miner::{EASIEST, INTERVAL, NOW, SPACING, compact, custom, expand, extend, extend_by, mine, plain, tip, work_of};
use plimsoll::chain::{
    Accepted, Basis, BlockHash, Header, HeaderError, HeaderTree, Params, Pins, Rule, RunError, TrustedHeader,
    header_tree,
};
use serde_json::json;

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
fn a_start_at_an_absurd_height_is_refused() {
    let genesis = *Params::regtest().genesis();
    let first = mine(&genesis, genesis.time + 1, genesis.bits, 1);
    let limit = header_tree::MAX_FIRST_HEIGHT;
    let start = |height| HeaderTree::from_first(Params::regtest(), height, &first, Pins::none(), NOW);
    assert_eq!(start(u32::MAX).err(), Some(HeaderError::Height { limit, found: u32::MAX }));
    let mut tree = start(limit).unwrap();
    assert!(matches!(extend(&mut tree, &first, first.time + 1, 1).1, Accepted::Extended(_)));
}
