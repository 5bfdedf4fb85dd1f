//! Why something did not pass: where, what was expected, what was found, and what to do.

use super::pen::Pen;
use crate::proof::report::Problem;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws a problem: what it means in a sentence, and what to do.
pub fn problem_note(problem: &Problem, sentence: String, advice: &'static str, pen: &Pen) -> Html {
    let Problem { code, field, expected, found, detail } = problem;
    let comparing = !expected.is_empty() || !found.is_empty();
    let facts = [
        ("field", Text::Where, field, !field.is_empty()),
        ("expected", Text::Expected, expected, comparing),
        ("found", Text::Found, found, comparing),
        ("detail", Text::DetailEnglish, detail, !detail.is_empty()),
    ];
    let row = |(name, text, value, _): (&'static str, Text, &String, bool)| {
        let value = if value.is_empty() { pen.say(Text::Nothing).to_owned() } else { value.clone() };
        html! { <div key={name}><dt>{ pen.say(text) }</dt><dd><code data-problem={name}>{ value }</code></dd></div> }
    };
    html! {
        <div class="problem" data-code={code.clone()}>
            <p class="sentence">{ sentence }</p>
            <dl class="facts">{ for facts.into_iter().filter(|(.., shown)| *shown).map(row) }</dl>
            <p class="advice"><strong>{ pen.say(Text::WhatToDo) }{ ": " }</strong>{ advice }</p>
        </div>
    }
}
