//! The rules of a shipment's life, one test each, good and bad.

#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "shipment/cargo.rs"]
mod cargo;
#[path = "shipment/moves.rs"]
mod moves;
#[path = "common/story.rs"]
mod story;
#[path = "shipment/telling.rs"]
mod telling;
#[path = "shipment/titles.rs"]
mod titles;
#[path = "shipment/told.rs"]
mod told;
#[path = "shipment/withheld.rs"]
mod withheld;

use plimsoll::trade::replay::shipment::answers::Clearance;
use plimsoll::trade::replay::shipment::bill::Status;
use plimsoll::trade::replay::shipment::container::Phase;
use plimsoll::trade::rule::Ruling;
use told::{BILL, BOX, CONSIGNEE, POD, Told};

#[test]
fn a_good_story_breaks_nothing_and_answers_everything() {
    let told = Told::whole();
    let (shipment, sheet) = told.replay();
    for (rule, ruling) in sheet.rulings() {
        assert!(matches!(ruling, Ruling::Held { .. }), "{}: {ruling:?}", rule.code());
    }
    let held: Vec<String> = sheet.rulings().map(|(rule, _)| rule.code()).collect();
    assert_eq!(held, ["S2", "S3", "S4", "S5", "S6", "S7", "S8", "S9", "S10", "S12", "S15", "S16"]);
    let (bill, container) = (&shipment.bills[0], &shipment.containers[0]);
    assert_eq!((bill.reference.as_str(), bill.status), (BILL, Some(Status::SurrenderedForDelivery)));
    assert_eq!((bill.whole, container.whole, bill.containers[0].as_str()), (true, true, BOX));
    assert_eq!((container.phase, container.delivered), (Some(Phase::EmptyReturned), true));
    let answers = shipment.of_container(container);
    assert_eq!(answers.location.un_location.as_deref(), Some(POD));
    assert_eq!((answers.surrendered, answers.customs), (Clearance::Done, Clearance::Done));
    assert_eq!(bill.possessor.called().as_deref(), Some(told::CARRIER), "it is the carrier's again");
    assert_eq!(container.timeline.facts.len(), 9);
    assert!(container.timeline.facts.iter().all(|row| row.actor_registered && row.time.written.ends_with("+08:00")));
    let of_bill = shipment.of_bill(bill);
    assert!(of_bill.delivered && of_bill.phase == container.phase);
    assert!(told.story.told.iter().any(|told| told.signer.name.as_deref() == Some(CONSIGNEE)));
}
