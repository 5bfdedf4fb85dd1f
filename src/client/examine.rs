//! From what was handed in to the answer: the part that page and command line share.

use crate::client::import::{Import, Progress};
use crate::client::intake::{Claim, Intake, NamedFile, Unreadable};
use crate::client::sealed::{Seal, examine_sealed, take_sealed};
use crate::engine::{HeaderEngine, Place, Refusal};
use crate::proof::bundle::{Bundle, HeaderRun};
use crate::proof::history::BuriedHistory;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::chain_of_causes;
use crate::proof::recheck::{ClaimedExport, compare_with_export};
use crate::proof::report::{Conclusion, InputKind, Problem, Report};
use crate::proof::setting::{Setting, policy_of};
use crate::proof::sought::{Sought, sought_by_record, sought_by_timestamp};
use crate::proof::verify::verify_beside;
use crate::proof::verify_timestamp::{Document, NETWORK as TIMESTAMP_NETWORK, verify_timestamp};
use crate::time::UnixTime;
use crate::timestamp::Timestamp;

/// Most proofs that are opened together.
pub const MAX_PROOFS: usize = 64;
/// Kinds of assets, in the order in which one of them is what a dossier is about.
const ABOUT: [&str; 5] = ["receivable", "transport-document", "invoice", "equipment", "clearing-round"];

/// What came of an examination.
#[derive(Debug)]
pub enum Outcome {
    /// The answer, with the proof file's text where there was one.
    Answer(Box<Report>, Option<String>),
    /// There was nothing to examine.
    Nothing(Problem),
}

/// Examines what was handed in against what the reader has. Headers among it must have been taken in before.
#[must_use]
pub fn examine(intake: Intake, registries: &[RegistryPolicy], engine: &mut dyn HeaderEngine, now: UnixTime) -> Outcome {
    let Intake { mut claims, headers, policies, documents } = intake;
    if claims.len() > 1 {
        let all = claims.len();
        let proofs: Vec<Proof> = claims.into_iter().filter_map(Proof::of).collect();
        // Timestamps, sealed documents and exported reports are opened one at a time.
        if proofs.len() < all || all > MAX_PROOFS {
            return Outcome::Nothing(nothing("several-proofs", &MAX_PROOFS.to_string(), &all.to_string()));
        }
        let mut report = Desk { registries, engine, now }.examine_together(&proofs);
        let names = documents.iter().map(|document| format!("document {}", document.name));
        report.left_aside.extend(names);
        return Outcome::Answer(Box::new(report), None);
    }
    let Some(claim) = claims.pop() else {
        return Outcome::Nothing(match (policies.first(), documents.first(), headers.first()) {
            (Some(policy), _, _) => nothing("only-policy", "", &String::from_utf8_lossy(&policy.bytes)),
            (None, Some(document), _) => nothing("no-proof-in-files", "", &document.name),
            (None, None, Some(_)) => nothing("only-headers", "", &headers.len().to_string()),
            (None, None, None) => nothing("nothing-handed-in", "", ""),
        });
    };
    let mut desk = Desk { registries, engine, now };
    let (mut report, proof, used) = match claim {
        Claim::Proof { bundle, json, input } => (desk.examine_record(&bundle, input), Some(json), vec![]),
        Claim::Timestamp { timestamp, .. } => {
            let document = document_of(&timestamp, &documents);
            let used = document.map(|document| document.name.to_owned()).into_iter().collect();
            (verify_timestamp(&timestamp, document, &desk.setting()).1, None, used)
        }
        Claim::Sealed(sealed) => {
            let (report, used) = examine_sealed(&sealed, &documents, &desk.setting());
            (report, None, used)
        }
        Claim::Export(export) => match desk.examine_export(&export) {
            Ok((report, proof)) => (report, proof, vec![]),
            Err(unreadable) => (Report::unreadable(unreadable.input, unreadable.problem, now), None, vec![]),
        },
    };
    let aside = documents.iter().filter(|document| !used.contains(&document.name));
    report.left_aside.extend(aside.map(|document| format!("document {}", document.name)));
    report.left_aside.extend(policies.iter().map(|policy| format!("registry policy {}", policy.name)));
    Outcome::Answer(Box::new(report), proof)
}

/// Which block an examination looks for, and whether headers in hand, with those that came with it, decide about it. Heights
/// in `tried` were looked up before.
#[must_use]
pub fn sought(
    intake: &Intake,
    registries: &[RegistryPolicy],
    engine: &mut dyn HeaderEngine,
    now: UnixTime,
    tried: &[u32],
) -> Sought {
    let mut desk = Desk { registries, engine, now };
    match intake.claims.as_slice() {
        [Claim::Proof { bundle, .. }] => desk.sought_by_record(bundle),
        [Claim::Proof { .. }, Claim::Proof { .. }, ..] => {
            let proofs = intake.claims.iter().filter_map(|claim| match claim {
                Claim::Proof { bundle, .. } => Some(bundle),
                Claim::Timestamp { .. } | Claim::Sealed(_) | Claim::Export(_) => None,
            });
            let each: Vec<Sought> = proofs.map(|bundle| desk.sought_by_record(bundle)).collect();
            // One after the other: each is looked for until none is lacking.
            each.into_iter().find(|one| matches!(one, Sought::Lacking { .. })).unwrap_or(Sought::InHand)
        }
        [Claim::Timestamp { timestamp, .. }] => sought_by_timestamp(timestamp, desk.engine, tried),
        [Claim::Export(export)] => match &export.proof {
            Some(proof) => {
                Bundle::parse(proof.as_bytes()).map_or(Sought::Nothing, |bundle| desk.sought_by_record(&bundle))
            }
            None => {
                let timestamp = export.files.iter().find_map(|file| Timestamp::decode(&file.bytes.0).ok());
                timestamp.map_or(Sought::Nothing, |timestamp| sought_by_timestamp(&timestamp, desk.engine, tried))
            }
        },
        _ => Sought::Nothing,
    }
}

/// The network whose headers an examination needs; empty when it needs none. `None` when that cannot be told beforehand.
#[must_use]
pub fn concerned_network(intake: &Intake, registries: &[RegistryPolicy]) -> Option<String> {
    match intake.claims.first() {
        Some(Claim::Proof { bundle, .. }) => {
            policy_of(&bundle.registry, registries).ok().map(|policy| policy.network().to_owned())
        }
        Some(Claim::Timestamp { .. }) => Some(TIMESTAMP_NETWORK.to_owned()),
        Some(Claim::Sealed(sealed)) => Some(match sealed.seal {
            Seal::OpenAttestation(_) => String::new(),
            Seal::Blockcerts(_) => TIMESTAMP_NETWORK.to_owned(),
        }),
        Some(Claim::Export(_)) | None => None,
    }
}

/// A proof among several.
struct Proof {
    bundle: Box<Bundle>,
    input: InputKind,
}

impl Proof {
    fn of(claim: Claim) -> Option<Self> {
        match claim {
            Claim::Proof { bundle, input, .. } => Some(Self { bundle, input }),
            Claim::Timestamp { .. } | Claim::Sealed(_) | Claim::Export(_) => None,
        }
    }
}

/// What became of a proof that is not genuine.
fn conclusion_name(conclusion: Conclusion) -> &'static str {
    match conclusion {
        Conclusion::NotGenuine => "not genuine",
        Conclusion::CannotTell => "cannot be checked",
        _ => "left aside",
    }
}

fn nothing(code: &str, expected: &str, found: &str) -> Problem {
    let (field, detail) = (String::new(), String::new());
    Problem { code: code.into(), field, expected: expected.into(), found: found.into(), detail }
}

/// Where one examination is done.
struct Desk<'a> {
    registries: &'a [RegistryPolicy],
    engine: &'a mut dyn HeaderEngine,
    now: UnixTime,
}

impl Desk<'_> {
    fn setting(&self) -> Setting<'_> {
        Setting { registries: self.registries, engine: self.engine, now: self.now }
    }

    fn examine_record(&mut self, bundle: &Bundle, input: InputKind) -> Report {
        self.examine_beside(bundle, input, &[]).0
    }

    /// Examines a proof of a record, with the headers it brings laid over those in hand. They serve this examination alone:
    /// a proof must not change what the reader believes of the next one.
    fn examine_beside(
        &mut self,
        bundle: &Bundle,
        input: InputKind,
        beside: &[BuriedHistory],
    ) -> (Report, Option<BuriedHistory>) {
        let Some(run) = &bundle.headers else {
            let (_, report, history) = verify_beside(bundle, &self.setting(), input, beside);
            return (report, history);
        };
        self.engine.lay_over();
        let note = self.take_run(run).err();
        let (_, mut report, history) = verify_beside(bundle, &self.setting(), input, beside);
        self.engine.lift();
        report.left_aside.extend(note.map(|error| format!("headers in the proof: {error}")));
        (report, history)
    }

    /// Examines several proofs, each by itself, and then the one they are about with the records of the others beside it.
    /// Records of a proof that is not genuine stand beside nothing, and it is said.
    fn examine_together(&mut self, proofs: &[Proof]) -> Report {
        let each: Vec<(Report, Option<BuriedHistory>)> =
            proofs.iter().map(|proof| self.examine_beside(&proof.bundle, proof.input, &[])).collect();
        let rank = |report: &Report| {
            let scheme = report.record.as_ref().map(|record| record.scheme.as_str());
            ABOUT.iter().position(|about| Some(*about) == scheme).unwrap_or(ABOUT.len())
        };
        let newest = |report: &Report| std::cmp::Reverse(report.record.as_ref().map(|record| record.sequence));
        let about = (0..each.len())
            .min_by_key(|&at| (each[at].1.is_none(), rank(&each[at].0), newest(&each[at].0)))
            .unwrap_or_default();
        let beside: Vec<BuriedHistory> = each
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != about)
            .filter_map(|(_, (_, history))| history.clone())
            .collect();
        let (mut report, _) = self.examine_beside(&proofs[about].bundle, proofs[about].input, &beside);
        for (at, (other, history)) in each.iter().enumerate() {
            if history.is_none() && at != about {
                let name = other.record.as_ref().map_or("?", |record| record.record_id.as_str());
                report.left_aside.push(format!("proof of {name}: {}", conclusion_name(other.conclusion)));
            }
        }
        report
    }

    fn sought_by_record(&mut self, bundle: &Bundle) -> Sought {
        let Some(run) = &bundle.headers else { return sought_by_record(bundle, self.registries, self.engine) };
        self.engine.lay_over();
        // A wrong header among them is told of by the examination.
        let _ = self.take_run(run);
        let sought = sought_by_record(bundle, self.registries, self.engine);
        self.engine.lift();
        sought
    }

    fn take_run(&mut self, run: &HeaderRun) -> Result<(), Refusal> {
        let place = Place { network: run.network.clone(), height: run.from };
        let mut import = Import::new(place, run.run.0.clone());
        loop {
            match import.advance(self.engine, self.now) {
                Progress::Going { .. } => {}
                Progress::Finished { .. } => return Ok(()),
                Progress::Stopped(refusal) => return Err(refusal),
            }
        }
    }

    /// Examines the proof inside an exported report, then compares.
    fn examine_export(&mut self, export: &ClaimedExport) -> Result<(Report, Option<String>), Unreadable> {
        let unreadable = |code: &str, detail: String| Unreadable {
            input: InputKind::Report,
            problem: Problem { detail, ..nothing(code, "", "") },
        };
        let (mut report, proof) = if let Some(proof) = &export.proof {
            let bundle = Bundle::parse(proof.as_bytes())
                .map_err(|error| unreadable("proof-malformed", chain_of_causes(&error)))?;
            (self.examine_record(&bundle, InputKind::Report), Some(proof.clone()))
        } else {
            let mut files: Vec<NamedFile> = export
                .files
                .iter()
                .map(|file| NamedFile { name: file.name.clone(), bytes: file.bytes.0.clone() })
                .collect();
            let found =
                files.iter().enumerate().find_map(|(at, file)| Some((at, Timestamp::decode(&file.bytes).ok()?)));
            let report = match found {
                Some((at, timestamp)) => {
                    files.remove(at);
                    verify_timestamp(&timestamp, document_of(&timestamp, &files), &self.setting()).1
                }
                None => match take_sealed(&mut files)?.first() {
                    Some(Claim::Sealed(sealed)) => examine_sealed(sealed, &files, &self.setting()).0,
                    _ => return Err(unreadable("report-without-proof", String::new())),
                },
            };
            (Report { input: InputKind::Report, ..report }, None)
        };
        compare_with_export(&mut report, &export.report);
        Ok((report, proof))
    }
}

/// The document a timestamp speaks of: the one whose digest fits, or else the first, which then fails.
fn document_of<'a>(timestamp: &Timestamp, documents: &'a [NamedFile]) -> Option<Document<'a>> {
    let as_document = |file: &'a NamedFile| Document { name: &file.name, bytes: &file.bytes };
    let fits = |file: &&NamedFile| timestamp.digest_matches(&file.bytes).is_ok();
    documents.iter().find(fits).or_else(|| documents.first()).map(as_document)
}
