//! The worker as the page sees it: started, spoken to, listened to, stopped. Everything that can go wrong with it is
//! heard; dropping it ends it.

use super::files::HandedFile;
use super::said;
use crate::client::message::{Command, Event};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Worker, WorkerOptions, WorkerType};

/// Asked of the worker's loop, whatever it is busy with between two slices of work.
pub(super) const PING: &str = "ping";
/// The loop's answer.
pub(super) const PONG: &str = "pong";

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(thread_local_v2, js_namespace = ["import", "meta"], js_name = url)]
    static MODULE_URL: String;
}

/// The scope of a worker, when this runs in one; `None` in a page.
#[must_use]
pub fn scope() -> Option<DedicatedWorkerGlobalScope> {
    js_sys::global().dyn_into().ok()
}

/// Heard from a worker.
#[derive(Debug, Clone, PartialEq)]
pub enum Heard {
    /// It said something.
    Event(Event),
    /// It is alive.
    Alive,
    /// It did not load, or it broke; it will say nothing more.
    Broken {
        /// What the browser says.
        detail: String,
    },
}

/// The worker could not be started or spoken to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the worker was not reached: {detail}")]
pub struct WorkerError {
    detail: String,
}

impl WorkerError {
    fn of(thrown: &JsValue) -> Self {
        Self { detail: said(thrown) }
    }
}

/// A running worker.
#[derive(Debug)]
pub struct WorkerHandle {
    worker: Worker,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(JsValue)>,
}

impl WorkerHandle {
    /// Starts a worker that runs the page's own module, and listens to it.
    ///
    /// # Errors
    /// [`WorkerError`] when the browser refuses at once; a script that does not load is [`Heard::Broken`] later.
    pub fn start(hear: impl Fn(Heard) + Clone + 'static) -> Result<Self, WorkerError> {
        let failed = |thrown: JsValue| WorkerError::of(&thrown);
        let module = MODULE_URL.with(Clone::clone);
        let file = module.rsplit('/').next().unwrap_or_default();
        let file = file.split(['?', '#']).next().unwrap_or_default();
        let script = web_sys::Url::new_with_base("worker.js", &module).map_err(failed)?;
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        // The module's name travels as the worker's name: a query would be lost when the script comes from a cache.
        options.set_name(file);
        let worker = Worker::new_with_options(&script.href(), &options).map_err(failed)?;
        let on_message = Closure::new({
            let hear = hear.clone();
            move |event: MessageEvent| {
                let Some(text) = event.data().as_string() else { return };
                hear(if text == PONG {
                    Heard::Alive
                } else {
                    match Event::from_text(&text) {
                        Ok(event) => Heard::Event(event),
                        Err(error) => Heard::Broken { detail: error.to_string() },
                    }
                });
            }
        });
        // A script that does not load raises a plain event, without a message.
        let on_error = Closure::new(move |event: JsValue| {
            let message = js_sys::Reflect::get(&event, &"message".into()).ok().and_then(|text| text.as_string());
            hear(Heard::Broken { detail: message.unwrap_or_else(|| "its script did not load".into()) });
        });
        worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { worker, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a command; the files it names go beside it, in the same order, by reference and not by copy.
    ///
    /// # Errors
    /// [`WorkerError`] when the browser cannot post it.
    pub fn send(&self, command: &Command, files: &[HandedFile]) -> Result<(), WorkerError> {
        let text = command.to_text().map_err(|error| WorkerError { detail: error.to_string() })?;
        let message = js_sys::Array::of1(&text.into());
        for file in files {
            message.push(file.handle());
        }
        self.worker.post_message(&message).map_err(|thrown| WorkerError::of(&thrown))
    }

    /// Asks for a sign of life, heard as [`Heard::Alive`].
    ///
    /// # Errors
    /// [`WorkerError`] when the browser cannot post it.
    pub fn ping(&self) -> Result<(), WorkerError> {
        self.worker.post_message(&PING.into()).map_err(|thrown| WorkerError::of(&thrown))
    }
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
