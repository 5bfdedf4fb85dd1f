//! Our own contenders, as plain WebAssembly exports: hashing alone, and the whole verification of headers from genesis.
//!
//! The caller writes into the buffer that [`buffer`] gives; each function returns a count of what it found good.

use plimsoll::chain::{HeaderTree, Params, Pins};
use plimsoll::crypto::hash_lanes::{header_hashes, leaf_hashes, node_hashes};
use plimsoll::time::UnixTime;
use std::cell::RefCell;

/// Long after every header measured.
const NOW: UnixTime = UnixTime(2_000_000_000);
/// Hashed together, as the header tree does.
const BATCH: usize = 504;

thread_local! {
    static INPUT: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

/// Room for `bytes` bytes; gives its address.
#[unsafe(no_mangle)]
pub extern "C" fn buffer(bytes: usize) -> *mut u8 {
    INPUT.with_borrow_mut(|input| {
        input.resize(bytes, 0);
        input.as_mut_ptr()
    })
}

/// Hashes every header; counts those whose hash ends in four zero bytes, as all of Bitcoin's do.
#[unsafe(no_mangle)]
pub extern "C" fn hash() -> usize {
    INPUT.with_borrow(|input| {
        let mut hashes = [[0; 32]; BATCH];
        let batches = input.as_chunks::<80>().0.chunks(BATCH);
        batches
            .map(|headers| {
                let hashes = &mut hashes[..headers.len()];
                header_hashes(headers, hashes);
                hashes.iter().filter(|hash| hash[28..] == [0; 4]).count()
            })
            .sum()
    })
}

/// Verifies the headers from mainnet's genesis by every rule; counts those accepted.
#[unsafe(no_mangle)]
pub extern "C" fn verify() -> usize {
    INPUT.with_borrow(|input| {
        HeaderTree::from_run(Params::mainnet(), 0, input, Pins::none(), NOW).map_or(0, |tree| tree.header_count())
    })
}

/// The root of the RFC 6962 tree over as many entries as there are 32 bytes in the buffer, a power of two, in place; gives
/// its first byte.
#[unsafe(no_mangle)]
pub extern "C" fn tree() -> usize {
    INPUT.with_borrow_mut(|input| {
        let mut hashes = [[0; 32]; BATCH];
        let (entries, _) = input.as_chunks_mut::<32>();
        for entries in entries.chunks_mut(BATCH) {
            let hashes = &mut hashes[..entries.len()];
            leaf_hashes(entries, hashes);
            entries.copy_from_slice(hashes);
        }
        let mut length = entries.len();
        while length > 1 {
            for first in (0..length / 2).step_by(BATCH) {
                let count = BATCH.min(length / 2 - first);
                let hashes = &mut hashes[..count];
                node_hashes(entries[2 * first..2 * (first + count)].as_chunks::<2>().0, hashes);
                entries[first..first + count].copy_from_slice(hashes);
            }
            length /= 2;
        }
        usize::from(entries[0][0])
    })
}
