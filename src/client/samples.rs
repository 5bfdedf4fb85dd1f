//! Samples: the page names one, and the index that its own address serves has the link.

use crate::client::clock::Now;
use crate::client::light_client::FETCH_TIMEOUT_MS;
use crate::client::message::{Command, Event, FetchFailure, FetchId, Material, Output, Reach, Stage, VerificationId};
use crate::client::outbox::Outbox;
use crate::encoding::json::{self, Limits};
use crate::proof::problem::chain_of_causes;
use crate::proof::report::Problem;
use serde::Deserialize;

/// The samples' links.
pub const INDEX: &str = "sample/links.json";
/// The format name of the index.
pub const FORMAT: &str = "plimsoll-samples/1";
/// Bounds of the index.
const LIMITS: Limits = Limits { bytes: 4 << 20, depth: 8 };
/// Past this, the index counts as not served even if nobody says so, milliseconds.
const SILENCE_MS: u64 = FETCH_TIMEOUT_MS as u64 + 5_000;

#[derive(Debug, Deserialize)]
struct Index {
    format: String,
    samples: Vec<Sample>,
}

#[derive(Debug, Deserialize)]
struct Sample {
    id: String,
    link: String,
}

#[derive(Debug)]
struct Fetch {
    request: FetchId,
    deadline_ms: u64,
}

/// The samples, fetched when the first is wanted.
#[derive(Debug, Default)]
pub struct Samples {
    index: Option<Vec<Sample>>,
    fetch: Option<Fetch>,
    /// Verifications that wait for the index, never longer than its time.
    waiting: Vec<(VerificationId, Vec<Material>)>,
}

impl Samples {
    /// Gives a command back that others may follow: one that names a sample with its link, once that is known.
    pub fn obey(&mut self, command: Command, now: Now, out: &mut Outbox) -> Option<Command> {
        let is_sample = |item: &Material| matches!(item, Material::Sample { .. });
        match command {
            Command::Verify { id, material } if material.iter().any(is_sample) => match &self.index {
                Some(index) => with_links(index, id, material, out),
                None => {
                    self.waiting.push((id, material));
                    self.ask(now, out);
                    out.say(Event::Progress { id, stage: Stage::FetchingProof });
                    None
                }
            },
            Command::Cancel { id } => {
                self.waiting.retain(|(waiting, _)| *waiting != id);
                Some(Command::Cancel { id })
            }
            other => Some(other),
        }
    }

    fn ask(&mut self, now: Now, out: &mut Outbox) {
        if self.fetch.is_some() {
            return;
        }
        let request = out.fetch_id();
        self.fetch = Some(Fetch { request, deadline_ms: now.steady_ms + SILENCE_MS });
        out.push(Output::Fetch {
            request,
            url: INDEX.to_owned(),
            reach: Reach::Own,
            from_byte: None,
            max_bytes: LIMITS.bytes as u64,
            timeout_ms: FETCH_TIMEOUT_MS,
            in_parts: false,
        });
    }

    /// Whether this is the fetch of the index.
    #[must_use]
    pub fn awaits(&self, request: FetchId) -> bool {
        self.fetch.as_ref().is_some_and(|fetch| fetch.request == request)
    }

    /// Takes the index in; gives the verifications that waited for it.
    #[must_use]
    pub fn take(&mut self, answer: Result<Vec<u8>, FetchFailure>, out: &mut Outbox) -> Vec<Command> {
        self.fetch = None;
        let waiting = std::mem::take(&mut self.waiting);
        let read = answer.map_err(|failure| chain_of_causes(&failure)).and_then(|bytes| read(&bytes));
        match read {
            Ok(index) => {
                let index = self.index.insert(index);
                waiting.into_iter().filter_map(|(id, material)| with_links(index, id, material, out)).collect()
            }
            Err(detail) => {
                waiting.into_iter().for_each(|(id, _)| out.say(refusal(id, detail.clone())));
                Vec::new()
            }
        }
    }

    /// Gives up on an index of which nothing was heard.
    pub fn pass_time(&mut self, now: Now, out: &mut Outbox) {
        if let Some(Fetch { request, deadline_ms }) = self.fetch
            && deadline_ms <= now.steady_ms
        {
            out.push(Output::StopFetch { request });
            // Without an index nobody goes on.
            let _ = self.take(Err(FetchFailure::Timeout { after_ms: FETCH_TIMEOUT_MS }), out);
        }
    }

    /// When time must be passed, by the steady clock's milliseconds.
    #[must_use]
    pub fn next_wakeup(&self) -> Option<u64> {
        self.fetch.as_ref().map(|fetch| fetch.deadline_ms)
    }
}

fn read(bytes: &[u8]) -> Result<Vec<Sample>, String> {
    let value = json::parse(bytes, LIMITS).map_err(|error| chain_of_causes(&error))?;
    let Index { format, samples } = serde_json::from_value(value).map_err(|error| error.to_string())?;
    if format == FORMAT { Ok(samples) } else { Err(format!("format {format:?}, expected {FORMAT:?}")) }
}

fn refusal(id: VerificationId, detail: String) -> Event {
    let empty = String::new;
    let code = "samples-missing".to_owned();
    Event::Refused { id, problem: Problem { code, field: empty(), expected: empty(), found: empty(), detail } }
}

/// The verification with links in the place of samples; one of a sample that is not there is refused.
fn with_links(index: &[Sample], id: VerificationId, material: Vec<Material>, out: &mut Outbox) -> Option<Command> {
    let linked = material.into_iter().map(|item| match item {
        Material::Sample { name } => match index.iter().find(|sample| sample.id == name) {
            Some(sample) => Ok(Material::Link { text: sample.link.clone() }),
            None => Err(format!("no link for {name:?}")),
        },
        other => Ok(other),
    });
    match linked.collect() {
        Ok(material) => Some(Command::Verify { id, material }),
        Err(detail) => {
            out.say(refusal(id, detail));
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::UnixTime;

    const SERVED: &[u8] =
        br##"{"format":"plimsoll-samples/1","samples":[{"id":"a","title":"A","link":"https://x/#/v/1.AA"}]}"##;

    fn at(steady_ms: u64) -> Now {
        Now { unix: UnixTime(0), steady_ms }
    }

    fn wanted(id: u64, name: &str) -> Command {
        let file = Material::File { name: "b".into(), bytes: vec![1] };
        Command::Verify { id: VerificationId(id), material: vec![Material::Sample { name: name.into() }, file] }
    }

    fn linked(id: u64) -> Command {
        let file = Material::File { name: "b".into(), bytes: vec![1] };
        let link = Material::Link { text: "https://x/#/v/1.AA".into() };
        Command::Verify { id: VerificationId(id), material: vec![link, file] }
    }

    fn said(out: &mut Outbox) -> Vec<Output> {
        std::iter::from_fn(|| out.pop()).collect()
    }

    fn refusals(outputs: &[Output]) -> usize {
        let is_refusal = |output: &&Output| matches!(output, Output::Event(Event::Refused { problem, .. }) if problem.code == "samples-missing");
        outputs.iter().filter(is_refusal).count()
    }

    #[test]
    fn the_index_is_fetched_once_and_gives_links() {
        let (mut samples, mut out) = (Samples::default(), Outbox::default());
        assert_eq!(samples.obey(wanted(1, "a"), at(0), &mut out), None);
        assert_eq!(samples.obey(wanted(2, "a"), at(0), &mut out), None);
        assert_eq!(samples.obey(wanted(3, "a"), at(0), &mut out), None);
        let cancelled = Command::Cancel { id: VerificationId(3) };
        assert_eq!(samples.obey(cancelled.clone(), at(0), &mut out), Some(cancelled));
        let fetches = said(&mut out).into_iter().filter_map(|output| match output {
            Output::Fetch { request, url, reach: Reach::Own, .. } if url == INDEX => Some(request),
            _ => None,
        });
        let fetches: Vec<FetchId> = fetches.collect();
        assert!(fetches.len() == 1 && samples.awaits(fetches[0]));
        assert_eq!(samples.take(Ok(SERVED.to_vec()), &mut out), [linked(1), linked(2)]);
        assert_eq!(samples.obey(wanted(4, "a"), at(0), &mut out), Some(linked(4)), "and is kept");
        assert_eq!(said(&mut out), []);
        assert_eq!(samples.obey(wanted(5, "b"), at(0), &mut out), None);
        assert_eq!(refusals(&said(&mut out)), 1, "a sample that the index does not have");
        assert_eq!(samples.obey(linked(6), at(0), &mut out), Some(linked(6)), "others are none of its business");
    }

    #[test]
    fn without_an_index_nobody_waits_for_ever() {
        let other = String::from_utf8_lossy(SERVED).replace("samples/1", "samples/2").into_bytes();
        for answer in [Ok(b"<!doctype html>".to_vec()), Ok(other), Err(FetchFailure::Status { status: 404 })] {
            let (mut samples, mut out) = (Samples::default(), Outbox::default());
            assert_eq!(samples.obey(wanted(1, "a"), at(0), &mut out), None);
            said(&mut out);
            assert_eq!(samples.take(answer, &mut out), []);
            assert_eq!(refusals(&said(&mut out)), 1);
            assert_eq!(samples.obey(wanted(2, "a"), at(0), &mut out), None);
            assert!(
                said(&mut out).iter().any(|output| matches!(output, Output::Fetch { .. })),
                "it is asked for again"
            );
            samples.pass_time(at(SILENCE_MS - 1), &mut out);
            assert_eq!(said(&mut out), []);
            assert_eq!(samples.next_wakeup(), Some(SILENCE_MS));
            samples.pass_time(at(SILENCE_MS), &mut out);
            assert_eq!(refusals(&said(&mut out)), 1);
            assert_eq!(samples.next_wakeup(), None);
        }
    }
}
