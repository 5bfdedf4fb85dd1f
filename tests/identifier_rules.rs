//! Identifiers in records, held against rules S1 and S14: each kind right and wrong, withheld, and in DCSA's published documents.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "imports/check.rs"]
mod check;
mod common;

use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::trade::identifier_rules::rule_identifiers;
use plimsoll::trade::import::import;
use plimsoll::trade::record::Record;
use plimsoll::trade::record_issue::issue_record;
use plimsoll::trade::rule::{Lack, Rule, Ruling, Severity, Sheet};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, BTreeSet};

fn key() -> SecretKey {
    SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap()
}

/// Salts that differ.
fn salts() -> impl FnMut() -> [u8; 16] {
    let mut count = 0_u128;
    move || {
        count += 1;
        count.to_be_bytes()
    }
}

fn payload(body: &Value) -> Map<String, Value> {
    let record = json!({
        "recordType": "transport-document", "recordId": "BL", "schemaVersion": "1",
        "subject": {"scheme": "transport-document", "reference": "MAEU123", "blinding": ""},
        "sequence": 1, "actionCode": "APPROVED", "actionDateTime": "2026-03-02T22:10:00+08:00",
        "actor": {"key": key().public().to_jwk(), "partyName": "Carrier"}, "body": body,
    });
    record.as_object().unwrap().clone()
}

fn ruled(payload: &Map<String, Value>) -> (Sheet, u64) {
    let mut sheet = Sheet::default();
    let count = rule_identifiers(&Record::from_json(payload).unwrap(), &mut sheet);
    bilingual::assert_bilingual(&sheet);
    (sheet, count)
}

/// What a body with this member comes to: nothing recognised, right, or expected and found.
fn verdict(rule: Rule, body: &Value) -> String {
    let (sheet, count) = ruled(&payload(body));
    match sheet.ruling(rule) {
        Ruling::Held { cases } => {
            assert_eq!(cases, count);
            "right".to_owned()
        }
        Ruling::NotChecked { lacks, cases: 0 } if lacks.is_empty() => "none".to_owned(),
        Ruling::Broken { breaches, .. } => {
            assert!(breaches.iter().all(|breach| breach.severity == Severity::Warning), "placeholders are common");
            let breach = &breaches[0];
            format!("{}: {} not {}", breach.places[0].field, breach.expected, breach.found)
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn each_identifier_is_recognised_right_and_wrong() {
    let party = |provider: &str, list: Option<&str>, code: &str| {
        let mut entry = json!({"codeListProvider": provider, "partyCode": code});
        if let Some(list) = list {
            entry["codeListName"] = json!(list);
        }
        json!({"documentParties": {"shipper": {"identifyingCodes": [entry]}}})
    };
    let code = "/body/documentParties/shipper/identifyingCodes/0/partyCode";
    let s1 = [
        (json!({"utilizedTransportEquipments": [{"equipment": {"equipmentReference": "CSQU3054383"}}]}), "right".to_owned()),
        (
            json!({"utilizedTransportEquipments": [{"equipment": {"equipmentReference": "CSQU3054384"}}]}),
            "/body/utilizedTransportEquipments/0/equipment/equipmentReference: ISO 6346 container number ending in 3 not CSQU3054384".to_owned(),
        ),
        (
            json!({"equipmentReference": "TRAILER 7"}),
            "/body/equipmentReference: ISO 6346 container number: three letters, one of J, U and Z, and seven digits not TRAILER 7".to_owned(),
        ),
    ];
    for (body, expected) in s1 {
        assert_eq!(verdict(Rule::S(1), &body), expected);
    }
    let s14 = [
        (json!({"equipmentReference": "340123450000000000"}), "right".to_owned()),
        (
            json!({"equipmentReference": "340123450000000001"}),
            "/body/equipmentReference: SSCC ending in 0 not 340123450000000001".to_owned(),
        ),
        (party("GLEIF", None, "5493001KJTIIGC8Y1R12"), "right".to_owned()),
        (party("GLEIF", None, "5493001KJTIIGC8Y1R13"), format!("{code}: LEI ending in 12 not 5493001KJTIIGC8Y1R13")),
        (
            party("ISO", Some("LEI"), "5493001KJTIIGC8Y1R13"),
            format!("{code}: LEI ending in 12 not 5493001KJTIIGC8Y1R13"),
        ),
        (party("GS1", Some("GLN"), "9501101530003"), "right".to_owned()),
        (party("GS1", None, "9501101530004"), format!("{code}: GLN ending in 3 not 9501101530004")),
        (party("NMFTA", None, "MAEU"), "right".to_owned()),
        (party("NMFTA", Some("SCAC"), "MAERSK"), format!("{code}: SCAC: two to four letters not MAERSK")),
        (party("SMDG", Some("LCL"), "MSK"), "none".to_owned()),
        (party("ZZZ", None, "anything"), "none".to_owned()),
        (json!({"carrierCode": "MAEU", "carrierCodeListProvider": "NMFTA"}), "right".to_owned()),
        (
            json!({"carrierCode": "M4EU", "carrierCodeListProvider": "NMFTA"}),
            "/body/carrierCode: SCAC: two to four letters not M4EU".to_owned(),
        ),
        (json!({"carrierCode": "M4EU", "carrierCodeListProvider": "SMDG"}), "none".to_owned()),
        (json!({"transports": {"portOfLoading": {"UNLocationCode": "NLRTM"}}}), "right".to_owned()),
        (
            json!({"transports": {"portOfLoading": {"UNLocationCode": "QQRTM"}}}),
            "/body/transports/portOfLoading/UNLocationCode: a code on the list of ISO 3166-1 country not QQRTM"
                .to_owned(),
        ),
        (json!({"transports": {"vesselVoyages": [{"vesselIMONumber": "9321483"}]}}), "right".to_owned()),
        (
            json!({"transports": {"vesselVoyages": [{"vesselIMONumber": "9321484"}]}}),
            "/body/transports/vesselVoyages/0/vesselIMONumber: IMO ship number ending in 3 not 9321484".to_owned(),
        ),
        (json!({"consignmentItems": [{"HSCodes": ["850760", "8507600020"]}]}), "right".to_owned()),
        (
            json!({"consignmentItems": [{"HSCodes": ["850760", "8507"]}]}),
            "/body/consignmentItems/0/HSCodes/1: HS code: 6 to 10 digits not 8507".to_owned(),
        ),
        (json!({"declaredValueCurrency": "USD"}), "right".to_owned()),
        (
            json!({"declaredValueCurrency": "USX"}),
            "/body/declaredValueCurrency: a code on the list of ISO 4217 currency not USX".to_owned(),
        ),
        (
            json!({"charges": [{"currencyCode": "usd"}]}),
            "/body/charges/0/currencyCode: ISO 4217 currency: three letters not usd".to_owned(),
        ),
        (json!({"customsReferences": [{"type": "ACID", "countryCode": "EG"}]}), "right".to_owned()),
        (
            json!({"customsReferences": [{"type": "ACID", "countryCode": "XX"}]}),
            "/body/customsReferences/0/countryCode: a code on the list of ISO 3166-1 country not XX".to_owned(),
        ),
        (
            json!({"placeOfIssue": {"facilityCode": "9501101530003", "facilityCodeListProvider": "GS1"}}),
            "right".to_owned(),
        ),
        (json!({"placeOfIssue": {"facilityCode": "APMT", "facilityCodeListProvider": "SMDG"}}), "none".to_owned()),
        (json!({"placeOfIssue": {"facilityCode": "APMT7", "facilityCodeListProvider": "NMFTA"}}), "none".to_owned()),
        (json!({"transportDocumentReference": "CSQU3054384", "own": {"x": 7}}), "none".to_owned()),
    ];
    for (body, expected) in s14 {
        assert_eq!(verdict(Rule::S(14), &body), expected, "{body}");
    }
}

#[test]
fn the_asset_s_own_number_counts() {
    let event = |reference: &str, body: Value| {
        let mut record = payload(&body);
        record["recordType"] = json!("equipment-event");
        record["actionCode"] = json!("GTIN");
        record["subject"] = json!({"scheme": "equipment", "reference": reference, "blinding": ""});
        for (name, value) in [("eventDateTime", "2026-03-02T22:10:00Z"), ("eventClassifierCode", "ACT")] {
            record["body"][name] = json!(value);
        }
        ruled(&record)
    };
    let (sheet, count) = event("CSQU3054384", json!({"equipmentReference": "CSQU3054384"}));
    let Ruling::Broken { breaches, .. } = sheet.ruling(Rule::S(1)) else { panic!("it is wrong") };
    assert_eq!((breaches.len(), count), (1, 1), "once, though it stands in two places");
    let (sheet, _) = event("340123450000000001", json!({"equipmentReference": "CSQU3054383"}));
    assert_eq!(sheet.ruling(Rule::S(1)), Ruling::Held { cases: 1 });
    let Ruling::Broken { breaches, .. } = sheet.ruling(Rule::S(14)) else { panic!("it is wrong") };
    assert_eq!(breaches[0].places[0].field, "/subject/reference");
    let (sheet, _) = event("urn:epc:id:giai:4023333.32846", json!({"equipmentReference": "CSQU3054383"}));
    assert_eq!(sheet.ruling(Rule::S(14)), Ruling::NotChecked { lacks: vec![], cases: 0 }, "a unit of another kind");
}

#[test]
fn what_is_withheld_is_not_checked() {
    let body = json!({
        "utilizedTransportEquipments": [
            {"equipment": {"equipmentReference": "CSQU3054383"}}, {"equipment": {"equipmentReference": "MSKU0000011"}}],
        "carrierCode": "MAEU", "carrierCodeListProvider": "NMFTA",
        "documentParties": {"shipper": {"partyName": "S", "identifyingCodes": [
            {"codeListProvider": "GLEIF", "partyCode": "5493001KJTIIGC8Y1R12"}]}},
    });
    let signed = issue_record(&payload(&body), &mut salts(), &key()).unwrap();
    let ruled = |pointers: &[&str]| {
        let fewer = signed.withhold(pointers.iter().copied()).unwrap();
        let record = Record::parse(fewer.disclose().unwrap().payload().clone()).unwrap();
        let mut sheet = Sheet::default();
        let _ = rule_identifiers(&record, &mut sheet);
        [1, 14].map(|number| match sheet.ruling(Rule::S(number)) {
            Ruling::Held { cases } => format!("{cases} held"),
            Ruling::NotChecked { lacks, cases } => {
                let fields = lacks.iter().map(|lack| match lack {
                    Lack::Withheld { field, .. } => field.as_str(),
                    other => panic!("{other:?}"),
                });
                format!("{cases} held, withheld {}", fields.collect::<Vec<_>>().join(" "))
            }
            Ruling::Broken { .. } => panic!("nothing is wrong"),
        })
    };
    assert_eq!(ruled(&[]), ["2 held", "2 held"]);
    let one = "/body/utilizedTransportEquipments/1";
    assert_eq!(ruled(&[one]), [format!("1 held, withheld {one}"), format!("2 held, withheld {one}")]);
    assert_eq!(
        ruled(&["/body/carrierCodeListProvider"]),
        ["2 held, withheld /body", "1 held, withheld /body /body/carrierCodeListProvider"].map(str::to_owned)
    );
    let codes = "/body/documentParties/shipper";
    assert_eq!(
        ruled(&["/body/documentParties/shipper/identifyingCodes"]),
        [format!("2 held, withheld {codes}"), format!("1 held, withheld {codes}")]
    );
    // Who signed has no containers.
    assert_eq!(ruled(&["/actor/partyName"]), ["2 held", "2 held, withheld /actor"].map(str::to_owned));
}

#[test]
fn records_without_containers_withhold_none() {
    let mut record =
        payload(&json!({"faceAmount": "1.00", "currency": "EUR", "maturityDate": "2026-06-30", "reason": "x"}));
    record["recordType"] = json!("receivable");
    record["actionCode"] = json!("APPLY");
    record["subject"]["scheme"] = json!("receivable");
    let signed = issue_record(&record, &mut salts(), &key()).unwrap().withhold(["/body/reason"]).unwrap();
    let record = Record::parse(signed.disclose().unwrap().payload().clone()).unwrap();
    let mut sheet = Sheet::default();
    assert_eq!(rule_identifiers(&record, &mut sheet), 1, "the currency");
    assert_eq!(sheet.ruling(Rule::S(1)), Ruling::NotChecked { lacks: vec![], cases: 0 });
    let lacks = vec![Lack::Withheld { record: "BL".into(), field: "/body".into() }];
    assert_eq!(sheet.ruling(Rule::S(14)), Ruling::NotChecked { lacks, cases: 1 });
}

fn container_numbers(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(members) => members.iter().for_each(|(name, member)| match (name.as_str(), member) {
            ("equipmentReference", Value::String(text)) => drop(found.insert(text.clone())),
            _ => container_numbers(member, found),
        }),
        Value::Array(elements) => elements.iter().for_each(|element| container_numbers(element, found)),
        _ => {}
    }
}

#[test]
fn dcsa_s_published_documents() {
    let Some(data) = common::data_dir().map(|data| data.join("trade/dcsa")) else { return };
    let (mut records, mut identifiers, mut written) = (0, 0, BTreeSet::new());
    let mut wrong: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    let files = check::files(&data, "json");
    for file in &files {
        let bytes = std::fs::read(file).unwrap();
        let Ok(imported) = import(&file.to_string_lossy(), &bytes) else { continue };
        for draft in &imported.drafts {
            let record = check::record(draft);
            container_numbers(&record["body"], &mut written);
            let (sheet, count) = ruled(&record);
            for (rule, ruling) in sheet.rulings() {
                if let Ruling::Broken { breaches, more } = ruling {
                    assert_eq!(more, 0);
                    let wrong = wrong.entry(rule.code()).or_default();
                    wrong.extend(breaches.iter().map(|breach| {
                        let found = record_value(&record, &breach.places[0].field);
                        assert_eq!(found, breach.found, "the field is where the breach says");
                        breach.found.clone()
                    }));
                }
            }
            (records, identifiers) = (records + 1, identifiers + count);
        }
    }
    let of = |rule: &str| wrong.get(rule).map_or(0, BTreeSet::len);
    println!(
        "published data: trade/dcsa: {} files, {records} records, {identifiers} identifiers; of {} distinct container numbers {} \
         are wrong, of the others {}",
        files.len(),
        written.len(),
        of("S1"),
        of("S14")
    );
    println!("  {wrong:?}");
    assert!(files.len() >= 100 && records >= 50 && identifiers >= 150, "{records} {identifiers}");
    assert!(written.len() >= 5 && (1..written.len()).contains(&of("S1")), "some are placeholders, some are real");
    assert_eq!(of("S14"), 0, "all else is right");
}

fn record_value(record: &Map<String, Value>, pointer: &str) -> String {
    Value::Object(record.clone()).pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned()
}
