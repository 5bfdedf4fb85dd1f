//! Published EPCIS 2.0 events, imported: every value is in a draft or listed, and every draft becomes a record.

#[path = "imports/check.rs"]
mod check;
mod common;
#[path = "imports/hostile.rs"]
mod hostile;

use check::{Tally, imported};
use common::{counted, data_dir};
use plimsoll::trade::import::{DocumentKind, Draft, ImportError, Imported, MAX_VALUES, Why, import};
use serde_json::{Value, json};
use std::path::PathBuf;

fn examples() -> Vec<PathBuf> {
    data_dir().map(|dir| check::files(&dir.join("trade/epcis"), "jsonld")).unwrap_or_default()
}

fn example(name: &str) -> Option<Value> {
    let path = examples().into_iter().find(|path| path.file_stem().is_some_and(|stem| stem == name))?;
    Some(serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

/// An event in a document.
fn document(event: &Value) -> Value {
    json!({"@context": ["https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld", {"own": "https://ref.gs1.org/cbv/"}],
        "type": "EPCISDocument", "schemaVersion": "2.0", "creationDate": "2026-03-02T22:10:00Z",
        "epcisBody": {"eventList": [event]}})
}

fn loading() -> Value {
    json!({"type": "ObjectEvent", "eventID": "urn:uuid:1", "eventTime": "2026-03-02T20:10:00.000+08:00",
        "eventTimeZoneOffset": "+08:00", "recordTime": "2026-03-02T20:11:00+08:00", "action": "OBSERVE", "bizStep": "loading",
        "epcList": ["urn:epc:id:bic:CSQU3054383"], "readPoint": {"id": "urn:epc:id:sgln:4012345.00011.987"},
        "bizTransactionList": [{"type": "bol", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:HLCU42"}]})
}

/// An event with some members replaced; null takes one away.
fn with(changes: &Value) -> Imported {
    let mut event = loading();
    for (name, value) in changes.as_object().unwrap() {
        match value {
            Value::Null => event.as_object_mut().unwrap().remove(name),
            value => event.as_object_mut().unwrap().insert(name.clone(), value.clone()),
        };
    }
    imported(&document(&event))
}

fn told(imported: &Imported) -> Vec<(&'static str, &'static str, &str, &str)> {
    let told = |draft: &Draft| (draft.record_type.code(), draft.action.code);
    let told = imported.drafts.iter().map(|draft| (told(draft), draft));
    told.map(|((kind, code), draft)| (kind, code, draft.scheme, draft.reference.as_str())).collect()
}

#[test]
fn every_value_of_every_event_is_in_a_draft_or_listed() {
    let mut tally = Tally::default();
    for path in examples() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match import(&name, &bytes) {
            Ok(imported) => {
                assert_eq!(imported.document, DocumentKind::Epcis);
                tally.add(&name, check::whole(&name, &bytes, &imported), &imported);
            }
            Err(error) => tally.refused(&name, &error),
        }
    }
    if tally.files == 0 {
        return;
    }
    counted("EPCIS files", tally.files);
    tally.print();
    assert_eq!((tally.files, tally.drafted, tally.drafts, tally.parts), (22, 11, 19, 28));
    assert!(tally.reasons.is_empty());
}

#[test]
fn steps_become_the_records_that_tell_of_them() {
    let bill = ("transport-document", "HLCU42");
    let container = ("equipment", "CSQU3054383");
    for (step, disposition, record, about) in [
        ("loading", "", ("equipment-event", "LOAD"), container),
        ("unloading", "", ("equipment-event", "DISC"), container),
        ("inspecting", "", ("equipment-event", "INSP"), container),
        ("arriving", "", ("equipment-event", "GTIN"), container),
        ("departing", "in_transit", ("transport-event", "DEPA"), bill),
        ("shipping", "in_transit", ("transport-event", "DEPA"), bill),
        ("receiving", "in_progress", ("delivery", "RECEIVING"), bill),
        ("accepting", "", ("delivery", "ACCEPTING"), bill),
        ("accepting", "conformant", ("customs", "CUSR"), bill),
    ] {
        let spellings = [
            step.to_owned(),
            format!("cbv:BizStep-{step}"),
            format!("own:BizStep-{step}"),
            format!("https://ref.gs1.org/cbv/BizStep-{step}"),
            format!("urn:epcglobal:cbv:bizstep:{step}"),
        ];
        for spelling in spellings {
            let dispositions = [disposition.to_owned(), format!("cbv:Disp-{disposition}")];
            for disposition in dispositions.iter().take(if disposition.is_empty() { 1 } else { 2 }) {
                let found = with(&json!({"bizStep": spelling, "disposition": disposition}));
                assert_eq!(told(&found), [(record.0, record.1, about.0, about.1)], "{spelling} {disposition}");
                assert_eq!(found.drafts[0].body["transportDocumentReference"], "HLCU42");
                assert_eq!(found.drafts[0].body["equipmentReference"], "CSQU3054383");
                assert_eq!(found.drafts[0].body["eventClassifierCode"], "ACT");
                assert_eq!(found.drafts[0].body["bizStep"], spelling, "as it is written");
                assert_eq!(found.drafts[0].action_date_time.as_deref(), Some("2026-03-02T20:11:00+08:00"));
                assert_eq!(found.drafts[0].body["eventDateTime"], "2026-03-02T20:10:00.000+08:00");
            }
        }
    }
    let packing = json!({"type": "AggregationEvent", "bizStep": "packing", "action": "ADD", "epcList": null,
        "parentID": "urn:epc:id:bic:CSQU3054383", "childEPCs": ["urn:epc:id:sgtin:0614141.107346.2017"]});
    assert_eq!(told(&with(&packing))[0].1, "STUF");
}

#[test]
fn an_event_about_several_units_is_a_record_for_each() {
    let units = json!({"bizTransactionList": null, "bizStep": "departing", "eventID": "E",
        "epcList": ["urn:epc:id:sscc:4012345.0000000333", "urn:epc:id:sgtin:0614141.107346.2017",
            "https://id.gs1.org/00/040123450000001112", "urn:epc:id:bic:CSQU3054383"]});
    let found = with(&units);
    let references: Vec<&str> = found.drafts.iter().map(|draft| draft.reference.as_str()).collect();
    assert_eq!(references, ["040123450000003338", "040123450000001112", "CSQU3054383"]);
    let ids: Vec<&str> = found.drafts.iter().map(|draft| draft.record_id.as_str()).collect();
    assert_eq!(ids, ["E", "E-2", "E-3"]);
    let goods = json!({"bizTransactionList": null, "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"], "bizStep": "receiving"});
    let found = with(&goods);
    assert!(found.refused[0].reason.contains("no bill of lading or despatch advice"));
    let advised = json!({"bizTransactionList": [{"type": "cbv:BTT-desadv", "bizTransaction": "urn:epcglobal:cbv:bt:4012345000009:ASN1099"}],
        "epcList": ["urn:epc:id:sgtin:0614141.107346.2017"], "bizStep": "receiving"});
    let found = with(&advised);
    assert_eq!(told(&found), [("delivery", "RECEIVING", "transport-document", "ASN1099")]);
    assert_eq!(found.drafts[0].body["despatchAdviceReference"], "ASN1099");
    let many: Vec<String> = (0..101).map(|number| format!("urn:epc:id:sscc:4012345.{number:010}")).collect();
    assert!(with(&json!({"epcList": many})).refused[0].reason.contains("at most 100"));
    // With a bill of lading they are one departure.
    assert_eq!(told(&with(&json!({"epcList": many, "bizStep": "departing"}))).len(), 1);
}

#[test]
fn an_error_declaration_takes_its_event_back() {
    let error = json!({"declarationTime": "2026-03-03T09:00:00Z", "reason": "did_not_occur",
        "correctiveEventIDs": ["urn:uuid:2"], "own:note": "x"});
    let found = with(&json!({ "errorDeclaration": error }));
    let draft = &found.drafts[0];
    assert_eq!((draft.action.code, draft.reference.as_str()), ("LOAD", "CSQU3054383"));
    assert_eq!(draft.body["retractedEventID"], "urn:uuid:1");
    assert_eq!(draft.body.get("eventID"), None, "the retraction is no second event of that number");
    assert_eq!(
        (&draft.body["reason"], &draft.body["correctiveEventIDs"]),
        (&json!("did_not_occur"), &json!(["urn:uuid:2"]))
    );
    assert_eq!(draft.action_date_time.as_deref(), Some("2026-03-03T09:00:00Z"));
    assert!(found.kept.iter().any(|kept| kept.pointer.ends_with("/own:note")));
    let unnamed = with(&json!({"errorDeclaration": error, "eventID": null}));
    assert!(unnamed.refused[0].reason.contains("no eventID"));
}

#[test]
fn documents_queries_single_events_and_lists_are_read() {
    let event = loading();
    let query = json!({"type": "EPCISQueryDocument", "epcisBody": {"queryResults": {"queryName": "q",
        "resultsBody": {"eventList": [event]}}}});
    let mut single = event.clone();
    single["@context"] = json!("https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld");
    for (form, at) in [
        (document(&event), "/epcisBody/eventList/0"),
        (query, "/epcisBody/queryResults/resultsBody/eventList/0"),
        (json!([event, event]), "/0"),
        (single, ""),
        (event, ""),
    ] {
        let found = imported(&form);
        let source = format!("{at}/eventTime");
        assert!(found.drafts[0].origins.iter().any(|origin| origin.source == source), "{at}");
        assert!(found.kept.iter().all(|kept| kept.why == Why::Carriage), "{:?}", found.kept);
    }
    for empty in
        [json!({"type": "EPCISDocument"}), json!({"type": "EPCISQueryDocument", "epcisBody": {"eventList": []}})]
    {
        let error = import("a", empty.to_string().as_bytes()).unwrap_err().to_string();
        assert!(error.contains("an EPCIS document: it has no events"), "{error}");
    }
    let other = with(&json!({"bizStep": "commissioning"}));
    assert!(other.refused[0].reason.contains("\"commissioning\""));
    assert!(other.kept.iter().any(|kept| kept.why == Why::Refused));
}

#[test]
fn hostile_events_are_bounded() {
    let events = vec![json!({"type": "ObjectEvent"}); 20_000];
    let found = imported(&json!({"type": "EPCISDocument", "epcisBody": {"eventList": events}}));
    assert_eq!((found.drafts.len(), found.refused.len()), (0, 20_000));
    let mut event = loading();
    event["epcList"] = json!((0..50_000).map(|number| format!("urn:epc:id:bic:{number}")).collect::<Vec<_>>());
    event["bizStep"] = json!("departing");
    assert!(imported(&document(&event)).refused[0].reason.contains("over the limit of 65536"));
    // Many units in many events: the drafts together are bounded.
    let mut event = loading();
    event["epcList"] = json!((0..90).map(|number| format!("urn:epc:id:bic:{number}")).collect::<Vec<_>>());
    let found = imported(&json!({"type": "EPCISDocument", "epcisBody": {"eventList": vec![event; 100]}}));
    assert!(found.drafts.len() < 3_000 && !found.refused.is_empty());
    assert!(found.refused[0].reason.contains("too many records"));
    let many = format!(r#"{{"type":"EPCISDocument","epcisBody":{{"eventList":[{}1]}}}}"#, "1,".repeat(MAX_VALUES));
    assert!(matches!(import("a", many.as_bytes()), Err(ImportError::TooMany { .. })));
    let mut context = document(&loading());
    context["@context"] = json!({"a": "a:", "b": "a:", "@vocab": ["x"], "cbv": null});
    assert_eq!(imported(&context).drafts.len(), 1);
}

#[test]
fn any_value_in_any_place_is_refused_by_name_or_accounted_for() {
    let (mut imports, mut refusals) = hostile::mutate("own", &document(&loading()));
    assert!(imports > 0);
    for name in [
        "TimeStampRoundOff",
        "epcisQueryDocument",
        "epcisDocWithXMLstartTagAndErrorDeclaration",
        "ReferenceEventHashAlgorithm",
    ] {
        let Some(document) = example(name) else { return };
        let (taken, refused) = hostile::mutate(name, &document);
        imports += taken;
        refusals += refused;
    }
    println!("mutations: {imports} imported with everything accounted for, {refusals} refused with a reason");
}
