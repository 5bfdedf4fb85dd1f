//! An exported report, checked again: the proof inside is examined anew, and the report compared with what comes out.

use crate::encoding::json::{self, JsonError, Limits};
use crate::proof::bundle::Bytes;
use crate::proof::problem::Finding;
use crate::proof::report::{Conclusion, Outcome, Report, StepReport};
use crate::proof::step::StepId;
use serde::{Deserialize, Serialize};

/// The format name at the head of every exported report.
pub const EXPORT_FORMAT: &str = "plimsoll-export/1";
/// Bounds of an exported report's text; it may hold a document.
pub const LIMITS: Limits = Limits { bytes: 32 * 1024 * 1024, depth: 16 };

/// An exported report: the report, and what it speaks of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// [`EXPORT_FORMAT`].
    pub format: String,
    /// The report.
    pub report: Report,
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
    /// Parses an exported report.
    ///
    /// # Errors
    /// [`ExportError`].
    pub fn parse(text: &[u8]) -> Result<Self, ExportError> {
        let value = json::parse(text, LIMITS)?;
        match value.get("format").and_then(serde_json::Value::as_str) {
            Some(EXPORT_FORMAT) => {}
            found => return Err(ExportError::Format { found: found.unwrap_or("nothing").chars().take(40).collect() }),
        }
        serde_json::from_value(value).map_err(|error| ExportError::Shape(error.to_string()))
    }

    /// Writes the exported report, without indentation: a second way to write reports would cost the page's reader more.
    #[must_use]
    pub fn to_json(&self) -> String {
        serde_json::to_string(self).expect("texts, numbers and lists always serialise")
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
    pub fn verify(claimed: &Report, found: &Report) -> Result<Self, Finding> {
        let block = |report: &Report| {
            report.chain.as_ref().and_then(|chain| chain.block.as_ref()).map(|block| (block.height, block.hash.clone()))
        };
        let parts = [
            ("report.record", text(&claimed.record), text(&found.record)),
            ("report.document", text(&claimed.document), text(&found.document)),
            ("report.path", text(&claimed.path), text(&found.path)),
            ("report.registry.policy_hash", registry(claimed), registry(found)),
            ("report.signer", text(&claimed.signer), text(&found.signer)),
        ];
        let on_chain = [
            ("report.chain.block", text(&block(claimed)), text(&block(found))),
            ("report.conclusion", text(&claimed.conclusion), text(&found.conclusion)),
        ];
        // Whoever has no headers cannot tell; that does not make the report a liar.
        let differs_on_chain = match found.conclusion {
            Conclusion::CannotTell => Finding::could_not("report-not-comparable", ""),
            _ => Finding::failed("report-differs", ""),
        };
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
    (*field).clone_into(&mut finding.problem.field);
    Err(finding)
}

fn text(part: &impl Serialize) -> String {
    serde_json::to_string(part).expect("parts of a report serialise")
}

fn registry(report: &Report) -> String {
    report.registry.as_ref().map(|registry| registry.policy_hash.clone()).unwrap_or_default()
}

/// The two texts from shortly before where they part, so that the reader sees what differs.
fn first_difference(claimed: &str, found: &str) -> (String, String) {
    let at = claimed.chars().zip(found.chars()).take_while(|(a, b)| a == b).count().saturating_sub(20);
    let from = |text: &str| text.chars().skip(at).take(80).collect();
    (from(claimed), from(found))
}

/// Adds to `found` the step that compares it with the report that was handed in.
pub fn compare_with_export(found: &mut Report, claimed: &Report) {
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
        assert_eq!(Export::parse(export().to_json().as_bytes()), Ok(export()));
    }

    #[test]
    fn refuses_what_it_does_not_know() {
        let text = export().to_json();
        let parse = |from: &str, to: &str| {
            assert!(text.contains(from), "{from}");
            Export::parse(text.replacen(from, to, 1).as_bytes()).unwrap_err()
        };
        assert_eq!(parse("export/1", "export/2"), ExportError::Format { found: "plimsoll-export/2".into() });
        assert!(matches!(parse("\"proof\":", "\"prof\":"), ExportError::Shape(_)));
        assert!(matches!(parse("\"name\":", "\"name\":\"x\",\"name\":"), ExportError::Json(_)));
        assert!(matches!(parse("\"AQI=\"", "\"AQI\""), ExportError::Shape(_)));
    }

    #[test]
    fn a_difference_is_shown_from_shortly_before_it() {
        let long = |end: &str| format!("{}{end}", "x".repeat(50));
        let shown = |end: &str| format!("{}{end}", "x".repeat(19));
        assert_eq!(first_difference(&long("one"), &long("other")), (shown("one"), shown("other")));
        assert_eq!(first_difference("", &"y".repeat(100)), (String::new(), "y".repeat(80)));
    }
}
