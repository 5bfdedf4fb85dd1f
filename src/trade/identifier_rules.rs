//! Rules S1 and S14: are the identifiers in a record well-formed, and do their check digits fit?
//!
//! A field's name, and the list that it says its code is from, promise what identifier it holds. Real documents hold
//! placeholders, so a wrong one is a warning; and where something is withheld, an identifier may be what is not seen.

use crate::trade::fields::{self, Kind};
use crate::trade::identifiers::{IdentifierError, Scheme};
use crate::trade::payload::{Element, Node, Object, child};
use crate::trade::record::Record;
use crate::trade::rule::phrase::Same;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::both;
use crate::trade::seen::Seen;

/// Container numbers.
const CONTAINERS: Rule = Rule::S(1);
/// All other identifiers.
const CODES: Rule = Rule::S(14);
/// Fields of a body that containers are named in, of the records that name any.
const EQUIPMENT: [&str; 4] = ["equipmentReference", "utilizedTransportEquipments", "requestedEquipments", "equipment"];
/// Digits of a serial shipping container code.
const SSCC_DIGITS: usize = 18;

/// Holds a record's identifiers against rules S1 and S14 and writes down what it finds; gives how many it recognised.
pub fn rule_identifiers(record: &Record, sheet: &mut Sheet) -> u64 {
    let has_containers = record.record_type.schema().fields.iter().any(|name| EQUIPMENT.contains(name));
    let mut walk = Walk { record: &record.record_id, has_containers, sheet, count: 0 };
    let subject = &record.subject;
    if subject.scheme == "equipment" && record.body.text("equipmentReference") != Some(&subject.reference) {
        // A unit of another kind may be named here, by a text of no form that is known.
        if Scheme::of_unit(&subject.reference) == Scheme::Sscc || looks_like_container(&subject.reference) {
            walk.unit(&subject.reference, "/subject/reference");
        }
    }
    walk.object(&record.payload.root, "");
    walk.count
}

impl Scheme {
    /// What a unit of transport is named by: 18 digits are a logistic unit's, anything else is a container's.
    fn of_unit(text: &str) -> Self {
        let is_sscc = text.len() == SSCC_DIGITS && text.bytes().all(|digit| digit.is_ascii_digit());
        if is_sscc { Self::Sscc } else { Self::Container }
    }
}

fn looks_like_container(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && bytes[..4].iter().all(u8::is_ascii_uppercase) && bytes[4..].iter().all(u8::is_ascii_digit)
}

/// What a field promises.
enum Promise {
    /// An identifier.
    Of(Scheme),
    /// The name of a container or of another unit of transport.
    Unit,
    /// A code whose list is withheld.
    Withheld(&'static str),
}

struct Walk<'a> {
    record: &'a str,
    has_containers: bool,
    sheet: &'a mut Sheet,
    count: u64,
}

impl Walk<'_> {
    fn object(&mut self, object: &Object, at: &str) {
        // What is withheld at the top is at most the recipient, a party.
        if !object.withheld.is_empty() {
            self.withheld(at);
        }
        for (name, field) in &object.members {
            let at = child(at, name);
            match promised(name, object) {
                Some(promise) => self.values(&field.node, &at, &promise),
                None => self.inside(&field.node, &at),
            }
        }
    }

    fn inside(&mut self, node: &Node, at: &str) {
        match node {
            Node::Scalar(_) => {}
            Node::Object(inner) => self.object(inner, at),
            Node::List(elements) => self.elements(elements, at, |walk, node, at| walk.inside(node, at)),
        }
    }

    fn elements(&mut self, elements: &[Element], at: &str, mut each: impl FnMut(&mut Self, &Node, &str)) {
        for (index, element) in elements.iter().enumerate() {
            let at = child(at, index);
            match element {
                Element::Shown(field) => each(self, &field.node, &at),
                Element::Withheld(_) => self.withheld(&at),
            }
        }
    }

    /// An identifier, or a list of them. What is neither is for the schema to refuse.
    fn values(&mut self, node: &Node, at: &str, promise: &Promise) {
        match (node, promise) {
            (Node::List(elements), promise) => {
                self.elements(elements, at, |walk, node, at| walk.values(node, at, promise));
            }
            (Node::Object(inner), _) => self.object(inner, at),
            (node, promise) => match (node.text(), promise) {
                (None, _) => {}
                (Some(text), Promise::Unit) => self.unit(text, at),
                (Some(text), Promise::Of(scheme)) => self.identifier(*scheme, text, at),
                (Some(_), Promise::Withheld(list)) => {
                    let parent = at.rsplit_once('/').map_or("", |(parent, _)| parent);
                    let lack = Lack::Withheld { record: self.record.to_owned(), field: child(parent, list) };
                    self.sheet.lacks(CODES, lack);
                }
            },
        }
    }

    fn unit(&mut self, text: &str, at: &str) {
        self.identifier(Scheme::of_unit(text), text, at);
    }

    fn identifier(&mut self, scheme: Scheme, text: &str, at: &str) {
        let rule = if scheme == Scheme::Container { CONTAINERS } else { CODES };
        self.count += 1;
        match scheme.read(text) {
            Ok(_) => self.sheet.held(rule),
            Err(error) => {
                let (en, zh) = scheme.name();
                let expected = match &error {
                    IdentifierError::Form { .. } => {
                        let (form, form_zh) = scheme.form();
                        both!("{en}: {form}", "{zh}：{form_zh}")
                    }
                    IdentifierError::CheckDigit { expected, .. } => {
                        both!("{en} ending in {expected}", "{zh}，末位为 {expected}")
                    }
                    IdentifierError::NotListed { scheme, .. } => {
                        let (en, zh) = scheme.name();
                        both!("a code on the list of {en}", "{zh}代码表中的代码")
                    }
                };
                let place = Place::new(self.record, at);
                self.sheet.broken(rule, Breach::new(Severity::Warning, place, expected, Same(text)));
            }
        }
    }

    /// Something is withheld here, and it may be an identifier or hold one.
    fn withheld(&mut self, at: &str) {
        let lack = Lack::Withheld { record: self.record.to_owned(), field: at.to_owned() };
        if self.has_containers && at.starts_with("/body") {
            self.sheet.lacks(CONTAINERS, lack.clone());
        }
        self.sheet.lacks(CODES, lack);
    }
}

/// What identifier a member of an object promises to be.
fn promised(name: &str, object: &Object) -> Option<Promise> {
    Some(match name {
        "equipmentReference" => Promise::Unit,
        "UNLocationCode" => Promise::Of(Scheme::UnLocode),
        "vesselIMONumber" => Promise::Of(Scheme::Imo),
        "HSCodes" => Promise::Of(Scheme::HsCode),
        "countryCode" | "originCountryCode" => Promise::Of(Scheme::Country),
        "GLN" | "gln" => Promise::Of(Scheme::Gln),
        "SSCC" | "sscc" => Promise::Of(Scheme::Sscc),
        "LEI" | "lei" => Promise::Of(Scheme::Lei),
        "partyCode" => {
            let list = object.text("codeListName");
            if let Some(scheme) = list.and_then(scheme_of_list) {
                return Some(Promise::Of(scheme));
            }
            return by_provider(object, "codeListProvider");
        }
        "carrierCode" => return by_provider(object, "carrierCodeListProvider"),
        "facilityCode" => return by_provider(object, "facilityCodeListProvider").filter(is_not_a_carrier_s),
        name if is_currency(name) => Promise::Of(Scheme::Currency),
        _ => return None,
    })
}

/// Providers of carriers' codes name facilities by lists of their own.
fn is_not_a_carrier_s(promise: &Promise) -> bool {
    !matches!(promise, Promise::Of(Scheme::Scac))
}

fn by_provider(object: &Object, member: &'static str) -> Option<Promise> {
    match object.see_text(member) {
        Seen::Shown("GLEIF") => Some(Promise::Of(Scheme::Lei)),
        Seen::Shown("GS1") => Some(Promise::Of(Scheme::Gln)),
        Seen::Shown("NMFTA") => Some(Promise::Of(Scheme::Scac)),
        Seen::Shown(_) | Seen::Absent => None,
        Seen::Withheld => Some(Promise::Withheld(member)),
    }
}

fn scheme_of_list(list: &str) -> Option<Scheme> {
    match list {
        "LEI" => Some(Scheme::Lei),
        "GLN" => Some(Scheme::Gln),
        "SSCC" => Some(Scheme::Sscc),
        "SCAC" => Some(Scheme::Scac),
        _ => None,
    }
}

/// A field that amounts have their currency in, or a code of its kind.
fn is_currency(name: &str) -> bool {
    matches!(name, "currency" | "currencyCode")
        || (name.ends_with("Currency") && fields::find(name).is_some_and(|info| info.kind == Kind::Code))
}
