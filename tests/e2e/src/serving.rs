//! `plimsoll headers serve`, for pages to read from.

use crate::{Outcome, root};
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `plimsoll headers serve` on files; ended when dropped.
#[derive(Debug)]
pub struct Serving {
    child: Child,
    url: String,
}

impl Serving {
    /// Serves files at any free port of this machine, with more arguments of the command's.
    ///
    /// # Errors
    /// When the program is not built, or does not listen: what does not verify is not served.
    pub fn start(files: &[&Path], more: &[&str]) -> Outcome<Self> {
        let program = root().join("target/debug/plimsoll").with_extension(std::env::consts::EXE_EXTENSION);
        let mut child = Command::new(&program)
            .args(["headers", "serve"].map(OsStr::new))
            .args(files)
            .args(more)
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .spawn()
            .map_err(|error| format!("{}: {error}; built by `cargo build --features issuer`", program.display()))?;
        let out = child.stdout.take().ok_or("no output")?;
        let lines = BufReader::new(out).lines().map_while(Result::ok);
        let url = lines.filter_map(|line| line.strip_prefix("listening on ").map(str::to_owned)).next();
        Ok(Self { url: url.ok_or_else(|| format!("{files:?}: it does not listen"))?, child })
    }

    /// Where it listens, with a final slash.
    pub fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
