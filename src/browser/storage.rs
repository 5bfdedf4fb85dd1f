//! Small settings kept on this device. Storage is a stranger: what it gives is read as strictly as any input, and a
//! browser that keeps nothing is no error.

use gloo::storage::{LocalStorage, Storage};

/// The text kept under a name.
#[must_use]
pub fn load(name: &str) -> Option<String> {
    LocalStorage::raw().get_item(name).ok().flatten()
}

/// Keeps a text under a name. Full or forbidden storage keeps nothing; the page works without.
pub fn save(name: &str, text: &str) {
    let _ = LocalStorage::raw().set_item(name, text);
}
