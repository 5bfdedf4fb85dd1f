//! Proofs kept elsewhere: fetched from the page's own address without asking, from another only when the reader agreed.
//!
//! Only the address in the link is asked. The key beside it stays here: it stands after `#`, and no request has it.

use crate::client::clock::Now;
use crate::client::intake::{Claim, Unreadable, kept, remote_problem};
use crate::client::light_client::FETCH_TIMEOUT_MS;
use crate::client::message::{Command, Event, FetchFailure, FetchId, Material, Output, Reach, Stage, VerificationId};
use crate::client::outbox::Outbox;
use crate::crypto::hash::sha256;
use crate::proof::link::ProofLink;
use crate::proof::problem::chain_of_causes;
use crate::proof::remote::{MAX_FILE_BYTES, Remote};

/// Past this, a proof counts as not to be had even if nobody says so, milliseconds.
const SILENCE_MS: u64 = FETCH_TIMEOUT_MS as u64 + 5_000;

/// A fetch, and the verification that waits for it.
#[derive(Debug)]
struct Fetch {
    request: FetchId,
    deadline_ms: u64,
    id: VerificationId,
    remote: Remote,
    /// What was handed in beside the link.
    beside: Vec<Material>,
}

/// What came of a fetch: the verification, and its claim with what was handed in beside it.
pub type Fetched = (VerificationId, Result<(Claim, Vec<Material>), Unreadable>);

/// Proofs being fetched.
#[derive(Debug, Default)]
pub struct Remotes {
    fetches: Vec<Fetch>,
}

impl Remotes {
    /// Gives a command back that others may follow, unless a proof is to be fetched for it first.
    pub fn obey(&mut self, command: Command, now: Now, out: &mut Outbox) -> Option<Command> {
        match command {
            Command::Verify { id, mut material } => match wanted(&material) {
                Some((at, remote, reach)) => {
                    material.remove(at);
                    let request = out.fetch_id();
                    let url = remote.url().to_owned();
                    let deadline_ms = now.steady_ms + SILENCE_MS;
                    self.fetches.push(Fetch { request, deadline_ms, id, remote, beside: material });
                    out.say(Event::Progress { id, stage: Stage::FetchingProof });
                    out.push(Output::Fetch {
                        request,
                        url,
                        reach,
                        from_byte: None,
                        max_bytes: MAX_FILE_BYTES as u64,
                        timeout_ms: FETCH_TIMEOUT_MS,
                        in_parts: false,
                    });
                    None
                }
                None => Some(Command::Verify { id, material }),
            },
            Command::Cancel { id } => {
                for fetch in self.fetches.iter().filter(|fetch| fetch.id == id) {
                    out.push(Output::StopFetch { request: fetch.request });
                }
                self.fetches.retain(|fetch| fetch.id != id);
                Some(Command::Cancel { id })
            }
            other => Some(other),
        }
    }

    /// Whether this is the fetch of a proof.
    #[must_use]
    pub fn awaits(&self, request: FetchId) -> bool {
        self.fetches.iter().any(|fetch| fetch.request == request)
    }

    /// Takes a fetched file in.
    #[must_use]
    pub fn take(&mut self, request: FetchId, answer: Result<Vec<u8>, FetchFailure>) -> Option<Fetched> {
        let at = self.fetches.iter().position(|fetch| fetch.request == request)?;
        let Fetch { id, remote, beside, .. } = self.fetches.remove(at);
        let claim = match answer {
            Ok(file) => kept(&remote, &file),
            Err(failure) => Err(not_fetched(&remote, &failure)),
        };
        Some((id, claim.map(|claim| (claim, beside))))
    }

    /// Gives up on a proof of which nothing was heard.
    #[must_use]
    pub fn pass_time(&mut self, now: Now, out: &mut Outbox) -> Option<Fetched> {
        let late = self.fetches.iter().find(|fetch| fetch.deadline_ms <= now.steady_ms)?.request;
        out.push(Output::StopFetch { request: late });
        self.take(late, Err(FetchFailure::Timeout { after_ms: FETCH_TIMEOUT_MS }))
    }

    /// When time must be passed, by the steady clock's milliseconds.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<u64> {
        self.fetches.iter().map(|fetch| fetch.deadline_ms).min()
    }
}

/// The first link whose proof is to be fetched, its place, and where it may be: it has an address, and its file was not handed
/// in beside it.
fn wanted(material: &[Material]) -> Option<(usize, Remote, Reach)> {
    let files =
        || material.iter().filter_map(|item| if let Material::File { bytes, .. } = item { Some(bytes) } else { None });
    material.iter().enumerate().find_map(|(at, item)| {
        let (text, granted) = match item {
            Material::Link { text } => (text, false),
            Material::Granted { text } => (text, true),
            Material::Sample { .. } | Material::File { .. } => return None,
        };
        let Ok(ProofLink::Remote(remote)) = ProofLink::parse(text) else { return None };
        if remote.url().is_empty() || files().any(|bytes| sha256(bytes) == *remote.sha256()) {
            return None;
        }
        let reach = if granted { Reach::Source { base: remote.url().to_owned() } } else { Reach::Own };
        Some((at, remote, reach))
    })
}

fn not_fetched(remote: &Remote, failure: &FetchFailure) -> Unreadable {
    let code = match failure {
        FetchFailure::Elsewhere { .. } => "proof-kept-elsewhere",
        FetchFailure::Status { status: 404 | 410 } => "remote-not-found",
        FetchFailure::TooLarge { .. } => "remote-too-large",
        _ => "remote-no-answer",
    };
    remote_problem(code, remote.url(), chain_of_causes(failure))
}
