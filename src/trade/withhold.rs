//! Leaving disclosures out of a record (RFC 9901 §5.2): what may be left out, and the same record without it.
//!
//! Nothing is signed anew. The digests of what is withheld stay in the payload, so a reader sees that something stood there,
//! and whoever has its disclosure can still show it.

use crate::trade::payload::{Element, Field, Node, Object, Payload, child, unescape};
use crate::trade::sd_jwt::{SdJwt, SdJwtError};
use std::collections::HashSet;

/// Why fields cannot be withheld. Places are JSON pointers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WithholdError {
    /// The disclosures do not fit, so that what would be left out cannot be told.
    #[error("disclosures do not fit the record")]
    SdJwt(#[from] SdJwtError),
    /// No field stands there.
    #[error("no field at {at:?}")]
    NoField {
        /// The place.
        at: String,
    },
    /// It was withheld before, as far as can be told: of a member the record shows only that some of its object are withheld.
    #[error("the field at {at:?} is withheld already, if the record has it")]
    Already {
        /// The place.
        at: String,
    },
    /// The field is part of one that is withheld or shown as a whole.
    #[error("the field at {at:?} cannot be withheld alone, but with the whole of {with:?}")]
    Part {
        /// The place.
        at: String,
        /// The whole.
        with: String,
    },
    /// The field is signed in the clear: it must stay.
    #[error("the field at {at:?} is signed in the clear and cannot be withheld: {why}")]
    InTheClear {
        /// The place.
        at: String,
        /// What it is needed for.
        why: Clear,
    },
}

/// Why a field stays in the clear.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Clear {
    /// It says which record of which asset this is.
    #[error("it names the record")]
    Names,
    /// It says where the record stands among those of its asset.
    #[error("it puts the record in its place after those before it")]
    Order,
    /// It says what was done, and when.
    #[error("it says what was done")]
    Action,
    /// It is the key that the signature is checked with.
    #[error("it is the key of the signature")]
    Key,
    /// Its signer did not make it a disclosure of its own.
    #[error("its signer left no choice")]
    Signed,
}

impl Clear {
    /// Why the field at a JSON pointer stays.
    fn of(pointer: &str) -> Self {
        let mut parts = pointer.split('/').skip(1);
        match (parts.next().unwrap_or_default(), parts.next()) {
            ("recordType" | "recordId" | "schemaVersion" | "subject", _) => Self::Names,
            ("sequence" | "previousRecordHash", _) => Self::Order,
            ("actionCode" | "actionDateTime", _) => Self::Action,
            ("actor", Some("key")) => Self::Key,
            _ => Self::Signed,
        }
    }
}

/// Whether a field can be withheld.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Choice {
    /// It can.
    Free,
    /// Together with the one it stands in, and not alone.
    Part,
    /// It stays, and so do those around it; those inside it may have a choice of their own.
    Clear(Clear),
    /// It is withheld already.
    Withheld,
}

impl SdJwt {
    /// The same record without the fields at these JSON pointers, nor anything inside them. The signature stays good.
    ///
    /// # Errors
    /// [`WithholdError`] for the first field that cannot be withheld.
    pub fn withhold<'p>(&self, pointers: impl IntoIterator<Item = &'p str>) -> Result<Self, WithholdError> {
        let disclosed = self.disclose()?;
        let payload = disclosed.payload();
        let mut dropped = HashSet::new();
        for at in pointers {
            let place = || at.to_owned();
            match choice(payload, at).ok_or_else(|| WithholdError::NoField { at: place() })? {
                Choice::Free => {}
                Choice::Withheld => return Err(WithholdError::Already { at: place() }),
                Choice::Part => return Err(WithholdError::Part { at: place(), with: whole(payload, at) }),
                Choice::Clear(why) => return Err(WithholdError::InTheClear { at: place(), why }),
            }
            let field = payload.field(at).ok_or_else(|| WithholdError::NoField { at: place() })?;
            collect(field, &mut dropped);
        }
        let kept = self.disclosures().iter().enumerate().filter(|(index, _)| !dropped.contains(index));
        Ok(Self::from_parts(self.jws().clone(), kept.map(|(_, disclosure)| disclosure.clone()).collect()))
    }
}

/// Whether the field at a JSON pointer can be withheld; `None` when there is none.
#[must_use]
pub fn choice(payload: &Payload, pointer: &str) -> Option<Choice> {
    let mut inside = false;
    let mut object = Some(&payload.root);
    let mut list: Option<&[Element]> = None;
    let mut last = None;
    for part in pointer.strip_prefix('/')?.split('/') {
        let field = match (object, list) {
            (Some(object), _) => match object.members.get(&unescape(part)) {
                Some(field) => field,
                None => return (!object.withheld.is_empty()).then_some(Choice::Withheld),
            },
            (None, Some(list)) => match list.get(index(part)?)? {
                Element::Shown(field) => field,
                Element::Withheld(_) => return Some(Choice::Withheld),
            },
            (None, None) => return None,
        };
        inside |= last.is_some_and(|last: &Field| last.disclosure.is_some());
        last = Some(field);
        (object, list) = match &field.node {
            Node::Scalar(_) => (None, None),
            Node::Object(object) => (Some(object), None),
            Node::List(elements) => (None, Some(elements.as_slice())),
        };
    }
    Some(match last?.disclosure {
        Some(_) => Choice::Free,
        None if inside => Choice::Part,
        None => Choice::Clear(Clear::of(pointer)),
    })
}

/// The innermost disclosure around a part.
fn whole(payload: &Payload, part: &str) -> String {
    let around = part.rmatch_indices('/').map(|(end, _)| &part[..end]);
    let mut free = around.filter(|at| payload.field(at).is_some_and(|field| field.disclosure.is_some()));
    free.next().unwrap_or_default().to_owned()
}

/// Which fields of another record say the same as the one at `pointer` of this one, as far as their places tell, and can be
/// withheld: those at the same place, and of lists also those in an element that says the same.
#[must_use]
pub fn likewise(payload: &Payload, pointer: &str, other: &Payload) -> Vec<String> {
    let mut found = Vec::new();
    if let Some(path) = pointer.strip_prefix('/') {
        let parts: Vec<&str> = path.split('/').collect();
        in_object(Some(&payload.root), &other.root, "", &parts, &mut found);
    }
    found
}

fn in_object(own: Option<&Object>, other: &Object, at: &str, parts: &[&str], found: &mut Vec<String>) {
    let Some((part, rest)) = parts.split_first() else { return };
    let name = unescape(part);
    if let Some(field) = other.members.get(&name) {
        let own = own.and_then(|own| own.members.get(&name));
        in_field(own, field, child(at, &name), rest, found);
    }
}

fn in_field(own: Option<&Field>, other: &Field, at: String, rest: &[&str], found: &mut Vec<String>) {
    let Some((part, after)) = rest.split_first() else {
        if other.disclosure.is_some() {
            found.push(at);
        }
        return;
    };
    match &other.node {
        Node::Scalar(_) => {}
        Node::Object(object) => in_object(own.and_then(|own| own.node.object()), object, &at, rest, found),
        Node::List(elements) => {
            let number = index(part);
            let own = own.and_then(|own| match (&own.node, number) {
                (Node::List(elements), Some(number)) => elements.get(number),
                _ => None,
            });
            let own = own.and_then(|own| match own {
                Element::Shown(field) => Some(field),
                Element::Withheld(_) => None,
            });
            let value = own.map(|own| own.node.to_value());
            for (place, element) in elements.iter().enumerate() {
                let Element::Shown(field) = element else { continue };
                if Some(place) == number || value.as_ref().is_some_and(|value| field.node.to_value() == *value) {
                    in_field(own, field, child(&at, place), after, found);
                }
            }
        }
    }
}

/// The number of a list's element, in its one spelling (RFC 6901 §4).
fn index(part: &str) -> Option<usize> {
    part.parse().ok().filter(|number: &usize| number.to_string() == part)
}

fn collect(field: &Field, disclosures: &mut HashSet<usize>) {
    disclosures.extend(field.disclosure);
    match &field.node {
        Node::Scalar(_) => {}
        Node::Object(object) => object.members.values().for_each(|member| collect(member, disclosures)),
        Node::List(elements) => elements.iter().for_each(|element| match element {
            Element::Shown(field) => collect(field, disclosures),
            Element::Withheld(_) => {}
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fixture::{key, object, salts};
    use crate::trade::sd_jwt_issue::issue;
    use serde_json::{Map, Value, json};

    const TYP: &str = "example+sd-jwt";

    fn payload() -> Map<String, Value> {
        object(json!({"clear": 1, "hidden": {"inner": [10, {"deep": true}, 30]}, "other": "x"}))
    }

    fn issued() -> SdJwt {
        issued_of(&payload())
    }

    fn issued_of(payload: &Map<String, Value>) -> SdJwt {
        let clear = ["/clear", "/hidden/inner/2"];
        issue(payload, TYP, &|at| !clear.contains(&at), &mut salts(), &key()).unwrap()
    }

    #[test]
    fn withholding_takes_what_is_inside_too() {
        let issued = issued();
        let withheld = |pointers: &[&str]| {
            let fewer = issued.withhold(pointers.iter().copied()).unwrap();
            assert_eq!(fewer.record_hash(), issued.record_hash());
            let fewer = SdJwt::parse(&fewer.to_string(), TYP).unwrap();
            (fewer.disclosures().len(), fewer.disclose().unwrap().payload().to_value())
        };
        assert_eq!(withheld(&["/other"]), (5, json!({"clear": 1, "hidden": {"inner": [10, {"deep": true}, 30]}})));
        assert_eq!(withheld(&["/hidden"]), (1, json!({"clear": 1, "other": "x"})));
        assert_eq!(withheld(&["/hidden/inner/0"]).1["hidden"], json!({"inner": [{"deep": true}, 30]}));
        assert_eq!(withheld(&["/hidden/inner/1", "/hidden/inner/1/deep"]).1["hidden"], json!({"inner": [10, 30]}));
        let second = issued.withhold(["/hidden/inner/0"]).unwrap().withhold(["/hidden/inner/1/deep"]).unwrap();
        assert_eq!(second.disclose().unwrap().payload().to_value()["hidden"], json!({"inner": [{}, 30]}));
    }

    #[test]
    fn what_cannot_be_withheld_is_said_by_name() {
        let issued = issued();
        let refused = |at: &str| issued.withhold([at]).unwrap_err();
        assert_eq!(refused("/clear"), WithholdError::InTheClear { at: "/clear".into(), why: Clear::Signed });
        assert!(refused("/clear").to_string().contains("\"/clear\""));
        let part = WithholdError::Part { at: "/hidden/inner/2".into(), with: "/hidden/inner".into() };
        assert_eq!(refused("/hidden/inner/2"), part);
        for at in ["", "/none", "/hidden/inner/3", "/hidden/inner/01", "/_sd", "/other/x"] {
            assert_eq!(refused(at), WithholdError::NoField { at: at.to_owned() }, "{at}");
        }
        let fewer = issued.withhold(["/hidden/inner/0", "/other"]).unwrap();
        for at in ["/other", "/hidden/inner/0", "/hidden/inner/0/x"] {
            assert_eq!(fewer.withhold([at]), Err(WithholdError::Already { at: at.to_owned() }), "{at}");
        }
        let broken = SdJwt::parse(&format!("{issued}e30~"), TYP).unwrap();
        assert!(matches!(broken.withhold(["/other"]), Err(WithholdError::SdJwt(_))));
    }

    #[test]
    fn every_field_has_its_choice() {
        let fewer = issued().withhold(["/hidden/inner/1/deep"]).unwrap();
        let payload = fewer.disclose().unwrap().payload().clone();
        for (at, expected) in [
            ("/clear", Some(Choice::Clear(Clear::Signed))),
            ("/other", Some(Choice::Free)),
            ("/hidden", Some(Choice::Free)),
            ("/hidden/inner", Some(Choice::Free)),
            ("/hidden/inner/0", Some(Choice::Free)),
            ("/hidden/inner/1/deep", Some(Choice::Withheld)),
            ("/hidden/inner/2", Some(Choice::Part)),
            ("/hidden/inner/3", None),
            ("", None),
        ] {
            assert_eq!(choice(&payload, at), expected, "{at}");
        }
        for (at, why) in [
            ("/subject/reference", Clear::Names),
            ("/sequence", Clear::Order),
            ("/actionCode", Clear::Action),
            ("/actor/key/x", Clear::Key),
            ("/actor", Clear::Signed),
            ("/body", Clear::Signed),
        ] {
            assert_eq!(Clear::of(at), why, "{at}");
        }
    }

    #[test]
    fn the_same_field_of_another_record_is_found_in_its_list() {
        let read = |value: Value| issued_of(&object(value)).disclose().unwrap().payload().clone();
        let own = read(json!({"clear": "a", "list": [{"n": 1, "m": 2}, {"n": 3}], "gone": 1}));
        let other = read(json!({"clear": "b", "list": [{"n": 3}, {"n": 5}, {"n": 1, "m": 2}]}));
        assert_eq!(
            likewise(&own, "/list/1", &other),
            ["/list/0", "/list/1"],
            "the same number, and what says the same"
        );
        assert_eq!(likewise(&own, "/list/0/n", &other), ["/list/0/n", "/list/2/n"]);
        assert_eq!(likewise(&own, "/list", &other), ["/list"]);
        for none in ["/clear", "/gone", "", "/list/7", "/list/x"] {
            assert_eq!(likewise(&own, none, &other), Vec::<String>::new(), "{none}");
        }
    }
}
