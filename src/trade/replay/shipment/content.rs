//! Do two events say the same? What is withheld, and which disclosure brought a field, is no part of what it says.

use crate::trade::payload::{Element, Node, Object};
use std::hash::{DefaultHasher, Hash, Hasher};

/// Members that tell an event's number and what papers it goes with, and nothing of what happened.
const PAPERS: [&str; 4] = ["eventID", "transportDocumentReference", "carrierBookingReference", "documentReferences"];

/// Whether any part is withheld.
pub(super) fn is_partial(object: &Object) -> bool {
    !object.withheld.is_empty() || object.members.values().any(|field| partial(&field.node))
}

fn partial(node: &Node) -> bool {
    match node {
        Node::Scalar(_) => false,
        Node::Object(object) => is_partial(object),
        Node::List(list) => list.iter().any(|element| match element {
            Element::Shown(field) => partial(&field.node),
            Element::Withheld(_) => true,
        }),
    }
}

/// A short number for what an event says, to find those that may say the same.
pub(super) fn digest(code: &str, body: &Object) -> u64 {
    let mut hasher = DefaultHasher::new();
    code.hash(&mut hasher);
    for (name, field) in &body.members {
        if !PAPERS.contains(&name.as_str()) {
            name.hash(&mut hasher);
            hash(&field.node, &mut hasher);
        }
    }
    hasher.finish()
}

fn hash(node: &Node, hasher: &mut DefaultHasher) {
    match node {
        Node::Scalar(value) => value.hash(hasher),
        Node::Object(object) => {
            object.members.len().hash(hasher);
            for (name, field) in &object.members {
                name.hash(hasher);
                hash(&field.node, hasher);
            }
        }
        Node::List(list) => {
            list.len().hash(hasher);
            for element in list {
                if let Element::Shown(field) = element {
                    hash(&field.node, hasher);
                }
            }
        }
    }
}

/// Whether two bodies say the same of what happened, as far as both are shown.
pub(super) fn agree(own: &Object, its: &Object) -> bool {
    let papers = |name: &String| PAPERS.contains(&name.as_str());
    let lacking = |one: &Object, other: &Object| {
        other.withheld.is_empty() && one.members.keys().any(|name| !papers(name) && !other.members.contains_key(name))
    };
    let both = own.members.iter().filter(|(name, _)| !papers(name));
    let same = both
        .filter_map(|(name, field)| Some((field, its.members.get(name)?)))
        .all(|(own, its)| alike(&own.node, &its.node));
    same && !lacking(own, its) && !lacking(its, own)
}

fn alike(own: &Node, its: &Node) -> bool {
    match (own, its) {
        (Node::Scalar(own), Node::Scalar(its)) => own == its,
        (Node::Object(own), Node::Object(its)) => {
            let lacking = |one: &Object, other: &Object| {
                other.withheld.is_empty() && one.members.keys().any(|name| !other.members.contains_key(name))
            };
            let both = own.members.iter().filter_map(|(name, field)| Some((field, its.members.get(name)?)));
            both.into_iter().all(|(own, its)| alike(&own.node, &its.node)) && !lacking(own, its) && !lacking(its, own)
        }
        (Node::List(own), Node::List(its)) => {
            own.len() == its.len()
                && own.iter().zip(its).all(|pair| match pair {
                    (Element::Shown(own), Element::Shown(its)) => alike(&own.node, &its.node),
                    _ => true,
                })
        }
        _ => false,
    }
}
