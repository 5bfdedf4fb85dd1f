//! What replaying records comes to, as plain data for whoever shows it: answers, a timeline, a tree, and the rules.

use crate::proof::report::Outcome;
use crate::trade::rule::Severity;
use crate::trade::said::Said;
use serde::{Deserialize, Serialize};

/// What the trade's rules make of the records that a proof carries.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TradeView {
    /// What it is in one line: "Receivable RCV-2026-0042, confirmed".
    pub state: Said,
    /// How many records were replayed.
    pub records: u64,
    /// The questions a person of the trade asks first, answered.
    pub answers: Vec<AnswerView>,
    /// What happened, oldest first.
    pub timeline: Vec<TimelineRow>,
    /// A split, each receivable before its parts; empty where nothing was split.
    pub tree: Vec<TreeRow>,
    /// The four flows of a dossier, held against one another; empty for one asset alone.
    pub flows: Vec<FlowRow>,
    /// What became of each rule, those that were broken first.
    pub rules: Vec<RuleView>,
}

/// A question and its answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerView {
    /// The question: "Who owes?"
    pub question: Said,
    /// The answer.
    pub answer: Said,
    /// What belongs to it, most important first.
    pub notes: Vec<NoteView>,
}

/// A sentence with its weight.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteView {
    /// How much it weighs.
    pub tone: Tone,
    /// The sentence.
    pub text: Said,
}

/// How much a sentence weighs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// A fact.
    Plain,
    /// In the reader's favour.
    Good,
    /// To be thought of.
    Caution,
    /// Wrong.
    Bad,
}

/// One thing that happened, or is to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineRow {
    /// `recordId`.
    pub record: String,
    /// When, as its signer wrote it, RFC 3339.
    pub at: String,
    /// What, in words.
    pub what: Said,
    /// The industry's code.
    pub code: String,
    /// Where: UN/LOCODE and kind of place.
    pub place: Option<String>,
    /// Who signed.
    pub who: Option<String>,
    /// What it was after it.
    pub after: Said,
    /// Fact or not.
    pub standing: EventStanding,
    /// Whether it is the record in question.
    pub focus: bool,
}

/// What an event is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EventStanding {
    /// It happened.
    Fact,
    /// It was planned.
    Planned,
    /// It was estimated.
    Estimated,
    /// It was taken back by whoever said it.
    Retracted,
    /// It stands in another branch of a history that forks.
    OtherBranch,
}

/// A receivable in the tree of a split.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TreeRow {
    /// How far from the root.
    pub depth: u64,
    /// Its reference.
    pub reference: String,
    /// What it is for; absent when it is withheld.
    pub amount: Option<String>,
    /// Its stage.
    pub stage: Said,
    /// Who holds it.
    pub holder: Option<String>,
    /// What was paid on it.
    pub paid: Option<String>,
    /// What is still to be paid.
    pub open: Option<String>,
}

/// A row of the four flows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowRow {
    /// What it is about.
    pub topic: Said,
    /// Information, goods, money, business.
    pub cells: Vec<Vec<FlowCell>>,
    /// Values beyond those shown.
    pub more: u64,
    /// The rules that compare it, and what became of each.
    pub rules: Vec<(String, (Outcome, Tone))>,
}

/// A value, with where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FlowCell {
    /// The value.
    pub value: Said,
    /// The record and field that say it, or the asset whose records were replayed.
    pub evidence: String,
}

/// A rule, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RuleView {
    /// `R5`.
    pub rule: String,
    /// What it asks.
    pub words: Said,
    /// What became of it. A rule that only warns is passed, with its warnings.
    pub outcome: Outcome,
    /// The weight of its heaviest breach.
    pub weight: Option<Severity>,
    /// How many things it was held against.
    pub cases: u64,
    /// Where and how it is broken.
    pub breaches: Vec<BreachView>,
    /// Breaches beyond those listed.
    pub more: u64,
    /// What it lacked.
    pub lacks: Vec<Said>,
}

/// A breach.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BreachView {
    /// How much it weighs.
    pub weight: Severity,
    /// Record and field, the first being the one that broke the rule.
    pub places: Vec<String>,
    /// What was expected.
    pub expected: String,
    /// The same in Chinese.
    pub expected_zh: String,
    /// What was found.
    pub found: String,
    /// The same in Chinese.
    pub found_zh: String,
}
