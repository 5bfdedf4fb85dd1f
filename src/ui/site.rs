//! What the page finds at its own address: the platform's registry policy, block headers, and the samples.

use crate::client::message::{Config, HeaderSource};
use crate::proof::report::Problem;
use crate::ui::route::Route;
use crate::ui::state::{Pin, problem};
use crate::ui::wording::samples::SampleId;
use serde::{Deserialize, Serialize};

/// The policy of the registry that this address vouches for.
pub const REGISTRY: &str = ".well-known/plimsoll-registry.json";
/// Headers of the sample chain, 80 bytes each, from its genesis on.
pub const SAMPLE_HEADERS: &str = "sample/chain.headers";
/// The samples' links.
pub const SAMPLE_INDEX: &str = "sample/links.json";
/// Most bytes of the sample index.
pub const SAMPLE_INDEX_BYTES: u64 = 4 << 20;
/// The format name of the sample index.
pub const SAMPLE_FORMAT: &str = "plimsoll-samples/1";

/// What the client begins with.
#[must_use]
pub fn config(pins: &[Pin]) -> Config {
    Config {
        registries: vec![REGISTRY.to_owned()],
        pinned: pins.iter().map(|pin| pin.policy_text.clone()).collect(),
        headers: vec![HeaderSource::file("regtest", SAMPLE_HEADERS)],
        begin: vec!["regtest".to_owned()],
    }
}

/// The sample index: each sample's proof link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleIndex {
    /// [`SAMPLE_FORMAT`].
    pub format: String,
    /// The samples.
    pub samples: Vec<SampleLink>,
}

/// A sample's proof link.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SampleLink {
    /// The sample's name, as in its address.
    pub id: String,
    /// Its link: a whole address, or its fragment.
    pub link: String,
}

impl SampleIndex {
    /// Reads an index.
    ///
    /// # Errors
    /// A problem for the reader, with the reason in English.
    pub fn parse(bytes: &[u8]) -> Result<Self, Problem> {
        let missing = |detail: String| problem("samples-missing", detail);
        let index: Self = serde_json::from_slice(bytes).map_err(|error| missing(error.to_string()))?;
        if index.format != SAMPLE_FORMAT {
            return Err(missing(format!("format {:?}, expected {SAMPLE_FORMAT:?}", index.format)));
        }
        Ok(index)
    }

    /// A sample's fragment, without `#`.
    ///
    /// # Errors
    /// A problem for the reader when the index has no link for it.
    pub fn fragment(&self, sample: SampleId) -> Result<String, Problem> {
        let found = self.samples.iter().find(|found| found.id == sample.name());
        match found.and_then(|found| Route::of_pasted(&found.link)) {
            Some(Route::Proof(text)) => Ok(text),
            _ => Err(problem("samples-missing", format!("no link for {:?}", sample.name()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_gives_fragments() {
        let text = br##"{"format":"plimsoll-samples/1","samples":[{"id":"receivable","link":"https://x/#/v/1.AA"}]}"##;
        let index = SampleIndex::parse(text).expect("reads");
        assert_eq!(index.fragment(SampleId::Receivable), Ok("/v/1.AA".into()));
        assert_eq!(index.fragment(SampleId::Withheld).expect_err("not there").code, "samples-missing");
        assert!(SampleIndex::parse(b"<!doctype html>").is_err());
        assert!(SampleIndex::parse(br#"{"format":"x","samples":[]}"#).is_err());
    }
}
