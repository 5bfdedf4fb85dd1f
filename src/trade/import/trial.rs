//! A draft held against the rules that need nothing but itself.

use super::Draft;
use crate::trade::identifier_rules::rule_identifiers;
use crate::trade::invoice_arithmetic::{Rounding, rule_invoice};
use crate::trade::record::{Record, RecordError, SCHEMA_VERSION};
use crate::trade::rule::Sheet;
use serde_json::{Value, json};

/// The public key of RFC 8037, appendix A.2: it stands where a signer's key will, and none of these rules looks at it.
const NOBODY: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";

impl Draft {
    /// Holds the draft against rules S1, S14 and A1 to A6 and writes down what it finds; gives where an invoice puts its rounding.
    ///
    /// # Errors
    /// [`RecordError`] names the field for which no record can be made of it as it stands.
    pub fn hold_alone(&self, at: &str, sheet: &mut Sheet) -> Result<Option<Rounding>, RecordError> {
        let mut payload = self.statement(at);
        let mut put = |name: &str, value: Value| payload.insert(name.to_owned(), value);
        put("schemaVersion", json!(SCHEMA_VERSION));
        put("sequence", json!(1));
        put("subject", json!({"scheme": self.scheme, "reference": self.reference, "blinding": ""}));
        let mut actor = self.actor.clone().unwrap_or_default();
        actor.insert("key".to_owned(), json!({"kty": "OKP", "crv": "Ed25519", "x": NOBODY}));
        put("actor", Value::Object(actor));
        let record = Record::from_json(&payload)?;
        rule_identifiers(&record, sheet);
        Ok(rule_invoice(&record, sheet).rounding)
    }
}
