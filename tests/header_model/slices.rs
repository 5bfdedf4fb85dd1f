//! The same headers in runs of any length: what a tree says of a run is what the model says of its headers one by one.

use crate::against::{Pair, Tally, defect_name, put};
use crate::chain::{Did, Model};
use crate::grow::{FAR, Grower};
use crate::networks::any_network;
use crate::rules;
use fastrand::Rng;
use plimsoll::chain::{BlockHash, HeaderTree, RunError};
use plimsoll::time::UnixTime;

/// What a run did, in the terms of both.
#[derive(Debug, Default, PartialEq, Eq)]
struct Told {
    accepted: usize,
    known: usize,
    last: Option<(u64, [u8; 32])>,
    /// Common ancestor, disconnected, connected.
    reorganization: Option<((u64, [u8; 32]), usize, usize)>,
    stopped: Option<(u64, &'static str)>,
}

const NOT_LINKED: &str = "not linked";

/// The run's headers to the model, one by one, up to the first that is refused.
fn one_by_one(model: &mut Model, headers: &[[u8; 80]], now: i64) -> Told {
    let mut told = Told::default();
    for header in headers {
        let previous = rules::fields(header).previous;
        let parent = model.find(&previous).unwrap_or_else(|| model.best());
        let height = told.last.map_or(model.entries[parent].height, |(height, _)| height) + 1;
        if told.last.is_some_and(|(_, hash)| hash != previous) {
            told.stopped = Some((height, NOT_LINKED));
            return told;
        }
        match model.accept(header, now) {
            Err(defect) => {
                told.stopped = Some((height, defect_name(&defect)));
                return told;
            }
            Ok((did, place)) => {
                told.accepted += 1;
                told.known += usize::from(did == Did::Duplicate);
                told.last = Some((model.entries[place].height, model.entries[place].hash));
                if let Did::Reorganized { common, disconnected, connected } = did {
                    told.reorganization = Some((common, disconnected, connected));
                }
            }
        }
    }
    told
}

/// The run to our tree.
fn at_once(tree: &mut HeaderTree, headers: &[[u8; 80]], now: i64) -> Told {
    let done = tree.accept_run(headers.as_flattened(), UnixTime(now));
    let stopped = done.stopped.map(|error| match error {
        RunError::NotLinked { height, .. } => (u64::from(height), NOT_LINKED),
        RunError::Header { height, source } => (u64::from(height), defect_name(&put(&source))),
        RunError::Length { found } => panic!("{found} bytes are whole headers"),
    });
    Told {
        accepted: done.accepted,
        known: done.known,
        last: done.last.map(|block| (block.height.into(), block.hash.0)),
        reorganization: done.reorganization.map(|change| {
            let common = change.common_ancestor;
            ((common.height.into(), common.hash.0), change.disconnected as usize, change.connected as usize)
        }),
        stopped,
    }
}

/// A run out of what was grown: some of one of its chains, from about where the tree has come to on it, now and then with
/// something wrong in it; and a clock.
fn run(random: &mut Rng, grown: &Grower, model: &Model) -> (Vec<[u8; 80]>, i64) {
    let source = &grown.pair.model;
    let end = random.usize(..source.entries.len());
    let chain: Vec<_> = source.chain(end).into_iter().map(|place| &source.entries[place]).collect();
    let known = chain.iter().take_while(|entry| model.find(&entry.hash).is_some()).count();
    let from = match random.u32(0..20) {
        0 => random.usize(..chain.len()),
        1..5 => known.saturating_sub(random.usize(0..6)),
        _ => known,
    };
    let from = from.min(chain.len() - 1);
    let length = *random.choice(&[1, 2, 7, 15, 16, 17, 60]).unwrap();
    let mut headers: Vec<[u8; 80]> = chain[from..].iter().take(length).map(|entry| entry.bytes).collect();
    let mut now = FAR;
    let at = random.usize(..headers.len());
    match random.u32(0..12) {
        0 => headers[at][random.usize(..80)] ^= 1 << random.u32(0..8),
        1 => headers[at] = source.entries[random.usize(..source.entries.len())].bytes,
        2 => drop(headers.remove(at)),
        3 => now = i64::from(rules::fields(&headers[at]).time) - random.i64(7200..=7201),
        // A header that was refused, behind the one it names.
        4..8 => {
            let hashes: Vec<_> = headers.iter().map(rules::hash).collect();
            let named = |refused: &[u8; 80]| hashes.iter().position(|hash| *hash == rules::fields(refused).previous);
            let fit: Vec<_> = grown.refused.iter().filter_map(|refused| Some((named(refused)?, *refused))).collect();
            if let Some((behind, refused)) = random.choice(&fit) {
                headers.insert(behind + 1, *refused);
            }
        }
        _ => {}
    }
    (headers, now)
}

/// Grows a tree on a network of its own, then gives its headers to another in runs.
pub fn grow_and_slice(random: &mut Rng, tally: &mut Tally) {
    let (rules, params) = any_network(random, false);
    let pair = Pair { tree: HeaderTree::from_genesis(params.clone()), model: Model::from_genesis(rules.clone()) };
    let mut other = Pair { tree: HeaderTree::from_genesis(params), model: Model::from_genesis(rules) };
    let mut seed = Rng::with_seed(random.u64(..));
    let mut grower = Grower::new(pair, &mut seed);
    for _ in 0..80 {
        grower.step(&mut Tally::default());
        let best = grower.pair.model.best();
        grower.extend(best, &mut Tally::default());
    }
    for _ in 0..40 {
        let (headers, now) = run(random, &grower, &other.model);
        if headers.is_empty() {
            continue;
        }
        let expected = one_by_one(&mut other.model, &headers, now);
        let found = at_once(&mut other.tree, &headers, now);
        assert_eq!(
            found,
            expected,
            "a run of {} headers on {}",
            headers.len(),
            BlockHash(headers[0][4..36].try_into().unwrap())
        );
        other.assert_same_tip();
        tally.count("run", expected.stopped.map_or("whole", |(_, rule)| rule));
        tally.note_many("header in a run accepted", expected.accepted);
        tally.note("run over a known header", expected.known > 0);
        tally.note("run that reorganized", expected.reorganization.is_some());
        tally.note("run of more than 16 new headers", expected.accepted - expected.known > 16);
    }
    other.assert_same_whole();
}
