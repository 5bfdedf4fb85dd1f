//! Transport documents and shipping instructions: whole, amended, and as notifications tell of them.

use super::{TRANSPORT_DOCUMENT, WHO, action_of};
use crate::trade::action::RecordType;
use crate::trade::import::DocumentKind;
use crate::trade::import::error::Why;
use crate::trade::import::making::{Making, Untold};
use crate::trade::import::output::Output;
use crate::trade::import::source::Part;

const STATUS: &str = "transportDocumentStatus";
const AMENDED: &str = "amendedTransportDocumentStatus";
const SI_STATUS: &str = "shippingInstructionsStatus";
const SI_UPDATED: &str = "updatedShippingInstructionsStatus";

/// A transport document, or an amended one with its status around it.
pub(super) fn transport_document(out: &mut Output, part: &Part<'_>) {
    let made = match part.has(STATUS) {
        true => transport(part, "", None),
        false => transport(part, "amendedTransportDocument", None),
    };
    out.take(&part.at, made);
}

/// Shipping instructions.
pub(super) fn shipping_instructions(out: &mut Output, part: &Part<'_>) {
    out.take(&part.at, instructions(part, None));
}

/// A notification (CloudEvents 1.0): what happened to a document, with or without the document.
pub(super) fn notification(out: &mut Output, part: &Part<'_>) -> Option<DocumentKind> {
    let data = part.part("data")?;
    let names = |names: &[&str]| names.iter().any(|name| data.has(name));
    let (kind, made) = if names(&[STATUS, AMENDED, "transportDocument"]) {
        (DocumentKind::TransportDocument, transport(&data, "transportDocument", Some(part)))
    } else if names(&[SI_STATUS, SI_UPDATED, "shippingInstructions"]) {
        (DocumentKind::ShippingInstructions, instructions(&data, Some(part)))
    } else {
        return None;
    };
    for name in ["specversion", "id", "source", "type", "time", "datacontenttype", "subscriptionReference", "subject"] {
        out.keep(&part.pointer(name), Why::Carriage);
    }
    out.take(&part.at, made);
    Some(kind)
}

/// A transport document whose members stand in `part`, and in its member `inner` where there is one.
pub(super) fn transport(part: &Part<'_>, inner: &str, notification: Option<&Part<'_>>) -> Result<Making, Untold> {
    let mut making = Making::new(RecordType::TransportDocument);
    sent(&mut making, notification);
    let whole = part.part(inner);
    making.copy_all(part, &[inner, STATUS, AMENDED]);
    if let Some(whole) = &whole {
        making.copy_all(whole, &[STATUS, AMENDED]);
    }
    let places: Vec<&Part<'_>> = std::iter::once(part).chain(&whole).collect();
    status(&mut making, RecordType::TransportDocument, &places, [AMENDED, STATUS])?;
    let named = places.iter().find_map(|place| {
        Some((place.text("transportDocumentReference")?, place.pointer("transportDocumentReference")))
    });
    if let Some((reference, source)) = named {
        making.about(TRANSPORT_DOCUMENT, reference, &source);
    }
    let issuer = places.iter().find_map(|place| place.part("documentParties")?.part("issuingParty"));
    if let Some(issuer) = issuer {
        making.actor(&issuer, &WHO);
    }
    Ok(making)
}

fn instructions(part: &Part<'_>, notification: Option<&Part<'_>>) -> Result<Making, Untold> {
    const INNER: &str = "shippingInstructions";
    let mut making = Making::new(RecordType::ShippingInstructions);
    sent(&mut making, notification);
    let whole = part.part(INNER);
    making.copy_all(part, &[INNER, SI_STATUS, SI_UPDATED]);
    if let Some(whole) = &whole {
        making.copy_all(whole, &[SI_STATUS, SI_UPDATED]);
    }
    let places: Vec<&Part<'_>> = std::iter::once(part).chain(&whole).collect();
    if places.iter().any(|place| place.has(SI_STATUS) || place.has(SI_UPDATED)) {
        status(&mut making, RecordType::ShippingInstructions, &places, [SI_UPDATED, SI_STATUS])?;
    } else {
        // What a shipper sends has no status yet; only an update has the carrier's reference.
        let sent = if part.has("shippingInstructionsReference") { "UPDATE_RECEIVED" } else { "RECEIVED" };
        making.act_supplied(sent);
    }
    let named = |name: &str| places.iter().find_map(|place| Some((place.text(name)?, place.pointer(name))));
    let reference = ["transportDocumentReference", "shippingInstructionsReference"].into_iter().find_map(named);
    if let Some((reference, source)) = reference {
        making.about(TRANSPORT_DOCUMENT, reference, &source);
    } else if let Some((reference, source)) = booking(part) {
        making.about(TRANSPORT_DOCUMENT, &reference, &source);
    }
    Ok(making)
}

/// The booking that shipping instructions without a reference are for.
fn booking(part: &Part<'_>) -> Option<(String, String)> {
    const NAME: &str = "carrierBookingReference";
    let inside = || {
        part.items("consignmentItems").into_iter().find_map(|(at, item)| {
            let item = Part::of(item, at)?;
            Some((item.text(NAME)?.to_owned(), item.pointer(NAME)))
        })
    };
    part.text(NAME).map(|reference| (reference.to_owned(), part.pointer(NAME))).or_else(inside)
}

/// When a notification was sent, and its number.
fn sent(making: &mut Making, notification: Option<&Part<'_>>) {
    if let Some(notification) = notification {
        making.when(notification, "time");
        making.id_from(notification, "id");
    }
}

/// The action is the newer of two statuses; the other says what still holds, and stays in the body.
fn status(making: &mut Making, record_type: RecordType, places: &[&Part<'_>], names: [&str; 2]) -> Result<(), Untold> {
    let mut acted: Option<(&str, &str)> = None;
    for name in names {
        for place in places {
            let Some(text) = place.text(name) else { continue };
            match acted {
                Some((first, told)) if first == name && told != text => making.conflict(place, name, "/actionCode"),
                Some((first, _)) if first != name => making.copy(place, name),
                // The first, or the same told again.
                _ => {
                    making.act(&action_of(record_type, text), place, name);
                    acted = Some((name, text));
                }
            }
        }
    }
    acted.map(drop).ok_or_else(|| format!("it has no {}", names[1]))
}
