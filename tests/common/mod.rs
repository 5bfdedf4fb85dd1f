//! What the tests share: where published data lies, and a line that says how much of it was read.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::path::{Path, PathBuf};

/// Where data that others published lies: `$PLIMSOLL_DATA`, or `../shared/data` beside the repository. `None`, and a line
/// that says so, when it is not there: what rests on it is then not tested.
pub fn data_dir() -> Option<PathBuf> {
    let dir = std::env::var_os("PLIMSOLL_DATA")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    if dir.is_dir() {
        return Some(dir);
    }
    println!("published data: none at {} — 0 cases read, nothing of it tested", dir.display());
    None
}

/// Reads a file of the published data.
pub fn read(dir: &Path, name: &str) -> Vec<u8> {
    let path = dir.join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// Reads a JSON file of the published data.
pub fn read_json(dir: &Path, name: &str) -> serde_json::Value {
    serde_json::from_slice(&read(dir, name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Says how many cases of what were read.
pub fn counted(what: &str, cases: usize) {
    println!("published data: {what}: {cases} cases read");
}
