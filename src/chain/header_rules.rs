//! What a header must satisfy where it stands (Bitcoin Core `CheckBlockHeader` and `ContextualCheckBlockHeader`), in
//! Core's order, and which of it could not be checked because headers before it are not at hand.

use crate::chain::header::{BlockHash, Header};
use crate::chain::median_time::{MEDIAN_SPAN, MedianRule, median_rule};
use crate::chain::params::Params;
use crate::chain::pow::{CompactTarget, Target, TargetError, Work};
use crate::chain::retarget::{Ancestor, RequiredBits, required_bits};
use crate::time::UnixTime;
use std::fmt;

/// How far ahead of the clock a header's time may be, in seconds.
pub const MAX_FUTURE_SECONDS: i64 = 2 * 60 * 60;
/// How far before the last header of a period the first of the next may be, in seconds (BIP94).
pub const MAX_TIMEWARP_SECONDS: i64 = 600;

/// A rule of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rule {
    /// The first header is the network's own.
    Genesis,
    /// The target stated is one, and the hash is at or below it.
    ProofOfWork,
    /// The header before is known.
    PreviousHeader,
    /// The bits are exactly the required ones.
    RequiredBits,
    /// The time is after the median of the eleven headers before.
    MedianTime,
    /// The first time of a period is not far before the last of the one before (BIP94).
    Timewarp,
    /// The time is at most two hours ahead of the clock.
    FutureTime,
    /// The version is not below the least one of that height (BIP34, BIP66, BIP65).
    Version,
    /// Header and pin agree.
    Pin,
    /// The header is worth keeping: the number of headers held is bounded.
    Capacity,
}

impl Rule {
    /// A stable name, for reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Genesis => "genesis",
            Self::ProofOfWork => "proof-of-work",
            Self::PreviousHeader => "previous-header",
            Self::RequiredBits => "required-bits",
            Self::MedianTime => "median-time",
            Self::Timewarp => "timewarp",
            Self::FutureTime => "future-time",
            Self::Version => "version",
            Self::Pin => "pin",
            Self::Capacity => "capacity",
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Why a header was not accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HeaderError {
    /// The header at height 0 is another network's.
    #[error("header at height 0 is {found}, expected genesis {expected}")]
    Genesis {
        /// The network's.
        expected: BlockHash,
        /// The one given.
        found: BlockHash,
    },
    /// It states a target that is none, or over the limit.
    #[error("target")]
    Target(#[from] TargetError),
    /// Its hash is over the target it states.
    #[error("hash {found} is over its target {target}")]
    Work {
        /// The greatest hash allowed.
        target: Target,
        /// Its hash.
        found: BlockHash,
    },
    /// The header before it is not known (yet).
    #[error("previous header {found} is not known")]
    UnknownParent {
        /// The hash it names.
        found: BlockHash,
    },
    /// Its bits are not the required ones: easier and harder are both wrong.
    #[error("bits {found} at height {height}, expected {expected}")]
    Bits {
        /// Its height.
        height: u32,
        /// The bits required.
        expected: CompactTarget,
        /// Its bits.
        found: CompactTarget,
    },
    /// Its bits are out of reach of one retarget, whatever the headers of the period not at hand say.
    #[error("bits {found} at height {height}, expected from {hardest} to {easiest}")]
    BitsOutOfReach {
        /// Its height.
        height: u32,
        /// The least target the rule can give.
        hardest: CompactTarget,
        /// The greatest.
        easiest: CompactTarget,
        /// Its bits.
        found: CompactTarget,
    },
    /// Its time is not after the median of the eleven headers before.
    #[error("time {found} at height {height}, expected after the median {median}")]
    TooOld {
        /// Its height.
        height: u32,
        /// The median; with some of the eleven not at hand, the least it can be.
        median: UnixTime,
        /// Its time.
        found: UnixTime,
    },
    /// It opens a period too far before the end of the last (BIP94).
    #[error("time {found} at height {height} opens a period, expected {least} or later")]
    Timewarp {
        /// Its height.
        height: u32,
        /// The least time allowed.
        least: UnixTime,
        /// Its time.
        found: UnixTime,
    },
    /// Not invalid, but too early: it may be accepted later.
    #[error("not yet valid: time {found} at height {height} is after {latest}")]
    NotYetValid {
        /// Its height.
        height: u32,
        /// Two hours after the given clock.
        latest: UnixTime,
        /// Its time.
        found: UnixTime,
    },
    /// Its version is below the least one of its height.
    #[error("version {found} at height {height}, expected {least} or above")]
    Version {
        /// Its height.
        height: u32,
        /// The least version.
        least: i32,
        /// Its version.
        found: i32,
    },
    /// Another header is pinned at its height.
    #[error("header {found} at height {height}, expected {expected} by a pin")]
    Pinned {
        /// Its height.
        height: u32,
        /// The hash pinned.
        expected: BlockHash,
        /// Its hash.
        found: BlockHash,
    },
    /// A pin says other bits than the rule requires.
    #[error("bits {found} at height {height}, expected {expected} by a pin")]
    PinnedBits {
        /// Its height.
        height: u32,
        /// The bits pinned.
        expected: CompactTarget,
        /// Its bits.
        found: CompactTarget,
    },
    /// A pin says another work than the headers up to it have.
    #[error("work {found} to height {height}, expected {expected} by a pin")]
    PinnedWork {
        /// Its height.
        height: u32,
        /// The work pinned.
        expected: Work,
        /// The work of the headers.
        found: Work,
    },
    /// Too many headers beside the best chain are held already.
    #[error("{limit} headers beside the best chain are held already")]
    TooManySideHeaders {
        /// The bound.
        limit: usize,
    },
    /// The first header's height is out of bounds.
    #[error("first header at height {found}, expected at most {limit}")]
    Height {
        /// The bound.
        limit: u32,
        /// The height stated.
        found: u32,
    },
    /// Too many headers are held already.
    #[error("{limit} headers are held already")]
    Full {
        /// The bound.
        limit: usize,
    },
}

impl HeaderError {
    /// The rule it is about.
    #[must_use]
    pub fn rule(&self) -> Rule {
        match self {
            Self::Genesis { .. } => Rule::Genesis,
            Self::Target(_) | Self::Work { .. } => Rule::ProofOfWork,
            Self::UnknownParent { .. } => Rule::PreviousHeader,
            Self::Bits { .. } | Self::BitsOutOfReach { .. } => Rule::RequiredBits,
            Self::TooOld { .. } => Rule::MedianTime,
            Self::Timewarp { .. } => Rule::Timewarp,
            Self::NotYetValid { .. } => Rule::FutureTime,
            Self::Version { .. } => Rule::Version,
            Self::Pinned { .. } | Self::PinnedBits { .. } | Self::PinnedWork { .. } => Rule::Pin,
            Self::TooManySideHeaders { .. } | Self::Full { .. } | Self::Height { .. } => Rule::Capacity,
        }
    }

    /// Whether the header is wrong for good: false where time, the header before it or more room may still settle it.
    #[must_use]
    pub fn is_final(&self) -> bool {
        !matches!(self.rule(), Rule::FutureTime | Rule::PreviousHeader | Rule::Capacity)
    }
}

/// Some rules, one bit each.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct RuleSet(u8);

/// The rules that ancestors not at hand can leave open.
const ANCESTRAL: [Rule; 4] = [Rule::PreviousHeader, Rule::RequiredBits, Rule::MedianTime, Rule::Timewarp];

impl RuleSet {
    pub(super) fn add(&mut self, rule: Rule) {
        self.0 |= Self::bit(rule);
    }

    pub(super) fn remove(&mut self, rule: Rule) {
        self.0 &= !Self::bit(rule);
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Rule> {
        ANCESTRAL.into_iter().filter(move |&rule| self.0 & Self::bit(rule) != 0)
    }

    fn bit(rule: Rule) -> u8 {
        ANCESTRAL.iter().position(|&known| known == rule).map_or(0, |at| 1 << at)
    }
}

/// The target a header states, when its hash is at or below it.
pub(super) fn stated_target(params: &Params, header: &Header, hash: BlockHash) -> Result<Target, HeaderError> {
    let target = header.bits.decode(params.limit())?;
    if target.admits(&hash.0) { Ok(target) } else { Err(HeaderError::Work { target, found: hash }) }
}

/// Where a header stands: `parents` yields its ancestors, its parent first, until the first header at hand.
pub(super) struct Place<'a, Parents> {
    pub(super) params: &'a Params,
    pub(super) height: u32,
    pub(super) parents: Parents,
}

impl<Parents: Iterator<Item = Ancestor> + Clone> Place<'_, Parents> {
    /// Judges `header` here at the time `now`; tells the rules that the ancestors at hand do not settle.
    pub(super) fn judge(&self, header: &Header, now: UnixTime) -> Result<RuleSet, HeaderError> {
        let mut open = RuleSet::default();
        self.judge_bits(header, &mut open)?;
        self.judge_median(header, &mut open)?;
        self.judge_timewarp(header, &mut open)?;
        let (height, latest) = (self.height, now.plus(MAX_FUTURE_SECONDS));
        if header.time() > latest {
            return Err(HeaderError::NotYetValid { height, latest, found: header.time() });
        }
        let least = self.params.least_version(height);
        if header.version < least {
            return Err(HeaderError::Version { height, least, found: header.version });
        }
        Ok(open)
    }

    fn judge_bits(&self, header: &Header, open: &mut RuleSet) -> Result<(), HeaderError> {
        let (height, found) = (self.height, header.bits);
        match required_bits(self.params, height, header.time, self.parents.clone()) {
            RequiredBits::Exactly(expected) if expected != found => {
                return Err(HeaderError::Bits { height, expected, found });
            }
            RequiredBits::Exactly(_) => {}
            RequiredBits::Between(hardest, easiest) => {
                let (hardest, easiest) = (hardest.compact(), easiest.compact());
                let target = |bits: CompactTarget| bits.decode(Target::MAX).ok();
                if !(target(hardest)..=target(easiest)).contains(&target(found)) {
                    return Err(HeaderError::BitsOutOfReach { height, hardest, easiest, found });
                }
                open.add(Rule::RequiredBits);
            }
            RequiredBits::Unknown => open.add(Rule::RequiredBits),
        }
        Ok(())
    }

    fn judge_median(&self, header: &Header, open: &mut RuleSet) -> Result<(), HeaderError> {
        let times: Vec<u32> = self.parents.clone().take(MEDIAN_SPAN).map(|ancestor| ancestor.time).collect();
        let complete = times.len() == MEDIAN_SPAN.min(self.height as usize);
        match median_rule(header.time, times, complete) {
            MedianRule::Passed => {}
            MedianRule::TooOld(median) => {
                let median = UnixTime(i64::from(median));
                return Err(HeaderError::TooOld { height: self.height, median, found: header.time() });
            }
            MedianRule::Unknown => open.add(Rule::MedianTime),
        }
        Ok(())
    }

    fn judge_timewarp(&self, header: &Header, open: &mut RuleSet) -> Result<(), HeaderError> {
        if !self.params.has_bip94() || !self.height.is_multiple_of(self.params.retarget_interval()) {
            return Ok(());
        }
        match self.parents.clone().next() {
            Some(parent) => {
                let least = UnixTime(i64::from(parent.time) - MAX_TIMEWARP_SECONDS);
                if header.time() < least {
                    return Err(HeaderError::Timewarp { height: self.height, least, found: header.time() });
                }
            }
            None => open.add(Rule::Timewarp),
        }
        Ok(())
    }
}
