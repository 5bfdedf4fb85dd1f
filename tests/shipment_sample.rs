//! The sample story's shipments, replayed: the good story breaks nothing, and what it does not tell is not checked.

#[path = "common/sample_story.rs"]
mod sample_story;
#[path = "common/story.rs"]
mod story;

use plimsoll::trade::replay::shipment;
use plimsoll::trade::replay::shipment::answers::Clearance;
use plimsoll::trade::replay::shipment::bill::Status;
use plimsoll::trade::replay::shipment::container::Phase;
use plimsoll::trade::rule::{Rule, Ruling, Sheet};
use sample_story::told;

#[test]
fn the_sample_story_breaks_no_rule_of_shipments() {
    let story = told();
    let mut sheet = Sheet::default();
    let shipment = shipment::replay(&story.entries(), None, &mut sheet);
    for (rule, ruling) in sheet.rulings() {
        assert_eq!(ruling.severity(), None, "{}: {ruling:?}", rule.code());
    }
    for held in [2, 4, 5, 6, 7, 9, 10, 15, 16] {
        let ruling = sheet.ruling(Rule::S(held));
        assert!(matches!(ruling, Ruling::Held { .. }), "S{held}: {ruling:?}");
    }
    assert_eq!((shipment.bills.len(), shipment.containers.len(), shipment.aside.len()), (2, 3, 0));
    let (first, second) = (&shipment.bills[0], &shipment.bills[1]);
    assert_eq!((first.surrendered, first.delivered, first.transfers), (true, true, 1));
    assert_eq!(second.status, Some(Status::PendingSurrenderForDelivery));
    let consignee = Some("Van der Meulen Waterbouw B.V.".to_owned());
    assert_eq!(second.surrendering.as_ref().and_then(|who| who.called()), consignee);
    assert!(second.known_by_name, "the story names its parties by name alone");
    let delivered = shipment.of_bill(first);
    assert_eq!((delivered.customs, delivered.delivered), (Clearance::Done, true));
    assert_eq!(shipment.of_bill(second).phase, Some(Phase::Discharged));
}
