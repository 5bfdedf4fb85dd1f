//! Who signed, and which registry vouches for it; an unknown registry can be taken for known here, after a question.

use super::hash_value::hash_value;
use super::icon::{Icon, icon};
use super::pen::Pen;
use crate::proof::report::{RegistryView, SignerView};
use crate::ui::intent::Intent;
use crate::ui::state::Pin;
use crate::ui::wording::chrome::Text;
use yew::prelude::*;

/// Draws signer and registry, as far as an answer knows them.
pub fn registry_card(signer: Option<&SignerView>, registry: Option<&RegistryView>, pen: &Pen) -> Html {
    let row = |name: &'static str, text: Text, value: Html| {
        html! { <div key={name} data-who={name}><dt>{ pen.say(text) }</dt><dd>{ value }</dd></div> }
    };
    let hash = |text: &str, what: Text| hash_value(text, pen.say(what), pen);
    let mut rows = Vec::new();
    if let Some(signer) = signer {
        if let Some(party) = &signer.party_name {
            let code = signer.party_code.iter().map(|code| html! { <code class="code">{ code }</code> });
            rows.push(row("party", Text::Party, html! { <>{ party }{ for code }</> }));
        }
        rows.push(row("key", Text::SignedWith, hash(&signer.key_id, Text::SignedWith)));
    }
    if let Some(registry) = registry {
        rows.push(row("registry", Text::RegistryName, html! { <>{ &registry.name }</> }));
        rows.push(row("policy", Text::RegistryKey, hash(&registry.policy_hash, Text::RegistryKey)));
    }
    let unknown = registry.filter(|registry| !registry.known);
    html! {
        <div class="who">
            <dl class="facts">{ for rows }</dl>
            <div>
                { for unknown.map(|registry| html! { <RegistryPin registry={registry.clone()} pen={pen.clone()} /> }) }
            </div>
        </div>
    }
}

/// Properties of [`RegistryPin`].
#[derive(Debug, Clone, PartialEq, Properties)]
pub struct PinProps {
    /// The unknown registry.
    pub registry: RegistryView,
    /// Draws it.
    pub pen: Pen,
}

/// The question whether the reader knows this registry. It asks before it remembers.
#[component]
pub fn RegistryPin(props: &PinProps) -> Html {
    let asking = use_state(|| false);
    let registry = &props.registry;
    let pen = &props.pen;
    let ask = |open: bool| {
        let asking = asking.clone();
        move |_: MouseEvent| asking.set(open)
    };
    let confirm = {
        let (act, asking) = (pen.act.clone(), asking.clone());
        let pin = Pin {
            name: registry.name.clone(),
            policy_hash: registry.policy_hash.clone(),
            policy_text: registry.policy_text.clone(),
        };
        move |_: MouseEvent| {
            asking.set(false);
            act.emit(Intent::Pin(pin.clone()));
        }
    };
    html! {
        <div class="pin">
            <button type="button" id="pin" aria-expanded={if *asking { "true" } else { "false" }} aria-controls="pin-question"
                onclick={ask(!*asking)}>
                { icon(Icon::Pin) }{ pen.say(Text::Pin) }
            </button>
            <div id="pin-question" class="question" hidden={!*asking} role="group" aria-labelledby="pin-title">
                <h4 id="pin-title">{ pen.say(Text::PinTitle) }</h4>
                <p>{ pen.say(Text::PinLead) }</p>
                <dl class="facts">
                    <div><dt>{ pen.say(Text::RegistryName) }</dt><dd>{ &registry.name }</dd></div>
                    <div><dt>{ pen.say(Text::RegistryLog) }</dt><dd>{ &registry.log_origin }</dd></div>
                    <div><dt>{ pen.say(Text::RegistryKey) }</dt><dd><code class="wrap">{ &registry.policy_hash }</code></dd></div>
                </dl>
                <p class="buttons">
                    <button type="button" id="pin-confirm" class="main" onclick={confirm}>{ pen.say(Text::PinConfirm) }</button>
                    <button type="button" id="pin-cancel" onclick={ask(false)}>{ pen.say(Text::PinCancel) }</button>
                </p>
            </div>
        </div>
    }
}
