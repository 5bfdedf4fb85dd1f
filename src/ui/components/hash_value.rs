//! A hash, key or transaction id: its two ends, and a button that copies it whole.

use super::icon::{Icon, icon};
use super::pen::Pen;
use crate::ui::intent::Intent;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::format;
use yew::prelude::*;

/// Draws a hash; `what` says what it is, for the button's name.
pub fn hash_value(text: &str, what: &str, pen: &Pen) -> Html {
    copyable(text, format::shortened(text), what, pen)
}

/// Draws a block's hash by its end: its beginning is noughts, which tell nothing.
pub fn hash_end(text: &str, what: &str, pen: &Pen) -> Html {
    copyable(text, format::end_of(text), what, pen)
}

/// Draws a hash whole, to be compared with another.
pub fn hash_whole(text: &str, what: &str, pen: &Pen) -> Html {
    copyable(text, text.to_owned(), what, pen)
}

fn copyable(text: &str, short: String, what: &str, pen: &Pen) -> Html {
    let name = format!("{}: {what}", pen.say(Text::Copy));
    html! {
        <span class="hash">
            <code title={text.to_owned()}>
                <span class="short">{ short }</span>
                <span class="whole print-only">{ text.to_owned() }</span>
            </code>
            <button type="button" class="quiet small" aria-label={name.clone()} title={name}
                onclick={pen.on(Intent::Copy(text.to_owned()))}>
                { icon(Icon::Copy) }
            </button>
        </span>
    }
}
