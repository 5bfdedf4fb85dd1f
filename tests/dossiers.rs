//! Several proofs opened together: each is examined by itself, and the one they are about with the records of the others.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/sample.rs"]
mod sample;

use plimsoll::client::message::Material;
use plimsoll::proof::report::{Conclusion, Outcome, Report};
use sample::{link, reader};

fn together(ids: &[&str]) -> Report {
    let material =
        ids.iter().map(|id| Material::File { name: format!("{id}.json"), bytes: link(id).proof().unwrap().into() });
    reader().read(material.collect())
}

fn rule(report: &Report, code: &str) -> Outcome {
    let rules = &report.trade.as_ref().expect("it is genuine").rules;
    rules.iter().find(|rule| rule.rule == code).unwrap_or_else(|| panic!("{code} is not told of")).outcome
}

#[test]
fn several_proofs_are_about_the_receivable_and_compared_with_one_another() {
    let alone = reader().read(vec![Material::Link { text: link("withheld").link }]);
    assert!(alone.trade.as_ref().unwrap().flows.is_empty(), "one asset has nothing to be compared with");
    for ids in [["withheld", "bill-of-lading", "container"], ["container", "bill-of-lading", "withheld"]] {
        let report = together(&ids);
        assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent, "{:?}", report.first_problem());
        assert_eq!(report.record.as_ref().unwrap().record_id, "RCV-2026-0042-4", "whatever the order: {ids:?}");
        let trade = report.trade.as_ref().unwrap();
        let sum: u64 = ids.iter().map(|id| reader().open(&link(id).link).trade.unwrap().records).sum();
        assert_eq!(trade.records, sum, "no record stands in two of these proofs");
        assert!(!trade.flows.is_empty());
        // By itself the bill cannot be held to the day on which its container was loaded.
        assert_eq!(rule(&reader().open(&link("bill-of-lading").link), "S7"), Outcome::NotChecked);
        assert_eq!(rule(&report, "S7"), Outcome::Passed);
        assert!(report.left_aside.is_empty(), "{:?}", report.left_aside);
    }
}

#[test]
fn a_proof_that_is_not_genuine_lends_its_records_to_no_other() {
    let report = together(&["withheld", "losing-fork", "too-few-confirmations"]);
    let alone = reader().open(&link("withheld").link);
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent);
    assert_eq!(report.trade.unwrap().records, alone.trade.unwrap().records);
    assert_eq!(report.left_aside.len(), 2, "{:?}", report.left_aside);
    assert!(report.left_aside.iter().any(|aside| aside.contains("RCV-2026-0042-4: not genuine")));
    assert!(report.left_aside.iter().any(|aside| aside.contains("PLMS0057-SUR: cannot be checked")));
}

#[test]
fn a_good_proof_and_a_bad_one_of_the_same_record_are_told_apart() {
    let report = together(&["stripped-cosignature", "split"]);
    assert_eq!(report.left_aside, ["proof of RCV-2026-0043-3: not genuine"]);
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent);
    // Nothing genuine among them: what is wrong is said.
    let report = together(&["stripped-cosignature", "not-in-log"]);
    assert_eq!((report.conclusion, report.left_aside.len()), (Conclusion::NotGenuine, 1));
}

#[test]
fn the_same_proof_twice_is_one() {
    let report = together(&["split", "split"]);
    let alone = reader().open(&link("split").link);
    assert_eq!(report.trade, alone.trade);
    assert!(report.left_aside.is_empty(), "{:?}", report.left_aside);
}

#[test]
fn a_rule_broken_only_by_another_proof_s_records_is_found() {
    // The dossier's records are newer than the bare receivable: the state is the latest of all that is shown.
    let report = together(&["receivable", "dossier"]);
    assert_eq!(report.record.as_ref().unwrap().record_id, "RCV-2026-0042-4");
    assert_eq!(report.conclusion, Conclusion::GenuineNotProvenCurrent);
    let both = together(&["against-rules", "container"]);
    assert_eq!(both.conclusion, Conclusion::AgainstRules);
    assert_eq!(rule(&both, "R5"), Outcome::Failed);
}

#[test]
fn proofs_are_not_opened_together_with_other_things_nor_without_end() {
    let proof = || Material::Link { text: link("container").link };
    let timestamp = b"\0OpenTimestamps\0\0Proof\0\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08".to_vec();
    let timestamp = [timestamp, vec![7; 32], vec![0, 0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 1, 1]].concat();
    let mixed = reader().read(vec![proof(), Material::File { name: "a.ots".into(), bytes: timestamp }]);
    assert_eq!(mixed.unreadable.unwrap().code, "several-proofs");
    let many = reader().read((0..65).map(|_| proof()).collect());
    let problem = many.unreadable.unwrap();
    assert_eq!(
        (problem.code.as_str(), problem.expected.as_str(), problem.found.as_str()),
        ("several-proofs", "64", "65")
    );
}
