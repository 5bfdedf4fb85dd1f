//! Bookings and shipping instructions: their states, as DCSA names them (BKG 2.0 `bookingStatus` and `amendedBookingStatus`,
//! EBL 3.0 `shippingInstructionsStatus` and `updatedShippingInstructionsStatus`). Rule S4.

use crate::trade::replay::shipment::event::{Moment, Told, see_un_location};
use crate::trade::rule::phrase::NothingAfter;
use crate::trade::rule::{Lack, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use crate::trade::seen::{Seen, element_object};
use std::collections::HashMap;

/// A booking.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Reference of the asset it is recorded under.
    pub asset: String,
    /// `carrierBookingReference`.
    pub reference: Option<String>,
    /// `bookingStatus`, or `amendedBookingStatus` while there is an amendment.
    pub status: &'static str,
    /// Since when.
    pub since: Moment,
    /// UN/LOCODE of the port of loading.
    pub port_of_loading: Option<String>,
    /// UN/LOCODE of the port of discharge.
    pub port_of_discharge: Option<String>,
    /// UN/LOCODEs of every place it names.
    pub places: Vec<String>,
}

/// Shipping instructions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Instructions {
    /// Reference of the asset they are recorded under.
    pub asset: String,
    /// `shippingInstructionsReference`.
    pub reference: Option<String>,
    /// `shippingInstructionsStatus`, or `updatedShippingInstructionsStatus`.
    pub status: &'static str,
    /// Since when.
    pub since: Moment,
}

/// States that may follow a booking's. A booking may be recorded from its confirmation on: the carrier's reference, which
/// names it, is given then.
fn booking_after(from: Option<&str>) -> &'static [&'static str] {
    match from {
        None => &["RECEIVED", "CONFIRMED"],
        Some("RECEIVED") => &["PENDING_UPDATE", "UPDATE_RECEIVED", "CONFIRMED", "REJECTED", "CANCELLED"],
        Some("PENDING_UPDATE") => &["PENDING_UPDATE", "UPDATE_RECEIVED", "REJECTED", "CANCELLED"],
        Some("UPDATE_RECEIVED") => &["PENDING_UPDATE", "UPDATE_RECEIVED", "CONFIRMED", "REJECTED", "CANCELLED"],
        Some("CONFIRMED" | "AMENDMENT_CONFIRMED") => {
            &["PENDING_AMENDMENT", "AMENDMENT_RECEIVED", "DECLINED", "CANCELLED", "COMPLETED"]
        }
        Some("PENDING_AMENDMENT") => &["PENDING_AMENDMENT", "AMENDMENT_RECEIVED", "CONFIRMED", "DECLINED", "CANCELLED"],
        Some("AMENDMENT_RECEIVED") => &[
            "AMENDMENT_CONFIRMED",
            "AMENDMENT_DECLINED",
            "AMENDMENT_CANCELLED",
            "PENDING_AMENDMENT",
            "DECLINED",
            "CANCELLED",
        ],
        Some("AMENDMENT_DECLINED" | "AMENDMENT_CANCELLED") => {
            &["PENDING_AMENDMENT", "AMENDMENT_RECEIVED", "CONFIRMED", "DECLINED", "CANCELLED", "COMPLETED"]
        }
        // REJECTED, DECLINED, CANCELLED and COMPLETED are its end.
        Some(_) => &[],
    }
}

fn instructions_after(from: Option<&str>) -> &'static [&'static str] {
    match from {
        None => &["RECEIVED"],
        Some("RECEIVED" | "UPDATE_CONFIRMED" | "UPDATE_DECLINED" | "UPDATE_CANCELLED") => {
            &["PENDING_UPDATE", "UPDATE_RECEIVED", "COMPLETED", "CANCELLED"]
        }
        Some("PENDING_UPDATE") => &["PENDING_UPDATE", "UPDATE_RECEIVED", "CANCELLED"],
        Some("UPDATE_RECEIVED") => {
            &["UPDATE_CONFIRMED", "UPDATE_DECLINED", "UPDATE_CANCELLED", "PENDING_UPDATE", "CANCELLED"]
        }
        Some(_) => &[],
    }
}

/// Holds a step to the states that may go before it.
fn follows(told: &Told<'_>, from: Option<&str>, allowed: &[&str], sheet: &mut Sheet) {
    if !told.sure {
        let what = format!("what went before {} of {}", told.code(), told.record.subject.reference);
        return sheet.lacks(Rule::S(4), Lack::Record { what });
    }
    told.judge(sheet, Rule::S(4), Severity::Error, "/actionCode", allowed.contains(&told.code()), || {
        let listed = allowed.join(", ");
        let expected = match (from, allowed.is_empty()) {
            (Some(from), true) => NothingAfter(from).into(),
            (Some(from), false) => both!("after {from}: {listed}", "{from} 之后须为：{listed}"),
            (None, _) => both!("at first: {listed}", "首先须为：{listed}"),
        };
        (expected, Said::same(told.code()))
    });
}

impl Booking {
    /// Does what a record of a booking says.
    pub(super) fn take(own: &mut Option<Self>, told: &Told<'_>, sheet: &mut Sheet) {
        let from = own.as_ref().map(|booking| booking.status);
        follows(told, from, booking_after(from), sheet);
        let booking = own.get_or_insert_with(|| Self {
            asset: told.record.subject.reference.clone(),
            reference: None,
            status: told.code(),
            since: told.moment(),
            port_of_loading: None,
            port_of_discharge: None,
            places: Vec::new(),
        });
        booking.status = told.code();
        booking.since = told.moment();
        if let Some(reference) = told.body().text("carrierBookingReference") {
            booking.reference = Some(reference.to_owned());
        }
        let Seen::Shown(list) = told.body().see_list("shipmentLocations") else { return };
        booking.places.clear();
        for place in list.iter().filter_map(|element| element_object(element).shown()) {
            let Seen::Shown(code) = see_un_location(place, "location") else { continue };
            booking.places.push(code.to_owned());
            match place.text("locationTypeCode") {
                Some("POL") => booking.port_of_loading = Some(code.to_owned()),
                Some("POD") => booking.port_of_discharge = Some(code.to_owned()),
                _ => {}
            }
        }
    }
}

/// The shipping instructions of one asset.
#[derive(Debug, Default)]
pub(super) struct Instructed {
    pub(super) all: Vec<Instructions>,
    by_reference: HashMap<String, usize>,
}

impl Instructed {
    /// Does what a record of shipping instructions says.
    pub(super) fn take(&mut self, told: &Told<'_>, sheet: &mut Sheet) {
        let reference = told.body().text("shippingInstructionsReference");
        let last = self.all.len().checked_sub(1);
        // Those without a number are the ones before; a number may be given after the first record.
        let place = match reference {
            Some(reference) => self
                .by_reference
                .get(reference)
                .copied()
                .or_else(|| last.filter(|&last| self.all[last].reference.is_none())),
            None => last,
        };
        let from = place.map(|place| self.all[place].status);
        follows(told, from, instructions_after(from), sheet);
        let place = place.unwrap_or_else(|| {
            let asset = told.record.subject.reference.clone();
            self.all.push(Instructions { asset, reference: None, status: told.code(), since: told.moment() });
            self.all.len() - 1
        });
        let own = &mut self.all[place];
        own.status = told.code();
        own.since = told.moment();
        if let Some(reference) = reference {
            own.reference = Some(reference.to_owned());
            self.by_reference.insert(reference.to_owned(), place);
        }
    }
}
