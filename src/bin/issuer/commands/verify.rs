//! `plimsoll verify`

use super::read;
use crate::answer::Answer;
use crate::args::VerifyArgs;
use crate::chain_setting::{params as named, pins, with_built_in};
use crate::error::CommandError;
use crate::output::{exit, in_words};
use plimsoll::chain::{HeaderTree, Params, Rule, TrustedHeader, decode_run};
use plimsoll::client::examine::{Outcome, examine};
use plimsoll::client::import::{Import, Progress, place};
use plimsoll::client::intake::{NamedFile, Unreadable, header_runs, sort};
use plimsoll::client::message::Material;
use plimsoll::engine::{Engine, Place, Refusal};
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::problem::chain_of_causes;
use plimsoll::proof::report::{InputKind, Report};
use plimsoll::time::UnixTime;
use std::path::{Path, PathBuf};

/// Checks a proof.
pub fn run(args: &VerifyArgs) -> super::Result {
    let now = args.time.or_now();
    let params = args.chain.network.as_deref().map(named).transpose()?;
    let registries = args.registry.iter().map(|path| policy(path)).collect::<Result<Vec<_>, _>>()?;
    let given = pins(&args.chain)?;
    let mut engine = Engine::new();
    let mut notes = Vec::new();
    for (path, NamedFile { name, bytes }) in runs_of(&args.headers)? {
        let place = place_of(&name, path, &bytes, &engine, params.as_ref(), &given)?;
        // Pins of the command line are of the chain whose headers come with them.
        let network = place.network.clone();
        let rules = match &params {
            Some(params) if params.name() == network => params.clone(),
            _ => named(&network)?,
        };
        let pins = with_built_in(&given, &rules)?;
        engine.set_network(rules, pins);
        notes.extend(take_in(path, place, bytes, &mut engine, now)?);
        engine.unset_network(&network);
    }
    for pin in &given {
        let met = |tree: &HeaderTree| tree.hash_at(pin.height) == Some(pin.hash);
        if !engine.chains().iter().any(met) {
            notes.push(format!("note: no header given fits pin {pin}"));
        }
    }
    let mut handed = vec![material(&args.input)?];
    if let Some(path) = &args.beside {
        handed.push(Material::File { name: name_of(path), bytes: read(path)? });
    }
    let report = match sort(handed) {
        Ok(mut intake) => {
            for path in &args.document {
                intake.documents.push(NamedFile { name: name_of(path), bytes: read(path)? });
            }
            match examine(intake, &registries, &mut engine, now) {
                Outcome::Answer(report, _) => *report,
                Outcome::Nothing(problem) => Report::unreadable(InputKind::Unknown, problem, now),
            }
        }
        Err(Unreadable { input, problem }) => Report::unreadable(input, problem, now),
    };
    let text = match args.json {
        true => serde_json::to_string_pretty(&report).expect("reports are JSON") + "\n",
        false => in_words(&report),
    };
    Ok(Answer { text, notes, exit: exit(report.conclusion) })
}

/// The runs of headers in files of any form, each with its file.
fn runs_of(paths: &[PathBuf]) -> Result<Vec<(&Path, NamedFile)>, CommandError> {
    let mut all = Vec::new();
    for path in paths {
        let runs = header_runs(&name_of(path), read(path)?).map_err(|error| not_headers(path, &error))?;
        all.extend(runs.into_iter().map(|run| (path.as_path(), run)));
    }
    Ok(all)
}

/// Where a file of headers belongs: at the start of the network named, around a pin, or wherever the file itself says.
fn place_of(
    name: &str,
    path: &Path,
    bytes: &[u8],
    engine: &Engine,
    params: Option<&Params>,
    given: &[TrustedHeader],
) -> Result<Place, CommandError> {
    if let Some(params) = params {
        let height = if bytes.starts_with(&params.genesis().encode()) { Some(0) } else { around_pin(bytes, given) };
        if let Some(height) = height {
            return Ok(Place { network: params.name().to_owned(), height });
        }
    }
    place(name, bytes, engine).map_err(|error| not_headers(path, &error))
}

/// The height of the first header of a run that holds a pinned one.
fn around_pin(bytes: &[u8], given: &[TrustedHeader]) -> Option<u32> {
    decode_run(bytes).ok()?.zip(0..).find_map(|(header, place)| {
        let hash = header.hash();
        given.iter().find(|pin| pin.hash == hash)?.height.checked_sub(place)
    })
}

/// Takes headers in; a note, where one of them is refused.
fn take_in(
    path: &Path,
    place: Place,
    bytes: Vec<u8>,
    engine: &mut Engine,
    now: UnixTime,
) -> Result<Option<String>, CommandError> {
    let mut import = Import::new(place, bytes);
    loop {
        match import.advance(engine, now) {
            Progress::Going { .. } => {}
            Progress::Finished { .. } => return Ok(None),
            Progress::Stopped(error @ Refusal::Length { .. }) => return Err(not_headers(path, &error)),
            Progress::Stopped(error) if error.rule() == Some(Rule::Pin) => {
                // A chain that contradicts what the reader knows is not the reader's chain, however good the rest of it.
                *engine = Engine::new();
                let cause = chain_of_causes(&error);
                return Ok(Some(format!("note: {}: {cause}; no headers are used", path.display())));
            }
            Progress::Stopped(error) => {
                return Ok(Some(format!("note: {}: {}", path.display(), chain_of_causes(&error))));
            }
        }
    }
}

fn not_headers(path: &Path, error: &dyn std::error::Error) -> CommandError {
    CommandError::NotHeaders { path: path.to_owned(), reason: chain_of_causes(error) }
}

/// A file where there is one of that name, else a link.
fn material(input: &str) -> Result<Material, CommandError> {
    let path = Path::new(input);
    if path.is_file() {
        return Ok(Material::File { name: name_of(path), bytes: read(path)? });
    }
    if !input.contains("/v/") && !input.contains("/Q/") {
        return Err(CommandError::Input { input: input.chars().take(80).collect() });
    }
    Ok(Material::Link { text: input.to_owned() })
}

fn policy(path: &Path) -> Result<RegistryPolicy, CommandError> {
    let malformed = |reason: String| CommandError::Setting {
        option: "--registry",
        reason: format!("{}: {reason}", path.display()),
    };
    let text = String::from_utf8(read(path)?).map_err(|error| malformed(error.to_string()))?;
    RegistryPolicy::parse(&text).map_err(|error| malformed(chain_of_causes(&error)))
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
