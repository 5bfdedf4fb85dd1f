//! What time it is, as whoever runs the client says.

use crate::time::UnixTime;

/// Two clocks read together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Now {
    /// The time of day: headers are judged by it, and a reader may have set it wrong.
    pub unix: UnixTime,
    /// Milliseconds since some moment, never backwards: waits, limits and rates go by it, whatever the reader does to the
    /// other.
    pub steady_ms: u64,
}

impl From<UnixTime> for Now {
    /// Both clocks from one, where there is no other: for the command line and tests.
    fn from(unix: UnixTime) -> Self {
        Self { unix, steady_ms: u64::try_from(unix.0).unwrap_or(0).saturating_mul(1000) }
    }
}
