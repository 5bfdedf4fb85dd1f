//! The document around the app: its language, title, colours, what the reader's device prefers, printing, focus.

use gloo::utils::{document, document_element, window};
use wasm_bindgen::JsCast;
use web_sys::HtmlElement;

/// Sets the document's language.
pub fn set_lang(tag: &str) {
    let _ = document_element().set_attribute("lang", tag);
}

/// Sets the window's title.
pub fn set_title(title: &str) {
    document().set_title(title);
}

/// Overrides the device's colours, `light` or `dark`; `None` follows the device.
pub fn set_theme(theme: Option<&str>) {
    let root = document_element();
    let _ = match theme {
        Some(theme) => root.set_attribute("data-theme", theme),
        None => root.remove_attribute("data-theme"),
    };
}

/// The languages the reader's browser asks for, best first.
#[must_use]
pub fn languages() -> Vec<String> {
    window().navigator().languages().iter().filter_map(|tag| tag.as_string()).collect()
}

/// Opens the browser's print dialog.
pub fn print() {
    let _ = window().print();
}

/// Reloads the page.
pub fn reload() {
    let _ = window().location().reload();
}

/// Scrolls to an element and gives it the focus, without touching the address.
pub fn visit(id: &str) {
    let Some(element) = document().get_element_by_id(id) else { return };
    element.scroll_into_view();
    focus(id);
}

/// Scrolls to the top of the page.
pub fn to_top() {
    window().scroll_to_with_x_and_y(0.0, 0.0);
}

/// Gives the focus to an element.
pub fn focus(id: &str) {
    if let Some(element) = document().get_element_by_id(id).and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
        let _ = element.focus();
    }
}

/// Says on the document's root how something stands, for styles and tests: `<html data-NAME="VALUE">`.
pub fn mark(name: &str, value: &str) {
    let _ = document_element().set_attribute(&format!("data-{name}"), value);
}
