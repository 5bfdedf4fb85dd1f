//! How a network's headers are kept on this device, and what the reader can do about that.

use super::pen::Pen;
use crate::client::message::{Command, Repair, StoragePlace, StorageState, StorageStatus};
use crate::ui::intent::Intent;
use crate::ui::standing::Persistence;
use crate::ui::wording::{Every, storage};
use yew::prelude::*;

/// The name of a state in the page, for styles and tests.
#[must_use]
pub fn state_name(state: &StorageState) -> &'static str {
    match state {
        StorageState::Opening => "opening",
        StorageState::Loading { .. } => "loading",
        StorageState::Keeping => "keeping",
        StorageState::Full { .. } => "full",
        StorageState::Failed { .. } => "failed",
        StorageState::Newer { .. } => "newer",
        StorageState::Forgotten => "forgotten",
    }
}

/// Draws how headers are kept; `asked` is what came of asking the browser to keep them for good.
pub fn storage_note(status: &StorageStatus, asked: Persistence, pen: &Pen) -> Html {
    let lang = pen.lang;
    let row = |name: &'static str, title: Every, value: Html| {
        html! { <div key={name} data-kept={name}><dt>{ lang.of(title) }</dt><dd>{ value }</dd></div> }
    };
    let lies = status.place != StoragePlace::Memory;
    let persisted = status.room.persisted == Some(true) || asked == Persistence::Granted;
    let ask = lies && status.headers > 0 && !persisted && asked == Persistence::NotAsked;
    let forget = lies && status.headers > 0 && status.state != StorageState::Forgotten;
    let how_long = storage::how_long(status.room.persisted, asked, lang);
    let detail = storage::detail(&status.state).map(|detail| html! { <code>{ detail }</code> });
    let repair = |found: &Repair| {
        let detail = match found {
            Repair::DamagedHead { detail } | Repair::Refused { detail, .. } | Repair::NotRepaired { detail } => detail,
            Repair::NoHead { .. } | Repair::Tail { .. } | Repair::Truncated { .. } | Repair::DamagedPeriod { .. } => "",
        };
        html! { <li>{ storage::repair(found, lang) }{ " " }<code>{ detail.to_owned() }</code></li> }
    };
    html! {
        <div class="storage" data-storage={state_name(&status.state)} data-by-second={status.by_second.to_string()}>
            <h3>{ lang.of(storage::TITLE) }</h3>
            <p class="sentence">{ storage::state(status, lang) }{ " " }{ for detail }</p>
            <dl class="facts">
                { row("place", storage::PLACE, html! { <span>{ storage::place(status.place, lang) }</span> }) }
                { row("kept", storage::KEPT, html! { <span>{ storage::kept(status, lang) }</span> }) }
                { for lies.then(|| row("how-long", storage::HOW_LONG, html! { <span>{ how_long }</span> })) }
            </dl>
            <div class="repairs" hidden={status.repairs.is_empty()}>
                <h4>{ lang.of(storage::REPAIRS) }</h4>
                <ul>{ for status.repairs.iter().map(repair) }</ul>
            </div>
            <p class="buttons" hidden={!ask && !forget}>
                <button type="button" class="persist" hidden={!ask} onclick={pen.on(Intent::AskPersistence)}>
                    { lang.of(storage::ASK) }
                </button>
                <button type="button" class="forget" hidden={!forget}
                    onclick={pen.on(Intent::Order(Command::ForgetHeaders { network: status.network.clone() }))}>
                    { lang.of(storage::FORGET) }
                </button>
            </p>
        </div>
    }
}
