//! `plimsoll anchor`

use super::notes;
use crate::answer::Answer;
use crate::args::AnchorArgs;
use crate::ledger::Step;
use crate::offices::{AnchorDraftError, blocks_above};
use crate::workspace::Workspace;
use std::fmt::Write as _;
use std::path::Path;

/// Commits the log to the chain, and buries it.
pub fn run(dir: &Path, args: &AnchorArgs) -> super::Result {
    let mut workspace = Workspace::open_to_write(dir)?;
    let time = args.time.or_now();
    let mut offices = workspace.offices()?;
    let mut text = String::new();
    match offices.anchor(workspace.ledger(), workspace.ledger().chain().clone(), None, time) {
        Ok(step) => {
            workspace.commit(&Step::Anchor(step))?;
            let anchor = workspace.ledger().anchors().last().expect("an anchor was just made");
            let _ = writeln!(text, "anchor {} in block {}", workspace.ledger().next_sequence() - 1, anchor.height);
            let _ = writeln!(text, "tx     {}", anchor.transaction.txid());
            let _ = writeln!(text, "log    {} entries", anchor.checkpoint.size());
        }
        // With nothing new to anchor there may still be an anchor to bury.
        Err(AnchorDraftError::NothingNew { sequence }) if args.blocks > 0 => {
            let _ = writeln!(text, "anchor {sequence} holds the whole log already");
        }
        Err(error) => return Err(error.into()),
    }
    if args.blocks > 0 {
        let mut chain = workspace.ledger().chain().clone();
        let height = chain.height();
        for _ in 0..args.blocks {
            chain.mine(time, Vec::new()).map_err(AnchorDraftError::Chain)?;
        }
        workspace.commit(&Step::Bury { blocks: blocks_above(&chain, height) })?;
    }
    workspace.write_copies()?;
    let _ = writeln!(text, "tip    block {}", workspace.ledger().chain().height());
    Ok(Answer { notes: notes(&workspace), ..Answer::done(text) })
}
