//! Headers kept on the reader's device: what the page hears of them, and what client and loop say to each other about the
//! files.

use super::source::BlockAt;
use crate::client::keep::{Access, Answer, Request};

/// How a network's headers are kept. Said whenever something in it changed, while it changes at most some four times a second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StorageStatus {
    /// Network name.
    pub network: String,
    /// Where they lie.
    pub place: StoragePlace,
    /// Who writes there.
    pub role: StorageRole,
    /// What is going on.
    pub state: StorageState,
    /// Headers kept, as the files tell.
    pub headers: u32,
    /// Bytes they take.
    pub bytes: u64,
    /// The last of them.
    pub tip: Option<BlockAt>,
    /// What was not as it was left, since the files were opened.
    pub repairs: Vec<Repair>,
    /// How long reading and verifying them took at the start, milliseconds.
    pub loaded_ms: Option<u64>,
    /// Of them, so many were verified by a second worker meanwhile.
    pub by_second: u32,
    /// What the browser says of its storage.
    pub room: StorageRoom,
}

/// Where headers are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoragePlace {
    /// In the browser's private file system.
    FileSystem,
    /// In the browser's database.
    Database,
    /// Nowhere but in memory: gone when the page is closed.
    Memory,
}

/// Who writes the files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StorageRole {
    /// This page.
    Writer,
    /// Another page of this origin; this one reads, and takes over when that is closed.
    Reader,
}

/// What is going on with kept headers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorageState {
    /// The files are being opened.
    Opening,
    /// Kept headers are being read, and verified like any others.
    Loading {
        /// Headers verified.
        done: u32,
        /// Headers kept.
        total: u32,
    },
    /// New headers are added as they are verified.
    Keeping,
    /// There is no room for more; what is kept stays.
    Full {
        /// What the browser said.
        detail: String,
    },
    /// Nothing more is kept: the files cannot be opened or written.
    Failed {
        /// What the browser said.
        detail: String,
    },
    /// A later version of this program wrote the files; they are left alone.
    Newer {
        /// The version of their form.
        version: u16,
    },
    /// The reader had them deleted, and nothing more is kept until the page is opened anew.
    Forgotten,
}

/// Something about kept headers that was not as it was left. What was dropped is fetched again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// A write was cut short: one of two records of what is kept is not whole, and the other was used.
    DamagedHead {
        /// What is wrong with it, in English, lower case.
        detail: String,
    },
    /// Headers without a record of what they are were dropped.
    NoHead {
        /// Bytes dropped.
        bytes: u64,
    },
    /// A write was cut short: bytes past the last header were dropped.
    Tail {
        /// Bytes dropped.
        bytes: u64,
    },
    /// The file was shorter than it should be.
    Truncated {
        /// Bytes it should have.
        expected: u64,
        /// Bytes it had.
        found: u64,
    },
    /// Bytes were not those that were written, and everything from there on was dropped.
    DamagedPeriod {
        /// The first height dropped.
        height: u32,
        /// Headers dropped.
        dropped: u32,
    },
    /// A kept header was refused when it was verified.
    Refused {
        /// Its height.
        height: u32,
        /// The rule's name, as [`crate::chain::header_tree::Rule::name`] has it.
        rule: String,
        /// Whether it is wrong for good, and was dropped with those after it; otherwise it is only too new for this clock.
        for_good: bool,
        /// What was expected and found, in English, lower case.
        detail: String,
    },
    /// The files could not be put right.
    NotRepaired {
        /// Why, in English, lower case.
        detail: String,
    },
}

/// What the browser says of its storage; nothing where it does not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StorageRoom {
    /// Whether what is stored stays until the reader deletes it, and not only until room is short.
    pub persisted: Option<bool>,
    /// Bytes this origin stores, roughly.
    pub usage: Option<u64>,
    /// Bytes it may store, roughly.
    pub quota: Option<u64>,
}

/// Wanted of the loop, about one network's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreAsk {
    /// Open the files of this name, for writing if nobody else does; answered by [`StoreTold::Opened`] or
    /// [`StoreTold::Nowhere`]. Asked again after [`StoreTold::Free`].
    Open {
        /// The files' name.
        name: String,
    },
    /// Carry this out; answered by [`StoreTold::Answer`].
    Do(Request),
    /// Say this to the other pages of this origin.
    Tell(StoreWord),
}

/// Heard from the loop, about one network's files.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoreTold {
    /// The files are open.
    Opened {
        /// Where they lie.
        place: StoragePlace,
        /// Whether they may be written: nobody else does then.
        access: Access,
        /// What the browser says.
        room: StorageRoom,
    },
    /// Nothing can be kept here.
    Nowhere {
        /// Why, in English, lower case.
        detail: String,
    },
    /// What became of a request.
    Answer(Answer),
    /// Whoever wrote the files has gone: opened again, they may be written.
    Free,
    /// Another page said something.
    Heard(StoreWord),
}

/// What pages of one origin say to each other about a network's files. A hint: nothing is believed for it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StoreWord {
    /// More headers are kept.
    Grew,
    /// The reader wants them deleted: whoever writes does it.
    Forget,
}

impl StoreWord {
    /// Its text on the channel.
    #[must_use]
    pub fn text(self) -> &'static str {
        match self {
            Self::Grew => "grew",
            Self::Forget => "forget",
        }
    }

    /// Reads a text of the channel; `None` for one of another version.
    #[must_use]
    pub fn from_text(text: &str) -> Option<Self> {
        [Self::Grew, Self::Forget].into_iter().find(|word| word.text() == text)
    }
}
