//! `plimsoll prove`

use super::random;
use crate::answer::Answer;
use crate::args::ProveArgs;
use crate::error::CommandError;
use crate::proving::{ProofOptions, find, prove};
use crate::qr;
use crate::workspace::{Workspace, write_whole};
use plimsoll::crypto::hash::sha256;
use plimsoll::proof::encrypted::encrypt;
use plimsoll::proof::link;
use plimsoll::proof::remote::Remote;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// Makes a proof.
pub fn run(dir: &Path, args: &ProveArgs) -> super::Result {
    let workspace = Workspace::open(dir)?;
    let ledger = workspace.ledger();
    let index = find(ledger, &args.record)?;
    let options = ProofOptions {
        withhold: &args.withhold,
        headers: args.headers,
        policy_hash: args.policy_hash,
        alone: args.alone,
        with: &args.with,
    };
    let proof = prove(ledger, index, options)?.to_json();
    let mut text = String::new();
    if let Some(path) = &args.encrypt {
        let (file, key) = encrypt(proof.as_bytes(), &random()?);
        let remote = Remote::new(&args.at, sha256(&file), Some(key.to_vec()))
            .map_err(|error| CommandError::Setting { option: "--at", reason: error.to_string() })?;
        write_whole(path, &file)?;
        return Ok(Answer::done(whole(&args.base, &remote.to_route())));
    }
    if let Some(path) = &args.file {
        write_whole(path, proof.as_bytes())?;
        let _ = writeln!(text, "proof file {}", path.display());
    }
    if args.qr_terminal || args.qr_svg.is_some() {
        let codes = qr::codes(&args.base, proof.as_bytes())?;
        if args.qr_terminal {
            codes.iter().for_each(|code| text += &qr::to_terminal(code));
        }
        if let Some(path) = &args.qr_svg {
            for (number, code) in (1..).zip(&codes) {
                let path = numbered(path, number, codes.len());
                write_whole(&path, qr::to_svg(code).as_bytes())?;
                let _ = writeln!(text, "QR code {number} of {} {}", codes.len(), path.display());
            }
        }
    }
    if text.is_empty() {
        text = whole(&args.base, &link::to_route(proof.as_bytes()));
    }
    Ok(Answer::done(text))
}

/// A link's line: the page's address, where it was given, and the route.
fn whole(base: &str, route: &str) -> String {
    let base = base.trim_end_matches('#');
    let hash = if base.is_empty() { "" } else { "#" };
    format!("{base}{hash}{route}\n")
}

/// `code.svg` for one code; `code-1.svg`, `code-2.svg` … for several.
fn numbered(path: &Path, number: usize, of: usize) -> PathBuf {
    if of == 1 {
        return path.to_owned();
    }
    let stem = path.file_stem().unwrap_or_default().to_string_lossy();
    let extension = path.extension().unwrap_or_default().to_string_lossy();
    path.with_file_name(format!("{stem}-{number}.{extension}"))
}

impl From<qr::QrError> for CommandError {
    fn from(source: qr::QrError) -> Self {
        Self::Qr(source)
    }
}
