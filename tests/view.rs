//! Components drawn without a browser. With `PLIMSOLL_VIEWS=DIR` the pages are also written there, for the eye.
#![cfg(all(feature = "ssr", not(target_arch = "wasm32")))]

#[path = "view/drafts.rs"]
mod drafts;
#[path = "view/genesis.rs"]
mod genesis;
#[path = "view/headers.rs"]
mod headers;
#[path = "view/reports.rs"]
mod reports;
#[path = "common/sample.rs"]
mod sample;
#[path = "view/sealed.rs"]
mod sealed;
#[path = "view/sources.rs"]
mod sources;
#[path = "view/trade.rs"]
mod trade;
#[path = "view/withholding.rs"]
mod withholding;

use plimsoll::client::message::{Stage, VerificationId};
use plimsoll::proof::report::{Outcome, Report};
use plimsoll::proof::step::StepId;
use plimsoll::ui::components::header::header;
use plimsoll::ui::components::pen::Pen;
use plimsoll::ui::headers::Headers;
use plimsoll::ui::pages::about::about;
use plimsoll::ui::pages::front::front;
use plimsoll::ui::pages::verify::verification_page;
use plimsoll::ui::route::Route;
use plimsoll::ui::state::{State, Theme, problem};
use plimsoll::ui::verification::{Answer, Given, Phase, Running, Verification};
use plimsoll::ui::wording::Lang;
use std::rc::Rc;
use yew::prelude::*;

/// Wakes the thread that waits.
struct Waiting(std::thread::Thread);

impl std::task::Wake for Waiting {
    fn wake(self: std::sync::Arc<Self>) {
        self.0.unpark();
    }
}

type Drawing = Box<dyn Fn(&Pen) -> Html>;

#[derive(Properties)]
struct PaperProps {
    drawing: Drawing,
    lang: Lang,
}

impl PartialEq for PaperProps {
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[component]
fn Paper(props: &PaperProps) -> Html {
    let pen = Pen { lang: props.lang, act: Callback::noop() };
    html! { <div>{ (props.drawing)(&pen) }</div> }
}

/// Draws to text.
fn drawn(lang: Lang, drawing: impl Fn(&Pen) -> Html + 'static) -> String {
    let properties = PaperProps { drawing: Box::new(drawing), lang };
    let renderer = yew::LocalServerRenderer::<Paper>::with_props(properties).hydratable(false);
    let mut future = Box::pin(renderer.render());
    let waker = std::sync::Arc::new(Waiting(std::thread::current())).into();
    let mut context = std::task::Context::from_waker(&waker);
    loop {
        match future.as_mut().poll(&mut context) {
            std::task::Poll::Ready(html) => return html,
            std::task::Poll::Pending => std::thread::park(),
        }
    }
}

fn verification(phase: Phase) -> Verification {
    Verification { id: VerificationId(1), given: Given::Link("/v/1.AA".into()), phase, sendings: 1 }
}

fn verdict(report: Report, lang: Lang) -> String {
    drawn(lang, move |pen| {
        let answer =
            Rc::new(Answer { report: report.clone().into(), proof: Some("{}".into()), link: Some("/v/1.AA".into()) });
        verification_page(&verification(Phase::Done(answer)), None, pen)
    })
}

fn waiting(lang: Lang) -> String {
    let stage = Stage::VerifyingHeaders { height: 685_453, done: 420_000, total: 953_567 };
    let running = Running { stage, since_ms: 0.0, heard_ms: 2_000.0 };
    drawn(lang, move |pen| verification_page(&verification(Phase::Running(running.clone())), None, pen))
}

fn refused(lang: Lang) -> String {
    let found = problem("file-too-large", "detail".into());
    drawn(lang, move |pen| verification_page(&verification(Phase::Refused(found.clone())), None, pen))
}

/// Texts stand on the page with their letters escaped.
fn says(html: &str, text: &str) {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    assert!(html.contains(&escaped), "{text:?} is not there");
}

#[test]
fn a_genuine_record_is_told_whole() {
    let html = verdict(reports::genuine(), Lang::En);
    for text in [
        "Receivable RCV-2026-0042, EUR\u{a0}84,300.00",
        "Genuine, but not proven current.",
        "In block 212, whose median time is 2 March 2026, 13:20 UTC.",
        "Payment confirmed by the bank",
        "CONFIRM",
        "2 March 2026, 22:10 UTC+08:00",
        "withheld by the sender",
        "1 field withheld by the sender",
        "Rhine & Maas Bank N.V.",
        "9 blocks, its own included; 6 asked for",
        "16 hashes",
        "17 of 42",
    ] {
        says(&html, text);
    }
    assert!(html.contains("data-conclusion=\"genuine-not-proven-current\""));
    assert!(html.contains("data-mark=\"whole\""));
    assert_eq!(html.matches("data-line=").count(), 4);
    assert_eq!(html.matches("data-step=").count(), 17);
    assert_eq!(html.matches("Does not prove").count(), 17);
    assert!(!html.contains("id=\"pin\""), "a known registry needs no question");
}

#[test]
fn a_changed_field_is_named_and_marked_where_it_stands() {
    let html = verdict(reports::changed(), Lang::En);
    for text in
        ["Not genuine: the face amount was changed.", "changed after signing", "a digest that was signed", "94300.00"]
    {
        says(&html, text);
    }
    assert!(html.contains("data-band=\"failed\""));
    assert!(html.contains("data-mark=\"broken\""));
    assert_eq!(html.matches("data-altered=\"true\"").count(), 1);
    let step = html.split("data-step=\"disclosures\"").nth(1).expect("the step");
    assert!(step.split('>').nth(1).expect("its details").contains("open"), "a failed step stands open");
}

#[test]
fn what_could_not_be_checked_is_neither() {
    let html = verdict(reports::unknown_registry(), Lang::En);
    says(&html, "Cannot be checked yet: you have not said whether you know its registry.");
    assert!(html.contains("data-mark=\"open\""));
    assert!(html.contains("id=\"pin\""));
    let lost = verdict(reports::lost_block(), Lang::En);
    says(&lost, "Not genuine: its block is not on the chain with the most work.");
    says(&lost, "not in this chain");
    let cut = verdict(reports::cut_off(), Lang::En);
    says(&cut, "The link was cut off on its way: its end is missing.");
    assert!(!cut.contains("data-line="));
}

#[test]
fn a_document_is_named_with_its_block() {
    let html = verdict(reports::stamped(), Lang::En);
    for text in [
        "rootstock-95bf5b-manuscript.pdf",
        "This document existed before block 685,453 was mined.",
        "2⁸⁷ hashes",
        "pending: https://alice.example",
        "notes.txt: a document no timestamp speaks of",
    ] {
        says(&html, text);
    }
}

/// Nothing English is left on a Chinese page but names, codes and what the checks themselves said.
#[test]
fn chinese_is_whole() {
    let own = [
        "RCV-2026-0042",
        "Rhine & Maas",
        "Ningbo",
        "Rotterdam",
        "Yong–Maas",
        "Van der Meer",
        "witness.example",
        "Open Quay",
        "yong-maas",
        "SHA-256",
        "witness.example",
        "Open Quay",
        "yong-maas",
        "Plimsoll",
        "OpenAttestation",
    ];
    for page in [
        verdict(reports::genuine(), Lang::Zh),
        verdict(reports::changed(), Lang::Zh),
        verdict(reports::unknown_registry(), Lang::Zh),
        waiting(Lang::Zh),
        refused(Lang::Zh),
        drawn(Lang::Zh, front),
        drawn(Lang::Zh, |pen| about(&[], pen)),
    ] {
        for text in texts(&page) {
            let text = text.replace("&amp;", "&");
            let own = own.iter().any(|name| text.contains(name));
            let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.len() > 3);
            let words: Vec<_> = words.collect();
            assert!(own || words.len() < 3, "English on a Chinese page: {text:?}");
        }
    }
}

/// The texts of a page, without those in `code` and in the details a check said.
fn texts(html: &str) -> Vec<String> {
    let mut texts = Vec::new();
    let mut in_code = false;
    for part in html.split('<') {
        let (tag, text) = part.split_once('>').unwrap_or(("", part));
        match tag.split(' ').next() {
            Some("code" | "option") => in_code = true,
            Some("/code" | "/option") => in_code = false,
            _ => {}
        }
        if !in_code && !text.trim().is_empty() {
            texts.push(text.trim().to_owned());
        }
    }
    texts
}

#[test]
fn what_is_waited_for_is_said_with_its_pace() {
    let html = waiting(Lang::En);
    for text in ["Checking block headers", "at block 685,453", "210,000 a second · about 3 seconds left"] {
        says(&html, text);
    }
    assert!(html.contains("value=\"420000\"") && html.contains("max=\"953567\""));
    says(&refused(Lang::En), "A file is larger than this page reads.");
}

/// Hostile text in a record stays text.
#[test]
fn text_is_never_markup() {
    let mut report = reports::genuine();
    let record = report.record.as_mut().expect("has a record");
    record.actor = Some("<img src=x onerror=alert(1)>".into());
    record.reference = "\"><script>".into();
    let html = verdict(report, Lang::En);
    assert!(!html.contains("<img") && !html.contains("<script"));
}

/// No attribute of ours is refused by the page's policy, which allows no inline styles and no inline handlers.
#[test]
fn nothing_is_inline() {
    let broken = problem("registry-unknown", String::new());
    let shown = reports::with_step(reports::genuine(), StepId::Depth, Outcome::CouldNotCheck, broken);
    for html in [verdict(shown, Lang::En), drawn(Lang::En, front)] {
        assert!(!html.contains(" style=") && !html.contains(" onclick=") && !html.contains("javascript:"));
    }
}

#[test]
fn pages_for_the_eye() {
    let Some(dir) = std::env::var_os("PLIMSOLL_VIEWS").map(std::path::PathBuf::from) else {
        println!("PLIMSOLL_VIEWS is not set: nothing written");
        return;
    };
    std::fs::create_dir_all(&dir).expect("a folder");
    let css: String = ["tokens", "base", "components", "pages", "headers", "trade", "withhold", "print"]
        .map(|name| std::fs::read_to_string(format!("static/css/{name}.css")).expect("a style sheet"))
        .concat();
    for lang in Lang::ALL {
        let pages = [
            ("front", drawn(lang, front)),
            ("about", drawn(lang, |pen| about(&[], pen))),
            ("genuine", verdict(reports::genuine(), lang)),
            ("changed", verdict(reports::changed(), lang)),
            ("unknown", verdict(reports::unknown_registry(), lang)),
            ("lost", verdict(reports::lost_block(), lang)),
            ("stamped", verdict(reports::stamped(), lang)),
            ("sealed", verdict(sealed::intact(), lang)),
            ("certificate", verdict(sealed::certificate(), lang)),
            ("sealed-changed", verdict(sealed::changed(), lang)),
            ("cut", verdict(reports::cut_off(), lang)),
            ("waiting", waiting(lang)),
            ("refused", refused(lang)),
            ("withhold", withholding::page(lang, "receivable", &["/actor/partyName", "/body/currency"])),
            ("withhold-split", withholding::page(lang, "split", &["/body/children/0", "/body/children/1/amount"])),
            ("withhold-none", withholding::page(lang, "bill-of-lading", &[])),
            ("encrypting", withholding::encrypting(lang, "https://files.example/rcv.proof.enc")),
            ("encrypting-wrong", withholding::encrypting(lang, "http://files.example/")),
            ("elsewhere", withholding::not_at_hand(lang, "proof-kept-elsewhere")),
            ("beside", withholding::not_at_hand(lang, "remote-file-missing")),
            ("headers", headers::page(headers::in_hand(lang))),
            ("headers-running", headers::page(headers::running(lang))),
            ("genesis-open", headers::page(genesis::pinned_and(lang, vec![]))),
            ("genesis-running", headers::page(genesis::running(lang))),
            ("genesis-done", headers::page(genesis::done(lang))),
            ("genesis-alarm", headers::page(genesis::contradicted(lang))),
            ("headers-alarm", headers::page(headers::alarmed(lang))),
        ];
        let head = drawn(lang, move |pen| {
            header(&State::new(Route::Front, lang, Theme::Auto, vec![], Headers::default(), 0), pen)
        });
        for (name, page) in pages {
            for theme in ["light", "dark"] {
                let html = format!(
                    "<!doctype html><html lang={} data-theme={theme}><meta charset=utf-8><meta name=viewport \
                     content='width=device-width'><style>{css}</style><div class=page>{head}<main>{page}</main></div>",
                    lang.tag()
                );
                std::fs::write(dir.join(format!("{name}-{}-{theme}.html", lang.tag())), html).expect("is written");
            }
        }
    }
}
