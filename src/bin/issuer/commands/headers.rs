//! `plimsoll headers`

use super::read;
use crate::answer::{Answer, Exit};
use crate::args::HeadersVerifyArgs;
use crate::chain_setting::{only, params, pins, with_built_in};
use crate::error::CommandError;
use plimsoll::chain::header_file::{self, FileRun, HeaderFile, HeaderFormat};
use plimsoll::chain::{HeaderError, HeaderTree, RunError, TrustedHeader, UncheckedRule};
use plimsoll::proof::problem::chain_of_causes;
use serde::Serialize;
use std::fmt::Write as _;
use std::path::Path;

/// What became of a run of headers.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct HeadersReport {
    format: &'static str,
    network: String,
    /// How the file holds its headers.
    file_format: &'static str,
    from: u32,
    outcome: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    accepted: Option<AcceptedRun>,
    #[serde(skip_serializing_if = "Option::is_none")]
    failure: Option<Failure>,
    could_not_check: Vec<String>,
    settled_by_pin: Vec<String>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct AcceptedRun {
    count: usize,
    tip_height: u32,
    tip_hash: String,
    tip_time: String,
    /// Hashes these headers took on average, decimal.
    work: String,
    /// The same from genesis on, where that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    total_work: Option<String>,
    basis: String,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Failure {
    height: u32,
    rule: String,
    expected: String,
    found: String,
    detail: String,
    /// False where time or more headers may still settle it.
    #[serde(rename = "final")]
    is_final: bool,
}

/// Checks a file of headers.
pub fn run(args: &HeadersVerifyArgs) -> super::Result {
    let network = args.chain.network.as_deref().ok_or_else(|| CommandError::Setting {
        option: "--network",
        reason: "headers are judged by the rules of a network, and none is named".into(),
    })?;
    let params = params(network)?;
    let given = pins(&args.chain)?;
    let pins = if args.built_in_pins { with_built_in(&given, &params)? } else { only(given.iter().copied())? };
    let run = run_of(&args.file, params.name(), args.from)?;
    let from = args.from.or(run.first_height).unwrap_or(0);
    let mut report = HeadersReport {
        format: "plimsoll-headers/1",
        network: params.name().to_owned(),
        file_format: run.format.name(),
        from,
        outcome: "passed",
        accepted: None,
        failure: None,
        could_not_check: Vec::new(),
        settled_by_pin: Vec::new(),
    };
    let exit = match HeaderTree::from_run(params, from, &run.bytes, pins, args.time.or_now()) {
        Ok(tree) => report.accept(&tree, &given),
        Err(error) => report.refuse(&error),
    };
    report.outcome = match exit {
        Exit::Passed => "passed",
        Exit::CouldNotCheck => "could-not-check",
        Exit::Failed | Exit::Malformed => "failed",
    };
    let text = if args.json {
        serde_json::to_string_pretty(&report).expect("texts and numbers are JSON") + "\n"
    } else {
        report.to_text()
    };
    Ok(Answer { text, notes: Vec::new(), exit })
}

/// A run of headers from a file, whatever its form.
struct RunOfFile {
    format: HeaderFormat,
    first_height: Option<u32>,
    bytes: Vec<u8>,
}

/// The run of a file that begins at `from`, or its only one.
fn run_of(path: &Path, network: &str, from: Option<u32>) -> Result<RunOfFile, CommandError> {
    let not_headers = |reason| CommandError::NotHeaders { path: path.to_owned(), reason };
    let HeaderFile { format, network: stated, mut runs } =
        header_file::read(read(path)?).map_err(|error| not_headers(chain_of_causes(&error)))?;
    let states_network = matches!(format, HeaderFormat::NeutrinoImport | HeaderFormat::Compact);
    if let Some(other) = stated.filter(|other| states_network && other != network) {
        return Err(not_headers(format!("it says that it is of {other}, expected {network}")));
    }
    if runs.len() > 1 {
        let heights: Vec<String> = runs.iter().filter_map(|run| run.first_height).map(|at| at.to_string()).collect();
        runs.retain(|run| run.first_height == from);
        if runs.is_empty() {
            let shown = heights[..heights.len().min(8)].join(", ");
            return Err(not_headers(format!(
                "it has holes: choose one of its {} runs with --from, which begin at {shown}{}",
                heights.len(),
                if heights.len() > 8 { ", …" } else { "" }
            )));
        }
    }
    let FileRun { first_height, bytes } = runs.swap_remove(0);
    Ok(RunOfFile { format, first_height, bytes })
}

impl HeadersReport {
    fn accept(&mut self, tree: &HeaderTree, given: &[TrustedHeader]) -> Exit {
        let tip = tree.tip();
        for unchecked in tree.unchecked_rules() {
            let list = if unchecked.pinned { &mut self.settled_by_pin } else { &mut self.could_not_check };
            list.push(rule_and_heights(&unchecked));
        }
        let unmet = tree.unmet_pins().filter(|pin| given.contains(pin));
        self.could_not_check.extend(unmet.map(|pin| format!("pin of height {}, which is not in this run", pin.height)));
        let basis = match (tree.first_height(), tree.highest_pin()) {
            (0, _) => "genesis".to_owned(),
            (_, Some(pin)) => format!("pinned:{pin}"),
            (first, None) => format!("unanchored:{first}"),
        };
        self.accepted = Some(AcceptedRun {
            count: tree.header_count(),
            tip_height: tip.height,
            tip_hash: tip.hash.to_string(),
            tip_time: tree.header_at(tip.height).map(|header| header.time().to_string()).unwrap_or_default(),
            work: tree.work_at_hand().to_string(),
            total_work: tree.total_work_at(tip.height).map(|work| work.to_string()),
            basis,
        });
        if self.could_not_check.is_empty() { Exit::Passed } else { Exit::CouldNotCheck }
    }

    fn refuse(&mut self, error: &RunError) -> Exit {
        let is_final = match error {
            RunError::Header { source, .. } => source.is_final(),
            RunError::NotLinked { .. } | RunError::Length { .. } => true,
        };
        let (expected, found) = compared(error);
        let failure = Failure {
            height: error.height().unwrap_or(self.from),
            rule: error.rule().map(|rule| rule.to_string()).unwrap_or_default(),
            expected,
            found,
            detail: chain_of_causes(error),
            is_final,
        };
        let rule = format!("{} at height {}", failure.rule, failure.height);
        self.failure = Some(failure);
        if is_final {
            return Exit::Failed;
        }
        self.could_not_check.push(rule);
        Exit::CouldNotCheck
    }

    fn to_text(&self) -> String {
        let mut text = String::new();
        let mut line = |name: &str, value: &str| {
            let _ = writeln!(text, "{name:<16} {value}");
        };
        line("network", &self.network);
        line("file", self.file_format);
        if let Some(run) = &self.accepted {
            line("headers", &format!("{}, heights {} to {}", run.count, self.from, run.tip_height));
            line("tip", &format!("{} at {}, {}", run.tip_hash, run.tip_height, run.tip_time));
            line("work", &run.work);
            if let Some(total) = run.total_work.as_ref().filter(|total| **total != run.work) {
                line("total work", total);
            }
            line("trust starts at", &run.basis);
        }
        if let Some(failure) = &self.failure {
            line("height", &failure.height.to_string());
            line("rule", &failure.rule);
            line("expected", &failure.expected);
            line("found", &failure.found);
            line("", &failure.detail);
        }
        for rule in &self.settled_by_pin {
            line("settled by pin", rule);
        }
        for rule in &self.could_not_check {
            line("could not check", rule);
        }
        line("outcome", &self.outcome.replace('-', " "));
        text
    }
}

fn rule_and_heights(unchecked: &UncheckedRule) -> String {
    match (unchecked.first, unchecked.last) {
        (first, last) if first == last => format!("{} at height {first}", unchecked.rule),
        (first, last) => format!("{} at heights {first} to {last}", unchecked.rule),
    }
}

/// What a rule expected and what it found.
fn compared(error: &RunError) -> (String, String) {
    let source = match error {
        RunError::NotLinked { expected, found, .. } => return (expected.to_string(), found.to_string()),
        RunError::Length { found } => return ("a multiple of 80 bytes".into(), found.to_string()),
        RunError::Header { source, .. } => source,
    };
    match source {
        HeaderError::Genesis { expected, found } | HeaderError::Pinned { expected, found, .. } => {
            (expected.to_string(), found.to_string())
        }
        HeaderError::Target(error) => ("a target the network allows".into(), error.to_string()),
        HeaderError::Work { target, found } => (format!("at most {target}"), found.to_string()),
        HeaderError::UnknownParent { found } => ("a header that is known".into(), found.to_string()),
        HeaderError::Bits { expected, found, .. } | HeaderError::PinnedBits { expected, found, .. } => {
            (expected.to_string(), found.to_string())
        }
        HeaderError::BitsOutOfReach { hardest, easiest, found, .. } => {
            (format!("{hardest} to {easiest}"), found.to_string())
        }
        HeaderError::TooOld { median, found, .. } => (format!("after {median}"), found.to_string()),
        HeaderError::Timewarp { least, found, .. } => (format!("{least} or later"), found.to_string()),
        HeaderError::NotYetValid { latest, found, .. } => (format!("{latest} or earlier"), found.to_string()),
        HeaderError::Version { least, found, .. } => (format!("{least} or above"), found.to_string()),
        HeaderError::PinnedWork { expected, found, .. } => (expected.to_string(), found.to_string()),
        HeaderError::TooManySideHeaders { limit } | HeaderError::Full { limit } => {
            (format!("at most {limit} headers"), "more".into())
        }
        HeaderError::Height { limit, found } => (format!("at most {limit}"), found.to_string()),
    }
}
