//! A document's values as fields of a record: what has a field of its kind goes in, what has none stays out and is noted.

use super::draft::Origin;
use super::error::Why;
use crate::trade::fields::{self, Kind};
use crate::trade::payload::{Node, child};
use crate::trade::typed;
use serde_json::{Map, Value};

/// Objects and lists inside one another in a draft's body, at most: a record may have 16, its body is one level down.
const DEPTH: usize = 12;

/// Where values come from, and why some are left out, as fields are filled.
#[derive(Debug, Default)]
pub(super) struct Fitting {
    /// Where each value that went in comes from.
    pub origins: Vec<Origin>,
    /// Places in the document whose values did not go in, and why.
    pub notes: Vec<(String, Why)>,
}

/// A value on its way: where it stands, where it goes, and in which currency its amounts are.
#[derive(Clone, Copy)]
struct Way<'a> {
    source: &'a str,
    field: &'a str,
    currency: Option<&'a str>,
    depth: usize,
}

impl Fitting {
    /// The value of a known field, as far as it fits.
    pub fn value(
        &mut self,
        name: &str,
        value: &Value,
        source: &str,
        field: &str,
        currency: Option<&str>,
    ) -> Option<Value> {
        self.named(name, value, Way { source, field, currency, depth: DEPTH })
    }

    /// The members of an object that have fields, except some.
    pub fn object(
        &mut self,
        members: &Map<String, Value>,
        source: &str,
        field: &str,
        except: &[&str],
    ) -> Map<String, Value> {
        self.members(members, Way { source, field, currency: None, depth: DEPTH }, except)
    }

    fn named(&mut self, name: &str, value: &Value, way: Way<'_>) -> Option<Value> {
        let kind = fields::find(name)?.kind;
        match (kind, value) {
            (_, Value::Array(_) | Value::Object(_)) if way.depth == 0 => {
                self.leave(way, format!("at most {DEPTH} levels"))
            }
            (Kind::Group | Kind::Party | Kind::Place | Kind::Address, Value::Object(members)) => {
                let inner = self.members(members, way, &[]);
                (!inner.is_empty()).then_some(Value::Object(inner))
            }
            (Kind::Group, Value::Array(items)) => self.list(items, way),
            (Kind::Quantity, Value::Object(members)) => self.pair(kind, members, "unit", way),
            (Kind::Amount(_), Value::Object(members)) => self.pair(kind, members, "currency", way),
            (Kind::Decimal | Kind::Amount(_), Value::Number(number)) => {
                self.scalar(kind, Value::String(number.to_string()), way)
            }
            (Kind::Texts, Value::Array(items)) => {
                typed_as(kind, value, way).map_err(|expected| self.leave(way, expected)).ok()?;
                for index in 0..items.len() {
                    self.origin(&child(way.source, index), &child(way.field, index));
                }
                // An empty list is a value of its own.
                if items.is_empty() {
                    self.origin(way.source, way.field);
                }
                Some(value.clone())
            }
            _ => self.scalar(kind, value.clone(), way),
        }
    }

    fn members(&mut self, members: &Map<String, Value>, way: Way<'_>, except: &[&str]) -> Map<String, Value> {
        let mut taken = Map::new();
        for (name, value) in members {
            if except.contains(&name.as_str()) {
                continue;
            }
            let own = match fields::find(name).map(|info| info.kind) {
                Some(Kind::Amount(member)) => members.get(member).and_then(Value::as_str),
                _ => None,
            };
            let currency = own.or_else(|| members.get("currency").and_then(Value::as_str)).or(way.currency);
            let (source, field) = (child(way.source, name), child(way.field, name));
            let inner = Way { source: &source, field: &field, currency, depth: way.depth - 1 };
            if let Some(value) = self.named(name, value, inner) {
                taken.insert(name.clone(), value);
            }
        }
        taken
    }

    fn list(&mut self, items: &[Value], way: Way<'_>) -> Option<Value> {
        let mut taken = Vec::new();
        for (index, item) in items.iter().enumerate() {
            let (source, field) = (child(way.source, index), child(way.field, taken.len()));
            let inner = Way { source: &source, field: &field, depth: way.depth - 1, ..way };
            match item {
                Value::Object(members) if inner.depth > 0 => {
                    let item = self.members(members, inner, &[]);
                    if !item.is_empty() {
                        taken.push(Value::Object(item));
                    }
                }
                _ => {
                    self.leave(inner, "an object".to_owned());
                }
            }
        }
        (!taken.is_empty()).then_some(Value::Array(taken))
    }

    /// An amount or quantity: its value and the member that says in what.
    fn pair(&mut self, kind: Kind, members: &Map<String, Value>, of: &str, way: Way<'_>) -> Option<Value> {
        let mut pair = Map::new();
        for name in ["value", of] {
            if let Some(value) = members.get(name) {
                let exact = match (kind, value) {
                    (Kind::Amount(_), Value::Number(number)) => Value::String(number.to_string()),
                    _ => value.clone(),
                };
                pair.insert(name.to_owned(), exact);
            }
        }
        let pair = Value::Object(pair);
        typed_as(kind, &pair, way).map_err(|expected| self.leave(way, expected)).ok()?;
        for name in ["value", of] {
            self.origin(&child(way.source, name), &child(way.field, name));
        }
        Some(pair)
    }

    fn scalar(&mut self, kind: Kind, value: Value, way: Way<'_>) -> Option<Value> {
        typed_as(kind, &value, way).map_err(|expected| self.leave(way, expected)).ok()?;
        self.origin(way.source, way.field);
        Some(value)
    }

    fn leave(&mut self, way: Way<'_>, expected: String) -> Option<Value> {
        self.notes.push((way.source.to_owned(), Why::Kind { expected }));
        None
    }

    /// Notes that the value at a place of the document is the value of a field.
    pub fn origin(&mut self, source: &str, field: &str) {
        self.origins.push(Origin { source: source.to_owned(), field: field.to_owned() });
    }
}

/// Whether a record may have this value in a field of that kind; what it says where not.
fn typed_as(kind: Kind, value: &Value, way: Way<'_>) -> Result<(), String> {
    typed::member(kind, &Node::clear(value), way.field, way.currency).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn fitted(value: &Value) -> (Value, Fitting) {
        let mut fitting = Fitting::default();
        let body = fitting.object(value.as_object().unwrap(), "", "/body", &[]);
        (Value::Object(body), fitting)
    }

    #[test]
    fn money_becomes_decimal_text_and_what_has_no_field_stays_out() {
        let (body, fitting) = fitted(&json!({"charges": [
            {"currencyAmount": 12.5, "currencyCode": "EUR", "unitPrice": 1, "x-own": {"a": [1]}},
            7,
            {"currencyAmount": 12.345, "currencyCode": "EUR"},
        ]}));
        assert_eq!(
            body,
            json!({"charges": [
                {"currencyAmount": "12.5", "currencyCode": "EUR", "unitPrice": "1"},
                {"currencyCode": "EUR"},
            ]})
        );
        let noted: Vec<&str> = fitting.notes.iter().map(|(source, _)| source.as_str()).collect();
        assert_eq!(noted, ["/charges/1", "/charges/2/currencyAmount"], "a name that is not known needs no note");
        let last = fitting.origins.last().unwrap();
        assert_eq!(
            (last.source.as_str(), last.field.as_str()),
            ("/charges/2/currencyCode", "/body/charges/1/currencyCode")
        );
    }

    #[test]
    fn depth_is_bounded() {
        let mut deep = json!({"vesselName": "x"});
        for _ in 0..DEPTH + 5 {
            deep = json!({ "transports": deep });
        }
        let (body, fitting) = fitted(&deep);
        assert_eq!(body, json!({}));
        assert_eq!(fitting.notes.len(), 1);
    }
}
