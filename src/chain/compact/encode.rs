//! Writing a compact run.

use crate::chain::compact::columns::Columns;
use crate::chain::compact::{BLOCK, LONGEST_NAME, MAGIC};
use crate::chain::header::{BlockHash, Header};
use crate::chain::header_tree::HeaderTree;
use std::ops::RangeInclusive;

/// A header that does not stand on the one before: leaving its previous hash out would change it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("header {place} of the run names {found} before it, expected {expected}")]
pub struct NotLinked {
    /// Its place in the run, from 0.
    pub place: usize,
    /// The hash of the header before.
    pub expected: BlockHash,
    /// The hash it names.
    pub found: BlockHash,
}

/// Encodes a run of a network whose first header is at `first_height`. Every header is hashed to see that each stands on
/// the one before; nothing else of them is checked.
///
/// # Errors
/// [`NotLinked`].
///
/// # Panics
/// When the network's name is none: see [`LONGEST_NAME`].
pub fn encode_run(network: &str, first_height: u32, headers: &[Header]) -> Result<Vec<u8>, NotLinked> {
    for (place, pair) in headers.windows(2).enumerate() {
        let (expected, found) = (pair[0].hash(), pair[1].previous);
        if expected != found {
            return Err(NotLinked { place: place + 1, expected, found });
        }
    }
    let mut out = prefix(network, first_height);
    headers.chunks(BLOCK).for_each(|block| out.extend(encode_block(block)));
    out.extend(END);
    Ok(out)
}

impl HeaderTree {
    /// The headers of the best chain at these heights, as many as there are, in the compact form: its parts one after
    /// another, so that a server holds no more than a block of it.
    pub fn encode_compact(&self, heights: RangeInclusive<u32>) -> impl Iterator<Item = Vec<u8>> + '_ {
        let first = *heights.start().max(&self.first_height());
        let mut headers = self.best_chain(first..=*heights.end()).map(|(_, header)| header);
        let blocks = std::iter::from_fn(move || {
            let block: Vec<Header> = headers.by_ref().take(BLOCK).collect();
            (!block.is_empty()).then(|| encode_block(&block))
        });
        std::iter::once(prefix(self.params().name(), first)).chain(blocks).chain(std::iter::once(END.to_vec()))
    }
}

/// A count of no headers: the block before was the last.
const END: [u8; 2] = [0; 2];

fn prefix(network: &str, first_height: u32) -> Vec<u8> {
    assert!(super::is_name(network.as_bytes()), "{network:?}: networks have names of a-z, 0-9 and -");
    [&MAGIC[..], &[network.len() as u8], network.as_bytes(), &first_height.to_le_bytes()].concat()
}

fn encode_block(headers: &[Header]) -> Vec<u8> {
    let small = Columns {
        times: headers.iter().map(|header| header.time).collect(),
        bits: headers.iter().map(|header| header.bits.0).collect(),
        versions: headers.iter().map(|header| header.version as u32).collect(),
    }
    .encode();
    let mut out = Vec::with_capacity(super::BLOCK_PREFIX + small.len() + super::PLAIN_BYTES * headers.len());
    out.extend((headers.len() as u16).to_le_bytes());
    out.extend((small.len() as u16).to_le_bytes());
    out.extend(headers[0].previous.0);
    out.extend(small);
    headers.iter().for_each(|header| out.extend(header.merkle_root));
    headers.iter().for_each(|header| out.extend(header.nonce.to_le_bytes()));
    out
}

const _: () = assert!(LONGEST_NAME < 256 && BLOCK < 1 << 16 && super::MOST_SMALL < 1 << 16);
