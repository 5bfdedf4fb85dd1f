//! The check from genesis of one network: offered where its chain starts at a trusted header, how far it is, what came of it.

use super::hash_value::hash_whole;
use super::pen::Pen;
use crate::client::message::{Command, GenesisCheck, GenesisCheckState, PinContradiction};
use crate::ui::headers::Overview;
use crate::ui::intent::Intent;
use crate::ui::wording::basis::Basis;
use crate::ui::wording::{Every, genesis};
use yew::prelude::*;

/// The name of a state in the page, for styles and tests.
fn state_name(state: GenesisCheckState) -> &'static str {
    match state {
        GenesisCheckState::Running => "running",
        GenesisCheckState::Paused => "paused",
        GenesisCheckState::Stopped => "stopped",
        GenesisCheckState::Stalled => "stalled",
        GenesisCheckState::Done => "done",
    }
}

/// Draws it; `None` where there is nothing to say or to offer. `can_ask` says whether a source may be asked.
pub fn genesis_note(overview: &Overview, check: Option<&GenesisCheck>, can_ask: bool, pen: &Pen) -> Option<Html> {
    let lang = pen.lang;
    let starts_at_pin = overview.chain.as_ref().filter(|chain| Basis::of(&chain.basis).is_trusted());
    if check.is_none() && (starts_at_pin.is_none() || !can_ask) {
        return None;
    }
    let state = check.map(|check| check.state);
    let id = format!("genesis-{}", overview.network);
    let is_open = matches!(state, None | Some(GenesisCheckState::Stopped));
    let lead = starts_at_pin.filter(|_| is_open).map(|chain| genesis::lead(chain.height, lang));
    let now = check.map(|check| genesis::sentence(check, lang));
    let spoken = state.map(|state| genesis::spoken(state, lang));
    let bar = check.filter(|check| matches!(check.state, GenesisCheckState::Running | GenesisCheckState::Paused));
    let found = check.and_then(|check| check.contradiction.as_ref());
    let busy = if state == Some(GenesisCheckState::Running) { "true" } else { "false" };
    Some(html! {
        <section class="genesis" data-genesis={state.map_or("open", state_name)} aria-labelledby={id.clone()} aria-busy={busy}>
            <h3 {id}>{ lang.of(genesis::BEGIN) }</h3>
            <p class="sentence" hidden={now.is_none()}>{ now }</p>
            <p class="visually-hidden" role="status">{ spoken }</p>
            <div>{ for bar.map(|check| bar_of(check, pen)) }</div>
            <div role="alert">{ for found.map(|found| alarm_of(found, &overview.network, pen)) }</div>
            <p class="hint" hidden={lead.is_none()}>{ lead }</p>
            { buttons(&overview.network, state, can_ask, pen) }
        </section>
    })
}

fn bar_of(check: &GenesisCheck, pen: &Pen) -> Html {
    let height = check.height.unwrap_or(0);
    let target = check.target.filter(|target| *target > height);
    html! {
        <progress aria-label={pen.lang.of(genesis::PROGRESS)} value={target.map(|_| height.to_string())}
            max={target.map(|target| target.to_string())}></progress>
    }
}

fn alarm_of(found: &PinContradiction, network: &str, pen: &Pen) -> Html {
    let lang = pen.lang;
    let row = |name: &'static str, title: Every, hash: &str| {
        html! { <div data-hash={name}><dt>{ lang.of(title) }</dt><dd>{ hash_whole(hash, lang.of(title), pen) }</dd></div> }
    };
    html! {
        <div class="alarm">
            <h3>{ lang.of(genesis::CONTRADICTION) }</h3>
            <p>{ genesis::contradiction(found, network, lang) }</p>
            <dl class="facts">
                { row("expected", genesis::EXPECTED, &found.expected) }
                { row("found", genesis::FOUND, &found.found) }
            </dl>
            <p>{ lang.of(genesis::CONTRADICTION_ADVICE) }</p>
        </div>
    }
}

/// What the reader can do about it as it stands.
fn buttons(network: &str, state: Option<GenesisCheckState>, can_ask: bool, pen: &Pen) -> Html {
    let button = |name: &'static str, word: Every, command: fn(String) -> Command| {
        let order = Intent::Order(command(network.to_owned()));
        html! { <button key={name} type="button" data-act={name} onclick={pen.on(order)}>{ pen.lang.of(word) }</button> }
    };
    let begin = |word| button("check-genesis", word, |network| Command::CheckFromGenesis { network });
    let pause = || button("pause-genesis", genesis::PAUSE, |network| Command::PauseGenesisCheck { network });
    let stop = || button("stop-genesis", genesis::STOP, |network| Command::StopGenesisCheck { network });
    let shown = match state {
        // Without a source that may be asked there is nothing to begin.
        None | Some(GenesisCheckState::Stopped) if !can_ask => vec![],
        None | Some(GenesisCheckState::Stopped) => vec![begin(genesis::BEGIN)],
        Some(GenesisCheckState::Running) => vec![pause(), stop()],
        Some(GenesisCheckState::Paused) => vec![begin(genesis::RESUME), stop()],
        Some(GenesisCheckState::Stalled) => vec![begin(genesis::AGAIN), stop()],
        Some(GenesisCheckState::Done) => vec![],
    };
    html! { <p class="buttons" hidden={shown.is_empty()}>{ for shown }</p> }
}
