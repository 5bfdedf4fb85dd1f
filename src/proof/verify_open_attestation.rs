//! The examination of an OpenAttestation document: its content and its place in its batch. Where and by whom the batch was
//! issued stands on Ethereum and in the DNS, which nothing here reads; that is said, and never passed.

use crate::attestation::salted::SaltedError;
use crate::attestation::{Issuer, OpenAttestationError, WrappedDocument};
use crate::encoding::encode_hex;
use crate::proof::examination::{Examination, hash, number, text};
use crate::proof::intact::SealedEvidence;
use crate::proof::problem::Finding;
use crate::proof::report::{DocumentKind, DocumentView, InputKind, Report, Value};
use crate::proof::step::StepId;
use crate::proof::verdict::Verdict;
use crate::time::UnixTime;

/// Examines a document, which came in a file of that name and size.
#[must_use]
pub fn verify_open_attestation(document: &WrappedDocument, name: &str, size: u64, now: UnixTime) -> (Verdict, Report) {
    let mut exam = Examination::default();
    let content = {
        let result = document.verify_content();
        let mut values =
            vec![text("digest-algorithm", "keccak256"), hash("document-digest", encode_hex(document.target()))];
        if let Ok(content) = &result {
            values.push(number("fields-disclosed", content.shown()));
            values.push(number("fields-withheld", content.withheld()));
        }
        exam.step(StepId::SealedContent, values, result.map_err(|error| content_finding(&error)))
    };
    let batch = {
        let values = vec![hash("batch-root", encode_hex(document.root())), number("batch-steps", document.steps())];
        let result = document
            .verify_batch()
            .map_err(|error| Finding::failed("batch-root-differs", "signature.merkleRoot").explained_by(&error));
        exam.step(StepId::SealedBatch, values, result)
    };
    let issuers = document.issuers();
    let (code, field) = issuance(&issuers);
    exam.step::<()>(StepId::Issuance, places(&issuers), Err(Finding::could_not(code, field)));
    let (code, field) = identity(&issuers);
    exam.step::<()>(StepId::IssuerIdentity, identities(&issuers), Err(Finding::could_not(code, field)));
    exam.step::<()>(StepId::LatestState, vec![], Err(Finding::could_not("revocation-elsewhere", "data.issuers")));
    exam.step::<()>(StepId::TradeRules, vec![], Err(Finding::not_checked("sealed-has-no-record")));

    let lines = exam.into_lines();
    let verdict = Verdict::on_sealed(SealedEvidence { content, batch }, &lines);
    let view = DocumentView {
        kind: DocumentKind::OpenAttestation,
        name: name.to_owned(),
        size: Some(size),
        algorithm: "keccak256".to_owned(),
        digest: encode_hex(document.target()),
        heights: vec![],
        others: issuers.iter().filter_map(|issuer| issuer.name.clone()).collect(),
    };
    let unsealed = document.unsealed().iter().map(|member| format!("member {member}, outside what the digest covers"));
    let report = Report {
        document: Some(view),
        lines,
        left_aside: unsealed.collect(),
        ..Report::empty(InputKind::Sealed, verdict.conclusion(), now)
    };
    (verdict, report)
}

fn content_finding(error: &OpenAttestationError) -> Finding {
    let finding = match error {
        OpenAttestationError::Data(SaltedError::NotSalted { field, .. }) => {
            Finding::failed("value-not-salted", format!("data.{field}"))
        }
        // Nothing speaks against the content; it has no digest that everybody would compute alike, or is beyond our bounds.
        OpenAttestationError::Data(SaltedError::Ambiguous { field }) => {
            Finding::could_not("name-ambiguous", format!("data.{field}"))
        }
        OpenAttestationError::Data(SaltedError::TooLarge { field, .. }) => {
            Finding::could_not("content-too-large", format!("data.{field}"))
        }
        _ => Finding::failed("content-differs", "signature.targetHash"),
    };
    finding.explained_by(error)
}

/// Why it cannot be checked that the batch was issued, by the place where that stands.
fn issuance(issuers: &[Issuer]) -> (&'static str, &'static str) {
    let any = |holds: fn(&Issuer) -> bool| issuers.iter().any(holds);
    if any(|issuer| issuer.token_registry.is_some()) {
        ("issued-in-token-registry", "data.issuers")
    } else if any(|issuer| issuer.document_store.is_some()) {
        ("issued-on-ethereum", "data.issuers")
    } else if any(|issuer| issuer.identity.as_deref().is_some_and(is_did)) {
        ("issued-by-did", "proof")
    } else {
        ("issuance-not-said", "data.issuers")
    }
}

/// Why it cannot be checked who the issuer is.
fn identity(issuers: &[Issuer]) -> (&'static str, &'static str) {
    let field = "data.issuers";
    match issuers.iter().find_map(|issuer| issuer.identity.as_deref()) {
        Some(kind) if kind.starts_with("DNS") => ("identity-in-dns", field),
        Some(kind) if is_did(kind) => ("identity-by-did", field),
        Some(_) | None => ("identity-not-said", field),
    }
}

/// Decentralized identifiers, alone or bound to a domain.
fn is_did(kind: &str) -> bool {
    kind == "DID" || kind == "DNS-DID"
}

fn places(issuers: &[Issuer]) -> Vec<Value> {
    let store = |issuer: &Issuer| issuer.document_store.as_ref().map(|place| hash("document-store", place));
    let registry = |issuer: &Issuer| issuer.token_registry.as_ref().map(|place| hash("token-registry", place));
    issuers.iter().flat_map(|issuer| [store(issuer), registry(issuer)]).flatten().collect()
}

fn identities(issuers: &[Issuer]) -> Vec<Value> {
    let claims = |issuer: &Issuer| {
        let of = |label: &str, claim: &Option<String>| claim.as_ref().map(|claim| text(label, claim));
        [
            of("issuer-name", &issuer.name),
            of("identity-kind", &issuer.identity),
            of("identity-location", &issuer.location),
        ]
    };
    issuers.iter().flat_map(claims).flatten().collect()
}
