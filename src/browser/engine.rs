//! The verifying engine, as the client finds it in its worker: another WebAssembly module, called like a function.

use crate::engine::Transport;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// The engine's module, as `static/worker.js` hands it over.
    #[derive(Debug)]
    pub type EngineModule;

    #[wasm_bindgen(method, catch)]
    fn call(this: &EngineModule, request: &[u8]) -> Result<Vec<u8>, JsValue>;
}

impl Transport for EngineModule {
    fn call(&self, request: &[u8]) -> Vec<u8> {
        // An engine that breaks ends this worker as if it were the client's own fault; the page starts another.
        self.call(request).unwrap_or_else(|thrown| wasm_bindgen::throw_val(thrown))
    }
}
