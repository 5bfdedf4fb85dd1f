//! A second worker beside this one, which runs the engine alone.
//!
//! Bytes are handed to it and not shared; it gives the room that they came in back for the next. What goes wrong with it is told to the client and to nobody else.

use crate::client::message::{Input, Piece, SecondAsk, SecondTold, SegmentId};
use js_sys::{ArrayBuffer, Uint8Array};
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{MessageEvent, Worker, WorkerGlobalScope};

/// Who hears what it says.
pub type Hear = Rc<dyn Fn(Input)>;

/// Whether a second worker runs, and how it is started.
#[derive(Debug)]
pub struct SecondWorker {
    start: js_sys::Function,
    running: RefCell<Option<Running>>,
}

/// Buffers that came back, for what is sent next.
type Spare = Rc<RefCell<Vec<ArrayBuffer>>>;

#[derive(Debug)]
struct Running {
    worker: Worker,
    spare: Spare,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(web_sys::Event)>,
}

impl SecondWorker {
    /// One that would be started by this function, which gives a worker: it says `true` when it is there, and answers
    /// `[name, request]` by `[name, answer, the request's buffer]`.
    #[must_use]
    pub fn started_by(start: js_sys::Function) -> Self {
        Self { start, running: RefCell::default() }
    }

    /// Does what the client wants done with it.
    pub fn carry_out(&self, ask: SecondAsk, hear: Hear) {
        let gone = match ask {
            SecondAsk::Start => match start(&self.start, hear.clone()) {
                Some(running) => {
                    self.replace(Some(running));
                    false
                }
                None => true,
            },
            SecondAsk::Judge { segment, request } => {
                self.running.borrow().as_ref().is_none_or(|running| running.send(segment, &request).is_err())
            }
            SecondAsk::End => {
                self.replace(None);
                false
            }
        };
        if gone {
            self.replace(None);
            spawn_local(async move { hear(Input::Second(SecondTold::Gone)) });
        }
    }

    fn replace(&self, running: Option<Running>) {
        let before = self.running.replace(running);
        // Not at once: this may run inside one of its own callbacks.
        spawn_local(async move { drop(before) });
    }
}

/// Starts it. `None` where there are no workers within workers, or no second core for one.
fn start(start: &js_sys::Function, hear: Hear) -> Option<Running> {
    let scope: WorkerGlobalScope = js_sys::global().dyn_into().ok()?;
    if scope.navigator().hardware_concurrency() < 2.0 {
        return None;
    }
    let worker: Worker = start.call0(&JsValue::UNDEFINED).ok()?.dyn_into().ok()?;
    let spare = Spare::default();
    let on_message = Closure::new({
        let (hear, spare) = (hear.clone(), spare.clone());
        move |event: MessageEvent| hear(Input::Second(heard(&event.data(), &spare)))
    });
    let on_error = Closure::new(move |event: web_sys::Event| {
        // Not this worker's error: the page does not hear of it.
        event.prevent_default();
        hear(Input::Second(SecondTold::Gone));
    });
    worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    Some(Running { worker, spare, _on_message: on_message, _on_error: on_error })
}

/// What it said: that it is there, or an answer after the name of what was asked.
fn heard(data: &JsValue, spare: &Spare) -> SecondTold {
    if data.as_bool() == Some(true) {
        return SecondTold::Ready;
    }
    let parts = data.dyn_ref::<js_sys::Array>();
    let answer = parts.and_then(|parts| {
        let segment = parts.get(0).as_f64()?;
        spare.borrow_mut().extend(parts.get(2).dyn_into::<ArrayBuffer>());
        Some((segment, parts.get(1).dyn_into::<Uint8Array>().ok()?))
    });
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a number that was sent comes back")]
    answer.map_or(SecondTold::Gone, |(segment, bytes)| SecondTold::Judged {
        segment: SegmentId(segment as u64),
        answer: bytes.to_vec(),
    })
}

impl Running {
    fn send(&self, SegmentId(segment): SegmentId, request: &[Piece]) -> Result<(), JsValue> {
        let length: u32 = request.iter().map(|piece| piece.bytes().len() as u32).sum();
        let spare = self.spare.borrow_mut().pop().filter(|spare| spare.byte_length() >= length);
        let buffer = spare.unwrap_or_else(|| ArrayBuffer::new(length));
        let bytes = Uint8Array::new_with_byte_offset_and_length(&buffer, 0, length);
        let mut at = 0;
        for piece in request.iter().map(Piece::bytes) {
            let end = at + piece.len() as u32;
            bytes.subarray(at, end).copy_from(piece);
            at = end;
        }
        #[allow(clippy::cast_precision_loss, reason = "counted up from 0")]
        let message = js_sys::Array::of2(&(segment as f64).into(), &bytes);
        self.worker.post_message_with_transfer(&message, &js_sys::Array::of1(&buffer))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        self.worker.terminate();
    }
}
