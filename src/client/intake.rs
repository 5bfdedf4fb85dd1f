//! Sorting what a reader hands in: links, proof files, exported reports, timestamps, sealed documents, runs of headers,
//! registry policies, and, when it is none of these, a document. Names are hints; the bytes decide.

use crate::chain::header_file::{self, HeaderFile, HeaderFileError};
use crate::client::chain_parts::chain_part;
use crate::client::message::Material;
use crate::client::sealed::{SealedDocument, take_sealed};
use crate::crypto::hash::sha256;
use crate::proof::bundle::{BUNDLE_FORMAT, Bundle};
use crate::proof::encrypted::{EncryptedError, is_encrypted};
use crate::proof::link::{LinkError, Part, ProofLink, inflate};
use crate::proof::policy::POLICY_FORMAT;
use crate::proof::problem::chain_of_causes;
use crate::proof::recheck::{ClaimedExport, EXPORT_FORMAT};
use crate::proof::remote::{Remote, RemoteError};
use crate::proof::report::{InputKind, Problem};
use crate::timestamp::Timestamp;
use std::error::Error;

/// How every OpenTimestamps file begins.
pub const TIMESTAMP_MAGIC: &[u8] = b"\0OpenTimestamps\0";
/// Most bytes of a text file that may be a link to a proof kept elsewhere.
const MAX_REMOTE_LINK: usize = 8 * 1024;

/// Something to be examined.
#[derive(Debug)]
pub enum Claim {
    /// A proof of a record, and the text it was read from.
    Proof {
        /// What it claims.
        bundle: Box<Bundle>,
        /// The proof file's text.
        json: String,
        /// Whether it came as a link or a file.
        input: InputKind,
    },
    /// A report exported earlier: the proof inside is examined anew, and the report compared with what comes out.
    Export(Box<ClaimedExport>),
    /// A timestamp.
    Timestamp {
        /// Its file name.
        name: String,
        /// The timestamp.
        timestamp: Box<Timestamp>,
    },
    /// A document that others sealed.
    Sealed(Box<SealedDocument>),
}

/// A named file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// What was handed in, sorted.
#[derive(Debug, Default)]
pub struct Intake {
    /// What is to be examined.
    pub claims: Vec<Claim>,
    /// Files of headers, as they came.
    pub headers: Vec<NamedFile>,
    /// Registry policies: an offer to pin, never pinned by themselves.
    pub policies: Vec<NamedFile>,
    /// Everything else: documents that a timestamp may speak of.
    pub documents: Vec<NamedFile>,
}

/// Nothing could be read from the input as what it says it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unreadable {
    /// What it was taken for.
    pub input: InputKind,
    /// Why it could not be read.
    pub problem: Problem,
}

impl Unreadable {
    fn new(input: InputKind, code: &str, field: &str, error: &dyn Error) -> Self {
        let detail = chain_of_causes(error);
        let (expected, found) = (String::new(), String::new());
        Self { input, problem: Problem { code: code.into(), field: field.into(), expected, found, detail } }
    }
}

/// Sorts the material of one verification.
///
/// # Errors
/// [`Unreadable`] for a link, proof file, report, timestamp or sealed document that says it is one and cannot be read.
pub fn sort(material: Vec<Material>) -> Result<Intake, Unreadable> {
    sort_beside(Vec::new(), material)
}

/// The same, beside claims that are there already.
///
/// # Errors
/// As [`sort`].
pub fn sort_beside(claims: Vec<Claim>, material: Vec<Material>) -> Result<Intake, Unreadable> {
    let mut intake = Intake { claims, ..Intake::default() };
    let mut parts: Vec<Part> = Vec::new();
    let (mut remotes, mut files) = (Vec::new(), Vec::new());
    for item in material {
        match item {
            Material::Link { text } | Material::Granted { text } => {
                match ProofLink::parse(&text).map_err(|error| broken_link(&error))? {
                    ProofLink::Inline(bytes) => intake.claims.push(read_link(&bytes)?),
                    ProofLink::Part(part) => parts.push(part),
                    ProofLink::Remote(remote) => remotes.push(remote),
                }
            }
            Material::Sample { name } => return Err(not_here(&name)),
            Material::File { name, bytes } => match remote_in_text(&bytes) {
                Some(remote) => remotes.push(remote),
                None => files.push(NamedFile { name, bytes }),
            },
        }
    }
    for remote in remotes {
        intake.claims.push(beside(&remote, &mut files)?);
    }
    for file in files {
        sort_file(&mut intake, file)?;
    }
    if !parts.is_empty() {
        match ProofLink::join(parts).map_err(|error| broken_link(&error))? {
            ProofLink::Inline(bytes) => intake.claims.push(read_link(&bytes)?),
            ProofLink::Part(_) | ProofLink::Remote(_) => unreachable!("codes join to the proof itself"),
        }
    }
    // Beside a proof or a timestamp a sealed document is a document like any other.
    if intake.claims.is_empty() {
        intake.claims = take_sealed(&mut intake.documents)?;
    }
    Ok(intake)
}

fn broken_link(error: &LinkError) -> Unreadable {
    let code = match error {
        LinkError::Truncated { .. } | LinkError::Text(_) | LinkError::Base32(_) => "link-cut-off",
        LinkError::NoProof => "link-without-proof",
        LinkError::UnknownVersion { .. } => "link-of-later-version",
        LinkError::Field { field: "codes", .. } => "codes-missing",
        LinkError::TooLong { .. } | LinkError::TooLarge { .. } => "link-too-large",
        LinkError::Damaged | LinkError::Trailing { .. } | LinkError::Field { .. } => "link-damaged",
    };
    let mut unreadable = Unreadable::new(InputKind::ProofLink, code, "link", error);
    if let LinkError::Field { expected, found, .. } = error {
        unreadable.problem.expected = (*expected).into();
        unreadable.problem.found.clone_from(found);
    }
    unreadable
}

/// A sample is a name for whoever has the index; here it is a link by then.
fn not_here(name: &str) -> Unreadable {
    let problem = Problem {
        code: "samples-missing".into(),
        field: String::new(),
        expected: String::new(),
        found: name.into(),
        detail: String::new(),
    };
    Unreadable { input: InputKind::Unknown, problem }
}

/// The proof that a link names, when the file it is kept in was handed in beside the link.
fn beside(remote: &Remote, files: &mut Vec<NamedFile>) -> Result<Claim, Unreadable> {
    let own = files.iter().position(|file| sha256(&file.bytes) == *remote.sha256());
    match own.or_else(|| files.iter().position(|file| is_encrypted(&file.bytes))) {
        Some(at) => kept(remote, &files.swap_remove(at).bytes),
        None => Err(not_beside(remote)),
    }
}

/// The proof in a file, when it is the one that a link names.
///
/// # Errors
/// [`Unreadable`] names the step: the file's hash, the key, or the proof inside.
pub fn kept(remote: &Remote, file: &[u8]) -> Result<Claim, Unreadable> {
    let json = remote.open(file).map_err(|error| {
        let (code, field) = match &error {
            RemoteError::OtherFile { .. } => ("remote-other-file", "file"),
            RemoteError::KeyMissing => ("remote-key-missing", "key"),
            RemoteError::Encrypted(EncryptedError::Wrong | EncryptedError::KeyLength { .. }) => {
                ("remote-key-wrong", "key")
            }
            RemoteError::Encrypted(EncryptedError::NotEncrypted) => ("remote-not-encrypted", "file"),
            RemoteError::Encrypted(_) => ("remote-damaged", "file"),
        };
        let mut unreadable = Unreadable::new(InputKind::ProofLink, code, field, &error);
        if let RemoteError::OtherFile { expected, found } = error {
            (unreadable.problem.expected, unreadable.problem.found) = (expected, found);
        }
        unreadable
    })?;
    read_proof(json, InputKind::ProofLink)
}

/// A proof kept elsewhere that was not fetched, and whose file was not handed in.
fn not_beside(remote: &Remote) -> Unreadable {
    let code = if remote.url().is_empty() { "remote-file-missing" } else { "proof-kept-elsewhere" };
    remote_problem(code, remote.url(), String::new())
}

/// A proof kept elsewhere that there is no getting at: its address, or the name of its file.
#[must_use]
pub fn remote_problem(code: &str, place: &str, detail: String) -> Unreadable {
    let (expected, found) = (String::new(), String::new());
    let problem = Problem { code: code.into(), field: place.into(), expected, found, detail };
    Unreadable { input: InputKind::ProofLink, problem }
}

/// A link to a proof kept elsewhere, in a text file that holds nothing but it.
fn remote_in_text(bytes: &[u8]) -> Option<Remote> {
    let text = std::str::from_utf8(bytes).ok().filter(|text| text.len() <= MAX_REMOTE_LINK)?.trim();
    match ProofLink::parse(text) {
        Ok(ProofLink::Remote(remote)) if !text.contains(char::is_whitespace) => Some(remote),
        _ => None,
    }
}

fn read_link(compressed: &[u8]) -> Result<Claim, Unreadable> {
    let json = inflate(compressed).map_err(|error| broken_link(&error))?;
    read_proof(json, InputKind::ProofLink)
}

fn read_proof(json: Vec<u8>, input: InputKind) -> Result<Claim, Unreadable> {
    let malformed = |error: &dyn Error| Unreadable::new(input, "proof-malformed", "proof", error);
    let bundle = Bundle::parse(&json).map_err(|error| malformed(&error))?;
    let json = String::from_utf8(json).map_err(|error| malformed(&error))?;
    Ok(Claim::Proof { bundle: Box::new(bundle), json, input })
}

fn sort_file(intake: &mut Intake, file: NamedFile) -> Result<(), Unreadable> {
    if is_encrypted(&file.bytes) {
        return Err(remote_problem("encrypted-without-link", &file.name, String::new()));
    }
    if file.bytes.starts_with(TIMESTAMP_MAGIC) {
        let timestamp = Timestamp::decode(&file.bytes)
            .map_err(|error| Unreadable::new(InputKind::Timestamp, "timestamp-malformed", &file.name, &error))?;
        intake.claims.push(Claim::Timestamp { name: file.name, timestamp: Box::new(timestamp) });
    } else if let Some(format) = stated_format(&file.bytes) {
        if format.starts_with(name_of(BUNDLE_FORMAT)) {
            intake.claims.push(read_proof(file.bytes, InputKind::ProofFile)?);
        } else if format.starts_with(name_of(EXPORT_FORMAT)) {
            let export = ClaimedExport::parse(&file.bytes)
                .map_err(|error| Unreadable::new(InputKind::Report, "report-malformed", &file.name, &error))?;
            intake.claims.push(Claim::Export(Box::new(export)));
        } else if format.starts_with(name_of(POLICY_FORMAT)) {
            intake.policies.push(file);
        } else {
            intake.documents.push(file);
        }
    } else if let Some(link) = link_in_text(&file) {
        intake.claims.push(link?);
    } else if chain_part(&file.bytes).is_some() {
        // A merkleblock begins with a header, and is no file of headers.
        intake.documents.push(file);
    } else if is_header_file(&file) {
        intake.headers.push(file);
    } else {
        intake.documents.push(file);
    }
    Ok(())
}

/// The format name without its version: a later version is still a proof file, and refused as one.
fn name_of(format: &str) -> &str {
    format.split_inclusive('/').next().unwrap_or(format)
}

/// The `format` member of a JSON object, looked for without parsing the rest of what may be a large document.
fn stated_format(bytes: &[u8]) -> Option<String> {
    let head = bytes.iter().position(|byte| !byte.is_ascii_whitespace()).map(|start| &bytes[start..])?;
    if head.first() != Some(&b'{') || bytes.len() > crate::proof::recheck::LIMITS.bytes {
        return None;
    }
    #[derive(serde::Deserialize)]
    struct Format {
        format: String,
    }
    serde_json::from_slice::<Format>(bytes).ok().map(|found| found.format)
}

/// A text file that holds nothing but a proof link, as chat programs save one.
fn link_in_text(file: &NamedFile) -> Option<Result<Claim, Unreadable>> {
    let text = std::str::from_utf8(&file.bytes).ok()?.trim();
    if text.contains(char::is_whitespace) || !text.contains("/v/1.") {
        return None;
    }
    Some(match ProofLink::parse(text).map_err(|error| broken_link(&error)) {
        Ok(ProofLink::Inline(bytes)) => read_link(&bytes),
        Ok(ProofLink::Part(_) | ProofLink::Remote(_)) => return None,
        Err(error) => Err(error),
    })
}

/// Whether a file holds headers: it says so by its name, or its bytes do.
fn is_header_file(file: &NamedFile) -> bool {
    let said = [".headers", ".header"].iter().any(|end| file.name.to_ascii_lowercase().ends_with(end));
    said || header_file::recognise(&file.bytes).is_some()
}

/// The runs of headers in a file of any known form, each under a name that begins with its place where the file states
/// one: `mainnet-685440 FILE`.
///
/// # Errors
/// [`HeaderFileError`].
pub fn header_runs(name: &str, bytes: Vec<u8>) -> Result<Vec<NamedFile>, HeaderFileError> {
    let HeaderFile { network, runs, .. } = header_file::read(bytes)?;
    let named = |first_height: Option<u32>| match (&network, first_height) {
        (Some(network), Some(height)) if height > 0 => format!("{network}-{height} {name}"),
        _ => name.to_owned(),
    };
    Ok(runs.into_iter().map(|run| NamedFile { name: named(run.first_height), bytes: run.bytes }).collect())
}
