//! What can be wrong with a record, for [`crate::trade::record`] and the evidence that rests on it.

use crate::crypto::key::KeyId;
use crate::encoding::TextError;
use crate::time::DateTimeError;
use crate::trade::amount::AmountError;
use crate::trade::party::PartyKeyError;

/// Why a payload is not a record, or not one that was signed. Fields are JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// A field is neither there nor withheld.
    #[error("{field} is missing: expected {expected}")]
    Missing {
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
    },
    /// A field is not what it should be.
    #[error("{field}: expected {expected}, found {found}")]
    Wrong {
        /// The field.
        field: String,
        /// What it should be.
        expected: String,
        /// What it is.
        found: String,
    },
    /// A field that is always in the clear came in a disclosure, so that it could have been withheld.
    #[error("{field}: expected in the clear, found in a disclosure")]
    NotInTheClear {
        /// The field.
        field: String,
    },
    /// A claim that this program does not honour.
    #[error("{field}: a record has no such claim")]
    Limiting {
        /// The field.
        field: String,
    },
    /// An amount of money.
    #[error("{field}")]
    Amount {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: AmountError,
    },
    /// A date and time.
    #[error("{field}")]
    Moment {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: DateTimeError,
    },
    /// Hexadecimal or base64url text.
    #[error("{field}")]
    Text {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: TextError,
    },
    /// A public key.
    #[error("{field}")]
    Key {
        /// The field.
        field: String,
        /// What is wrong with it.
        source: PartyKeyError,
    },
    /// The signature is by another key than the actor's.
    #[error("/actor/key: expected {expected}, which signed, found {found}")]
    OtherSigner {
        /// The key that signed.
        expected: KeyId,
        /// The actor's key.
        found: KeyId,
    },
    /// The signature is one of another record.
    #[error("the signature is not of this record")]
    OtherSignature,
}

impl RecordError {
    /// The field it speaks of, as a JSON pointer.
    #[must_use]
    pub fn field(&self) -> &str {
        match self {
            Self::Missing { field, .. }
            | Self::Wrong { field, .. }
            | Self::NotInTheClear { field }
            | Self::Limiting { field }
            | Self::Amount { field, .. }
            | Self::Moment { field, .. }
            | Self::Text { field, .. }
            | Self::Key { field, .. } => field,
            Self::OtherSigner { .. } => "/actor/key",
            Self::OtherSignature => "",
        }
    }
}
