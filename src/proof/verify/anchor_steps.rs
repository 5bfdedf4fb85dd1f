//! The anchor's steps: payload, row of anchors, block, chain, depth, cadence.

use crate::chain::Transaction;
use crate::chain::tx_merkle::NODE_BYTES;
use crate::encoding::{encode_base64, encode_hex, reversed_hex};
use crate::engine::Which;
use crate::proof::anchor::{AnchorError, Anchored, Committed, Lineage};
use crate::proof::bundle::{AnchorClaim, Bundle};
use crate::proof::buried::{Buried, OnChain, verify_in_block};
use crate::proof::chain_view::basis_text;
use crate::proof::examination::{Examination, hash, number, text};
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::proof::report::PathView;
use crate::proof::setting::Setting;
use crate::proof::step::StepId;
use crate::proof::verify::Claims;
use crate::tlog::{Checkpoint, LeafHash, TlogProof};

/// What became of the anchor: evidence when all of it passed, and its block as far as it is on the chain.
pub(super) struct AnchorResult {
    pub(super) evidence: Option<Anchored>,
    pub(super) block: Option<OnChain>,
    /// The chain the block was looked up in.
    pub(super) chain: Which,
}

/// The anchor's steps: payload, lineage, block, chain, depth, cadence.
pub(super) fn check_anchor(
    exam: &mut Examination,
    bundle: &Bundle,
    claims: &Claims,
    policy: Option<&RegistryPolicy>,
    setting: &Setting<'_>,
) -> (AnchorResult, Option<PathView>) {
    let at = bundle.anchors.len().saturating_sub(1);
    let Some(last) = bundle.anchors.last() else {
        exam.step::<()>(StepId::AnchorPayload, vec![], Err(anchor_finding(&AnchorError::None)));
        for step in [StepId::AnchorLineage, StepId::AnchorInBlock, StepId::BlockOnChain, StepId::Depth, StepId::Cadence]
        {
            exam.needs::<()>(step, StepId::AnchorPayload);
        }
        return (AnchorResult { evidence: None, block: None, chain: Which::First }, None);
    };
    // 64 bytes may be an inner node of the block's tree: nothing is read from them, and the block's step refuses them.
    let node_sized = Transaction::decode(&last.tx.0).is_ok_and(|tx| tx.stripped_size() == NODE_BYTES);
    let committed = match node_sized {
        true => exam.needs(StepId::AnchorPayload, StepId::AnchorInBlock),
        false => check_payload(exam, last, at, claims.log_proof.as_ref().ok().map(TlogProof::checkpoint)),
    };
    let lineage = match policy {
        _ if node_sized => exam.needs(StepId::AnchorLineage, StepId::AnchorInBlock),
        Some(policy) => {
            let values = vec![hash("first-anchor", policy.first_anchor()), number("anchors", bundle.anchors.len())];
            let result =
                Lineage::verify(&bundle.anchors, policy.first_anchor()).map_err(|error| anchor_finding(&error));
            exam.step(StepId::AnchorLineage, values, result)
        }
        None => exam.needs(StepId::AnchorLineage, StepId::RegistryKnown),
    };
    let in_block = match &last.block {
        Some(block) => match verify_in_block(block, &last.tx.0, at) {
            Ok(evidence) => {
                let values = vec![
                    hash("block-hash", evidence.block_hash()),
                    hash("merkle-root", reversed_hex(&evidence.header().merkle_root)),
                    number("tx-position", evidence.position()),
                    number("transactions", evidence.n_tx()),
                ];
                exam.step(StepId::AnchorInBlock, values, Ok(evidence))
            }
            Err(finding) => exam.step(StepId::AnchorInBlock, vec![], Err(finding)),
        },
        None => exam.step(
            StepId::AnchorInBlock,
            vec![],
            Err(Finding::failed("anchor-without-block", format!("anchors[{at}].block"))),
        ),
    };
    let chain = in_block.as_ref().map_or(Which::First, |in_block| Which::Block(in_block.block_hash()));
    let block = match (&in_block, policy) {
        (None, _) => exam.needs(StepId::BlockOnChain, StepId::AnchorInBlock),
        (_, None) => exam.needs(StepId::BlockOnChain, StepId::RegistryKnown),
        (Some(in_block), Some(policy)) => {
            let height = last.block.as_ref().map(|block| (block.height, format!("anchors[{at}].block.height")));
            let hash_of_block = in_block.block_hash();
            let result = OnChain::verify(setting.engine, policy.network(), &hash_of_block, height);
            let mut values = vec![hash("block-hash", hash_of_block)];
            if let Ok(on_chain) = &result {
                let confirmed = on_chain.confirmed();
                values.push(number("block-height", confirmed.height()));
                values.push(number("tip-height", confirmed.tip().height));
                values.push(text("basis", basis_text(confirmed.basis())));
            }
            exam.step(StepId::BlockOnChain, values, result)
        }
    };
    let buried = match (&block, policy) {
        (Some(on_chain), Some(policy)) => {
            let confirmed = on_chain.confirmed();
            let values = vec![
                number("confirmations", confirmed.confirmations()),
                number("required-confirmations", policy.min_confirmations()),
                number("work-above", confirmed.work_above()),
            ];
            exam.step(StepId::Depth, values, Buried::verify(on_chain, policy.min_confirmations()))
        }
        _ => exam.needs(StepId::Depth, StepId::BlockOnChain),
    };
    let known_height = policy.and_then(|policy| setting.engine.known_height(policy.network()));
    note_cadence(exam, lineage.as_ref(), block.as_ref(), known_height);
    let path = committed.as_ref().and_then(|committed| path_view(committed, claims));
    let evidence = match (lineage, in_block, buried, committed) {
        (Some(lineage), Some(in_block), Some(buried), Some(_)) => Anchored::of(lineage, in_block, buried),
        _ => None,
    };
    (AnchorResult { evidence, block, chain }, path)
}

/// The payload of the last anchor, against the checkpoint beside it and the one the record is proven under.
fn check_payload(
    exam: &mut Examination,
    last: &AnchorClaim,
    at: usize,
    proven: Option<&Checkpoint>,
) -> Option<Committed> {
    let sequence = u32::try_from(at).unwrap_or(u32::MAX);
    let result = Committed::verify(last, sequence).map_err(|error| anchor_finding(&error)).and_then(|committed| {
        match proven.map(Checkpoint::body_hash) {
            Some(proven) if proven == committed.checkpoint().body_hash() => Ok(committed),
            Some(proven) => Err(Finding::failed("anchor-other-checkpoint", format!("anchors[{at}].tx.vout[1]"))
                .comparing(encode_hex(&proven), encode_hex(&committed.checkpoint().body_hash()))),
            None => Err(Finding::could_not("needs-earlier-step", "log-inclusion")),
        }
    });
    let values = result.as_ref().map_or_else(
        |_| vec![],
        |committed| {
            vec![
                hash("anchor-txid", committed.txid()),
                number("anchor-sequence", committed.sequence()),
                hash("checkpoint-hash", encode_hex(&committed.checkpoint().body_hash())),
            ]
        },
    );
    exam.step(StepId::AnchorPayload, values, result)
}

/// How old the newest anchor shown is, against the cadence that the first one states. Old is not wrong: what was recorded
/// since is not in this proof, and that is what the reader must know. A proof may bring headers that end soon after its
/// anchor: the chain is as high as whatever the reader has says.
fn note_cadence(exam: &mut Examination, lineage: Option<&Lineage>, block: Option<&OnChain>, known_height: Option<u32>) {
    let (Some(lineage), Some(block)) = (lineage, block) else {
        let missing = if lineage.is_none() { StepId::AnchorLineage } else { StepId::BlockOnChain };
        exam.needs::<()>(StepId::Cadence, missing);
        return;
    };
    let confirmed = block.confirmed();
    let since = known_height.unwrap_or_default().max(confirmed.tip().height) - confirmed.height();
    let mut values = vec![number("blocks-since-anchor", since)];
    let result = match lineage.first_checkpoint().cadence() {
        Ok(Some(cadence)) => {
            values.push(number("cadence", cadence));
            if since <= cadence { Ok(()) } else { Err(Finding::not_checked("stale").comparing(cadence, since)) }
        }
        Ok(None) => Err(Finding::not_checked("no-cadence")),
        Err(error) => Err(Finding::failed("anchor-malformed", "anchors[0].checkpoint").because(&error)),
    };
    exam.step(StepId::Cadence, values, result);
}

fn anchor_finding(error: &AnchorError) -> Finding {
    let at = |sequence: &u32, part: &str| format!("anchors[{sequence}].{part}");
    let malformed = |sequence: &u32, part: &str| Finding::failed("anchor-malformed", at(sequence, part));
    let broken = |sequence: &u32, part: &str| Finding::failed("anchor-lineage-broken", at(sequence, part));
    let finding = match error {
        AnchorError::None => Finding::failed("anchor-malformed", "anchors"),
        AnchorError::Tx { sequence, .. } => malformed(sequence, "tx"),
        AnchorError::Outputs { sequence, found } => {
            malformed(sequence, "tx").comparing("one OP_RETURN output, vout[1]", found)
        }
        AnchorError::Payload { sequence, found } => {
            malformed(sequence, "tx.vout[1]").comparing("6a28504c4d01…, 42 bytes", found)
        }
        AnchorError::Sequence { expected, found } => malformed(expected, "tx.vout[1]").comparing(expected, found),
        AnchorError::NotPinned { expected, found } => {
            Finding::failed("anchor-not-pinned", "anchors[0].tx").comparing(expected, found)
        }
        AnchorError::NotSpending { sequence, expected, found } => {
            broken(sequence, "tx.vin[0]").comparing(format!("{expected}:0"), found)
        }
        AnchorError::OtherCheckpoint { sequence, expected, found } => {
            Finding::failed("anchor-other-checkpoint", at(sequence, "tx.vout[1]")).comparing(expected, found)
        }
        AnchorError::Checkpoint { sequence, .. } => malformed(sequence, "checkpoint"),
        AnchorError::Origin { sequence, expected, found } => broken(sequence, "checkpoint").comparing(expected, found),
        AnchorError::HashLength { sequence, found } => malformed(sequence, "consistency").comparing(32, found),
        AnchorError::Inconsistent { sequence, source } => {
            Finding::failed("log-rewritten", at(sequence, "consistency")).explained_by(source)
        }
        AnchorError::HeightDecreases { sequence, expected, found } => {
            broken(sequence, "block.height").comparing(format!("at least {expected}"), found)
        }
    };
    finding.because(error)
}

fn path_view(committed: &Committed, claims: &Claims) -> Option<PathView> {
    let (event, proof) = (claims.event.as_ref().ok()?, claims.log_proof.as_ref().ok()?);
    let leaf = LeafHash::of_entry(&event.leaf_bytes()).ok()?;
    Some(PathView {
        anchor_txid: committed.txid().to_string(),
        anchor_sequence: committed.sequence(),
        log_size: proof.checkpoint().size(),
        log_index: proof.index(),
        log_root: encode_base64(proof.checkpoint().root()),
        leaf_hash: encode_base64(leaf.as_bytes()),
        record_hash: encode_hex(&event.content().record_hash),
    })
}
