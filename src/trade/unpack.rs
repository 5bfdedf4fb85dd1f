//! Putting disclosures in the places of their digests (RFC 9901 §7.1, steps 3 to 5).
//!
//! One walk serves both the verifier, who refuses at the first problem, and the page, which shows what was handed over even
//! when it does not fit, with the altered field marked where it seems to belong.

use crate::encoding::decode_base64url;
use crate::trade::disclosure::{Contents, Digest, Disclosure};
use crate::trade::jws::PAYLOAD_LIMITS;
use crate::trade::payload::{Element, Field, Node, Object, Payload, Stray, child};
use crate::trade::sd_jwt::SdJwtError;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// Most altered disclosures whose place is guessed; each guess walks the whole payload.
const MAX_GUESSES: usize = 16;

/// Unpacks a payload as far as possible; without problems, it is wholly and exactly what was signed.
pub(super) fn unpack(signed: &Map<String, Value>, disclosures: &[Disclosure]) -> (Payload, Vec<SdJwtError>) {
    let mut walk = Walk {
        disclosures,
        by_digest: HashMap::new(),
        parents: vec![None; disclosures.len()],
        seen: HashSet::new(),
        problems: Vec::new(),
        guesses: 0,
    };
    for (index, disclosure) in disclosures.iter().enumerate() {
        if walk.by_digest.insert(disclosure.digest(), index).is_some() {
            walk.problems.push(SdJwtError::DisclosureTwice { index });
        }
    }
    match signed.get("_sd_alg") {
        None => {}
        Some(Value::String(name)) if name == "sha-256" => {}
        Some(other) => walk.problems.push(SdJwtError::DigestAlgorithm { found: other.to_string() }),
    }
    let mut signed = signed.clone();
    signed.remove("_sd_alg");
    let mut payload = Payload { root: walk.object(&signed, "", 1), strays: Vec::new() };
    walk.place_the_rest(&mut payload);
    (payload, walk.problems)
}

struct Walk<'a> {
    disclosures: &'a [Disclosure],
    by_digest: HashMap<Digest, usize>,
    /// For each disclosure that found its place, the object or list it stands in.
    parents: Vec<Option<String>>,
    seen: HashSet<Digest>,
    problems: Vec<SdJwtError>,
    /// Places guessed so far.
    guesses: usize,
}

impl Walk<'_> {
    fn node(&mut self, value: &Value, at: &str, depth: usize) -> Node {
        match value {
            Value::Object(_) | Value::Array(_) if depth > PAYLOAD_LIMITS.depth => {
                self.problems.push(SdJwtError::TooDeep { at: at.to_owned() });
                Node::Scalar(Value::Null)
            }
            Value::Object(members) => Node::Object(self.object(members, at, depth)),
            Value::Array(elements) => Node::List(
                elements
                    .iter()
                    .enumerate()
                    .map(|(index, element)| self.element(element, at, &child(at, index), depth + 1))
                    .collect(),
            ),
            scalar => Node::Scalar(scalar.clone()),
        }
    }

    fn object(&mut self, members: &Map<String, Value>, at: &str, depth: usize) -> Object {
        let mut object = Object::default();
        for (name, value) in members {
            match name.as_str() {
                "_sd" => {}
                "..." | "_sd_alg" => {
                    self.problems.push(SdJwtError::ReservedName { at: at.to_owned(), name: name.clone() });
                }
                _ => {
                    let node = self.node(value, &child(at, name), depth + 1);
                    object.members.insert(name.clone(), Field { node, disclosure: None, altered: false });
                }
            }
        }
        for digest in self.digests(members.get("_sd"), at) {
            match self.member(digest, &object, at) {
                Some((index, name, value)) => {
                    let node = self.node(&value, &child(at, &name), depth + 1);
                    object.members.insert(name, Field { node, disclosure: Some(index), altered: false });
                }
                None => object.withheld.push(digest),
            }
        }
        object
    }

    fn digests(&mut self, list: Option<&Value>, at: &str) -> Vec<Digest> {
        let texts = match list {
            None => return Vec::new(),
            Some(Value::Array(elements)) => elements.iter().map(Value::as_str).collect::<Option<Vec<&str>>>(),
            Some(_) => None,
        };
        let Some(texts) = texts else {
            self.problems.push(SdJwtError::DigestList { at: at.to_owned() });
            return Vec::new();
        };
        texts.into_iter().filter_map(|text| self.digest(text, at)).collect()
    }

    fn digest(&mut self, text: &str, at: &str) -> Option<Digest> {
        let digest = Digest::parse(text);
        if digest.is_none() {
            self.problems.push(SdJwtError::DigestText { at: at.to_owned(), found: text.to_owned() });
        }
        digest
    }

    /// The disclosure a digest stands for, unless it is withheld or the digest stands here a second time.
    fn disclosed(&mut self, digest: Digest, at: &str) -> Option<(usize, Contents)> {
        if !self.seen.insert(digest) {
            self.problems.push(SdJwtError::DigestTwice { at: at.to_owned(), digest });
            return None;
        }
        let index = *self.by_digest.get(&digest)?;
        self.parents[index] = Some(at.to_owned());
        match self.disclosures[index].contents() {
            Ok(contents) => Some((index, contents.clone())),
            Err(source) => {
                self.problems.push(SdJwtError::Disclosure { index, source: source.clone() });
                None
            }
        }
    }

    fn member(&mut self, digest: Digest, object: &Object, at: &str) -> Option<(usize, String, Value)> {
        let (index, contents) = self.disclosed(digest, at)?;
        let Some(name) = contents.name else {
            self.problems.push(SdJwtError::Kind { index, at: at.to_owned(), expected: "[salt, name, value]" });
            return None;
        };
        if object.members.contains_key(&name) {
            self.problems.push(SdJwtError::NameTaken { index, at: at.to_owned(), name });
            return None;
        }
        Some((index, name, contents.value))
    }

    /// An element of the list `list`, at `at`: `{"...": digest}` stands for a disclosed one.
    fn element(&mut self, value: &Value, list: &str, at: &str, depth: usize) -> Element {
        let digest = match value {
            Value::Object(members) if members.len() == 1 => members.get("..."),
            _ => None,
        };
        let Some(Value::String(text)) = digest else {
            return Element::Shown(Field { node: self.node(value, at, depth), disclosure: None, altered: false });
        };
        let Some(digest) = self.digest(text, list) else {
            return Element::Withheld(Digest([0; 32]));
        };
        match self.disclosed(digest, list) {
            Some((index, Contents { name: None, value })) => {
                let node = self.node(&value, at, depth);
                Element::Shown(Field { node, disclosure: Some(index), altered: false })
            }
            Some((index, Contents { name: Some(_), .. })) => {
                self.problems.push(SdJwtError::Kind { index, at: at.to_owned(), expected: "[salt, value]" });
                Element::Withheld(digest)
            }
            None => Element::Withheld(digest),
        }
    }

    /// Every disclosure that no signed digest led to is a problem, and is put where it seems to belong.
    fn place_the_rest(&mut self, payload: &mut Payload) {
        let unplaced = |walk: &Self| -> Vec<usize> {
            (0..walk.parents.len()).filter(|&index| walk.parents[index].is_none()).collect()
        };
        // Those that others of them lead to come with those others.
        let mut inner = HashSet::new();
        for index in unplaced(self) {
            if let Ok(contents) = self.disclosures[index].contents() {
                collect_texts(&contents.value, &mut inner);
            }
        }
        let (led_to, first): (Vec<usize>, Vec<usize>) = unplaced(self)
            .into_iter()
            .partition(|&index| inner.contains(&self.disclosures[index].digest().to_string()));
        for index in first.into_iter().chain(led_to) {
            if self.parents[index].is_none() {
                self.place(index, payload);
            }
        }
    }

    fn place(&mut self, index: usize, payload: &mut Payload) {
        let disclosure = &self.disclosures[index];
        let contents = match disclosure.contents() {
            Ok(contents) => contents.clone(),
            Err(source) => {
                self.problems.push(SdJwtError::Disclosure { index, source: source.clone() });
                let bytes = decode_base64url(disclosure.text()).unwrap_or_else(|_| disclosure.text().into());
                let node = Node::Scalar(String::from_utf8_lossy(&bytes).into_owned().into());
                payload.strays.push(Stray { disclosure: index, name: None, node });
                return;
            }
        };
        let name = contents.name.as_deref();
        let gap = match self.guesses {
            MAX_GUESSES.. => None,
            _ => self.choose(index, gaps(&payload.root, name)),
        };
        self.guesses += 1;
        let at = gap.as_ref().map(|gap| match gap.index {
            Some(number) => child(&gap.parent, number),
            None => child(&gap.parent, name.unwrap_or_default()),
        });
        self.problems.push(SdJwtError::NotReferenced {
            index,
            name: contents.name.clone(),
            at: at.clone(),
            digest: disclosure.digest(),
        });
        self.parents[index] = gap.as_ref().map(|gap| gap.parent.clone());
        let depth = at.as_deref().map_or(0, |at| at.matches('/').count()) + 1;
        let node = self.node(&contents.value, at.as_deref().unwrap_or(""), depth);
        match gap {
            Some(gap) => fill(payload, &gap, contents.name, Field { node, disclosure: Some(index), altered: true }),
            None => payload.strays.push(Stray { disclosure: index, name: contents.name, node }),
        }
    }

    /// The gap where a disclosure seems to belong: the only one there is, or the one where its nearest neighbour stands, since
    /// issuers hand disclosures over in some order.
    fn choose(&self, index: usize, gaps: Vec<Gap>) -> Option<Gap> {
        if let [only] = gaps.as_slice() {
            return Some(only.clone());
        }
        let mut by_parent: HashMap<String, Gap> = gaps.into_iter().map(|gap| (gap.parent.clone(), gap)).collect();
        let after = index + 1..self.parents.len();
        (0..index)
            .rev()
            .chain(after)
            .filter_map(|neighbour| self.parents[neighbour].as_ref())
            .find_map(|parent| by_parent.remove(parent))
    }
}

/// A place whose digest nothing fits.
#[derive(Clone)]
struct Gap {
    parent: String,
    index: Option<usize>,
}

fn gaps(root: &Object, name: Option<&str>) -> Vec<Gap> {
    let mut found = Vec::new();
    gaps_in_object(root, "", name, &mut found);
    found
}

fn gaps_in_object(object: &Object, at: &str, name: Option<&str>, found: &mut Vec<Gap>) {
    if let Some(name) = name
        && !object.withheld.is_empty()
        && !object.members.contains_key(name)
    {
        found.push(Gap { parent: at.to_owned(), index: None });
    }
    for (member, field) in &object.members {
        gaps_in_node(&field.node, &child(at, member), name, found);
    }
}

fn gaps_in_node(node: &Node, at: &str, name: Option<&str>, found: &mut Vec<Gap>) {
    match node {
        Node::Scalar(_) => {}
        Node::Object(object) => gaps_in_object(object, at, name, found),
        Node::List(elements) => {
            for (index, element) in elements.iter().enumerate() {
                match element {
                    Element::Shown(field) => gaps_in_node(&field.node, &child(at, index), name, found),
                    Element::Withheld(_) if name.is_none() => {
                        found.push(Gap { parent: at.to_owned(), index: Some(index) });
                    }
                    Element::Withheld(_) => {}
                }
            }
        }
    }
}

fn fill(payload: &mut Payload, gap: &Gap, name: Option<String>, field: Field) {
    let parent = match gap.parent.as_str() {
        "" => None,
        pointer => payload.field_mut(pointer).map(|field| &mut field.node),
    };
    match (parent, name, gap.index) {
        (None, Some(name), _) => put(&mut payload.root, name, field),
        (Some(Node::Object(object)), Some(name), _) => put(object, name, field),
        (Some(Node::List(elements)), None, Some(index)) => elements[index] = Element::Shown(field),
        _ => {}
    }
}

fn put(object: &mut Object, name: String, field: Field) {
    object.withheld.pop();
    object.members.insert(name, field);
}

fn collect_texts(value: &Value, texts: &mut HashSet<String>) {
    match value {
        Value::String(text) => {
            texts.insert(text.clone());
        }
        Value::Array(elements) => elements.iter().for_each(|element| collect_texts(element, texts)),
        Value::Object(members) => members.values().for_each(|member| collect_texts(member, texts)),
        _ => {}
    }
}
