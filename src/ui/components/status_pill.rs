//! One line that is always true: which chain is in hand, how far, how old, and whether the browser is online.

use crate::ui::route::Route;
use crate::ui::state::{Engine, State};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::verdict;
use yew::prelude::*;

/// Draws the status pill.
pub fn status_pill(page: &State) -> Html {
    let chain = page.pill_chain();
    let (state, text) = match (&page.engine, chain, page.online) {
        (Engine::Dead { .. }, ..) => ("dead", Text::Dead.in_lang(page.lang).to_owned()),
        (_, None, _) => ("none", verdict::pill(None, page.online, page.now, page.lang)),
        (_, chain, true) => ("live", verdict::pill(chain, true, page.now, page.lang)),
        (_, chain, false) => ("offline", verdict::pill(chain, false, page.now, page.lang)),
    };
    html! {
        <p id="status-pill" class="pill" data-state={state}>
            <a href={Route::Headers.fragment()}>{ text }</a>
        </p>
    }
}
