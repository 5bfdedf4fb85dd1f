//! The salted content of an OpenAttestation 2.0 document: every value is a text `SALT:TYPE:VALUE`, and hashed alone together
//! with its path, so that a value can be withheld and its digest kept.

use crate::crypto::hash::{Hash, keccak256_parts};
use crate::encoding::encode_hex;
use serde_json::Value;

/// Most values of a document, shown and withheld.
pub const MAX_VALUES: usize = 100_000;
/// Most bytes of a value's path: paths are hashed once for each value beneath them.
pub const MAX_PATH_BYTES: usize = 512;
/// Types a value may have, as JavaScript names them.
const TYPES: [&str; 5] = ["string", "number", "boolean", "null", "undefined"];
/// Bytes of a salt: a UUID of version 4 as text.
const SALT_BYTES: usize = 36;

/// Why content has no digest that can be told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SaltedError {
    /// A value is not salted, so it is not as it was when it was sealed.
    #[error("{field}: expected a salted text SALT:TYPE:VALUE, found {found}")]
    NotSalted {
        /// Its path.
        field: String,
        /// What stands there, cut to a few letters.
        found: String,
    },
    /// A name that is empty or holds a full stop: two different contents would be hashed alike.
    #[error("{field}: a name that is empty or holds a full stop makes the path ambiguous")]
    Ambiguous {
        /// Its path.
        field: String,
    },
    /// Over a bound of ours.
    #[error("{field}: over the bound of {limit}")]
    TooLarge {
        /// Where.
        field: String,
        /// The bound.
        limit: usize,
    },
}

/// The digest of every value of `data`: Keccak-256 of the JSON text `{"PATH":"SALTED"}`, where names and places in lists are
/// joined by full stops. Empty lists and objects have none, as in the format's own program.
///
/// # Errors
/// [`SaltedError`].
pub fn digests(data: &Value) -> Result<Vec<Hash>, SaltedError> {
    let mut found = Vec::new();
    let mut path = String::new();
    walk(data, &mut path, &mut found)?;
    Ok(found)
}

/// The digest of a whole document: Keccak-256 of the JSON list of all its values' digests, shown and withheld, in order.
#[must_use]
pub fn digest_of_all(mut digests: Vec<Hash>) -> Hash {
    // The texts are sorted, and hexadecimal sorts as its bytes do.
    digests.sort_unstable();
    let texts: Vec<String> = digests.iter().map(|digest| format!("\"{}\"", encode_hex(digest))).collect();
    keccak256_parts([b"[", texts.join(",").as_bytes(), b"]"])
}

/// The value inside a salted text.
#[must_use]
pub fn unsalted(salted: &str) -> Option<&str> {
    let (salt, rest) = salted.split_at_checked(SALT_BYTES)?;
    let (kind, value) = rest.strip_prefix(':')?.split_once(':')?;
    let is_salt = salt.bytes().enumerate().all(|(at, byte)| match at {
        8 | 13 | 18 | 23 => byte == b'-',
        14 => byte == b'4',
        19 => b"89abAB".contains(&byte),
        _ => byte.is_ascii_hexdigit(),
    });
    (is_salt && TYPES.contains(&kind)).then_some(value)
}

/// Recursion ends where the JSON reader's bound on depth ends.
fn walk(value: &Value, path: &mut String, found: &mut Vec<Hash>) -> Result<(), SaltedError> {
    let before = path.len();
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                descend(path, name)?;
                if name.is_empty() || name.contains('.') {
                    return Err(SaltedError::Ambiguous { field: path.clone() });
                }
                walk(member, path, found)?;
                path.truncate(before);
            }
        }
        Value::Array(items) => {
            for (place, item) in items.iter().enumerate() {
                descend(path, &place.to_string())?;
                walk(item, path, found)?;
                path.truncate(before);
            }
        }
        Value::String(salted) if unsalted(salted).is_some() => {
            if found.len() == MAX_VALUES {
                return Err(SaltedError::TooLarge { field: path.clone(), limit: MAX_VALUES });
            }
            let text = |text: &str| serde_json::to_string(text).expect("a text is always JSON");
            let (name, salted) = (text(path), text(salted));
            found.push(keccak256_parts([b"{", name.as_bytes(), b":", salted.as_bytes(), b"}"]));
        }
        Value::String(_) | Value::Number(_) | Value::Bool(_) | Value::Null => {
            let found = value.to_string().chars().take(60).collect();
            return Err(SaltedError::NotSalted { field: path.clone(), found });
        }
    }
    Ok(())
}

fn descend(path: &mut String, name: &str) -> Result<(), SaltedError> {
    if path.len() + 1 + name.len() > MAX_PATH_BYTES {
        return Err(SaltedError::TooLarge { field: path.clone(), limit: MAX_PATH_BYTES });
    }
    if !path.is_empty() {
        path.push('.');
    }
    path.push_str(name);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const SALT: &str = "d722d892-03c5-479d-af14-e4e7c6a4b822";

    fn salted(text: &str) -> Value {
        format!("{SALT}:{text}").into()
    }

    #[test]
    fn a_value_is_hashed_alone_under_its_path() {
        let data =
            json!({"a": [{"b": salted("number:5")}, {}, []], "c\u{1}\"": {"d": salted("string:x:y\u{2028}\u{7f}")}});
        let leaf = |path: &str, value: &str| keccak256_parts([format!("{{\"{path}\":\"{SALT}:{value}\"}}").as_bytes()]);
        let expected = vec![leaf("a.0.b", "number:5"), leaf(r#"c\u0001\".d"#, "string:x:y\u{2028}\u{7f}")];
        assert_eq!(digests(&data), Ok(expected.clone()));
        let swapped = expected.iter().rev().copied().collect();
        assert_eq!(digest_of_all(expected), digest_of_all(swapped), "the order is that of the digests");
        assert_eq!(digest_of_all(vec![]), keccak256_parts([&b"[]"[..]]));
    }

    #[test]
    fn salts_are_what_the_format_makes() {
        assert_eq!(unsalted(&format!("{SALT}:string:a:b")), Some("a:b"));
        assert_eq!(unsalted(&format!("{SALT}:null:null")), Some("null"));
        let other_version = SALT.replace("-479d", "-179d");
        let letters = "é".repeat(20);
        let odd = [SALT, "", ":", &letters, &format!("{SALT}:string"), &format!("{SALT}:date:x"), &SALT[1..]];
        for text in odd.into_iter().chain([format!("{other_version}:string:x").as_str()]) {
            assert_eq!(unsalted(text), None, "{text}");
        }
    }

    #[test]
    fn what_has_no_single_reading_is_refused() {
        let error = |data: Value| digests(&data).unwrap_err();
        let not_salted = |field: &str, found: &str| SaltedError::NotSalted { field: field.into(), found: found.into() };
        for (value, found) in [(json!(7), "7"), (json!(null), "null"), (json!(true), "true"), (json!("x"), "\"x\"")] {
            assert_eq!(error(json!({"a": {"b": value}})), not_salted("a.b", found));
        }
        for name in ["", ".", "a.b", "a."] {
            assert!(matches!(error(json!({name: salted("string:x")})), SaltedError::Ambiguous { .. }), "{name:?}");
        }
        let long = "n".repeat(MAX_PATH_BYTES);
        assert!(matches!(
            error(json!({long: salted("string:x")})),
            SaltedError::TooLarge { limit: MAX_PATH_BYTES, .. }
        ));
        let many: Vec<Value> = vec![salted("string:x"); MAX_VALUES + 1];
        assert!(matches!(error(json!(many)), SaltedError::TooLarge { limit: MAX_VALUES, .. }));
        assert_eq!(digests(&json!(many[1..])).map(|found| found.len()), Ok(MAX_VALUES));
    }
}
