//! Ties withholding to the world: what was chosen is kept on this device, and the worker is asked what comes of it.

use crate::browser::{address, document, download, random};
use crate::client::message::Command;
use crate::crypto::hash::sha256;
use crate::encoding::encode_hex;
use crate::ui::bridge::Bridge;
use crate::ui::settings;
use crate::ui::state::{Action, Notice, State};
use crate::ui::verification::{Answer, Given, Phase};
use crate::ui::withholding::{Wish, Withholding, proof_of};
use std::collections::BTreeSet;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// Random bytes that one encryption takes: a key and a nonce.
const RANDOM_BYTES: usize = 44;

/// The answer shown, when fields can be withheld from its proof.
fn shown(state: &State) -> Option<(Given, Rc<Answer>)> {
    let found = state.shown()?;
    match &found.phase {
        Phase::Done(answer) if proof_of(answer).is_some() => Some((found.given.clone(), answer.clone())),
        _ => None,
    }
}

fn opened(given: Given, answer: &Answer, chosen: impl FnOnce(&str) -> Option<BTreeSet<String>>) -> Option<Withholding> {
    let of = encode_hex(&sha256(proof_of(answer)?.as_bytes()));
    let chosen = chosen(&of)?;
    Some(Withholding::new(given, of, address::without_fragment(), chosen))
}

/// Opens it where fields were chosen earlier, asks the worker whenever the choice changes, and keeps the choice.
#[hook]
pub fn use_withholding(state: &UseReducerHandle<State>, bridge: &Rc<Bridge>) {
    let open = shown(state).filter(|(given, _)| state.withholding_of(given).is_none());
    let key = open.as_ref().map(|(given, _)| given.clone());
    let dispatch = state.dispatcher();
    use_effect_with(key, move |_| {
        let kept = open.and_then(|(given, answer)| opened(given, &answer, settings::withheld));
        if let Some(kept) = kept {
            dispatch.dispatch(Action::Withholding(kept));
        }
    });
    let asked = state.withholding.as_ref().map(|now| now.number);
    {
        let (state, bridge) = (state.clone(), bridge.clone());
        use_effect_with(asked, move |_| {
            let Some(now) = &state.withholding else { return };
            settings::save_withheld(&now.of, Some(&now.chosen));
            let answer = state.verifications.iter().find(|found| found.given == now.given).map(|found| &found.phase);
            if let Some(Phase::Done(answer)) = answer
                && let Some(proof) = proof_of(answer)
            {
                let (proof, hide) = (proof.to_owned(), now.chosen.iter().cloned().collect());
                bridge.order(&Command::Withhold { number: now.number, proof, hide });
            }
        });
    }
}

/// Has the worker encrypt the proof, whenever it or its address changes. Each proof has randomness of its own, which serves
/// again only while it is the very same proof.
#[hook]
pub fn use_sealing(state: &UseReducerHandle<State>, bridge: &Rc<Bridge>) {
    let random = use_mut_ref(|| (0, Vec::new()));
    let now = state.withholding.as_ref().filter(|now| now.is_answered());
    let address = now.and_then(|now| now.sealing.as_ref()).map(|sealing| sealing.address.clone());
    let wanted = now.map(|now| now.number).zip(address);
    let (state, bridge) = (state.clone(), bridge.clone());
    use_effect_with(wanted, move |wanted| {
        let next = state.withholding.as_ref().and_then(|now| now.next.clone());
        let (Some((number, address)), Some(next)) = (wanted, next) else { return };
        let mut random = random.borrow_mut();
        if random.0 != *number {
            match random::bytes(RANDOM_BYTES) {
                Ok(fresh) => *random = (*number, fresh),
                Err(_) => return state.dispatch(Action::Say(Notice::ExportFailed)),
            }
        }
        let (report, proof) = (next.report.clone(), next.proof.clone());
        let (number, random, address) = (*number, random.1.clone(), address.clone());
        bridge.order(&Command::Encrypt { number, report, proof, random, address });
    });
}

/// Does what the reader wishes of it.
pub fn carry_out(wish: Wish, state: &UseReducerHandle<State>, bridge: &Bridge) {
    let dispatch = state.dispatcher();
    match wish {
        Wish::Open => {
            let new = shown(state).and_then(|(given, answer)| opened(given, &answer, |_| Some(BTreeSet::new())));
            if let Some(new) = new {
                dispatch.dispatch(Action::Withholding(new));
                // Once it is drawn.
                spawn_local(async { document::visit("withhold-title") });
            }
        }
        Wish::Choose(path, hide) => dispatch.dispatch(Action::Chosen(path, hide)),
        Wish::Save => {
            if let Some(now) = &state.withholding
                && let Some(next) = &now.next
            {
                let (report, proof) = (next.report.clone(), Some(next.proof.clone()));
                let answer = Answer { report, proof, link: None };
                bridge.export(&now.given, &answer, crate::client::message::ExportKind::Proof);
            }
        }
        Wish::Encrypt(on) => dispatch.dispatch(Action::Sealing(on.then(String::new))),
        Wish::Address(address) => dispatch.dispatch(Action::Sealing(Some(address))),
        Wish::SaveSealed => {
            if let Some(sealed) = state.withholding.as_ref().and_then(Withholding::sealed) {
                let saved = download::save(&sealed.name, "application/octet-stream", &sealed.file);
                let notice = if saved.is_ok() { Notice::Saved } else { Notice::ExportFailed };
                dispatch.dispatch(Action::Say(notice));
            }
        }
        Wish::Close => {
            if let Some(now) = &state.withholding {
                settings::save_withheld(&now.of, None);
            }
            dispatch.dispatch(Action::NotWithholding);
            document::focus("withhold-open");
        }
    }
}
