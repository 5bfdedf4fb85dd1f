//! Documents of others handed to the client: read into drafts as the command line does, told for the page, or refused by name.
#![cfg(all(feature = "issuer", not(target_arch = "wasm32")))]

mod common;

use plimsoll::client::LightClient;
use plimsoll::client::message::{
    Command, Config, DraftedDocument, Drafts, Event, Input, Material, Output, VerificationId,
};
use plimsoll::proof::report::Outcome;
use plimsoll::time::UnixTime;
use serde_json::{Value, json};
use std::path::PathBuf;

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll");
/// 2026-03-02T14:10:00Z.
const NOW: UnixTime = UnixTime(1_772_460_600);

/// What the client says to files, handed in together.
fn hand_in(files: &[(&str, &[u8])]) -> Event {
    let mut client = LightClient::new();
    client.handle_input(Input::Command(Command::Start { config: Config::default() }), NOW);
    let material =
        files.iter().map(|(name, bytes)| Material::File { name: (*name).to_owned(), bytes: bytes.to_vec() }).collect();
    client.handle_input(Input::Command(Command::Verify { id: VerificationId(1), material }), NOW);
    loop {
        match client.poll_output() {
            Some(Output::Event(event @ (Event::Drafted { .. } | Event::Refused { .. } | Event::Verdict { .. }))) => {
                // As it travels to the page.
                assert_eq!(Event::from_bytes(&event.to_bytes()), Ok(event.clone()));
                return event;
            }
            Some(Output::Yield) => client.handle_input(Input::Tick, NOW),
            Some(_) => {}
            None => panic!("no answer"),
        }
    }
}

fn drafts(files: &[(&str, &[u8])]) -> Drafts {
    match hand_in(files) {
        Event::Drafted { drafts, .. } => *drafts,
        other => panic!("no drafts: {other:?}"),
    }
}

fn one(name: &str, text: &str) -> DraftedDocument {
    let mut drafts = drafts(&[(name, text.as_bytes())]);
    assert_eq!(drafts.documents.len(), 1);
    drafts.documents.remove(0)
}

/// Every published document: name, path, bytes.
fn published() -> Vec<(String, PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for folder in ["dcsa", "epcis", "ubl"] {
        let mut folders = common::data_dir().map(|data| vec![data.join("trade").join(folder)]).unwrap_or_default();
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("the folder reads").map(|entry| entry.expect("an entry")) {
                let path = entry.path();
                match path.is_dir() {
                    true => folders.push(path),
                    false => {
                        let bytes = std::fs::read(&path).expect("the file reads");
                        found.push((path.display().to_string(), path, bytes));
                    }
                }
            }
        }
    }
    found.sort();
    found
}

#[test]
fn the_page_reads_every_published_document_as_the_command_line_does() {
    let files = published();
    let (mut read, mut refused, mut strangers) = (0, 0, 0);
    for (name, path, bytes) in &files {
        let run = |more: &[&str]| {
            let output = std::process::Command::new(PROGRAM)
                .arg("import")
                .arg(path)
                .args(["--time", &NOW.to_string()])
                .args(more)
                .output()
                .expect("the program runs");
            String::from_utf8(output.stdout).expect("it prints text")
        };
        match hand_in(&[(name, bytes)]) {
            Event::Drafted { drafts, .. } => {
                assert_eq!(drafts.json, run(&["--json"]), "{name}");
                let document = &drafts.documents[0];
                match &document.problem {
                    None => {
                        assert_eq!(drafts.lines, run(&[]), "{name}");
                        assert_eq!(drafts.lines.lines().count() as u64, document.drafted);
                        assert!(document.drafts.iter().all(|draft| draft.unfit.is_none()), "{name}: {document:?}");
                        read += 1;
                    }
                    Some(problem) => {
                        assert!(!problem.detail.is_empty() && document.drafts.is_empty(), "{name}: {problem:?}");
                        assert!(run(&["--json"]).contains("\"error\""), "{name}");
                        refused += 1;
                    }
                }
            }
            Event::Refused { problem, .. } => {
                assert_eq!(problem.code, "no-proof-in-files", "{name}");
                assert!(run(&["--json"]).contains("none of the documents"), "{name}");
                strangers += 1;
            }
            other => panic!("{name}: {other:?}"),
        }
    }
    common::counted("trade/{dcsa,epcis,ubl}", files.len());
    println!("  {read} read into drafts, {refused} refused with the reason, {strangers} of no kind that is known");
    assert!(files.is_empty() || (read > 50 && read + refused + strangers == files.len()));
}

fn invoice(total: &str) -> String {
    let amount = |name: &str, value: &str| format!("<b:{name} currencyID=\"EUR\">{value}</b:{name}>");
    let party = |role: &str, name: &str| {
        format!("<a:{role}><a:Party><a:PartyName><b:Name>{name}</b:Name></a:PartyName></a:Party></a:{role}>")
    };
    format!(
        "<Invoice xmlns=\"urn:oasis:names:specification:ubl:schema:xsd:Invoice-2\" \
         xmlns:a=\"urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2\" \
         xmlns:b=\"urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2\">\
         <b:ID>QY-1</b:ID><b:IssueDate>2026-01-22</b:IssueDate><b:DocumentCurrencyCode>EUR</b:DocumentCurrencyCode>{}{}\
         <a:LegalMonetaryTotal>{}{}{}{}</a:LegalMonetaryTotal>\
         <a:InvoiceLine><b:ID>1</b:ID><b:InvoicedQuantity unitCode=\"C62\">2</b:InvoicedQuantity>{}\
         <a:Item><b:Name>pump</b:Name></a:Item><a:Price>{}</a:Price></a:InvoiceLine></Invoice>",
        party("AccountingSupplierParty", "Yong Pumps"),
        party("AccountingCustomerParty", "Maas Works"),
        amount("LineExtensionAmount", "200.00"),
        amount("TaxExclusiveAmount", "200.00"),
        amount("TaxInclusiveAmount", "200.00"),
        amount("PayableAmount", total),
        amount("LineExtensionAmount", "200.00"),
        amount("PriceAmount", "100.00"),
    )
}

fn outcome(document: &DraftedDocument, rule: &str) -> Option<Outcome> {
    document.rules.iter().find(|view| view.rule == rule).map(|view| view.outcome)
}

#[test]
fn a_document_is_held_against_the_rules_that_need_nothing_else() {
    let good = one("good.xml", &invoice("200.00"));
    assert_eq!((good.kind.en.as_str(), good.drafted), ("UBL Invoice", 1));
    assert_eq!(good.drafts[0].record.reference, "QY-1");
    assert_eq!(outcome(&good, "A4"), Some(Outcome::Passed), "{:?}", good.rules);
    let wrong = one("wrong.xml", &invoice("205.00"));
    let found = wrong.rules.iter().find(|view| view.rule == "A4").expect("it was held");
    assert!(found.weight.is_some(), "{found:?}");
    assert!(found.breaches[0].places[0].contains("/body/payableAmount"), "{found:?}");
    assert!(found.breaches[0].found.contains("205.00") && found.breaches[0].expected.contains("200.00"), "{found:?}");
}

#[test]
fn files_handed_in_together_are_told_apart() {
    let (text, other) = (invoice("200.00"), json!({"name": "left-pad", "version": "1.0.0"}).to_string());
    let files: [(&str, &[u8]); 4] = [
        ("a.xml", text.as_bytes()),
        ("package.json", other.as_bytes()),
        ("x.pdf", b"%PDF-1.7"),
        ("b.xml", b"<Invoice"),
    ];
    let drafts = drafts(&files);
    let told: Vec<_> = drafts
        .documents
        .iter()
        .map(|one| (one.name.as_str(), one.problem.as_ref().map(|problem| problem.code.as_str())))
        .collect();
    assert_eq!(
        told,
        [
            ("a.xml", None),
            ("package.json", Some("document-unknown")),
            ("x.pdf", Some("document-unknown")),
            ("b.xml", Some("document-malformed"))
        ]
    );
    assert_eq!(drafts.json.lines().count(), 4);
    let first: Value = serde_json::from_str(drafts.lines.lines().next().expect("a draft")).expect("JSON");
    assert_eq!(first["subject"]["reference"], "QY-1");
}

#[test]
fn what_is_no_document_stays_what_it_was() {
    for (name, bytes) in [("x.pdf", &b"%PDF-1.7"[..]), ("package.json", b"{\"name\": \"left-pad\"}"), ("empty", b"")] {
        match hand_in(&[(name, bytes)]) {
            Event::Refused { problem, .. } => assert_eq!(problem.code, "no-proof-in-files", "{name}"),
            other => panic!("{name}: {other:?}"),
        }
    }
    // A proof beside it: the document is left aside, and the proof examined.
    let (invoice, proof) = (invoice("200.00"), b"{\"format\": \"plimsoll-proof/1\"}");
    let event = hand_in(&[("a.xml", invoice.as_bytes()), ("proof.json", proof)]);
    assert!(matches!(event, Event::Verdict { .. }), "{event:?}");
}

#[test]
fn hostile_documents_end_with_a_reason_and_within_bounds() {
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><Invoice>&b;</Invoice>";
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    let many = format!("[{}1]", "1,".repeat(200_000));
    let large = format!("{{\"a\": \"{}\"}}", "x".repeat(5 << 20));
    for (name, bytes, code) in [
        ("bomb.xml", bomb.as_bytes(), "document-malformed"),
        ("deep.json", deep.as_bytes(), "document-malformed"),
        ("many.json", many.as_bytes(), "document-too-large"),
        ("large.json", large.as_bytes(), "document-too-large"),
        ("text.json", b"{\"a\": \"\xff\xfe\"}", "document-malformed"),
        ("twice.json", b"{\"a\": 1, \"a\": 2}", "document-malformed"),
    ] {
        let found = drafts(&[(name, bytes)]);
        let problem = found.documents[0].problem.as_ref().unwrap_or_else(|| panic!("{name} was read"));
        assert_eq!(problem.code, code, "{name}: {problem:?}");
        assert!(!problem.detail.is_empty() && problem.detail.len() < 400, "{name}: {}", problem.detail);
    }
    let text = invoice("200.00");
    let files: Vec<(&str, &[u8])> = (0..70).map(|_| ("a.xml", text.as_bytes())).collect();
    let found = drafts(&files);
    assert_eq!(found.documents.iter().filter(|one| one.problem.is_none()).count(), 64);
    assert_eq!(found.documents.len(), 70);
}
