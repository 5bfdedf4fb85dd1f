//! Transport units that EPCIS events name: containers, logistic units, returnable and other assets.

use crate::trade::identifiers::gs1_digit;

/// What an object of an event is, when it is a unit that is moved as one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Unit {
    /// Its reference: a container's number (ISO 6346), an SSCC of 18 digits, or else the object's own text.
    pub reference: String,
    /// Whether it is a container.
    pub is_container: bool,
}

/// The unit that an EPC names (EPC Tag Data Standard 2.0 URNs, GS1 Digital Link 1.2 URIs); none for goods and documents.
pub(super) fn unit(epc: &str) -> Option<Unit> {
    let unit = |reference: &str, is_container| Some(Unit { reference: reference.to_owned(), is_container });
    if let Some(urn) = epc.strip_prefix("urn:epc:id:") {
        let (scheme, rest) = urn.split_once(':')?;
        return match scheme {
            "bic" => unit(rest, true),
            "sscc" => unit(&sscc(rest)?, false),
            "grai" | "giai" => unit(epc, false),
            _ => None,
        };
    }
    let path = epc.strip_prefix("https://").or_else(|| epc.strip_prefix("http://"))?;
    let path = path.split(['?', '#']).next()?;
    // A key's application identifier, then the key: the first of them counts, what follows qualifies it.
    let mut parts = path.split('/').skip(1);
    let key = parts.by_ref().find(|part| PRIMARY_KEYS.contains(part))?;
    let value = parts.next()?;
    match key {
        "00" if value.len() == 18 && value.bytes().all(|digit| digit.is_ascii_digit()) => unit(value, false),
        "8003" | "8004" => unit(epc, false),
        _ => None,
    }
}

/// Application identifiers of Digital Link's primary keys.
const PRIMARY_KEYS: [&str; 15] =
    ["00", "01", "253", "255", "401", "402", "414", "417", "8003", "8004", "8006", "8010", "8013", "8017", "8018"];

/// The 18 digits of an SSCC from its URN form, company prefix and serial reference: the reference's first digit goes in front.
fn sscc(urn: &str) -> Option<String> {
    let (company, serial) = urn.split_once('.')?;
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit());
    if !digits(company) || !digits(serial) || company.len() + serial.len() != 17 {
        return None;
    }
    let body = format!("{}{company}{}", &serial[..1], &serial[1..]);
    Some(format!("{body}{}", gs1_digit(&body)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_forms_of_a_unit_have_one_reference() {
        let reference = |epc: &str| unit(epc).map(|unit| unit.reference);
        assert_eq!(reference("urn:epc:id:sscc:4012345.0000000333").as_deref(), Some("040123450000003338"));
        assert_eq!(reference("https://id.gs1.org/00/040123450000003338").as_deref(), Some("040123450000003338"));
        assert_eq!(
            unit("urn:epc:id:bic:CSQU3054383"),
            Some(Unit { reference: "CSQU3054383".into(), is_container: true })
        );
        assert!(unit("urn:epc:id:grai:4012345.66666.87").is_some());
        assert!(unit("https://id.example.com/8003/040123450007718765").is_some());
        for goods in [
            "urn:epc:id:sgtin:0614141.107346.2017",
            "https://id.gs1.de/01/04012345999990/21/XYZ-1234",
            "https://example.com/gtin/09780345418913/21/765tz?abc=211121",
            "https://id.gs1.org/01/04012345999990/21/00/x",
            "urn:epc:id:sscc:4012345.33",
            "urn:epc:id:sscc:40123é5.0000000333",
            "urn:epc:id:sscc",
            "",
            "geo:1,2",
        ] {
            assert_eq!(unit(goods), None, "{goods}");
        }
    }
}
