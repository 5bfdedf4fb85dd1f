//! Is each field of the kind its name promises? Unknown names are left as they are.

use crate::encoding::decode_hex_array;
use crate::time::parse_rfc3339_ms;
use crate::trade::amount::{Amount, Decimal};
use crate::trade::fields::{self, Kind};
use crate::trade::party::parse_key;
use crate::trade::payload::{Element, Node, Object, child};
use crate::trade::record::RecordError;
use serde_json::Value;

/// Characters of a wrong value that an error shows.
pub(super) const SHOWN: usize = 60;

/// The start of a value, for an error.
pub(super) fn shown(node: &Node) -> String {
    match node {
        Node::Scalar(value) => value.to_string().chars().take(SHOWN).collect(),
        Node::Object(_) => "an object".to_owned(),
        Node::List(_) => "a list".to_owned(),
    }
}

/// Reads every member of an object that has a known name. `outer` is the currency of the objects around it.
pub(super) fn object(object: &Object, at: &str, outer: Option<&str>) -> Result<(), RecordError> {
    for (name, field) in &object.members {
        let at = child(at, name);
        match fields::find(name).map(|info| info.kind) {
            Some(kind) => member(kind, &field.node, &at, currency_of(object, kind).or(outer))?,
            None => nested(&field.node, &at, currency_of(object, Kind::Text).or(outer))?,
        }
    }
    Ok(())
}

fn nested(node: &Node, at: &str, currency: Option<&str>) -> Result<(), RecordError> {
    match node {
        Node::Scalar(_) => Ok(()),
        Node::Object(inner) => object(inner, at, currency),
        Node::List(elements) => elements.iter().enumerate().try_for_each(|(index, element)| match element {
            Element::Shown(field) => nested(&field.node, &child(at, index), currency),
            Element::Withheld(_) => Ok(()),
        }),
    }
}

/// Reads a field of a kind. `currency` is that of the object it stands in.
pub(super) fn member(kind: Kind, node: &Node, at: &str, currency: Option<&str>) -> Result<(), RecordError> {
    let wrong = |expected: &str| {
        Err(RecordError::Wrong { field: at.to_owned(), expected: expected.to_owned(), found: shown(node) })
    };
    match (kind, node) {
        (Kind::Text | Kind::Texts | Kind::Code | Kind::Place | Kind::Address, Node::Scalar(Value::String(_))) => Ok(()),
        (Kind::Texts, Node::List(elements)) if elements.iter().all(is_text) => Ok(()),
        (Kind::Place | Kind::Address | Kind::Party, Node::Object(inner)) => object(inner, at, currency),
        (Kind::Group, Node::Object(_) | Node::List(_)) => nested(node, at, currency),
        (Kind::Flag, Node::Scalar(Value::Bool(_))) => Ok(()),
        (Kind::Count, Node::Scalar(Value::Number(number))) if number.is_u64() => Ok(()),
        (Kind::Decimal, Node::Scalar(Value::String(text))) => amount(at, Decimal::parse(text)),
        (Kind::Amount(_), Node::Scalar(Value::String(text))) => match currency {
            Some(currency) => amount(at, Amount::parse(text, currency)),
            // The currency is withheld: the number can still be read.
            None => amount(at, Decimal::parse(text)),
        },
        (Kind::Amount(_), Node::Object(money)) => match (money.text("value"), money.text("currency")) {
            (Some(value), Some(currency)) => amount(at, Amount::parse(value, currency)),
            _ => wrong("an object of value and currency, both texts"),
        },
        (Kind::Quantity, Node::Object(quantity)) => match (quantity.members.get("value"), quantity.text("unit")) {
            (Some(value), Some(_)) => match &value.node {
                Node::Scalar(Value::Number(_)) => Ok(()),
                Node::Scalar(Value::String(text)) => amount(&child(at, "value"), Decimal::parse(text)),
                _ => wrong("an object of value (a number) and unit"),
            },
            _ => wrong("an object of value (a number) and unit"),
        },
        (Kind::Date, Node::Scalar(Value::String(text))) => match moment(at, &format!("{text}T00:00:00Z")) {
            Ok(()) => Ok(()),
            Err(_) => wrong("a date such as 2026-03-02"),
        },
        (Kind::Moment, Node::Scalar(Value::String(text))) => moment(at, text),
        (Kind::Hash, Node::Scalar(Value::String(text))) => {
            decode_hex_array::<32>(text).map(drop).map_err(|source| RecordError::Text { field: at.to_owned(), source })
        }
        (Kind::Key, Node::Object(_)) => {
            parse_key(&node.to_value()).map(drop).map_err(|source| RecordError::Key { field: at.to_owned(), source })
        }
        (kind, _) => wrong(expected(kind)),
    }
}

fn is_text(element: &Element) -> bool {
    match element {
        Element::Shown(field) => field.node.text().is_some(),
        Element::Withheld(_) => true,
    }
}

fn amount<T>(at: &str, parsed: Result<T, crate::trade::amount::AmountError>) -> Result<(), RecordError> {
    parsed.map(drop).map_err(|source| RecordError::Amount { field: at.to_owned(), source })
}

fn moment(at: &str, text: &str) -> Result<(), RecordError> {
    parse_rfc3339_ms(text).map(drop).map_err(|source| RecordError::Moment { field: at.to_owned(), source })
}

/// The currency that stands in an object for a member of some kind: an amount's field may name its own, else it is in `currency`.
pub(super) fn currency_of(parent: &Object, kind: Kind) -> Option<&str> {
    let own = match kind {
        Kind::Amount(member) => parent.text(member),
        _ => None,
    };
    own.or_else(|| parent.text("currency"))
}

fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Text => "a text",
        Kind::Texts => "a text or a list of texts",
        Kind::Code => "a code, as a text",
        Kind::Flag => "true or false",
        Kind::Count => "a whole number from 0",
        Kind::Decimal => "a decimal number as a text, such as \"4.25\"",
        Kind::Amount(_) => "an amount as a text, such as \"84300.00\"",
        Kind::Quantity => "an object of value and unit",
        Kind::Date => "a date such as 2026-03-02",
        Kind::Moment => "a date and time with its offset",
        Kind::Place => "a place: a text or an object",
        Kind::Address => "an address: a text or an object",
        Kind::Party => "a party: an object",
        Kind::Group => "an object or a list",
        Kind::Key => "a public key (JWK)",
        Kind::Hash => "64 hexadecimal digits",
    }
}
