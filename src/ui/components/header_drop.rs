//! Where a file of headers is handed in for its headers alone, and what came of it.

use super::drop_zone::file_button;
use super::icon::{Icon, icon};
use super::pen::Pen;
use crate::ui::headers::{FileOutcome, Handed};
use crate::ui::intent::Intent;
use crate::ui::verification::{Phase, Verification};
use crate::ui::wording::{headers, problem};
use yew::prelude::*;

/// Draws the place for files of headers; `verification` is what carries the handed ones to the worker.
pub fn header_drop(handed: Option<&Handed>, verification: Option<&Verification>, pen: &Pen) -> Html {
    let lang = pen.lang;
    html! {
        <section class="drop-zone header-drop" aria-labelledby="header-file-title">
            { icon(Icon::Files) }
            <div>
                <h2 id="header-file-title">{ lang.of(headers::FILE_TITLE) }</h2>
                <p class="hint">{ lang.of(headers::FILE_LEAD) }</p>
            </div>
            { file_button("header-files", headers::FILE_BUTTON, Intent::HandHeaders, pen) }
            <div class="handed" role="status">{ for handed.map(|handed| outcome(handed, verification, pen)) }</div>
        </section>
    }
}

fn outcome(handed: &Handed, verification: Option<&Verification>, pen: &Pen) -> Html {
    let lang = pen.lang;
    let item = |outcome: &FileOutcome| match outcome {
        FileOutcome::Taken { name, chain } => html! {
            <li data-file="taken">{ headers::file_taken(name, &chain.network, chain.height, lang) }</li>
        },
        FileOutcome::Failed { name, detail } => html! {
            <li data-file="failed">{ headers::file_failed(name, lang) }{ " " }<code>{ detail }</code></li>
        },
    };
    let (name, state) = match verification.map(|found| &found.phase) {
        Some(Phase::Queued) => ("waiting", html! { <p>{ lang.of(headers::FILE_WAITING) }</p> }),
        Some(Phase::Running(running)) => (
            "running",
            html! {
                <div>
                    <p>{ headers::file_stage(&running.stage, lang) }</p>
                    <button type="button" id="stop-file" onclick={pen.on(Intent::StopFile)}>{ lang.of(headers::FILE_STOP) }</button>
                </div>
            },
        ),
        Some(Phase::Done(_) | Phase::Drafted(_)) => (
            "other",
            html! {
                <p>
                    { lang.of(headers::FILE_OTHER) }{ " " }
                    <a href={handed.given.route().fragment()}>{ lang.of(headers::FILE_VERDICT) }</a>
                </p>
            },
        ),
        Some(Phase::Stopped) => ("stopped", html! { <p>{ lang.of(headers::FILE_STOPPED) }</p> }),
        // That there was nothing but headers is what was wanted.
        Some(Phase::Refused(found)) if found.code == "only-headers" => ("done", html! { <p hidden=true></p> }),
        Some(Phase::Refused(found)) => ("refused", html! { <p>{ problem::words(found, lang).0 }</p> }),
        None => ("done", html! { <p hidden=true></p> }),
    };
    let nothing = name == "done" && handed.outcomes.is_empty();
    html! {
        <div data-handed={name} aria-busy={if matches!(name, "waiting" | "running") { "true" } else { "false" }}>
            { state }
            <p hidden={!nothing}>{ lang.of(headers::FILE_NONE) }</p>
            <ul>{ for handed.outcomes.iter().map(item) }</ul>
        </div>
    }
}
