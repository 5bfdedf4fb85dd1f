//! The sample the page opens on: made again byte for byte, and each of its links as genuine or as wrong as it says.
#![cfg(feature = "issuer")]

use plimsoll::chain::{HeaderTree, Params, Pins};
use plimsoll::client::examine::{Outcome, examine};
use plimsoll::client::intake::sort;
use plimsoll::client::message::Material;
use plimsoll::engine::Engine;
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::report::{Conclusion, Outcome as StepOutcome, Report};
use plimsoll::proof::step::StepId;
use plimsoll::time::UnixTime;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll");
/// After the sample's newest block.
const NOW: UnixTime = UnixTime(1_775_000_000);

fn shipped() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static")
}

/// The files of a sample: path under the folder, and bytes.
fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    ["sample", ".well-known"]
        .iter()
        .flat_map(|part| fs::read_dir(folder.join(part)).unwrap())
        .map(|entry| entry.unwrap().path())
        .map(|path| (path.strip_prefix(folder).unwrap().to_owned(), fs::read(&path).unwrap()))
        .collect()
}

fn samples() -> Vec<Value> {
    let index: Value = serde_json::from_slice(&fs::read(shipped().join("sample/links.json")).unwrap()).unwrap();
    assert_eq!(index["format"], "plimsoll-samples/1");
    index["samples"].as_array().unwrap().clone()
}

/// What the page says of a link, with the headers and the policy beside it.
fn verdict(link: &str) -> Report {
    let headers = fs::read(shipped().join("sample/chain.headers")).unwrap();
    let policy = fs::read_to_string(shipped().join(".well-known/plimsoll-registry.json")).unwrap();
    let mut engine = Engine::new();
    engine.add(HeaderTree::from_run(Params::regtest(), 0, &headers, Pins::none(), NOW).unwrap());
    match sort(vec![Material::Link { text: link.to_owned() }]) {
        Ok(intake) => match examine(intake, &[RegistryPolicy::parse(&policy).unwrap()], &mut engine, NOW) {
            Outcome::Answer(report, _) => *report,
            Outcome::Nothing(problem) => panic!("{problem:?}"),
        },
        Err(unreadable) => Report::unreadable(unreadable.input, unreadable.problem, NOW),
    }
}

#[test]
fn the_sample_is_made_again_byte_for_byte() {
    let dir = tempfile::tempdir().unwrap();
    let output = Command::new(PROGRAM).args(["sample", "--out"]).arg(dir.path()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let (made, shipped) = (files(dir.path()), files(&shipped()));
    assert_eq!(made.keys().collect::<Vec<_>>(), shipped.keys().collect::<Vec<_>>());
    for (path, bytes) in &made {
        assert!(shipped[path] == *bytes, "{} differs: run `plimsoll sample --out static`", path.display());
    }
}

#[test]
fn the_links_are_what_they_say() {
    // Name, conclusion, and the one step that does not pass, with its code.
    let expected = [
        ("receivable", Conclusion::GenuineNotProvenCurrent, None),
        ("bill-of-lading", Conclusion::GenuineNotProvenCurrent, None),
        ("container", Conclusion::GenuineNotProvenCurrent, None),
        ("en-route", Conclusion::GenuineNotProvenCurrent, None),
        ("withheld", Conclusion::GenuineNotProvenCurrent, None),
        ("dossier", Conclusion::GenuineNotProvenCurrent, None),
        ("split", Conclusion::GenuineNotProvenCurrent, None),
        ("clearing", Conclusion::GenuineNotProvenCurrent, None),
        ("against-rules", Conclusion::AgainstRules, Some((StepId::TradeRules, "rule-broken"))),
        ("sold-twice", Conclusion::AgainstRules, Some((StepId::TradeRules, "rule-broken"))),
        ("changed-field", Conclusion::NotGenuine, Some((StepId::Disclosures, "disclosure-altered"))),
        ("not-in-log", Conclusion::NotGenuine, Some((StepId::LogInclusion, "leaf-not-in-log"))),
        ("losing-fork", Conclusion::NotGenuine, Some((StepId::BlockOnChain, "block-not-on-best-chain"))),
        ("too-few-confirmations", Conclusion::CannotTell, Some((StepId::Depth, "too-few-confirmations"))),
        ("stripped-cosignature", Conclusion::NotGenuine, Some((StepId::WitnessQuorum, "quorum-not-reached"))),
        ("attack-64-byte", Conclusion::NotGenuine, Some((StepId::AnchorInBlock, "tx-64-bytes"))),
        ("unknown-registry", Conclusion::CannotTell, Some((StepId::RegistryKnown, "registry-unknown"))),
        ("truncated-link", Conclusion::Unreadable, None),
    ];
    let samples = samples();
    assert_eq!(samples.len(), expected.len());
    for (sample, (id, conclusion, problem)) in samples.iter().zip(expected) {
        assert_eq!(sample["id"], id);
        let report = verdict(sample["link"].as_str().unwrap());
        assert_eq!(report.conclusion, conclusion, "{id}: {:?}", report.first_problem());
        let said = match conclusion {
            Conclusion::GenuineNotProvenCurrent => "genuine",
            Conclusion::AgainstRules => "against-rules",
            Conclusion::NotGenuine => "not-genuine",
            Conclusion::CannotTell => "cannot-tell",
            _ => "unreadable",
        };
        assert_eq!(sample["expect"], said, "{id}");
        for text in ["title", "story", "title_zh", "story_zh"] {
            assert!(sample[text].as_str().is_some_and(|text| !text.is_empty()), "{id}: {text}");
        }
        let found = report.first_problem().map(|step| (step.step, step.problem.as_ref().unwrap().code.clone()));
        assert_eq!(found, problem.map(|(step, code)| (step, code.to_owned())), "{id}");
        // One thing is wrong with each; what follows from it could not be checked.
        let failed =
            report.lines.iter().flat_map(|line| &line.steps).filter(|step| step.outcome == StepOutcome::Failed);
        assert!(failed.count() <= 1, "{id}");
        println!("{id}: {} characters, {conclusion:?}", sample["link"].as_str().unwrap().len());
    }
}

#[test]
fn a_failing_record_is_shown_all_the_same() {
    for sample in samples().iter().filter(|sample| sample["expect"] != "unreadable") {
        let report = verdict(sample["link"].as_str().unwrap());
        let record = report.record.unwrap_or_else(|| panic!("{}", sample["id"]));
        assert!(!record.reference.is_empty() && !record.fields.is_empty());
        let withheld = if sample["id"] == "withheld" { 2 } else { 0 };
        assert_eq!(record.withheld, withheld, "{}", sample["id"]);
        let altered: Vec<&str> =
            record.fields.iter().filter(|field| field.altered).map(|field| field.path.as_str()).collect();
        let expected: &[&str] = if sample["id"] == "changed-field" { &["/body/faceAmount"] } else { &[] };
        assert_eq!(altered, expected, "{}", sample["id"]);
    }
}

#[test]
fn links_stay_short_enough_to_send() {
    for sample in samples() {
        let length = sample["link"].as_str().unwrap().len();
        // A dossier carries some twenty records, and other assets beside one's own more than it alone; whoever wants a short
        // link keeps it as a file.
        let most = match sample["id"].as_str() {
            Some("dossier") => 60_000,
            Some("sold-twice") => 25_000,
            _ => 20_000,
        };
        assert!(length < most, "{}: {length} characters", sample["id"]);
    }
}
