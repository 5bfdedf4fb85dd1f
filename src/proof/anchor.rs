//! Anchors: transactions that commit to a log's checkpoints, each spending the one before (Catena: Tomescu and Devadas,
//! "Catena: Efficient Non-equivocation via Bitcoin", IEEE S&P 2017). An output can be spent only once, so two histories
//! of one registry would need a double spend.
//!
//! ```text
//! vin[0]   spends vout[0] of the previous anchor
//! vout[0]  continuation
//! vout[1]  6a 28 ‖ payload(40);  payload = "PLM" 01 | seq u32be | SHA-256(checkpoint body, final LF included)
//! ```

use crate::chain::tx::{Transaction, TxError};
use crate::chain::{TxInBlock, Txid};
use crate::crypto::hash::{Hash, sha256};
use crate::encoding::encode_hex;
use crate::proof::bundle::AnchorClaim;
use crate::proof::buried::Buried;
use crate::tlog::checkpoint::{Checkpoint, CheckpointError};
use crate::tlog::consistency::{self, ConsistencyError};
use crate::tlog::tree_hash::empty_root;

/// First bytes of the output's script: OP_RETURN, then a push of 40 bytes.
const SCRIPT_PREFIX: [u8; 2] = [0x6a, 0x28];
const MAGIC: [u8; 4] = *b"PLM\x01";
/// Opcode that marks an output as data.
const OP_RETURN: u8 = 0x6a;

/// Why an anchor, or the row of anchors, is not as it must be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// The proof holds no anchor.
    #[error("no anchors")]
    None,
    /// The transaction does not decode.
    #[error("anchor {sequence}: transaction")]
    Tx {
        /// Place in the row, from 0.
        sequence: u32,
        /// What is wrong.
        source: TxError,
    },
    /// Not exactly one OP_RETURN output, or not the second.
    #[error("anchor {sequence}: expected one OP_RETURN output, vout[1]; found {found}")]
    Outputs {
        /// Place in the row.
        sequence: u32,
        /// Where OP_RETURN outputs were found.
        found: String,
    },
    /// The OP_RETURN output is not a payload of ours.
    #[error("anchor {sequence}: payload expected 6a28504c4d01…, 42 bytes; found {found}")]
    Payload {
        /// Place in the row.
        sequence: u32,
        /// The script, hexadecimal.
        found: String,
    },
    /// The payload's number is not the anchor's place in the row.
    #[error("anchor {expected}: sequence number {found}")]
    Sequence {
        /// Its place.
        expected: u32,
        /// The number it carries.
        found: u32,
    },
    /// The first anchor is not the one the policy pins.
    #[error("first anchor: the policy pins {expected}, found {found}")]
    NotPinned {
        /// Pinned by the policy.
        expected: Txid,
        /// Found in the proof.
        found: Txid,
    },
    /// An anchor does not spend the one before.
    #[error("anchor {sequence}: expected its first input to spend {expected}:0, found {found}")]
    NotSpending {
        /// Place in the row.
        sequence: u32,
        /// The anchor before.
        expected: Txid,
        /// What it spends.
        found: String,
    },
    /// The payload commits to another checkpoint.
    #[error("anchor {sequence}: commits to checkpoint {found}, the one shown hashes to {expected}")]
    OtherCheckpoint {
        /// Place in the row.
        sequence: u32,
        /// SHA-256 of the checkpoint shown, hexadecimal.
        expected: String,
        /// SHA-256 in the payload, hexadecimal.
        found: String,
    },
    /// The checkpoint's text does not parse.
    #[error("anchor {sequence}: checkpoint")]
    Checkpoint {
        /// Place in the row.
        sequence: u32,
        /// What is wrong.
        source: CheckpointError,
    },
    /// A checkpoint of another log.
    #[error("anchor {sequence}: checkpoint of log {found:?}, expected {expected:?}")]
    Origin {
        /// Place in the row.
        sequence: u32,
        /// The first checkpoint's origin.
        expected: String,
        /// This one's.
        found: String,
    },
    /// A hash of the consistency proof is not 32 bytes long.
    #[error("anchor {sequence}: consistency hash of {found} bytes, expected 32")]
    HashLength {
        /// Place in the row.
        sequence: u32,
        /// Bytes found.
        found: usize,
    },
    /// Two consecutive checkpoints are not of one growing log.
    #[error("anchor {sequence}: its checkpoint does not continue the one before")]
    Inconsistent {
        /// Place in the row.
        sequence: u32,
        /// What is wrong.
        source: ConsistencyError,
    },
    /// A block height lower than an earlier anchor's.
    #[error("anchor {sequence}: in block {found}, below block {expected} of an anchor before it")]
    HeightDecreases {
        /// Place in the row.
        sequence: u32,
        /// Height of an earlier anchor.
        expected: u32,
        /// Its height.
        found: u32,
    },
}

/// What an anchor's transaction says, as claimed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnchorPayload {
    /// Place in the registry's row of anchors, from 0.
    pub sequence: u32,
    /// SHA-256 of the checkpoint's body.
    pub checkpoint_hash: Hash,
}

impl AnchorPayload {
    /// The script of `vout[1]` that carries this payload.
    #[must_use]
    pub fn to_script(&self) -> Vec<u8> {
        let mut script = SCRIPT_PREFIX.to_vec();
        script.extend_from_slice(&MAGIC);
        script.extend_from_slice(&self.sequence.to_be_bytes());
        script.extend_from_slice(&self.checkpoint_hash);
        script
    }

    /// Reads the payload of a transaction that should be the anchor numbered `sequence`.
    ///
    /// # Errors
    /// [`AnchorError`].
    pub fn of_transaction(tx: &Transaction, sequence: u32) -> Result<Self, AnchorError> {
        let data: Vec<usize> =
            (0..).zip(tx.outputs()).filter(|(_, o)| o.script.first() == Some(&OP_RETURN)).map(|(i, _)| i).collect();
        if data != [1] {
            let places: Vec<String> = data.iter().take(8).map(|place| format!("vout[{place}]")).collect();
            let found = if places.is_empty() { "none".into() } else { places.join(", ") };
            return Err(AnchorError::Outputs { sequence, found });
        }
        let script = &tx.outputs()[1].script;
        let bad = || AnchorError::Payload { sequence, found: encode_hex(&script[..script.len().min(80)]) };
        let payload = script.strip_prefix(&SCRIPT_PREFIX).and_then(|rest| rest.strip_prefix(&MAGIC)).ok_or_else(bad)?;
        let (number, hash) = payload.split_first_chunk::<4>().ok_or_else(bad)?;
        let payload =
            Self { sequence: u32::from_be_bytes(*number), checkpoint_hash: hash.try_into().map_err(|_| bad())? };
        if payload.sequence != sequence {
            return Err(AnchorError::Sequence { expected: sequence, found: payload.sequence });
        }
        Ok(payload)
    }
}

/// Evidence that an anchor transaction commits to a checkpoint, byte for byte.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Committed {
    txid: Txid,
    sequence: u32,
    checkpoint: Checkpoint,
    spends: Vec<(Txid, u32)>,
}

impl Committed {
    /// Verifies that the transaction of `claim` is the registry's anchor numbered `sequence` in form, and that its payload
    /// is the hash of the checkpoint beside it.
    ///
    /// # Errors
    /// [`AnchorError`].
    pub fn verify(claim: &AnchorClaim, sequence: u32) -> Result<Self, AnchorError> {
        let tx = Transaction::decode(&claim.tx.0).map_err(|source| AnchorError::Tx { sequence, source })?;
        let payload = AnchorPayload::of_transaction(&tx, sequence)?;
        let shown = sha256(claim.checkpoint.as_bytes());
        if shown != payload.checkpoint_hash {
            return Err(AnchorError::OtherCheckpoint {
                sequence,
                expected: encode_hex(&shown),
                found: encode_hex(&payload.checkpoint_hash),
            });
        }
        let checkpoint =
            Checkpoint::parse(&claim.checkpoint).map_err(|source| AnchorError::Checkpoint { sequence, source })?;
        let spends = tx.inputs().iter().map(|input| (input.previous.txid, input.previous.index)).collect();
        Ok(Self { txid: tx.txid(), sequence, checkpoint, spends })
    }

    /// The anchor's transaction id.
    #[must_use]
    pub fn txid(&self) -> Txid {
        self.txid
    }

    /// Its place in the row, from 0.
    #[must_use]
    pub fn sequence(&self) -> u32 {
        self.sequence
    }

    /// The checkpoint it commits to. Its signatures are another step's business.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }
}

/// Evidence that a row of anchors starts at the pinned one, and that each spends the one before and continues its log.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Lineage {
    first: Checkpoint,
    last: Committed,
    last_height: Option<u32>,
}

impl Lineage {
    /// Verifies the whole row.
    ///
    /// # Errors
    /// [`AnchorError`] names the anchor.
    pub fn verify(claims: &[AnchorClaim], pinned: Txid) -> Result<Self, AnchorError> {
        let (first_claim, rest) = claims.split_first().ok_or(AnchorError::None)?;
        let first = Committed::verify(first_claim, 0)?;
        if first.txid != pinned {
            return Err(AnchorError::NotPinned { expected: pinned, found: first.txid });
        }
        let first_checkpoint = first.checkpoint.clone();
        let mut height = first_claim.block.as_ref().map(|block| block.height);
        let mut last = first;
        for (sequence, claim) in (1u32..).zip(rest) {
            let next = Committed::verify(claim, sequence)?;
            follow(&last, &next, claim)?;
            if let Some(found) = claim.block.as_ref().map(|block| block.height) {
                if let Some(expected) = height.filter(|&before| found < before) {
                    return Err(AnchorError::HeightDecreases { sequence, expected, found });
                }
                height = Some(found);
            }
            last = next;
        }
        Ok(Self {
            first: first_checkpoint,
            last,
            last_height: claims.last().and_then(|claim| claim.block.as_ref()).map(|block| block.height),
        })
    }

    /// The first checkpoint: it states the cadence.
    #[must_use]
    pub fn first_checkpoint(&self) -> &Checkpoint {
        &self.first
    }

    /// The last anchor.
    pub fn last(&self) -> &Committed {
        &self.last
    }

    /// The height the proof claims for the last anchor's block; the chain decides.
    #[must_use]
    pub fn claimed_height(&self) -> Option<u32> {
        self.last_height
    }
}

/// One step along the row.
fn follow(before: &Committed, next: &Committed, claim: &AnchorClaim) -> Result<(), AnchorError> {
    let sequence = next.sequence;
    match next.spends.first() {
        // Only the first input counts: further inputs may add fees.
        Some(&(txid, 0)) if txid == before.txid => {}
        found => {
            let found = found.map_or_else(|| "nothing".into(), |(txid, index)| format!("{txid}:{index}"));
            return Err(AnchorError::NotSpending { sequence, expected: before.txid, found });
        }
    }
    let (old, new) = (&before.checkpoint, &next.checkpoint);
    if old.origin() != new.origin() {
        let (expected, found) = (old.origin().to_owned(), new.origin().to_owned());
        return Err(AnchorError::Origin { sequence, expected, found });
    }
    let inconsistent = |source| AnchorError::Inconsistent { sequence, source };
    let proof: Vec<Hash> = claim
        .consistency
        .iter()
        .map(|hash| {
            Hash::try_from(hash.0.as_slice()).map_err(|_| AnchorError::HashLength { sequence, found: hash.0.len() })
        })
        .collect::<Result<_, _>>()?;
    // An empty log is the beginning of every log; RFC 6962 has no proof of that, and there is nothing to prove.
    if old.size() == 0 && *old.root() == empty_root() && proof.is_empty() {
        return Ok(());
    }
    let _consistent =
        consistency::verify((old.size(), old.root()), (new.size(), new.root()), &proof).map_err(inconsistent)?;
    Ok(())
}

/// Evidence that a log's checkpoint is anchored in a block that stands deep enough on the chain of most work.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Anchored {
    lineage: Lineage,
    in_block: TxInBlock,
    buried: Buried,
}

impl Anchored {
    /// Puts the three together: they must speak of one transaction and one block.
    ///
    /// `None` when they do not.
    #[must_use]
    pub fn of(lineage: Lineage, in_block: TxInBlock, buried: Buried) -> Option<Self> {
        let same = lineage.last.txid == in_block.txid() && in_block.block_hash() == buried.confirmed().block().hash;
        same.then_some(Self { lineage, in_block, buried })
    }

    /// The row of anchors.
    pub fn lineage(&self) -> &Lineage {
        &self.lineage
    }

    /// The anchor in its block.
    pub fn in_block(&self) -> &TxInBlock {
        &self.in_block
    }

    /// The block on the chain, deep enough.
    pub fn buried(&self) -> &Buried {
        &self.buried
    }
}
