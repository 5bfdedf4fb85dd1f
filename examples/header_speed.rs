//! How fast headers are hashed and judged on this machine, side by side in one run:
//!
//! ```text
//! cargo run --profile tool --example header_speed -- ../shared/data/headers/mainnet-0-32260.headers
//! ```
//!
//! First one chain of a million headers, made on the spot on a network where work is next to nothing, shows what they take
//! in memory. Then the file, a run of mainnet's headers from genesis, is judged by every rule again and again until a
//! million headers are through.

#[path = "../tests/common/easy_chain.rs"]
mod easy_chain;

use easy_chain::{EasyChain, memory, network};
use plimsoll::chain::segment::{OpenSegment, context_length};
use plimsoll::chain::{HeaderTree, Params, Pins};
use plimsoll::crypto::hash_lanes::Method;
use plimsoll::time::UnixTime;
use plimsoll::tlog::log::Log;
use plimsoll::tlog::tree_hash::{LeafHash, node_hash};
use std::hint::black_box;
use std::time::Instant;

const NOW: UnixTime = UnixTime(4_000_000_000);
const MILLION: usize = 1_000_000;
/// Repetitions, of which the quickest counts: what else the machine does only ever adds time.
const ROUNDS: usize = 7;
const BATCH: usize = 504;

/// The quickest time of each: they take turns, so that what else the machine does meets all of them.
fn quickest<const N: usize>(works: [&dyn Fn(); N]) -> [f64; N] {
    let mut best = [f64::INFINITY; N];
    for _ in 0..ROUNDS {
        for (best, work) in best.iter_mut().zip(works) {
            let since = Instant::now();
            work();
            *best = best.min(since.elapsed().as_secs_f64());
        }
    }
    best
}

fn hash(headers: &[[u8; 80]], method: Method) {
    let mut hashes = [[0; 32]; BATCH];
    for batch in headers.chunks(BATCH) {
        method.header_hashes(batch, &mut hashes[..batch.len()]);
        black_box(&hashes);
    }
}

fn judge(run: &[u8]) -> HeaderTree {
    HeaderTree::from_run(Params::mainnet(), 0, run, Pins::none(), NOW).expect("mainnet's headers are good")
}

/// The run in two parts, each by a thread of its own.
fn judge_in_parts(run: &[u8]) -> HeaderTree {
    let params = Params::mainnet();
    let context = 80 * context_length(&params) as usize;
    let at = run.len() / 2 / context * context;
    std::thread::scope(|threads| {
        let upper = threads.spawn(|| {
            let mut open =
                OpenSegment::on(Params::mainnet(), (at / 80) as u32, &run[at - context..at]).expect("a segment");
            assert_eq!(open.accept_run(&run[at..], NOW).stopped, None);
            open.finish().expect("it has headers")
        });
        let mut tree = judge(&run[..at]);
        tree.join(upper.join().expect("the thread ends")).expect("it continues the tip");
        tree
    })
}

fn main() {
    let Some(file) = std::env::args().nth(1) else {
        eprintln!("usage: header_speed FILE, a run of mainnet's headers from genesis");
        std::process::exit(2);
    };
    // First, before anything else has left memory behind that could be used again.
    in_memory();
    let run = std::fs::read(&file).unwrap_or_else(|error| panic!("{file}: {error}"));
    let headers = run.as_chunks::<80>().0;
    let times = MILLION.div_ceil(headers.len());
    println!("{} mainnet headers from genesis, {times} times over; the quickest of {ROUNDS} rounds", headers.len());
    let [sha2, lanes, best, judged, in_parts] = quickest([
        &|| (0..times).for_each(|_| hash(headers, Method::OneByOne)),
        &|| (0..times).for_each(|_| hash(headers, Method::Lanes)),
        &|| (0..times).for_each(|_| hash(headers, Method::best())),
        &|| (0..times).for_each(|_| drop(black_box(judge(&run)))),
        &|| (0..times).for_each(|_| drop(black_box(judge_in_parts(&run)))),
    ]);
    for (what, seconds) in [
        ("sha2, one by one, hashing alone", sha2),
        ("four lanes, hashing alone", lanes),
        ("the quicker of the two here, hashing alone", best),
        ("judged by every rule", judged),
        ("judged in two parts by two threads", in_parts),
    ] {
        let rate = (times * headers.len()) as f64 / seconds / 1e6;
        println!("{what:<44} {rate:>6.2} million a second {:>6.2} x", sha2 / seconds);
    }
    println!("the quicker here: {:?}; judging takes {:.1} % more", Method::best(), 100.0 * (judged / best - 1.0));
    trees();
}

/// A tree of a million leaves (RFC 6962), at once and node by node.
fn trees() {
    let leaves: Vec<LeafHash> = (0..MILLION as u32).map(|n| LeafHash::from_bytes([n as u8; 32])).collect();
    let [together, node_by_node] = quickest([
        &|| {
            let mut log = Log::new();
            log.append_leaves(&leaves);
            black_box(log.root());
        },
        &|| {
            let mut level: Vec<[u8; 32]> = leaves.iter().map(|leaf| *leaf.as_bytes()).collect();
            while level.len() > 1 {
                level = level.as_chunks::<2>().0.iter().map(|[left, right]| node_hash(left, right)).collect();
            }
            black_box(level);
        },
    ]);
    println!("a tree of a million leaves: {together:.3} s at once, {node_by_node:.3} s node by node with sha2");
}

/// One chain of a million headers.
fn in_memory() {
    let params = network();
    let mut chain = EasyChain::new(&params);
    let mut tree = HeaderTree::from_genesis(params);
    let before = memory("VmRSS");
    let mut seconds = 0.0;
    for _ in 0..MILLION / 2016 {
        let run = chain.next(2016);
        let since = Instant::now();
        assert_eq!(tree.accept_run(&run, NOW).stopped, None);
        seconds += since.elapsed().as_secs_f64();
    }
    let count = tree.header_count();
    println!("one chain of {count} headers judged: {:.2} million a second", count as f64 / seconds / 1e6);
    let first = tree.hash_at(1).expect("the chain is longer");
    let since = Instant::now();
    assert_eq!(tree.height_of(&first), Some(1));
    println!("first look-up by hash, with the index made: {:.1} ms", 1e3 * since.elapsed().as_secs_f64());
    match before.zip(memory("VmRSS")) {
        Some((before, now)) => {
            let taken = now.saturating_sub(before);
            println!(
                "memory for them: {} MiB, of which the headers' bytes are {} MiB",
                taken >> 20,
                (80 * count) >> 20
            );
        }
        None => println!("memory: the system does not say"),
    }
}
