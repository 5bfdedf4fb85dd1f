//! Hostile text in fields is carried as data: what the reader is given is the text, whole and in its place, and no more.

use crate::registry::{Entry, Reader, Registry, SUBJECT, key, receivable, registration};
use crate::told::{assert_told, could_not, step};
use plimsoll::proof::bundle::RegistryRef;
use plimsoll::proof::report::Report;
use plimsoll::proof::step::StepId::*;
use plimsoll::trade::view::FieldValue;
use serde_json::json;

/// Texts that mean something to a terminal, a page, a spreadsheet or a reader's eye.
fn texts() -> Vec<String> {
    [
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "</textarea>\"'><svg/onload=alert(1)>",
        "84300.00 \u{202e}00.003\u{202c} EUR",
        "\u{2066}isolated\u{2069} \u{200b}\u{200d}\u{feff}zero width",
        "bell \u{7} escape \u{1b}[2J nul \u{0} del \u{7f} line\r\nfeed\ttab \u{85}\u{2028}",
        "=cmd|' /C calc'!A0",
        "javascript:alert(1)",
        "{{constructor}} ${7*7} %s%n",
        "Ningbo Exports\u{301}\u{301}\u{301}\u{301}",
        "\u{10ffff}\u{fffd}",
    ]
    .into_iter()
    .map(str::to_owned)
    .chain([format!("{} end", "long ".repeat(8_000))])
    .collect()
}

/// The answer to a record that says `text` wherever a record can say anything.
fn report_on(text: &str) -> Report {
    let bank = key("bank");
    let mut registry = Registry::sample();
    let mut payload = receivable("RCV-9", "APPLY", &bank, text);
    payload["body"]["comments"] = json!(text);
    payload["body"]["seller"] = json!({"partyName": text});
    payload["body"]["own"] = json!([{"field": text}]);
    let index = registry.enter(Entry::of(&payload, &bank));
    registry.anchor();
    registry.bury();
    let report = Reader::of(&registry).examine(&registry.prove(index));
    assert_told(&report, &[], &[]);
    report
}

#[test]
fn hostile_text_in_fields_is_carried_as_data() {
    let places = ["/actor/partyName", "/body/comments", "/body/seller/partyName", "/body/own/0/field"];
    let quiet = report_on("quiet").record.unwrap();
    for text in texts() {
        let report = report_on(&text);
        let view = report.record.as_ref().unwrap();
        assert_eq!(view.actor.as_deref(), Some(&*text));
        for place in places {
            let field = view.fields.iter().find(|field| field.path == place).unwrap_or_else(|| panic!("{place}"));
            assert_eq!(field.value, FieldValue::Text { text: text.clone() }, "{place}");
        }
        // It makes no field, moves none, and changes none but its own.
        let others = |view: &plimsoll::trade::view::RecordView| {
            let fields = view.fields.iter().filter(|field| !places.contains(&field.path.as_str()));
            fields
                .map(|field| (field.path.clone(), field.label.clone(), field.level, field.value.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(others(view), others(&quiet), "{text:?}");
        assert_eq!(view.amount, quiet.amount);
        // In an exported file the report is JSON, and comes back as it went.
        let exported = serde_json::to_string(&report).unwrap();
        let back: Report = serde_json::from_str(&exported).unwrap();
        assert_eq!(serde_json::to_string(&back).unwrap(), exported);
        // Only the record, what is said of the signer, and what replaying says of the parties hold it: no label, code or field
        // name is made of it.
        let mut rest = report.clone();
        rest.record = None;
        rest.trade = None;
        assert!(
            !serde_json::to_string(&rest).unwrap().contains(serde_json::to_string(&text).unwrap().trim_matches('"'))
        );
    }
}

#[test]
fn a_hostile_name_of_a_field_stays_a_name() {
    let bank = key("bank");
    let mut registry = Registry::sample();
    let mut payload = receivable("RCV-9", "APPLY", &bank, "Rhine Bank");
    let name = "<b>\u{202e}/~name";
    payload["body"][name] = json!("value");
    let index = registry.enter(Entry::of(&payload, &bank));
    registry.anchor();
    registry.bury();
    let report = Reader::of(&registry).examine(&registry.prove(index));
    assert_told(&report, &[], &[]);
    let fields = report.record.unwrap().fields;
    let field = fields.iter().find(|field| field.name == name).unwrap();
    assert_eq!(field.path, "/body/<b>\u{202e}~1~0name", "a pointer escapes what would divide it (RFC 6901)");
    assert_eq!(field.label, name);
}

#[test]
fn a_hostile_party_name_is_data_and_says_who_vouches() {
    let stranger = key("stranger");
    for text in texts() {
        let mut registry = Registry::sample();
        registry.enter(Entry::of(&registration(&text, &stranger, &key("registrar")), &key("registrar")));
        let index = registry.enter(Entry::of(&receivable("RCV-9", "APPLY", &stranger, "x"), &stranger));
        registry.anchor();
        registry.bury();
        let report = Reader::of(&registry).examine(&registry.prove(index));
        assert_told(&report, &[], &[]);
        assert_eq!(report.signer.as_ref().unwrap().party_name.as_deref(), Some(&*text));
        let values: Vec<&str> =
            step(&report, PartyRegistered).values.iter().map(|value| value.label.as_str()).collect();
        assert_eq!(values, ["signer-key", "party-name", "party-code"], "labels are ours");
    }
}

#[test]
fn a_hostile_registry_name_is_refused_or_shown_as_it_is() {
    let registry = Registry::sample();
    let reader = Reader { registries: vec![], ..Reader::of(&registry) };
    for text in texts() {
        let mut bundle = registry.prove(SUBJECT);
        bundle.registry = RegistryRef::Policy(registry.policy_with(&json!({"name": text})));
        let report = reader.examine(&bundle);
        match report.registry {
            Some(ref shown) => {
                assert_eq!(shown.name, text);
                let unknown = could_not(RegistryKnown, "registry-unknown", "registry.policy").comparing("", &text);
                assert_told(&report, &[unknown], &[]);
            }
            None => {
                assert!(text.chars().any(char::is_control) || text.chars().count() > 120, "{text:?}");
                let problem = step(&report, RegistryKnown).problem.as_ref().unwrap();
                assert_eq!(problem.code, "registry-malformed");
                assert!(problem.detail.len() < 400, "what is quoted is bounded");
            }
        }
    }
}

#[test]
fn what_a_report_quotes_of_a_hostile_proof_is_bounded() {
    let registry = Registry::sample();
    let reader = Reader::of(&registry);
    let long = "x".repeat(100_000);
    let mut proofs = vec![registry.prove(SUBJECT); 5];
    proofs[0].record.log_proof = format!("{long}\n");
    proofs[1].anchors[2].checkpoint = long.clone();
    proofs[2].record.sd_jwt = long.clone();
    proofs[3].parties[0].log_proof = format!("c2sp.org/tlog-proof@v1\nindex {long}\n");
    proofs[4].registry = RegistryRef::Policy(format!("{{\"format\":\"{long}\"}}"));
    for bundle in proofs {
        let report = reader.examine(&bundle);
        for done in report.lines.iter().flat_map(|line| &line.steps) {
            let Some(problem) = &done.problem else { continue };
            for text in [&problem.code, &problem.field, &problem.expected, &problem.found, &problem.detail] {
                assert!(text.len() < 2_000, "{:?}: {} bytes", done.step, text.len());
            }
        }
    }
}
