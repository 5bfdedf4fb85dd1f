//! What a reader is told, held against what a good proof would say: the difference is stated, and nothing else differs.

use plimsoll::proof::report::{Conclusion, Outcome, Report, StepReport};
use plimsoll::proof::step::StepId;

/// Every step of a record's examination.
pub const STEPS: [StepId; 18] = [
    StepId::Disclosures,
    StepId::RecordSignature,
    StepId::EventMatchesRecord,
    StepId::LogInclusion,
    StepId::CheckpointSignature,
    StepId::WitnessQuorum,
    StepId::AnchorPayload,
    StepId::AnchorLineage,
    StepId::AnchorInBlock,
    StepId::BlockOnChain,
    StepId::Depth,
    StepId::Cadence,
    StepId::History,
    StepId::LatestState,
    StepId::RegistryKnown,
    StepId::PartyRegistered,
    StepId::EventSignature,
    StepId::TradeRules,
];

/// What a step tells.
#[derive(Debug, PartialEq, Eq)]
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

/// Not part of what is checked.
pub fn not_checked(step: StepId, code: &str) -> Told {
    Told::new(step, Outcome::NotChecked, code, "")
}

/// A step of a report.
pub fn step(report: &Report, step: StepId) -> &StepReport {
    let line = report.line(step.line()).expect("every line is there");
    line.steps.iter().find(|done| done.step == step).unwrap_or_else(|| panic!("{step:?} is missing: {report:#?}"))
}

/// The check's own words on a step.
pub fn detail(report: &Report, of: StepId) -> &str {
    &step(report, of).problem.as_ref().unwrap_or_else(|| panic!("{of:?} has no problem")).detail
}

fn told(done: &StepReport) -> Told {
    let found = Told::new(done.step, done.outcome, "", "");
    match &done.problem {
        None => found,
        Some(problem) => Told { code: problem.code.clone(), field: problem.field.clone(), ..found }
            .comparing(&problem.expected, &problem.found),
    }
}

/// Holds a report to exactly these findings, and to these steps that wait for another; every other step says what it says
/// of a good proof, and the conclusion follows from all.
pub fn assert_told(report: &Report, findings: &[Told], waiting: &[(StepId, StepId)]) {
    // What is not genuine has no history, and no rules are held against it.
    let evidence = [
        StepId::Disclosures,
        StepId::RecordSignature,
        StepId::EventSignature,
        StepId::EventMatchesRecord,
        StepId::LogInclusion,
        StepId::CheckpointSignature,
        StepId::WitnessQuorum,
    ];
    let not_genuine = evidence.into_iter().find(|&id| step(report, id).outcome != Outcome::Passed);
    let needs = |id: StepId, earlier: StepId| {
        let earlier = serde_json::to_value(earlier).unwrap();
        could_not(id, "needs-earlier-step", earlier.as_str().unwrap())
    };
    for id in STEPS {
        let expected =
            match (findings.iter().find(|told| told.step == id), waiting.iter().find(|(step, _)| *step == id)) {
                (Some(finding), _) => finding,
                (None, Some((_, earlier))) => &needs(id, *earlier),
                (None, None) => &match id {
                    StepId::LatestState => not_checked(id, "no-map"),
                    StepId::History | StepId::TradeRules if not_genuine.is_some() => {
                        needs(id, not_genuine.expect("it is there"))
                    }
                    StepId::History if report.record.as_ref().is_some_and(|record| record.sequence > 1) => {
                        not_checked(id, "history-not-shown")
                    }
                    // Some of these records give the rules something to hold, others do not.
                    StepId::TradeRules if step(report, id).outcome == Outcome::NotChecked => {
                        not_checked(id, "no-rules")
                    }
                    _ => Told::new(id, Outcome::Passed, "", ""),
                },
            };
        let done = step(report, id);
        assert_eq!(&told(done), expected, "{done:#?}");
    }
    assert_eq!(report.lines.iter().map(|line| line.steps.len()).sum::<usize>(), STEPS.len(), "no other step");
    for line in &report.lines {
        assert_eq!(Some(line.outcome), line.steps.iter().map(|step| step.outcome).min(), "{:?}", line.line);
    }
    let conclusion = match report.lines.iter().map(|line| line.outcome).min().unwrap() {
        Outcome::Failed => Conclusion::NotGenuine,
        Outcome::CouldNotCheck => Conclusion::CannotTell,
        Outcome::NotChecked | Outcome::Passed => Conclusion::GenuineNotProvenCurrent,
    };
    assert_eq!(report.conclusion, conclusion);
    let unread = findings.iter().any(|told| told.step == StepId::Disclosures && told.code == "record-malformed");
    assert_eq!(report.record.is_none(), unread, "the record is shown whatever became of it");
    assert_eq!(report.unreadable, None);
}
