//! OpenTimestamps files (opentimestamps.org): a document's digest, and the operations that lead from it to what others
//! attest, such as the Merkle root of a Bitcoin block. "Existed before block N": weaker than a registry's anchor, since
//! nothing says that there was only one version.

pub mod attestation;
pub mod operation;
pub mod ots;
pub mod varuint;

pub use attestation::{Attestation, AttestationKind, Attested};
pub use operation::{DigestAlgorithm, Operation};
pub use ots::{DocumentMatches, OtsError, Timestamp};
