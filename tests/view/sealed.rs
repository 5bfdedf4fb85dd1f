//! Documents that others sealed, from their bytes to the page.

use super::{says, texts, verdict};
use plimsoll::attestation::salted::{digest_of_all, digests};
use plimsoll::client::examine::{Outcome, examine};
use plimsoll::client::intake::sort;
use plimsoll::client::message::Material;
use plimsoll::encoding::encode_hex;
use plimsoll::engine::Engine;
use plimsoll::proof::report::Report;
use plimsoll::time::UnixTime;
use plimsoll::ui::wording::Lang;
use serde_json::{Value, json};

fn salted(text: &str) -> String {
    format!("d722d892-03c5-479d-af14-e4e7c6a4b822:string:{text}")
}

/// A document issued, as it says, by a document store and a domain, with one field withheld.
fn open_attestation() -> Value {
    let identity = json!({"type": salted("DNS-TXT"), "location": salted("quay.example")});
    let issuer = json!({"name": salted("Open Quay"), "documentStore": salted("0x8bA6"), "identityProof": identity});
    let data = json!({"issuers": [issuer], "reference": salted("BL-7")});
    let withheld = [7; 32];
    let mut all = digests(&data).expect("is salted");
    all.push(withheld);
    let target = encode_hex(&digest_of_all(all));
    let seal = json!({"type": "SHA3MerkleProof", "targetHash": target, "proof": [], "merkleRoot": target});
    let version = "https://schema.openattestation.com/2.0/schema.json";
    let privacy = json!({"obfuscatedData": [encode_hex(&withheld)]});
    json!({"version": version, "data": data, "signature": seal, "privacy": privacy})
}

fn report_on(document: &Value) -> Report {
    let file = Material::File { name: "deed.json".into(), bytes: document.to_string().into_bytes() };
    let intake = sort(vec![file]).expect("is read");
    match examine(intake, &[], &mut Engine::new(), UnixTime(1_795_000_000)) {
        Outcome::Answer(report, _) => *report,
        Outcome::Nothing(problem) => panic!("{problem:?}"),
    }
}

pub fn intact() -> Report {
    report_on(&open_attestation())
}

pub fn changed() -> Report {
    let mut document = open_attestation();
    document["data"]["reference"] = salted("BL-8").into();
    report_on(&document)
}

/// A certificate whose transaction was not handed in.
pub fn certificate() -> Report {
    let digest = encode_hex(&[1; 32]);
    let anchor = json!({"sourceId": "ab".repeat(32), "type": "BTCOpReturn", "chain": "bitcoinMainnet"});
    let seal = json!({"type": ["MerkleProof2017", "Extension"], "targetHash": digest, "merkleRoot": digest, "proof": [],
        "anchors": [anchor]});
    report_on(&json!({"badge": {"issuer": {"name": "Open Quay"}}, "signature": seal}))
}

#[test]
fn a_certificate_is_open_and_says_what_to_hand_in() {
    let html = verdict(certificate(), Lang::En);
    for text in [
        "Cannot be checked yet: its content has no digest that can be computed here.",
        "nothing here ties what the certificate says to what was sealed.",
        "The transaction that it names is not at hand.",
        "Hand in the transaction that it names",
        "The issuer’s key stands in its profile, at an address that this page does not ask.",
    ] {
        says(&html, text);
    }
    assert!(html.contains("data-conclusion=\"cannot-tell\"") && !html.contains("Genuine"));
}

#[test]
fn an_intact_document_is_never_called_genuine() {
    let html = verdict(intact(), Lang::En);
    for text in [
        "deed.json",
        "Intact in itself; who issued it, and whether it still holds, could not be checked.",
        "Issuer, as the document says",
        "Open Quay",
        "The content fits its digest",
        "Issued documents stand in a contract on Ethereum, which this page does not read.",
        "The issuer’s identity stands in its domain’s DNS, which this page does not ask.",
        "Whether it was revoked is known where it was issued, and nowhere in the file.",
    ] {
        says(&html, text);
    }
    assert!(html.contains("data-conclusion=\"intact\"") && html.contains("data-mark=\"open\""));
    assert!(!html.contains("Genuine") && html.matches("data-step=").count() == 6);
}

#[test]
fn a_changed_document_is_told_with_both_digests() {
    let html = verdict(changed(), Lang::En);
    says(&html, "Not genuine: its content is not what was sealed.");
    says(&html, "A value was changed, added or taken out since the digest was made.");
    let target = open_attestation()["signature"]["targetHash"].as_str().expect("a text").to_owned();
    assert!(html.contains(&target) && html.contains("signature.targetHash"));
}

#[test]
fn the_chinese_page_of_a_sealed_document_is_whole() {
    for report in [intact(), changed(), certificate()] {
        for text in texts(&verdict(report, Lang::Zh)) {
            let own = [
                "deed.json",
                "Open Quay",
                "quay.example",
                "DNS",
                "SHA-256",
                "Plimsoll",
                "data.issuers",
                "keccak256",
                "Blockcerts",
                "merkleblock",
            ];
            let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.len() > 3);
            let english = words.count() > 2 && !own.iter().any(|name| text.contains(name));
            assert!(!english, "English on a Chinese page: {text:?}");
        }
    }
}
