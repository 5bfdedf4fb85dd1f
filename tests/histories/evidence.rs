//! What the examination hands on: evidence of the rules kept, and a proof's own records for the examination of another.

use crate::good_proofs;
use crate::registry::{Entry, NOW, Reader, key, registration};
use crate::sample::{link, reader};
use crate::trading::{BANK, FINANCIER, SELLER, Trading, confirmation, with};
use plimsoll::proof::bundle::Bundle;
use plimsoll::proof::history::{BuriedHistory, Ground, VerifiedHistory};
use plimsoll::proof::report::{Conclusion, InputKind, Outcome, Report};
use plimsoll::proof::setting::Setting;
use plimsoll::proof::step::StepId::{self, History, TradeRules};
use plimsoll::proof::verdict::{Genuine, Verdict};
use plimsoll::proof::verify::verify_beside;
use plimsoll::tlog::TlogProof;
use serde_json::json;

fn examined(reader: &Reader, bundle: &Bundle, beside: &[BuriedHistory]) -> (Verdict, Report, Option<BuriedHistory>) {
    let engine = reader.engine.clone();
    let setting = Setting { registries: &reader.registries, engine: &engine, now: NOW };
    verify_beside(bundle, &setting, InputKind::ProofFile, beside)
}

fn genuine(verdict: Verdict) -> Box<Genuine> {
    match verdict {
        Verdict::Genuine(genuine) => genuine,
        other => panic!("it is good: {other:?}"),
    }
}

/// Three receivables, each confirmed; the last for more than was accepted.
fn three() -> (Reader, [Bundle; 3]) {
    let mut trading = Trading::default();
    for of in ["RCV-1", "RCV-2"] {
        trading.confirmed(of);
    }
    trading.accepted("RCV-3");
    trading.say(BANK, "RCV-3", "CONFIRM", None, with(confirmation(), &json!({"amount": "94300.00"})));
    trading.seal();
    let bundles = ["RCV-1", "RCV-2", "RCV-3"].map(|of| {
        let said = trading.said_of(of);
        trading.prove(said[2], &said[..2])
    });
    (Reader::of(&trading.registry), bundles)
}

#[test]
fn rules_kept_are_evidence_and_broken_ones_are_none() {
    let (reader, [good, _, against]) = three();
    let kept = genuine(examined(&reader, &good, &[]).0);
    assert!(kept.rules().expect("rules are kept").held() >= 5);
    let Verdict::AgainstRules(broken) = examined(&reader, &against, &[]).0 else { panic!("confirmed for more") };
    assert!(broken.rules().is_none());
}

#[test]
fn where_no_rule_could_be_held_none_is_kept() {
    // A registration is no trade, and this one names no code whose form could be checked.
    let mut trading = Trading::default();
    let mut payload = registration("Somebody", &key("somebody"), &key("registrar"));
    payload["body"].as_object_mut().expect("an object").remove("identifyingCodes");
    let index = trading.registry.enter(Entry::of(&payload, &key("registrar")));
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let (verdict, report, _) = examined(&reader, &trading.prove(index, &[]), &[]);
    let mut steps = report.lines.iter().flat_map(|line| &line.steps);
    let rules = steps.find(|step| step.step == TradeRules).expect("every step is there");
    assert_eq!(rules.outcome, Outcome::NotChecked);
    assert_eq!(rules.problem.as_ref().expect("it is said").code, "no-rules");
    assert!(genuine(verdict).rules().is_none());
}

#[test]
fn a_proof_lends_its_own_records_and_not_those_beside_it() {
    let (reader, [one, two, against]) = three();
    let records = |report: &Report| report.trade.as_ref().expect("it is genuine").records;
    let (_, alone, lent_one) = examined(&reader, &one, &[]);
    assert_eq!(records(&alone), 3);
    let (_, both, lent_two) = examined(&reader, &two, &[lent_one.expect("it is genuine")]);
    assert_eq!(records(&both), 6);
    // What breaks the rules is genuine all the same, and others are held against it.
    let (_, report, lent) = examined(&reader, &against, &[lent_two.expect("it is genuine")]);
    assert_eq!((report.conclusion, records(&report)), (Conclusion::AgainstRules, 6));
    assert_eq!(records(&examined(&reader, &one, &[lent.expect("it is genuine")]).1), 6);
    // The same from files, whether or not they bring the headers themselves.
    let carried = |bundle: &Bundle| {
        let headers = plimsoll::proof::bundle::HeaderRun {
            network: "regtest".into(),
            from: 0,
            run: plimsoll::proof::bundle::Bytes(plimsoll::chain::Params::regtest().genesis().encode().to_vec()),
        };
        Bundle { headers: Some(headers), ..bundle.clone() }
    };
    for proofs in [[one.clone(), against.clone()], [carried(&one), carried(&against)]] {
        let report = reader.examine_together(&proofs);
        assert_eq!(records(&report), 6, "{:?}", report.left_aside);
        assert_eq!((report.conclusion, report.left_aside.is_empty()), (Conclusion::AgainstRules, true));
    }
}

#[test]
fn a_history_is_lent_by_the_record_it_belongs_to() {
    let (reader, [one, two, _]) = three();
    let [own, other] = [&one, &two].map(|bundle| genuine(examined(&reader, bundle, &[]).0));
    let history = || {
        let proof = TlogProof::parse(&one.record.log_proof).expect("a log proof");
        let policy = &reader.registries[0];
        let ground = Ground { parties: &one.parties, policy, logged: own.logged(), note: proof.note() };
        VerifiedHistory::verify(&one.history, own.recorded(), Some(own.signer()), &ground).expect("it is good")
    };
    assert_eq!(history().entries().len(), 3);
    assert!(BuriedHistory::of(history(), &own).is_some());
    assert!(BuriedHistory::of(history(), &other).is_none(), "another record is buried, not this history");
}

#[test]
fn the_figures_at_the_steps_are_those_of_what_is_told() {
    let reader = reader();
    let mut reports: Vec<Report> = good_proofs(&reader).into_iter().map(|good| good.report).collect();
    reports.push(reader.open(&link("against-rules").link));
    let value = |report: &Report, of: StepId, label: &str| {
        let line = report.line(of.line()).expect("every line is there");
        let step = line.steps.iter().find(|done| done.step == of).expect("every step is there");
        step.values.iter().find(|value| value.label == label).map(|value| value.text.clone())
    };
    for report in &reports {
        let trade = report.trade.as_ref().expect("it is genuine");
        let count = |outcome: Outcome, weighs: bool| {
            let like = trade.rules.iter().filter(|rule| rule.outcome == outcome && rule.weight.is_some() == weighs);
            Some(like.count().to_string())
        };
        let told = ["rules-held", "rules-broken", "rules-warned", "rules-not-checked"]
            .map(|label| value(report, TradeRules, label));
        let expected = [
            count(Outcome::Passed, false),
            count(Outcome::Failed, true),
            count(Outcome::Passed, true),
            count(Outcome::NotChecked, false),
        ];
        assert_eq!(told, expected, "{}", trade.state.en);
        assert_eq!(value(report, History, "records-shown"), Some(trade.records.to_string()));
        assert_eq!(value(report, History, "state"), Some(trade.state.en.clone()).filter(|state| !state.is_empty()));
    }
    let sum =
        |label| reports.iter().filter_map(|report| value(report, TradeRules, label)?.parse::<u32>().ok()).sum::<u32>();
    let all = ["rules-held", "rules-broken", "rules-warned", "rules-not-checked"].map(sum);
    assert!(all.iter().all(|&count| count > 0), "each is told of somewhere: {all:?}");
}

#[test]
fn identifiers_and_the_day_of_the_newest_block_are_part_of_it() {
    let reader = reader();
    let container = reader.open(&link("container").link).trade.expect("it is genuine");
    let rule = container.rules.iter().find(|rule| rule.rule == "S1").expect("container numbers are checked");
    assert_eq!(rule.outcome, Outcome::Passed);
    let receivable = reader.open(&link("receivable").link).trade.expect("it is genuine");
    let until = &receivable.answers[3];
    assert!(until.notes.iter().any(|note| note.text.en.contains("the date of the newest block")), "{until:?}");
}

#[test]
fn the_branch_told_is_that_of_the_record_in_question() {
    let mut trading = Trading::default();
    let confirmed = trading.confirmed("RCV-1");
    let one = trading.say(SELLER, "RCV-1", "TRANSFER", Some(BANK), json!({}));
    let other = trading.say_after(Some(confirmed), SELLER, "RCV-1", "TRANSFER", Some(FINANCIER), json!({}), |_| {});
    trading.seal();
    let reader = Reader::of(&trading.registry);
    let first = trading.said_of("RCV-1")[..3].to_vec();
    for (focus, beside, holder) in [(one, other, BANK), (other, one, FINANCIER)] {
        let report = reader.examine_here(&trading.prove(focus, &[first.as_slice(), &[beside]].concat()));
        assert_eq!(report.trade.expect("both are genuine").answers[1].answer.en, holder);
    }
}
