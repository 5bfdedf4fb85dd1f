//! The median time of eleven headers, and the rule that a header's time must be above it.

/// Headers whose median is taken.
pub(super) const MEDIAN_SPAN: usize = 11;

/// What became of the rule `time > median of the eleven headers before`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MedianRule {
    /// Above it.
    Passed,
    /// Not above it: the median, or, with headers missing, the least it can be.
    TooOld(u32),
    /// The headers at hand do not settle it.
    Unknown,
}

/// The middle one of `times` in order; of an even number the later, as Bitcoin Core takes it. `None` without times.
pub(super) fn median(mut times: Vec<u32>) -> Option<u32> {
    sort_few(&mut times);
    times.get(times.len() / 2).copied()
}

/// Sorts by insertion: of eleven that are nearly in order nothing is quicker, and the library's sort takes 7 kB.
fn sort_few(times: &mut [u32]) {
    for end in 1..times.len() {
        let mut place = end;
        while place > 0 && times[place - 1] > times[place] {
            times.swap(place - 1, place);
            place -= 1;
        }
    }
}

/// Judges `time` against the times of the headers before. `complete` says that `times` are all there are: eleven, or
/// every header down to the genesis header.
///
/// With some missing the rule can still be settled: the median is the sixth of eleven, so six known times on one side
/// decide, whatever the missing ones are.
pub(super) fn median_rule(time: u32, times: Vec<u32>, complete: bool) -> MedianRule {
    let least = if complete {
        median(times)
    } else {
        let majority = MEDIAN_SPAN / 2 + 1;
        if times.iter().filter(|&&known| known < time).count() >= majority {
            return MedianRule::Passed;
        }
        let mut known = times;
        sort_few(&mut known);
        match known.iter().rev().nth(majority - 1) {
            Some(&least) if least >= time => Some(least),
            _ => return MedianRule::Unknown,
        }
    };
    match least {
        Some(least) if time <= least => MedianRule::TooOld(least),
        _ => MedianRule::Passed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_sixth_of_eleven_and_the_later_of_two() {
        assert_eq!(median(vec![3, 1, 2, 11, 10, 9, 4, 5, 6, 8, 7]), Some(6));
        assert_eq!(median(vec![20, 10]), Some(20));
        assert_eq!(median(vec![]), None);
    }

    #[test]
    fn equal_to_the_median_is_too_old() {
        let times = || (1..=11).collect();
        assert_eq!(median_rule(6, times(), true), MedianRule::TooOld(6));
        assert_eq!(median_rule(7, times(), true), MedianRule::Passed);
        assert_eq!(median_rule(1, vec![], true), MedianRule::Passed);
    }

    #[test]
    fn missing_headers_leave_it_open_only_where_they_could_decide() {
        // Whatever the missing times are, the answer agrees with every way of filling them in.
        for known in 0..=10_u32 {
            for time in 1..=12 {
                let times: Vec<u32> = (1..=known).collect();
                let with = |missing: u32| {
                    let filled = times.iter().copied().chain(std::iter::repeat_n(missing, 11 - known as usize));
                    median_rule(time, filled.collect(), true)
                };
                let (low, high) = (with(0), with(u32::MAX));
                match median_rule(time, times.clone(), false) {
                    MedianRule::Passed => assert_eq!((low, high), (MedianRule::Passed, MedianRule::Passed)),
                    MedianRule::TooOld(least) => assert_eq!(low, MedianRule::TooOld(least)),
                    MedianRule::Unknown => assert_ne!(low == MedianRule::Passed, high == MedianRule::Passed),
                }
            }
        }
    }
}
