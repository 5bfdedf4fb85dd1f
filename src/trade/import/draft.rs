//! A record before anybody signed it.

use crate::trade::action::{Action, RecordType};
use serde_json::{Map, Value, json};

/// A record that a document can become: what its signer would say. Sequence, previous record and key come with the signature.
#[derive(Debug, Clone, PartialEq)]
pub struct Draft {
    /// `recordType`.
    pub record_type: RecordType,
    /// `recordId`: a suggestion, different for each draft of a document.
    pub record_id: String,
    /// `subject/scheme`.
    pub scheme: &'static str,
    /// `subject/reference`.
    pub reference: String,
    /// `actionCode`.
    pub action: &'static Action,
    /// `actionDateTime`, RFC 3339; none where the document does not say when: then it is the time of signing.
    pub action_date_time: Option<String>,
    /// The party that acts, where the document names one: whoever signs should be it.
    pub actor: Option<Map<String, Value>>,
    /// `recipient`, where the document names one.
    pub recipient: Option<Map<String, Value>>,
    /// `body`.
    pub body: Map<String, Value>,
    /// Where each value comes from.
    pub origins: Vec<Origin>,
    /// Pointers of fields that the document does not state and the importer supplied.
    pub supplied: Vec<String>,
}

/// Where a value of a draft comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// Where it stands in the document, as in [`super::Kept`].
    pub source: String,
    /// JSON pointer of the field in the record.
    pub field: String,
}

impl Draft {
    /// What its signer says, in the form that `plimsoll record` takes. `at`, RFC 3339, stands in for an `actionDateTime` that the
    /// document does not state.
    #[must_use]
    pub fn statement(&self, at: &str) -> Map<String, Value> {
        let mut statement = Map::new();
        let mut put = |name: &str, value: Value| statement.insert(name.to_owned(), value);
        put("recordType", json!(self.record_type.code()));
        put("recordId", json!(self.record_id));
        put("subject", json!({"scheme": self.scheme, "reference": self.reference}));
        put("actionCode", json!(self.action.code));
        put("actionDateTime", json!(self.action_date_time.as_deref().unwrap_or(at)));
        for (name, party) in [("actor", &self.actor), ("recipient", &self.recipient)] {
            if let Some(party) = party {
                put(name, Value::Object(party.clone()));
            }
        }
        put("body", Value::Object(self.body.clone()));
        statement
    }
}
