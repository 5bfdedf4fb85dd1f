//! `plimsoll verify`

use super::read;
use crate::answer::Answer;
use crate::args::VerifyArgs;
use crate::chain_setting::{only, params, pins, with_built_in};
use crate::error::CommandError;
use crate::examining::Examiner;
use crate::output::{exit, in_words};
use plimsoll::client::intake::{Intake, NamedFile, Unreadable, sort};
use plimsoll::client::message::Material;
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::problem::chain_of_causes;
use plimsoll::proof::report::{InputKind, Report};
use plimsoll::time::UnixTime;
use std::path::Path;

/// Checks a proof.
pub fn run(args: &VerifyArgs) -> super::Result {
    let now = args.time.or_now();
    let params = args.chain.network.as_deref().map(params).transpose()?;
    let given = pins(&args.chain)?;
    let pins = match &params {
        Some(params) => with_built_in(&given, params)?,
        None => only(given)?,
    };
    let mut examiner = Examiner { registries: Vec::new(), chains: Default::default(), pins, now, notes: Vec::new() };
    for path in &args.registry {
        examiner.registries.push(policy(path)?);
    }
    for path in &args.headers {
        examiner
            .add_headers(&name_of(path), read(path)?, params.as_ref())
            .map_err(|error| CommandError::NotHeaders { path: path.clone(), reason: chain_of_causes(&error) })?;
    }
    let report = match sort(vec![material(&args.input)?]) {
        Ok(intake) => examine(args, &mut examiner, intake)?,
        Err(Unreadable { input, problem }) => Report::unreadable(input, problem, now),
    };
    let text = match args.json {
        true => serde_json::to_string_pretty(&report).expect("reports are JSON") + "\n",
        false => in_words(&report),
    };
    Ok(Answer { text, notes: examiner.notes, exit: exit(report.conclusion) })
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

fn examine(args: &VerifyArgs, examiner: &mut Examiner, intake: Intake) -> Result<Report, CommandError> {
    let mut documents = Vec::new();
    if let Some(path) = &args.document {
        documents.push(NamedFile { name: name_of(path), bytes: read(path)? });
    }
    match intake.claims.first() {
        Some(claim) => Ok(examiner.examine(claim, &documents)),
        None => Ok(no_claim(examiner.now, &args.input)),
    }
}

fn no_claim(now: UnixTime, input: &str) -> Report {
    let problem = plimsoll::proof::report::Problem {
        code: "not-a-proof".into(),
        field: name_of(Path::new(input)),
        expected: "a proof link, a proof file, an exported report or an OpenTimestamps file".into(),
        found: "something else".into(),
        detail: String::new(),
    };
    Report::unreadable(InputKind::Unknown, problem, now)
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
