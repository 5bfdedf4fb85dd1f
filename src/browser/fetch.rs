//! Fetching, with limits on bytes and on time: from the page's own address, or from a source of headers that the reader
//! configured. No other address is ever asked, nothing that identifies the reader is sent, and a redirect is a failure.

use super::said;
use crate::client::message::{FetchFailure, FetchHead, Reach};
use gloo::timers::callback::Timeout;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::rc::Rc;
use std::task::{Poll, Waker};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    AbortController, ReadableStreamDefaultReader, Request, RequestCache, RequestCredentials, RequestInit, RequestMode,
    RequestRedirect, Response, Url, Window, WorkerGlobalScope,
};

const PARTIAL: u16 = 206;

/// What is to be fetched.
#[derive(Debug, Clone)]
pub struct Wanted {
    /// The address, whole or relative to this page's.
    pub url: String,
    /// Where it may be.
    pub reach: Reach,
    /// The first byte wanted, when not all are.
    pub from_byte: Option<u64>,
    /// Most bytes of the body.
    pub max_bytes: u64,
    /// Longest time, milliseconds: for all of it, or in parts from one to the next.
    pub timeout_ms: u32,
    /// Whether the body is given in parts.
    pub in_parts: bool,
}

/// What is heard while a fetch goes on.
#[derive(Debug)]
pub enum News {
    /// Bytes so far, and in all where that is known. Of a fetch that is answered whole.
    Progress(u64, Option<u64>),
    /// What stands before a body that comes in parts.
    Head(FetchHead),
    /// A part.
    Part(Vec<u8>),
}

/// A fetch from outside: to be stopped, or told to read on.
#[derive(Debug, Clone)]
pub struct Handle {
    abort: AbortController,
    gate: Rc<Gate>,
    late: Rc<Cell<bool>>,
    timer: Rc<RefCell<Option<Timeout>>>,
}

/// Holds a reader back until it is told to read on.
#[derive(Debug, Default)]
struct Gate {
    open: Cell<bool>,
    waiting: RefCell<Option<Waker>>,
}

impl Gate {
    fn let_through(&self) {
        self.open.set(true);
        if let Some(waker) = self.waiting.take() {
            waker.wake();
        }
    }

    async fn pass(&self) {
        poll_fn(|context| {
            if self.open.replace(false) {
                return Poll::Ready(());
            }
            self.waiting.replace(Some(context.waker().clone()));
            Poll::Pending
        })
        .await;
    }
}

impl Handle {
    /// A fetch not begun yet.
    ///
    /// # Errors
    /// [`FetchFailure::Network`] in a browser that cannot break a fetch off.
    pub fn new() -> Result<Self, FetchFailure> {
        let abort = AbortController::new().map_err(|thrown| network(&thrown))?;
        Ok(Self { abort, gate: Rc::default(), late: Rc::default(), timer: Rc::default() })
    }

    /// Breaks it off.
    pub fn stop(&self) {
        self.timer.take();
        self.abort.abort();
        // One that is held back wakes up and finds that it was stopped.
        self.gate.let_through();
    }

    /// Lets it give the next part.
    pub fn read_on(&self) {
        self.gate.let_through();
    }

    fn set_timer(&self, timeout_ms: u32) {
        let (abort, late) = (self.abort.clone(), self.late.clone());
        let timer = Timeout::new(timeout_ms, move || {
            late.set(true);
            abort.abort();
        });
        if let Some(before) = self.timer.replace(Some(timer)) {
            before.cancel();
        }
    }

    /// Fetches; `hear` hears of it on the way. The body is empty when it was given in parts.
    ///
    /// # Errors
    /// [`FetchFailure`]; a body over the limit is not read to its end.
    pub async fn fetch(&self, wanted: &Wanted, mut hear: impl FnMut(News)) -> Result<Vec<u8>, FetchFailure> {
        let address = permitted_address(wanted)?;
        self.set_timer(wanted.timeout_ms);
        let result = self.exchange(&address, wanted, &mut hear).await;
        self.timer.take();
        match result {
            Err(FetchFailure::Network { .. }) if self.late.get() => {
                Err(FetchFailure::Timeout { after_ms: wanted.timeout_ms })
            }
            other => other,
        }
    }

    async fn exchange(
        &self,
        address: &str,
        wanted: &Wanted,
        hear: &mut impl FnMut(News),
    ) -> Result<Vec<u8>, FetchFailure> {
        let failed = |thrown: JsValue| network(&thrown);
        let request = self.request(address, wanted).map_err(failed)?;
        let answer: Response = JsFuture::from(ask(&request)).await.map_err(failed)?.unchecked_into();
        let header = |name: &str| answer.headers().get(name).ok().flatten();
        if let Some(failure) = status_failure(answer.status(), wanted.from_byte.is_some(), header("retry-after")) {
            self.abort.abort();
            return Err(failure);
        }
        let max_bytes = wanted.max_bytes;
        let too_large = || {
            self.abort.abort();
            FetchFailure::TooLarge { max_bytes }
        };
        let length = header("content-length").and_then(|text| text.parse::<u64>().ok());
        if length.is_some_and(|length| length > max_bytes) {
            return Err(too_large());
        }
        if wanted.in_parts {
            let start = if answer.status() == PARTIAL {
                // From elsewhere this field can often not be read. Then it is taken to be what was asked for; a server that
                // sends something else sends no headers that link.
                header("content-range").and_then(|text| range_start(&text)).or(wanted.from_byte).unwrap_or(0)
            } else {
                0
            };
            let media_type =
                header("content-type").map(|text| text.split(';').next().unwrap_or("").trim().to_lowercase());
            hear(News::Head(FetchHead { start, length, media_type }));
        }
        let Some(body) = answer.body() else { return Ok(Vec::new()) };
        let reader: ReadableStreamDefaultReader = body.get_reader().unchecked_into();
        let (mut bytes, mut done) = (Vec::new(), 0);
        loop {
            let part = JsFuture::from(reader.read()).await.map_err(failed)?;
            let field = |name: &str| js_sys::Reflect::get(&part, &name.into()).map_err(failed);
            if field("done")?.is_truthy() {
                return Ok(bytes);
            }
            let chunk: js_sys::Uint8Array = field("value")?.unchecked_into();
            done += u64::from(chunk.length());
            if done > max_bytes {
                return Err(too_large());
            }
            if wanted.in_parts {
                if chunk.length() > 0 {
                    self.hand_over(chunk.to_vec(), wanted, hear).await?;
                }
            } else {
                bytes.extend_from_slice(&chunk.to_vec());
                // A compressed answer's length counts compressed bytes: it is no total then.
                hear(News::Progress(done, length.filter(|total| *total >= done)));
            }
        }
    }

    /// Gives a part, and waits until the next is wanted; that time is not the server's.
    async fn hand_over(&self, part: Vec<u8>, wanted: &Wanted, hear: &mut impl FnMut(News)) -> Result<(), FetchFailure> {
        if let Some(timer) = self.timer.take() {
            timer.cancel();
        }
        hear(News::Part(part));
        self.gate.pass().await;
        if self.abort.signal().aborted() {
            return Err(FetchFailure::Network { detail: "stopped".into() });
        }
        self.set_timer(wanted.timeout_ms);
        Ok(())
    }

    fn request(&self, address: &str, wanted: &Wanted) -> Result<Request, JsValue> {
        let options = RequestInit::new();
        let own = wanted.reach == Reach::Own;
        options.set_mode(if own { RequestMode::SameOrigin } else { RequestMode::Cors });
        // At one's own address a redirect to elsewhere fails by the mode; elsewhere none is followed.
        options.set_redirect(if own { RequestRedirect::Follow } else { RequestRedirect::Error });
        options.set_credentials(RequestCredentials::Omit);
        options.set_referrer("");
        // Files of a source that never change may come from the browser's cache, tips may not.
        options.set_cache(if wanted.in_parts && !own { RequestCache::Default } else { RequestCache::NoCache });
        options.set_signal(Some(&self.abort.signal()));
        let request = Request::new_with_str_and_init(address, &options)?;
        if let Some(from) = wanted.from_byte {
            request.headers().set("range", &format!("bytes={from}-"))?;
        }
        Ok(request)
    }
}

/// Fetches the whole of a resource of this page's own address; `progress` hears bytes so far and in all. Works in a page
/// and in a worker.
///
/// # Errors
/// [`FetchFailure`]; a body over `max_bytes` is not read to its end.
pub async fn fetch(
    url: &str,
    max_bytes: u64,
    timeout_ms: u32,
    mut progress: impl FnMut(u64, Option<u64>),
) -> Result<Vec<u8>, FetchFailure> {
    let (reach, from_byte, in_parts) = (Reach::Own, None, false);
    let wanted = Wanted { url: url.to_owned(), reach, from_byte, max_bytes, timeout_ms, in_parts };
    let hear = |news| {
        if let News::Progress(done, total) = news {
            progress(done, total);
        }
    };
    Handle::new()?.fetch(&wanted, hear).await
}

fn network(thrown: &JsValue) -> FetchFailure {
    FetchFailure::Network { detail: said(thrown) }
}

/// What a status means other than an answer.
fn status_failure(status: u16, ranged: bool, retry_after: Option<String>) -> Option<FetchFailure> {
    match status {
        200 => None,
        PARTIAL if ranged => None,
        429 | 503 => {
            // Seconds; the other form, a date, is not read.
            let retry_after = retry_after.and_then(|text| text.trim().parse().ok());
            Some(FetchFailure::TooManyRequests { status, retry_after })
        }
        _ => Some(FetchFailure::Status { status }),
    }
}

/// The first byte of `bytes 80-159/160` (RFC 9110 §14.4).
fn range_start(text: &str) -> Option<u64> {
    text.trim().strip_prefix("bytes ")?.split('-').next()?.trim().parse().ok()
}

/// The page's window or the worker's scope.
fn ask(request: &Request) -> js_sys::Promise {
    let scope = js_sys::global();
    match scope.dyn_ref::<Window>() {
        Some(window) => window.fetch_with_request(request),
        None => scope.unchecked_into::<WorkerGlobalScope>().fetch_with_request(request),
    }
}

/// The whole address, if it is the page's own, or has a configured source's origin.
fn permitted_address(wanted: &Wanted) -> Result<String, FetchFailure> {
    let scope = js_sys::global();
    let page = match scope.dyn_ref::<Window>() {
        Some(window) => window.location().href().unwrap_or_default(),
        None => scope.unchecked_into::<WorkerGlobalScope>().location().href(),
    };
    let elsewhere = || FetchFailure::Elsewhere { url: wanted.url.clone() };
    let page = Url::new(&page).map_err(|_| elsewhere())?;
    let base = match &wanted.reach {
        Reach::Own => page.clone(),
        Reach::Source { base } => Url::new(base).map_err(|_| elsewhere())?,
    };
    let address = Url::new_with_base(&wanted.url, &page.href()).map_err(|_| elsewhere())?;
    let permitted = address.origin() == base.origin() && matches!(address.protocol().as_str(), "http:" | "https:");
    if permitted { Ok(address.href()) } else { Err(elsewhere()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_an_answer_or_a_failure() {
        assert_eq!((status_failure(200, false, None), status_failure(206, true, None)), (None, None));
        assert_eq!(status_failure(206, false, None), Some(FetchFailure::Status { status: 206 }));
        assert_eq!(status_failure(301, false, None), Some(FetchFailure::Status { status: 301 }));
        let busy = |text: &str| status_failure(429, false, Some(text.into()));
        assert_eq!(busy(" 17 "), Some(FetchFailure::TooManyRequests { status: 429, retry_after: Some(17) }));
        let date = "Wed, 21 Oct 2026 07:28:00 GMT";
        assert_eq!(busy(date), Some(FetchFailure::TooManyRequests { status: 429, retry_after: None }));
    }

    #[test]
    fn a_range_says_where_it_begins() {
        assert_eq!(range_start("bytes 80-159/160"), Some(80));
        assert_eq!(range_start("bytes 80-159/*"), Some(80));
        assert_eq!((range_start("bytes */160"), range_start("items 1-2/3")), (None, None));
    }
}
