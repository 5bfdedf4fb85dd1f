//! A long kept chain judged by two workers: the same chain as by one, whatever becomes of the second.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/disk.rs"]
mod disk;
#[path = "common/easy_chain.rs"]
mod easy_chain;
#[path = "common/two_workers.rs"]
mod two_workers;

use plimsoll::chain::{BlockHash, Pins, TrustedHeader};
use plimsoll::client::keep::PERIOD;
use plimsoll::client::message::{Repair, StorageState};
use two_workers::{CHAIN, COUNT, Second, Seen, disk_of, header, load};

/// The longest wait for an answer of the second worker, milliseconds.
const PATIENCE_MS: u64 = 5_000;

fn whole(second: Second) -> Seen {
    let seen = load(disk_of(0, &CHAIN), &Pins::none(), second);
    assert_eq!((seen.chain.first_height, seen.chain.tip.height), (0, COUNT - 1), "{second:?}");
    assert_eq!(seen.chain.tip.hash, header(COUNT - 1).hash());
    assert_eq!((&seen.status.state, &seen.status.repairs[..]), (&StorageState::Keeping, &[][..]), "nothing is said");
    assert_eq!(seen.bytes_read, CHAIN.len(), "the file is read once");
    assert_eq!(seen.starts, 1);
    seen
}

#[test]
fn two_workers_give_the_chain_that_one_gives() {
    let alone = whole(Second::Refused);
    for after in [1, 5, 60] {
        let seen = whole(Second::Answers { after });
        assert_eq!(seen.chain, alone.chain);
        assert_eq!((seen.ends, seen.waited_ms), (1, 0), "it is ended when its work is done");
        assert!(seen.status.by_second >= 24_192 && seen.status.by_second < COUNT, "{}", seen.status.by_second);
        assert!(seen.most_asked <= 2, "what it holds is bounded: {}", seen.most_asked);
        println!("an answer after {after} turns: {} of {COUNT} by the second worker", seen.status.by_second);
    }
    let (quick, slow) = (whole(Second::Answers { after: 1 }), whole(Second::Answers { after: 60 }));
    assert!(quick.status.by_second >= slow.status.by_second, "who is quicker does more");
}

#[test]
fn what_it_does_not_answer_is_judged_here() {
    let seen = whole(Second::NeverStarts);
    assert_eq!((seen.asked, seen.waited_ms, seen.ends, seen.status.by_second), (0, 0, 1, 0), "nobody waits for it");
    let seen = whole(Second::Refused);
    assert_eq!((seen.asked, seen.waited_ms, seen.ends, seen.status.by_second), (0, 0, 0, 0));
    let seen = whole(Second::Silent);
    assert_eq!((seen.waited_ms, seen.ends, seen.status.by_second), (PATIENCE_MS, 1, 0), "once, and not again");
    let seen = whole(Second::Breaks { at: 1 });
    assert_eq!((seen.waited_ms, seen.ends, seen.status.by_second), (0, 0, 0));
    let seen = whole(Second::Breaks { at: 2 });
    assert_eq!((seen.waited_ms, seen.ends), (0, 0));
    assert!(seen.asked >= 2, "{}", seen.asked);
}

#[test]
fn what_it_answers_wrongly_is_judged_here() {
    // None; a torn answer; an outcome of no bytes; more than one value; nothing.
    for said in [&[0_u8][..], &[1], &[1, 0], &[0, 0], &[], b"\x01\x08plimseg1"] {
        let seen = whole(Second::Says(said));
        assert_eq!((seen.waited_ms, seen.status.by_second), (0, 0), "{said:?}");
        assert!(seen.asked >= 2);
    }
    // Whether there is one, its length, its format, rules, height, the hash below, count, last hash, work, and sums.
    for at in [0, 1, 2, 10, 18, 26, 30, 62, 66, 98, 130, 138] {
        let seen = whole(Second::Changes { at });
        assert_eq!((seen.waited_ms, seen.status.by_second), (0, 0), "byte {at}");
    }
    let seen = whole(Second::Repeats);
    assert_eq!(seen.status.by_second, 24_192, "the outcome of other headers counts for those alone");
}

#[test]
fn a_wrong_header_is_found_wherever_it_is_and_named() {
    for height in [30_000, 60_001, 100_800, COUNT - 1] {
        let mut headers = CHAIN.clone();
        // Another merkle root: its hash is another, and the next header does not name it.
        headers[80 * height as usize + 40] ^= 1;
        let found = |second| {
            let seen = load(disk_of(0, &headers), &Pins::none(), second);
            assert_eq!(seen.waited_ms, 0);
            (seen.chain, seen.status.repairs)
        };
        let alone = found(Second::Refused);
        let [Repair::Refused { height: refused, for_good, .. }] = alone.1[..] else { panic!("{:?}", alone.1) };
        assert!([height, height + 1].contains(&refused) && for_good, "{refused}");
        assert_eq!(found(Second::Answers { after: 1 }), alone);
        assert_eq!(found(Second::Answers { after: 50 }), alone);
        // It says of other headers that they are good; these are not they.
        assert_eq!(found(Second::Assumes), alone);
    }
}

#[test]
fn a_chain_that_starts_within_a_period_is_shared_from_the_next_period_on() {
    for first in [PERIOD * 2, 5, PERIOD - 1, PERIOD + 1] {
        let of = |second| load(disk_of(first, &CHAIN[80 * first as usize..]), &Pins::none(), second);
        let (seen, alone) = (of(Second::Answers { after: 2 }), of(Second::Refused));
        assert_eq!(seen.chain, alone.chain);
        assert_eq!((seen.chain.first_height, seen.chain.tip.height), (first, COUNT - 1));
        assert!(seen.status.by_second > 0 && seen.status.repairs.is_empty(), "{first}");
    }
}

#[test]
fn pins_are_held_against_what_the_second_worker_judged() {
    for height in [30_000, 100_000, COUNT - 1] {
        let right = Pins::new([TrustedHeader::new(height, header(height).hash())]).unwrap();
        let seen = load(disk_of(0, &CHAIN), &right, Second::Answers { after: 1 });
        assert_eq!((seen.chain.tip.height, seen.status.repairs.len()), (COUNT - 1, 0));
        assert!(seen.status.by_second > 0);
        let wrong = Pins::new([TrustedHeader::new(height, BlockHash([1; 32]))]).unwrap();
        let found = |second| {
            let seen = load(disk_of(0, &CHAIN), &wrong, second);
            (seen.chain, seen.status.repairs)
        };
        let alone = found(Second::Refused);
        assert!(matches!(alone.1[..], [Repair::Refused { height: at, .. }] if at == height), "{:?}", alone.1);
        assert_eq!(found(Second::Answers { after: 1 }), alone);
    }
}

#[test]
fn a_short_chain_is_judged_by_one_worker() {
    let short = &CHAIN[..80 * (two_workers::FROM as usize - 1)];
    let seen = load(disk_of(0, short), &Pins::none(), Second::Answers { after: 1 });
    assert_eq!((seen.starts, seen.ends, seen.status.by_second), (0, 0, 0));
    // However high it stands.
    let seen = load(disk_of(COUNT - 20_000, &CHAIN[80 * (COUNT as usize - 20_000)..]), &Pins::none(), Second::Silent);
    assert_eq!((seen.starts, seen.chain.tip.height), (0, COUNT - 1));
}
