//! What time it is, here and in the reader's zone, and being called when some of it has passed.

use crate::time::UnixTime;
use gloo::timers::callback::{Interval, Timeout};
use wasm_bindgen::JsCast;
use web_sys::{Window, WorkerGlobalScope};

/// Now, in whole seconds.
#[must_use]
pub fn now() -> UnixTime {
    #[allow(clippy::cast_possible_truncation, reason = "milliseconds since 1970 fit by far")]
    UnixTime((now_ms() / 1000.0).floor() as i64)
}

/// Now, in milliseconds since 1970.
#[must_use]
pub fn now_ms() -> f64 {
    if cfg!(target_arch = "wasm32") { js_sys::Date::now() } else { 0.0 }
}

/// Milliseconds since this page or worker began, never backwards, whatever is done to the time of day.
#[must_use]
pub fn steady_ms() -> u64 {
    let scope = js_sys::global();
    let performance = match scope.dyn_ref::<Window>() {
        Some(window) => window.performance(),
        None => scope.unchecked_into::<WorkerGlobalScope>().performance(),
    };
    #[allow(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "milliseconds since the start, from 0 on"
    )]
    performance.map_or(0, |performance| performance.now() as u64)
}

/// How far the reader's clock is ahead of UTC at a moment, minutes. Zero where there is no browser.
#[must_use]
pub fn offset_minutes(seconds: i64) -> i32 {
    if !cfg!(target_arch = "wasm32") {
        return 0;
    }
    #[allow(clippy::cast_precision_loss, reason = "moments of block headers are far below 2^53")]
    let date = js_sys::Date::new(&(seconds as f64 * 1000.0).into());
    #[allow(clippy::cast_possible_truncation, reason = "a zone's offset is below a day; not-a-number becomes 0")]
    let behind = date.get_timezone_offset() as i32;
    -behind
}

/// Something that happens again and again, or once, until this is dropped.
#[must_use = "it stops when dropped"]
#[derive(Debug)]
pub struct Timer {
    _kind: Kind,
}

#[derive(Debug)]
enum Kind {
    Every { _interval: Interval },
    Once { _timeout: Timeout },
}

/// Calls every so many milliseconds.
pub fn every(milliseconds: u32, call: impl FnMut() + 'static) -> Timer {
    Timer { _kind: Kind::Every { _interval: Interval::new(milliseconds, call) } }
}

/// Calls once, after so many milliseconds.
pub fn after(milliseconds: u32, call: impl FnOnce() + 'static) -> Timer {
    Timer { _kind: Kind::Once { _timeout: Timeout::new(milliseconds, call) } }
}
