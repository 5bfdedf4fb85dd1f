//! A sentence in both languages, made where the facts are: whoever shows it takes the one its reader asked for.
//!
//! The page's own words stand in `ui/wording`. These are about records, need their facts to be made, and serve the command line
//! and the exported report too.

use crate::trade::amount::Amount;
use crate::trade::seen::Day;
use serde::{Deserialize, Serialize};

/// A sentence, in English and in Chinese.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
pub struct Said {
    /// In English.
    pub en: String,
    /// In Chinese.
    pub zh: String,
}

impl Said {
    /// In both languages.
    #[must_use]
    pub fn new(en: impl Into<String>, zh: impl Into<String>) -> Self {
        Self { en: en.into(), zh: zh.into() }
    }

    /// The same in every language: a name, a number, an amount.
    #[must_use]
    pub fn same(text: impl Into<String>) -> Self {
        let en: String = text.into();
        Self { zh: en.clone(), en }
    }
}

/// Makes a [`Said`] of two formats, English and Chinese, whose values read the same in both.
macro_rules! both {
    ($english:literal, $chinese:literal) => {
        $crate::trade::said::Said::new(format!($english), format!($chinese))
    };
}
pub(crate) use both;

/// A decimal text with its thousands set apart: `84300.00` becomes `84,300.00`. Anything else stays as it is.
#[must_use]
pub fn grouped(decimal: &str) -> String {
    let (sign, digits) = decimal.strip_prefix('-').map_or(("", decimal), |rest| ("-", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_digits(whole) || fraction.is_some_and(|fraction| !is_digits(fraction)) {
        return decimal.to_owned();
    }
    let mut text = sign.to_owned();
    for (place, digit) in whole.chars().enumerate() {
        if place > 0 && (whole.len() - place) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    if let Some(fraction) = fraction {
        text.push('.');
        text.push_str(fraction);
    }
    text
}

/// Money, currency first.
#[must_use]
pub fn money(amount: &Amount) -> String {
    let text = amount.to_string();
    let value = text.split(' ').next().unwrap_or_default();
    format!("{}\u{a0}{}", amount.currency(), grouped(value))
}

/// A day: “22 May 2026”, “2026年5月22日”.
#[must_use]
pub fn day(day: Day) -> Said {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    let text = day.to_string();
    let part = |range: std::ops::Range<usize>| text.get(range).and_then(|part| part.parse::<usize>().ok());
    match (part(0..4), part(5..7), part(8..10)) {
        (Some(year), Some(month @ 1..=12), Some(of_month)) => {
            Said::new(format!("{of_month} {} {year}", MONTHS[month - 1]), format!("{year}年{month}月{of_month}日"))
        }
        _ => Said::same(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn amounts_and_days_in_words() {
        assert_eq!(money(&Amount::parse("-84300.5", "EUR").unwrap()), "EUR\u{a0}-84,300.50");
        assert_eq!(money(&Amount::parse("1200", "JPY").unwrap()), "JPY\u{a0}1,200");
        assert_eq!(day(Day::parse("2026-05-22").unwrap()), Said::new("22 May 2026", "2026年5月22日"));
        assert_eq!((grouped("1234567.10"), grouped("x1")), ("1,234,567.10".into(), "x1".into()));
    }
}
