//! A reader: pinned policies, headers, and the way that page and command line take from what is handed in to an answer.
#![allow(dead_code, reason = "each test file uses a part of it")]

use super::{Chain, NOW, Registry};
use plimsoll::chain::Params;
use plimsoll::client::examine::{Outcome, examine};
use plimsoll::client::import::{Import, Place, Progress, built_in_pins};
use plimsoll::client::intake::sort;
use plimsoll::client::message::Material;
use plimsoll::proof::bundle::Bundle;
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::report::Report;
use plimsoll::proof::setting::Chains;

/// What a reader has.
pub struct Reader {
    pub registries: Vec<RegistryPolicy>,
    pub chains: Chains,
}

impl Reader {
    /// One who pinned the registry and has all headers of its chain.
    pub fn of(registry: &Registry) -> Self {
        Self { registries: vec![registry.policy()], chains: chains_of(&registry.chain) }
    }

    /// What the reader is told of a proof, by the way that page and command line go.
    pub fn examine(&self, bundle: &Bundle) -> Report {
        self.hand_in(Material::File { name: "proof.json".into(), bytes: bundle.to_json().into_bytes() })
    }

    /// What the reader is told of anything handed in.
    pub fn hand_in(&self, material: Material) -> Report {
        let intake = match sort(vec![material]) {
            Ok(intake) => intake,
            Err(unreadable) => return Report::unreadable(unreadable.input, unreadable.problem, NOW),
        };
        match examine(intake, &self.registries, &self.chains, NOW) {
            Outcome::Answer(report, _) => *report,
            Outcome::Nothing(problem) => panic!("nothing to examine: {problem:?}"),
        }
    }
}

/// A chain's headers, taken in.
pub fn chains_of(chain: &Chain) -> Chains {
    let mut chains = Chains::default();
    take_in(&mut chains, 0, chain.run(0));
    chains
}

/// Takes in a run of regtest headers.
pub fn take_in(chains: &mut Chains, height: u32, run: Vec<u8>) {
    let params = Params::regtest();
    let pins = built_in_pins(&params);
    let mut import = Import::new(Place { params, height }, run, pins);
    while let progress @ (Progress::Going { .. } | Progress::Stopped(_)) = import.advance(chains, NOW) {
        assert!(matches!(progress, Progress::Going { .. }), "{progress:?}");
    }
}
