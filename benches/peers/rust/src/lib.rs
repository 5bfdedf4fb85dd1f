//! What the header engine is compared with, as plain WebAssembly exports: `sha2` hashing alone, and rust-bitcoin doing as
//! much of a header's verification as it offers.
//!
//! The caller writes headers of 80 bytes into the buffer that [`buffer`] gives, and each function returns how many of them
//! it found good, so that none of the work can be left out by a compiler.

#[cfg(feature = "bitcoin")]
mod rust_bitcoin;

use sha2::{Digest, Sha256};
use std::cell::RefCell;

const HEADER_BYTES: usize = 80;

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

/// Hashes every header twice with `sha2`; counts those whose hash ends in four zero bytes, as all of Bitcoin's do.
#[unsafe(no_mangle)]
pub extern "C" fn sha2_hash() -> usize {
    INPUT.with_borrow(|input| {
        let hash = |header: &[u8]| Sha256::digest(Sha256::digest(header));
        input.chunks_exact(HEADER_BYTES).filter(|header| hash(header)[28..] == [0; 4]).count()
    })
}

/// The root of the RFC 6962 tree over as many entries as there are 32 bytes in the buffer, a power of two, with `sha2`, in
/// place; gives its first byte.
#[unsafe(no_mangle)]
pub extern "C" fn sha2_tree() -> usize {
    INPUT.with_borrow_mut(|input| {
        let mut length = input.len();
        for entry in input.as_chunks_mut::<32>().0 {
            *entry = Sha256::new().chain_update([0]).chain_update(&entry[..]).finalize().into();
        }
        while length > 32 {
            for at in 0..length / 64 {
                let node = Sha256::new().chain_update([1]).chain_update(&input[at * 64..][..64]).finalize();
                input[at * 32..][..32].copy_from_slice(&node);
            }
            length /= 2;
        }
        usize::from(input[0])
    })
}
