//! A copy of the built page, for tests that change it.

use crate::Outcome;
use std::path::{Path, PathBuf};

/// A copy of the built page, deleted when dropped.
#[derive(Debug)]
pub struct Copied(PathBuf);

impl Copied {
    /// Copies a folder.
    ///
    /// # Errors
    /// When a file cannot be read or written.
    pub fn of(from: &Path, name: &str) -> Outcome<Self> {
        let copy = Self(std::env::temp_dir().join(format!("plimsoll-{}-{name}", std::process::id())));
        copy_folder(from, &copy.0)?;
        Ok(copy)
    }

    /// Where the copy is.
    pub fn path(&self) -> &Path {
        &self.0
    }

    /// The first file whose name is wanted.
    ///
    /// # Errors
    /// When there is none.
    pub fn file(&self, wanted: impl Fn(&str) -> bool) -> Outcome<PathBuf> {
        let entries = std::fs::read_dir(&self.0)?.flatten();
        let mut files = entries.filter(|entry| wanted(&entry.file_name().to_string_lossy()));
        Ok(files.next().ok_or("no such file in the built page")?.path())
    }
}

impl Drop for Copied {
    fn drop(&mut self) {
        drop(std::fs::remove_dir_all(&self.0));
    }
}

fn copy_folder(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_folder(&entry.path(), &target)?;
        } else {
            std::fs::copy(entry.path(), target)?;
        }
    }
    Ok(())
}
