//! What can be done with a verdict: export, copy its link, print.

use super::drop_zone::file_button;
use super::icon::{Icon, icon};
use super::pen::Pen;
use crate::client::message::ExportKind;
use crate::ui::intent::Intent;
use crate::ui::withholding::Wish;
use crate::ui::wording::chrome::Text;
use crate::ui::wording::withhold;
use yew::prelude::*;

/// Draws the row of actions; from a proof that `holds` fields can be withheld, and an answer that is `undecided` can be asked for again, with more files.
pub fn actions(has_proof: bool, has_link: bool, holds: bool, undecided: bool, pen: &Pen) -> Html {
    html! {
        <div class="actions" role="group">
            <ExportMenu {has_proof} pen={pen.clone()} />
            <button type="button" id="copy-link" disabled={!has_link} onclick={pen.on(Intent::CopyLink)}>
                { icon(Icon::Link) }{ pen.say(Text::CopyLink) }
            </button>
            <button type="button" id="withhold-open" hidden={!holds} onclick={pen.on(Intent::Withhold(Wish::Open))}>
                { icon(Icon::Withheld) }{ pen.lang.of(withhold::TITLE) }
            </button>
            <button type="button" id="print" onclick={pen.on(Intent::Print)}>
                { icon(Icon::Print) }{ pen.say(Text::Print) }
            </button>
            <span class="undecided" hidden={!undecided}>
                <button type="button" class="again" onclick={pen.on(Intent::Again)}>{ pen.say(Text::TryAgain) }</button>
                { file_button("add-files", Text::AddFiles.every(), Intent::AddFiles, pen) }
            </span>
        </div>
    }
}

/// Properties of [`ExportMenu`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct MenuProps {
    /// Whether there is a proof file to save.
    pub has_proof: bool,
    /// Draws it.
    pub pen: Pen,
}

/// The ways to export, behind one button. Escape and leaving it close it.
#[component]
pub fn ExportMenu(props: &MenuProps) -> Html {
    let open = use_state(|| false);
    let root = use_node_ref();
    let pen = &props.pen;
    let toggle = {
        let open = open.clone();
        move |_: MouseEvent| open.set(!*open)
    };
    let escape = {
        let open = open.clone();
        move |event: KeyboardEvent| {
            if event.key() == "Escape" && *open {
                open.set(false);
                crate::browser::document::focus("export");
            }
        }
    };
    let leave = {
        let (open, root) = (open.clone(), root.clone());
        move |event: FocusEvent| {
            let to = event.related_target().and_then(|to| wasm_bindgen::JsCast::dyn_into::<web_sys::Node>(to).ok());
            let stays = root.get().is_some_and(|root| to.is_some() && root.contains(to.as_ref()));
            if !stays {
                open.set(false);
            }
        }
    };
    let item = |id: &'static str, kind: ExportKind, name: Text, hint: Text, there: bool| {
        let (act, open) = (pen.act.clone(), open.clone());
        let export = move |_: MouseEvent| {
            open.set(false);
            act.emit(Intent::Export(kind));
        };
        html! {
            <li>
                <button type="button" {id} disabled={!there} onclick={export}>
                    <span>{ pen.say(name) }</span><span class="hint">{ pen.say(hint) }</span>
                </button>
            </li>
        }
    };
    html! {
        <div class="menu" ref={root} onkeydown={escape} onfocusout={leave}>
            <button type="button" id="export" class="main" aria-expanded={if *open { "true" } else { "false" }} aria-controls="export-menu"
                onclick={toggle}>
                { icon(Icon::Export) }{ pen.say(Text::Export) }{ icon(Icon::Chevron) }
            </button>
            <ul id="export-menu" hidden={!*open} tabindex="-1">
                { item("export-proof", ExportKind::Proof, Text::ExportProof, Text::ExportProofHint, props.has_proof) }
                { item("export-report", ExportKind::Report, Text::ExportJson, Text::ExportJsonHint, true) }
                { item("export-table", ExportKind::Table, Text::ExportCsv, Text::ExportCsvHint, true) }
            </ul>
        </div>
    }
}
