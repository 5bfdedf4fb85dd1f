//! What an import comes to, gathered: drafts, parts refused, and in the end every value that no draft has.

use super::draft::Draft;
use super::error::Why;
use super::making::{Making, Untold};
use super::{DocumentKind, Imported, Kept, MAX_DRAFTED, MAX_DRAFTS, Refused};
use crate::time::parse_rfc3339_ms;
use crate::trade::payload::child;
use serde_json::Value;
use std::collections::{BTreeMap, HashMap, HashSet};

/// What is gathered.
#[derive(Debug, Default)]
pub(super) struct Output {
    drafts: Vec<Draft>,
    refused: Vec<Refused>,
    /// Why the values at and below a place are kept.
    why: BTreeMap<String, Why>,
    /// JSON that stands inside texts of the document, decoded, with its pointer.
    inner: Vec<(String, Value)>,
    drafted: usize,
}

impl Output {
    /// Takes the draft that a part of the document became; the part is refused when it became none.
    pub fn take(&mut self, at: &str, made: Result<Making, Untold>) {
        let draft = made.and_then(|making| {
            let notes = making.notes().to_vec();
            making.finish().map(|draft| (draft, notes))
        });
        match draft {
            Err(reason) => self.refuse(at, reason),
            Ok((draft, notes)) => {
                self.drafted = self.drafted.saturating_add(draft.origins.len());
                if self.drafts.len() >= MAX_DRAFTS || self.drafted > MAX_DRAFTED {
                    return self
                        .refuse(at, format!("the document makes too many records: over {MAX_DRAFTS}, or too long"));
                }
                for (source, why) in notes {
                    self.keep(&source, why);
                }
                self.drafts.push(draft);
            }
        }
    }

    /// Refuses a part of the document.
    pub fn refuse(&mut self, at: &str, reason: String) {
        self.keep(at, Why::Refused);
        self.refused.push(Refused { pointer: at.to_owned(), reason });
    }

    /// Says why the values at and below a place are in no draft, should they be in none.
    pub fn keep(&mut self, at: &str, why: Why) {
        self.why.insert(at.to_owned(), why);
    }

    /// JSON decoded from a text of the document: its values are accounted for too.
    pub fn decoded(&mut self, at: &str, value: Value) {
        self.inner.push((at.to_owned(), value));
    }

    /// The drafts so far.
    pub fn drafts(&self) -> &[Draft] {
        &self.drafts
    }

    /// Puts the drafts in the order of what they say was done when; those that do not say stay behind what came before them.
    pub fn in_order_of_time(&mut self) {
        let mut last = i64::MIN;
        let mut keyed: Vec<(i64, i64, Draft)> = std::mem::take(&mut self.drafts)
            .into_iter()
            .map(|draft| {
                let said = draft.action_date_time.as_deref().and_then(|text| parse_rfc3339_ms(text).ok());
                let event = draft.body.get("eventDateTime").and_then(Value::as_str);
                let event = event.and_then(|text| parse_rfc3339_ms(text).ok()).unwrap_or(i64::MAX);
                last = said.unwrap_or(last);
                (last, event, draft)
            })
            .collect();
        keyed.sort_by_key(|(said, event, _)| (*said, *event));
        self.drafts = keyed.into_iter().map(|(_, _, draft)| draft).collect();
    }

    /// The whole, with every value of the document that no draft has.
    pub fn finish(mut self, document: DocumentKind, root: &Value) -> Imported {
        let mut ids: HashMap<String, usize> = HashMap::new();
        for draft in &mut self.drafts {
            let seen = ids.entry(draft.record_id.clone()).or_default();
            *seen += 1;
            if *seen > 1 {
                draft.record_id = format!("{}-{seen}", draft.record_id);
                draft.origins.retain(|origin| origin.field != "/recordId");
            }
        }
        let told: HashSet<&str> =
            self.drafts.iter().flat_map(|draft| &draft.origins).map(|origin| origin.source.as_str()).collect();
        let mut sweep = Sweep { told, why: &self.why, kept: Vec::new() };
        sweep.value(root, "", &Why::Unknown);
        for (at, value) in &self.inner {
            sweep.value(value, at, &Why::Unknown);
        }
        let kept = sweep.kept;
        Imported { document, drafts: self.drafts, kept, refused: self.refused }
    }
}

struct Sweep<'a> {
    told: HashSet<&'a str>,
    why: &'a BTreeMap<String, Why>,
    kept: Vec<Kept>,
}

impl Sweep<'_> {
    fn value(&mut self, value: &Value, at: &str, outer: &Why) {
        let why = self.why.get(at).unwrap_or(outer).clone();
        match value {
            Value::Object(members) if !members.is_empty() => {
                members.iter().for_each(|(name, value)| self.value(value, &child(at, name), &why));
            }
            Value::Array(items) if !items.is_empty() => {
                items.iter().enumerate().for_each(|(index, value)| self.value(value, &child(at, index), &why));
            }
            _ if self.told.contains(at) => {}
            _ => self.kept.push(Kept { pointer: at.to_owned(), value: value.clone(), why }),
        }
    }
}
