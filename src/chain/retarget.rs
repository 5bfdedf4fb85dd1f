//! Which bits a header must have (Bitcoin Core `pow.cpp`, BIP94), from what its own ancestors say.

use crate::chain::params::Params;
use crate::chain::pow::{CompactTarget, Target};

/// What the rules for bits and times read of an ancestor.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ancestor {
    pub(super) time: u32,
    pub(super) bits: CompactTarget,
}

/// What is known of the bits a header must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum RequiredBits {
    /// These.
    Exactly(CompactTarget),
    /// The first header of the period is not at hand: a target in this range, since one step changes it at most fourfold.
    Between(Target, Target),
    /// Nothing: the ancestors it depends on are not at hand.
    Unknown,
}

/// The bits required of a header at `height` with the given time; `parents` yields its ancestors, its parent first, until
/// the first header at hand.
pub(super) fn required_bits(
    params: &Params,
    height: u32,
    time: u32,
    mut parents: impl Iterator<Item = Ancestor>,
) -> RequiredBits {
    let Some(parent) = parents.next() else { return RequiredBits::Unknown };
    let interval = params.retarget_interval();
    if !height.is_multiple_of(interval) {
        if !params.allows_min_difficulty() {
            return RequiredBits::Exactly(parent.bits);
        }
        let easiest = params.limit().compact();
        if i64::from(time) > i64::from(parent.time) + 2 * i64::from(params.spacing_seconds()) {
            return RequiredBits::Exactly(easiest);
        }
        // The bits of the last header that did not use the easy way out, in this period.
        return (0..height)
            .rev()
            .zip(std::iter::once(parent).chain(parents))
            .find(|(at, ancestor)| at.is_multiple_of(interval) || ancestor.bits != easiest)
            .map_or(RequiredBits::Unknown, |(_, ancestor)| RequiredBits::Exactly(ancestor.bits));
    }
    if !params.retargets() {
        return RequiredBits::Exactly(parent.bits);
    }
    // From the first to the last header of a period there are interval − 1 steps, the parent being the last: Bitcoin's
    // well-known off-by-one, now a rule.
    let first = parents.nth(interval as usize - 2);
    let after = |bits: CompactTarget, span: i64| retargeted(params, bits, span);
    match first {
        Some(first) => {
            let base = if params.has_bip94() { first.bits } else { parent.bits };
            match after(base, i64::from(parent.time) - i64::from(first.time)) {
                Some(target) => RequiredBits::Exactly(target.compact()),
                None => RequiredBits::Unknown,
            }
        }
        None if params.has_bip94() => RequiredBits::Unknown,
        None => match (after(parent.bits, i64::MIN), after(parent.bits, i64::MAX)) {
            (Some(least), Some(most)) if least <= most => RequiredBits::Between(least, most),
            _ => RequiredBits::Unknown,
        },
    }
}

/// The target after a period of `span` seconds (it may be negative) at `bits`.
fn retargeted(params: &Params, bits: CompactTarget, span: i64) -> Option<Target> {
    let wanted = params.timespan_seconds();
    let span = span.clamp(i64::from(wanted / 4), i64::from(wanted) * 4);
    // Both fit: the parameters are refused when four timespans do not fit in 32 bits.
    let span = u32::try_from(span).ok()?;
    Some(bits.decode(params.limit()).ok()?.scale(span, wanted, params.limit()))
}

#[cfg(test)]
#[path = "../../tests/common/mod.rs"]
mod common;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::header::Header;
    use std::collections::BTreeMap;

    /// The bits after a period with this first and last header: what lies between does not count.
    fn after_period(params: &Params, height: u32, first: Ancestor, last: Ancestor) -> RequiredBits {
        let between = Ancestor { time: 0, bits: CompactTarget(0) };
        let filler = std::iter::repeat_n(between, params.retarget_interval() as usize - 2);
        required_bits(params, height, 0, std::iter::once(last).chain(filler).chain([first]))
    }

    #[test]
    fn every_retarget_of_mainnet() {
        let Some(data) = common::data_dir() else { return };
        let table = String::from_utf8(common::read(&data, "headers/mainnet-boundaries.tsv")).unwrap();
        let headers: BTreeMap<u32, Ancestor> = table
            .lines()
            .skip(1)
            .map(|line| {
                let mut cells = line.split('\t');
                let height = cells.next().unwrap().parse().unwrap();
                let header = Header::from_hex(cells.nth(1).unwrap()).unwrap();
                (height, Ancestor { time: header.time, bits: header.bits })
            })
            .collect();
        let params = Params::mainnet();
        let mut retargets = 0;
        for (&height, next) in headers.iter().filter(|(height, _)| **height > 0 && height.is_multiple_of(2016)) {
            let (Some(&first), Some(&last)) = (headers.get(&(height - 2016)), headers.get(&(height - 1))) else {
                continue;
            };
            assert_eq!(after_period(&params, height, first, last), RequiredBits::Exactly(next.bits), "{height}");
            retargets += 1;
        }
        assert_eq!(retargets, 416);
        common::counted("retargets of mainnet, each from its period's first and last header", retargets);
    }

    #[test]
    fn without_the_first_header_the_range_holds_every_outcome() {
        let params = Params::mainnet();
        let last = Ancestor { time: 2_000_000_000, bits: CompactTarget(0x1b04_04cb) };
        let RequiredBits::Between(least, most) = required_bits(&params, 2016, 0, std::iter::once(last)) else {
            panic!()
        };
        for first in [0, 1_000_000_000, 1_998_790_400, 1_999_999_999, 2_000_000_001, u32::MAX] {
            let first = Ancestor { time: first, bits: last.bits };
            let RequiredBits::Exactly(bits) = after_period(&params, 2016, first, last) else { panic!() };
            let target = bits.decode(params.limit()).unwrap();
            assert!(least.compact().decode(Target::MAX).unwrap() <= target && target <= most);
        }
        assert_eq!(required_bits(&params, 2016, 0, std::iter::empty()), RequiredBits::Unknown);
        assert_eq!(required_bits(&Params::testnet4(), 2016, 0, std::iter::once(last)), RequiredBits::Unknown);
        assert_eq!(required_bits(&Params::regtest(), 144, 0, std::iter::once(last)), RequiredBits::Exactly(last.bits));
    }
}
