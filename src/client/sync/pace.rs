//! How often to ask: some requests a second for each host, and longer and longer waits after failures. No chance is in it,
//! so that a test can say when.

use std::collections::BTreeMap;

/// Milliseconds between two requests to one host: five a second, as public servers allow.
pub const REQUEST_SPACING_MS: u64 = 200;
/// The first wait after a failure, milliseconds; each further failure doubles it.
const FIRST_WAIT_MS: u64 = 5_000;
/// The longest.
const LONGEST_WAIT_MS: u64 = 600_000;
/// The longest wait that a server may ask for, seconds.
const LONGEST_ASKED_SECONDS: u32 = 3_600;

/// When each host may be asked again.
#[derive(Debug, Default)]
pub struct Pace {
    next: BTreeMap<String, u64>,
}

impl Pace {
    /// When a host may be asked next, in the clock's milliseconds.
    #[must_use]
    pub fn next(&self, host: &str) -> u64 {
        self.next.get(host).copied().unwrap_or(0)
    }

    /// Notes a request to a host at `now_ms`, or tells when one may be made.
    ///
    /// # Errors
    /// The moment, in the clock's milliseconds.
    pub fn admit(&mut self, host: &str, now_ms: u64) -> Result<u64, u64> {
        match self.next.get(host) {
            Some(&next) if next > now_ms => Err(next),
            _ => {
                self.next.retain(|_, next| *next > now_ms);
                self.next.insert(host.to_owned(), now_ms + REQUEST_SPACING_MS);
                Ok(now_ms)
            }
        }
    }
}

/// The wait after so many failures in a row, milliseconds.
#[must_use]
pub fn wait_after(failures: u32) -> u64 {
    let doublings = failures.saturating_sub(1).min(16);
    (FIRST_WAIT_MS << doublings).min(LONGEST_WAIT_MS)
}

/// The wait that a server asks for, milliseconds, within bounds.
#[must_use]
pub fn asked_wait(seconds: u32) -> u64 {
    u64::from(seconds.clamp(1, LONGEST_ASKED_SECONDS)) * 1000
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn five_a_second_to_each_host_and_no_more() {
        let mut pace = Pace::default();
        let admitted = (0..1_000).filter(|now| pace.admit("a", *now).is_ok()).count();
        assert_eq!(admitted, 5);
        assert_eq!(pace.admit("a", 999), Err(1000));
        assert_eq!((pace.admit("b", 999), pace.admit("a", 1000)), (Ok(999), Ok(1000)));
    }

    #[test]
    fn waits_double_to_ten_minutes() {
        let waits: Vec<u64> = (1..=9).map(|failures| wait_after(failures) / 1000).collect();
        assert_eq!(waits, [5, 10, 20, 40, 80, 160, 320, 600, 600]);
        assert_eq!((wait_after(u32::MAX), asked_wait(0), asked_wait(u32::MAX)), (600_000, 1_000, 3_600_000));
    }
}
