//! A verification: waited for, answered, refused or stopped.

use crate::proof::report::{LineId, LineReport, Problem};
use crate::ui::components::chain_strip::{below, chain_strip};
use crate::ui::components::draft_card::drafts_card;
use crate::ui::components::flow_table::flow_table;
use crate::ui::components::line_card::line_card;
use crate::ui::components::mark::{MarkState, mark};
use crate::ui::components::pen::Pen;
use crate::ui::components::problem_note::problem_note;
use crate::ui::components::progress::progress;
use crate::ui::components::record_card::record_card;
use crate::ui::components::registry_card::registry_card;
use crate::ui::components::remote_offer::remote_offer;
use crate::ui::components::rule_list::rule_list;
use crate::ui::components::trade_card::{answers_card, timeline_card, tree_card};
use crate::ui::components::verdict_card::verdict_card;
use crate::ui::components::withhold_panel::withhold_panel;
use crate::ui::intent::Intent;
use crate::ui::route::Route;
use crate::ui::verification::{Answer, Given, Phase, Verification};
use crate::ui::withholding::Withholding;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{compared, line, problem, verdict};
use yew::prelude::*;

/// Draws a verification; `held` are the fields being withheld from its proof.
pub fn verification_page(verification: &Verification, held: Option<&Withholding>, pen: &Pen) -> Html {
    let (name, body) = match &verification.phase {
        Phase::Queued => ("waiting", progress(None, pen)),
        Phase::Running(running) => ("waiting", progress(Some(running), pen)),
        Phase::Done(answer) => {
            let has_link = answer.link.is_some() || matches!(verification.given, Given::Link(_));
            ("verdict", answered(answer, has_link, held, pen))
        }
        Phase::Drafted(drafts) => ("drafts", drafts_card(drafts, pen)),
        Phase::Refused(problem) => ("refused", no_answer(Text::RefusedTitle, Some(problem), pen)),
        Phase::Stopped => ("stopped", no_answer(Text::StoppedTitle, None, pen)),
    };
    let title = match &verification.given {
        Given::Sample(sample) => sample.title(pen.lang),
        Given::Link(_) | Given::Files(_) => "",
    };
    html! {
        <div class="verify" data-page={name}>
            <p class="crumb">
                <a href={Route::Front.fragment()}>{ pen.say(Text::Another) }</a>
                <span class="sample-title">{ title }</span>
            </p>
            <div key={format!("{name}-{}", verification.id.0)}>{ body }</div>
        </div>
    }
}

fn again(pen: &Pen) -> Html {
    html! { <button type="button" class="again" onclick={pen.on(Intent::Again)}>{ pen.say(Text::TryAgain) }</button> }
}

fn note(found: &Problem, pen: &Pen) -> Html {
    let (sentence, advice) = problem::words(found, pen.lang);
    problem_note(found, sentence.to_owned(), advice, pen)
}

fn no_answer(title: Text, found: Option<&Problem>, pen: &Pen) -> Html {
    html! {
        <section class="card no-answer">
            { mark(MarkState::Open) }
            <h1 id="headline" tabindex="-1">{ pen.say(title) }</h1>
            <div>{ for found.map(|found| note(found, pen)) }</div>
            <p hidden={found.is_some()}>{ pen.say(Text::StoppedLead) }</p>
            <p>{ again(pen) }</p>
        </section>
    }
}

/// The verdict, top to bottom: the sentence, the record, the four lines, the chain.
fn answered(answer: &Answer, has_link: bool, held: Option<&Withholding>, pen: &Pen) -> Html {
    let (lang, report) = (pen.lang, &answer.report);
    let card = |found: &LineReport| {
        let sentence = line::sentence(found, report, lang);
        let who = || registry_card(report.signer.as_ref(), report.registry.as_ref(), pen);
        let beside = match found.line {
            LineId::WhoSigned => who(),
            LineId::MakesSense => html! { <>{ for report.trade.iter().map(|trade| rule_list(&trade.rules, pen)) }</> },
            LineId::Unchanged | LineId::Status => html! {},
        };
        line_card(&compared::in_language(found, report.trade.as_ref(), lang), sentence, beside, pen)
    };
    let readable = report.unreadable.is_none();
    let has_record = report.record.is_some() || report.document.is_some();
    let chain = report.chain.as_ref().map(|chain| chain_strip(chain, &below(report, lang), lang));
    let trade = report.trade.as_ref();
    let aside = (!report.left_aside.is_empty()).then(|| verdict::left_aside(&report.left_aside, lang));
    html! {
        <article class="answered" data-readable={if readable { "true" } else { "false" }}>
            { verdict_card(answer, has_link, pen) }
            <div>{ for held.map(|held| withhold_panel(held, pen)) }</div>
            <div class="unreadable">{ for report.unreadable.iter().map(|found| note(found, pen)) }</div>
            <div>{ for report.unreadable.as_ref().and_then(|found| remote_offer(found, pen)) }</div>
            <p class="aside hint" hidden={aside.is_none()}>{ aside }</p>
            <div class="columns">
                <div class="column-record">
                    <div>{ for trade.map(|trade| answers_card(trade, pen)) }</div>
                    <div>{ for trade.map(|trade| tree_card(&trade.tree, pen)) }</div>
                    <div>{ for has_record.then(|| record_card(report, lang)) }</div>
                    <div>{ for trade.map(|trade| timeline_card(&trade.timeline, pen)) }</div>
                </div>
                <div class="column-checks">
                    <section class="lines" aria-labelledby="lines-title">
                        <h2 id="lines-title">{ pen.say(Text::FourChecks) }</h2>
                        <div>{ for report.lines.iter().map(card) }</div>
                    </section>
                    <div>{ for chain }</div>
                </div>
            </div>
            <div class="flows-place">{ for trade.map(|trade| flow_table(&trade.flows, pen)) }</div>
            <p class="print-only">{ pen.say(Text::PrintedBy) }</p>
        </article>
    }
}
