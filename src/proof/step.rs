//! The steps of a verdict, and in plain words what each proves and what it does not.

use crate::proof::report::LineId;
use serde::{Deserialize, Serialize};

/// One check. The order is the order in which a reader would redo them by hand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StepId {
    /// Every disclosed field fits the digest its signer signed.
    Disclosures,
    /// The record's signature fits its signer's key.
    RecordSignature,
    /// The log entry speaks of this record and asset, under the same key.
    EventMatchesRecord,
    /// The entry is a leaf of the log's tree at the checkpoint's size.
    LogInclusion,
    /// The log signed the checkpoint.
    CheckpointSignature,
    /// Enough witnesses cosigned the checkpoint.
    WitnessQuorum,
    /// The anchor transaction carries the checkpoint's hash.
    AnchorPayload,
    /// Each anchor spends the one before, back to the first one the policy pins.
    AnchorLineage,
    /// The content of a document that others sealed has the digest its seal names.
    SealedContent,
    /// The seal's path leads from that digest to the root of its batch.
    SealedBatch,
    /// The transaction that the seal names carries that root.
    SealedTransaction,
    /// The anchor transaction is in its block, the coinbase at the same depth.
    AnchorInBlock,
    /// The block is on the chain of headers with the most work.
    BlockOnChain,
    /// Enough blocks stand on it.
    Depth,
    /// The document's digest is the one the timestamp starts from.
    DocumentDigest,
    /// The timestamp's operations lead to the block header's Merkle root.
    TimestampPath,
    /// An exported report says what the examination of its proof says.
    ReportAgrees,
    /// The registry's anchors are as frequent as its first one promised.
    Cadence,
    /// The records it rests on, from the asset's first one on: each signed, entered, in the same log, and following the last.
    History,
    /// This is the asset's latest state: the registry's map.
    LatestState,
    /// The batch of a document that others sealed was issued where its seal says.
    Issuance,
    /// The issuer is who the document says.
    IssuerIdentity,
    /// The reader knows this registry.
    RegistryKnown,
    /// The registry has the signer's key registered for a party.
    PartyRegistered,
    /// The entry was signed by the same key.
    EventSignature,
    /// Life cycle, arithmetic, identifiers, cross-checks.
    TradeRules,
}

impl StepId {
    /// Every step.
    pub const ALL: [Self; 26] = [
        Self::Disclosures,
        Self::RecordSignature,
        Self::EventMatchesRecord,
        Self::LogInclusion,
        Self::CheckpointSignature,
        Self::WitnessQuorum,
        Self::AnchorPayload,
        Self::AnchorLineage,
        Self::SealedContent,
        Self::SealedBatch,
        Self::SealedTransaction,
        Self::AnchorInBlock,
        Self::BlockOnChain,
        Self::Depth,
        Self::DocumentDigest,
        Self::TimestampPath,
        Self::ReportAgrees,
        Self::Cadence,
        Self::History,
        Self::LatestState,
        Self::Issuance,
        Self::IssuerIdentity,
        Self::RegistryKnown,
        Self::PartyRegistered,
        Self::EventSignature,
        Self::TradeRules,
    ];

    /// Its name, as in an exported report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Disclosures => "disclosures",
            Self::RecordSignature => "record-signature",
            Self::EventMatchesRecord => "event-matches-record",
            Self::LogInclusion => "log-inclusion",
            Self::CheckpointSignature => "checkpoint-signature",
            Self::WitnessQuorum => "witness-quorum",
            Self::AnchorPayload => "anchor-payload",
            Self::AnchorLineage => "anchor-lineage",
            Self::AnchorInBlock => "anchor-in-block",
            Self::BlockOnChain => "block-on-chain",
            Self::Depth => "depth",
            Self::DocumentDigest => "document-digest",
            Self::TimestampPath => "timestamp-path",
            Self::SealedContent => "sealed-content",
            Self::SealedBatch => "sealed-batch",
            Self::SealedTransaction => "sealed-transaction",
            Self::ReportAgrees => "report-agrees",
            Self::Cadence => "cadence",
            Self::History => "history",
            Self::LatestState => "latest-state",
            Self::Issuance => "issuance",
            Self::IssuerIdentity => "issuer-identity",
            Self::RegistryKnown => "registry-known",
            Self::PartyRegistered => "party-registered",
            Self::EventSignature => "event-signature",
            Self::TradeRules => "trade-rules",
        }
    }

    /// The line it belongs to.
    #[must_use]
    pub fn line(self) -> LineId {
        match self {
            Self::Disclosures
            | Self::RecordSignature
            | Self::EventMatchesRecord
            | Self::LogInclusion
            | Self::CheckpointSignature
            | Self::WitnessQuorum
            | Self::AnchorPayload
            | Self::AnchorLineage
            | Self::AnchorInBlock
            | Self::BlockOnChain
            | Self::Depth
            | Self::DocumentDigest
            | Self::TimestampPath
            | Self::SealedContent
            | Self::SealedBatch
            | Self::SealedTransaction
            | Self::ReportAgrees => LineId::Unchanged,
            Self::Cadence | Self::History | Self::LatestState => LineId::Status,
            Self::Issuance
            | Self::IssuerIdentity
            | Self::RegistryKnown
            | Self::PartyRegistered
            | Self::EventSignature => LineId::WhoSigned,
            Self::TradeRules => LineId::MakesSense,
        }
    }

    /// What a pass proves, in English; other languages stand in the page's wording.
    #[must_use]
    pub fn proves(self) -> &'static str {
        match self {
            Self::Disclosures => "Every field shown is one the signer signed; none was altered or added.",
            Self::RecordSignature => "Whoever holds this key signed exactly this record.",
            Self::EventMatchesRecord => "The entry in the log speaks of this record and this asset, and of no other.",
            Self::LogInclusion => "The entry stands at this place in a log of this size.",
            Self::CheckpointSignature => "The log's operator signed this size and root.",
            Self::WitnessQuorum => "Independent witnesses saw this log and found that it only ever grew.",
            Self::AnchorPayload => "The Bitcoin-style transaction commits to this checkpoint, byte for byte.",
            Self::AnchorLineage => "The log has one history: an output can be spent only once, so anchors cannot fork.",
            Self::AnchorInBlock => "The transaction is part of the block with this Merkle root.",
            Self::BlockOnChain => "The block stands on the chain with the most work among the headers at hand.",
            Self::Depth => "To replace the block, the work of all blocks on top of it would have to be done again.",
            Self::DocumentDigest => "The document is, byte for byte, the one that was timestamped.",
            Self::TimestampPath => "The document existed before this block was mined.",
            Self::SealedContent => "Every value shown has been in this document since its digest was made.",
            Self::SealedTransaction => "Whoever made this Bitcoin transaction committed to this batch, byte for byte.",
            Self::SealedBatch => "This document is one of those whose digests lead to this root.",
            Self::ReportAgrees => "The report handed in says what checking its proof again says.",
            Self::Cadence => "The newest anchor shown is as recent as the registry promised its anchors would be.",
            Self::History => {
                "Every record of this asset up to this one is shown, and each was signed and recorded like this one."
            }
            Self::LatestState => "No later event of this asset stands in the log.",
            Self::Issuance => "Whoever controls the place that the document names put this batch there.",
            Self::IssuerIdentity => "The domain or key that the document names is its issuer's.",
            Self::RegistryKnown => "The policy used here is one you pinned, or one this page's own address serves.",
            Self::PartyRegistered => "The registry recorded that this key belongs to this party.",
            Self::EventSignature => "The signer of the record also signed its entry in the log.",
            Self::TradeRules => "The record agrees with the rules of its trade and with the other records shown.",
        }
    }

    /// What a pass does not prove, in English.
    #[must_use]
    pub fn does_not_prove(self) -> &'static str {
        match self {
            Self::Disclosures => "That nothing was withheld: withheld fields are listed, and their values are unknown.",
            Self::RecordSignature => "Who holds the key, or that what was signed is true of the world.",
            Self::EventMatchesRecord => "That the entry was accepted: that depends on the events before it.",
            Self::LogInclusion => "That the log shows the same tree to everybody.",
            Self::CheckpointSignature => "That the operator signed no other root of the same size.",
            Self::WitnessQuorum => "That the witnesses are independent of one another: the policy names them.",
            Self::AnchorPayload => "That the transaction is in a block.",
            Self::AnchorLineage => "That no newer anchor exists.",
            Self::AnchorInBlock => "That the block is on the best chain.",
            Self::BlockOnChain => "That no chain with more work exists which nobody has shown here.",
            Self::Depth => "That it is impossible: only how much work it would take.",
            Self::DocumentDigest => "Who wrote the document.",
            Self::TimestampPath => "When exactly, who made it, or that no other version was timestamped too.",
            Self::SealedContent => {
                "Who made it: anybody can make a digest. Nor that a page drawn from it shows what stands in it."
            }
            Self::SealedTransaction => "Who made the transaction, or that it is in a block.",
            Self::SealedBatch => "That the root was ever published.",
            Self::ReportAgrees => "Anything of its own: the other steps were done again, on the proof inside.",
            Self::Cadence => "That no newer anchor exists: headers cannot show what was never shown here.",
            Self::History => "That nothing was recorded after the last record shown.",
            Self::LatestState => "That the event is valid in law.",
            Self::Issuance => "That it was not revoked since.",
            Self::IssuerIdentity => "That what the issuer says is true of the world.",
            Self::RegistryKnown => "That the registry is honest: that is what the other checks are for.",
            Self::PartyRegistered => "That the registry checked who it is, or that the key was not revoked since.",
            Self::EventSignature => "That the signer was entitled to act: that is a rule of the trade.",
            Self::TradeRules => "That the goods exist or that the debtor will pay.",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_reports() {
        for step in StepId::ALL {
            assert_eq!(serde_json::to_string(&step).expect("a name"), format!("\"{}\"", step.name()));
        }
    }
}
