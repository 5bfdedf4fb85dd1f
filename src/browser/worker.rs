//! The Web Worker: the page's side, which starts it and speaks with it, and the worker's own side.
//!
//! Both sides are one WebAssembly module. Messages are the JSON text of [`Event`]s.

use crate::client::message::Event;
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

#[wasm_bindgen]
extern "C" {
    /// Where the module that runs this was loaded from.
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE_URL: String;
}

/// The worker's global scope, when this runs in a worker.
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// The worker's side: says that it is ready.
pub fn run(scope: DedicatedWorkerGlobalScope) {
    let ready = Event::Ready { version: env!("CARGO_PKG_VERSION").into() };
    match serde_json::to_string(&ready) {
        Ok(text) => {
            if let Err(error) = scope.post_message(&text.into()) {
                wasm_bindgen::throw_val(error);
            }
        }
        Err(error) => wasm_bindgen::throw_str(&error.to_string()),
    }
}

/// The page's side: starts a worker and hears its events. Ends the worker when dropped.
pub struct Engine {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Engine {
    /// Starts the worker.
    ///
    /// # Errors
    /// What the browser says when it cannot.
    pub fn start(on_event: impl Fn(Event) + 'static) -> Result<Self, JsValue> {
        let module = MODULE_URL.with(Clone::clone);
        let name = module.rsplit('/').next().and_then(|name| name.split(['?', '#']).next()).unwrap_or_default();
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        options.set_name(name);
        let script = web_sys::Url::new_with_base("worker.js", &module)?;
        let worker = Worker::new_with_options(&script.href(), &options)?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |message: MessageEvent| {
            if let Some(event) = message.data().as_string().and_then(|text| serde_json::from_str(&text).ok()) {
                on_event(event);
            }
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message })
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        self.worker.terminate();
    }
}
