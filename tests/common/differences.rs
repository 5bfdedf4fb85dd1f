//! What one report tells otherwise than another: every step is compared, so that whatever is not named is known to be the same.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::proof::report::{Outcome, Report, StepReport};
use plimsoll::proof::step::StepId;

/// What a step tells.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    pub step: StepId,
    pub outcome: Outcome,
    pub code: String,
    pub field: String,
    pub expected: String,
    pub found: String,
}

impl Told {
    fn new(step: StepId, outcome: Outcome, code: &str, field: &str) -> Self {
        let (expected, found) = (String::new(), String::new());
        Self { step, outcome, code: code.into(), field: field.into(), expected, found }
    }

    /// With what was expected and what was found.
    pub fn comparing(self, expected: impl ToString, found: impl ToString) -> Self {
        Self { expected: expected.to_string(), found: found.to_string(), ..self }
    }
}

/// Checked, and wrong.
pub fn failed(step: StepId, code: &str, field: &str) -> Told {
    Told::new(step, Outcome::Failed, code, field)
}

/// Something needed is not at hand.
pub fn could_not(step: StepId, code: &str, field: &str) -> Told {
    Told::new(step, Outcome::CouldNotCheck, code, field)
}

/// Waits for a step that gave nothing.
pub fn waits(step: StepId, earlier: &str) -> Told {
    could_not(step, "needs-earlier-step", earlier)
}

/// Not part of what is checked.
pub fn not_checked(step: StepId, code: &str) -> Told {
    Told::new(step, Outcome::NotChecked, code, "")
}

fn told(done: &StepReport) -> Told {
    match &done.problem {
        None => Told::new(done.step, done.outcome, "", ""),
        Some(problem) => Told::new(done.step, done.outcome, &problem.code, &problem.field)
            .comparing(&problem.expected, &problem.found),
    }
}

fn steps(report: &Report) -> Vec<Told> {
    report.lines.iter().flat_map(|line| &line.steps).map(told).collect()
}

/// The steps that tell something else than in a good report, in the report's order. Every step is in both.
pub fn differences(good: &Report, report: &Report) -> Vec<Told> {
    let (before, after) = (steps(good), steps(report));
    assert_eq!(before.len(), after.len(), "every step is done: {:?}", report.unreadable);
    let pairs = before.iter().zip(after);
    pairs
        .filter_map(|(before, after)| {
            assert_eq!(before.step, after.step);
            (*before != after).then_some(after)
        })
        .collect()
}
