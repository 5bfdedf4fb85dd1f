//! `plimsoll party`

use super::{notes, salts};
use crate::answer::Answer;
use crate::args::PartyAddArgs;
use crate::drafting::{DraftError, NewParty, draft_registration};
use crate::ledger::Step;
use crate::workspace::Workspace;
use std::path::Path;

/// Registers a party and its key.
pub fn run(dir: &Path, args: &PartyAddArgs) -> super::Result {
    let mut workspace = Workspace::open_to_write(dir)?;
    let key = workspace.keys().load(&args.key)?.public();
    if let Some((_, entry)) = workspace.ledger().registration(key.id()) {
        let party = entry.party().name.unwrap_or_default();
        return Err(DraftError::Registered { key: args.key.clone(), party }.into());
    }
    let registrar = workspace.offices()?.registrar;
    let id = key.id();
    let party = NewParty { name: &args.name, role: &args.role, codes: &args.codes, key };
    let step = draft_registration(workspace.ledger(), &party, &registrar, args.time.or_now(), &mut salts()?)?;
    workspace.commit(&Step::Record(step))?;
    let index = workspace.ledger().log().size() - 1;
    Ok(Answer { notes: notes(&workspace), ..Answer::done(format!("party {}\nkey   {id}\nentry {index}\n", args.name)) })
}
