//! The page's root: one state, the places, and the wishes carried out.

use crate::browser::{address, clipboard, clock, document, files, lifecycle, persistence};
use crate::client::message::Command;
use crate::proof::report::Conclusion;
use crate::ui::bridge::Bridge;
use crate::ui::components::header::header;
use crate::ui::components::pen::Pen;
use crate::ui::components::remote_offer::wants_file;
use crate::ui::headers::Headers;
use crate::ui::intent::Intent;
use crate::ui::pages::about::about;
use crate::ui::pages::front::front;
use crate::ui::pages::headers::headers_page;
use crate::ui::pages::not_found::not_found;
use crate::ui::pages::verify::verification_page;
use crate::ui::route::Route;
use crate::ui::settings;
use crate::ui::state::{Action, Engine, Notice, Persistence, State};
use crate::ui::use_withholding::{self, use_sealing, use_withholding};
use crate::ui::verification::{Given, Phase};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{draft, headers, verdict};
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// How long something said in passing stays, milliseconds.
const NOTICE_MS: u32 = 6_000;
/// Between two looks at the clock, milliseconds.
const TICK_MS: u32 = 20_000;
/// Between two looks whether something may be read out that came too soon after something else, milliseconds.
const SPEAK_LATER_MS: u32 = 1_000;

fn first_state() -> State {
    let route = Route::parse(&address::fragment()).unwrap_or(Route::Front);
    let headers = Headers::new(settings::headers());
    State::new(route, settings::lang(), settings::theme(), settings::pins(), headers, clock::now().0)
}

/// The page. `<html data-engine>` says how the worker stands: `starting`, `ready` or `dead`.
#[component]
pub fn App() -> Html {
    let state = use_reducer(first_state);
    let bridge = {
        let dispatcher = state.dispatcher();
        use_memo((), move |()| Bridge::new(Callback::from(move |action| dispatcher.dispatch(action))))
    };
    use_world(&state, &bridge);
    use_withholding(&state, &bridge);
    use_sealing(&state, &bridge);
    let dragging = use_state(|| false);
    let act = {
        let (state, bridge) = (state.clone(), bridge.clone());
        Callback::from(move |intent: Intent| carry_out(intent, &state, &bridge))
    };
    let lang = state.lang;
    let pen = Pen { lang, act: act.clone() };
    let page = match (&state.route, state.shown()) {
        (_, Some(found)) => verification_page(found, state.withholding_of(&found.given), &pen),
        (Route::About, None) => about(&state.pins, &pen),
        (Route::Headers, None) => headers_page(&state, &pen),
        (Route::Files(_), None) => not_found(true, lang),
        (Route::NotFound(_), None) => not_found(false, lang),
        (Route::Front | Route::Proof(_) | Route::Sample(_), None) => front(&pen),
    };
    let over = {
        let dragging = dragging.clone();
        move |event: DragEvent| {
            event.prevent_default();
            dragging.set(true);
        }
    };
    let leave = {
        let dragging = dragging.clone();
        // Moving between two elements of the page is no leaving: then the event says where to.
        move |event: DragEvent| dragging.set(event.related_target().is_some())
    };
    let drop = {
        let (dragging, act, state) = (dragging.clone(), act.clone(), state.clone());
        move |event: DragEvent| {
            event.prevent_default();
            dragging.set(false);
            let files = files::dropped(&event);
            if !files.is_empty() {
                act.emit(wish_with(&state)(files));
            }
        }
    };
    let skip = {
        let act = act.clone();
        move |event: MouseEvent| {
            // The address holds the proof: a skip link must not take it away.
            event.prevent_default();
            act.emit(Intent::Visit("main"));
        }
    };
    let notice = state.notice.map(|notice| notice_text(notice).in_lang(lang));
    html! {
        <div class="page" data-dragging={if *dragging { "true" } else { "false" }} ondragover={over} ondragleave={leave} ondrop={drop}>
            <a class="skip" href="#main" onclick={skip}>{ Text::Skip.in_lang(lang) }</a>
            { header(&state, &pen) }
            { troubles(&state, &pen) }
            <main id="main" tabindex="-1"><div key={place(&state)}>{ page }</div></main>
            <footer class="foot">
                <p>{ format!("{} · {} {}", Text::Page.in_lang(lang), Text::Version.in_lang(lang), env!("CARGO_PKG_VERSION")) }</p>
                <p><a href={Route::Headers.fragment()}>{ lang.of(headers::PLACE) }</a></p>
            </footer>
            <p id="live" class="visually-hidden" role="status">{ spoken(&state) }</p>
            <div id="toast" class="toast" aria-hidden="true" hidden={notice.is_none()}>{ notice }</div>
        </div>
    }
}

/// What is not a page's own: the worker that does not start, headers that did not come.
fn troubles(state: &State, pen: &Pen) -> Html {
    let trouble = |title: Text, lead: Option<Text>, detail: String, retry: Intent| {
        html! {
            <section class="trouble" aria-label={pen.say(title)}>
                <strong>{ pen.say(title) }</strong>
                <p hidden={lead.is_none()}>{ lead.map(|lead| pen.say(lead)) }</p>
                <p><code>{ detail }</code></p>
                <button type="button" onclick={pen.on(retry)}>{ pen.say(Text::TryAgain) }</button>
            </section>
        }
    };
    let dead = match &state.engine {
        Engine::Dead { detail } => Some(trouble(Text::Dead, Some(Text::DeadLead), detail.clone(), Intent::Reload)),
        Engine::Starting | Engine::Ready { .. } => None,
    };
    let headers = state.headers_failed.as_ref().map(|(source, detail)| {
        trouble(Text::HeadersFailed, None, format!("{source}: {detail}"), Intent::Order(Command::RefreshHeaders))
    });
    html! {
        <div class="troubles">
            <div id="engine-dead" role="alert">{ for dead }</div>
            <div id="headers-failed">{ for headers }</div>
        </div>
    }
}

/// Everything that ties the page to the world around it.
#[hook]
fn use_world(state: &UseReducerHandle<State>, bridge: &Rc<Bridge>) {
    {
        let (state, bridge) = (state.clone(), bridge.clone());
        use_effect_with((), move |()| {
            bridge.start(&state.pins, &state.headers.choice);
            let dispatch = state.dispatcher();
            dispatch.dispatch(Action::Online(address::online()));
            let (routes, online, ticks) = (dispatch.clone(), dispatch.clone(), dispatch);
            let (aside, back) = (bridge.clone(), bridge.clone());
            let listening = (
                lifecycle::watch(move || aside.put_aside(), move || back.bring_back()),
                address::on_change(move |fragment| {
                    if let Some(route) = Route::parse(&fragment) {
                        routes.dispatch(Action::Navigated(route));
                    }
                }),
                address::on_online(move |is_online| online.dispatch(Action::Online(is_online))),
                clock::every(TICK_MS, move || ticks.dispatch(Action::Tick(clock::now().0))),
            );
            move || drop(listening)
        });
    }
    let queued: Vec<_> = state.queued().cloned().collect();
    let running = state.verifications.iter().any(|found| matches!(found.phase, Phase::Running(_)));
    let alive = !matches!(state.engine, Engine::Dead { .. });
    {
        let bridge = bridge.clone();
        use_effect_with((queued, running, alive), move |(queued, running, alive)| {
            bridge.set_busy(*running);
            if *alive {
                queued.iter().for_each(|verification| bridge.hand_over(verification));
            }
        });
    }
    use_effect_with(state.lang, |lang| document::set_lang(lang.tag()));
    use_effect_with(state.theme, |theme| {
        document::set_theme(settings::theme_name(*theme));
        settings::save_theme(*theme);
    });
    use_effect_with(state.pins.clone(), |pins| settings::save_pins(pins));
    {
        let bridge = bridge.clone();
        use_effect_with(state.headers.choice.clone(), move |choice| {
            bridge.settle(choice);
            settings::save_headers(choice);
        });
    }
    {
        let dispatch = state.dispatcher();
        let unspoken = state.route == Route::Headers && state.headers.unspoken(&state.chains).is_some();
        use_effect_with(unspoken, move |unspoken| {
            let tick = move || dispatch.dispatch(Action::Tick(clock::now().0));
            let timer = unspoken.then(|| clock::every(SPEAK_LATER_MS, tick));
            move || drop(timer)
        });
    }
    let engine = match &state.engine {
        Engine::Starting => "starting",
        Engine::Ready { .. } => "ready",
        Engine::Dead { .. } => "dead",
    };
    use_effect_with(engine, |engine| document::mark("engine", engine));
    use_effect_with(title(state), |title| document::set_title(title));
    // A new place begins at its top, and its headline is read out.
    let first = use_mut_ref(|| true);
    use_effect_with((state.route.clone(), place(state)), move |_| {
        if !std::mem::take(&mut *first.borrow_mut()) {
            document::to_top();
            document::focus("headline");
        }
    });
    {
        let dispatch = state.dispatcher();
        use_effect_with(state.notice, move |notice| {
            let timer = notice.map(|_| clock::after(NOTICE_MS, move || dispatch.dispatch(Action::Hush)));
            move || drop(timer)
        });
    }
}

fn carry_out(intent: Intent, state: &UseReducerHandle<State>, bridge: &Rc<Bridge>) {
    let dispatch = state.dispatcher();
    let open_files = |number: u64| {
        let given = Given::Files(number);
        let fragment = given.route().fragment();
        dispatch.dispatch(Action::Again(given));
        address::go(&fragment);
    };
    let shown = state.shown();
    match (intent, shown) {
        (Intent::Open(route), _) => address::go(&route.fragment()),
        (Intent::OpenFiles(files), _) => open_files(bridge.hold(files)),
        (Intent::OpenText(text), _) => {
            if let Some(file) = files::HandedFile::of_text("pasted.json", &text) {
                open_files(bridge.hold(vec![file]));
            }
        }
        (Intent::AddFiles(files), Some(shown)) => open_files(bridge.hold_more(&shown.given, files)),
        (Intent::AddFiles(files), None) => open_files(bridge.hold(files)),
        (Intent::Again, Some(shown)) => {
            // What was missing may be there now; a verification waits for headers that are on their way.
            bridge.order(&Command::RefreshHeaders);
            dispatch.dispatch(Action::Again(shown.given.clone()));
        }
        (Intent::Order(command), _) => {
            bridge.order(&command);
            if matches!(command, Command::BeginSync { .. }) {
                // What takes a while to fetch should outlast the browser's next clean-up.
                ask_persistence(dispatch.clone());
            }
            dispatch.dispatch(Action::Ordered(command));
        }
        (Intent::HandHeaders(files), _) => {
            let names = files.iter().map(|file| file.name().to_owned()).collect();
            dispatch.dispatch(Action::HandedHeaders(bridge.hold(files), names));
        }
        (Intent::StopFile, _) => {
            if let Some(id) = state.handed().map(|found| found.id) {
                bridge.cancel(id);
                dispatch.dispatch(Action::Stopped(id));
            }
        }
        (Intent::Stop, Some(shown)) => {
            bridge.cancel(shown.id);
            dispatch.dispatch(Action::Stopped(shown.id));
        }
        (Intent::Export(kind), Some(shown)) => {
            if let Phase::Done(answer) = &shown.phase {
                bridge.export(&shown.given, answer, kind);
            }
        }
        (Intent::SaveDrafts { whole }, Some(shown)) => {
            if let Phase::Drafted(drafts) = &shown.phase {
                bridge.save_drafts(drafts, whole);
            }
        }
        (Intent::CopyLink, Some(shown)) => {
            if let Phase::Done(answer) = &shown.phase
                && let Some(fragment) = Bridge::link(&shown.given, answer)
            {
                copy(format!("{}#{fragment}", address::without_fragment()), dispatch);
            }
        }
        (Intent::FetchProof, Some(shown)) => {
            bridge.grant(&shown.given);
            dispatch.dispatch(Action::Again(shown.given.clone()));
        }
        (Intent::Withhold(wish), _) => use_withholding::carry_out(wish, state, bridge),
        (Intent::Copy(text), _) => copy(text, dispatch),
        (Intent::Print, _) => document::print(),
        (Intent::Pin(pin), _) => {
            bridge.pin(&pin);
            dispatch.dispatch(Action::Pinned(pin));
        }
        (Intent::Unpin(policy_hash), _) => {
            bridge.unpin(&policy_hash);
            dispatch.dispatch(Action::Unpinned(policy_hash));
        }
        (Intent::Language(lang), _) => {
            settings::save_lang(lang);
            dispatch.dispatch(Action::Language(lang));
        }
        (Intent::Theme(theme), _) => dispatch.dispatch(Action::Theme(theme)),
        (Intent::Visit(id), _) => document::visit(id),
        (Intent::AskPersistence, _) => ask_persistence(dispatch),
        (Intent::Reload, _) => document::reload(),
        // Nothing is shown to begin again, stop, export or link to.
        (Intent::Again | Intent::Stop | Intent::Export(_) | Intent::SaveDrafts { .. }, None) => {}
        (Intent::CopyLink | Intent::FetchProof, None) => {}
    }
}

fn ask_persistence(dispatch: UseReducerDispatcher<State>) {
    spawn_local(async move {
        let answer = match persistence::ask().await {
            Some(true) => Persistence::Granted,
            Some(false) => Persistence::Refused,
            None => Persistence::Unknown,
        };
        dispatch.dispatch(Action::Persistence(answer));
    });
}

fn copy(text: String, dispatch: UseReducerDispatcher<State>) {
    spawn_local(async move {
        let copied = clipboard::copy(text).await;
        dispatch.dispatch(Action::Say(if copied.is_ok() { Notice::Copied } else { Notice::CopyFailed }));
    });
}

/// What a drop means here: an answer that would be better with more material gets it, and the page of headers takes headers.
fn wish_with(state: &State) -> fn(Vec<files::HandedFile>) -> Intent {
    match state.shown().map(|shown| &shown.phase) {
        Some(Phase::Done(answer)) if answer.report.conclusion == Conclusion::CannotTell => Intent::AddFiles,
        Some(Phase::Done(answer)) if answer.report.unreadable.as_ref().is_some_and(wants_file) => Intent::AddFiles,
        None if state.route == Route::Headers => Intent::HandHeaders,
        _ => Intent::OpenFiles,
    }
}

fn notice_text(notice: Notice) -> Text {
    match notice {
        Notice::Copied => Text::Copied,
        Notice::CopyFailed => Text::CopyFailed,
        Notice::Saved => Text::Saved,
        Notice::ExportFailed => Text::ExportFailed,
        Notice::Pinned => Text::PinDone,
        Notice::Unpinned => Text::UnpinLead,
        Notice::Restarted => Text::Restarted,
        Notice::FromGenesis => Text::FromGenesis,
        Notice::Reorganized => Text::Reorganized,
    }
}

/// What is read out: what was said in passing, else how far the verification is, else the answer.
fn spoken(state: &State) -> String {
    let lang = state.lang;
    if let Some(notice) = state.notice {
        return notice_text(notice).in_lang(lang).to_owned();
    }
    match state.shown().map(|shown| &shown.phase) {
        Some(Phase::Running(running)) => verdict::stage(&running.stage, lang).to_owned(),
        Some(Phase::Done(answer)) => verdict::finding(&answer.report, lang),
        Some(Phase::Drafted(_)) => lang.of(draft::TITLE).to_owned(),
        Some(Phase::Refused(_)) => Text::RefusedTitle.in_lang(lang).to_owned(),
        Some(Phase::Stopped) => Text::StoppedTitle.in_lang(lang).to_owned(),
        None if state.route == Route::Headers => {
            let spoken = state.headers.spoken.as_ref();
            spoken.map(|spoken| headers::sentence(&spoken.overview, state.online, spoken.now, lang)).unwrap_or_default()
        }
        Some(Phase::Queued) | None => String::new(),
    }
}

/// The window's title.
fn title(state: &State) -> String {
    let lang = state.lang;
    let name = Text::Name.in_lang(lang);
    match state.shown().map(|shown| &shown.phase) {
        Some(Phase::Done(answer)) => format!("{} · {name}", verdict::finding(&answer.report, lang)),
        None if state.route == Route::Headers => format!("{} · {name}", lang.of(headers::PLACE)),
        _ => format!("{name} · {}", Text::Page.in_lang(lang)),
    }
}

/// Which kind of page is shown.
fn place(state: &State) -> &'static str {
    match state.shown().map(|shown| &shown.phase) {
        Some(Phase::Queued | Phase::Running(_)) => "waiting",
        Some(Phase::Done(_) | Phase::Drafted(_) | Phase::Refused(_) | Phase::Stopped) => "answered",
        None => "page",
    }
}
