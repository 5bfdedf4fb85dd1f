//! The front door: the invitation, and nothing else.

use crate::ui::components::drop_zone::drop_zone;
use crate::ui::components::link_box::LinkBox;
use crate::ui::components::pen::Pen;
use crate::ui::components::sample_list::sample_list;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws the front door.
pub fn front(pen: &Pen) -> Html {
    html! {
        <div class="front" data-page="front">
            <section class="invitation">
                <h1 id="headline" tabindex="-1">{ pen.say(Text::FrontTitle) }</h1>
                <p class="lead">{ pen.say(Text::FrontLead) }</p>
                <LinkBox pen={pen.clone()} />
                { drop_zone(pen) }
            </section>
            { sample_list(pen.lang) }
            <section class="does" aria-labelledby="does-title">
                <h2 id="does-title">{ pen.say(Text::Does) }</h2>
                <ul>
                    <li>{ pen.say(Text::DoesOne) }</li>
                    <li>{ pen.say(Text::DoesTwo) }</li>
                    <li>{ pen.say(Text::DoesThree) }</li>
                </ul>
            </section>
        </div>
    }
}
