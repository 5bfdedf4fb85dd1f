//! A page that is put aside: left for another address, and perhaps shown again as it was.

use gloo::events::EventListener;
use gloo::utils::window;
use wasm_bindgen::JsValue;

/// Listens until dropped.
#[must_use = "nothing is heard after it is dropped"]
#[derive(Debug)]
pub struct Lifecycle {
    _hidden: EventListener,
    _shown: EventListener,
}

/// `hidden` is called when the page is put aside, and `shown` when it is shown again as it was.
pub fn watch(hidden: impl Fn() + 'static, shown: impl Fn() + 'static) -> Lifecycle {
    let persisted = |event: &web_sys::Event| {
        // A page shown for the first time says so as well, without this.
        js_sys::Reflect::get(event, &JsValue::from_str("persisted")).is_ok_and(|value| value.is_truthy())
    };
    Lifecycle {
        _hidden: EventListener::new(&window(), "pagehide", move |_| hidden()),
        _shown: EventListener::new(&window(), "pageshow", move |event| {
            if persisted(event) {
                shown();
            }
        }),
    }
}
