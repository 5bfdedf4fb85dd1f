//! Title and the states of documents: S9, S10, S11, and S4 for bookings, shipping instructions and transport documents.

use crate::told::{BANK, BILL, CARRIER, CONSIGNEE, SHIPPER, Told, document, lacks, record, with};
use plimsoll::trade::replay::shipment::bill::Status;
use plimsoll::trade::rule::{Lack, Rule, Ruling, Severity};
use serde_json::json;

const S9: Rule = Rule::S(9);
const ACTOR: &str = "/actor/key";
const ACTION: &str = "/actionCode";

#[test]
fn s9_title_passes_from_possessor_to_possessor() {
    let mut told = Told::issued();
    told.title(SHIPPER, "TRANSFER", Some(BANK));
    told.title(BANK, "TRANSFER", Some(CONSIGNEE));
    told.good(S9);
    let bill = told.bill();
    assert_eq!((bill.transfers, bill.possessor.called().as_deref()), (2, Some(CONSIGNEE)));
    assert!(!bill.known_by_name, "every party is named with its key");
    let at = told.title(SHIPPER, "TRANSFER", Some(BANK));
    let breach = told.bad(S9, Severity::Error, at, ACTOR);
    assert_eq!(breach.expected, format!("the possessor, {CONSIGNEE}"));
    assert_eq!(breach.found, SHIPPER);
}

#[test]
fn s9_a_party_known_by_name_alone_is_noted() {
    let mut told = Told::issued();
    let recipient = json!({"partyName": CONSIGNEE.to_uppercase()});
    let record = told.title(SHIPPER, "TRANSFER", None::<&str>.or(Some(BANK)));
    let mut value = told.story.told[record].record.payload.to_value();
    value["recipient"] = recipient;
    told.story.told.pop();
    let at = told.story.add(&value, SHIPPER);
    let hash = told.story.told[at].hash;
    let sequence = told.story.told[at].record.sequence + 1;
    let body = json!({"transportDocumentReference": BILL});
    told.story.tell_after(
        CONSIGNEE,
        &format!("transport-document/{BILL}"),
        "title SIGN",
        &told.now(),
        None,
        body,
        sequence,
        Some(hash),
    );
    told.good(S9);
    assert!(told.bill().known_by_name);
}

#[test]
fn s9_issued_once_and_first_and_by_the_carrier() {
    let mut told = Told::issued();
    let at = told.title(CARRIER, "ISSUE", Some(BANK));
    assert_eq!(told.bad(S9, Severity::Error, at, ACTION).found, "another ISSUE");
    assert_eq!(told.bill().possessor.called().as_deref(), Some(SHIPPER), "it changes nothing");

    let mut told = Told::loaded(json!({}));
    told.wait(24);
    told.status("ISSUED", &json!({}));
    let at = told.title(SHIPPER, "TRANSFER", Some(BANK));
    assert_eq!(told.bad(S9, Severity::Error, at, ACTION).expected, "ISSUE before");

    let mut told = Told::loaded(json!({}));
    told.wait(24);
    told.status("ISSUED", &json!({}));
    let at = told.title(BANK, "ISSUE", Some(SHIPPER));
    assert_eq!(told.bad(S9, Severity::Error, at, ACTOR).expected, format!("the issuing carrier, {CARRIER}"));
}

#[test]
fn s9_the_document_is_signed_by_its_issuing_party() {
    let mut told = Told::loaded(json!({}));
    told.wait(24);
    let at = told.say(BANK, "transport-document ISSUED", None, document());
    let breach = told.bad(S9, Severity::Error, at, ACTOR);
    assert_eq!(
        (breach.expected.as_str(), breach.found.as_str()),
        ("the issuing carrier, Plover Maritime Services Ltd.", BANK)
    );

    let mut told = Told::issued();
    told.say(SHIPPER, "transport-document PENDING_SURRENDER_FOR_DELIVERY", None, json!({}));
    told.good(S9);
    let at = told.say(SHIPPER, "transport-document SURRENDERED_FOR_DELIVERY", None, json!({}));
    told.bad(S9, Severity::Error, at, ACTOR);
}

#[test]
fn s9_surrendered_to_the_carrier_who_accepts_or_rejects() {
    for accepted in ["SACC", "SURRENDERED"] {
        let mut told = Told::issued();
        told.title(SHIPPER, "TRANSFER", Some(CONSIGNEE));
        told.title(CONSIGNEE, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
        assert_eq!(told.bill().status, Some(Status::PendingSurrenderForDelivery));
        told.title(CARRIER, accepted, None);
        told.good(S9);
        assert_eq!((told.bill().surrendered, told.bill().status), (true, Some(Status::SurrenderedForDelivery)));
        let at = told.title(CARRIER, "TRANSFER", Some(BANK));
        told.bad(S9, Severity::Error, at, ACTION);
    }
    let mut told = Told::issued();
    told.title(SHIPPER, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
    told.title(CARRIER, "SREJ", None);
    told.title(SHIPPER, "TRANSFER", Some(BANK));
    told.good(S9);
    assert_eq!(told.bill().status, Some(Status::Issued), "possession returned");
}

#[test]
fn s9_a_surrender_goes_to_nobody_else_and_is_answered_by_nobody_else() {
    let mut told = Told::issued();
    let at = told.title(SHIPPER, "SURRENDER_FOR_DELIVERY", Some(BANK));
    told.bad(S9, Severity::Error, at, "/recipient");

    let mut told = Told::issued();
    told.title(SHIPPER, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
    let at = told.title(SHIPPER, "SACC", None);
    told.bad(S9, Severity::Error, at, ACTOR);

    let mut told = Told::issued();
    told.title(SHIPPER, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
    let at = told.title(SHIPPER, "TRANSFER", Some(BANK));
    assert_eq!(told.bad(S9, Severity::Error, at, ACTION).expected, "SACC or SREJ by the carrier");

    let mut told = Told::issued();
    let at = told.title(CARRIER, "SACC", None);
    told.bad(S9, Severity::Error, at, ACTION);
}

#[test]
fn s9_endorsed_by_the_endorsee_and_not_after_a_plain_endorsement() {
    let to_order_of = |party: &str| {
        let parties = json!({"issuingParty": {"partyName": CARRIER}, "endorsee": {"partyName": party}});
        Told::issued_with(&json!({ "documentParties": parties }))
    };
    let mut told = to_order_of(SHIPPER);
    told.title(SHIPPER, "ENDORSE_TO_ORDER", Some(BANK));
    told.title(SHIPPER, "TRANSFER", Some(BANK));
    told.title(BANK, "BLANK_ENDORSE", None);
    told.title(BANK, "TRANSFER", Some(CONSIGNEE));
    told.title(CONSIGNEE, "ENDORSE", Some(CONSIGNEE));
    told.good(S9);
    assert_eq!(told.bill().endorsee.called().as_deref(), Some(CONSIGNEE));
    let at = told.title(CONSIGNEE, "ENDORSE_TO_ORDER", Some(BANK));
    assert_eq!(told.bad(S9, Severity::Error, at, ACTION).expected, "no endorsement after ENDORSE");

    let mut told = to_order_of(BANK);
    let at = told.title(SHIPPER, "ENDORSE_TO_ORDER", Some(CONSIGNEE));
    assert_eq!(told.bad(S9, Severity::Error, at, ACTOR).expected, format!("the endorsee, {BANK}"));
}

#[test]
fn s10_a_bill_not_to_order_is_not_endorsed() {
    let parties = json!({"issuingParty": {"partyName": CARRIER}, "consignee": {"partyName": CONSIGNEE}});
    for action in ["ENDORSE", "ENDORSE_TO_ORDER", "BLANK_ENDORSE"] {
        let mut told = Told::issued_with(&json!({"isToOrder": false, "documentParties": parties}));
        told.good(Rule::S(10));
        let to = (action != "BLANK_ENDORSE").then_some(BANK);
        let at = told.title(SHIPPER, action, to);
        told.bad(Rule::S(10), Severity::Error, at, ACTION);
    }
}

#[test]
fn s9_without_the_document_or_the_recipient_is_not_checked() {
    let mut told = Told::default();
    told.title(CARRIER, "ISSUE", Some(SHIPPER));
    told.title(SHIPPER, "TRANSFER", Some(BANK));
    assert_eq!(told.lacks(S9), [record(&format!("ISSUED of {BILL}"))]);
    assert_eq!(told.bill().possessor.called().as_deref(), Some(BANK));
    let (shipment, sheet) = told.replay_of(&[1]);
    assert_eq!(lacks(&sheet, S9), [record(&format!("what went before TRANSFER of {BILL}"))]);
    assert_eq!(shipment.bills[0].possessor.called().as_deref(), Some(BANK), "as far as this record goes");
    assert!(!shipment.bills[0].whole);
}

/// Amended: the second version is issued and given to the shipper again.
fn amended() -> Told {
    let mut told = Told::issued_with(&json!({"transportDocumentSubReference": "v1"}));
    told.title(SHIPPER, "SURRENDER_FOR_AMENDMENT", Some(CARRIER));
    told.title(CARRIER, "SACC", None);
    told.status("SURRENDERED_FOR_AMENDMENT", &json!({"transportDocumentSubReference": "v1"}));
    told.status("VOIDED", &json!({"transportDocumentSubReference": "v1"}));
    told
}

#[test]
fn s11_a_void_version_has_one_live_successor() {
    let mut told = amended();
    assert!(matches!(&told.lacks(Rule::S(11))[0], Lack::Record { what } if what.contains("the version after")));
    told.status("ISSUED", &json!({"transportDocumentSubReference": "v2"}));
    told.title(CARRIER, "ISSUE", Some(SHIPPER));
    told.title(SHIPPER, "TRANSFER", Some(CONSIGNEE));
    told.good(Rule::S(11));
    let bill = told.bill();
    assert_eq!((bill.sub_reference.as_deref(), bill.status, bill.versions), (Some("v2"), Some(Status::Issued), 2));
    assert_eq!(bill.possessor.called().as_deref(), Some(CONSIGNEE));
    let at = told.status("ISSUED", &json!({"transportDocumentSubReference": "v3"}));
    told.bad(Rule::S(11), Severity::Error, at, "/body/transportDocumentSubReference");
}

#[test]
fn s11_the_successor_has_a_number_of_its_own_and_waits_for_the_surrender() {
    let mut told = amended();
    let at = told.status("ISSUED", &json!({}));
    told.bad(Rule::S(11), Severity::Error, at, "/body/transportDocumentSubReference");

    let mut told = Told::issued_with(&json!({"transportDocumentSubReference": "v1"}));
    told.status("DRAFT", &json!({"transportDocumentSubReference": "v2"}));
    told.status("APPROVED", &json!({"transportDocumentSubReference": "v2"}));
    told.good(Rule::S(9));
    assert_eq!(told.bill().sub_reference.as_deref(), Some("v1"), "drafts do not count");
    let at = told.status("ISSUED", &json!({"transportDocumentSubReference": "v2"}));
    told.bad(Rule::S(11), Severity::Error, at, "/body/transportDocumentSubReference");
}

#[test]
fn s11_one_bill_does_not_live_in_two_histories() {
    let mut told = Told::issued();
    let mut second = told.story.told[4].record.payload.to_value();
    second["subject"]["blinding"] = json!("AAEC");
    second["recordId"] = json!("other");
    second["body"] = with(document(), &json!({"shippedOnBoardDate": "2026-03-01"}));
    told.story.add(&second, CARRIER);
    let (_, sheet) = told.replay();
    let Ruling::Broken { breaches, .. } = sheet.ruling(Rule::S(11)) else { panic!("two live bills") };
    assert_eq!(breaches[0].places[0].record, "other");
}

#[test]
fn s4_a_document_goes_from_draft_to_surrender() {
    let mut told = Told::loaded(json!({}));
    told.wait(24);
    for status in ["DRAFT", "APPROVED", "ISSUED", "PENDING_SURRENDER_FOR_DELIVERY", "SURRENDERED_FOR_DELIVERY"] {
        told.status(status, &json!({}));
    }
    told.good(Rule::S(4));
    let at = told.status("PENDING_SURRENDER_FOR_AMENDMENT", &json!({}));
    told.bad(Rule::S(4), Severity::Error, at, ACTION);

    for (before, wrong) in [
        ("DRAFT", "ISSUED"),
        ("ISSUED", "APPROVED"),
        ("ISSUED", "VOIDED"),
        ("ISSUED", "SURRENDERED_FOR_DELIVERY"),
        ("ISSUED", "ISSUED"),
    ] {
        let mut told = Told::loaded(json!({}));
        told.wait(24);
        told.status(before, &json!({}));
        let at = told.status(wrong, &json!({}));
        told.bad(Rule::S(4), Severity::Error, at, ACTION);
    }
}

#[test]
fn s4_title_and_document_may_both_say_that_it_was_surrendered() {
    let mut told = Told::issued();
    told.title(SHIPPER, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
    told.status("PENDING_SURRENDER_FOR_DELIVERY", &json!({}));
    told.title(CARRIER, "SACC", None);
    told.status("SURRENDERED_FOR_DELIVERY", &json!({}));
    told.good(Rule::S(4));
    let at = told.status("SURRENDERED_FOR_DELIVERY", &json!({}));
    told.bad(Rule::S(4), Severity::Error, at, ACTION);
}

#[test]
fn s4_a_sea_waybill_is_amended_without_surrender() {
    let waybill = json!({"transportDocumentTypeCode": "SWB", "isToOrder": false, "transportDocumentSubReference": "1"});
    let mut told = Told::loaded(json!({}));
    told.wait(24);
    told.status("ISSUED", &waybill);
    told.status("VOIDED", &json!({"transportDocumentSubReference": "1"}));
    told.status("ISSUED", &with(waybill, &json!({"transportDocumentSubReference": "2"})));
    told.good(Rule::S(4));
}

#[test]
fn s4_bookings_follow_their_states() {
    for good in [
        &["RECEIVED", "PENDING_UPDATE", "UPDATE_RECEIVED", "CONFIRMED", "COMPLETED"][..],
        &["CONFIRMED", "PENDING_AMENDMENT", "AMENDMENT_RECEIVED", "AMENDMENT_CONFIRMED", "CANCELLED"],
        &["RECEIVED", "REJECTED"],
        &[
            "CONFIRMED",
            "AMENDMENT_RECEIVED",
            "AMENDMENT_DECLINED",
            "AMENDMENT_RECEIVED",
            "AMENDMENT_CANCELLED",
            "DECLINED",
        ],
    ] {
        let mut told = Told::default();
        for status in good {
            told.say(CARRIER, &format!("booking {status}"), None, json!({"carrierBookingReference": BILL}));
        }
        told.good(Rule::S(4));
        let booking = told.replay().0.bookings.remove(0);
        assert_eq!((booking.status, booking.reference.as_deref()), (*good.last().unwrap(), Some(BILL)));
    }
    for (before, wrong) in [
        (&["RECEIVED"][..], "COMPLETED"),
        (&["RECEIVED"], "AMENDMENT_CONFIRMED"),
        (&["CONFIRMED"], "REJECTED"),
        (&["CONFIRMED", "COMPLETED"], "CANCELLED"),
        (&[], "COMPLETED"),
    ] {
        let mut told = Told::default();
        for status in before.iter().chain([&wrong]) {
            told.say(CARRIER, &format!("booking {status}"), None, json!({"carrierBookingReference": BILL}));
        }
        told.bad(Rule::S(4), Severity::Error, before.len(), ACTION);
    }
}

#[test]
fn s4_shipping_instructions_follow_their_states() {
    let say = |told: &mut Told, number: &str, status: &str| {
        let body = json!({"shippingInstructionsReference": number});
        told.say(SHIPPER, &format!("shipping-instructions {status}"), None, body)
    };
    let mut told = Told::default();
    for status in ["RECEIVED", "PENDING_UPDATE", "UPDATE_RECEIVED", "UPDATE_CONFIRMED", "COMPLETED"] {
        say(&mut told, "SI-1", status);
    }
    say(&mut told, "SI-2", "RECEIVED");
    told.good(Rule::S(4));
    let found: Vec<_> = told.replay().0.instructions.iter().map(|own| own.status).collect();
    assert_eq!(found, ["COMPLETED", "RECEIVED"]);
    let at = say(&mut told, "SI-1", "CANCELLED");
    told.bad(Rule::S(4), Severity::Error, at, ACTION);
    let mut told = Told::default();
    say(&mut told, "SI-1", "RECEIVED");
    let at = say(&mut told, "SI-1", "UPDATE_CONFIRMED");
    told.bad(Rule::S(4), Severity::Error, at, ACTION);
}

#[test]
fn s4_what_is_signed_later_bears_no_earlier_time() {
    let mut told = Told::issued();
    told.wait(-2);
    let at = told.title(SHIPPER, "TRANSFER", Some(BANK));
    told.bad(Rule::S(4), Severity::Error, at, "/actionDateTime");
    let mut told = Told::issued();
    told.title(SHIPPER, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
    told.wait(-1);
    told.title(CARRIER, "SURRENDERED", None);
    told.good(Rule::S(4));
}
