//! A record's payload with every disclosed field put back in its place, and what is withheld listed where it stands.
//!
//! Pointers (RFC 6901) count a list's elements as they were signed: when one is withheld, those after it keep their number.

use crate::trade::disclosure::Digest;
use serde_json::{Map, Value};
use std::collections::BTreeMap;

/// A payload: the signed object, unpacked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Payload {
    /// The object at the top.
    pub root: Object,
    /// Disclosures for which no place was found. None in a payload whose disclosures all fit.
    pub strays: Vec<Stray>,
}

/// An object and the digests in it that nothing disclosed fits: members withheld, or decoys.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Object {
    /// Members by name.
    pub members: BTreeMap<String, Field>,
    /// Digests left over.
    pub withheld: Vec<Digest>,
}

/// A value in its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// The value.
    pub node: Node,
    /// Which disclosure, from 0, brought it; none when it stands in the clear.
    pub disclosure: Option<usize>,
    /// It came in a disclosure that fits no signed digest, and its place is a guess.
    pub altered: bool,
}

/// A value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Node {
    /// A text, number, truth value or null.
    Scalar(Value),
    /// An object.
    Object(Object),
    /// A list.
    List(Vec<Element>),
}

/// An element of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Element {
    /// In the clear or disclosed.
    Shown(Field),
    /// Withheld, or a decoy.
    Withheld(Digest),
}

/// A disclosure without a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    /// Which disclosure, from 0.
    pub disclosure: usize,
    /// The name it gives; none for an element of a list, or when it cannot be read.
    pub name: Option<String>,
    /// The value it gives, or its text when it cannot be read.
    pub node: Node,
}

/// A digest that nothing disclosed fits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withheld {
    /// JSON pointer of the object or list it stands in; empty for the top.
    pub parent: String,
    /// Its place in a list; none in an object.
    pub index: Option<usize>,
    /// The digest.
    pub digest: Digest,
}

impl Payload {
    /// A payload with everything in the clear.
    #[must_use]
    pub fn clear(members: &Map<String, Value>) -> Self {
        Self { root: clear_object(members), strays: Vec::new() }
    }

    /// The processed payload as JSON (RFC 9901 §7.1): what is withheld is left out.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.root.to_value()
    }

    /// The field a pointer names.
    #[must_use]
    pub fn field(&self, pointer: &str) -> Option<&Field> {
        let mut parts = pointer.strip_prefix('/')?.split('/');
        let first = self.root.members.get(&unescape(parts.next()?))?;
        parts.try_fold(first, |field, part| match &field.node {
            Node::Scalar(_) => None,
            Node::Object(object) => object.members.get(&unescape(part)),
            Node::List(elements) => match elements.get(part.parse::<usize>().ok()?)? {
                Element::Shown(field) => Some(field),
                Element::Withheld(_) => None,
            },
        })
    }

    pub(super) fn field_mut(&mut self, pointer: &str) -> Option<&mut Field> {
        let mut parts = pointer.strip_prefix('/')?.split('/');
        let first = self.root.members.get_mut(&unescape(parts.next()?))?;
        parts.try_fold(first, |field, part| match &mut field.node {
            Node::Scalar(_) => None,
            Node::Object(object) => object.members.get_mut(&unescape(part)),
            Node::List(elements) => match elements.get_mut(part.parse::<usize>().ok()?)? {
                Element::Shown(field) => Some(field),
                Element::Withheld(_) => None,
            },
        })
    }

    /// Everything withheld, and decoys, in the order of their places.
    #[must_use]
    pub fn withheld(&self) -> Vec<Withheld> {
        let mut found = Vec::new();
        list_withheld(&self.root, "", &mut found);
        found
    }
}

impl Object {
    /// The object as JSON, without what is withheld.
    #[must_use]
    pub fn to_value(&self) -> Value {
        self.members.iter().map(|(name, field)| (name.clone(), field.node.to_value())).collect()
    }

    /// The text of a member that is one.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.members.get(name)?.node.text()
    }
}

impl Node {
    /// A value without digests.
    #[must_use]
    pub fn clear(value: &Value) -> Self {
        match value {
            Value::Object(members) => Self::Object(clear_object(members)),
            Value::Array(elements) => {
                Self::List(elements.iter().map(|element| Element::Shown(clear_field(element))).collect())
            }
            scalar => Self::Scalar(scalar.clone()),
        }
    }

    /// The value as JSON, without what is withheld.
    #[must_use]
    pub fn to_value(&self) -> Value {
        match self {
            Self::Scalar(value) => value.clone(),
            Self::Object(object) => object.to_value(),
            Self::List(elements) => elements
                .iter()
                .filter_map(|element| match element {
                    Element::Shown(field) => Some(field.node.to_value()),
                    Element::Withheld(_) => None,
                })
                .collect(),
        }
    }

    /// The text, when it is one.
    #[must_use]
    pub fn text(&self) -> Option<&str> {
        match self {
            Self::Scalar(Value::String(text)) => Some(text),
            _ => None,
        }
    }

    /// The object, when it is one.
    #[must_use]
    pub fn object(&self) -> Option<&Object> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }
}

/// The pointer of a member or element one level down (RFC 6901 §3).
#[must_use]
pub fn child(parent: &str, name: impl std::fmt::Display) -> String {
    format!("{parent}/{}", name.to_string().replace('~', "~0").replace('/', "~1"))
}

/// A part of a pointer as the name it stands for (RFC 6901 §4).
#[must_use]
pub fn unescape(part: &str) -> String {
    part.replace("~1", "/").replace("~0", "~")
}

fn clear_object(members: &Map<String, Value>) -> Object {
    let members = members.iter().map(|(name, value)| (name.clone(), clear_field(value))).collect();
    Object { members, withheld: Vec::new() }
}

fn clear_field(value: &Value) -> Field {
    Field { node: Node::clear(value), disclosure: None, altered: false }
}

fn list_withheld(object: &Object, at: &str, found: &mut Vec<Withheld>) {
    found.extend(object.withheld.iter().map(|&digest| Withheld { parent: at.to_owned(), index: None, digest }));
    for (name, field) in &object.members {
        list_withheld_in(&field.node, &child(at, name), found);
    }
}

fn list_withheld_in(node: &Node, at: &str, found: &mut Vec<Withheld>) {
    match node {
        Node::Scalar(_) => {}
        Node::Object(object) => list_withheld(object, at, found),
        Node::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                match element {
                    Element::Shown(field) => list_withheld_in(&field.node, &child(at, index), found),
                    &Element::Withheld(digest) => {
                        found.push(Withheld { parent: at.to_owned(), index: Some(index), digest });
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn pointers_find_fields_and_keep_signed_numbers() {
        let Value::Object(members) = json!({"a/b": {"~": [10, 20]}}) else { unreachable!("an object was written") };
        let mut payload = Payload::clear(&members);
        assert_eq!(payload.field("/a~1b/~0/1").unwrap().node, Node::Scalar(json!(20)));
        for missing in ["", "a~1b", "/a", "/a~1b/~0/2", "/a~1b/~0/1/x", "/a~1b/~0/-1"] {
            assert_eq!(payload.field(missing), None, "{missing:?}");
        }
        assert_eq!(payload.to_value(), Value::Object(members));

        let Some(Node::Object(object)) = payload.root.members.get_mut("a/b").map(|field| &mut field.node) else {
            unreachable!("it was written as an object")
        };
        let Some(Node::List(list)) = object.members.get_mut("~").map(|field| &mut field.node) else {
            unreachable!("it was written as a list")
        };
        list[0] = Element::Withheld(Digest([1; 32]));
        assert_eq!(payload.field("/a~1b/~0/1").unwrap().node, Node::Scalar(json!(20)));
        assert_eq!(payload.to_value(), json!({"a/b": {"~": [20]}}));
        let place = Withheld { parent: "/a~1b/~0".into(), index: Some(0), digest: Digest([1; 32]) };
        assert_eq!(payload.withheld(), [place]);
    }
}
