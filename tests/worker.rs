//! Inside a headless browser, in a dedicated worker, where all checking is done.
#![cfg(all(target_arch = "wasm32", feature = "app"))]

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
