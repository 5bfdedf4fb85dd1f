//! QR codes of proof links: capitals, digits and base32, which QR's alphanumeric mode packs best; as many codes as it
//! takes.

use plimsoll::proof::link::{MAX_PARTS, to_code_routes};
use qrcodegen::{QrCode, QrCodeEcc, QrSegment};
use std::fmt::Write as _;

/// Compressed bytes a code carries: version 21 or so, which a telephone still reads from a screen.
const BYTES_PER_CODE: usize = 800;
/// Light modules around a code (ISO/IEC 18004 asks for four).
const QUIET: i32 = 4;

/// Why there is no code.
#[derive(Debug, thiserror::Error)]
pub enum QrError {
    /// The proof is too long.
    #[error("the proof takes more than {MAX_PARTS} QR codes")]
    TooMany,
    /// The page's address does not fit beside it.
    #[error("QR code: {0}")]
    TooLong(String),
}

/// The codes of a proof, for the page at `base`; without one, of the routes alone.
pub fn codes(base: &str, proof: &[u8]) -> Result<Vec<QrCode>, QrError> {
    let base = base.trim_end_matches('#');
    let encode = |route: String| {
        let mut segments = Vec::new();
        if !base.is_empty() {
            // Scheme and host may be written in capitals (RFC 3986 §6.2.2.1), a path may not; '#' takes a mode of its own.
            let (address, mark) = (capital_host(base), QrSegment::make_bytes(b"#"));
            segments.extend(QrSegment::make_segments(&address));
            segments.push(mark);
        }
        segments.extend(QrSegment::make_segments(&route));
        QrCode::encode_segments(&segments, QrCodeEcc::Low).map_err(|error| QrError::TooLong(error.to_string()))
    };
    to_code_routes(proof, BYTES_PER_CODE).ok_or(QrError::TooMany)?.into_iter().map(encode).collect()
}

fn capital_host(base: &str) -> String {
    match base.split_once("://").map(|(scheme, rest)| (scheme, rest.trim_end_matches('/'))) {
        Some((scheme, host)) if !host.contains('/') => format!("{}://{}/", scheme, host).to_uppercase(),
        _ => base.to_owned(),
    }
}

/// A code as an SVG image.
pub fn to_svg(code: &QrCode) -> String {
    let side = code.size() + 2 * QUIET;
    let mut path = String::new();
    for (x, y) in dark(code) {
        let _ = write!(path, "M{} {}h1v1h-1z", x + QUIET, y + QUIET);
    }
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}h-{side}z\"/><path d=\"{path}\"/></svg>\n"
    )
}

/// A code as text, two modules a character.
pub fn to_terminal(code: &QrCode) -> String {
    let mut text = String::new();
    let end = code.size() + QUIET;
    for y in (-QUIET..end).step_by(2) {
        for x in -QUIET..end {
            // Dark modules are left blank: terminals are more often light on dark, and codes must be dark on light.
            text.push(match (code.get_module(x, y), code.get_module(x, y + 1)) {
                (false, false) => '█',
                (false, true) => '▀',
                (true, false) => '▄',
                (true, true) => ' ',
            });
        }
        text.push('\n');
    }
    text
}

fn dark(code: &QrCode) -> impl Iterator<Item = (i32, i32)> + '_ {
    (0..code.size()).flat_map(|y| (0..code.size()).map(move |x| (x, y))).filter(|&(x, y)| code.get_module(x, y))
}

#[cfg(test)]
mod tests {
    use super::*;
    use plimsoll::crypto::hash::sha256;

    #[test]
    fn long_proofs_take_several_codes_and_capitals_throughout() {
        let proof: Vec<u8> = (0..200u8).flat_map(|number| sha256(&[number])).collect();
        let codes = codes("https://trade.example/", &proof).unwrap();
        assert_eq!(codes.len(), 9);
        // In alphanumeric mode version 20 or 21 is enough; in byte mode it would take 23.
        assert!(codes.iter().all(|code| code.version().value() <= 21), "{}", codes[0].version().value());
        let svg = to_svg(&codes[0]);
        assert!(svg.starts_with("<svg ") && svg.ends_with("</svg>\n"));
        let lines = to_terminal(&codes[0]);
        assert!(lines.lines().all(|line| line.chars().count() == codes[0].size() as usize + 8));
    }

    #[test]
    fn only_a_bare_host_is_written_in_capitals() {
        assert_eq!(capital_host("https://trade.example/"), "HTTPS://TRADE.EXAMPLE/");
        assert_eq!(capital_host("https://trade.example/Page/"), "https://trade.example/Page/");
        assert_eq!(capital_host(""), "");
    }
}
