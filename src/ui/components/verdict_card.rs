//! The answer: mark, the thing, one sentence, the four lines at a glance, and what can be done.

use super::actions::actions;
use super::icon::icon;
use super::line_card::{line_element, line_name};
use super::mark::{MarkState, mark};
use super::pen::Pen;
use super::step_item::{outcome_icon, outcome_name};
use crate::browser::clock;
use crate::proof::report::{Conclusion, LineReport};
use crate::ui::intent::Intent;
use crate::ui::verification::Answer;
use crate::ui::withholding::proof_of;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{format, line, verdict};
use yew::prelude::*;

/// The name of a conclusion in the page, for styles and tests.
#[must_use]
pub fn conclusion_name(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::Genuine => "genuine",
        Conclusion::GenuineNotProvenCurrent => "genuine-not-proven-current",
        Conclusion::AgainstRules => "against-rules",
        Conclusion::Stamped => "stamped",
        Conclusion::Intact => "intact",
        Conclusion::NotGenuine => "not-genuine",
        Conclusion::CannotTell => "cannot-tell",
        Conclusion::Unreadable => "unreadable",
    }
}

/// Draws the answer.
pub fn verdict_card(answer: &Answer, has_link: bool, pen: &Pen) -> Html {
    let (lang, report) = (pen.lang, &answer.report);
    let holds = proof_of(answer).is_some();
    let undecided = report.conclusion == Conclusion::CannotTell;
    // Nothing was read: there is nothing to take away.
    let readable = report.conclusion != Conclusion::Unreadable;
    let block = report.chain.as_ref().and_then(|chain| chain.block.as_ref());
    let place = block.map(|block| {
        let median = block.median_time.map(|at| format::moment(at, clock::offset_minutes(at), lang));
        format!("{}{}", verdict::in_block(block.height, median, lang), lang.of([".", "。"]))
    });
    let thing = verdict::thing(report, lang);
    let made = verdict::checked_at(format::moment(report.made_at, clock::offset_minutes(report.made_at), lang), lang);
    let glance = |found: &LineReport| {
        html! {
            <li key={line_name(found.line)} data-glance={line_name(found.line)} data-outcome={outcome_name(found.outcome)}>
                <button type="button" class="quiet" onclick={pen.on(Intent::Visit(line_element(found.line)))}>
                    <span class="seal">{ icon(outcome_icon(found.outcome)) }</span>
                    <span class="glance-name">{ line::name(found.line).in_lang(lang) }</span>
                    <span class="glance-outcome">{ line::outcome(found.outcome).in_lang(lang) }</span>
                </button>
            </li>
        }
    };
    html! {
        <section id="verdict" class="verdict" data-conclusion={conclusion_name(report.conclusion)}>
            { mark(MarkState::of(report.conclusion)) }
            <div class="answer">
                <h1 id="headline" tabindex="-1">
                    <span class="thing">{ thing }</span>
                    <span class="finding">{ verdict::finding(report, lang) }</span>
                </h1>
                <p class="place" hidden={place.is_none()}>{ place }</p>
                <p class="made hint">{ made }</p>
            </div>
            <div class="actions-place">
                { for readable.then(|| actions(answer.proof.is_some(), has_link, holds, undecided, pen)) }
            </div>
            <ul class="glance" aria-label={Text::FourChecks.in_lang(lang)}>{ for report.lines.iter().map(glance) }</ul>
        </section>
    }
}
