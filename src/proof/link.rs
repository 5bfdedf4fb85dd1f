//! Proof links: a whole proof in the fragment of an address, which no server ever sees.
//!
//! ```text
//! …/#/v/1.<base64url(raw DEFLATE(proof file))>              the proof itself
//! …/#/Q/1.<set>.<part>.<parts>.<BASE32>                     the same in QR codes, one or several
//! …/#/v/u.<base64url(url)>.<sha256 hex>[.<base64url key>]   a proof kept elsewhere (`remote.rs`)
//! ```
//!
//! A QR code holds capitals and digits in five and a half bits each, so the second form is upper-case base32 (RFC 4648,
//! unpadded); `set` is the first eight hexadecimal digits, in capitals, of the SHA-256 of the compressed bytes, and tells
//! the codes of one proof from those of another.

use crate::crypto::hash::sha256;
use crate::encoding::{TextError, decode_base32, decode_base64url, encode_base32, encode_base64url, encode_hex};
use crate::proof::remote::Remote;
use miniz_oxide::inflate::TINFLStatus;
use miniz_oxide::inflate::core::{
    DecompressorOxide, decompress, inflate_flags::TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF,
};

/// Most characters of a link that are looked at.
pub const MAX_LINK_CHARS: usize = 2 * 1024 * 1024;
/// Most bytes a link inflates to. A bomb stops here.
pub const MAX_INFLATED_BYTES: usize = 4 * 1024 * 1024;
/// Most QR codes one proof is spread over.
pub const MAX_PARTS: usize = 64;

/// Why a text is not a proof link.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Longer than anything we read.
    #[error("link of {found} characters is over the limit of {limit}")]
    TooLong {
        /// Characters found.
        found: usize,
        /// Characters allowed.
        limit: usize,
    },
    /// No `/v/` or `/Q/` part.
    #[error("no proof in this address: expected \"#/v/1.\" and the proof after it")]
    NoProof,
    /// A version of a later program.
    #[error("proof link version {found:?}, expected \"1\" or \"u\"")]
    UnknownVersion {
        /// The version found.
        found: String,
    },
    /// The text is not strict base64url or base32: cut off, or altered on its way.
    #[error("the link's text is damaged")]
    Text(#[source] TextError),
    /// Not strict base32.
    #[error("the code's text is damaged")]
    Base32(#[source] TextError),
    /// The compressed bytes end early: the link was cut off.
    #[error("the compressed proof ends early, after {read} bytes: the link was cut off")]
    Truncated {
        /// Bytes there were.
        read: usize,
    },
    /// Not raw DEFLATE (RFC 1951).
    #[error("the compressed proof is damaged")]
    Damaged,
    /// Bytes are left after the compressed proof.
    #[error("{left} bytes left over after the compressed proof")]
    Trailing {
        /// Bytes left over.
        left: usize,
    },
    /// The proof inflates to more than we read.
    #[error("the proof inflates past the limit of {limit} bytes")]
    TooLarge {
        /// Bytes allowed.
        limit: usize,
    },
    /// A field of a QR or remote link is not as it must be.
    #[error("{field}: expected {expected}, found {found:?}")]
    Field {
        /// The field.
        field: &'static str,
        /// What it must be.
        expected: &'static str,
        /// What it is.
        found: String,
    },
}

/// A proof link, taken apart but not yet inflated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ProofLink {
    /// The compressed proof itself.
    Inline(Vec<u8>),
    /// One of several codes.
    Part(Part),
    /// The proof is kept elsewhere.
    Remote(Remote),
}

/// One of several QR codes that hold a proof together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Which proof it belongs to.
    pub set: String,
    /// Its place, from 1.
    pub part: usize,
    /// How many there are.
    pub parts: usize,
    /// Its share of the compressed bytes.
    pub bytes: Vec<u8>,
}

impl ProofLink {
    /// Reads a link from whatever a person pasted: the whole address, or the fragment alone.
    ///
    /// # Errors
    /// [`LinkError`].
    pub fn parse(text: &str) -> Result<Self, LinkError> {
        let text = text.trim();
        if text.len() > MAX_LINK_CHARS {
            return Err(LinkError::TooLong { found: text.len(), limit: MAX_LINK_CHARS });
        }
        let fragment = text.split_once('#').map_or(text, |(_, fragment)| fragment);
        if let Some(code) = fragment.strip_prefix("/Q/1.") {
            return parse_part(code).map(Self::Part);
        }
        let (version, body) =
            fragment.strip_prefix("/v/").ok_or(LinkError::NoProof)?.split_once('.').ok_or(LinkError::NoProof)?;
        match version {
            "1" => Ok(Self::Inline(decode_base64url(body).map_err(LinkError::Text)?)),
            "u" => Remote::parse(body).map(Self::Remote),
            other => Err(LinkError::UnknownVersion { found: other.chars().take(16).collect() }),
        }
    }

    /// Joins the codes of one proof, in any order.
    ///
    /// # Errors
    /// [`LinkError::Field`] when codes are missing, double or of different proofs.
    pub fn join(mut parts: Vec<Part>) -> Result<Self, LinkError> {
        parts.sort_by_key(|part| part.part);
        parts.dedup();
        let wrong = |expected, found| LinkError::Field { field: "codes", expected, found };
        let first = parts.first().ok_or_else(|| wrong("at least one code", "none".into()))?;
        let (set, count) = (first.set.clone(), first.parts);
        if parts.iter().any(|part| part.set != set || part.parts != count) {
            return Err(wrong("codes of one proof", "codes of several".into()));
        }
        if parts.len() != count || parts.iter().zip(1..).any(|(part, place)| part.part != place) {
            let have: Vec<String> = parts.iter().map(|part| part.part.to_string()).collect();
            return Err(wrong("every code once", format!("{} of {count}: {}", have.len(), have.join(", "))));
        }
        let bytes: Vec<u8> = parts.into_iter().flat_map(|part| part.bytes).collect();
        if set_of(&bytes) != set {
            return Err(wrong("bytes that fit the codes' common name", set_of(&bytes)));
        }
        Ok(Self::Inline(bytes))
    }
}

fn parse_part(code: &str) -> Result<Part, LinkError> {
    let field =
        |field, expected, found: &str| LinkError::Field { field, expected, found: found.chars().take(40).collect() };
    let fields: Vec<&str> = code.splitn(4, '.').collect();
    let [set, part, parts, data] = fields[..] else {
        return Err(field("code", "set, part, parts and data", code));
    };
    if set.len() != 8 || !set.bytes().all(|c| c.is_ascii_digit() || (b'A'..=b'F').contains(&c)) {
        return Err(field("set", "eight hexadecimal digits", set));
    }
    let number = |name, text: &str| {
        text.parse::<usize>()
            .ok()
            .filter(|n| n.to_string() == text && (1..=MAX_PARTS).contains(n))
            .ok_or_else(|| field(name, "a number from 1 to 64", text))
    };
    let (part, parts) = (number("part", part)?, number("parts", parts)?);
    if part > parts {
        return Err(field("part", "at most the number of parts", &part.to_string()));
    }
    let bytes = decode_base32(data).map_err(LinkError::Base32)?;
    Ok(Part { set: set.to_owned(), part, parts, bytes })
}

/// Inflates raw DEFLATE under [`MAX_INFLATED_BYTES`], to the last byte and not beyond.
///
/// # Errors
/// [`LinkError`].
pub fn inflate(compressed: &[u8]) -> Result<Vec<u8>, LinkError> {
    let mut state = Box::<DecompressorOxide>::default();
    let mut out = vec![0; compressed.len().saturating_mul(4).clamp(1024, MAX_INFLATED_BYTES)];
    let (mut read, mut written) = (0, 0);
    loop {
        let (status, taken, given) =
            decompress(&mut state, &compressed[read..], &mut out, written, TINFL_FLAG_USING_NON_WRAPPING_OUTPUT_BUF);
        read += taken;
        written += given;
        match status {
            TINFLStatus::Done if read < compressed.len() => {
                return Err(LinkError::Trailing { left: compressed.len() - read });
            }
            TINFLStatus::Done => {
                out.truncate(written);
                return Ok(out);
            }
            TINFLStatus::HasMoreOutput if out.len() >= MAX_INFLATED_BYTES => {
                return Err(LinkError::TooLarge { limit: MAX_INFLATED_BYTES });
            }
            TINFLStatus::HasMoreOutput => out.resize((out.len() * 2).min(MAX_INFLATED_BYTES), 0),
            TINFLStatus::FailedCannotMakeProgress | TINFLStatus::NeedsMoreInput => {
                return Err(LinkError::Truncated { read });
            }
            _ => return Err(LinkError::Damaged),
        }
    }
}

/// Compresses a proof file as links carry it.
#[must_use]
pub fn deflate(proof: &[u8]) -> Vec<u8> {
    miniz_oxide::deflate::compress_to_vec(proof, 10)
}

/// The route of a proof link, `/v/1.…`: the fragment without its `#`.
#[must_use]
pub fn to_route(proof: &[u8]) -> String {
    format!("/v/1.{}", encode_base64url(&deflate(proof)))
}

/// The routes of the QR codes for a proof, each with at most `bytes_per_code` compressed bytes. `None` when that takes
/// more than [`MAX_PARTS`].
#[must_use]
pub fn to_code_routes(proof: &[u8], bytes_per_code: usize) -> Option<Vec<String>> {
    let compressed = deflate(proof);
    let set = set_of(&compressed);
    // Equal shares: a row of codes of one size is easier to scan than full ones and a small last one.
    let parts = compressed.len().div_ceil(bytes_per_code.max(1)).max(1);
    let share = compressed.len().div_ceil(parts);
    (parts <= MAX_PARTS).then(|| {
        let codes = compressed.chunks(share.max(1)).enumerate();
        codes.map(|(at, bytes)| format!("/Q/1.{set}.{}.{parts}.{}", at + 1, encode_base32(bytes))).collect()
    })
}

fn set_of(compressed: &[u8]) -> String {
    encode_hex(&sha256(compressed)[..4]).to_uppercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proof() -> Vec<u8> {
        (0..4000u32).flat_map(|i| format!("{},", i * i).into_bytes()).collect()
    }

    #[test]
    fn a_link_round_trips_however_it_was_pasted() {
        let route = to_route(&proof());
        for text in [route.clone(), format!("#{route}"), format!(" https://trade.example/p/#{route}\n")] {
            let ProofLink::Inline(bytes) = ProofLink::parse(&text).unwrap() else { panic!("inline") };
            assert_eq!(inflate(&bytes).unwrap(), proof());
        }
    }

    #[test]
    fn every_cut_is_an_error_and_most_say_cut_off() {
        let compressed = deflate(&proof());
        for end in 0..compressed.len() {
            assert!(matches!(inflate(&compressed[..end]), Err(LinkError::Truncated { .. })), "{end}");
        }
        let route = to_route(b"short proof");
        for end in 0..route.len() {
            let cut = ProofLink::parse(&route[..end]).and_then(|link| match link {
                ProofLink::Inline(bytes) => inflate(&bytes),
                other => panic!("{other:?}"),
            });
            assert!(cut.is_err(), "{end}");
        }
    }

    #[test]
    fn a_bomb_stops_at_the_limit_and_leftovers_are_refused() {
        let bomb = deflate(&vec![0; MAX_INFLATED_BYTES + 1]);
        assert!(bomb.len() < 10_000);
        assert_eq!(inflate(&bomb), Err(LinkError::TooLarge { limit: MAX_INFLATED_BYTES }));
        assert_eq!(inflate(&deflate(&vec![7; MAX_INFLATED_BYTES])).unwrap().len(), MAX_INFLATED_BYTES);
        let mut spare = deflate(b"x");
        spare.push(0);
        assert_eq!(inflate(&spare), Err(LinkError::Trailing { left: 1 }));
        assert_eq!(inflate(&[0xff; 40]), Err(LinkError::Damaged));
    }

    #[test]
    fn strangers_text_is_refused_with_its_field() {
        for (text, part) in [
            ("", "no proof"),
            ("https://trade.example/", "no proof"),
            ("#/v/1", "no proof"),
            ("#/v/9.AAAA", "version \"9\""),
            ("#/v/1.A===", "damaged"),
            ("#/v/1.AB", "damaged"),
            ("#/Q/1.0011AAFF.2.1.AA", "part"),
            ("#/Q/1.0011aaff.1.1.AA", "set"),
            ("#/Q/1.0011AAFF.01.1.AA", "part"),
            ("#/Q/1.0011AAFF.1.1.aa", "damaged"),
        ] {
            let error = ProofLink::parse(text).unwrap_err().to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        assert!(matches!(ProofLink::parse(&"a".repeat(MAX_LINK_CHARS + 1)), Err(LinkError::TooLong { .. })));
    }

    #[test]
    fn codes_join_in_any_order_and_only_when_whole() {
        let routes = to_code_routes(&proof(), 700).unwrap();
        assert!(routes.len() > 2);
        let part = |route: &String| match ProofLink::parse(route).unwrap() {
            ProofLink::Part(part) => part,
            other => panic!("{other:?}"),
        };
        let mut parts: Vec<Part> = routes.iter().rev().map(part).collect();
        parts.push(parts[0].clone());
        let ProofLink::Inline(bytes) = ProofLink::join(parts.clone()).unwrap() else { panic!("inline") };
        assert_eq!(inflate(&bytes).unwrap(), proof());
        parts.retain(|part| part.part != 2);
        assert!(ProofLink::join(parts.clone()).unwrap_err().to_string().contains("every code once"));
        let other = to_code_routes(b"another", 700).unwrap();
        parts.push(part(&other[0]));
        assert!(ProofLink::join(parts).unwrap_err().to_string().contains("one proof"));
        assert!(to_code_routes(&proof(), 10).is_none());
    }
}
