//! The head record: what the file of headers beside it holds.
//!
//! ```text
//! "PLMK" | version u16be | length u32be | body | check 16
//! body 1 = sequence u64be | genesis 32 | first height u32be | count u32be | tip 32 | work 32 | sum u32be × ⌈count ÷ 2016⌉
//! ```
//! *length* counts the whole record, and *check* is the beginning of the SHA-256 of all before it. Every later version
//! keeps these four, so that this program tells a newer record from a damaged one. *work* is the whole chain's to the tip,
//! most significant byte first; zero says that it is not known. A *sum* is the Adler-32 (RFC 1950) of a period's bytes.

use crate::chain::header::{BlockHash, HEADER_BYTES};
use crate::chain::pow::Work;
use crate::crypto::hash::sha256;
use crate::encoding::reader::{ReadError, Reader};
use adler2::Adler32;

/// Headers under one checksum: as many as a Bitcoin period, on every network.
pub const PERIOD: u32 = 2016;
/// Bytes of a whole period.
pub(super) const PERIOD_BYTES: usize = PERIOD as usize * HEADER_BYTES;
/// Bytes a slot has; the second begins where the first ends.
pub const SLOT_BYTES: usize = 32 * 1024;
/// Most headers kept; the head of so many fits its slot.
pub const MAX_HEADERS: u32 = crate::chain::header_tree::MAX_HEADERS as u32;

const MAGIC: [u8; 4] = *b"PLMK";
const VERSION: u16 = 1;
const CHECK_BYTES: usize = 16;
const FIXED_BYTES: usize = 4 + 2 + 4 + 8 + 32 + 4 + 4 + 32 + 32 + CHECK_BYTES;
const _: () = assert!(FIXED_BYTES + 4 * (MAX_HEADERS as usize).div_ceil(PERIOD as usize) <= SLOT_BYTES);

/// Why a slot holds no head that can be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeadError {
    /// It ends within a field, or goes on after the last.
    #[error("a record cut short or too long")]
    Length(#[from] ReadError),
    /// It does not begin as a head does.
    #[error("begins with {found:02x?}, expected \"PLMK\"")]
    Magic {
        /// Its first four bytes.
        found: [u8; 4],
    },
    /// Its bytes are not those that were written.
    #[error("the checksum does not fit the record")]
    Check,
    /// It counts more headers than are kept, or checksums for another number.
    #[error("{count} headers with {sums} checksums, expected one for each {PERIOD}, and at most {MAX_HEADERS} headers")]
    Count {
        /// Headers it counts.
        count: u32,
        /// Checksums it has.
        sums: usize,
    },
    /// It is of another chain.
    #[error("genesis {found}, expected {expected}")]
    Genesis {
        /// The chain's own.
        expected: BlockHash,
        /// The one it names.
        found: BlockHash,
    },
}

/// One of the two places a head is written to, in turn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Slot {
    /// The first.
    First,
    /// The second.
    Second,
}

impl Slot {
    /// Where it begins.
    pub(super) fn offset(self) -> u64 {
        match self {
            Self::First => 0,
            Self::Second => SLOT_BYTES as u64,
        }
    }

    pub(super) fn other(self) -> Self {
        match self {
            Self::First => Self::Second,
            Self::Second => Self::First,
        }
    }
}

/// What a slot holds. A claim: the headers it speaks of are verified like any others.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SlotContent {
    /// Nothing was ever written to it.
    Empty,
    /// A head.
    Head(Head),
    /// A whole record of a later version, which this program leaves alone.
    Newer {
        /// Its version.
        version: u16,
    },
    /// Neither.
    Damaged(HeadError),
}

impl SlotContent {
    /// Reads a slot; `bytes` are what is there of it, and may hold an older, longer record's end behind the head.
    #[must_use]
    pub fn read(bytes: &[u8], genesis: &BlockHash) -> Self {
        // A file grown by writing its second slot has zeros in the first.
        if bytes.iter().all(|byte| *byte == 0) {
            return Self::Empty;
        }
        Self::read_record(bytes, genesis).unwrap_or_else(Self::Damaged)
    }

    fn read_record(bytes: &[u8], genesis: &BlockHash) -> Result<Self, HeadError> {
        let mut reader = Reader::new(bytes);
        let found = reader.array()?;
        if found != MAGIC {
            return Err(HeadError::Magic { found });
        }
        let version = reader.u16_be()?;
        let length = reader.u32_be()? as usize;
        let record = Reader::new(bytes).take(length)?;
        let (checked, check) = match length.checked_sub(CHECK_BYTES).map(|end| record.split_at(end)) {
            Some(parts) if parts.0.len() >= reader.offset() => parts,
            _ => return Err(HeadError::Check),
        };
        if sha256(checked)[..CHECK_BYTES] != *check {
            return Err(HeadError::Check);
        }
        if version != VERSION {
            return Ok(Self::Newer { version });
        }
        let head = Head::read_body(&checked[reader.offset()..])?;
        if head.genesis != *genesis {
            return Err(HeadError::Genesis { expected: *genesis, found: head.genesis });
        }
        Ok(Self::Head(head))
    }
}

/// What the file of headers holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// Grows with every head written: of two, the higher one is current.
    pub(super) sequence: u64,
    pub(super) genesis: BlockHash,
    pub(super) first_height: u32,
    pub(super) count: u32,
    pub(super) tip: BlockHash,
    pub(super) work: Option<Work>,
    sums: Vec<u32>,
}

impl Head {
    /// Of a file without headers, the first of which is to be at `first_height`.
    pub(super) fn empty(genesis: BlockHash, first_height: u32) -> Self {
        Self { sequence: 0, genesis, first_height, count: 0, tip: BlockHash::ZERO, work: None, sums: Vec::new() }
    }

    /// The head to be written after this one, so far the same.
    pub(super) fn next(&self) -> Self {
        Self { sequence: self.sequence.saturating_add(1), ..self.clone() }
    }

    /// The height after the last header's.
    pub(super) fn end_height(&self) -> u32 {
        self.first_height.saturating_add(self.count)
    }

    /// The byte after the last header's.
    pub(super) fn end_byte(&self) -> u64 {
        u64::from(self.count) * HEADER_BYTES as u64
    }

    /// Adds headers at the end: whole records, which the caller has counted.
    pub(super) fn extend(&mut self, mut bytes: &[u8], tip: BlockHash, work: Option<Work>) {
        while !bytes.is_empty() {
            let inside = (self.count % PERIOD) as usize * HEADER_BYTES;
            let (now, later) = bytes.split_at(bytes.len().min(PERIOD_BYTES - inside));
            let last = if inside == 0 { None } else { self.sums.pop() };
            let mut sum = last.map_or_else(Adler32::new, Adler32::from_checksum);
            sum.write_slice(now);
            self.sums.push(sum.checksum());
            self.count += (now.len() / HEADER_BYTES) as u32;
            bytes = later;
        }
        (self.tip, self.work) = (tip, work);
    }

    /// Cuts back to whole periods and what `rest`, the bytes of the last one, holds.
    pub(super) fn cut(&mut self, periods: usize, rest: &[u8], tip: BlockHash, work: Option<Work>) {
        self.sums.truncate(periods);
        self.count = self.count.min(periods as u32 * PERIOD);
        self.extend(rest, tip, work);
    }

    /// Headers under the checksum of a period; fewer than a period's at the end.
    pub(super) fn headers_in(&self, period: usize) -> u32 {
        self.count.saturating_sub(period as u32 * PERIOD).min(PERIOD)
    }

    /// Whether these are the bytes the period's checksum was taken of.
    pub(super) fn fits(&self, period: usize, bytes: &[u8]) -> bool {
        bytes.len() == self.headers_in(period) as usize * HEADER_BYTES
            && self.sums.get(period) == Some(&adler2::adler32_slice(bytes))
    }

    /// The record's bytes.
    pub(super) fn encode(&self) -> Vec<u8> {
        let length = FIXED_BYTES + 4 * self.sums.len();
        let mut bytes = Vec::with_capacity(length);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_be_bytes());
        bytes.extend((length as u32).to_be_bytes());
        bytes.extend(self.sequence.to_be_bytes());
        bytes.extend(self.genesis.0);
        bytes.extend(self.first_height.to_be_bytes());
        bytes.extend(self.count.to_be_bytes());
        bytes.extend(self.tip.0);
        bytes.extend(self.work.unwrap_or(Work::ZERO).to_be_bytes());
        bytes.extend(self.sums.iter().flat_map(|sum| sum.to_be_bytes()));
        bytes.extend(&sha256(&bytes)[..CHECK_BYTES]);
        bytes
    }

    fn read_body(body: &[u8]) -> Result<Self, HeadError> {
        let mut reader = Reader::new(body);
        let mut head = Self {
            sequence: reader.u64_be()?,
            genesis: BlockHash(reader.array()?),
            first_height: reader.u32_be()?,
            count: reader.u32_be()?,
            tip: BlockHash(reader.array()?),
            work: Some(Work::from_be_bytes(reader.array()?)).filter(|work| *work != Work::ZERO),
            sums: Vec::new(),
        };
        let (count, sums) = (head.count, reader.left() / 4);
        let fits = count <= MAX_HEADERS && head.first_height.checked_add(count).is_some();
        if !fits || sums != count.div_ceil(PERIOD) as usize {
            return Err(HeadError::Count { count, sums });
        }
        for _ in 0..sums {
            head.sums.push(reader.u32_be()?);
        }
        reader.finish()?;
        Ok(head)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GENESIS: BlockHash = BlockHash([7; 32]);

    fn head(count: usize) -> Head {
        let bytes: Vec<u8> = (0..count * HEADER_BYTES).map(|at| (at * 31 % 251) as u8).collect();
        let mut head = Head::empty(GENESIS, 5);
        head.extend(&bytes, BlockHash([9; 32]), Some(Work::from_be_bytes([1; 32])));
        head
    }

    #[test]
    fn a_head_reads_back_and_every_changed_bit_is_seen() {
        for count in [0, 1, 2015, 2016, 2017, 5000] {
            let head = Head { sequence: 3, ..head(count) };
            let bytes = head.encode();
            assert_eq!(SlotContent::read(&bytes, &GENESIS), SlotContent::Head(head.clone()));
            let longer = [&bytes[..], &[0xaa; 40]].concat();
            assert_eq!(SlotContent::read(&longer, &GENESIS), SlotContent::Head(head), "an older, longer one behind it");
            for bit in 0..bytes.len() * 8 {
                let mut wrong = bytes.clone();
                wrong[bit / 8] ^= 1 << (bit % 8);
                assert!(matches!(SlotContent::read(&wrong, &GENESIS), SlotContent::Damaged(_)), "bit {bit}");
            }
            for length in 1..bytes.len() {
                assert!(matches!(SlotContent::read(&bytes[..length], &GENESIS), SlotContent::Damaged(_)));
            }
        }
    }

    #[test]
    fn a_newer_record_is_told_from_a_damaged_and_an_empty_one() {
        let mut newer = b"PLMK\x00\x02\x00\x00\x00\x1eanything".to_vec();
        newer.truncate(14);
        newer.extend(&sha256(&newer)[..16]);
        assert_eq!(SlotContent::read(&newer, &GENESIS), SlotContent::Newer { version: 2 });
        newer[12] ^= 1;
        assert_eq!(SlotContent::read(&newer, &GENESIS), SlotContent::Damaged(HeadError::Check));
        assert_eq!(SlotContent::read(&[0; 100], &GENESIS), SlotContent::Empty);
        let other = SlotContent::read(&head(3).encode(), &BlockHash::ZERO);
        let wrong = HeadError::Genesis { expected: BlockHash::ZERO, found: GENESIS };
        assert_eq!(other, SlotContent::Damaged(wrong));
    }

    #[test]
    fn counts_beyond_the_limits_are_refused_however_well_they_are_checked() {
        for (count, first) in [(MAX_HEADERS + 1, 0), (u32::MAX, 0), (10, u32::MAX - 5)] {
            let mut wrong = Head::empty(GENESIS, first);
            (wrong.count, wrong.sums) = (count, vec![0; 1]);
            let read = SlotContent::read(&wrong.encode(), &GENESIS);
            assert!(matches!(read, SlotContent::Damaged(HeadError::Count { .. })), "{read:?}");
        }
    }

    #[test]
    fn checksums_do_not_depend_on_how_the_bytes_came() {
        let bytes: Vec<u8> = (0..5000 * HEADER_BYTES).map(|at| (at * 7 % 251) as u8).collect();
        let (tip, whole) = (BlockHash([1; 32]), {
            let mut head = Head::empty(GENESIS, 0);
            head.extend(&bytes, BlockHash([1; 32]), None);
            head
        });
        for step in [1, 700, 2016, 4032] {
            let mut head = Head::empty(GENESIS, 0);
            bytes.chunks(step * HEADER_BYTES).for_each(|part| head.extend(part, tip, None));
            assert_eq!(head, whole, "{step}");
        }
        for keep in [0, 1, 2016, 2020, 4031, 4032, 4999] {
            let (periods, mut cut) = (keep / 2016, whole.clone());
            cut.cut(periods, &bytes[periods * PERIOD_BYTES..keep * HEADER_BYTES], tip, None);
            let mut expected = Head::empty(GENESIS, 0);
            expected.extend(&bytes[..keep * HEADER_BYTES], tip, None);
            assert_eq!(cut, Head { tip, ..expected }, "{keep}");
        }
        assert!(whole.fits(2, &bytes[2 * PERIOD_BYTES..]) && !whole.fits(2, &bytes[2 * PERIOD_BYTES + 80..]));
        assert!(!whole.fits(1, &bytes[..PERIOD_BYTES]) && !whole.fits(3, &[]));
    }
}
