//! `plimsoll record`

use super::{notes, read, salts};
use crate::answer::Answer;
use crate::args::RecordArgs;
use crate::drafting::{DraftError, Statement, draft_record};
use crate::error::CommandError;
use crate::ledger::Step;
use crate::workspace::Workspace;
use plimsoll::encoding::json;
use plimsoll::trade::jws::PAYLOAD_LIMITS;
use std::io::Read as _;
use std::path::Path;

/// Signs a record and enters it.
pub fn run(dir: &Path, args: &RecordArgs) -> super::Result {
    let statement = read_statement(&args.file)?;
    let mut workspace = Workspace::open_to_write(dir)?;
    let key = workspace.keys().load(&args.signer)?;
    let not_registered = || DraftError::NotRegistered { key: args.signer.clone() };
    let (_, party) = workspace.ledger().registration(key.public().id()).ok_or_else(not_registered)?;
    let name = party.party().name.ok_or_else(not_registered)?;
    let step = draft_record(workspace.ledger(), statement, Some(&name), &key, args.time.or_now(), &mut salts()?)?;
    workspace.commit(&Step::Record(step))?;
    let entry = workspace.ledger().entries().last().expect("a record was just entered");
    let text = format!(
        "record {}\nasset  {} {}, sequence {}\nhash   {}\nentry  {}\n",
        entry.record.record_id,
        entry.record.subject.scheme,
        entry.record.subject.reference,
        entry.record.sequence,
        entry.sd_jwt.record_hash(),
        workspace.ledger().log().size() - 1,
    );
    Ok(Answer { notes: notes(&workspace), ..Answer::done(text) })
}

fn read_statement(path: &Path) -> Result<Statement, CommandError> {
    let text = match path.to_str() {
        Some("-") => {
            let mut text = Vec::new();
            let limit = PAYLOAD_LIMITS.bytes as u64 + 1;
            std::io::stdin()
                .take(limit)
                .read_to_end(&mut text)
                .map_err(|source| CommandError::Read { path: "standard input".into(), source })?;
            text
        }
        _ => read(path)?,
    };
    let value = json::parse(&text, PAYLOAD_LIMITS)
        .map_err(|source| CommandError::Statement { path: path.to_owned(), reason: source.to_string() })?;
    serde_json::from_value(value)
        .map_err(|error| CommandError::Statement { path: path.to_owned(), reason: error.to_string() })
}
