//! Why a document is no drafts, and why a value of one is in none.

use crate::encoding::json::JsonError;
use crate::encoding::xml::XmlError;
use std::fmt;

/// Why a document cannot be read into drafts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// More bytes than a document may have.
    #[error("{found} bytes are over the limit of {limit}")]
    TooLarge {
        /// Bytes found.
        found: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// More of something than a document may hold.
    #[error("more than {limit} {what}")]
    TooMany {
        /// What there is too much of.
        what: &'static str,
        /// How many are allowed.
        limit: usize,
    },
    /// Not JSON that may be read.
    #[error("not JSON that can be read")]
    Json(#[source] JsonError),
    /// Not XML that may be read.
    #[error("not XML that can be read")]
    Xml(#[source] XmlError),
    /// A number that would come out as another.
    #[error("the number {found} cannot be read exactly")]
    Inexact {
        /// The number, as it is written.
        found: String,
    },
    /// Known, but it says nothing that a record could.
    #[error("this is {what}: {reason}")]
    NotADocument {
        /// What it is.
        what: String,
        /// Why it becomes no record.
        reason: String,
    },
    /// None of the documents that are known here.
    #[error("{name:?} is none of the documents that can be imported")]
    Unrecognised {
        /// The file's name, or its beginning.
        name: String,
    },
}

/// Why a value of a document is in no draft.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// Records have no field of that name in that place.
    Unknown,
    /// The field is known, and the value is not of its kind.
    Kind {
        /// What was expected.
        expected: String,
    },
    /// It says how the document was sent or written, not what it is about.
    Carriage,
    /// The draft has another value for the same field, from elsewhere in the document.
    Conflict {
        /// JSON pointer of the field in the draft.
        field: String,
    },
    /// It stands for nobody, where the form asks for a party.
    Placeholder,
    /// It is signed or attached content that is not looked into here.
    Attached,
    /// It belongs to a part that no record can tell.
    Refused,
}

impl fmt::Display for Why {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unknown => f.write_str("no field of a record"),
            Self::Kind { expected } => write!(f, "expected {expected}"),
            Self::Carriage => f.write_str("about the message, not the goods"),
            Self::Conflict { field } => write!(f, "{field} has another value"),
            Self::Placeholder => f.write_str("stands for nobody"),
            Self::Attached => f.write_str("attached, not looked into"),
            Self::Refused => f.write_str("part of what is refused"),
        }
    }
}
