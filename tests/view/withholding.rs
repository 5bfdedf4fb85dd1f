//! The panel in which fields are withheld, drawn from real proofs of the sample.

use super::{drawn, sample, says};
use plimsoll::client::message::{Event, NextReader, VerificationId};
use plimsoll::client::withholding::{encrypted, next_reader};
use plimsoll::proof::link::to_route;
use plimsoll::proof::report::{InputKind, Report};
use plimsoll::time::UnixTime;
use plimsoll::trade::withhold::Choice;
use plimsoll::ui::pages::verify::verification_page;
use plimsoll::ui::state::problem;
use plimsoll::ui::verification::{Answer, Given, Phase, Verification};
use plimsoll::ui::withholding::{Sealing, Withholding};
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

/// The panel with the encrypted variant open, for this address.
pub fn encrypting(lang: Lang, address: &str) -> String {
    let next = next("receivable", &["/body/currency"]);
    let Event::Encrypted(made) = encrypted(0, &next.report, &next.proof, &[7; 44], address.into()) else {
        panic!("encrypted")
    };
    let sealing = Some(Sealing { address: address.into(), sealed: Some(Rc::new(made)) });
    shown(lang, "receivable", Withholding { next: Some(Rc::new(next)), sealing, ..held(&["/body/currency"]) })
}

/// The page of a link whose proof is not at hand.
pub fn not_at_hand(lang: Lang, code: &str) -> String {
    let mut found = problem(code, "status 404, expected 200".into());
    found.field = "https://files.example/rcv.proof.enc".into();
    let report = Report::unreadable(InputKind::ProofLink, found, UnixTime(0));
    let answer = Rc::new(Answer { report: report.into(), proof: None, link: None });
    let given = Given::Link("/v/u.AA".into());
    let found = Verification { id: VerificationId(1), given, phase: Phase::Done(answer), sendings: 1 };
    drawn(lang, move |pen| verification_page(&found, None, pen))
}

/// The opening tag of the element with this id.
fn tag<'a>(html: &'a str, id: &str) -> &'a str {
    let at = html.find(&format!(" id=\"{id}\"")).unwrap_or_else(|| panic!("no {id}"));
    let from = html[..at].rfind('<').expect("a tag begins");
    &html[from..from + html[from..].find('>').expect("a tag ends")]
}

#[test]
fn the_encrypted_variant_gives_a_file_and_a_link_with_its_key() {
    let html = encrypting(Lang::En, "https://files.example/rcv.proof.enc");
    assert!(tag(&html, "encrypt").contains("aria-expanded=\"true\""));
    says(&html, &format!("{BASE}#/v/u."));
    says(&html, "plimsoll-RCV-2026-0042.proof.enc");
    assert!(!tag(&html, "copy-sealed-link").contains("disabled") && !tag(&html, "save-sealed").contains("disabled"));
    let wrong = encrypting(Lang::En, "http://files.example/");
    says(&wrong, "A link can only name an address that begins with https:// and has no spaces.");
    assert!(tag(&wrong, "copy-sealed-link").contains("disabled") && !wrong.contains("#/v/u."));
    assert!(tag(&wrong, "sealed-address").contains("aria-invalid=\"true\""));
    let closed = page(Lang::En, "receivable", &[]);
    assert!(
        tag(&closed, "encrypted").contains("hidden") && tag(&closed, "encrypt").contains("aria-expanded=\"false\"")
    );
}

#[test]
fn a_link_made_for_other_fields_cannot_be_copied() {
    let next = next("receivable", &[]);
    let Event::Encrypted(made) = encrypted(0, &next.report, &next.proof, &[7; 44], String::new()) else {
        panic!("encrypted")
    };
    let other = |number: u64, address: &str| {
        let sealing = Some(Sealing { address: address.into(), sealed: Some(Rc::new(made.clone())) });
        Withholding { number, sealing, ..held(&[]) }
    };
    assert!(other(0, "").sealed().is_some());
    assert!(other(1, "").sealed().is_none(), "made for what was chosen before");
    assert!(other(0, "https://x.example").sealed().is_none(), "made for another address");
}

#[test]
fn a_proof_kept_elsewhere_is_fetched_only_by_a_button() {
    let html = not_at_hand(Lang::En, "proof-kept-elsewhere");
    says(&html, "Fetch it from files.example");
    says(&html, "The proof itself is not here yet.");
    says(&html, "files.example will see that somebody at your network address fetched this file");
    assert!(!tag(&html, "fetch-proof").contains("hidden") && html.contains("id=\"add-proof\""));
    for (code, sentence) in [
        ("remote-file-missing", "This link is the key to a file that was handed over beside it."),
        ("remote-not-found", "There is no file at the address that the link names."),
        ("remote-other-file", "The file is not the one that the link was made for."),
        ("remote-no-answer", "The address that the link names did not give the file."),
    ] {
        let html = not_at_hand(Lang::En, code);
        says(&html, sentence);
        assert!(tag(&html, "fetch-proof").contains("hidden") && html.contains("id=\"add-proof\""), "{code}");
    }
    for (code, sentence) in [
        ("remote-key-wrong", "The key in the link does not open the file."),
        ("remote-key-missing", "The file is encrypted, and the link has no key."),
        ("remote-not-encrypted", "The file is not an encrypted proof as this program knows it."),
        ("encrypted-without-link", "This file is encrypted, and its key is in the link that belongs to it."),
    ] {
        let html = not_at_hand(Lang::En, code);
        says(&html, sentence);
        assert!(!html.contains("data-remote="), "{code}");
    }
    says(&not_at_hand(Lang::Zh, "proof-kept-elsewhere"), "从 files.example 获取");
}
