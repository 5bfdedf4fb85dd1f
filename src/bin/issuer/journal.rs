//! The workspace's one file of truth: a row of lines, each added whole and forced to disk before anybody is told.
//!
//! A line is `CHECK SPACE JSON LF`. CHECK is the first 16 bytes of SHA-256(check of the line before ‖ JSON), in
//! hexadecimal, so that a line can be neither altered nor left out nor moved unseen. At most one append is under way at a
//! time, and nothing is acknowledged before it is on disk; therefore an interrupted write can only have left one
//! unfinished line at the very end. That one is cut off. Damage anywhere else is an error.

use plimsoll::crypto::hash::sha256_parts;
use plimsoll::encoding::encode_hex;
use serde::{Serialize, de::DeserializeOwned};
use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// Why the journal cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum JournalError {
    /// The file system refused.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line that is not the last one is damaged.
    #[error("{}: line {line} is damaged: {reason}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// Its line, from 1.
        line: usize,
        /// What is wrong with it.
        reason: String,
    },
}

/// What an interrupted write left behind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TornTail {
    /// Bytes after the last whole line.
    pub bytes: u64,
}

/// The journal, open for appending or for reading only.
pub struct Journal {
    file: File,
    path: PathBuf,
    check: String,
    length: u64,
}

fn check_of(previous: &str, json: &str) -> String {
    encode_hex(&sha256_parts(&[previous.as_bytes(), json.as_bytes()])[..16])
}

impl Journal {
    /// Makes an empty journal; there must be none.
    pub fn create(path: &Path) -> Result<Self, JournalError> {
        let io = |source| JournalError::Io { path: path.to_owned(), source };
        let file = OpenOptions::new().read(true).append(true).create_new(true).open(path).map_err(io)?;
        Ok(Self { file, path: path.to_owned(), check: String::new(), length: 0 })
    }

    /// Reads a journal whole. With `repair`, an unfinished last line is cut off the file; without, it is passed over
    /// (another process may be writing it at this moment).
    pub fn open<T: DeserializeOwned>(
        path: &Path,
        repair: bool,
    ) -> Result<(Self, Vec<T>, Option<TornTail>), JournalError> {
        let io = |source| JournalError::Io { path: path.to_owned(), source };
        let mut file = OpenOptions::new().read(true).append(repair).open(path).map_err(io)?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes).map_err(io)?;
        let mut journal = Self { file, path: path.to_owned(), check: String::new(), length: 0 };
        let mut entries = Vec::new();
        let mut rest = bytes.as_slice();
        while !rest.is_empty() {
            let end = rest.iter().position(|&byte| byte == b'\n');
            let line = &rest[..end.unwrap_or(rest.len())];
            let last = end.is_none_or(|end| end + 1 == rest.len());
            match (end, read_line(&journal.check, line)) {
                (Some(end), Ok((check, entry))) => {
                    entries.push(entry);
                    journal.check = check;
                    journal.length += end as u64 + 1;
                    rest = &rest[end + 1..];
                }
                (_, Err(reason)) if !last => {
                    return Err(JournalError::Damaged { path: path.to_owned(), line: entries.len() + 1, reason });
                }
                _ => break,
            }
        }
        let torn = (!rest.is_empty()).then_some(TornTail { bytes: rest.len() as u64 });
        if repair && torn.is_some() {
            journal.file.set_len(journal.length).and_then(|()| journal.file.sync_all()).map_err(io)?;
        }
        Ok((journal, entries, torn))
    }

    /// Adds one line and forces it to disk. When this returns `Ok`, the line stays; when it fails, the file is as before.
    pub fn append<T: Serialize>(&mut self, entry: &T) -> Result<(), JournalError> {
        let json = serde_json::to_string(entry).expect("journal entries hold nothing that JSON cannot");
        let check = check_of(&self.check, &json);
        let line = format!("{check} {json}\n");
        let written = self.file.write_all(line.as_bytes()).and_then(|()| self.file.sync_data());
        if let Err(source) = written {
            // Whatever part of the line arrived is taken back; if that fails too, the next opening cuts it off.
            let _ = self.file.set_len(self.length).and_then(|()| self.file.seek(SeekFrom::End(0)));
            return Err(JournalError::Io { path: self.path.clone(), source });
        }
        self.length += line.len() as u64;
        self.check = check;
        Ok(())
    }
}

fn read_line<T: DeserializeOwned>(previous: &str, line: &[u8]) -> Result<(String, T), String> {
    let text = std::str::from_utf8(line).map_err(|error| error.to_string())?;
    let (check, json) = text.split_once(' ').ok_or("no check before the text")?;
    let expected = check_of(previous, json);
    if check != expected {
        return Err(format!("its check is {check}, expected {expected}"));
    }
    let entry = serde_json::from_str(json).map_err(|error| error.to_string())?;
    Ok((expected, entry))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(lines: &[&str]) -> (tempfile::TempDir, PathBuf) {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("journal");
        let mut journal = Journal::create(&path).unwrap();
        for line in lines {
            journal.append(line).unwrap();
        }
        (dir, path)
    }

    #[test]
    fn every_torn_tail_is_cut_and_no_whole_line_with_it() {
        let (_dir, path) = written(&["one", "two", "three"]);
        let whole = std::fs::read(&path).unwrap();
        let ends: Vec<usize> =
            whole.iter().enumerate().filter(|(_, byte)| **byte == b'\n').map(|(at, _)| at + 1).collect();
        for length in 0..=whole.len() {
            std::fs::write(&path, &whole[..length]).unwrap();
            let expected = ends.iter().filter(|end| **end <= length).count();
            let (mut journal, lines, torn) = Journal::open::<String>(&path, true).unwrap();
            assert_eq!(lines.len(), expected, "{length}");
            assert_eq!(torn.is_some(), length != 0 && !ends.contains(&length), "{length}");
            journal.append(&"four").unwrap();
            let (_, lines, torn) = Journal::open::<String>(&path, false).unwrap();
            assert_eq!((lines.len(), lines.last().map(String::as_str), torn), (expected + 1, Some("four"), None));
        }
    }

    #[test]
    fn a_tail_of_zeros_is_cut_too() {
        let (_dir, path) = written(&["one"]);
        let mut bytes = std::fs::read(&path).unwrap();
        bytes.extend([0; 4096]);
        std::fs::write(&path, &bytes).unwrap();
        let (_, lines, torn) = Journal::open::<String>(&path, true).unwrap();
        assert_eq!((lines, torn), (vec!["one".to_owned()], Some(TornTail { bytes: 4096 })));
    }

    #[test]
    fn damage_before_the_end_is_an_error() {
        let (_dir, path) = written(&["one", "two", "three"]);
        let whole = std::fs::read_to_string(&path).unwrap();
        let lines: Vec<&str> = whole.lines().collect();
        for wrong in [
            whole.replacen("one", "eno", 1),
            whole.replacen("two", "owt", 1),
            format!("{}\n{}\n", lines[1], lines[2]),
            format!("{}\n{}\n{}\n", lines[1], lines[0], lines[2]),
        ] {
            std::fs::write(&path, wrong).unwrap();
            assert!(matches!(Journal::open::<String>(&path, true), Err(JournalError::Damaged { .. })));
        }
    }
}
