//! Fetching from the page's own address, with a limit on bytes and on time. No other address is ever asked.

use super::said;
use crate::client::message::FetchFailure;
use gloo::timers::callback::Timeout;
use std::cell::Cell;
use std::rc::Rc;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, Request, RequestCache, RequestCredentials, RequestInit, RequestMode,
    Response, Url, Window, WorkerGlobalScope,
};

/// Fetches a resource of this page's own address, relative to it or whole; `progress` hears bytes so far and in all.
/// Works in a page and in a worker.
///
/// # Errors
/// [`FetchFailure`]; a body over `max_bytes` is not read to its end.
pub async fn fetch(
    url: &str,
    max_bytes: u64,
    timeout_ms: u32,
    mut progress: impl FnMut(u64, Option<u64>),
) -> Result<Vec<u8>, FetchFailure> {
    let address = own_address(url)?;
    let abort = AbortController::new().map_err(|thrown| network(&thrown))?;
    let late = Rc::new(Cell::new(false));
    let timer = Timeout::new(timeout_ms, {
        let (abort, late) = (abort.clone(), late.clone());
        move || {
            late.set(true);
            abort.abort();
        }
    });
    let result = exchange(&address, &abort, max_bytes, &mut progress).await;
    timer.cancel();
    match result {
        Err(FetchFailure::Network { .. }) if late.get() => Err(FetchFailure::Timeout { after_ms: timeout_ms }),
        other => other,
    }
}

async fn exchange(
    address: &str,
    abort: &AbortController,
    max_bytes: u64,
    progress: &mut impl FnMut(u64, Option<u64>),
) -> Result<Vec<u8>, FetchFailure> {
    let failed = |thrown: JsValue| network(&thrown);
    let options = RequestInit::new();
    options.set_mode(RequestMode::SameOrigin); // a redirect to elsewhere fails
    options.set_credentials(RequestCredentials::Omit);
    options.set_cache(RequestCache::NoCache);
    options.set_signal(Some(&abort.signal()));
    let request = Request::new_with_str_and_init(address, &options).map_err(failed)?;
    let answer: Response = JsFuture::from(ask(&request)).await.map_err(failed)?.unchecked_into();
    if answer.status() != 200 {
        abort.abort();
        return Err(FetchFailure::Status { status: answer.status() });
    }
    let too_large = || {
        abort.abort();
        FetchFailure::TooLarge { max_bytes }
    };
    let said_length = answer.headers().get("content-length").ok().flatten().and_then(|text| text.parse::<u64>().ok());
    if said_length.is_some_and(|length| length > max_bytes) {
        return Err(too_large());
    }
    let Some(body) = answer.body() else { return Ok(Vec::new()) };
    let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
    let mut bytes = Vec::new();
    loop {
        let part = JsFuture::from(reader.read()).await.map_err(failed)?;
        let field = |name: &str| js_sys::Reflect::get(&part, &name.into()).map_err(failed);
        if field("done")?.is_truthy() {
            return Ok(bytes);
        }
        let chunk: js_sys::Uint8Array = field("value")?.unchecked_into();
        if bytes.len() as u64 + u64::from(chunk.length()) > max_bytes {
            return Err(too_large());
        }
        bytes.extend_from_slice(&chunk.to_vec());
        // A compressed answer's length counts compressed bytes: it is no total then.
        progress(bytes.len() as u64, said_length.filter(|total| *total >= bytes.len() as u64));
    }
}

fn network(thrown: &JsValue) -> FetchFailure {
    FetchFailure::Network { detail: said(thrown) }
}

/// The page's window or the worker's scope.
fn ask(request: &Request) -> js_sys::Promise {
    let scope = js_sys::global();
    match scope.dyn_ref::<Window>() {
        Some(window) => window.fetch_with_request(request),
        None => scope.unchecked_into::<WorkerGlobalScope>().fetch_with_request(request),
    }
}

fn own_address(url: &str) -> Result<String, FetchFailure> {
    let scope = js_sys::global();
    let base = match scope.dyn_ref::<Window>() {
        Some(window) => window.location().href().unwrap_or_default(),
        None => scope.unchecked_into::<WorkerGlobalScope>().location().href(),
    };
    let elsewhere = || FetchFailure::Elsewhere { url: url.to_owned() };
    let base = Url::new(&base).map_err(|_| elsewhere())?;
    let address = Url::new_with_base(url, &base.href()).map_err(|_| elsewhere())?;
    let is_own = address.origin() == base.origin() && matches!(address.protocol().as_str(), "http:" | "https:");
    if is_own { Ok(address.href()) } else { Err(elsewhere()) }
}
