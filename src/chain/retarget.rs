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
