//! What went wrong, in sentences, and what to do next.

use crate::drafting::DraftError;
use crate::founding::FoundError;
use crate::journal::JournalError;
use crate::key_file::KeyFileError;
use crate::offices::AnchorDraftError;
use crate::proving::ProveError;
use crate::qr::QrError;
use crate::sample::SampleError;
use crate::workspace::WorkspaceError;
use plimsoll::crypto::key::KeyError;
use std::error::Error;
use std::path::PathBuf;

/// Why a command came to nothing. Whatever it is, the exit code is that of malformed input or wrong use.
#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    /// The workspace.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// A key file.
    #[error(transparent)]
    KeyFile(#[from] KeyFileError),
    /// A key.
    #[error(transparent)]
    Key(KeyError),
    /// The registry cannot be founded.
    #[error(transparent)]
    Found(#[from] FoundError),
    /// The record cannot be made.
    #[error(transparent)]
    Draft(#[from] DraftError),
    /// The log cannot be anchored.
    #[error(transparent)]
    Anchor(#[from] AnchorDraftError),
    /// There is no proof.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// There is no QR code.
    #[error(transparent)]
    Qr(QrError),
    /// The sample cannot be made.
    #[error("sample")]
    Sample(#[from] SampleError),
    /// A file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A record file is not one.
    #[error("{} is not a record: {reason}", path.display())]
    Statement {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// What is to be verified is neither a file nor a link.
    #[error("{input:?} is neither a file nor a proof link")]
    Input {
        /// It, or its beginning.
        input: String,
    },
    /// A file of headers is not one.
    #[error("{} is not a run of block headers: {reason}", path.display())]
    NotHeaders {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        reason: String,
    },
    /// An address cannot be listened at.
    #[error("cannot listen at {address}: {source}")]
    Listen {
        /// The address.
        address: std::net::SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A setting of the command line is not what it should be.
    #[error("{option}: {reason}")]
    Setting {
        /// The option.
        option: &'static str,
        /// What is wrong with it, causes included.
        reason: String,
    },
    /// The system gives no randomness.
    #[error("the system's source of randomness: {source}")]
    Randomness {
        /// What it said.
        source: getrandom::Error,
    },
}

impl CommandError {
    /// The error with its causes, and what to do next.
    pub fn sentences(&self) -> Vec<String> {
        let mut sentence = format!("error: {self}");
        let mut cause = self.source();
        while let Some(inner) = cause {
            let text = inner.to_string();
            if !sentence.ends_with(&text) {
                sentence += &format!(": {text}");
            }
            cause = inner.source();
        }
        std::iter::once(sentence).chain(self.advice().map(|advice| format!("next:  {advice}"))).collect()
    }

    fn advice(&self) -> Option<String> {
        match self {
            Self::Workspace(error) => workspace_advice(error),
            Self::KeyFile(error) => key_advice(error),
            Self::Found(FoundError::Quorum { witnesses, .. }) => {
                Some(format!("ask for a --quorum of at most {witnesses}, or for more --witnesses"))
            }
            Self::Draft(error) => draft_advice(error),
            Self::Anchor(AnchorDraftError::NothingNew { .. }) => {
                Some("enter a record first, or bury the last anchor with --blocks N".into())
            }
            Self::Prove(error) => prove_advice(error),
            Self::Qr(QrError::TooMany) => {
                Some("hand over the proof as a file (--file), or leave the headers out of it".into())
            }
            Self::Statement { .. } => Some("see `plimsoll record --help` for the form of a record".into()),
            Self::Input { .. } => {
                Some("give the path of a file, or a link whole and in quotes, with its part after `#`".into())
            }
            Self::NotHeaders { .. } => {
                Some("give a file of headers in one of the forms that `plimsoll headers verify --help` names".into())
            }
            Self::Read { .. } => Some("give the path of a file you may read".into()),
            Self::Listen { .. } => Some("choose another address with --listen; port 0 takes any that is free".into()),
            Self::Setting { option: "--network", .. } => {
                Some("give mainnet, testnet3, testnet4, signet, regtest, or a parameters file".into())
            }
            Self::Setting { option: "--pin", .. } => Some("give HEIGHT:HASH as block explorers show them".into()),
            _ => None,
        }
    }
}

fn workspace_advice(error: &WorkspaceError) -> Option<String> {
    match error {
        WorkspaceError::None { .. } => Some("make one with `plimsoll init --name NAME`, or name one with --dir".into()),
        WorkspaceError::Exists { .. } => Some("choose another folder with --dir".into()),
        WorkspaceError::Locked { .. } => Some("wait until it has finished, then try again".into()),
        WorkspaceError::Journal(JournalError::Damaged { path, .. }) => {
            Some(format!("restore {} from a copy: it was altered after it was written", path.display()))
        }
        WorkspaceError::Key(error) => key_advice(error),
        _ => None,
    }
}

fn key_advice(error: &KeyFileError) -> Option<String> {
    match error {
        KeyFileError::Permission { path, expected, .. } => Some(format!(
            "others could read this key: make sure nobody did, then `chmod {expected:o} {}`",
            path.display()
        )),
        KeyFileError::Unknown { name } => {
            Some(format!("make it with `plimsoll key new {name}`, or see `plimsoll key list`"))
        }
        KeyFileError::Exists { .. } => Some("choose another name: keys are never overwritten".into()),
        _ => None,
    }
}

fn draft_advice(error: &DraftError) -> Option<String> {
    match error {
        DraftError::NotRegistered { key } => {
            Some(format!("register its party with `plimsoll party add --key {key} --name NAME --role ROLE`"))
        }
        DraftError::OtherActor { .. } => {
            Some("sign with that party's key, or take `actor` out of the record if the key's party acts".into())
        }
        DraftError::TakenId { .. } => Some("give the record an id of its own".into()),
        DraftError::Record(_) => Some("correct that field; `plimsoll record --help` shows a record".into()),
        _ => None,
    }
}

fn prove_advice(error: &ProveError) -> Option<String> {
    match error {
        ProveError::Unknown { .. } => Some("give a recordId or an asset's reference as you recorded it".into()),
        ProveError::Ambiguous { .. } => Some("give the recordId instead".into()),
        ProveError::NotAnchored { .. } => Some("anchor the log with `plimsoll anchor --blocks 6`".into()),
        ProveError::Withhold(_) => Some("give JSON pointers such as /body/faceAmount".into()),
        _ => None,
    }
}
