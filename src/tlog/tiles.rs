//! Tiles (c2sp.org/tlog-tiles): how a log lays its hashes and entries out in files of 256.

use crate::crypto::hash::Hash;
use crate::encoding::reader::{ReadError, Reader};

/// Hashes of a full tile, and entries of a full bundle.
pub const FULL_WIDTH: u16 = 256;

/// Why bytes are not a tile.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TileError {
    /// No tile has this many hashes or entries.
    #[error("tile of width {found}, expected 1 to {FULL_WIDTH}")]
    Width {
        /// The width asked for.
        found: u16,
    },
    /// The bytes end early or go on.
    #[error("tile of width {width}")]
    Read {
        /// The width the tile should have.
        width: u16,
        /// What is wrong.
        source: ReadError,
    },
}

/// The path of a tile: `level` is a number, or `None` for the bundle of entries. Of a partial tile `width` is below 256.
///
/// # Errors
/// [`TileError::Width`].
pub fn path(level: Option<u8>, index: u64, width: u16) -> Result<String, TileError> {
    // Groups of three digits, all but the last marked: 1234067 is x001/x234/067.
    let mut number = format!("{:03}", index % 1000);
    let mut rest = index / 1000;
    while rest > 0 {
        number = format!("x{:03}/{number}", rest % 1000);
        rest /= 1000;
    }
    let level = level.map_or_else(|| "entries".to_owned(), |level| level.to_string());
    let partial = match width {
        FULL_WIDTH => String::new(),
        1..FULL_WIDTH => format!(".p/{width}"),
        found => return Err(TileError::Width { found }),
    };
    Ok(format!("tile/{level}/{number}{partial}"))
}

/// Decodes the hashes of a tile of a known width.
///
/// # Errors
/// [`TileError`].
pub fn decode_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, TileError> {
    decode(bytes, width, Reader::array)
}

/// Decodes the entries of a bundle of a known width.
///
/// # Errors
/// [`TileError`].
pub fn decode_entries(bytes: &[u8], width: u16) -> Result<Vec<&[u8]>, TileError> {
    decode(bytes, width, |reader| {
        let length = reader.u16_be()?;
        reader.take(length.into())
    })
}

fn decode<'a, T>(
    bytes: &'a [u8],
    width: u16,
    mut item: impl FnMut(&mut Reader<'a>) -> Result<T, ReadError>,
) -> Result<Vec<T>, TileError> {
    if !(1..=FULL_WIDTH).contains(&width) {
        return Err(TileError::Width { found: width });
    }
    let mut reader = Reader::new(bytes);
    let items: Result<Vec<T>, ReadError> = (0..width).map(|_| item(&mut reader)).collect();
    items.and_then(|items| reader.finish().map(|()| items)).map_err(|source| TileError::Read { width, source })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_in_groups_of_three_digits() {
        assert_eq!(path(Some(0), 1_234_067, 256).unwrap(), "tile/0/x001/x234/067");
        assert_eq!(path(None, 0, 15).unwrap(), "tile/entries/000.p/15");
        assert_eq!(path(Some(1), 1000, 1).unwrap(), "tile/1/x001/000.p/1");
        assert!(path(None, 0, 0).is_err());
        assert!(path(None, 0, 257).is_err());
    }

    #[test]
    fn tiles_have_exactly_their_width() {
        assert_eq!(decode_entries(b"\0\x01a\0\0", 2).unwrap(), [&b"a"[..], b""]);
        for wrong in [&b"\0\x01a\0"[..], b"\0\x01a\0\0\0", b"\0\x01a"] {
            assert!(matches!(decode_entries(wrong, 2), Err(TileError::Read { .. })), "{wrong:?}");
        }
        assert_eq!(decode_hashes(&[7; 64], 2).unwrap(), [[7; 32]; 2]);
        assert!(decode_hashes(&[7; 65], 2).is_err());
        assert!(decode_hashes(&[7; 64], 3).is_err());
        assert!(decode_hashes(&[], 0).is_err());
    }
}
