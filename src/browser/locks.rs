//! Web Locks: of all tabs and workers of this page's origin one holds a lock of a name.

use super::part;
use js_sys::{Array, Function, Object, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

#[wasm_bindgen]
extern "C" {
    /// `navigator.locks`; `web-sys` counts it among what may still change.
    type Locks;
    #[wasm_bindgen(method)]
    fn request(this: &Locks, name: &str, options: &Object, callback: &Function) -> Promise;
}

/// A lock held until this is dropped, or this worker ends.
#[must_use = "it is given back when dropped"]
#[derive(Debug)]
pub struct HeldLock {
    release: Function,
}

impl Drop for HeldLock {
    fn drop(&mut self) {
        let _ = self.release.call0(&JsValue::NULL);
    }
}

/// What became of a wish for a lock.
#[derive(Debug)]
pub enum Lock {
    /// It is held.
    Held(HeldLock),
    /// Somebody else holds it.
    Elsewhere,
    /// This browser has no locks, or not here.
    Unavailable,
}

/// Takes a lock if nobody holds it.
pub async fn try_hold(name: &str) -> Lock {
    request(name, true).await
}

/// Takes a lock as soon as everybody who asked before has given it back, which may be never.
pub async fn hold(name: &str) -> Lock {
    request(name, false).await
}

async fn request(name: &str, if_available: bool) -> Lock {
    let Some(locks) = part(&["navigator", "locks"]) else { return Lock::Unavailable };
    let options = Object::new();
    if js_sys::Reflect::set(&options, &"ifAvailable".into(), &if_available.into()).is_err() {
        return Lock::Unavailable;
    }
    // The lock lasts as long as the promise that the callback gives is open.
    let (until, release) = open_promise();
    let (granted, grant) = open_promise();
    let callback = Closure::once(move |lock: JsValue| -> Promise {
        let _ = grant.call1(&JsValue::NULL, &lock);
        if lock.is_null() { Promise::resolve(&JsValue::NULL) } else { until }
    });
    let ended = locks.unchecked_into::<Locks>().request(name, &options, callback.as_ref().unchecked_ref());
    // What is refused ends before it is granted.
    let first = Promise::race(&Array::of2(&granted, &ended));
    match JsFuture::from(first).await {
        Ok(lock) if lock.is_null() || lock.is_undefined() => Lock::Elsewhere,
        Ok(_) => Lock::Held(HeldLock { release }),
        Err(_) => Lock::Unavailable,
    }
}

fn open_promise() -> (Promise, Function) {
    let mut resolve = None;
    let promise = Promise::new(&mut |resolves, _| resolve = Some(resolves));
    (promise, resolve.expect("a promise calls its function at once"))
}
