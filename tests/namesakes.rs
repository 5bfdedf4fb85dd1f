//! Two assets under one reference: a reference is a name that anybody can take again. What is told of the one in question is what
//! is told of it alone, wherever the other one stands, and nothing is decided by a name that may mean either.

#[path = "common/sample_story.rs"]
mod sample_story;
#[path = "common/story.rs"]
mod story;

use plimsoll::proof::summary::{Replayed, summarize};
use plimsoll::proof::trade_view::{AnswerView, NoteView, TradeView};
use plimsoll::trade::flows::dossier;
use plimsoll::trade::replay::history::Entry;
use plimsoll::trade::rule::{Lack, Rule, Ruling, Sheet};
use plimsoll::trade::said::Said;
use sample_story::told_of;
use serde_json::{Value, json};
use story::Story;

/// Where the namesake's records stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Namesake {
    None,
    Before,
    After,
}

/// The records of some assets of the sample, and of a namesake of the first of them: other amounts, days, vessels and places.
fn told(references: &[&str], namesake: Namesake) -> Story {
    told_and(references, namesake, |_| {})
}

/// The same with records changed before the namesake takes them over.
fn told_and(references: &[&str], namesake: Namesake, change: impl Fn(&mut Value)) -> Story {
    told_of(|mut records| {
        records.iter_mut().for_each(|(_, record)| change(record));
        let of = |reference: &str, record: &Value| record["subject"]["reference"] == reference;
        let own: Vec<_> =
            records.into_iter().filter(|(_, record)| references.iter().any(|one| of(one, record))).collect();
        let other = own.iter().filter(|(_, record)| of(references[0], record)).map(|(who, record)| {
            let other_terms = [
                ("84300.00", "7.00"),
                ("126000.00", "7.00"),
                ("12400.00", "7.00"),
                ("24\"", "9\""),
                ("2026-05-22", "2026-07-01"),
                ("2026-06-05", "2026-07-02"),
                ("PLOVER", "PETREL"),
                ("CNNGB", "CNSHA"),
            ];
            // A part keeps the terms that its SPLIT gave it.
            let changed = if references[0].ends_with("-A") { &[][..] } else { &other_terms };
            let text = changed.iter().fold(record.to_string(), |text, (old, new)| text.replace(old, new));
            let text = match references[0] {
                "RCV-2026-0043" => text.replace("76000.00", "3.00").replace("50000.00", "4.00"),
                _ => text,
            };
            // A receivable of another deal.
            let text = match references[0].starts_with("RCV") {
                true => text.replace("QY-26-01", "QY-26-91").replace("PLMS0042", "PLMS9042"),
                false => text,
            };
            let mut record: Value = serde_json::from_str(&text).expect("JSON as before");
            record["subject"]["blinding"] = json!("AAAAAAAAAAAAAAAAAAAAAA");
            record["recordId"] = json!(format!("NAMESAKE-{}", record["recordId"].as_str().expect("a text")));
            (who.clone(), record)
        });
        let other: Vec<_> = other.collect();
        match namesake {
            Namesake::None => own,
            Namesake::Before => [other, own].concat(),
            Namesake::After => [own, other].concat(),
        }
    })
}

fn position(entries: &[Entry<'_>], record: &str) -> usize {
    entries.iter().position(|entry| entry.record.record_id == record).expect("it is told")
}

fn view(story: &Story, record: &str) -> (TradeView, Sheet) {
    let entries = story.entries();
    let focus = position(&entries, record);
    let mut sheet = Sheet::default();
    let dossier = dossier(&entries, Some(focus), &mut sheet);
    let view = summarize(&Replayed { entries: &entries, focus, dossier: &dossier, sheet: &sheet, as_of: None });
    (view, sheet)
}

/// The questions under which a namesake is told of.
const WARNED: [&str; 3] = ["What could go wrong?", "Whose is it?", "What is wrong?"];

fn is_warning(note: &NoteView) -> bool {
    note.text.en.starts_with("Another asset among the records given goes by")
}

/// An answer without that warning, and without the rules that a namesake breaks itself: of the risks nothing stays.
fn without_warning(answer: &AnswerView) -> AnswerView {
    let mut answer = answer.clone();
    answer.notes.retain(|note| !is_warning(note) && !note.text.en.starts_with("Breaks rule"));
    match [WARNED[0], WARNED[2]].contains(&answer.question.en.as_str()) {
        true => AnswerView { answer: Said::default(), notes: Vec::new(), ..answer },
        false => answer,
    }
}

#[test]
fn what_is_told_of_an_asset_is_told_of_it_and_not_of_its_namesake() {
    for (references, record) in [
        (&["RCV-2026-0042"][..], "RCV-2026-0042-4"),
        (&["RCV-2026-0042", "PLMS0042", "QY-26-0117"], "RCV-2026-0042-4"),
        (&["RCV-2026-0043", "RCV-2026-0043-A", "RCV-2026-0043-B"], "RCV-2026-0043-3"),
        (&["PLMS0042"], "PLMS0042-BL"),
        (&["PLMS0042", "PLMU4203173"], "PLMS0042-DLV"),
        (&["YRC-2026-02"], "YRC-2026-02-3"),
    ] {
        let (alone, _) = view(&told(references, Namesake::None), record);
        assert!(!alone.answers.is_empty(), "{record}");
        for namesake in [Namesake::Before, Namesake::After] {
            let (beside, _) = view(&told(references, namesake), record);
            assert_eq!(beside.state, alone.state, "{record} {namesake:?}");
            assert_eq!(beside.timeline, alone.timeline, "{record} {namesake:?}");
            assert_eq!(beside.tree, alone.tree, "{record} {namesake:?}");
            // The namesake of a receivable is of another deal here; a bill's is of the same.
            if references[0].starts_with("RCV") {
                assert_eq!(beside.flows, alone.flows, "{record} {namesake:?}");
            }
            let told = |view: &TradeView| view.answers.iter().map(without_warning).collect::<Vec<_>>();
            assert_eq!(told(&beside), told(&alone), "{record} {namesake:?}");
            let warned = |view: &TradeView| view.answers.iter().position(|answer| answer.notes.iter().any(is_warning));
            let place = beside.answers.iter().position(|answer| WARNED.contains(&answer.question.en.as_str()));
            assert_eq!((warned(&alone), warned(&beside)), (None, place), "{record} {namesake:?}");
        }
    }
}

fn lacks(sheet: &Sheet, rule: Rule) -> Vec<Lack> {
    match sheet.ruling(rule) {
        Ruling::NotChecked { lacks, .. } => lacks,
        other => panic!("{}: {other:?}", rule.code()),
    }
}

fn ambiguous(reference: &str) -> Lack {
    Lack::Ambiguous { reference: reference.to_owned() }
}

#[test]
fn a_part_of_which_of_two_is_not_decided() {
    let references = ["RCV-2026-0043", "RCV-2026-0043-A", "QY-26-0131"];
    // A part that names the invoice itself, and the invoice.
    let change = |record: &mut Value| {
        let text = record.to_string().replace("QY-26-0117", "QY-26-0131");
        let text = match record["recordType"] == "invoice" {
            true => text.replace("84300.00", "126000.00"),
            false => text,
        };
        *record = serde_json::from_str(&text).expect("JSON as before");
        if record["recordId"] == "RCV-2026-0043-A-1" {
            record["body"]["invoiceReferences"] = json!([{
                "documentNumber": "QY-26-0131", "issueDate": "2026-02-05", "totalInvoiceAmount": "126000.00",
            }]);
        }
    };
    let told = |namesake| told_and(&references, namesake, change);
    let (_, alone) = view(&told(Namesake::None), "RCV-2026-0043-A-3");
    assert!(matches!(alone.ruling(Rule::R(2)), Ruling::Held { .. }), "{:?}", alone.ruling(Rule::R(2)));
    for namesake in [Namesake::Before, Namesake::After] {
        let (view, sheet) = view(&told(namesake), "RCV-2026-0043-A-3");
        for number in [1, 2, 6] {
            let lacks = lacks(&sheet, Rule::R(number));
            assert!(lacks.contains(&ambiguous(references[0])), "R{number}: {lacks:?}");
            assert!(!lacks.contains(&Lack::Record { what: references[0].to_owned() }), "R{number}: {lacks:?}");
        }
        // What was split counts no more, whichever that was.
        assert_eq!(sheet.ruling(Rule::F(6)).severity(), None, "{:?}", sheet.ruling(Rule::F(6)));
        let notes = view.answers.iter().flat_map(|answer| &answer.notes);
        assert!(notes.into_iter().any(|note| note.text.en.contains("is not seen")), "{:?}", view.answers);
    }
}

#[test]
fn a_tree_whose_root_is_not_the_one_asked_about_is_not_summed() {
    let references = ["RCV-2026-0043", "RCV-2026-0043-A", "RCV-2026-0043-B"];
    let (_, alone) = view(&told(&references, Namesake::None), "RCV-2026-0043-3");
    assert!(matches!(alone.ruling(Rule::R(1)), Ruling::Held { .. }), "{:?}", alone.ruling(Rule::R(1)));
    for namesake in [Namesake::Before, Namesake::After] {
        let (_, sheet) = view(&told(&references, namesake), "RCV-2026-0043-3");
        assert_eq!(lacks(&sheet, Rule::R(1)), [ambiguous(references[0])]);
    }
}

#[test]
fn a_part_that_may_be_either_of_two_is_not_summed() {
    let references = ["RCV-2026-0043-A", "RCV-2026-0043", "RCV-2026-0043-B"];
    for namesake in [Namesake::Before, Namesake::After] {
        let (view, sheet) = view(&told(&references, namesake), "RCV-2026-0043-3");
        assert_eq!(lacks(&sheet, Rule::R(1)), [ambiguous(references[0])]);
        assert_eq!(view.tree[1].stage.en, "its records are not shown", "{:?}", view.tree);
    }
}

#[test]
fn what_a_clearing_round_pays_is_not_decided_between_two() {
    let references = ["RCV-2026-0042", "YRC-2026-02"];
    let change = |record: &mut Value| {
        if record["recordType"] == "clearing" && record["actionCode"] == "OPEN" {
            record["body"]["obligations"][0]["receivableId"] = json!(references[0]);
        }
    };
    for namesake in [Namesake::Before, Namesake::After] {
        let (_, sheet) = view(&told_and(&references, namesake, change), "YRC-2026-02-3");
        let lacks = lacks(&sheet, Rule::R(9));
        assert!(lacks.contains(&ambiguous(references[0])), "{lacks:?}");
    }
}
