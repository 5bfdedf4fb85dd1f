//! `plimsoll import`

use crate::answer::{Answer, Exit};
use crate::args::TimeArg;
use crate::error::CommandError;
use crate::output::clean;
use clap::Args;
use plimsoll::proof::problem::chain_of_causes;
use plimsoll::trade::import::{Draft, Imported, MAX_BYTES, import, refused_json};
use serde_json::Value;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

/// Characters of a value that is told on one line.
const SHOWN: usize = 80;

/// `plimsoll import`.
#[derive(Debug, Args)]
#[command(after_help = "\
Reads DCSA JSON (bills of lading, shipping instructions, issuance, surrender, endorsement chains, PINT envelopes, track and \
trace), EPCIS 2.0 JSON-LD, and UBL 2 XML (invoices of EN 16931, waybills, receipts, remittances). \
Each record that a document can become is printed on a line of its own, in the order of its asset's history, as `plimsoll record` \
takes it. Values that no record has are listed beside it, and parts that no record can tell with the \
reason. An actionDateTime that a document does not state is the time given, or now.

Examples:
  plimsoll import bill-of-lading.json invoice.xml
  plimsoll import chain.json > drafts.jsonl
  head -n 1 drafts.jsonl | plimsoll record - --as carrier
  plimsoll import events.jsonld --json

Exit codes: 0 everything became records · 2 a file is none that can be imported · 3 parts of a file can be told by no record")]
pub struct ImportArgs {
    /// The documents; `-` reads standard input.
    #[arg(required = true, value_name = "FILE")]
    pub files: Vec<PathBuf>,
    /// Print all of it as JSON: for each file its drafts, where each value comes from, what is kept and what is refused.
    #[arg(long)]
    pub json: bool,
    /// The time that stands in where a document does not say when.
    #[command(flatten)]
    pub time: TimeArg,
}

/// Reads documents into drafts.
pub fn run(args: &ImportArgs) -> super::Result {
    let at = args.time.or_now().to_string();
    let mut answer = Answer::done("");
    for path in &args.files {
        let name = path.display().to_string();
        let bytes = read(path)?;
        match import(&name, &bytes) {
            Ok(imported) => {
                match args.json {
                    true => answer.text += &format!("{}\n", imported.to_json(&name, &at)),
                    false => {
                        answer.text += &imported.lines(&at);
                        answer.notes.extend(notes(&name, &imported));
                    }
                }
                if !imported.refused.is_empty() && answer.exit == Exit::Passed {
                    answer.exit = Exit::CouldNotCheck;
                }
            }
            Err(error) => {
                let reason = chain_of_causes(&error);
                if args.json {
                    answer.text += &format!("{}\n", refused_json(&name, &reason));
                }
                answer.notes.push(format!("error: {}: {}", clean(&name), clean(&reason)));
                answer.exit = Exit::Malformed;
            }
        }
    }
    Ok(answer)
}

/// Reads a file as far as a document may go, and a byte more that shows when it goes further.
fn read(path: &Path) -> Result<Vec<u8>, CommandError> {
    let limit = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = match path.to_str() {
        Some("-") => std::io::stdin().take(limit).read_to_end(&mut bytes),
        _ => File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes)),
    };
    read.map_err(|source| CommandError::Read { path: path.to_owned(), source })?;
    Ok(bytes)
}

/// What a document came to, in words.
fn notes(name: &str, imported: &Imported) -> Vec<String> {
    let Imported { document, drafts, kept, refused } = imported;
    let mut notes = vec![format!(
        "{}: {document}: {}, {} kept, {} refused",
        clean(name),
        counted(drafts.len(), "record"),
        counted(kept.len(), "value"),
        counted(refused.len(), "part")
    )];
    notes.extend(drafts.iter().map(told));
    for kept in kept {
        let value: String = kept.value.to_string().chars().take(SHOWN).collect();
        notes.push(format!(
            "  kept     {} = {} ({})",
            clean(&kept.pointer),
            clean(&value),
            clean(&kept.why.to_string())
        ));
    }
    for refused in refused {
        let place = if refused.pointer.is_empty() { "the whole" } else { &refused.pointer };
        notes.push(format!("  refused  {}: {}", clean(place), clean(&refused.reason)));
    }
    notes
}

fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn told(draft: &Draft) -> String {
    let party = |party: &Option<serde_json::Map<String, Value>>| {
        party.as_ref().and_then(|party| party.get("partyName")?.as_str().map(clean))
    };
    let mut line =
        format!("  record   {}: {} {}", clean(&draft.record_id), draft.record_type.code(), draft.action.code);
    line += &format!(" of {} {}", draft.scheme, clean(&draft.reference));
    for (word, who) in [("by", party(&draft.actor)), ("to", party(&draft.recipient))] {
        line += &who.map(|who| format!(", {word} {who}")).unwrap_or_default();
    }
    if draft.action_date_time.is_none() {
        line += ", at a time it does not state";
    }
    if !draft.supplied.is_empty() {
        line += &format!("; supplied: {}", draft.supplied.join(" "));
    }
    line
}
