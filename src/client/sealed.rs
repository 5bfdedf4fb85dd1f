//! Documents that others sealed, among the files handed in.

use crate::attestation::{Kind, OpenAttestationError, WrappedDocument, recognise};
use crate::client::intake::{Claim, NamedFile, Unreadable};
use crate::proof::problem::Finding;
use crate::proof::report::{InputKind, Report};
use crate::proof::verify_open_attestation::verify_open_attestation;
use crate::time::UnixTime;

/// A sealed document, read.
#[derive(Debug)]
pub struct SealedDocument {
    /// Its file name.
    pub name: String,
    /// Bytes of its file.
    pub size: u64,
    /// What it claims.
    pub document: WrappedDocument,
}

/// Takes the sealed documents out of the files that are nothing else.
///
/// # Errors
/// [`Unreadable`] for one that cannot be read, or is of a form that is not read here.
pub fn take_sealed(documents: &mut Vec<NamedFile>) -> Result<Vec<Claim>, Unreadable> {
    let mut claims = Vec::new();
    for file in std::mem::take(documents) {
        match recognise(&file.bytes) {
            Some(kind) => claims.push(Claim::Sealed(Box::new(read(&file, kind)?))),
            None => documents.push(file),
        }
    }
    Ok(claims)
}

/// Reads a file that was recognised.
fn read(file: &NamedFile, kind: Kind) -> Result<SealedDocument, Unreadable> {
    match kind {
        Kind::OpenAttestation => {
            let document = WrappedDocument::parse(&file.bytes).map_err(|error| {
                let field = match &error {
                    OpenAttestationError::Shape { field, .. } => field,
                    _ => &file.name,
                };
                let problem = Finding::failed("sealed-malformed", field).explained_by(&error).problem;
                Unreadable { input: InputKind::Sealed, problem }
            })?;
            Ok(SealedDocument { name: file.name.clone(), size: file.bytes.len() as u64, document })
        }
        Kind::Other { seal } => {
            let problem = Finding::could_not("seal-not-known", &file.name).comparing("SHA3MerkleProof", seal).problem;
            Err(Unreadable { input: InputKind::Sealed, problem })
        }
    }
}

/// Examines a sealed document.
#[must_use]
pub fn examine_sealed(sealed: &SealedDocument, now: UnixTime) -> Report {
    verify_open_attestation(&sealed.document, &sealed.name, sealed.size, now).1
}
