//! One draft in the making: what the document says is put in its place, then the whole is held to what a record must be.

use super::draft::Draft;
use super::error::Why;
use super::fit::Fitting;
use super::source::Part;
use crate::time::{format_rfc3339_ms, parse_rfc3339_ms};
use crate::trade::action::RecordType;
use crate::trade::jws::PAYLOAD_LIMITS;
use crate::trade::payload::child;
use crate::trade::record::reference_fault;
use serde_json::{Map, Value};

/// Characters of a suggested `recordId`, at most.
const ID_LENGTH: usize = 120;

/// Why a part of a document becomes no draft, in words.
pub(super) type Untold = String;

/// A draft in the making.
#[derive(Debug)]
pub(super) struct Making {
    record_type: RecordType,
    code: Option<String>,
    subject: Option<(&'static str, String)>,
    id: Option<String>,
    time: Option<String>,
    actor: Map<String, Value>,
    recipient: Map<String, Value>,
    body: Map<String, Value>,
    fitting: Fitting,
    supplied: Vec<String>,
}

impl Making {
    pub fn new(record_type: RecordType) -> Self {
        Self {
            record_type,
            code: None,
            subject: None,
            id: None,
            time: None,
            actor: Map::new(),
            recipient: Map::new(),
            body: Map::new(),
            fitting: Fitting::default(),
            supplied: Vec::new(),
        }
    }

    /// Puts a member into the body under its own name.
    pub fn copy(&mut self, part: &Part<'_>, name: &str) {
        self.copy_as(part, name, name);
    }

    /// Puts a member into the body under another name.
    pub fn copy_as(&mut self, part: &Part<'_>, name: &str, field: &str) {
        if let Some(value) = part.members.get(name) {
            let currency = part.text("currency");
            self.put(field, value, &part.pointer(name), currency);
        }
    }

    /// Puts every member that is a field into the body, except some.
    pub fn copy_all(&mut self, part: &Part<'_>, except: &[&str]) {
        let (mut taken, mut fitting) = (Map::new(), Fitting::default());
        taken.append(&mut fitting.object(part.members, &part.at, "/body", except));
        for (name, value) in taken {
            let (source, field) = (part.pointer(&name), child("/body", &name));
            match self.body.get(&name) {
                Some(there) if *there != value => {
                    fitting.origins.retain(|origin| !is_within(&origin.field, &field));
                    fitting.notes.push((source, Why::Conflict { field }));
                }
                _ => {
                    self.body.insert(name, value);
                }
            }
        }
        self.fitting.origins.append(&mut fitting.origins);
        self.fitting.notes.append(&mut fitting.notes);
    }

    /// Puts a value that stands at `source` into the body.
    pub fn put(&mut self, field: &str, value: &Value, source: &str, currency: Option<&str>) {
        let pointer = child("/body", field);
        let before = self.fitting.origins.len();
        if let Some(value) = self.fitting.value(field, value, source, &pointer, currency) {
            match self.body.get(field) {
                Some(there) if *there != value => {
                    self.fitting.origins.truncate(before);
                    self.fitting.notes.push((source.to_owned(), Why::Conflict { field: pointer }));
                }
                _ => {
                    self.body.insert(field.to_owned(), value);
                }
            }
        }
    }

    /// Puts a member into an object of the body.
    pub fn copy_into(&mut self, part: &Part<'_>, name: &str, object: &str, field: &str) {
        let Some(value) = part.members.get(name) else { return };
        let pointer = child(&child("/body", object), field);
        let there = self.body.get(object);
        if there.is_some_and(|there| there.as_object().is_none_or(|there| there.contains_key(field))) {
            return;
        }
        if let Some(value) = self.fitting.value(field, value, &part.pointer(name), &pointer, None) {
            let inner = self.body.entry(object).or_insert_with(|| Value::Object(Map::new()));
            if let Some(inner) = inner.as_object_mut() {
                inner.insert(field.to_owned(), value);
            }
        }
    }

    /// Puts a list of objects into the body, its members renamed: each pair is a name there and a name here.
    pub fn list(&mut self, part: &Part<'_>, name: &str, field: &str, names: &[(&str, &str)]) {
        let at = child("/body", field);
        let mut taken = Vec::new();
        for (source, item) in part.items(name) {
            let Some(item) = Part::of(item, source) else { continue };
            let here = child(&at, taken.len());
            let mut renamed = Map::new();
            for (there, name) in names {
                // Two spellings of one name: the first counts.
                if !renamed.contains_key(*name)
                    && let Some(value) = item.members.get(*there)
                    && let Some(value) =
                        self.fitting.value(name, value, &item.pointer(there), &child(&here, name), None)
                {
                    renamed.insert((*name).to_owned(), value);
                }
            }
            if !renamed.is_empty() {
                taken.push(Value::Object(renamed));
            }
        }
        if !taken.is_empty() {
            self.body.insert(field.to_owned(), Value::Array(taken));
        }
    }

    /// Says in the body what the document does not state.
    pub fn supply(&mut self, field: &str, value: &str) {
        if !self.body.contains_key(field) {
            self.body.insert(field.to_owned(), Value::String(value.to_owned()));
            self.supplied.push(child("/body", field));
        }
    }

    /// The action, from the code at a place; a code in another spelling stays in the body too, under its name.
    pub fn act(&mut self, action: &str, part: &Part<'_>, name: &str) {
        if part.text(name) == Some(action) {
            self.fitting.origin(&part.pointer(name), "/actionCode");
        } else {
            self.copy(part, name);
        }
        self.code = Some(action.to_owned());
    }

    /// Leaves a member out: the draft has another value for a field.
    pub fn conflict(&mut self, part: &Part<'_>, name: &str, field: &str) {
        self.fitting.notes.push((part.pointer(name), Why::Conflict { field: field.to_owned() }));
    }

    /// An action that the document does not state.
    pub fn act_supplied(&mut self, action: &str) {
        self.code = Some(action.to_owned());
        self.supplied.push("/actionCode".to_owned());
    }

    /// When the action was, from a member that is a moment.
    pub fn when(&mut self, part: &Part<'_>, name: &str) {
        let Some(value) = part.members.get(name) else { return };
        match value.as_str().filter(|text| parse_rfc3339_ms(text).is_ok()) {
            Some(text) => {
                self.time = Some(text.to_owned());
                self.fitting.origin(&part.pointer(name), "/actionDateTime");
            }
            None => {
                let expected = "a date and time with its offset".to_owned();
                self.fitting.notes.push((part.pointer(name), Why::Kind { expected }));
            }
        }
    }

    /// When the action was, from a member that is a moment, unless that is said already.
    pub fn when_unsaid(&mut self, part: &Part<'_>, name: &str) {
        if self.time.is_none() {
            self.when(part, name);
        }
    }

    /// When the action was, from a member that counts milliseconds since 1970.
    pub fn when_ms(&mut self, part: &Part<'_>, name: &str) {
        let Some(value) = part.members.get(name) else { return };
        match value.as_i64().and_then(format_rfc3339_ms) {
            Some(text) => {
                self.time = Some(text);
                self.fitting.origin(&part.pointer(name), "/actionDateTime");
            }
            None => {
                let expected = "milliseconds since 1970".to_owned();
                self.fitting.notes.push((part.pointer(name), Why::Kind { expected }));
            }
        }
    }

    /// The asset, from a text at a place.
    pub fn about(&mut self, scheme: &'static str, reference: &str, source: &str) {
        self.fitting.origin(source, "/subject/reference");
        self.subject = Some((scheme, reference.to_owned()));
    }

    /// The asset, worked out from what the document says.
    pub fn about_supplied(&mut self, scheme: &'static str, reference: &str) {
        self.supplied.push("/subject/reference".to_owned());
        self.subject = Some((scheme, reference.to_owned()));
    }

    /// The party that acts.
    pub fn actor(&mut self, party: &Part<'_>, only: &[&str]) {
        self.actor = self.party(party, "/actor", only);
    }

    /// The party the action goes to.
    pub fn recipient(&mut self, party: &Part<'_>) {
        self.recipient = self.party(party, "/recipient", &[]);
    }

    fn party(&mut self, party: &Part<'_>, field: &str, only: &[&str]) -> Map<String, Value> {
        if party.text("partyName") == Some("NONE") {
            self.fitting.notes.push((party.at.clone(), Why::Placeholder));
            return Map::new();
        }
        // Whose key it is, the signature says.
        let mut except = vec!["key"];
        except.extend(party.members.keys().map(String::as_str).filter(|name| !only.is_empty() && !only.contains(name)));
        self.fitting.object(party.members, &party.at, field, &except)
    }

    /// The `recordId`, as the document numbers what it says.
    pub fn id(&mut self, id: &str) {
        self.id = Some(id.to_owned());
    }

    /// Notes that a value of the document is the `recordId`.
    pub fn id_from(&mut self, part: &Part<'_>, name: &str) {
        if let Some(id) = part.text(name).filter(|id| *id == clean_id(id)) {
            self.id(id);
            self.fitting.origin(&part.pointer(name), "/recordId");
        }
    }

    /// The places whose values are left out, and why.
    pub fn notes(&self) -> &[(String, Why)] {
        &self.fitting.notes
    }

    /// The draft, when it has what every record of its kind has.
    pub fn finish(self) -> Result<Draft, Untold> {
        let kind = self.record_type.code();
        let code = self.code.ok_or_else(|| "it does not say what was done".to_owned())?;
        let action = self.record_type.action(&code).ok_or_else(|| {
            format!("{:?} is no action of a {kind} record", code.chars().take(60).collect::<String>())
        })?;
        let (scheme, reference) =
            self.subject.ok_or_else(|| format!("it names no asset that a {kind} record could be about"))?;
        if let Some(fault) = reference_fault(&reference) {
            return Err(format!("its reference is not one: expected {fault}"));
        }
        let schemes = self.record_type.schema().schemes;
        if !schemes.contains(&scheme) {
            return Err(format!("a {kind} record is about {}, not about {scheme}", schemes.join(" or ")));
        }
        if let Some(missing) = action.required.iter().find(|name| !self.body.contains_key(**name)) {
            return Err(format!("{code} needs {missing}, which it does not tell"));
        }
        if action.recipient && self.recipient.is_empty() {
            return Err(format!("{code} needs a recipient, which it does not tell"));
        }
        let draft = Draft {
            record_type: self.record_type,
            record_id: clean_id(&self.id.unwrap_or_else(|| format!("{reference}-{code}"))),
            scheme,
            reference,
            action,
            action_date_time: self.time,
            actor: Some(self.actor).filter(|actor| !actor.is_empty()),
            recipient: Some(self.recipient).filter(|recipient| !recipient.is_empty()),
            body: self.body,
            origins: self.fitting.origins,
            supplied: self.supplied,
        };
        let bytes = Value::Object(draft.statement("2000-01-01T00:00:00.000+00:00")).to_string().len();
        match bytes > PAYLOAD_LIMITS.bytes {
            true => Err(format!("a record of {bytes} bytes is over the limit of {}", PAYLOAD_LIMITS.bytes)),
            false => Ok(draft),
        }
    }
}

/// A text as a `recordId`: short, on one line.
fn clean_id(text: &str) -> String {
    let cleaned: String = text.trim().chars().filter(|letter| !letter.is_control()).take(ID_LENGTH).collect();
    if cleaned.is_empty() { "record".to_owned() } else { cleaned }
}

/// Whether a pointer is another or leads into it.
pub(super) fn is_within(pointer: &str, other: &str) -> bool {
    pointer.strip_prefix(other).is_some_and(|rest| rest.is_empty() || rest.starts_with('/') || rest.starts_with('#'))
}
