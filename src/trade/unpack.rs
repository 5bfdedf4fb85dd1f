//! Putting disclosures in the places of their digests (RFC 9901 §7.1, steps 3 to 5).
//!
//! One walk serves both the verifier, who refuses at the first problem, and the page, which shows what was handed over even
//! when it does not fit, with the altered field marked where it seems to belong.

use crate::encoding::decode_base64url;
use crate::trade::action::RecordType;
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
        record_type: signed.get("recordType").and_then(Value::as_str).and_then(RecordType::from_code),
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
    record_type: Option<RecordType>,
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

    /// The gap where a disclosure seems to belong: the only one there is, or the one in the body when the schema says so, or the
    /// one where its nearest neighbour stands, since issuers hand disclosures over in some order.
    fn choose(&self, index: usize, gaps: Vec<Gap>) -> Option<Gap> {
        if let [only] = gaps.as_slice() {
            return Some(only.clone());
        }
        let name = self.disclosures[index].contents().ok().and_then(|contents| contents.name.as_deref());
        if let Some(name) = name
            && let Some(home) = gaps.iter().find(|gap| gap.parent == "/body")
            && self.record_type.is_some_and(|record_type| record_type.schema().fields.contains(&name))
        {
            return Some(home.clone());
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::disclosure::Disclosure;
    use crate::trade::fixture::{object, salts};
    use serde_json::json;

    /// Two objects with two disclosed members each, and a list with two disclosed elements.
    fn signed() -> (Map<String, Value>, Vec<Disclosure>) {
        let mut salts = salts();
        let mut made = |name: Option<&str>, value: Value| Disclosure::new(&salts(), name, &value);
        let all = vec![
            made(Some("a"), json!(1)),
            made(Some("b"), json!(2)),
            made(Some("c"), json!(3)),
            made(Some("d"), json!(4)),
            made(None, json!(5)),
            made(None, json!(6)),
        ];
        let digest = |index: usize| all[index].digest().to_string();
        let payload = json!({"x": {"_sd": [digest(0), digest(1)]}, "y": {"_sd": [digest(2), digest(3)]},
            "z": [{"...": digest(4)}, {"...": digest(5)}]});
        (object(payload), all)
    }

    fn altered(keep: &[usize], index: usize, name: Option<&str>, value: &Value) -> (Payload, Vec<SdJwtError>) {
        let (payload, mut all) = signed();
        all[index] = Disclosure::new(&[0xff; 16], name, value);
        let kept: Vec<Disclosure> = keep.iter().map(|&index| all[index].clone()).collect();
        unpack(&payload, &kept)
    }

    fn guess(problems: &[SdJwtError]) -> Option<&str> {
        assert!(matches!(problems, [SdJwtError::NotReferenced { .. }]), "{problems:?}");
        problems[0].pointer()
    }

    #[test]
    fn an_altered_disclosure_goes_to_the_only_gap() {
        let (payload, problems) = altered(&[0, 1, 2, 3, 4, 5], 2, Some("c"), &json!(33));
        assert_eq!(guess(&problems), Some("/y/c"));
        let field = payload.field("/y/c").unwrap();
        assert!(field.altered);
        assert_eq!(field.node, Node::Scalar(json!(33)));
        assert!(payload.withheld().is_empty() && payload.strays.is_empty());

        let (payload, problems) = altered(&[0, 1, 2, 3, 4, 5], 5, None, &json!(66));
        assert_eq!(guess(&problems), Some("/z/1"));
        assert_eq!(payload.to_value()["z"], json!([5, 66]));
    }

    #[test]
    fn among_several_gaps_its_neighbour_tells() {
        // `d` is withheld, so that both objects have gaps.
        let (payload, problems) = altered(&[0, 1, 2, 4, 5], 1, Some("b"), &json!(22));
        assert_eq!(guess(&problems), Some("/x/b"));
        assert_eq!(payload.withheld().len(), 1);
        let (_, problems) = altered(&[0, 2, 3, 4, 5], 3, Some("d"), &json!(44));
        assert_eq!(guess(&problems), Some("/y/d"));
    }

    #[test]
    fn in_a_record_the_schema_tells() {
        let amount = Disclosure::new(&[1; 16], Some("amount"), &json!("1.00"));
        let name = Disclosure::new(&[2; 16], Some("partyName"), &json!("Rhine Bank"));
        let changed = Disclosure::new(&[1; 16], Some("amount"), &json!("2.00"));
        let decoy = Digest([9; 32]).to_string();
        let payload = object(json!({"recordType": "receivable", "body": {"_sd": [amount.digest().to_string()]},
            "actor": {"_sd": [name.digest().to_string(), decoy]}}));
        let (_, problems) = unpack(&payload, &[name, changed]);
        assert_eq!(guess(&problems), Some("/body/amount"), "though its neighbour stands in a gap of the actor");
    }

    #[test]
    fn without_a_gap_it_is_kept_at_the_end() {
        let (payload, problems) = altered(&[0, 1, 2, 3, 4], 4, Some("new"), &json!(9));
        assert_eq!(guess(&problems), None);
        assert_eq!(payload.strays.len(), 1);
        assert_eq!(payload.strays[0].name.as_deref(), Some("new"));
    }

    #[test]
    fn what_is_inside_an_altered_disclosure_comes_with_it() {
        let inner = Disclosure::new(&[1; 16], Some("inner"), &json!(1));
        let outer = Disclosure::new(&[2; 16], Some("outer"), &json!({"_sd": [inner.digest().to_string()]}));
        let changed = Disclosure::new(&[3; 16], Some("outer"), &json!({"_sd": [inner.digest().to_string()], "n": 1}));
        let payload = object(json!({"_sd": [outer.digest().to_string()]}));
        for order in [vec![inner.clone(), changed.clone()], vec![changed, inner]] {
            let (payload, problems) = unpack(&payload, &order);
            assert_eq!(guess(&problems), Some("/outer"));
            assert_eq!(payload.to_value(), json!({"outer": {"inner": 1, "n": 1}}));
        }
    }

    #[test]
    fn guessing_is_bounded() {
        let added: Vec<Disclosure> =
            (0..100).map(|number: u8| Disclosure::new(&[number; 16], Some(&format!("n{number}")), &json!(1))).collect();
        let decoys: Vec<String> = (0..100).map(|number: u8| Digest([number; 32]).to_string()).collect();
        let (payload, problems) = unpack(&object(json!({"_sd": decoys})), &added);
        assert_eq!(problems.len(), 100);
        assert_eq!((payload.root.members.len(), payload.strays.len()), (MAX_GUESSES, 100 - MAX_GUESSES));
    }
}
