//! Exported reports that say something else than their proofs.

use crate::registry::{Reader, Registry, SUBJECT};
use crate::told::{Told, failed, step};
use plimsoll::client::message::Material;
use plimsoll::engine::Engine;
use plimsoll::proof::recheck::{EXPORT_FORMAT, Export};
use plimsoll::proof::report::{Conclusion, DocumentKind, DocumentView, InputKind, Outcome, Report};
use plimsoll::proof::step::StepId::ReportAgrees;

fn export(reader: &Reader, registry: &Registry) -> Export {
    let bundle = registry.prove(SUBJECT);
    let report = reader.examine(&bundle);
    Export { format: EXPORT_FORMAT.into(), report, proof: Some(bundle.to_json()), files: vec![] }
}

fn hand_in(reader: &Reader, export: &Export) -> Report {
    reader.hand_in(Material::File { name: "report.json".into(), bytes: export.to_json().into_bytes() })
}

fn told(report: &Report) -> Told {
    let done = step(report, ReportAgrees);
    let problem = done.problem.clone().unwrap();
    assert_eq!(done.outcome, Outcome::Failed);
    failed(ReportAgrees, &problem.code, &problem.field).comparing(problem.expected, problem.found)
}

fn differs(field: &str, expected: &str, found: &str) -> Told {
    failed(ReportAgrees, "report-differs", field).comparing(expected, found)
}

#[test]
fn a_report_that_lies_about_its_proof() {
    let registry = Registry::sample();
    let reader = Reader::of(&registry);
    let honest = export(&reader, &registry);
    let agreed = hand_in(&reader, &honest);
    assert_eq!((agreed.conclusion, agreed.input), (Conclusion::GenuineNotProvenCurrent, InputKind::Report));
    assert_eq!(step(&agreed, ReportAgrees).outcome, Outcome::Passed);
    type Lie = (&'static str, fn(&mut Report), [&'static str; 2]);
    let document = |report: &mut Report| {
        let (name, algorithm, digest) = ("deed.pdf".into(), "sha256".into(), "00".into());
        let kind = DocumentKind::Timestamped;
        report.document =
            Some(DocumentView { kind, name, size: None, algorithm, digest, heights: vec![1], others: vec![] });
    };
    let lies: [Lie; 8] = [
        (
            "report.record",
            |report| report.record.as_mut().unwrap().amount.as_mut().unwrap().value = "9.00".into(),
            ["84300.00", "9.00"],
        ),
        ("report.record", |report| report.record = None, ["{", "null"]),
        ("report.document", document, ["null", "sha256"]),
        ("report.path", |report| report.path.as_mut().unwrap().log_index = 0, ["\"log_index\":4", "\"log_index\":0"]),
        (
            "report.registry.policy_hash",
            |report| report.registry.as_mut().unwrap().policy_hash = "00".into(),
            ["", "00"],
        ),
        (
            "report.signer",
            |report| report.signer.as_mut().unwrap().party_name = Some("Other".into()),
            ["Rhine", "Other"],
        ),
        ("report.chain.block", |report| report.chain.as_mut().unwrap().block.as_mut().unwrap().height = 3, ["[", "[3"]),
        (
            "report.conclusion",
            |report| report.conclusion = Conclusion::Genuine,
            ["genuine-not-proven-current", "genuine\""],
        ),
    ];
    for (field, lie, [expected, found]) in lies {
        let mut export = honest.clone();
        lie(&mut export.report);
        let report = hand_in(&reader, &export);
        let told = told(&report);
        assert_eq!(told, differs(field, &told.expected, &told.found));
        assert!(told.expected.contains(expected) && told.found.contains(found), "{told:?}");
        assert!(told.expected.chars().count() <= 80 && told.found.chars().count() <= 80);
        assert_eq!(report.conclusion, Conclusion::NotGenuine);
        assert_eq!(report.lines[0].outcome, Outcome::Failed, "{field}");
        assert_eq!(report.record, agreed.record, "what the proof says is shown, not what the report says");
    }
    // What time changes is not held against it.
    let mut older = honest;
    older.report.chain.as_mut().unwrap().confirmations = 1;
    older.report.made_at = 1;
    assert_eq!(step(&hand_in(&reader, &older), ReportAgrees).outcome, Outcome::Passed);
}

#[test]
fn a_report_that_lies_about_a_block_nobody_here_has() {
    let registry = Registry::sample();
    let mut export = export(&Reader::of(&registry), &registry);
    let without = Reader { engine: Engine::new(), ..Reader::of(&registry) };
    // Without headers neither block nor conclusion can be compared: that is no failure, and no agreement either.
    let report = hand_in(&without, &export);
    assert_eq!(report.conclusion, Conclusion::CannotTell, "its own word counts for nothing");
    let done = step(&report, ReportAgrees);
    let problem = done.problem.as_ref().unwrap();
    assert_eq!(done.outcome, Outcome::CouldNotCheck);
    assert_eq!((problem.code.as_str(), problem.field.as_str()), ("report-not-comparable", "report.chain.block"));
    export.report.chain = None;
    let report = hand_in(&without, &export);
    assert_eq!(step(&report, ReportAgrees).problem.as_ref().unwrap().field, "report.conclusion");
    export.report.conclusion = Conclusion::CannotTell;
    assert_eq!(step(&hand_in(&without, &export), ReportAgrees).outcome, Outcome::Passed);
    export.report.signer = None;
    let report = hand_in(&without, &export);
    assert_eq!(told(&report).field, "report.signer");
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
}
