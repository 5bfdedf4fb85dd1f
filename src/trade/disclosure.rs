//! Disclosures (RFC 9901 §4.2): a salt, a name and a value, base64url, whose digest stands in the signed payload.

use crate::crypto::hash::{Hash, sha256};
use crate::encoding::json::{self, JsonError};
use crate::encoding::{TextError, decode_base64url, encode_base64url};
use crate::trade::jws::PAYLOAD_LIMITS;
use serde_json::{Value, json};
use std::fmt;

/// Names that no claim may have: they carry digests (RFC 9901 §4.2.1), or name the digests' algorithm (§4.1.1).
pub const RESERVED_NAMES: [&str; 3] = ["_sd", "...", "_sd_alg"];

/// 128 random bits that keep a withheld value from being guessed.
pub type Salt = [u8; 16];

/// SHA-256 of a disclosure's base64url text; as text base64url.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(pub Hash);

impl Digest {
    /// Parses the base64url text of 32 bytes.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        decode_base64url(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_base64url(&self.0))
    }
}

/// Why a text is not a disclosure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DisclosureError {
    /// Not strict base64url.
    #[error("disclosure text")]
    Text(#[source] TextError),
    /// Not JSON that may be read.
    #[error("disclosure contents")]
    Json(#[source] JsonError),
    /// Not `[salt, name, value]` or `[salt, value]`, with texts as salt and name.
    #[error("disclosure is {found}, expected [salt, name, value] or [salt, value]")]
    Shape {
        /// What it is.
        found: String,
    },
    /// The name is one no claim may have.
    #[error("disclosure names a reserved claim {name:?}")]
    ReservedName {
        /// The name.
        name: String,
    },
}

/// What a disclosure says. The name is absent for an element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contents {
    /// The member's name; none for an element of a list.
    pub name: Option<String>,
    /// The value, which may hold digests itself.
    pub value: Value,
}

/// A disclosure as it was handed over. One that cannot be read is kept, so that the rest of the record can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disclosure {
    text: String,
    digest: Digest,
    contents: Result<Contents, DisclosureError>,
}

impl Disclosure {
    /// Reads a disclosure's text.
    #[must_use]
    pub fn read(text: &str) -> Self {
        Self { text: text.to_owned(), digest: Digest(sha256(text.as_bytes())), contents: read_contents(text) }
    }

    /// Makes the disclosure of an object's member (`name` given) or of a list's element.
    #[must_use]
    pub fn new(salt: &Salt, name: Option<&str>, value: &Value) -> Self {
        let salt = encode_base64url(salt);
        let list = name.map_or_else(|| json!([salt, value]), |name| json!([salt, name, value]));
        Self::read(&encode_base64url(list.to_string().as_bytes()))
    }

    /// Its base64url text, over which the digest is taken.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Its digest.
    #[must_use]
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// What it says.
    ///
    /// # Errors
    /// [`DisclosureError`], when it is none.
    pub fn contents(&self) -> Result<&Contents, &DisclosureError> {
        self.contents.as_ref()
    }
}

fn read_contents(text: &str) -> Result<Contents, DisclosureError> {
    let bytes = decode_base64url(text).map_err(DisclosureError::Text)?;
    let value = json::parse(&bytes, PAYLOAD_LIMITS).map_err(DisclosureError::Json)?;
    let (name, value) = match value {
        Value::Array(parts) => match <[Value; 3]>::try_from(parts) {
            Ok([Value::String(_), Value::String(name), value]) => (Some(name), value),
            Ok(_) => return Err(shape("a list whose salt or name is not a text")),
            Err(parts) => match <[Value; 2]>::try_from(parts) {
                Ok([Value::String(_), value]) => (None, value),
                Ok(_) => return Err(shape("a list whose salt is not a text")),
                Err(parts) => return Err(shape(&format!("a list of {}", parts.len()))),
            },
        },
        _ => return Err(shape("not a list")),
    };
    match name {
        Some(name) if RESERVED_NAMES.contains(&name.as_str()) => Err(DisclosureError::ReservedName { name }),
        name => Ok(Contents { name, value }),
    }
}

fn shape(found: &str) -> DisclosureError {
    DisclosureError::Shape { found: found.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<Contents, DisclosureError> {
        Disclosure::read(&encode_base64url(json.as_bytes())).contents().cloned().map_err(Clone::clone)
    }

    #[test]
    fn digest_of_rfc_9901() {
        // RFC 9901 §4.2.3: white space inside is part of what is hashed.
        let disclosure = Disclosure::read("WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0");
        assert_eq!(disclosure.digest().to_string(), "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0");
        assert_eq!(disclosure.contents().unwrap().name.as_deref(), Some("family_name"));
    }

    #[test]
    fn round_trip() {
        let value = json!({"a": [1, "x"]});
        for name in [Some("faceAmount"), None] {
            let made = Disclosure::new(&[9; 16], name, &value);
            assert_eq!(made.contents().unwrap(), &Contents { name: name.map(str::to_owned), value: value.clone() });
            assert_eq!(Disclosure::read(made.text()), made);
        }
    }

    #[test]
    fn refuses_other_shapes() {
        for text in ["{}", "[]", r#"["salt"]"#, r#"["s","n",1,2]"#, r#"[1,"n",2]"#, r#"["s",1,2]"#, r#"[1,2]"#] {
            assert!(matches!(read(text), Err(DisclosureError::Shape { .. })), "{text}");
        }
        for name in RESERVED_NAMES {
            let text = json!(["salt", name, 1]).to_string();
            assert_eq!(read(&text), Err(DisclosureError::ReservedName { name: name.to_owned() }));
        }
        assert!(matches!(read(r#"["s","n",{"a":1,"a":2}]"#), Err(DisclosureError::Json(_))), "a name twice");
        assert!(matches!(Disclosure::read("WyJz=").contents(), Err(DisclosureError::Text(_))));
    }
}
