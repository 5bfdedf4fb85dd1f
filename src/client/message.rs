//! The words between the page and its worker, and between the worker's loop and the client inside it.
//!
//! Plain data, no transport: the page sends a [`Command`] and hears [`Event`]s; the loop around the light client feeds it
//! [`Input`]s and carries out its [`Output`]s. Commands and events travel as JSON text. The bytes of files travel beside
//! that text, in the order in which their [`Material::File`]s stand in it, and are put back by
//! [`Command::attach_files`]. Evidence never travels: a [`Report`] is words about it.

use crate::proof::report::{Problem, Report};
use serde::{Deserialize, Serialize};

/// Most bytes of one file a reader hands in. A run of every Bitcoin header fits.
pub const MAX_FILE_BYTES: u64 = 128 << 20;

/// Most bytes of all files of one verification together.
pub const MAX_FILES_BYTES: u64 = 192 << 20;

/// Names one verification, from its command to its verdict. The page counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct VerificationId(pub u64);

/// Names one fetch, from [`Output::Fetch`] to [`Input::Fetched`]. The client counts up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FetchId(pub u64);

/// What the client is told once, before anything else.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Config {
    /// URLs of registry policies that the page's own origin serves: known without being pinned.
    pub registries: Vec<String>,
    /// Texts of registry policies the reader pinned earlier.
    pub pinned: Vec<String>,
    /// Where block headers come from, tried in order.
    pub headers: Vec<HeaderSource>,
}

/// A file of block headers, 80 bytes each, that the page's own origin serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderSource {
    /// Network name, such as `regtest`.
    pub network: String,
    /// Where the file is.
    pub url: String,
    /// Height of the file's first header.
    pub first_height: u32,
}

/// From the page to the worker.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Command {
    /// Begin: fetch the origin's policies and headers. Always the first command.
    Start {
        /// What to begin with.
        config: Config,
    },
    /// Verify what the reader handed in, all of it together.
    Verify {
        /// Answered by [`Event::Progress`] and then by one of [`Event::Verdict`], [`Event::Refused`].
        id: VerificationId,
        /// A link, or any number of files of any kind.
        material: Vec<Material>,
    },
    /// Stop a verification; nothing more is heard of it. An unknown id is no error.
    Cancel {
        /// Which.
        id: VerificationId,
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
    /// Fetch the origin's headers again, after [`Event::HeadersFailed`] or to look for newer blocks.
    RefreshHeaders,
}

/// Something the reader handed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Material {
    /// A proof link, or only its fragment, as pasted or opened.
    Link {
        /// The text, unchanged.
        text: String,
    },
    /// A file: a proof file, a timestamp, a document, a run of headers, a registry policy, an exported report.
    File {
        /// Its name, a hint and no more.
        name: String,
        /// Its bytes, which travel beside the JSON text.
        #[serde(skip)]
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

/// A text is not what was agreed between the page and its worker.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a message of this program: {detail}")]
pub struct MessageError {
    detail: String,
}

fn write(message: &impl Serialize) -> Result<String, MessageError> {
    serde_json::to_string(message).map_err(|error| MessageError { detail: error.to_string() })
}

/// Reads by way of [`serde_json::Value`], as exported reports are read: the program holds the code that reads reports once
/// and not twice.
fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, MessageError> {
    let failed = |error: serde_json::Error| MessageError { detail: error.to_string() };
    serde_json::from_value(serde_json::from_str(text).map_err(failed)?).map_err(failed)
}

impl Command {
    /// Its JSON text, without the bytes of its files.
    ///
    /// # Errors
    /// None is known: everything in it is text, numbers and lists.
    pub fn to_text(&self) -> Result<String, MessageError> {
        write(self)
    }

    /// Reads its JSON text; files are still empty.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn from_text(text: &str) -> Result<Self, MessageError> {
        read(text)
    }

    /// Puts the bytes that travelled beside this command where they belong.
    ///
    /// # Errors
    /// [`AttachError`] when there are more or fewer files than the command names.
    pub fn attach_files(mut self, files: Vec<Vec<u8>>) -> Result<Self, AttachError> {
        let found = files.len();
        let mut files = files.into_iter();
        let mut expected = 0;
        if let Self::Verify { material, .. } = &mut self {
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
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
        report: Box<Report>,
        /// The proof file's JSON text, for export, when the input held one.
        proof: Option<String>,
    },
    /// The verification did not take place. It is over.
    Refused {
        /// Which verification.
        id: VerificationId,
        /// Why.
        problem: Problem,
    },
    /// Headers from this source are not at hand. Verifications go on without them and say what they could not check.
    HeadersFailed {
        /// The source's URL or file name.
        source: String,
        /// Why, in English, lower case.
        detail: String,
    },
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
    /// Its JSON text.
    ///
    /// # Errors
    /// None is known: everything in it is text, numbers and lists.
    pub fn to_text(&self) -> Result<String, MessageError> {
        write(self)
    }

    /// Reads its JSON text.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn from_text(text: &str) -> Result<Self, MessageError> {
        read(text)
    }
}

/// A chain of headers in hand.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainStatus {
    /// Network name.
    pub network: String,
    /// Height of the tip.
    pub height: u32,
    /// Hash of the tip, as explorers show it.
    pub hash: String,
    /// Time in the tip's header, seconds since 1970: its miner's claim.
    pub time: i64,
    /// Headers in hand.
    pub headers: u64,
    /// Where they came from.
    pub source: ChainSource,
    /// Where trust in this chain starts, as in [`crate::proof::report::ChainView::basis`].
    pub basis: String,
}

/// Where headers came from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ChainSource {
    /// The page's own origin.
    Origin {
        /// The file.
        url: String,
    },
    /// A file the reader handed in.
    File {
        /// Its name.
        name: String,
    },
    /// The proof itself carried them.
    Proof,
}

/// What a verification is doing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Stage {
    /// Reading what was handed in.
    Reading,
    /// Fetching a proof that is kept elsewhere.
    FetchingProof,
    /// Waiting for headers.
    FetchingHeaders {
        /// Bytes so far.
        done: u64,
        /// Bytes in all, where the source says.
        total: Option<u64>,
    },
    /// Checking headers, one by one.
    VerifyingHeaders {
        /// Height of the last one checked.
        height: u32,
        /// Headers checked.
        done: u64,
        /// Headers to check.
        total: u64,
    },
    /// Checking the proof itself.
    CheckingProof,
}

/// What happens to the client, for `LightClient::handle_input(input, now)`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// The page asks for something.
    Command(Command),
    /// A fetch is under way; said now and then.
    Fetching {
        /// Which.
        request: FetchId,
        /// Bytes so far.
        done: u64,
        /// Bytes in all, where the answer says.
        total: Option<u64>,
    },
    /// A fetch ended.
    Fetched {
        /// Which.
        request: FetchId,
        /// The body, or why there is none.
        result: Result<Vec<u8>, FetchFailure>,
    },
    /// Time has passed: the moment of `next_wakeup` has come, or the loop comes back after [`Output::Yield`].
    Tick,
}

/// What the client wants done, from `LightClient::poll_output()`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Output {
    /// Fetch a resource; answered by one [`Input::Fetched`].
    Fetch {
        /// Names this fetch in the answer.
        request: FetchId,
        /// What to fetch, relative to the page's address or whole.
        url: String,
        /// Most bytes of the body; a longer one is [`FetchFailure::TooLarge`].
        max_bytes: u64,
        /// Longest time for the whole fetch, milliseconds.
        timeout_ms: u32,
    },
    /// Tell the page.
    Event(Event),
    /// More work waits: let messages in, then call back with [`Input::Tick`]. Asked for at least every 50 ms of work.
    Yield,
}

/// Why a fetch brought nothing. Never a reason to call a record false.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "kebab-case")]
pub enum FetchFailure {
    /// No answer: offline, refused, or cut off.
    #[error("no answer: {detail}")]
    Network {
        /// What the browser said.
        detail: String,
    },
    /// No whole answer in time.
    #[error("no whole answer within {after_ms} ms")]
    Timeout {
        /// The time allowed, milliseconds.
        after_ms: u32,
    },
    /// An answer, but not with status 200.
    #[error("status {status}, expected 200")]
    Status {
        /// The status found.
        status: u16,
    },
    /// A body over the limit; the rest was not read.
    #[error("body over the limit of {max_bytes} bytes")]
    TooLarge {
        /// The limit.
        max_bytes: u64,
    },
    /// An address outside the page's own origin, which is not asked.
    #[error("{url} is not at this page's own address")]
    Elsewhere {
        /// The address.
        url: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verify() -> Command {
        Command::Verify {
            id: VerificationId(7),
            material: vec![
                Material::File { name: "a.pdf".into(), bytes: vec![1, 2] },
                Material::Link { text: "#/v/1.AA".into() },
                Material::File { name: "a.pdf.ots".into(), bytes: vec![3] },
            ],
        }
    }

    #[test]
    fn files_travel_beside_the_text_and_are_put_back_in_order() {
        let text = verify().to_text().expect("serialises");
        assert!(!text.contains("bytes"), "{text}");
        let read = Command::from_text(&text).expect("reads back");
        assert_ne!(read, verify());
        assert_eq!(read.clone().attach_files(vec![vec![1, 2], vec![3]]), Ok(verify()));
        assert_eq!(read.clone().attach_files(vec![vec![1]]), Err(AttachError { expected: 2, found: 1 }));
        assert_eq!(read.attach_files(vec![vec![], vec![], vec![]]), Err(AttachError { expected: 2, found: 3 }));
        assert!(Command::RefreshHeaders.attach_files(vec![vec![]]).is_err());
    }

    #[test]
    fn words_read_back_as_they_were_said() {
        let events = [
            Event::Ready { version: "1".into() },
            Event::Chain(ChainStatus {
                network: "regtest".into(),
                height: 212,
                hash: "00".repeat(32),
                time: -1,
                headers: 213,
                source: ChainSource::File { name: "x".into() },
                basis: "genesis".into(),
            }),
            Event::Progress {
                id: VerificationId(1),
                stage: Stage::VerifyingHeaders { height: 2, done: 2, total: u64::MAX },
            },
            Event::Progress { id: VerificationId(1), stage: Stage::FetchingHeaders { done: 1, total: None } },
            Event::HeadersFailed { source: "h".into(), detail: FetchFailure::Status { status: 404 }.to_string() },
        ];
        for event in events {
            let text = event.to_text().expect("serialises");
            assert_eq!(Event::from_text(&text).expect("reads back"), event, "{text}");
        }
    }
}
