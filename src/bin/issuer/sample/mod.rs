//! The sample the page opens on: a trade between Ningbo and Rotterdam told in records, the chain they are anchored in, and
//! proof links, good and bad. Keys, salts and times come from their names: the bytes are the same every time.

mod attack;
mod links;
mod seeds;
mod world;

use crate::answer::Answer;
use crate::error::CommandError;
use crate::workspace::{WorkspaceError, write_whole};
use links::{SampleLink, links};
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;
pub use world::SampleError;
use world::World;

/// The index of the sample's links.
#[derive(Serialize)]
struct Index<'a> {
    format: &'static str,
    samples: &'a [SampleLink],
}

/// Writes the sample under a folder, and its blocks to a file where one is named.
pub fn write(out: &Path, blocks: Option<&Path>) -> Result<Answer, CommandError> {
    let world = World::tell()?;
    let links = links(&world)?;
    for folder in [out.join("sample"), out.join(".well-known")] {
        std::fs::create_dir_all(&folder).map_err(|source| WorkspaceError::Io { path: folder, source })?;
    }
    let index = Index { format: "plimsoll-samples/1", samples: &links };
    let index = serde_json::to_string_pretty(&index).expect("texts are JSON") + "\n";
    write_whole(&out.join(".well-known/plimsoll-registry.json"), world.ledger.policy().text().as_bytes())?;
    write_whole(&out.join("sample/chain.headers"), &world.ledger.chain().header_run(0))?;
    write_whole(&out.join("sample/links.json"), index.as_bytes())?;
    if let Some(path) = blocks {
        write_whole(path, &world.ledger.chain().block_file())?;
    }
    let mut text = String::new();
    let (entries, anchors) = (world.ledger.entries().len(), world.ledger.anchors().len());
    let _ = writeln!(text, "{entries} entries, {anchors} anchors, tip {}", world.ledger.chain().height());
    for link in &links {
        let _ = writeln!(text, "{:<22} {:>6} characters", link.id(), link.length());
    }
    Ok(Answer::done(text))
}
