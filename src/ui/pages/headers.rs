//! Block headers: how far each network is, where its headers come from, and what the reader can change about that.

use crate::client::message::{Reorganized, SourceStatus};
use crate::ui::components::add_source::AddSource;
use crate::ui::components::header_drop::header_drop;
use crate::ui::components::mark::{MarkState, mark};
use crate::ui::components::network_card::{Around, condition_name, network_card};
use crate::ui::components::pen::Pen;
use crate::ui::headers::{Condition, Overview};
use crate::ui::state::{Engine, State};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::headers;
use yew::prelude::*;

/// Draws the page of headers.
pub fn headers_page(page: &State, pen: &Pen) -> Html {
    let lang = pen.lang;
    let known = &page.headers;
    let leading = known.leading(&page.chains);
    let condition = leading.as_ref().map_or(Condition::Empty, |leading| leading.condition(page.online));
    let sentence = match (&page.engine, &leading) {
        (Engine::Dead { .. }, _) => pen.say(Text::Dead).to_owned(),
        (_, Some(leading)) => headers::sentence(leading, page.online, page.now, lang),
        (_, None) => lang.of(headers::NONE).to_owned(),
    };
    let card = |overview: &Overview| {
        let network = overview.network.as_str();
        let sources: Vec<&SourceStatus> =
            known.sources.iter().filter(|status| status.source.network == network).collect();
        let reorganizations: Vec<&Reorganized> =
            known.reorganizations.iter().filter(|found| found.network == network).collect();
        let around = Around {
            sources: &sources,
            reorganizations: &reorganizations,
            genesis_check: known.genesis_checks.iter().find(|check| check.network == network),
            storage: known.storage.iter().find(|status| status.network == network),
            persistence: known.persistence,
            is_leading: leading.as_ref().is_some_and(|leading| leading.network == network),
            online: page.online,
            now: page.now,
        };
        network_card(overview, around, pen)
    };
    let handed = known.handed.as_ref();
    html! {
        <article class="headers" data-page="headers" data-condition={condition_name(condition)}>
            <header class="standing-now">
                { mark(mark_of(condition)) }
                <h1 id="headline" tabindex="-1">
                    <span class="thing">{ lang.of(headers::PLACE) }</span>
                    <span class="finding">{ sentence }</span>
                </h1>
                <p class="hint">{ lang.of(headers::LEAD) }</p>
            </header>
            <div class="networks-in-hand">{ for known.overviews(&page.chains).iter().map(card) }</div>
            { header_drop(handed, page.handed(), pen) }
            <div class="add-place"><AddSource key={known.added} refused={known.refused.clone()} pen={pen.clone()} /></div>
        </article>
    }
}

fn mark_of(condition: Condition) -> MarkState {
    match condition {
        Condition::InHand | Condition::Looking => MarkState::Whole,
        Condition::Empty
        | Condition::Running
        | Condition::Paused
        | Condition::Cancelled
        | Condition::Stalled
        | Condition::Offline
        | Condition::Alarm => MarkState::Open,
    }
}
