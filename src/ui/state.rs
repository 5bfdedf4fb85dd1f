//! The page's one state. It changes in [`State::after`] alone; what must be done in the world because of it is read off
//! it by the bridge.

use crate::client::message::{ChainStatus, Event, GenesisCheckState, Stage, VerificationId};
use crate::proof::report::{Problem, Report};
use crate::ui::headers::{Headers, is_overtaken, rests_on_pin};
use crate::ui::route::Route;
use crate::ui::verification::{Answer, Given, Phase, Running, Verification};
use crate::ui::withholding::Withholding;
use crate::ui::wording::Lang;
use crate::ui::wording::basis::Basis;
use std::rc::Rc;

pub use crate::ui::action::Action;
pub use crate::ui::standing::{Engine, Notice, Persistence, Pin, Theme};

/// Verifications kept, so that going back shows an answer at once.
const KEPT: usize = 8;

/// How often a verification is handed to a fresh worker before it is given up.
const SENDINGS: u8 = 2;

/// The page's state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// Where the reader is.
    pub route: Route,
    /// The language.
    pub lang: Lang,
    /// The colours.
    pub theme: Theme,
    /// The worker.
    pub engine: Engine,
    /// Chains in hand, the one heard of last at the end.
    pub chains: Vec<ChainStatus>,
    /// A source of headers that failed: source and detail.
    pub headers_failed: Option<(String, String)>,
    /// Sources of headers, and how far each network is.
    pub headers: Headers,
    /// Verifications, the newest at the end.
    pub verifications: Vec<Verification>,
    /// Fields being withheld from a proof.
    pub withholding: Option<Withholding>,
    /// Registries the reader pinned.
    pub pins: Vec<Pin>,
    /// What was last said in passing.
    pub notice: Option<Notice>,
    /// Whether the browser says it is online.
    pub online: bool,
    /// Seconds since 1970, as of the last tick.
    pub now: i64,
    /// The next verification's name.
    next_id: u64,
}

impl State {
    /// The state before anything happened.
    #[must_use]
    pub fn new(route: Route, lang: Lang, theme: Theme, pins: Vec<Pin>, headers: Headers, now: i64) -> Self {
        let state = Self {
            route: Route::Front,
            lang,
            theme,
            engine: Engine::Starting,
            chains: Vec::new(),
            headers_failed: None,
            headers,
            verifications: Vec::new(),
            withholding: None,
            pins,
            notice: None,
            online: true,
            now,
            next_id: 1,
        };
        state.after(Action::Navigated(route))
    }

    /// The verification whose place this is.
    #[must_use]
    pub fn shown(&self) -> Option<&Verification> {
        self.verifications.iter().find(|found| found.given.route() == self.route)
    }

    /// The verification that carries files handed in for their headers.
    #[must_use]
    pub fn handed(&self) -> Option<&Verification> {
        let given = &self.headers.handed.as_ref()?.given;
        self.verifications.iter().find(|found| found.given == *given)
    }

    /// Fields being withheld from the proof that was given so.
    #[must_use]
    pub fn withholding_of(&self, given: &Given) -> Option<&Withholding> {
        self.withholding.as_ref().filter(|now| now.given == *given)
    }

    /// Verifications to be handed to the worker.
    pub fn queued(&self) -> impl Iterator<Item = &Verification> {
        self.verifications.iter().filter(|found| found.phase == Phase::Queued)
    }

    /// The chain the status pill speaks of: the shown verdict's, else the one heard of last.
    #[must_use]
    pub fn pill_chain(&self) -> Option<&ChainStatus> {
        let network = match self.shown().map(|shown| &shown.phase) {
            Some(Phase::Done(answer)) => answer.report.chain.as_ref().map(|chain| chain.network.as_str()),
            _ => None,
        };
        self.chains.iter().rev().find(|chain| network.is_none_or(|network| chain.network == network))
    }

    /// The state after something happened.
    #[must_use]
    pub fn after(mut self, action: Action) -> Self {
        match action {
            Action::Navigated(route) => self.go(route),
            Action::Again(given) => self.begin(given),
            Action::Sent(id, at) => self.change(id, |found| {
                found.sendings += 1;
                found.phase = Phase::Running(Running { stage: Stage::Reading, since_ms: at, heard_ms: at });
            }),
            Action::NotSent(id, problem) => self.change(id, |found| found.phase = Phase::Refused(problem)),
            Action::Stopped(id) => self.change(id, |found| found.phase = Phase::Stopped),
            Action::Heard(event, at) => self.hear(event, at),
            Action::EngineLost => self.lose_engine(),
            Action::EngineDead(detail) => self.engine = Engine::Dead { detail },
            Action::Language(lang) => self.lang = lang,
            Action::Theme(theme) => self.theme = theme,
            Action::Withholding(new) => {
                self.withholding = Some(new);
                self.ask_next_reader();
            }
            Action::Chosen(path, hide) => {
                if let Some(now) = &mut self.withholding {
                    now.choose(path, hide);
                    self.ask_next_reader();
                }
            }
            Action::Sealing(address) => {
                if let Some(now) = &mut self.withholding {
                    now.seal(address);
                }
            }
            Action::NotWithholding => self.withholding = None,
            Action::Pinned(pin) => {
                self.pins.retain(|known| known.policy_hash != pin.policy_hash);
                self.pins.push(pin);
                self.notice = Some(Notice::Pinned);
                self.again_all();
            }
            Action::Unpinned(hash) => {
                self.pins.retain(|known| known.policy_hash != hash);
                self.notice = Some(Notice::Unpinned);
                self.again_all();
            }
            Action::Ordered(command) => self.headers.order(&command),
            Action::HandedHeaders(number, names) => {
                self.headers.hand_in(Given::Files(number), names);
                self.begin(Given::Files(number));
            }
            Action::Persistence(answer) => self.headers.persistence = answer,
            Action::Say(notice) => self.notice = Some(notice),
            Action::Hush => self.notice = None,
            Action::Online(online) => self.online = online,
            Action::Tick(now) => {
                self.now = now;
                #[allow(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
                self.headers.speak(&self.chains, now, now as f64 * 1000.0);
            }
        }
        self
    }

    fn go(&mut self, route: Route) {
        let given = match &route {
            Route::Proof(text) => Some(Given::Link(text.clone())),
            Route::Sample(sample) => Some(Given::Sample(*sample)),
            // Files begin where they are handed in; coming back to them finds the verification, or nothing.
            Route::Front | Route::Files(_) | Route::Headers | Route::About | Route::NotFound(_) => None,
        };
        self.route = route;
        if let (Some(given), None) = (given, self.shown()) {
            self.begin(given);
        }
    }

    fn begin(&mut self, given: Given) {
        self.verifications.retain(|found| found.given != given);
        if self.verifications.len() == KEPT {
            self.verifications.remove(0);
        }
        let id = VerificationId(self.next_id);
        self.next_id += 1;
        self.verifications.push(Verification { id, given, phase: Phase::Queued, sendings: 0 });
    }

    /// What was answered under other pins is answered anew: the shown one now, the others when they are shown again.
    fn again_all(&mut self) {
        let shown = self.shown().map(|shown| shown.given.clone());
        self.verifications.retain(|found| matches!(found.given, Given::Files(_)));
        for found in &mut self.verifications {
            found.phase = Phase::Queued;
            found.id = VerificationId(self.next_id);
            self.next_id += 1;
        }
        if let Some(given) = shown {
            self.begin(given);
        }
    }

    /// What the next reader would see is to be asked for.
    fn ask_next_reader(&mut self) {
        if let Some(now) = &mut self.withholding {
            now.number = self.next_id;
            self.next_id += 1;
        }
    }

    fn change(&mut self, id: VerificationId, change: impl FnOnce(&mut Verification)) {
        // What is heard of a verification that was stopped or begun anew is nobody's business any more.
        let open =
            |found: &&mut Verification| found.id == id && matches!(found.phase, Phase::Queued | Phase::Running(_));
        if let Some(found) = self.verifications.iter_mut().find(open) {
            change(found);
        }
    }

    fn hear(&mut self, event: Event, at: f64) {
        self.headers.hear(&event);
        self.react(event, at);
        self.headers.speak(&self.chains, self.now, at);
    }

    fn react(&mut self, event: Event, at: f64) {
        match event {
            Event::Ready { version } => self.engine = Engine::Ready { version },
            Event::Chain(chain) => {
                let same =
                    |known: &ChainStatus| (&known.network, known.first_height) == (&chain.network, chain.first_height);
                // One from genesis takes the place of those that start at a trusted header of it.
                let replaced = |known: &ChainStatus| {
                    let lower = known.network == chain.network && known.height <= chain.height;
                    lower && chain.basis == "genesis" && Basis::of(&known.basis).is_trusted()
                };
                self.chains.retain(|known| !same(known) && !replaced(known));
                self.chains.push(chain);
                self.headers_failed = None;
            }
            Event::Progress { id, stage } => self.change(id, |found| {
                let since_ms = match &found.phase {
                    Phase::Running(running) if same_kind(&running.stage, &stage) => running.since_ms,
                    _ => at,
                };
                found.phase = Phase::Running(Running { stage, since_ms, heard_ms: at });
            }),
            Event::Verdict { id, report, proof, link } => {
                self.change(id, |found| found.phase = Phase::Done(Rc::new(Answer { report, proof, link })));
                // What the next reader sees may be another thing now.
                let given = self.verifications.iter().find(|found| found.id == id).map(|found| &found.given);
                if self.withholding.as_ref().map(|now| &now.given) == given {
                    self.ask_next_reader();
                }
            }
            Event::Drafted { id, drafts } => {
                self.change(id, |found| found.phase = Phase::Drafted(Rc::from(drafts)));
            }
            Event::NextReader(_) | Event::NotWithheld { .. } | Event::Encrypted(_) => {
                if self.withholding.as_mut().is_some_and(|now| now.hear(event)) {
                    self.ask_next_reader();
                }
            }
            // What is written is the bridge's to save.
            Event::Exported { .. } => {}
            Event::ExportFailed { .. } => self.notice = Some(Notice::ExportFailed),
            Event::Refused { id, problem } => self.change(id, |found| found.phase = Phase::Refused(problem)),
            // Of a file handed in for its headers, their own page tells.
            Event::HeadersFailed { source, .. } if self.headers.awaits(&source) => {}
            Event::HeadersFailed { source, detail } => self.headers_failed = Some((source, detail)),
            Event::Reorganized(reorganized) => {
                self.again_where(Notice::Reorganized, |report| is_overtaken(report, &reorganized));
            }
            Event::GenesisCheck(check) if check.state == GenesisCheckState::Done => {
                self.again_where(Notice::FromGenesis, |report| rests_on_pin(report, &check.network));
            }
            Event::GenesisCheck(_) => {}
            Event::Sources { .. }
            | Event::SourceRefused { .. }
            | Event::Sync(_)
            | Event::Storage(_)
            | Event::NoBlock { .. } => {}
            // The page keeps its own list of pins; a refused one was never a policy and stays unknown in the verdict.
            Event::Pinned { .. } | Event::PinRefused { .. } => {}
        }
    }

    /// Answers that do not say any more how things are, are given anew.
    fn again_where(&mut self, notice: Notice, is_past: impl Fn(&Report) -> bool) {
        for found in &mut self.verifications {
            if matches!(&found.phase, Phase::Done(answer) if is_past(&answer.report)) {
                found.phase = Phase::Queued;
                found.id = VerificationId(self.next_id);
                self.next_id += 1;
                self.notice = Some(notice);
            }
        }
    }

    fn lose_engine(&mut self) {
        self.engine = Engine::Starting;
        self.chains.clear();
        self.headers.forget_worker();
        self.headers_failed = None;
        self.notice = Some(Notice::Restarted);
        self.ask_next_reader();
        for found in &mut self.verifications {
            if matches!(found.phase, Phase::Running(_)) {
                found.phase = if found.sendings < SENDINGS {
                    Phase::Queued
                } else {
                    Phase::Refused(problem("engine-stopped", String::new()))
                };
            }
        }
    }
}

/// A problem of the page's own: a code of the wording and a detail.
#[must_use]
pub fn problem(code: &str, detail: String) -> Problem {
    Problem { code: code.to_owned(), field: String::new(), expected: String::new(), found: String::new(), detail }
}

fn same_kind(one: &Stage, other: &Stage) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(other)
}

impl yew::Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Rc::unwrap_or_clone(self).after(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened(fragment: &str) -> State {
        let route = Route::parse(fragment).expect("a route");
        State::new(route, Lang::En, Theme::Auto, vec![], Headers::default(), 0)
    }

    fn refused(id: VerificationId) -> Action {
        Action::Heard(Event::Refused { id, problem: problem("x", String::new()) }, 0.0)
    }

    #[test]
    fn a_link_opened_cold_is_verified_at_once_and_kept() {
        let state = opened("#/v/1.AA");
        let id = state.queued().next().expect("queued").id;
        let state = state.after(Action::Sent(id, 1.0)).after(refused(id)).after(Action::Navigated(Route::Front));
        assert_eq!(state.shown(), None);
        let back = state.after(Action::Navigated(Route::parse("#/v/1.AA").expect("a route")));
        assert!(matches!(back.shown().expect("kept").phase, Phase::Refused(_)));
        assert_eq!(back.queued().count(), 0);
    }

    #[test]
    fn a_lost_worker_gets_each_verification_once_more() {
        let mut state = opened("#/v/1.AA");
        let id = state.queued().next().expect("queued").id;
        for round in 1..=SENDINGS {
            assert_eq!(state.queued().count(), 1, "round {round}");
            state = state.after(Action::Sent(id, 0.0)).after(Action::EngineLost);
            assert_eq!(state.notice, Some(Notice::Restarted));
        }
        let Phase::Refused(problem) = &state.shown().expect("shown").phase else { panic!("not given up") };
        assert_eq!(problem.code, "engine-stopped");
    }

    #[test]
    fn what_was_stopped_stays_stopped() {
        let state = opened("#/v/1.AA");
        let id = state.queued().next().expect("queued").id;
        let state = state.after(Action::Sent(id, 0.0)).after(Action::Stopped(id)).after(refused(id));
        assert_eq!(state.shown().expect("shown").phase, Phase::Stopped);
        let given = state.shown().expect("shown").given.clone();
        let again = state.after(Action::Again(given));
        assert_ne!(again.queued().next().expect("queued").id, id);
    }

    #[test]
    fn pinning_verifies_again_under_another_name() {
        let state = opened("#/v/1.AA");
        let id = state.queued().next().expect("queued").id;
        let state = state.after(Action::Sent(id, 0.0)).after(refused(id));
        let pin = Pin { name: "r".into(), policy_hash: "h".into(), policy_text: "t".into() };
        let state = state.after(Action::Pinned(pin.clone())).after(Action::Pinned(pin));
        assert_eq!(state.pins.len(), 1);
        assert_ne!(state.queued().next().expect("queued again").id, id);
        assert_eq!(state.after(Action::Unpinned("h".into())).pins, []);
    }

    #[test]
    fn few_are_kept_and_the_oldest_goes() {
        let mut state = opened("#/");
        for number in 0..20 {
            state = state.after(Action::Navigated(Route::Proof(format!("/v/1.{number}"))));
        }
        assert_eq!(state.verifications.len(), KEPT);
        assert!(state.shown().is_some());
    }

    #[test]
    fn headers_that_came_after_all_end_the_complaint() {
        let heard = |event| Action::Heard(event, 0.0);
        let failed = Event::HeadersFailed { source: "s".into(), detail: "d".into() };
        let state = opened("#/").after(heard(failed));
        assert!(state.headers_failed.is_some());
        let chain = ChainStatus {
            network: "regtest".into(),
            first_height: 0,
            height: 1,
            hash: String::new(),
            time: 0,
            headers: 2,
            work: "4".into(),
            total_work: Some("4".into()),
            source: crate::client::message::ChainSource::Proof,
            basis: "genesis".into(),
        };
        let state = state.after(heard(Event::Chain(chain.clone()))).after(heard(Event::Chain(chain)));
        assert_eq!((state.headers_failed, state.chains.len()), (None, 1));
    }

    #[test]
    fn the_rate_is_measured_from_the_stage_s_start() {
        let state = opened("#/v/1.AA");
        let id = state.queued().next().expect("queued").id;
        let at = |done| Stage::VerifyingHeaders { height: 1, done, total: 10 };
        let progress = |stage, ms| Action::Heard(Event::Progress { id, stage }, ms);
        let state = state.after(Action::Sent(id, 0.0)).after(progress(at(1), 5.0)).after(progress(at(2), 9.0));
        let Phase::Running(running) = &state.shown().expect("shown").phase else { panic!("not running") };
        assert_eq!((running.since_ms, running.heard_ms), (5.0, 9.0));
    }
}
