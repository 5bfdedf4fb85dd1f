//! When no block has come for longer than chance allows.
//!
//! Blocks come at random: at a steady rate, the time to the next one exceeds *t* with probability e^(−t/spacing) whatever
//! went before. Once in 10^k blocks a silence is as long as k·ln 10 spacings; for ten minutes and k = 4 that is 92 minutes.
//! Such a silence is no proof of anything. It asks the reader to look: sources may withhold blocks, or the clock be wrong.

use crate::chain::Params;
use crate::chain::params::NETWORKS;

/// Rarer than once in so many blocks, a silence is told of.
pub const ALARM_ONCE_IN: u64 = 10_000;
/// Above this it makes no difference.
const MOST_DECADES: u64 = 18;
/// ln 10 in millionths, rounded up: an alarm rather comes a moment too late.
const LN_10_MILLIONTHS: u64 = 2_302_586;

/// Seconds between two blocks of a network that keeps a steady rate. `None` where there is none to expect: regtest, where
/// blocks come when somebody asks for them, and networks of somebody's own.
#[must_use]
pub fn steady_spacing(params: &Params) -> Option<u32> {
    let known = NETWORKS.contains(&params.name()) && params.retargets();
    known.then(|| params.spacing_seconds()).filter(|spacing| *spacing > 0)
}

/// Once in how many blocks a silence as long as this one comes by chance, rounded down to a power of ten; `None` while it is
/// more often than [`ALARM_ONCE_IN`].
#[must_use]
pub fn once_in(silent_seconds: u64, spacing_seconds: u32) -> Option<u64> {
    let decade = u64::from(spacing_seconds) * LN_10_MILLIONTHS;
    let decades = silent_seconds.saturating_mul(1_000_000).checked_div(decade)?.min(MOST_DECADES);
    let once_in = 10_u64.pow(decades as u32);
    (once_in >= ALARM_ONCE_IN).then_some(once_in)
}

/// The length of silence, in seconds, at which [`once_in`] next changes.
#[must_use]
pub fn next_change(silent_seconds: u64, spacing_seconds: u32) -> Option<u64> {
    let decade = u64::from(spacing_seconds) * LN_10_MILLIONTHS;
    let now = silent_seconds.saturating_mul(1_000_000).checked_div(decade)?;
    let next = (now + 1).max(u64::from(ALARM_ONCE_IN.ilog10()));
    (next <= MOST_DECADES).then(|| (next * decade).div_ceil(1_000_000))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ninety_two_minutes_are_once_in_ten_thousand() {
        let minutes = |minutes: u64| once_in(minutes * 60, 600);
        assert_eq!((minutes(0), minutes(60), minutes(92)), (None, None, None));
        assert_eq!(minutes(93), Some(10_000));
        assert_eq!((once_in(5526, 600), once_in(5527, 600)), (None, Some(10_000)), "4 ln 10 spacings are 5526.2 s");
        assert_eq!((minutes(115), minutes(116)), (Some(10_000), Some(100_000)));
        assert_eq!((minutes(24 * 60), once_in(u64::MAX, 1)), (Some(10_u64.pow(18)), Some(10_u64.pow(18))));
        assert_eq!(once_in(100, 0), None);
    }

    #[test]
    fn the_rule_is_the_exponential_distribution_s() {
        for spacing in [1_u32, 60, 150, 600] {
            for silent in (0..20_000_u64).step_by(7) {
                let chance = (-(silent as f64) / f64::from(spacing)).exp();
                // Away from the border by more than the rounding.
                match once_in(silent, spacing) {
                    Some(once) if once < 10_u64.pow(15) => {
                        assert!(chance <= 1.000_01 / once as f64, "{silent} {spacing}")
                    }
                    Some(_) => {}
                    None => assert!(chance > 0.999_99e-4, "{silent} {spacing}"),
                }
            }
        }
    }

    #[test]
    fn the_next_change_is_when_it_changes() {
        for silent in [0, 5_000, 5_527, 6_000, 80_000] {
            let next = next_change(silent, 600);
            if let Some(next) = next {
                assert_ne!(once_in(next, 600), once_in(silent, 600), "{silent}");
                assert_eq!(once_in(next - 1, 600), once_in(silent, 600), "{silent}");
            } else {
                assert_eq!(silent, 80_000);
            }
        }
    }

    #[test]
    fn networks_without_a_steady_spacing_have_none() {
        let spacing = |name| steady_spacing(&Params::named(name).unwrap());
        for name in ["mainnet", "testnet3", "testnet4", "signet"] {
            assert_eq!(spacing(name), Some(600), "{name}");
        }
        assert_eq!(spacing("regtest"), None);
    }
}
