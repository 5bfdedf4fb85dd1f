//! The head of every page: mark and name, places, language, colours, and the status pill.

use super::icon::{Icon, icon};
use super::mark::{MarkState, mark};
use super::pen::Pen;
use super::status_pill::status_pill;
use crate::ui::intent::Intent;
use crate::ui::route::Route;
use crate::ui::state::{State, Theme};
use crate::ui::wording::chrome::Text;
use crate::ui::wording::{Lang, headers};
use yew::prelude::*;

/// Draws the head of the page.
pub fn header(page: &State, pen: &Pen) -> Html {
    let place = |route: Route, text: &'static str| {
        let current = (page.route == route).then_some("page");
        html! { <a href={route.fragment()} aria-current={current}>{ text }</a> }
    };
    let language = |choice: Lang| {
        html! {
            <button type="button" class="quiet" lang={choice.tag()} data-lang={choice.tag()}
                aria-pressed={if choice == pen.lang { "true" } else { "false" }} onclick={pen.on(Intent::Language(choice))}>
                { choice.own_name() }
            </button>
        }
    };
    let (next, word) = match page.theme {
        Theme::Auto => (Theme::Light, Text::ThemeAuto),
        Theme::Light => (Theme::Dark, Text::ThemeLight),
        Theme::Dark => (Theme::Auto, Text::ThemeDark),
    };
    html! {
        <header class="head">
            <div class="head-row">
                <a class="brand" href={Route::Front.fragment()}>
                    { mark(MarkState::Whole) }
                    <span>{ pen.say(Text::Name) }</span>
                </a>
                <nav aria-label={pen.say(Text::MainNav)}>
                    { place(Route::Front, pen.say(Text::Verify)) }
                    { place(Route::Headers, pen.lang.of(headers::NAV)) }
                    { place(Route::About, pen.say(Text::About)) }
                </nav>
                <div class="settings">
                    <div role="group" aria-label={pen.say(Text::Language)} class="languages">
                        { for Lang::ALL.into_iter().map(language) }
                    </div>
                    <button type="button" id="theme" class="quiet" onclick={pen.on(Intent::Theme(next))}>
                        { icon(Icon::Theme) }
                        <span class="visually-hidden">{ pen.say(Text::Theme) }{ ": " }</span>{ pen.say(word) }
                    </button>
                </div>
            </div>
            { status_pill(page) }
        </header>
    }
}
