//! Seconds since 1970-01-01T00:00:00Z, as block headers count them, and their text. The core reads no clock: whoever
//! calls it says what time it is.

use std::fmt;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Seconds since the Unix epoch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, serde::Serialize, serde::Deserialize)]
pub struct UnixTime(pub i64);

impl UnixTime {
    /// `seconds` later, without overflow.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }
}

impl fmt::Display for UnixTime {
    /// RFC 3339 in UTC, `2026-03-02T14:10:00Z`; the bare number where that form has no year for it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match OffsetDateTime::from_unix_timestamp(self.0).ok().and_then(|moment| moment.format(&Rfc3339).ok()) {
            Some(text) => f.write_str(&text),
            None => write!(f, "{} s", self.0),
        }
    }
}

/// A text that is not an RFC 3339 date-time with offset.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is not an RFC 3339 date and time with its offset")]
pub struct DateTimeError {
    text: String,
}

/// Parses an RFC 3339 date-time with its offset (`2026-03-02T22:10:00+08:00`) to milliseconds since the Unix epoch.
///
/// # Errors
/// [`DateTimeError`] for any other form.
pub fn parse_rfc3339_ms(text: &str) -> Result<i64, DateTimeError> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).map_err(|_| DateTimeError { text: text.to_owned() })?;
    i64::try_from(moment.unix_timestamp_nanos() / 1_000_000).map_err(|_| DateTimeError { text: text.to_owned() })
}

/// RFC 3339 in UTC of milliseconds since the Unix epoch, `2026-03-02T14:10:00.25Z`; none where that form has no year for it.
#[must_use]
pub fn format_rfc3339_ms(ms: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(ms) * 1_000_000).ok()?.format(&Rfc3339).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_back() {
        assert_eq!(UnixTime(1_231_006_505).to_string(), "2009-01-03T18:15:05Z");
        assert_eq!(UnixTime(i64::MAX).to_string(), "9223372036854775807 s");
        assert_eq!(parse_rfc3339_ms("2009-01-04T02:15:05.250+08:00"), Ok(1_231_006_505_250));
        assert_eq!(format_rfc3339_ms(1_231_006_505_250).as_deref(), Some("2009-01-03T18:15:05.25Z"));
        assert_eq!(format_rfc3339_ms(i64::MAX), None);
        for wrong in ["2009-01-04", "2009-01-04T02:15:05", "2009-13-04T02:15:05Z", ""] {
            assert!(parse_rfc3339_ms(wrong).is_err(), "{wrong:?}");
        }
    }
}
