//! Rule S12: goods leave only after a bill to order was taken back by the carrier, and after customs released them.
//!
//! A release that is told of later than the goods left breaks the rule. One that is told of nowhere breaks it where the records
//! would have to have it: the bill's history is there and goes on past that moment. Else it may be among records not given.

use crate::trade::replay::shipment::container::Trip;
use crate::trade::replay::shipment::document::Document;
use crate::trade::replay::shipment::event::Told;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::Seen;

const RULE: Rule = Rule::S(12);

/// The bill, as the rule sees it.
pub(super) struct Papers<'s, 'a> {
    pub(super) reference: &'s str,
    pub(super) document: Document<'a>,
    /// The record that took it back for delivery.
    pub(super) surrendered: Option<Told<'a>>,
    /// What customs said of the whole bill, as facts.
    pub(super) customs: &'s [Told<'a>],
    /// Up to when its history is there, whole, in milliseconds.
    pub(super) known_until: Option<i64>,
}

/// One container's leaving.
pub(super) fn container(papers: &Papers<'_, '_>, reference: &str, trip: &Trip<'_>, sheet: &mut Sheet) {
    let port = papers.document.port("portOfDischarge");
    let out = |told: &&Told<'_>| told.is(&["GTOT"]) && told.laden() != Some(false);
    let mut leaving = Vec::new();
    for told in trip.after_discharge().iter().filter(out).take(1) {
        match (told.un_location(), port) {
            (Seen::Shown(own), Seen::Shown(port)) if own != port => {}
            (Seen::Withheld, _) => {
                sheet.lacks(RULE, told.withheld("/body/eventLocation"));
            }
            (_, Seen::Withheld) => sheet.lacks(RULE, papers.document.lack("/body/transports/portOfDischarge", true)),
            _ => leaving.push(told),
        }
    }
    leaving.extend(trip.handed_over());
    if leaving.is_empty() {
        // Nothing has left yet that is told of.
        return sheet.lacks(RULE, Lack::Record { what: format!("GTOT of {reference}") });
    }
    let loaded = trip.told.iter().position(|told| told.is(&["LOAD"])).map_or(0, |at| at + 1);
    let released: Vec<&Told<'_>> =
        trip.told[loaded..].iter().chain(papers.customs).filter(|told| told.is(&["CUSR"])).collect();
    for told in leaving {
        let Some(at) = told.ms else {
            sheet.lacks(RULE, told.withheld("/body/eventDateTime"));
            continue;
        };
        surrendered(papers, told, at, sheet);
        customs(papers, reference, told, at, &released, trip.is_sure(), sheet);
    }
}

/// A delivery that the bill's own history tells of.
pub(super) fn delivery(papers: &Papers<'_, '_>, told: &Told<'_>, sheet: &mut Sheet) {
    match told.ms {
        Some(at) => surrendered(papers, told, at, sheet),
        None => sheet.lacks(RULE, told.withheld("/body/eventDateTime")),
    }
}

fn surrendered(papers: &Papers<'_, '_>, told: &Told<'_>, at: i64, sheet: &mut Sheet) {
    let body = papers.document.body;
    if body.text("transportDocumentTypeCode") == Some("SWB") {
        return;
    }
    match body.see_flag("isToOrder") {
        Seen::Shown(true) => {}
        // It is delivered to its consignee.
        Seen::Shown(false) => return,
        hidden => return sheet.lacks(RULE, papers.document.lack("/body/isToOrder", hidden == Seen::Withheld)),
    }
    let lack = || Lack::Record { what: format!("SACC of {}", papers.reference) };
    let breach = |found: Said| {
        let expected = ("after the carrier took the bill back", "承运人收回提单之后");
        Breach::new(Severity::Error, told.at("/body/eventDateTime"), expected, found)
    };
    match papers.surrendered {
        Some(accepted) if accepted.record.action_time_ms <= at => sheet.held(RULE),
        Some(accepted) => {
            let found = too_early(&told.moment().written, &accepted.record.action_date_time);
            sheet.broken(RULE, breach(found).against(accepted.at("/actionDateTime")));
        }
        None if papers.known_until.is_some_and(|until| until >= at) => {
            let place = Place::new(papers.document.record, "/body/isToOrder");
            sheet.broken(RULE, breach(Said::new("no surrender accepted", "未见承运人接受交回")).against(place));
        }
        None => sheet.lacks(RULE, lack()),
    }
}

fn too_early(at: &str, than: &str) -> Said {
    both!("{at}, before {than}", "{at}，早于 {than}")
}

fn customs(
    papers: &Papers<'_, '_>,
    reference: &str,
    told: &Told<'_>,
    at: i64,
    released: &[&Told<'_>],
    sure: bool,
    sheet: &mut Sheet,
) {
    let breach = |found: Said| {
        let expected = ("after customs released it", "海关放行之后");
        Breach::new(Severity::Error, told.at("/body/eventDateTime"), expected, found)
    };
    if released.iter().any(|release| release.ms.is_some_and(|ms| ms <= at)) {
        return sheet.held(RULE);
    }
    if let Some(release) = released.iter().find(|release| release.ms.is_none()) {
        return sheet.lacks(RULE, release.withheld("/body/eventDateTime"));
    }
    match released.first() {
        Some(release) => {
            let found = too_early(&told.moment().written, &release.moment().written);
            sheet.broken(RULE, breach(found).against(release.at("/body/eventDateTime")));
        }
        None if sure && papers.known_until.is_some_and(|until| until >= at) => {
            sheet.broken(RULE, breach(Said::new("no release by customs", "未见海关放行")));
        }
        None => sheet.lacks(RULE, Lack::Record { what: format!("CUSR of {reference}") }),
    }
}
