//! Driving the built page: a [`Browser`] opens a folder (`dist/` unless told otherwise), served on this machine, in a
//! headless Chromium of its own, looks and acts as a reader does, and at [`Browser::finish`] holds the console to be clean.
//!
//! `cargo xtask test --only page,e2e` builds the page and runs the tests; `cargo test -p e2e` alone tests the page that lies
//! in `dist/`. `$CHROME` and `$CHROMEDRIVER` name other programs than those on the path.

mod browser;
mod copied;
pub mod desk;
mod driver;
pub mod judges;
mod liar;
pub mod runs;
pub mod scene;
mod serving;
pub mod sizes;
pub mod table;
pub mod visit;

pub use browser::{Browser, View};
pub use copied::Copied;
pub use driver::Driver;
pub use liar::Liar;
pub use serving::Serving;

use std::path::{Path, PathBuf};

/// What a test returns: any error fails it.
pub type Outcome<T = ()> = Result<T, Box<dyn std::error::Error + Send + Sync>>;

/// The repository's root.
pub fn root() -> PathBuf {
    let package = Path::new(env!("CARGO_MANIFEST_DIR"));
    package.ancestors().nth(2).unwrap_or(package).to_owned()
}

/// The built page: `$PLIMSOLL_DIST`, or the repository's `dist/`.
pub fn dist() -> PathBuf {
    std::env::var_os("PLIMSOLL_DIST").map_or_else(|| root().join("dist"), PathBuf::from)
}

/// Data that others published: `$PLIMSOLL_DATA`, or `../shared/data` beside the repository. Where it is absent that is said.
pub fn data() -> Option<PathBuf> {
    let folder = std::env::var_os("PLIMSOLL_DATA").map_or_else(|| root().join("../shared/data"), PathBuf::from);
    if !folder.is_dir() {
        println!("published data: none at {} — 0 cases read, nothing of it tested", folder.display());
        return None;
    }
    Some(folder)
}

/// Where pictures and downloads of a run go: the repository's `artifacts/`.
pub fn artifacts() -> PathBuf {
    root().join("artifacts")
}
