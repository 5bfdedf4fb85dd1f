//! A link to a proof kept elsewhere, when the proof is not at hand: its address may be asked, or its file handed in.

use super::drop_zone::file_button;
use super::pen::Pen;
use crate::proof::report::Problem;
use crate::ui::intent::Intent;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::withhold;
use yew::prelude::*;

/// Whether handing in the file would help.
#[must_use]
pub fn wants_file(found: &Problem) -> bool {
    found.code == "proof-kept-elsewhere" || can_be_handed_in(&found.code)
}

fn can_be_handed_in(code: &str) -> bool {
    ["remote-file-missing", "remote-not-found", "remote-no-answer", "remote-other-file"].contains(&code)
}

/// Draws what can be done; `None` where nothing can.
pub fn remote_offer(found: &Problem, pen: &Pen) -> Option<Html> {
    let lang = pen.lang;
    let ask = found.code == "proof-kept-elsewhere";
    let again = found.code == "remote-no-answer";
    wants_file(found).then(|| {
        html! {
            <div class="remote-offer" data-remote={found.code.clone()}>
                <p class="hint" hidden={!ask}>{ withhold::fetch_hint(&found.field, lang) }</p>
                <p class="buttons">
                    <button type="button" id="fetch-proof" class="main" hidden={!ask} onclick={pen.on(Intent::FetchProof)}>
                        { withhold::fetch_from(&found.field, lang) }
                    </button>
                    <button type="button" class="again" hidden={!again} onclick={pen.on(Intent::Again)}>{ pen.say(Text::TryAgain) }</button>
                    { file_button("add-proof", withhold::ADD_FILE, Intent::AddFiles, pen) }
                </p>
            </div>
        }
    })
}
