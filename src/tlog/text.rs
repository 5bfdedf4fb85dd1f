//! Numbers and hashes as C2SP texts write them, each in its one spelling.

use crate::crypto::hash::Hash;
use crate::encoding::{TextError, decode_base64};

/// A text that is not a hash.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HashTextError {
    /// Not strict base64.
    #[error("hash")]
    Text(#[from] TextError),
    /// Another length than SHA-256.
    #[error("hash of {found} bytes, expected 32")]
    Length {
        /// Bytes found.
        found: usize,
    },
}

/// A decimal: digits alone, no leading zero, below 2^64.
pub(crate) fn parse_decimal(text: &str) -> Option<u64> {
    let one_spelling = text == "0" || !text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit());
    if one_spelling { text.parse().ok() } else { None }
}

/// A SHA-256 hash in padded base64.
pub(crate) fn parse_hash(text: &str) -> Result<Hash, HashTextError> {
    let bytes = decode_base64(text)?;
    Hash::try_from(bytes.as_slice()).map_err(|_| HashTextError::Length { found: bytes.len() })
}

/// What an error shows of a hostile text: as much as fits on a line.
pub(crate) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(120) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_excerpt_fits_on_a_line() {
        assert_eq!(excerpt(&"é".repeat(120)), "é".repeat(120));
        assert_eq!(excerpt(&"é".repeat(121)), format!("{}…", "é".repeat(120)));
    }

    #[test]
    fn a_decimal_has_one_spelling() {
        for (text, value) in [("0", 0), ("1", 1), ("10", 10), ("18446744073709551615", u64::MAX)] {
            assert_eq!(parse_decimal(text), Some(value));
        }
        for wrong in ["", "00", "01", "+1", "-1", " 1", "1 ", "1\n", "1_0", "1e3", "0x1", "२", "18446744073709551616"]
        {
            assert_eq!(parse_decimal(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn a_hash_has_one_spelling() {
        let text = "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=";
        assert!(parse_hash(text).is_ok());
        assert_eq!(parse_hash("AAAA"), Err(HashTextError::Length { found: 3 }));
        for wrong in [&text[..43], &text.replace("U=", "V="), &text.replace('+', "-"), &format!("{text}\n")] {
            assert!(matches!(parse_hash(wrong), Err(HashTextError::Text(_))), "{wrong:?}");
        }
    }
}
