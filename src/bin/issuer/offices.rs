//! The registry's own keys at work: the log signs checkpoints, the witnesses cosign them, the registrar registers.

use crate::embedded_chain::{COINBASE_MATURITY, ChainError, EmbeddedChain, anchor_transaction};
use crate::ledger::{AnchorStep, Ledger};
use plimsoll::chain::Transaction;
use plimsoll::crypto::key::SecretKey;
use plimsoll::proof::anchor::AnchorPayload;
use plimsoll::proof::bundle::Bytes;
use plimsoll::time::UnixTime;
use plimsoll::tlog::checkpoint::Checkpoint;
use plimsoll::tlog::log::{LogError, LogSigner};
use plimsoll::tlog::note::{Note, NoteError};
use plimsoll::tlog::witness::{Witness, WitnessError};

/// Why the log cannot be anchored.
#[derive(Debug, thiserror::Error)]
pub enum AnchorDraftError {
    /// Nothing was entered since the last anchor.
    #[error("the log has not grown since anchor {sequence}")]
    NothingNew {
        /// The last anchor's number.
        sequence: u32,
    },
    /// There is no matured output to pay with.
    #[error("no output to spend: no coinbase has matured")]
    NothingToSpend,
    /// The log.
    #[error("log")]
    Log(#[from] LogError),
    /// The note.
    #[error("checkpoint note")]
    Note(#[from] NoteError),
    /// A witness does not cosign.
    #[error("witness {name:?}")]
    Witness {
        /// Its name.
        name: String,
        /// Why.
        source: WitnessError,
    },
    /// The chain.
    #[error("chain")]
    Chain(#[from] ChainError),
}

/// The registry's own keys.
pub struct Offices {
    /// Signs the log's checkpoints.
    pub log: LogSigner,
    /// Cosign them.
    pub witnesses: Vec<Witness>,
    /// Registers parties.
    pub registrar: SecretKey,
}

impl Offices {
    /// The log policy (c2sp.org/tlog-policy) these keys stand for.
    pub fn log_policy(&self, quorum: u32) -> String {
        let mut text = format!("log {}\n", self.log.verifier_key());
        if quorum == 0 {
            return text + "quorum none\n";
        }
        let mut names = Vec::new();
        for witness in &self.witnesses {
            let name = witness.verifier_key().name();
            text += &format!("witness {name} {}\n", witness.verifier_key());
            names.push(name);
        }
        text + &format!("group witnesses {quorum} {}\nquorum witnesses\n", names.join(" "))
    }

    /// The log as it is, as a checkpoint signed by the log and cosigned by every witness. The first one states the
    /// cadence.
    pub fn checkpoint(
        &mut self,
        ledger: &Ledger,
        cadence: Option<u32>,
        time: UnixTime,
    ) -> Result<(Checkpoint, Note), AnchorDraftError> {
        let cadence = cadence.map(Checkpoint::cadence_line);
        let extensions: Vec<&str> = cadence.iter().map(String::as_str).collect();
        let checkpoint = ledger.log().checkpoint(self.log.verifier_key().name(), &extensions)?;
        let mut note = self.log.sign(&checkpoint)?;
        let time = u64::try_from(time.0).unwrap_or(0);
        let mut cosignatures = Vec::new();
        for witness in &mut self.witnesses {
            let name = witness.verifier_key().name().to_owned();
            let refused = |source| AnchorDraftError::Witness { name: name.clone(), source };
            // A witness remembers the last checkpoint it saw; here that memory is the ledger's.
            let proof = match ledger.anchors().last() {
                Some(before) => {
                    witness.cosign(&before.note, self.log.verifier_key(), &[], time).map_err(refused)?;
                    ledger.log().consistency_proof(before.checkpoint.size(), checkpoint.size())?
                }
                None => Vec::new(),
            };
            cosignatures.push(witness.cosign(&note, self.log.verifier_key(), &proof, time).map_err(refused)?);
        }
        note = note.with_signatures(&cosignatures)?;
        Ok((checkpoint, note))
    }

    /// Commits the log to the chain: a checkpoint, its anchor transaction, and the next block of `chain`, which holds it.
    /// `chain` is the ledger's own, or continues it.
    pub fn anchor(
        &mut self,
        ledger: &Ledger,
        mut chain: EmbeddedChain,
        cadence: Option<u32>,
        time: UnixTime,
    ) -> Result<AnchorStep, AnchorDraftError> {
        if let Some(last) = ledger.anchors().last()
            && last.checkpoint.size() == ledger.log().size()
        {
            return Err(AnchorDraftError::NothingNew { sequence: ledger.next_sequence() - 1 });
        }
        let (checkpoint, note) = self.checkpoint(ledger, cadence, time)?;
        let transaction = anchor_for(ledger, &chain, &checkpoint)?;
        chain.mine(time, vec![transaction])?;
        Ok(AnchorStep { checkpoint: note.to_text(), blocks: blocks_above(&chain, ledger.chain().height()) })
    }
}

/// The transaction that commits to a checkpoint as the ledger's next anchor.
pub fn anchor_for(
    ledger: &Ledger,
    chain: &EmbeddedChain,
    checkpoint: &Checkpoint,
) -> Result<Transaction, AnchorDraftError> {
    let (output, value) =
        ledger.continuation().or_else(|| chain.matured_coinbase()).ok_or(AnchorDraftError::NothingToSpend)?;
    let payload = AnchorPayload { sequence: ledger.next_sequence(), checkpoint_hash: checkpoint.body_hash() };
    Ok(anchor_transaction(output, value, payload.to_script()))
}

/// Blocks until the first coinbase may be spent in the next one, ten minutes apart and the last of them before `time`.
pub fn mature(chain: &mut EmbeddedChain, time: UnixTime) -> Result<(), ChainError> {
    for left in (1..=i64::from(COINBASE_MATURITY.saturating_sub(chain.height()))).rev() {
        chain.mine(time.plus(-600 * left), Vec::new())?;
    }
    Ok(())
}

/// The blocks above a height, encoded.
pub fn blocks_above(chain: &EmbeddedChain, height: u32) -> Vec<Bytes> {
    (height + 1..=chain.height()).filter_map(|height| chain.block(height)).map(|block| Bytes(block.encode())).collect()
}
