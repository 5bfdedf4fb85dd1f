//! Second spellings, repeated names, leftovers and bombs: what is not in its one form is refused with its place named.

use crate::registry::{Reader, Registry, SUBJECT, content_of, key, receivable, sign_record};
use crate::told::{Told, assert_told, detail, failed};
use plimsoll::client::message::Material;
use plimsoll::crypto::hash::sha256;
use plimsoll::encoding::{decode_base64url, encode_base64url};
use plimsoll::proof::bundle::{Bundle, Bytes};
use plimsoll::proof::link::{MAX_INFLATED_BYTES, deflate, to_route};
use plimsoll::proof::report::{Conclusion, InputKind, Report};
use plimsoll::proof::step::StepId::{self, *};
use plimsoll::registry::event::Event;

fn hand_in(material: Material) -> Report {
    Reader::of(&Registry::sample()).hand_in(material)
}

fn file(bytes: &[u8]) -> Material {
    Material::File { name: "proof.json".into(), bytes: bytes.to_vec() }
}

fn assert_unreadable(report: &Report, input: InputKind, code: &str, words: &str) {
    assert_eq!((report.conclusion, report.input), (Conclusion::Unreadable, input));
    let problem = report.unreadable.as_ref().unwrap();
    assert_eq!(problem.code, code, "{problem:?}");
    assert!(problem.detail.contains(words), "{words}: {problem:?}");
    assert!(report.lines.is_empty() && report.record.is_none(), "nothing is half read");
}

#[test]
fn a_proof_file_in_a_second_spelling() {
    let json = Registry::sample().prove(SUBJECT).to_json();
    let event = json.split("\"event\":\"").nth(1).unwrap().split('"').next().unwrap();
    assert!(event.len().is_multiple_of(4) && !event.contains('='), "216 bytes need no padding");
    let coinbase = json.split("\"coinbase\":\"").nth(1).unwrap().split('"').next().unwrap();
    let padded = coinbase.strip_suffix("A=").expect("65 bytes, the last of them zero");
    let hash = format!("{{\"sha256\":\"{}\"}}", "0A".repeat(32));
    let registry = &json[json.find("\"registry\":").unwrap() + 11..json.find(",\"record\":").unwrap()];
    for (from, to, words) in [
        (event, &*format!("{event}===="), "padded base64"),
        (event, &format!("{event} "), "padded base64"),
        (event, &event.replacen(&event[..1], "_", 1), "padded base64"),
        (coinbase, &format!("{padded}A"), "padded base64"),
        (coinbase, &format!("{padded}B="), "padded base64"),
        (registry, &hash, "lower-case hexadecimal"),
        ("\"record\":", "\"record\":{},\"record\":", "twice"),
        ("\"height\":", "\"height\":1,\"height\":", "twice"),
        ("\"event\":", "\"\\u0065vent\":\"\",\"event\":", "twice"),
        ("\"anchors\":", "\"remark\":\"\",\"anchors\":", "unknown field"),
    ] {
        let altered = json.replacen(from, to, 1);
        assert_ne!(altered, json, "{from}");
        assert_unreadable(&hand_in(file(altered.as_bytes())), InputKind::ProofFile, "proof-malformed", words);
    }
    let heights = json.find("\"height\":").unwrap() + 9;
    for number in ["-1", "1.0", "1e0", "4294967296", "\"1\""] {
        let end = heights + json[heights..].find(',').unwrap();
        let altered = format!("{}{number}{}", &json[..heights], &json[end..]);
        assert_unreadable(&hand_in(file(altered.as_bytes())), InputKind::ProofFile, "proof-malformed", "");
    }
    let link = Material::Link { text: to_route(format!("{json} {{}}").as_bytes()) };
    assert_unreadable(&hand_in(link), InputKind::ProofLink, "proof-malformed", "trailing characters");
}

/// The answer to the sample's proof with another text of the record's log proof.
fn with_log_proof(from: &str, to: &str) -> Report {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    assert!(bundle.record.log_proof.contains(from), "{from}");
    bundle.record.log_proof = bundle.record.log_proof.replacen(from, to, 1);
    Reader::of(&registry).examine(&bundle)
}

#[test]
fn a_log_proof_in_a_second_spelling() {
    let hash = "\n\n";
    for (from, to, expected, found, words) in [
        ("index 4\n", "index 04\n", "index and a decimal", "index 04", "line 2"),
        ("index 4\n", "index +4\n", "index and a decimal", "index +4", "line 2"),
        ("index 4\n", "index 4 \n", "index and a decimal", "index 4 ", "line 2"),
        ("index 4\n", "index 4\r\n", "index and a decimal", "index 4\r", "line 2"),
        ("@v1\n", "@v2\n", "c2sp.org/tlog-proof@v1", "c2sp.org/tlog-proof@v2", "line 1"),
        ("\n6\n", "\n06\n", "", "", "without leading zero"),
        ("=\n\n", "\n\n", "", "", "padded base64"),
        (hash, "\nAAAA\n\n", "", "", "hash of 3 bytes"),
        ("— ", "- ", "", "", "em dash"),
    ] {
        let report = with_log_proof(from, to);
        let finding = failed(LogInclusion, "log-proof-malformed", "record.logProof").comparing(expected, found);
        let waiting = [CheckpointSignature, WitnessQuorum, PartyRegistered, AnchorPayload].map(|id| (id, LogInclusion));
        assert_told(&report, &[finding], &waiting);
        assert!(detail(&report, LogInclusion).contains(words), "{to:?}: {}", detail(&report, LogInclusion));
    }
}

/// A record whose signed payload is this text, byte for byte, signed and entered by the bank.
fn with_payload(alter: impl Fn(&str) -> String) -> Report {
    let bank = key("bank");
    let mut registry = Registry::sample();
    let honest = sign_record(&receivable("RCV-9", "APPLY", &bank, "Rhine Bank"), &bank);
    let text = honest.to_string();
    let (jws, rest) = text.split_once('~').unwrap();
    let parts: Vec<&str> = jws.split('.').collect();
    let payload = String::from_utf8(decode_base64url(parts[1]).unwrap()).unwrap();
    let altered = alter(&payload);
    assert_ne!(altered, payload);
    let input = format!("{}.{}", parts[0], encode_base64url(altered.as_bytes()));
    let sd_jwt = format!("{input}.{}~{rest}", encode_base64url(&bank.sign(input.as_bytes())));
    let hash = sha256(&[b"plimsoll/record/v1\0", input.as_bytes()].concat());
    let mut content = content_of(&honest);
    content.record_hash = hash;
    let event = Event::sign(content, &bank).unwrap();
    let index = registry.enter(crate::registry::Entry { sd_jwt: honest, event });
    registry.anchor();
    registry.bury();
    let mut bundle = registry.prove(index);
    bundle.record.sd_jwt = sd_jwt;
    Reader::of(&registry).examine(&bundle)
}

/// What waits for a record that cannot be read at all.
const UNREAD: [(StepId, StepId); 4] = [
    (RecordSignature, Disclosures),
    (EventMatchesRecord, Disclosures),
    (EventSignature, Disclosures),
    (PartyRegistered, RecordSignature),
];

#[test]
fn a_record_with_a_name_twice() {
    for (from, to) in [
        ("\"recordId\":", "\"recordId\":\"other\",\"recordId\":"),
        ("\"reference\":", "\"r\\u0065ference\":\"other\",\"reference\":"),
    ] {
        let report = with_payload(|payload| payload.replacen(from, to, 1));
        assert_told(&report, &[failed(Disclosures, "record-malformed", "record.sdJwt")], &UNREAD);
        assert!(detail(&report, Disclosures).contains("twice"));
    }
}

#[test]
fn a_record_nested_too_deep_or_too_long() {
    let deep = format!("\"zz\":{}{},\"recordId\":", "[".repeat(40), "]".repeat(40));
    let long = format!("\"zz\":\"{}\",\"recordId\":", "z".repeat(70_000));
    for (member, words) in [(deep, "nested too deep"), (long, "over the limit of 65536")] {
        let report = with_payload(|payload| payload.replacen("\"recordId\":", &member, 1));
        assert_told(&report, &[failed(Disclosures, "record-malformed", "record.sdJwt")], &UNREAD);
        assert!(detail(&report, Disclosures).contains(words), "{}", detail(&report, Disclosures));
    }
}

fn record_text(alter: impl Fn(&str) -> String) -> (Registry, Bundle) {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    bundle.record.sd_jwt = alter(&bundle.record.sd_jwt);
    (registry, bundle)
}

#[test]
fn a_record_in_another_text_form() {
    fn cut(text: &str) -> String {
        text.trim_end_matches('~').to_owned()
    }
    fn padded(text: &str) -> String {
        text.replacen('~', "=~", 1)
    }
    fn dots(text: &str) -> String {
        text.replacen('.', "..", 1)
    }
    type Alter = fn(&str) -> String;
    let forms: [(Alter, &str); 3] = [(cut, ""), (padded, "base64url"), (dots, "parts")];
    for (alter, words) in forms {
        let (registry, bundle) = record_text(alter);
        let report = Reader::of(&registry).examine(&bundle);
        assert_told(&report, &[failed(Disclosures, "record-malformed", "record.sdJwt")], &UNREAD);
        assert!(detail(&report, Disclosures).contains(words), "{}", detail(&report, Disclosures));
    }
}

#[test]
fn an_entry_with_a_byte_too_many_or_too_few() {
    let malformed = |step, expected: &str, found: &str| -> Told {
        failed(step, "event-malformed", "record.event").comparing(expected, found)
    };
    let registry = Registry::sample();
    let good = registry.prove(SUBJECT).record.event.0;
    let other_kind = [&good[..4], &[2], &good[5..]].concat();
    for (bytes, expected, found) in
        [([&good[..], &[0]].concat(), "", ""), (good[..215].to_vec(), "", ""), (other_kind, "01", "02")]
    {
        let mut bundle = registry.prove(SUBJECT);
        bundle.record.event = Bytes(bytes);
        assert_told(
            &Reader::of(&registry).examine(&bundle),
            &[malformed(EventMatchesRecord, expected, found), malformed(EventSignature, expected, found)],
            &[(LogInclusion, EventMatchesRecord), (PartyRegistered, LogInclusion)],
        );
    }
}

#[test]
fn a_decompression_bomb() {
    let link = |bytes: &[u8]| Material::Link { text: format!("https://trade.example/#{}", to_route(bytes)) };
    let json = Registry::sample().prove(SUBJECT).to_json();
    assert_told(&hand_in(link(json.as_bytes())), &[], &[]);
    let bomb = vec![b' '; MAX_INFLATED_BYTES + 1];
    assert!(deflate(&bomb).len() < 8_192, "it is small to send");
    let words = format!("past the limit of {MAX_INFLATED_BYTES} bytes");
    assert_unreadable(&hand_in(link(&bomb)), InputKind::ProofLink, "link-too-large", &words);
    // Bytes after the compressed proof could carry what nobody looks at.
    let mut spare = deflate(json.as_bytes());
    spare.push(0);
    let text = format!("#/v/1.{}", encode_base64url(&spare));
    assert_unreadable(&hand_in(Material::Link { text }), InputKind::ProofLink, "link-damaged", "left over");
}

#[test]
fn more_anchors_and_parties_than_a_proof_may_hold() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    bundle.parties = vec![bundle.parties[0].clone(); 65];
    let report = Reader::of(&registry).examine(&bundle);
    assert_unreadable(&report, InputKind::ProofFile, "proof-malformed", "parties: 65 is over the limit of 64");
    let mut bundle = registry.prove(SUBJECT);
    bundle.history = vec![bundle.record.clone(); 513];
    let report = Reader::of(&registry).examine(&bundle);
    assert_unreadable(&report, InputKind::ProofFile, "proof-malformed", "history: 513 is over the limit of 512");
    let mut bundle = registry.prove(SUBJECT);
    bundle.anchors = vec![registry.claim(0, false); 1025];
    let report = Reader::of(&registry).examine(&bundle);
    assert_unreadable(&report, InputKind::ProofFile, "proof-malformed", "anchors: 1025 is over the limit of 1024");
}
