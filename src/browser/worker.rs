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

/// Where `boot.js` leaves the worker that it started beside the page.
const EARLY: &str = "plimsollWorker";

/// The bytes of a message; none when it holds something else, which is no message then.
pub(super) fn sent(data: JsValue) -> Vec<u8> {
    data.dyn_into::<js_sys::Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default()
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
    /// Takes the worker over that started beside the page, or later starts another, and listens to it.
    ///
    /// # Errors
    /// [`WorkerError`] when the browser refuses at once; a script that does not load is [`Heard::Broken`] later.
    pub fn start(hear: impl Fn(Heard) + Clone + 'static) -> Result<Self, WorkerError> {
        let worker = match early_worker() {
            Some(worker) => worker,
            None => new_worker()?,
        };
        let on_message = Closure::new({
            let hear = hear.clone();
            move |event: MessageEvent| {
                let data = event.data();
                hear(if data.as_string().is_some_and(|text| text == PONG) {
                    Heard::Alive
                } else {
                    match Event::from_bytes(&sent(data)) {
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
        let message = js_sys::Array::of1(&js_sys::Uint8Array::from(&*command.to_bytes()).into());
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

/// The worker that started beside the page: there once.
fn early_worker() -> Option<Worker> {
    let (scope, name) = (js_sys::global(), JsValue::from_str(EARLY));
    let worker = js_sys::Reflect::get(&scope, &name).ok()?.dyn_into().ok()?;
    js_sys::Reflect::delete_property(&scope, &name).ok().map(|_| worker)
}

fn new_worker() -> Result<Worker, WorkerError> {
    let named = gloo::utils::document().query_selector("script[data-worker]").ok().flatten();
    let script = named.and_then(|script| script.get_attribute("data-worker"));
    let script = script.ok_or_else(|| WorkerError { detail: "this page names no worker".into() })?;
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(&script, &options).map_err(|thrown| WorkerError::of(&thrown))
}

impl Drop for WorkerHandle {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
