//! The page's engine, with the network that is measured on.

#[allow(dead_code, reason = "the client makes the chain")]
#[path = "../../../tests/common/easy_chain.rs"]
mod easy_chain;

use plimsoll::chain::Pins;
use plimsoll::engine::wire::answer;
use wasm_bindgen::prelude::wasm_bindgen;

/// An engine.
#[wasm_bindgen]
#[derive(Debug)]
pub struct Engine(plimsoll::engine::Engine);

#[wasm_bindgen]
impl Engine {
    /// One without headers.
    #[allow(clippy::new_without_default, reason = "called from JavaScript alone")]
    #[wasm_bindgen(constructor)]
    pub fn new() -> Self {
        let mut engine = plimsoll::engine::Engine::new();
        engine.set_network(easy_chain::network(), Pins::none());
        Self(engine)
    }

    /// Answers a request.
    pub fn call(&mut self, request: &[u8]) -> Vec<u8> {
        answer(&mut self.0, request).unwrap_or_else(|error| wasm_bindgen::throw_str(&error.to_string()))
    }
}

fn main() {}
