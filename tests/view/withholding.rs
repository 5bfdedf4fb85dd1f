//! The panel in which fields are withheld, drawn from real proofs of the sample.

use super::{drawn, sample, says};
use plimsoll::client::message::{Event, NextReader, VerificationId};
use plimsoll::client::withholding::next_reader;
use plimsoll::proof::link::to_route;
use plimsoll::trade::withhold::Choice;
use plimsoll::ui::pages::verify::verification_page;
use plimsoll::ui::state::problem;
use plimsoll::ui::verification::{Answer, Given, Phase, Verification};
use plimsoll::ui::withholding::Withholding;
use plimsoll::ui::wording::Lang;
use std::rc::Rc;

const BASE: &str = "https://page.example/";

fn next(id: &str, hide: &[&str]) -> NextReader {
    let proof = sample::link(id).proof().expect("a whole proof");
    let mut reader = sample::reader();
    let hide: Vec<String> = hide.iter().map(|at| (*at).to_owned()).collect();
    match next_reader(0, &proof, &hide, &reader.registries, &mut reader.engine, reader.now) {
        Event::NextReader(next) => next,
        other => panic!("{other:?}"),
    }
}

fn shown(lang: Lang, id: &str, held: Withholding) -> String {
    let proof = sample::link(id).proof().expect("a whole proof");
    let report = sample::reader().open_file(&proof);
    let link = Some(to_route(proof.as_bytes()));
    let answer = Rc::new(Answer { report: report.into(), proof: Some(proof), link });
    let phase = Phase::Done(answer);
    let found = Verification { id: VerificationId(1), given: held.given.clone(), phase, sendings: 1 };
    drawn(lang, move |pen| verification_page(&found, Some(&held), pen))
}

fn held(chosen: &[&str]) -> Withholding {
    let chosen = chosen.iter().map(|at| (*at).to_owned()).collect();
    Withholding::new(Given::Link("/v/1.AA".into()), "ab".into(), BASE.into(), chosen)
}

/// The page of a sample's verdict with the panel open and these fields withheld.
pub fn page(lang: Lang, id: &str, chosen: &[&str]) -> String {
    shown(lang, id, Withholding { next: Some(Rc::new(next(id, chosen))), ..held(chosen) })
}

/// The part of a page that speaks of a place, up to the end of its row.
fn row<'a>(html: &'a str, path: &str) -> &'a str {
    let from = html.find(&format!("data-path=\"{path}\" data-choice=")).unwrap_or_else(|| panic!("no row {path}"));
    let end = html[from..].find("</li>").expect("a row ends");
    &html[from..from + end]
}

#[test]
fn every_field_has_its_choice_and_the_reason_where_it_has_none() {
    let html = page(Lang::En, "split", &["/body/children/0"]);
    let free = row(&html, "/body/children/1");
    assert!(free.contains("data-choice=\"free\"") && !free.contains("checked") && !free.contains("disabled"), "{free}");
    let chosen = row(&html, "/body/children/0");
    assert!(chosen.contains("data-choice=\"free\"") && chosen.contains("checked"), "{chosen}");
    let along = row(&html, "/body/children/0/amount");
    assert!(along.contains("disabled") && along.contains("checked"), "{along}");
    says(along, "goes with the field above");
    for (path, why) in [
        ("/recordId", "it says which record this is"),
        ("/subject", "it says which record this is"),
        ("/sequence", "it ties the record to those before it"),
        ("/actionCode", "it says what was done, and when"),
        ("/actor/key", "the signature is checked with it"),
    ] {
        let row = row(&html, path);
        assert!(row.contains("data-choice=\"clear\"") && row.contains("disabled"), "{row}");
        says(row, why);
    }
    assert!(!html.contains("data-path=\"/actor/key/x\" data-choice"), "parts of what stays are not listed one by one");
    let free = next("split", &[]).choices.iter().filter(|(_, choice)| *choice == Choice::Free).count();
    let boxes = html.matches("data-choice=\"free\"").count() + html.matches("data-choice=\"along\"").count();
    assert_eq!(boxes, free, "none is left out");
}

#[test]
fn the_next_reader_s_verdict_and_what_is_hidden_stand_beside_it() {
    let next = next("split", &["/body/children/0"]);
    let html = page(Lang::En, "split", &["/body/children/0"]);
    assert!(html.contains("data-next=\"genuine-not-proven-current\""));
    says(&html, "1 field hidden.");
    says(&html, "Parts › 1");
    assert_eq!(html.matches("data-hidden=\"/body/children/0\"").count(), 1);
    says(&html, &format!("{BASE}#{}", next.link));
    assert!(html.contains("id=\"copy-new-link\"") && html.contains("id=\"save-new-proof\""));
    let none = page(Lang::En, "split", &[]);
    says(&none, "Nothing yet.");
    assert!(!none.contains("data-hidden="));
}

#[test]
fn what_still_stands_elsewhere_is_warned_of() {
    let html = page(Lang::En, "receivable", &["/actor/partyName"]);
    says(&html, "Careful: the same text still stands elsewhere");
    assert!(html.contains("data-echo="));
    assert!(!page(Lang::En, "receivable", &[]).contains("data-echo="));
}

#[test]
fn while_the_answer_is_awaited_nothing_old_can_be_copied() {
    let waiting = Withholding { number: 7, next: Some(Rc::new(next("receivable", &[]))), ..held(&[]) };
    let html = shown(Lang::En, "receivable", waiting);
    assert!(html.contains("aria-busy=\"true\""));
    let button = html.split("id=\"copy-new-link\"").nth(1).and_then(|rest| rest.split('>').next()).expect("a button");
    assert!(button.contains("disabled"), "{button}");
    let begun = shown(Lang::En, "receivable", held(&[]));
    says(&begun, "Making the new proof…");
    assert!(!begun.contains("id=\"copy-new-link\""));
    let refused = Withholding { problem: Some(problem("not-withheld", "no field".into())), ..held(&[]) };
    says(&shown(Lang::En, "receivable", refused), "A field you chose cannot be withheld.");
}

#[test]
fn the_panel_speaks_chinese() {
    let html = page(Lang::Zh, "receivable", &["/actor/partyName"]);
    for text in
        ["隐去字段", "下一位读者将看到", "必须保留的字段及原因", "用于检查签名", "复制新链接", "已隐去 1 个字段。"]
    {
        says(&html, text);
    }
    assert!(!html.contains("Withhold fields"));
}
