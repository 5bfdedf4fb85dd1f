//! The second worker, which judges some of a long kept chain while this one judges the rest. Whatever becomes of it, the
//! chain is verified: what it does not answer, or answers wrongly, is judged here.

use crate::client::clock::Now;
use crate::client::message::{Output, SecondAsk, SecondTold, SegmentId};
use crate::client::outbox::Outbox;

/// The longest wait for one answer, milliseconds: it takes some ten.
const PATIENCE_MS: u64 = 5_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Stand {
    #[default]
    Off,
    Starting,
    Ready,
    /// It did not start, broke or fell silent: it is not tried again.
    Gone,
}

/// How the second worker stands.
#[derive(Debug)]
pub(super) struct Second {
    stand: Stand,
    /// It is worth its start for so many headers.
    from: u32,
    next: u64,
}

impl Default for Second {
    fn default() -> Self {
        Self { stand: Stand::Off, from: u32::MAX, next: 0 }
    }
}

impl Second {
    pub(super) fn set_from(&mut self, headers: u32) {
        self.from = headers;
    }

    /// So many kept headers are to be judged.
    pub(super) fn note(&mut self, headers: u32, out: &mut Outbox) {
        if headers >= self.from && self.stand == Stand::Off {
            self.stand = Stand::Starting;
            out.push(Output::Second(SecondAsk::Start));
        }
    }

    pub(super) fn is_ready(&self) -> bool {
        self.stand == Stand::Ready
    }

    /// Whether it is there or about to be.
    pub(super) fn is_coming(&self) -> bool {
        matches!(self.stand, Stand::Starting | Stand::Ready)
    }

    /// Hears of it. `Some` for an answer that may be waited for.
    pub(super) fn hear(&mut self, told: SecondTold) -> Option<(SegmentId, Vec<u8>)> {
        match (told, self.stand) {
            (SecondTold::Ready, Stand::Starting) => self.stand = Stand::Ready,
            (SecondTold::Judged { segment, answer }, Stand::Ready) => return Some((segment, answer)),
            (SecondTold::Gone, Stand::Starting | Stand::Ready) => self.stand = Stand::Gone,
            // Said too late, or out of turn.
            (SecondTold::Ready | SecondTold::Judged { .. } | SecondTold::Gone, _) => {}
        }
        None
    }

    /// A name for the next segment.
    pub(super) fn segment_id(&mut self) -> SegmentId {
        self.next += 1;
        SegmentId(self.next - 1)
    }

    /// Ends it, when it has nothing more to do: it may be started again.
    pub(super) fn end(&mut self, out: &mut Outbox) {
        self.stop(Stand::Off, out);
    }

    /// When one that is waited for since then is given up.
    pub(super) fn given_up_ms(since_ms: u64) -> u64 {
        since_ms.saturating_add(PATIENCE_MS)
    }

    /// Gives it up, when what was asked then has no answer for too long.
    pub(super) fn give_up(&mut self, since_ms: u64, now: Now, out: &mut Outbox) {
        if Self::given_up_ms(since_ms) <= now.steady_ms {
            self.stop(Stand::Gone, out);
        }
    }

    fn stop(&mut self, stand: Stand, out: &mut Outbox) {
        if matches!(self.stand, Stand::Starting | Stand::Ready) {
            self.stand = stand;
            out.push(Output::Second(SecondAsk::End));
        }
    }
}
