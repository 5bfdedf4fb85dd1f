//! The same proof, with fields of its record withheld from the next reader.
//!
//! Only disclosures are left out, so signatures, log and anchor stay as they are. Records beside the one the proof is about
//! have the same fields withheld: what is kept back here must not stand in the record before. What says the same elsewhere,
//! under another name or in the clear, cannot be found by its place; it is looked for by its text and told of.

use crate::proof::bundle::{Bundle, LoggedRecord};
use crate::trade::fields::{self, Kind};
use crate::trade::payload::{Element, Field, Node, Object, Payload, child, unescape};
use crate::trade::said::Said;
use crate::trade::sd_jwt::{SdJwt, SdJwtError};
use crate::trade::view::FieldView;
use crate::trade::withhold::{Choice, WithholdError, choice, likewise};
use std::collections::{BTreeMap, BTreeSet};

/// Shortest text that is looked for elsewhere, in letters: shorter ones stand everywhere.
const MIN_ECHO: usize = 4;
/// Most places told of where a withheld text still stands.
pub const MAX_ECHOES: usize = 64;

/// Why a proof cannot be made without these fields.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofWithholdError {
    /// A field of its record cannot be withheld.
    #[error(transparent)]
    Field(#[from] WithholdError),
    /// A record beside it cannot be read.
    #[error("record {place} beside the one the proof is about")]
    Beside {
        /// Which, from 1.
        place: usize,
        /// Why.
        source: WithholdError,
    },
}

/// A proof with fields withheld, and what became of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// The proof.
    pub bundle: Bundle,
    /// Fields that were withheld now, those of its record first.
    pub hidden: Vec<Hidden>,
    /// Where their texts still stand.
    pub echoes: Vec<Echo>,
}

/// A field that was withheld.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hidden {
    /// Of which record.
    pub record_id: String,
    /// Whether that is the record the proof is about.
    pub own: bool,
    /// JSON pointer.
    pub path: String,
    /// The way to it in plain words.
    pub words: Said,
}

/// A text that was withheld and still stands elsewhere in the proof.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Echo {
    /// The text.
    pub text: String,
    /// In which record.
    pub record_id: String,
    /// JSON pointer.
    pub path: String,
    /// The way to it in plain words.
    pub words: Said,
}

/// The fields of a proof's record in reading order, each with its choice.
///
/// # Errors
/// [`SdJwtError`], when the record's disclosures do not fit.
pub fn choices(bundle: &Bundle) -> Result<Vec<(FieldView, Choice)>, SdJwtError> {
    let sd_jwt = SdJwt::parse_record(&bundle.record.sd_jwt)?;
    let payload = sd_jwt.disclose()?.payload().clone();
    let fields = sd_jwt.unverified_view().fields.into_iter();
    Ok(fields
        .map(|field| {
            let choice = choice(&payload, &field.path).unwrap_or(Choice::Withheld);
            (field, choice)
        })
        .collect())
}

/// The same proof without the fields of its record at these JSON pointers, nor anything inside them.
///
/// # Errors
/// [`ProofWithholdError`] names the first field that cannot be withheld.
pub fn withhold(bundle: &Bundle, pointers: &[String]) -> Result<Held, ProofWithholdError> {
    let mut bundle = bundle.clone();
    if pointers.is_empty() {
        return Ok(Held { bundle, hidden: Vec::new(), echoes: Vec::new() });
    }
    let own = parse(&bundle.record)?;
    let payload = own.disclose().map_err(WithholdError::from)?.payload().clone();
    let shown = own.withhold(pointers.iter().map(String::as_str))?;
    bundle.record.sd_jwt = shown.to_string();
    let mut hidden = told(&payload, outermost(pointers), true);
    let mut texts = BTreeSet::new();
    for at in pointers {
        let Some(field) = payload.field(at) else { continue };
        leaves(field, at, &mut |_, text| {
            texts.insert(text.to_owned());
        });
    }
    let mut shown = vec![shown.unverified_payload()];
    for (record, place) in bundle.history.iter_mut().zip(1..) {
        let beside = |source| ProofWithholdError::Beside { place, source };
        let other = parse(record).map_err(beside)?;
        let there = other.disclose().map_err(|source| beside(source.into()))?.payload().clone();
        let same: Vec<String> = pointers.iter().flat_map(|at| likewise(&payload, at, &there)).collect();
        let fewer = other.withhold(same.iter().map(String::as_str)).map_err(beside)?;
        record.sd_jwt = fewer.to_string();
        hidden.extend(told(&there, outermost(&same), false));
        shown.push(fewer.unverified_payload());
    }
    // Of a party's registration nothing is withheld; it is only looked at.
    shown.extend(bundle.parties.iter().filter_map(|party| Some(parse(party).ok()?.unverified_payload())));
    Ok(Held { bundle, hidden, echoes: echoes(&shown, &texts) })
}

fn parse(record: &LoggedRecord) -> Result<SdJwt, WithholdError> {
    Ok(SdJwt::parse_record(&record.sd_jwt)?)
}

/// Those that lie in no other of them.
fn outermost(pointers: &[String]) -> BTreeSet<&str> {
    let within = |at: &str, around: &String| at.strip_prefix(around.as_str()).is_some_and(|rest| rest.starts_with('/'));
    let outer = pointers.iter().filter(|at| !pointers.iter().any(|around| within(at, around)));
    outer.map(String::as_str).collect()
}

fn told(payload: &Payload, paths: BTreeSet<&str>, own: bool) -> Vec<Hidden> {
    let record_id = record_id(payload);
    let hidden = |path: &str| Hidden { record_id: record_id.clone(), own, path: path.to_owned(), words: words(path) };
    paths.into_iter().map(hidden).collect()
}

fn record_id(payload: &Payload) -> String {
    payload.root.text("recordId").unwrap_or_default().to_owned()
}

/// The way to a field in plain words: `document parties › shipper › name`. Elements of lists have numbers, from 1.
fn words(path: &str) -> Said {
    let parts = path.split('/').skip(1).filter(|part| *part != "body").map(unescape);
    let (mut en, mut zh) = (Vec::new(), Vec::new());
    for part in parts {
        match part.parse::<usize>() {
            Ok(number) => {
                en.push((number + 1).to_string());
                zh.push((number + 1).to_string());
            }
            Err(_) => {
                en.push(fields::label(&part).to_owned());
                zh.push(fields::label_zh(&part).unwrap_or(&part).to_owned());
            }
        }
    }
    Said::new(en.join(" › "), zh.join(" › "))
}

/// Calls with the place and text of everything inside a field that could tell what was withheld: texts and amounts, but not
/// codes and dates, which say little where they stand alone.
fn leaves(field: &Field, at: &str, call: &mut dyn FnMut(&str, &str)) {
    match &field.node {
        Node::Scalar(_) => {
            let name = at.rsplit('/').map(unescape).find(|part| part.parse::<usize>().is_err());
            let kind = name.and_then(|name| fields::find(&name)).map(|info| info.kind);
            let tells = !matches!(kind, Some(Kind::Code | Kind::Date | Kind::Moment | Kind::Flag | Kind::Count));
            if let Some(text) = field.node.text()
                && tells
                && text.trim().chars().count() >= MIN_ECHO
            {
                call(at, text);
            }
        }
        Node::Object(object) => leaves_of(object, at, call),
        Node::List(elements) => elements.iter().enumerate().for_each(|(place, element)| match element {
            Element::Shown(field) => leaves(field, &child(at, place), call),
            Element::Withheld(_) => {}
        }),
    }
}

fn leaves_of(object: &Object, at: &str, call: &mut dyn FnMut(&str, &str)) {
    object.members.iter().for_each(|(name, field)| leaves(field, &child(at, name), call));
}

/// Where these texts stand in what is shown, each place once.
fn echoes(shown: &[Payload], texts: &BTreeSet<String>) -> Vec<Echo> {
    let mut found: BTreeMap<(usize, String), Echo> = BTreeMap::new();
    for (which, payload) in shown.iter().enumerate() {
        leaves_of(&payload.root, "", &mut |path, text| {
            if found.len() < MAX_ECHOES && texts.contains(text) {
                let record_id = record_id(payload);
                let echo = Echo { text: text.to_owned(), record_id, path: path.to_owned(), words: words(path) };
                found.insert((which, path.to_owned()), echo);
            }
        });
    }
    found.into_values().collect()
}
