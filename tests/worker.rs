//! Inside a headless browser, in a dedicated worker, where all checking is done.
#![cfg(all(target_arch = "wasm32", feature = "web"))]

use plimsoll::crypto::hash::sha256;
use plimsoll::encoding::encode_hex;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[wasm_bindgen_test]
fn worker_knows_itself() {
    assert!(plimsoll::browser::worker::scope().is_some());
}

/// The secure hash standard's long example: a million times the letter a.
#[wasm_bindgen_test]
fn hashes_a_long_message() {
    let hash = encode_hex(&sha256(&[b'a'; 1_000_000]));
    assert_eq!(hash, "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

#[wasm_bindgen_test]
async fn a_worker_fetches_from_its_own_address_alone() {
    use plimsoll::browser::fetch::fetch;
    use plimsoll::client::message::FetchFailure;
    let url = "https://example.org/x";
    assert_eq!(fetch(url, 10, 1_000, |_, _| ()).await, Err(FetchFailure::Elsewhere { url: url.into() }));
    assert!(!fetch("/", 1 << 20, 10_000, |_, _| ()).await.expect("the test's own page").is_empty());
}

fn in_parts(
    url: &str,
    reach: plimsoll::client::message::Reach,
    from_byte: Option<u64>,
) -> plimsoll::browser::fetch::Wanted {
    let (max_bytes, timeout_ms) = (8 << 20, 10_000);
    plimsoll::browser::fetch::Wanted { url: url.into(), reach, from_byte, max_bytes, timeout_ms, in_parts: true }
}

/// This module's own program: some megabytes that its test server gives.
fn program() -> String {
    js_sys::eval("self.location.origin").ok().and_then(|origin| origin.as_string()).expect("an origin")
        + "/wasm-bindgen-test_bg.wasm"
}

#[wasm_bindgen_test]
async fn a_part_is_given_when_it_is_asked_for_and_not_before() {
    use gloo::timers::future::TimeoutFuture;
    use plimsoll::browser::fetch::{Handle, News, fetch};
    use plimsoll::client::message::Reach;
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    let whole = fetch(&program(), 64 << 20, 10_000, |_, _| ()).await.expect("the program");
    let (parts, bytes) = (Rc::new(Cell::new(0)), Rc::new(RefCell::new(vec![])));
    let handle = Handle::new().expect("a handle");
    let over = Rc::new(RefCell::new(None));
    wasm_bindgen_futures::spawn_local({
        let (handle, parts, bytes, over) = (handle.clone(), parts.clone(), bytes.clone(), over.clone());
        async move {
            let wanted =
                plimsoll::browser::fetch::Wanted { max_bytes: 64 << 20, ..in_parts(&program(), Reach::Own, None) };
            let heard = |news| match news {
                News::Head(head) => assert_eq!(head.start, 0),
                News::Part(part) => {
                    parts.set(parts.get() + 1);
                    bytes.borrow_mut().extend(part);
                }
                News::Progress(..) => panic!("of a fetch in parts"),
            };
            let result = handle.fetch(&wanted, heard).await;
            over.replace(Some(result));
        }
    });
    let mut asked = 0;
    while over.borrow().is_none() {
        TimeoutFuture::new(if asked < 3 { 50 } else { 1 }).await;
        assert!(parts.get() <= asked + 1, "{} parts after {asked} were asked for", parts.get());
        if parts.get() == asked + 1 {
            asked += 1;
            handle.read_on();
        }
    }
    assert_eq!(over.take(), Some(Ok(vec![])));
    assert!(asked > 1 && *bytes.borrow() == whole, "{asked} parts, {} bytes of {}", bytes.borrow().len(), whole.len());
}

#[wasm_bindgen_test]
async fn a_fetch_that_is_held_back_can_be_stopped() {
    use gloo::timers::future::TimeoutFuture;
    use plimsoll::browser::fetch::{Handle, News};
    use plimsoll::client::message::{FetchFailure, Reach};
    let handle = Handle::new().expect("a handle");
    let stopper = handle.clone();
    wasm_bindgen_futures::spawn_local(async move {
        TimeoutFuture::new(300).await;
        stopper.stop();
    });
    let mut parts = 0;
    let wanted = plimsoll::browser::fetch::Wanted { max_bytes: 64 << 20, ..in_parts(&program(), Reach::Own, None) };
    let result = handle.fetch(&wanted, |news| parts += u32::from(matches!(news, News::Part(_)))).await;
    assert!(matches!(result, Err(FetchFailure::Network { .. })), "{result:?}");
    assert_eq!(parts, 1);
}

#[wasm_bindgen_test]
async fn a_source_s_origin_is_asked_and_no_other() {
    use plimsoll::browser::fetch::Handle;
    use plimsoll::client::message::{FetchFailure, Reach};
    let source = |base: &str| Reach::Source { base: base.into() };
    for (url, base) in [
        ("https://other.example/headers/0", "https://source.example/api"),
        ("http://source.example/headers/0", "https://source.example/api"),
        ("https://source.example:444/headers/0", "https://source.example/api"),
        ("https://source.example.evil.example/", "https://source.example/api"),
        ("headers/0", "https://source.example/api"),
        ("data:text/plain,x", "https://source.example/api"),
        ("https://source.example/", "none"),
    ] {
        let asked = Handle::new().expect("a handle").fetch(&in_parts(url, source(base), None), |_| ()).await;
        assert_eq!(asked, Err(FetchFailure::Elsewhere { url: url.into() }), "{base}");
    }
    // One's own origin as a source: asked, and answered.
    let own = program();
    let wanted =
        plimsoll::browser::fetch::Wanted { in_parts: false, max_bytes: 64 << 20, ..in_parts(&own, source(&own), None) };
    assert!(Handle::new().expect("a handle").fetch(&wanted, |_| ()).await.is_ok());
}

#[wasm_bindgen_test]
async fn a_socket_to_nobody_is_closed_and_said_so_once() {
    use gloo::timers::future::TimeoutFuture;
    use plimsoll::browser::socket::{Heard, Socket};
    use std::cell::RefCell;
    use std::rc::Rc;
    let heard = Rc::new(RefCell::new(vec![]));
    let socket = {
        let heard = heard.clone();
        Socket::open("ws://127.0.0.1:9/", 100, move |what| heard.borrow_mut().push(what)).expect("opened later, or not")
    };
    assert!(socket.send("too early").is_err());
    for _ in 0..100 {
        TimeoutFuture::new(50).await;
        if !heard.borrow().is_empty() {
            break;
        }
    }
    TimeoutFuture::new(100).await;
    let heard = heard.borrow();
    assert!(matches!(heard.as_slice(), [Heard::Closed(_)]), "{heard:?}");
    assert!(Socket::open("gopher://x", 100, |_| ()).is_err());
}
