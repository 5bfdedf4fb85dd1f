//! What the next reader would get of a proof from which fields are withheld.

use super::PackedReport;
use crate::proof::withhold::{Echo, Hidden};
use crate::trade::view::FieldView;
use crate::trade::withhold::Choice;

/// A proof with fields withheld, examined as its next reader would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NextReader {
    /// Which question this answers.
    pub number: u64,
    /// The fields of the proof as it was, in reading order, each with its choice.
    pub choices: Vec<(FieldView, Choice)>,
    /// The next reader's report.
    pub report: PackedReport,
    /// His proof file.
    pub proof: String,
    /// The same as a link, `/v/1.…`.
    pub link: String,
    /// Fields withheld now.
    pub hidden: Vec<Hidden>,
    /// Where their texts still stand.
    pub echoes: Vec<Echo>,
}
