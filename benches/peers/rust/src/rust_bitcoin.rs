//! rust-bitcoin: as much of a header's verification as it offers.

use crate::{HEADER_BYTES, INPUT};
use bitcoin::block::Header;
use bitcoin::consensus::Decodable;
use bitcoin::{BlockHash, CompactTarget, Target, Work};

const PERIOD: usize = 2016;
const MEDIAN_SPAN: usize = 11;
/// Two hours after a clock that is long after every header measured.
const LATEST: u32 = 2_000_007_200;

/// Decodes every header, and checks link, required bits with their retargets, proof of work, and adds the work up. Median
/// time and future limit, which the library leaves to its caller, are written as a caller would. Counts the headers good in
/// a row.
#[unsafe(no_mangle)]
pub extern "C" fn bitcoin_verify() -> usize {
    INPUT.with_borrow(|input| {
        let params = bitcoin::params::Params::MAINNET;
        let (mut previous, mut bits) =
            (BlockHash::from_raw_hash(bitcoin::hashes::Hash::all_zeros()), None::<CompactTarget>);
        let mut times = [0; MEDIAN_SPAN];
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
            let mut before = times;
            let before = &mut before[..height.min(MEDIAN_SPAN)];
            before.sort_unstable();
            let in_time =
                before.get(before.len() / 2).is_none_or(|median| header.time > *median) && header.time <= LATEST;
            if header.prev_blockhash != previous || !in_time {
                return height;
            }
            times[height % MEDIAN_SPAN] = header.time;
            if height % PERIOD == 0 {
                first_time = header.time;
            }
            (previous, bits, last_time, work) = (hash, Some(required), header.time, work + header.work());
        }
        if work == Work::from_be_bytes([0; 32]) { 0 } else { input.len() / HEADER_BYTES }
    })
}
