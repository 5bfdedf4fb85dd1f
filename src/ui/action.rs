//! What can happen to the page's state.

use crate::client::message::{Command, Event, VerificationId};
use crate::proof::report::Problem;
use crate::ui::route::Route;
use crate::ui::standing::{Notice, Persistence, Pin, Theme};
use crate::ui::verification::Given;
use crate::ui::withholding::Withholding;
use crate::ui::wording::Lang;

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Action {
    /// The address changed.
    Navigated(Route),
    /// The reader asked for this to be verified again.
    Again(Given),
    /// A verification was handed to the worker, at this time in milliseconds.
    Sent(VerificationId, f64),
    /// A verification could not be handed to the worker.
    NotSent(VerificationId, Problem),
    /// The reader stopped a verification.
    Stopped(VerificationId),
    /// The worker said something, at this time in milliseconds.
    Heard(Event, f64),
    /// The worker was lost and another one is starting.
    EngineLost,
    /// The worker is lost for good.
    EngineDead(String),
    /// The reader chose a language.
    Language(Lang),
    /// The reader chose colours.
    Theme(Theme),
    /// Fields are to be withheld from a proof.
    Withholding(Withholding),
    /// The field at this JSON pointer is to be withheld, or shown.
    Chosen(String, bool),
    /// The proof without them is to be encrypted, for this address, or not.
    Sealing(Option<String>),
    /// Nothing is withheld any more.
    NotWithholding,
    /// A registry was pinned.
    Pinned(Pin),
    /// A pinned registry is forgotten.
    Unpinned(String),
    /// The reader asked this of the worker.
    Ordered(Command),
    /// Files were handed in for their headers: their number and names.
    HandedHeaders(u64, Vec<String>),
    /// The browser was asked to keep what is stored.
    Persistence(Persistence),
    /// Say this in passing.
    Say(Notice),
    /// It was said long enough.
    Hush,
    /// The browser went online or offline.
    Online(bool),
    /// Time has passed: seconds since 1970.
    Tick(i64),
}
