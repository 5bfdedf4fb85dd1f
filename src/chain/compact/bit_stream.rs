//! Numbers of any width in a row of bits, the most significant first.

/// The bits end before the number does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ended;

/// Writes.
#[derive(Debug, Default)]
pub(super) struct BitWriter {
    bytes: Vec<u8>,
    /// The bits of the byte begun, lowest last.
    pending: u64,
    pending_bits: u32,
}

impl BitWriter {
    /// The low `width` bits of `value`; at most 32.
    pub(super) fn put(&mut self, value: u32, width: u32) {
        debug_assert!(width <= 32 && u64::from(value) >> width == 0, "{value} fits in {width} bits");
        self.pending = self.pending << width | u64::from(value);
        self.pending_bits += width;
        while self.pending_bits >= 8 {
            self.pending_bits -= 8;
            self.bytes.push((self.pending >> self.pending_bits) as u8);
        }
    }

    /// One bit.
    pub(super) fn put_flag(&mut self, flag: bool) {
        self.put(u32::from(flag), 1);
    }

    /// Fills up the last byte with zeros.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.pending_bits > 0 {
            self.put(0, 8 - self.pending_bits);
        }
        self.bytes
    }
}

/// Reads.
#[derive(Debug, Clone)]
pub(super) struct BitReader<'a> {
    bytes: &'a [u8],
    /// Bits read.
    at: usize,
}

impl<'a> BitReader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The byte that the next bit stands in.
    pub(super) fn offset(&self) -> usize {
        self.at / 8
    }

    /// The next 57 bits or more at the top of a word, zeros after the last.
    fn peek(&self) -> u64 {
        let rest = &self.bytes[self.offset().min(self.bytes.len())..];
        let word = match rest.first_chunk::<8>() {
            Some(word) => u64::from_be_bytes(*word),
            None => rest.iter().rev().fold(0, |word, &byte| word >> 8 | u64::from(byte) << 56),
        };
        word << (self.at % 8)
    }

    fn skip(&mut self, bits: u32) -> Result<(), Ended> {
        let after = self.at + bits as usize;
        if after > self.bytes.len() * 8 {
            return Err(Ended);
        }
        self.at = after;
        Ok(())
    }

    /// A number of `width` bits; at most 32.
    pub(super) fn take(&mut self, width: u32) -> Result<u32, Ended> {
        let word = self.peek();
        self.skip(width)?;
        Ok(if width == 0 { 0 } else { (word >> (64 - width)) as u32 })
    }

    /// One bit.
    pub(super) fn take_flag(&mut self) -> Result<bool, Ended> {
        Ok(self.take(1)? == 1)
    }

    /// The number of ones before the next zero, which is read too; at `most` ones, no zero follows. At most 32.
    pub(super) fn take_ones(&mut self, most: u32) -> Result<u32, Ended> {
        let ones = self.peek().leading_ones().min(most);
        self.skip(if ones < most { ones + 1 } else { ones })?;
        Ok(ones)
    }

    /// What is left: fewer than eight bits, all zero.
    pub(super) fn is_padding(&self) -> bool {
        self.bytes.len() * 8 - self.at < 8 && self.peek() == 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_every_width_there_and_back() {
        let numbers: Vec<(u32, u32)> =
            (0..=32).map(|width| (0xdead_beef_u32.checked_shr(32 - width).unwrap_or(0), width)).collect();
        let mut writer = BitWriter::default();
        numbers.iter().for_each(|&(value, width)| writer.put(value, width));
        for ones in 0..24 {
            (0..ones).for_each(|_| writer.put_flag(true));
            writer.put_flag(false);
        }
        writer.put(0xff_ffff, 24);
        let bytes = writer.finish();
        assert_eq!(bytes.len(), (33 * 16 + 24 * 25 / 2 + 24_usize).div_ceil(8));
        let mut reader = BitReader::new(&bytes);
        for (value, width) in numbers {
            assert_eq!(reader.take(width), Ok(value), "{width}");
        }
        assert!((0..24).all(|ones| reader.take_ones(24) == Ok(ones)));
        assert_eq!(reader.take_ones(24), Ok(24));
        assert!(reader.is_padding());
        assert_eq!((reader.take(8), reader.take_ones(9)), (Err(Ended), Ok(0)));
    }

    #[test]
    fn nothing_is_read_past_the_end() {
        let mut reader = BitReader::new(&[0xff]);
        assert_eq!((reader.clone().take(9), reader.clone().take_ones(8)), (Err(Ended), Ok(8)));
        assert_eq!(reader.take_ones(9), Err(Ended), "the zero after the ones is not there");
        assert_eq!((reader.take(8), reader.take_flag(), reader.is_padding()), (Ok(0xff), Err(Ended), true));
        assert!(!BitReader::new(&[0]).is_padding(), "a whole byte is no padding");
        assert!(!BitReader { bytes: &[0b10], at: 1 }.is_padding());
        assert!(BitReader { bytes: &[0x80], at: 1 }.is_padding());
    }
}
