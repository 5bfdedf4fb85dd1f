//! From what was handed in to a report: the headers first, then the claim.

use plimsoll::chain::{Params, Pins};
use plimsoll::client::import::{Import, Place, PlaceError, Progress, built_in_pins, place};
use plimsoll::client::intake::{Claim, NamedFile, sort};
use plimsoll::client::message::Material;
use plimsoll::proof::bundle::{Bundle, HeaderRun};
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::problem::{Finding, chain_of_causes};
use plimsoll::proof::recheck::{Export, ReportAgrees};
use plimsoll::proof::report::{Conclusion, InputKind, LineId, Outcome, Report, StepReport};
use plimsoll::proof::setting::{Chains, Setting};
use plimsoll::proof::step::StepId;
use plimsoll::proof::verify::verify_record;
use plimsoll::proof::verify_timestamp::{Document, verify_timestamp};
use plimsoll::time::UnixTime;
use plimsoll::timestamp::Timestamp;

/// What the reader brings.
pub struct Examiner {
    /// Policies the reader trusts.
    pub registries: Vec<RegistryPolicy>,
    /// Headers, all of them verified.
    pub chains: Chains,
    /// Blocks the reader knows.
    pub pins: Pins,
    /// The clock.
    pub now: UnixTime,
    /// What there is to say about headers that were not taken.
    pub notes: Vec<String>,
}

impl Examiner {
    /// Takes in a file of headers. Where `params` are given they are judged by these.
    ///
    /// # Errors
    /// [`PlaceError`] when nothing tells where they belong.
    pub fn add_headers(&mut self, name: &str, bytes: Vec<u8>, params: Option<&Params>) -> Result<(), PlaceError> {
        let genesis = params.filter(|params| bytes.starts_with(&params.genesis().encode()));
        let place = match genesis {
            Some(params) => Place { params: params.clone(), height: 0 },
            None => place(name, &bytes, &self.chains)?,
        };
        self.import(name, place, bytes);
        Ok(())
    }

    fn import(&mut self, name: &str, place: Place, bytes: Vec<u8>) {
        let pins = match self.pins.iter().len() {
            0 => built_in_pins(&place.params),
            _ => self.pins.clone(),
        };
        let mut import = Import::new(place, bytes, pins);
        loop {
            match import.advance(&mut self.chains, self.now) {
                Progress::Going { .. } => {}
                Progress::Finished { .. } => return,
                Progress::Stopped(error) => {
                    self.notes.push(format!("note: {name}: {}", chain_of_causes(&error)));
                    return;
                }
            }
        }
    }

    /// Headers that travel with a proof are judged like any others.
    fn add_carried(&mut self, run: &HeaderRun) {
        match Params::named(&run.network) {
            Ok(params) => {
                self.import("headers of the proof", Place { params, height: run.from }, run.run.0.clone());
            }
            Err(error) => self.notes.push(format!("note: headers of the proof: {error}")),
        }
    }

    fn setting(&self) -> Setting<'_> {
        Setting { registries: &self.registries, chains: &self.chains, now: self.now }
    }

    /// Examines a claim. `documents` are what a timestamp may speak of.
    pub fn examine(&mut self, claim: &Claim, documents: &[NamedFile]) -> Report {
        match claim {
            Claim::Proof { bundle, input, .. } => self.examine_proof(bundle, *input),
            Claim::Timestamp { timestamp, .. } => self.examine_timestamp(timestamp, documents),
            Claim::Export(export) => self.examine_export(export),
        }
    }

    fn examine_proof(&mut self, bundle: &Bundle, input: InputKind) -> Report {
        if let Some(run) = &bundle.headers {
            self.add_carried(run);
        }
        verify_record(bundle, &self.setting(), input).1
    }

    fn examine_timestamp(&self, timestamp: &Timestamp, documents: &[NamedFile]) -> Report {
        let fits = documents.iter().find(|file| timestamp.digest_matches(&file.bytes).is_ok());
        let document = fits.or(documents.first());
        let document = document.map(|file| Document { name: &file.name, bytes: &file.bytes });
        verify_timestamp(timestamp, document, &self.setting()).1
    }

    /// What is inside is examined anew; the report handed in is only compared.
    fn examine_export(&mut self, export: &Export) -> Report {
        let file = |name: &str, bytes: &[u8]| Material::File { name: name.to_owned(), bytes: bytes.to_vec() };
        let proof = export.proof.iter().map(|text| file("proof", text.as_bytes()));
        let inside = match sort(proof.chain(export.files.iter().map(|own| file(&own.name, &own.bytes.0))).collect()) {
            Ok(inside) => inside,
            Err(unreadable) => return Report::unreadable(InputKind::Report, unreadable.problem, self.now),
        };
        let found = match inside.claims.first() {
            Some(Claim::Proof { bundle, .. }) => self.examine_proof(bundle, export.report.input),
            Some(Claim::Timestamp { timestamp, .. }) => self.examine_timestamp(timestamp, &inside.documents),
            Some(Claim::Export(_)) | None => {
                let problem = Finding::failed("report-without-proof", "proof").problem;
                return Report::unreadable(InputKind::Report, problem, self.now);
            }
        };
        compared(&export.report, found)
    }
}

/// Adds the comparison of a report with what was found in its stead.
fn compared(claimed: &Report, mut found: Report) -> Report {
    let result = ReportAgrees::verify(claimed, &found);
    let (outcome, problem) = match result {
        Ok(_agrees) => (Outcome::Passed, None),
        Err(finding) => (finding.outcome, Some(finding.problem)),
    };
    if let Some(line) = found.lines.iter_mut().find(|line| line.line == LineId::Unchanged) {
        line.outcome = line.outcome.min(outcome);
        line.steps.push(StepReport { step: StepId::ReportAgrees, outcome, values: Vec::new(), problem });
    }
    if outcome == Outcome::Failed {
        found.conclusion = Conclusion::NotGenuine;
    }
    Report { input: InputKind::Report, ..found }
}
