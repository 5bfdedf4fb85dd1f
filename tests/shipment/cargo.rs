//! What a document says of itself: S2, S3, S7 and S10.

use crate::told::{BILL, BOX, CARRIER, POL, SHIPPER, Told, document, named, record, with};
use plimsoll::trade::rule::{Lack, Rule, Severity};
use serde_json::{Value, json};

const OTHER: &str = "PLMU4203229";

/// The document with one list replaced.
fn issued(name: &str, list: Value) -> Told {
    Told::issued_with(&json!({ name: list }))
}

fn items(of: &[(&str, &str, u64)]) -> Value {
    let items: Vec<Value> = of
        .iter()
        .map(|(reference, weight, packages)| {
            json!({"equipmentReference": reference, "cargoGrossWeight": {"value": weight, "unit": "KGM"},
                "outerPackaging": {"numberOfPackages": packages}})
        })
        .collect();
    json!([{ "cargoItems": items }])
}

#[test]
fn s2_every_container_with_goods_is_listed() {
    Told::issued().good(Rule::S(2));
    let told = issued("consignmentItems", items(&[(BOX, "9840", 24), (OTHER, "1", 1)]));
    let breach = told.bad(Rule::S(2), Severity::Error, 4, "/body/consignmentItems/0/cargoItems/1/equipmentReference");
    assert_eq!(breach.found, OTHER);
    assert_eq!(breach.places[1].field, "/body/utilizedTransportEquipments");
}

#[test]
fn s2_reads_both_spellings_of_a_container_and_shipping_instructions_too() {
    let beside = json!([{"equipmentReference": BOX, "cargoGrossWeight": {"value": "9840", "unit": "KGM"}}]);
    issued("utilizedTransportEquipments", beside).good(Rule::S(2));
    let mut told = Told::default();
    let body = with(
        document(),
        &json!({"consignmentItems": items(&[(OTHER, "9840", 1)]), "issueDate": null,
        "shippedOnBoardDate": null, "isShippedOnBoardType": null}),
    );
    let body = with(body, &json!({"utilizedTransportEquipments": [{"equipmentReference": BOX}]}));
    let at = told.say(SHIPPER, "shipping-instructions RECEIVED", None, body);
    told.bad(Rule::S(2), Severity::Error, at, "/body/consignmentItems/0/cargoItems/0/equipmentReference");
}

#[test]
fn s3_items_add_up_to_each_container_and_to_the_document() {
    let two = items(&[(BOX, "9000", 20), (BOX, "840", 4)]);
    let told =
        Told::issued_with(&json!({"consignmentItems": two, "cargoGrossWeight": {"value": 9840.0, "unit": "KGM"},
        "numberOfPackages": 24}));
    told.good(Rule::S(3));
    let off = items(&[(BOX, "9000", 20), (BOX, "841", 4)]);
    let breach = issued("consignmentItems", off).bad(
        Rule::S(3),
        Severity::Warning,
        4,
        "/body/utilizedTransportEquipments/0/cargoGrossWeight",
    );
    assert_eq!((breach.expected.as_str(), breach.found.as_str()), ("9841", "9840"));
    Told::issued_with(&json!({"numberOfPackages": 25})).bad(Rule::S(3), Severity::Warning, 4, "/body/numberOfPackages");
    let item = json!({"equipmentReference": BOX, "cargoGrossWeight": {"value": "9840", "unit": "KGM"},
        "cargoGrossVolume": {"value": "12.5", "unit": "MTQ"}});
    let consignment = json!([{"cargoItems": [item], "cargoGrossVolume": {"value": "12.6", "unit": "MTQ"}}]);
    issued("consignmentItems", consignment).bad(
        Rule::S(3),
        Severity::Warning,
        4,
        "/body/consignmentItems/0/cargoGrossVolume",
    );
}

#[test]
fn s3_pounds_are_added_to_kilograms_with_room_for_rounding() {
    let pounds = |value: &str| {
        let item = json!([{"cargoItems": [{"equipmentReference": BOX,
            "cargoGrossWeight": {"value": value, "unit": "LBR"}}]}]);
        issued("consignmentItems", item)
    };
    // 9840 kg are 21 693.49 lb.
    pounds("21694").good(Rule::S(3));
    pounds("21594").bad(Rule::S(3), Severity::Warning, 4, "/body/utilizedTransportEquipments/0/cargoGrossWeight");
}

#[test]
fn s3_the_verified_gross_mass_is_cargo_and_tare_or_more() {
    let used = |mass: &str| {
        let mass = json!({"weight": {"value": mass, "unit": "KGM"}});
        json!([{"equipment": {"equipmentReference": BOX, "tareWeight": {"value": "3900", "unit": "KGM"}},
            "cargoGrossWeight": {"value": "9840", "unit": "KGM"}, "verifiedGrossMass": mass}])
    };
    issued("utilizedTransportEquipments", used("13750")).good(Rule::S(3));
    let told = issued("utilizedTransportEquipments", used("13739"));
    told.bad(Rule::S(3), Severity::Warning, 4, "/body/utilizedTransportEquipments/0/verifiedGrossMass");
}

#[test]
fn s3_without_a_total_is_not_checked() {
    let told = issued("utilizedTransportEquipments", json!([{"equipment": {"equipmentReference": BOX}}]));
    let record = told.story.told[4].record.record_id.clone();
    assert_eq!(told.lacks(Rule::S(3)), [Lack::Field { record, field: "/body/cargoGrossWeight".into() }]);
}

#[test]
fn s7_on_board_on_the_day_of_loading_and_issued_after() {
    Told::issued().good(Rule::S(7));
    let early = Told::issued_with(&json!({"shippedOnBoardDate": "2026-02-28"}));
    let breach = early.bad(Rule::S(7), Severity::Error, 4, "/body/shippedOnBoardDate");
    assert_eq!((breach.expected.as_str(), breach.found.as_str()), ("2026-03-01, the day of LOAD", "2026-02-28"));
    assert_eq!(breach.places[1].record, early.story.told[3].record.record_id);
    let late = Told::issued_with(&json!({"shippedOnBoardDate": "2026-03-02"}));
    late.bad(Rule::S(7), Severity::Error, 4, "/body/shippedOnBoardDate");
    let before = Told::issued_with(&json!({"issueDate": "2026-02-27"}));
    let breach = before.bad(Rule::S(7), Severity::Error, 4, "/body/shippedOnBoardDate");
    assert_eq!(breach.expected, "2026-02-27 or earlier");
    Told::issued_with(&json!({"shippedOnBoardDate": null})).bad(
        Rule::S(7),
        Severity::Error,
        4,
        "/body/shippedOnBoardDate",
    );
}

#[test]
fn s7_the_last_loading_counts_and_a_day_in_utc_may_be_the_next_one() {
    let load = |at: &str| {
        let mut told = Told::loaded(json!({"eventDateTime": at}));
        told.wait(24);
        told.status("ISSUED", &json!({}));
        told
    };
    load("2026-03-01T04:00:00Z").good(Rule::S(7));
    load("2026-03-02T04:00:00Z").good(Rule::S(7));
    load("2026-03-03T04:00:00Z").bad(Rule::S(7), Severity::Error, 4, "/body/shippedOnBoardDate");
    load("2026-03-02T04:00:00+08:00").bad(Rule::S(7), Severity::Error, 4, "/body/shippedOnBoardDate");
    let two = json!([{"equipment": {"equipmentReference": BOX}, "cargoGrossWeight": {"value": 9840, "unit": "KGM"}},
        {"equipment": {"equipmentReference": OTHER}}]);
    let told = issued("utilizedTransportEquipments", two.clone());
    assert_eq!(told.lacks(Rule::S(7)), [record(&format!("LOAD of {OTHER}"))], "its day may be the later one");
    let mut told = Told::loaded(json!({}));
    told.event_of(CARRIER, OTHER, "GTIN", POL, json!({}));
    told.wait(24);
    told.event_of(CARRIER, OTHER, "LOAD", POL, json!({}));
    let at = told.status("ISSUED", &json!({"utilizedTransportEquipments": two}));
    let breach = told.bad(Rule::S(7), Severity::Error, at, "/body/shippedOnBoardDate");
    assert_eq!(breach.expected, "2026-03-02, the day of LOAD");
}

#[test]
fn s7_without_the_loading_is_not_checked() {
    let mut told = Told::default();
    told.status("ISSUED", &json!({}));
    assert_eq!(told.lacks(Rule::S(7)), [record(&format!("LOAD of {BOX}"))]);
    assert_eq!(told.replay().0.bills[0].reference, BILL);
}

#[test]
fn s10_only_a_bill_to_order_has_an_endorsee_and_then_no_consignee() {
    let parties = |parties: Value| with(json!({"shipper": named(SHIPPER)}), &parties);
    let bill =
        |to_order: bool, of: Value| Told::issued_with(&json!({"isToOrder": to_order, "documentParties": parties(of)}));
    bill(true, json!({"endorsee": {"partyName": "A"}})).good(Rule::S(10));
    bill(true, json!({"consignee": {"partyName": "A"}})).good(Rule::S(10));
    bill(false, json!({"consignee": {"partyName": "A"}})).good(Rule::S(10));
    const FIELD: &str = "/body/documentParties/endorsee";
    bill(false, json!({"endorsee": {"partyName": "A"}})).bad(Rule::S(10), Severity::Error, 4, FIELD);
    let both = json!({"consignee": {"partyName": "A"}, "endorsee": {"partyName": "B"}});
    let breach = bill(true, both).bad(Rule::S(10), Severity::Error, 4, FIELD);
    assert_eq!(breach.found, "consignee A and endorsee B");
}
