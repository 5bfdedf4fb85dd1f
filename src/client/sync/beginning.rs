//! The beginning of a chain, below a pin: held back until the pin ties it. Nothing of it is judged before. Right headers at
//! wrong heights, or a few of many, would else stand among those in hand on the word of a stranger.

use crate::chain::header::HEADER_BYTES;
use crate::chain::quick_start::{Plan, Tied, Untied};
use crate::client::source::Headers;

/// Headers of one answer, from a plan's first one on.
#[derive(Debug)]
pub(super) struct Beginning {
    plan: Plan,
    bytes: Vec<u8>,
}

/// What became of a beginning.
#[derive(Debug)]
pub(super) enum Begun {
    /// More is needed.
    Waiting,
    /// Tied: these are to be judged.
    Tied(Headers),
    /// Not those below the pin.
    Untied(Untied),
    /// Headers that do not follow those before: nothing is known of either.
    Torn,
}

impl Beginning {
    pub(super) fn of(plan: Plan) -> Self {
        Self { plan, bytes: Vec::new() }
    }

    /// Takes headers; once there are enough, tells what they are.
    pub(super) fn push(&mut self, headers: &Headers) -> Begun {
        let next = u64::from(self.plan.first) + (self.bytes.len() / HEADER_BYTES) as u64;
        if u64::from(headers.height) != next {
            return Begun::Torn;
        }
        self.bytes.extend_from_slice(&headers.bytes);
        match Tied::verify(&self.plan, &self.bytes) {
            None => Begun::Waiting,
            Some(Err(untied)) => Begun::Untied(untied),
            // What is above the pin is judged on top of it.
            Some(Ok(_)) => {
                let bytes = std::mem::take(&mut self.bytes);
                Begun::Tied(Headers { height: self.plan.first, opens: true, bytes })
            }
        }
    }
}
