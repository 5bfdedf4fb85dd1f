//! Chains that start above genesis, with pins and without: some of the pins wrong, some of the first headers too.

use crate::against::{Pair, Tally, defect_name, put};
use crate::chain::{Entry, Model, Pin};
use crate::grow::{FAR, Grower};
use crate::networks::{Draft, any_network, fail_to_mine, mine};
use fastrand::Rng;
use num_bigint::BigUint;
use plimsoll::chain::{BlockHash, CompactTarget, Header, HeaderTree, Params, Pins, TrustedHeader, Work};
use plimsoll::time::UnixTime;
use std::collections::BTreeMap;

/// How far the chain goes that others are started from.
const LENGTH: u64 = 60;

/// A chain from genesis, lowest first, of right headers alone.
pub fn source(random: &mut Rng, tally: &mut Tally) -> (Params, Model) {
    let (rules, params) = any_network(random, false);
    let pair = Pair { tree: HeaderTree::from_genesis(params.clone()), model: Model::from_genesis(rules) };
    let mut grower = Grower::new(pair, random);
    for _ in 0..10 * LENGTH {
        let best = grower.pair.model.best();
        if grower.pair.model.entries[best].height >= LENGTH {
            grower.drop_side_branches();
            return (params, grower.pair.model);
        }
        grower.extend(best, tally);
    }
    // It ran into bits too dear to go on.
    source(random, tally)
}

/// Pins on the chain, now and then one that is wrong.
fn pins(random: &mut Rng, chain: &Model, from: u64) -> BTreeMap<u64, Pin> {
    let mut pins = BTreeMap::new();
    for _ in 0..*random.choice(&[0, 0, 1, 1, 2, 4]).unwrap() {
        let near = random.u64(from.saturating_sub(2)..(from + 30).min(LENGTH));
        let interval = chain.rules.interval;
        // The ends of periods, for half of them: there alone the next bits are news.
        let height = if random.bool() { near } else { near / interval * interval + interval - 1 };
        let Some(entry) = chain.entries.get(height as usize) else { continue };
        let next = chain.entries.get(height as usize + 1).map(|next| next.fields.bits);
        let mut pin = Pin { hash: entry.hash, work: Some(entry.work.clone()), next_bits: next };
        if random.bool() {
            pin.work = None;
        }
        if random.bool() {
            pin.next_bits = None;
        }
        match random.u32(0..12) {
            0 => pin.hash[0] ^= 1,
            1 => pin.work = Some(&entry.work + 1_u8),
            2 => pin.work = Some(BigUint::from(1_u8)),
            3 => pin.next_bits = Some(entry.fields.bits - 1),
            _ => {}
        }
        pins.insert(height, pin);
    }
    pins
}

/// The same pins in our form.
fn ours(pins: &BTreeMap<u64, Pin>) -> Pins {
    let number = |work: &BigUint| {
        let bytes = work.to_bytes_be();
        Work::from_be_bytes([vec![0; 32 - bytes.len()], bytes].concat().try_into().unwrap())
    };
    Pins::new(pins.iter().map(|(height, pin)| TrustedHeader {
        height: *height as u32,
        hash: BlockHash(pin.hash),
        work: pin.work.as_ref().map(number),
        next_bits: pin.next_bits.map(CompactTarget),
    }))
    .unwrap()
}

/// A first header: mostly the chain's, else one with something wrong about it.
fn first(random: &mut Rng, chain: &Model, height: u64) -> (&'static str, [u8; 80], i64) {
    let entry = &chain.entries[height as usize];
    let fields = entry.fields;
    let root = [random.u8(..); 32];
    let draft = Draft { version: 4, previous: fields.previous, root, time: fields.time, bits: fields.bits };
    let limit = crate::rules::compact(&chain.rules.limit);
    let (kind, made, now) = match random.u32(0..20) {
        0 => ("another first header", mine(draft), FAR),
        1 => ("first header without the work", fail_to_mine(draft), FAR),
        2 => ("first header over the limit", mine(Draft { bits: limit + 1, ..draft }), FAR),
        3 => ("first header from the future", Some(entry.bytes), i64::from(fields.time) - 7201),
        4 => ("first header with an old version", mine(Draft { version: 1, ..draft }), FAR),
        _ => ("first header", Some(entry.bytes), FAR),
    };
    (kind, made.unwrap_or(entry.bytes), now)
}

/// One start, and what comes after it; the pair where it could be started.
pub fn start(random: &mut Rng, tally: &mut Tally, params: &Params, chain: &Model) -> Option<Pair> {
    let height = if random.u32(0..10) == 0 { 0 } else { random.u64(1..LENGTH - 20) };
    let pins = pins(random, chain, height);
    let (kind, bytes, now) = first(random, chain, height);
    let model = Model::from_first(chain.rules.clone(), height, &bytes, pins.clone(), now);
    let (header, at) = (Header::from_bytes(&bytes), height as u32);
    let tree = HeaderTree::from_first(params.clone(), at, &header, ours(&pins), UnixTime(now));
    match (tree, model) {
        (Ok(tree), Ok(model)) => {
            tally.count(kind, "started");
            let pair = Pair { tree, model };
            pair.assert_same_tip();
            pair.assert_same_whole();
            Some(pair)
        }
        (Err(found), Err(expected)) => {
            assert_eq!(put(&found), expected, "{header} at {height}: {found}");
            tally.count(kind, defect_name(&expected));
            None
        }
        (found, expected) => panic!("{header} at {height}: ours {found:?}, the model's {:?}", expected.err()),
    }
}

/// The chain's own headers after the start, between others of every kind.
pub fn go_on(grower: &mut Grower, tally: &mut Tally, chain: &Model) {
    for _ in 0..60 {
        let known = |entry: &&Entry| grower.pair.model.find(&entry.hash).is_some();
        let next = chain.entries.iter().rfind(known).and_then(|last| chain.entries.get(last.height as usize + 1));
        match next.map(|next| next.bytes).filter(|_| grower.random.u32(0..5) < 2) {
            Some(next) => {
                let outcome = grower.offer(&next, FAR, tally);
                tally.count("next of the chain started in", outcome.name);
            }
            None => drop(grower.step(tally)),
        }
        if grower.random.u32(0..20) == 0 {
            grower.pair.assert_same_whole();
        }
    }
    grower.pair.assert_same_whole();
}
