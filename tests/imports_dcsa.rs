//! DCSA's own examples, imported: every value is in a draft or listed, and every draft becomes a record.

#[path = "imports/check.rs"]
mod check;
mod common;
#[path = "imports/hostile.rs"]
mod hostile;

use check::{Tally, imported};
use common::{counted, data_dir};
use plimsoll::encoding::json::JsonError;
use plimsoll::trade::import::{DocumentKind, Draft, ImportError, MAX_BYTES, MAX_VALUES, Why, import};
use serde_json::{Value, json};
use std::path::PathBuf;

/// Every JSON file of the folder.
fn examples() -> Vec<PathBuf> {
    data_dir().map(|dir| check::files(&dir.join("trade/dcsa"), "json")).unwrap_or_default()
}

/// The examples whose path ends so, as JSON.
fn example(end: &str) -> Option<Value> {
    let path = examples().into_iter().find(|path| path.to_string_lossy().ends_with(end));
    path.map(|path| serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap())
}

fn codes(drafts: &[Draft]) -> Vec<&'static str> {
    drafts.iter().map(|draft| draft.action.code).collect()
}

fn refusal(document: &Value) -> String {
    import("a.json", document.to_string().as_bytes()).unwrap_err().to_string()
}

#[test]
fn every_value_of_every_example_is_in_a_draft_or_listed() {
    let mut tally = Tally::default();
    for path in examples() {
        let bytes = std::fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        match import(&name, &bytes) {
            Ok(imported) => tally.add(&name, check::whole(&name, &bytes, &imported), &imported),
            Err(error) => tally.refused(&name, &error),
        }
    }
    if tally.files == 0 {
        return;
    }
    counted("DCSA examples", tally.files);
    tally.print();
    assert_eq!((tally.files, tally.drafted, tally.drafts, tally.parts), (100, 38, 52, 3));
    assert_eq!(tally.reasons["this is a DCSA error response"], 58);
    assert_eq!(tally.reasons.values().sum::<usize>(), 60);
}

#[test]
fn chains_come_out_oldest_first_and_the_earlier_version_first() {
    let Some(chain) = example("surrenderedStraightBLExample.json") else { return };
    let found = imported(&chain);
    assert_eq!(found.document, DocumentKind::EndorsementChain);
    // The last two are of the same second, and DCSA lists the newest first.
    assert_eq!(codes(&found.drafts), ["ISSUE", "TRANSFER", "SURRENDER_FOR_DELIVERY", "SURRENDERED"]);
    assert_eq!(found.drafts[2].action_date_time, found.drafts[3].action_date_time);

    let versions = imported(&example("twoTDSRExample.json").unwrap());
    let told: Vec<_> = versions
        .drafts
        .iter()
        .map(|draft| (draft.body["transportDocumentSubReference"].as_str().unwrap(), draft.action.code))
        .collect();
    let first = [("v1", "ISSUE"), ("v1", "SURRENDER_FOR_AMENDMENT"), ("v1", "SURRENDERED"), ("v2", "ISSUE")];
    assert_eq!(told, first);
    let mut turned = chain.clone();
    turned[0]["endorsementChain"].as_array_mut().unwrap().reverse();
    assert_eq!(imported(&turned).drafts.len(), 4);
    assert_eq!(codes(&imported(&turned).drafts), codes(&found.drafts), "oldest first as well");
}

#[test]
fn both_spellings_of_a_state_are_the_same_action() {
    let part = |status: &str| {
        json!({"transportDocumentReference": "HHL71800000", "transportDocumentTypeCode": "BOL",
        "transportDocumentStatus": status})
    };
    for (spellings, action) in [
        (["ISSU", "ISSUED", "issued"], "ISSUED"),
        (["DRFT", "DRAFT", "Draft"], "DRAFT"),
        (["VOID", "VOIDED", "voided"], "VOIDED"),
        (
            ["PENDING SURRENDER FOR DELIVERY", "PENDING_SURRENDER_FOR_DELIVERY", "PENDING-SURRENDER-FOR-DELIVERY"],
            "PENDING_SURRENDER_FOR_DELIVERY",
        ),
    ] {
        for spelling in spellings {
            let found = imported(&part(spelling));
            assert_eq!(codes(&found.drafts), [action]);
            let written = found.drafts[0].body.get("transportDocumentStatus").and_then(Value::as_str);
            assert_eq!(written, (spelling != action).then_some(spelling), "another spelling stays readable");
        }
    }
    let link = |code: &str| {
        json!([{"transportDocumentReference": "A", "endorsementChain": [
            {"actionDateTime": "2026-01-01T00:00:00Z", "actionCode": code, "actor": {"partyName": "C"},
             "recipient": {"partyName": "NONE", "eblPlatform": "NONE"}}]}])
    };
    for (code, action) in
        [("SACC", "SACC"), ("SURRENDERED", "SURRENDERED"), ("SURR", "SURRENDERED"), ("BLANK ENDORSE", "BLANK_ENDORSE")]
    {
        let found = imported(&link(code));
        assert_eq!(codes(&found.drafts), [action]);
        assert_eq!(found.drafts[0].recipient, None);
        assert_eq!(found.kept.iter().filter(|kept| kept.why == Why::Placeholder).count(), 2);
    }
    let found = imported(&part("SUNK"));
    assert!(found.drafts.is_empty());
    assert!(found.refused[0].reason.contains("\"SUNK\" is no action of a transport-document record"));
}

#[test]
fn a_notification_tells_when_and_an_envelope_who_to_whom() {
    let Some(declined) = example("declinedFullStateTransferExample.json") else { return };
    let found = imported(&declined);
    let draft = &found.drafts[0];
    assert_eq!(
        (draft.action.code, draft.record_id.as_str()),
        ("UPDATE_DECLINED", "3cecb101-7a1a-43a4-9d62-e88a131651e2")
    );
    assert_eq!(draft.action_date_time.as_deref(), Some("2018-04-05T17:31:00Z"));
    assert_eq!(draft.body["shippingInstructionsStatus"], "PENDING_UPDATE");
    let weight = |of: &Value| of["consignmentItems"][0]["cargoItems"][0]["cargoGrossWeight"]["value"].clone();
    let body = Value::Object(draft.body.clone());
    assert_eq!((weight(&body), weight(&body["updatedShippingInstructions"])), (json!(12), json!(120_000)));

    let envelope =
        imported(&example("envelopes__post__requestBody__content__application_json__regularSTDExample.json").unwrap());
    assert_eq!(codes(&envelope.drafts), ["DRAFT", "TRANSFER"]);
    let transfer = &envelope.drafts[1];
    assert_eq!(transfer.action_date_time.as_deref(), Some("2024-04-17T08:31:19.531Z"));
    assert_eq!(transfer.actor.as_ref().unwrap()["partyName"], "IKEA Denmark");
    assert_eq!(transfer.recipient.as_ref().unwrap()["partyName"], "Henrik Larsen");
    let attached = envelope.kept.iter().filter(|kept| kept.why == Why::Attached).count();
    assert_eq!(attached, 2, "the signed texts themselves, whose signatures nobody checked");
}

#[test]
fn a_surrender_request_follows_its_chain_and_an_issue_its_document() {
    let Some(request) = example("surrenderExample.json") else { return };
    assert_eq!(codes(&imported(&request).drafts), ["ISSUE", "SURRENDER_FOR_DELIVERY"]);
    let mut amend = request;
    amend["surrenderRequestCode"] = json!("AREQ");
    assert_eq!(codes(&imported(&amend).drafts), ["ISSUE", "SURRENDER_FOR_AMENDMENT"]);
    let issue = imported(
        &example("issuance-requests__put__requestBody__content__application_json__regularSTDExample.json").unwrap(),
    );
    assert_eq!(codes(&issue.drafts), ["DRAFT", "ISSUE"]);
    assert_eq!(issue.drafts[1].recipient.as_ref().unwrap()["partyName"], "HHL Invest");

    let answer = json!({"surrenderRequestReference": "Z1", "action": "SREJ", "comments": "no"});
    let found = imported(&answer);
    assert!(found.refused[0].reason.contains("names no transport document"));
    assert_eq!(found.kept.len(), 3);
    let mut named = answer;
    named["transportDocumentReference"] = json!("A");
    assert_eq!(codes(&imported(&named).drafts), ["SREJ"]);
}

#[test]
fn events_find_their_asset_and_retractions_what_they_take_back() {
    let Some(load) = example("transshipmentExample.json") else { return };
    let found = imported(&load);
    let draft = &found.drafts[0];
    assert_eq!((draft.scheme, draft.reference.as_str(), draft.action.code), ("equipment", "APZU4812090", "LOAD"));
    assert_eq!(draft.body["vesselIMONumber"], "9321483");
    assert_eq!(draft.body["vesselName"], "King of the Seas");
    assert_eq!(draft.body["transportDocumentReference"], "85943567");
    assert_eq!(draft.body["eventLocation"]["facilityTypeCode"], "POTE");

    let retraction = |id: &str| {
        json!({"metadata": {"eventID": "R", "eventType": "EQUIPMENT",
        "eventCreatedDateTime": "2022-10-01T00:00:00Z", "retractedEventID": id}})
    };
    let list = imported(&json!([retraction("53670102-09f1-4882-8a7f-0d90b2eac529"), load, retraction("unknown")]));
    assert_eq!(codes(&list.drafts), ["LOAD", "LOAD"]);
    let taken_back = &list.drafts[1];
    assert_eq!(taken_back.body["retractedEventID"], "53670102-09f1-4882-8a7f-0d90b2eac529");
    assert_eq!(taken_back.reference, "APZU4812090");
    assert!(taken_back.supplied.contains(&"/subject/reference".to_owned()));
    assert!(list.refused[0].reason.contains("not in this document"));

    let rail = imported(&example("railTransportExample.json").unwrap());
    assert_eq!((rail.drafts[0].scheme, rail.drafts[0].reference.as_str()), ("transport-document", "85943567"));
    let flat = json!({"eventID": "E", "eventType": "TRANSPORT", "eventCreatedDateTime": "2022-09-20T07:41:00Z",
        "eventClassifierCode": "ACT", "eventDateTime": "2022-09-20T07:41:00Z", "transportEventTypeCode": "DEPA",
        "documentReferences": [{"documentReferenceType": "TRD", "documentReferenceValue": "T-9", "x": 1}],
        "transportCall": {"UNLocationCode": "NLRTM", "exportVoyageNumber": "7W", "vessel": {"vesselIMONumber": "9321483"}}});
    let found = imported(&flat);
    assert_eq!(found.drafts[0].reference, "T-9");
    assert_eq!(found.drafts[0].body["carrierExportVoyageNumber"], "7W");
    assert_eq!(found.kept.len(), 1, "the member that is nobody's");
    let customs = json!({"eventID": "E", "eventType": "EQUIPMENT", "eventCreatedDateTime": "2022-09-20T07:41:00Z",
        "equipmentEventTypeCode": "CUSR", "equipmentReference": "APZU4812090"});
    assert_eq!(imported(&customs).drafts[0].record_type.code(), "customs");
}

#[test]
fn what_is_no_document_is_refused_by_name() {
    assert!(
        refusal(&json!({"httpMethod": "GET", "statusCode": 404, "errors": []})).contains("DCSA error response (404")
    );
    assert!(refusal(&json!({"manifestTypeCode": "ENS"})).contains("advance manifest filing"));
    assert!(refusal(&json!({"specversion": "1.0", "data": {}})).contains("notification"));
    for unknown in [json!({}), json!([]), json!({"a": 1}), json!([[]]), json!([1])] {
        assert!(refusal(&unknown).contains("none of the documents"), "{unknown}");
    }
    for text in ["", "7", "null", "\"text\"", "\u{feff}{}"] {
        assert!(matches!(import("a", text.as_bytes()), Err(ImportError::Unrecognised { .. })), "{text:?}");
    }
}

#[test]
fn hostile_texts_are_refused_with_their_reason() {
    let doc =
        |inner: &str| format!(r#"{{"transportDocumentStatus":"DRAFT","transportDocumentReference":"A",{inner}}}"#);
    let json_error = |text: &[u8]| match import("a", text) {
        Err(ImportError::Json(JsonError::Syntax(reason))) => reason,
        other => panic!("{other:?}"),
    };
    assert!(json_error(doc(r#""a":1,"a":2"#).as_bytes()).contains("stands twice"));
    assert!(
        json_error(doc(&format!(r#""a":{}{}"#, "[".repeat(5000), "]".repeat(5000))).as_bytes()).contains("too deep")
    );
    assert!(json_error(b"{\"a\":\"\xff\"}").contains("invalid unicode"));
    assert!(json_error(doc(r#""a":1"#).replace('}', "").as_bytes()).contains("EOF"));
    let many = doc(&format!(r#""HSCodes":[{}""]"#, r#""1","#.repeat(MAX_VALUES)));
    assert_eq!(import("a", many.as_bytes()), Err(ImportError::TooMany { what: "values", limit: MAX_VALUES }));
    let large = vec![b' '; MAX_BYTES + 1];
    assert_eq!(import("a", &large), Err(ImportError::TooLarge { found: MAX_BYTES + 1, limit: MAX_BYTES }));
    let inexact = doc(r#""declaredValue":12345678901234567.89,"declaredValueCurrency":"EUR""#);
    assert_eq!(import("a", inexact.as_bytes()), Err(ImportError::Inexact { found: "12345678901234567.89".into() }));

    let long = imported(&json!({"transportDocumentStatus": "DRAFT", "transportDocumentReference": "A",
        "termsAndConditions": "x".repeat(70_000)}));
    assert!(long.refused[0].reason.contains("over the limit of 65536"));
    // A long chain makes as many drafts as are allowed, and says so of the rest.
    let link = json!({"actionDateTime": "2026-01-01T00:00:00Z", "actionCode": "SIGN", "actor": {"partyName": "A"}});
    let chain = imported(&json!({"transportDocumentReference": "A", "endorsementChain": vec![link; 6_000]}));
    assert_eq!(chain.drafts.len(), 5_000);
    assert_eq!(chain.refused.len(), 1_000);
}

#[test]
fn money_is_exact_or_kept() {
    let charged = |amount: &str, currency: &str| {
        let text = format!(
            r#"{{"transportDocumentStatus":"DRAFT","transportDocumentReference":"A","declaredValue":{amount},"declaredValueCurrency":{currency}}}"#
        );
        let found = import("a", text.as_bytes()).unwrap();
        check::whole("a", text.as_bytes(), &found);
        found.drafts[0].body.get("declaredValue").cloned()
    };
    assert_eq!(charged("84300.55", "\"EUR\""), Some(json!("84300.55")));
    assert_eq!(charged("\"84300.50\"", "\"EUR\""), Some(json!("84300.50")));
    for (amount, currency) in [
        ("84300.555", "\"EUR\""),
        ("1e300", "\"EUR\""),
        ("\"1,000\"", "\"EUR\""),
        ("5", "\"EURO\""),
        ("[5]", "\"EUR\""),
    ] {
        assert_eq!(charged(amount, currency), None, "{amount} {currency}");
    }
}

#[test]
fn any_value_in_any_place_is_refused_by_name_or_accounted_for() {
    let (mut imports, mut refusals) = (0, 0);
    for end in [
        "twoTDSRExample.json",
        "surrenderExample.json",
        "dropPickExample.json",
        "shipmentEventExample.json",
        "amendConfirmedLightweightExample.json",
        "v3_ebl-issuance-responses__post__requestBody__content__application_json__rejectedExample.json",
        "v3_envelopes__post__requestBody__content__application_json__regularSTDExample.json",
        "_shipping-instructions_documentReference___put__requestBody__content__application_json__regularSTDExample.json",
        "_amendment__get__responses__200__content__application_json__reeferExample.json",
    ] {
        let Some(document) = example(end) else { return };
        let (taken, refused) = hostile::mutate(end, &document);
        assert!(taken > 0, "{end}");
        imports += taken;
        refusals += refused;
    }
    println!("mutations: {imports} imported with everything accounted for, {refusals} refused with a reason");
}
