//! What a registry has done so far: its policy, log, records, anchors and chain. It changes by applying [`Step`]s, and
//! whoever replays the same steps has the same ledger.

use crate::block::{Block, BlockError};
use crate::embedded_chain::{ChainError, EmbeddedChain};
use plimsoll::chain::{OutPoint, Transaction};
use plimsoll::crypto::hash::Hash;
use plimsoll::crypto::key::KeyId;
use plimsoll::encoding::reader::ReadError;
use plimsoll::proof::anchor::AnchorPayload;
use plimsoll::proof::bundle::{AnchorBlock, Bytes};
use plimsoll::proof::policy::{RegistryPolicy, RegistryPolicyError};
use plimsoll::registry::event::{Event, EventError};
use plimsoll::tlog::checkpoint::{Checkpoint, CheckpointError};
use plimsoll::tlog::log::{Log, LogError};
use plimsoll::tlog::note::{Note, NoteError};
use plimsoll::trade::party::Party;
use plimsoll::trade::record::{Record, RecordError};
use plimsoll::trade::sd_jwt::{SdJwt, SdJwtError};
use serde::{Deserialize, Serialize};

/// One thing done, as it stands in the journal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Step {
    /// The registry was opened under this policy. Always the first step, and only that.
    Open {
        /// The policy's exact text.
        policy: String,
    },
    /// A record was signed and entered.
    Record(RecordStep),
    /// The log was committed to the chain.
    Anchor(AnchorStep),
    /// Blocks were mined on top.
    Bury {
        /// The blocks, in order.
        blocks: Vec<Bytes>,
    },
}

/// A record and its entry in the log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RecordStep {
    /// The record with all its disclosures.
    pub sd_jwt: String,
    /// The EVENT entry.
    pub event: Bytes,
}

/// A checkpoint and the blocks that hold its anchor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AnchorStep {
    /// The checkpoint as a signed note, cosigned by the witnesses.
    pub checkpoint: String,
    /// Blocks mined before the anchor's own, and then that.
    pub blocks: Vec<Bytes>,
}

/// Why a step does not follow from those before it.
#[derive(Debug, thiserror::Error)]
pub enum LedgerError {
    /// The first step does not open the registry, or a later one does.
    #[error("step {found:?} where {expected} belongs")]
    Order {
        /// What belongs there.
        expected: &'static str,
        /// What stands there.
        found: &'static str,
    },
    /// The policy does not parse.
    #[error("policy")]
    Policy(#[from] RegistryPolicyError),
    /// The record is not an SD-JWT.
    #[error("record")]
    SdJwt(#[from] SdJwtError),
    /// The record does not keep to its schema.
    #[error("record")]
    Record(#[from] RecordError),
    /// The entry does not decode.
    #[error("event")]
    Event(#[from] EventError),
    /// The entry does not speak of the record beside it.
    #[error("event speaks of another record than the one beside it")]
    OtherRecord,
    /// The entry does not go into the log.
    #[error("log")]
    Log(#[from] LogError),
    /// The checkpoint is not a signed note.
    #[error("checkpoint note")]
    Note(#[from] NoteError),
    /// The note is not a checkpoint.
    #[error("checkpoint")]
    Checkpoint(#[from] CheckpointError),
    /// The checkpoint is not of this log as it is.
    #[error("checkpoint of size {found}, where the log's size is {expected}, or of another root")]
    OtherTree {
        /// The log's size.
        expected: u64,
        /// The checkpoint's.
        found: u64,
    },
    /// A block does not decode.
    #[error("block")]
    Block(#[from] BlockError),
    /// A block does not continue the chain.
    #[error("chain")]
    Chain(#[from] ChainError),
    /// No block of the step holds the anchor.
    #[error("no transaction in the newest block commits to the checkpoint as anchor {sequence}")]
    NoAnchor {
        /// The anchor's number.
        sequence: u32,
    },
    /// Bytes of the journal do not decode.
    #[error("bytes")]
    Read(#[from] ReadError),
}

/// A record in the log.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The record with all its disclosures.
    pub sd_jwt: SdJwt,
    /// What it says.
    pub record: Record,
    /// Its entry.
    pub event: Event,
}

impl Entry {
    /// The party its body describes, where it registers one.
    pub fn party(&self) -> Party {
        Party::read(&self.record.body)
    }
}

/// An anchor in the chain.
#[derive(Debug, Clone)]
pub struct Anchor {
    /// The transaction.
    pub transaction: Transaction,
    /// The checkpoint it commits to.
    pub checkpoint: Checkpoint,
    /// The checkpoint with its signatures.
    pub note: Note,
    /// RFC 6962 consistency proof from the checkpoint before; empty for the first.
    pub consistency: Vec<Hash>,
    /// Height of its block.
    pub height: u32,
}

/// The ledger.
#[derive(Clone)]
pub struct Ledger {
    policy: RegistryPolicy,
    log: Log,
    entries: Vec<Entry>,
    anchors: Vec<Anchor>,
    chain: EmbeddedChain,
}

impl Ledger {
    /// Opens a registry: the first step.
    pub fn open(first: &Step) -> Result<Self, LedgerError> {
        let Step::Open { policy } = first else {
            return Err(LedgerError::Order { expected: "open", found: first.name() });
        };
        Ok(Self {
            policy: RegistryPolicy::parse(policy)?,
            log: Log::new(),
            entries: Vec::new(),
            anchors: Vec::new(),
            chain: EmbeddedChain::new(),
        })
    }

    /// Applies a later step.
    pub fn apply(&mut self, step: &Step) -> Result<(), LedgerError> {
        match step {
            Step::Open { .. } => Err(LedgerError::Order { expected: "record, anchor or bury", found: "open" }),
            Step::Record(step) => self.apply_record(step),
            Step::Anchor(step) => self.apply_anchor(step),
            Step::Bury { blocks } => blocks.iter().try_for_each(|block| self.add_block(block)),
        }
    }

    fn apply_record(&mut self, step: &RecordStep) -> Result<(), LedgerError> {
        let sd_jwt = SdJwt::parse_record(&step.sd_jwt)?;
        let event = Event::decode(&step.event.0)?;
        if event.content().record_hash != sd_jwt.record_hash().0 {
            return Err(LedgerError::OtherRecord);
        }
        let record = Record::parse(sd_jwt.disclose()?.payload().clone())?;
        self.log.append(&step.event.0)?;
        self.entries.push(Entry { sd_jwt, record, event });
        Ok(())
    }

    fn apply_anchor(&mut self, step: &AnchorStep) -> Result<(), LedgerError> {
        let note = Note::parse(&step.checkpoint)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        if (checkpoint.size(), checkpoint.root()) != (self.log.size(), &self.log.root()) {
            return Err(LedgerError::OtherTree { expected: self.log.size(), found: checkpoint.size() });
        }
        let consistency = match self.anchors.last() {
            Some(before) => self.log.consistency_proof(before.checkpoint.size(), checkpoint.size())?,
            None => Vec::new(),
        };
        step.blocks.iter().try_for_each(|block| self.add_block(block))?;
        let sequence = self.next_sequence();
        let payload = AnchorPayload { sequence, checkpoint_hash: checkpoint.body_hash() };
        let height = self.chain.height();
        let transaction = self
            .chain
            .block(height)
            .and_then(|block| {
                let ours = |tx: &&Transaction| AnchorPayload::of_transaction(tx, sequence).as_ref() == Ok(&payload);
                block.transactions().iter().find(ours)
            })
            .ok_or(LedgerError::NoAnchor { sequence })?
            .clone();
        self.anchors.push(Anchor { transaction, checkpoint, note, consistency, height });
        Ok(())
    }

    fn add_block(&mut self, block: &Bytes) -> Result<(), LedgerError> {
        Ok(self.chain.accept(Block::decode(&block.0)?)?)
    }

    /// The policy.
    pub fn policy(&self) -> &RegistryPolicy {
        &self.policy
    }

    /// The log.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// The records, in the log's order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The newest record of an asset.
    pub fn newest_of(&self, scheme: &str, reference: &str) -> Option<&Entry> {
        let same = |entry: &&Entry| {
            let subject = &entry.record.subject;
            subject.scheme == scheme && subject.reference == reference
        };
        self.entries.iter().rev().find(same)
    }

    /// The registration of a key: its place in the log, and the record.
    pub fn registration(&self, key: KeyId) -> Option<(usize, &Entry)> {
        self.entries.iter().enumerate().find(|(_, entry)| {
            entry.record.action.code == "REGISTER" && entry.party().key.is_some_and(|own| own.id() == key)
        })
    }

    /// The anchors, in order.
    pub fn anchors(&self) -> &[Anchor] {
        &self.anchors
    }

    /// The chain.
    pub fn chain(&self) -> &EmbeddedChain {
        &self.chain
    }

    /// The number the next anchor will have.
    pub fn next_sequence(&self) -> u32 {
        u32::try_from(self.anchors.len()).expect("fewer than 2^32 anchors")
    }

    /// The output the next anchor must spend, and its value; none before the first anchor.
    pub fn continuation(&self) -> Option<(OutPoint, u64)> {
        let last = &self.anchors.last()?.transaction;
        Some((OutPoint { txid: last.txid(), index: 0 }, last.outputs().first()?.value))
    }

    /// The block of an anchor, with anchor and coinbase proven in one partial tree.
    pub fn anchor_block(&self, anchor: &Anchor) -> Option<AnchorBlock> {
        self.chain.block(anchor.height)?.prove(anchor.height, anchor.transaction.txid())
    }
}

impl Step {
    fn name(&self) -> &'static str {
        match self {
            Self::Open { .. } => "open",
            Self::Record(_) => "record",
            Self::Anchor(_) => "anchor",
            Self::Bury { .. } => "bury",
        }
    }
}
