//! The answer as plain data: what travels from the worker to the page, into the exported file and to the terminal.
//!
//! A report is words about evidence, not evidence: whoever receives one re-checks the proof it speaks of. It holds no
//! sentence for the reader beyond what the checks themselves found; sentences stand in `ui/wording` and the command
//! line's own texts, keyed by [`StepId`], [`LineId`] and [`Outcome`].

use crate::proof::step::StepId;
use crate::proof::trade_view::TradeView;
use crate::time::UnixTime;
use crate::trade::view::RecordView;
use serde::{Deserialize, Serialize};

/// The format name at the head of every report.
pub const REPORT_FORMAT: &str = "plimsoll-report/1";

/// What became of a check. Ordered from worst to best, so that a line takes the least of its steps.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Outcome {
    /// Checked, and wrong.
    Failed,
    /// Meant to be checked, but something needed is not at hand (yet).
    CouldNotCheck,
    /// Not part of what this proof or this program checks.
    NotChecked,
    /// Checked, and right.
    Passed,
}

/// The whole answer in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// Everything this program checks passed, the state included.
    Genuine,
    /// Everything about the record passed; whether it is the latest state is not checked.
    GenuineNotProvenCurrent,
    /// Everything about the record passed, but it breaks a rule of its trade, or its history forks.
    AgainstRules,
    /// A document is the one that was timestamped, before a block on the chain. Who made it a timestamp cannot say.
    Stamped,
    /// A document that others sealed fits its own seal. Whether anybody issued it could not be checked.
    Intact,
    /// Something failed.
    NotGenuine,
    /// Nothing failed, but something could not be checked.
    CannotTell,
    /// The input is not a proof: nothing could be read from it.
    Unreadable,
}

/// What the reader handed in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InputKind {
    /// The text of a proof link.
    ProofLink,
    /// A proof file.
    ProofFile,
    /// An OpenTimestamps file with the document it speaks of.
    Timestamp,
    /// A document sealed in a form of others: OpenAttestation, Blockcerts.
    Sealed,
    /// A report exported earlier, with its proof inside.
    Report,
    /// Nothing that was recognised.
    Unknown,
}

/// The four questions every verdict answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineId {
    /// Is the record as it was when it was recorded?
    Unchanged,
    /// Which state is the asset in, and is this the latest?
    Status,
    /// Who signed, and who vouches for that?
    WhoSigned,
    /// Do life cycle, arithmetic, identifiers and cross-checks hold?
    MakesSense,
}

/// A value a step compared or found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Value {
    /// What it is: a key of the wording, such as `leaf-hash` or `log-size`.
    pub label: String,
    /// The value as text, whole; the page shortens hashes when it shows them.
    pub text: String,
    /// How to show it.
    pub kind: ValueKind,
}

/// How a value is to be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// A hash, key or transaction id: shortened, with a copy button.
    Hash,
    /// A whole number.
    Number,
    /// A moment, RFC 3339 in UTC.
    Time,
    /// Anything else.
    Text,
}

/// Why a step failed or could not be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// A stable name for this kind of problem, such as `leaf-not-in-log`: a key of the wording.
    pub code: String,
    /// Which field or part of the proof, such as `record.body.faceAmount` or `anchors[2].tx`.
    pub field: String,
    /// What was expected; empty where there is nothing to compare.
    pub expected: String,
    /// What was found; empty where there is nothing to compare.
    pub found: String,
    /// The check's own error, in English, lower case, with its causes.
    pub detail: String,
}

/// One step of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepReport {
    /// Which step.
    pub step: StepId,
    /// What became of it.
    pub outcome: Outcome,
    /// What was compared or found, in order.
    pub values: Vec<Value>,
    /// Why not passed; present when failed or could not check, and where not checked has a reason.
    pub problem: Option<Problem>,
}

/// One of the four lines: its outcome is the worst of its steps.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineReport {
    /// Which line.
    pub line: LineId,
    /// The worst outcome of its steps.
    pub outcome: Outcome,
    /// Its steps, in the order they were checked.
    pub steps: Vec<StepReport>,
}

/// The registry a proof names, and whether the reader has a reason to believe it is that one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RegistryView {
    /// Its name, as its policy gives it.
    pub name: String,
    /// SHA-256 of the policy text, hexadecimal.
    pub policy_hash: String,
    /// The log's origin.
    pub log_origin: String,
    /// Pinned by the reader or served by the page's own origin.
    pub known: bool,
    /// The policy's text, so that the reader can pin it.
    pub policy_text: String,
}

/// Who signed the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignerView {
    /// Key id: base64url of the RFC 7638 thumbprint.
    pub key_id: String,
    /// `EdDSA` or `ES256`.
    pub algorithm: String,
    /// The party the registry has this key registered for, when the proof shows it.
    pub party_name: Option<String>,
    /// That party's code, such as `LEI 5493…`.
    pub party_code: Option<String>,
}

/// A block of the strip from the record's block to the tip.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BlockView {
    /// Height.
    pub height: u32,
    /// Hash, as explorers show it.
    pub hash: String,
    /// The header's time, seconds since 1970: the miner's claim.
    pub time: i64,
    /// Median time of the block and the ten before it, where these are at hand: no miner alone decides it.
    pub median_time: Option<i64>,
}

/// Where the record stands in the chain of most work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ChainView {
    /// Network name.
    pub network: String,
    /// The block that holds the anchor; absent while it is not in the chain.
    pub block: Option<BlockView>,
    /// The newest block.
    pub tip: BlockView,
    /// Blocks from the record's block to the tip, both counted; 0 while it is not in the chain.
    pub confirmations: u32,
    /// Confirmations the policy asks for.
    pub required: u32,
    /// Hashes that the blocks above the record's block took on average, decimal: what forging it would take.
    pub work_above: String,
    /// A few blocks to draw: the record's, those above it, the tip; ascending, never more than sixteen.
    pub strip: Vec<BlockView>,
    /// Where trust in this chain starts: `genesis`, or `trusted`, `pinned` or `unanchored` with `:HEIGHT:HASH`.
    pub basis: String,
    /// Header rules that could not be checked because their ancestors are not at hand: rule and heights.
    pub unchecked_rules: Vec<String>,
}

/// The anchor, log and leaf under the block, for the picture of how a record reaches a block.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PathView {
    /// Anchor transaction id.
    pub anchor_txid: String,
    /// Its number in the registry's row of anchors, from 0.
    pub anchor_sequence: u32,
    /// Entries in the log the anchor commits to.
    pub log_size: u64,
    /// The entry's place in the log, from 0.
    pub log_index: u64,
    /// The log's root hash, base64.
    pub log_root: String,
    /// The record's leaf hash, base64.
    pub leaf_hash: String,
    /// The record hash, hexadecimal.
    pub record_hash: String,
}

/// Everything the reader is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Report {
    /// [`REPORT_FORMAT`].
    pub format: String,
    /// Version of the program that made it.
    pub version: String,
    /// When it was made, seconds since 1970, by the clock of whoever made it.
    pub made_at: i64,
    /// What was handed in.
    pub input: InputKind,
    /// Other things handed in that this answer does not speak of, each named with what it was taken for.
    pub left_aside: Vec<String>,
    /// The answer in a word.
    pub conclusion: Conclusion,
    /// The four lines, always all of them, in order.
    pub lines: Vec<LineReport>,
    /// The record, failing or not, when it could be read at all.
    pub record: Option<RecordView>,
    /// The document a timestamp speaks of, or that carries a seal of its own.
    pub document: Option<DocumentView>,
    /// Who signed, when the record could be read.
    pub signer: Option<SignerView>,
    /// The registry, when the proof names one.
    pub registry: Option<RegistryView>,
    /// The chain, when there are headers.
    pub chain: Option<ChainView>,
    /// The path from record to block, as far as it was proven.
    pub path: Option<PathView>,
    /// What the trade's rules make of the records shown, when these were verified.
    pub trade: Option<TradeView>,
    /// Why nothing could be read, when the conclusion is [`Conclusion::Unreadable`].
    pub unreadable: Option<Problem>,
}

/// What a document's digest came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum DocumentKind {
    /// A timestamp beside it.
    Timestamped,
    /// Its own seal, OpenAttestation 2.0.
    OpenAttestation,
    /// Its own seal, Blockcerts 2.
    Blockcerts,
}

/// A document and what its timestamp or its own seal says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DocumentView {
    /// Where its digest stands.
    pub kind: DocumentKind,
    /// File name, as handed in.
    pub name: String,
    /// Size in bytes; absent when only the timestamp is at hand.
    pub size: Option<u64>,
    /// Digest algorithm of the timestamp or seal, such as `sha256`.
    pub algorithm: String,
    /// The digest, hexadecimal.
    pub digest: String,
    /// Bitcoin attestations: heights, ascending.
    pub heights: Vec<u32>,
    /// What is named and not checked: of a timestamp, pending calendars, other chains, unknown tags; of a seal, the issuers
    /// it claims.
    pub others: Vec<String>,
}

impl Report {
    /// A report that says nothing yet, to be filled in.
    #[must_use]
    pub fn empty(input: InputKind, conclusion: Conclusion, made_at: UnixTime) -> Self {
        Self {
            format: REPORT_FORMAT.into(),
            version: env!("CARGO_PKG_VERSION").into(),
            made_at: made_at.0,
            input,
            left_aside: vec![],
            conclusion,
            lines: vec![],
            record: None,
            document: None,
            signer: None,
            registry: None,
            chain: None,
            path: None,
            trade: None,
            unreadable: None,
        }
    }

    /// The report on an input from which nothing could be read.
    #[must_use]
    pub fn unreadable(input: InputKind, problem: Problem, now: UnixTime) -> Self {
        Self { unreadable: Some(problem), ..Self::empty(input, Conclusion::Unreadable, now) }
    }

    /// The line of that name.
    #[must_use]
    pub fn line(&self, line: LineId) -> Option<&LineReport> {
        self.lines.iter().find(|found| found.line == line)
    }

    /// The first step that failed, or else the first that could not be checked.
    #[must_use]
    pub fn first_problem(&self) -> Option<&StepReport> {
        let steps = || self.lines.iter().flat_map(|line| &line.steps);
        steps()
            .find(|step| step.outcome == Outcome::Failed)
            .or_else(|| steps().find(|step| step.outcome == Outcome::CouldNotCheck))
    }
}
