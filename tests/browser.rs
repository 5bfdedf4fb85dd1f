//! Inside a headless browser, as a page: what we rest on there.
#![cfg(all(target_arch = "wasm32", feature = "app"))]

use plimsoll::browser::json::Json;
use plimsoll::crypto::hash::sha256;
use plimsoll::crypto::key::{SecretKey, Suite};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};
use yew::prelude::*;

wasm_bindgen_test_configure!(run_in_browser);

/// Calls an async function of the browser's with byte arrays `a`, `b`, `c`.
async fn ask(body: &str, arguments: [&[u8]; 3]) -> JsValue {
    let function = js_sys::Function::new_with_args("a, b, c", &format!("return (async () => {{ {body} }})()"));
    let [a, b, c] = arguments.map(|bytes| JsValue::from(js_sys::Uint8Array::from(bytes)));
    let promise = function.call3(&JsValue::NULL, &a, &b, &c).expect("is called");
    JsFuture::from(promise.unchecked_into::<js_sys::Promise>()).await.expect("answers")
}

#[wasm_bindgen_test]
fn page_is_not_taken_for_a_worker() {
    assert!(plimsoll::browser::worker::scope().is_none());
}

#[wasm_bindgen_test]
async fn browser_computes_the_same_hashes() {
    for length in [0, 1, 55, 56, 63, 64, 65, 80, 1000] {
        let bytes: Vec<u8> = (0..length).map(|nth| (nth * 7) as u8).collect();
        let theirs = ask("return new Uint8Array(await crypto.subtle.digest('SHA-256', a))", [&bytes, &[], &[]]).await;
        assert_eq!(js_sys::Uint8Array::new(&theirs).to_vec(), sha256(&bytes), "{length} bytes");
    }
}

#[wasm_bindgen_test]
async fn browser_finds_our_signatures_good_and_changed_ones_bad() {
    for (suite, algorithm) in
        [(Suite::Ed25519, "{name: 'Ed25519'}"), (Suite::P256, "{name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256'}")]
    {
        let secret = SecretKey::from_bytes(suite, &[7; 32]).expect("a key");
        let jwk = secret.public().to_jwk().to_string();
        let signature = secret.sign(b"a bill of lading");
        let verify = format!(
            "const algorithm = {algorithm}; const jwk = JSON.parse(new TextDecoder().decode(a));
            const key = await crypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
            return crypto.subtle.verify(algorithm, key, b, c)"
        );
        let good = ask(&verify, [jwk.as_bytes(), &signature, b"a bill of lading"]).await;
        assert_eq!(good, JsValue::TRUE, "{suite:?}");
        let changed = ask(&verify, [jwk.as_bytes(), &signature, b"a bill of loading"]).await;
        assert_eq!(changed, JsValue::FALSE, "{suite:?}");
    }
}

/// Settings are read and written by the browser's JSON; native tests have another program in its place.
#[wasm_bindgen_test]
fn json_is_read_and_written_by_the_browser() {
    let text = r#"{"a":[null,true,-0.5,7],"b":"\"\\\n\u0001é\ud83d\ude00","c":{},"d":[]}"#;
    let value = Json::parse(text).expect("reads");
    let written = value.write();
    assert_eq!(Json::parse(&written).as_ref(), Some(&value));
    let [list, letters, object, empty] = value.members(["a", "b", "c", "d"]).expect("has these and no others");
    assert_eq!(list, Json::List(vec![Json::Null, Json::Flag(true), Json::Number(-0.5), Json::Number(7.0)]));
    assert_eq!(letters, Json::Text("\"\\\n\u{1}é😀".into()));
    assert_eq!((object, empty), (Json::Object(vec![]), Json::List(vec![])));
    assert!(written.starts_with(r#"{"a":[null,true,-0.5,7],"b":"\"\\\n\u0001é"#), "{written}");
    for odd in ["", "nul", "{\"a\":1,}", "[[[[[[[[1]]]]]]]]"] {
        assert_eq!(Json::parse(odd), None, "{odd}");
    }
}

/// Three siblings of which one comes and one goes beside a component that is empty: Yew 0.23 fails to insert the first when
/// the second draws no element at all. Every component of ours draws exactly one, and with that the page survives.
#[wasm_bindgen_test]
async fn siblings_come_and_go_beside_an_empty_component_with_a_root() {
    #[component]
    fn Empty() -> Html {
        html! { <div hidden=true></div> }
    }
    #[component]
    fn Swapping() -> Html {
        let new = use_state(|| false);
        let swap = {
            let new = new.clone();
            Callback::from(move |_: MouseEvent| new.set(!*new))
        };
        html! {
            <div>
                <button onclick={swap}>{ "swap" }</button>
                if *new { <p class="new">{ "new" }</p> }
                <Empty />
                if !*new { <p class="old">{ "old" }</p> }
            </div>
        }
    }
    let document = gloo::utils::document();
    let root = document.create_element("div").expect("an element");
    gloo::utils::body().append_child(&root).expect("is appended");
    yew::Renderer::<Swapping>::with_root(root.clone()).render();
    for shown in ["swapold", "swapnew", "swapold", "swapnew"] {
        gloo::timers::future::TimeoutFuture::new(30).await;
        assert_eq!(root.text_content().as_deref(), Some(shown));
        let button = root.query_selector("button").expect("a selector").expect("a button");
        button.unchecked_into::<web_sys::HtmlElement>().click();
    }
}

/// A page whose worker does not load: it tries, gives up, and says so where a reader and a screen reader find it.
#[wasm_bindgen_test]
async fn a_worker_that_does_not_start_is_said() {
    let document = gloo::utils::document();
    let root = document.create_element("div").expect("an element");
    gloo::utils::body().append_child(&root).expect("is appended");
    yew::Renderer::<plimsoll::ui::app::App>::with_root(root.clone()).render();
    let mut told = String::new();
    for _ in 0..200 {
        gloo::timers::future::TimeoutFuture::new(50).await;
        let alert = root.query_selector("#engine-dead[role=alert]").expect("a selector").expect("is always there");
        told = alert.text_content().unwrap_or_default();
        if !told.is_empty() {
            break;
        }
    }
    assert!(told.contains("The checking engine does not start"), "{told:?}");
    assert_eq!(gloo::utils::document_element().get_attribute("data-engine").as_deref(), Some("dead"));
    let headline = root.query_selector("#headline").expect("a selector").expect("the page is drawn all the same");
    assert_eq!(headline.text_content().as_deref(), Some("Is this record genuine?"));
}

#[wasm_bindgen_test]
async fn only_the_page_s_own_address_is_asked() {
    use plimsoll::browser::fetch::fetch;
    use plimsoll::client::message::FetchFailure;
    for url in ["https://example.org/x", "//example.org/x", "data:,x", "blob:x", "http://"] {
        let failure = fetch(url, 10, 1_000, |_, _| ()).await.expect_err(url);
        assert_eq!(failure, FetchFailure::Elsewhere { url: url.into() });
    }
    assert_eq!(fetch("nowhere", 10, 10_000, |_, _| ()).await, Err(FetchFailure::Status { status: 404 }));
    assert_eq!(fetch("/", 3, 10_000, |_, _| ()).await, Err(FetchFailure::TooLarge { max_bytes: 3 }));
    let mut heard = 0;
    let body = fetch("/", 1 << 20, 10_000, |done, _| heard = done).await.expect("the test's own page");
    assert_eq!(heard, body.len() as u64);
}

#[wasm_bindgen_test]
fn a_pasted_text_is_a_file_of_its_bytes() {
    let file = plimsoll::browser::files::HandedFile::of_text("pasted.json", "{\"é\":1}").expect("room for it");
    assert_eq!((file.name(), file.size()), ("pasted.json", 8));
}

#[wasm_bindgen_test]
async fn a_page_can_ask_that_what_it_stores_is_kept() {
    use plimsoll::browser::persistence;
    let answer = persistence::ask().await.expect("a page can ask");
    let holds = persistence::look().await;
    assert_eq!(holds.persisted, Some(answer));
    assert!(holds.quota.is_some_and(|quota| quota > 0));
}
