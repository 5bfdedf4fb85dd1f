//! Unsigned LEB128, the numbers of OpenTimestamps files, each in its shortest form.

use crate::encoding::reader::{ReadError, Reader};

/// Why bytes are not a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum VaruintError {
    /// The bytes end early.
    #[error("number")]
    Read(#[from] ReadError),
    /// A longer form than needed: the last byte adds nothing.
    #[error("number at offset {offset} is not in its shortest form")]
    NotMinimal {
        /// Where the number starts.
        offset: usize,
    },
    /// The number is over its limit.
    #[error("number at offset {offset} is over the limit of {limit}")]
    TooLarge {
        /// Where the number starts.
        offset: usize,
        /// The limit.
        limit: u64,
    },
}

/// Reads a number of at most `limit`.
///
/// # Errors
/// [`VaruintError`].
pub fn read(reader: &mut Reader, limit: u64) -> Result<u64, VaruintError> {
    let offset = reader.offset();
    let mut value = 0_u64;
    for shift in (0..).step_by(7) {
        let byte = reader.u8()?;
        let bits = u64::from(byte & 0x7f);
        // Only bit 0 of the tenth byte fits into 64 bits.
        if shift > 63 || (shift == 63 && bits > 1) {
            return Err(VaruintError::TooLarge { offset, limit });
        }
        value |= bits << shift;
        if byte & 0x80 == 0 {
            if byte == 0 && shift > 0 {
                return Err(VaruintError::NotMinimal { offset });
            }
            break;
        }
    }
    if value > limit { Err(VaruintError::TooLarge { offset, limit }) } else { Ok(value) }
}

/// Writes a number.
pub fn write(out: &mut Vec<u8>, mut value: u64) {
    while value > 0x7f {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_round_trip_in_one_form() {
        for value in [0, 1, 0x7f, 0x80, 0x3fff, 0x4000, 358_391, u64::MAX >> 1, u64::MAX] {
            let mut out = Vec::new();
            write(&mut out, value);
            let mut reader = Reader::new(&out);
            assert_eq!(read(&mut reader, u64::MAX), Ok(value));
            assert_eq!(reader.finish(), Ok(()));
            if value < u64::MAX >> 1 {
                *out.last_mut().unwrap() |= 0x80;
                out.push(0);
                assert_eq!(read(&mut Reader::new(&out), u64::MAX), Err(VaruintError::NotMinimal { offset: 0 }));
            }
        }
        assert_eq!(read(&mut Reader::new(&[0x80, 1]), 127), Err(VaruintError::TooLarge { offset: 0, limit: 127 }));
        let over = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2];
        assert!(matches!(read(&mut Reader::new(&over), u64::MAX), Err(VaruintError::TooLarge { .. })));
        assert!(matches!(read(&mut Reader::new(&[0xff; 99]), u64::MAX), Err(VaruintError::TooLarge { .. })));
        assert!(matches!(read(&mut Reader::new(&[0x80]), u64::MAX), Err(VaruintError::Read(_))));
    }
}
