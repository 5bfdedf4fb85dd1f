//! The verifying engine, a module of its own in the client's worker: bytes in, bytes out.

#[cfg(target_arch = "wasm32")]
mod module {
    use plimsoll::chain::known_headers::KnownHeaders;
    use plimsoll::engine::wire::answer;
    use std::sync::Arc;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// An engine.
    #[wasm_bindgen]
    #[derive(Debug)]
    pub struct Engine(plimsoll::engine::Engine);

    #[wasm_bindgen]
    impl Engine {
        /// One without headers, with the known ones of a file; throws when that holds none.
        #[must_use]
        #[wasm_bindgen(constructor)]
        pub fn new(known_headers: &[u8]) -> Self {
            let known = KnownHeaders::from_file(known_headers);
            let known = known.unwrap_or_else(|error| wasm_bindgen::throw_str(&error.to_string()));
            Self(plimsoll::engine::Engine::with_known(Arc::new(known)))
        }

        /// Answers a request; throws for bytes that are none.
        pub fn call(&mut self, request: &[u8]) -> Vec<u8> {
            answer(&mut self.0, request).unwrap_or_else(|error| wasm_bindgen::throw_str(&error.to_string()))
        }
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this program runs in a web page: use `cargo xtask serve`");
    std::process::exit(2);
}
