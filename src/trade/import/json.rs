//! What an import came to, as JSON: the command line prints it, and the page saves it.

use super::{Draft, Imported};
use serde_json::{Value, json};

impl Imported {
    /// All of it: the file's drafts, where each value comes from, what is kept and what is refused. `at`, RFC 3339, stands in
    /// where the document does not say when.
    #[must_use]
    pub fn to_json(&self, name: &str, at: &str) -> Value {
        let draft = |draft: &Draft| {
            let origins: Vec<Value> =
                draft.origins.iter().map(|origin| json!({"source": origin.source, "field": origin.field})).collect();
            let unsaid = draft.action_date_time.is_none();
            let mut supplied: Vec<&str> = draft.supplied.iter().map(String::as_str).collect();
            supplied.extend(unsaid.then_some("/actionDateTime"));
            json!({"record": draft.statement(at), "origins": origins, "supplied": supplied})
        };
        json!({
            "file": name,
            "document": self.document.name(),
            "drafts": self.drafts.iter().map(draft).collect::<Vec<_>>(),
            "kept": self.kept.iter()
                .map(|kept| json!({"pointer": kept.pointer, "value": kept.value, "why": kept.why.to_string()}))
                .collect::<Vec<_>>(),
            "refused": self.refused.iter()
                .map(|refused| json!({"pointer": refused.pointer, "reason": refused.reason}))
                .collect::<Vec<_>>(),
        })
    }

    /// The drafts alone, each on a line of its own as `plimsoll record` takes it.
    #[must_use]
    pub fn lines(&self, at: &str) -> String {
        self.drafts.iter().map(|draft| format!("{}\n", Value::Object(draft.statement(at)))).collect()
    }
}

/// A file that was not imported, with why.
#[must_use]
pub fn refused_json(name: &str, reason: &str) -> Value {
    json!({"file": name, "error": reason})
}
