//! Targets and work: 256-bit numbers, and the 32-bit form a header states its target in (Bitcoin Core `arith_uint256`).

use crate::crypto::hash::Hash;
use ethnum::U256;
use std::fmt;
use std::iter::Sum;
use std::ops::{Add, Mul, Sub};

/// Why a compact target is no target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    /// The sign bit is set.
    #[error("compact target {found} is negative")]
    Negative {
        /// As the header states it.
        found: CompactTarget,
    },
    /// No hash is at or below zero.
    #[error("compact target {found} is zero")]
    Zero {
        /// As the header states it.
        found: CompactTarget,
    },
    /// It does not fit in 256 bits.
    #[error("compact target {found} does not fit in 256 bits")]
    Overflow {
        /// As the header states it.
        found: CompactTarget,
    },
    /// It is easier than the network allows.
    #[error("compact target {found} is over the network's limit of {limit}")]
    OverLimit {
        /// As the header states it.
        found: CompactTarget,
        /// The limit, in the same form.
        limit: CompactTarget,
    },
}

/// The 32-bit form of a target in a header ("bits"): one byte of exponent (base 256), 23 bits of mantissa and a sign bit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct CompactTarget(pub u32);

impl CompactTarget {
    const SIGN: u32 = 0x0080_0000;

    /// The target it stands for, at most `limit`.
    ///
    /// # Errors
    /// [`TargetError`]: negative, zero, over 256 bits, over the limit.
    pub fn decode(self, limit: Target) -> Result<Target, TargetError> {
        let (size, word) = (self.0 >> 24, self.0 & 0x007f_ffff);
        let word = if size < 3 { word >> (8 * (3 - size)) } else { word };
        if word == 0 {
            return Err(TargetError::Zero { found: self });
        }
        if self.0 & Self::SIGN != 0 {
            return Err(TargetError::Negative { found: self });
        }
        if size > 34 || (word > 0xff && size > 33) || (word > 0xffff && size > 32) {
            return Err(TargetError::Overflow { found: self });
        }
        let target = Target(U256::from(word) << (8 * size.saturating_sub(3)));
        if target > limit {
            return Err(TargetError::OverLimit { found: self, limit: limit.compact() });
        }
        Ok(target)
    }
}

impl fmt::Display for CompactTarget {
    /// Eight hexadecimal digits, as `getblockheader` shows bits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", self.0)
    }
}

/// The greatest hash, read as a little-endian number, that a block may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Target(U256);

impl Target {
    /// The greatest number there is: every hash is at or below it.
    pub const MAX: Self = Self(U256::MAX);

    /// From 32 bytes, most significant first.
    #[must_use]
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }

    /// The compact form, which keeps the 15 to 23 most significant bits and drops the rest.
    #[must_use]
    pub fn compact(self) -> CompactTarget {
        let mut size = (256 - self.0.leading_zeros()).div_ceil(8);
        let mut word = if size <= 3 { self.0 << (8 * (3 - size)) } else { self.0 >> (8 * (size - 3)) }.as_u32();
        if word & CompactTarget::SIGN != 0 {
            // The top bit would read as a sign.
            word >>= 8;
            size += 1;
        }
        CompactTarget(word | size << 24)
    }

    /// Whether `hash` shows the work this target asks for.
    #[must_use]
    pub fn admits(self, hash: &Hash) -> bool {
        U256::from_le_bytes(*hash) <= self.0
    }

    /// The number in four words of 64 bits, the least significant first.
    pub(super) fn words(self) -> [u64; 4] {
        let (high, low) = self.0.into_words();
        [low as u64, (low >> 64) as u64, high as u64, (high >> 64) as u64]
    }

    /// `self × numerator ÷ denominator`, the product modulo 2²⁵⁶ as in Bitcoin Core, at most `limit`.
    pub(super) fn scale(self, numerator: u32, denominator: u32, limit: Self) -> Self {
        let product = self.0.wrapping_mul(U256::from(numerator));
        Self(product / U256::from(denominator.max(1))).min(limit)
    }
}

impl fmt::Display for Target {
    /// 64 hexadecimal digits, most significant first.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:064x}", self.0)
    }
}

/// An expected number of hashes. Sums stop at 2²⁵⁶ − 1, which no number of real hashes comes near.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Work(U256);

impl Work {
    /// No work.
    pub const ZERO: Self = Self(U256::ZERO);

    /// The hashes it takes on average to find one at or below `target`: 2²⁵⁶ ÷ (target + 1), rounded down.
    #[must_use]
    pub fn of(target: Target) -> Self {
        // 2²⁵⁶ does not fit, so as Bitcoin Core does: (2²⁵⁶ − 1 − target) ÷ (target + 1) + 1.
        match target.0.checked_add(U256::ONE) {
            Some(divisor) => Self(!target.0 / divisor + U256::ONE),
            None => Self(U256::ONE),
        }
    }

    /// From 32 bytes, most significant first, as `chainwork` is shown.
    #[must_use]
    pub fn from_be_bytes(bytes: [u8; 32]) -> Self {
        Self(U256::from_be_bytes(bytes))
    }

    /// 32 bytes, most significant first.
    #[must_use]
    pub fn to_be_bytes(self) -> [u8; 32] {
        self.0.to_be_bytes()
    }

    /// This work so many times over.
    #[must_use]
    pub fn times(self, count: u64) -> Self {
        Self(self.0.saturating_mul(U256::from(count)))
    }

    /// The nearest floating-point number, for showing.
    #[must_use]
    pub fn to_f64(self) -> f64 {
        self.0.as_f64()
    }

    /// The difference, when `other` is not the greater.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.0.checked_sub(other.0).map(Self)
    }
}

impl Add for Work {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl Mul<u32> for Work {
    type Output = Self;

    /// The work of so many headers alike.
    fn mul(self, count: u32) -> Self {
        Self(self.0.saturating_mul(U256::from(count)))
    }
}

impl Sub for Work {
    type Output = Self;

    /// Zero where `other` is the greater.
    fn sub(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }
}

impl Sum for Work {
    fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
        terms.fold(Self::ZERO, Add::add)
    }
}

impl fmt::Display for Work {
    /// The number of hashes, decimal.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(bits: u32) -> Result<String, TargetError> {
        CompactTarget(bits).decode(Target::MAX).map(|target| target.to_string().trim_start_matches('0').to_owned())
    }

    #[test]
    fn compact_targets_decode_as_in_bitcoin_core() {
        // The cases of Core's own arith_uint256 tests.
        for (bits, hex) in [
            (0x0112_3456, "12"),
            (0x0212_3456, "1234"),
            (0x0312_3456, "123456"),
            (0x0412_3456, "12345600"),
            (0x0500_9234, "92340000"),
            (0x01fe_dcba & !0x0080_0000, "7e"),
        ] {
            assert_eq!(decode(bits).unwrap(), hex, "{bits:08x}");
        }
        let high = format!("123456{}", "0".repeat(58));
        assert_eq!(decode(0x2012_3456).unwrap(), high);
    }

    #[test]
    fn negative_zero_overflowing_and_easy_targets_are_refused() {
        for bits in [0, 0x0012_3456, 0x0100_3456, 0x0200_0056, 0x0300_0000, 0x0400_0000, 0x0092_3456, 0x0180_3456] {
            assert!(matches!(decode(bits), Err(TargetError::Zero { .. })), "{bits:08x}");
        }
        for bits in [0x01fe_dcba, 0x0492_3456, 0x1d80_ffff, 0xff92_3456] {
            assert!(matches!(decode(bits), Err(TargetError::Negative { .. })), "{bits:08x}");
        }
        for bits in [0xff12_3456, 0x2300_0001, 0x2200_0100, 0x2101_0000] {
            assert!(matches!(decode(bits), Err(TargetError::Overflow { .. })), "{bits:08x}");
        }
        for bits in [0x2200_0001, 0x2100_0100, 0x2001_0000] {
            assert!(decode(bits).is_ok(), "{bits:08x}");
        }
        let limit = CompactTarget(0x1d00_ffff).decode(Target::MAX).unwrap();
        assert!(CompactTarget(0x1d00_ffff).decode(limit).is_ok());
        let error = CompactTarget(0x1d01_0000).decode(limit).unwrap_err();
        assert_eq!(error.to_string(), "compact target 1d010000 is over the network's limit of 1d00ffff");
    }

    #[test]
    fn the_compact_form_comes_back_and_never_reads_as_negative() {
        for bits in [0x0112_0000, 0x0212_3400, 0x0312_3456, 0x1d00_ffff, 0x2012_3456, 0x207f_ffff, 0x1b04_04cb] {
            assert_eq!(CompactTarget(bits).decode(Target::MAX).unwrap().compact(), CompactTarget(bits));
        }
        assert_eq!(Target(U256::from(0x80_u32)).compact(), CompactTarget(0x0200_8000));
        assert_eq!(Target(U256::ZERO).compact(), CompactTarget(0));
        assert_eq!(Target::MAX.compact(), CompactTarget(0x2100_ffff));
    }

    #[test]
    fn work_of_the_first_blocks_and_of_the_extremes() {
        let first = CompactTarget(0x1d00_ffff).decode(Target::MAX).unwrap();
        assert_eq!(Work::of(first).to_string(), "4295032833");
        assert_eq!(Work::of(CompactTarget(0x207f_ffff).decode(Target::MAX).unwrap()).to_string(), "2");
        assert_eq!(Work::of(Target::MAX), Work(U256::ONE));
        assert_eq!(Work(U256::MAX) + Work(U256::ONE), Work(U256::MAX));
        assert_eq!(Work::of(first) - Work(U256::MAX), Work::ZERO);
        assert_eq!(Work::of(first).times(3), Work::of(first) + Work::of(first) + Work::of(first));
        assert_eq!((Work::of(first).times(0), Work(U256::MAX).times(2)), (Work::ZERO, Work(U256::MAX)));
    }

    #[test]
    fn the_target_itself_is_still_admitted() {
        let target = Target(U256::from(5_u32));
        let hash = |value: u8| {
            let mut hash = [0; 32];
            hash[0] = value;
            hash
        };
        assert!(target.admits(&hash(5)) && !target.admits(&hash(6)));
        assert!(!target.admits(&[1; 32]));
        let words = [0x0807_0605_0403_0201, 0x100f_0e0d_0c0b_0a09, 0x1817_1615_1413_1211, 0x201f_1e1d_1c1b_1a19];
        assert_eq!(Target::from_be_bytes(std::array::from_fn(|at| 32 - at as u8)).words(), words);
    }

    #[test]
    fn scaling_wraps_instead_of_panicking() {
        let scaled = Target::MAX.scale(4, 1, Target::MAX);
        assert_eq!(scaled, Target(U256::MAX - U256::from(3_u32)));
        assert_eq!(Target(U256::from(100_u32)).scale(3, 4, Target::MAX), Target(U256::from(75_u32)));
        assert_eq!(Target(U256::from(100_u32)).scale(4, 1, Target(U256::from(300_u32))), Target(U256::from(300_u32)));
    }
}
