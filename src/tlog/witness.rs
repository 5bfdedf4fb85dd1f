//! A witness (c2sp.org/tlog-witness): it cosigns a checkpoint only if the log has grown from what the witness saw before.
//! It serves the issuer's sample networks and the tests; verifying needs none of it.

use crate::crypto::hash::Hash;
use crate::crypto::key::SecretKey;
use crate::tlog::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::tlog::consistency::{self, ConsistencyError};
use crate::tlog::cosignature;
use crate::tlog::note::{Note, NoteSignature};
use crate::tlog::tree_hash::empty_root;
use crate::tlog::verifier_key::{SignatureAlgorithm, VerifierKey, VerifierKeyError};
use std::collections::BTreeMap;

/// Why a witness does not cosign.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WitnessError {
    /// The key cannot cosign.
    #[error("witness key")]
    Key(#[from] VerifierKeyError),
    /// The log did not sign the checkpoint.
    #[error("checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is not consistent with the one seen before.
    #[error("checkpoint is not consistent with the one of size {seen}")]
    Inconsistent {
        /// The size seen before.
        seen: u64,
        /// What is wrong.
        source: ConsistencyError,
    },
}

/// A witness and the largest tree it has seen of each log.
pub struct Witness {
    key: VerifierKey,
    secret: SecretKey,
    seen: BTreeMap<String, (u64, Hash)>,
}

impl Witness {
    /// A witness that has seen nothing yet.
    ///
    /// # Errors
    /// [`WitnessError::Key`]: not a key name, or not an Ed25519 key.
    pub fn new(name: &str, secret: SecretKey) -> Result<Self, WitnessError> {
        let key = VerifierKey::new(name, SignatureAlgorithm::CosignatureV1, secret.public())?;
        Ok(Self { key, secret, seen: BTreeMap::new() })
    }

    /// The key that verifies its cosignatures; it goes into policies.
    #[must_use]
    pub fn verifier_key(&self) -> &VerifierKey {
        &self.key
    }

    /// The size and root of the largest tree it has seen of the log with this origin: size 0 where it has seen none.
    #[must_use]
    pub fn seen(&self, origin: &str) -> (u64, Hash) {
        self.seen.get(origin).copied().unwrap_or_else(|| (0, empty_root()))
    }

    /// Cosigns a checkpoint of a log it knows by `log_key`, with its clock at `time` (seconds since 1970, below 2^63).
    /// `proof` leads from the size it has [`seen`](Self::seen); from size 0 none is needed.
    ///
    /// # Errors
    /// [`WitnessError`]; what it has seen is then unchanged.
    pub fn cosign(
        &mut self,
        note: &Note,
        log_key: &VerifierKey,
        proof: &[Hash],
        time: u64,
    ) -> Result<NoteSignature, WitnessError> {
        let signed = SignedCheckpoint::verify(note, [log_key])?;
        let checkpoint = signed.checkpoint();
        let (seen, seen_root) = self.seen(checkpoint.origin());
        let new = (checkpoint.size(), checkpoint.root());
        let inconsistent = |source| WitnessError::Inconsistent { seen, source };
        if seen > 0 {
            let _ = consistency::verify((seen, &seen_root), new, proof).map_err(inconsistent)?;
        } else if new.0 == 0 && *new.1 != seen_root {
            let two = ConsistencyError::TwoRoots { size: 0, old: seen_root, new: *new.1 };
            return Err(inconsistent(two));
        }
        self.seen.insert(checkpoint.origin().to_owned(), (new.0, *new.1));
        let cosignature = cosignature::sign(&self.secret, note.text(), time);
        Ok(NoteSignature::new(self.key.name(), self.key.key_hash(), cosignature))
    }
}
