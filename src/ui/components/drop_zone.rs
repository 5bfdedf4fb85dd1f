//! Where files are chosen. Dropping works on the whole page; this is what says so, and the button for who cannot drag.

use super::icon::{Icon, icon};
use super::pen::Pen;
use crate::browser::files::{HandedFile, chosen};
use crate::ui::intent::Intent;
use crate::ui::wording::Every;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws the place for files.
pub fn drop_zone(pen: &Pen) -> Html {
    html! {
        <section class="drop-zone" aria-labelledby="drop-title">
            { icon(Icon::Files) }
            <div>
                <h2 id="drop-title">
                    <span class="when-idle">{ pen.say(Text::DropTitle) }</span>
                    <span class="when-over">{ pen.say(Text::DropNow) }</span>
                </h2>
                <p class="hint">{ pen.say(Text::DropHint) }</p>
            </div>
            { file_button("files", Text::DropButton.every(), Intent::OpenFiles, pen) }
        </section>
    }
}

/// Draws a button that chooses files and wishes something with them.
pub fn file_button(id: &'static str, text: Every, wish: fn(Vec<HandedFile>) -> Intent, pen: &Pen) -> Html {
    let act = pen.act.clone();
    let change = move |event: Event| {
        let files = event.target_dyn_into::<web_sys::HtmlInputElement>().map(|input| chosen(&input));
        if let Some(files) = files.filter(|files| !files.is_empty()) {
            act.emit(wish(files));
        }
    };
    html! {
        <span class="file-button">
            <input {id} type="file" multiple=true onchange={change} />
            <label for={id}>{ pen.lang.of(text) }</label>
        </span>
    }
}
