//! A run of headers: 80 bytes each and nothing between, as header files, snapshots and most sources give them. Wherever
//! it comes from, our own storage included, it is verified like any other.

use crate::chain::header::{BlockHash, HEADER_BYTES, Header};
use crate::chain::header_rules::{HeaderError, Rule};
use crate::chain::header_tree::HeaderTree;
use crate::chain::params::Params;
use crate::chain::pins::Pins;
use crate::time::UnixTime;

/// Why a run of headers was not accepted whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Empty, or no multiple of 80 bytes.
    #[error("{found} bytes are no run of 80-byte headers")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// A header names another one than the one before it in the run.
    #[error("header at height {height} names {found} before it, expected {expected}")]
    NotLinked {
        /// Its height, counted from the start of the run.
        height: u32,
        /// The hash of the header before.
        expected: BlockHash,
        /// The hash it names.
        found: BlockHash,
    },
    /// A header breaks a rule.
    #[error("header at height {height}")]
    Header {
        /// Its height, counted from the start of the run.
        height: u32,
        /// The rule.
        source: HeaderError,
    },
}

impl RunError {
    /// The height of the first header that was not accepted.
    #[must_use]
    pub fn height(&self) -> Option<u32> {
        match self {
            Self::Length { .. } => None,
            Self::NotLinked { height, .. } | Self::Header { height, .. } => Some(*height),
        }
    }

    /// The rule it broke.
    #[must_use]
    pub fn rule(&self) -> Option<Rule> {
        match self {
            Self::Length { .. } => None,
            Self::NotLinked { .. } => Some(Rule::PreviousHeader),
            Self::Header { source, .. } => Some(source.rule()),
        }
    }
}

/// Decodes a run of headers.
///
/// # Errors
/// [`RunError::Length`].
pub fn decode_run(bytes: &[u8]) -> Result<impl ExactSizeIterator<Item = Header> + Clone + '_, RunError> {
    let (headers, rest) = bytes.as_chunks::<HEADER_BYTES>();
    if headers.is_empty() || !rest.is_empty() {
        return Err(RunError::Length { found: bytes.len() });
    }
    Ok(headers.iter().map(Header::from_bytes))
}

impl HeaderTree {
    /// Verifies a run whose first header is at `height`, each header on the one before. As with
    /// [`HeaderTree::from_first`], above height 0 the first is taken on trust unless a pin in the run ties it.
    ///
    /// # Errors
    /// [`RunError`], with the first height that fails.
    pub fn from_run(params: Params, height: u32, bytes: &[u8], pins: Pins, now: UnixTime) -> Result<Self, RunError> {
        let first = decode_run(bytes)?.next().ok_or(RunError::Length { found: bytes.len() })?;
        let mut tree = Self::from_first(params, height, &first, pins, now)
            .map_err(|source| RunError::Header { height, source })?;
        let rest = &bytes[HEADER_BYTES..];
        let Some(second) = decode_run(rest).ok().and_then(|mut headers| headers.next()) else { return Ok(tree) };
        let tip = tree.tip();
        if second.previous != tip.hash {
            return Err(RunError::NotLinked { height: height + 1, expected: tip.hash, found: second.previous });
        }
        match tree.accept_run(rest, now).stopped {
            Some(error) => Err(error),
            None => Ok(tree),
        }
    }

    /// The best chain as a run of headers, from the tree's first height on.
    #[must_use]
    pub fn encode_run(&self) -> Vec<u8> {
        let mut run = Vec::with_capacity(self.best.len() * HEADER_BYTES);
        self.best.pieces_from(0).for_each(|piece| run.extend_from_slice(piece.as_flattened()));
        run
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_eighty_bytes_a_header_and_starts_at_genesis() {
        let genesis = *Params::regtest().genesis();
        let read = |bytes: &[u8]| HeaderTree::from_run(Params::regtest(), 0, bytes, Pins::none(), UnixTime(0));
        for length in [0, 79, 81, 159] {
            assert_eq!(read(&vec![0; length]).err(), Some(RunError::Length { found: length }));
        }
        let bytes = genesis.encode();
        assert_eq!(read(&bytes).unwrap().encode_run(), bytes);
        let (expected, other) = (genesis.hash(), Header { nonce: 0, ..genesis });
        let source = HeaderError::Genesis { expected, found: other.hash() };
        assert_eq!(read(&other.encode()).err(), Some(RunError::Header { height: 0, source }));
        let error = read(&[bytes, bytes].concat()).unwrap_err();
        assert_eq!(error, RunError::NotLinked { height: 1, expected, found: BlockHash::ZERO });
        assert_eq!((error.height(), error.rule()), (Some(1), Some(Rule::PreviousHeader)));
    }
}
