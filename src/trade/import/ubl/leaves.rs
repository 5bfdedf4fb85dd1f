//! The values of a UBL document, each taken into a draft once or more, or kept.

use crate::encoding::xml::{Document, ElementId};
use crate::trade::import::{Draft, Kept, Origin, Why};
use serde_json::{Map, Value, json};
use std::collections::{HashMap, HashSet};

/// Aggregate components.
const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
/// Basic components.
const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";
/// Content that is carried along and signed or extended by others.
const CARRIED: [&str; 4] = ["UBLExtensions", "Signature", "EmbeddedDocumentBinaryObject", "SignatoryParty"];
/// Elements at the top that say how the document was written.
const CARRIAGE: [&str; 6] =
    ["UBLVersionID", "CustomizationID", "ProfileID", "ProfileExecutionID", "CopyIndicator", "UUID"];

/// A value: an element's text, or one of its attributes by place.
type Leaf = (ElementId, Option<usize>);

/// A document while it is read into drafts.
pub(super) struct Leaves<'a> {
    document: &'a Document,
    /// Elements by what they stand in, namespace and name, so that none is looked for among many.
    children: HashMap<(ElementId, &'a str, &'a str), Vec<ElementId>>,
    taken: HashSet<Leaf>,
    whys: HashMap<Leaf, Why>,
    /// The draft in hand: `actor`, `recipient`, `body`, `actionDateTime`.
    root: Value,
    origins: Vec<(Leaf, Origin)>,
    supplied: Vec<String>,
    /// What finished drafts have.
    finished: HashSet<Leaf>,
    /// ISO 4217 code of amounts that name none or this one.
    pub(super) currency: String,
}

impl<'a> Leaves<'a> {
    pub(super) fn new(document: &'a Document) -> Self {
        let root = json!({"body": {}});
        let mut children: HashMap<(ElementId, &str, &str), Vec<ElementId>> = HashMap::new();
        for (id, element) in document.elements().iter().enumerate() {
            if let Some(parent) = element.parent {
                children.entry((parent, document.namespace(id), &element.name)).or_default().push(id);
            }
        }
        let (taken, finished, whys) = (HashSet::new(), HashSet::new(), HashMap::new());
        Self {
            document,
            children,
            taken,
            whys,
            root,
            origins: Vec::new(),
            supplied: Vec::new(),
            finished,
            currency: String::new(),
        }
    }

    /// Where an element stands.
    pub(super) fn path_of(&self, id: ElementId) -> String {
        self.document.path(id)
    }

    /// Forgets the draft in hand; what was taken for it alone is kept.
    pub(super) fn drop_draft(&mut self) {
        self.root = json!({"body": {}});
        self.supplied.clear();
        for (leaf, _) in self.origins.drain(..) {
            if !self.finished.contains(&leaf) {
                self.taken.remove(&leaf);
            }
        }
    }

    /// Puts what was taken into a draft, and starts the next one.
    pub(super) fn finish(&mut self, draft: Draft) -> Draft {
        let mut root = std::mem::replace(&mut self.root, json!({"body": {}}));
        let mut member = |name: &str| match root.get_mut(name).map(Value::take) {
            Some(Value::Object(members)) => Some(members),
            _ => None,
        };
        let (actor, recipient, body) = (member("actor"), member("recipient"), member("body").unwrap_or_default());
        let action_date_time = root["actionDateTime"].as_str().map(str::to_owned);
        self.finished.extend(self.origins.iter().map(|(leaf, _)| *leaf));
        let origins = std::mem::take(&mut self.origins).into_iter().map(|(_, origin)| origin).collect();
        let supplied = std::mem::take(&mut self.supplied);
        Draft { actor, recipient, body, action_date_time, origins, supplied, ..draft }
    }

    /// Every value that is in no draft, in the document's order.
    pub(super) fn kept(&self) -> Vec<Kept> {
        let mut kept = Vec::new();
        for (id, element) in self.document.elements().iter().enumerate() {
            let mut keep = |leaf: Leaf, value: &str| {
                if !self.taken.contains(&leaf) {
                    let why = self.whys.get(&leaf).cloned().unwrap_or_else(|| self.why(id));
                    kept.push(Kept { pointer: self.path(leaf), value: json!(value), why });
                }
            };
            for (at, (_, value)) in element.attributes.iter().enumerate() {
                keep((id, Some(at)), value);
            }
            let empty = element.text.trim().is_empty();
            // An empty element is a value too, unless its attributes are what it says.
            if !empty || (element.children.is_empty() && element.attributes.is_empty()) {
                keep((id, None), element.text.trim());
            }
        }
        kept
    }

    fn why(&self, id: ElementId) -> Why {
        let mut next = Some(id);
        while let Some(at) = next {
            let element = self.document.element(at);
            if CARRIED.contains(&element.name.as_str()) {
                return Why::Attached;
            }
            if element.parent == Some(0) && CARRIAGE.contains(&element.name.as_str()) {
                return Why::Carriage;
            }
            next = element.parent;
        }
        Why::Unknown
    }

    fn path(&self, (id, attribute): Leaf) -> String {
        let path = self.document.path(id);
        match attribute {
            Some(at) => format!("{path}/@{}", self.document.element(id).attributes[at].0),
            None => path,
        }
    }

    /// The children of a name such as `cac:Party`.
    pub(super) fn all(&self, parent: ElementId, name: &str) -> Vec<ElementId> {
        self.named(parent, name, <[ElementId]>::to_vec)
    }

    /// The first element at a path such as `cac:Party/cbc:EndpointID`.
    pub(super) fn find(&self, parent: ElementId, path: &str) -> Option<ElementId> {
        path.split('/').try_fold(parent, |at, name| self.named(at, name, |found| found.first().copied()))
    }

    fn named<T>(&self, parent: ElementId, name: &str, take: impl FnOnce(&[ElementId]) -> T) -> T {
        let (prefix, local) = name.split_once(':').unwrap_or(("cbc", name));
        let namespace = if prefix == "cac" { CAC } else { CBC };
        take(self.children.get(&(parent, namespace, local)).map_or(&[], Vec::as_slice))
    }

    /// An element's text without white space around it, where it has one.
    pub(super) fn read(&self, id: ElementId) -> Option<&'a str> {
        let document: &'a Document = self.document;
        Some(document.element(id).text.trim()).filter(|text| !text.is_empty())
    }

    /// The text of the first element at a path.
    pub(super) fn read_at(&self, parent: ElementId, path: &str) -> Option<&'a str> {
        self.read(self.find(parent, path)?)
    }

    /// An attribute's value.
    pub(super) fn attribute(&self, id: ElementId, name: &str) -> Option<&'a str> {
        let document: &'a Document = self.document;
        let found = document.element(id).attributes.iter().find(|(own, _)| own == name)?;
        Some(found.1.trim()).filter(|text| !text.is_empty())
    }

    /// What stands at a field of the draft in hand.
    pub(super) fn field(&self, pointer: &str) -> Option<&Value> {
        self.root.pointer(pointer)
    }

    /// Sets a field of the draft in hand, making what it stands in. A list grows by the element after its last.
    pub(super) fn set(&mut self, pointer: &str, value: Value) {
        let mut at = &mut self.root;
        let parts: Vec<&str> = pointer.split('/').skip(1).collect();
        for part in parts {
            at = match part.parse::<usize>() {
                Ok(index) => {
                    if !at.is_array() {
                        *at = json!([]);
                    }
                    let Value::Array(elements) = at else { return };
                    if index >= elements.len() {
                        elements.push(Value::Null);
                    }
                    let last = elements.len() - 1;
                    &mut elements[index.min(last)]
                }
                Err(_) => {
                    if !at.is_object() {
                        *at = Value::Object(Map::new());
                    }
                    let Value::Object(members) = at else { return };
                    members.entry(part).or_insert(Value::Null)
                }
            };
        }
        *at = value;
    }

    /// Sets a field that the document does not state.
    pub(super) fn supply(&mut self, pointer: &str, value: &str) {
        self.set(pointer, json!(value));
        self.supplied.push(pointer.to_owned());
    }

    /// Notes that an element's text is at a field.
    pub(super) fn took(&mut self, id: ElementId, field: &str) {
        self.origin((id, None), field);
    }

    /// Notes that an element's attribute is at a field.
    pub(super) fn took_attribute(&mut self, id: ElementId, name: &str, field: &str) {
        if let Some(at) = self.document.element(id).attributes.iter().position(|(own, _)| own == name) {
            self.origin((id, Some(at)), field);
        }
    }

    fn origin(&mut self, leaf: Leaf, field: &str) {
        self.taken.insert(leaf);
        let source = self.path(leaf);
        self.origins.push((leaf, Origin { source, field: field.to_owned() }));
    }

    /// Says why an element's text is in no draft.
    pub(super) fn keep(&mut self, id: ElementId, why: Why) {
        self.whys.entry((id, None)).or_insert(why);
    }

    pub(super) fn expected(&mut self, id: ElementId, expected: &str) {
        self.keep(id, Why::Kind { expected: expected.to_owned() });
    }

    /// Whether a field is free; one that has the same value counts the element as taken, another is a conflict.
    fn is_free(&mut self, id: ElementId, value: &Value, field: &str) -> bool {
        match self.field(field) {
            None => true,
            Some(own) if own == value => {
                self.took(id, field);
                false
            }
            Some(_) => {
                self.keep(id, Why::Conflict { field: field.to_owned() });
                false
            }
        }
    }

    /// Puts a value for an element's text; gives whether it is there now.
    pub(super) fn put(&mut self, id: ElementId, value: Value, field: &str) -> bool {
        if self.is_free(id, &value, field) {
            self.set(field, value);
            self.took(id, field);
            return true;
        }
        self.taken.contains(&(id, None))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::encoding::xml;

    #[test]
    fn what_is_taken_is_in_the_draft_and_the_rest_is_kept() {
        let text = format!(
            "<I xmlns:b='{CBC}' xmlns:a='{CAC}'><b:ID s='x'>7</b:ID><b:ID>8</b:ID><b:Note/><a:P><b:N unitCode='KGM'>5</b:N></a:P></I>"
        );
        let document = xml::parse(text.as_bytes()).unwrap();
        let mut leaves = Leaves::new(&document);
        assert!(leaves.text(0, "cbc:ID", "/body/id"));
        assert!(leaves.quantity(0, "cac:P/cbc:N", "/body/lines/0/n"));
        assert!(!leaves.text(0, "cac:ID", "/body/other"), "another namespace");
        assert_eq!(leaves.field("/body"), Some(&json!({"id": "7", "lines": [{"n": {"value": "5", "unit": "KGM"}}]})));
        let kept: Vec<String> = leaves.kept().into_iter().map(|kept| kept.pointer).collect();
        assert_eq!(kept, ["/I/ID[1]/@s", "/I/ID[2]", "/I/Note"]);
    }
}
