//! The examination of a Blockcerts certificate: its digest's batch, the transaction that carries the batch's root, and that
//! transaction's block. The certificate's content is not tied to its digest here, so it can never be called good.

use crate::attestation::blockcerts::{AnchoredOn, Certificate, DigestInBatch};
use crate::chain::{BlockHash, MerkleBlock, MerkleBlockError, Transaction, TxInBlock, Txid};
use crate::encoding::{encode_hex, reversed_hex};
use crate::engine::Which;
use crate::proof::buried::{Buried, OnChain};
use crate::proof::chain_view::chain_view;
use crate::proof::examination::{Examination, hash, number, text};
use crate::proof::intact::SealedEvidence;
use crate::proof::problem::Finding;
use crate::proof::report::{DocumentKind, DocumentView, InputKind, Report};
use crate::proof::setting::Setting;
use crate::proof::step::StepId;
use crate::proof::verdict::Verdict;
use crate::proof::verify_timestamp::{NETWORK, REQUIRED_CONFIRMATIONS};

/// What was handed in beside a certificate: claims.
#[derive(Debug, Clone, Default)]
pub struct Beside {
    /// Transactions, a block's first among them.
    pub transactions: Vec<Transaction>,
    /// Partial Merkle trees of blocks.
    pub merkle_blocks: Vec<MerkleBlock>,
}

/// Evidence that a transaction carries the root of a digest's batch.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct RootCarried {
    txid: Txid,
    batch: DigestInBatch,
}

impl RootCarried {
    /// Looks for the transaction that the certificate names, and in its outputs for the root.
    ///
    /// # Errors
    /// *Could not check* where the root is said to stand on another chain, or the transaction is not at hand; *failed* where it
    /// is, and does not carry the root.
    pub fn verify(certificate: &Certificate, batch: DigestInBatch, beside: &Beside) -> Result<Self, Finding> {
        let anchor = certificate.anchor();
        let code = match anchor.on {
            AnchoredOn::Bitcoin => None,
            AnchoredOn::BitcoinTest => Some("anchored-on-test-chain"),
            AnchoredOn::Ethereum => Some("anchored-on-ethereum"),
            AnchoredOn::Nowhere => Some("anchored-nowhere"),
            AnchoredOn::Unknown => Some("anchored-elsewhere"),
        };
        if let Some(code) = code {
            return Err(
                Finding::could_not(code, "signature.anchors[0].chain").comparing("bitcoinMainnet", &anchor.chain)
            );
        }
        let source = "signature.anchors[0].sourceId";
        let Some(txid) = anchor.txid.map(Txid) else {
            let finding = Finding::failed("source-malformed", source);
            return Err(finding.comparing("64 hexadecimal digits in small letters", &anchor.source));
        };
        let Some(tx) = beside.transactions.iter().find(|tx| tx.txid() == txid) else {
            let other = beside.transactions.iter().find(|tx| !tx.is_coinbase()).map(|tx| tx.txid().to_string());
            return Err(Finding::could_not("no-transaction", source).comparing(txid, other.unwrap_or_default()));
        };
        if !tx.outputs().iter().any(|output| batch.is_carried_by(&output.script)) {
            let carried = tx.outputs().iter().find(|output| output.script.first() == Some(&0x6a));
            let found = carried.map(|output| encode_hex(&output.script)).unwrap_or_default();
            let expected = format!("6a20{}", encode_hex(batch.root()));
            return Err(Finding::failed("transaction-without-root", "signature.merkleRoot").comparing(expected, found));
        }
        Ok(Self { txid, batch })
    }

    /// The transaction.
    #[must_use]
    pub fn txid(&self) -> Txid {
        self.txid
    }

    /// The batch whose root it carries.
    pub fn batch(&self) -> &DigestInBatch {
        &self.batch
    }
}

/// Examines a certificate, which came in a file of that name and size, with what was handed in beside it.
#[must_use]
pub fn verify_blockcerts(
    certificate: &Certificate,
    name: &str,
    size: u64,
    beside: &Beside,
    setting: &Setting<'_>,
) -> (Verdict, Report) {
    let mut exam = Examination::default();
    let digest = vec![text("digest-algorithm", "sha256"), hash("document-digest", encode_hex(certificate.target()))];
    let not_canonical = Finding::could_not("content-not-canonical", "signature.targetHash");
    exam.step::<()>(StepId::SealedContent, digest, Err(not_canonical));
    let batch = {
        let values =
            vec![hash("batch-root", encode_hex(certificate.root())), number("batch-steps", certificate.steps())];
        let result = certificate
            .verify_batch()
            .map_err(|error| Finding::failed("batch-root-differs", "signature.merkleRoot").explained_by(&error));
        exam.step(StepId::SealedBatch, values, result)
    };
    let carried = match batch {
        Some(batch) => {
            let anchor = certificate.anchor();
            let values = vec![hash("anchor-txid", &anchor.source), text("anchor-chain", &anchor.chain)];
            exam.step(StepId::SealedTransaction, values, RootCarried::verify(certificate, batch, beside))
        }
        None => exam.needs(StepId::SealedTransaction, StepId::SealedBatch),
    };
    let in_block = match &carried {
        Some(carried) => {
            let result = in_block(carried, beside);
            let values = result.as_ref().map_or_else(
                |_| vec![],
                |found| {
                    vec![
                        hash("block-hash", found.block_hash()),
                        hash("merkle-root", reversed_hex(&found.header().merkle_root)),
                        number("tx-position", found.position()),
                        number("transactions", found.n_tx()),
                    ]
                },
            );
            exam.step(StepId::AnchorInBlock, values, result)
        }
        None => exam.needs(StepId::AnchorInBlock, StepId::SealedTransaction),
    };
    let block: Option<BlockHash> = in_block.as_ref().map(TxInBlock::block_hash);
    let on_chain = match &block {
        Some(block) => {
            let result = OnChain::verify(setting.engine, NETWORK, block, None);
            exam.step(StepId::BlockOnChain, vec![hash("block-hash", block)], result)
        }
        None => exam.needs(StepId::BlockOnChain, StepId::AnchorInBlock),
    };
    match &on_chain {
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
    let issuer = |label: &str, claim: Option<&str>| claim.map(|claim| text(label, claim));
    let claims = [issuer("issuer-name", certificate.issuer()), issuer("identity-location", certificate.profile())];
    let profile = Finding::could_not("identity-in-profile", "badge.issuer.id");
    exam.step::<()>(StepId::IssuerIdentity, claims.into_iter().flatten().collect(), Err(profile));
    let revocation = Finding::could_not("revocation-elsewhere", "badge.issuer.revocationList");
    exam.step::<()>(StepId::LatestState, vec![], Err(revocation));
    exam.step::<()>(StepId::TradeRules, vec![], Err(Finding::not_checked("sealed-has-no-record")));

    let confirmed = on_chain.as_ref().map(OnChain::confirmed);
    let which = block.map_or(Which::First, Which::Block);
    let chain = block.and_then(|_| chain_view(setting.engine, NETWORK, which, confirmed, REQUIRED_CONFIRMATIONS));
    let lines = exam.into_lines();
    // Nothing ties the content to the digest, and so there is no evidence that a good verdict could be made of.
    let verdict = Verdict::on_sealed(SealedEvidence::default(), &lines);
    let view = DocumentView {
        kind: DocumentKind::Blockcerts,
        name: name.to_owned(),
        size: Some(size),
        algorithm: "sha256".to_owned(),
        digest: encode_hex(certificate.target()),
        heights: confirmed.map(|confirmed| vec![confirmed.height()]).unwrap_or_default(),
        others: certificate.issuer().map(str::to_owned).into_iter().collect(),
    };
    let report = Report {
        document: Some(view),
        chain,
        lines,
        ..Report::empty(InputKind::Sealed, verdict.conclusion(), setting.now)
    };
    (verdict, report)
}

/// The transaction in its block, the coinbase proven beside it: without that a made-up branch could pass for the tree.
fn in_block(carried: &RootCarried, beside: &Beside) -> Result<TxInBlock, Finding> {
    let tx = beside.transactions.iter().find(|tx| tx.txid() == carried.txid());
    let tx = tx.ok_or_else(|| Finding::could_not("no-transaction", "signature.anchors[0].sourceId"))?;
    if beside.merkle_blocks.is_empty() {
        return Err(Finding::could_not("no-merkle-block", "merkleblock"));
    }
    let mut coinbases = beside.transactions.iter().filter(|tx| tx.is_coinbase()).peekable();
    if coinbases.peek().is_none() {
        return Err(Finding::could_not("no-coinbase", "coinbase"));
    }
    let mut first: Option<MerkleBlockError> = None;
    for coinbase in coinbases {
        for block in &beside.merkle_blocks {
            match block.verify(coinbase, tx) {
                Ok(found) => return Ok(found),
                Err(error) => first = first.or(Some(error)),
            }
        }
    }
    // What stands beside a certificate is no part of it: wrong, it says nothing against the certificate.
    let finding = Finding::could_not("tx-not-in-block", "merkleblock");
    Err(first.map_or_else(|| finding.clone(), |error| finding.clone().explained_by(&error)))
}
