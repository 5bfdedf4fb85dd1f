//! One line that is always true: which chain is in hand, how far, how old, and whether the browser is online.

use crate::ui::route::Route;
use crate::ui::state::{Engine, State};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{headers, verdict};
use yew::prelude::*;

/// Draws the status pill.
pub fn status_pill(page: &State) -> Html {
    let chain = page.pill_chain();
    let silence = chain.and_then(|chain| page.headers.silent(&chain.network));
    let pill = verdict::pill(chain, page.online, page.now, page.lang);
    let (state, text) = match (&page.engine, chain, page.online, silence) {
        (Engine::Dead { .. }, ..) => ("dead", Text::Dead.in_lang(page.lang).to_owned()),
        (_, None, ..) => ("none", pill),
        (_, _, true, Some(alarm)) => ("alarm", format!("{pill} · {}", headers::silence(alarm, page.lang))),
        (_, _, true, None) => ("live", pill),
        (_, _, false, _) => ("offline", pill),
    };
    html! {
        <p id="status-pill" class="pill" data-state={state}>
            <a href={Route::Headers.fragment()}>{ text }</a>
        </p>
    }
}
