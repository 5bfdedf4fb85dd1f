//! What the next reader would see: fields are withheld from a proof, and the shorter proof is examined like any other. It can be
//! encrypted on its way.

use crate::client::examine::{Outcome, examine};
use crate::client::export::name_of;
use crate::client::intake::{Claim, Intake};
use crate::client::message::{EncryptedProof, Event, NextReader};
use crate::crypto::hash::sha256;
use crate::engine::HeaderEngine;
use crate::proof::bundle::Bundle;
use crate::proof::encrypted::encrypt;
use crate::proof::link::to_route;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::chain_of_causes;
use crate::proof::remote::Remote;
use crate::proof::report::{InputKind, Problem, Report};
use crate::proof::withhold::{Held, ProofWithholdError, choices, withhold};
use crate::time::UnixTime;
use crate::trade::withhold::WithholdError;
use std::error::Error;

/// Answers what the next reader of a proof would see without the fields at these JSON pointers.
#[must_use]
pub fn next_reader(
    number: u64,
    proof: &str,
    hide: &[String],
    registries: &[RegistryPolicy],
    engine: &mut dyn HeaderEngine,
    now: UnixTime,
) -> Event {
    let refused = |field: &str, error: &dyn Error| {
        let (field, detail) = (field.to_owned(), chain_of_causes(error));
        let (expected, found) = (String::new(), String::new());
        Event::NotWithheld { number, problem: Problem { code: "not-withheld".into(), field, expected, found, detail } }
    };
    let bundle = match Bundle::parse(proof.as_bytes()) {
        Ok(bundle) => bundle,
        Err(error) => return refused("", &error),
    };
    let choices = match choices(&bundle) {
        Ok(choices) => choices,
        Err(error) => return refused("", &error),
    };
    let Held { bundle, hidden, echoes } = match withhold(&bundle, hide) {
        Ok(held) => held,
        Err(error) => return refused(place(&error), &error),
    };
    let proof = bundle.to_json();
    let link = to_route(proof.as_bytes());
    let claim = Claim::Proof { bundle: Box::new(bundle), json: String::new(), input: InputKind::ProofLink };
    let intake = Intake { claims: vec![claim], ..Intake::default() };
    match examine(intake, registries, engine, now) {
        Outcome::Answer(report, _) => {
            let report = (*report).into();
            Event::NextReader(NextReader { number, choices, report, proof, link, hidden, echoes })
        }
        Outcome::Nothing(problem) => Event::NotWithheld { number, problem },
    }
}

/// Encrypts a proof with this randomness, and links to it at an address.
#[must_use]
pub fn encrypted(number: u64, report: &Report, proof: &str, random: &[u8], address: String) -> Event {
    let problem = |code: &str, detail: String| Problem {
        code: code.into(),
        field: "address".into(),
        expected: String::new(),
        found: address.clone(),
        detail,
    };
    let Ok(random) = random.try_into() else {
        return Event::ExportFailed { problem: problem("not-encrypted", "no randomness".into()) };
    };
    let (file, key) = encrypt(proof.as_bytes(), random);
    let remote = Remote::new(address.trim(), sha256(&file), Some(key.to_vec()));
    let link = remote.map(|remote| remote.to_route());
    let link = link.map_err(|error| problem("address-malformed", chain_of_causes(&error)));
    let name = format!("{}.proof.enc", name_of(report));
    Event::Encrypted(EncryptedProof { number, name, file, address, link })
}

/// The field that cannot be withheld.
fn place(error: &ProofWithholdError) -> &str {
    match error {
        ProofWithholdError::Field(
            WithholdError::NoField { at }
            | WithholdError::Already { at }
            | WithholdError::Part { at, .. }
            | WithholdError::InTheClear { at, .. },
        ) => at,
        ProofWithholdError::Field(WithholdError::SdJwt(_)) | ProofWithholdError::Beside { .. } => "",
    }
}
