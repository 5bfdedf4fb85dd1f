//! The small columns of a block: times, bits and versions, by the bit.

use crate::chain::compact::bit_stream::{BitReader, BitWriter, Ended};
use crate::chain::compact::{CompactError, Field};
use std::collections::HashMap;

/// From so many ones on, a difference of times is written out.
const MOST_ONES: u32 = 24;
/// A greater folded difference counts for so much: a gap of a year says nothing of the others.
const MOST_COUNTED: u64 = (1 << 14) - 1;
/// The bits of a version that miners vary (BIP320), and where they begin.
const VARIED: u32 = 0x1fff_e000;
const VARIED_SHIFT: u32 = 13;
const VARIED_BITS: u32 = 16;

/// The small fields of a block's headers, each as long as the block.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Columns {
    pub(super) times: Vec<u32>,
    pub(super) bits: Vec<u32>,
    pub(super) versions: Vec<u32>,
}

impl Columns {
    pub(super) fn encode(&self) -> Vec<u8> {
        let mut writer = BitWriter::default();
        put_times(&mut writer, &self.times);
        put_values(&mut writer, &self.bits);
        put_values(&mut writer, &self.versions);
        writer.finish()
    }

    /// Decodes the columns of a block of `count` headers, at least one. `offset` is where they stand in the stream.
    pub(super) fn decode(bytes: &[u8], count: usize, offset: u64) -> Result<Self, CompactError> {
        let mut reader = BitReader::new(bytes);
        let times = take_times(&mut reader, count);
        let times = times.map_err(|fault| fault.at(Field::Time, &reader, offset))?;
        let mut values = |field| take_values(&mut reader, count).map_err(|fault| fault.at(field, &reader, offset));
        let (bits, versions) = (values(Field::Bits)?, values(Field::Version)?);
        if !reader.is_padding() {
            return Err(Fault::NotCanonical.at(Field::Padding, &reader, offset));
        }
        Ok(Self { times, bits, versions })
    }
}

/// What is wrong with a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fault {
    Ended,
    NotCanonical,
}

impl From<Ended> for Fault {
    fn from(_: Ended) -> Self {
        Self::Ended
    }
}

impl Fault {
    fn at(self, field: Field, reader: &BitReader<'_>, start: u64) -> CompactError {
        let offset = start + reader.offset() as u64;
        match self {
            Self::Ended => CompactError::ColumnsEnd { field, offset },
            Self::NotCanonical => CompactError::NotCanonical { field, offset },
        }
    }
}

/// A difference of times, modulo 2³², as a number without a sign.
fn fold(difference: u32) -> u32 {
    difference << 1 ^ (difference as i32 >> 31) as u32
}

fn unfold(folded: u32) -> u32 {
    folded >> 1 ^ (folded & 1).wrapping_neg()
}

/// The one parameter of Rice's code for these differences.
fn rice_parameter(folded: impl ExactSizeIterator<Item = u32>) -> u32 {
    let count = folded.len() as u64;
    let sum: u64 = folded.map(|folded| u64::from(folded).min(MOST_COUNTED)).sum();
    sum.checked_div(count).and_then(u64::checked_ilog2).unwrap_or(0)
}

fn put_times(writer: &mut BitWriter, times: &[u32]) {
    let folded = times.array_windows().map(|[before, time]| fold(time.wrapping_sub(*before)));
    let k = rice_parameter(folded.clone());
    writer.put(times[0], 32);
    writer.put(k, 4);
    for folded in folded {
        let ones = folded >> k;
        if ones < MOST_ONES {
            writer.put((1 << ones) - 1, ones);
            writer.put_flag(false);
            writer.put(folded & ((1 << k) - 1), k);
        } else {
            writer.put((1 << MOST_ONES) - 1, MOST_ONES);
            writer.put(folded, 32);
        }
    }
}

fn take_times(reader: &mut BitReader<'_>, count: usize) -> Result<Vec<u32>, Fault> {
    let mut time = reader.take(32)?;
    let k = reader.take(4)?;
    let mut times = Vec::with_capacity(count);
    let mut folded = Vec::with_capacity(count);
    times.push(time);
    for _ in 1..count {
        let ones = reader.take_ones(MOST_ONES)?;
        let next = if ones < MOST_ONES { ones << k | reader.take(k)? } else { reader.take(32)? };
        if ones == MOST_ONES && next >> k < MOST_ONES {
            return Err(Fault::NotCanonical);
        }
        time = time.wrapping_add(unfold(next));
        times.push(time);
        folded.push(next);
    }
    if k != rice_parameter(folded.into_iter()) {
        return Err(Fault::NotCanonical);
    }
    Ok(times)
}

/// Bits that the last of so many places needs.
fn place_width(places: usize) -> u32 {
    usize::BITS - places.saturating_sub(1).leading_zeros()
}

fn put_values(writer: &mut BitWriter, values: &[u32]) {
    let uniform = values.iter().all(|value| *value == values[0]);
    writer.put_flag(uniform);
    if uniform {
        return writer.put(values[0], 32);
    }
    let mut places: HashMap<u32, u32> = HashMap::new();
    let mut before = 0;
    for &value in values {
        let count = places.len();
        match places.get(&value) {
            Some(&place) => {
                writer.put(0b01, 2);
                writer.put(place, place_width(count));
            }
            None => {
                places.insert(value, count as u32);
                if (value ^ before) & !VARIED == 0 {
                    writer.put_flag(true);
                    writer.put((value & VARIED) >> VARIED_SHIFT, VARIED_BITS);
                } else {
                    writer.put(0b00, 2);
                    writer.put(value, 32);
                }
            }
        }
        before = value;
    }
}

fn take_values(reader: &mut BitReader<'_>, count: usize) -> Result<Vec<u32>, Fault> {
    if reader.take_flag()? {
        return Ok(vec![reader.take(32)?; count]);
    }
    let mut values = Vec::with_capacity(count);
    let mut places: Vec<u32> = Vec::new();
    let mut before = 0;
    for _ in 0..count {
        let value = if reader.take_flag()? {
            let value = before & !VARIED | reader.take(VARIED_BITS)? << VARIED_SHIFT;
            places.push(value);
            value
        } else if reader.take_flag()? {
            let place = reader.take(place_width(places.len()))?;
            *places.get(place as usize).ok_or(Fault::NotCanonical)?
        } else {
            let value = reader.take(32)?;
            if (value ^ before) & !VARIED == 0 {
                return Err(Fault::NotCanonical);
            }
            places.push(value);
            value
        };
        values.push(value);
        before = value;
    }
    // Sorted, a value that appeared twice stands beside itself: quicker than looking each up as it comes.
    places.sort_unstable();
    if places.len() < 2 || places.array_windows().any(|[one, next]| one == next) {
        return Err(Fault::NotCanonical);
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back(times: &[u32], bits: &[u32], versions: &[u32]) -> Vec<u8> {
        let columns = Columns { times: times.to_vec(), bits: bits.to_vec(), versions: versions.to_vec() };
        let bytes = columns.encode();
        assert_eq!(Columns::decode(&bytes, times.len(), 0), Ok(columns));
        bytes
    }

    #[test]
    fn columns_there_and_back() {
        let bytes = there_and_back(&[7], &[1], &[2]);
        assert_eq!(bytes.len(), (32 + 4 + 33 + 33_usize).div_ceil(8));
        there_and_back(&[0, u32::MAX, 0, 1 << 31, 5, 5, 4], &[1, 2, 1, 2, 3, 3, 1], &[0x2000_0000; 7]);
        there_and_back(&[600, 1200, 900], &[0, 0, 1], &[VARIED, 0, 0x2000_2000]);
        for folded in [0, 1, 2, 0x7fff_ffff, 0x8000_0000, u32::MAX] {
            assert_eq!(fold(unfold(folded)), folded);
        }
        assert_eq!([0, u32::MAX, 1, u32::MAX - 1].map(fold), [0, 1, 2, 3]);
    }

    #[test]
    fn every_second_spelling_is_refused() {
        let decode = |write: &dyn Fn(&mut BitWriter), count| {
            let mut writer = BitWriter::default();
            write(&mut writer);
            Columns::decode(&writer.finish(), count, 100)
        };
        let put = |writer: &mut BitWriter, numbers: &[(u32, u32)]| {
            numbers.iter().for_each(|&(value, width)| writer.put(value, width));
        };
        let one_time = [(9, 32), (0, 4)];
        let same = [(1, 1), (3, 32)];
        let is = |found: Result<Columns, CompactError>, wanted: Field| match found {
            Err(CompactError::NotCanonical { field, offset }) => field == wanted && offset >= 100,
            _ => false,
        };
        let whole = |head: &[(u32, u32)], rest: &[(u32, u32)], count| {
            decode(&|writer| put(writer, &[head, rest].concat()), count)
        };
        let one = [&same[..], &same].concat();
        assert!(whole(&one_time, &one, 1).is_ok());
        assert!(is(whole(&[(9, 32), (1, 4)], &one, 1), Field::Time), "k without a difference");
        assert!(is(whole(&[(9, 32), (1, 4), (0, 2)], &one, 2), Field::Time), "k that is not the rule's");
        let written_out = [(9, 32), (4, 4), ((1 << 24) - 1, 24), (23, 32)];
        assert!(is(whole(&written_out, &one, 2), Field::Time), "written out though short");
        assert!(is(whole(&one_time, &[(0, 1), (0, 2), (3, 32)], 1), Field::Bits), "one value as several");
        let two_times = [(9, 32), (0, 4), (0, 1)];
        let second = |coded: &[(u32, u32)]| {
            whole(&two_times, &[&same[..], &[(0, 1), (0, 2), (0x2000_0000, 32)], coded].concat(), 2)
        };
        assert!(second(&[(1, 1), (7, 16)]).is_ok());
        assert!(is(second(&[(0, 2), (0x2000_e000, 32)]), Field::Version), "varied bits written out");
        assert!(is(second(&[(1, 1), (0, 16)]), Field::Version), "a known value as a new one");
        let no_place = whole(&two_times, &[&same[..], &[(0, 1), (1, 2)]].concat(), 2);
        assert!(is(no_place, Field::Version), "a place where none is");
        let three = [(0, 1), (0, 2), (5, 32), (0, 2), (6, 32), (0, 2), (7, 32)];
        let at_place =
            |place| whole(&[(9, 32), (0, 4), (0, 3)], &[&same[..], &three, &[(1, 2), (place, 2)]].concat(), 4);
        assert_eq!(at_place(2).map(|columns| columns.versions), Ok(vec![5, 6, 7, 7]));
        assert!(is(at_place(3), Field::Version), "a place beyond the last");
        assert!(is(decode(&|writer| put(writer, &[&one_time[..], &one, &[(1, 1)]].concat()), 1), Field::Padding));
        let spare = decode(&|writer| put(writer, &[&one_time[..], &one, &[(0, 8)]].concat()), 1);
        assert!(is(spare, Field::Padding), "a spare byte");
        let ended = Columns::decode(&[0; 5], 1, 100);
        assert_eq!(ended, Err(CompactError::ColumnsEnd { field: Field::Bits, offset: 104 }));
    }
}
