//! The rules of the trade: broken ones open, those held and those not checked folded.

use super::icon::{Icon, icon};
use super::pen::Pen;
use super::step_item::{outcome_icon, outcome_name};
use crate::proof::report::Outcome;
use crate::proof::trade_view::{BreachView, RuleView};
use crate::trade::rule::Severity;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{Lang, line, said};
use yew::prelude::*;

/// Draws the rules.
pub fn rule_list(rules: &[RuleView], pen: &Pen) -> Html {
    // What weighs comes first; what holds and what was not checked is folded.
    let weighing = rules.iter().take_while(|rule| rule.weight.is_some()).count();
    let (first, rest) = rules.split_at(weighing);
    html! {
        <div class="rules">
            <ul>{ for first.iter().map(|rule| rule_item(rule, pen)) }</ul>
            <details hidden={rest.is_empty()}>
                <summary>{ pen.say(Text::RulesTitle) }<span class="count">{ rules.len() }</span></summary>
                <ul>{ for rest.iter().map(|rule| rule_item(rule, pen)) }</ul>
            </details>
        </div>
    }
}

fn weight_name(weight: Option<Severity>) -> &'static str {
    match weight {
        None => "none",
        Some(Severity::Information) => "information",
        Some(Severity::Warning) => "warning",
        Some(Severity::Error) => "error",
    }
}

fn rule_item(rule: &RuleView, pen: &Pen) -> Html {
    // What only warns has not passed without a word: no tick beside it.
    let (word, seal) = match (rule.outcome, rule.weight) {
        (Outcome::Passed, Some(_)) => (Text::ToMind, Icon::Caution),
        (outcome, _) => (line::outcome(outcome), outcome_icon(outcome)),
    };
    let lack = |lack| html! { <li>{ said(lack, pen.lang) }</li> };
    html! {
        <li key={rule.rule.clone()} data-rule={rule.rule.clone()} data-outcome={outcome_name(rule.outcome)}
            data-weight={weight_name(rule.weight)}>
            <p class="rule">
                <span class="seal">{ icon(seal) }</span>
                <code class="code">{ &rule.rule }</code>{ " " }
                <span>{ said(&rule.words, pen.lang) }</span>{ " " }
                <em>{ pen.say(word) }</em>
            </p>
            <ul class="lacks">{ for rule.lacks.iter().map(lack) }</ul>
            <div>{ for rule.breaches.iter().map(|breach| breach_item(breach, pen)) }</div>
            <p class="more" hidden={rule.more == 0}>{ "+ " }{ rule.more }</p>
        </li>
    }
}

/// What was expected and what was found, in the reader's language.
pub fn compared(breach: &BreachView, lang: Lang) -> (&str, &str) {
    match lang {
        Lang::En => (&breach.expected, &breach.found),
        Lang::Zh => (&breach.expected_zh, &breach.found_zh),
    }
}

fn breach_item(breach: &BreachView, pen: &Pen) -> Html {
    let (expected, found) = compared(breach, pen.lang);
    let row = |text: Text, value: &str| {
        html! { <div><dt>{ pen.say(text) }</dt><dd><code>{ value.to_owned() }</code></dd></div> }
    };
    html! {
        <dl class="facts" data-weight={weight_name(Some(breach.weight))}>
            { row(Text::Where, &breach.places.join(" · ")) }
            { row(Text::Expected, expected) }
            { row(Text::Found, found) }
        </dl>
    }
}
