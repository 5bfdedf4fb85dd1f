//! The record of an examination: each step once, in order, with what came of it.

use crate::proof::problem::Finding;
use crate::proof::report::{LineId, LineReport, Outcome, StepReport, Value, ValueKind};
use crate::proof::step::StepId;
use std::fmt::Display;

/// Collects steps while a proof is examined. It only writes down: evidence passes through it to whoever needs it next.
#[derive(Debug, Default)]
pub struct Examination {
    steps: Vec<StepReport>,
}

impl Examination {
    /// Writes down a step and hands its evidence on; `None` when it did not pass.
    pub fn step<T>(&mut self, step: StepId, values: Vec<Value>, result: Result<T, Finding>) -> Option<T> {
        let (outcome, problem, evidence) = match result {
            Ok(evidence) => (Outcome::Passed, None, Some(evidence)),
            Err(finding) => (finding.outcome, Some(finding.problem), None),
        };
        debug_assert!(self.steps.iter().all(|done| done.step != step), "{step:?} written twice");
        self.steps.push(StepReport { step, outcome, values, problem });
        evidence
    }

    /// Writes down a step that needs what an earlier step did not give.
    pub fn needs<T>(&mut self, step: StepId, earlier: StepId) -> Option<T> {
        let name = serde_json::to_value(earlier).ok().and_then(|name| name.as_str().map(str::to_owned));
        self.step(step, vec![], Err(Finding::could_not("needs-earlier-step", name.unwrap_or_default())))
    }

    /// What became of a step so far.
    #[must_use]
    pub fn outcome(&self, step: StepId) -> Option<Outcome> {
        self.steps.iter().find(|done| done.step == step).map(|done| done.outcome)
    }

    /// The four lines, each with its steps in the order a reader would redo them.
    #[must_use]
    pub fn into_lines(mut self) -> Vec<LineReport> {
        self.steps.sort_by_key(|step| step.step);
        [LineId::Unchanged, LineId::Status, LineId::WhoSigned, LineId::MakesSense]
            .map(|line| {
                let steps: Vec<StepReport> =
                    self.steps.iter().filter(|step| step.step.line() == line).cloned().collect();
                let outcome = steps.iter().map(|step| step.outcome).min().unwrap_or(Outcome::NotChecked);
                LineReport { line, outcome, steps }
            })
            .into()
    }
}

/// A hash, key or transaction id.
#[must_use]
pub fn hash(label: &str, text: impl Display) -> Value {
    Value { label: label.into(), text: text.to_string(), kind: ValueKind::Hash }
}

/// A whole number.
#[must_use]
pub fn number(label: &str, number: impl Display) -> Value {
    Value { label: label.into(), text: number.to_string(), kind: ValueKind::Number }
}

/// A moment.
#[must_use]
pub fn moment(label: &str, seconds: i64) -> Value {
    let text = crate::time::UnixTime(seconds).to_string();
    Value { label: label.into(), text, kind: ValueKind::Time }
}

/// Any other text.
#[must_use]
pub fn text(label: &str, text: impl Display) -> Value {
    Value { label: label.into(), text: text.to_string(), kind: ValueKind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_as_good_as_its_worst_step() {
        let mut examination = Examination::default();
        assert_eq!(examination.step(StepId::Depth, vec![], Ok(7)), Some(7));
        assert_eq!(examination.needs::<()>(StepId::BlockOnChain, StepId::AnchorInBlock), None);
        examination.step::<()>(StepId::TradeRules, vec![], Err(Finding::not_checked("no-rules")));
        examination.step::<()>(StepId::RegistryKnown, vec![], Err(Finding::failed("x", "y").comparing(1, 2)));
        examination.step(StepId::EventSignature, vec![], Ok(()));
        let lines = examination.into_lines();
        let outcomes: Vec<Outcome> = lines.iter().map(|line| line.outcome).collect();
        assert_eq!(outcomes, [Outcome::CouldNotCheck, Outcome::NotChecked, Outcome::Failed, Outcome::NotChecked]);
        assert_eq!(lines[0].steps[0].step, StepId::BlockOnChain, "sorted");
        assert_eq!(lines[0].steps[0].problem.as_ref().unwrap().field, "anchor-in-block");
    }
}
