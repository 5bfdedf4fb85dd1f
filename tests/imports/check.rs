//! Holds an import to its promise: every value of the document is in a draft, exactly, or is listed; every draft becomes a record.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::encoding::decode_base64url;
use plimsoll::time::parse_rfc3339_ms;
use plimsoll::trade::import::{Draft, ImportError, Imported, import};
use plimsoll::trade::record::{Record, SCHEMA_VERSION};
use serde_json::{Map, Value, json};
use std::collections::{BTreeMap, HashSet};
use std::path::{Path, PathBuf};

/// The time that stands in where a document does not say when.
pub const AT: &str = "2026-03-02T22:10:00+08:00";

/// Files of a folder and the folders in it, sorted.
pub fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|there| there == extension) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Imports a value.
#[track_caller]
pub fn imported(document: &Value) -> Imported {
    let bytes = document.to_string().into_bytes();
    let imported = import("a.json", &bytes).unwrap_or_else(|error| panic!("{error}: {document}"));
    whole("a.json", &bytes, &imported);
    imported
}

/// A draft as the record its signer would make of it.
pub fn record(draft: &Draft) -> Map<String, Value> {
    let key = SecretKey::from_bytes(Suite::Ed25519, &[7; 32]).unwrap().public();
    let mut record = draft.statement(AT);
    record.insert("schemaVersion".into(), json!(SCHEMA_VERSION));
    record.insert("sequence".into(), json!(1));
    record["subject"]["blinding"] = json!("AAEC");
    let actor = record.entry("actor").or_insert_with(|| json!({}));
    actor["key"] = key.to_jwk();
    record
}

/// Every value without values inside, by its pointer.
fn leaves(value: &Value, at: &str, found: &mut BTreeMap<String, Value>) {
    let name = |name: &str| format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) if !members.is_empty() => {
            members.iter().for_each(|(member, value)| leaves(value, &name(member), found));
        }
        Value::Array(items) if !items.is_empty() => {
            items.iter().enumerate().for_each(|(index, value)| leaves(value, &name(&index.to_string()), found));
        }
        leaf => {
            found.insert(at.to_owned(), leaf.clone());
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// Checks the promise; how many values are in drafts.
#[track_caller]
pub fn whole(name: &str, bytes: &[u8], imported: &Imported) -> usize {
    let root: Value = serde_json::from_slice(bytes).unwrap();
    let mut document = BTreeMap::new();
    leaves(&root, "", &mut document);
    let signed: Vec<(String, Value)> = document
        .iter()
        .filter(|(pointer, _)| pointer.contains("/envelopeTransferChain/"))
        .filter_map(|(pointer, value)| {
            let payload = decode_base64url(value.as_str()?.split('.').nth(1)?).ok()?;
            Some((format!("{pointer}#"), serde_json::from_slice(&payload).ok()?))
        })
        .collect();
    for (pointer, value) in &signed {
        leaves(value, pointer, &mut document);
    }

    let mut told: HashSet<&str> = HashSet::new();
    let mut ids = HashSet::new();
    for draft in &imported.drafts {
        assert!(ids.insert(&draft.record_id), "{name}: {} twice", draft.record_id);
        let statement = Value::Object(draft.statement(AT));
        let record = Record::from_json(&record(draft)).unwrap_or_else(|error| panic!("{name}: {error}\n{statement:#}"));
        assert_eq!(record.record_type, draft.record_type);
        let mut fields = BTreeMap::new();
        leaves(&statement, "", &mut fields);
        let mut from: HashSet<&str> = HashSet::new();
        for origin in &draft.origins {
            let source = document.get(&origin.source);
            let source = source.unwrap_or_else(|| panic!("{name}: {} is not in the document", origin.source));
            let field = fields.get(&origin.field);
            let field = field.unwrap_or_else(|| panic!("{name}: {} is not in the draft\n{statement:#}", origin.field));
            match (source, field) {
                (Value::Number(ms), Value::String(moment)) if origin.field == "/actionDateTime" => {
                    assert_eq!(ms.as_i64(), parse_rfc3339_ms(moment).ok());
                }
                _ => assert_eq!(text(source), text(field), "{name}: {} and {}", origin.source, origin.field),
            }
            told.insert(&origin.source);
            from.insert(&origin.field);
        }
        // And nothing stands in a draft that is neither in the document nor said to be supplied.
        for (field, value) in &fields {
            let envelope = ["/recordType", "/recordId", "/actionCode", "/actionDateTime"].contains(&field.as_str())
                || field.starts_with("/subject/");
            let supplied = draft.supplied.contains(field);
            assert!(
                envelope || supplied || from.contains(field.as_str()),
                "{name}: {field} = {value} comes from nowhere"
            );
        }
    }
    let mut kept: HashSet<&str> = HashSet::new();
    for value in &imported.kept {
        assert_eq!(document.get(&value.pointer), Some(&value.value), "{name}: {}", value.pointer);
        assert!(kept.insert(&value.pointer), "{name}: {} is listed twice", value.pointer);
        assert!(!told.contains(value.pointer.as_str()), "{name}: {} is in a draft", value.pointer);
    }
    // A signed text that was not looked into is kept as the text it is.
    let all = told.iter().chain(&kept);
    let inside: HashSet<&str> = all.filter_map(|pointer| pointer.split_once('#')).map(|(text, _)| text).collect();
    for (pointer, value) in &document {
        let closed = pointer.split_once('#').is_some_and(|(text, _)| !inside.contains(text));
        let accounted = told.contains(pointer.as_str()) || kept.contains(pointer.as_str()) || closed;
        assert!(accounted, "{name}: {pointer} = {value} is lost");
    }
    assert!(!imported.drafts.is_empty() || !imported.refused.is_empty(), "{name}: neither a draft nor a reason");
    told.len()
}

/// Figures of a folder.
#[derive(Debug, Default)]
pub struct Tally {
    /// Files read.
    pub files: usize,
    /// Files from which drafts came.
    pub drafted: usize,
    /// Drafts.
    pub drafts: usize,
    /// Values in drafts.
    pub told: usize,
    /// Values kept.
    pub kept: usize,
    /// Parts refused.
    pub parts: usize,
    /// Files refused, by their beginnings of reasons.
    pub reasons: BTreeMap<String, usize>,
}

impl Tally {
    /// Counts a file that was read.
    pub fn add(&mut self, name: &str, told: usize, imported: &Imported) {
        self.files += 1;
        self.drafted += usize::from(!imported.drafts.is_empty());
        self.drafts += imported.drafts.len();
        self.told += told;
        self.kept += imported.kept.len();
        self.parts += imported.refused.len();
        for refused in &imported.refused {
            println!("  part refused: {name} {}: {}", refused.pointer, refused.reason);
        }
        if std::env::var_os("SHOW_IMPORTS").is_some() {
            for draft in &imported.drafts {
                println!("  {name} -> {}", Value::Object(draft.statement(AT)));
            }
            for kept in &imported.kept {
                println!("  {name} kept {} = {} ({})", kept.pointer, kept.value, kept.why);
            }
        }
    }

    /// Counts a file that was refused.
    pub fn refused(&mut self, name: &str, error: &ImportError) {
        self.files += 1;
        let reason = error.to_string();
        println!("  refused: {name}: {reason}");
        *self.reasons.entry(reason.split(['(', ':']).next().unwrap_or_default().trim().to_owned()).or_default() += 1;
    }

    /// Says the figures.
    pub fn print(&self) {
        println!(
            "{} files: {} became {} drafts with {} values; {} values kept, {} parts refused; files refused: {:?}",
            self.files, self.drafted, self.drafts, self.told, self.kept, self.parts, self.reasons
        );
    }
}
