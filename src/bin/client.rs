//! The client, in a worker. `static/worker.js` loads it beside the verifying engine and hands it that.

#[cfg(target_arch = "wasm32")]
mod worker {
    use plimsoll::browser::engine::EngineModule;
    use plimsoll::browser::second::SecondWorker;
    use plimsoll::browser::{worker, worker_loop};
    use plimsoll::client::light_client::LightClient;
    use plimsoll::engine::RemoteEngine;
    use wasm_bindgen::prelude::wasm_bindgen;

    /// Runs the client until the page ends this worker. When so many headers are kept, it has a second worker started.
    #[wasm_bindgen]
    pub fn run(engine: EngineModule, second_from: u32, start_second: js_sys::Function) {
        console_error_panic_hook::set_once();
        let scope = worker::scope().expect("worker.js runs in a worker");
        let client = LightClient::with_engine(Box::new(RemoteEngine::new(engine))).with_second_from(second_from);
        worker_loop::run(&scope, client, SecondWorker::started_by(start_second));
    }
}

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("this program runs in a web page: use `cargo xtask serve`");
    std::process::exit(2);
}
