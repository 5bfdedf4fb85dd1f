//! The verdict: a good one is made of evidence, all of it, and cannot be made without.

use crate::proof::anchor::Anchored;
use crate::proof::buried::Buried;
use crate::proof::intact::{Intact, SealedEvidence};
use crate::proof::party::RegisteredSigner;
use crate::proof::recorded::Recorded;
use crate::proof::report::{Conclusion, LineId, LineReport, Outcome, StepReport};
use crate::proof::setting::KnownRegistry;
use crate::proof::standing::{FORKS, RulesKept};
use crate::proof::step::StepId;
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
    rules: Option<RulesKept>,
}

impl Genuine {
    /// Puts the evidence together. `None` unless all of it speaks of one entry, one checkpoint and one key.
    fn of(evidence: RecordEvidence) -> Option<Self> {
        let RecordEvidence { recorded, logged, anchored, registry, signer, rules } = evidence;
        let (recorded, logged, anchored) = (recorded?, logged?, anchored?);
        let (registry, signer) = (registry?, signer?);
        let event = recorded.event().event();
        let same_entry = LeafHash::of_entry(&event.leaf_bytes()) == Ok(logged.included().leaf());
        let same_checkpoint = anchored.lineage().last().checkpoint().body_hash() == *logged.body_hash();
        let same_key = signer.key_id() == event.key_id();
        (same_entry && same_checkpoint && same_key).then_some(Self {
            recorded,
            logged,
            anchored,
            registry,
            signer,
            rules,
        })
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

    /// That the trade's rules hold; absent when none could be held against what is shown, or one is broken.
    #[must_use]
    pub fn rules(&self) -> Option<&RulesKept> {
        self.rules.as_ref()
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
    pub rules: Option<RulesKept>,
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
    /// A record, with all its evidence, that breaks a rule of its trade or stands beside another in a history that forks.
    AgainstRules(Box<Genuine>),
    /// A document that existed before a block, with all its evidence.
    Stamped(Box<Stamped>),
    /// A document that others sealed, and that is what was sealed. Whether it was issued is not part of it.
    Intact(Box<Intact>),
    /// A check failed.
    NotGenuine,
    /// Nothing failed, but evidence is missing.
    Undetermined,
}

impl Verdict {
    /// A verdict on a record. All lines are asked, and all evidence: a line that says passed without it counts for nothing.
    pub(super) fn on_record(evidence: RecordEvidence, lines: &[LineReport]) -> Self {
        let open = lines.iter().any(|line| line.outcome == Outcome::CouldNotCheck) || lines.is_empty();
        match (breaks_only_rules(lines), worst(lines)) {
            (false, Outcome::Failed) => Self::NotGenuine,
            _ if open => Self::Undetermined,
            (breaks_rules, _) => match (Genuine::of(evidence), breaks_rules) {
                (None, _) => Self::Undetermined,
                (Some(genuine), true) => Self::AgainstRules(Box::new(genuine)),
                (Some(genuine), false) => Self::Genuine(Box::new(genuine)),
            },
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

    /// A verdict on a document that others sealed: the first line has to pass whole. What the others leave open it leaves open.
    pub(super) fn on_sealed(evidence: SealedEvidence, lines: &[LineReport]) -> Self {
        let unchanged = lines.iter().find(|line| line.line == LineId::Unchanged).map(|line| line.outcome);
        match (worst(lines), unchanged) {
            (Outcome::Failed, _) => Self::NotGenuine,
            (_, Some(Outcome::Passed)) => {
                Intact::of(evidence).map_or(Self::Undetermined, |intact| Self::Intact(Box::new(intact)))
            }
            _ => Self::Undetermined,
        }
    }

    /// The verdict in a word.
    #[must_use]
    pub fn conclusion(&self) -> Conclusion {
        match self {
            Self::Genuine(_) => Conclusion::GenuineNotProvenCurrent,
            Self::AgainstRules(_) => Conclusion::AgainstRules,
            Self::Stamped(_) => Conclusion::Stamped,
            Self::Intact(_) => Conclusion::Intact,
            Self::NotGenuine => Conclusion::NotGenuine,
            Self::Undetermined => Conclusion::CannotTell,
        }
    }
}

/// Whether what failed speaks of the trade alone: the record is what was signed and recorded, and should not have been signed.
fn breaks_only_rules(lines: &[LineReport]) -> bool {
    let of_trade = |step: &StepReport| match step.step {
        StepId::TradeRules => true,
        StepId::History => step.problem.as_ref().is_some_and(|problem| problem.code == FORKS),
        _ => false,
    };
    let mut failed = lines.iter().filter(|line| line.outcome == Outcome::Failed).peekable();
    failed.peek().is_some()
        && failed.all(|line| {
            let mut steps = line.steps.iter().filter(|step| step.outcome == Outcome::Failed).peekable();
            steps.peek().is_some() && steps.all(of_trade)
        })
}

fn worst<'a>(lines: impl IntoIterator<Item = &'a LineReport>) -> Outcome {
    lines.into_iter().map(|line| line.outcome).min().unwrap_or(Outcome::CouldNotCheck)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::{MerkleBlock, Transaction};
    use crate::crypto::hash::sha256;
    use crate::proof::anchor::Lineage;
    use crate::proof::buried::OnChain;
    use crate::proof::recorded::EntryOfRecord;
    use crate::proof::sample::{Chain, Entry, FIRST, Registry, SUBJECT, engine_of, key};
    use crate::registry::event::Event;
    use crate::timestamp::Timestamp;
    use crate::tlog::TlogProof;
    use crate::trade::verified_record::VerifiedRecord;

    fn buried(chain: &Chain, height: u32) -> Buried {
        let engine = engine_of(chain);
        let block = chain.headers()[height as usize].hash();
        let on_chain = OnChain::verify(&engine, "regtest", &block, None).unwrap();
        Buried::verify(&on_chain, 1).unwrap()
    }

    fn verified(entry: &Entry) -> VerifiedRecord {
        let signature = entry.sd_jwt.verify_signature(&entry.sd_jwt.signer().unwrap()).unwrap();
        VerifiedRecord::new(&entry.sd_jwt.disclose().unwrap(), signature).unwrap()
    }

    /// A record, and the match of an entry with its own record, and the signature of an entry by a key.
    fn joined(record: &Entry, matched: &Entry, event: &Event, signer: &str) -> Option<Recorded> {
        let own = verified(matched);
        let entry = EntryOfRecord::verify(own.record(), own.record_hash(), &matched.event).unwrap();
        Recorded::of(verified(record), event.verify(&key(signer).public()).unwrap(), entry)
    }

    fn logged(registry: &Registry, index: usize) -> Logged {
        let proven = registry.logged(index, 2);
        TlogProof::parse(&proven.log_proof).unwrap().verify(&proven.event.0, registry.policy().log()).unwrap()
    }

    fn signer(registry: &Registry, index: usize, name: &str) -> Option<RegisteredSigner> {
        let parties = registry.prove(index).parties;
        let logged = logged(registry, index);
        RegisteredSigner::verify(&key(name).public(), &parties, &registry.policy(), &logged).ok()
    }

    /// The row of anchors up to one, with the block of another and what stands on a third.
    fn anchored(registry: &Registry, last: usize, in_block: usize, on_chain: usize) -> Option<Anchored> {
        let claims: Vec<_> = (0..=last).map(|sequence| registry.claim(sequence, false)).collect();
        let lineage = Lineage::verify(&claims, registry.policy().first_anchor()).unwrap();
        let anchor = &registry.anchors[in_block];
        let block = registry.chain.prove(anchor.height, anchor.tx.txid());
        let coinbase = Transaction::decode(&block.coinbase.0).unwrap();
        let in_block = MerkleBlock::decode(&block.merkleblock.0).unwrap().verify(&coinbase, &anchor.tx).unwrap();
        Anchored::of(lineage, in_block, buried(&registry.chain, registry.anchors[on_chain].height))
    }

    /// All the evidence for the bank's record.
    fn evidence(registry: &Registry) -> RecordEvidence {
        let (policy, own) = (registry.policy(), &registry.entries[SUBJECT]);
        RecordEvidence {
            recorded: joined(own, own, &own.event, "bank"),
            logged: Some(logged(registry, SUBJECT)),
            anchored: anchored(registry, 2, 2, 2),
            registry: KnownRegistry::verify(&policy, std::slice::from_ref(&policy)).ok(),
            signer: signer(registry, SUBJECT, "bank"),
            rules: None,
        }
    }

    fn line(outcome: Outcome) -> LineReport {
        of(LineId::Unchanged, outcome)
    }

    fn of(line: LineId, outcome: Outcome) -> LineReport {
        LineReport { line, outcome, steps: vec![] }
    }

    /// A line that one step made what it is.
    fn by(step: StepId, outcome: Outcome, code: &str) -> LineReport {
        let problem = crate::proof::problem::Finding::failed(code, "").problem;
        let step = StepReport { step, outcome, values: vec![], problem: Some(problem) };
        LineReport { line: step.step.line(), outcome, steps: vec![step] }
    }

    #[test]
    fn a_good_verdict_needs_good_lines_and_all_evidence() {
        let registry = Registry::sample();
        let good = [line(Outcome::Passed), of(LineId::Status, Outcome::NotChecked)];
        let conclusion = |evidence, lines: &[LineReport]| Verdict::on_record(evidence, lines).conclusion();
        assert_eq!(conclusion(evidence(&registry), &good), Conclusion::GenuineNotProvenCurrent);
        assert_eq!(conclusion(evidence(&registry), &[]), Conclusion::CannotTell);
        let with = |line| [good[0].clone(), good[1].clone(), line];
        for line in [LineId::Unchanged, LineId::Status, LineId::WhoSigned, LineId::MakesSense] {
            let conclusion = |outcome| conclusion(evidence(&registry), &with(of(line, outcome)));
            assert_eq!(conclusion(Outcome::Failed), Conclusion::NotGenuine);
            assert_eq!(conclusion(Outcome::CouldNotCheck), Conclusion::CannotTell);
        }
        for (step, code, of_trade) in [
            (StepId::TradeRules, "rule-broken", true),
            (StepId::History, FORKS, true),
            (StepId::History, "history-record-wrong", false),
            (StepId::Cadence, "anchor-malformed", false),
            (StepId::PartyRegistered, "party-malformed", false),
        ] {
            let failed = by(step, Outcome::Failed, code);
            let expected = if of_trade { Conclusion::AgainstRules } else { Conclusion::NotGenuine };
            assert_eq!(conclusion(evidence(&registry), &with(failed.clone())), expected, "{step:?} {code}");
            let beside = [by(StepId::Depth, Outcome::CouldNotCheck, "x"), failed.clone()];
            let expected = if of_trade { Conclusion::CannotTell } else { Conclusion::NotGenuine };
            assert_eq!(conclusion(evidence(&registry), &beside), expected);
            let beside = [by(StepId::Depth, Outcome::Failed, "x"), failed.clone()];
            assert_eq!(conclusion(evidence(&registry), &beside), Conclusion::NotGenuine);
            let without = RecordEvidence { logged: None, ..evidence(&registry) };
            let expected = if of_trade { Conclusion::CannotTell } else { Conclusion::NotGenuine };
            assert_eq!(conclusion(without, &with(failed)), expected);
        }
        for missing in 0..5 {
            let mut less = evidence(&registry);
            match missing {
                0 => less.recorded = None,
                1 => less.logged = None,
                2 => less.anchored = None,
                3 => less.registry = None,
                _ => less.signer = None,
            }
            assert_eq!(conclusion(less, &good), Conclusion::CannotTell, "{missing}");
        }
    }

    #[test]
    fn evidence_of_different_things_makes_no_verdict() {
        let registry = Registry::sample();
        let genuine = |evidence| Genuine::of(evidence).is_some();
        assert!(genuine(evidence(&registry)));
        let other_entry = Some(logged(&registry, SUBJECT + 1));
        assert!(!genuine(RecordEvidence { logged: other_entry, ..evidence(&registry) }));
        let other_checkpoint = anchored(&registry, 1, 1, 1);
        assert!(other_checkpoint.is_some());
        assert!(!genuine(RecordEvidence { anchored: other_checkpoint, ..evidence(&registry) }));
        let other_key = signer(&registry, SUBJECT + 1, "seller");
        assert!(other_key.is_some());
        assert!(!genuine(RecordEvidence { signer: other_key, ..evidence(&registry) }));
    }

    #[test]
    fn a_record_is_joined_with_its_own_entry_and_an_anchor_with_its_own_block() {
        let registry = Registry::sample();
        let [one, two] = [FIRST, FIRST + 1].map(|index| &registry.entries[index]);
        assert!(joined(one, one, &one.event, "seller").is_some());
        assert!(joined(two, one, &one.event, "seller").is_none(), "another record");
        assert!(joined(one, one, &two.event, "seller").is_none(), "another entry");
        let by_the_bank = Event::sign(one.event.content().clone(), &key("bank")).unwrap();
        assert!(joined(one, one, &by_the_bank, "bank").is_none(), "the same entry by another key");
        assert!(anchored(&registry, 2, 1, 1).is_none(), "another anchor's transaction");
        assert!(anchored(&registry, 2, 2, 1).is_none(), "another block");
    }

    /// The evidence of a timestamp that is nothing but an attestation: a block's Merkle root is the document's digest.
    fn stamp(document: &[u8]) -> DocumentEvidence {
        let mut chain = Chain::default();
        chain.mine_root(sha256(document), vec![]);
        let head = b"\0OpenTimestamps\0\0Proof\0\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08";
        let bitcoin = [0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01];
        let file = [&head[..], &sha256(document), &[0], &bitcoin, &[1, 1]].concat();
        let timestamp = Timestamp::decode(&file).unwrap();
        let attested = timestamp.attestations().next().unwrap().verify(&sha256(document)).unwrap();
        DocumentEvidence {
            document: timestamp.digest_matches(document).ok(),
            attested: Some(attested),
            buried: Some(buried(&chain, 1)),
        }
    }

    #[test]
    fn a_stamp_speaks_of_one_document_and_one_block() {
        let good = [line(Outcome::Passed)];
        let conclusion = |evidence, lines: &[LineReport]| Verdict::on_document(evidence, lines).conclusion();
        let evidence = || stamp(b"deed");
        assert_eq!(conclusion(evidence(), &good), Conclusion::Stamped);
        assert_eq!(conclusion(evidence(), &[line(Outcome::Failed)]), Conclusion::NotGenuine);
        assert_eq!(conclusion(evidence(), &[line(Outcome::CouldNotCheck)]), Conclusion::CannotTell);
        let without = DocumentEvidence { buried: None, ..evidence() };
        let other_document = DocumentEvidence { document: stamp(b"other").document, ..evidence() };
        let other_block = DocumentEvidence { buried: stamp(b"other").buried, ..evidence() };
        for evidence in [without, other_document, other_block] {
            assert_eq!(conclusion(evidence, &good), Conclusion::CannotTell);
        }
    }
}
