//! Documents read into drafts, drawn as the client tells them.

use super::{drawn, says, texts, verification};
use plimsoll::client::drafting::drafts_of;
use plimsoll::client::intake::{Intake, NamedFile};
use plimsoll::client::message::Drafts;
use plimsoll::time::UnixTime;
use plimsoll::ui::pages::verify::verification_page;
use plimsoll::ui::verification::Phase;
use plimsoll::ui::wording::Lang;
use serde_json::json;
use std::rc::Rc;

/// A bill of lading with a wrong container number and a member of nobody's, and a file of another kind.
fn drafts() -> Drafts {
    let bill = json!({
        "transportDocumentReference": "PLMS0099", "transportDocumentTypeCode": "BOL", "isToOrder": false,
        "transportDocumentStatus": "ISSUED", "issueDate": "2026-01-21", "shippedOnBoardDate": "2026-01-20",
        "documentParties": {
            "shipper": {"partyName": "Yong Pumps <script>"},
            "consignee": {"partyName": "Maas Works"},
            "issuingParty": {"partyName": "Plover Lines"},
        },
        "utilizedTransportEquipments": [{"equipment": {"equipmentReference": "PLMU4203174"}, "seals": []}],
        "houseColour": "blue",
    });
    let files = [("bill.json", bill.to_string()), ("list.json", "{\"name\": \"left-pad\"}".to_owned())];
    let documents = files.map(|(name, text)| NamedFile { name: name.into(), bytes: text.into_bytes() }).into();
    drafts_of(&Intake { documents, ..Intake::default() }, UnixTime(1_772_460_600)).expect("a bill of lading")
}

fn page(drafts: &Drafts, lang: Lang) -> String {
    let drafts = Rc::new(drafts.clone());
    drawn(lang, move |pen| verification_page(&verification(Phase::Drafted(drafts.clone())), None, pen))
}

#[test]
fn drafts_are_told_whole_and_as_no_proof() {
    let drafts = drafts();
    let html = page(&drafts, Lang::En);
    says(&html, "A draft, not a proof.");
    says(&html, "Nobody has signed this");
    says(&html, "DCSA transport document");
    says(&html, "PLMS0099");
    says(&html, "Yong Pumps <script>");
    assert!(!html.contains("<script>"), "text is never markup");
    // What no record has is kept and listed, and the wrong check digit is to be minded.
    says(&html, "To be signed by");
    assert!(!html.contains("Signed by"));
    says(&html, "/houseColour");
    says(&html, "blue");
    let at = html.find("data-rule=\"S1\"").expect("the container's rule");
    assert!(html[at..at + 300].contains("data-weight=\"warning\""), "{}", &html[at..at + 300]);
    assert!(html[at..at + 600].contains("M12 5.5v8"), "no tick beside what only warns");
    says(&html, "PLMU4203174");
    // The other file has its own section and its reason.
    let refused = &html[html.find("data-file=\"list.json\"").expect("its section")..];
    says(refused, "no trade document that this page knows");
    assert!(html.contains("id=\"save-drafts\"") && html.contains("id=\"save-import\""));
    assert!(!html.contains("data-conclusion"), "no verdict is given on a draft");
}

#[test]
fn drafts_are_told_in_chinese() {
    let html = page(&drafts(), Lang::Zh);
    for text in ["这是草稿，不是证明。", "DCSA 运输单据", "保留，但不在任何记录中", "记录中没有这一字段", "保存草稿"]
    {
        says(&html, text);
    }
    let own = ["Yong Pumps", "Maas Works", "Plover Lines", "DCSA JSON"];
    for text in texts(&html) {
        let words = text.split(|letter: char| !letter.is_ascii_alphabetic()).filter(|word| word.len() > 3).count();
        assert!(own.iter().any(|name| text.contains(name)) || words < 3, "English on a Chinese page: {text:?}");
    }
}

#[test]
fn without_drafts_there_is_nothing_to_save_for_signing() {
    let mut drafts = drafts();
    drafts.documents.remove(0);
    drafts.lines.clear();
    let html = page(&drafts, Lang::En);
    let at = html.find("id=\"save-drafts\"").expect("the button");
    let button = &html[html[..at].rfind('<').expect("its tag")..at + html[at..].find('>').expect("its end")];
    assert!(button.contains("disabled"), "{button}");
}
