//! A chain judged in parts and joined is the chain judged whole; what does not fit is refused.

mod common;
#[path = "common/miner.rs"]
mod miner;

use miner::{INTERVAL, NOW, SPACING, custom, extend_by, plain, tip};
use plimsoll::chain::segment::{JoinError, SegmentError, context_length};
use plimsoll::chain::segment_relay::{RelayError, RelayedSegment};
use plimsoll::chain::{
    BlockHash, BlockRef, CompactTarget, HeaderError, HeaderTree, OpenSegment, Params, Pins, RunError, TrustedHeader,
    VerifiedSegment,
};
use plimsoll::time::UnixTime;
use serde_json::json;

/// The chain of a network as a run from genesis, its blocks now slower and now quicker.
fn chain(params: Params, length: u32) -> Vec<u8> {
    let spacing = params.spacing_seconds();
    let mut tree = HeaderTree::from_genesis(params);
    let mut end = tip(&tree);
    for height in 1..=length {
        let step = if height / 7 % 2 == 0 { spacing + 2 } else { spacing - 1 };
        end = extend_by(&mut tree, &end, 1, step, 1).0;
    }
    tree.encode_run()
}

fn whole(params: Params, run: &[u8]) -> HeaderTree {
    HeaderTree::from_run(params, 0, run, Pins::none(), NOW).unwrap()
}

/// The part of `run` from a height to the one before another.
fn part(run: &[u8], from: u32, to: u32) -> &[u8] {
    &run[80 * from as usize..80 * to as usize]
}

fn segment(params: &Params, run: &[u8], from: u32, to: u32) -> VerifiedSegment {
    let context = part(run, from - context_length(params), from);
    let mut open = OpenSegment::on(params.clone(), from, context).unwrap();
    for slice in part(run, from, to).chunks(80 * 7) {
        assert_eq!(open.accept_run(slice, NOW).stopped, None);
    }
    open.finish().unwrap()
}

fn relayed(params: &Params, sent: &VerifiedSegment) -> VerifiedSegment {
    let outcome = sent.to_relay();
    assert!(outcome.len() < 200, "a few hundred bytes at most");
    let mut arriving = RelayedSegment::from_relay(params.clone(), &outcome).unwrap();
    sent.pieces().for_each(|piece| arriving.take(piece).unwrap());
    arriving.finish().unwrap()
}

fn assert_same(a: &HeaderTree, b: &HeaderTree) {
    assert_eq!((a.tip(), a.header_count(), a.unchecked_rules()), (b.tip(), b.header_count(), b.unchecked_rules()));
    assert!(a.best_chain(0..=u32::MAX).eq(b.best_chain(0..=u32::MAX)));
    for height in a.first_height()..=a.tip().height {
        assert_eq!(a.total_work_at(height), b.total_work_at(height));
        let hash = a.hash_at(height).unwrap();
        assert_eq!(a.confirm(&hash, 1), b.confirm(&hash, 1));
    }
}

#[test]
fn joined_parts_are_the_whole_by_every_networks_rules() {
    let mut cases = 0;
    for changes in [
        json!({}),
        json!({ "bip94": true }),
        json!({ "minDifficulty": true }),
        json!({ "minDifficulty": true, "bip94": true }),
        json!({ "retargets": false }),
        json!({ "versionHeights": [25, 61, 62] }),
        // Periods shorter than the eleven headers of a median.
        json!({ "retargetInterval": 5, "spacingSeconds": 16 }),
    ] {
        let params = custom(&changes);
        let run = chain(params.clone(), 4 * INTERVAL + 7);
        let (length, one_by_one) = (4 * INTERVAL + 8, whole(params.clone(), &run));
        let interval = params.retarget_interval();
        for from in (context_length(&params)..length).filter(|height| height.is_multiple_of(interval)) {
            for to in [from + 1, (from + interval).min(length), length] {
                let sent = segment(&params, &run, from, to);
                assert_eq!((sent.header_count(), sent.last().height), (to - from, to - 1));
                for joining in [relayed(&params, &sent), sent] {
                    let mut tree = whole(params.clone(), part(&run, 0, from));
                    let last = joining.last();
                    assert_eq!(tree.join(joining), Ok(last));
                    assert_same(&tree, &whole(params.clone(), part(&run, 0, to)));
                    // And the tree goes on from there as if nothing had been joined.
                    if to < length {
                        assert_eq!(tree.accept_run(part(&run, to, length), NOW).stopped, None);
                    }
                    assert_eq!(tree.tip(), one_by_one.tip());
                    cases += 1;
                }
            }
        }
    }
    common::counted("segments joined and compared with the whole", cases);
}

#[test]
fn a_segment_starts_with_a_period_and_its_whole_context() {
    let params = custom(&json!({}));
    let run = chain(params.clone(), 3 * INTERVAL);
    let on = |height: u32, context: &[u8]| OpenSegment::on(params.clone(), height, context).map(|open| open.tip());
    let context = part(&run, INTERVAL, 2 * INTERVAL);
    for found in [0, 1, INTERVAL - 1, INTERVAL + 1, u32::MAX, (1 << 31) + INTERVAL] {
        let error = SegmentError::Start { found, interval: INTERVAL, least: INTERVAL };
        assert_eq!(on(found, context), Err(error));
    }
    for found in [0, 80, context.len() - 80, context.len() - 1] {
        let expected = context.len();
        assert_eq!(on(2 * INTERVAL, &context[..found]), Err(SegmentError::ContextLength { expected, found }));
    }
    // Whatever is changed in it but its last header breaks a link within it.
    for at in [4, 80 - 1, 80 * 7 + 68, 80 * 18 + 10] {
        let mut other = context.to_vec();
        other[at] ^= 1;
        let height = INTERVAL + (at as u32 + 76) / 80;
        let error = on(2 * INTERVAL, &other).unwrap_err();
        assert!(matches!(error, SegmentError::ContextNotLinked { height: found, .. } if found.abs_diff(height) < 2));
    }
    let open = OpenSegment::on(params.clone(), 2 * INTERVAL, context).unwrap();
    assert_eq!(open.finish().unwrap_err(), SegmentError::Empty);
}

#[test]
fn a_wrong_header_stops_a_segment_where_it_would_stop_a_tree() {
    let params = custom(&json!({}));
    let run = chain(params.clone(), 3 * INTERVAL);
    for at in [80 * 45 + 70, 80 * 41 + 73, 80 * 59, 80 * 40 + 5] {
        let mut damaged = run.clone();
        damaged[at] ^= 0x10;
        let from = 2 * INTERVAL;
        let mut open = OpenSegment::on(params.clone(), from, part(&damaged, from - INTERVAL, from)).unwrap();
        let found = open.accept_run(&damaged[80 * from as usize..], NOW);
        let expected = HeaderTree::from_run(params.clone(), 0, &damaged, Pins::none(), NOW).unwrap_err();
        assert_eq!(found.stopped, Some(expected));
        // What was good before it makes a segment.
        let last = open.tip();
        assert_eq!(open.finish().map(|segment| segment.last()).ok(), (last.height >= from).then_some(last));
    }
    // It is one chain: a run from below its tip is not taken.
    let from = 2 * INTERVAL;
    let mut open = OpenSegment::on(params, from, part(&run, from - INTERVAL, from)).unwrap();
    let stopped = open.accept_run(part(&run, from - 2, from + 2), NOW).stopped;
    assert!(matches!(stopped, Some(RunError::NotLinked { height: 40, .. })), "{stopped:?}");
}

#[test]
fn a_tree_takes_only_what_continues_its_tip() {
    let params = custom(&json!({}));
    let run = chain(params.clone(), 3 * INTERVAL);
    let from = 2 * INTERVAL;
    let good = || segment(&params, &run, from, 3 * INTERVAL);
    let refused = |mut tree: HeaderTree, segment: VerifiedSegment| {
        let before = (tree.tip(), tree.header_count());
        let error = tree.join(segment).unwrap_err();
        assert_eq!((tree.tip(), tree.header_count()), before);
        error
    };
    // Before its place, behind it, and at it on another chain.
    for length in [from - 1, from + 1, 1] {
        assert!(matches!(refused(whole(params.clone(), part(&run, 0, length)), good()), JoinError::Tip { .. }));
    }
    let mut other = plain();
    let genesis = tip(&other);
    extend_by(&mut other, &genesis, from - 1, SPACING + 1, 9);
    let error = refused(other, good());
    assert!(matches!(error, JoinError::Tip { expected, found } if expected.height == found.height));
    // By other rules.
    let elsewhere = whole(custom(&json!({ "name": "elsewhere" })), part(&run, 0, from));
    assert_eq!(refused(elsewhere, good()), JoinError::Network);
    // Without the headers it was judged by.
    let short =
        HeaderTree::from_run(params.clone(), from - 12, part(&run, from - 12, from), Pins::none(), NOW).unwrap();
    assert_eq!(refused(short, good()), JoinError::Context { first: from - 12, found: from - INTERVAL });
    // Exactly those are enough.
    let mut tree =
        HeaderTree::from_run(params.clone(), INTERVAL, part(&run, INTERVAL, from), Pins::none(), NOW).unwrap();
    assert!(tree.join(good()).is_ok());
}

#[test]
fn pins_hold_for_what_is_joined() {
    let params = custom(&json!({}));
    let run = chain(params.clone(), 3 * INTERVAL);
    let from = 2 * INTERVAL;
    let judged = whole(params.clone(), &run);
    let pin = |height: u32| TrustedHeader {
        height,
        hash: judged.hash_at(height).unwrap(),
        work: judged.total_work_at(height),
        next_bits: judged.header_at(height + 1).map(|next| next.bits),
    };
    let join = |pins: Vec<TrustedHeader>| {
        let pins = Pins::new(pins).unwrap();
        let mut tree = HeaderTree::from_run(params.clone(), 0, part(&run, 0, from), pins, NOW).unwrap();
        tree.join(segment(&params, &run, from, 3 * INTERVAL)).map(|_| tree)
    };
    let met = join(vec![pin(from - 1), pin(from), pin(from + 7), pin(3 * INTERVAL - 1)]).unwrap();
    assert_eq!(met.highest_pin().map(|pin| pin.height), Some(3 * INTERVAL - 1));
    for height in [from, from + 1, from + 7, 3 * INTERVAL - 1] {
        let other_hash = TrustedHeader { hash: BlockHash([1; 32]), ..pin(height) };
        let error = join(vec![other_hash]).unwrap_err();
        assert!(matches!(error, JoinError::Header { height: at, source: HeaderError::Pinned { .. } } if at == height));
        let other_work = TrustedHeader { work: judged.total_work_at(height - 1), ..pin(height) };
        let error = join(vec![other_work]).unwrap_err();
        assert!(matches!(error, JoinError::Header { source: HeaderError::PinnedWork { .. }, .. }), "{error:?}");
    }
    for height in [from - 1, from, 3 * INTERVAL - 2] {
        let other_bits = TrustedHeader { next_bits: Some(CompactTarget(0x1f00_ffff)), ..pin(height) };
        let error = join(vec![other_bits]).unwrap_err();
        assert!(
            matches!(error, JoinError::Header { height: at, source: HeaderError::PinnedBits { .. } } if at == height + 1)
        );
    }
    // The work below a tree's first header becomes known with a pin, in what is joined as in what is judged.
    let start = INTERVAL;
    let pins = Pins::new([pin(from + 5)]).unwrap();
    let mut tree = HeaderTree::from_run(params.clone(), start, part(&run, start, from), pins.clone(), NOW).unwrap();
    assert_eq!(tree.total_work_at(from - 1), None);
    assert!(tree.join(segment(&params, &run, from, 3 * INTERVAL)).is_ok());
    assert_same(&tree, &HeaderTree::from_run(params, start, part(&run, start, 3 * INTERVAL), pins, NOW).unwrap());
    assert_eq!(tree.total_work_at(from + 10), judged.total_work_at(from + 10));
}

#[test]
fn a_message_mixed_up_on_its_way_is_refused() {
    let params = custom(&json!({}));
    let run = chain(params.clone(), 3 * INTERVAL);
    let from = 2 * INTERVAL;
    let sent = segment(&params, &run, from, 3 * INTERVAL);
    let (outcome, headers) = (sent.to_relay(), sent.pieces().collect::<Vec<_>>().concat());
    let arrive = |outcome: &[u8], headers: &[u8]| -> Result<VerifiedSegment, RelayError> {
        let mut arriving = RelayedSegment::from_relay(params.clone(), outcome)?;
        headers.chunks(80 * 6).try_for_each(|piece| arriving.take(piece))?;
        arriving.finish()
    };
    let joined = |segment| whole(params.clone(), part(&run, 0, from)).join(segment);
    assert_eq!(joined(arrive(&outcome, &headers).unwrap()), Ok(sent.last()));
    for at in 0..outcome.len() {
        let mut other = outcome.clone();
        other[at] ^= 1;
        if let Ok(segment) = arrive(&other, &headers) {
            // Another height may be a period's first as well: then it is not the tree's next.
            assert!(joined(segment).is_err(), "byte {at}");
        }
    }
    for length in [0, 7, outcome.len() - 1] {
        assert!(arrive(&outcome[..length], &headers).is_err());
    }
    assert!(arrive(&[&outcome[..], &[0]].concat(), &headers).is_err());
    let elsewhere = RelayedSegment::from_relay(custom(&json!({ "spacingSeconds": 5 })), &outcome);
    assert_eq!(elsewhere.err(), Some(RelayError::Network));
    for at in 0..headers.len() {
        let mut other = headers.clone();
        other[at] ^= 1;
        assert!(arrive(&outcome, &other).is_err(), "byte {at}");
    }
    let (half, rest) = headers.split_at(80 * 10);
    for other in [half, &headers[..headers.len() - 1], &[rest, half].concat(), &[&headers[..], half].concat()] {
        assert!(matches!(arrive(&outcome, other), Err(RelayError::Headers { .. })));
    }
}

#[test]
fn real_headers_judged_by_two_threads() {
    let Some(data) = common::data_dir() else { return };
    let run = common::read(&data, "headers/mainnet-0-32260.headers");
    let now = UnixTime(1_790_000_000);
    let params = Params::mainnet();
    let (from, end) = (8 * 2016, run.len() as u32 / 80);
    let (mut tree, sent) = std::thread::scope(|threads| {
        let upper = threads.spawn(|| {
            let mut open = OpenSegment::on(params.clone(), from, part(&run, from - 2016, from)).unwrap();
            assert_eq!(open.accept_run(part(&run, from, end), now).stopped, None);
            open.finish().unwrap()
        });
        let lower = HeaderTree::from_run(params.clone(), 0, part(&run, 0, from), Pins::none(), now).unwrap();
        (lower, upper.join().unwrap())
    });
    let arrived = relayed(&params, &sent);
    assert_eq!((arrived.continues(), arrived.work()), (tree.tip(), sent.work()));
    let last: BlockRef = tree.join(arrived).unwrap();
    assert_eq!((last, tree.encode_run()), (tree.tip(), run.clone()));
    let judged = HeaderTree::from_run(params, 0, &run, Pins::none(), now).unwrap();
    assert_eq!((judged.tip(), judged.work_at_hand()), (tree.tip(), tree.work_at_hand()));
    common::counted("mainnet headers judged in two parts and joined", end as usize);
}
