//! A bill against what its containers and vessels did: rules S5, S6 and S7, and of S4 what runs across them.

use crate::trade::replay::shipment::container::Trip;
use crate::trade::replay::shipment::document::Document;
use crate::trade::replay::shipment::event::{Told, Vessel};
use crate::trade::rule::phrase::{OrEarlier, OrLater, Same, any_of};
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::{Day, Seen};

const PLACES: Rule = Rule::S(5);
const VESSELS: Rule = Rule::S(6);
const ON_BOARD: Rule = Rule::S(7);
const PLACE: &str = "/body/eventLocation/UNLocationCode";

/// A bill as the rules across records see it.
pub(super) struct Shipped<'s, 'a> {
    pub(super) document: Document<'a>,
    /// Its vessels' departures, arrivals and calls left out, as facts, in order.
    pub(super) calls: &'s [Told<'a>],
    /// Places its booking declares.
    pub(super) declared: &'s [String],
}

fn record(what: &str, reference: &str) -> Lack {
    Lack::Record { what: format!("{what} of {reference}") }
}

/// Rule S5 for one container.
pub(super) fn places(shipped: &Shipped<'_, '_>, reference: &str, trip: &Trip<'_>, sheet: &mut Sheet) {
    if !trip.is_sure() {
        return sheet.lacks(PLACES, record("what went before", reference));
    }
    let mut loads = trip.all(&["LOAD"]);
    match loads.next() {
        None => sheet.lacks(PLACES, record("LOAD", reference)),
        Some(first) => at_port(shipped, first, "portOfLoading", sheet),
    }
    for load in loads {
        let declared = load.body().see_flag("isTransshipmentMove") == Seen::Shown(true)
            || load.un_location().shown().is_some_and(|code| shipped.declared.iter().any(|known| known == code));
        match (declared, load.body().see_flag("isTransshipmentMove")) {
            (true, _) => sheet.held(PLACES),
            (false, Seen::Withheld) => sheet.lacks(PLACES, load.withheld("/body/isTransshipmentMove")),
            (false, _) => {
                let found = load.un_location().shown().map_or(Said::new("a place not told", "未载明地点"), Said::same);
                let expected = ("the port of loading, or a declared port of transshipment", "装货港，或已申报的中转港");
                sheet.broken(PLACES, Breach::new(Severity::Error, load.at(PLACE), expected, found));
            }
        }
    }
    let Some(last) = trip.all(&["DISC"]).next_back() else {
        return sheet.lacks(PLACES, record("DISC", reference));
    };
    let left = trip.told.iter().skip_while(|told| told.entry != last.entry).skip(1);
    let final_one = left.clone().any(|told| told.is(&["GTOT", "CUSR", "STRP", "DROP"]));
    let sails_on = left.clone().any(|told| told.is(&["LOAD"]))
        || last.body().see_flag("isTransshipmentMove") == Seen::Shown(true) && !final_one;
    match sails_on {
        true => sheet.lacks(PLACES, record("the last DISC", reference)),
        false => at_port(shipped, last, "portOfDischarge", sheet),
    }
}

/// Rule S5 at one end of the voyage.
fn at_port(shipped: &Shipped<'_, '_>, told: &Told<'_>, port: &str, sheet: &mut Sheet) {
    let field = format!("/body/transports/{port}/UNLocationCode");
    let expected = match shipped.document.port(port) {
        Seen::Shown(code) => code,
        hidden => return sheet.lacks(PLACES, shipped.document.lack(&field, hidden == Seen::Withheld)),
    };
    match told.un_location() {
        Seen::Shown(found) => sheet.judge(PLACES, found == expected, || {
            Breach::new(Severity::Error, told.at(PLACE), Same(expected), Same(found))
                .against(Place::new(shipped.document.record, &field))
        }),
        hidden => match hidden.or_lack(&told.record.record_id, PLACE) {
            Ok(_) => {}
            Err(lack) => sheet.lacks(PLACES, lack),
        },
    }
}

/// Rule S6 for one container.
pub(super) fn vessels(shipped: &Shipped<'_, '_>, reference: &str, trip: &Trip<'_>, sheet: &mut Sheet) {
    let named = match named_vessels(shipped, sheet) {
        Some(named) => named,
        None => return,
    };
    let mut loads = trip.all(&["LOAD"]);
    match loads.next() {
        None => sheet.lacks(VESSELS, record("LOAD", reference)),
        Some(first) => on_named(shipped, &named, first, sheet),
    }
    // A document that names one vessel names the one it begins on.
    if named.len() > 1 {
        loads.for_each(|load| on_named(shipped, &named, load, sheet));
    }
}

/// Rule S6 for the departures that a bill's history tells of.
pub(super) fn departures(shipped: &Shipped<'_, '_>, sheet: &mut Sheet) {
    let from = shipped.document.port("portOfLoading");
    let departs = |told: &&Told<'_>| told.is(&["DEPA"]) && told.un_location().shown() == from.shown();
    if let Some(departure) = shipped.calls.iter().find(departs)
        && let Some(named) = named_vessels(shipped, sheet)
    {
        on_named(shipped, &named, departure, sheet);
    }
}

fn named_vessels(shipped: &Shipped<'_, '_>, sheet: &mut Sheet) -> Option<Vec<Vessel>> {
    match shipped.document.vessels() {
        Seen::Shown(named) if !named.is_empty() => Some(named),
        hidden => {
            let withheld = hidden == Seen::Withheld;
            sheet.lacks(VESSELS, shipped.document.lack("/body/transports/vesselVoyages", withheld));
            None
        }
    }
}

fn on_named(shipped: &Shipped<'_, '_>, named: &[Vessel], told: &Told<'_>, sheet: &mut Sheet) {
    let own = told.vessel();
    let same = |vessel: &Vessel| match (own.same_vessel(vessel), own.same_voyage(vessel)) {
        (Some(false), _) | (_, Some(false)) => Some(false),
        (Some(true), Some(true)) => Some(true),
        // A part cannot be compared, but the other agrees.
        _ => None,
    };
    let compared: Vec<Option<bool>> = named.iter().map(same).collect();
    if compared.contains(&Some(true)) {
        return sheet.held(VESSELS);
    }
    if compared.contains(&None) {
        let (field, unknown) = match own.voyage.is_none() {
            true => ("carrierExportVoyageNumber", true),
            false => ("vesselName", own.name.is_none() && own.imo.is_none()),
        };
        return match unknown {
            true => {
                let seen = told.body().see(field);
                sheet.lacks(
                    VESSELS,
                    match seen {
                        Seen::Withheld => told.withheld(&format!("/body/{field}")),
                        _ => Lack::Field { record: told.record.record_id.clone(), field: format!("/body/{field}") },
                    },
                );
            }
            false => sheet.lacks(VESSELS, shipped.document.lack("/body/transports/vesselVoyages", false)),
        };
    }
    let named: Vec<Said> = named.iter().map(|vessel| Same(vessel).into()).collect();
    let breach = Breach::new(Severity::Warning, told.at("/body/vesselName"), any_of(&named), Same(own));
    sheet.broken(VESSELS, breach.against(Place::new(shipped.document.record, "/body/transports/vesselVoyages")));
}

/// Rule S7, its first half: the day that the last of its containers was loaded at the port of loading.
pub(super) fn on_board(shipped: &Shipped<'_, '_>, trips: &[(&str, Option<&Trip<'_>>)], sheet: &mut Sheet) {
    const FIELD: &str = "/body/shippedOnBoardDate";
    let document = &shipped.document;
    // That it is missing or withheld is told where the document is read.
    let Seen::Shown(stated) = document.day("shippedOnBoardDate") else { return };
    if document.body.see_flag("isShippedOnBoardType") == Seen::Shown(false) {
        return;
    }
    let mut latest: Option<(Day, bool, &Told<'_>)> = None;
    let mut lacks = false;
    for (reference, trip) in trips {
        let load = trip.filter(|trip| trip.is_sure()).and_then(|trip| trip.all(&["LOAD"]).next());
        match load.map(|load| (load, load.day())) {
            Some((load, Some((day, utc)))) => {
                if latest.is_none_or(|(known, _, _)| known < day) {
                    latest = Some((day, utc, load));
                }
            }
            Some((load, None)) => {
                lacks = true;
                sheet.lacks(ON_BOARD, load.withheld("/body/eventDateTime"));
            }
            None => {
                lacks = true;
                sheet.lacks(ON_BOARD, record("LOAD", reference));
            }
        }
    }
    let Some((day, utc, load)) = latest else { return };
    // Written in UTC, the day at the port may be the one before or after.
    let right = stated == day || utc && (stated.0 - day.0).abs() <= 1;
    // The last loading may be among those that are not there: too late a date is then no breach.
    if right || !lacks || stated < day {
        sheet.judge(ON_BOARD, right, || {
            let expected = both!("{day}, the day of LOAD", "{day}（LOAD 当日）");
            Breach::new(Severity::Error, Place::new(document.record, FIELD), expected, stated)
                .against(load.at("/body/eventDateTime"))
        });
    }
}

/// Rule S4 across a container and the vessel it is on: loaded before the vessel departs, discharged after it arrives, and
/// no sailing cancelled that it is on.
pub(super) fn sailings(shipped: &Shipped<'_, '_>, trip: &Trip<'_>, sheet: &mut Sheet) {
    for call in shipped.calls {
        let on_it = |told: &&Told<'_>| {
            told.vessel().same_vessel(&call.vessel()) == Some(true)
                && told.vessel().same_voyage(&call.vessel()) != Some(false)
                && told.un_location().shown() == call.un_location().shown()
                && told.un_location().shown().is_some()
        };
        let (moved, late) = match call.code() {
            "DEPA" => (trip.all(&["LOAD"]).find(on_it), false),
            "ARRI" => (trip.all(&["DISC"]).find(on_it), true),
            "OMIT" | "CANC" => (trip.all(&["LOAD"]).find(on_it), true),
            _ => continue,
        };
        let Some((moved, at, called)) = moved.and_then(|moved| Some((moved, moved.ms?, call.ms?))) else { continue };
        // Left out or cancelled, it was never loaded there; else it is loaded until the vessel leaves, and discharged after.
        let cancelled = call.is(&["OMIT", "CANC"]);
        let right = match (cancelled, late) {
            (true, _) => called < at,
            (false, true) => called <= at,
            (false, false) => at <= called,
        };
        sheet.judge(Rule::S(4), right, || {
            let at = moved.moment().written;
            let expected = match (cancelled, late) {
                (true, _) => both!("before {at}", "早于 {at}"),
                (false, true) => OrEarlier(at).into(),
                (false, false) => OrLater(at).into(),
            };
            Breach::new(Severity::Error, call.at("/body/eventDateTime"), expected, Same(call.moment().written))
                .against(moved.at("/body/eventDateTime"))
        });
    }
}
