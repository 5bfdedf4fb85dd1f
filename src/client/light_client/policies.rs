//! Registry policies: those that the page's own origin serves, and those that the reader pinned.

use super::{FETCH_TIMEOUT_MS, LightClient};
use crate::client::message::{Event, FetchFailure, FetchId, Output, Reach};
use crate::encoding::encode_hex;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::chain_of_causes;
use crate::proof::report::Problem;

/// Past this, a fetch of which nothing was heard counts as failed even if nobody says so, milliseconds.
const SILENCE_MS: u64 = FETCH_TIMEOUT_MS as u64 + 5_000;
/// Most bytes of a registry policy.
const MAX_POLICY_BYTES: u64 = 64 * 1024;

/// A registry's policy being fetched.
#[derive(Debug)]
pub(super) struct Fetch {
    pub(super) url: String,
    pub(super) deadline_ms: u64,
}

impl LightClient {
    pub(super) fn fetch_policy(&mut self, url: &str) {
        let request = self.outbox.fetch_id();
        self.fetches.insert(request, Fetch { url: url.to_owned(), deadline_ms: self.now.steady_ms + SILENCE_MS });
        self.outbox.push(Output::Fetch {
            request,
            url: url.to_owned(),
            reach: Reach::Own,
            from_byte: None,
            max_bytes: MAX_POLICY_BYTES,
            timeout_ms: FETCH_TIMEOUT_MS,
            in_parts: false,
        });
    }

    /// An answer. One that nobody waits for any more, because its time was over, is passed over.
    pub(super) fn take_answer(&mut self, request: FetchId, result: Result<Vec<u8>, FetchFailure>) {
        let Some(Fetch { url, .. }) = self.fetches.remove(&request) else { return };
        match result {
            Ok(bytes) => self.pin(&String::from_utf8_lossy(&bytes), true),
            Err(failure) => self.refuse_pin("registry-not-served", &url, &failure),
        }
    }

    pub(super) fn give_up_on_the_silent(&mut self) {
        let late = |(request, fetch): (&FetchId, &Fetch)| (fetch.deadline_ms <= self.now.steady_ms).then_some(*request);
        let silent: Vec<FetchId> = self.fetches.iter().filter_map(late).collect();
        for request in silent {
            self.outbox.push(Output::StopFetch { request });
            self.take_answer(request, Err(FetchFailure::Timeout { after_ms: FETCH_TIMEOUT_MS }));
        }
    }

    pub(super) fn pin(&mut self, policy_text: &str, aloud: bool) {
        match RegistryPolicy::parse(policy_text) {
            Ok(policy) => {
                let (name, policy_hash) = (policy.name().to_owned(), encode_hex(&policy.id()));
                if self.registries.iter().all(|known| known.id() != policy.id()) {
                    self.registries.push(policy);
                }
                if aloud {
                    self.say(Event::Pinned { name, policy_hash });
                }
            }
            Err(error) => self.refuse_pin("registry-malformed", "policy", &error),
        }
    }

    fn refuse_pin(&mut self, code: &str, field: &str, error: &dyn std::error::Error) {
        let (expected, found, detail) = (String::new(), String::new(), chain_of_causes(error));
        let problem = Problem { code: code.into(), field: field.into(), expected, found, detail };
        self.say(Event::PinRefused { problem });
    }
}
