//! The clipboard, written only when the reader asks.

use super::said;
use gloo::utils::window;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{ClipboardEvent, Event};

/// The browser did not allow copying.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the clipboard was refused: {detail}")]
pub struct ClipboardError {
    detail: String,
}

/// Puts a text on the clipboard.
///
/// # Errors
/// [`ClipboardError`] when the browser has none, as on pages without HTTPS, or does not allow it.
pub async fn copy(text: String) -> Result<(), ClipboardError> {
    let refused = |detail| ClipboardError { detail };
    let navigator = window().navigator();
    let there = js_sys::Reflect::get(&navigator, &"clipboard".into()).is_ok_and(|clipboard| clipboard.is_object());
    if !there {
        return Err(refused("none on this page".into()));
    }
    JsFuture::from(navigator.clipboard().write_text(&text)).await.map_err(|thrown| refused(said(&thrown)))?;
    Ok(())
}

/// The text of a paste.
#[must_use]
pub fn pasted(event: &Event) -> Option<String> {
    event.dyn_ref::<ClipboardEvent>()?.clipboard_data()?.get_data("text").ok()
}
