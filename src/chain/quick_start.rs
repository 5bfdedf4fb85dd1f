//! Which headers are enough: to follow the chain from the last pin on, or to check one old block.
//!
//! Above a pin the rules look back: to the eleven headers before (median time), and, for the bits, to the period the pin
//! stands in, or, at a period's end whose next bits are not known, to that whole period. All of these the pin ties by
//! hashes, so they are fetched and nothing more is believed. A block at or below a pin needs the headers up to the next pin:
//! those between are tied by it, and their own rules are settled by it.

use crate::chain::header::{BlockHash, HEADER_BYTES, Header};
use crate::chain::header_tree::HeaderError;
use crate::chain::params::Params;
use crate::chain::pins::{Pins, TrustedHeader};

/// Headers before one, itself not counted, that its median time is taken of.
const MEDIAN_BEFORE: u32 = 10;

/// A range of headers that is enough for something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    /// The height to start at.
    pub first: u32,
    /// The last height; `None` for the tip, wherever that is.
    pub last: Option<u32>,
    /// The pin that ties the first headers; `None` from genesis on, where the first header is right by definition.
    pub pin: Option<TrustedHeader>,
}

impl Plan {
    /// Every header there is.
    #[must_use]
    pub fn from_genesis() -> Self {
        Self { first: 0, last: None, pin: None }
    }

    /// The headers that follow the chain from the last pin on: from the lowest one that any rule above the pin looks at.
    #[must_use]
    pub fn from_last_pin(params: &Params, pins: &Pins) -> Self {
        let Some(pin) = pins.iter().next_back() else { return Self::from_genesis() };
        match lowest_looked_at(params, pin) {
            0 => Self { pin: Some(*pin), ..Self::from_genesis() },
            first => Self { first, last: None, pin: Some(*pin) },
        }
    }

    /// The headers that show a block of this height on the chain, with `depth` blocks from it on, itself counted, and its
    /// median time. Up to the next pin, where one stands so high: with period ends pinned at most a period and what lies
    /// below the block for the median. Else from the last pin on, or from the block, whichever is lower.
    #[must_use]
    pub fn for_block(params: &Params, pins: &Pins, height: u32, depth: u32) -> Self {
        let below = height.saturating_sub(MEDIAN_BEFORE);
        let deepest = height.saturating_add(depth.max(1) - 1);
        match pins.lowest_from(deepest) {
            Some(pin) => Self { first: below, last: Some(pin.height), pin: Some(*pin) },
            None => {
                let newer = Self::from_last_pin(params, pins);
                Self { first: newer.first.min(below), ..newer }
            }
        }
    }

    /// The number of headers; `None` up to the tip.
    #[must_use]
    pub fn count(&self) -> Option<u32> {
        self.last.map(|last| last - self.first + 1)
    }

    /// Whether headers from `first` to `last` hold all that this asks for.
    #[must_use]
    pub fn is_within(&self, first: u32, last: u32) -> bool {
        first <= self.first && self.last.is_none_or(|wanted| wanted <= last)
    }
}

/// Why headers are not those below a pin.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("header at height {height}: {source}")]
pub struct Untied {
    /// The height of the header that does not fit, by the plan.
    pub height: u32,
    /// How.
    pub source: HeaderError,
}

/// Evidence that headers are the ones below a pin, at the heights that a plan says, whoever sent them: each names the one
/// before, and the last is the pinned one. Whether they hold otherwise is still to be judged.
#[derive(Debug, Clone, Copy)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Tied<'a> {
    run: &'a [u8],
}

impl<'a> Tied<'a> {
    /// Holds the headers of a plan, 80 bytes each, its first one up to its pin, against the pin. What comes above the pin is
    /// left aside. `None` while there are too few, or when the plan has no pin at or above its first header.
    ///
    /// # Errors
    /// [`Untied`].
    pub fn verify(plan: &Plan, headers: &'a [u8]) -> Option<Result<Self, Untied>> {
        let pin = plan.pin?;
        let count = pin.height.checked_sub(plan.first)? as usize + 1;
        let run = headers.get(..count.checked_mul(HEADER_BYTES)?)?;
        let mut before: Option<BlockHash> = None;
        for (height, raw) in (plan.first..).zip(run.as_chunks::<HEADER_BYTES>().0) {
            let header = Header::from_bytes(raw);
            if before.is_some_and(|before| header.previous != before) {
                let source = HeaderError::UnknownParent { found: header.previous };
                return Some(Err(Untied { height, source }));
            }
            before = Some(header.hash());
        }
        let found = before?;
        if found != pin.hash {
            let source = HeaderError::Pinned { height: pin.height, expected: pin.hash, found };
            return Some(Err(Untied { height: pin.height, source }));
        }
        Some(Ok(Self { run }))
    }

    /// The headers, the pinned one last.
    #[must_use]
    pub fn run(&self) -> &'a [u8] {
        self.run
    }
}

/// The lowest height that a rule for headers above `pin` looks at.
fn lowest_looked_at(params: &Params, pin: &TrustedHeader) -> u32 {
    let interval = params.retarget_interval();
    let for_median = pin.height.saturating_sub(MEDIAN_BEFORE);
    let next_opens_period = (pin.height + 1).is_multiple_of(interval);
    let for_bits = if next_opens_period && pin.next_bits.is_some() {
        pin.height
    } else {
        // Where the limit's target is let in for a while, the bits before it are looked for as far as the period's first.
        pin.height - pin.height % interval
    };
    for_median.min(for_bits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::known_headers::built_in;
    use crate::chain::pow::CompactTarget;

    fn range(plan: Plan) -> (u32, Option<u32>, Option<u32>) {
        (plan.first, plan.last, plan.pin.map(|pin| pin.height))
    }

    #[test]
    fn an_old_block_of_mainnet_needs_the_headers_to_the_next_pin() {
        let (params, pins) = (Params::mainnet(), built_in("mainnet"));
        let plan = |height, depth| range(Plan::for_block(&params, pins, height, depth));
        assert_eq!(plan(0, 1), (0, Some(2015), Some(2015)), "before the first pin");
        assert_eq!(plan(5, 6), (0, Some(2015), Some(2015)));
        assert_eq!(plan(2015, 1), (2005, Some(2015), Some(2015)), "at a pin");
        assert_eq!(plan(2015, 2), (2005, Some(4031), Some(4031)), "at a pin, deeper than it");
        assert_eq!(plan(2016, 6), (2006, Some(4031), Some(4031)));
        assert_eq!(plan(839_656, 6), (839_646, Some(840_000), Some(840_000)), "a pin within the period");
        assert_eq!(plan(840_001, 6), (839_991, Some(840_671), Some(840_671)));
        assert_eq!(plan(963_642, 6), (963_632, Some(963_647), Some(963_647)), "the last pin");
        let (longest, at) = (0..=963_647)
            .step_by(7)
            .filter_map(|height| Some((Plan::for_block(&params, pins, height, 1).count()?, height)))
            .max()
            .unwrap();
        assert_eq!((longest, at % 2016), (2016 + 10, 0), "a period, and ten for the median of its first header");
    }

    #[test]
    fn a_newer_block_needs_those_since_the_last_pin_and_what_their_rules_look_at() {
        let (params, pins) = (Params::mainnet(), built_in("mainnet"));
        let plan = |height, depth| range(Plan::for_block(&params, pins, height, depth));
        assert_eq!(range(Plan::from_last_pin(&params, pins)), (963_637, None, Some(963_647)));
        assert_eq!(plan(963_648, 1), (963_637, None, Some(963_647)));
        assert_eq!(plan(2_000_000, 6), (963_637, None, Some(963_647)));
        assert_eq!(plan(u32::MAX, u32::MAX), (963_637, None, Some(963_647)));
        // A pin stands above the block, but not above the depth asked for.
        assert_eq!(plan(963_643, 6), (963_633, None, Some(963_647)));
        assert_eq!(plan(963_000, 0), plan(963_000, 1));
    }

    #[test]
    fn without_next_bits_the_whole_period_before_is_looked_at() {
        let (params, pins) = (Params::signet(), built_in("signet"));
        assert_eq!(range(Plan::from_last_pin(&params, pins)), (316_511 - 2015, None, Some(316_511)));
        assert_eq!(range(Plan::for_block(&params, pins, 290_000, 6)).1, Some(290_303));
        let (params, pins) = (Params::testnet4(), built_in("testnet4"));
        assert_eq!(range(Plan::from_last_pin(&params, pins)), (149_183 - 2015, None, Some(149_183)));
        let (params, pins) = (Params::testnet3(), built_in("testnet3"));
        assert_eq!(range(Plan::from_last_pin(&params, pins)), (4_842_348 - 4_842_348 % 2016, None, Some(4_842_348)));
        assert_eq!(range(Plan::for_block(&params, pins, 7, 6)), (0, Some(2_500_000), Some(2_500_000)));
    }

    #[test]
    fn without_pins_everything_from_genesis_on() {
        let none = Pins::none();
        for height in [0, 9, 1000] {
            assert_eq!(Plan::for_block(&Params::regtest(), &none, height, 6), Plan::from_genesis());
        }
        assert_eq!(built_in("regtest"), &none);
        // A pin of the reader's in the first period is reached from genesis.
        let pin = TrustedHeader::new(100, BlockHash([1; 32]));
        let pins = Pins::new([pin]).unwrap();
        assert_eq!(range(Plan::from_last_pin(&Params::mainnet(), &pins)), (0, None, Some(100)));
        assert_eq!(range(Plan::for_block(&Params::mainnet(), &pins, 101, 1)), (0, None, Some(100)));
        assert_eq!(range(Plan::for_block(&Params::mainnet(), &pins, 50, 6)), (40, Some(100), Some(100)));
    }

    #[test]
    fn the_pins_of_short_periods_look_back_for_the_median() {
        // Twenty headers a period, as in a network of one's own; the eleven before reach into the period before.
        let params = Params { retarget_interval: 20, ..Params::mainnet() };
        let first = |height: u32, next_bits: Option<CompactTarget>| {
            let pin = TrustedHeader { next_bits, ..TrustedHeader::new(height, BlockHash([1; 32])) };
            Plan::from_last_pin(&params, &Pins::new([pin]).unwrap()).first
        };
        let bits = Some(CompactTarget(0x1d00_ffff));
        assert_eq!((first(59, bits), first(59, None)), (49, 40));
        assert_eq!((first(60, bits), first(60, None), first(75, None)), (50, 50, 60));
        assert_eq!((first(3, None), first(19, bits), first(19, None)), (0, 9, 0));
    }

    #[test]
    fn headers_are_tied_by_the_pin_they_end_at_and_by_one_another() {
        let mut headers = vec![*Params::regtest().genesis()];
        while headers.len() < 8 {
            let below = headers[headers.len() - 1];
            headers.push(Header { previous: below.hash(), time: below.time + 600, ..below });
        }
        let bytes = |headers: &[Header]| headers.iter().flat_map(Header::encode).collect::<Vec<u8>>();
        let pin = TrustedHeader::new(15, headers[5].hash());
        let plan = Plan { first: 10, last: None, pin: Some(pin) };
        let all = bytes(&headers);
        assert_eq!(Tied::verify(&plan, &all).unwrap().unwrap().run(), &all[..6 * HEADER_BYTES]);
        assert!(Tied::verify(&plan, &all[..6 * HEADER_BYTES - 1]).is_none(), "too few");
        assert!(Tied::verify(&Plan::from_genesis(), &all).is_none());
        assert!(Tied::verify(&Plan { first: 16, ..plan }, &all).is_none());
        // The same headers, a height higher than they are.
        let shifted = Tied::verify(&plan, &all[HEADER_BYTES..]).unwrap().unwrap_err();
        assert_eq!(shifted.source, HeaderError::Pinned { height: 15, expected: pin.hash, found: headers[6].hash() });
        for at in 0..5 {
            let mut other = headers.clone();
            other[at].nonce ^= 1;
            let untied = Tied::verify(&plan, &bytes(&other)).unwrap().unwrap_err();
            assert_eq!(untied.height, 11 + at as u32);
        }
    }

    #[test]
    fn a_plan_is_within_what_holds_all_of_it() {
        let plan = Plan { first: 10, last: Some(20), pin: None };
        assert_eq!((plan.count(), Plan::from_genesis().count()), (Some(11), None));
        assert!(plan.is_within(10, 20) && plan.is_within(0, 99) && !plan.is_within(11, 20) && !plan.is_within(10, 19));
        assert!(Plan::from_genesis().is_within(0, 0) && !Plan::from_genesis().is_within(1, 9));
    }
}
