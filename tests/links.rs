//! The sample's links, each opened as a reader of the page would: the outcome, the step it rests on, and what stays on screen.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/sample.rs"]
mod sample;

use plimsoll::engine::Engine;
use plimsoll::proof::recheck::{EXPORT_FORMAT, Export};
use plimsoll::proof::report::{Conclusion, LineId, Outcome};
use plimsoll::proof::step::StepId;
use plimsoll::trade::view::FieldValue;
use sample::{link, links, reader};

#[test]
fn every_link_comes_out_as_its_story_says() {
    let reader = reader();
    let all = links();
    assert_eq!(all.len(), 18);
    for link in &all {
        let report = reader.open(&link.link);
        let conclusion = match link.expect.as_str() {
            "genuine" => Conclusion::GenuineNotProvenCurrent,
            "against-rules" => Conclusion::AgainstRules,
            "not-genuine" => Conclusion::NotGenuine,
            "cannot-tell" => Conclusion::CannotTell,
            "unreadable" => Conclusion::Unreadable,
            other => panic!("{}: {other}", link.id),
        };
        assert_eq!(report.conclusion, conclusion, "{}: {:#?}", link.id, report.first_problem());
        if conclusion != Conclusion::Unreadable {
            assert!(report.record.is_some(), "{}: the record stays on the screen", link.id);
            assert_eq!(report.lines.len(), 4, "{}", link.id);
            // What is not genuine is held to no rules; all else in the story breaks none.
            let genuine = report.trade.is_some();
            let sense = report.line(LineId::MakesSense).unwrap();
            let expected = match (genuine, conclusion) {
                (true, Conclusion::AgainstRules) => Outcome::Failed,
                (true, _) => Outcome::Passed,
                (false, _) => Outcome::CouldNotCheck,
            };
            assert_eq!(sense.outcome, expected, "{}: {sense:#?}", link.id);
            assert!(genuine || conclusion == Conclusion::NotGenuine, "{}", link.id);
            for answer in report.trade.iter().flat_map(|trade| &trade.answers) {
                assert!(!answer.answer.en.is_empty() && !answer.answer.zh.is_empty(), "{}: {answer:?}", link.id);
            }
        }
    }
}

#[test]
fn every_failure_is_at_its_step_for_its_reason() {
    let reader = reader();
    for (id, step, code) in [
        ("changed-field", StepId::Disclosures, "disclosure-altered"),
        ("not-in-log", StepId::LogInclusion, "leaf-not-in-log"),
        ("losing-fork", StepId::BlockOnChain, "block-not-on-best-chain"),
        ("too-few-confirmations", StepId::Depth, "too-few-confirmations"),
        ("stripped-cosignature", StepId::WitnessQuorum, "quorum-not-reached"),
        ("attack-64-byte", StepId::AnchorInBlock, "tx-64-bytes"),
        ("unknown-registry", StepId::RegistryKnown, "registry-unknown"),
    ] {
        let report = reader.open(&link(id).link);
        let found = report.line(step.line()).unwrap().steps.iter().find(|found| found.step == step).unwrap();
        let problem = found.problem.as_ref().unwrap_or_else(|| panic!("{id}: {step:?} passed"));
        assert_eq!(problem.code, code, "{id}: {problem:?}");
        let worst = if report.conclusion == Conclusion::NotGenuine { Outcome::Failed } else { Outcome::CouldNotCheck };
        assert_eq!(found.outcome, worst, "{id}");
        assert!(!problem.field.is_empty(), "{id} names its field");
        assert!(!problem.found.is_empty() || !problem.expected.is_empty(), "{id} shows what it compared");
    }
    let unreadable = reader.open(&link("truncated-link").link).unreadable.unwrap();
    assert_eq!(unreadable.code, "link-cut-off");
}

#[test]
fn the_changed_field_is_marked_where_it_stands() {
    let report = reader().open(&link("changed-field").link);
    let record = report.record.unwrap();
    let altered: Vec<&str> = record.fields.iter().filter(|f| f.altered).map(|f| f.name.as_str()).collect();
    assert_eq!(altered, ["faceAmount"]);
    let problem = report.lines[0].steps[0].problem.clone().unwrap();
    assert_eq!(problem.field, "record/body/faceAmount");
}

#[test]
fn a_withheld_field_stands_in_its_place() {
    let report = reader().open(&link("withheld").link);
    let record = report.record.unwrap();
    assert!(record.withheld > 0);
    assert!(record.fields.iter().any(|field| field.value == FieldValue::Withheld));
}

#[test]
fn a_good_report_shows_block_path_signer_and_what_is_not_proven() {
    let report = reader().open(&link("receivable").link);
    let chain = report.chain.as_ref().unwrap();
    let (block, tip) = (chain.block.as_ref().unwrap(), &chain.tip);
    assert!(block.height < tip.height && chain.confirmations == tip.height - block.height + 1);
    assert_eq!((chain.network.as_str(), chain.basis.as_str()), ("regtest", "genesis"));
    assert!(block.median_time.is_some() && chain.work_above.parse::<u128>().unwrap() > 0);
    assert!(chain.strip.len() <= 16 && chain.strip.first().unwrap().height == block.height);
    assert!(report.path.is_some() && report.signer.as_ref().unwrap().party_name.is_some());
    assert!(report.registry.as_ref().unwrap().known);
    assert_eq!(report.line(LineId::Unchanged).unwrap().outcome, Outcome::Passed);
    assert_eq!(report.line(LineId::WhoSigned).unwrap().outcome, Outcome::Passed);
    assert_eq!(report.line(LineId::Status).unwrap().outcome, Outcome::NotChecked, "no map yet, and it says so");
    for step in report.lines.iter().flat_map(|line| &line.steps) {
        assert!(!step.step.proves().is_empty() && !step.step.does_not_prove().is_empty());
    }
}

#[test]
fn without_headers_or_registry_nothing_fails_and_nothing_passes_whole() {
    let mut reader = reader();
    reader.engine = Engine::new();
    let report = reader.open(&link("receivable").link);
    assert_eq!(report.conclusion, Conclusion::CannotTell);
    assert_eq!(report.first_problem().unwrap().problem.as_ref().unwrap().code, "headers-missing");
    reader.registries.clear();
    let report = reader.open(&link("receivable").link);
    assert_eq!(report.conclusion, Conclusion::CannotTell);
    assert!(report.lines.iter().all(|line| line.outcome != Outcome::Failed));
}

#[test]
fn a_proof_that_brings_its_own_headers_changes_nothing_for_the_next() {
    let reader = reader();
    let before = reader.engine.chains().of("regtest")[0].header_count();
    let _ = reader.open(&link("losing-fork").link);
    assert_eq!(reader.engine.chains().of("regtest")[0].header_count(), before);
}

#[test]
fn an_exported_report_is_checked_again_and_a_doctored_one_is_found_out() {
    let reader = reader();
    let good = link("receivable");
    let report = reader.open(&good.link);
    let export = |report| Export { format: EXPORT_FORMAT.into(), report, proof: good.proof(), files: vec![] };
    let checked = reader.open_file(&export(report.clone()).to_json());
    assert_eq!(checked.conclusion, Conclusion::GenuineNotProvenCurrent, "{:#?}", checked.first_problem());
    let step = checked.lines[0].steps.last().unwrap();
    assert_eq!((step.step, step.outcome), (StepId::ReportAgrees, Outcome::Passed));

    let mut doctored = report.clone();
    doctored.record.as_mut().unwrap().amount.as_mut().unwrap().value = "94300.00".into();
    let checked = reader.open_file(&export(doctored).to_json());
    assert_eq!(checked.conclusion, Conclusion::NotGenuine);
    let problem = checked.first_problem().unwrap().problem.clone().unwrap();
    assert_eq!((problem.code.as_str(), problem.field.as_str()), ("report-differs", "report.record"));
    assert!(problem.expected.contains("84300") && problem.found.contains("94300"), "{problem:?}");

    let mut promoted = reader.open(&link("changed-field").link);
    promoted.conclusion = Conclusion::Genuine;
    let doctored = Export { proof: link("changed-field").proof(), ..export(promoted) };
    assert_eq!(reader.open_file(&doctored.to_json()).conclusion, Conclusion::NotGenuine);
}
