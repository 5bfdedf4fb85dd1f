//! Untrusted bytes and text, read strictly: one value has one encoding.
//!
//! Hexadecimal and base64 come from `data-encoding`, in modes that refuse a second spelling (upper case, missing or
//! spare padding, non-zero trailing bits, white space).

pub mod json;
pub mod reader;

use data_encoding::{BASE64, BASE64URL_NOPAD, HEXLOWER};

/// Text that is not the one spelling of some bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {alphabet}: {reason}")]
pub struct TextError {
    alphabet: &'static str,
    reason: String,
}

fn strict(alphabet: &'static str, encoding: &data_encoding::Encoding, text: &str) -> Result<Vec<u8>, TextError> {
    encoding.decode(text.as_bytes()).map_err(|error| TextError { alphabet, reason: error.to_string() })
}

/// Decodes lower-case hexadecimal.
///
/// # Errors
/// Any other character, upper case included, or an odd length.
pub fn decode_hex(text: &str) -> Result<Vec<u8>, TextError> {
    strict("lower-case hexadecimal", &HEXLOWER, text)
}

/// Decodes exactly `N` bytes of lower-case hexadecimal.
///
/// # Errors
/// As [`decode_hex`], or another length.
pub fn decode_hex_array<const N: usize>(text: &str) -> Result<[u8; N], TextError> {
    let bytes = decode_hex(text)?;
    <[u8; N]>::try_from(bytes.as_slice()).map_err(|_| TextError {
        alphabet: "lower-case hexadecimal of the right length",
        reason: format!("{} bytes, expected {N}", bytes.len()),
    })
}

/// Writes lower-case hexadecimal.
#[must_use]
pub fn encode_hex(bytes: &[u8]) -> String {
    HEXLOWER.encode(bytes)
}

/// Writes lower-case hexadecimal with the last byte first, as Bitcoin shows its hashes.
#[must_use]
pub fn reversed_hex(bytes: &[u8]) -> String {
    encode_hex(&bytes.iter().rev().copied().collect::<Vec<u8>>())
}

/// Decodes standard, padded base64 (RFC 4648 §4).
///
/// # Errors
/// Missing or spare padding, another alphabet, white space, non-zero trailing bits.
pub fn decode_base64(text: &str) -> Result<Vec<u8>, TextError> {
    strict("padded base64", &BASE64, text)
}

/// Writes standard, padded base64 (RFC 4648 §4).
#[must_use]
pub fn encode_base64(bytes: &[u8]) -> String {
    BASE64.encode(bytes)
}

/// Decodes base64url without padding (RFC 7515 §2).
///
/// # Errors
/// Padding, another alphabet, white space, non-zero trailing bits.
pub fn decode_base64url(text: &str) -> Result<Vec<u8>, TextError> {
    strict("base64url without padding", &BASE64URL_NOPAD, text)
}

/// Writes base64url without padding (RFC 7515 §2).
#[must_use]
pub fn encode_base64url(bytes: &[u8]) -> String {
    BASE64URL_NOPAD.encode(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_value_has_one_spelling() {
        assert_eq!(decode_hex("00ff").unwrap(), [0, 255]);
        assert!(decode_hex("00FF").is_err());
        assert!(decode_hex("0").is_err());
        assert!(decode_hex_array::<2>("00ff00").is_err());
        assert_eq!(decode_base64("AQ==").unwrap(), [1]);
        for wrong in ["AQ", "AR==", "AQ==\n", "AQ=", "_w=="] {
            assert!(decode_base64(wrong).is_err(), "{wrong:?}");
        }
        assert_eq!(decode_base64url("_w").unwrap(), [255]);
        for wrong in ["_w==", "_x", "/w", " _w"] {
            assert!(decode_base64url(wrong).is_err(), "{wrong:?}");
        }
    }
}
