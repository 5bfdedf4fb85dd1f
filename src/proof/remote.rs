//! Links to a proof that is kept elsewhere: where it lies, what it hashes to, and the key when it is encrypted.
//!
//! ```text
//! u.<base64url(url)>.<sha256 hex>[.<base64url key>]
//! ```
//!
//! The link stands after `#`, so whoever keeps the file never gets the key. An empty address stands for a file that travels
//! beside the link, in a mail for example.

use crate::crypto::hash::sha256;
use crate::encoding::{decode_base64url, decode_hex_array, encode_base64url, encode_hex};
use crate::proof::encrypted::{self, EncryptedError};
use crate::proof::link::LinkError;

/// Most bytes of an address.
pub const MAX_URL_BYTES: usize = 1_024;
/// Most bytes of a file: a whole proof file, or an encrypted one.
pub const MAX_FILE_BYTES: usize = 4 * 1024 * 1024 + 64;

/// Why a file is not the one a link names, or cannot be read with it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RemoteError {
    /// Another file, or the same one changed.
    #[error("SHA-256 of the file: expected {expected}, found {found}")]
    OtherFile {
        /// What the link says, hexadecimal.
        expected: String,
        /// What the file has.
        found: String,
    },
    /// It is encrypted, and the link has no key.
    #[error("the file is encrypted, and the link has no key")]
    KeyMissing,
    /// The link has a key, and the file cannot be opened with it.
    #[error("the file does not open")]
    Encrypted(#[from] EncryptedError),
}

/// A proof kept elsewhere, as a link names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remote {
    url: String,
    sha256: [u8; 32],
    key: Option<Vec<u8>>,
}

impl Remote {
    /// A link to a file at an address, with the key that opens it.
    ///
    /// # Errors
    /// [`LinkError::Field`] for an address that is none.
    pub fn new(url: &str, sha256: [u8; 32], key: Option<Vec<u8>>) -> Result<Self, LinkError> {
        Ok(Self { url: address(url)?.to_owned(), sha256, key })
    }

    /// Reads what follows `u.`.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn parse(body: &str) -> Result<Self, LinkError> {
        let mut fields = body.split('.');
        let url = decode_base64url(fields.next().unwrap_or_default()).map_err(LinkError::Text)?;
        let url = String::from_utf8(url).map_err(|_| field("url", "UTF-8", "other bytes"))?;
        let hash = fields.next().unwrap_or_default();
        let sha256 = decode_hex_array(hash).map_err(LinkError::Text)?;
        let key = fields.next().map(decode_base64url).transpose().map_err(LinkError::Text)?;
        match fields.next() {
            None => Self::new(&url, sha256, key),
            Some(extra) => Err(field("link", "at most three fields", extra)),
        }
    }

    /// The fragment without its `#`, `/v/u.…`.
    #[must_use]
    pub fn to_route(&self) -> String {
        let key = self.key.as_ref().map(|key| format!(".{}", encode_base64url(key))).unwrap_or_default();
        format!("/v/u.{}.{}{key}", encode_base64url(self.url.as_bytes()), encode_hex(&self.sha256))
    }

    /// Where the file lies; empty when it travels beside the link.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// SHA-256 of the file.
    #[must_use]
    pub fn sha256(&self) -> &[u8; 32] {
        &self.sha256
    }

    /// The proof file inside a file, when it is the one this names.
    ///
    /// # Errors
    /// [`RemoteError`].
    pub fn open(&self, file: &[u8]) -> Result<Vec<u8>, RemoteError> {
        let found = sha256(file);
        if found != self.sha256 {
            let (expected, found) = (encode_hex(&self.sha256), encode_hex(&found));
            return Err(RemoteError::OtherFile { expected, found });
        }
        match &self.key {
            Some(key) => Ok(encrypted::decrypt(file, key)?),
            None if encrypted::is_encrypted(file) => Err(RemoteError::KeyMissing),
            None => Ok(file.to_vec()),
        }
    }
}

fn field(field: &'static str, expected: &'static str, found: &str) -> LinkError {
    LinkError::Field { field, expected, found: found.chars().take(40).collect() }
}

/// An address is encrypted on its way, or on this machine; it has no fragment, which would not be sent, and no user.
fn address(url: &str) -> Result<&str, LinkError> {
    let wrong = |expected| Err(field("url", expected, url));
    if url.is_empty() {
        return Ok(url);
    }
    let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'#' | b'\\' | b'"' | b'<' | b'>');
    if url.len() > MAX_URL_BYTES || !url.bytes().all(plain) {
        return wrong("a plain address of at most 1024 letters, without spaces and without #");
    }
    let near = |rest: &&str| {
        let authority = rest.split(['/', '?']).next().unwrap_or_default();
        let host = authority.split(':').next().unwrap_or_default();
        host == "127.0.0.1" || host.eq_ignore_ascii_case("localhost")
    };
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://").filter(near));
    let authority = rest.map(|rest| rest.split(['/', '?']).next().unwrap_or_default());
    match authority {
        None => wrong("https://…"),
        Some(authority) if authority.is_empty() || authority.contains('@') => {
            wrong("https:// and a host, without user")
        }
        Some(_) => Ok(url),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::encrypted::encrypt;
    use crate::proof::link::ProofLink;

    const URL: &str = "https://files.example/a.b?v=1";

    #[test]
    fn a_link_names_its_file_and_reads_back() {
        let route = format!("#/v/u.{}.{}.{}", encode_base64url(URL.as_bytes()), "00".repeat(32), "AAAA");
        let Ok(ProofLink::Remote(remote)) = ProofLink::parse(&route) else { panic!("a remote link") };
        assert_eq!(remote, Remote::new(URL, [0; 32], Some(vec![0; 3])).unwrap());
        assert_eq!(format!("#{}", remote.to_route()), route);
        assert!(ProofLink::parse(&format!("{route}.x")).is_err());
        for (url, key) in [("", Some(vec![7; 32])), ("http://localhost:8080/p", None), ("https://x.example", None)] {
            let remote = Remote::new(url, [9; 32], key).unwrap();
            assert_eq!(ProofLink::parse(&remote.to_route()), Ok(ProofLink::Remote(remote)), "{url}");
        }
    }

    #[test]
    fn addresses_that_are_none_are_refused() {
        let long = format!("https://x.example/{}", "a".repeat(MAX_URL_BYTES));
        for url in [
            "http://x.example/a",
            "http://127.0.0.1.x.example/",
            "http://localhost@x.example/",
            "ftp://x.example",
            "javascript:alert(1)",
            "//x.example/a",
            "a/b",
            "https://",
            "https:///a",
            "https://user@x.example/",
            "https://x.example/#a",
            "https://x .example/",
            "https://x.example\\a",
            "https://münchen.example/",
            &long,
        ] {
            let error = Remote::new(url, [0; 32], None).unwrap_err();
            assert!(matches!(error, LinkError::Field { field: "url", .. }), "{url}: {error}");
            let route = format!("/v/u.{}.{}", encode_base64url(url.as_bytes()), "00".repeat(32));
            assert!(ProofLink::parse(&route).is_err(), "{url}");
        }
        for body in ["u.aHR0cHM6Ly94LmV4YW1wbGU", "u.aHR0cHM6Ly94LmV4YW1wbGU.00", "u.=.00"] {
            assert!(ProofLink::parse(&format!("/v/{body}")).is_err(), "{body}");
        }
    }

    #[test]
    fn each_step_of_opening_has_its_own_error() {
        let (file, key) = encrypt(b"{}", &std::array::from_fn(|at| at as u8));
        let of = |file: &[u8], key: Option<&[u8]>| {
            Remote::new("", crate::crypto::hash::sha256(file), key.map(<[u8]>::to_vec)).unwrap()
        };
        assert_eq!(of(&file, Some(&key)).open(&file).as_deref(), Ok(&b"{}"[..]));
        let mut changed = file.clone();
        changed[30] ^= 1;
        assert!(matches!(of(&file, Some(&key)).open(&changed), Err(RemoteError::OtherFile { .. })));
        let expected = Err(RemoteError::Encrypted(EncryptedError::Wrong));
        assert_eq!(of(&file, Some(&[0; 32])).open(&file), expected);
        assert_eq!(of(&changed, Some(&key)).open(&changed), expected, "changed by whoever made the link");
        assert_eq!(of(&file, None).open(&file), Err(RemoteError::KeyMissing));
        assert_eq!(of(b"{}", Some(&key)).open(b"{}"), Err(RemoteError::Encrypted(EncryptedError::NotEncrypted)));
        assert_eq!(of(b"{}", None).open(b"{}").as_deref(), Ok(&b"{}"[..]), "kept elsewhere in the clear");
    }
}
