//! The words between the page and its worker, and between the worker's loop and the client inside it.
//!
//! Plain data, no transport: the page sends a [`Command`] and hears [`Event`]s; the loop around the light client feeds it
//! [`Input`]s and carries out its [`Output`]s. Commands and events travel as bytes, which page and worker, being of one build,
//! agree on. The bytes of files travel beside a command, in the order in which their [`Material::File`]s stand in it, and are
//! put back by [`Command::attach_files`]. Evidence never travels: a [`Report`] is words about it.

mod chain;
mod door;
mod drafts;
mod packed;
mod source;
mod storage;
mod sync;
mod wire;
mod withholding;

pub use chain::{ChainSource, ChainStatus, Stage};
pub use door::{
    FetchFailure, FetchHead, FetchId, Input, Output, Piece, Reach, SecondAsk, SecondTold, SegmentId, SocketId,
};
pub use drafts::{DraftView, DraftedDocument, Drafts, KeptView};
pub use packed::PackedReport;
pub use source::{
    BlockAt, ForkTip, HeaderSource, MAX_SOURCES, MAX_URL_BYTES, SourceKind, SourceState, SourceStatus, SourceTip,
    Standing, WaitReason,
};
pub use storage::{
    Repair, StoragePlace, StorageRole, StorageRoom, StorageState, StorageStatus, StoreAsk, StoreTold, StoreWord,
};
pub use sync::{GenesisCheck, GenesisCheckState, NoBlockAlarm, PinContradiction, Reorganized, SyncState, SyncStatus};
pub use withholding::{EncryptedProof, NextReader};

use crate::encoding::wire::{Field, WireError, whole};
use crate::proof::report::Problem;

/// Most bytes of one file a reader hands in. A run of every Bitcoin header fits.
pub const MAX_FILE_BYTES: u64 = 128 << 20;

/// Most bytes of all files of one verification together.
pub const MAX_FILES_BYTES: u64 = 192 << 20;

/// Names one verification, from its command to its verdict. The page counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerificationId(pub u64);

/// What the client is told once, before anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Config {
    /// URLs of registry policies that the page's own origin serves: known without being pinned.
    pub registries: Vec<String>,
    /// Texts of registry policies the reader pinned earlier.
    pub pinned: Vec<String>,
    /// Where block headers come from: what the page's own origin serves, and what the reader added earlier. Nothing else is
    /// ever asked.
    pub headers: Vec<HeaderSource>,
    /// Networks whose synchronization begins at once, without [`Command::BeginSync`].
    pub begin: Vec<String>,
}

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Begin: fetch the origin's policies and headers. Always the first command.
    Start {
        /// What to begin with.
        config: Config,
    },
    /// Verify what the reader handed in, all of it together.
    Verify {
        /// Answered by [`Event::Progress`] and then by one of [`Event::Verdict`], [`Event::Drafted`], [`Event::Refused`].
        id: VerificationId,
        /// A link, or any number of files of any kind.
        material: Vec<Material>,
    },
    /// Stop a verification; nothing more is heard of it. An unknown id is no error.
    Cancel {
        /// Which.
        id: VerificationId,
    },
    /// Write an answer as a file to be saved. Answered by [`Event::Exported`] or [`Event::ExportFailed`].
    Export {
        /// What of it.
        kind: ExportKind,
        /// The answer's report, as it came.
        report: PackedReport,
        /// The answer's proof, as it came.
        proof: Option<String>,
        /// The files that the answer is about, where it came without a proof: an exported report holds those it speaks of.
        material: Vec<Material>,
    },
    /// Withhold fields from a proof. Answered by [`Event::NextReader`] or [`Event::NotWithheld`].
    Withhold {
        /// Names the question in its answer. The page counts up.
        number: u64,
        /// The proof file's text.
        proof: String,
        /// JSON pointers of the fields.
        hide: Vec<String>,
    },
    /// Encrypt a proof, and link to where it will lie. Answered by [`Event::Encrypted`].
    Encrypt {
        /// Names the question in its answer.
        number: u64,
        /// The proof's report.
        report: PackedReport,
        /// The proof file's text.
        proof: String,
        /// 44 fresh random bytes: a key and a nonce, which serve for this proof alone.
        random: Vec<u8>,
        /// Where the file will lie; empty when it travels beside its link.
        address: String,
    },
    /// Take this registry policy for known from now on.
    PinRegistry {
        /// The policy's exact text.
        policy_text: String,
    },
    /// Forget a pinned registry policy.
    UnpinRegistry {
        /// SHA-256 of its text, hexadecimal.
        policy_hash: String,
    },
    /// Ask every source of the networks being synced again, after [`Event::HeadersFailed`] or to look for newer blocks; a
    /// source that is waited for, at once.
    RefreshHeaders,
    /// Configure a source; one of the same network and URL is replaced, and what was held against it is forgotten. Answered
    /// by [`Event::Sources`] or [`Event::SourceRefused`]. The page saves it.
    AddSource {
        /// The source.
        source: HeaderSource,
    },
    /// Forget a source. Headers it gave stay: each stands for itself. An unknown one is no error.
    RemoveSource {
        /// Its network.
        network: String,
        /// Its URL, as configured.
        url: String,
    },
    /// Turn a source on or off. Turned on, it is asked anew, whatever it did before.
    EnableSource {
        /// Its network.
        network: String,
        /// Its URL, as configured.
        url: String,
        /// On or off.
        enabled: bool,
    },
    /// Synchronize a network: ask all of its sources, and again now and then, until cancelled. Also after a cancel.
    BeginSync {
        /// Its name.
        network: String,
    },
    /// Ask nothing more of a network's sources for now; what is on its way is dropped.
    PauseSync {
        /// Its name.
        network: String,
    },
    /// Go on after a pause, from the last verified header.
    ResumeSync {
        /// Its name.
        network: String,
    },
    /// End a network's synchronization. Headers verified so far stay, as headers up to a height and never as a complete
    /// chain.
    CancelSync {
        /// Its name.
        network: String,
    },
    /// Verify a network's headers from genesis on, in the background, or go on with that after a pause. Answered by
    /// [`Event::GenesisCheck`].
    CheckFromGenesis {
        /// Its name.
        network: String,
    },
    /// Fetch nothing more for that check for now.
    PauseGenesisCheck {
        /// Its name.
        network: String,
    },
    /// End that check, and forget what it verified.
    StopGenesisCheck {
        /// Its name.
        network: String,
    },
    /// Delete a network's headers from this device; nothing more is kept until the page is opened anew. Headers in hand
    /// stay. Answered by [`Event::Storage`].
    ForgetHeaders {
        /// Its name.
        network: String,
    },
}

/// What of an answer is saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportKind {
    /// The proof file.
    Proof,
    /// The report, with its proof and files.
    Report,
    /// The report as a table.
    Table,
}

/// Something the reader handed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Material {
    /// A proof link, or only its fragment, as pasted or opened.
    Link {
        /// The text, unchanged.
        text: String,
    },
    /// The same, where the reader agreed that the address it names be asked for the proof.
    Granted {
        /// The text, unchanged.
        text: String,
    },
    /// A sample that the page's own address serves.
    Sample {
        /// Its name there.
        name: String,
    },
    /// A file: a proof file, a timestamp, a document, a run of headers, a registry policy, an exported report.
    File {
        /// Its name, a hint and no more.
        name: String,
        /// Its bytes, which travel beside the command.
        bytes: Vec<u8>,
    },
}

/// Files were not attached as a command's text says.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found} files beside a command that names {expected}")]
pub struct AttachError {
    /// Files the command names.
    pub expected: usize,
    /// Files found beside it.
    pub found: usize,
}

/// Bytes are not what was agreed between the page and its worker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a message of this program: {0}")]
pub struct MessageError(WireError);

fn bytes<'a>(message: &impl Field<'a>) -> Vec<u8> {
    let mut bytes = Vec::new();
    message.write(&mut bytes);
    bytes
}

impl Command {
    /// Its bytes, without those of its files.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads its bytes; files are still empty.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MessageError> {
        whole(bytes).map_err(MessageError)
    }

    /// Puts the bytes that travelled beside this command where they belong.
    ///
    /// # Errors
    /// [`AttachError`] when there are more or fewer files than the command names.
    pub fn attach_files(mut self, files: Vec<Vec<u8>>) -> Result<Self, AttachError> {
        let found = files.len();
        let mut files = files.into_iter();
        let mut expected = 0;
        if let Self::Verify { material, .. } | Self::Export { material, .. } = &mut self {
            for item in material {
                if let Material::File { bytes, .. } = item {
                    expected += 1;
                    *bytes = files.next().unwrap_or_default();
                }
            }
        }
        if expected == found { Ok(self) } else { Err(AttachError { expected, found }) }
    }
}

/// From the worker to the page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The client runs and has its configuration; the origin's headers may still be on their way.
    Ready {
        /// The program's version.
        version: String,
    },
    /// A chain of headers in hand, said again whenever its tip moves.
    Chain(ChainStatus),
    /// How far a verification is. Said at most some ten times a second.
    Progress {
        /// Which verification.
        id: VerificationId,
        /// What it is doing.
        stage: Stage,
    },
    /// The answer. The verification is over.
    Verdict {
        /// Which verification.
        id: VerificationId,
        /// The whole answer.
        report: PackedReport,
        /// The proof file's JSON text, for export, when the input held one.
        proof: Option<String>,
        /// The same as a link, `/v/1.…`.
        link: Option<String>,
    },
    /// What was handed in is no proof but documents, which were read into drafts. The verification is over.
    Drafted {
        /// Which verification.
        id: VerificationId,
        /// The drafts.
        drafts: Box<Drafts>,
    },
    /// An answer written as a file to be saved.
    Exported {
        /// The file's name.
        name: String,
        /// Its media type.
        media_type: String,
        /// What it holds.
        text: String,
    },
    /// An answer was not written as a file.
    ExportFailed {
        /// Why.
        problem: Problem,
    },
    /// What the next reader of a proof would get, fields being withheld.
    NextReader(NextReader),
    /// Fields were not withheld.
    NotWithheld {
        /// Which question.
        number: u64,
        /// Why: `not-withheld`, naming the field.
        problem: Problem,
    },
    /// A proof, encrypted.
    Encrypted(EncryptedProof),
    /// The verification did not take place. It is over.
    Refused {
        /// Which verification.
        id: VerificationId,
        /// Why.
        problem: Problem,
    },
    /// Headers from this source or file are not at hand, said once for each failure. Verifications go on without them and say
    /// what they could not check.
    HeadersFailed {
        /// The source's URL or file name.
        source: String,
        /// Why, in English, lower case.
        detail: String,
    },
    /// Every source configured and what is known of it, over all networks, in the order in which they were configured.
    Sources {
        /// All of them.
        sources: Vec<SourceStatus>,
    },
    /// A source was not configured.
    SourceRefused {
        /// The source as it was given.
        source: HeaderSource,
        /// Why: `source-url-malformed`, `source-url-insecure`, `source-network-unknown`, `source-height-unfit` or
        /// `too-many-sources`.
        problem: Problem,
    },
    /// Where a network's synchronization stands.
    Sync(SyncStatus),
    /// Where a check of a network's headers from genesis stands.
    GenesisCheck(GenesisCheck),
    /// The best chain of a network gave way to another.
    Reorganized(Reorganized),
    /// Whether a network has been silent for longer than chance allows. Said when it becomes so and when it is over; while it
    /// lasts now and then, with newer figures. Never for a network without a steady spacing.
    NoBlock {
        /// Its name.
        network: String,
        /// The alarm; `None` when it is over.
        alarm: Option<NoBlockAlarm>,
    },
    /// How a network's headers are kept on this device.
    Storage(StorageStatus),
    /// A registry policy is known from now on.
    Pinned {
        /// The registry's name.
        name: String,
        /// SHA-256 of the policy's text, hexadecimal.
        policy_hash: String,
    },
    /// A text was not taken as a registry policy.
    PinRefused {
        /// Why.
        problem: Problem,
    },
}

impl Event {
    /// Its bytes.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        bytes(self)
    }

    /// Reads its bytes.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, MessageError> {
        whole(bytes).map_err(MessageError)
    }
}

#[cfg(test)]
mod tests;
