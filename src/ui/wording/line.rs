//! The four lines: name, outcome, one short sentence.

use super::chrome::Text;
use super::{Lang, step};
use crate::proof::report::{DocumentKind, LineId, LineReport, Outcome, Report, StepReport};
use crate::proof::step::StepId;
use crate::trade::view::RecordView;

/// The line's name.
#[must_use]
pub fn name(line: LineId) -> Text {
    match line {
        LineId::Unchanged => Text::Unchanged,
        LineId::Status => Text::Status,
        LineId::WhoSigned => Text::WhoSigned,
        LineId::MakesSense => Text::MakesSense,
    }
}

/// The outcome in a word.
#[must_use]
pub fn outcome(outcome: Outcome) -> Text {
    match outcome {
        Outcome::Passed => Text::Passed,
        Outcome::Failed => Text::Failed,
        Outcome::NotChecked => Text::NotChecked,
        Outcome::CouldNotCheck => Text::CouldNotCheck,
    }
}

/// The line in one short sentence. A line that failed or could not be checked takes it from the step that says so.
#[must_use]
pub fn sentence(report: &LineReport, whole: &Report, lang: Lang) -> String {
    let (record, document) = (whole.record.as_ref(), whole.document.as_ref().map(|document| document.kind));
    let state = whole.trade.as_ref().map(|trade| super::said(&trade.state, lang)).filter(|state| !state.is_empty());
    let own = own_sentence(report, record, document, lang);
    match (report.line, state) {
        (LineId::Status, Some(state)) => format!("{state}{} {own}", lang.of([".", "。"])),
        _ => own,
    }
}

fn own_sentence(
    report: &LineReport,
    record: Option<&RecordView>,
    document: Option<DocumentKind>,
    lang: Lang,
) -> String {
    let worst = report.steps.iter().find(|step| step.outcome == report.outcome);
    match (report.outcome, worst) {
        (Outcome::Failed, Some(worst)) => capitalised(&failure_of(worst, record, lang)),
        (Outcome::CouldNotCheck, Some(worst)) => capitalised(step::obstacle(root_cause(report, worst).step, lang)),
        (Outcome::Passed, _) => lang.of(passed(report.line, document)).to_owned(),
        (Outcome::NotChecked, _) => lang.of(not_checked(report.line, document, report)).to_owned(),
        (_, None) => Text::in_lang(outcome(report.outcome), lang).to_owned(),
    }
}

/// A step that waits for an earlier one is not the reason itself: the first that could not be done is.
fn root_cause<'a>(report: &'a LineReport, worst: &'a StepReport) -> &'a StepReport {
    let own_reason = |step: &&StepReport| {
        step.outcome == Outcome::CouldNotCheck
            && step.problem.as_ref().is_none_or(|problem| problem.code != "needs-earlier-step")
    };
    report.steps.iter().find(own_reason).unwrap_or(worst)
}

/// Why a step failed, ending the headline “Not genuine: …”, with the changed field where the record shows one.
#[must_use]
pub fn failure_of(failed: &StepReport, record: Option<&RecordView>, lang: Lang) -> String {
    let altered = record.and_then(|record| record.fields.iter().find(|field| field.altered));
    match altered {
        Some(field) if failed.step == StepId::Disclosures => {
            let label = super::record::label(field, lang);
            match lang {
                Lang::En => format!("the {label} was changed."),
                Lang::Zh => format!("“{label}”被改动过。"),
            }
        }
        _ => step::failure(failed.step, lang).to_owned(),
    }
}

fn passed(line: LineId, document: Option<DocumentKind>) -> super::Every {
    match (line, document) {
        (LineId::Unchanged, None) => {
            ["The record is as it was signed, and it is buried in the chain.", "单据与签署时一致，并已深埋在链中。"]
        }
        (LineId::Unchanged, Some(DocumentKind::Timestamped)) => {
            ["The document is as it was when it was timestamped.", "文件与加盖时间戳时一致。"]
        }
        (LineId::Unchanged, Some(DocumentKind::OpenAttestation | DocumentKind::Blockcerts)) => [
            "The document is as it was when it was sealed; anybody can make such a seal.",
            "文件与封存时一致；但任何人都能作这种封存。",
        ],
        (LineId::Status, _) => ["This is the asset’s latest state.", "这是该资产的最新状态。"],
        (LineId::WhoSigned, _) => {
            ["A party registered with a registry you know signed it.", "签署人是在您认识的登记处登记过的一方。"]
        }
        (LineId::MakesSense, _) => ["It agrees with the rules of its trade.", "它符合该行业的规则。"],
    }
}

fn not_checked(line: LineId, document: Option<DocumentKind>, report: &LineReport) -> super::Every {
    let some_passed = report.steps.iter().any(|step| step.outcome == Outcome::Passed);
    match (line, document) {
        (_, Some(DocumentKind::OpenAttestation | DocumentKind::Blockcerts)) => {
            ["The seal says nothing about this.", "封存不涉及这一点。"]
        }
        (_, Some(DocumentKind::Timestamped)) => ["A timestamp says nothing about this.", "时间戳不涉及这一点。"],
        (LineId::Unchanged, None) => ["Nothing of this was checked.", "这一项没有检查。"],
        (LineId::Status, None) if some_passed => [
            "The anchors are recent; whether a later event exists was not checked.",
            "锚定是近期的；是否有更晚的事项没有检查。",
        ],
        (LineId::Status, None) => ["Whether a later event exists was not checked.", "是否有更晚的事项没有检查。"],
        (LineId::WhoSigned, None) if some_passed => {
            ["The signature holds; whose key it is was not checked.", "签名成立；密钥属于谁没有检查。"]
        }
        (LineId::WhoSigned, None) => ["Whose key signed it was not checked.", "由谁的密钥签署没有检查。"],
        (LineId::MakesSense, None) => {
            ["Life cycle, sums and cross-checks were not checked.", "生命周期、金额和交叉核对没有检查。"]
        }
    }
}

/// With a capital first letter; Chinese stays as it is.
#[must_use]
pub fn capitalised(text: &str) -> String {
    let mut text = text.to_owned();
    if let Some(first) = text.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::report::Problem;

    fn line(step: StepId, outcome: Outcome) -> LineReport {
        let problem = Problem {
            code: "x".into(),
            field: String::new(),
            expected: String::new(),
            found: String::new(),
            detail: String::new(),
        };
        let steps = vec![StepReport { step, outcome, values: vec![], problem: Some(problem) }];
        LineReport { line: step.line(), outcome, steps }
    }

    #[test]
    fn what_waits_is_not_the_reason() {
        let mut report = line(StepId::LogInclusion, Outcome::CouldNotCheck);
        report.steps[0].problem.as_mut().expect("made with one").code = "needs-earlier-step".into();
        report.steps.extend(line(StepId::Depth, Outcome::CouldNotCheck).steps);
        assert_eq!(own_sentence(&report, None, None, Lang::En), "Not enough blocks are known on top of it.");
    }
}
