//! What replaying comes to: the questions a person of the trade asks first, the tree of a split, the timeline.

use super::pen::Pen;
use crate::browser::clock;
use crate::proof::trade_view::{AnswerView, EventStanding, NoteView, TimelineRow, Tone, TradeView, TreeRow};
use crate::time::parse_rfc3339_ms;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::line::capitalised;
use crate::ui::wording::{format, said};
use yew::prelude::*;

/// Rows of a timeline that are open from the start.
const OPEN_ROWS: usize = 12;

/// Draws the answers.
pub fn answers_card(view: &TradeView, pen: &Pen) -> Html {
    let answer = |(at, answer): (usize, &AnswerView)| {
        html! {
            <div key={at} class="answer-row">
                <dt>{ said(&answer.question, pen.lang) }</dt>
                <dd>
                    <strong>{ said(&answer.answer, pen.lang) }</strong>
                    <ul>{ for answer.notes.iter().map(|view| note(view, pen)) }</ul>
                </dd>
            </div>
        }
    };
    html! {
        <section id="at-a-glance" class="card answers" aria-labelledby="answers-title" hidden={view.answers.is_empty()}>
            <h2 id="answers-title">{ pen.say(Text::AtAGlance) }</h2>
            <dl>{ for view.answers.iter().enumerate().map(answer) }</dl>
        </section>
    }
}

fn note(view: &NoteView, pen: &Pen) -> Html {
    let tone = match view.tone {
        Tone::Plain => "plain",
        Tone::Good => "good",
        Tone::Caution => "caution",
        Tone::Bad => "bad",
    };
    html! { <li data-tone={tone}>{ said(&view.text, pen.lang) }</li> }
}

/// Draws the tree of a split.
pub fn tree_card(rows: &[TreeRow], pen: &Pen) -> Html {
    // By place: what a record says of itself need not be different from what another says.
    let row = |(at, row): (usize, &TreeRow)| {
        let part = |name: &'static str, text: Option<Text>, value: &Option<String>| {
            value.as_ref().map(|value| {
                let label = text.map(|text| html! { <span class="label">{ pen.say(text) }{ " " }</span> });
                html! { <span class={name}>{ for label }{ value }</span> }
            })
        };
        html! {
            <li key={at} class={classes!("tree-row", format!("depth-{}", row.depth.min(6)))}>
                <strong>{ &row.reference }</strong>
                <span class="stage">{ said(&row.stage, pen.lang) }</span>
                { for part("amount", None, &row.amount) }
                { for part("holder", None, &row.holder) }
                { for part("paid", Some(Text::Paid), &row.paid) }
                { for part("open", Some(Text::Open), &row.open) }
            </li>
        }
    };
    html! {
        <section id="split" class="card tree" aria-labelledby="split-title" hidden={rows.is_empty()}>
            <h2 id="split-title">{ pen.say(Text::SplitTree) }</h2>
            <ol>{ for rows.iter().enumerate().map(row) }</ol>
        </section>
    }
}

/// Draws the timeline: UTC and the reader's own zone, forecasts apart from facts.
pub fn timeline_card(rows: &[TimelineRow], pen: &Pen) -> Html {
    let (first, rest) = rows.split_at(rows.len().min(OPEN_ROWS));
    html! {
        <section id="timeline" class="card timeline" aria-labelledby="timeline-title" hidden={rows.is_empty()}>
            <h2 id="timeline-title">{ pen.say(Text::Timeline) }</h2>
            <ol>{ for first.iter().enumerate().map(|(at, row)| timeline_row(at, row, pen)) }</ol>
            <details hidden={rest.is_empty()}>
                <summary>{ "+ " }<span class="count">{ rest.len() }</span></summary>
                <ol>{ for rest.iter().enumerate().map(|(at, row)| timeline_row(at, row, pen)) }</ol>
            </details>
        </section>
    }
}

fn timeline_row(at: usize, row: &TimelineRow, pen: &Pen) -> Html {
    let (standing, word) = match row.standing {
        EventStanding::Fact => ("fact", None),
        EventStanding::Planned => ("planned", Some(Text::Planned)),
        EventStanding::Estimated => ("estimated", Some(Text::Estimated)),
        EventStanding::Retracted => ("retracted", Some(Text::Retracted)),
        EventStanding::OtherBranch => ("other-branch", Some(Text::OtherBranch)),
    };
    let seconds = parse_rfc3339_ms(&row.at).ok().map(|ms| ms.div_euclid(1000));
    let when = seconds
        .map_or_else(|| row.at.clone(), |seconds| format::moment(seconds, clock::offset_minutes(seconds), pen.lang));
    let after = said(&row.after, pen.lang);
    let place_and_party: Vec<&str> = row.place.iter().chain(&row.who).map(String::as_str).collect();
    html! {
        <li key={at} data-standing={standing} data-focus={if row.focus { "true" } else { "false" }}>
            <p class="what">
                <strong>{ capitalised(said(&row.what, pen.lang)) }</strong>{ " " }<code class="code">{ &row.code }</code>
                { for word.map(|word| html! { <span class="badge">{ pen.say(word) }</span> }) }
                { for row.focus.then(|| html! { <span class="badge own">{ pen.say(Text::ThisRecord) }</span> }) }
            </p>
            <p class="when"><time datetime={row.at.clone()}>{ when }</time></p>
            <p class="who">{ place_and_party.join(" · ") }</p>
            <p class="after">{ capitalised(after) }</p>
        </li>
    }
}
