//! A million headers in memory: their eighty bytes each, and little beside, at every moment.

#[path = "common/easy_chain.rs"]
mod easy_chain;

use easy_chain::{EasyChain, memory, network};
use plimsoll::chain::HeaderTree;
use plimsoll::time::UnixTime;

const HEADERS: usize = 1_000_000;
const NOW: UnixTime = UnixTime(4_000_000_000);
/// What may come to the headers' own bytes.
const BESIDE: u64 = 32 << 20;

#[test]
fn a_million_headers_take_their_bytes_and_32_mebibytes() {
    let params = network();
    let mut chain = EasyChain::new(&params);
    let mut tree = HeaderTree::from_genesis(params);
    let before = memory("VmHWM");
    for _ in 0..HEADERS / 2000 {
        let run = chain.next(2000);
        assert_eq!(tree.accept_run(&run, NOW).stopped, None);
    }
    assert_eq!(tree.header_count(), HEADERS + 1);
    // Looked up by hash, copied, and grown as a copy.
    let middle = tree.hash_at(HEADERS as u32 / 2).unwrap();
    assert_eq!(tree.height_of(&middle), Some(HEADERS as u32 / 2));
    let mut copy = tree.clone();
    assert_eq!(copy.accept_run(&chain.next(2000), NOW).stopped, None);
    assert_eq!(copy.confirm(&middle, 1).unwrap().confirmations() as usize, HEADERS / 2 + 2001);
    let Some((before, peak)) = before.zip(memory("VmHWM")) else {
        println!("memory: not checked, the system does not say how much this process has");
        return;
    };
    let taken = peak - before;
    println!(
        "a million headers took {} MiB, {} MiB beside their bytes",
        taken >> 20,
        (taken - 80 * HEADERS as u64) >> 20
    );
    assert!(taken <= 80 * HEADERS as u64 + BESIDE, "{taken} bytes");
}
