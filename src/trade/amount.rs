//! Money: a decimal text and its ISO 4217 currency, exact in the currency's minor unit. Never a float.

use iso_currency::Currency;
use std::fmt;

/// Most digits of an amount, so that sums of many stay within 128 bits.
pub const MAX_DIGITS: usize = 24;

/// Why a text is not an amount of money.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AmountError {
    /// Not a decimal number in its plain form.
    #[error("{found:?} is not a plain decimal number such as \"84300.00\"")]
    Decimal {
        /// The text.
        found: String,
    },
    /// More digits than any amount of money has.
    #[error("{found} digits are over the limit of {MAX_DIGITS}")]
    TooLong {
        /// Digits found.
        found: usize,
    },
    /// Not an ISO 4217 code of money that has a minor unit.
    #[error("{found:?} is not an ISO 4217 currency with a minor unit")]
    Currency {
        /// The text.
        found: String,
    },
    /// More decimals than the currency has.
    #[error("{currency} has {expected} decimals, {value:?} has {found}")]
    Decimals {
        /// The currency.
        currency: String,
        /// The value.
        value: String,
        /// Decimals the currency has.
        expected: usize,
        /// Decimals found.
        found: usize,
    },
}

/// An exact amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Amount {
    minor_units: i128,
    currency: Currency,
}

impl Amount {
    /// Parses a value such as `84300.00` in a currency such as `EUR`.
    ///
    /// # Errors
    /// [`AmountError`].
    pub fn parse(value: &str, currency: &str) -> Result<Self, AmountError> {
        let decimal = Decimal::parse(value)?;
        let unknown = || AmountError::Currency { found: currency.chars().take(8).collect() };
        let currency = Currency::from_code(currency).ok_or_else(unknown)?;
        let decimals = usize::from(currency.exponent().ok_or_else(unknown)?);
        let missing = decimals.checked_sub(decimal.decimals).ok_or_else(|| AmountError::Decimals {
            currency: currency.code().to_owned(),
            value: value.to_owned(),
            expected: decimals,
            found: decimal.decimals,
        })?;
        // At most MAX_DIGITS digits, and no currency has more than 4 decimals: far below 38 digits.
        let minor_units = (0..missing).fold(decimal.units, |units, _| units * 10);
        Ok(Self { minor_units, currency })
    }

    /// The amount in the currency's minor unit, such as cents.
    #[must_use]
    pub fn minor_units(&self) -> i128 {
        self.minor_units
    }

    /// How many decimals the currency has: 2 for cents.
    #[must_use]
    pub fn decimals(&self) -> usize {
        usize::from(self.currency.exponent().unwrap_or(0))
    }

    /// Another number of the same currency's minor units.
    #[must_use]
    pub fn of_same_currency(&self, minor_units: i128) -> Self {
        Self { minor_units, ..*self }
    }

    /// The ISO 4217 code.
    #[must_use]
    pub fn currency(&self) -> &'static str {
        self.currency.code()
    }
}

impl fmt::Display for Amount {
    /// With all decimals of the currency: `84300.00 EUR`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency())
    }
}

/// Minor units of the currency of an amount, where that amount is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Money {
    /// How many.
    pub minor_units: i128,
    /// An amount of that currency.
    pub like: Option<Amount>,
}

impl fmt::Display for Money {
    /// As an amount; the bare number where the currency is not known.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.like {
            Some(like) => like.of_same_currency(self.minor_units).fmt(f),
            None => self.minor_units.fmt(f),
        }
    }
}

/// A decimal number in its plain form: an optional minus, digits without leading zeros, and perhaps a point and digits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decimal {
    /// The number without its point.
    pub units: i128,
    /// Digits after the point.
    pub decimals: usize,
}

impl Decimal {
    /// Parses a decimal number.
    ///
    /// # Errors
    /// [`AmountError::Decimal`] for any other spelling, `-0` included, or [`AmountError::TooLong`].
    pub fn parse(text: &str) -> Result<Self, AmountError> {
        if text.len() > MAX_DIGITS + 2 {
            return Err(AmountError::TooLong { found: text.len() });
        }
        let wrong = || AmountError::Decimal { found: text.to_owned() };
        let (negative, digits) = text.strip_prefix('-').map_or((false, text), |digits| (true, digits));
        let (whole, fraction) = match digits.split_once('.') {
            Some((_, "")) => return Err(wrong()),
            Some(parts) => parts,
            None => (digits, ""),
        };
        let plain = !whole.is_empty() && (whole == "0" || !whole.starts_with('0'));
        if !plain || !whole.bytes().chain(fraction.bytes()).all(|digit| digit.is_ascii_digit()) {
            return Err(wrong());
        }
        let count = whole.len() + fraction.len();
        if count > MAX_DIGITS {
            return Err(AmountError::TooLong { found: count });
        }
        let units: i128 = format!("{whole}{fraction}").parse().map_err(|_| wrong())?;
        match (negative, units) {
            (true, 0) => Err(wrong()),
            (true, units) => Ok(Self { units: -units, decimals: fraction.len() }),
            (false, units) => Ok(Self { units, decimals: fraction.len() }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exact_in_minor_units() {
        for (value, currency, minor, shown) in [
            ("84300.00", "EUR", 8_430_000, "84300.00 EUR"),
            ("84300", "EUR", 8_430_000, "84300.00 EUR"),
            ("0.07", "USD", 7, "0.07 USD"),
            ("-1.5", "USD", -150, "-1.50 USD"),
            ("1200", "JPY", 1200, "1200 JPY"),
            ("1.234", "KWD", 1234, "1.234 KWD"),
            ("0", "CNY", 0, "0.00 CNY"),
            ("99999999999999999999.99", "CNY", 9_999_999_999_999_999_999_999, "99999999999999999999.99 CNY"),
        ] {
            let amount = Amount::parse(value, currency).unwrap();
            assert_eq!((amount.minor_units(), amount.to_string().as_str()), (minor, shown), "{value} {currency}");
        }
    }

    #[test]
    fn refuses_other_spellings() {
        for value in
            ["", "-", ".5", "1.", "01", "00.1", "+1", "1e3", "1,000.00", "1.2.3", "-0", "-0.00", " 1", "１", "--1"]
        {
            assert!(matches!(Decimal::parse(value), Err(AmountError::Decimal { .. })), "{value:?}");
        }
        assert!(matches!(Amount::parse(&"9".repeat(25), "EUR"), Err(AmountError::TooLong { found: 25 })));
        assert!(matches!(Amount::parse(&"9".repeat(2500), "EUR"), Err(AmountError::TooLong { .. })));
        for currency in ["eur", "EURO", "ZZZ", "", "XAU"] {
            assert!(matches!(Amount::parse("1", currency), Err(AmountError::Currency { .. })), "{currency:?}");
        }
        assert!(matches!(Amount::parse("1.0", "JPY"), Err(AmountError::Decimals { expected: 0, found: 1, .. })));
        assert!(matches!(Amount::parse("1.005", "EUR"), Err(AmountError::Decimals { expected: 2, found: 3, .. })));
    }
}
