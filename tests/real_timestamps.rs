//! Real documents, real timestamps, real headers, through the whole client: as a reader who drops files on the page.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{counted, data_dir, read, read_json};
use plimsoll::client::LightClient;
use plimsoll::client::message::{
    Command, Config, Event, ExportKind, Input, Material, Output, PackedReport, VerificationId,
};
use plimsoll::encoding::decode_hex;
use plimsoll::proof::report::{Conclusion, InputKind, LineId, Outcome, Report};
use plimsoll::proof::step::StepId;
use plimsoll::time::UnixTime;
use std::path::Path;

/// November 2026: after every header in the data.
const NOW: UnixTime = UnixTime(1_795_000_000);

fn report_on(material: Vec<Material>) -> Report {
    verdict_on(&mut LightClient::new(), material).into_report()
}

fn verdict_on(client: &mut LightClient, material: Vec<Material>) -> PackedReport {
    client.handle_input(Input::Command(Command::Start { config: Config::default() }), NOW);
    client.handle_input(Input::Command(Command::Verify { id: VerificationId(1), material }), NOW);
    while let Some(output) = client.poll_output() {
        match output {
            Output::Event(Event::Verdict { report, .. }) => return report,
            Output::Yield => client.handle_input(Input::Tick, NOW),
            _ => {}
        }
    }
    panic!("no verdict");
}

fn file(name: &str, bytes: Vec<u8>) -> Material {
    Material::File { name: name.rsplit('/').next().unwrap_or(name).into(), bytes }
}

fn from(dir: &Path, name: &str) -> Material {
    file(name, read(dir, name))
}

fn outcome(report: &Report, step: StepId) -> Outcome {
    let line = report.line(step.line()).unwrap();
    line.steps.iter().find(|done| done.step == step).unwrap_or_else(|| panic!("{step:?} was not done")).outcome
}

const RUN: &str = "headers/mainnet-685439-687516.headers";
const IN_CHAIN: [(&str, u32); 4] = [
    ("rootstock-95bf5b-manuscript.pdf", 685_453),
    ("rootstock-95bf5b-index.html", 685_453),
    ("rootstock-defe78-manuscript.pdf", 687_110),
    ("rootstock-defe78-index.html", 687_110),
];

#[test]
fn real_documents_verify_to_a_pinned_period_through_real_headers() {
    let Some(dir) = data_dir() else { return };
    for (name, lowest) in IN_CHAIN {
        let document = format!("opentimestamps/in-chain/{name}");
        let report = report_on(vec![from(&dir, &document), from(&dir, &format!("{document}.ots")), from(&dir, RUN)]);
        assert_eq!(report.conclusion, Conclusion::Stamped, "{name}: {report:#?}");
        let chain = report.chain.unwrap();
        let block = chain.block.unwrap();
        assert!(block.height >= lowest && block.height <= lowest + 30, "{name}: block {}", block.height);
        assert!(block.median_time.is_some(), "{name}");
        // The period that ends at 687,455 ties them all; the one before ends with the run's first header.
        assert_eq!(chain.basis.split(':').take(2).collect::<Vec<_>>(), ["pinned", "687455"], "{name}");
        assert_eq!((chain.tip.height, chain.confirmations), (687_516, 687_517 - block.height));
    }
    counted("documents with their timestamps and headers", IN_CHAIN.len());
}

#[test]
fn the_manuscript_names_its_block() {
    let Some(dir) = data_dir() else { return };
    let document = "opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf";
    let report = report_on(vec![from(&dir, document), from(&dir, &format!("{document}.ots")), from(&dir, RUN)]);
    assert_eq!(report.chain.unwrap().block.unwrap().height, 685_453);
    assert_eq!(report.document.unwrap().heights.first(), Some(&685_453));
}

#[test]
fn a_changed_document_fails_and_a_missing_one_cannot_be_checked() {
    let Some(dir) = data_dir() else { return };
    let document = "opentimestamps/in-chain/rootstock-95bf5b-index.html";
    let (ots, run) = (from(&dir, &format!("{document}.ots")), from(&dir, RUN));
    let mut changed = read(&dir, document);
    changed[1000] ^= 1;
    let report = report_on(vec![file("index.html", changed), ots.clone(), run.clone()]);
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    assert_eq!(outcome(&report, StepId::DocumentDigest), Outcome::Failed);
    assert_eq!(outcome(&report, StepId::BlockOnChain), Outcome::Passed, "the other steps are done all the same");
    let report = report_on(vec![ots.clone(), run]);
    assert_eq!(
        (report.conclusion, outcome(&report, StepId::DocumentDigest)),
        (Conclusion::CannotTell, Outcome::CouldNotCheck)
    );
    let report = report_on(vec![from(&dir, document), ots]);
    assert_eq!(
        (report.conclusion, outcome(&report, StepId::TimestampPath)),
        (Conclusion::CannotTell, Outcome::CouldNotCheck)
    );
}

#[test]
fn the_examples_reach_their_header_and_no_further() {
    let Some(dir) = data_dir() else { return };
    let headers = read_json(&dir, "opentimestamps/examples-headers.json");
    let mut cases = 0;
    for (name, height, document) in [
        ("hello-world.txt.ots", 358_391, Some("hello-world.txt")),
        ("empty.ots", 129_405, Some("empty")),
        ("different-blockchains.txt.ots", 455_605, Some("different-blockchains.txt")),
        ("osdsp.txt.ots", 523_364, Some("osdsp.txt")),
        ("bitcoin.pdf.ots", 465_751, None),
    ] {
        let hex = headers["headers"][height.to_string()]["header"].as_str().unwrap_or_else(|| panic!("{height}"));
        let header = file(&format!("mainnet-{height}.header"), decode_hex(hex).unwrap());
        let mut material = vec![from(&dir, &format!("opentimestamps/examples/{name}")), header];
        material.extend(document.map(|document| from(&dir, &format!("opentimestamps/examples/{document}"))));
        let report = report_on(material);
        assert_eq!(report.conclusion, Conclusion::CannotTell, "{name}");
        assert_eq!(outcome(&report, StepId::TimestampPath), Outcome::Passed, "{name}");
        assert_eq!(outcome(&report, StepId::BlockOnChain), Outcome::CouldNotCheck, "{name}: a lone header is no chain");
        let digest = if document.is_some() { Outcome::Passed } else { Outcome::CouldNotCheck };
        assert_eq!(outcome(&report, StepId::DocumentDigest), digest, "{name}");
        cases += 1;
    }
    let pending = [
        "incomplete.txt",
        "known-and-unknown-notary.txt",
        "merkle1.txt",
        "merkle2.txt",
        "merkle3.txt",
        "two-calendars.txt",
        "unknown-notary.txt",
    ];
    for name in pending {
        let document = format!("opentimestamps/examples/{name}");
        let report = report_on(vec![from(&dir, &document), from(&dir, &format!("{document}.ots"))]);
        assert_eq!(outcome(&report, StepId::DocumentDigest), Outcome::Passed, "{name}");
        assert_eq!(
            outcome(&report, StepId::TimestampPath),
            Outcome::CouldNotCheck,
            "{name}: nothing is in a block yet"
        );
        cases += 1;
    }
    counted("example timestamps", cases);
}

#[test]
fn a_stamp_that_leads_elsewhere_fails() {
    let Some(dir) = data_dir() else { return };
    let headers = read_json(&dir, "opentimestamps/examples-headers.json");
    let hex = headers["headers"]["358391"]["header"].as_str().unwrap();
    let report = report_on(vec![
        from(&dir, "opentimestamps/examples/bad-stamp.txt"),
        from(&dir, "opentimestamps/examples/bad-stamp.txt.ots"),
        file("mainnet-358391.header", decode_hex(hex).unwrap()),
    ]);
    assert_eq!((report.conclusion, outcome(&report, StepId::TimestampPath)), (Conclusion::NotGenuine, Outcome::Failed));
    let problem = report.first_problem().unwrap().problem.clone().unwrap();
    assert_eq!(problem.code, "root-mismatch");
    assert_eq!(report.line(LineId::Unchanged).unwrap().outcome, Outcome::Failed);
}

#[test]
fn invalid_files_are_refused_each_for_its_reason() {
    let Some(dir) = data_dir() else { return };
    let cases =
        [("bad-major-version", "version"), ("exceeds-max-msg-length", "4096"), ("invalid-file-digest-type", "digest")];
    for (name, part) in cases {
        let report = report_on(vec![from(&dir, &format!("opentimestamps/invalid/{name}.ots"))]);
        let problem = report.unreadable.unwrap_or_else(|| panic!("{name} was read"));
        assert_eq!(problem.code, "timestamp-malformed");
        assert!(problem.detail.contains(part), "{name}: {}", problem.detail);
    }
    counted("invalid timestamps", cases.len());
}

/// What the client writes to be saved is, handed in again, the same answer; and no answer without the headers.
#[test]
fn a_saved_answer_holds_what_it_takes_to_check_it_again() {
    let Some(dir) = data_dir() else { return };
    let files = || {
        let document = "opentimestamps/in-chain/rootstock-95bf5b-manuscript.pdf";
        vec![from(&dir, document), from(&dir, &format!("{document}.ots")), from(&dir, RUN)]
    };
    let mut client = LightClient::new();
    let report = verdict_on(&mut client, files());
    let (digest, conclusion) = (report.document.clone().expect("has one").digest, report.conclusion);
    let export = Command::Export { kind: ExportKind::Report, report, proof: None, material: files() };
    client.handle_input(Input::Command(export), NOW);
    let exported = std::iter::from_fn(|| client.poll_output()).find_map(|output| match output {
        Output::Event(Event::Exported { name, media_type, text }) => Some((name, media_type, text)),
        _ => None,
    });
    let (name, media_type, text) = exported.expect("is written");
    assert_eq!(
        (name.as_str(), media_type.as_str()),
        ("plimsoll-rootstock-95bf5b-manuscript.pdf.report.json", "application/json")
    );
    let saved = || file(&name, text.clone().into_bytes());
    let again = report_on(vec![saved(), from(&dir, RUN)]);
    assert_eq!((again.input, again.conclusion), (InputKind::Report, conclusion), "{again:#?}");
    assert_eq!(again.document.expect("has one").digest, digest);
    assert_eq!(report_on(vec![saved()]).conclusion, Conclusion::CannotTell);
    counted("a saved answer of a published timestamp, checked again", 1);
}
