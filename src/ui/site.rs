//! What the page finds at its own address: the platform's registry policy, and block headers.

use crate::client::message::{Config, HeaderSource, MAX_SOURCES};
use crate::ui::headers::Choice;
use crate::ui::state::Pin;

/// The policy of the registry that this address vouches for.
pub const REGISTRY: &str = ".well-known/plimsoll-registry.json";
/// Headers of the sample chain, 80 bytes each, from its genesis on.
pub const SAMPLE_HEADERS: &str = "sample/chain.headers";

/// Headers that the page's own address serves: asked without anybody's asking.
fn own_sources() -> Vec<HeaderSource> {
    vec![HeaderSource::file("regtest", SAMPLE_HEADERS)]
}

fn is_same(one: &HeaderSource, other: &HeaderSource) -> bool {
    (&one.network, &one.url) == (&other.network, &other.url)
}

/// Whether a source came with the page, and not from the reader.
#[must_use]
pub fn is_own(source: &HeaderSource) -> bool {
    own_sources().iter().any(|own| is_same(own, source))
}

/// What the client begins with: what came with the page, as the reader turned it on or off, and what he added.
#[must_use]
pub fn config(pins: &[Pin], choice: &Choice) -> Config {
    let mut headers = own_sources();
    let mut begin: Vec<String> = headers.iter().map(|own| own.network.clone()).collect();
    for source in &choice.sources {
        if let Some(known) = headers.iter_mut().find(|known| is_same(known, source)) {
            known.enabled = source.enabled;
        } else if headers.len() < MAX_SOURCES {
            headers.push(source.clone());
        }
    }
    for network in &choice.begin {
        // A network is begun for a source's sake: one whose sources are gone is left alone.
        if !begin.contains(network) && headers.iter().any(|source| source.network == *network) {
            begin.push(network.clone());
        }
    }
    let pinned = pins.iter().map(|pin| pin.policy_text.clone()).collect();
    Config { registries: vec![REGISTRY.to_owned()], pinned, headers, begin }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::message::SourceKind;

    #[test]
    fn the_page_s_own_sources_stay_and_the_reader_s_are_added() {
        let own = config(&[], &Choice::default());
        assert_eq!((own.headers.len(), own.begin.as_slice()), (1, ["regtest".to_owned()].as_slice()));
        assert!(is_own(&own.headers[0]));
        let mut off = HeaderSource::new("regtest", SourceKind::Esplora, SAMPLE_HEADERS);
        off.enabled = false;
        let added = HeaderSource::new("signet", SourceKind::Electrum, "wss://x.example");
        let begin = ["signet", "mainnet", "regtest"].map(str::to_owned).to_vec();
        let both = config(&[], &Choice { sources: vec![off, added.clone()], begin });
        let expected = HeaderSource { enabled: false, ..own.headers[0].clone() };
        assert_eq!(both.headers, [expected, added.clone()]);
        assert_eq!(both.begin, ["regtest", "signet"], "nothing is begun that has no source");
        assert!(!is_own(&added));
        let many = |at| HeaderSource::new("signet", SourceKind::Electrum, &format!("wss://y.example/{at}"));
        let many = Choice { sources: (0..99).map(many).collect(), begin: vec![] };
        assert_eq!(config(&[], &many).headers.len(), MAX_SOURCES);
    }
}
