//! The samples as short stories, each with its outcome named.

use super::mark::{MarkState, mark};
use crate::ui::route::Route;
use crate::ui::wording::Lang;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::samples::{Expectation, SampleId};
use yew::prelude::*;

/// Draws the list of samples.
pub fn sample_list(lang: Lang) -> Html {
    let item = |sample: SampleId| {
        let (state, name) = match sample.expectation() {
            Expectation::Holds => (MarkState::Whole, "holds"),
            Expectation::Fails => (MarkState::Broken, "fails"),
            Expectation::Undecided => (MarkState::Open, "undecided"),
        };
        html! {
            <li key={sample.name()}>
                <a href={Route::Sample(sample).fragment()} data-sample={sample.name()} data-expect={name}>
                    { mark(state) }
                    <span>
                        <strong>{ sample.title(lang) }</strong>
                        <span class="story">{ sample.story(lang) }</span>
                    </span>
                </a>
            </li>
        }
    };
    html! {
        <section class="samples" aria-labelledby="samples-title">
            <h2 id="samples-title">{ Text::Samples.in_lang(lang) }</h2>
            <p class="hint">{ Text::SamplesLead.in_lang(lang) }</p>
            <ul>{ for SampleId::ALL.into_iter().map(item) }</ul>
        </section>
    }
}
