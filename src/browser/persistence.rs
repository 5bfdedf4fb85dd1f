//! How long the browser keeps what this origin stores, and how much room there is. Only a page can ask; a worker can look.

use super::part;
use crate::client::message::StorageRoom;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;
use web_sys::{StorageEstimate, StorageManager};

/// Asks the browser to keep what is stored until the reader deletes it; some ask the reader. `None` where it cannot be asked.
pub async fn ask() -> Option<bool> {
    let storage = manager("persist")?;
    JsFuture::from(storage.persist().ok()?).await.ok()?.as_bool()
}

/// What holds now.
pub async fn look() -> StorageRoom {
    StorageRoom { persisted: persisted().await, ..estimate().await.unwrap_or_default() }
}

async fn persisted() -> Option<bool> {
    JsFuture::from(manager("persisted")?.persisted().ok()?).await.ok()?.as_bool()
}

async fn estimate() -> Option<StorageRoom> {
    let estimate: StorageEstimate = JsFuture::from(manager("estimate")?.estimate().ok()?).await.ok()?.unchecked_into();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "numbers of bytes, below 2^53")]
    let bytes = |number: f64| number as u64;
    Some(StorageRoom {
        persisted: None,
        usage: estimate.get_usage().map(bytes),
        quota: estimate.get_quota().map(bytes),
    })
}

/// The browser's storage manager, if it has this function: in an insecure context and in old browsers it has not.
fn manager(function: &str) -> Option<StorageManager> {
    part(&["navigator", "storage", function])?;
    part(&["navigator", "storage"]).map(JsCast::unchecked_into)
}
