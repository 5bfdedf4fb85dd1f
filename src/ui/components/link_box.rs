//! Where a proof link is pasted. A pasted link opens at once; the button is for typed ones and for who prefers buttons.

use super::pen::Pen;
use crate::browser::clipboard;
use crate::ui::intent::Intent;
use crate::ui::route::Route;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Properties of [`LinkBox`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct Props {
    /// Draws it.
    pub pen: Pen,
}

/// What a text asks for: a link's place, or the text of a proof file.
fn wish(text: &str) -> Option<Intent> {
    match Route::of_pasted(text) {
        Some(route) => Some(Intent::Open(route)),
        None if text.trim_start().starts_with('{') => Some(Intent::OpenText(text.to_owned())),
        None => None,
    }
}

/// The box for a link.
#[component]
pub fn LinkBox(props: &Props) -> Html {
    let field = use_node_ref();
    let wrong = use_state(|| false);
    let pen = &props.pen;
    let submit = {
        let (act, field, wrong) = (pen.act.clone(), field.clone(), wrong.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let text = field.cast::<web_sys::HtmlTextAreaElement>().map(|field| field.value()).unwrap_or_default();
            match wish(&text) {
                Some(intent) => act.emit(intent),
                None => wrong.set(true),
            }
        }
    };
    let paste = {
        let act = pen.act.clone();
        move |event: Event| {
            if let Some(intent) = clipboard::pasted(&event).as_deref().and_then(wish) {
                event.prevent_default();
                act.emit(intent);
            }
        }
    };
    let input = {
        let wrong = wrong.clone();
        move |_: InputEvent| wrong.set(false)
    };
    html! {
        <form class="link-box" onsubmit={submit} novalidate=true>
            <label for="link">{ pen.say(Text::LinkLabel) }</label>
            <p id="link-hint" class="hint">{ pen.say(Text::LinkHint) }</p>
            <div class="link-row">
                <textarea id="link" ref={field} rows="1" spellcheck="false" autocomplete="off" autocapitalize="off"
                    aria-describedby="link-hint link-wrong" aria-invalid={if *wrong { "true" } else { "false" }} placeholder="https://…/#/v/1.…"
                    onpaste={paste} oninput={input} />
                <button type="submit" id="verify" class="main">{ pen.say(Text::LinkButton) }</button>
            </div>
            <p id="link-wrong" class="wrong" role="alert">{ if *wrong { pen.say(Text::LinkNone) } else { "" } }</p>
        </form>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_and_proof_files_are_told_apart() {
        assert_eq!(wish("x#/v/1.AA"), Some(Intent::Open(Route::Proof("/v/1.AA".into()))));
        assert_eq!(wish(" {\"format\""), Some(Intent::OpenText(" {\"format\"".into())));
        assert_eq!(wish("hello"), None);
    }
}
