//! A reader: pinned policies, headers, and the way that page and command line take from what is handed in to an answer.
#![allow(dead_code, reason = "each test file uses a part of it")]

use super::loopback::on_both;
use super::{Chain, NOW, Registry};
use plimsoll::client::examine::{Outcome, examine};
use plimsoll::client::import::{Import, Progress};
use plimsoll::client::intake::sort;
use plimsoll::client::message::Material;
use plimsoll::engine::{Engine, HeaderEngine, Place};
use plimsoll::proof::bundle::Bundle;
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::report::Report;

/// What a reader has.
pub struct Reader {
    pub registries: Vec<RegistryPolicy>,
    pub engine: Engine,
}

impl Reader {
    /// One who pinned the registry and has all headers of its chain.
    pub fn of(registry: &Registry) -> Self {
        Self { registries: vec![registry.policy()], engine: engine_of(&registry.chain) }
    }

    /// What the reader is told of a proof, by the way that page and command line go.
    pub fn examine(&self, bundle: &Bundle) -> Report {
        self.hand_in(Material::File { name: "proof.json".into(), bytes: bundle.to_json().into_bytes() })
    }

    /// The same by the engine in this program alone: for tests that examine hundreds.
    pub fn examine_here(&self, bundle: &Bundle) -> Report {
        let material = Material::File { name: "proof.json".into(), bytes: bundle.to_json().into_bytes() };
        self.report_on(vec![material], &mut self.engine.clone())
    }

    /// What the reader is told of several proofs opened together.
    pub fn examine_together(&self, bundles: &[Bundle]) -> Report {
        let files = bundles.iter().enumerate().map(|(number, bundle)| Material::File {
            name: format!("{number}.json"),
            bytes: bundle.to_json().into_bytes(),
        });
        self.report_on(files.collect(), &mut self.engine.clone())
    }

    /// What the reader is told of anything handed in.
    pub fn hand_in(&self, material: Material) -> Report {
        on_both(&self.engine, |engine| self.report_on(vec![material.clone()], engine))
    }

    fn report_on(&self, material: Vec<Material>, engine: &mut dyn HeaderEngine) -> Report {
        let intake = match sort(material) {
            Ok(intake) => intake,
            Err(unreadable) => return Report::unreadable(unreadable.input, unreadable.problem, NOW),
        };
        match examine(intake, &self.registries, engine, NOW) {
            Outcome::Answer(report, _) => *report,
            Outcome::Nothing(problem) => panic!("nothing to examine: {problem:?}"),
        }
    }
}

/// A chain's headers, taken in.
pub fn engine_of(chain: &Chain) -> Engine {
    let mut engine = Engine::new();
    take_in(&mut engine, 0, chain.run(0));
    engine
}

/// Takes in a run of regtest headers.
pub fn take_in(engine: &mut Engine, height: u32, run: Vec<u8>) {
    let mut import = Import::new(Place { network: "regtest".into(), height }, run);
    while let progress @ (Progress::Going { .. } | Progress::Stopped(_)) = import.advance(engine, NOW) {
        assert!(matches!(progress, Progress::Going { .. }), "{progress:?}");
    }
}
