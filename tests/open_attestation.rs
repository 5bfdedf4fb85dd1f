//! OpenAttestation documents, as a reader hands them in: published ones, the same with something changed, and hostile ones.
#![cfg(not(target_arch = "wasm32"))]

mod common;

use common::{counted, data_dir, read, read_json};
use plimsoll::attestation::salted::{digest_of_all, digests};
use plimsoll::attestation::{OpenAttestationError, WrappedDocument};
use plimsoll::client::examine::{Outcome as Examined, examine};
use plimsoll::client::export::export;
use plimsoll::client::intake::{Unreadable, sort};
use plimsoll::client::message::{Event, ExportKind, Material};
use plimsoll::crypto::hash::keccak256_parts;
use plimsoll::encoding::encode_hex;
use plimsoll::engine::Engine;
use plimsoll::proof::report::{Conclusion, DocumentKind, InputKind, LineId, Outcome, Problem, Report};
use plimsoll::proof::step::StepId;
use plimsoll::time::UnixTime;
use serde_json::{Value, json};
use std::path::PathBuf;

const NOW: UnixTime = UnixTime(1_795_000_000);

fn file(name: &str, bytes: &[u8]) -> Material {
    Material::File { name: name.into(), bytes: bytes.to_vec() }
}

fn examined(material: Vec<Material>) -> Report {
    let intake = match sort(material) {
        Ok(intake) => intake,
        Err(Unreadable { input, problem }) => return Report::unreadable(input, problem, NOW),
    };
    match examine(intake, &[], &mut Engine::new(), NOW) {
        Examined::Answer(report, None) => *report,
        other => panic!("{other:?}"),
    }
}

fn report_on(document: &Value) -> Report {
    examined(vec![file("document.json", document.to_string().as_bytes())])
}

fn step(report: &Report, step: StepId) -> (Outcome, Option<&Problem>) {
    let mut steps = report.lines.iter().flat_map(|line| &line.steps);
    let found = steps.find(|found| found.step == step).unwrap_or_else(|| panic!("{step:?} was not done"));
    (found.outcome, found.problem.as_ref())
}

/// The step's outcome, code and field.
fn told(report: &Report, id: StepId) -> (Outcome, String, String) {
    let (outcome, problem) = step(report, id);
    let problem = problem.expect("a problem");
    (outcome, problem.code.clone(), problem.field.clone())
}

fn failed(report: &Report, id: StepId, code: &str, field: &str) {
    assert_eq!(told(report, id), (Outcome::Failed, code.to_owned(), field.to_owned()));
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
}

fn folder() -> Option<PathBuf> {
    data_dir().map(|dir| dir.join("trade/openattestation"))
}

fn published(name: &str) -> Option<Value> {
    folder().map(|dir| read_json(&dir, name))
}

#[test]
fn every_published_document_is_intact_and_what_cannot_be_checked_says_why() {
    let Some(dir) = folder() else { return };
    let mut names: Vec<String> =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in &names {
        // Values withheld, why it cannot be checked that it was issued, and who the issuer is.
        let (withheld, issued, identity) = match name.as_str() {
            "did-wrapped.json" => ("0", "issued-by-did", "identity-by-did"),
            "not-obfuscated-wrapped.json" => ("0", "issued-on-ethereum", "identity-in-dns"),
            "obfuscated-wrapped.json" => ("1", "issued-on-ethereum", "identity-in-dns"),
            "wrapped-transferable-document.json" => ("0", "issued-in-token-registry", "identity-in-dns"),
            other => panic!("no expectation for {other}"),
        };
        let report = examined(vec![file(name, &read(&dir, name))]);
        assert_eq!(report.conclusion, Conclusion::Intact, "{name}");
        assert_eq!(report.input, InputKind::Sealed);
        assert_eq!(report.line(LineId::Unchanged).unwrap().outcome, Outcome::Passed, "{name}");
        let content = report.line(LineId::Unchanged).unwrap().steps.first().unwrap();
        assert!(
            content.values.iter().any(|value| value.label == "fields-withheld" && value.text == withheld),
            "{name}"
        );
        for (id, code) in [
            (StepId::Issuance, issued),
            (StepId::IssuerIdentity, identity),
            (StepId::LatestState, "revocation-elsewhere"),
        ] {
            let (outcome, found, _) = told(&report, id);
            assert_eq!((outcome, found.as_str()), (Outcome::CouldNotCheck, code), "{name}");
        }
        let view = report.document.as_ref().unwrap();
        assert_eq!((view.kind, view.name.as_str()), (DocumentKind::OpenAttestation, name.as_str()));
        assert!(["DEMO STORE", "Demo Issuer"].contains(&view.others[0].as_str()), "{name}");
    }
    counted("OpenAttestation documents", names.len());
}

/// Every value of every published document, changed in one letter: none is left out of the digest.
#[test]
fn a_changed_value_fails_with_both_digests() {
    let Some(dir) = folder() else { return };
    let mut cases = 0;
    for name in ["did-wrapped.json", "obfuscated-wrapped.json", "wrapped-transferable-document.json"] {
        let document = read_json(&dir, name);
        for pointer in values(&document["data"], "/data") {
            let mut changed = document.clone();
            let value = changed.pointer_mut(&pointer).unwrap();
            *value = format!("{}!", value.as_str().unwrap()).into();
            let report = report_on(&changed);
            failed(&report, StepId::SealedContent, "content-differs", "signature.targetHash");
            let problem = step(&report, StepId::SealedContent).1.unwrap();
            assert_eq!(problem.expected, document["signature"]["targetHash"].as_str().unwrap());
            assert!(problem.found.len() == 64 && problem.found != problem.expected, "{pointer}");
            assert_eq!(step(&report, StepId::SealedBatch).0, Outcome::Passed, "done all the same");
            cases += 1;
        }
    }
    counted("values of OpenAttestation documents, each changed", cases);
}

/// Where the values stand, as JSON pointers.
fn values(value: &Value, at: &str) -> Vec<String> {
    match value {
        Value::Object(members) => {
            members.iter().flat_map(|(name, member)| values(member, &format!("{at}/{name}"))).collect()
        }
        Value::Array(items) => {
            items.iter().enumerate().flat_map(|(n, item)| values(item, &format!("{at}/{n}"))).collect()
        }
        _ => vec![at.to_owned()],
    }
}

#[test]
fn a_field_can_be_withheld_with_its_digest_and_not_without() {
    let Some(document) = published("did-wrapped.json") else { return };
    let mut shorter = document.clone();
    let address = shorter["data"]["recipient"]["address"].as_object_mut().unwrap();
    let street = address.remove("street").unwrap();
    failed(&report_on(&shorter), StepId::SealedContent, "content-differs", "signature.targetHash");
    let digest = digests(&json!({"recipient": {"address": {"street": street}}})).unwrap()[0];
    shorter["privacy"] = json!({"obfuscatedData": [encode_hex(&digest)]});
    let report = report_on(&shorter);
    assert_eq!(report.conclusion, Conclusion::Intact);
    let all = values(&document["data"], "").len();
    let count = WrappedDocument::parse(shorter.to_string().as_bytes()).unwrap().verify_content().unwrap();
    assert_eq!((count.shown(), count.withheld()), (all - 1, 1));
    // Another's digest, or one too many, is no longer the same document.
    shorter["privacy"]["obfuscatedData"] = json!([encode_hex(&[7; 32])]);
    failed(&report_on(&shorter), StepId::SealedContent, "content-differs", "signature.targetHash");
    shorter["privacy"]["obfuscatedData"] = json!([encode_hex(&digest), encode_hex(&digest)]);
    failed(&report_on(&shorter), StepId::SealedContent, "content-differs", "signature.targetHash");
}

#[test]
fn a_value_moved_added_or_unsalted_is_found() {
    let Some(document) = published("did-wrapped.json") else { return };
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = document.clone();
        change(&mut changed["data"]);
        report_on(&changed)
    };
    let swapped = with(&|data| {
        let (name, id) = (data["declaration"]["name"].take(), data["id"].take());
        (data["declaration"]["name"], data["id"]) = (id, name);
    });
    failed(&swapped, StepId::SealedContent, "content-differs", "signature.targetHash");
    let added = with(&|data| data["more"] = "6819ad4b-ffb2-427c-ac5a-6b812cbefff9:string:x".into());
    failed(&added, StepId::SealedContent, "content-differs", "signature.targetHash");
    for (value, found) in [(json!(5000), "5000"), (json!("5000"), "\"5000\""), (json!(null), "null")] {
        let bare = with(&|data| data["consignment"]["quantity"]["value"] = value.clone());
        failed(&bare, StepId::SealedContent, "value-not-salted", "data.consignment.quantity.value");
        let problem = step(&bare, StepId::SealedContent).1.unwrap();
        assert_eq!((problem.expected.as_str(), problem.found.as_str()), ("SALT:TYPE:VALUE", found));
    }
    // The same digest would stand for a member of another name: that is not for us to decide.
    let dotted = with(&|data| {
        let name = data["declaration"]["name"].take();
        data["declaration.name"] = name;
        data["declaration"].as_object_mut().unwrap().remove("name");
    });
    let (outcome, code, field) = told(&dotted, StepId::SealedContent);
    assert_eq!((outcome, code.as_str()), (Outcome::CouldNotCheck, "name-ambiguous"));
    assert_eq!((field.as_str(), dotted.conclusion), ("data.declaration.name", Conclusion::CannotTell));
}

/// A document with a path to a batch's root, made here from the format's description.
fn in_batch(path: &[&str], root: &str) -> Value {
    let data = json!({"name": "d722d892-03c5-479d-af14-e4e7c6a4b822:string:deed"});
    let target = encode_hex(&digest_of_all(digests(&data).unwrap()));
    let version = "https://schema.openattestation.com/2.0/schema.json";
    let seal = json!({"type": "SHA3MerkleProof", "targetHash": target, "proof": path, "merkleRoot": root});
    json!({"version": version, "data": data, "signature": seal})
}

#[test]
fn the_path_leads_to_the_root_smaller_hash_first() {
    // Two nodes that the tests of open-attestation name (src/shared/merkle, Apache-2.0), over leaves that are JSON texts.
    let leaf = |name: &str| keccak256_parts([format!("{name:?}").as_bytes()]);
    let one = "6dbf317e3f6d6ab9ead862e7f9423969abf276c2b4a137722176ba85dc07ed3e";
    let two = "6d5659809f505c165be5835879731de94c1d1a1e6ad4022551d513179b4d92c6";
    for (own, beside, node) in [("c", "d", one), ("d", "c", one), ("a", "b", two), ("b", "a", two)] {
        let mut document = in_batch(&[&encode_hex(&leaf(beside))], node);
        document["signature"]["targetHash"] = encode_hex(&leaf(own)).into();
        let parsed = WrappedDocument::parse(document.to_string().as_bytes()).unwrap();
        assert_eq!(encode_hex(parsed.verify_batch().unwrap().root()), node);
        assert!(parsed.verify_content().is_err(), "another content");
    }
    let document = in_batch(&[&"ab".repeat(32)], &"cd".repeat(32));
    let report = report_on(&document);
    failed(&report, StepId::SealedBatch, "batch-root-differs", "signature.merkleRoot");
    let problem = step(&report, StepId::SealedBatch).1.unwrap();
    assert_eq!(problem.expected, "cd".repeat(32));
    let good = in_batch(&[&"ab".repeat(32)], &problem.found);
    let report = report_on(&good);
    assert_eq!(report.conclusion, Conclusion::Intact);
    assert_eq!(told(&report, StepId::Issuance).1, "issuance-not-said");
    assert_eq!(told(&report, StepId::IssuerIdentity).1, "identity-not-said");
}

#[test]
fn what_the_digest_does_not_cover_is_said() {
    let target = in_batch(&[], "")["signature"]["targetHash"].clone();
    let mut document = in_batch(&[], target.as_str().unwrap());
    assert_eq!(report_on(&document).left_aside, Vec::<String>::new());
    document["amount"] = json!("1,000,000 USD");
    let report = report_on(&document);
    assert_eq!(report.left_aside, ["member amount, outside what the digest covers"]);
    assert_eq!(report.conclusion, Conclusion::Intact);
}

#[test]
fn hostile_texts_are_refused_with_their_reason() {
    let good = in_batch(&[], &"ab".repeat(32));
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed);
        let report = report_on(&changed);
        let problem = report.unreadable.expect("unreadable");
        assert_eq!(problem.code, "sealed-malformed");
        (problem.field, problem.expected, problem.found)
    };
    let expect = |field: &str, expected: &str, found: &str| (field.to_owned(), expected.to_owned(), found.to_owned());
    let (hash, list) = ("64 hexadecimal digits in small letters", "a list of hashes, not without end");
    let version = "https://schema.openattestation.com/2.0/schema.json";
    assert_eq!(with(&|d| d["version"] = json!(7)), expect("version", version, "7"));
    assert_eq!(with(&|d| d["data"] = json!([])), expect("data", "an object", "a list of 0"));
    assert_eq!(with(&|d| d["signature"]["targetHash"] = json!("AB".repeat(32))).1, hash);
    assert_eq!(with(&|d| d["signature"]["merkleRoot"] = json!(null)), expect("signature.merkleRoot", hash, "nothing"));
    assert_eq!(with(&|d| d["signature"]["proof"] = json!({})), expect("signature.proof", list, "an object"));
    let long: Vec<String> = vec!["ab".repeat(32); 65];
    assert_eq!(with(&|d| d["signature"]["proof"] = json!(long)).2, "a list of 65");
    let odd = with(&|d| d["privacy"] = json!({"obfuscatedData": ["ab".repeat(32), 7]}));
    assert_eq!(odd, expect("privacy.obfuscatedData[1]", hash, "7"));

    let text = good.to_string();
    let malformed = |text: String| {
        let report = examined(vec![file("x.json", text.as_bytes())]);
        (report.conclusion, report.unreadable.map(|problem| problem.detail).unwrap_or_default())
    };
    let twice = malformed(text.replacen("\"name\":", "\"name\":\"x\",\"name\":", 1));
    assert!(twice.0 == Conclusion::Unreadable && twice.1.contains("stands twice"), "{twice:?}");
    let deep = format!("{}{}", "[".repeat(40), "]".repeat(40));
    let deep = malformed(text.replacen("\"d722", &format!("{deep},\"x\":\"d722"), 1));
    assert!(deep.0 == Conclusion::Unreadable && deep.1.contains("too deep"), "{deep:?}");
    // Cut off anywhere, it is not taken for such a document, or refused; it never passes.
    for end in (0..text.len()).step_by(7) {
        let cut = sort(vec![file("x.json", &text.as_bytes()[..end])]);
        assert!(cut.is_err() || cut.is_ok_and(|intake| intake.claims.is_empty()), "{end}");
    }
    let huge = format!("{}{text}", " ".repeat(33 * 1024 * 1024));
    assert!(sort(vec![file("x.json", huge.as_bytes())]).unwrap().claims.is_empty());
    let too_long = WrappedDocument::parse(huge.as_bytes());
    assert!(matches!(too_long, Err(OpenAttestationError::Json(_))));
}

/// Long names above many values would be hashed again and again: a document of 4 MB would take minutes.
#[test]
fn work_is_bounded_for_long_names_and_many_values() {
    let value = "d722d892-03c5-479d-af14-e4e7c6a4b822:string:x";
    for data in [json!({"n".repeat(1_000_000): vec![value; 60_000]}), json!({"n": vec![value; 100_001]})] {
        let mut document = in_batch(&[], &"ab".repeat(32));
        document["data"] = data;
        let report = report_on(&document);
        let (outcome, code, _) = told(&report, StepId::SealedContent);
        assert_eq!((outcome, code.as_str()), (Outcome::CouldNotCheck, "content-too-large"));
    }
}

#[test]
fn seals_of_other_forms_are_named_and_refused() {
    for (text, seal) in [
        (r#"{"proof":{"type":"OpenAttestationMerkleProofSignature2018"}}"#, "OpenAttestationMerkleProofSignature2018"),
        (r#"{"proof":{"type":["MerkleProof2019","X"]}}"#, "MerkleProof2019"),
    ] {
        let report = examined(vec![file("x.json", text.as_bytes())]);
        let problem = report.unreadable.expect("unreadable");
        assert_eq!((problem.code.as_str(), problem.found.as_str()), ("seal-not-known", seal));
    }
}

#[test]
fn an_exported_report_is_checked_again_from_the_document_inside() {
    let Some(dir) = folder() else { return };
    let given = || vec![file("deed.json", &read(&dir, "did-wrapped.json"))];
    let report = examined(given());
    let Event::Exported { text, .. } = export(ExportKind::Report, &report, None, given()) else { panic!("exported") };
    let again = examined(vec![file("kept.report.json", text.as_bytes())]);
    assert_eq!((again.conclusion, again.input), (Conclusion::Intact, InputKind::Report));
    assert_eq!(step(&again, StepId::ReportAgrees).0, Outcome::Passed);
    let mut kept: Value = serde_json::from_str(&text).unwrap();
    kept["report"]["document"]["others"] = json!(["Some Bank"]);
    let lie = examined(vec![file("kept.report.json", kept.to_string().as_bytes())]);
    failed(&lie, StepId::ReportAgrees, "report-differs", "report.document");
}
