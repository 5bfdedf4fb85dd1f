//! How it works, what the words mean, and the registries the reader knows.

use crate::ui::components::hash_value::hash_value;
use crate::ui::components::pen::Pen;
use crate::ui::intent::Intent;
use crate::ui::state::Pin;
use crate::ui::wording::about::{LEAD, SECTIONS, Section, TITLE};
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws how it works, and the registries the reader pinned.
pub fn about(pins: &[Pin], pen: &Pen) -> Html {
    let lang = pen.lang;
    let section = |section: &Section| {
        let items = section.items.iter().map(|item| html! { <li key={item[0]}>{ lang.of(*item) }</li> });
        let list = if section.numbered {
            html! { <ol>{ for items }</ol> }
        } else {
            html! { <ul>{ for items }</ul> }
        };
        html! { <section key={section.title[0]}><h2>{ lang.of(section.title) }</h2>{ list }</section> }
    };
    let pin = |pin: &Pin| {
        html! {
            <li key={pin.policy_hash.clone()} data-pin={pin.policy_hash.clone()}>
                <strong>{ &pin.name }</strong>
                { hash_value(&pin.policy_hash, pen.say(Text::RegistryKey), pen) }
                <button type="button" class="unpin" onclick={pen.on(Intent::Unpin(pin.policy_hash.clone()))}>
                    { pen.say(Text::Unpin) }
                </button>
            </li>
        }
    };
    html! {
        <article class="about prose" data-page="about">
            <h1 id="headline" tabindex="-1">{ lang.of(TITLE) }</h1>
            <p class="lead">{ lang.of(LEAD) }</p>
            <div>{ for SECTIONS.iter().map(section) }</div>
            <section id="pins">
                <h2>{ pen.say(Text::PinnedTitle) }</h2>
                <p hidden={!pins.is_empty()}>{ pen.say(Text::PinnedNone) }</p>
                <ul class="pins">{ for pins.iter().map(pin) }</ul>
            </section>
        </article>
    }
}
