//! What is remembered on this device: language, colours, pinned registries, sources of headers. What storage gives is read strictly; what
//! does not read is as if it were not there.

use crate::browser::json::Json;
use crate::browser::{document, storage};
use crate::client::message::{HeaderSource, SourceKind};
use crate::crypto::hash::sha256;
use crate::encoding::encode_hex;
use crate::ui::headers::Choice;
use crate::ui::state::{Pin, Theme};
use crate::ui::wording::Lang;
use crate::ui::wording::source::kind_name;
use std::collections::BTreeSet;

const LANG: &str = "plimsoll.lang";
const THEME: &str = "plimsoll.theme";
const PINS: &str = "plimsoll.pins";
const HEADERS: &str = "plimsoll.headers";
const WITHHELD: &str = "plimsoll.withheld";

/// Proofs whose withheld fields are remembered.
const KEPT_WITHHELD: usize = 8;

/// The members of a pin that is kept.
const PIN: [&str; 2] = ["name", "policy_text"];
/// The members of what is kept of sources.
const CHOICE: [&str; 2] = ["sources", "begin"];
/// The members of what is to be withheld from a proof.
const HELD: [&str; 2] = ["of", "fields"];
/// The members of a source.
const SOURCE: [&str; 5] = ["network", "kind", "url", "first_height", "enabled"];

/// The language chosen earlier, else the first of the browser's that is one of ours, else English.
#[must_use]
pub fn lang() -> Lang {
    let chosen = storage::load(LANG).as_deref().and_then(Lang::of_tag);
    chosen.or_else(|| document::languages().iter().find_map(|tag| Lang::of_tag(tag))).unwrap_or(Lang::En)
}

/// The colours chosen earlier.
#[must_use]
pub fn theme() -> Theme {
    match storage::load(THEME).as_deref() {
        Some("light") => Theme::Light,
        Some("dark") => Theme::Dark,
        _ => Theme::Auto,
    }
}

/// What the document calls a theme.
#[must_use]
pub fn theme_name(theme: Theme) -> Option<&'static str> {
    match theme {
        Theme::Auto => None,
        Theme::Light => Some("light"),
        Theme::Dark => Some("dark"),
    }
}

/// The registries pinned earlier.
#[must_use]
pub fn pins() -> Vec<Pin> {
    storage::load(PINS).map(|text| read_pins(&text)).unwrap_or_default()
}

fn read_pins(text: &str) -> Vec<Pin> {
    let pin = |stored: Json| {
        let [name, policy_text] = stored.members(PIN)?.map(Json::text);
        let (name, policy_text) = (name?, policy_text?);
        // The hash is computed, never believed.
        Some(Pin { policy_hash: encode_hex(&sha256(policy_text.as_bytes())), name, policy_text })
    };
    Json::parse(text).and_then(|stored| stored.list(pin)).unwrap_or_default()
}

fn write_pins(pins: &[Pin]) -> String {
    let texts = |pin: &Pin| object(PIN, [&pin.name, &pin.policy_text].map(|text| Json::Text(text.clone())));
    Json::List(pins.iter().map(texts).collect()).write()
}

fn object<const COUNT: usize>(names: [&str; COUNT], values: [Json; COUNT]) -> Json {
    Json::Object(names.into_iter().map(str::to_owned).zip(values).collect())
}

/// What the reader settled earlier of sources of headers.
#[must_use]
pub fn headers() -> Choice {
    storage::load(HEADERS).map(|text| read_headers(&text)).unwrap_or_default()
}

fn read_headers(text: &str) -> Choice {
    let choice = |stored: Json| {
        let [sources, begin] = stored.members(CHOICE)?;
        Some(Choice { sources: sources.list(read_source)?, begin: begin.list(Json::text)? })
    };
    Json::parse(text).and_then(choice).unwrap_or_default()
}

fn read_source(stored: Json) -> Option<HeaderSource> {
    let [network, kind, url, first_height, enabled] = stored.members(SOURCE)?;
    let (kind, Json::Number(height), Json::Flag(enabled)) = (kind.text()?, first_height, enabled) else { return None };
    let kind = SourceKind::ALL.into_iter().find(|known| kind_name(*known) == kind)?;
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "held against what it came from")]
    let first_height = height as u32;
    #[allow(clippy::float_cmp, reason = "a whole number or none")]
    let is_whole = f64::from(first_height) == height;
    is_whole.then_some(HeaderSource { network: network.text()?, kind, url: url.text()?, first_height, enabled })
}

fn write_headers(choice: &Choice) -> String {
    let text = |text: &str| Json::Text(text.to_owned());
    let source = |source: &HeaderSource| {
        let HeaderSource { network, kind, url, first_height, enabled } = source;
        let height = Json::Number(f64::from(*first_height));
        object(SOURCE, [text(network), text(kind_name(*kind)), text(url), height, Json::Flag(*enabled)])
    };
    let sources = Json::List(choice.sources.iter().map(source).collect());
    let begin = Json::List(choice.begin.iter().map(|network| text(network)).collect());
    object(CHOICE, [sources, begin]).write()
}

/// Remembers what the reader settled of sources of headers.
pub fn save_headers(choice: &Choice) {
    storage::save(HEADERS, &write_headers(choice));
}

/// The fields chosen earlier to be withheld from the proof with this SHA-256, hexadecimal. Only their places are kept, not
/// what they say.
#[must_use]
pub fn withheld(of: &str) -> Option<BTreeSet<String>> {
    let kept = storage::load(WITHHELD).map(|text| read_withheld(&text)).unwrap_or_default();
    kept.into_iter().find(|(proof, _)| proof == of).map(|(_, fields)| fields.into_iter().collect())
}

/// Remembers them, or forgets the proof.
pub fn save_withheld(of: &str, fields: Option<&BTreeSet<String>>) {
    let mut kept = storage::load(WITHHELD).map(|text| read_withheld(&text)).unwrap_or_default();
    kept.retain(|(proof, _)| proof != of);
    kept.extend(fields.map(|fields| (of.to_owned(), fields.iter().cloned().collect())));
    let oldest = kept.len().saturating_sub(KEPT_WITHHELD);
    storage::save(WITHHELD, &write_withheld(&kept[oldest..]));
}

fn read_withheld(text: &str) -> Vec<(String, Vec<String>)> {
    let one = |stored: Json| {
        let [of, fields] = stored.members(HELD)?;
        Some((of.text()?, fields.list(Json::text)?))
    };
    Json::parse(text).and_then(|stored| stored.list(one)).unwrap_or_default()
}

fn write_withheld(kept: &[(String, Vec<String>)]) -> String {
    let one = |(of, fields): &(String, Vec<String>)| {
        let fields = fields.iter().cloned().map(Json::Text).collect();
        object(HELD, [Json::Text(of.clone()), Json::List(fields)])
    };
    Json::List(kept.iter().map(one).collect()).write()
}

/// Remembers the language the reader chose; one he did not choose stays the browser's.
pub fn save_lang(lang: Lang) {
    storage::save(LANG, lang.tag());
}

/// Remembers the colours.
pub fn save_theme(theme: Theme) {
    storage::save(THEME, theme_name(theme).unwrap_or("auto"));
}

/// Remembers the pinned registries.
pub fn save_pins(pins: &[Pin]) {
    storage::save(PINS, &write_pins(pins));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_read_back() {
        let mut source = HeaderSource::new("signet", SourceKind::Electrum, "wss://x.example");
        source.enabled = false;
        let choice = Choice { sources: vec![source], begin: vec!["signet".into()] };
        let text = write_headers(&choice);
        let expected = r#"{"sources":[{"network":"signet","kind":"electrum","url":"wss://x.example","first_height":0,"enabled":false}],"begin":["signet"]}"#;
        assert_eq!(text, expected, "as earlier programs wrote and read it");
        assert_eq!(read_headers(&text), choice);
        for odd in ["", "null", "[]", r#"{"sources":[],"begin":[],"more":1}"#, r#"{"sources":[{}],"begin":[]}"#] {
            assert_eq!(read_headers(odd), Choice::default(), "{odd}");
        }
        for (from, to) in
            [("electrum", "telegraph"), (":0,", ":-1,"), (":0,", ":0.5,"), (":0,", ":4294967296,"), ("false", "0")]
        {
            let odd = text.replacen(from, to, 1);
            assert!(odd != text && read_headers(&odd) == Choice::default(), "{odd}");
        }
    }

    #[test]
    fn withheld_fields_read_back() {
        let kept = vec![("ab".to_owned(), vec!["/body/x".to_owned(), "/body/y/0".to_owned()])];
        let text = write_withheld(&kept);
        assert_eq!(text, r#"[{"of":"ab","fields":["/body/x","/body/y/0"]}]"#);
        assert_eq!(read_withheld(&text), kept);
        for odd in ["", "null", "[{}]", r#"[{"of":"ab","fields":[1]}]"#, r#"[{"of":"ab"}]"#] {
            assert_eq!(read_withheld(odd), [], "{odd}");
        }
    }

    #[test]
    fn pins_read_back_with_the_hash_of_their_text() {
        let pin = Pin {
            name: "r".into(),
            policy_hash: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881".into(),
            policy_text: "x".into(),
        };
        let text = write_pins(std::slice::from_ref(&pin));
        assert_eq!(text, r#"[{"name":"r","policy_text":"x"}]"#, "as earlier programs wrote and read it");
        assert_eq!(read_pins(&text), [pin]);
        for odd in ["", "null", "[{}]", r#"[{"name":"r","policy_text":"x","policy_hash":"y"}]"#] {
            assert_eq!(read_pins(odd), [], "{odd}");
        }
    }
}
