//! What documents of others came to: drafts of records, which nobody has signed.

use crate::proof::report::Problem;
use crate::proof::trade_view::RuleView;
use crate::trade::said::Said;
use crate::trade::view::RecordView;

/// Documents read into drafts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Drafts {
    /// Each file.
    pub documents: Vec<DraftedDocument>,
    /// The drafts of all, each on a line of its own as `plimsoll record` takes it.
    pub lines: String,
    /// All of it as JSON, a line for each file, as `plimsoll import --json` prints it.
    pub json: String,
}

/// A file read into drafts, or refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftedDocument {
    /// The file's name.
    pub name: String,
    /// What it is; empty when it was refused.
    pub kind: Said,
    /// Why it was refused.
    pub problem: Option<Problem>,
    /// The first of its drafts.
    pub drafts: Vec<DraftView>,
    /// How many drafts there are.
    pub drafted: u64,
    /// The first values that no draft has.
    pub kept: Vec<KeptView>,
    /// How many such values there are.
    pub kept_in_all: u64,
    /// Parts that no record can tell: where, and why.
    pub refused: Vec<(String, String)>,
    /// What became of the rules that need nothing but the document.
    pub rules: Vec<RuleView>,
    /// Where an invoice puts its rounding.
    pub rounding: Option<Said>,
}

/// A draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DraftView {
    /// What its signer would say.
    pub record: RecordView,
    /// Pointers of fields that the document does not state, and the importer supplied.
    pub supplied: Vec<String>,
    /// What is missing for a record, where something is: in English, the field named.
    pub unfit: Option<String>,
}

/// A value that no draft has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptView {
    /// Where it stands in the document.
    pub pointer: String,
    /// Its beginning.
    pub value: String,
    /// Why no draft has it.
    pub why: Said,
}
