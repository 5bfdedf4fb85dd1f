//! What happened to containers and vessels: S4, S5, S6 and S8.

use crate::told::{BILL, BOX, CARRIER, CONSIGNEE, CUSTOMS, POD, POL, Told, VIA, hour, record};
use plimsoll::trade::replay::shipment::container::{Customs, Phase};
use plimsoll::trade::replay::shipment::event::Classifier;
use plimsoll::trade::rule::{Lack, Rule, Severity};
use serde_json::json;

const ACTION: &str = "/actionCode";
const WHEN: &str = "/body/eventDateTime";
const PLACE: &str = "/body/eventLocation/UNLocationCode";

#[test]
fn s4_each_event_finds_the_container_where_it_must_be() {
    Told::whole().good(Rule::S(4));
    // The phase a history is brought to, and what may not follow.
    let cases: [(&[&str], &[&str]); 6] = [
        (&[], &["LOAD", "DISC", "STRP", "DROP", "RSEA"]),
        (&["GTIN"], &["DISC", "GTOT", "STRP", "STUF", "GTIN"]),
        (&["GTIN", "LOAD"], &["LOAD", "GTIN", "GTOT", "STRP", "PICK", "RSEA", "INSP", "AVPU", "RECEIVING"]),
        (&["GTIN", "LOAD", "DISC"], &["DISC", "GTIN", "STUF", "STRP", "DROP"]),
        (&["GTIN", "LOAD", "DISC", "CUSR"], &["LOAD", "CUSI", "CUSS", "CUSR"]),
        (&["GTIN", "LOAD", "DISC", "CUSR", "GTOT"], &["LOAD", "GTOT", "RSEA", "INSP", "CUSS"]),
    ];
    for (before, wrong) in cases {
        for code in wrong {
            let mut told = Told::default();
            for step in before {
                let place = if matches!(*step, "GTIN" | "LOAD") { POL } else { POD };
                told.event(step, place, json!({}));
            }
            let changes =
                if matches!(*code, "STRP" | "STUF") { json!({"emptyIndicatorCode": null}) } else { json!({}) };
            let at = told.event(code, POD, changes);
            told.bad(Rule::S(4), Severity::Error, at, ACTION);
        }
    }
}

#[test]
fn s4_laden_and_empty_are_told_apart() {
    let mut told = Told::default();
    told.event("GTIN", POL, json!({}));
    let at = told.event("LOAD", POL, json!({"emptyIndicatorCode": "EMPTY"}));
    told.bad(Rule::S(4), Severity::Error, at, ACTION);
    let mut told = Told::issued();
    let at = told.event("DISC", POD, json!({"emptyIndicatorCode": "EMPTY", "seals": [{"number": "QY1"}]}));
    told.bad(Rule::S(4), Severity::Error, at, ACTION);
    let mut told = Told::whole();
    told.event("GTOT", "DEPO", json!({}));
    assert_eq!(told.container().phase, Some(Phase::EmptyOut), "the next trip begins");
    told.good(Rule::S(4));
    let mut told = Told::issued();
    told.discharged(json!({})).surrendered().released();
    told.event("GTOT", POD, json!({}));
    told.event_of(CONSIGNEE, BOX, "STRP", "CLOC", json!({}));
    let at = told.event_of(CONSIGNEE, BOX, "STRP", "CLOC", json!({}));
    told.bad(Rule::S(4), Severity::Error, at, ACTION);
}

#[test]
fn s4_transshipped_held_by_customs_and_resealed_is_legal() {
    let mut told = Told::issued();
    told.event("DISC", VIA, json!({"isTransshipmentMove": true, "seals": [{"number": "QY1"}]}));
    told.event("RSEA", VIA, json!({"seals": [{"number": "QY2"}]}));
    told.event("LOAD", VIA, json!({"isTransshipmentMove": true}));
    told.event("DISC", POD, json!({"seals": [{"number": "QY2"}]}));
    told.event_of(CUSTOMS, BOX, "CUSS", POD, json!({}));
    told.event_of(CUSTOMS, BOX, "CUSI", POD, json!({}));
    assert_eq!(told.container().customs, Customs::Inspection);
    told.event("INSP", POD, json!({}));
    told.surrendered().released().delivered();
    told.good(Rule::S(4));
    told.good(Rule::S(5));
    assert_eq!(told.container().customs, Customs::Released);
}

#[test]
fn s4_times_do_not_run_back_and_equal_ones_may_stand() {
    let mut told = Told::default();
    told.event("GTIN", POL, json!({}));
    let at = told.event("LOAD", POL, json!({"eventDateTime": hour(0)}));
    let breach = told.bad(Rule::S(4), Severity::Error, at, WHEN);
    assert_eq!(breach.expected, format!("{} or later", hour(1)));
    let mut told = Told::default();
    told.event("GTIN", POL, json!({}));
    told.event("LOAD", POL, json!({"eventDateTime": hour(1)}));
    told.good(Rule::S(4));
    let mut told = Told::issued();
    told.call("DEPA", POL, json!({}));
    let at = told.call("ARRI", POD, json!({"eventDateTime": hour(5)}));
    told.bad(Rule::S(4), Severity::Error, at, WHEN);
}

#[test]
fn s4_only_what_happened_counts_and_forecasts_stand_apart() {
    let mut told = Told::issued();
    told.event("DISC", POD, json!({"eventClassifierCode": "PLN", "eventDateTime": hour(400)}));
    told.event("DISC", POD, json!({"eventClassifierCode": "EST", "eventDateTime": hour(300)}));
    told.event("GTOT", POD, json!({"eventClassifierCode": "EST", "eventDateTime": hour(1)}));
    told.good(Rule::S(4));
    let container = told.container();
    assert_eq!(container.phase, Some(Phase::OnBoard));
    assert_eq!((container.timeline.facts.len(), container.timeline.forecasts.len()), (4, 3));
    let pending: Vec<Classifier> = container.timeline.pending().map(|row| row.classifier).collect();
    assert_eq!(pending, [Classifier::Estimated, Classifier::Planned], "by time; what is past is no forecast any more");
}

#[test]
fn s4_a_container_is_loaded_before_its_vessel_leaves_and_discharged_after_it_arrives() {
    let mut told = Told::issued();
    let at = told.call("DEPA", POL, json!({"eventDateTime": hour(3)}));
    told.bad(Rule::S(4), Severity::Error, at, WHEN);
    let mut told = Told::issued();
    told.event("DISC", POD, json!({}));
    let at = told.call("ARRI", POD, json!({}));
    told.bad(Rule::S(4), Severity::Error, at, WHEN);
    let mut told = Told::issued();
    told.call("OMIT", POD, json!({}));
    told.good(Rule::S(4));
    let at = told.call("CANC", POL, json!({}));
    told.bad(Rule::S(4), Severity::Error, at, WHEN);
}

#[test]
fn a_container_on_board_shares_its_vessels_moves() {
    let mut told = Told::issued();
    told.call("DEPA", POL, json!({}));
    assert_eq!(told.container().phase, Some(Phase::Sailing));
    told.call("ARRI", POD, json!({"vesselIMONumber": "9999981"}));
    assert_eq!(told.container().phase, Some(Phase::Sailing), "another vessel");
    told.call("ARRI", POD, json!({}));
    let container = told.container();
    assert_eq!((container.phase, container.location.un_location.as_deref()), (Some(Phase::Arrived), Some(POD)));
}

#[test]
fn s5_loaded_and_discharged_at_the_ports_of_the_bill() {
    let mut told = Told::issued();
    assert_eq!(told.lacks(Rule::S(5)), [record(&format!("DISC of {BOX}"))]);
    told.discharged(json!({}));
    told.good(Rule::S(5));
    let mut told = Told::loaded(json!({"eventLocation": {"UNLocationCode": "CNSHA"}}));
    told.wait(24);
    told.status("ISSUED", &json!({}));
    let breach = told.bad(Rule::S(5), Severity::Error, 3, PLACE);
    assert_eq!((breach.expected.as_str(), breach.found.as_str()), (POL, "CNSHA"));
    assert_eq!(breach.places[1].field, "/body/transports/portOfLoading/UNLocationCode");
    let mut told = Told::issued();
    let at = told.event("DISC", "BEANR", json!({"seals": [{"number": "QY1"}]}));
    told.bad(Rule::S(5), Severity::Error, at, PLACE);
}

#[test]
fn s5_transshipment_is_declared() {
    let via = |changes: serde_json::Value| {
        let mut told = Told::issued();
        told.event("DISC", VIA, json!({"seals": [{"number": "QY1"}]}));
        told.event("LOAD", VIA, changes);
        told.event("DISC", POD, json!({"seals": [{"number": "QY1"}]}));
        told
    };
    via(json!({"isTransshipmentMove": true})).good(Rule::S(5));
    let told = via(json!({}));
    told.bad(Rule::S(5), Severity::Error, told.story.told.len() - 2, PLACE);
    let mut told = Told::default();
    let places = json!([{"locationTypeCode": "RTP", "location": {"UNLocationCode": VIA}}]);
    told.say(CARRIER, "booking CONFIRMED", None, json!({"carrierBookingReference": BILL, "shipmentLocations": places}));
    for (code, place) in [("GTIN", POL), ("LOAD", POL), ("DISC", VIA), ("LOAD", VIA), ("DISC", POD)] {
        told.event(code, place, json!({"seals": [{"number": "QY1"}]}));
    }
    told.wait(24);
    told.status("ISSUED", &json!({}));
    told.good(Rule::S(5));
}

#[test]
fn s6_on_the_vessel_and_voyage_of_the_bill() {
    Told::issued().good(Rule::S(6));
    for changes in [
        json!({"vesselName": "PLOVER BOREALIS", "vesselIMONumber": "9999981"}),
        json!({"carrierExportVoyageNumber": "606W"}),
        json!({"vesselName": "PLOVER BOREALIS", "vesselIMONumber": null}),
    ] {
        let mut told = Told::loaded(changes);
        told.wait(24);
        told.status("ISSUED", &json!({}));
        told.bad(Rule::S(6), Severity::Warning, 3, "/body/vesselName");
    }
    let mut told = Told::issued();
    let at = told.call("DEPA", POL, json!({"carrierExportVoyageNumber": "999E"}));
    told.bad(Rule::S(6), Severity::Warning, at, "/body/vesselName");
    let mut told = Told::loaded(json!({"carrierExportVoyageNumber": null}));
    told.wait(24);
    told.status("ISSUED", &json!({}));
    let field = "/body/carrierExportVoyageNumber".to_owned();
    let record = told.story.told[3].record.record_id.clone();
    assert_eq!(told.lacks(Rule::S(6)), [Lack::Field { record, field }]);
}

#[test]
fn s8_the_seals_at_discharge_are_those_at_loading() {
    let mut told = Told::issued();
    assert_eq!(told.lacks(Rule::S(8)), [record(&format!("DISC of {BOX}"))]);
    let at = told.event("DISC", POD, json!({"seals": [{"number": "QY9"}]}));
    let breach = told.bad(Rule::S(8), Severity::Warning, at, "/body/seals");
    assert_eq!((breach.expected.as_str(), breach.found.as_str()), ("QY1", "QY9"));
    let mut told = Told::issued();
    told.discharged(json!({"seals": null}));
    assert!(matches!(&told.lacks(Rule::S(8))[..], [Lack::Field { field, .. }] if field == "/body/seals"));
    told.surrendered().released();
    told.event("GTOT", POD, json!({"seals": [{"number": "QY1"}]}));
    told.good(Rule::S(8));
}

#[test]
fn s8_resealed_on_the_way_the_new_seals_count() {
    let resealed = |seal: &str| {
        let mut told = Told::issued();
        told.event("DISC", VIA, json!({"isTransshipmentMove": true}));
        told.event("RSEA", VIA, json!({"seals": [{"number": "QY2"}]}));
        told.event("LOAD", VIA, json!({"isTransshipmentMove": true}));
        told.event("DISC", POD, json!({"seals": [{"number": seal}]}));
        told
    };
    resealed("QY2").good(Rule::S(8));
    let told = resealed("QY1");
    told.bad(Rule::S(8), Severity::Warning, told.story.told.len() - 1, "/body/seals");
}

#[test]
fn s8_takes_the_seals_of_the_bill_where_the_loading_tells_of_none() {
    let sealed = |seal: &str| {
        let mut told = Told::default();
        told.event("GTIN", POL, json!({}));
        told.event("LOAD", POL, json!({}));
        told.wait(24);
        told.status("ISSUED", &json!({}));
        told.event("DISC", POD, json!({"seals": [{"number": seal}]}));
        told
    };
    sealed("QY1").good(Rule::S(8));
    sealed("QY9").bad(Rule::S(8), Severity::Warning, 3, "/body/seals");
}
