//! `plimsoll key`

use super::random;
use crate::answer::Answer;
use crate::args::KeyCommand;
use crate::workspace::Workspace;
use std::fmt::Write as _;
use std::path::Path;

/// Makes or lists keys.
pub fn run(dir: &Path, command: &KeyCommand) -> super::Result {
    match command {
        KeyCommand::New { name, suite } => {
            let workspace = Workspace::open(dir)?;
            let public = workspace.keys().add(name, (*suite).into(), &random()?)?;
            let suite = public.suite().jws_algorithm();
            Ok(Answer::done(format!("key  {name}\nid   {}\nsuite {suite}\n", public.id())))
        }
        KeyCommand::List => list(&Workspace::open(dir)?),
    }
}

fn list(workspace: &Workspace) -> super::Result {
    let mut text = String::new();
    for name in workspace.keys().names()? {
        let public = workspace.keys().load(&name)?.public();
        let party = workspace.ledger().registration(public.id()).and_then(|(_, entry)| entry.party().name);
        let party = party.as_deref().unwrap_or("-");
        let _ = writeln!(text, "{name:<16} {} {:<5} {party}", public.id(), public.suite().jws_algorithm());
    }
    Ok(Answer::done(text))
}
