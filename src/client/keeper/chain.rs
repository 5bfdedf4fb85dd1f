//! One network's kept headers: opened, loaded, added to.

use crate::chain::header::HEADER_BYTES;
use crate::chain::{BlockHash, BlockRef};
use crate::client::clock::Now;
use crate::client::keep::{Access, FailureKind, HeaderStore, Kept, News, Operation};
use crate::client::keeper::SAVE_MS;
use crate::client::keeper::plan::{Plan, plan};
use crate::client::keeper::second::Second;
use crate::client::keeper::slices::{Next, Slices};
use crate::client::keeper::tell::{Said, repairs};
use crate::client::message::{
    ChainSource, Event, Output, Repair, SegmentId, Stage, StoragePlace, StorageRole, StorageRoom, StoreAsk, StoreTold,
    StoreWord,
};
use crate::client::outbox::Outbox;
use crate::client::overtaken::Tips;
use crate::client::sync::chain_status;
use crate::engine::{HeaderEngine, Refusal, Run, Taken, Which};

/// So often files that fail are opened anew, before nothing more is kept.
const REOPENINGS: u8 = 2;
/// The longest wait for an answer while files are opened and read, milliseconds: whoever opens them waits two seconds for a
/// handle.
const PATIENCE_MS: u64 = 10_000;

/// What is going on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Phase {
    /// The files were asked for.
    Opening,
    /// The store reads them.
    Loading,
    /// Loaded; growing, when this is the writer.
    Keeping,
    /// No room for more.
    Full { detail: String },
    /// They cannot be opened, read or written.
    Failed { detail: String },
    /// Of a later version.
    Newer { version: u16 },
    /// Deleted.
    Forgotten,
}

/// A network's kept headers.
#[derive(Debug)]
pub(super) struct KeptChain {
    pub(super) network: String,
    genesis: BlockHash,
    pub(super) phase: Phase,
    /// When something was heard of the files.
    heard_ms: u64,
    pub(super) place: StoragePlace,
    pub(super) role: StorageRole,
    pub(super) room: StorageRoom,
    pub(super) store: Option<HeaderStore>,
    slices: Slices,
    /// What the store said while slices wait to be judged.
    news: Option<News>,
    /// Whether a second worker judges some of them, or is about to.
    shared: bool,
    /// A kept header was refused: the rest is passed over.
    refused: Option<(u32, bool)>,
    /// Headers loaded since the files were opened.
    pub(super) loaded: u32,
    /// Of these, headers taken in on the second worker's word.
    pub(super) by_second: u32,
    pub(super) repairs: Vec<Repair>,
    began_ms: u64,
    pub(super) loaded_ms: Option<u64>,
    /// The last kept header that the engine holds.
    agreed: Option<BlockRef>,
    grown: bool,
    saved_ms: u64,
    reopenings: u8,
    /// The files were asked for: nothing is to be done with those at hand.
    asked_open: bool,
    /// Heard while something else was under way.
    free: bool,
    others_grew: bool,
    to_forget: bool,
    pub(super) said: Said,
}

impl KeptChain {
    pub(super) fn open(network: &str, genesis: BlockHash, now: Now, out: &mut Outbox) -> Self {
        let mut chain = Self {
            network: network.to_owned(),
            genesis,
            phase: Phase::Opening,
            heard_ms: now.steady_ms,
            place: StoragePlace::Memory,
            role: StorageRole::Writer,
            room: StorageRoom::default(),
            store: None,
            slices: Slices::default(),
            news: None,
            shared: false,
            refused: None,
            loaded: 0,
            by_second: 0,
            repairs: Vec::new(),
            began_ms: now.steady_ms,
            loaded_ms: None,
            agreed: None,
            grown: false,
            saved_ms: 0,
            reopenings: 0,
            asked_open: false,
            free: false,
            others_grew: false,
            to_forget: false,
            said: Said::default(),
        };
        chain.ask_open(out);
        chain
    }

    fn ask(&self, ask: StoreAsk, out: &mut Outbox) {
        out.push(Output::Store { network: self.network.clone(), ask });
    }

    fn ask_open(&mut self, out: &mut Outbox) {
        self.asked_open = true;
        // The genesis hash keeps networks apart that share a name; its first digits are zeros.
        let hash = self.genesis.to_string();
        let name = format!("{}-{}", self.network, &hash[hash.len() - 16..]);
        self.ask(StoreAsk::Open { name }, out);
    }

    pub(super) fn is_loading(&self) -> bool {
        matches!(self.phase, Phase::Opening | Phase::Loading)
    }

    pub(super) fn has_work(&self) -> bool {
        self.slices.has_work()
    }

    /// Kept headers that are still to be judged.
    pub(super) fn to_judge(&self) -> u32 {
        let Some(store) = self.store.as_ref().filter(|_| self.is_loading()) else { return 0 };
        let (kept, known) = (store.kept(), self.agreed.map_or(0, |agreed| agreed.height));
        kept.end_height().saturating_sub(kept.first_height.max(known))
    }

    /// Lets a second worker that is ready judge some of what was read, and reads ahead for it.
    pub(super) fn share(&mut self, second: &mut Second, now: Now, out: &mut Outbox) {
        self.shared = second.is_coming();
        if self.shared {
            self.pump(now, out);
        }
        if !second.is_ready() {
            return self.slices.take_back();
        }
        while let Some(ask) = self.slices.share(&self.network, second.segment_id(), now) {
            out.push(Output::Second(ask));
        }
    }

    pub(super) fn hear_judged(&mut self, segment: SegmentId, answer: &[u8]) {
        self.slices.judged(segment, answer);
    }

    /// Since when the second worker is waited for.
    pub(super) fn waits_since(&self) -> Option<u64> {
        self.slices.waits_since()
    }

    pub(super) fn note_grown(&mut self) {
        self.grown = true;
    }

    pub(super) fn stage(&self) -> Option<Stage> {
        let (store, height) = (self.store.as_ref()?, self.agreed.map_or(0, |block| block.height));
        let (done, total) = (u64::from(self.loaded), u64::from(store.kept().count));
        self.is_loading().then_some(Stage::VerifyingHeaders { height, done, total })
    }

    pub(super) fn hear(&mut self, told: StoreTold, now: Now, out: &mut Outbox) {
        self.heard_ms = now.steady_ms;
        match told {
            StoreTold::Opened { place, access, room } => {
                (self.place, self.room) = (place, room);
                self.role = if access == Access::Write { StorageRole::Writer } else { StorageRole::Reader };
                self.asked_open = false;
                if matches!(self.phase, Phase::Opening | Phase::Failed { .. }) {
                    self.phase = Phase::Loading;
                }
                self.begin_loading(access, now);
            }
            StoreTold::Nowhere { detail } => {
                self.asked_open = false;
                (self.place, self.role) = (StoragePlace::Memory, StorageRole::Writer);
                self.phase = Phase::Failed { detail };
            }
            StoreTold::Answer(answer) => {
                if let Some(store) = &mut self.store {
                    store.handle_answer(answer);
                }
            }
            StoreTold::Free => self.free = true,
            StoreTold::Heard(StoreWord::Grew) => self.others_grew = true,
            StoreTold::Heard(StoreWord::Forget) => self.to_forget |= self.role == StorageRole::Writer,
        }
        self.pump(now, out);
    }

    fn begin_loading(&mut self, access: Access, now: Now) {
        let from = self.agreed.map_or(0, |block| block.height);
        self.store = Some(HeaderStore::open_from(self.genesis, access, from));
        (self.refused, self.loaded, self.by_second, self.began_ms) = (None, 0, 0, now.steady_ms);
        self.slices.clear();
        self.news = None;
    }

    /// Has the reader's wish carried out, by whoever writes.
    pub(super) fn forget(&mut self, out: &mut Outbox) {
        match self.role {
            StorageRole::Writer => self.to_forget = true,
            StorageRole::Reader => self.ask(StoreAsk::Tell(StoreWord::Forget), out),
        }
    }

    /// Hears the store's news and passes its next request on, while there is room for what it reads. What it says of the
    /// end waits until everything read is judged.
    fn pump(&mut self, now: Now, out: &mut Outbox) {
        while self.slices.has_room(self.shared) {
            if !self.slices.is_empty() && self.news.is_some() {
                return;
            }
            let Some(store) = &mut self.store else { return };
            match self.news.take().or_else(|| store.poll_news()) {
                Some(news) if self.slices.is_empty() || matches!(news, News::Headers { .. }) => {
                    self.take_news(news, now, out);
                }
                later @ Some(_) => self.news = later,
                None => {
                    if let Some(request) = store.poll_request() {
                        self.ask(StoreAsk::Do(request), out);
                    }
                    return;
                }
            }
        }
    }

    fn take_news(&mut self, news: News, now: Now, out: &mut Outbox) {
        match news {
            News::Headers { height, bytes } if self.refused.is_none() => {
                self.slices.push(height, bytes);
            }
            News::Headers { .. } => {}
            News::Opened { kept, findings } => {
                // Where headers were dropped, those in hand that are still kept end below.
                if self.agreed.is_some_and(|agreed| agreed.height >= kept.end_height()) {
                    self.agreed = last(&kept);
                }
                self.repairs.extend(repairs(&findings));
                self.loaded_ms.get_or_insert(now.steady_ms.saturating_sub(self.began_ms));
                if self.is_loading() {
                    self.phase = Phase::Keeping;
                }
                self.grown = true;
                if let Some((height, true)) = self.refused
                    && let Some(store) = &mut self.store
                {
                    // A reader leaves it to the writer.
                    let _ = store.cut(height, None);
                }
            }
            News::Newer { version } => self.phase = Phase::Newer { version },
            News::Done { operation, kept } => {
                self.agreed = last(&kept);
                self.saved_ms = now.steady_ms;
                match operation {
                    Operation::Forget => self.phase = Phase::Forgotten,
                    Operation::Append => self.ask(StoreAsk::Tell(StoreWord::Grew), out),
                    Operation::Open | Operation::Cut => {}
                }
            }
            News::Failed { operation, failure, .. } => {
                let detail = failure.to_string();
                if failure.kind == FailureKind::Full && operation != Operation::Open {
                    self.phase = Phase::Full { detail };
                } else if self.reopenings < REOPENINGS && operation != Operation::Open {
                    self.reopenings += 1;
                    self.begin_loading(Access::Write, now);
                } else {
                    self.phase = Phase::Failed { detail };
                }
            }
        }
    }

    /// Judges the next kept headers, or takes in what the second worker judged.
    pub(super) fn work(&mut self, engine: &mut dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let Some(Next { height, bytes, outcome }) = self.slices.next() else { return };
        self.heard_ms = now.steady_ms;
        let starts = self.loaded == 0 && self.agreed.is_none();
        let run = Run { network: &self.network, height, starts, bytes };
        let tips = Tips::of(engine, &self.network);
        let taken = match outcome {
            None => engine.take(run, now.unix),
            Some(outcome) => match engine.join(run, outcome) {
                None => return self.slices.judge_here(),
                Some(tip) => {
                    let count = (bytes.len() / HEADER_BYTES) as u32;
                    self.by_second += count;
                    Taken { count, last: Some(tip.hash), refusal: None }
                }
            },
        };
        // What another page wrote may have more work than what is in hand.
        tips.overtaken(engine, "").for_each(|reorganized| out.say(Event::Reorganized(reorganized)));
        let ended = self.slices.advance(taken.count);
        self.loaded += taken.count;
        if let Some(hash) = taken.last {
            self.agreed = Some(BlockRef { height: height + taken.count - 1, hash });
        }
        if let Some(refusal) = &taken.refusal {
            self.refuse(refusal, height + taken.count);
            self.slices.clear();
        }
        if (ended || taken.refusal.is_some())
            && let Some(last) = taken.last
            && let Some(status) = chain_status(engine, &self.network, Which::Block(last), ChainSource::Device)
        {
            out.say(Event::Chain(status));
        }
        self.pump(now, out);
    }

    /// A kept header was refused: the files held something else than what was verified once, or the clock was set back.
    fn refuse(&mut self, refusal: &Refusal, height: u32) {
        let for_good = refusal.is_final();
        let rule = refusal.rule().map_or_else(String::new, |rule| rule.name().to_owned());
        self.repairs.push(Repair::Refused { height, rule, for_good, detail: refusal.to_string() });
        self.refused = Some((height, for_good));
    }

    fn is_idle(&self) -> bool {
        !self.asked_open && self.slices.is_empty() && self.store.as_ref().is_some_and(HeaderStore::is_idle)
    }

    /// Whether headers are added as they are verified.
    fn is_saving(&self) -> bool {
        self.role == StorageRole::Writer && self.phase == Phase::Keeping
    }

    /// Goes on with what waited for the store to be free, and saves what is due.
    pub(super) fn drive(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        if self.given_up_ms().is_some_and(|at| at <= now.steady_ms) {
            self.phase = Phase::Failed { detail: format!("no answer within {PATIENCE_MS} ms") };
        }
        if !self.is_idle() || self.is_loading() {
            return;
        }
        if std::mem::take(&mut self.free) {
            return self.ask_open(out);
        }
        if std::mem::take(&mut self.others_grew) && self.role == StorageRole::Reader {
            self.begin_loading(Access::Read, now);
            return self.pump(now, out);
        }
        if std::mem::take(&mut self.to_forget)
            && let Some(store) = &mut self.store
            && store.forget().is_ok()
        {
            return self.pump(now, out);
        }
        if self.is_saving() && self.grown {
            self.save(engine, now, out);
        }
    }

    fn save(&mut self, engine: &dyn HeaderEngine, now: Now, out: &mut Outbox) {
        let Some(store) = &mut self.store else { return };
        let is_time = now.steady_ms >= self.saved_ms.saturating_add(SAVE_MS);
        let begun = match plan(engine, &self.network, self.agreed, store.kept(), is_time) {
            Plan::Nothing => {
                self.grown = false;
                return;
            }
            Plan::Later => return,
            Plan::Cut { end_height } => store.cut(end_height, None),
            Plan::Append { height, bytes, work } => store.append(height, bytes, work),
        };
        match begun {
            Ok(()) => self.pump(now, out),
            Err(refused) => self.phase = Phase::Failed { detail: refused.to_string() },
        }
    }

    pub(super) fn wakeup_ms(&self) -> Option<u64> {
        let saves = self.grown && self.is_saving() && self.is_idle();
        let saves = saves.then(|| self.saved_ms.saturating_add(SAVE_MS));
        saves.or(self.given_up_ms()).into_iter().chain(self.said.next_ms()).min()
    }

    /// When files that do not answer are given up: sources are not kept waiting for them.
    fn given_up_ms(&self) -> Option<u64> {
        (self.is_loading() && self.slices.is_empty()).then(|| self.heard_ms.saturating_add(PATIENCE_MS))
    }
}

/// The last header that is kept.
fn last(kept: &Kept) -> Option<BlockRef> {
    (kept.count > 0).then(|| BlockRef { height: kept.end_height() - 1, hash: kept.tip })
}
