//! Parties, addresses and places of UBL in the words of DCSA.

use super::leaves::Leaves;
use crate::encoding::xml::ElementId;
use serde_json::json;

/// Schemes that identify parties, by the names that UBL documents use and by their numbers in ISO/IEC 6523: provider and list.
const SCHEMES: [(&[&str], &str, &str); 4] = [
    (&["0088", "GLN", "EAN", "EAN/GLN", "GLN13"], "GS1", "GLN"),
    (&["0199", "LEI"], "GLEIF", "LEI"),
    (&["0060", "DUNS", "DUNS+4"], "DNB", "DUNS"),
    (&["SCAC"], "NMFTA", "SCAC"),
];
/// The provider of codes that two parties agreed on (DCSA).
const MUTUAL: &str = "ZZZ";

/// What a scheme's identifiers are called in DCSA: `codeListProvider`, and `codeListName` where there is one.
fn provider(scheme: Option<&str>) -> (&'static str, Option<&str>) {
    let Some(scheme) = scheme.filter(|scheme| *scheme != MUTUAL) else { return (MUTUAL, None) };
    if let Some((_, provider, list)) = SCHEMES.iter().find(|(names, _, _)| names.contains(&scheme)) {
        return (provider, Some(list));
    }
    let is_icd = scheme.len() == 4 && scheme.bytes().all(|digit| digit.is_ascii_digit());
    (if is_icd { "ISO" } else { MUTUAL }, Some(scheme))
}

impl Leaves<'_> {
    /// Takes a party: the element of type Party at a path.
    pub(super) fn party(&mut self, parent: ElementId, path: &str, at: &str) -> bool {
        let Some(party) = self.find(parent, path) else { return false };
        let legal = self.text(party, LEGAL_NAME, &format!("{at}/partyName"));
        let name = if legal { "tradingName" } else { "partyName" };
        if legal && self.read_at(party, "cac:PartyName/cbc:Name") == self.read_at(party, LEGAL_NAME) {
            self.text(party, "cac:PartyName/cbc:Name", &format!("{at}/partyName"));
        } else {
            self.text(party, "cac:PartyName/cbc:Name", &format!("{at}/{name}"));
        }
        let mut codes = Vec::new();
        codes.extend(self.find(party, "cbc:EndpointID"));
        for identification in self.all(party, "cac:PartyIdentification") {
            codes.extend(self.find(identification, "cbc:ID"));
        }
        codes.extend(self.find(party, "cac:PartyLegalEntity/cbc:CompanyID"));
        let mut count = 0;
        for id in codes {
            count += usize::from(self.party_code(id, &format!("{at}/identifyingCodes/{count}")));
        }
        let mut count = 0;
        for scheme in self.all(party, "cac:PartyTaxScheme") {
            let at = format!("{at}/taxLegalReferences/{count}");
            if self.text(scheme, "cbc:CompanyID", &format!("{at}/value")) {
                self.text(scheme, "cac:TaxScheme/cbc:ID", &format!("{at}/type"));
                count += 1;
            }
        }
        self.address(party, "cac:PostalAddress", &format!("{at}/address"));
        if let Some(contact) = self.find(party, "cac:Contact") {
            let at = format!("{at}/partyContactDetails/0");
            self.text(contact, "cbc:Name", &format!("{at}/name"));
            self.text(contact, "cbc:Telephone", &format!("{at}/phone"));
            self.text(contact, "cbc:ElectronicMail", &format!("{at}/email"));
        }
        self.field(at).is_some()
    }

    /// Takes an identifier with its scheme.
    fn party_code(&mut self, id: ElementId, at: &str) -> bool {
        let Some(code) = self.read(id) else { return false };
        let scheme = self.attribute(id, "schemeID");
        let (provider, list) = provider(scheme);
        if scheme.is_some() {
            self.set(&format!("{at}/codeListProvider"), json!(provider));
        } else {
            self.supply(&format!("{at}/codeListProvider"), provider);
        }
        if let Some(list) = list {
            self.set(&format!("{at}/codeListName"), json!(list));
        }
        self.set(&format!("{at}/partyCode"), json!(code));
        self.took(id, &format!("{at}/partyCode"));
        let field = if list.is_some() { "codeListName" } else { "codeListProvider" };
        self.took_attribute(id, "schemeID", &format!("{at}/{field}"));
        true
    }

    /// Takes a postal address.
    pub(super) fn address(&mut self, parent: ElementId, path: &str, at: &str) {
        const FIELDS: [(&str, &str); 8] = [
            ("cbc:StreetName", "street"),
            ("cbc:BuildingNumber", "streetNumber"),
            ("cbc:Floor", "floor"),
            ("cbc:Postbox", "POBox"),
            ("cbc:PostalZone", "postCode"),
            ("cbc:CityName", "city"),
            ("cbc:CountrySubentity", "stateRegion"),
            ("cac:Country/cbc:IdentificationCode", "countryCode"),
        ];
        let Some(address) = self.find(parent, path) else { return };
        for (path, field) in FIELDS {
            self.text(address, path, &format!("{at}/{field}"));
        }
        if self.read_at(address, "cbc:CountrySubentity").is_none() {
            self.text(address, "cbc:CountrySubentityCode", &format!("{at}/stateRegion"));
        }
    }

    /// Takes a place: a location with its identifier, its description and its address.
    pub(super) fn place(&mut self, parent: ElementId, path: &str, at: &str) {
        let Some(location) = self.find(parent, path) else { return };
        self.text(location, "cbc:Name", &format!("{at}/locationName"));
        if self.read_at(location, "cbc:Name").is_none() {
            self.text(location, "cbc:Description", &format!("{at}/locationName"));
        }
        if let Some(id) = self.find(location, "cbc:ID")
            && let Some(code) = self.read(id)
        {
            let scheme = self.attribute(id, "schemeID");
            let list = match scheme {
                Some("UN/LOCODE" | "UNLOCODE") => Some(("UNLocationCode", None)),
                Some(scheme) if provider(Some(scheme)).0 == "GS1" => Some(("facilityCode", Some("GS1"))),
                _ => None,
            };
            if let Some((field, provider)) = list {
                let field = format!("{at}/{field}");
                self.set(&field, json!(code));
                self.took(id, &field);
                if let Some(provider) = provider {
                    let field = format!("{at}/facilityCodeListProvider");
                    self.set(&field, json!(provider));
                    self.took_attribute(id, "schemeID", &field);
                } else {
                    self.took_attribute(id, "schemeID", &field);
                }
            }
        }
        self.address(location, "cac:Address", &format!("{at}/address"));
    }
}

const LEGAL_NAME: &str = "cac:PartyLegalEntity/cbc:RegistrationName";
