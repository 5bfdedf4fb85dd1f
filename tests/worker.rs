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

/// A script that a second worker is started from, and what is heard of it until nothing more comes for a while, or so much
/// was said. It is asked once when it is there.
async fn second(script: &str, enough: usize) -> (Vec<plimsoll::client::message::SecondTold>, u32) {
    use gloo::timers::future::TimeoutFuture;
    use plimsoll::browser::second::SecondWorker;
    use plimsoll::client::message::{Input, SecondAsk, SecondTold, SegmentId};
    use std::cell::{Cell, RefCell};
    use std::rc::Rc;
    let parts = js_sys::Array::of1(&script.into());
    let options = web_sys::BlobPropertyBag::new();
    options.set_type("text/javascript");
    let blob = web_sys::Blob::new_with_str_sequence_and_options(&parts, &options).expect("a blob");
    let url = web_sys::Url::create_object_url_with_blob(&blob).expect("an address");
    let (heard, errors) = (Rc::new(RefCell::new(vec![])), Rc::new(Cell::new(0)));
    let scope = plimsoll::browser::worker::scope().expect("a worker");
    let listening = gloo::events::EventListener::new(&scope, "error", {
        let errors = errors.clone();
        move |_| errors.set(errors.get() + 1)
    });
    let start = js_sys::Function::new_no_args(&format!("return new Worker('{url}')"));
    let worker = Rc::new(SecondWorker::started_by(start));
    let hear = {
        let heard = heard.clone();
        Rc::new(move |input| match input {
            Input::Second(told) => heard.borrow_mut().push(told),
            other => panic!("{other:?}"),
        })
    };
    worker.carry_out(SecondAsk::Start, hear.clone());
    let mut asked = false;
    for _ in 0..if enough > 0 { 200 } else { 20 } {
        TimeoutFuture::new(25).await;
        if !asked && heard.borrow().contains(&SecondTold::Ready) {
            asked = true;
            let request = vec![vec![7; 60_000].into(), vec![].into(), vec![7; 40_000].into()];
            worker.carry_out(SecondAsk::Judge { segment: SegmentId(1 << 40), request }, hear.clone());
        }
        if enough > 0 && heard.borrow().len() >= enough {
            break;
        }
    }
    worker.carry_out(SecondAsk::End, hear.clone());
    TimeoutFuture::new(50).await;
    let before = heard.borrow().len();
    worker.carry_out(SecondAsk::Judge { segment: SegmentId(9), request: vec![] }, hear);
    TimeoutFuture::new(50).await;
    assert_eq!(heard.borrow()[before..], [SecondTold::Gone], "one that was ended is not asked");
    drop(listening);
    let said = heard.borrow()[..before].to_vec();
    (said, errors.get())
}

#[wasm_bindgen_test]
async fn a_second_worker_is_handed_bytes_and_answers() {
    use plimsoll::client::message::{SecondTold, SegmentId};
    let script = "onmessage = ({ data: [segment, request] }) => {
        const whole = request.length === 100000 && request.every((byte) => byte === 7);
        postMessage([segment, new Uint8Array([whole]), request.buffer], [request.buffer]);
    }; postMessage(true);";
    let (heard, errors) = second(script, 2).await;
    let answer = SecondTold::Judged { segment: SegmentId(1 << 40), answer: vec![1] };
    assert_eq!((heard, errors), (vec![SecondTold::Ready, answer], 0));
}

#[wasm_bindgen_test]
async fn a_second_worker_that_breaks_is_gone_and_nobody_else_hears_of_it() {
    use plimsoll::client::message::SecondTold::{Gone, Ready};
    for script in [
        "throw new Error('at once')",
        "import './nowhere.js'",
        "syntax error",
        "postMessage(false)",
        "postMessage([1])",
    ] {
        assert_eq!(second(script, 1).await, (vec![Gone], 0), "{script}");
    }
    let asked = "onmessage = () => { throw new Error('when asked') }; postMessage(true)";
    assert_eq!(second(asked, 2).await, (vec![Ready, Gone], 0));
    assert_eq!(second("", 0).await, (vec![], 0), "one that says nothing is ended like any");
}
