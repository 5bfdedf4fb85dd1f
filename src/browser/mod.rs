//! The browser's doors, one a file. Web types stay behind them; nothing here knows what a proof is. They build on every
//! target so that components can be drawn in native tests, and answer only in a browser.

pub mod address;
pub mod clipboard;
pub mod clock;
pub mod document;
pub mod download;
pub mod fetch;
pub mod files;
pub mod storage;
pub mod worker;
pub mod worker_loop;

use wasm_bindgen::JsValue;

/// What a value thrown by the browser says.
fn said(thrown: &JsValue) -> String {
    let message = js_sys::Reflect::get(thrown, &"message".into()).ok().and_then(|text| text.as_string());
    message.or_else(|| thrown.as_string()).unwrap_or_else(|| format!("{thrown:?}"))
}
