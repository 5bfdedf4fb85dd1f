//! What is remembered on this device: language, colours, pinned registries, sources of headers. What storage gives is read strictly; what
//! does not read is as if it were not there. JSON is read as bytes, like all that the page reads: for text the program would
//! hold a second reader.

use crate::browser::{document, storage};
use crate::crypto::hash::sha256;
use crate::encoding::encode_hex;
use crate::ui::headers::Choice;
use crate::ui::state::{Pin, Theme};
use crate::ui::wording::Lang;
use serde::{Deserialize, Serialize};

const LANG: &str = "plimsoll.lang";
const THEME: &str = "plimsoll.theme";
const PINS: &str = "plimsoll.pins";
const HEADERS: &str = "plimsoll.headers";

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredPin {
    name: String,
    policy_text: String,
}

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
    let stored: Vec<StoredPin> = serde_json::from_slice(text.as_bytes()).unwrap_or_default();
    let pin = |StoredPin { name, policy_text }| {
        // The hash is computed, never believed.
        Pin { policy_hash: encode_hex(&sha256(policy_text.as_bytes())), name, policy_text }
    };
    stored.into_iter().map(pin).collect()
}

fn write_pins(pins: &[Pin]) -> String {
    let stored: Vec<_> =
        pins.iter().map(|pin| StoredPin { name: pin.name.clone(), policy_text: pin.policy_text.clone() }).collect();
    serde_json::to_string(&stored).unwrap_or_default()
}

/// What the reader settled earlier of sources of headers.
#[must_use]
pub fn headers() -> Choice {
    storage::load(HEADERS).map(|text| read_headers(&text)).unwrap_or_default()
}

fn read_headers(text: &str) -> Choice {
    serde_json::from_slice(text.as_bytes()).unwrap_or_default()
}

/// Remembers what the reader settled of sources of headers.
pub fn save_headers(choice: &Choice) {
    storage::save(HEADERS, &serde_json::to_string(choice).unwrap_or_default());
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
    use crate::client::message::{HeaderSource, SourceKind};

    #[test]
    fn sources_read_back() {
        let mut source = HeaderSource::new("signet", SourceKind::Electrum, "wss://x.example");
        source.enabled = false;
        let choice = Choice { sources: vec![source], begin: vec!["signet".into()] };
        assert_eq!(read_headers(&serde_json::to_string(&choice).expect("is text")), choice);
        for odd in ["", "null", "[]", r#"{"sources":[],"begin":[],"more":1}"#, r#"{"sources":[{}],"begin":[]}"#] {
            assert_eq!(read_headers(odd), Choice::default(), "{odd}");
        }
    }

    #[test]
    fn pins_read_back_with_the_hash_of_their_text() {
        let pin = Pin {
            name: "r".into(),
            policy_hash: "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881".into(),
            policy_text: "x".into(),
        };
        assert_eq!(read_pins(&write_pins(std::slice::from_ref(&pin))), [pin]);
        for odd in ["", "null", "[{}]", r#"[{"name":"r","policy_text":"x","policy_hash":"y"}]"#] {
            assert_eq!(read_pins(odd), [], "{odd}");
        }
    }
}
