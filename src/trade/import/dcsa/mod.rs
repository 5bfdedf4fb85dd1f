//! DCSA's JSON (dcsaorg/DCSA-OpenAPI): eBL 3.0 documents, notifications, issuance, surrender and endorsement chains, PINT 3.0
//! envelopes, track and trace 2.2, 2.3 and 3.0.

mod document;
mod event;
mod state;
mod title;

use super::output::Output;
use super::source::Part;
use super::{DocumentKind, Other};
use crate::trade::action::RecordType;
use crate::trade::payload::child;
use serde_json::Value;

/// Reads a document, or a list of them.
pub(super) fn read(out: &mut Output, root: &Value) -> Result<DocumentKind, Other> {
    match root {
        Value::Array(items) => list(out, items),
        _ => one(out, &Part::of(root, "").ok_or(Other::Unknown)?),
    }
}

fn list(out: &mut Output, items: &[Value]) -> Result<DocumentKind, Other> {
    let parts: Vec<Part<'_>> =
        items.iter().enumerate().filter_map(|(index, item)| Part::of(item, child("", index))).collect();
    if parts.iter().any(|part| part.has("endorsementChain")) {
        title::chains(out, &parts);
        refuse_rest(out, items, |part| part.has("endorsementChain"));
        return Ok(DocumentKind::EndorsementChain);
    }
    if parts.iter().any(event::is_event) {
        event::read(out, &parts);
        refuse_rest(out, items, event::is_event);
        return Ok(DocumentKind::TrackAndTrace);
    }
    let mut kind = None;
    let mut other = None;
    for part in &parts {
        match one(out, part) {
            Ok(found) => kind = kind.or(Some(found)),
            Err(Other::Known(what, reason)) => {
                out.refuse(&part.at, format!("this is {what}: {reason}"));
                other = other.or(Some(Other::Known(what, reason)));
            }
            Err(Other::Unknown) => out.refuse(&part.at, "it is none of the documents that can be imported".to_owned()),
        }
    }
    refuse_rest(out, items, |_| true);
    kind.ok_or(other.unwrap_or(Other::Unknown))
}

/// Refuses the items of a list that are not what the others are.
fn refuse_rest(out: &mut Output, items: &[Value], known: impl Fn(&Part<'_>) -> bool) {
    for (index, item) in items.iter().enumerate() {
        let at = child("", index);
        if !Part::of(item, at.as_str()).is_some_and(|part| known(&part)) {
            out.refuse(&at, "it is not what the rest of the list is".to_owned());
        }
    }
}

fn one(out: &mut Output, part: &Part<'_>) -> Result<DocumentKind, Other> {
    let has = |name: &str| part.has(name);
    if has("statusCode") && (has("httpMethod") || has("errors")) {
        let text = part.text("statusCodeText").unwrap_or_default();
        let code = part.members.get("statusCode").map(Value::to_string).unwrap_or_default();
        let what: String = format!("a DCSA error response ({code} {text})").chars().take(100).collect();
        return Err(Other::Known(what, "a server's answer is no document of the trade".to_owned()));
    }
    if has("responseCode") && has("lastEnvelopeTransferChainEntrySignedContentChecksum") {
        return Err(known("a PINT receipt of an envelope", "it names a checksum alone, and no transport document"));
    }
    if event::is_event(part) {
        event::read(out, std::slice::from_ref(part));
        return Ok(DocumentKind::TrackAndTrace);
    }
    if has("specversion") && has("data") {
        return document::notification(out, part).ok_or_else(|| {
            known("a DCSA notification", "it is about neither a transport document nor shipping instructions")
        });
    }
    if has("surrenderRequestCode") {
        title::surrender_request(out, part);
        return Ok(DocumentKind::Surrender);
    }
    if has("surrenderRequestReference") && has("action") {
        title::surrender_response(out, part);
        return Ok(DocumentKind::Surrender);
    }
    if has("endorsementChain") {
        title::chains(out, std::slice::from_ref(part));
        return Ok(DocumentKind::EndorsementChain);
    }
    if has("envelopeTransferChain") {
        title::envelope(out, part);
        return Ok(DocumentKind::EnvelopeTransfer);
    }
    if has("document") && has("issueTo") {
        title::issuance_request(out, part);
        return Ok(DocumentKind::Issuance);
    }
    if has("issuanceResponseCode") {
        title::issuance_response(out, part);
        return Ok(DocumentKind::Issuance);
    }
    if has("amendedTransportDocument") || has("transportDocumentStatus") || has("amendedTransportDocumentStatus") {
        document::transport_document(out, part);
        return Ok(DocumentKind::TransportDocument);
    }
    let instructions = has("shippingInstructionsStatus")
        || has("updatedShippingInstructionsStatus")
        || (has("transportDocumentTypeCode") && has("consignmentItems"));
    if instructions {
        document::shipping_instructions(out, part);
        return Ok(DocumentKind::ShippingInstructions);
    }
    if has("manifestTypeCode") {
        return Err(known("a DCSA advance manifest filing", "it is a part of shipping instructions, and names none"));
    }
    Err(Other::Unknown)
}

fn known(what: &str, reason: &str) -> Other {
    Other::Known(what.to_owned(), reason.to_owned())
}

/// The scheme of an asset that is a transport document, and of what leads to one.
const TRANSPORT_DOCUMENT: &str = "transport-document";
/// The members of a party that say who it is.
const WHO: [&str; 5] =
    ["partyName", "identifyingCodes", "carrierCode", "carrierCodeListProvider", "taxLegalReferences"];

/// The action of a status in the records of a type, in whichever of DCSA's spellings it is.
fn action_of(record_type: RecordType, status: &str) -> String {
    let state = state::in_words(status);
    match record_type.action(&state) {
        Some(action) => action.code.to_owned(),
        None => state,
    }
}
