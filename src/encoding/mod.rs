//! Untrusted bytes and text, read strictly: one value has one encoding.
//!
//! Hexadecimal, base64 and base32 come from `base16ct`, `base64ct` and `base32ct`, in modes that refuse a second spelling
//! (the other case, missing or spare padding, non-zero trailing bits, white space).

pub mod json;
pub mod reader;
pub mod wire;
pub mod xml;

use base32ct::{Base32UpperUnpadded, Encoding as _};
use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};

/// Text that is not the one spelling of some bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not {alphabet}: {reason}")]
pub struct TextError {
    alphabet: &'static str,
    reason: String,
}

fn not(alphabet: &'static str) -> impl Fn(&dyn std::error::Error) -> TextError {
    move |error| TextError { alphabet, reason: error.to_string() }
}

/// Decodes lower-case hexadecimal.
///
/// # Errors
/// Any other character, upper case included, or an odd length.
pub fn decode_hex(text: &str) -> Result<Vec<u8>, TextError> {
    base16ct::lower::decode_vec(text).map_err(|error| not("lower-case hexadecimal")(&error))
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
    base16ct::lower::encode_string(bytes)
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
    Base64::decode_vec(text).map_err(|error| not("padded base64")(&error))
}

/// Writes standard, padded base64 (RFC 4648 §4).
#[must_use]
pub fn encode_base64(bytes: &[u8]) -> String {
    Base64::encode_string(bytes)
}

/// Decodes base64url without padding (RFC 7515 §2).
///
/// # Errors
/// Padding, another alphabet, white space, non-zero trailing bits.
pub fn decode_base64url(text: &str) -> Result<Vec<u8>, TextError> {
    Base64UrlUnpadded::decode_vec(text).map_err(|error| not("base64url without padding")(&error))
}

/// Writes base64url without padding (RFC 7515 §2).
#[must_use]
pub fn encode_base64url(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes upper-case base32 without padding (RFC 4648 §6), as QR codes hold it.
///
/// # Errors
/// Padding, another alphabet, white space, non-zero trailing bits.
pub fn decode_base32(text: &str) -> Result<Vec<u8>, TextError> {
    let alphabet = "upper-case base32 without padding";
    let bytes = Base32UpperUnpadded::decode_vec(text).map_err(|error| not(alphabet)(&error))?;
    // The library passes over the bits that the last character has to spare.
    if encode_base32(&bytes) != text {
        return Err(TextError { alphabet, reason: "non-zero trailing bits".into() });
    }
    Ok(bytes)
}

/// Writes upper-case base32 without padding (RFC 4648 §6).
#[must_use]
pub fn encode_base32(bytes: &[u8]) -> String {
    Base32UpperUnpadded::encode_string(bytes)
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
        assert_eq!(decode_base32("74").unwrap(), [255]);
        for wrong in ["74======", "75", "7", "740", "74 ", "7a", "74A", "741AAA"] {
            assert!(decode_base32(wrong).is_err(), "{wrong:?}");
        }
    }

    #[test]
    fn every_length_reads_back_and_no_last_character_has_a_second_spelling() {
        const LETTERS: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=";
        type Decode = fn(&str) -> Result<Vec<u8>, TextError>;
        type Encode = fn(&[u8]) -> String;
        let forms: [(Encode, Decode); 4] = [
            (encode_hex, decode_hex),
            (encode_base64, decode_base64),
            (encode_base64url, decode_base64url),
            (encode_base32, decode_base32),
        ];
        for length in 0..=40_u8 {
            let bytes: Vec<u8> = (0..length).map(|at| at.wrapping_mul(67) ^ length).collect();
            for (encode, decode) in forms {
                let text = encode(&bytes);
                assert_eq!(decode(&text).as_ref(), Ok(&bytes), "{text}");
                for letter in LETTERS.chars().filter(|&letter| length > 0 && !text.ends_with(letter)) {
                    let other = format!("{}{letter}", &text[..text.len() - 1]);
                    assert_ne!(decode(&other).as_ref(), Ok(&bytes), "{other} for {text}");
                }
            }
        }
    }
}
