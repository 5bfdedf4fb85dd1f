//! Attacks on a proof, one a test: each shows the step that stops it, what the reader is told there, and that every other
//! step was done all the same. `docs/THREATS.md` is the table of them.
#![cfg(not(target_arch = "wasm32"))]

#[path = "attacks/anchors.rs"]
mod anchors;
#[path = "attacks/blocks.rs"]
mod blocks;
#[path = "attacks/chains.rs"]
mod chains;
#[path = "attacks/hostile.rs"]
mod hostile;
#[path = "attacks/log.rs"]
mod log;
#[path = "attacks/parties.rs"]
mod parties;
#[path = "attacks/records.rs"]
mod records;
#[path = "attacks/registries.rs"]
mod registries;
#[path = "common/registry.rs"]
mod registry;
#[path = "attacks/reports.rs"]
mod reports;
#[path = "attacks/spellings.rs"]
mod spellings;
#[path = "attacks/threats.rs"]
mod threats;
#[path = "attacks/told.rs"]
mod told;

use registry::{FIRST, Reader, Registry, SUBJECT};
use told::assert_told;

#[test]
fn the_sample_is_genuine_in_every_step() {
    let registry = Registry::sample();
    let reader = Reader::of(&registry);
    for index in [0, 1, FIRST, FIRST + 1, SUBJECT, SUBJECT + 1] {
        assert_told(&reader.examine(&registry.prove(index)), &[], &[]);
    }
}
