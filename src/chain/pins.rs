//! Headers known beforehand: a height and a hash, from a source the reader can name.
//!
//! A pin ties every header before it, hash by hash, so that none of them is taken on trust; a header that contradicts a
//! pin is refused. Those built in stand in [`known_headers`](crate::chain::known_headers); [`period_ends`] recomputes them.

use crate::chain::header::BlockHash;
use crate::chain::header_tree::HeaderTree;
use crate::chain::pow::{CompactTarget, Work};
use crate::encoding::TextError;
use std::fmt;
use std::str::FromStr;

/// A header known beforehand. Its text form is `HEIGHT:HASH`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TrustedHeader {
    /// Its height.
    pub height: u32,
    /// Its hash.
    pub hash: BlockHash,
    /// The work of the whole chain from genesis to it, itself included, if the source states it.
    pub work: Option<Work>,
    /// The bits the next header must have, if the source states them: needed only when it is the last of its period.
    pub next_bits: Option<CompactTarget>,
}

impl TrustedHeader {
    /// A height and a hash, and nothing more.
    #[must_use]
    pub fn new(height: u32, hash: BlockHash) -> Self {
        Self { height, hash, work: None, next_bits: None }
    }
}

impl fmt::Display for TrustedHeader {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.height, self.hash)
    }
}

/// Why pins cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PinError {
    /// Not `HEIGHT:HASH`.
    #[error("pin {found:?}: expected HEIGHT:HASH, a decimal number and 64 hexadecimal digits")]
    Form {
        /// The text.
        found: String,
    },
    /// The height is no number in its one spelling.
    #[error("pin {found:?}: the height is not a decimal number without leading zeros, up to 4294967295")]
    Height {
        /// The text.
        found: String,
    },
    /// The hash is not one.
    #[error("pin {found:?}: the hash")]
    Hash {
        /// The text.
        found: String,
        /// What is wrong with it.
        source: TextError,
    },
    /// Two pins of one height that say different things.
    #[error("two pins of height {height} differ")]
    Conflict {
        /// The height.
        height: u32,
    },
}

impl FromStr for TrustedHeader {
    type Err = PinError;

    fn from_str(text: &str) -> Result<Self, PinError> {
        let found = || text.to_owned();
        let (height, hash) = text.split_once(':').ok_or_else(|| PinError::Form { found: found() })?;
        let one_spelling = height.bytes().all(|c| c.is_ascii_digit()) && (height == "0" || !height.starts_with('0'));
        let height = height.parse().ok().filter(|_| one_spelling).ok_or_else(|| PinError::Height { found: found() })?;
        let hash = BlockHash::from_hex(hash).map_err(|source| PinError::Hash { found: found(), source })?;
        Ok(Self::new(height, hash))
    }
}

/// Any number of pins, at most one a height.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pins {
    /// Lowest first, one a height.
    sorted: Vec<TrustedHeader>,
}

impl Pins {
    /// No pins.
    #[must_use]
    pub const fn none() -> Self {
        Self { sorted: Vec::new() }
    }

    /// All of `pins`. Of two that agree, what either states of work and next bits is kept.
    ///
    /// # Errors
    /// [`PinError::Conflict`] for two pins of one height that differ in hash, work or next bits.
    pub fn new(pins: impl IntoIterator<Item = TrustedHeader>) -> Result<Self, PinError> {
        let mut all = Self::none();
        for pin in pins {
            let place = all.from(pin.height);
            if all.sorted.get(place).is_none_or(|kept| kept.height != pin.height) {
                all.sorted.insert(place, pin);
            }
            let kept = &mut all.sorted[place];
            let works_differ = kept.work.zip(pin.work).is_some_and(|(kept, new)| kept != new);
            let bits_differ = kept.next_bits.zip(pin.next_bits).is_some_and(|(kept, new)| kept != new);
            if kept.hash != pin.hash || works_differ || bits_differ {
                return Err(PinError::Conflict { height: pin.height });
            }
            kept.work = kept.work.or(pin.work);
            kept.next_bits = kept.next_bits.or(pin.next_bits);
        }
        Ok(all)
    }

    /// The place of the lowest pin at or above `height`.
    fn from(&self, height: u32) -> usize {
        self.sorted.partition_point(|pin| pin.height < height)
    }

    /// The pin of a height.
    #[must_use]
    pub fn at(&self, height: u32) -> Option<&TrustedHeader> {
        self.lowest_from(height).filter(|pin| pin.height == height)
    }

    /// The highest pin at or below `height`.
    #[must_use]
    pub fn highest_to(&self, height: u32) -> Option<&TrustedHeader> {
        self.sorted[..self.sorted.partition_point(|pin| pin.height <= height)].last()
    }

    /// The lowest pin at or above `height`.
    #[must_use]
    pub fn lowest_from(&self, height: u32) -> Option<&TrustedHeader> {
        self.sorted.get(self.from(height))
    }

    /// All of them, lowest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &TrustedHeader> + ExactSizeIterator {
        self.sorted.iter()
    }
}

/// The last header of each period on the best chain of `tree` whose next header is there as well.
pub fn period_ends(tree: &HeaderTree) -> impl Iterator<Item = TrustedHeader> + '_ {
    let interval = tree.params().retarget_interval();
    tree.best_chain(tree.first_height()..=tree.tip().height)
        .zip(tree.best_chain(tree.first_height().saturating_add(1)..=tree.tip().height))
        .filter(move |(_, (next, _))| next.height.is_multiple_of(interval))
        .map(|((block, _), (_, next))| TrustedHeader {
            height: block.height,
            hash: block.hash,
            work: tree.total_work_at(block.height),
            next_bits: Some(next.bits),
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    const HASH: &str = "00000000693067b0e6b440bc51450b9f3850561b07f6d3c021c54fbd6abb9763";

    #[test]
    fn a_pin_has_one_spelling() {
        let pin: TrustedHeader = format!("2015:{HASH}").parse().unwrap();
        assert_eq!((pin.height, pin.hash.to_string().as_str()), (2015, HASH));
        for wrong in ["", ":", "2015", HASH] {
            assert!(wrong.parse::<TrustedHeader>().is_err(), "{wrong:?}");
        }
        for height in ["", "02015", "+2015", "-1", "0x7df", "4294967296", " 2015"] {
            let error = format!("{height}:{HASH}").parse::<TrustedHeader>().unwrap_err();
            assert!(matches!(error, PinError::Height { .. }), "{error}");
        }
        for hash in [&HASH[1..], &HASH.to_uppercase(), &format!("{HASH} "), &format!("0x{HASH}")] {
            let error = format!("2015:{hash}").parse::<TrustedHeader>().unwrap_err();
            assert!(matches!(error, PinError::Hash { .. }), "{error}");
        }
    }

    #[test]
    fn pins_of_one_height_must_agree() {
        let pin = TrustedHeader::new(7, BlockHash([7; 32]));
        let more = TrustedHeader { next_bits: Some(CompactTarget(1)), ..pin };
        assert_eq!(Pins::new([pin, more, pin]).unwrap().at(7), Some(&more));
        let other = TrustedHeader::new(7, BlockHash([8; 32]));
        assert!(matches!(Pins::new([pin, other]), Err(PinError::Conflict { height: 7, .. })));
        let easier = TrustedHeader { next_bits: Some(CompactTarget(2)), ..pin };
        assert!(matches!(Pins::new([more, easier]), Err(PinError::Conflict { height: 7, .. })));
    }
}
