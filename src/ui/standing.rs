//! Words of the page's state: colours, how the worker stands, what is said in passing, pinned registries,
//! what the browser answered.

/// Colours the reader chose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Theme {
    /// As the device says.
    Auto,
    /// Light, whatever the device says.
    Light,
    /// Dark, whatever the device says.
    Dark,
}

/// The worker, as far as the reader cares.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Engine {
    /// Not heard of yet.
    Starting,
    /// Working.
    Ready {
        /// Its version.
        version: String,
    },
    /// Does not start any more.
    Dead {
        /// Why.
        detail: String,
    },
}

/// Something said to the reader in passing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Notice {
    /// A text is on the clipboard.
    Copied,
    /// The browser did not allow it.
    CopyFailed,
    /// A file was saved.
    Saved,
    /// A file could not be made or saved.
    ExportFailed,
    /// A registry is known from now on.
    Pinned,
    /// A registry is forgotten.
    Unpinned,
    /// The worker was lost and started again.
    Restarted,
    /// A chain was checked from genesis, and what rested on a trusted header is checked anew.
    FromGenesis,
    /// Blocks left the chain, and what stood on them is checked anew.
    Reorganized,
}

/// A registry the reader pinned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pin {
    /// Its name.
    pub name: String,
    /// SHA-256 of its policy's text, hexadecimal.
    pub policy_hash: String,
    /// The text.
    pub policy_text: String,
}

/// What came of asking the browser to keep what this page stores until the reader deletes it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Persistence {
    /// It was not asked during this visit.
    #[default]
    NotAsked,
    /// It agreed.
    Granted,
    /// It declined: it may delete what is stored when room is short.
    Refused,
    /// It cannot be asked.
    Unknown,
}
