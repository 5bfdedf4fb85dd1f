//! Requests to the engine and its answers, as bytes. One value has one encoding; numbers are little-endian, lists carry
//! their length, and nothing is left over.
//!
//! A request is one byte for what is asked, then what is asked of. [`answer`] is all that the engine's module does.

mod fields;
mod values;

pub(super) use fields::Field;

use crate::chain::BlockHash;
use crate::chain::confirm::relayed::{AboveTip, ConfirmedParts};
use crate::chain::{ConfirmError, Confirmed};
use crate::encoding::reader::{ReadError, Reader};
use crate::engine::{HeaderEngine, Run, Which};
use crate::time::UnixTime;

/// Why bytes are no request, or no answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WireError {
    /// Too few bytes, or too many.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// A byte that says which of several things follows, and says none of them.
    #[error("{what} {found} at offset {offset}")]
    Choice {
        /// What was to be said.
        what: &'static str,
        /// The byte.
        found: u8,
        /// Where it stands.
        offset: usize,
    },
    /// Text that is not UTF-8.
    #[error("text at offset {offset} is not UTF-8")]
    Text {
        /// Where it stands.
        offset: usize,
    },
    /// A confirmation that no check gives.
    #[error(transparent)]
    AboveTip(#[from] AboveTip),
}

/// What is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Ask {
    Place,
    Take,
    LayOver,
    Lift,
    Forget,
    Confirm,
    Summary,
    Blocks,
    Headers,
    PinFrom,
    HeightOf,
    Junction,
    KnownHeight,
}

impl Ask {
    const ALL: [Self; 13] = [
        Self::Place,
        Self::Take,
        Self::LayOver,
        Self::Lift,
        Self::Forget,
        Self::Confirm,
        Self::Summary,
        Self::Blocks,
        Self::Headers,
        Self::PinFrom,
        Self::HeightOf,
        Self::Junction,
        Self::KnownHeight,
    ];
}

/// Writes a request.
pub(super) fn request<'a>(ask: Ask, about: &impl Field<'a>) -> Vec<u8> {
    let mut out = vec![ask as u8];
    about.write(&mut out);
    out
}

/// Reads bytes that are one value, and nothing after it.
///
/// # Errors
/// [`WireError`].
pub(super) fn whole<'a, T: Field<'a>>(bytes: &'a [u8]) -> Result<T, WireError> {
    let mut reader = Reader::new(bytes);
    let value = T::read(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

/// A confirmation as it is sent.
pub(super) type SentConfirmation = Option<Result<ConfirmedParts, ConfirmError>>;

/// A confirmation as it was before it was sent.
///
/// # Errors
/// [`WireError::AboveTip`].
pub(super) fn received(sent: SentConfirmation) -> Result<Option<Result<Confirmed, ConfirmError>>, WireError> {
    Ok(match sent {
        None => None,
        Some(Ok(parts)) => Some(Ok(parts.into_confirmed_as_relayed()?)),
        Some(Err(error)) => Some(Err(error)),
    })
}

/// Does what a request asks and answers it.
///
/// # Errors
/// [`WireError`] for bytes that are no request; the engine is then as it was.
pub fn answer(engine: &mut impl HeaderEngine, request: &[u8]) -> Result<Vec<u8>, WireError> {
    let mut reader = Reader::new(request);
    let found = reader.u8()?;
    let unknown = WireError::Choice { what: "request", found, offset: 0 };
    let ask = Ask::ALL.into_iter().find(|&ask| ask as u8 == found).ok_or(unknown)?;
    let about = &request[1..];
    let mut out = Vec::new();
    match ask {
        Ask::Place => engine.place(whole(about)?).write(&mut out),
        Ask::Take => {
            let (network, (height, starts, bytes), now): (&str, (u32, bool, &[u8]), UnixTime) = whole(about)?;
            engine.take(Run { network, height, starts, bytes }, now).write(&mut out);
        }
        Ask::LayOver => {
            let () = whole(about)?;
            engine.lay_over();
        }
        Ask::Lift => {
            let () = whole(about)?;
            engine.lift();
        }
        Ask::Forget => engine.forget(whole(about)?),
        Ask::Confirm => {
            let (network, block, required): (&str, BlockHash, u32) = whole(about)?;
            let confirmed = engine.confirm(network, &block, required);
            let sent: SentConfirmation = confirmed.map(|result| result.map(|made| ConfirmedParts::of(&made)));
            sent.write(&mut out);
        }
        Ask::Summary => {
            let (network, which): (&str, Which) = whole(about)?;
            engine.summary(network, which).write(&mut out);
        }
        Ask::Blocks => {
            let (network, which, (from, count)): (&str, Which, (u32, u32)) = whole(about)?;
            engine.blocks(network, which, from, count).write(&mut out);
        }
        Ask::Headers => {
            let (network, which, (from, count)): (&str, Which, (u32, u32)) = whole(about)?;
            engine.headers(network, which, from, count).as_slice().write(&mut out);
        }
        Ask::PinFrom => {
            let (network, which, height): (&str, Which, u32) = whole(about)?;
            engine.pin_from(network, which, height).write(&mut out);
        }
        Ask::HeightOf => {
            let (network, block): (&str, BlockHash) = whole(about)?;
            engine.height_of(network, &block).write(&mut out);
        }
        Ask::Junction => {
            let (network, block): (&str, BlockHash) = whole(about)?;
            engine.junction(network, &block).write(&mut out);
        }
        Ask::KnownHeight => engine.known_height(whole(about)?).write(&mut out),
    }
    Ok(out)
}
