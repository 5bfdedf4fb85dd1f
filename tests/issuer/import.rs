//! `plimsoll import`, and what it prints taken by `plimsoll record`.

use super::Bench;
use serde_json::{Value, json};

fn chain() -> String {
    let party = |name: &str| {
        json!({"partyName": name, "eblPlatform": "WAVE",
        "identifyingCodes": [{"codeListProvider": "WAVE", "partyCode": name.len().to_string()}]})
    };
    let link = |time: &str, code: &str, actor: &str, recipient: Option<&str>| {
        let mut link = json!({"actionDateTime": time, "actionCode": code, "actor": party(actor)});
        if let Some(recipient) = recipient {
            link["recipient"] = party(recipient);
        }
        link
    };
    let (carrier, shipper) = ("Tide Line", "Ningbo Exports");
    json!([{"transportDocumentReference": "TIDE-0042", "transportDocumentSubReference": "v1", "carrierSCACCode": "TIDL",
    "x-internal": "7", "endorsementChain": [
        link("2026-03-09T17:23:12Z", "SURRENDERED", carrier, None),
        link("2026-03-09T17:23:12Z", "SURRENDER_FOR_DELIVERY", shipper, Some(carrier)),
        link("2026-03-02T12:55:31Z", "ISSUE", carrier, Some(shipper)),
    ]}])
    .to_string()
}

#[test]
fn what_is_imported_can_be_recorded_and_proven() {
    let bench = Bench::new();
    bench.run(&["init", "--name", "Harbour Registry"]).ends(0);
    bench.add_party("carrier", "Tide Line");
    bench.add_party("shipper", "Ningbo Exports");
    bench.write("chain.json", chain().as_bytes());
    let reply = bench.run(&["import", "chain.json"]).ends(0);
    let reply = reply.warns("chain.json: DCSA endorsement chain: 3 records, 1 value kept, 0 parts refused");
    let reply = reply.warns("kept     /0/x-internal = \"7\" (no field of a record)");
    let drafts: Vec<&str> = reply.out.lines().collect();
    assert_eq!(drafts.len(), 3);
    bench.write("draft.json", drafts[0].as_bytes());
    bench
        .run(&["record", "draft.json", "--as", "shipper"])
        .ends(2)
        .warns("the record says that \"Tide Line\" acts, and the key is that of \"Ningbo Exports\"")
        .warns("take `actor` out of the record");
    for (number, (draft, key)) in (1..).zip(drafts.iter().zip(["carrier", "shipper", "carrier"])) {
        bench.write("draft.json", draft.as_bytes());
        let recorded = bench.run(&["record", "draft.json", "--as", key]).ends(0);
        recorded.says(&format!("asset  transport-document TIDE-0042, sequence {number}"));
    }
    bench.run(&["anchor", "--blocks", "6"]).ends(0);
    let link = bench.link("TIDE-0042-v1-2");
    bench.verify(&link).says("SURRENDER_FOR_DELIVERY").says("Ningbo Exports");
}

#[test]
fn every_file_says_what_it_became_or_why_not() {
    let bench = Bench::new();
    bench.write("chain.json", chain().as_bytes());
    bench.write("error.json", br#"{"httpMethod":"GET","statusCode":404,"statusCodeText":"Not Found","errors":[]}"#);
    bench.write("twice.json", br#"{"a":1,"a":2}"#);
    let draft = json!({"transportDocumentStatus": "DRAFT", "transportDocumentReference": "T-1"}).to_string();
    bench.write("draft.json", draft.as_bytes());
    let reply = bench.run(&["import", "draft.json", "--time", "2026-03-02T22:10:00+08:00"]).ends(0);
    let reply = reply.says(r#""actionDateTime":"2026-03-02T14:10:00Z""#);
    reply.warns("record   T-1-DRAFT: transport-document DRAFT of transport-document T-1, at a time it does not state");

    let reply = bench.run(&["import", "chain.json", "error.json", "twice.json"]).ends(2);
    let reply = reply.warns("error: error.json: this is a DCSA error response (404 Not Found)").warns("stands twice");
    assert_eq!(reply.out.lines().count(), 3, "what can be read is printed all the same");

    let refused = chain().replace("\"ISSUE\"", "\"SINK\"");
    bench.write("refused.json", refused.as_bytes());
    let reply = bench.run(&["import", "refused.json", "--json"]).ends(3);
    let told: Value = serde_json::from_str(&reply.out).unwrap();
    assert_eq!(told["document"], "DCSA endorsement chain");
    assert_eq!(told["drafts"].as_array().unwrap().len(), 2);
    assert_eq!(told["refused"][0]["reason"], "\"SINK\" is no action of a title record");
    assert_eq!(told["refused"][0]["pointer"], "/0/endorsementChain/2");
    let origins = told["drafts"][0]["origins"].as_array().unwrap();
    let source = json!({"source": "/0/endorsementChain/1/actionCode", "field": "/actionCode"});
    assert!(origins.contains(&source), "{origins:?}");

    bench.run(&["import", "nowhere.json"]).ends(2).warns("cannot read nowhere.json");
    bench.run(&["import"]).ends(2);
    bench.write(
        "hostile.json",
        "{\"transportDocumentStatus\":\"DRAFT\",\"transportDocumentReference\":\"A\",\"\u{1b}[2J\":\"\u{202e}\"}"
            .as_bytes(),
    );
    bench.run(&["import", "hostile.json"]).ends(2);
    let escaped = r#"{"transportDocumentStatus":"DRAFT","transportDocumentReference":"A","\u001b[2J":"x\u202e"}"#;
    bench.write("hostile.json", escaped.as_bytes());
    let reply = bench.run(&["import", "hostile.json"]).ends(0);
    assert!(!reply.err.contains('\u{1b}') && !reply.err.contains('\u{202e}'), "{}", reply.err);
}

#[test]
fn published_documents_can_be_recorded() {
    let Some(dir) = super::common::data_dir() else { return };
    let bench = Bench::new();
    bench.run(&["init", "--name", "Harbour Registry"]).ends(0);
    bench.add_party("carrier", "Mediterranean Shipping Company");
    bench.add_party("other", "Anybody");
    let files = [
        "dcsa/EBL_ISS_v3.0.4/paths___v3_ebl-issuance-requests__put__requestBody__content__application_json__regularSTDExample.json",
        "dcsa/tnt_v3.0.0-Beta-1/paths___v3_events_eventID___get__responses__200__content__application_json__railTransportExample.json",
        "epcis/epcisDocWithVariousEventTypes.jsonld",
    ];
    let mut recorded = 0;
    for file in files {
        let path = dir.join("trade").join(file);
        let reply = bench.run(&["import", path.to_str().unwrap()]);
        for draft in reply.out.lines() {
            bench.write("draft.json", draft.as_bytes());
            let key = if draft.contains("\"actor\"") { "carrier" } else { "other" };
            bench.run(&["record", "draft.json", "--as", key]).ends(0);
            recorded += 1;
        }
    }
    super::common::counted("imported drafts recorded", recorded);
    assert_eq!(recorded, 6);
}
