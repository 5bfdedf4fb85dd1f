//! The workspace: a folder that holds a registry.
//!
//! ```text
//! journal         everything done, in order: the one file of truth
//! keys/           secret keys, for their owner alone
//! lock            held by the one process that writes
//! policy.json     the registry's policy, to hand out     ┐
//! chain.headers   the chain's headers, to hand out       │ copies, made anew from the journal
//! blocks.dat      the chain's blocks, as Bitcoin Core    │
//!                 keeps them                             ┘
//! ```

use crate::journal::{Journal, JournalError, TornTail};
use crate::key_file::{KeyFileError, KeyFolder, sync_folder};
use crate::ledger::{Ledger, LedgerError, Step};
use crate::offices::Offices;
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::tlog::log::{LogError, LogSigner};
use plimsoll::tlog::witness::{Witness, WitnessError};
use std::fs::{self, File, TryLockError};
use std::io::Write as _;
use std::path::{Path, PathBuf};

const JOURNAL: &str = "journal";
const KEYS: &str = "keys";
const LOCK: &str = "lock";
/// Names of the registry's own keys.
pub const LOG_KEY: &str = "log";
/// The registrar's key.
pub const REGISTRAR_KEY: &str = "registrar";

/// Why a workspace cannot be opened, made or written to.
#[derive(Debug, thiserror::Error)]
pub enum WorkspaceError {
    /// The folder is not there, or is no workspace.
    #[error("{} is not a workspace", path.display())]
    None {
        /// The folder.
        path: PathBuf,
    },
    /// The folder is there already.
    #[error("{} exists already", path.display())]
    Exists {
        /// The folder.
        path: PathBuf,
    },
    /// Another process is writing to it.
    #[error("another process is writing to {}", path.display())]
    Locked {
        /// The folder.
        path: PathBuf,
    },
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or folder.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The journal.
    #[error(transparent)]
    Journal(#[from] JournalError),
    /// The journal is empty.
    #[error("{}: the journal is empty", path.display())]
    Empty {
        /// The folder.
        path: PathBuf,
    },
    /// A step of the journal does not follow from those before it.
    #[error("step {number} of the journal")]
    Step {
        /// Which step, from 1.
        number: usize,
        /// Why.
        source: LedgerError,
    },
    /// A key.
    #[error(transparent)]
    Key(#[from] KeyFileError),
    /// The log's key cannot sign for the log.
    #[error("log key")]
    LogKey(#[source] LogError),
    /// A witness's key cannot cosign.
    #[error("witness key")]
    WitnessKey(#[source] WitnessError),
}

/// An open workspace.
pub struct Workspace {
    path: PathBuf,
    journal: Journal,
    ledger: Ledger,
    steps: usize,
    keys: KeyFolder,
    torn: Option<TornTail>,
    /// Held for as long as this process may write.
    _lock: Option<File>,
}

impl Workspace {
    /// Makes a workspace from its first steps and key files: whole, or not at all.
    pub fn create(
        path: &Path,
        steps: &[Step],
        add_keys: impl FnOnce(&KeyFolder) -> Result<(), KeyFileError>,
    ) -> Result<Self, WorkspaceError> {
        let io = |source| WorkspaceError::Io { path: path.to_owned(), source };
        if path.exists() {
            return Err(WorkspaceError::Exists { path: path.to_owned() });
        }
        let parent = match path.parent() {
            Some(parent) if !parent.as_os_str().is_empty() => parent,
            _ => Path::new("."),
        };
        // Everything is made beside the place and moved there at the end; a folder left over from a kill is no workspace.
        let draft = tempfile::Builder::new().prefix(".plimsoll-init-").tempdir_in(parent).map_err(io)?;
        let keys = KeyFolder::create(&draft.path().join(KEYS))?;
        add_keys(&keys)?;
        let mut journal = Journal::create(&draft.path().join(JOURNAL))?;
        steps.iter().try_for_each(|step| journal.append(step))?;
        drop(journal);
        File::create(draft.path().join(LOCK)).map_err(io)?;
        sync_folder(draft.path()).map_err(io)?;
        let draft = draft.keep();
        fs::rename(&draft, path).map_err(io)?;
        sync_folder(parent).map_err(io)?;
        let workspace = Self::open_to_write(path)?;
        workspace.write_copies()?;
        Ok(workspace)
    }

    /// Opens a workspace to read it. It takes no lock: what is read was whole at some moment.
    pub fn open(path: &Path) -> Result<Self, WorkspaceError> {
        Self::open_journal(path, None)
    }

    /// Opens a workspace to write to it; only one process can at a time.
    pub fn open_to_write(path: &Path) -> Result<Self, WorkspaceError> {
        expect_workspace(path)?;
        let io = |source| WorkspaceError::Io { path: path.join(LOCK), source };
        let lock = File::options().write(true).open(path.join(LOCK)).map_err(io)?;
        match lock.try_lock() {
            Ok(()) => Self::open_journal(path, Some(lock)),
            Err(TryLockError::WouldBlock) => Err(WorkspaceError::Locked { path: path.to_owned() }),
            Err(TryLockError::Error(source)) => Err(io(source)),
        }
    }

    fn open_journal(path: &Path, lock: Option<File>) -> Result<Self, WorkspaceError> {
        expect_workspace(path)?;
        let keys = KeyFolder::open(&path.join(KEYS))?;
        let (journal, steps, torn) = Journal::open::<Step>(&path.join(JOURNAL), lock.is_some())?;
        let (first, rest) = steps.split_first().ok_or_else(|| WorkspaceError::Empty { path: path.to_owned() })?;
        let mut ledger = Ledger::open(first).map_err(|source| WorkspaceError::Step { number: 1, source })?;
        for (number, step) in (2..).zip(rest) {
            ledger.apply(step).map_err(|source| WorkspaceError::Step { number, source })?;
        }
        Ok(Self { path: path.to_owned(), journal, ledger, steps: steps.len(), keys, torn, _lock: lock })
    }

    /// Does a step: checks that it follows, writes it down, and only then counts it as done.
    pub fn commit(&mut self, step: &Step) -> Result<(), WorkspaceError> {
        let number = self.steps + 1;
        self.ledger.apply(step).map_err(|source| WorkspaceError::Step { number, source })?;
        self.journal.append(step)?;
        self.steps = number;
        Ok(())
    }

    /// Writes policy, headers and blocks beside the journal, for handing out.
    pub fn write_copies(&self) -> Result<(), WorkspaceError> {
        write_whole(&self.path.join("policy.json"), self.ledger.policy().text().as_bytes())?;
        write_whole(&self.path.join("chain.headers"), &self.ledger.chain().header_run(0))?;
        write_whole(&self.path.join("blocks.dat"), &self.ledger.chain().block_file())
    }

    /// What the registry has done so far.
    pub fn ledger(&self) -> &Ledger {
        &self.ledger
    }

    /// The keys.
    pub fn keys(&self) -> &KeyFolder {
        &self.keys
    }

    /// What an interrupted write left behind, cut off at opening.
    pub fn torn(&self) -> Option<TornTail> {
        self.torn
    }

    /// The registry's own keys.
    pub fn offices(&self) -> Result<Offices, WorkspaceError> {
        offices(&self.keys, self.ledger.policy())
    }
}

fn expect_workspace(path: &Path) -> Result<(), WorkspaceError> {
    if path.join(JOURNAL).is_file() { Ok(()) } else { Err(WorkspaceError::None { path: path.to_owned() }) }
}

/// The registry's own keys, under the names its policy gives them.
fn offices(keys: &KeyFolder, policy: &RegistryPolicy) -> Result<Offices, WorkspaceError> {
    let origin = policy.log().logs().first().map_or("", |log| log.origin());
    let witness = |(number, known): (usize, &plimsoll::tlog::quorum::KnownWitness)| {
        let secret = keys.load(&witness_key(number))?;
        Witness::new(known.key().name(), secret).map_err(WorkspaceError::WitnessKey)
    };
    Ok(Offices {
        log: LogSigner::new(origin, keys.load(LOG_KEY)?).map_err(WorkspaceError::LogKey)?,
        witnesses: (1..).zip(policy.log().witnesses()).map(witness).collect::<Result<_, _>>()?,
        registrar: keys.load(REGISTRAR_KEY)?,
    })
}

/// The name of a witness's key, counted from 1.
pub fn witness_key(number: usize) -> String {
    format!("witness-{number}")
}

/// Writes a file so that at every moment it is either as it was or as it shall be.
pub fn write_whole(path: &Path, bytes: &[u8]) -> Result<(), WorkspaceError> {
    let io = |source| WorkspaceError::Io { path: path.to_owned(), source };
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    let mut file = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(io)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(io)?;
    }
    file.persist(path).map_err(|error| io(error.error))?;
    sync_folder(folder).map_err(io)
}
