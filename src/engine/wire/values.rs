//! Headers, blocks, chains and refusals as bytes.

use crate::chain::confirm::relayed::ConfirmedParts;
use crate::chain::header::HEADER_BYTES;
use crate::chain::params::UnknownNetwork;
use crate::chain::quick_start::Plan;
use crate::chain::{
    Basis, BlockHash, BlockRef, CompactTarget, ConfirmError, Header, Rule, TrustedHeader, UncheckedRule, Work,
};
use crate::encoding::wire::{Field, Source, choice, structure};
use crate::engine::{ChainBlock, ChainSummary, Place, Refusal, Taken, Which};
use crate::time::UnixTime;

structure!(BlockRef { height, hash });
structure!(Place { network, height });
structure!(Taken { count, last, refusal });
structure!(ChainBlock { block, header, median_time });
structure!(Plan { first, last, pin });
structure!(TrustedHeader { height, hash, work, next_bits });
structure!(UncheckedRule { rule, first, last, pinned });
structure!(ConfirmedParts { header, height, tip, work_above, total_work, median_time, basis, unchecked });
structure!(ChainSummary { first_height, tip, tip_header, header_count, work_at_hand, total_work, basis, unchecked });

impl Field<'_> for BlockHash {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0);
    }

    fn read(source: &mut Source<'_>) -> Self {
        Self(source.array())
    }
}

impl Field<'_> for Header {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.encode());
    }

    fn read(source: &mut Source<'_>) -> Self {
        Self::from_bytes(&source.array::<HEADER_BYTES>())
    }
}

impl Field<'_> for Work {
    fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }

    fn read(source: &mut Source<'_>) -> Self {
        Self::from_be_bytes(source.array())
    }
}

impl Field<'_> for UnixTime {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(source: &mut Source<'_>) -> Self {
        Self(i64::read(source))
    }
}

impl Field<'_> for CompactTarget {
    fn write(&self, out: &mut Vec<u8>) {
        self.0.write(out);
    }

    fn read(source: &mut Source<'_>) -> Self {
        Self(u32::read(source))
    }
}

/// The rules, each at the place that is its byte.
const RULES: [Rule; 10] = [
    Rule::Genesis,
    Rule::ProofOfWork,
    Rule::PreviousHeader,
    Rule::RequiredBits,
    Rule::MedianTime,
    Rule::Timewarp,
    Rule::FutureTime,
    Rule::Version,
    Rule::Pin,
    Rule::Capacity,
];

impl Field<'_> for Rule {
    fn write(&self, out: &mut Vec<u8>) {
        // They stand in the order of their declaration, and the test below holds it.
        out.push(*self as u8);
    }

    fn read(source: &mut Source<'_>) -> Self {
        RULES[choice(source, "rule", RULES.len())]
    }
}

impl Field<'_> for Basis {
    fn write(&self, out: &mut Vec<u8>) {
        let (kind, place) = match self {
            Self::Genesis => (0, None),
            Self::Pinned(place) => (1, Some(place)),
            Self::Trusted(place) => (2, Some(place)),
            Self::Unanchored(place) => (3, Some(place)),
        };
        out.push(kind);
        if let Some(place) = place {
            place.write(out);
        }
    }

    fn read(source: &mut Source<'_>) -> Self {
        match choice(source, "basis", 4) {
            0 => Self::Genesis,
            1 => Self::Pinned(Field::read(source)),
            2 => Self::Trusted(Field::read(source)),
            _ => Self::Unanchored(Field::read(source)),
        }
    }
}

impl Field<'_> for Which {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::First => out.push(0),
            Self::Last => out.push(1),
            Self::Block(block) => {
                out.push(2);
                block.write(out);
            }
            Self::Height(height) => {
                out.push(3);
                height.write(out);
            }
        }
    }

    fn read(source: &mut Source<'_>) -> Self {
        match choice(source, "choice of chain", 4) {
            0 => Self::First,
            1 => Self::Last,
            2 => Self::Block(Field::read(source)),
            _ => Self::Height(Field::read(source)),
        }
    }
}

impl Field<'_> for ConfirmError {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unknown { hash, first, last } => {
                out.push(0);
                (*hash, *first, *last).write(out);
            }
            Self::NotOnBestChain { hash, height, rival, behind } => {
                out.push(1);
                ((*hash, *height), *rival, *behind).write(out);
            }
            Self::TooFew { height, required, found } => {
                out.push(2);
                (*height, *required, *found).write(out);
            }
        }
    }

    fn read(source: &mut Source<'_>) -> Self {
        match choice(source, "confirmation refused", 3) {
            0 => {
                let (hash, first, last) = Field::read(source);
                Self::Unknown { hash, first, last }
            }
            1 => {
                let ((hash, height), rival, behind) = Field::read(source);
                Self::NotOnBestChain { hash, height, rival, behind }
            }
            _ => {
                let (height, required, found) = Field::read(source);
                Self::TooFew { height, required, found }
            }
        }
    }
}

impl Field<'_> for Refusal {
    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Network(UnknownNetwork { found }) => {
                out.push(0);
                found.write(out);
            }
            Self::Length { found } => {
                out.push(1);
                found.write(out);
            }
            Self::Header { height, rule, is_final, reason } => {
                out.push(2);
                (*height, *rule, *is_final).write(out);
                reason.write(out);
            }
        }
    }

    fn read(source: &mut Source<'_>) -> Self {
        match choice(source, "refusal", 3) {
            0 => UnknownNetwork { found: Field::read(source) }.into(),
            1 => Self::Length { found: Field::read(source) },
            _ => {
                let ((height, rule, is_final), reason) = Field::read(source);
                Self::Header { height, rule, is_final, reason }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::wire::whole;
    use std::fmt::Debug;

    /// Sent and received; every encoding cut short is refused.
    fn there_and_back<'a, T: for<'b> Field<'b> + PartialEq + Debug>(values: impl IntoIterator<Item = T>) {
        for value in values {
            let mut bytes = Vec::new();
            value.write(&mut bytes);
            assert_eq!(whole::<T>(&bytes).as_ref(), Ok(&value), "{bytes:?}");
            for cut in 0..bytes.len() {
                assert!(whole::<T>(&bytes[..cut]).is_err(), "{value:?} cut at {cut}");
            }
        }
    }

    #[test]
    fn every_value_reads_back_as_it_was_sent() {
        let (hash, work) = (BlockHash([7; 32]), Work::from_be_bytes([1; 32]));
        let block = BlockRef { height: 3, hash };
        there_and_back(RULES);
        there_and_back([Basis::Genesis, Basis::Pinned(block), Basis::Trusted(block), Basis::Unanchored(block)]);
        there_and_back([Which::First, Which::Last, Which::Block(hash), Which::Height(u32::MAX)]);
        there_and_back([
            ConfirmError::Unknown { hash, first: 1, last: 2 },
            ConfirmError::NotOnBestChain { hash, height: 1, rival: Some(hash), behind: work },
            ConfirmError::NotOnBestChain { hash, height: 1, rival: None, behind: work },
            ConfirmError::TooFew { height: 1, required: 6, found: 5 },
        ]);
        there_and_back([
            Refusal::Network(UnknownNetwork { found: "acme".into() }),
            Refusal::Length { found: u64::MAX },
            Refusal::Header { height: 1, rule: Rule::Pin, is_final: true, reason: "said".into() },
        ]);
        let pin = TrustedHeader::new(4, hash);
        there_and_back([pin, TrustedHeader { work: Some(work), next_bits: Some(CompactTarget(5)), ..pin }]);
        there_and_back([Plan::from_genesis(), Plan { first: 5, last: Some(9), pin: Some(pin) }]);
        there_and_back([UncheckedRule { rule: Rule::MedianTime, first: 1, last: 2, pinned: true }]);
    }

    #[test]
    fn every_rule_stands_at_its_place() {
        assert!(RULES.iter().enumerate().all(|(at, &rule)| rule as usize == at));
        assert!(whole::<Rule>(&[RULES.len() as u8]).is_err());
    }
}
