//! The verdict: a good one is made of evidence, all of it, and cannot be made without.

use crate::proof::anchor::Anchored;
use crate::proof::buried::Buried;
use crate::proof::party::RegisteredSigner;
use crate::proof::recorded::Recorded;
use crate::proof::report::{Conclusion, LineReport, Outcome};
use crate::proof::setting::KnownRegistry;
use crate::timestamp::{Attested, DocumentMatches};
use crate::tlog::{LeafHash, Logged};

/// Everything there is to show for a genuine record.
#[derive(Debug, Clone)]
pub struct Genuine {
    recorded: Recorded,
    logged: Logged,
    anchored: Anchored,
    registry: KnownRegistry,
    signer: RegisteredSigner,
}

impl Genuine {
    /// Puts the evidence together. `None` unless all of it speaks of one entry, one checkpoint and one key.
    fn of(evidence: RecordEvidence) -> Option<Self> {
        let RecordEvidence { recorded, logged, anchored, registry, signer } = evidence;
        let (recorded, logged, anchored) = (recorded?, logged?, anchored?);
        let (registry, signer) = (registry?, signer?);
        let event = recorded.event().event();
        let same_entry = LeafHash::of_entry(&event.leaf_bytes()) == Ok(logged.included().leaf());
        let same_checkpoint = anchored.lineage().last().checkpoint().body_hash() == *logged.body_hash();
        let same_key = signer.key_id() == event.key_id();
        (same_entry && same_checkpoint && same_key).then_some(Self { recorded, logged, anchored, registry, signer })
    }

    /// The record and its entry.
    pub fn recorded(&self) -> &Recorded {
        &self.recorded
    }

    /// The entry in the log.
    pub fn logged(&self) -> &Logged {
        &self.logged
    }

    /// The log's checkpoint in a buried block.
    pub fn anchored(&self) -> &Anchored {
        &self.anchored
    }

    /// The registry the reader knows.
    pub fn registry(&self) -> &KnownRegistry {
        &self.registry
    }

    /// The party that signed.
    pub fn signer(&self) -> &RegisteredSigner {
        &self.signer
    }
}

/// Everything there is to show for a timestamped document.
#[derive(Debug, Clone)]
pub struct Stamped {
    document: DocumentMatches,
    attested: Attested,
    buried: Buried,
}

impl Stamped {
    /// Puts the evidence together. `None` unless all of it speaks of one digest and one block.
    fn of(evidence: DocumentEvidence) -> Option<Self> {
        let (document, attested, buried) = (evidence.document?, evidence.attested?, evidence.buried?);
        let same_digest = document.digest() == attested.digest();
        let same_block = buried.confirmed().header().merkle_root == *attested.merkle_root();
        (same_digest && same_block).then_some(Self { document, attested, buried })
    }

    /// The document and its digest.
    pub fn document(&self) -> &DocumentMatches {
        &self.document
    }

    /// The digest's path to a Merkle root.
    pub fn attested(&self) -> &Attested {
        &self.attested
    }

    /// The block with that root.
    pub fn buried(&self) -> &Buried {
        &self.buried
    }
}

/// Evidence for a record, as far as the steps gave it.
#[derive(Debug, Default)]
pub(super) struct RecordEvidence {
    pub recorded: Option<Recorded>,
    pub logged: Option<Logged>,
    pub anchored: Option<Anchored>,
    pub registry: Option<KnownRegistry>,
    pub signer: Option<RegisteredSigner>,
}

/// Evidence for a document, as far as the steps gave it.
#[derive(Debug, Default)]
pub(super) struct DocumentEvidence {
    pub document: Option<DocumentMatches>,
    pub attested: Option<Attested>,
    pub buried: Option<Buried>,
}

/// The answer.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// A record, with all its evidence. That it is the latest state is not part of it yet.
    Genuine(Box<Genuine>),
    /// A document that existed before a block, with all its evidence.
    Stamped(Box<Stamped>),
    /// A check failed.
    NotGenuine,
    /// Nothing failed, but evidence is missing.
    Undetermined,
}

impl Verdict {
    /// A verdict on a record. All lines are asked, and all evidence: a line that says passed without it counts for nothing.
    pub(super) fn on_record(evidence: RecordEvidence, lines: &[LineReport]) -> Self {
        match worst(lines) {
            Outcome::Failed => Self::NotGenuine,
            Outcome::CouldNotCheck => Self::Undetermined,
            Outcome::NotChecked | Outcome::Passed => {
                Genuine::of(evidence).map_or(Self::Undetermined, |genuine| Self::Genuine(Box::new(genuine)))
            }
        }
    }

    /// A verdict on a document.
    pub(super) fn on_document(evidence: DocumentEvidence, lines: &[LineReport]) -> Self {
        match worst(lines) {
            Outcome::Failed => Self::NotGenuine,
            Outcome::CouldNotCheck => Self::Undetermined,
            Outcome::NotChecked | Outcome::Passed => {
                Stamped::of(evidence).map_or(Self::Undetermined, |stamped| Self::Stamped(Box::new(stamped)))
            }
        }
    }

    /// The verdict in a word.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Genuine(_) => Conclusion::GenuineNotProvenCurrent,
            Self::Stamped(_) => Conclusion::Stamped,
            Self::NotGenuine => Conclusion::NotGenuine,
            Self::Undetermined => Conclusion::CannotTell,
        }
    }
}

fn worst(lines: &[LineReport]) -> Outcome {
    lines.iter().map(|line| line.outcome).min().unwrap_or(Outcome::CouldNotCheck)
}
