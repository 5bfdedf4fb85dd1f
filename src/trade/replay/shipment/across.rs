//! Bills and containers brought together: which trip of a container goes under which bill, and then the rules across both.

use crate::trade::replay::shipment::bill::Bill;
use crate::trade::replay::shipment::container::{Life, Phase, Trip};
use crate::trade::replay::shipment::event::{Told, Vessel};
use crate::trade::replay::shipment::records::Papers;
use crate::trade::replay::shipment::{Shipment, release, route, seals};
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::both;
use crate::trade::seen::Seen;
use std::collections::HashMap;

/// Most bills that one container's events are held against.
const MAX_BILLS: usize = 16;
/// Most departures and arrivals of one bill that are held against its containers.
const MAX_CALLS: usize = 64;
/// Rules that a container without a bill, or a bill without its containers, leaves unchecked.
const ACROSS: [Rule; 3] = [Rule::S(5), Rule::S(6), Rule::S(12)];

/// Holds everything to the rules across records.
pub(super) fn judge<'a>(
    shipment: &mut Shipment,
    papers: &[Papers<'a>],
    lives: &mut [Life<'a>],
    place: &HashMap<String, usize>,
    sheet: &mut Sheet,
) {
    singular(&shipment.bills, sheet);
    let mut sealed: Vec<bool> = lives.iter().map(|_| false).collect();
    for own in papers {
        let bill = &shipment.bills[own.bill];
        for reference in &bill.containers {
            let Some(&at) = place.get(reference) else { continue };
            lives[at].container.bills.push(own.bill);
        }
        let delivered = one_bill(own, bill, lives, place, &mut sealed, sheet);
        shipment.bills[own.bill].delivered |= delivered;
    }
    for (life, sealed) in lives.iter().zip(sealed) {
        if life.container.bills.is_empty() {
            let reference = &life.container.reference;
            for rule in ACROSS {
                sheet.lacks(rule, Lack::Record { what: format!("bill of lading of {reference}") });
            }
        }
        for trip in life.trips.iter().filter(|_| !sealed) {
            seals::judge(&life.container.reference, trip, None, sheet);
        }
    }
}

/// Says whether all its containers were delivered.
fn one_bill<'a>(
    own: &Papers<'a>,
    bill: &Bill,
    lives: &mut [Life<'a>],
    place: &HashMap<String, usize>,
    sealed: &mut [bool],
    sheet: &mut Sheet,
) -> bool {
    let Some(document) = own.document else {
        // A booking alone speaks of no goods yet.
        if bill.status.is_some() || !own.calls.is_empty() {
            for rule in [Rule::S(5), Rule::S(6), Rule::S(7), Rule::S(12)] {
                sheet.lacks(rule, Lack::Record { what: format!("ISSUED of {}", bill.reference) });
            }
        }
        return false;
    };
    let calls = &own.calls[..own.calls.len().min(MAX_CALLS)];
    let shipped = route::Shipped { document, calls, declared: &own.declared };
    let papers = release::Papers {
        reference: &bill.reference,
        document,
        surrendered: own.surrendered,
        customs: &own.customs[..own.customs.len().min(MAX_CALLS)],
        known_until: own.known_until,
    };
    route::departures(&shipped, sheet);
    for told in own.deliveries.iter().filter(|told| told.is(&["RECEIVING", "ACCEPTING"])).take(1) {
        release::delivery(&papers, told, sheet);
    }
    if document.containers().partial {
        for rule in [Rule::S(5), Rule::S(6), Rule::S(7), Rule::S(12)] {
            sheet.lacks(rule, document.lack("/body/utilizedTransportEquipments", true));
        }
    }
    let mut found: Vec<(&str, Option<(usize, usize)>)> = Vec::with_capacity(bill.containers.len());
    for reference in &bill.containers {
        let life = place.get(reference).copied().filter(|&at| lives[at].container.bills.len() <= MAX_BILLS);
        let trip = life.and_then(|at| Some((at, trip_of(&lives[at], own, bill)?)));
        found.push((reference, trip));
        let Some((at, number)) = trip else {
            for rule in ACROSS {
                sheet.lacks(rule, Lack::Record { what: format!("LOAD of {reference}") });
            }
            continue;
        };
        let trip = &lives[at].trips[number];
        route::places(&shipped, reference, trip, sheet);
        route::vessels(&shipped, reference, trip, sheet);
        route::sailings(&shipped, trip, sheet);
        release::container(&papers, reference, trip, sheet);
        if !std::mem::replace(&mut sealed[at], true) {
            let field = Place::new(document.record, "/body/utilizedTransportEquipments");
            for (other, trip) in lives[at].trips.iter().enumerate() {
                let listed = document.seals(reference).filter(|_| other == number);
                seals::judge(reference, trip, listed.map(|seals| (seals, field.clone())), sheet);
            }
        }
    }
    let trips: Vec<(&str, Option<&Trip<'_>>)> =
        found.iter().map(|&(reference, trip)| (reference, trip.map(|(at, number)| &lives[at].trips[number]))).collect();
    route::on_board(&shipped, &trips, sheet);
    let delivered =
        !trips.is_empty() && trips.iter().all(|(_, trip)| trip.is_some_and(|trip| trip.handed_over().is_some()));
    for (at, number) in found.into_iter().filter_map(|(_, trip)| trip) {
        if number + 1 == lives[at].trips.len() {
            afloat(&mut lives[at], calls);
        }
    }
    delivered
}

/// The trip of a container that goes under a bill: the one whose events name the bill or its booking, else its vessel and
/// voyage, else the only one there is, unless that names another bill.
fn trip_of(life: &Life<'_>, own: &Papers<'_>, bill: &Bill) -> Option<usize> {
    let names = |told: &Told<'_>| {
        told.record.subject == bill.asset
            || told.body().text("transportDocumentReference") == Some(&bill.reference)
            || own.booking.is_some() && told.body().text("carrierBookingReference") == own.booking.as_deref()
    };
    let by_name = life.trips.iter().rposition(|trip| trip.told.iter().any(names));
    let on_vessel = |trip: &Trip<'_>| {
        let mut loads = trip.all(&["LOAD"]).map(Told::vessel);
        loads.any(|vessel| bill.vessels.iter().any(|named| same_sailing(&vessel, named)))
    };
    by_name.or_else(|| life.trips.iter().rposition(on_vessel)).or_else(|| {
        let other = |told: &Told<'_>| matches!(told.body().see_text("transportDocumentReference"), Seen::Shown(other) if other != bill.reference);
        (life.trips.len() == 1 && !life.trips[0].told.iter().any(other)).then_some(0)
    })
}

fn same_sailing(own: &Vessel, its: &Vessel) -> bool {
    own.same_vessel(its) == Some(true) && own.same_voyage(its) == Some(true)
}

/// A container on board shares its vessel's last departure or arrival.
fn afloat(life: &mut Life<'_>, calls: &[Told<'_>]) {
    let own = &mut life.container;
    if own.phase != Some(Phase::OnBoard) {
        return;
    }
    let since = own.since.as_ref().map(|since| since.ms);
    let vessel = own.vessel.clone().unwrap_or_default();
    let moved = calls.iter().filter(|call| {
        call.is(&["DEPA", "ARRI"]) && call.ms >= since && call.vessel().same_vessel(&vessel) == Some(true)
    });
    if let Some(call) = moved.max_by_key(|call| call.ms) {
        own.phase = Some(if call.is(&["DEPA"]) { Phase::Sailing } else { Phase::Arrived });
        own.since = Some(call.moment());
        let location = call.location();
        if !location.is_unknown() {
            own.location = location;
        }
    }
}

/// Rule S11 across histories: one number, one live document. The same number of another carrier is another document.
fn singular(bills: &[Bill], sheet: &mut Sheet) {
    let mut live: HashMap<&str, &Bill> = HashMap::new();
    for bill in bills.iter().filter(|bill| bill.status.is_some_and(super::bill::Status::is_live)) {
        let Some(first) = live.insert(&bill.reference, bill) else { continue };
        let record = |bill: &Bill| {
            let issued = bill.timeline.facts.iter().rev().find(|row| row.action == "ISSUED" || row.action == "ISSUE");
            issued.map_or_else(|| bill.asset.reference.clone(), |row| row.record.clone())
        };
        if first.carrier.compare(&bill.carrier) == crate::trade::replay::identity::Comparison::Different {
            continue;
        }
        let place = Place::new(record(bill), "/subject");
        let reference = &bill.reference;
        let expected = both!("one live document {reference}", "仅一份有效单证 {reference}");
        let found = ("another history with a live one", "另一历史中还有一份有效单证");
        let breach = Breach::new(Severity::Error, place, expected, found);
        sheet.broken(Rule::S(11), breach.against(Place::new(record(first), "/subject")));
    }
}
