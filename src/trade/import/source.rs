//! A JSON document to import, and its parts with their places.

use super::error::ImportError;
use super::{MAX_BYTES, MAX_VALUES};
use crate::encoding::json::{self, Limits};
use crate::trade::payload::child;
use serde_json::{Map, Number, Value};

/// Arrays and objects inside one another, at most.
const DEPTH: usize = 32;

/// Reads a JSON document whose numbers all come out as they are written.
///
/// # Errors
/// [`ImportError`] for anything else.
pub(super) fn read(text: &[u8]) -> Result<Value, ImportError> {
    let value = json::parse(text, Limits { bytes: MAX_BYTES, depth: DEPTH }).map_err(ImportError::Json)?;
    if count(&value) > MAX_VALUES {
        return Err(ImportError::TooMany { what: "values", limit: MAX_VALUES });
    }
    match inexact_number(text) {
        Some(found) => Err(ImportError::Inexact { found: found.chars().take(60).collect() }),
        None => Ok(value),
    }
}

/// How many values without values inside there are.
fn count(value: &Value) -> usize {
    match value {
        Value::Array(items) if !items.is_empty() => items.iter().map(count).sum(),
        Value::Object(members) if !members.is_empty() => members.values().map(count).sum(),
        _ => 1,
    }
}

/// The first number of a JSON text that a binary float cannot hold: it would be read as another number.
fn inexact_number(json: &[u8]) -> Option<String> {
    let mut rest = json;
    while let Some((&first, after)) = rest.split_first() {
        rest = match first {
            b'"' => {
                let mut escaped = false;
                let end = after.iter().position(|&byte| {
                    let ends = byte == b'"' && !escaped;
                    escaped = byte == b'\\' && !escaped;
                    ends
                });
                end.map_or(&[][..], |end| &after[end + 1..])
            }
            b'-' | b'0'..=b'9' => {
                let more = |byte: &u8| byte.is_ascii_digit() || matches!(byte, b'+' | b'-' | b'.' | b'e' | b'E');
                let length = rest.iter().take_while(|byte| more(byte)).count();
                let (number, after) = rest.split_at(length);
                let number = String::from_utf8_lossy(number);
                if !is_exact(&number) {
                    return Some(number.into_owned());
                }
                after
            }
            _ => after,
        };
    }
    None
}

fn is_exact(text: &str) -> bool {
    let read: Option<Number> = serde_json::from_str(text).ok();
    read.is_some_and(|number| significant(&number.to_string()) == significant(text))
}

/// A number's sign, its digits without zeros at either end, and the power of ten of the last of them.
fn significant(text: &str) -> Option<(bool, String, i64)> {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, exponent.parse::<i64>().ok()?),
        None => (text, 0),
    };
    let (negative, mantissa) = mantissa.strip_prefix('-').map_or((false, mantissa), |rest| (true, rest));
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let digits = digits.trim_start_matches('0');
    let kept = digits.trim_end_matches('0');
    if kept.is_empty() {
        return Some((false, String::new(), 0));
    }
    let trimmed = i64::try_from(digits.len() - kept.len()).ok()?;
    let power = exponent.checked_sub(i64::try_from(fraction.len()).ok()?)?.checked_add(trimmed)?;
    Some((negative, kept.to_owned(), power))
}

/// An object of a document, and where it stands.
#[derive(Debug, Clone)]
pub(super) struct Part<'a> {
    /// Its JSON pointer.
    pub at: String,
    /// Its members.
    pub members: &'a Map<String, Value>,
}

impl<'a> Part<'a> {
    /// The object at a place, when it is one.
    pub fn of(value: &'a Value, at: impl Into<String>) -> Option<Self> {
        value.as_object().map(|members| Self { at: at.into(), members })
    }

    /// Whether there is a member of that name.
    pub fn has(&self, name: &str) -> bool {
        self.members.contains_key(name)
    }

    /// The pointer of a member.
    pub fn pointer(&self, name: &str) -> String {
        child(&self.at, name)
    }

    /// A member that is a text.
    pub fn text(&self, name: &str) -> Option<&'a str> {
        self.members.get(name)?.as_str()
    }

    /// A member that is an object.
    pub fn part(&self, name: &str) -> Option<Part<'a>> {
        Part::of(self.members.get(name)?, self.pointer(name))
    }

    /// The elements of a member that is a list, with their pointers; none when it is not.
    pub fn items(&self, name: &str) -> Vec<(String, &'a Value)> {
        let at = self.pointer(name);
        let items = self.members.get(name).and_then(Value::as_array);
        items.into_iter().flatten().enumerate().map(|(index, item)| (child(&at, index), item)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_as_written_or_refused() {
        for exact in ["0", "-0.0", "1.10", "12000", "84300.55", "1e3", "-18", "0.1", "18446744073709551615", "1.5E-7"] {
            assert!(read(exact.as_bytes()).is_ok(), "{exact}");
        }
        let wrong =
            ["12345678901234567890123", "0.12345678901234567890", "9007199254740993.0", "1.00000000000000000001"];
        for wrong in wrong {
            let text = format!(r#"{{"a":"\"7.00000000000000000001","b":[{wrong}]}}"#);
            assert_eq!(read(text.as_bytes()), Err(ImportError::Inexact { found: wrong.to_owned() }));
        }
        assert!(matches!(read(b"1e400"), Err(ImportError::Json(_))));
    }

    #[test]
    fn bounds() {
        let many = format!("[{}0]", "0,".repeat(MAX_VALUES));
        assert_eq!(read(many.as_bytes()), Err(ImportError::TooMany { what: "values", limit: MAX_VALUES }));
        let deep = format!("{}{}", "[".repeat(DEPTH + 1), "]".repeat(DEPTH + 1));
        assert!(matches!(read(deep.as_bytes()), Err(ImportError::Json(_))));
        assert!(matches!(read(b"{\"a\":1,\"a\":1}"), Err(ImportError::Json(_))));
        assert!(matches!(read(b"\"\xff\""), Err(ImportError::Json(_))));
    }
}
