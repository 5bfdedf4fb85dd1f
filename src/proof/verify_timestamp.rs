//! The examination of an OpenTimestamps file and the document it speaks of.

use crate::chain::BlockHash;
use crate::encoding::{encode_hex, reversed_hex};
use crate::engine::{ChainBlock, HeaderEngine, Which};
use crate::proof::buried::{Buried, OnChain};
use crate::proof::chain_view::chain_view;
use crate::proof::examination::{Examination, hash, number, text};
use crate::proof::problem::Finding;
use crate::proof::report::{DocumentKind, DocumentView, InputKind, Report};
use crate::proof::setting::Setting;
use crate::proof::step::StepId;
use crate::proof::verdict::{DocumentEvidence, Verdict};
use crate::timestamp::{Attestation, AttestationKind, Attested, Timestamp};

/// Confirmations asked for a timestamp: no registry's policy says, so the usual six.
pub const REQUIRED_CONFIRMATIONS: u32 = 6;
/// Bitcoin attestations are in blocks of this network.
pub const NETWORK: &str = "mainnet";

/// A document as handed in.
#[derive(Debug, Clone, Copy)]
pub struct Document<'a> {
    /// Its file name.
    pub name: &'a str,
    /// Its bytes.
    pub bytes: &'a [u8],
}

/// Examines a timestamp, with the document it speaks of when that is at hand.
#[must_use]
pub fn verify_timestamp(
    timestamp: &Timestamp,
    document: Option<Document<'_>>,
    setting: &Setting<'_>,
) -> (Verdict, Report) {
    let mut exam = Examination::default();
    let matches = {
        let values = vec![
            text("digest-algorithm", timestamp.digest_algorithm().name()),
            hash("document-digest", encode_hex(timestamp.digest())),
        ];
        let result = match document {
            Some(document) => timestamp
                .digest_matches(document.bytes)
                .map_err(|error| Finding::failed("digest-mismatch", document.name).explained_by(&error)),
            None => Err(Finding::could_not("no-document", "document")),
        };
        exam.step(StepId::DocumentDigest, values, result)
    };
    let attested = check_path(&mut exam, timestamp, setting.engine);
    let which = attested.as_ref().map_or(Which::First, |(_, block)| Which::Block(*block));
    let on_chain = match &attested {
        Some((_, block)) => {
            let result = OnChain::verify(setting.engine, NETWORK, block, None);
            exam.step(StepId::BlockOnChain, vec![hash("block-hash", block)], result)
        }
        None => exam.needs(StepId::BlockOnChain, StepId::TimestampPath),
    };
    let buried = match &on_chain {
        Some(on_chain) => {
            let values = vec![
                number("confirmations", on_chain.confirmed().confirmations()),
                number("required-confirmations", REQUIRED_CONFIRMATIONS),
                number("work-above", on_chain.confirmed().work_above()),
            ];
            exam.step(StepId::Depth, values, Buried::verify(on_chain, REQUIRED_CONFIRMATIONS))
        }
        None => exam.needs(StepId::Depth, StepId::BlockOnChain),
    };
    exam.step::<()>(StepId::LatestState, vec![], Err(Finding::not_checked("timestamp-has-no-state")));
    exam.step::<()>(StepId::PartyRegistered, vec![], Err(Finding::not_checked("timestamp-has-no-signer")));
    exam.step::<()>(StepId::TradeRules, vec![], Err(Finding::not_checked("timestamp-has-no-record")));

    let confirmed = on_chain.as_ref().map(OnChain::confirmed);
    let chain = chain_view(setting.engine, NETWORK, which, confirmed, REQUIRED_CONFIRMATIONS);
    let lines = exam.into_lines();
    let evidence = DocumentEvidence { document: matches, attested: attested.map(|(evidence, _)| evidence), buried };
    let verdict = Verdict::on_document(evidence, &lines);
    let report = Report {
        document: Some(document_view(timestamp, document)),
        chain,
        lines,
        ..Report::empty(InputKind::Timestamp, verdict.conclusion(), setting.now)
    };
    (verdict, report)
}

/// The lowest attestation that fits the header of its height. One that does not fit fails the step unless another fits:
/// an attestation is a claim of a calendar's, and each stands for itself.
fn check_path(
    exam: &mut Examination,
    timestamp: &Timestamp,
    engine: &dyn HeaderEngine,
) -> Option<(Attested, BlockHash)> {
    let mut mismatch = None;
    let mut missing = None;
    for (height, attestation) in bitcoin_attestations(timestamp) {
        let blocks = engine.blocks(NETWORK, Which::Height(height), height, 1);
        let Some(ChainBlock { block, header, .. }) = blocks.first() else {
            missing.get_or_insert(height);
            continue;
        };
        match attestation.verify(&header.merkle_root) {
            Ok(attested) => {
                let values = vec![
                    number("block-height", height),
                    hash("merkle-root", reversed_hex(&header.merkle_root)),
                    number("operations", attestation.steps().len()),
                ];
                return exam.step(StepId::TimestampPath, values, Ok((attested, block.hash)));
            }
            Err(error) => {
                mismatch.get_or_insert(
                    Finding::failed("root-mismatch", format!("attestation {height}")).explained_by(&error),
                );
            }
        }
    }
    let finding = mismatch.unwrap_or_else(|| match missing {
        Some(height) => Finding::could_not("header-not-at-hand", "headers").comparing(height, ""),
        None => Finding::could_not("no-bitcoin-attestation", "timestamp"),
    });
    exam.step(StepId::TimestampPath, vec![], Err(finding))
}

fn document_view(timestamp: &Timestamp, document: Option<Document<'_>>) -> DocumentView {
    DocumentView {
        kind: DocumentKind::Timestamped,
        name: document.map(|document| document.name.to_owned()).unwrap_or_default(),
        size: document.map(|document| document.bytes.len() as u64),
        algorithm: timestamp.digest_algorithm().name().to_owned(),
        digest: encode_hex(timestamp.digest()),
        heights: bitcoin_attestations(timestamp).into_iter().map(|(height, _)| height).collect(),
        others: timestamp.attestations().filter_map(|attestation| other_kind(attestation.kind())).collect(),
    }
}

/// The Bitcoin attestations, lowest block first.
pub(super) fn bitcoin_attestations(timestamp: &Timestamp) -> Vec<(u32, Attestation<'_>)> {
    let height = |attestation: Attestation<'_>| match attestation.kind() {
        AttestationKind::Bitcoin { height } => Some(*height),
        _ => None,
    };
    let mut found: Vec<_> =
        timestamp.attestations().filter_map(|attestation| Some((height(attestation)?, attestation))).collect();
    found.sort_by_key(|(height, _)| *height);
    found
}

/// What an attestation that is not checked here says it is.
fn other_kind(kind: &AttestationKind) -> Option<String> {
    match kind {
        AttestationKind::Bitcoin { .. } => None,
        AttestationKind::Litecoin { height } => Some(format!("litecoin block {height}")),
        AttestationKind::Ethereum { height } => Some(format!("ethereum block {height}")),
        AttestationKind::Pending { uri } => Some(format!("pending at {uri}")),
        AttestationKind::Unknown { tag, .. } => Some(format!("unknown kind {}", encode_hex(tag))),
    }
}
