//! One step: what it is, what came of it; opened, what was compared, what it proves and what it does not.

use super::hash_value::hash_value;
use super::icon::{Icon, icon};
use super::pen::Pen;
use super::problem_note::problem_note;
use crate::browser::clock;
use crate::proof::report::{Outcome, StepReport, Value, ValueKind};
use crate::proof::step::StepId;
use crate::time::parse_rfc3339_ms;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{basis, format, line, problem, step};
use yew::prelude::*;

/// The icon of an outcome.
#[must_use]
pub fn outcome_icon(outcome: Outcome) -> Icon {
    match outcome {
        Outcome::Passed => Icon::Passed,
        Outcome::Failed => Icon::Failed,
        Outcome::NotChecked => Icon::NotChecked,
        Outcome::CouldNotCheck => Icon::CouldNotCheck,
    }
}

/// The name of an outcome in the page, for styles and tests.
#[must_use]
pub fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Passed => "passed",
        Outcome::Failed => "failed",
        Outcome::NotChecked => "not-checked",
        Outcome::CouldNotCheck => "could-not-check",
    }
}

/// The name of a step in the page, for styles and tests.
fn step_name(step: StepId) -> &'static str {
    step.name()
}

/// Draws a step.
pub fn step_item(report: &StepReport, pen: &Pen) -> Html {
    let StepReport { step, outcome, values, problem } = report;
    let (lang, outcome, name) = (pen.lang, *outcome, step_name(*step));
    let value = |value: &Value| {
        let label = step::value_label(&value.label, lang);
        let shown = shown(value, &label, pen);
        html! { <div key={value.label.clone()} data-value={value.label.clone()}><dt>{ label }</dt><dd>{ shown }</dd></div> }
    };
    // The state in words stands in the line above the steps.
    let told = values.iter().filter(|value| value.label != "state");
    let note = problem
        .as_ref()
        .map(|found| problem_note(found, problem::of_step(report, lang), problem::advice(report, lang), pen));
    html! {
        <li key={name} class="step" data-step={name} data-outcome={outcome_name(outcome)}>
            <details open={outcome == Outcome::Failed}>
                <summary>
                    <span class="seal">{ icon(outcome_icon(outcome)) }</span>
                    <span class="step-name">{ step::name(*step, lang) }</span>
                    <span class="step-outcome">{ pen.say(line::outcome(outcome)) }</span>
                </summary>
                <div class="step-body">
                    <div class="why">{ for note }</div>
                    <dl class="facts values">{ for told.map(value) }</dl>
                    <dl class="meaning">
                        <dt>{ pen.say(Text::Proves) }</dt>
                        <dd>{ step::proves(*step, lang) }</dd>
                        <dt>{ pen.say(Text::DoesNotProve) }</dt>
                        <dd>{ step::does_not_prove(*step, lang) }</dd>
                    </dl>
                </div>
            </details>
        </li>
    }
}

fn shown(value: &Value, what: &str, pen: &Pen) -> Html {
    match value.kind {
        ValueKind::Hash => hash_value(&value.text, what, pen),
        ValueKind::Number => html! { <span class="number">{ format::grouped(&value.text) }</span> },
        ValueKind::Time => {
            let seconds = parse_rfc3339_ms(&value.text).map(|ms| ms.div_euclid(1000));
            let text = seconds.map_or_else(
                |_| value.text.clone(),
                |seconds| format::moment(seconds, clock::offset_minutes(seconds), pen.lang),
            );
            html! { <time datetime={value.text.clone()}>{ text }</time> }
        }
        ValueKind::Text if value.label == "basis" => {
            html! { <span class="text">{ basis::place(&value.text, pen.lang) }</span> }
        }
        ValueKind::Text => html! { <span class="text">{ &value.text }</span> },
    }
}
