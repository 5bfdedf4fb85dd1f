//! An exported report, checked again: the proof inside is examined anew, and the report compared with what comes out.

use crate::encoding::json::{self, JsonError, Limits};
use crate::proof::bundle::Bytes;
use crate::proof::problem::Finding;
use crate::proof::report::{Conclusion, Outcome, Report, StepReport};
use crate::proof::step::StepId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The format name at the head of every exported report.
pub const EXPORT_FORMAT: &str = "plimsoll-export/1";
/// Bounds of an exported report's text; it may hold a document.
pub const LIMITS: Limits = Limits { bytes: 32 * 1024 * 1024, depth: 16 };

/// A report to be exported, and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Export {
    /// [`EXPORT_FORMAT`].
    pub format: String,
    /// The report.
    pub report: Report,
    /// The proof file, as text, when the report speaks of a record.
    pub proof: Option<String>,
    /// Files, when it speaks of a timestamp: the `.ots` file and its document.
    pub files: Vec<ExportedFile>,
}

/// An export that was handed in. Its report is a claim that is compared and never shown, so it stays the JSON it is.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedExport {
    /// [`EXPORT_FORMAT`].
    pub format: String,
    /// The report.
    pub report: Value,
    /// The proof file, as text, when the report speaks of a record.
    #[serde(default)]
    pub proof: Option<String>,
    /// Files, when it speaks of a timestamp: the `.ots` file and its document.
    #[serde(default)]
    pub files: Vec<ExportedFile>,
}

/// A file inside an exported report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedFile {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub bytes: Bytes,
}

/// Why a text is not an exported report.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// Not JSON as we read it.
    #[error("not an exported report")]
    Json(#[from] JsonError),
    /// A member is missing, unknown or of another type.
    #[error("not an exported report: {0}")]
    Shape(String),
    /// Another format or version.
    #[error("format: expected {EXPORT_FORMAT:?}, found {found:?}")]
    Format {
        /// The format found.
        found: String,
    },
}

impl Export {
    /// Writes the exported report, without indentation.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and lists always serialise")
    }
}

impl ClaimedExport {
    /// Parses an exported report.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn parse(text: &[u8]) -> Result<Self, ExportError> {
        let value = json::parse(text, LIMITS)?;
        match value.get("format").and_then(Value::as_str) {
            Some(EXPORT_FORMAT) => {}
            found => return Err(ExportError::Format { found: found.unwrap_or("nothing").chars().take(40).collect() }),
        }
        let export: Self = serde_json::from_value(value).map_err(|error| ExportError::Shape(error.to_string()))?;
        if !export.report.is_object() {
            return Err(ExportError::Shape("its report is no object".into()));
        }
        Ok(export)
    }
}

/// Evidence that an exported report says of its proof what an examination of that proof says now. What time and newer
/// headers change (depth, work, the tip, the clock) is not compared.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct ReportAgrees(());

impl ReportAgrees {
    /// Compares what was claimed with what was found.
    ///
    /// # Errors
    /// A finding that names the first part that differs: *failed*, or *could not check* where only the chain would tell and
    /// what is needed for that is not at hand.
    pub fn verify(claimed: &Value, found: &Report) -> Result<Self, Finding> {
        // Whoever has no headers cannot tell; that does not make the report a liar.
        let differs_on_chain = match found.conclusion {
            Conclusion::CannotTell => Finding::could_not("report-not-comparable", ""),
            _ => Finding::failed("report-differs", ""),
        };
        // By way of the text, as an exported report came: a second way to write reports would be as large a program again.
        let found = serde_json::to_vec(found).expect("texts, numbers and lists always serialise");
        let found = json::parse(&found, Limits { bytes: usize::MAX, ..LIMITS }).expect("reports name nothing twice");
        let parts = ["record", "document", "path", "registry.policy_hash", "signer"]
            .map(|name| (name, part(claimed, name), part(&found, name)));
        let on_chain = [
            ("chain.block", block(claimed), block(&found)),
            ("conclusion", part(claimed, "conclusion"), part(&found, "conclusion")),
        ];
        compare(&parts, &Finding::failed("report-differs", ""))?;
        compare(&on_chain, &differs_on_chain)?;
        Ok(Self(()))
    }
}

/// `finding` about the first of these parts (field, claimed, found) that differs.
fn compare(parts: &[(&str, String, String)], finding: &Finding) -> Result<(), Finding> {
    let Some((field, claimed, found)) = parts.iter().find(|(_, claimed, found)| claimed != found) else {
        return Ok(());
    };
    let (claimed, found) = first_difference(claimed, found);
    let mut finding = finding.clone().comparing(found, claimed);
    finding.problem.field = format!("report.{field}");
    Err(finding)
}

/// A part of a report, named by its members with a full stop between them.
fn at<'a>(report: &'a Value, name: &str) -> &'a Value {
    name.split('.').fold(report, |value, member| &value[member])
}

fn part(report: &Value, name: &str) -> String {
    at(report, name).to_string()
}

/// Height and hash of the block: its other members change with the headers in hand.
fn block(report: &Value) -> String {
    match at(report, "chain.block") {
        Value::Null => Value::Null.to_string(),
        block => Value::from_iter([block["height"].clone(), block["hash"].clone()]).to_string(),
    }
}

/// The two texts from shortly before where they part, so that the reader sees what differs.
fn first_difference(claimed: &str, found: &str) -> (String, String) {
    let at = claimed.chars().zip(found.chars()).take_while(|(a, b)| a == b).count().saturating_sub(20);
    let from = |text: &str| text.chars().skip(at).take(80).collect();
    (from(claimed), from(found))
}

/// Adds to `found` the step that compares it with the report that was handed in.
pub fn compare_with_export(found: &mut Report, claimed: &Value) {
    let (outcome, problem) = match ReportAgrees::verify(claimed, found) {
        Ok(_agrees) => (Outcome::Passed, None),
        Err(finding) => (finding.outcome, Some(finding.problem)),
    };
    let step = StepReport { step: StepId::ReportAgrees, outcome, values: vec![], problem };
    if let Some(line) = found.lines.iter_mut().find(|line| line.line == StepId::ReportAgrees.line()) {
        line.outcome = line.outcome.min(outcome);
        line.steps.push(step);
    }
    if outcome == Outcome::Failed {
        found.conclusion = Conclusion::NotGenuine;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::report::InputKind;
    use crate::time::UnixTime;

    fn export() -> Export {
        let report = Report::empty(InputKind::ProofFile, Conclusion::CannotTell, UnixTime(7));
        let file = ExportedFile { name: "deed.pdf".into(), bytes: Bytes(vec![1, 2]) };
        Export { format: EXPORT_FORMAT.into(), report, proof: Some("{}".into()), files: vec![file] }
    }

    #[test]
    fn round_trips() {
        let Export { format, report, proof, files } = export();
        let report = serde_json::to_value(report).expect("serialises");
        let claimed = ClaimedExport { format, report, proof, files };
        assert_eq!(ClaimedExport::parse(export().to_json().as_bytes()), Ok(claimed));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let text = export().to_json();
        let parse = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            ClaimedExport::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err()
        };
        assert_eq!(parse("export/1", "export/2"), ExportError::Format { found: "plimsoll-export/2".into() });
        assert!(matches!(parse("\"proof\":", "\"prof\":"), ExportError::Shape(_)));
        assert!(matches!(parse("\"name\":", "\"name\":\"x\",\"name\":"), ExportError::Json(_)));
        assert!(matches!(parse("\"AQI=\"", "\"AQI\""), ExportError::Shape(_)));
        let bare = format!("{{\"format\":\"{EXPORT_FORMAT}\",\"report\":[]}}");
        assert!(matches!(ClaimedExport::parse(bare.as_bytes()), Err(ExportError::Shape(_))));
    }

    #[test]
    fn a_report_without_its_parts_agrees_with_nothing() {
        let report = export().report;
        let whole = serde_json::to_value(&report).expect("serialises");
        assert!(ReportAgrees::verify(&whole, &report).is_ok());
        for bare in [Value::Object(Default::default()), Value::from("x"), Value::from(7)] {
            assert_eq!(ReportAgrees::verify(&bare, &report).unwrap_err().problem.field, "report.conclusion");
        }
    }

    #[test]
    fn a_difference_is_shown_from_shortly_before_it() {
        let long = |end: &str| format!("{}{end}", "x".repeat(50));
        let shown = |end: &str| format!("{}{end}", "x".repeat(19));
        assert_eq!(first_difference(&long("one"), &long("other")), (shown("one"), shown("other")));
        assert_eq!(first_difference("", &"y".repeat(100)), (String::new(), "y".repeat(80)));
    }
}
