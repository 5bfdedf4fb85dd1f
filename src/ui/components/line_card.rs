//! One of the four lines: name, outcome in a word, one sentence, and a disclosure that opens its steps.

use super::icon::icon;
use super::pen::Pen;
use super::step_item::{outcome_icon, outcome_name, step_item};
use crate::proof::report::{LineId, LineReport, Outcome};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::line;
use yew::prelude::*;

/// The name of a line in the page, for styles and tests.
#[must_use]
pub fn line_name(line: LineId) -> &'static str {
    match line {
        LineId::Unchanged => "unchanged",
        LineId::Status => "status",
        LineId::WhoSigned => "who-signed",
        LineId::MakesSense => "makes-sense",
    }
}

/// The id of a line's heading.
#[must_use]
pub fn line_element(line: LineId) -> &'static str {
    match line {
        LineId::Unchanged => "line-unchanged",
        LineId::Status => "line-status",
        LineId::WhoSigned => "line-who-signed",
        LineId::MakesSense => "line-makes-sense",
    }
}

/// Draws a line; `beside` stands between its sentence and its steps.
pub fn line_card(report: &LineReport, sentence: String, beside: Html, pen: &Pen) -> Html {
    let LineReport { line, outcome, steps } = report;
    let (outcome, id) = (*outcome, line_element(*line));
    html! {
        <section key={id} class="line card" data-line={line_name(*line)} data-outcome={outcome_name(outcome)}
            aria-labelledby={id}>
            <h3 {id} tabindex="-1">
                <span class="seal">{ icon(outcome_icon(outcome)) }</span>
                <span class="line-name">{ pen.say(line::name(*line)) }</span>
                <span class="line-outcome">{ pen.say(line::outcome(outcome)) }</span>
            </h3>
            <p class="sentence">{ sentence }</p>
            <div class="beside">{ beside }</div>
            <details class="steps" open={outcome == Outcome::Failed} hidden={steps.is_empty()}>
                <summary>{ pen.say(Text::MoreSteps) }<span class="count">{ steps.len() }</span></summary>
                <ol>{ for steps.iter().map(|step| step_item(step, pen)) }</ol>
            </details>
        </section>
    }
}
