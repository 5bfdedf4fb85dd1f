//! A report as a table, for who keeps it in a spreadsheet.

use crate::proof::report::{Outcome, Report};
use crate::trade::view::{FieldValue, FieldView};
use serde::Serialize;

/// The report as a table for spreadsheets: RFC 4180, with the byte-order mark that tells Excel it is UTF-8. One fact a
/// row: section, item, value, and what stands beside it (code, unit, outcome).
#[must_use]
pub fn csv(report: &Report) -> String {
    let mut table = Table::new();
    table.row(["section", "item", "value", "beside"]);
    table.row(["report", "conclusion", &word(&report.conclusion), ""]);
    table.row(["report", "made at", &crate::time::UnixTime(report.made_at).to_string(), ""]);
    table.row(["report", "program version", &report.version, ""]);
    if let Some(record) = &report.record {
        table.row(["record", "asset", &record.reference, &record.scheme]);
        table.row(["record", "record", &record.record_id, &record.record_type]);
        table.row(["record", "action", &record.action_words, &record.action_code]);
        table.row(["record", "action date and time", &record.action_date_time, ""]);
        for field in &record.fields {
            let (value, beside) = cells(&field.value);
            table.row(["field", &field.path, &value, &mark(field, beside)]);
        }
    }
    if let Some(document) = &report.document {
        table.row(["document", "name", &document.name, ""]);
        table.row(["document", "digest", &document.digest, &document.algorithm]);
    }
    if let Some(signer) = &report.signer {
        table.row(["signer", "key", &signer.key_id, &signer.algorithm]);
        let (name, code) = (signer.party_name.as_deref(), signer.party_code.as_deref());
        table.row(["signer", "party", name.unwrap_or_default(), code.unwrap_or_default()]);
    }
    if let Some(registry) = &report.registry {
        table.row(["registry", "name", &registry.name, if registry.known { "known" } else { "unknown" }]);
        table.row(["registry", "policy SHA-256", &registry.policy_hash, ""]);
    }
    for line in &report.lines {
        table.row(["line", &word(&line.line), &word(&line.outcome), ""]);
        for step in &line.steps {
            let problem = step.problem.as_ref();
            table.row(["step", &word(&step.step), &word(&step.outcome), problem.map_or("", |problem| &problem.code)]);
            for value in &step.values {
                table.row(["step value", &format!("{} / {}", word(&step.step), value.label), &value.text, ""]);
            }
            if let (Some(problem), Outcome::Failed | Outcome::CouldNotCheck) = (problem, step.outcome) {
                for (item, text) in [
                    ("field", &problem.field),
                    ("expected", &problem.expected),
                    ("found", &problem.found),
                    ("detail", &problem.detail),
                ] {
                    if !text.is_empty() {
                        table.row(["step problem", &format!("{} / {item}", word(&step.step)), text, &problem.code]);
                    }
                }
            }
        }
    }
    if let Some(chain) = &report.chain {
        table.row(["chain", "network", &chain.network, &chain.basis]);
        if let Some(block) = &chain.block {
            table.row(["chain", "block", &block.height.to_string(), &block.hash]);
        }
        table.row(["chain", "tip", &chain.tip.height.to_string(), &chain.tip.hash]);
        table.row([
            "chain",
            "confirmations",
            &chain.confirmations.to_string(),
            &format!("{} required", chain.required),
        ]);
        table.row(["chain", "hashes above", &chain.work_above, ""]);
    }
    table.text
}

/// The word a value has in JSON, such as `could-not-check`.
fn word(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default().trim_matches('"').to_owned()
}

fn cells(value: &FieldValue) -> (String, &str) {
    match value {
        FieldValue::Text { text } | FieldValue::Moment { text } => (text.clone(), ""),
        FieldValue::Code { code, meaning } => (code.clone(), meaning),
        FieldValue::Amount { value, currency } => (value.clone(), currency),
        FieldValue::Quantity { value, unit } => (value.clone(), unit),
        FieldValue::Group { members } => (format!("{members} members"), ""),
        FieldValue::Withheld => (String::new(), "withheld"),
    }
}

fn mark(field: &FieldView, beside: &str) -> String {
    match (field.altered, beside) {
        (false, beside) => beside.to_owned(),
        (true, "") => "altered".to_owned(),
        (true, beside) => format!("{beside}; altered"),
    }
}

struct Table {
    text: String,
}

impl Table {
    fn new() -> Self {
        Self { text: "\u{feff}".to_owned() }
    }

    fn row(&mut self, cells: [&str; 4]) {
        for (place, cell) in cells.iter().enumerate() {
            if place > 0 {
                self.text.push(',');
            }
            self.text.push('"');
            // A spreadsheet would run a cell that starts so as a formula; records are hostile text. Plain negative
            // numbers are left alone.
            let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠']);
            let number = cell
                .strip_prefix('-')
                .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.'));
            if formula && !number {
                self.text.push('\'');
            }
            self.text.push_str(&cell.replace('"', "\"\""));
            self.text.push('"');
        }
        self.text.push_str("\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_never_a_formula() {
        let mut table = Table::new();
        table.row(["=1+1", "@x", "-2", "-2+3"]);
        table.row(["\tx", "say \"no\"", "a\r\nb", "＝1"]);
        let expected =
            "\u{feff}\"'=1+1\",\"'@x\",\"-2\",\"'-2+3\"\r\n\"'\tx\",\"say \"\"no\"\"\",\"a\r\nb\",\"'＝1\"\r\n";
        assert_eq!(table.text, expected);
    }
}
