//! The committed sample: its links, its registry, its chain, and what the reader's client makes of a proof.
#![allow(dead_code, reason = "each test file uses a part of it")]

#[path = "loopback.rs"]
pub mod loopback;

use loopback::on_both;
use plimsoll::chain::{HeaderTree, Params, Pins};
use plimsoll::client::examine::{Outcome, examine};
use plimsoll::client::intake::sort;
use plimsoll::client::message::Material;
use plimsoll::engine::{Engine, HeaderEngine};
use plimsoll::proof::link::{ProofLink, inflate};
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::report::{InputKind, Report};
use plimsoll::time::UnixTime;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// One link of the sample.
#[derive(Debug, Clone, Deserialize)]
pub struct Link {
    /// Its name.
    pub id: String,
    /// What should come of it.
    pub expect: String,
    /// The fragment.
    pub link: String,
}

impl Link {
    /// The proof file inside.
    pub fn proof(&self) -> Option<String> {
        match ProofLink::parse(&self.link).ok()? {
            ProofLink::Inline(bytes) => String::from_utf8(inflate(&bytes).ok()?).ok(),
            _ => None,
        }
    }
}

/// What a reader of the sample has.
pub struct Reader {
    /// Registries known.
    pub registries: Vec<RegistryPolicy>,
    /// Headers.
    pub engine: Engine,
    /// The clock.
    pub now: UnixTime,
}

fn path(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("static").join(name)
}

/// The sample's links.
pub fn links() -> Vec<Link> {
    let text = std::fs::read(path("sample/links.json")).expect("the sample is committed");
    #[derive(Deserialize)]
    struct List {
        samples: Vec<Link>,
    }
    serde_json::from_slice::<List>(&text).expect("the sample's list reads").samples
}

/// The link of that name.
pub fn link(id: &str) -> Link {
    links().into_iter().find(|link| link.id == id).unwrap_or_else(|| panic!("no sample link {id}"))
}

/// A reader who has the sample's registry and chain, some time after its last block.
pub fn reader() -> Reader {
    let policy = std::fs::read_to_string(path(".well-known/plimsoll-registry.json")).expect("the policy is committed");
    let headers = std::fs::read(path("sample/chain.headers")).expect("the chain is committed");
    let now = UnixTime(2_000_000_000);
    let tree = HeaderTree::from_run(Params::regtest(), 0, &headers, Pins::none(), now).expect("the chain is good");
    let mut engine = Engine::new();
    engine.add(tree);
    Reader { registries: vec![RegistryPolicy::parse(&policy).expect("the policy is good")], engine, now }
}

impl Reader {
    /// The report on some material.
    pub fn read(&self, material: Vec<Material>) -> Report {
        on_both(&self.engine, |engine| self.examine(material.clone(), engine))
    }

    fn examine(&self, material: Vec<Material>, engine: &mut dyn HeaderEngine) -> Report {
        let intake = match sort(material) {
            Ok(intake) => intake,
            Err(unreadable) => return Report::unreadable(unreadable.input, unreadable.problem, self.now),
        };
        match examine(intake, &self.registries, engine, self.now) {
            Outcome::Answer(report, _) => *report,
            Outcome::Nothing(problem) => Report::unreadable(InputKind::Unknown, problem, self.now),
        }
    }

    /// The report on a link.
    pub fn open(&self, link: &str) -> Report {
        self.read(vec![Material::Link { text: link.into() }])
    }

    /// The report on a proof file by the engine in this program alone: for tests that open thousands.
    pub fn open_file_here(&self, proof: &str) -> Report {
        let material = Material::File { name: "proof.json".into(), bytes: proof.into() };
        self.examine(vec![material], &mut self.engine.clone())
    }

    /// The report on a proof file.
    pub fn open_file(&self, proof: &str) -> Report {
        self.read(vec![Material::File { name: "proof.json".into(), bytes: proof.into() }])
    }
}
