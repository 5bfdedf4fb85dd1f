//! The record's own steps: disclosures, signature, entry.

use crate::encoding::encode_hex;
use crate::proof::examination::{Examination, hash, moment, number, text};
use crate::proof::problem::Finding;
use crate::proof::recorded::{EntryOfRecord, Recorded};
use crate::proof::step::StepId;
use crate::proof::verify::Claims;
use crate::trade::verified_record::VerifiedRecord;
use crate::trade::view::RecordView;

/// Does the steps; the record is rendered whatever becomes of them.
pub(super) fn check_record(exam: &mut Examination, claims: &Claims) -> (Option<RecordView>, Option<Recorded>) {
    let sd_jwt = match &claims.sd_jwt {
        Ok(sd_jwt) => sd_jwt,
        Err(finding) => {
            exam.step::<()>(StepId::Disclosures, vec![], Err(finding.clone()));
            for step in [StepId::RecordSignature, StepId::EventMatchesRecord, StepId::EventSignature] {
                exam.needs::<()>(step, StepId::Disclosures);
            }
            return (None, None);
        }
    };
    let payload = sd_jwt.unverified_payload();
    let view = sd_jwt.unverified_view();
    let disclosed = {
        let values = vec![
            number("fields-disclosed", sd_jwt.disclosures().len()),
            number("fields-withheld", payload.withheld().len()),
            hash("record-hash", sd_jwt.record_hash()),
        ];
        let result = sd_jwt.disclose().map_err(|error| {
            let field = error.pointer().map_or_else(|| "record.sdJwt".to_owned(), |at| format!("record{at}"));
            Finding::failed("disclosure-altered", field).explained_by(&error)
        });
        exam.step(StepId::Disclosures, values, result)
    };
    let signature = {
        let values = claims
            .key
            .iter()
            .flat_map(|key| [hash("signer-key", key.id()), text("algorithm", key.suite().jws_algorithm())]);
        let result = match (&claims.key, &claims.record) {
            (Some(key), _) => sd_jwt
                .verify_signature(key)
                .map_err(|error| Finding::failed("record-signature-invalid", "record.sdJwt").explained_by(&error)),
            (None, Err(finding)) => Err(finding.clone()),
            (None, Ok(_)) => Err(Finding::failed("record-malformed", "record.actor.key")),
        };
        exam.step(StepId::RecordSignature, values.collect(), result)
    };
    let verified_event = match (&claims.event, &claims.key) {
        (Ok(event), Some(key)) => {
            let values = vec![hash("signer-key", event.key_id())];
            let result = event
                .verify(key)
                .map_err(|error| Finding::failed("event-signature-invalid", "record.event.sig").explained_by(&error));
            exam.step(StepId::EventSignature, values, result)
        }
        (Err(finding), _) => exam.step(StepId::EventSignature, vec![], Err(finding.clone())),
        (_, None) => exam.needs(StepId::EventSignature, StepId::RecordSignature),
    };
    let entry = match (&claims.event, &claims.record) {
        (Ok(event), Ok(record)) => {
            let content = event.content();
            let values = vec![
                hash("record-hash", encode_hex(&content.record_hash)),
                hash("asset-key", content.asset_key),
                number("event-version", content.version),
                moment("event-time", i64::try_from(content.time_ms / 1000).unwrap_or(i64::MAX)),
            ];
            exam.step(StepId::EventMatchesRecord, values, EntryOfRecord::verify(record, sd_jwt.record_hash(), event))
        }
        (Err(finding), _) => exam.step(StepId::EventMatchesRecord, vec![], Err(finding.clone())),
        (_, Err(_)) => exam.needs(StepId::EventMatchesRecord, StepId::RecordSignature),
    };
    let recorded = match (disclosed, signature, verified_event, entry) {
        (Some(disclosed), Some(signature), Some(event), Some(entry)) => {
            VerifiedRecord::new(&disclosed, signature).ok().and_then(|record| Recorded::of(record, event, entry))
        }
        _ => None,
    };
    (Some(view), recorded)
}
