//! The log's steps: inclusion, the log's signature, its witnesses.

use crate::encoding::encode_base64;
use crate::proof::examination::{Examination, hash, number, text};
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::proof::step::StepId;
use crate::proof::verify::Claims;
use crate::tlog::Logged;

/// Does the steps.
pub(super) fn check_log(exam: &mut Examination, claims: &Claims, policy: Option<&RegistryPolicy>) -> Option<Logged> {
    let proof = match &claims.log_proof {
        Ok(proof) => proof,
        Err(finding) => {
            exam.step::<()>(StepId::LogInclusion, vec![], Err(finding.clone()));
            exam.needs::<()>(StepId::CheckpointSignature, StepId::LogInclusion);
            return exam.needs(StepId::WitnessQuorum, StepId::LogInclusion);
        }
    };
    let checkpoint = proof.checkpoint();
    let included = match &claims.event {
        Ok(event) => {
            let values = vec![
                number("log-index", proof.index()),
                number("log-size", checkpoint.size()),
                hash("log-root", encode_base64(checkpoint.root())),
            ];
            let result = proof
                .verify_inclusion(&event.leaf_bytes())
                .map_err(|error| Finding::failed("leaf-not-in-log", "record.logProof").explained_by(&error));
            exam.step(StepId::LogInclusion, values, result)
        }
        Err(_) => exam.needs(StepId::LogInclusion, StepId::EventMatchesRecord),
    };
    let Some(policy) = policy else {
        exam.needs::<()>(StepId::CheckpointSignature, StepId::RegistryKnown);
        return exam.needs(StepId::WitnessQuorum, StepId::RegistryKnown);
    };
    let signed = {
        let values = vec![text("log-origin", checkpoint.origin()), number("log-size", checkpoint.size())];
        let result = policy.log().verify_log_signature(proof.note()).map_err(|error| {
            Finding::failed("checkpoint-signature-invalid", "record.logProof.checkpoint").explained_by(&error)
        });
        exam.step(StepId::CheckpointSignature, values, result)
    };
    let quorum = match policy.log().verify_quorum(proof.note()) {
        Ok(quorum) => {
            let names: Vec<&str> = quorum.witnesses().iter().map(|seen| seen.witness.as_str()).collect();
            let values = vec![
                text("witnesses", names.join(", ")),
                text("quorum", format!("{} / {}", quorum.found(), quorum.needed())),
            ];
            exam.step(StepId::WitnessQuorum, values, Ok(quorum))
        }
        Err(error) => {
            let finding = Finding::failed("quorum-not-reached", "record.logProof.checkpoint").explained_by(&error);
            exam.step(StepId::WitnessQuorum, vec![], Err(finding))
        }
    };
    Logged::from_evidence(included?, signed?, quorum?).ok()
}
