//! From the page's state to the world and back: the worker and its files, the samples, what is saved. It watches the
//! worker, replaces one that is lost, and tells the state.

use crate::browser::files::HandedFile;
use crate::browser::worker::{Heard, WorkerHandle};
use crate::browser::{clock, download};
use crate::client::message::{
    Command, Drafts, Event, ExportKind, MAX_FILE_BYTES, MAX_FILES_BYTES, Material, VerificationId,
};
use crate::proof::report::Problem;
use crate::ui::headers::Choice;
use crate::ui::site;
use crate::ui::state::{Action, Notice, Pin, problem};
use crate::ui::verification::{Answer, Given, Verification};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::Callback;

/// Between two signs of life, milliseconds.
const WATCH_MS: u32 = 5_000;
/// Watches without a sign of life before a worker is given up.
const SILENT_WATCHES: u8 = 4;
/// The same for one that has not said anything yet: its program may still be loading.
const LOADING_WATCHES: u8 = 24;
/// Losses in a row, none of them after a start, before no other worker is tried.
const MOST_LOSSES: u8 = 3;
/// Hand-ins whose files are kept.
const KEPT_HAND_INS: usize = 8;

/// What was handed in together.
#[derive(Debug, Clone, Default, PartialEq)]
struct HandIn {
    /// A link or a sample.
    named: Option<Material>,
    files: Vec<HandedFile>,
}

/// The bridge.
#[derive(Clone)]
pub struct Bridge {
    inner: Rc<Inner>,
}

struct Inner {
    tell: Callback<Action>,
    worker: RefCell<Option<WorkerHandle>>,
    /// Counts workers, so that nothing is heard of one that was given up.
    generation: Cell<u32>,
    losses: Cell<u8>,
    silent: Cell<u8>,
    spoke: Cell<bool>,
    busy: Cell<bool>,
    pins: RefCell<Vec<Pin>>,
    choice: RefCell<Choice>,
    hand_ins: RefCell<BTreeMap<u64, HandIn>>,
    next_hand_in: Cell<u64>,
    /// Links whose addresses the reader agreed to ask, during this visit.
    granted: RefCell<Vec<String>>,
    watch: RefCell<Option<clock::Timer>>,
}

impl Bridge {
    /// A bridge that tells what happens; no worker yet.
    #[must_use]
    pub fn new(tell: Callback<Action>) -> Self {
        let inner = Inner {
            tell,
            worker: RefCell::default(),
            generation: Cell::new(0),
            losses: Cell::new(0),
            silent: Cell::new(0),
            spoke: Cell::new(false),
            busy: Cell::new(false),
            pins: RefCell::default(),
            choice: RefCell::default(),
            hand_ins: RefCell::default(),
            next_hand_in: Cell::new(1),
            granted: RefCell::default(),
            watch: RefCell::default(),
        };
        Self { inner: Rc::new(inner) }
    }

    /// Starts the worker, and watches it from now on.
    pub fn start(&self, pins: &[Pin], choice: &Choice) {
        self.inner.pins.replace(pins.to_vec());
        self.settle(choice);
        self.start_worker();
        self.begin_watch();
    }

    fn begin_watch(&self) {
        let this = self.clone();
        self.inner.watch.replace(Some(clock::every(WATCH_MS, move || this.watch())));
    }

    /// Ends the worker while the page is put aside: it holds files that another page may want.
    pub fn put_aside(&self) {
        let inner = &self.inner;
        inner.generation.set(inner.generation.get() + 1);
        inner.watch.take();
        inner.worker.take();
    }

    /// Starts another one for a page that is shown again as it was.
    pub fn bring_back(&self) {
        self.inner.tell.emit(Action::EngineLost);
        self.start_worker();
        self.begin_watch();
    }

    /// Notes what the reader settled of headers: a worker that replaces another begins with it.
    pub fn settle(&self, choice: &Choice) {
        self.inner.choice.replace(choice.clone());
    }

    /// Says whether an answer is waited for: a worker that does nothing need not prove that it lives.
    pub fn set_busy(&self, busy: bool) {
        if !self.inner.busy.replace(busy) {
            self.inner.silent.set(0);
        }
    }

    fn start_worker(&self) {
        let inner = &self.inner;
        let generation = inner.generation.get() + 1;
        inner.generation.set(generation);
        inner.silent.set(0);
        inner.spoke.set(false);
        let this = self.clone();
        let worker = WorkerHandle::start(move |heard| this.hear(generation, heard));
        let started = worker.and_then(|worker| {
            worker.send(&Command::Start { config: site::config(&inner.pins.borrow(), &inner.choice.borrow()) }, &[])?;
            Ok(worker)
        });
        match started {
            Ok(worker) => {
                inner.worker.replace(Some(worker));
            }
            Err(error) => self.lose(generation, error.to_string()),
        }
    }

    fn hear(&self, generation: u32, heard: Heard) {
        let inner = &self.inner;
        if generation != inner.generation.get() {
            return;
        }
        inner.silent.set(0);
        inner.spoke.set(true);
        match heard {
            Heard::Alive => {}
            Heard::Event(event) => {
                if matches!(event, Event::Ready { .. }) {
                    inner.losses.set(0);
                }
                match event {
                    Event::Exported { name, media_type, text } => {
                        let saved = download::save(&name, &media_type, text.as_bytes());
                        inner.tell.emit(Action::Say(if saved.is_ok() { Notice::Saved } else { Notice::ExportFailed }));
                    }
                    event => inner.tell.emit(Action::Heard(event, clock::now_ms())),
                }
            }
            Heard::Broken { detail } => self.lose(generation, detail),
        }
    }

    fn watch(&self) {
        let inner = &self.inner;
        if !inner.busy.get() && inner.spoke.get() {
            return;
        }
        let silent = inner.silent.get() + 1;
        inner.silent.set(silent);
        let most = if inner.spoke.get() { SILENT_WATCHES } else { LOADING_WATCHES };
        let unheard = inner.worker.borrow().as_ref().is_some_and(|worker| worker.ping().is_err());
        if silent > most || unheard {
            self.lose(inner.generation.get(), "it gave no sign of life".into());
        }
    }

    /// Gives a worker up and starts another, unless too many were lost in a row.
    fn lose(&self, generation: u32, detail: String) {
        let this = self.clone();
        // Not at once: this may run inside one of the worker's own callbacks, which end with it.
        let later = move || {
            let inner = &this.inner;
            if generation != inner.generation.get() {
                return;
            }
            inner.worker.take();
            let losses = inner.losses.get() + 1;
            inner.losses.set(losses);
            if losses > MOST_LOSSES {
                inner.generation.set(generation + 1);
                inner.watch.take();
                inner.tell.emit(Action::EngineDead(detail));
            } else {
                inner.tell.emit(Action::EngineLost);
                this.start_worker();
            }
        };
        spawn_local(async move { later() });
    }

    /// Keeps what was handed in and gives it its number.
    #[must_use]
    pub fn hold(&self, files: Vec<HandedFile>) -> u64 {
        self.hold_in(HandIn { named: None, files })
    }

    fn hold_in(&self, hand_in: HandIn) -> u64 {
        let number = self.inner.next_hand_in.get();
        self.inner.next_hand_in.set(number + 1);
        let mut hand_ins = self.inner.hand_ins.borrow_mut();
        hand_ins.insert(number, hand_in);
        while hand_ins.len() > KEPT_HAND_INS {
            hand_ins.pop_first();
        }
        number
    }

    /// The same as was given, and more files beside it; gives its number.
    #[must_use]
    pub fn hold_more(&self, given: &Given, more: Vec<HandedFile>) -> u64 {
        let mut hand_in = self.hand_in(given);
        hand_in.files.extend(more);
        self.hold_in(hand_in)
    }

    /// The address that a link names may be asked from now on.
    pub fn grant(&self, given: &Given) {
        if let Some(Material::Link { text }) = self.hand_in(given).named {
            self.inner.granted.borrow_mut().push(text);
        }
    }

    fn hand_in(&self, given: &Given) -> HandIn {
        match given {
            Given::Link(text) => HandIn::of(Material::Link { text: format!("#{text}") }),
            Given::Sample(sample) => HandIn::of(Material::Sample { name: sample.name().to_owned() }),
            Given::Files(number) => self.inner.hand_ins.borrow().get(number).cloned().unwrap_or_default(),
        }
    }

    /// Hands a verification to the worker.
    pub fn hand_over(&self, verification: &Verification) {
        let id = verification.id;
        self.inner.tell.emit(Action::Sent(id, clock::now_ms()));
        let HandIn { named, files } = self.hand_in(&verification.given);
        if let Err(problem) = admit(&files) {
            self.inner.tell.emit(Action::NotSent(id, problem));
            return;
        }
        let named = named.map(|named| match named {
            Material::Link { text } if self.inner.granted.borrow().contains(&text) => Material::Granted { text },
            other => other,
        });
        let material = named.into_iter().chain(material(&files)).collect();
        self.command(&Command::Verify { id, material }, &files);
    }

    fn command(&self, command: &Command, files: &[HandedFile]) {
        let sent = self.inner.worker.borrow().as_ref().map(|worker| worker.send(command, files));
        // Without a worker nothing is lost: a new one is told everything anew.
        if let Some(Err(error)) = sent {
            self.lose(self.inner.generation.get(), error.to_string());
        }
    }

    /// Stops a verification.
    pub fn cancel(&self, id: VerificationId) {
        self.command(&Command::Cancel { id }, &[]);
    }

    /// Has the worker do something.
    pub fn order(&self, command: &Command) {
        self.command(command, &[]);
    }

    /// Takes a registry for known.
    pub fn pin(&self, pin: &Pin) {
        self.inner.pins.borrow_mut().push(pin.clone());
        self.command(&Command::PinRegistry { policy_text: pin.policy_text.clone() }, &[]);
    }

    /// Forgets a registry.
    pub fn unpin(&self, policy_hash: &str) {
        self.inner.pins.borrow_mut().retain(|pin| pin.policy_hash != policy_hash);
        self.command(&Command::UnpinRegistry { policy_hash: policy_hash.to_owned() }, &[]);
    }

    /// The link's fragment of what was given, without `#`; that of its proof when it came as a file.
    #[must_use]
    pub fn link(given: &Given, answer: &Answer) -> Option<String> {
        match given {
            Given::Link(text) => Some(text.clone()),
            Given::Sample(_) | Given::Files(_) => answer.link.clone(),
        }
    }

    /// Saves drafts, which the worker wrote already.
    pub fn save_drafts(&self, drafts: &Drafts, whole: bool) {
        let saved = match whole {
            true => download::save("import.json", "application/json", drafts.json.as_bytes()),
            false => download::save("drafts.jsonl", "application/jsonl", drafts.lines.as_bytes()),
        };
        self.inner.tell.emit(Action::Say(if saved.is_ok() { Notice::Saved } else { Notice::ExportFailed }));
    }

    /// Has an answer written and saves it; what came of it is told. Without a worker there is nobody to write it.
    pub fn export(&self, given: &Given, answer: &Answer, kind: ExportKind) {
        if self.inner.worker.borrow().is_none() {
            self.inner.tell.emit(Action::Say(Notice::ExportFailed));
            return;
        }
        let (report, proof) = (answer.report.clone(), answer.proof.clone());
        // With a proof inside, an exported report needs no files; without one the worker reads them again.
        let files = if proof.is_none() { self.hand_in(given).files } else { Vec::new() };
        let material = material(&files).collect();
        self.command(&Command::Export { kind, report, proof, material }, &files);
    }
}

impl HandIn {
    fn of(named: Material) -> Self {
        Self { named: Some(named), files: Vec::new() }
    }
}

/// The files as a command names them.
fn material(files: &[HandedFile]) -> impl Iterator<Item = Material> {
    files.iter().map(|file| Material::File { name: file.name().to_owned(), bytes: Vec::new() })
}

fn admit(files: &[HandedFile]) -> Result<(), Problem> {
    let refused = |code: &str, field: &str, limit: u64, found: u64| {
        let mut problem = problem(code, String::new());
        field.clone_into(&mut problem.field);
        problem.expected = format!("at most {limit} bytes");
        problem.found = format!("{found} bytes");
        Err(problem)
    };
    if let Some(large) = files.iter().find(|file| file.size() > MAX_FILE_BYTES) {
        return refused("file-too-large", large.name(), MAX_FILE_BYTES, large.size());
    }
    let all = files.iter().map(HandedFile::size).fold(0, u64::saturating_add);
    if all > MAX_FILES_BYTES {
        return refused("files-too-large", "", MAX_FILES_BYTES, all);
    }
    Ok(())
}
