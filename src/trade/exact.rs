//! Arithmetic of decimal numbers without rounding: what does not fit is said, and never cut off.

use crate::trade::amount::{Amount, Decimal};
use std::cmp::Ordering;

impl Decimal {
    /// Zero.
    pub const ZERO: Self = Self { units: 0, decimals: 0 };
    /// One.
    pub const ONE: Self = Self { units: 1, decimals: 0 };

    /// A number of the smallest units that so many decimals give.
    #[must_use]
    pub fn new(units: i128, decimals: usize) -> Self {
        Self { units, decimals }
    }

    /// The same number without zeros at its end, so that products stay short.
    #[must_use]
    pub fn trimmed(self) -> Self {
        let mut shorter = self;
        while shorter.decimals > 0 && shorter.units % 10 == 0 {
            shorter = Self { units: shorter.units / 10, decimals: shorter.decimals - 1 };
        }
        shorter
    }

    /// The sum; none where it has more digits than 128 bits hold.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let (own, others, decimals) = self.aligned(other)?;
        Some(Self { units: own.checked_add(others)?, decimals })
    }

    /// The difference; none where it has more digits than 128 bits hold.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        self.checked_add(Self { units: other.units.checked_neg()?, ..other })
    }

    /// The product; none where it has more digits than 128 bits hold.
    #[must_use]
    pub fn checked_mul(self, other: Self) -> Option<Self> {
        let (own, other) = (self.trimmed(), other.trimmed());
        Some(Self { units: own.units.checked_mul(other.units)?, decimals: own.decimals + other.decimals })
    }

    /// Which is greater, by value; none where 128 bits do not hold them side by side.
    #[must_use]
    pub fn checked_cmp(self, other: Self) -> Option<Ordering> {
        let (own, others, _) = self.aligned(other)?;
        Some(own.cmp(&others))
    }

    /// Without its sign.
    #[must_use]
    pub fn checked_abs(self) -> Option<Self> {
        Some(Self { units: self.units.checked_abs()?, ..self })
    }

    /// The quotient, rounded half away from zero to so many decimals; none for a divisor of zero or too many digits.
    #[must_use]
    pub fn checked_div(self, divisor: Self, decimals: usize) -> Option<Self> {
        let (own, divisor) = (self.trimmed(), divisor.trimmed());
        let up = decimals + divisor.decimals;
        let (numerator, denominator) = match up.checked_sub(own.decimals) {
            Some(more) => (shift(own.units, more)?, divisor.units),
            None => (own.units, shift(divisor.units, own.decimals - up)?),
        };
        let (whole, rest) = (numerator.checked_div(denominator)?, numerator.checked_rem(denominator)?);
        let half = rest.unsigned_abs().checked_mul(2)? >= denominator.unsigned_abs();
        let away = if (numerator < 0) == (denominator < 0) { 1 } else { -1 };
        Some(Self { units: whole.checked_add(if half { away } else { 0 })?, decimals })
    }

    /// Both in the smaller of their units.
    fn aligned(self, other: Self) -> Option<(i128, i128, usize)> {
        let (own, other) = (self.trimmed(), other.trimmed());
        let decimals = own.decimals.max(other.decimals);
        Some((shift(own.units, decimals - own.decimals)?, shift(other.units, decimals - other.decimals)?, decimals))
    }
}

impl std::fmt::Display for Decimal {
    /// In its plain form: `1271.5`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.units < 0 { "-" } else { "" };
        let digits = format!("{:0>width$}", self.units.unsigned_abs(), width = self.decimals + 1);
        let (whole, fraction) = digits.split_at(digits.len() - self.decimals);
        let point = if self.decimals == 0 { "" } else { "." };
        write!(f, "{sign}{whole}{point}{fraction}")
    }
}

impl Amount {
    /// The number alone, in the currency's units.
    #[must_use]
    pub fn to_decimal(self) -> Decimal {
        Decimal { units: self.minor_units(), decimals: self.decimals() }
    }
}

fn shift(units: i128, places: usize) -> Option<i128> {
    units.checked_mul(10_i128.checked_pow(u32::try_from(places).ok()?)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        Decimal::parse(text).unwrap()
    }

    #[test]
    fn sums_and_products_are_exact() {
        for (left, right, sum, product) in [
            ("0.1", "0.2", "0.3", "0.02"),
            ("-1.50", "1.5", "0", "-2.25"),
            ("1273", "0.75", "1273.75", "954.75"),
            ("0.00000000001", "100000000000", "100000000000.00000000001", "1"),
        ] {
            let (left, right) = (number(left), number(right));
            let same = |value: Option<Decimal>, text: &str| value.unwrap().checked_cmp(number(text)).unwrap().is_eq();
            assert!(same(left.checked_add(right), sum), "{left} + {right}");
            assert!(same(left.checked_mul(right), product), "{left} × {right}");
            assert!(same(left.checked_add(right).unwrap().checked_sub(right), &left.to_string()));
        }
        assert_eq!(number("-0.05").to_string(), "-0.05");
        assert_eq!(number("10").checked_add(number("0.50")).unwrap().to_string(), "10.5");
    }

    #[test]
    fn quotients_round_half_away_from_zero() {
        for (numerator, divisor, decimals, expected) in [
            ("1", "3", 2, "0.33"),
            ("2", "3", 2, "0.67"),
            ("0.005", "1", 2, "0.01"),
            ("-0.005", "1", 2, "-0.01"),
            ("0.0049", "1", 2, "0.00"),
            ("1", "-8", 2, "-0.13"),
            ("7", "2", 0, "4"),
            ("1.23456", "0.001", 1, "1234.6"),
        ] {
            let found = number(numerator).checked_div(number(divisor), decimals).unwrap();
            assert_eq!(found.to_string(), expected, "{numerator} / {divisor}");
        }
        assert_eq!(number("1").checked_div(Decimal::ZERO, 2), None);
    }

    #[test]
    fn what_does_not_fit_is_no_number() {
        let long = number("999999999999999999999999");
        assert_eq!(long.checked_mul(long), None);
        assert_eq!(long.checked_add(number("0.00000000000000000000001")), None);
        assert!(number("100000000000000000.000000").checked_mul(number("100000000000000000.000000")).is_some());
    }
}
