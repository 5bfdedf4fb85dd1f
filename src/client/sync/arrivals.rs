//! Since when each height of the best chain is in hand: what a source lacks is held against it only when others have had it
//! for longer than blocks need to spread.

use crate::client::clock::Now;
use std::collections::VecDeque;

/// Longer than blocks and caches need: after it, a source whose tip is below withholds.
pub const GRACE_MS: u64 = 600_000;
/// Moments kept apart, milliseconds.
const STEP_MS: u64 = 10_000;
/// Most moments kept: those of more than a day of blocks. Older ones are long past the grace.
const MOST: usize = 256;

/// When the tip in hand rose.
#[derive(Debug, Default)]
pub struct Arrivals {
    marks: VecDeque<(u32, Now)>,
}

impl Arrivals {
    /// Notes that the best chain reaches up to `height`.
    pub fn note(&mut self, height: u32, now: Now) {
        // A reorganization to a lower tip with more work: what was above is not in hand any more.
        while self.marks.back().is_some_and(|(known, _)| *known > height) {
            self.marks.pop_back();
        }
        match self.marks.back_mut() {
            Some((known, _)) if *known == height => {}
            // Close together, the later moment stands for both: in doubt for the source.
            Some(last) if now.steady_ms < last.1.steady_ms + STEP_MS => *last = (height, now),
            _ => self.marks.push_back((height, now)),
        }
        if self.marks.len() > MOST {
            self.marks.pop_front();
        }
    }

    /// Since when `height` is in hand, at the latest; `None` when it is not.
    #[must_use]
    pub fn since(&self, height: u32) -> Option<Now> {
        self.marks.iter().find(|(known, _)| *known >= height).map(|(_, since)| *since)
    }

    /// Since when a source withholds that answered at `answered` with a tip right below `missing`; `None` while it does not.
    #[must_use]
    pub fn withheld(&self, missing: u32, answered: Now) -> Option<Now> {
        self.since(missing).filter(|since| answered.steady_ms >= since.steady_ms.saturating_add(GRACE_MS))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UnixTime;

    fn at(seconds: i64) -> Now {
        UnixTime(seconds).into()
    }

    #[test]
    fn a_source_has_the_grace_from_the_moment_others_gave_the_block() {
        let mut arrivals = Arrivals::default();
        for (height, seconds) in [(100, 0), (101, 600), (102, 601), (103, 2_000)] {
            arrivals.note(height, at(seconds));
        }
        assert_eq!((arrivals.since(50), arrivals.since(101), arrivals.since(104)), (Some(at(0)), Some(at(601)), None));
        assert_eq!(arrivals.withheld(101, at(1_200)), None);
        assert_eq!(arrivals.withheld(101, at(1_201)), Some(at(601)));
        assert_eq!(arrivals.withheld(104, at(99_999)), None);
        arrivals.note(101, at(3_000));
        assert_eq!((arrivals.since(101), arrivals.since(102)), (Some(at(3_000)), None), "a reorganization");
        for height in 0..1_000 {
            arrivals.note(200 + height, at(4_000 + 600 * i64::from(height)));
        }
        assert_eq!(arrivals.marks.len(), MOST);
    }
}
