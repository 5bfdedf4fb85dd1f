//! Transparency logs, as RFC 6962, RFC 9162 and the C2SP documents define them: tree hashes and their proofs, signed
//! notes, checkpoints, cosignatures of witnesses, the policy that says whose signatures count, and the proof that puts
//! these together. `log` and `witness` are the issuer's side.

pub mod checkpoint;
pub mod consistency;
pub mod cosignature;
pub mod inclusion;
pub mod log;
pub mod note;
pub mod policy;
pub mod quorum;
pub mod subtree;
pub mod text;
pub mod tiles;
pub mod tlog_proof;
pub mod tree_hash;
pub mod verifier_key;
pub mod witness;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use inclusion::Included;
pub use log::{Log, LogSigner};
pub use note::{Note, NoteSignature};
pub use policy::LogPolicy;
pub use quorum::QuorumReached;
pub use tlog_proof::{Logged, TlogProof};
pub use tree_hash::LeafHash;
pub use verifier_key::VerifierKey;
pub use witness::Witness;
