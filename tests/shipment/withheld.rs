//! What is withheld is not checked, and never passed: one field at a time is taken out of the good story.

use crate::told::{Told, lacks};
use plimsoll::trade::rule::{Lack, Rule, Ruling};

/// The place of the record of an action in the good story.
fn place(told: &Told, action: &str) -> usize {
    told.story.told.iter().position(|told| told.record.action.code == action).expect("it is in the story")
}

#[test]
fn each_rule_says_which_withheld_field_it_lacks() {
    // What is withheld, and the rules that then are not checked.
    let cases: [(&str, &str, &[u8]); 15] = [
        ("ISSUED", "/body/consignmentItems", &[2, 3]),
        ("ISSUED", "/body/consignmentItems/0/cargoItems/0", &[2, 3]),
        ("ISSUED", "/body/consignmentItems/0/cargoItems/0/equipmentReference", &[2]),
        ("ISSUED", "/body/consignmentItems/0/cargoItems/0/cargoGrossWeight", &[3]),
        ("LOAD", "/body/eventClassifierCode", &[4]),
        ("LOAD", "/body/eventDateTime", &[4, 7, 15]),
        ("LOAD", "/body/eventLocation", &[5]),
        ("ISSUED", "/body/transports", &[5, 6]),
        ("ISSUED", "/body/transports/portOfDischarge", &[5]),
        ("LOAD", "/body/carrierExportVoyageNumber", &[6]),
        ("ISSUED", "/body/issueDate", &[7]),
        ("DISC", "/body/seals", &[8]),
        ("ISSUED", "/body/isToOrder", &[10, 12]),
        ("ISSUED", "/body/utilizedTransportEquipments", &[2, 5, 7, 12]),
        ("GTOT", "/body/emptyIndicatorCode", &[15]),
    ];
    for (action, field, rules) in cases {
        let mut told = Told::whole();
        let at = place(&told, action);
        told.hide(at, field);
        let (_, sheet) = told.replay();
        for (rule, ruling) in sheet.rulings() {
            assert_eq!(ruling.severity(), None, "{action} {field}: {} {ruling:?}", rule.code());
        }
        let record = &told.story.told[at].record.record_id;
        for &rule in rules {
            let lacks = lacks(&sheet, Rule::S(rule));
            let named = |lack: &Lack| match lack {
                Lack::Withheld { record: in_it, .. } => in_it == record,
                _ => false,
            };
            assert!(lacks.iter().any(named), "{action} {field}: S{rule} {lacks:?}");
        }
    }
}

#[test]
fn s9_who_possesses_it_is_not_known_where_the_recipient_is_withheld() {
    let mut told = Told::whole();
    let at = place(&told, "TRANSFER");
    told.hide(at, "/recipient");
    let record = told.story.told[at].record.record_id.clone();
    assert_eq!(told.lacks(Rule::S(9)), [Lack::Withheld { record, field: "/recipient".into() }]);
    let mut told = Told::whole();
    let at = place(&told, "SURRENDER_FOR_DELIVERY");
    told.hide(at, "/recipient");
    let record = told.story.told[at].record.record_id.clone();
    assert_eq!(told.lacks(Rule::S(9)), [Lack::Withheld { record, field: "/recipient".into() }]);
}

#[test]
fn s9_a_key_that_nobody_is_registered_for_is_not_somebody_else() {
    let mut told = Told::whole();
    let at = place(&told, "TRANSFER");
    // The bill was given to somebody by name; the key that signed the transfer is registered for nobody.
    let issue = place(&told, "ISSUE");
    told.hide(issue, "/recipient/key");
    told.story.told[at].signer = plimsoll::trade::party::Party::default();
    assert!(matches!(&told.lacks(Rule::S(9))[..], [Lack::Record { what }] if what.starts_with("whose key signed")));
}

#[test]
fn what_is_withheld_of_a_retraction_takes_nothing_back() {
    let mut told = Told::issued();
    told.event("DISC", crate::told::POD, serde_json::json!({"eventID": "e-1"}));
    let at = told.event("DISC", crate::told::POD, serde_json::json!({"eventID": "e-2", "retractedEventID": "e-1"}));
    told.hide(at - 1, "/body/eventID");
    let (shipment, sheet) = told.replay();
    assert!(matches!(sheet.ruling(Rule::S(13)), Ruling::NotChecked { .. }), "{:?}", sheet.ruling(Rule::S(13)));
    assert!(shipment.containers[0].timeline.facts.iter().all(|row| !row.is_retracted()));
}
