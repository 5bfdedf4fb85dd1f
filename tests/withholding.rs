//! Withholding fields from a proof: the next reader's verdict stays as good, and what is hidden is gone from every record.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/sample.rs"]
mod sample;

use plimsoll::client::message::{Event, NextReader};
use plimsoll::client::withholding::next_reader;
use plimsoll::proof::bundle::Bundle;
use plimsoll::proof::link::{ProofLink, inflate};
use plimsoll::proof::report::{Conclusion, Report};
use plimsoll::proof::withhold::{Held, ProofWithholdError, choices, withhold};
use plimsoll::trade::sd_jwt::SdJwt;
use plimsoll::trade::view::FieldValue;
use plimsoll::trade::withhold::{Choice, Clear, WithholdError};
use sample::{Reader, link, links, reader};

fn bundle(id: &str) -> Bundle {
    Bundle::parse(link(id).proof().expect("a whole proof").as_bytes()).expect("a proof file")
}

fn held(bundle: &Bundle, pointers: &[&str]) -> Result<Held, ProofWithholdError> {
    let pointers: Vec<String> = pointers.iter().map(|at| (*at).to_owned()).collect();
    withhold(bundle, &pointers)
}

fn free(bundle: &Bundle) -> Vec<String> {
    let choices = choices(bundle).expect("its record reads");
    choices.into_iter().filter(|(_, choice)| *choice == Choice::Free).map(|(field, _)| field.path).collect()
}

/// The proofs of the sample whose records hold.
fn genuine() -> Vec<(String, Bundle)> {
    let ids = links().into_iter().filter(|link| link.expect == "genuine").map(|link| link.id);
    ids.map(|id| (id.clone(), bundle(&id))).collect()
}

fn is_genuine(report: &Report) -> bool {
    matches!(report.conclusion, Conclusion::Genuine | Conclusion::GenuineNotProvenCurrent)
}

/// What is wrong with it, rule by rule.
fn told(report: &Report) -> String {
    let rules = report.trade.iter().flat_map(|trade| &trade.rules).filter(|rule| !rule.breaches.is_empty());
    let rules: Vec<String> = rules
        .flat_map(|rule| {
            rule.breaches.iter().map(|breach| format!("{} {:?} {}", rule.rule, breach.places, breach.found))
        })
        .collect();
    format!("{:?}: {rules:?}", report.first_problem().and_then(|step| step.problem.as_ref()))
}

fn verdict(reader: &Reader, bundle: &Bundle) -> Report {
    reader.open_file(&bundle.to_json())
}

#[test]
fn whatever_is_withheld_the_next_reader_finds_the_record_genuine() {
    let reader = reader();
    let (mut cases, mut wrong) = (0, Vec::new());
    for (id, bundle) in genuine() {
        let free = free(&bundle);
        assert!(free.len() > 3, "{id}: {free:?}");
        for at in &free {
            let report = verdict(&reader, &held(&bundle, &[at]).unwrap().bundle);
            cases += 1;
            wrong.extend((!is_genuine(&report)).then(|| format!("{id} without {at}: {}", told(&report))));
        }
        let all: Vec<&str> = free.iter().map(String::as_str).collect();
        let none = held(&bundle, &all).unwrap();
        let report = verdict(&reader, &none.bundle);
        wrong.extend((!is_genuine(&report)).then(|| format!("{id} without any: {}", told(&report))));
        assert!(choices(&none.bundle).unwrap().iter().all(|(_, choice)| *choice != Choice::Free), "{id}");
    }
    println!("fields withheld one at a time: {cases}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_withheld_is_gone_from_the_records_before_too() {
    let bundle = bundle("receivable");
    assert!(bundle.history.len() > 1);
    let Held { bundle: fewer, hidden, .. } = held(&bundle, &["/body/currency"]).unwrap();
    let with = |bundle: &Bundle| {
        let records = bundle.history.iter().chain([&bundle.record]);
        records.filter(|record| payload_has(&record.sd_jwt, "/body/currency")).count()
    };
    let before = with(&bundle);
    assert!(before > 1, "{before}");
    assert_eq!(with(&fewer), 0);
    assert_eq!(hidden.len(), before, "each is told of");
    assert!(hidden[0].own && hidden[1..].iter().all(|hidden| !hidden.own));
    assert_eq!((hidden[0].words.en.as_str(), hidden[0].words.zh.as_str()), ("currency", "币种"));
}

fn payload_has(sd_jwt: &str, at: &str) -> bool {
    SdJwt::parse_record(sd_jwt).expect("a record").unverified_payload().field(at).is_some()
}

#[test]
fn what_must_stay_is_refused_by_name_and_why() {
    for (id, bundle) in genuine() {
        let whole = bundle.clone();
        for (at, why) in [
            ("/recordId", Clear::Names),
            ("/recordType", Clear::Names),
            ("/subject/reference", Clear::Names),
            ("/sequence", Clear::Order),
            ("/actionCode", Clear::Action),
            ("/actionDateTime", Clear::Action),
            ("/actor/key", Clear::Key),
            ("/actor/key/x", Clear::Key),
            ("/actor", Clear::Signed),
            ("/body", Clear::Signed),
        ] {
            let error = held(&bundle, &[at]).unwrap_err();
            let expected = WithholdError::InTheClear { at: at.into(), why };
            assert_eq!(error, ProofWithholdError::Field(expected), "{id}");
            assert!(error.to_string().contains(at));
        }
        let error = held(&bundle, &["/nothing"]).unwrap_err();
        assert_eq!(error, ProofWithholdError::Field(WithholdError::NoField { at: "/nothing".into() }), "{id}");
        assert_eq!(bundle, whole);
    }
}

#[test]
fn elements_of_lists_go_one_by_one_and_their_members_too() {
    let bundle = bundle("split");
    let elements: Vec<String> = free(&bundle).into_iter().filter(|at| at.starts_with("/body/children/")).collect();
    assert!(elements.contains(&"/body/children/0".to_owned()), "{elements:?}");
    assert!(elements.contains(&"/body/children/1/amount".to_owned()), "{elements:?}");
    let fewer = held(&bundle, &["/body/children/0", "/body/children/1/amount"]).unwrap();
    let names: Vec<&str> = fewer.hidden.iter().map(|hidden| hidden.words.en.as_str()).collect();
    assert_eq!(&names[..2], ["parts › 1", "parts › 2 › amount"]);
    let shown = verdict(&reader(), &fewer.bundle).record.unwrap();
    let value = |path: &str| shown.fields.iter().find(|field| field.path == path).map(|field| &field.value);
    assert_eq!(value("/body/children/0"), Some(&FieldValue::Withheld), "in its place");
    assert!(matches!(value("/body/children/1"), Some(FieldValue::Group { .. })));
    assert!(value("/body/children/1/amount").is_none(), "a member withheld has no name any more");
    assert_eq!(value("/body/children/1/_sd/0"), Some(&FieldValue::Withheld));
    assert!(matches!(value("/body/children/2"), None | Some(FieldValue::Group { .. })));
}

#[test]
fn a_second_time_takes_more_and_nothing_twice() {
    let bundle = bundle("receivable");
    let free = free(&bundle);
    let (first, second) = (&free[0], free.iter().rfind(|at| !at.starts_with(&free[0])).expect("another"));
    let once = held(&bundle, &[first]).unwrap().bundle;
    let again = held(&once, &[first]).unwrap_err();
    assert_eq!(again, ProofWithholdError::Field(WithholdError::Already { at: first.clone() }));
    let twice = held(&once, &[second]).unwrap().bundle;
    assert_eq!(twice, held(&bundle, &[first, second]).unwrap().bundle, "in one go or in two");
    assert_eq!(Bundle::parse(twice.to_json().as_bytes()).unwrap(), twice, "saved and read again");
    assert!(is_genuine(&verdict(&reader(), &twice)));
    assert_eq!(held(&bundle, &[]).unwrap().bundle, bundle);
}

#[test]
fn what_says_the_same_elsewhere_is_told_of() {
    let bundle = bundle("receivable");
    let names = ["/actor/partyName"];
    let echoes = held(&bundle, &names).unwrap().echoes;
    assert!(!echoes.is_empty(), "the party's registration names it");
    let texts: std::collections::BTreeSet<&str> = echoes.iter().map(|echo| echo.text.as_str()).collect();
    assert_eq!(texts.len(), 1, "{texts:?}");
    assert!(echoes.iter().all(|echo| !echo.path.is_empty() && !echo.record_id.is_empty()));
    let elsewhere = echoes.iter().any(|echo| echo.record_id != verdict(&reader(), &bundle).record.unwrap().record_id);
    assert!(elsewhere, "{echoes:?}");
}

#[test]
fn a_record_that_does_not_read_is_an_error_of_its_own() {
    let mut bundle = bundle("receivable");
    let at = free(&bundle)[0].clone();
    bundle.history[1].sd_jwt.push_str("e30~");
    assert!(matches!(held(&bundle, &[&at]), Err(ProofWithholdError::Beside { place: 2, .. })));
    bundle.record.sd_jwt = "x".into();
    assert!(matches!(held(&bundle, &[&at]), Err(ProofWithholdError::Field(WithholdError::SdJwt(_)))));
    assert!(choices(&bundle).is_err());
}

fn asked(proof: &str, hide: &[&str]) -> Event {
    let mut reader = reader();
    let hide: Vec<String> = hide.iter().map(|at| (*at).to_owned()).collect();
    next_reader(7, proof, &hide, &reader.registries, &mut reader.engine, reader.now)
}

#[test]
fn the_client_answers_with_the_very_report_of_the_next_reader() {
    let proof = link("split").proof().unwrap();
    let Event::NextReader(next) = asked(&proof, &["/body/children/1"]) else { panic!("an answer") };
    let NextReader { number, choices, report, proof: shorter, link, hidden, .. } = next.clone();
    assert_eq!(number, 7);
    assert_eq!(Event::from_bytes(&Event::NextReader(next.clone()).to_bytes()), Ok(Event::NextReader(next)));
    assert!(choices.iter().any(|(field, choice)| field.path == "/body/children/1" && *choice == Choice::Free));
    assert_eq!(hidden.len(), 1);
    let opened = reader().open(&link);
    assert_eq!(*report, opened, "what was foreseen is what is seen");
    let Ok(ProofLink::Inline(bytes)) = ProofLink::parse(&link) else { panic!("a link") };
    assert_eq!(inflate(&bytes).unwrap(), shorter.as_bytes());
    assert!(!shorter.is_empty() && shorter.len() < proof.len());
    // It can be withheld from further.
    let Event::NextReader(again) = asked(&shorter, &["/body/children/0"]) else { panic!("an answer") };
    let withheld = again.choices.iter().filter(|(_, choice)| *choice == Choice::Withheld).count();
    assert_eq!(withheld, 1);
    let fields = &again.report.record.as_ref().unwrap().fields;
    assert_eq!(fields.iter().filter(|field| field.value == FieldValue::Withheld).count(), 2);
}

#[test]
fn what_the_client_cannot_withhold_it_names() {
    let proof = link("split").proof().unwrap();
    for (proof, at, field) in
        [(proof.as_str(), "/sequence", "/sequence"), (&proof, "/body/none", "/body/none"), ("{}", "/sequence", "")]
    {
        let Event::NotWithheld { number: 7, problem } = asked(proof, &[at]) else { panic!("{at}") };
        assert_eq!((problem.code.as_str(), problem.field.as_str()), ("not-withheld", field));
        assert!(!problem.detail.is_empty());
    }
}
