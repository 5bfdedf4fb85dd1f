//! One network: how far its headers are, what is under way, what is wrong, and its sources.

use super::genesis_note::genesis_note;
use super::hash_value::hash_end;
use super::pen::Pen;
use super::source_table::source_table;
use super::storage_note::storage_note;
use crate::browser::clock;
use crate::client::message::{
    ChainStatus, Command, GenesisCheck, NoBlockAlarm, Reorganized, SourceState, SourceStatus, StorageStatus, SyncState,
    SyncStatus,
};
use crate::ui::headers::{Condition, Overview};
use crate::ui::intent::Intent;
use crate::ui::standing::Persistence;
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{Every, basis, format, headers, verdict};
use yew::prelude::*;

/// The name of a condition in the page, for styles and tests.
#[must_use]
pub fn condition_name(condition: Condition) -> &'static str {
    match condition {
        Condition::Empty => "empty",
        Condition::Running => "running",
        Condition::Looking => "looking",
        Condition::Paused => "paused",
        Condition::Cancelled => "cancelled",
        Condition::Stalled => "stalled",
        Condition::Offline => "offline",
        Condition::Alarm => "alarm",
        Condition::InHand => "in-hand",
    }
}

/// What else a network's card needs to be drawn.
#[derive(Debug, Clone, Copy)]
pub struct Around<'a> {
    /// Its sources.
    pub sources: &'a [&'a SourceStatus],
    /// Its reorganizations, the newest last.
    pub reorganizations: &'a [&'a Reorganized],
    /// Its check from genesis, once that was begun.
    pub genesis_check: Option<&'a GenesisCheck>,
    /// How its headers are kept on this device.
    pub storage: Option<&'a StorageStatus>,
    /// What came of asking the browser to keep them.
    pub persistence: Persistence,
    /// Whether its sentence already stands on top of the page.
    pub is_leading: bool,
    /// Whether the browser is online.
    pub online: bool,
    /// Seconds since 1970.
    pub now: i64,
}

/// Draws a network.
pub fn network_card(overview: &Overview, around: Around<'_>, pen: &Pen) -> Html {
    let (lang, network) = (pen.lang, overview.network.as_str());
    let condition = overview.condition(around.online);
    let id = format!("network-{network}");
    let busy = if condition == Condition::Running { "true" } else { "false" };
    let sentence = headers::standing(overview, around.online, around.now, lang);
    let bar = overview.sync.as_ref().filter(|_| matches!(condition, Condition::Running | Condition::Paused));
    let alarm = overview.alarm.as_ref().filter(|_| condition != Condition::Running);
    let reorganizations = around.reorganizations;
    let told = |found: &&Reorganized| html! { <li>{ headers::reorganized(found, lang) }</li> };
    let can_ask = |status: &&SourceStatus| {
        let is_asked = status.source.enabled && status.state != SourceState::SetAside;
        is_asked && status.source.first_height == 0
    };
    let table = (!around.sources.is_empty()).then(|| source_table(around.sources, around.now, pen));
    html! {
        <section key={network.to_owned()} class="network card" data-network={network.to_owned()}
            data-condition={condition_name(condition)} aria-labelledby={id.clone()} aria-busy={busy}>
            <h2 {id}>
                <span>{ capitalised(&verdict::network(network, lang)) }</span>
                <code class="code">{ network.to_owned() }</code>
            </h2>
            <p class="sentence" hidden={around.is_leading}>{ sentence }</p>
            <div class="bar-place">{ for bar.map(|sync| bar_of(overview, sync, pen)) }</div>
            <div class="alarm-place">{ for alarm.map(|alarm| alarm_of(alarm, pen)) }</div>
            { buttons(overview, around.sources, pen) }
            <div class="chain-place">{ for overview.chain.as_ref().map(|chain| facts(chain, around.now, pen)) }</div>
            <div class="genesis-place">
                { for genesis_note(overview, around.genesis_check, around.sources.iter().any(can_ask), pen) }
            </div>
            <div class="reorganizations" hidden={reorganizations.is_empty()}>
                <h3>{ lang.of(headers::REORGANIZATIONS) }</h3>
                <ul>{ for reorganizations.iter().rev().map(told) }</ul>
            </div>
            <div class="storage-place">
                { for around.storage.map(|status| storage_note(status, around.persistence, pen)) }
            </div>
            <div class="sources-place">
                <h3>{ lang.of(headers::SOURCES) }</h3>
                <p class="hint" hidden={table.is_some()}>{ lang.of(headers::NO_SOURCES) }</p>
                <div>{ for table }</div>
            </div>
        </section>
    }
}

fn bar_of(overview: &Overview, sync: &SyncStatus, pen: &Pen) -> Html {
    let height = overview.height().unwrap_or(0);
    let claimed = sync.claimed.filter(|claimed| *claimed > height);
    html! {
        <progress aria-label={pen.lang.of(headers::PROGRESS)} value={claimed.map(|_| height.to_string())}
            max={claimed.map(|claimed| claimed.to_string())}></progress>
    }
}

fn alarm_of(alarm: &NoBlockAlarm, pen: &Pen) -> Html {
    html! {
        <div class="alarm" role="note">
            <h3>{ pen.lang.of(headers::ALARM) }</h3>
            <p>{ headers::unlikely(alarm, pen.lang) }</p>
            <p>{ pen.lang.of(headers::ALARM_CAUSES) }</p>
            <p>{ pen.lang.of(headers::ALARM_ADVICE) }</p>
        </div>
    }
}

/// What the reader can do about a synchronization as it stands.
fn buttons(overview: &Overview, sources: &[&SourceStatus], pen: &Pen) -> Html {
    let network = || overview.network.clone();
    let button = |name: &'static str, class: &'static str, word: Every, command: Command| {
        html! {
            <button key={name} type="button" {class} data-act={name} onclick={pen.on(Intent::Order(command))}>
                { pen.lang.of(word) }
            </button>
        }
    };
    let begin = || button("begin", "main", headers::SYNCHRONIZE, Command::BeginSync { network: network() });
    let pause = || button("pause", "", headers::PAUSE, Command::PauseSync { network: network() });
    let resume = || button("resume", "main", headers::RESUME, Command::ResumeSync { network: network() });
    let cancel = || button("cancel", "", headers::CANCEL, Command::CancelSync { network: network() });
    let refresh = || button("refresh", "", headers::REFRESH, Command::RefreshHeaders);
    let state = overview.sync.as_ref().map_or(&SyncState::Idle, |sync| &sync.state);
    let shown = match state {
        // Without a source that may be asked there is nothing to begin.
        SyncState::Idle | SyncState::Cancelled if !sources.iter().any(|status| status.source.enabled) => vec![],
        SyncState::Idle | SyncState::Cancelled => vec![begin()],
        SyncState::Running => vec![pause(), cancel()],
        SyncState::Paused => vec![resume(), cancel()],
        SyncState::Complete | SyncState::Stalled => vec![refresh(), pause(), cancel()],
    };
    html! { <p class="buttons">{ for shown }</p> }
}

fn facts(chain: &ChainStatus, now: i64, pen: &Pen) -> Html {
    let lang = pen.lang;
    let row = |name: &'static str, title: Every, value: Html| {
        html! { <div key={name} data-fact={name}><dt>{ lang.of(title) }</dt><dd>{ value }</dd></div> }
    };
    let age = format::old(&format::stretch(now.saturating_sub(chain.time), lang), lang);
    let time = format::moment(chain.time, clock::offset_minutes(chain.time), lang);
    let bytes = format::size(chain.headers.saturating_mul(80));
    let rests_on = basis::sentence(&chain.basis, &chain.network, chain.height, lang);
    let (hashes, whole) = chain.total_work.as_ref().map_or((&chain.work, false), |work| (work, true));
    html! {
        <dl class="facts" data-tip={chain.hash.clone()} data-height={chain.height.to_string()}
            data-headers={chain.headers.to_string()} data-work={chain.work.clone()}>
            { row("tip", headers::NEWEST, html! {
                <span class="block-at">
                    <span>{ format::number(chain.height) }</span>
                    { hash_end(&chain.hash, lang.of(headers::HASH), pen) }
                </span>
            }) }
            { row("time", headers::TIME, html! { <span>{ format!("{time} · {age}") }</span> }) }
            { row("basis", headers::BASIS, html! { <span>{ rests_on }</span> }) }
            { row("work", headers::WORK, html! { <span>{ headers::work(hashes, whole, lang) }</span> }) }
            { row("headers", headers::IN_HAND, html! { <span>{ format!("{} · {bytes}", format::number(chain.headers)) }</span> }) }
        </dl>
    }
}
