//! A cursor over untrusted bytes that never reads past the end and never leaves any over.

/// Why bytes could not be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The bytes end before the field does.
    #[error("truncated: {needed} bytes needed at offset {offset}, {left} left")]
    Truncated {
        /// Where the field starts.
        offset: usize,
        /// Bytes the field needs.
        needed: usize,
        /// Bytes there are.
        left: usize,
    },
    /// Bytes are left after the last field.
    #[error("{left} bytes left over at offset {offset}")]
    Trailing {
        /// Where reading ended.
        offset: usize,
        /// Bytes left over.
        left: usize,
    },
    /// A Bitcoin CompactSize in a longer form than needed.
    #[error("CompactSize at offset {offset} is not in its shortest form")]
    NotMinimal {
        /// Where the number starts.
        offset: usize,
    },
    /// A count over the limit its field allows.
    #[error("count {found} at offset {offset} is over the limit of {limit}")]
    TooMany {
        /// Where the number starts.
        offset: usize,
        /// The count found.
        found: u64,
        /// The limit.
        limit: u64,
    },
}

/// A cursor over untrusted bytes.
#[derive(Debug, Clone)]
pub struct Reader<'a> {
    bytes: &'a [u8],
    offset: usize,
}

impl<'a> Reader<'a> {
    /// Starts at the first byte.
    #[must_use]
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, offset: 0 }
    }

    /// Bytes read so far.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Bytes not yet read.
    #[must_use]
    pub fn left(&self) -> usize {
        self.bytes.len() - self.offset
    }

    /// The next `count` bytes.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] when there are fewer.
    pub fn take(&mut self, count: usize) -> Result<&'a [u8], ReadError> {
        if count > self.left() {
            return Err(ReadError::Truncated { offset: self.offset, needed: count, left: self.left() });
        }
        let taken = &self.bytes[self.offset..self.offset + count];
        self.offset += count;
        Ok(taken)
    }

    /// The next `N` bytes as an array.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] when there are fewer.
    pub fn array<const N: usize>(&mut self) -> Result<[u8; N], ReadError> {
        let mut array = [0; N];
        array.copy_from_slice(self.take(N)?);
        Ok(array)
    }

    /// One byte.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] at the end.
    pub fn u8(&mut self) -> Result<u8, ReadError> {
        Ok(self.array::<1>()?[0])
    }

    /// A big-endian 16-bit number.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] at the end.
    pub fn u16_be(&mut self) -> Result<u16, ReadError> {
        Ok(u16::from_be_bytes(self.array()?))
    }

    /// A big-endian 32-bit number.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] at the end.
    pub fn u32_be(&mut self) -> Result<u32, ReadError> {
        Ok(u32::from_be_bytes(self.array()?))
    }

    /// A big-endian 64-bit number.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] at the end.
    pub fn u64_be(&mut self) -> Result<u64, ReadError> {
        Ok(u64::from_be_bytes(self.array()?))
    }

    /// A little-endian 32-bit number.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] at the end.
    pub fn u32_le(&mut self) -> Result<u32, ReadError> {
        Ok(u32::from_le_bytes(self.array()?))
    }

    /// A little-endian 64-bit number.
    ///
    /// # Errors
    /// [`ReadError::Truncated`] at the end.
    pub fn u64_le(&mut self) -> Result<u64, ReadError> {
        Ok(u64::from_le_bytes(self.array()?))
    }

    /// A Bitcoin CompactSize in its shortest form, at most `limit`.
    ///
    /// # Errors
    /// [`ReadError`] when truncated, not minimal or over the limit.
    pub fn compact_size(&mut self, limit: u64) -> Result<u64, ReadError> {
        let offset = self.offset;
        let (value, least) = match self.u8()? {
            0xfd => (u64::from(u16::from_le_bytes(self.array()?)), 0xfd),
            0xfe => (u64::from(self.u32_le()?), 0x1_0000),
            0xff => (self.u64_le()?, 0x1_0000_0000),
            small => (u64::from(small), 0),
        };
        if value < least {
            return Err(ReadError::NotMinimal { offset });
        }
        if value > limit {
            return Err(ReadError::TooMany { offset, found: value, limit });
        }
        Ok(value)
    }

    /// Ends the reading.
    ///
    /// # Errors
    /// [`ReadError::Trailing`] when bytes are left over.
    pub fn finish(self) -> Result<(), ReadError> {
        match self.left() {
            0 => Ok(()),
            left => Err(ReadError::Trailing { offset: self.offset, left }),
        }
    }
}

/// Writes a Bitcoin CompactSize in its shortest form.
pub fn write_compact_size(out: &mut Vec<u8>, value: u64) {
    match value {
        0..=0xfc => out.push(value as u8),
        0xfd..=0xffff => {
            out.push(0xfd);
            out.extend_from_slice(&(value as u16).to_le_bytes());
        }
        0x1_0000..=0xffff_ffff => {
            out.push(0xfe);
            out.extend_from_slice(&(value as u32).to_le_bytes());
        }
        _ => {
            out.push(0xff);
            out.extend_from_slice(&value.to_le_bytes());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn compact_size_round_trips_and_is_minimal() {
        for value in [0, 1, 0xfc, 0xfd, 0xffff, 0x1_0000, 0xffff_ffff, 0x1_0000_0000, u64::MAX] {
            let mut out = Vec::new();
            write_compact_size(&mut out, value);
            let mut reader = Reader::new(&out);
            assert_eq!(reader.compact_size(u64::MAX), Ok(value));
            assert_eq!(reader.finish(), Ok(()));
        }
        for wrong in [&[0xfd, 0xfc, 0][..], &[0xfe, 0xff, 0xff, 0, 0], &[0xff, 0, 0, 0, 0x80, 0, 0, 0, 0]] {
            assert_eq!(Reader::new(wrong).compact_size(u64::MAX), Err(ReadError::NotMinimal { offset: 0 }));
        }
        assert!(matches!(Reader::new(&[5]).compact_size(4), Err(ReadError::TooMany { found: 5, .. })));
    }

    #[test]
    fn nothing_is_read_past_the_end_or_left_over() {
        let mut reader = Reader::new(&[1, 2, 3]);
        assert_eq!(reader.u16_be(), Ok(0x0102));
        assert_eq!(reader.u32_le(), Err(ReadError::Truncated { offset: 2, needed: 4, left: 1 }));
        assert_eq!(reader.clone().finish(), Err(ReadError::Trailing { offset: 2, left: 1 }));
        assert_eq!(reader.take(1), Ok(&[3][..]));
        assert_eq!(reader.finish(), Ok(()));
    }
}
