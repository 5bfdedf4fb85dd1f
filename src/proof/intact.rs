//! What there is to show for a document that others sealed.

use crate::attestation::{ContentIntact, InBatch};

/// Evidence for a sealed document, as far as the steps gave it.
#[derive(Debug, Default)]
pub(super) struct SealedEvidence {
    pub content: Option<ContentIntact>,
    pub batch: Option<InBatch>,
}

/// A document whose content has the digest that its seal names, in the batch that its seal names. Anybody can make such a
/// seal: that it was issued takes more, and is not part of this.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Intact {
    content: ContentIntact,
    batch: InBatch,
}

impl Intact {
    /// Puts the evidence together. `None` unless both speak of one digest.
    pub(super) fn of(evidence: SealedEvidence) -> Option<Self> {
        let (content, batch) = (evidence.content?, evidence.batch?);
        (content.target() == batch.target()).then_some(Self { content, batch })
    }

    /// The content and its digest.
    pub fn content(&self) -> &ContentIntact {
        &self.content
    }

    /// The digest's place in its batch.
    pub fn batch(&self) -> &InBatch {
        &self.batch
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::attestation::WrappedDocument;
    use crate::attestation::salted::{digest_of_all, digests};
    use crate::encoding::encode_hex;
    use crate::proof::report::{Conclusion, LineReport, Outcome};
    use crate::proof::step::StepId;
    use crate::proof::verdict::Verdict;
    use serde_json::json;

    fn document(name: &str) -> WrappedDocument {
        let data = json!({"name": format!("d722d892-03c5-479d-af14-e4e7c6a4b822:string:{name}")});
        let target = encode_hex(&digest_of_all(digests(&data).unwrap()));
        let version = "https://schema.openattestation.com/2.0/schema.json";
        let seal = json!({"type": "SHA3MerkleProof", "targetHash": target, "proof": [], "merkleRoot": target});
        let whole = json!({"version": version, "data": data, "signature": seal});
        WrappedDocument::parse(whole.to_string().as_bytes()).unwrap()
    }

    fn evidence(content: &str, batch: &str) -> SealedEvidence {
        let content = document(content).verify_content().ok();
        SealedEvidence { content, batch: document(batch).verify_batch().ok() }
    }

    #[test]
    fn a_sealed_document_takes_its_own_evidence_and_its_first_line() {
        let lines = |first, other| {
            [(StepId::SealedContent, first), (StepId::Issuance, other)].map(|(step, outcome)| LineReport {
                line: step.line(),
                outcome,
                steps: vec![],
            })
        };
        let conclusion = |evidence, lines: &[LineReport]| Verdict::on_sealed(evidence, lines).conclusion();
        let open = lines(Outcome::Passed, Outcome::CouldNotCheck);
        assert_eq!(conclusion(evidence("deed", "deed"), &open), Conclusion::Intact);
        assert_eq!(conclusion(evidence("deed", "other"), &open), Conclusion::CannotTell, "another digest's batch");
        let less = |content: bool| match content {
            true => SealedEvidence { content: None, ..evidence("deed", "deed") },
            false => SealedEvidence { batch: None, ..evidence("deed", "deed") },
        };
        assert_eq!(conclusion(less(true), &open), Conclusion::CannotTell);
        assert_eq!(conclusion(less(false), &open), Conclusion::CannotTell);
        for first in [Outcome::CouldNotCheck, Outcome::NotChecked] {
            let lines = lines(first, Outcome::CouldNotCheck);
            assert_eq!(conclusion(evidence("deed", "deed"), &lines), Conclusion::CannotTell);
        }
        for failed in [lines(Outcome::Failed, Outcome::Passed), lines(Outcome::Passed, Outcome::Failed)] {
            assert_eq!(conclusion(evidence("deed", "deed"), &failed), Conclusion::NotGenuine);
        }
        assert_eq!(conclusion(evidence("deed", "deed"), &[]), Conclusion::CannotTell);
    }
}
