//! What may stand as a source's URL. The browser reads it again by its own rules; here it is held to the part of them that
//! every reader understands in the same way.

use crate::client::message::{HeaderSource, MAX_URL_BYTES, Reach, SourceKind};

/// Why a URL is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AddressError {
    /// Not a URL of the plain kind: scheme, host, path.
    #[error("expected {expected}")]
    Malformed {
        /// The form expected.
        expected: &'static str,
    },
    /// Not encrypted, and not on this machine.
    #[error("expected https: or wss:, or this machine")]
    Insecure,
}

/// Where a source is.
///
/// # Errors
/// [`AddressError`].
pub fn reach_of(source: &HeaderSource) -> Result<Reach, AddressError> {
    let (url, socket) = (source.url.as_str(), source.kind == SourceKind::Electrum);
    let malformed = |expected| Err(AddressError::Malformed { expected });
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'?' | b'@' | b'\\' | b'"' | b'<' | b'>');
    if url.is_empty() || url.len() > MAX_URL_BYTES || !url.bytes().all(plain) {
        return malformed("a plain URL of at most 512 bytes, without query, fragment or user");
    }
    let Some((scheme, rest)) = url.split_once("://") else {
        let elsewhere = url.starts_with("//") || url.split('/').any(|step| step == ".." || step.contains(':'));
        return match (elsewhere, socket) {
            (false, false) => Ok(Reach::Own),
            (true, false) => malformed("https://, or a path at this page's own address"),
            (_, true) => malformed("wss://"),
        };
    };
    let encrypted = match (scheme, socket) {
        ("https", false) | ("wss", true) => true,
        ("http", false) | ("ws", true) => false,
        (_, false) => return malformed("https://"),
        (_, true) => return malformed("wss://"),
    };
    let authority = rest.split('/').next().unwrap_or_default();
    let (host, port) = authority.split_once(':').unwrap_or((authority, "443"));
    let name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-');
    if host.is_empty() || !host.bytes().all(name) || !matches!(port.parse::<u16>(), Ok(1..)) {
        return malformed("a host, and a port from 1 to 65535 if any");
    }
    if !encrypted && !is_this_machine(host) {
        return Err(AddressError::Insecure);
    }
    Ok(Reach::Source { base: url.to_owned() })
}

/// The names of this machine that the page's Content Security Policy allows without encryption.
fn is_this_machine(host: &str) -> bool {
    host.eq_ignore_ascii_case("localhost") || host == "127.0.0.1"
}

/// Whether a source may be asked as often as it answers: one's own machine and the page's own origin.
#[must_use]
pub fn is_near(reach: &Reach) -> bool {
    match reach {
        Reach::Own => true,
        Reach::Source { base } => is_this_machine(&host_of(base)),
    }
}

/// The host of a whole URL, lower case: those who share it share its patience.
#[must_use]
pub fn host_of(base: &str) -> String {
    let rest = base.split_once("://").map_or("", |(_, rest)| rest);
    rest.split(['/', ':']).next().unwrap_or_default().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reach(kind: SourceKind, url: &str) -> Result<Reach, AddressError> {
        reach_of(&HeaderSource::new("mainnet", kind, url))
    }

    #[test]
    fn only_encrypted_or_near_addresses_are_taken() {
        use SourceKind::{Electrum, Esplora};
        for (kind, url) in [
            (Esplora, "https://mempool.space/api"),
            (Esplora, "https://x.example:8443/a/b/"),
            (Esplora, "http://localhost:3000"),
            (Esplora, "http://127.0.0.1:8332"),
            (Electrum, "wss://x.example/electrum-websocket/api"),
            (Electrum, "ws://127.0.0.1:50003"),
        ] {
            assert_eq!(reach(kind, url), Ok(Reach::Source { base: url.into() }), "{url}");
        }
        assert_eq!(reach(Esplora, "sample/chain.headers"), Ok(Reach::Own));
        for (kind, url) in
            [(Esplora, "http://x.example"), (Electrum, "ws://x.example"), (Esplora, "http://127.0.0.1.x.example")]
        {
            assert_eq!(reach(kind, url), Err(AddressError::Insecure), "{url}");
        }
        let long = format!("https://x.example/{}", "a".repeat(MAX_URL_BYTES));
        for (kind, url) in [
            (Esplora, ""),
            (Esplora, "//x.example/api"),
            (Esplora, "a/../../b"),
            (Esplora, "javascript:alert(1)"),
            (Esplora, "data:text/plain,x"),
            (Esplora, "https://"),
            (Esplora, "https:///x"),
            (Esplora, "https://user@x.example"),
            (Esplora, "https://x.example/?key=1"),
            (Esplora, "https://x.example/#a"),
            (Esplora, "https://x.example:0/"),
            (Esplora, "https://x.example:99999/"),
            (Esplora, "https://x example/"),
            (Esplora, "https://x.example\\@y/"),
            (Esplora, "https://münchen.example/"),
            (Esplora, "ftp://x.example"),
            (Esplora, "wss://x.example"),
            (Electrum, "https://x.example"),
            (Electrum, "socket"),
            (Esplora, &long),
        ] {
            assert!(matches!(reach(kind, url), Err(AddressError::Malformed { .. })), "{url}");
        }
    }

    #[test]
    fn near_ones_are_told_from_the_others() {
        let at = |url: &str| Reach::Source { base: url.to_owned() };
        assert!(is_near(&Reach::Own) && is_near(&at("ws://LOCALHOST:1")) && !is_near(&at("https://x.example")));
        assert_eq!(host_of("https://X.example:1/api"), "x.example");
    }
}
