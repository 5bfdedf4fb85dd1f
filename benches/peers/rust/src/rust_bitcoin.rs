//! rust-bitcoin: as much of a header's verification as it offers.

use crate::{HEADER_BYTES, INPUT};
use bitcoin::block::Header;
use bitcoin::consensus::Decodable;
use bitcoin::{BlockHash, CompactTarget, Target, Work};

const PERIOD: usize = 2016;

/// Decodes every header, and checks link, required bits with their retargets, proof of work, and adds the work up; the rest
/// (median time, future limit) the library leaves to its caller. Counts the headers good in a row.
#[unsafe(no_mangle)]
pub extern "C" fn bitcoin_verify() -> usize {
    INPUT.with_borrow(|input| {
        let params = bitcoin::params::Params::MAINNET;
        let (mut previous, mut bits) = (BlockHash::from_raw_hash(bitcoin::hashes::Hash::all_zeros()), None::<CompactTarget>);
        let (mut first_time, mut last_time, mut work) = (0, 0, Work::from_be_bytes([0; 32]));
        for (height, mut bytes) in input.chunks_exact(HEADER_BYTES).enumerate() {
            let Ok(header) = Header::consensus_decode(&mut bytes) else { return height };
            let required = match bits {
                None => header.bits,
                Some(last) if height % PERIOD == 0 => {
                    CompactTarget::from_next_work_required(last, u64::from(last_time - first_time), &params)
                }
                Some(last) => last,
            };
            let Ok(hash) = header.validate_pow(Target::from_compact(required)) else { return height };
            if header.prev_blockhash != previous {
                return height;
            }
            if height % PERIOD == 0 {
                first_time = header.time;
            }
            (previous, bits, last_time, work) = (hash, Some(required), header.time, work + header.work());
        }
        if work == Work::from_be_bytes([0; 32]) { 0 } else { input.len() / HEADER_BYTES }
    })
}
