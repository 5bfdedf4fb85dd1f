//! Documents of others read into drafts: the records they can become, what is in none, and what can be checked of them alone.

use super::icon::{Icon, icon};
use super::mark::{MarkState, mark};
use super::pen::Pen;
use super::problem_note::problem_note;
use super::record_card::record_body;
use super::rule_list::rule_list;
use crate::client::message::{DraftView, DraftedDocument, Drafts, KeptView};
use crate::ui::intent::Intent;
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{Every, draft, format, problem, record, said};
use yew::prelude::*;

/// Draws what was read.
pub fn drafts_card(drafts: &Drafts, pen: &Pen) -> Html {
    let lang = pen.lang;
    let none = drafts.lines.is_empty();
    html! {
        <article class="drafts">
            <section id="drafts" class="verdict" data-drafts={drafts.documents.len().to_string()}>
                { mark(MarkState::Open) }
                <div class="answer">
                    <h1 id="headline" tabindex="-1"><span class="finding">{ lang.of(draft::TITLE) }</span></h1>
                    <p class="place">{ lang.of(draft::LEAD) }</p>
                </div>
                <div class="actions-place">
                    <div class="actions" role="group">
                        { save("save-drafts", draft::SAVE, false, none, pen) }
                        { save("save-import", draft::SAVE_ALL, true, false, pen) }
                    </div>
                    <p class="hint" hidden={none}>{ lang.of(draft::SIGN) }{ " " }
                        <code class="wrap">{ "head -n 1 drafts.jsonl | plimsoll record - --as KEY" }</code>
                    </p>
                </div>
            </section>
            <div class="drafted">{ for drafts.documents.iter().enumerate().map(|(at, one)| document(at, one, pen)) }</div>
        </article>
    }
}

fn save(id: &'static str, name: Every, whole: bool, disabled: bool, pen: &Pen) -> Html {
    let main = (!whole).then_some("main");
    html! {
        <button type="button" {id} class={classes!(main)} {disabled} onclick={pen.on(Intent::SaveDrafts { whole })}>
            { icon(Icon::Export) }{ pen.lang.of(name) }
        </button>
    }
}

fn document(at: usize, one: &DraftedDocument, pen: &Pen) -> Html {
    let lang = pen.lang;
    let refused = one.problem.as_ref().map(|found| {
        let (sentence, advice) = problem::words(found, lang);
        problem_note(found, sentence.to_owned(), advice, pen)
    });
    let whole = one.problem.is_none();
    let part = |(at, (place, reason)): (usize, &(String, String))| {
        let place = if place.is_empty() {
            html! { lang.of(draft::WHOLE) }
        } else {
            html! { <code>{ place }</code> }
        };
        html! { <li key={at}>{ place }{ ": " }{ reason }</li> }
    };
    html! {
        <section key={at} class="card draft" data-file={one.name.clone()} data-refused={if whole { "false" } else { "true" }}>
            <h2><code>{ &one.name }</code></h2>
            <p class="kind">{ said(&one.kind, lang) }</p>
            <div>{ for refused }</div>
            <p class="hint" hidden={!whole}>{ draft::counts(one.drafted, one.kept_in_all, one.refused.len(), lang) }</p>
            <div class="draft-rules" hidden={one.rules.is_empty()}>
                <h3>{ lang.of(draft::RULES) }</h3>
                <p class="hint">{ for one.rounding.iter().map(|rounding| said(rounding, lang)) }</p>
                { rule_list(&one.rules, pen) }
            </div>
            <div class="draft-records" hidden={one.drafts.is_empty()}>
                <h3>{ lang.of(draft::DRAFTS) }</h3>
                { for one.drafts.iter().enumerate().map(|(at, view)| record_of(at, view, pen)) }
                { more(one.drafted.saturating_sub(one.drafts.len() as u64)) }
            </div>
            <details class="technical refused-parts" hidden={one.refused.is_empty()} open=true>
                <summary>{ lang.of(draft::REFUSED) }<span class="count">{ one.refused.len() }</span></summary>
                <ul>{ for one.refused.iter().enumerate().map(part) }</ul>
            </details>
            <details class="technical kept" hidden={one.kept.is_empty()}>
                <summary>{ lang.of(draft::KEPT) }<span class="count">{ format::number(one.kept_in_all) }</span></summary>
                <dl class="facts">{ for one.kept.iter().enumerate().map(|(at, kept)| kept_row(at, kept, pen)) }</dl>
                { more(one.kept_in_all.saturating_sub(one.kept.len() as u64)) }
            </details>
        </section>
    }
}

fn more(count: u64) -> Html {
    html! { <p class="more" hidden={count == 0}>{ "+ " }{ format::number(count) }</p> }
}

fn record_of(at: usize, view: &DraftView, pen: &Pen) -> Html {
    let lang = pen.lang;
    let DraftView { record: found, supplied, unfit } = view;
    html! {
        <details key={at} class="technical" open={at == 0}>
            <summary>
                <strong>{ capitalised(record::action(found, lang)) }</strong>
                <code class="code">{ &found.action_code }</code>
                <span class="hint">{ &found.reference }</span>
            </summary>
            { record_body(found, lang) }
            <p class="hint supplied" hidden={supplied.is_empty()}>
                { lang.of(draft::SUPPLIED) }{ " " }<code>{ supplied.join(" ") }</code>
            </p>
            <p class="unfit" hidden={unfit.is_none()}>{ lang.of(draft::UNFIT) }{ " " }<code>{ unfit.clone() }</code></p>
        </details>
    }
}

fn kept_row(at: usize, kept: &KeptView, pen: &Pen) -> Html {
    html! {
        <div key={at}>
            <dt><code>{ &kept.pointer }</code></dt>
            <dd>{ &kept.value }{ " " }<span class="hint">{ said(&kept.why, pen.lang) }</span></dd>
        </div>
    }
}
