//! Forks over a retarget, ties and deep reorganizations, judged as Bitcoin Core's own code judges them.
//!
//! The forks over a retarget are signet's: its first retarget is among the published headers, and a header on it takes some
//! five million hashes. `tests/data/signet-forks.txt` holds ours, made once by `mine_the_forks_of_signet` below.

mod common;
#[path = "common/core.rs"]
mod core;
#[path = "common/miner.rs"]
mod miner;

use crate::core::{Answer, clock, compare, judge};
use ethnum::U256;
use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::{Accepted, CompactTarget, Header, HeaderTree, Params, Target};
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

/// Where the mined headers are.
const MINED: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/signet-forks.txt");
const SPAN: u32 = 14 * 24 * 60 * 60;

/// Signet's published headers, genesis to the first of the second period.
fn signet() -> Option<Vec<Header>> {
    let data = common::data_dir()?;
    Some(decode_run(&common::read(&data, "headers/signet-0-2016.headers")).unwrap().collect())
}

/// The mined headers by their names.
fn mined() -> BTreeMap<String, Header> {
    let text = std::fs::read_to_string(MINED).unwrap();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    let read = |line: &str| {
        let (name, hex) = line.split_once(' ')?;
        Some((name.to_owned(), Header::from_hex(hex).ok()?))
    };
    lines.map(|line| read(line).unwrap_or_else(|| panic!("{MINED}: {line}"))).collect()
}

/// Offers signet's headers up to 2010, then those named, `m2011` being signet's own; each must be answered as said here,
/// and as Core answers.
fn offer(steps: &[(&str, &str, u32)]) {
    let (Some(main), mined) = (signet(), mined()) else { return };
    let mut headers = main[..=2010].to_vec();
    headers.extend(steps.iter().map(|(name, ..)| match name.strip_prefix('m') {
        Some(height) => main[height.parse::<usize>().unwrap()],
        None => mined[*name],
    }));
    let (mut tree, now) = (HeaderTree::from_genesis(Params::signet()), clock());
    let ours: Vec<Answer> = headers.iter().map(|header| judge(&mut tree, header, now)).collect();
    // What is said here holds with Core or without.
    for ((name, reason, tip), answer) in steps.iter().zip(&ours[2011..]) {
        assert_eq!((answer.0.as_str(), answer.1), (*reason, *tip), "{name}");
    }
    let _ = compare("signet", &headers, &ours);
}

/// The main branch's own, a height a step.
fn main_branch(from: u32) -> Vec<(String, u32)> {
    (from..=2016).map(|height| (format!("m{height}"), height)).collect()
}

fn with_main<'a>(main: &'a [(String, u32)], rest: &[(&'a str, &'a str, u32)]) -> Vec<(&'a str, &'a str, u32)> {
    main.iter().map(|(name, height)| (name.as_str(), "ok", *height)).chain(rest.iter().copied()).collect()
}

#[test]
fn a_slower_fork_over_a_retarget_has_bits_of_its_own() {
    // Two easier headers make up for one harder, so the fork wins by its second.
    offer(&with_main(
        &main_branch(2011),
        &[
            ("slow2011", "ok", 2016),
            ("slow2012", "ok", 2016),
            ("slow2013", "ok", 2016),
            ("slow2014", "ok", 2016),
            ("slow2015", "ok", 2016),
            ("slow2016-bits-of-main", "bad-diffbits", 2016),
            ("slow2016-bits-of-parent", "bad-diffbits", 2016),
            ("slow2016-bits-harder", "bad-diffbits", 2016),
            ("slow2016-bits-easier", "bad-diffbits", 2016),
            ("slow2016", "ok", 2016),
            ("slow2017-at-median", "time-too-old", 2016),
            ("slow2017", "ok", 2017),
            ("slow2018", "ok", 2018),
        ],
    ));
}

#[test]
fn of_equal_work_over_a_retarget_the_first_seen_stays() {
    offer(&with_main(
        &main_branch(2011),
        &[("same2014", "ok", 2016), ("same2015", "ok", 2016), ("same2016", "ok", 2016), ("same2017", "ok", 2017)],
    ));
    // And the other way round.
    offer(&[
        ("m2011", "ok", 2011),
        ("m2012", "ok", 2012),
        ("m2013", "ok", 2013),
        ("same2014", "ok", 2014),
        ("same2015", "ok", 2015),
        ("same2016", "ok", 2016),
        ("m2014", "ok", 2016),
        ("m2015", "ok", 2016),
        ("m2016", "ok", 2016),
    ]);
}

#[test]
fn a_quicker_fork_has_more_work_at_the_same_height() {
    offer(&with_main(&main_branch(2011), &[("quick2015", "ok", 2016), ("quick2016", "ok", 2016)]));
    let (Some(main), mined) = (signet(), mined()) else { return };
    let mut tree = HeaderTree::from_genesis(Params::signet());
    for header in main[1..].iter().chain([&mined["quick2015"]]) {
        tree.accept(header, clock()).unwrap();
    }
    let accepted = tree.accept(&mined["quick2016"], clock()).unwrap();
    assert!(matches!(accepted, Accepted::Reorganized(_, change) if (change.disconnected, change.connected) == (2, 2)));
}

#[test]
fn a_shorter_chain_with_more_work_wins() {
    // A period of more than two weeks leaves the bits as they were: three easy headers are worth less than main's one.
    let easy = [
        ("slow2011", "ok", 2011),
        ("slow2012", "ok", 2012),
        ("slow2013", "ok", 2013),
        ("slow2014", "ok", 2014),
        ("late2015", "ok", 2015),
        ("late2016", "ok", 2016),
        ("late2017", "ok", 2017),
        ("m2011", "ok", 2017),
        ("m2012", "ok", 2017),
        ("m2013", "ok", 2017),
        ("m2014", "ok", 2017),
        ("m2015", "ok", 2017),
        ("m2016", "ok", 2016),
    ];
    offer(&easy);
}

#[test]
fn deep_reorganizations_of_regtest() {
    for depth in [1, 6, 2017] {
        let now = clock();
        let genesis = *Params::regtest().genesis();
        let grow = |from: Header, count: u32, tag: u8| {
            let next = |parent: &Header| Some(miner::mine(parent, parent.time + 600, parent.bits, tag));
            std::iter::successors(next(&from), next).take(count as usize).collect::<Vec<_>>()
        };
        let base = grow(genesis, 3, 1);
        let (lost, won) = (grow(base[2], depth, 1), grow(base[2], depth + 1, 2));
        let headers = [base, lost, won].concat();
        let mut tree = HeaderTree::from_genesis(Params::regtest());
        let ours: Vec<Answer> = headers.iter().map(|header| judge(&mut tree, header, now)).collect();
        // The tip stays until the very last header.
        let tips: Vec<u32> = ours.iter().map(|(_, height, _)| *height).collect();
        assert_eq!(tips[tips.len() - 2..], [3 + depth, 4 + depth]);
        assert_eq!(ours[ours.len() - 2].2, headers[2 + depth as usize].hash().to_string());
        let _ = compare("regtest", &headers, &ours);
        println!("regtest: a reorganization of {depth} blocks");
    }
}

/// Bits after a period of so many seconds at the limit.
fn bits_after(seconds: u32) -> CompactTarget {
    let limit = Params::signet().genesis().bits;
    miner::compact(miner::expand(limit) * U256::from(seconds) / U256::from(SPAN))
}

/// `template` with a nonce that gives it the work it states, searched on two cores with the hash's first block done once.
fn mine(template: Header) -> Header {
    let target = template.bits.decode(Target::MAX).unwrap();
    let found = AtomicBool::new(false);
    let search = |first: u32| {
        let bytes = template.encode();
        let start = Sha256::new_with_prefix(&bytes[..64]);
        (first..=u32::MAX).step_by(2).take_while(|_| !found.load(Relaxed)).find(|nonce| {
            let last = [&bytes[64..76], &nonce.to_le_bytes()].concat();
            let hash = Sha256::digest(start.clone().chain_update(last).finalize());
            hash[31] == 0 && hash[30] == 0 && target.admits(&hash.into())
        })
    };
    let nonce = std::thread::scope(|scope| {
        let both = [0, 1].map(|first| {
            let (search, found) = (&search, &found);
            scope.spawn(move || search(first).inspect(|_| found.store(true, Relaxed)))
        });
        both.into_iter().find_map(|thread| thread.join().unwrap()).unwrap()
    });
    Header { nonce, ..template }
}

/// Makes `tests/data/signet-forks.txt`: some 170 million hashes.
#[test]
#[ignore = "done once; again: CARGO_PROFILE_TEST_OPT_LEVEL=2 cargo test --test core_forks -- --ignored"]
fn mine_the_forks_of_signet() {
    let main = signet().expect("the published headers");
    let (start, limit) = (main[0].time, main[0].bits);
    let mut made =
        "# Headers on signet's published ones, mined by `mine_the_forks_of_signet` in tests/core_forks.rs.\n"
            .to_owned();
    let mut add = |name: &str, parent: &Header, time: u32, bits: CompactTarget| {
        let root: [u8; 32] = std::array::from_fn(|at| name.as_bytes().get(at).copied().unwrap_or(0));
        let (version, previous) = (0x2000_0000, parent.hash());
        let header = mine(Header { version, previous, merkle_root: root, time, bits, nonce: 0 });
        made.push_str(&format!("{name} {header}\n"));
        println!("{name} {header}");
        header
    };
    // A period of 800,000 seconds instead of main's 413,777.
    let slow = (2011..2015)
        .fold(main[2010], |parent, height| add(&format!("slow{height}"), &parent, parent.time + 600, limit));
    let (end, own) = (add("slow2015", &slow, start + 800_000, limit), bits_after(800_000));
    for (name, bits) in [
        ("slow2016-bits-of-main", main[2016].bits),
        ("slow2016-bits-of-parent", limit),
        ("slow2016-bits-harder", CompactTarget(own.0 - 1)),
        ("slow2016-bits-easier", CompactTarget(own.0 + 1)),
    ] {
        add(name, &end, end.time + 600, bits);
    }
    let first = add("slow2016", &end, end.time + 600, own);
    // The sixth of the eleven before 2017.
    add("slow2017-at-median", &first, main[2010].time + 600, own);
    let second = add("slow2017", &first, first.time + 600, own);
    add("slow2018", &second, second.time + 600, own);
    // Main's own times: the same bits.
    let same = add("same2014", &main[2013], main[2014].time, limit);
    let same = add("same2015", &same, main[2015].time, limit);
    let same = add("same2016", &same, main[2016].time, main[2016].bits);
    add("same2017", &same, same.time + 600, main[2016].bits);
    // As early as the median allows.
    let mut times: Vec<u32> = main[2004..2015].iter().map(|header| header.time).collect();
    times.sort_unstable();
    let quick = add("quick2015", &main[2014], times[5] + 1, limit);
    add("quick2016", &quick, main[2015].time, bits_after(times[5] + 1 - start));
    // More than two weeks.
    let late = add("late2015", &slow, start + SPAN + 90_000, limit);
    let late = add("late2016", &late, late.time + 600, limit);
    add("late2017", &late, late.time + 600, limit);
    std::fs::write(MINED, made).unwrap();
}
