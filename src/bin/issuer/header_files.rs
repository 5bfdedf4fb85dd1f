//! Files of headers, verified together: the first from where it belongs, each other on what came before.

use crate::args::HeaderFilesArgs;
use crate::chain_setting::{only, params, pins, with_built_in};
use crate::commands::read;
use crate::error::CommandError;
use crate::serve::Served;
use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::{HeaderTree, Params};
use plimsoll::client::import::place;
use plimsoll::client::intake::{NamedFile, header_runs};
use plimsoll::engine::{Engine, Place};
use plimsoll::proof::problem::chain_of_causes;
use std::error::Error;
use std::path::Path;

/// The headers of all files; in words, what does not verify.
///
/// Beside the reader's pins those built in may hold as well.
pub fn load(args: &HeaderFilesArgs, with_pins: bool) -> Result<Result<Served, String>, CommandError> {
    let now = args.time.or_now();
    let given = pins(&args.chain)?;
    let rules = args.chain.network.as_deref().map(params).transpose()?;
    let mut served: Option<Served> = None;
    for path in &args.files {
        let not_headers =
            |error: &dyn Error| CommandError::NotHeaders { path: path.clone(), reason: chain_of_causes(error) };
        let refused = |error: &dyn Error| format!("error: {}: {}", path.display(), chain_of_causes(error));
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        for NamedFile { name, bytes } in header_runs(&name, read(path)?).map_err(|error| not_headers(&error))? {
            let Some(served) = &mut served else {
                let (rules, from) = place_of(path, &name, &bytes, rules.as_ref(), args.from)?;
                let pins = if with_pins { with_built_in(&given, &rules)? } else { only(given.iter().copied())? };
                match HeaderTree::from_run(rules, from, &bytes, pins, now) {
                    Ok(tree) => served = Some(Served::new(tree)),
                    Err(error) => return Ok(Err(refused(&error))),
                }
                continue;
            };
            let headers = decode_run(&bytes).map_err(|error| not_headers(&error))?;
            if let Err((hash, error)) = served.extend(headers, now) {
                return Ok(Err(format!("error: {}: header {}: {}", path.display(), hash, chain_of_causes(&error))));
            }
        }
    }
    Ok(Ok(served.expect("the command line asks for one file at least")))
}

/// The rules that a first file's headers are judged by, and the height they begin at.
fn place_of(
    path: &Path,
    name: &str,
    bytes: &[u8],
    rules: Option<&Params>,
    from: Option<u32>,
) -> Result<(Params, u32), CommandError> {
    if let (Some(rules), Some(from)) = (rules, from) {
        return Ok((rules.clone(), from));
    }
    let mut engine = Engine::new();
    if let Some(rules) = rules {
        engine.set_network(rules.clone(), plimsoll::chain::Pins::none());
    }
    let Place { network, height } = place(name, bytes, &engine)
        .map_err(|error| CommandError::NotHeaders { path: path.to_owned(), reason: chain_of_causes(&error) })?;
    let rules = match rules {
        Some(rules) => rules.clone(),
        None => params(&network)?,
    };
    Ok((rules, from.unwrap_or(height)))
}
