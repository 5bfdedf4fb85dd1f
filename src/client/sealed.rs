//! Documents that others sealed, among the files handed in.

use crate::attestation::{BlockcertsError, Certificate, Kind, OpenAttestationError, WrappedDocument, recognise};
use crate::client::chain_parts::parts_beside;
use crate::client::intake::{Claim, NamedFile, Unreadable};
use crate::proof::compared::Compared;
use crate::proof::problem::Finding;
use crate::proof::report::{InputKind, Report};
use crate::proof::setting::Setting;
use crate::proof::verify_blockcerts::verify_blockcerts;
use crate::proof::verify_open_attestation::verify_open_attestation;

/// A sealed document, read.
#[derive(Debug)]
pub struct SealedDocument {
    /// Its file name.
    pub name: String,
    /// Bytes of its file.
    pub size: u64,
    /// What it claims.
    pub seal: Seal,
}

/// What a sealed document claims, by its form.
#[derive(Debug)]
pub enum Seal {
    /// OpenAttestation 2.0.
    OpenAttestation(WrappedDocument),
    /// Blockcerts 2.
    Blockcerts(Certificate),
}

/// Takes the sealed documents out of the files that are nothing else.
///
/// # Errors
/// [`Unreadable`] for one that cannot be read, or is of a form that is not read here.
pub fn take_sealed(documents: &mut Vec<NamedFile>) -> Result<Vec<Claim>, Unreadable> {
    let mut claims = Vec::new();
    for file in std::mem::take(documents) {
        match recognise(&file.bytes) {
            Some(kind) => {
                let (seal, size) = (read(&file, kind)?, file.bytes.len() as u64);
                claims.push(Claim::Sealed(Box::new(SealedDocument { name: file.name, size, seal })));
            }
            None => documents.push(file),
        }
    }
    Ok(claims)
}

/// Reads a file that was recognised.
fn read(file: &NamedFile, kind: Kind) -> Result<Seal, Unreadable> {
    match kind {
        Kind::OpenAttestation => WrappedDocument::parse(&file.bytes).map(Seal::OpenAttestation).map_err(|error| {
            let field = match &error {
                OpenAttestationError::Shape { field, .. } => field,
                _ => &file.name,
            };
            malformed(field, &error)
        }),
        Kind::Blockcerts => Certificate::parse(&file.bytes).map(Seal::Blockcerts).map_err(|error| {
            let field = match &error {
                BlockcertsError::Shape { field, .. } => field,
                _ => &file.name,
            };
            malformed(field, &error)
        }),
        Kind::Other { seal } => {
            let finding = Finding::could_not("seal-not-known", &file.name);
            let problem = finding.comparing("SHA3MerkleProof or MerkleProof2017", seal).problem;
            Err(Unreadable { input: InputKind::Sealed, problem })
        }
    }
}

fn malformed(field: &str, error: &impl Compared) -> Unreadable {
    let problem = Finding::failed("sealed-malformed", field).explained_by(error).problem;
    Unreadable { input: InputKind::Sealed, problem }
}

/// Examines a sealed document with the other files; the second is the names of those that served.
#[must_use]
pub fn examine_sealed(
    sealed: &SealedDocument,
    documents: &[NamedFile],
    setting: &Setting<'_>,
) -> (Report, Vec<String>) {
    match &sealed.seal {
        Seal::OpenAttestation(document) => {
            (verify_open_attestation(document, &sealed.name, sealed.size, setting.now).1, vec![])
        }
        Seal::Blockcerts(certificate) => {
            let (beside, used) = parts_beside(documents);
            (verify_blockcerts(certificate, &sealed.name, sealed.size, &beside, setting).1, used)
        }
    }
}
