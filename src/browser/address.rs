//! The address bar: its fragment, and whether the browser is online.

use gloo::events::EventListener;
use gloo::utils::window;

/// The fragment, with its `#`, or empty.
#[must_use]
pub fn fragment() -> String {
    window().location().hash().unwrap_or_default()
}

/// Goes to a fragment; the browser notes it in its history and tells [`on_change`].
pub fn go(fragment: &str) {
    // Browsers refuse no fragment; one that did would leave the reader where he is.
    let _ = window().location().set_hash(fragment);
}

/// The page's address without its fragment.
#[must_use]
pub fn without_fragment() -> String {
    let whole = window().location().href().unwrap_or_default();
    whole.split('#').next().unwrap_or_default().to_owned()
}

/// Whether the browser says it is online.
#[must_use]
pub fn online() -> bool {
    window().navigator().on_line()
}

/// Something listened to until dropped.
#[must_use = "it stops listening when dropped"]
#[derive(Debug)]
pub struct Listening {
    _listeners: Vec<EventListener>,
}

/// Calls with the new fragment whenever it changes, by link, by typing, or by going back and forward.
pub fn on_change(call: impl Fn(String) + 'static) -> Listening {
    Listening { _listeners: vec![EventListener::new(&window(), "hashchange", move |_| call(fragment()))] }
}

/// Calls when the browser goes online or offline.
pub fn on_online(call: impl Fn(bool) + Clone + 'static) -> Listening {
    let listener = |name: &'static str, online: bool| {
        let call = call.clone();
        EventListener::new(&window(), name, move |_| call(online))
    };
    Listening { _listeners: vec![listener("online", true), listener("offline", false)] }
}
