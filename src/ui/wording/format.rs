//! Numbers with units, money with its currency, moments with their zone, hashes shortened.

use super::Lang;
use crate::time::{UnixTime, parse_rfc3339_ms};
pub use crate::trade::said::grouped;
use time::OffsetDateTime;

/// Hashes per second of one mining machine, for saying how much a number of hashes is: 200 terahashes.
const MACHINE_HASHES_PER_SECOND: u128 = 200_000_000_000_000;

/// A whole number.
#[must_use]
pub fn number(number: impl Into<u64>) -> String {
    grouped(&number.into().to_string())
}

/// Money, currency first.
#[must_use]
pub fn money(value: &str, currency: &str) -> String {
    // The currency may be withheld.
    let between = if currency.is_empty() { "" } else { "\u{a0}" };
    format!("{currency}{between}{}", grouped(value))
}

/// Bytes in the largest fitting unit.
#[must_use]
pub fn size(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes}\u{a0}B"),
        1_000..1_000_000 => format!("{}.{}\u{a0}kB", bytes / 1_000, bytes % 1_000 / 100),
        _ => format!("{}.{}\u{a0}MB", grouped(&(bytes / 1_000_000).to_string()), bytes % 1_000_000 / 100_000),
    }
}

/// The two ends of a long text; a short one whole.
#[must_use]
pub fn shortened(text: &str) -> String {
    let letters = text.chars().count();
    if letters <= 20 {
        return text.to_owned();
    }
    let head: String = text.chars().take(8).collect();
    let tail: String = text.chars().skip(letters - 8).collect();
    format!("{head}…{tail}")
}

/// The last eight letters of a long text; a short one whole.
#[must_use]
pub fn end_of(text: &str) -> String {
    match text.char_indices().rev().nth(7) {
        Some((at, _)) if at > 0 => format!("…{}", &text[at..]),
        _ => text.to_owned(),
    }
}

fn date(moment: OffsetDateTime, lang: Lang) -> String {
    let (day, month, year) = (moment.day(), moment.month(), moment.year());
    match lang {
        Lang::En => format!("{day} {month} {year}"),
        Lang::Zh => format!("{year}年{}月{day}日", u8::from(month)),
    }
}

fn clock(moment: OffsetDateTime) -> String {
    format!("{:02}:{:02}", moment.hour(), moment.minute())
}

/// A moment in UTC and, where the reader's zone differs, there: “2 March 2026, 14:10 UTC (22:10 here)”.
/// `offset_minutes` is how far the reader's clock is ahead of UTC at that moment.
#[must_use]
pub fn moment(seconds: i64, offset_minutes: i32, lang: Lang) -> String {
    let Ok(utc) = OffsetDateTime::from_unix_timestamp(seconds) else { return UnixTime(seconds).to_string() };
    let mut text = format!("{}{}{} UTC", date(utc, lang), lang.of([", ", " "]), clock(utc));
    let there = OffsetDateTime::from_unix_timestamp(seconds.saturating_add(i64::from(offset_minutes) * 60));
    if let (Ok(there), true) = (there, offset_minutes != 0) {
        let day = if there.date() == utc.date() {
            String::new()
        } else {
            format!("{}{}", date(there, lang), lang.of([", ", " "]))
        };
        text.push_str(&match lang {
            Lang::En => format!(" ({day}{} here)", clock(there)),
            Lang::Zh => format!("（当地 {day}{}）", clock(there)),
        });
    }
    text
}

/// A date or date-time as its signer wrote it, in words and in the signer's own zone. Other text stays as it is.
#[must_use]
pub fn as_signed(text: &str, lang: Lang) -> String {
    let is_date = text.len() == 10 && text.is_ascii();
    let whole = if is_date { format!("{text}T00:00:00Z") } else { text.to_owned() };
    let Ok(milliseconds) = parse_rfc3339_ms(&whole) else { return text.to_owned() };
    let offset = whole.len().checked_sub(6).and_then(|at| whole.get(at..)).filter(|_| !whole.ends_with(['Z', 'z']));
    let ahead = offset.map_or(0, |offset| {
        let number = |range| offset.get(range).and_then(|digits: &str| digits.parse::<i64>().ok()).unwrap_or(0);
        let seconds = number(1..3) * 3600 + number(4..6) * 60;
        if offset.starts_with('-') { -seconds } else { seconds }
    });
    let Ok(there) = OffsetDateTime::from_unix_timestamp(milliseconds.div_euclid(1000) + ahead) else {
        return text.to_owned();
    };
    if is_date {
        return date(there, lang);
    }
    let zone = offset.map_or_else(|| "UTC".to_owned(), |offset| format!("UTC{offset}"));
    format!("{}{}{} {zone}", date(there, lang), lang.of([", ", " "]), clock(there))
}

/// A stretch of time in its largest unit: “3 minutes”.
#[must_use]
pub fn stretch(seconds: i64, lang: Lang) -> String {
    let (count, every, many) = match seconds.max(0) {
        seconds @ 0..60 => (seconds, ["second", "秒"], "seconds"),
        seconds @ 60..3_600 => (seconds / 60, ["minute", "分钟"], "minutes"),
        seconds @ 3_600..86_400 => (seconds / 3_600, ["hour", "小时"], "hours"),
        seconds => (seconds / 86_400, ["day", "天"], "days"),
    };
    let count_text = grouped(&count.to_string());
    match lang {
        Lang::En if count != 1 => format!("{count_text} {many}"),
        _ => format!("{count_text} {}", lang.of(every)),
    }
}

/// How old something is: “3 minutes old”.
#[must_use]
pub fn old(stretch: &str, lang: Lang) -> String {
    match lang {
        Lang::En => format!("{stretch} old"),
        Lang::Zh => format!("{stretch}前"),
    }
}

/// A whole number given in decimal: its first 38 digits, and how many follow. Few numbers have more.
fn rough(decimal: &str) -> Option<(u128, u32)> {
    if decimal.is_empty() || !decimal.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let (head, tail) = decimal.split_at(decimal.len().min(38));
    Some((head.parse().ok()?, u32::try_from(tail.len()).ok()?))
}

/// A number of hashes, given in decimal: exact when small, else as a power of two.
#[must_use]
pub fn hashes(decimal: &str, lang: Lang) -> String {
    match (rough(decimal), lang) {
        (None, _) => decimal.to_owned(),
        (Some((0..1_000_000, 0)), Lang::En) => format!("{} hashes", grouped(decimal)),
        (Some((0..1_000_000, 0)), Lang::Zh) => format!("{} 次哈希", grouped(decimal)),
        // Ten digits are 33.2 bits.
        (Some((head, more)), _) => {
            let power = superscript(head.max(1).ilog2() + more * 332 / 100);
            match lang {
                Lang::En => format!("about 2{power} hashes"),
                Lang::Zh => format!("约 2{power} 次哈希"),
            }
        }
    }
}

/// How long one mining machine would take for a number of hashes, given in decimal.
#[must_use]
pub fn effort(decimal: &str, lang: Lang) -> String {
    let time = match rough(decimal).unwrap_or_default() {
        (hashes, 0) => duration(hashes / MACHINE_HASHES_PER_SECOND, lang),
        // A year of the machine is 6.3 × 10²¹ hashes.
        (head, more) => {
            format!("10{} {}", superscript((head.max(1).ilog10() + more).saturating_sub(21)), lang.of(["years", "年"]))
        }
    };
    match lang {
        Lang::En => format!("To forge it, one mining machine (200 million million hashes a second) would need {time}."),
        Lang::Zh => format!("若要伪造，一台矿机（每秒 200 万亿次哈希）需要{time}。"),
    }
}

/// A long time in words: “29 thousand years”.
pub(super) fn duration(seconds: u128, lang: Lang) -> String {
    const YEAR: u128 = 31_557_600;
    let years = u64::try_from(seconds / YEAR).unwrap_or(u64::MAX);
    match (years, lang) {
        _ if seconds == 0 => lang.of(["less than a second", "不到一秒"]).to_owned(),
        (0..3, _) => stretch(i64::try_from(seconds).unwrap_or(i64::MAX), lang),
        (3..10_000, _) => format!("{} {}", number(years), lang.of(["years", "年"])),
        (10_000..1_000_000, Lang::En) => format!("{} thousand years", years / 1_000),
        (1_000_000..1_000_000_000, Lang::En) => format!("{} million years", number(years / 1_000_000)),
        (10_000..1_000_000_000, Lang::Zh) => format!("{} 万年", number(years / 10_000)),
        _ => format!("10{} {}", superscript(years.ilog10()), lang.of(["years", "年"])),
    }
}

fn superscript(number: u32) -> String {
    const DIGITS: [char; 10] = ['⁰', '¹', '²', '³', '⁴', '⁵', '⁶', '⁷', '⁸', '⁹'];
    number.to_string().bytes().map(|digit| DIGITS[usize::from(digit - b'0')]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        for (text, expected) in [
            ("84300.00", "84,300.00"),
            ("-1234567", "-1,234,567"),
            ("999", "999"),
            ("1000", "1,000"),
            ("0.5", "0.5"),
            ("1e9", "1e9"),
            ("", ""),
            ("1.", "1."),
        ] {
            assert_eq!(grouped(text), expected);
        }
        assert_eq!(money("84300.00", "EUR"), "EUR\u{a0}84,300.00");
        assert_eq!(size(999), "999\u{a0}B");
        assert_eq!(size(1_550), "1.5\u{a0}kB");
        assert_eq!(size(2_580_880), "2.5\u{a0}MB");
        assert_eq!(shortened("0123456789abcdef0123456789abcdef"), "01234567…89abcdef");
        assert_eq!(shortened("短"), "短");
        assert_eq!([end_of("0123456789abcdef"), end_of("01234567"), end_of("短")], ["…89abcdef", "01234567", "短"]);
    }

    #[test]
    fn moments() {
        let at = 1_772_460_600; // 2026-03-02T14:10:00Z
        assert_eq!(moment(at, 0, Lang::En), "2 March 2026, 14:10 UTC");
        assert_eq!(moment(at, 480, Lang::En), "2 March 2026, 14:10 UTC (22:10 here)");
        assert_eq!(moment(at, 720, Lang::En), "2 March 2026, 14:10 UTC (3 March 2026, 02:10 here)");
        assert_eq!(moment(at, -480, Lang::Zh), "2026年3月2日 14:10 UTC（当地 06:10）");
        assert_eq!(moment(i64::MAX, 60, Lang::En), "9223372036854775807 s");
        assert_eq!(as_signed("2026-03-02T22:10:00+08:00", Lang::En), "2 March 2026, 22:10 UTC+08:00");
        assert_eq!(as_signed("2026-03-02T22:10:00-03:30", Lang::Zh), "2026年3月2日 22:10 UTC-03:30");
        assert_eq!(as_signed("2026-03-02T14:10:00.5Z", Lang::En), "2 March 2026, 14:10 UTC");
        assert_eq!(as_signed("2026-09-30", Lang::En), "30 September 2026");
        for odd in ["soon", "2026-13-01", "", "２０２６年0"] {
            assert_eq!(as_signed(odd, Lang::En), odd);
        }
        assert_eq!(stretch(1, Lang::En), "1 second");
        assert_eq!(stretch(185, Lang::En), "3 minutes");
        assert_eq!(stretch(-5, Lang::En), "0 seconds");
        assert_eq!(stretch(86_400 * 1200, Lang::Zh), "1,200 天");
    }

    #[test]
    fn work() {
        let two_to_76 = "75557863725914323419136";
        assert_eq!(hashes("16", Lang::En), "16 hashes");
        assert_eq!(hashes("0", Lang::Zh), "0 次哈希");
        assert_eq!(hashes(two_to_76, Lang::En), "about 2⁷⁶ hashes");
        assert_eq!(hashes("?", Lang::En), "?");
        assert_eq!(hashes(&"9".repeat(78), Lang::En), "about 2²⁵⁸ hashes");
        for (count, time) in [
            ("16", "less than a second"),
            ("1200000000000000000", "1 hour"),
            (two_to_76, "11 years"),
            ("189000000000000000000000000", "29 thousand years"),
            ("189000000000000000000000000000", "29 million years"),
            (&"9".repeat(38), "10¹⁶ years"),
            (&"9".repeat(60), "10³⁸ years"),
        ] {
            assert!(effort(count, Lang::En).ends_with(&format!("{time}.")), "{count}: {}", effort(count, Lang::En));
        }
        assert!(effort(two_to_76, Lang::Zh).contains("11 年"));
    }
}
