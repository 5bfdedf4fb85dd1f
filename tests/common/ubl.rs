//! Reading UBL documents again, independently, and what a draft comes to.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::trade::import::{Draft, Imported};
use plimsoll::trade::record::Record;
use quick_xml::Reader;
use quick_xml::events::Event;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const CAC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2";
const CBC: &str = "urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2";

/// Every file of the published documents.
pub fn files() -> Vec<(String, Vec<u8>)> {
    let Some(data) = crate::common::data_dir().map(|data| data.join("trade/ubl")) else { return Vec::new() };
    let mut names: Vec<String> = std::fs::read_dir(&data)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".xml"))
        .collect();
    names.sort();
    names.into_iter().map(|name| (name.clone(), crate::common::read(&data, &name))).collect()
}

pub fn file(name: &str) -> Option<Vec<u8>> {
    Some(crate::common::read(&crate::common::data_dir()?.join("trade/ubl"), name))
}

/// A draft as the record that its signer makes of it.
pub fn record(draft: &Draft) -> Record {
    let key = SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap();
    let mut record = draft.statement("2026-03-02T22:10:00+08:00");
    record.insert("schemaVersion".into(), json!("1"));
    record.insert("sequence".into(), json!(1));
    record["subject"]["blinding"] = json!("AAEC");
    let actor = record.entry("actor").or_insert_with(|| json!({}));
    actor["key"] = key.public().to_jwk();
    Record::from_json(&record).unwrap_or_else(|error| panic!("{}: {error}", draft.record_id))
}

/// An invoice with some elements of its own.
pub fn invoice(head: &str, rest: &str) -> String {
    format!(
        r#"<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">
        <cbc:ID>QY-26-0117</cbc:ID>{head}{rest}
        <cac:LegalMonetaryTotal><cbc:PayableAmount currencyID="EUR">100.00</cbc:PayableAmount></cac:LegalMonetaryTotal></Invoice>"#
    )
}

/// Another document of UBL with these elements.
pub fn document(root: &str, inner: &str) -> String {
    format!(
        r#"<{root} xmlns="urn:oasis:names:specification:ubl:schema:xsd:{root}-2" xmlns:cac="{CAC}" xmlns:cbc="{CBC}">{inner}</{root}>"#
    )
}

/// A second reading of a document's values, by place: element names without prefixes, numbered where there are several.
fn values(bytes: &[u8]) -> BTreeMap<String, String> {
    #[derive(Default)]
    struct Node {
        name: String,
        attributes: Vec<(String, String)>,
        text: String,
        children: Vec<Node>,
    }
    fn list(node: &Node, at: &str, found: &mut BTreeMap<String, String>) {
        for (name, value) in &node.attributes {
            found.insert(format!("{at}/@{name}"), value.clone());
        }
        if !node.text.trim().is_empty() {
            found.insert(at.to_owned(), node.text.trim().to_owned());
        }
        for (index, child) in node.children.iter().enumerate() {
            let same = |other: &&Node| other.name == child.name;
            let several = node.children.iter().filter(same).count() > 1;
            let number = node.children[..=index].iter().filter(same).count();
            let number = if several { format!("[{number}]") } else { String::new() };
            list(child, &format!("{at}/{}{number}", child.name), found);
        }
    }
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).unwrap());
    let mut open = vec![Node::default()];
    let start = |event: &quick_xml::events::BytesStart<'_>| Node {
        name: event.local_name().as_ref().to_owned(),
        attributes: event
            .attributes()
            .map(Result::unwrap)
            .filter(|attribute| !attribute.key.as_ref().starts_with("xmlns"))
            .map(|attribute| (attribute.key.as_ref().to_owned(), attribute.value.into_owned()))
            .collect(),
        ..Node::default()
    };
    loop {
        match reader.read_event().unwrap() {
            Event::Start(event) => open.push(start(&event)),
            Event::Empty(event) => {
                let node = start(&event);
                open.last_mut().unwrap().children.push(node);
            }
            Event::End(_) => {
                let node = open.pop().unwrap();
                open.last_mut().unwrap().children.push(node);
            }
            Event::Text(text) => open.last_mut().unwrap().text.push_str(&text.xml10_content()),
            Event::GeneralRef(reference) => {
                let name = reference.xml10_content();
                let text = quick_xml::escape::resolve_predefined_entity(&name).unwrap();
                open.last_mut().unwrap().text.push_str(text);
            }
            Event::Eof => break,
            _ => {}
        }
    }
    let mut found = BTreeMap::new();
    let root = &open[0].children[0];
    list(root, &format!("/{}", root.name), &mut found);
    found
}

/// Whether a field says what the document says. Schemes of identifiers have DCSA's names, and a day and a time make one moment.
fn agrees(source: &str, document: &str, field: &str, said: &Value) -> bool {
    let said = match said {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    if said == document {
        return true;
    }
    if source.ends_with("/@schemeID") {
        return match document {
            "GLN" => said == "GLN" || said == "GS1",
            "UN/LOCODE" => field.ends_with("/UNLocationCode"),
            _ => false,
        };
    }
    if field.ends_with("DateTime") {
        return said.contains(document);
    }
    source.ends_with("Indicator") && document == said
}

fn scalars(value: &Value, at: &str, found: &mut Vec<String>) {
    match value {
        Value::Object(members) => {
            members.iter().for_each(|(name, member)| scalars(member, &format!("{at}/{name}"), found));
        }
        Value::Array(elements) => {
            elements.iter().enumerate().for_each(|(index, element)| scalars(element, &format!("{at}/{index}"), found));
        }
        _ => found.push(at.to_owned()),
    }
}

/// Every value of the document is at a field of a draft, or kept; and nothing else is claimed to be.
pub fn nothing_is_lost(name: &str, bytes: &[u8], imported: &Imported) -> (usize, usize) {
    let values = values(bytes);
    let mut told: BTreeMap<&str, usize> = BTreeMap::new();
    for draft in &imported.drafts {
        let statement = Value::Object(draft.statement("2026-03-02T22:10:00Z"));
        for origin in &draft.origins {
            let document =
                values.get(&origin.source).unwrap_or_else(|| panic!("{name}: {} is not there", origin.source));
            let said =
                statement.pointer(&origin.field).unwrap_or_else(|| panic!("{name}: {} is not there", origin.field));
            assert!(agrees(&origin.source, document, &origin.field, said), "{name}: {origin:?}: {document:?}, {said}");
            *told.entry(&origin.source).or_default() += 1;
        }
    }
    for draft in &imported.drafts {
        let mut fields = Vec::new();
        scalars(&Value::Object(draft.body.clone()), "/body", &mut fields);
        for field in fields {
            let is_told = draft.origins.iter().any(|origin| origin.field == field) || draft.supplied.contains(&field);
            // The provider goes with the list, which its scheme names.
            assert!(is_told || field.ends_with("/codeListProvider"), "{name}: {field} comes from nowhere");
        }
    }
    let mut kept = 0;
    for value in &imported.kept {
        let document = values.get(&value.pointer).map_or("", String::as_str);
        assert_eq!(value.value, json!(document), "{name}: {}", value.pointer);
        assert!(!told.contains_key(value.pointer.as_str()), "{name}: {} is told and kept", value.pointer);
        kept += usize::from(values.contains_key(&value.pointer));
    }
    let lost: Vec<&String> = values
        .keys()
        .filter(|&pointer| {
            !told.contains_key(pointer.as_str()) && !imported.kept.iter().any(|kept| kept.pointer == *pointer)
        })
        .collect();
    assert!(lost.is_empty(), "{name}: {lost:?}");
    assert_eq!(told.len() + kept, values.len(), "{name}");
    (values.len(), told.len())
}
