//! What the reader asks for by hand. Components say it; the app carries it out.

use crate::browser::files::HandedFile;
use crate::client::message::{Command, ExportKind};
use crate::ui::route::Route;
use crate::ui::state::{Pin, Theme};
use crate::ui::withholding::Wish;
use crate::ui::wording::Lang;

/// A wish of the reader.
#[derive(Debug, Clone, PartialEq)]
pub enum Intent {
    /// Go somewhere.
    Open(Route),
    /// Verify these files.
    OpenFiles(Vec<HandedFile>),
    /// Verify a proof file whose text was pasted.
    OpenText(String),
    /// Verify what is shown again, with these files beside it.
    AddFiles(Vec<HandedFile>),
    /// Verify what is shown again.
    Again,
    /// Fetch the proof of what is shown from the address that its link names.
    FetchProof,
    /// Stop verifying what is shown.
    Stop,
    /// Save what is shown.
    Export(ExportKind),
    /// Save the drafts shown: the records alone, or all that was read.
    SaveDrafts {
        /// All of it.
        whole: bool,
    },
    /// Copy the link of what is shown.
    CopyLink,
    /// Copy a text.
    Copy(String),
    /// Print what is shown.
    Print,
    /// Something about withholding fields from what is shown.
    Withhold(Wish),
    /// Take a registry for known.
    Pin(Pin),
    /// Forget a registry, by its policy's hash.
    Unpin(String),
    /// Speak this language.
    Language(Lang),
    /// Wear these colours.
    Theme(Theme),
    /// Bring an element of the page into view.
    Visit(&'static str),
    /// Have the worker do this.
    Order(Command),
    /// Take in the headers in these files, and stay where the reader is.
    HandHeaders(Vec<HandedFile>),
    /// Stop taking those in.
    StopFile,
    /// Ask the browser to keep headers until the reader deletes them.
    AskPersistence,
    /// Load the page anew.
    Reload,
}
