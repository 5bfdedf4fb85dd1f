//! From the page's state to the world and back: the worker and its files, the samples, what is saved. It watches the
//! worker, replaces one that is lost, and tells the state.

use crate::browser::files::{HandedFile, ReadError};
use crate::browser::worker::{Heard, WorkerHandle};
use crate::browser::{clock, download, fetch};
use crate::client::intake::TIMESTAMP_MAGIC;
use crate::client::message::{Command, Event, MAX_FILE_BYTES, MAX_FILES_BYTES, Material, VerificationId};
use crate::proof::bundle::Bytes;
use crate::proof::recheck::{ClaimedExport, EXPORT_FORMAT, Export, ExportedFile};
use crate::proof::report::Problem;
use crate::proof::table::csv;
use crate::ui::headers::Choice;
use crate::ui::intent::ExportKind;
use crate::ui::site;
use crate::ui::state::{Action, Pin, problem};
use crate::ui::verification::{Answer, Given, Verification};
use crate::ui::wording::samples::SampleId;
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
/// Longest time for the sample index.
const SAMPLES_TIMEOUT_MS: u32 = 30_000;

/// What was handed in together.
#[derive(Debug, Clone, Default, PartialEq)]
struct HandIn {
    link: Option<String>,
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
    samples: RefCell<Option<Rc<site::SampleIndex>>>,
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
            samples: RefCell::default(),
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
                inner.tell.emit(Action::Heard(event, clock::now_ms()));
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
    pub fn hold(&self, link: Option<String>, files: Vec<HandedFile>) -> u64 {
        let number = self.inner.next_hand_in.get();
        self.inner.next_hand_in.set(number + 1);
        let mut hand_ins = self.inner.hand_ins.borrow_mut();
        hand_ins.insert(number, HandIn { link, files });
        while hand_ins.len() > KEPT_HAND_INS {
            hand_ins.pop_first();
        }
        number
    }

    /// The same as was given, and more files beside it; gives its number.
    #[must_use]
    pub fn hold_more(&self, given: &Given, more: Vec<HandedFile>) -> u64 {
        let HandIn { link, mut files } = self.hand_in(given);
        files.extend(more);
        self.hold(link, files)
    }

    fn hand_in(&self, given: &Given) -> HandIn {
        match given {
            Given::Link(text) => HandIn { link: Some(text.clone()), files: Vec::new() },
            Given::Sample(sample) => HandIn { link: self.known_sample(*sample), files: Vec::new() },
            Given::Files(number) => self.inner.hand_ins.borrow().get(number).cloned().unwrap_or_default(),
        }
    }

    /// Hands a verification to the worker.
    pub fn hand_over(&self, verification: &Verification) {
        let id = verification.id;
        let tell = &self.inner.tell;
        tell.emit(Action::Sent(id, clock::now_ms()));
        match &verification.given {
            Given::Sample(sample) => {
                let (this, sample) = (self.clone(), *sample);
                spawn_local(async move {
                    match this.sample(sample).await {
                        Ok(link) => this.send(id, HandIn { link: Some(link), files: Vec::new() }),
                        Err(problem) => this.inner.tell.emit(Action::NotSent(id, problem)),
                    }
                });
            }
            given => self.send(id, self.hand_in(given)),
        }
    }

    fn send(&self, id: VerificationId, hand_in: HandIn) {
        if let Err(problem) = admit(&hand_in.files) {
            self.inner.tell.emit(Action::NotSent(id, problem));
            return;
        }
        let link = hand_in.link.map(|text| Material::Link { text: format!("#{text}") });
        let file = |file: &HandedFile| Material::File { name: file.name().to_owned(), bytes: Vec::new() };
        let material = link.into_iter().chain(hand_in.files.iter().map(file)).collect();
        self.command(&Command::Verify { id, material }, &hand_in.files);
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

    fn known_sample(&self, sample: SampleId) -> Option<String> {
        self.inner.samples.borrow().as_ref().and_then(|index| index.fragment(sample).ok())
    }

    async fn sample(&self, sample: SampleId) -> Result<String, Problem> {
        let known = self.inner.samples.borrow().clone();
        let index = match known {
            Some(index) => index,
            None => {
                let bytes = fetch::fetch(site::SAMPLE_INDEX, site::SAMPLE_INDEX_BYTES, SAMPLES_TIMEOUT_MS, |_, _| ());
                let bytes = bytes.await.map_err(|failure| problem("samples-missing", failure.to_string()))?;
                let index = Rc::new(site::SampleIndex::parse(&bytes)?);
                self.inner.samples.replace(Some(index.clone()));
                index
            }
        };
        index.fragment(sample)
    }

    /// The link's fragment of what was given, without `#`; made from the proof file when it came as one.
    #[must_use]
    pub fn link(&self, given: &Given, answer: &Answer) -> Option<String> {
        let own = self.hand_in(given).link;
        own.or_else(|| answer.proof.as_ref().map(|proof| crate::proof::link::to_route(proof.as_bytes())))
    }

    /// Saves an answer. Files are read again for it.
    ///
    /// # Errors
    /// A problem for the reader, such as a file that was moved since.
    pub async fn export(&self, given: &Given, answer: &Answer, kind: ExportKind) -> Result<(), Problem> {
        let failed = |error: &dyn std::error::Error| problem("export-failed", error.to_string());
        let name = file_name(answer);
        let (suffix, media_type, bytes) = match kind {
            ExportKind::Proof => {
                let Some(proof) = &answer.proof else { return Ok(()) };
                ("proof.json", "application/json", proof.clone().into_bytes())
            }
            ExportKind::Table => ("csv", "text/csv;charset=utf-8", csv(&answer.report).into_bytes()),
            ExportKind::Report => {
                let files = self.exported_files(given, answer).await.map_err(|error| failed(&error))?;
                let export = Export {
                    format: EXPORT_FORMAT.to_owned(),
                    report: answer.report.clone(),
                    proof: answer.proof.clone(),
                    files,
                };
                ("report.json", "application/json", export.to_json().into_bytes())
            }
        };
        download::save(&format!("{name}.{suffix}"), media_type, &bytes).map_err(|error| failed(&error))
    }

    /// The files an exported report needs to be checked again: a timestamp and its document. A proof needs none.
    async fn exported_files(&self, given: &Given, answer: &Answer) -> Result<Vec<ExportedFile>, ReadError> {
        let mut files = Vec::new();
        if answer.proof.is_some() {
            return Ok(files);
        }
        let document = answer.report.document.as_ref().map(|document| document.name.as_str());
        for file in self.hand_in(given).files {
            let bytes = file.read().await?;
            if bytes.starts_with(TIMESTAMP_MAGIC) || Some(file.name()) == document {
                files.push(ExportedFile { name: file.name().to_owned(), bytes: Bytes(bytes) });
            } else if let Ok(earlier) = ClaimedExport::parse_files(&bytes) {
                files.extend(earlier);
            }
        }
        Ok(files)
    }
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

/// A file name that says what it is of, without the signs that systems keep for themselves.
fn file_name(answer: &Answer) -> String {
    let of = match (&answer.report.record, &answer.report.document) {
        (Some(record), _) => record.reference.as_str(),
        (None, Some(document)) => document.name.as_str(),
        (None, None) => "",
    };
    let clean: String = of
        .chars()
        .map(|letter| {
            if letter.is_ascii_alphanumeric() || !letter.is_ascii() || matches!(letter, '-' | '_' | '.') {
                letter
            } else {
                '-'
            }
        })
        .take(60)
        .collect();
    match clean.trim_matches(['.', '-']) {
        "" => "plimsoll".to_owned(),
        clean => format!("plimsoll-{clean}"),
    }
}
