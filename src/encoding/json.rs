//! JSON from strangers: bounded in size and depth, every name once (RFC 8259 §4 leaves repeated names open; two readers
//! that resolve them differently would see two records under one signature).

use serde::de::{DeserializeSeed, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};
use std::fmt;

/// Bounds of a JSON text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Most bytes of text.
    pub bytes: usize,
    /// Most arrays and objects inside one another.
    pub depth: usize,
}

/// Why a text is not JSON that may be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    /// The text is over the limit.
    #[error("JSON of {found} bytes is over the limit of {limit}")]
    TooLong {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Not JSON, a repeated name, or nested too deep.
    #[error("{0}")]
    Syntax(String),
}

/// Parses one JSON text within `limits`, refusing repeated names at every level.
///
/// # Errors
/// [`JsonError`].
pub fn parse(text: &[u8], limits: Limits) -> Result<Value, JsonError> {
    if text.len() > limits.bytes {
        return Err(JsonError::TooLong { found: text.len(), limit: limits.bytes });
    }
    let mut source = serde_json::Deserializer::from_slice(text);
    let value = Strict { depth: limits.depth }
        .deserialize(&mut source)
        .map_err(|error| JsonError::Syntax(error.to_string()))?;
    source.end().map_err(|error| JsonError::Syntax(error.to_string()))?;
    Ok(value)
}

#[derive(Clone, Copy)]
struct Strict {
    depth: usize,
}

impl Strict {
    fn deeper<E: serde::de::Error>(self) -> Result<Self, E> {
        self.depth.checked_sub(1).map(|depth| Self { depth }).ok_or_else(|| E::custom("nested too deep"))
    }
}

impl<'de> DeserializeSeed<'de> for Strict {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(Value::Number(value.into()))
    }

    fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Value, E> {
        Number::from_f64(value).map(Value::Number).ok_or_else(|| E::custom("number out of range"))
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(Value::String(value))
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(inner)? {
            list.push(item);
        }
        Ok(Value::Array(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let inner = self.deeper()?;
        let mut map = Map::new();
        while let Some(name) = entries.next_key::<String>()? {
            if map.contains_key(&name) {
                return Err(A::Error::custom(format!("name {name:?} stands twice in one object")));
            }
            let value = entries.next_value_seed(inner)?;
            map.insert(name, value);
        }
        Ok(Value::Object(map))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: Limits = Limits { bytes: 100, depth: 3 };

    #[test]
    fn reads_what_serde_json_reads() {
        let text = br#"{"a":[1,-2,"x",null,true,1.5],"b":{"a":1}}"#;
        assert_eq!(parse(text, LIMITS).unwrap(), serde_json::from_slice::<Value>(text).unwrap());
    }

    #[test]
    fn refuses_repeated_names_at_every_level() {
        for text in [r#"{"a":1,"a":1}"#, r#"[{"b":{"a":1,"a":2}}]"#, r#"{"a":1,"\u0061":2}"#] {
            let error = parse(text.as_bytes(), LIMITS).unwrap_err().to_string();
            assert!(error.contains("stands twice"), "{text}: {error}");
        }
    }

    #[test]
    fn refuses_depth_length_and_leftovers() {
        assert!(parse(b"[[[1]]]", LIMITS).is_ok());
        assert!(parse(b"[[[[1]]]]", LIMITS).unwrap_err().to_string().contains("too deep"));
        assert_eq!(parse(&[b' '; 101], LIMITS), Err(JsonError::TooLong { found: 101, limit: 100 }));
        for text in ["1 2", "", "{", "nul", "[1,]", "\u{feff}1", "NaN"] {
            assert!(parse(text.as_bytes(), LIMITS).is_err(), "{text:?}");
        }
        let deep = "[".repeat(99);
        assert!(parse(deep.as_bytes(), Limits { bytes: 100, depth: 16 }).is_err());
    }
}
