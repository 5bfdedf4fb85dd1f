//! Leaving, and how it is told: S12, S13, S15 and S16, forks, gaps and lone records.

use crate::told::{BILL, BOX, CARRIER, CONSIGNEE, CUSTOMS, POD, POL, SHIPPER, Told, hour, lacks, record, with};
use plimsoll::trade::replay::shipment::answers::Clearance;
use plimsoll::trade::replay::shipment::container::Phase;
use plimsoll::trade::rule::{Rule, Ruling, Severity};
use serde_json::json;

const WHEN: &str = "/body/eventDateTime";

#[test]
fn s12_goods_leave_after_the_surrender_and_the_release() {
    Told::whole().good(Rule::S(12));
    let mut told = Told::issued();
    told.discharged(json!({})).released();
    let at = told.event("GTOT", POD, json!({}));
    let (shipment, sheet) = told.replay();
    assert_eq!(lacks(&sheet, Rule::S(12)), [record(&format!("SACC of {BILL}"))], "it may stand in what is not given");
    assert_eq!(shipment.of_container(&shipment.containers[0]).surrendered, Clearance::Open);
    told.surrendered();
    let breach = told.bad(Rule::S(12), Severity::Error, at, WHEN);
    assert!(breach.places[1].field == "/actionDateTime" && breach.expected.contains("took the bill back"));

    let mut told = Told::issued();
    told.discharged(json!({})).released();
    let at = told.event("GTOT", POD, json!({}));
    told.title(SHIPPER, "TRANSFER", Some(CONSIGNEE));
    assert_eq!(told.bad(Rule::S(12), Severity::Error, at, WHEN).found, "no surrender accepted");
}

#[test]
fn s12_customs_release_them_first() {
    let mut told = Told::issued();
    told.discharged(json!({})).surrendered();
    let at = told.event("GTOT", POD, json!({}));
    assert_eq!(told.lacks(Rule::S(12)), [record(&format!("CUSR of {BOX}"))]);
    told.event_of(CUSTOMS, BOX, "CUSR", POD, json!({}));
    let breach = told.bad(Rule::S(12), Severity::Error, at, WHEN);
    assert_eq!(breach.expected, "after customs released it");
    let mut told = Told::issued();
    told.discharged(json!({})).surrendered();
    let at = told.event("GTOT", POD, json!({}));
    told.say(CARRIER, "booking CONFIRMED", None, json!({"carrierBookingReference": BILL}));
    assert_eq!(told.bad(Rule::S(12), Severity::Error, at, WHEN).found, "no release by customs");

    // What customs released for export is not released for import.
    let mut told = Told::default();
    told.event("GTIN", POL, json!({}));
    told.event_of(CUSTOMS, BOX, "CUSR", POL, json!({}));
    told.event("LOAD", POL, json!({"seals": [{"number": "QY1"}]}));
    told.wait(24);
    told.status("ISSUED", &json!({"isToOrder": false}));
    told.event("DISC", POD, json!({"seals": [{"number": "QY1"}]}));
    told.event("GTOT", POD, json!({}));
    assert_eq!(told.lacks(Rule::S(12)), [record(&format!("CUSR of {BOX}"))]);

    // Customs may release the whole bill in its own history.
    let mut told = Told::issued();
    told.discharged(json!({})).surrendered();
    let now = told.now();
    told.say(CUSTOMS, "customs CUSR", None, json!({"eventDateTime": now, "eventClassifierCode": "ACT"}));
    told.event("GTOT", POD, json!({}));
    told.good(Rule::S(12));
}

#[test]
fn s12_a_bill_not_to_order_is_delivered_without_surrender_and_a_receipt_counts_too() {
    let straight = json!({"isToOrder": false, "documentParties": {"consignee": {"partyName": CONSIGNEE}}});
    let mut told = Told::issued_with(&straight);
    told.discharged(json!({})).released().delivered();
    told.good(Rule::S(12));
    let mut told = Told::issued();
    told.discharged(json!({})).released();
    let at = hour(90);
    let at = told.say(CONSIGNEE, "delivery ACCEPTING", None, json!({"eventDateTime": at}));
    told.wait(48).surrendered();
    told.bad(Rule::S(12), Severity::Error, at, WHEN);
}

#[test]
fn s13_taken_back_by_its_own_publisher() {
    let retract = |who: &str, id: &str| {
        let mut told = Told::issued();
        told.event("DISC", POD, json!({"eventID": "e-1", "seals": [{"number": "QY1"}]}));
        let at = told.event_of(who, BOX, "DISC", POD, json!({"eventID": "e-2", "retractedEventID": id}));
        (told, at)
    };
    let (told, at) = retract(CARRIER, "e-1");
    told.good(Rule::S(13));
    let container = told.container();
    assert_eq!(container.phase, Some(Phase::OnBoard), "it leaves the state");
    let row = &container.timeline.facts[4];
    assert!(row.is_retracted() && row.action == "DISC", "and stays visible");
    assert_eq!(row.retracted_by.as_deref(), Some(told.story.told[at].record.record_id.as_str()));
    let (told, at) = retract(SHIPPER, "e-1");
    let breach = told.bad(Rule::S(13), Severity::Error, at, "/actor/key");
    assert_eq!((breach.expected.as_str(), breach.found.as_str()), (CARRIER, SHIPPER));
    assert_eq!(told.container().phase, Some(Phase::Discharged));
    let (told, at) = retract(CARRIER, "e-9");
    told.bad(Rule::S(13), Severity::Error, at, "/body/retractedEventID");
    let (mut told, _) = retract(CARRIER, "e-1");
    told.event("DISC", POD, json!({"retractedEventID": "e-2"}));
    assert_eq!(told.container().phase, Some(Phase::Discharged), "a retraction is taken back");
}

#[test]
fn s13_what_is_told_only_later_was_not_there_to_be_taken_back() {
    let mut told = Told::issued();
    let at = told.event("DISC", POD, json!({"retractedEventID": "e-1"}));
    told.event("DISC", POD, json!({"eventID": "e-1", "seals": [{"number": "QY1"}]}));
    let breach = told.bad(Rule::S(13), Severity::Error, at, "/body/retractedEventID");
    assert_eq!(breach.found, "told only later");
    assert_eq!(told.container().phase, Some(Phase::Discharged));
    // The same across histories, where only the time tells.
    let in_bill = |hours: i64| {
        let mut told = Told::issued();
        told.wait(48);
        let at = told.event("INSP", POD, json!({"retractedEventID": "e-1"}));
        told.wait(hours);
        told.call("DEPA", POL, json!({"eventID": "e-1"}));
        (told, at)
    };
    let (told, at) = in_bill(5);
    told.bad(Rule::S(13), Severity::Error, at, "/body/retractedEventID");
    in_bill(-5).0.good(Rule::S(13));
}

#[test]
fn s13_is_not_checked_where_the_event_may_be_missing() {
    let mut told = Told::issued();
    let at = told.event("DISC", POD, json!({"retractedEventID": "e-1"}));
    let (_, sheet) = told.replay_of(&[at]);
    assert_eq!(lacks(&sheet, Rule::S(13)), [record("event e-1")]);
}

#[test]
fn s15_an_event_is_told_once_and_always_the_same() {
    let numbered = |id: &str| json!({"eventID": id});
    let mut told = Told::default();
    told.event("GTIN", POL, numbered("e-1"));
    told.event("LOAD", POL, numbered("e-2"));
    told.good(Rule::S(15));
    let at = told.event("DISC", POD, numbered("e-2"));
    let breach = told.bad(Rule::S(15), Severity::Error, at, "/body/eventID");
    assert_eq!(breach.found, "the same number for another event");

    let mut told = Told::default();
    told.event("GTIN", POL, json!({}));
    told.event("AVDO", POL, json!({"eventDateTime": hour(1)}));
    let at = told.event("AVDO", POL, json!({"eventDateTime": hour(1)}));
    assert_eq!(told.bad(Rule::S(15), Severity::Error, at, "/body").found, "the same event again");

    let mut told = Told::default();
    told.event("GTIN", POL, json!({}));
    told.event("AVDO", POL, json!({"eventDateTime": hour(1), "eventID": "e-1"}));
    let at = told.event("AVDO", POL, json!({"eventDateTime": hour(1), "eventID": "e-1"}));
    assert_eq!(told.bad(Rule::S(15), Severity::Error, at, "/body/eventID").found, "the same event again");
}

#[test]
fn s15_what_one_telling_adds_makes_it_another_event() {
    for (code, changes) in [("AVPU", json!({})), ("AVDO", json!({"comments": "by truck"}))] {
        let mut told = Told::issued();
        let at = hour(40);
        told.event("DISC", POD, json!({"seals": [{"number": "QY1"}]}));
        let base = json!({"eventID": "e-1", "eventDateTime": at});
        told.event("AVDO", POD, base.clone());
        let body = with(told.story.told.last().unwrap().record.body.to_value(), &changes);
        let second = told.say(CARRIER, &format!("equipment-event {code}"), None, body);
        told.bad(Rule::S(15), Severity::Error, second, "/body/eventID");
    }
}

#[test]
fn s15_the_same_event_in_the_history_of_the_bill_is_one_event() {
    for id in [json!({}), json!({"eventID": "e-1"})] {
        let mut told = Told::issued();
        told.event("DISC", POD, with(json!({"seals": [{"number": "QY1"}]}), &id));
        let body = told.story.told.last().unwrap().record.body.to_value();
        told.wait(-1);
        told.say(CARRIER, "equipment-event DISC", None, with(body, &json!({"transportDocumentReference": BILL})));
        told.good(Rule::S(15));
        assert_eq!(told.container().timeline.facts.len(), 5);
    }
}

#[test]
fn s16_two_records_after_the_same_one_are_a_fork() {
    let mut told = Told::loaded(json!({}));
    told.good(Rule::S(16));
    let after = &told.story.told[2];
    let (sequence, hash) = (after.record.sequence + 1, after.hash);
    let body = told.story.told[3].record.body.to_value();
    let other = told.story.tell_after(
        CARRIER,
        &format!("equipment/{BOX}"),
        "equipment-event INSP",
        &told.now(),
        None,
        body,
        sequence,
        Some(hash),
    );
    told.bad(Rule::S(16), Severity::Error, other, "/previousRecordHash");
    let (shipment, _) = told.replay();
    assert_eq!((shipment.containers[0].phase, shipment.aside), (Some(Phase::OnBoard), vec![other]));
    let mut sheet = plimsoll::trade::rule::Sheet::default();
    let shipment = plimsoll::trade::replay::shipment::replay(&told.story.entries(), Some(other), &mut sheet);
    assert_eq!(shipment.containers[0].phase, Some(Phase::InTerminal), "the branch of the record in question");
}

#[test]
fn a_lone_record_tells_where_a_container_is_and_checks_nothing() {
    let told = Told::whole();
    let (shipment, sheet) = told.replay_of(&[3]);
    let container = &shipment.containers[0];
    assert_eq!((container.phase, container.whole), (Some(Phase::OnBoard), false));
    assert_eq!(container.location.un_location.as_deref(), Some(POL));
    for (rule, ruling) in sheet.rulings().filter(|(rule, _)| *rule != Rule::S(15)) {
        assert!(matches!(ruling, Ruling::NotChecked { .. }), "{}: {ruling:?}", rule.code());
    }
}

#[test]
fn of_two_trips_the_bill_has_its_own() {
    // The first trip went under another bill, from another port and under another seal.
    let first = |under: serde_json::Value| {
        let mut told = Told::default();
        for (code, place) in
            [("GTIN", "CNSHA"), ("LOAD", "CNSHA"), ("DISC", "DEHAM"), ("GTOT", "DEHAM"), ("GTIN", "DEPO")]
        {
            let changes = json!({"seals": [{"number": "X"}], "vesselName": "OTHER", "vesselIMONumber": "1"});
            told.event(code, place, with(changes, &under));
        }
        told
    };
    let then = |mut told: Told, under: serde_json::Value| {
        for (code, place) in [("GTOT", "DEPO"), ("STUF", "CLOC"), ("GTIN", POL), ("LOAD", POL), ("DISC", POD)] {
            let mut changes = under.clone();
            changes["seals"] = json!([{"number": "QY1"}]);
            told.event(code, place, changes);
        }
        told.wait(24);
        told.status("ISSUED", &json!({}));
        told
    };
    let other = json!({"transportDocumentReference": "ANOTHER"});
    let number = json!({"transportDocumentReference": BILL, "vesselName": null, "vesselIMONumber": null});
    then(first(other.clone()), number).good(Rule::S(5));
    // Without a number its vessel and voyage say it.
    then(first(json!({})), json!({})).good(Rule::S(5));
    // And a trip under another bill's number is no trip of this one.
    let mut told = first(other);
    told.wait(24);
    told.status("ISSUED", &json!({}));
    assert!(told.lacks(Rule::S(5)).contains(&record(&format!("LOAD of {BOX}"))));
    // The bill's customs and delivery count for its own trip alone.
    let container = told.container();
    assert_eq!((container.bills.len(), container.timeline.facts.len()), (1, 5));
}

#[test]
fn what_follows_a_gap_is_replayed_and_not_checked() {
    let told = Told::loaded(json!({}));
    let (shipment, sheet) = told.replay_of(&[0, 1, 3]);
    assert_eq!(shipment.containers[0].phase, Some(Phase::OnBoard));
    assert_eq!(lacks(&sheet, Rule::S(4)), [record(&format!("what went before LOAD of {BOX}"))]);
    assert!(!shipment.containers[0].timeline.facts[2].sure);
    // Of two records under one number after a gap none can be chosen: the first handed in stands, the other is set aside.
    let mut told = Told::loaded(json!({}));
    let last = &told.story.told[3];
    let (sequence, previous) = (last.record.sequence, last.record.previous_record_hash);
    let body = last.record.body.to_value();
    let asset = format!("equipment/{BOX}");
    told.story.tell_after(CARRIER, &asset, "equipment-event INSP", &hour(9), None, body, sequence, previous);
    let (shipment, _) = told.replay_of(&[0, 1, 3, 4]);
    assert_eq!((shipment.containers[0].phase, shipment.aside), (Some(Phase::OnBoard), vec![3]));
}
