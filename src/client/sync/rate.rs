//! How fast headers come, over the last seconds.

use std::collections::VecDeque;

/// What is looked back on, milliseconds.
const WINDOW_MS: u64 = 5_000;
/// Below this nothing is said, milliseconds.
const LEAST_MS: u64 = 500;
/// Between two marks, milliseconds.
const MARK_MS: u64 = 100;

/// A count over time.
#[derive(Debug, Default)]
pub struct Rate {
    marks: VecDeque<(u64, u64)>,
}

impl Rate {
    /// Notes the count reached at `now_ms`.
    pub fn note(&mut self, now_ms: u64, count: u64) {
        if self.marks.back().is_none_or(|(at, _)| now_ms >= at + MARK_MS) {
            self.marks.push_back((now_ms, count));
        }
        while self.marks.front().is_some_and(|(at, _)| at + WINDOW_MS < now_ms) && self.marks.len() > 1 {
            self.marks.pop_front();
        }
    }

    /// Counts a second at `now_ms`, the count being `count` by then.
    #[must_use]
    pub fn per_second(&self, now_ms: u64, count: u64) -> Option<u32> {
        let (at, before) = *self.marks.front()?;
        let elapsed = now_ms.saturating_sub(at);
        let rate = count.saturating_sub(before).saturating_mul(1000).checked_div(elapsed)?;
        (elapsed >= LEAST_MS).then(|| u32::try_from(rate).unwrap_or(u32::MAX))
    }
}

/// Seconds for what is left at a rate, rounded up; none at a standstill.
#[must_use]
pub fn seconds_left(left: u64, per_second: u32) -> Option<u64> {
    (per_second > 0).then(|| left.div_ceil(u64::from(per_second)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_that_of_the_last_seconds() {
        let mut rate = Rate::default();
        assert_eq!(rate.per_second(0, 0), None);
        let mut count = 0;
        for step in 0..=100 {
            // Ten seconds: fast at first, then slow.
            count += if step < 50 { 1000 } else { 10 };
            rate.note(step * 100, count);
        }
        let found = rate.per_second(10_000, count).unwrap();
        assert!((100..=300).contains(&found), "{found}");
        assert!(rate.marks.len() <= 52, "{}", rate.marks.len());
        assert_eq!(rate.per_second(u64::MAX, count), Some(0));
        assert_eq!((seconds_left(101, 50), seconds_left(5, 0)), (Some(3), None));
    }
}
