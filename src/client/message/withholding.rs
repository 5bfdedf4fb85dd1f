//! What the next reader would get of a proof from which fields are withheld.

use super::PackedReport;
use crate::proof::report::Problem;
use crate::proof::withhold::{Echo, Hidden};
use crate::trade::view::FieldView;
use crate::trade::withhold::Choice;
use std::fmt;

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

/// A proof, encrypted, and the link that opens it.
#[derive(Clone, PartialEq, Eq)]
pub struct EncryptedProof {
    /// Which question this answers.
    pub number: u64,
    /// A name for the file.
    pub name: String,
    /// The file.
    pub file: Vec<u8>,
    /// The address that was given.
    pub address: String,
    /// The link, `/v/u.…`, with the key in it; or why the address is none.
    pub link: Result<String, Problem>,
}

/// Whoever prints it shall not have the key.
impl fmt::Debug for EncryptedProof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EncryptedProof").field("number", &self.number).field("name", &self.name).finish_non_exhaustive()
    }
}
