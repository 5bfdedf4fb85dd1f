//! The panel in which fields are withheld: every field with its choice, and beside it what the next reader will see.

use super::icon::{Icon, icon};
use super::line_card::line_name;
use super::pen::Pen;
use super::problem_note::problem_note;
use super::record_card::{code, record_body, value};
use super::step_item::{outcome_icon, outcome_name};
use super::verdict_card::conclusion_name;
use crate::client::message::NextReader;
use crate::proof::report::LineReport;
use crate::proof::withhold::{Echo, Hidden};
use crate::trade::view::{FieldValue, FieldView};
use crate::trade::withhold::{Choice, Clear};
use crate::ui::intent::Intent;
use crate::ui::route::Route;
use crate::ui::withholding::{Wish, Withholding};
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{Every, line, record, said, verdict, withhold};
use yew::prelude::*;

/// Draws the panel.
pub fn withhold_panel(now: &Withholding, pen: &Pen) -> Html {
    let lang = pen.lang;
    let next = now.next.as_deref();
    let busy = if now.is_answered() { "false" } else { "true" };
    let refused = now.problem.as_ref().map(|found| {
        problem_note(found, lang.of(withhold::REFUSED).to_owned(), lang.of(withhold::REFUSED_ADVICE), pen)
    });
    html! {
        <section id="withhold" class="card withhold" aria-labelledby="withhold-title">
            <header>
                <h2 id="withhold-title" tabindex="-1">{ icon(Icon::Withheld) }{ lang.of(withhold::TITLE) }</h2>
                <button type="button" id="withhold-close" onclick={pen.on(Intent::Withhold(Wish::Close))}>
                    { lang.of(withhold::CLOSE) }
                </button>
            </header>
            <p class="hint">{ lang.of(withhold::LEAD) }</p>
            <div class="refused">{ for refused }</div>
            <div class="withhold-columns">
                <div class="withhold-choices">
                    { for next.map(|next| choices(now, next, pen)) }
                </div>
                <div class="withhold-next" aria-busy={busy}>
                    <p class="hint making" hidden={next.is_some()}>{ lang.of(withhold::MAKING) }</p>
                    <div>{ for next.map(|next| outcome(now, next, pen)) }</div>
                </div>
            </div>
        </section>
    }
}

/// Fields with a choice in reading order, what is hidden by it, and the fields that stay.
fn choices(now: &Withholding, next: &NextReader, pen: &Pen) -> Html {
    let lang = pen.lang;
    let leads = |path: &str| {
        let inside = |field: &FieldView| field.path.strip_prefix(path).is_some_and(|rest| rest.starts_with('/'));
        next.choices.iter().any(|(field, choice)| inside(field) && !matches!(choice, Choice::Clear(_)))
    };
    let mut free = Vec::new();
    let mut stay: Vec<(&FieldView, Clear)> = Vec::new();
    for (field, choice) in &next.choices {
        match choice {
            Choice::Clear(_) if leads(&field.path) => free.push(heading(field, pen)),
            Choice::Clear(why) => {
                let within = |(other, _): &(&FieldView, Clear)| field.path.starts_with(&format!("{}/", other.path));
                if !stay.last().is_some_and(within) {
                    stay.push((field, *why));
                }
            }
            choice => free.push(row(now, field, *choice, pen)),
        }
    }
    let stays = |(field, why): &(&FieldView, Clear)| {
        html! {
            <li key={field.path.clone()} data-path={field.path.clone()} data-choice="clear">
                <label><input type="checkbox" disabled=true checked=false />
                    <span>{ capitalised(record::label(field, lang)) }{ code(&field.name) }</span></label>
                <span class="hint">{ withhold::why(*why, lang) }</span>
            </li>
        }
    };
    html! {
        <>
            <fieldset>
                <legend>{ lang.of(withhold::FIELDS) }</legend>
                <ul class="choices">{ for free }</ul>
            </fieldset>
            <div class="hidden-now">{ hidden(next, pen) }</div>
            <details class="technical" open=true hidden={stay.is_empty()}>
                <summary>{ lang.of(withhold::STAY) }<span class="count">{ stay.len() }</span></summary>
                <ul class="choices stays">{ for stay.iter().map(stays) }</ul>
            </details>
        </>
    }
}

fn heading(field: &FieldView, pen: &Pen) -> Html {
    let level = format!("level-{}", field.level.min(4));
    html! {
        <li key={field.path.clone()} class={classes!("heading", level)}>
            { capitalised(record::label(field, pen.lang)) }
        </li>
    }
}

fn row(now: &Withholding, field: &FieldView, choice: Choice, pen: &Pen) -> Html {
    let lang = pen.lang;
    let along = now.goes_along(&field.path);
    let (name, checked, disabled, note) = match choice {
        Choice::Withheld => ("withheld", true, true, Some(withhold::ALREADY)),
        Choice::Free if along => ("along", true, true, Some(withhold::ALONG)),
        Choice::Free => ("free", now.chosen.contains(&field.path), false, None),
        // What goes only with the field above it needs no box of its own.
        Choice::Part | Choice::Clear(_) => ("part", along, true, None),
    };
    let boxless = name == "part";
    let path = field.path.clone();
    let change = pen.act.reform(move |event: Event| {
        let input = event.target_dyn_into::<web_sys::HtmlInputElement>();
        Intent::Withhold(Wish::Choose(path.clone(), input.is_some_and(|input| input.checked())))
    });
    let level = format!("level-{}", field.level.min(4));
    let label = capitalised(record::label(field, lang));
    let beside = (label != field.name && !field.name.is_empty()).then(|| code(&field.name));
    let shown = !matches!(field.value, FieldValue::Withheld | FieldValue::Group { .. });
    html! {
        <li key={field.path.clone()} class={level} data-path={field.path.clone()} data-choice={name}>
            <label>
                <input type="checkbox" {checked} {disabled} hidden={boxless} onchange={change} />
                <span class="label">{ label }{ for beside }</span>
            </label>
            <span class="said">{ for shown.then(|| value(field, lang)) }</span>
            <span class="hint">{ note.map(|note| lang.of(note)) }</span>
        </li>
    }
}

/// The next reader's verdict and record, and how they get there.
fn outcome(now: &Withholding, next: &NextReader, pen: &Pen) -> Html {
    let (lang, report) = (pen.lang, &next.report);
    let glance = |found: &LineReport| {
        html! {
            <li key={line_name(found.line)} data-outcome={outcome_name(found.outcome)}>
                <span class="seal">{ icon(outcome_icon(found.outcome)) }</span>
                <span>{ line::name(found.line).in_lang(lang) }</span>
                <span class="glance-outcome">{ line::outcome(found.outcome).in_lang(lang) }</span>
            </li>
        }
    };
    let own = next.hidden.iter().filter(|hidden| hidden.own).count();
    let spoken = format!("{} {}", withhold::count(own, lang), verdict::finding(report, lang));
    html! {
        <>
            <h3>{ lang.of(withhold::NEXT) }</h3>
            <div class="verdict next-verdict" data-next={conclusion_name(report.conclusion)} data-conclusion={conclusion_name(report.conclusion)}>
                <p class="finding">{ verdict::finding(report, lang) }</p>
                <ul class="next-lines">{ for report.lines.iter().map(glance) }</ul>
            </div>
            <p class="visually-hidden" role="status">{ spoken }</p>
            <div class="record next-record" tabindex="0" role="group" aria-label={lang.of(withhold::NEXT)}>{ for report.record.as_ref().map(|view| record_body(view, lang)) }</div>
            { link(now, next, pen) }
        </>
    }
}

/// What is hidden, in this record and in those beside it, and what still says the same.
fn hidden(next: &NextReader, pen: &Pen) -> Html {
    let lang = pen.lang;
    let (own, beside): (Vec<&Hidden>, Vec<&Hidden>) = next.hidden.iter().partition(|hidden| hidden.own);
    html! {
        <>
            <h3>{ lang.of(withhold::HIDDEN) }</h3>
            <p class="hint" hidden={!own.is_empty()}>{ lang.of(withhold::NOTHING) }</p>
            <ul class="hidden-fields" hidden={own.is_empty()}>{ for own.iter().map(|hidden| hidden_field(hidden, pen)) }</ul>
            <div class="beside-records" hidden={beside.is_empty()}>
                <p class="hint">{ lang.of(withhold::BESIDE) }</p>
                <ul class="hidden-fields">{ for beside.iter().map(|hidden| hidden_field(hidden, pen)) }</ul>
            </div>
            <div>{ for (!next.echoes.is_empty()).then(|| echoes(&next.echoes, pen)) }</div>
        </>
    }
}

fn hidden_field(hidden: &Hidden, pen: &Pen) -> Html {
    let record = (!hidden.own).then(|| code(&hidden.record_id));
    html! {
        <li data-hidden={hidden.path.clone()}>
            { icon(Icon::Withheld) }<span>{ capitalised(said(&hidden.words, pen.lang)) }{ for record }</span>
        </li>
    }
}

fn echoes(echoes: &[Echo], pen: &Pen) -> Html {
    let one = |echo: &Echo| {
        html! {
            <li data-echo={echo.path.clone()}>
                <q>{ &echo.text }</q>{ " · " }{ said(&echo.words, pen.lang) }{ code(&echo.record_id) }
            </li>
        }
    };
    html! {
        <div class="problem echoes">
            <p class="sentence">{ pen.lang.of(withhold::ECHOES) }</p>
            <ul>{ for echoes.iter().map(one) }</ul>
            <p class="advice">{ pen.lang.of(withhold::ECHOES_ADVICE) }</p>
        </div>
    }
}

fn link(now: &Withholding, next: &NextReader, pen: &Pen) -> Html {
    let lang = pen.lang;
    let whole = format!("{}#{}", now.base, next.link);
    let button = |id: &'static str, class: &'static str, drawing: Option<Icon>, text: Every, intent: Intent| {
        html! {
            <button type="button" {id} {class} disabled={!now.is_answered()} onclick={pen.on(intent)}>
                <span class="drawing">{ for drawing.map(icon) }</span>{ lang.of(text) }
            </button>
        }
    };
    html! {
        <div class="new-link">
            <label for="new-link">{ lang.of(withhold::LINK) }</label>
            <textarea id="new-link" readonly=true rows="3" spellcheck="false" value={whole.clone()} />
            <p class="buttons">
                { button("copy-new-link", "main", Some(Icon::Link), withhold::COPY, Intent::Copy(whole)) }
                { button("open-new-link", "", None, withhold::OPEN, Intent::Open(Route::Proof(next.link.clone()))) }
                { button("save-new-proof", "", Some(Icon::Export), withhold::SAVE, Intent::Withhold(Wish::Save)) }
            </p>
            { sealing(now, pen) }
        </div>
    }
}

/// The encrypted variant: the file, where it will lie, and the link with its key.
fn sealing(now: &Withholding, pen: &Pen) -> Html {
    let lang = pen.lang;
    let on = now.sealing.is_some();
    let address = now.sealing.as_ref().map(|sealing| sealing.address.clone()).unwrap_or_default();
    let sealed = now.sealed();
    let link = sealed.and_then(|sealed| sealed.link.as_ref().ok()).map(|link| format!("{}#{link}", now.base));
    let wrong = sealed.is_some_and(|sealed| sealed.link.is_err());
    let typed = pen.act.reform(|event: InputEvent| {
        let input = event.target_dyn_into::<web_sys::HtmlInputElement>();
        Intent::Withhold(Wish::Address(input.map(|input| input.value()).unwrap_or_default()))
    });
    html! {
        <div class="sealing">
            <button type="button" id="encrypt" aria-expanded={if on { "true" } else { "false" }} aria-controls="encrypted"
                onclick={pen.on(Intent::Withhold(Wish::Encrypt(!on)))}>
                { icon(Icon::Withheld) }{ lang.of(withhold::ENCRYPT) }{ icon(Icon::Chevron) }
            </button>
            <div id="encrypted" hidden={!on}>
                <p class="hint">{ lang.of(withhold::ENCRYPT_LEAD) }</p>
                <p class="buttons">
                    <button type="button" id="save-sealed" disabled={sealed.is_none()}
                        onclick={pen.on(Intent::Withhold(Wish::SaveSealed))}>
                        { icon(Icon::Export) }{ lang.of(withhold::SAVE_SEALED) }
                    </button>
                    <code class="code">{ sealed.map(|sealed| sealed.name.clone()) }</code>
                </p>
                <label for="sealed-address">{ lang.of(withhold::ADDRESS) }</label>
                <input id="sealed-address" type="url" autocomplete="off" spellcheck="false" placeholder="https://…" value={address}
                    aria-describedby="sealed-hint sealed-wrong" aria-invalid={if wrong { "true" } else { "false" }} oninput={typed} />
                <p id="sealed-hint" class="hint">{ lang.of(withhold::ADDRESS_HINT) }</p>
                <p id="sealed-wrong" class="wrong" role="alert">{ if wrong { lang.of(withhold::ADDRESS_WRONG) } else { "" } }</p>
                <label for="sealed-link">{ lang.of(withhold::SEALED_LINK) }</label>
                <textarea id="sealed-link" readonly=true rows="3" spellcheck="false" value={link.clone().unwrap_or_default()} />
                <p class="hint">{ lang.of(withhold::SEALED_ONCE) }</p>
                <p class="buttons">
                    <button type="button" id="copy-sealed-link" disabled={link.is_none()}
                        onclick={pen.on(Intent::Copy(link.unwrap_or_default()))}>
                        { icon(Icon::Link) }{ lang.of(withhold::COPY_SEALED) }
                    </button>
                </p>
            </div>
        </div>
    }
}
