//! The sources of a network side by side: a table, and on a narrow screen a card each.

use super::hash_value::hash_end;
use super::pen::Pen;
use crate::client::message::{BlockAt, Command, ForkTip, SourceState, SourceStatus, SourceTip, Standing};
use crate::ui::intent::Intent;
use crate::ui::site;
use crate::ui::wording::{Every, format, headers, source};
use yew::prelude::*;

/// The name of a standing in the page, for styles and tests.
#[must_use]
pub fn standing_name(standing: &Standing) -> &'static str {
    match standing {
        Standing::Unknown => "unknown",
        Standing::Agrees => "agrees",
        Standing::Ahead { .. } => "ahead",
        Standing::Behind { .. } => "behind",
        Standing::Withholds { .. } => "withholds",
        Standing::Fork { .. } => "fork",
        Standing::Wrong { .. } => "wrong",
    }
}

/// The name of what a source is doing, for styles and tests.
#[must_use]
pub fn state_name(state: &SourceState) -> &'static str {
    match state {
        SourceState::Off => "off",
        SourceState::Idle => "idle",
        SourceState::AskedTip => "asked-tip",
        SourceState::Sending => "sending",
        SourceState::Waiting { .. } => "waiting",
        SourceState::SetAside => "set-aside",
    }
}

/// Draws the sources of a network; never none.
pub fn source_table(sources: &[&SourceStatus], now: i64, pen: &Pen) -> Html {
    // Roles are spelled out: a table that is laid out as cards is none to a screen reader otherwise.
    let column =
        |title: Every| html! { <th key={title[0]} role="columnheader" scope="col">{ pen.lang.of(title) }</th> };
    html! {
        <table class="sources" role="table" aria-label={pen.lang.of(headers::SOURCES)}>
            <thead role="rowgroup">
                <tr role="row">
                    { for source::COLUMNS.into_iter().map(column) }
                    { column(source::ACTIONS) }
                </tr>
            </thead>
            <tbody role="rowgroup">{ for sources.iter().map(|status| row(status, now, pen)) }</tbody>
        </table>
    }
}

fn row(status: &SourceStatus, now: i64, pen: &Pen) -> Html {
    let lang = pen.lang;
    let [_, behaves, newest, common, given, latency] = source::COLUMNS;
    let unknown = || html! { <span class="unknown">{ lang.of(source::UNKNOWN) }</span> };
    let answers = match status.latency_ms {
        Some(milliseconds) => html! { <span>{ format!("{}\u{a0}ms", format::number(milliseconds)) }</span> },
        None => unknown(),
    };
    let bytes = (status.bytes > 0).then(|| html! { <span class="hint">{ format::size(status.bytes) }</span> });
    html! {
        <tr key={status.source.url.clone()} role="row" data-source={status.source.url.clone()}
            data-state={state_name(&status.state)} data-standing={standing_name(&status.standing)}>
            <th role="rowheader" scope="row">{ who(status, pen) }</th>
            { cell("behaves", behaves, behaviour(status, now, pen), pen) }
            { cell("tip", newest, status.tip.as_ref().map_or_else(unknown, |found| tip(found, now, pen)), pen) }
            { cell("common", common, status.common.as_ref().map_or_else(unknown, |found| block(found, pen)), pen) }
            { cell("given", given, html! { <><span>{ format::number(status.headers) }</span>{ for bytes }</> }, pen) }
            { cell("latency", latency, answers, pen) }
            { cell("change", source::ACTIONS, buttons(status, pen), pen) }
        </tr>
    }
}

/// A cell; its column's title stands in it where there are no columns.
fn cell(name: &'static str, title: Every, content: Html, pen: &Pen) -> Html {
    html! {
        <td role="cell" data-cell={name}>
            <span class="cell-name" aria-hidden="true">{ pen.lang.of(title) }</span>
            <div class="cell-value">{ content }</div>
        </td>
    }
}

fn who(status: &SourceStatus, pen: &Pen) -> Html {
    let own = site::is_own(&status.source).then(|| html! { <span class="own">{ pen.lang.of(source::OWN) }</span> });
    html! {
        <div class="who-source">
            <code title={status.source.url.clone()}>{ source::short_url(&status.source.url) }</code>
            <span class="hint">{ source::kind(status.source.kind, pen.lang) }</span>
            <span class="hint">{ for own }</span>
        </div>
    }
}

fn behaviour(status: &SourceStatus, now: i64, pen: &Pen) -> Html {
    let lang = pen.lang;
    let sent = match &status.standing {
        Standing::Wrong { rule, detail, .. } => Some((rule.as_str(), detail.as_str())),
        _ => None,
    };
    let waiting = match &status.state {
        SourceState::Waiting { detail, .. } if !detail.is_empty() => Some(html! { <code>{ detail }</code> }),
        _ => None,
    };
    let sent = sent.map(|(rule, detail)| {
        html! {
            <div class="sent">
                <span class="hint">{ lang.of(source::WHAT_IT_SENT) }{ ": " }</span>
                <code data-rule={rule.to_owned()}>{ format!("{rule}: {detail}") }</code>
            </div>
        }
    });
    html! {
        <div class="behaviour">
            <span class="standing">{ source::standing(&status.standing, lang) }</span>
            <span class="doing hint">{ source::state(&status.state, status.source.enabled, now, lang) }</span>
            <div class="why">{ for sent }{ for waiting }</div>
            <div class="forks">{ for forks(&status.forks, pen) }</div>
        </div>
    }
}

/// Branches beside the main one: its word, and whether they are in hand.
fn forks(found: &[ForkTip], pen: &Pen) -> Option<Html> {
    let beside: Vec<&ForkTip> = found.iter().filter(|fork| fork.branch_length > 0).collect();
    let item = |fork: &&ForkTip| {
        html! {
            <li key={fork.hash.clone()}>
                <code>{ format!("{} · {} · {}", format::number(fork.height), format::shortened(&fork.hash), fork.status) }</code>
            </li>
        }
    };
    (!beside.is_empty()).then(|| {
        html! {
            <details>
                <summary>{ pen.lang.of(source::FORKS) }<span class="count">{ beside.len() }</span></summary>
                <ul>{ for beside.iter().map(item) }</ul>
            </details>
        }
    })
}

fn block(found: &BlockAt, pen: &Pen) -> Html {
    html! {
        <span class="block-at">
            <span>{ format::number(found.height) }</span>
            { hash_end(&found.hash, pen.lang.of(headers::HASH), pen) }
        </span>
    }
}

fn tip(found: &SourceTip, now: i64, pen: &Pen) -> Html {
    let hash = found.hash.as_ref().map(|hash| hash_end(hash, pen.lang.of(headers::HASH), pen));
    let age = found.time.map(|time| format::stretch(now.saturating_sub(time), pen.lang));
    let age = age.map(|age| html! { <span class="hint age">{ format::old(&age, pen.lang) }</span> });
    let claimed =
        (!found.verified).then(|| html! { <span class="hint claimed">{ pen.lang.of(source::CLAIMED) }</span> });
    html! {
        <span class="block-at">
            <span>{ format::number(found.height) }</span>
            <span>{ for hash }</span>
            <span>{ for age }{ for claimed }</span>
        </span>
    }
}

fn buttons(status: &SourceStatus, pen: &Pen) -> Html {
    let found = &status.source;
    let (network, url) = (found.network.clone(), found.url.clone());
    let aside = status.state == SourceState::SetAside;
    let (word, enabled) = match (aside, found.enabled) {
        (true, _) => (source::ASK_AGAIN, true),
        (false, true) => (source::TURN_OFF, false),
        (false, false) => (source::TURN_ON, true),
    };
    let turn = Intent::Order(Command::EnableSource { network: network.clone(), url: url.clone(), enabled });
    // What came with the page comes with it again: it can be turned off, and not removed.
    let remove = (!site::is_own(found)).then(|| {
        html! {
            <button type="button" class="remove" aria-label={named(source::REMOVE, &url, pen)}
                onclick={pen.on(Intent::Order(Command::RemoveSource { network, url: url.clone() }))}>
                { pen.lang.of(source::REMOVE) }
            </button>
        }
    });
    html! {
        <div class="source-buttons">
            <button type="button" class="turn" aria-label={named(word, &url, pen)} onclick={pen.on(turn)}>{ pen.lang.of(word) }</button>
            <span>{ for remove }</span>
        </div>
    }
}

/// A button's name among others of its kind.
fn named(word: Every, url: &str, pen: &Pen) -> String {
    format!("{}{}{}", pen.lang.of(word), pen.lang.of([": ", "："]), source::short_url(url))
}
