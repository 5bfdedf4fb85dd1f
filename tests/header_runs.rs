//! Many headers at once against one by one: the same answers and the same tree, for good runs, damaged ones and ones
//! that others mined.

mod common;
#[path = "common/miner.rs"]
mod miner;

use miner::{NOW, custom, extend, solve};
use plimsoll::chain::{
    Accepted, BlockRef, CompactTarget, Header, HeaderTree, Params, Pins, Reorganization, RunAccepted, RunError,
    TrustedHeader, Work, decode_run,
};
use plimsoll::time::UnixTime;
use serde_json::{Value, json};

/// What [`HeaderTree::accept_run`] promises, by [`HeaderTree::accept`] alone.
fn one_by_one(tree: &mut HeaderTree, bytes: &[u8], now: UnixTime) -> RunAccepted {
    let mut done = RunAccepted { accepted: 0, known: 0, last: None, reorganization: None, stopped: None };
    let headers = match decode_run(bytes) {
        Ok(headers) => headers,
        Err(error) => return RunAccepted { stopped: Some(error), ..done },
    };
    for header in headers {
        let below = done.last.map(|last| last.height).or_else(|| tree.height_of(&header.previous));
        let height = below.unwrap_or(tree.tip().height) + 1;
        if let Some(BlockRef { hash: expected, .. }) = done.last.filter(|last| last.hash != header.previous) {
            done.stopped = Some(RunError::NotLinked { height, expected, found: header.previous });
            return done;
        }
        match tree.accept(&header, now) {
            Ok(Accepted::Duplicate(block)) => (done.last, done.known) = (Some(block), done.known + 1),
            Ok(Accepted::Extended(block) | Accepted::Fork(block)) => done.last = Some(block),
            Ok(Accepted::Reorganized(block, change)) => {
                (done.last, done.reorganization) = (Some(block), Some(change));
            }
            Err(source) => {
                done.stopped = Some(RunError::Header { height, source });
                return done;
            }
        }
        done.accepted += 1;
    }
    done
}

/// Everything a tree tells, with and without the headers of `runs`.
fn assert_same(a: &HeaderTree, b: &HeaderTree, run: &[u8]) {
    assert_eq!((a.tip(), a.header_count(), a.work_at_hand()), (b.tip(), b.header_count(), b.work_at_hand()));
    assert_eq!(a.unchecked_rules(), b.unchecked_rules());
    assert!(a.best_chain(0..=u32::MAX).eq(b.best_chain(0..=u32::MAX)));
    for height in (a.first_height()..=a.tip().height).filter(|height| height % 37 < 2) {
        assert_eq!(a.total_work_at(height), b.total_work_at(height));
        assert_eq!(a.median_time_past(height), b.median_time_past(height));
    }
    for header in decode_run(run).into_iter().flatten().take(200) {
        let hash = header.hash();
        assert_eq!((a.header(&hash), a.height_of(&hash)), (b.header(&hash), b.height_of(&hash)));
        assert_eq!(a.confirm(&hash, 1), b.confirm(&hash, 1));
    }
}

/// Takes in a run both ways, the one in slices, and compares; tells what became of it.
fn agree(tree: &HeaderTree, run: &[u8], now: UnixTime, random: &mut fastrand::Rng) -> RunAccepted {
    let (mut quick, mut slow, mut sliced) = (tree.clone(), tree.clone(), tree.clone());
    let (found, expected) = (quick.accept_run(run, now), one_by_one(&mut slow, run, now));
    assert_eq!(found, expected);
    assert_same(&quick, &slow, run);
    // In slices the answers add up, but for links between them.
    let mut at = 0;
    while at < run.len() {
        let end = run.len().min(at + 80 * random.usize(1..40));
        if sliced.accept_run(&run[at..end], now).stopped.is_some() {
            break;
        }
        at = end;
    }
    assert_eq!(sliced.tip(), slow.tip());
    found
}

/// A chain of `length` headers after genesis on the network, its times jumping about as the rules allow.
fn mined(params: Params, length: u32, random: &mut fastrand::Rng) -> Vec<Header> {
    let spacing = params.spacing_seconds();
    let mut tree = HeaderTree::from_genesis(params);
    let mut headers = vec![*tree.params().genesis()];
    for _ in 0..length {
        let parent = headers[headers.len() - 1];
        let median = tree.median_time_past(tree.tip().height).expect("all are at hand").0 as u32;
        // Now and then far ahead, so that a later header can be far behind.
        let step = random.u32(1..3 * spacing) + if random.u8(..) < 16 { 1_000 } else { 0 };
        let timewarp = parent.time.saturating_sub(600);
        let time = if random.u8(..) < 40 { (median + step).max(timewarp) } else { parent.time + step };
        headers.push(extend(&mut tree, &parent, time, 1).0);
    }
    headers
}

fn encoded(headers: &[Header]) -> Vec<u8> {
    headers.iter().flat_map(Header::encode).collect()
}

/// Damages one header. Half of the time whoever does it works for it again, and for those after it, so that nothing but
/// the damage itself is wrong.
fn damage(headers: &mut [Header], start: usize, interval: usize, random: &mut fastrand::Rng) {
    let kind = random.u8(..8);
    let mut at = random.usize(..headers.len());
    if kind == 7 {
        // The first of a period, where a time too far back is a wrong one by a rule of its own.
        at = (at + interval - (start + at) % interval).min(headers.len() - 1);
    }
    let before = headers[at.saturating_sub(1)].time;
    let header = &mut headers[at];
    match kind {
        7 => header.time = before.wrapping_sub(random.u32(595..625)),
        0 => header.time = header.time.wrapping_sub(random.u32(1..60)),
        1 => header.time = header.time.wrapping_add(random.u32(1..4_000_000_000)),
        2 => header.version = random.i32(-2..5),
        3 => header.bits = CompactTarget(header.bits.0.wrapping_add(random.u32(1..3))),
        4 => header.bits = CompactTarget(header.bits.0.wrapping_sub(0x0100_0000)),
        5 => header.merkle_root[random.usize(..32)] ^= 1,
        _ => header.previous.0[random.usize(..32)] ^= 1 << random.u8(..8),
    }
    // Work that nobody can do stays undone.
    let workable =
        |header: &Header| header.bits.0 >= 0x1f10_0000 && header.bits.decode(plimsoll::chain::Target::MAX).is_ok();
    if (kind == 7 || random.bool()) && workable(header) {
        *header = solve(*header);
        for next in at + 1..headers.len() {
            headers[next].previous = headers[next - 1].hash();
            if !workable(&headers[next]) {
                break;
            }
            headers[next] = solve(headers[next]);
        }
    }
}

/// Pins of some of the headers, one in five of them wrong in something.
fn pins(headers: &[Header], from: usize, random: &mut fastrand::Rng) -> Pins {
    let target = |header: &Header| header.bits.decode(plimsoll::chain::Target::MAX).unwrap();
    let pin = |height: usize, random: &mut fastrand::Rng| {
        let mut pin = TrustedHeader::new(height as u32, headers[height].hash());
        let wrong = random.u8(..15);
        if random.bool() {
            let work: Work = headers[..=height].iter().map(|header| Work::of(target(header))).sum();
            pin.work = Some(if wrong == 0 { work + work } else { work });
        }
        if random.bool() {
            let bits = headers.get(height + 1).map_or(headers[height].bits, |next| next.bits);
            pin.next_bits = Some(if wrong == 1 { CompactTarget(bits.0 + 1) } else { bits });
        }
        pin.hash.0[0] ^= u8::from(wrong == 2);
        pin
    };
    let heights: std::collections::BTreeSet<usize> =
        (0..random.usize(..4)).map(|_| random.usize(from.saturating_sub(1)..headers.len())).collect();
    Pins::new(heights.into_iter().map(|height| pin(height, random))).unwrap()
}

/// Networks that differ in every rule that the quick way looks at.
fn networks() -> Vec<(Params, u32)> {
    let with = |changes: Value, length| (custom(&changes), length);
    let wide = "7f".to_owned() + &"f".repeat(62);
    let mut genesis = *Params::regtest().genesis();
    genesis.bits = CompactTarget(0x207f_ffff);
    let easy = json!({ "powLimit": wide, "genesis": solve(genesis).to_string() });
    let easier = |mut changes: Value, length| {
        changes.as_object_mut().unwrap().extend(easy.as_object().unwrap().clone());
        with(changes, length)
    };
    vec![
        with(json!({}), 90),
        with(json!({ "versionHeights": [25, 50, 51] }), 90),
        with(json!({ "bip94": true }), 70),
        with(json!({ "minDifficulty": true }), 70),
        with(json!({ "minDifficulty": true, "bip94": true }), 70),
        with(json!({ "retargets": false }), 70),
        easier(json!({ "retargetInterval": 1300, "spacingSeconds": 2 }), 2700),
        easier(json!({ "retargetInterval": 2, "retargets": false }), 60),
        (Params::regtest(), 300),
    ]
}

#[test]
fn random_runs_with_random_damage() {
    let mut random = fastrand::Rng::with_seed(2016);
    let (mut cases, mut whole, mut rules) = (0, 0, std::collections::BTreeMap::new());
    for (params, length) in networks() {
        let headers = mined(params.clone(), length, &mut random);
        let rounds = if length > 1000 { 8 } else { 100 };
        for _ in 0..rounds {
            // From genesis, or from a header taken on trust; sometimes with headers already known.
            let from = if random.bool() { 0 } else { random.usize(1..headers.len() / 2) };
            let pins = pins(&headers, from, &mut random);
            let Ok(mut tree) = HeaderTree::from_first(params.clone(), from as u32, &headers[from], pins, NOW) else {
                continue;
            };
            if random.bool() {
                let known = random.usize(from + 1..headers.len());
                let _ = tree.accept_run(&encoded(&headers[from + 1..known]), NOW);
            }
            let start = (tree.tip().height as usize + 1).saturating_sub(random.usize(..4)).max(from + 1);
            let mut run = headers[start.min(headers.len() - 1)..].to_vec();
            for _ in 0..random.u8(..3) {
                damage(&mut run, start, params.retarget_interval() as usize, &mut random);
            }
            let middle = i64::from(headers[random.usize(..headers.len())].time);
            let now = if random.u8(..8) == 0 { UnixTime(middle - 7_200 + random.i64(-4..4)) } else { NOW };
            let found = agree(&tree, &encoded(&run), now, &mut random);
            match found.stopped {
                None => whole += 1,
                Some(error) => *rules.entry(error.rule().unwrap().name()).or_insert(0) += 1,
            }
            cases += 1;
        }
    }
    println!("stopped by {rules:?}");
    for rule in [
        "proof-of-work",
        "previous-header",
        "required-bits",
        "median-time",
        "future-time",
        "version",
        "pin",
        "timewarp",
    ] {
        assert!(rules.contains_key(rule), "{rule} was never broken: {rules:?}");
    }
    assert!(whole > cases / 8, "{whole} of {cases}");
    common::counted("random runs, many headers at once and one by one", cases);
}

#[test]
fn a_branch_that_wins_in_the_middle_of_a_run() {
    let mut random = fastrand::Rng::with_seed(7);
    for (fork, length, rival) in [(5, 60, 70), (40, 43, 45), (1, 2, 30), (19, 60, 61), (30, 31, 40)] {
        let headers = mined(custom(&json!({})), length, &mut random);
        let mut tree = HeaderTree::from_genesis(custom(&json!({})));
        let taken = tree.accept_run(&encoded(&headers[1..]), NOW);
        assert_eq!((taken.accepted, taken.stopped), (length as usize, None));
        let mut branch = HeaderTree::from_genesis(custom(&json!({})));
        let _ = branch.accept_run(&encoded(&headers[1..=fork]), NOW);
        let mut run = vec![];
        for _ in fork as u32..rival {
            let parent = *run.last().unwrap_or(&headers[fork]);
            run.push(extend(&mut branch, &parent, parent.time + 2, 2).0);
        }
        // With two of the headers both have before it.
        let known = &headers[fork.saturating_sub(1).max(1)..=fork];
        let bytes = encoded(&[known, &run].concat());
        let found = agree(&tree, &bytes, NOW, &mut random);
        let Some(Reorganization { common_ancestor, disconnected, .. }) = found.reorganization else { panic!() };
        assert_eq!((common_ancestor.height, disconnected), (fork as u32, length - fork as u32));
        assert_eq!((found.known, found.stopped), (known.len(), None));
        assert_eq!(tree.accept_run(&bytes, NOW), found);
        assert_eq!(tree.accept_run(&bytes, NOW).known, bytes.len() / 80);
    }
}

#[test]
fn the_least_version_rises_in_the_middle_of_a_run() {
    let mut random = fastrand::Rng::with_seed(34);
    let params = custom(&json!({ "versionHeights": [25, 30, 31] }));
    let headers = mined(params.clone(), 45, &mut random);
    for (at, version, good) in
        [(24, 1, true), (25, 1, false), (29, 2, true), (30, 2, false), (30, 3, true), (31, 3, false), (37, 3, false)]
    {
        let mut run = headers[1..].to_vec();
        run[at - 1] = solve(Header { version, ..run[at - 1] });
        for next in at..run.len() {
            run[next] = solve(Header { previous: run[next - 1].hash(), ..run[next] });
        }
        let found = agree(&HeaderTree::from_genesis(params.clone()), &encoded(&run), NOW, &mut random);
        let stopped = found.stopped.map(|error| (error.height().unwrap(), error.rule().unwrap().name()));
        assert_eq!(stopped, (!good).then_some((at as u32, "version")), "version {version} at {at}");
    }
}

#[test]
fn no_run_at_all_and_runs_from_nowhere() {
    let headers = mined(custom(&json!({})), 30, &mut fastrand::Rng::with_seed(1));
    let mut tree = HeaderTree::from_genesis(custom(&json!({})));
    for length in [0, 79, 81, 159] {
        let found = tree.accept_run(&vec![0; length], NOW);
        assert_eq!((found.stopped, found.accepted), (Some(RunError::Length { found: length }), 0));
    }
    let mut random = fastrand::Rng::with_seed(1);
    let found = agree(&tree, &encoded(&headers[5..]), NOW, &mut random);
    assert_eq!(found.stopped.and_then(|error| error.height()), Some(1));
    let hole = [&headers[1..9], &headers[10..]].concat();
    let found = agree(&tree, &encoded(&hole), NOW, &mut random);
    assert_eq!((found.accepted, found.stopped.and_then(|error| error.height())), (8, Some(9)));
}

#[test]
fn every_real_run() {
    let Some(data) = common::data_dir() else { return };
    let mut random = fastrand::Rng::with_seed(3);
    let now = UnixTime(1_790_000_000);
    let mut count = 0;
    for (file, network, from) in [
        ("mainnet-0-32260", "mainnet", 0),
        ("mainnet-685439-687516", "mainnet", 685_439),
        ("mainnet-859303-862850", "mainnet", 859_303),
        ("testnet3-0-9999", "testnet3", 0),
        ("testnet4-0-100", "testnet4", 0),
        ("signet-0-2016", "signet", 0),
        ("regtest-0-100", "regtest", 0),
        ("regtest-kernel-0-206", "regtest", 0),
    ] {
        let bytes = common::read(&data, &format!("headers/{file}.headers"));
        let first = decode_run(&bytes).unwrap().next().unwrap();
        let tree = HeaderTree::from_first(Params::named(network).unwrap(), from, &first, Pins::none(), now).unwrap();
        // Whole, and with a byte changed here and there.
        let (mut quick, mut slow) = (tree.clone(), tree);
        assert_eq!(quick.accept_run(&bytes[80..], now), one_by_one(&mut slow, &bytes[80..], now), "{file}");
        assert_same(&quick, &slow, &[]);
        assert_eq!((quick.header_count() * 80, quick.encode_run()), (bytes.len(), bytes.clone()));
        let headers = bytes.len() / 80;
        for _ in 0..4 {
            let start = random.usize(1..headers.min(9000));
            let end = headers.min(start + 5000);
            let mut part = bytes[80 * start..80 * end].to_vec();
            part[random.usize(..80 * (end - start))] ^= 1 << random.u8(..8);
            let before =
                HeaderTree::from_run(Params::named(network).unwrap(), from, &bytes[..80 * start], Pins::none(), now);
            let (mut quick, mut slow) = (before.clone().unwrap(), before.unwrap());
            let (found, expected) = (quick.accept_run(&part, now), one_by_one(&mut slow, &part, now));
            assert_eq!(found, expected, "{file} from {start}");
            assert_eq!(quick.tip(), slow.tip());
        }
        count += headers;
    }
    common::counted("real headers, many at once and one by one", count);
}
