//! A record as a person reads it: plain words beside the industry's codes, every field in its place.
//!
//! Chinese words stand beside the English for the page; JSON has the English alone.

use serde::{Deserialize, Serialize};

/// A record, rendered. It says nothing about whether the record is genuine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordView {
    /// `recordType`, such as `receivable` or `transport-document`.
    pub record_type: String,
    /// `recordId`.
    pub record_id: String,
    /// Asset scheme: `receivable`, `transport-document`, `equipment`, `invoice`, `party` or `clearing-round`.
    pub scheme: String,
    /// The asset's reference in its scheme, such as `RCV-2026-0042`.
    pub reference: String,
    /// 1 for the asset's first event.
    pub sequence: u64,
    /// `actionCode`, such as `CONFIRM` or `LOAD`.
    pub action_code: String,
    /// The action in plain English words, such as "payment confirmed by the bank".
    pub action_words: String,
    /// The same in Chinese; empty when the action is not one we know.
    #[serde(skip)]
    pub action_words_zh: String,
    /// `actionDateTime`, RFC 3339 with the offset the signer gave.
    pub action_date_time: String,
    /// Who acted: plain name where it is disclosed.
    pub actor: Option<String>,
    /// To whom, where the action has a recipient.
    pub recipient: Option<String>,
    /// The one amount that matters most, such as a receivable's face amount.
    pub amount: Option<AmountView>,
    /// Every field of the record, in reading order.
    pub fields: Vec<FieldView>,
    /// Digests in the record that nothing disclosed fits: fields withheld by whoever made this link (or decoys).
    pub withheld: u64,
}

/// Money.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AmountView {
    /// Exact decimal text, such as `84300.00`.
    pub value: String,
    /// ISO 4217.
    pub currency: String,
}

/// One field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldView {
    /// JSON pointer from the payload's root, such as `/body/documentParties/0/partyName`.
    pub path: String,
    /// The industry's name, such as `faceAmount`.
    pub name: String,
    /// The plain word in English, such as "face amount"; the name itself where there is none.
    pub label: String,
    /// The plain word in Chinese; empty where there is none.
    #[serde(skip)]
    pub label_zh: String,
    /// How deep in the record: 0 for a top field, for indentation.
    pub level: u8,
    /// The value.
    pub value: FieldValue,
    /// What the value's code or unit means, in Chinese; empty where there is none.
    #[serde(skip)]
    pub meaning_zh: String,
    /// The check that failed on this field, when one did: the page marks it where it stands.
    pub altered: bool,
}

/// A field's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum FieldValue {
    /// Free text, a reference, a number.
    Text {
        /// The text.
        text: String,
    },
    /// A code of the industry with its plain meaning.
    Code {
        /// The code, such as `GTIN`.
        code: String,
        /// The meaning in English, such as "gate in"; empty when the code is not one we know.
        meaning: String,
    },
    /// Money.
    Amount {
        /// Exact decimal text.
        value: String,
        /// ISO 4217.
        currency: String,
    },
    /// A quantity with its unit, such as 12400 KGM.
    Quantity {
        /// Decimal text.
        value: String,
        /// UN/ECE unit code.
        unit: String,
    },
    /// A date or a date-time, as written.
    Moment {
        /// ISO 8601 text.
        text: String,
    },
    /// An object or a list; its members follow at the next level.
    Group {
        /// How many members it has.
        members: u64,
    },
    /// Withheld by whoever made the link.
    Withheld,
}
