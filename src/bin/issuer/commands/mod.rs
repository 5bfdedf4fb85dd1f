//! The commands, one a file.

pub mod anchor;
pub mod headers;
pub mod import;
pub mod init;
pub mod key;
pub mod party;
pub mod pins;
pub mod prove;
pub mod record;
pub mod sample;
pub mod serve;
pub mod verify;

use crate::answer::Answer;
use crate::error::CommandError;
use crate::workspace::Workspace;
use std::fs;
use std::path::Path;

/// What a command comes to.
pub type Result = std::result::Result<Answer, CommandError>;

/// Bytes from the system's source of randomness.
fn random<const N: usize>() -> std::result::Result<[u8; N], CommandError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|source| CommandError::Randomness { source })?;
    Ok(bytes)
}

/// Fresh salts for a record. All randomness is fetched first, so that a source that fails is an error and not a panic.
fn salts() -> std::result::Result<impl FnMut() -> [u8; 16], CommandError> {
    let seed = random::<32>()?;
    let mut count = 0u64;
    Ok(move || {
        count += 1;
        let hash = plimsoll::crypto::hash::sha256_parts(&[&seed, &count.to_be_bytes()]);
        hash[..16].try_into().expect("a hash is longer than a salt")
    })
}

/// Reads a file whole.
pub fn read(path: &Path) -> std::result::Result<Vec<u8>, CommandError> {
    fs::read(path).map_err(|source| CommandError::Read { path: path.to_owned(), source })
}

/// What there is to say about an opened workspace.
fn notes(workspace: &Workspace) -> Vec<String> {
    let cut = |torn: crate::journal::TornTail| {
        format!("note: cut {} bytes of a write that was interrupted before it was acknowledged", torn.bytes)
    };
    workspace.torn().map(cut).into_iter().collect()
}
