//! JSON by the browser's own reader and writer, which cost nobody a download. What is read here is the page's own, from
//! storage; what proves anything is read by [`crate::encoding::json`], which refuses more. Native tests have `serde_json` in the browser's place.

/// Deeper than anything the page keeps.
const MOST_DEPTH: u8 = 8;

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// True or false.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A text.
    Text(String),
    /// A list.
    List(Vec<Json>),
    /// An object's members.
    Object(Vec<(String, Json)>),
}

impl Json {
    /// Reads a text. `None` when it is no JSON, or deeper than what the page keeps.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        engine::parse(text)
    }

    /// Writes it.
    #[must_use]
    pub fn write(&self) -> String {
        let mut text = String::new();
        self.append(&mut text);
        text
    }

    fn append(&self, text: &mut String) {
        match self {
            Self::Null => text.push_str("null"),
            Self::Flag(flag) => text.push_str(if *flag { "true" } else { "false" }),
            Self::Number(number) => text.push_str(&engine::number(*number)),
            Self::Text(value) => text.push_str(&engine::quoted(value)),
            Self::List(items) => {
                for (at, item) in items.iter().enumerate() {
                    text.push(if at == 0 { '[' } else { ',' });
                    item.append(text);
                }
                text.push_str(if items.is_empty() { "[]" } else { "]" });
            }
            Self::Object(members) => {
                for (at, (name, value)) in members.iter().enumerate() {
                    text.push(if at == 0 { '{' } else { ',' });
                    text.push_str(&engine::quoted(name));
                    text.push(':');
                    value.append(text);
                }
                text.push_str(if members.is_empty() { "{}" } else { "}" });
            }
        }
    }

    /// A text's value.
    #[must_use]
    pub fn text(self) -> Option<String> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    /// What each item of a list is; `None` for anything else, and when one item is not.
    #[must_use]
    pub fn list<T>(self, of: impl FnMut(Self) -> Option<T>) -> Option<Vec<T>> {
        if let Self::List(items) = self { items.into_iter().map(of).collect() } else { None }
    }

    /// The values of an object that has these members and no other, in this order.
    #[must_use]
    pub fn members<const COUNT: usize>(self, names: [&str; COUNT]) -> Option<[Self; COUNT]> {
        let Self::Object(mut members) = self else { return None };
        if members.len() != COUNT {
            return None;
        }
        let mut values = [const { Self::Null }; COUNT];
        for (name, value) in names.iter().zip(&mut values) {
            let (_, found) = members.iter_mut().find(|(found, _)| found == name)?;
            *value = std::mem::replace(found, Self::Null);
        }
        Some(values)
    }
}

#[cfg(target_arch = "wasm32")]
mod engine {
    use super::{Json, MOST_DEPTH};
    use wasm_bindgen::{JsCast, JsValue};

    pub fn parse(text: &str) -> Option<Json> {
        js_sys::JSON::parse(text).ok().and_then(|value| of(&value, MOST_DEPTH))
    }

    fn of(value: &JsValue, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        Some(if let Some(text) = value.as_string() {
            Json::Text(text)
        } else if let Some(number) = value.as_f64() {
            Json::Number(number)
        } else if let Some(flag) = value.as_bool() {
            Json::Flag(flag)
        } else if let Some(items) = value.dyn_ref::<js_sys::Array>() {
            Json::List(items.iter().map(|item| of(&item, depth)).collect::<Option<_>>()?)
        } else if let Some(object) = value.dyn_ref::<js_sys::Object>() {
            let member = |entry: JsValue| {
                let entry = js_sys::Array::from(&entry);
                Some((entry.get(0).as_string()?, of(&entry.get(1), depth)?))
            };
            Json::Object(js_sys::Object::entries(object).iter().map(member).collect::<Option<_>>()?)
        } else {
            Json::Null
        })
    }

    pub fn quoted(text: &str) -> String {
        stringified(&text.into())
    }

    pub fn number(number: f64) -> String {
        stringified(&number.into())
    }

    fn stringified(value: &JsValue) -> String {
        js_sys::JSON::stringify(value).map(String::from).unwrap_or_default()
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod engine {
    use super::{Json, MOST_DEPTH};
    use serde_json::Value;

    pub fn parse(text: &str) -> Option<Json> {
        serde_json::from_slice(text.as_bytes()).ok().and_then(|value| of(value, MOST_DEPTH))
    }

    fn of(value: Value, depth: u8) -> Option<Json> {
        let depth = depth.checked_sub(1)?;
        Some(match value {
            Value::Null => Json::Null,
            Value::Bool(flag) => Json::Flag(flag),
            Value::Number(number) => Json::Number(number.as_f64()?),
            Value::String(text) => Json::Text(text),
            Value::Array(items) => Json::List(items.into_iter().map(|item| of(item, depth)).collect::<Option<_>>()?),
            Value::Object(members) => {
                let member = |(name, value)| Some((name, of(value, depth)?));
                Json::Object(members.into_iter().map(member).collect::<Option<_>>()?)
            }
        })
    }

    pub fn quoted(text: &str) -> String {
        Value::from(text).to_string()
    }

    pub fn number(number: f64) -> String {
        // As the browser writes it: a whole number without its point.
        number.to_string()
    }
}
