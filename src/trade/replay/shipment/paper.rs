//! Rules over one document alone: its containers (S2), its sums (S3), its parties (S10), its dates (S7, second half).

use crate::trade::payload::Object;
use crate::trade::replay::shipment::document::{Document, equipment_reference};
use crate::trade::replay::shipment::measure::{Kind, Quantity, Sum};
use crate::trade::rule::phrase::{OrEarlier, Same};
use crate::trade::rule::{Breach, Place, Rule, Severity, Sheet};
use crate::trade::said::Said;
use crate::trade::seen::{Seen, element_object};
use std::collections::HashMap;

const EQUIPMENT: &str = "/body/utilizedTransportEquipments";

/// A cargo item in its place.
struct Item<'a> {
    object: &'a Object,
    field: String,
    /// Which element of `consignmentItems` it stands in.
    consignment: usize,
}

/// Holds one document to the rules. What is written down is the same for drafts and shipping instructions.
pub(super) fn judge(document: &Document<'_>, sheet: &mut Sheet) {
    let (items, hidden) = items(document);
    listed(document, &items, hidden, sheet);
    sums(document, &items, hidden, sheet);
    parties(document, sheet);
    dates(document, sheet);
}

/// Whether a record of a document says what is in it, and not only what became of it.
pub(super) fn has_goods(body: &Object) -> bool {
    body.members.contains_key("consignmentItems") || body.members.contains_key("utilizedTransportEquipments")
}

/// Every cargo item shown, and whether others are withheld.
fn items<'a>(document: &Document<'a>) -> (Vec<Item<'a>>, bool) {
    let mut found = Vec::new();
    let consignments = match document.body.see_list("consignmentItems") {
        Seen::Shown(list) => list,
        Seen::Withheld => return (found, true),
        Seen::Absent => return (found, false),
    };
    let mut hidden = false;
    for (consignment, element) in consignments.iter().enumerate() {
        let goods = match element_object(element) {
            Seen::Shown(goods) => goods,
            Seen::Withheld => {
                hidden = true;
                continue;
            }
            Seen::Absent => continue,
        };
        let list = match goods.see_list("cargoItems") {
            Seen::Shown(list) => list,
            Seen::Withheld => {
                hidden = true;
                continue;
            }
            Seen::Absent => continue,
        };
        for (at, element) in list.iter().enumerate() {
            match element_object(element) {
                Seen::Shown(object) => {
                    let field = format!("/body/consignmentItems/{consignment}/cargoItems/{at}");
                    found.push(Item { object, field, consignment });
                }
                Seen::Withheld => hidden = true,
                Seen::Absent => {}
            }
        }
    }
    (found, hidden)
}

/// Rule S2.
fn listed(document: &Document<'_>, items: &[Item<'_>], hidden: bool, sheet: &mut Sheet) {
    const RULE: Rule = Rule::S(2);
    let listed = document.containers();
    let known: std::collections::HashSet<&str> = listed.references.iter().copied().collect();
    if hidden {
        sheet.lacks(RULE, document.lack("/body/consignmentItems", true));
    }
    for item in items {
        let field = format!("{}/equipmentReference", item.field);
        match item.object.see_text("equipmentReference") {
            Seen::Shown(reference) if known.contains(reference) => sheet.held(RULE),
            Seen::Shown(_) if listed.partial => sheet.lacks(RULE, document.lack(EQUIPMENT, true)),
            Seen::Shown(reference) => {
                let breach = Breach::new(
                    Severity::Error,
                    Place::new(document.record, field),
                    ("a container of utilizedTransportEquipments", "utilizedTransportEquipments 所列的箱"),
                    Same(reference),
                );
                sheet.broken(RULE, breach.against(Place::new(document.record, EQUIPMENT)));
            }
            Seen::Withheld => sheet.lacks(RULE, document.lack(&field, true)),
            // Goods that are in no container.
            Seen::Absent => {}
        }
    }
}

/// Rule S3: each total that the document states against what it is the total of.
fn sums(document: &Document<'_>, items: &[Item<'_>], hidden: bool, sheet: &mut Sheet) {
    const RULE: Rule = Rule::S(3);
    let mut stated = false;
    for kind in Kind::ALL {
        let mut whole = Sum::default();
        let mut by_consignment: HashMap<usize, Sum> = HashMap::new();
        let mut by_container: HashMap<&str, Sum> = HashMap::new();
        let mut unplaced = None;
        for item in items {
            let quantity = kind.of_item(item.object);
            whole.add(&quantity, &item.field);
            by_consignment.entry(item.consignment).or_default().add(&quantity, &item.field);
            match item.object.see_text("equipmentReference") {
                Seen::Shown(reference) => by_container.entry(reference).or_default().add(&quantity, &item.field),
                // It may be in any of them.
                Seen::Withheld => unplaced = Some(&item.field),
                Seen::Absent => {}
            }
        }
        if let Some(field) = unplaced {
            by_container.values_mut().for_each(|sum| sum.hide(field));
        }
        if hidden {
            whole.hide("/body/consignmentItems");
            by_consignment
                .values_mut()
                .chain(by_container.values_mut())
                .for_each(|sum| sum.hide("/body/consignmentItems"));
        }
        let total = |object: &Object, at: &str, sum: Option<&Sum>, sheet: &mut Sheet| {
            let (Seen::Shown(total), Some(sum)) = (kind.of_total(object), sum) else { return false };
            sum.judge(document, &total, &format!("{at}/{}", kind.total_name()), sheet);
            true
        };
        stated |= total(document.body, "/body", Some(&whole), sheet);
        for (at, goods) in elements(document.body, "consignmentItems") {
            let field = format!("/body/consignmentItems/{at}");
            stated |= total(goods, &field, by_consignment.get(&at), sheet);
        }
        for (at, used) in elements(document.body, "utilizedTransportEquipments") {
            let Seen::Shown(reference) = equipment_reference(used) else { continue };
            let sum = by_container.get(reference);
            let field = format!("{EQUIPMENT}/{at}");
            stated |= total(used, &field, sum, sheet);
            if let (Kind::Weight, Some(sum)) = (kind, sum) {
                stated |= verified_mass(document, used, &field, sum, sheet);
            }
        }
    }
    if !stated {
        let lack = match hidden {
            true => document.lack("/body/consignmentItems", true),
            false => {
                let withheld = document.body.see("cargoGrossWeight") == Seen::Withheld;
                document.lack("/body/cargoGrossWeight", withheld)
            }
        };
        sheet.lacks(RULE, lack);
    }
}

/// The verified gross mass of a container is not less than its cargo and its own weight (SOLAS VI/2).
fn verified_mass(document: &Document<'_>, used: &Object, field: &str, cargo: &Sum, sheet: &mut Sheet) -> bool {
    let Seen::Shown(mass) = used.see_object("verifiedGrossMass").and_then(Quantity::read_mass) else { return false };
    let tare = used.see_object("equipment").and_then(|equipment| Some(equipment.see_object("tareWeight")));
    let tare = match tare {
        Seen::Shown(Seen::Shown(tare)) => Quantity::read(tare),
        _ => None,
    };
    let Some(tare) = tare else {
        sheet.lacks(Rule::S(3), document.lack(&format!("{field}/equipment/tareWeight"), false));
        return true;
    };
    let mut least = cargo.clone();
    least.add(&Seen::Shown(tare), field);
    least.at_most(document, &mass, &format!("{field}/verifiedGrossMass"), sheet);
    true
}

fn elements<'a>(body: &'a Object, name: &str) -> impl Iterator<Item = (usize, &'a Object)> + use<'a> {
    let list = body.see_list(name).shown().unwrap_or_default();
    list.iter().enumerate().filter_map(|(at, element)| Some((at, element_object(element).shown()?)))
}

/// Rule S10: the parties of the document.
fn parties(document: &Document<'_>, sheet: &mut Sheet) {
    const RULE: Rule = Rule::S(10);
    const PARTIES: &str = "/body/documentParties";
    let to_order = match document.body.see_flag("isToOrder") {
        Seen::Shown(flag) => flag,
        hidden => return sheet.lacks(RULE, document.lack("/body/isToOrder", hidden == Seen::Withheld)),
    };
    let (consignee, endorsee) = (document.party("consignee"), document.party("endorsee"));
    let field = format!("{PARTIES}/endorsee");
    match (to_order, consignee, endorsee) {
        (false, _, Seen::Shown(party)) => {
            let party = party.said();
            let found = Said::new(format!("endorsee {}", party.en), format!("被背书人 {}", party.zh));
            let breach = Breach::new(
                Severity::Error,
                Place::new(document.record, field),
                ("no endorsee, since it is not to order", "非指示提单，不应有被背书人"),
                found,
            );
            sheet.broken(RULE, breach.against(Place::new(document.record, "/body/isToOrder")));
        }
        (true, Seen::Shown(consignee), Seen::Shown(endorsee)) => {
            let (one, other) = (consignee.said(), endorsee.said());
            let found = Said::new(
                format!("consignee {} and endorsee {}", one.en, other.en),
                format!("收货人 {} 与被背书人 {}", one.zh, other.zh),
            );
            let expected = ("consignee or endorsee", "收货人、被背书人二者之一");
            let breach = Breach::new(Severity::Error, Place::new(document.record, field), expected, found);
            sheet.broken(RULE, breach.against(Place::new(document.record, format!("{PARTIES}/consignee"))));
        }
        (false, _, Seen::Absent) | (true, Seen::Absent, _) | (true, _, Seen::Absent) => sheet.held(RULE),
        _ => sheet.lacks(RULE, document.lack(PARTIES, true)),
    }
}

/// Rule S7: shipped on board, and then issued.
fn dates(document: &Document<'_>, sheet: &mut Sheet) {
    const RULE: Rule = Rule::S(7);
    let flagged = document.body.see_flag("isShippedOnBoardType") == Seen::Shown(true);
    let on_board = match document.day("shippedOnBoardDate") {
        Seen::Shown(day) => day,
        Seen::Withheld => return sheet.lacks(RULE, document.lack("/body/shippedOnBoardDate", true)),
        Seen::Absent if flagged => {
            let place = Place::new(document.record, "/body/shippedOnBoardDate");
            let expected = ("the day it was shipped on board", "装船日期");
            return sheet.broken(RULE, Breach::new(Severity::Error, place, expected, ("none", "无")));
        }
        Seen::Absent => return,
    };
    match document.day("issueDate") {
        Seen::Shown(issued) => sheet.judge(RULE, on_board <= issued, || {
            let place = Place::new(document.record, "/body/shippedOnBoardDate");
            Breach::new(Severity::Error, place, OrEarlier(issued), on_board)
                .against(Place::new(document.record, "/body/issueDate"))
        }),
        hidden => sheet.lacks(RULE, document.lack("/body/issueDate", hidden == Seen::Withheld)),
    }
}
