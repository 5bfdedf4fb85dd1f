//! The loop inside the worker, around a client that does no I/O: it brings messages, fetched bytes and the time of day
//! in, and carries out what the client asks for.

use super::errands::{Errands, Hear};
use super::fetch::Wanted;
use super::keeping::Keeping;
use super::second::SecondWorker;
use super::worker::{PING, PONG, sent};
use super::{clock, said};
use crate::client::clock::Now;
use crate::client::light_client::LightClient;
use crate::client::message::{Command, Event, Input, MAX_FILE_BYTES, Material, Output};
use crate::proof::report::Problem;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{Blob, DedicatedWorkerGlobalScope, FileReaderSync, MessageChannel, MessageEvent, MessagePort};

/// Longest wait for a wake-up, milliseconds: a day, which `setTimeout` keeps.
const LONGEST_WAIT_MS: u64 = 86_400_000;

/// Runs a client in this worker until the page ends it.
pub fn run(scope: &DedicatedWorkerGlobalScope, client: LightClient, second: SecondWorker) {
    let turn = Rc::new(RefCell::new(None));
    let this = Rc::new(Loop {
        scope: scope.clone(),
        client: RefCell::new(client),
        turn: turn.clone(),
        coming_back: Cell::new(false),
        wake: RefCell::default(),
        errands: Rc::default(),
        keeping: Keeping::default(),
        second,
    });
    // Posting to oneself is a turn of the event loop without the four milliseconds that nested timers cost.
    if let Ok(channel) = MessageChannel::new() {
        let on_turn = Closure::<dyn FnMut()>::new({
            let this = this.clone();
            move || this.turn()
        });
        channel.port1().set_onmessage(Some(on_turn.as_ref().unchecked_ref()));
        on_turn.forget();
        turn.replace(Some(channel.port2()));
    }
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new({
        let this = this.clone();
        move |event: MessageEvent| this.message(&event.data())
    });
    scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    on_message.forget();
}

struct Loop {
    scope: DedicatedWorkerGlobalScope,
    client: RefCell<LightClient>,
    turn: Rc<RefCell<Option<MessagePort>>>,
    /// Whether a turn was asked for and has not come. One at a time: the client is fed from many sides, and each may ask.
    coming_back: Cell<bool>,
    wake: RefCell<Option<clock::Timer>>,
    errands: Rc<Errands>,
    keeping: Keeping,
    second: SecondWorker,
}

impl Loop {
    fn message(self: &Rc<Self>, data: &JsValue) {
        if data.as_string().is_some_and(|text| text == PING) {
            self.post(&JsValue::from_str(PONG));
            return;
        }
        match read(data) {
            Ok(command) => self.feed(Input::Command(command)),
            Err(refusal) => self.say(&refusal),
        }
    }

    /// Hands something to the client and carries out what it wants done.
    fn feed(self: &Rc<Self>, input: Input) {
        let now = Now { unix: clock::now(), steady_ms: clock::steady_ms() };
        self.client.borrow_mut().handle_input(input, now);
        loop {
            // The borrow ends before anything is done in the world.
            let output = self.client.borrow_mut().poll_output();
            match output {
                None => break,
                Some(Output::Yield) => return self.come_back(),
                Some(output) => self.carry_out(output),
            }
        }
        self.sleep();
    }

    fn carry_out(self: &Rc<Self>, output: Output) {
        let this = self.clone();
        let hear: Hear = Rc::new(move |input| this.feed(input));
        match output {
            Output::Event(event) => self.say(&event),
            Output::Fetch { request, url, reach, from_byte, max_bytes, timeout_ms, in_parts } => {
                let wanted = Wanted { url, reach, from_byte, max_bytes, timeout_ms, in_parts };
                self.errands.fetch(request, wanted, hear);
            }
            Output::ReadOn { request } => self.errands.read_on(request),
            Output::StopFetch { request } => self.errands.stop_fetch(request),
            Output::OpenSocket { socket, url, max_bytes } => self.errands.open(socket, &url, max_bytes, hear),
            Output::SendText { socket, text } => self.errands.send(socket, &text, hear),
            Output::CloseSocket { socket } => self.errands.close(socket),
            Output::Store { network, ask } => self.keeping.carry_out(network, ask, hear),
            Output::Second(ask) => self.second.carry_out(ask, hear),
            Output::Yield => self.come_back(),
        }
    }

    /// Lets messages in, then goes on.
    fn come_back(self: &Rc<Self>) {
        if self.coming_back.replace(true) {
            return;
        }
        match &*self.turn.borrow() {
            Some(port) if port.post_message(&JsValue::NULL).is_ok() => {}
            _ => self.wake_in(0),
        }
    }

    fn turn(self: &Rc<Self>) {
        self.coming_back.set(false);
        self.feed(Input::Tick);
    }

    fn sleep(self: &Rc<Self>) {
        let wakeup = self.client.borrow().next_wakeup();
        match wakeup {
            Some(at) => {
                let wait = at.saturating_sub(clock::steady_ms()).clamp(1, LONGEST_WAIT_MS);
                self.wake_in(u32::try_from(wait).unwrap_or(u32::MAX));
            }
            None => drop(self.wake.take()),
        }
    }

    fn wake_in(self: &Rc<Self>, milliseconds: u32) {
        let this = self.clone();
        let timer = clock::after(milliseconds, move || this.turn());
        self.wake.replace(Some(timer));
    }

    fn say(&self, event: &Event) {
        self.post(&js_sys::Uint8Array::from(&*event.to_bytes()));
    }

    fn post(&self, message: &JsValue) {
        if let Err(thrown) = self.scope.post_message(message) {
            wasm_bindgen::throw_val(thrown);
        }
    }
}

/// Reads a command and the files beside it. What cannot be read is answered, so that nobody waits for it.
fn read(data: &JsValue) -> Result<Command, Box<Event>> {
    let message = js_sys::Array::from(data);
    let command = match Command::from_bytes(&sent(message.get(0))) {
        Ok(command) => command,
        // The page and this worker are of one build: only a torn one gets here, and its page must hear of it.
        Err(error) => wasm_bindgen::throw_str(&error.to_string()),
    };
    let (id, material) = match &command {
        Command::Verify { id, material } => (Some(*id), material),
        Command::Export { material, .. } => (None, material),
        _ => return Ok(command),
    };
    let names = material.iter().filter_map(|item| match item {
        Material::File { name, .. } => Some(name.as_str()),
        Material::Link { .. } | Material::Granted { .. } | Material::Sample { .. } => None,
    });
    let refused = |code: &str, field: &str, expected: String, found: String, detail: String| {
        let problem = Problem { code: code.into(), field: field.into(), expected, found, detail };
        Box::new(match id {
            Some(id) => Event::Refused { id, problem },
            None => Event::ExportFailed { problem },
        })
    };
    let unreadable =
        |name: &str, detail: String| refused("file-unreadable", name, String::new(), String::new(), detail);
    let mut files = Vec::new();
    for (file, name) in message.iter().skip(1).zip(names) {
        let blob: Blob = file.dyn_into().map_err(|_| unreadable(name, "it is no file".into()))?;
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number")]
        let size = blob.size() as u64;
        if size > MAX_FILE_BYTES {
            let (expected, found) = (format!("at most {MAX_FILE_BYTES} bytes"), format!("{size} bytes"));
            return Err(refused("file-too-large", name, expected, found, String::new()));
        }
        let bytes = FileReaderSync::new()
            .and_then(|reader| reader.read_as_array_buffer(&blob))
            .map_err(|thrown| unreadable(name, said(&thrown)))?;
        files.push(js_sys::Uint8Array::new(&bytes).to_vec());
    }
    command.attach_files(files).map_err(|error| unreadable("", error.to_string()))
}
