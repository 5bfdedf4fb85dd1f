//! The browser's doors, one a file. Web types stay behind them; nothing here knows what a proof is. They build on every
//! target so that components can be drawn in native tests, and answer only in a browser.

pub mod address;
pub mod broadcast;
pub mod clipboard;
pub mod clock;
pub mod document;
pub mod download;
pub mod engine;
pub mod errands;
pub mod fetch;
pub mod files;
pub mod header_files;
pub mod indexed_db;
pub mod json;
pub mod keeping;
pub mod lifecycle;
pub mod locks;
pub mod opfs;
pub mod persistence;
pub mod random;
pub mod second;
pub mod socket;
pub mod storage;
pub mod worker;
pub mod worker_loop;

use crate::client::keep::Failure;
use wasm_bindgen::JsValue;

/// What a value thrown by the browser says.
fn said(thrown: &JsValue) -> String {
    let message = js_sys::Reflect::get(thrown, &"message".into()).ok().and_then(|text| text.as_string());
    message.or_else(|| thrown.as_string()).unwrap_or_else(|| format!("{thrown:?}"))
}

/// What an error thrown by the browser's storage is to the store.
fn failure(thrown: &JsValue) -> Failure {
    let name = js_sys::Reflect::get(thrown, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default();
    let detail = format!("{name}: {}", said(thrown));
    if name == "QuotaExceededError" { Failure::full(detail) } else { Failure::other(detail) }
}

/// A part of the browser that may be missing, such as `navigator` and its `storage`. Asking one that is missing for
/// something would end the program.
fn part(path: &[&str]) -> Option<JsValue> {
    let step = |from: JsValue, name: &&str| js_sys::Reflect::get(&from, &(*name).into()).ok();
    path.iter().try_fold(js_sys::global().into(), step).filter(|found| !found.is_undefined() && !found.is_null())
}
