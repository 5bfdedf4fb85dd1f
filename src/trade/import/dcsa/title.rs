//! Title to an electronic bill of lading: endorsement chains, issuance, surrender, and PINT's envelopes.

use super::document::transport;
use super::state::title_action;
use super::{TRANSPORT_DOCUMENT, WHO};
use crate::encoding::decode_base64url;
use crate::time::parse_rfc3339_ms;
use crate::trade::action::RecordType;
use crate::trade::import::error::{ImportError, Why};
use crate::trade::import::making::{Making, Untold};
use crate::trade::import::output::Output;
use crate::trade::import::source::{self, Part};
use serde_json::Value;

const REFERENCE: &str = "transportDocumentReference";
const SUB_REFERENCE: &str = "transportDocumentSubReference";

/// Endorsement chains, one for each version of a transport document: the earliest version first, and in each the chain's order.
pub(super) fn chains(out: &mut Output, parts: &[Part<'_>]) {
    let mut chains: Vec<(&Part<'_>, Vec<Part<'_>>)> =
        parts.iter().filter(|part| part.has("endorsementChain")).map(|part| (part, links(out, part))).collect();
    let begins = |links: &[Part<'_>]| links.first().and_then(moment).unwrap_or(i64::MAX);
    chains.sort_by_key(|(_, links)| begins(links));
    for (part, links) in chains {
        for (number, link) in (1..).zip(&links) {
            out.take(&link.at, endorsement(part, link, number));
        }
    }
}

/// A request to surrender: the chain so far, then the request.
pub(super) fn surrender_request(out: &mut Output, part: &Part<'_>) {
    chains(out, std::slice::from_ref(part));
    let mut making = about(part);
    making.act(&title_action(part.text("surrenderRequestCode").unwrap_or_default()), part, "surrenderRequestCode");
    for name in ["surrenderRequestReference", "reasonCode", "comments"] {
        making.copy(part, name);
    }
    if let (Some(reference), Some(request)) = (part.text(REFERENCE), part.text("surrenderRequestReference")) {
        making.id(&format!("{reference}-surrender-{request}"));
    }
    // The request itself is refused at its code: the chain stands on its own.
    let at = part.pointer("surrenderRequestCode");
    out.take(&at, Ok(making));
}

/// The carrier's answer to a surrender request.
pub(super) fn surrender_response(out: &mut Output, part: &Part<'_>) {
    let mut making = about(part);
    let action = match part.text("action").unwrap_or_default() {
        "SURR" => "SURRENDERED".to_owned(),
        other => title_action(other),
    };
    making.act(&action, part, "action");
    making.copy_all(part, &["action"]);
    let made = match part.has(REFERENCE) {
        true => Ok(making),
        false => Err("it answers a surrender request by number, and names no transport document".to_owned()),
    };
    out.take(&part.at, made);
}

/// A carrier's request to issue: the transport document, and its issue to the first holder.
pub(super) fn issuance_request(out: &mut Output, part: &Part<'_>) {
    for name in ["issuanceManifestSignedContent", "eBLVisualisationByCarrier"] {
        out.keep(&part.pointer(name), Why::Attached);
    }
    let Some(document) = part.part("document") else {
        return out.refuse(&part.at, "its document is not an object".to_owned());
    };
    out.take(&document.at, transport(&document, "", None));
    let mut making = about(&document);
    making.act_supplied("ISSUE");
    if let Some(first) = part.part("issueTo") {
        making.recipient(&first);
    }
    if let Some(carrier) = document.part("documentParties").and_then(|parties| parties.part("issuingParty")) {
        making.actor(&carrier, &WHO);
    }
    out.take(&part.pointer("issueTo"), Ok(making));
}

/// A platform's answer to an issuance request.
pub(super) fn issuance_response(out: &mut Output, part: &Part<'_>) {
    let reason = match part.text("issuanceResponseCode") {
        Some("ISSU") => "it says that the bill of lading was issued, and not to whom; its endorsement chain says that",
        Some("REFU" | "BREQ") => "the platform refused to issue: no title came about that a record could tell of",
        _ => "its issuanceResponseCode is none of ISSU, BREQ and REFU",
    };
    out.refuse(&part.at, reason.to_owned());
}

/// A PINT envelope: the transport document, and the transfers that the platforms signed, oldest first. Their signatures are
/// not checked here.
pub(super) fn envelope(out: &mut Output, part: &Part<'_>) {
    out.keep(&part.pointer("envelopeManifestSignedContent"), Why::Attached);
    let Some(document) = part.part("transportDocument") else {
        return out.refuse(&part.at, "it holds no transport document".to_owned());
    };
    out.take(&document.at, transport(&document, "", None));
    for (entry, (at, signed)) in (1..).zip(part.items("envelopeTransferChain")) {
        out.keep(&at, Why::Attached);
        let inside = format!("{at}#");
        match decoded(signed) {
            Err(reason) => out.refuse(&at, reason),
            Ok(payload) => {
                match Part::of(&payload, inside.as_str()) {
                    Some(payload) => transactions(out, &document, &payload, entry),
                    None => out.refuse(&at, "its signed content is not an object".to_owned()),
                }
                out.decoded(&inside, payload);
            }
        }
    }
}

/// The payload of a JWS in its compact form (RFC 7515 §3.1), its signature unchecked.
fn decoded(signed: &Value) -> Result<Value, Untold> {
    let mut parts = signed.as_str().unwrap_or_default().split('.');
    let (Some(_), Some(payload), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return Err("it is not a signed text (JWS)".to_owned());
    };
    let bytes = decode_base64url(payload).map_err(|error| format!("its signed content is not base64url: {error}"))?;
    source::read(&bytes).map_err(|error| match error {
        ImportError::Json(cause) => format!("its signed content is not JSON: {cause}"),
        other => format!("its signed content: {other}"),
    })
}

fn transactions(out: &mut Output, document: &Part<'_>, entry: &Part<'_>, number: usize) {
    for (index, (at, transaction)) in (1..).zip(entry.items("transactions")) {
        let Some(transaction) = Part::of(transaction, at.as_str()) else {
            out.refuse(&at, "a transaction is not an object".to_owned());
            continue;
        };
        let mut making = about(document);
        for name in ["transportDocumentChecksum", "eblPlatform"] {
            making.copy(entry, name);
        }
        making.act(&title_action(transaction.text("action").unwrap_or_default()), &transaction, "action");
        making.when_ms(&transaction, "timestamp");
        parties(&mut making, &transaction);
        for name in ["reason", "comments"] {
            making.copy(&transaction, name);
        }
        making.id(&format!("{}-{number}-{index}", document.text(REFERENCE).unwrap_or_default()));
        out.take(&at, Ok(making));
    }
}

/// A title record about the transport document that a part names.
fn about(part: &Part<'_>) -> Making {
    let mut making = Making::new(RecordType::Title);
    if let Some(reference) = part.text(REFERENCE) {
        making.about(TRANSPORT_DOCUMENT, reference, &part.pointer(REFERENCE));
    }
    for name in [REFERENCE, SUB_REFERENCE, "carrierSCACCode"] {
        making.copy(part, name);
    }
    making
}

fn parties(making: &mut Making, part: &Part<'_>) {
    if let Some(actor) = part.part("actor") {
        making.actor(&actor, &[]);
    }
    if let Some(recipient) = part.part("recipient") {
        making.recipient(&recipient);
    }
}

fn endorsement(part: &Part<'_>, link: &Part<'_>, number: usize) -> Result<Making, Untold> {
    let mut making = about(part);
    making.act(&title_action(link.text("actionCode").unwrap_or_default()), link, "actionCode");
    making.when(link, "actionDateTime");
    parties(&mut making, link);
    making.copy(link, "auditReference");
    let version = part.text(SUB_REFERENCE).map(|version| format!("-{version}")).unwrap_or_default();
    making.id(&format!("{}{version}-{number}", part.text(REFERENCE).unwrap_or_default()));
    match moment(link) {
        Some(_) => Ok(making),
        None => Err("it does not say when: its place in the chain is not known".to_owned()),
    }
}

fn moment(link: &Part<'_>) -> Option<i64> {
    parse_rfc3339_ms(link.text("actionDateTime")?).ok()
}

/// The links of a chain, oldest first. DCSA's endorsement chain API lists the newest first, and two links may be of the same
/// second; so the list's direction is found first, and the order of equal times follows it.
fn links<'a>(out: &mut Output, part: &Part<'a>) -> Vec<Part<'a>> {
    let mut links = Vec::new();
    for (at, link) in part.items("endorsementChain") {
        match Part::of(link, at.as_str()) {
            Some(link) => links.push(link),
            None => out.refuse(&at, "a link of the chain is not an object".to_owned()),
        }
    }
    if part.members.get("endorsementChain").is_some_and(|chain| !chain.is_array()) {
        out.refuse(&part.pointer("endorsementChain"), "the chain is not a list".to_owned());
    }
    if newest_first(&links) {
        links.reverse();
    }
    links.sort_by_key(|link| moment(link).unwrap_or(i64::MAX));
    links
}

fn newest_first(links: &[Part<'_>]) -> bool {
    let (Some(first), Some(last)) = (links.first(), links.last()) else { return false };
    let code = |link: &Part<'_>| title_action(link.text("actionCode").unwrap_or_default());
    let ends = |link: &Part<'_>| matches!(code(link).as_str(), "SURRENDERED" | "SACC" | "SREJ");
    match (moment(first), moment(last)) {
        (Some(first_time), Some(last_time)) if first_time != last_time => first_time > last_time,
        _ => links.len() > 1 && code(first) != "ISSUE" && (code(last) == "ISSUE" || (ends(first) && !ends(last))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn order(links: &[(&str, &str)]) -> Vec<String> {
        let links: Vec<Value> =
            links.iter().map(|(time, code)| json!({"actionDateTime": time, "actionCode": code})).collect();
        let chain = json!({ "endorsementChain": links });
        let found = super::links(&mut Output::default(), &Part::of(&chain, "").unwrap());
        found.iter().map(|link| link.text("actionCode").unwrap().to_owned()).collect()
    }

    #[test]
    fn links_come_out_oldest_first_whichever_way_they_are_listed() {
        let oldest = [
            ("2025-09-09T12:55:31Z", "ISSUE"),
            ("2025-09-12T17:23:12Z", "SURRENDER_FOR_DELIVERY"),
            ("2025-09-12T17:23:12Z", "SURRENDERED"),
        ];
        let mut newest = oldest;
        newest.reverse();
        let expected = ["ISSUE", "SURRENDER_FOR_DELIVERY", "SURRENDERED"];
        assert_eq!(order(&oldest), expected);
        assert_eq!(order(&newest), expected);
        assert_eq!(order(&oldest[1..]), expected[1..], "equal times, oldest first");
        assert_eq!(order(&newest[..2]), expected[1..], "equal times, newest first");
        assert_eq!(order(&[oldest[1], oldest[0], oldest[2]]), expected, "no order at all");
        assert_eq!(order(&[]), Vec::<String>::new());
    }
}
