//! An address that leads nowhere, or to files that are gone.

use crate::ui::route::Route;
use crate::ui::wording::Lang;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws that there is nothing here; `files_gone` when it is files that are gone, and not the page.
pub fn not_found(files_gone: bool, lang: Lang) -> Html {
    let (name, title, lead) = if files_gone {
        ("files-gone", Text::FilesGoneTitle, Text::FilesGoneLead)
    } else {
        ("not-found", Text::NotFoundTitle, Text::NotFoundLead)
    };
    html! {
        <section class="notice-page card" data-page={name}>
            <h1 id="headline" tabindex="-1">{ title.in_lang(lang) }</h1>
            <p>{ lead.in_lang(lang) }</p>
            <p><a class="button main" href={Route::Front.fragment()}>{ Text::GoFront.in_lang(lang) }</a></p>
        </section>
    }
}
