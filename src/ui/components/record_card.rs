//! The record as the trade knows it: the plain word first, the industry's code small beside it, withheld fields in
//! their place, a changed field marked where it stands.

use super::icon::{Icon, icon};
use crate::proof::report::{Conclusion, DocumentKind, DocumentView, Report};
use crate::trade::view::{FieldValue, FieldView, RecordView};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{Lang, format, record, verdict};
use yew::prelude::*;

/// Draws the record or the document an answer speaks of.
pub fn record_card(report: &Report, lang: Lang) -> Html {
    let (band, text) = match report.conclusion {
        Conclusion::NotGenuine | Conclusion::Unreadable => ("failed", Some(Text::NotProvenBand)),
        Conclusion::AgainstRules => ("failed", Some(Text::AgainstRulesBand)),
        Conclusion::Intact | Conclusion::CannotTell => ("could-not-check", Some(Text::CannotTellBand)),
        Conclusion::Genuine | Conclusion::GenuineNotProvenCurrent | Conclusion::Stamped => ("none", None),
    };
    let title = if report.record.is_some() { Text::Record } else { Text::Document };
    html! {
        <section id="record" class="card record" data-band={band} aria-labelledby="record-title">
            <p class="band" hidden={text.is_none()}>{ text.map(|text| text.in_lang(lang)).unwrap_or_default() }</p>
            <h2 id="record-title">{ title.in_lang(lang) }</h2>
            <div>{ for report.record.as_ref().map(|view| record_body(view, lang)) }</div>
            <div>{ for report.document.as_ref().map(|view| whole_document(view, lang)) }</div>
        </section>
    }
}

fn fact(name: &'static str, text: Text, value: Html, lang: Lang) -> Html {
    html! { <div key={name} data-fact={name}><dt>{ text.in_lang(lang) }</dt><dd>{ value }</dd></div> }
}

/// Draws a record's facts and fields.
pub(super) fn record_body(view: &RecordView, lang: Lang) -> Html {
    let mut facts = Vec::new();
    if let Some(amount) = &view.amount {
        let amount = html! { <strong class="amount">{ format::money(&amount.value, &amount.currency) }</strong> };
        facts.push(fact("amount", Text::Amount, amount, lang));
    }
    let what = html! { <>{ capitalised(record::action(view, lang)) }{ code(&view.action_code) }</> };
    facts.push(fact("what", Text::What, what, lang));
    if let Some(actor) = &view.actor {
        facts.push(fact("actor", Text::Who, html! { <>{ actor }</> }, lang));
    }
    if let Some(recipient) = &view.recipient {
        facts.push(fact("recipient", Text::ToWhom, html! { <>{ recipient }</> }, lang));
    }
    let when = html! {
        <time datetime={view.action_date_time.clone()}>{ format::as_signed(&view.action_date_time, lang) }</time>
    };
    facts.push(fact("when", Text::When, when, lang));
    let (technical, own): (Vec<_>, Vec<_>) = view.fields.iter().partition(|view| is_technical(&view.path));
    let withheld = (view.withheld > 0).then(|| verdict::withheld(view.withheld, lang));
    html! {
        <div class="record-body">
            <p class="thing">
                <strong>{ format!("{} {}", record::scheme(&view.scheme, lang), view.reference) }</strong>
                { code(&view.record_id) }
            </p>
            <dl class="key-facts">{ for facts }</dl>
            <h3>{ Text::AllFields.in_lang(lang) }</h3>
            <dl class="fields">{ for own.iter().map(|view| field(view, lang)) }</dl>
            <details class="technical" open={technical.iter().any(|view| view.altered)} hidden={technical.is_empty()}>
                <summary>{ Text::TechnicalFields.in_lang(lang) }<span class="count">{ technical.len() }</span></summary>
                <dl class="fields">{ for technical.iter().map(|view| field(view, lang)) }</dl>
            </details>
            <p class="withheld-count" hidden={withheld.is_none()}>{ icon(Icon::Withheld) }{ withheld }</p>
        </div>
    }
}

/// Fields that tie a record to its key, its asset and the record before it, and say nothing of the trade itself.
fn is_technical(path: &str) -> bool {
    const TECHNICAL: [&str; 7] =
        ["/recordType", "/recordId", "/schemaVersion", "/sequence", "/previousRecordHash", "/subject", "/actor/key"];
    TECHNICAL.iter().any(|start| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')))
}

fn whole_document(view: &DocumentView, lang: Lang) -> Html {
    let mut facts = Vec::new();
    if let Some(size) = view.size {
        facts.push(fact("size", Text::Size, html! { <>{ format::size(size) }</> }, lang));
    }
    let digest = html! { <><code class="wrap">{ &view.digest }</code>{ code(&view.algorithm) }</> };
    facts.push(fact("digest", Text::Digest, digest, lang));
    let list = |items: Vec<String>| html! { <>{ items.join(lang.of([", ", "、"])) }</> };
    if !view.heights.is_empty() {
        let heights = view.heights.iter().map(|height| format::number(*height)).collect();
        facts.push(fact("heights", Text::Attested, list(heights), lang));
    }
    if !view.others.is_empty() {
        let text = match view.kind {
            DocumentKind::Timestamped => Text::OtherAttestations,
            DocumentKind::OpenAttestation | DocumentKind::Blockcerts => Text::ClaimedIssuer,
        };
        facts.push(fact("others", text, list(view.others.clone()), lang));
    }
    html! {
        <div class="record-body">
            <p class="thing"><strong>{ &view.name }</strong></p>
            <dl class="key-facts">{ for facts }</dl>
        </div>
    }
}

/// The industry's word, small beside the plain one.
pub(super) fn code(text: &str) -> Html {
    html! { <>{ " " }<code class="code">{ text.to_owned() }</code></> }
}

fn field(view: &FieldView, lang: Lang) -> Html {
    let label = record::label(view, lang);
    let level = view.level.min(4);
    let kind = match view.value {
        FieldValue::Group { .. } => "group",
        FieldValue::Withheld => "withheld",
        _ => "value",
    };
    // A list's members have numbers for names: the number is enough.
    let beside = (label != view.name).then(|| code(&view.name));
    html! {
        // Without a key: in what was not signed two fields may claim one place, and neither may be lost.
        <div class={classes!("field", format!("level-{level}"))} data-path={view.path.clone()}
            data-kind={kind} data-altered={if view.altered { "true" } else { "false" }}>
            <dt><span class="label">{ capitalised(label) }</span><span>{ for beside }</span></dt>
            <dd>
                { value(view, lang) }
                <strong class="altered" hidden={!view.altered}>{ icon(Icon::Failed) }{ Text::Altered.in_lang(lang) }</strong>
            </dd>
        </div>
    }
}

/// Draws what a field says.
pub(super) fn value(view: &FieldView, lang: Lang) -> Html {
    match &view.value {
        FieldValue::Text { text } => html! { <span class="text">{ text }</span> },
        FieldValue::Code { code: short, meaning } => {
            let meaning = record::meaning(view, meaning, lang);
            // The plain word for yes and no needs no code beside it.
            if meaning.is_empty() || meaning == *short {
                html! { <span class="text">{ short }</span> }
            } else if matches!(short.as_str(), "true" | "false") {
                html! { <span class="text">{ capitalised(meaning) }</span> }
            } else {
                html! { <span class="text">{ capitalised(meaning) }{ code(short) }</span> }
            }
        }
        FieldValue::Amount { value, currency } => {
            html! { <span class="number">{ format::money(value, currency) }</span> }
        }
        FieldValue::Quantity { value, unit } => {
            let plain = record::meaning(view, record::unit(unit), lang);
            html! { <span class="number">{ format::grouped(value) }{ "\u{a0}" }{ plain }{ code(unit) }</span> }
        }
        FieldValue::Moment { text } => {
            html! { <time datetime={text.clone()}>{ format::as_signed(text, lang) }</time> }
        }
        FieldValue::Group { members: 0 } => html! { <span class="members">{ Text::Nothing.in_lang(lang) }</span> },
        FieldValue::Group { .. } => html! {},
        FieldValue::Withheld => html! {
            <span class="withheld">{ icon(Icon::Withheld) }{ Text::Withheld.in_lang(lang) }</span>
        },
    }
}
