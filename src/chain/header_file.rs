//! Files of headers as others write them: which format it is, and the headers in it.
//!
//! | format | how it is told | where from |
//! | --- | --- | --- |
//! | raw | 80 bytes a header, from anywhere in a chain | everywhere |
//! | neutrino's import | 10 bytes before raw headers: message start 4, version 0, type 0 (block headers), first height u32le | `lightninglabs/neutrino`, `chainimport` |
//! | Electrum's own | raw from height 0, zeros where headers were not fetched | `spesmilo/electrum`, `blockchain_headers` |
//! | hexadecimal | text, 160 lower-case digits a header, white space between | what node and server interfaces print |
//! | compact | begins with [`compact::MAGIC`](crate::chain::compact::MAGIC) | ours |
//!
//! Nothing here is verified: what a file states of its network and heights is a claim, as its headers are.

use crate::chain::compact::{CompactError, Decoder, MAGIC};
use crate::chain::header::{HEADER_BYTES, Header};
use crate::chain::params::{NETWORKS, Params};
use crate::chain::pow::Target;
use crate::encoding::{TextError, decode_hex};

/// Bytes before the headers of neutrino's import form.
pub const IMPORT_PREFIX: usize = 10;
/// Headers looked at to tell a run from other bytes.
const LOOKED_AT: usize = 3;
const HEX_DIGITS: usize = 2 * HEADER_BYTES;

/// How headers stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderFormat {
    /// 80 bytes each and nothing else.
    Raw,
    /// Neutrino's import form.
    NeutrinoImport,
    /// Electrum's own file, with holes.
    Electrum,
    /// Hexadecimal text.
    Hex,
    /// The compact form.
    Compact,
}

impl HeaderFormat {
    /// A stable name, for reports.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Raw => "raw",
            Self::NeutrinoImport => "neutrino-import",
            Self::Electrum => "electrum",
            Self::Hex => "hex",
            Self::Compact => "compact",
        }
    }
}

/// Headers that follow one another in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileRun {
    /// The height of the first, where the file's form says it.
    pub first_height: Option<u32>,
    /// The headers, 80 bytes each, at least one.
    pub bytes: Vec<u8>,
}

/// What a file says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderFile {
    /// How it says it.
    pub format: HeaderFormat,
    /// The network, where the file's form says it.
    pub network: Option<String>,
    /// The runs, lowest first; only Electrum's form has more than one.
    pub runs: Vec<FileRun>,
}

/// Why a file is none of the known forms.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HeaderFileError {
    /// Empty, or no multiple of 80 bytes.
    #[error("{found} bytes, expected a multiple of 80 and at least one header")]
    Length {
        /// Bytes found.
        found: usize,
    },
    /// An import file of another version.
    #[error("neutrino import file of version {found}, expected 0")]
    ImportVersion {
        /// The version.
        found: u8,
    },
    /// An import file of something else than block headers.
    #[error("neutrino import file of type {found}, expected 0, block headers (1 is filter headers)")]
    ImportType {
        /// The type.
        found: u8,
    },
    /// An import file whose headers end in the middle, or that has none.
    #[error(
        "neutrino import file with {found} bytes after its first {IMPORT_PREFIX}, expected a multiple of 80 and at least one header"
    )]
    ImportLength {
        /// Bytes of headers.
        found: usize,
    },
    /// Nothing but zeros.
    #[error("zeros alone: headers not fetched, and none that were")]
    Holes,
    /// Hexadecimal text of another length than headers have, or in another spelling.
    #[error("hexadecimal text of headers")]
    Hex(#[from] TextError),
    /// A damaged compact stream.
    #[error("compact headers")]
    Compact(#[from] CompactError),
}

/// Which format a file is in, if its bytes say that it holds headers: by their first bytes, or by first headers that have
/// their work and are linked.
#[must_use]
pub fn recognise(bytes: &[u8]) -> Option<HeaderFormat> {
    if bytes.starts_with(&MAGIC) {
        return Some(HeaderFormat::Compact);
    }
    if !bytes.len().is_multiple_of(HEADER_BYTES) && network_of(bytes).is_some() {
        return Some(HeaderFormat::NeutrinoImport);
    }
    let (headers, _) = bytes.as_chunks::<HEADER_BYTES>();
    let is_hole = |header: &[u8; HEADER_BYTES]| *header == [0; HEADER_BYTES];
    if bytes.len().is_multiple_of(HEADER_BYTES)
        && let Some(first) = headers.iter().position(|header| !is_hole(header))
    {
        let run = headers[first..].iter().take_while(|header| !is_hole(header));
        let first: Vec<Header> = run.take(LOOKED_AT).map(Header::from_bytes).collect();
        let linked = first.array_windows().all(|[before, header]| header.previous == before.hash());
        if linked && first.iter().all(has_work) {
            let holes = headers.iter().any(is_hole);
            return Some(if holes { HeaderFormat::Electrum } else { HeaderFormat::Raw });
        }
    }
    let first = digits(bytes.get(..4 * HEX_DIGITS).unwrap_or(bytes));
    let first = first.get(..HEX_DIGITS).and_then(|digits| Header::from_hex(digits).ok());
    first.filter(has_work).map(|_| HeaderFormat::Hex)
}

fn has_work(header: &Header) -> bool {
    header.bits.decode(Target::MAX).is_ok_and(|target| target.admits(&header.hash().0))
}

/// Reads a file of headers, in the format that its bytes show, or else as raw headers.
///
/// # Errors
/// [`HeaderFileError`].
pub fn read(mut bytes: Vec<u8>) -> Result<HeaderFile, HeaderFileError> {
    let one = |format, network, first_height, bytes| HeaderFile {
        format,
        network,
        runs: vec![FileRun { first_height, bytes }],
    };
    match recognise(&bytes) {
        Some(HeaderFormat::Compact) => {
            let (mut decoder, mut headers) = (Decoder::new(), Vec::new());
            decoder.push(&bytes, &mut headers)?;
            let prefix = decoder.prefix().cloned();
            decoder.finish()?;
            if headers.is_empty() {
                return Err(HeaderFileError::Length { found: 0 });
            }
            let height = prefix.as_ref().map(|prefix| prefix.first_height);
            Ok(one(HeaderFormat::Compact, prefix.map(|prefix| prefix.network), height, headers))
        }
        Some(HeaderFormat::NeutrinoImport) => {
            let height = import_height(&bytes)?;
            let network = network_of(&bytes).map(str::to_owned);
            bytes.drain(..IMPORT_PREFIX);
            Ok(one(HeaderFormat::NeutrinoImport, network, Some(height), bytes))
        }
        Some(HeaderFormat::Electrum) => Ok(HeaderFile {
            format: HeaderFormat::Electrum,
            network: network_of_genesis(&bytes).map(str::to_owned),
            runs: between_holes(&bytes),
        }),
        Some(HeaderFormat::Hex) => {
            let headers = decode_hex(&digits(&bytes))?;
            if !headers.len().is_multiple_of(HEADER_BYTES) {
                return Err(HeaderFileError::Length { found: headers.len() });
            }
            let network = network_of_genesis(&headers).map(str::to_owned);
            Ok(one(HeaderFormat::Hex, network.clone(), network.map(|_| 0), headers))
        }
        Some(HeaderFormat::Raw) | None => {
            if bytes.is_empty() || !bytes.len().is_multiple_of(HEADER_BYTES) {
                return Err(HeaderFileError::Length { found: bytes.len() });
            }
            if bytes.iter().all(|byte| *byte == 0) {
                return Err(HeaderFileError::Holes);
            }
            let network = network_of_genesis(&bytes).map(str::to_owned);
            Ok(one(HeaderFormat::Raw, network.clone(), network.map(|_| 0), bytes))
        }
    }
}

/// The height of the first header of an import file of block headers.
fn import_height(bytes: &[u8]) -> Result<u32, HeaderFileError> {
    let (prefix, headers) = bytes.split_at(IMPORT_PREFIX.min(bytes.len()));
    let whole = !headers.is_empty() && headers.len().is_multiple_of(HEADER_BYTES);
    match *prefix {
        [_, _, _, _, 0, 0, a, b, c, d] if whole => Ok(u32::from_le_bytes([a, b, c, d])),
        [_, _, _, _, 0, found, ..] if found != 0 => Err(HeaderFileError::ImportType { found }),
        [_, _, _, _, found, ..] if found != 0 => Err(HeaderFileError::ImportVersion { found }),
        _ => Err(HeaderFileError::ImportLength { found: headers.len() }),
    }
}

/// The prefix of an import file of block headers.
#[must_use]
pub fn import_prefix(message_start: [u8; 4], first_height: u32) -> [u8; IMPORT_PREFIX] {
    let ([a, b, c, d], [h, i, j, k]) = (message_start, first_height.to_le_bytes());
    [a, b, c, d, 0, 0, h, i, j, k]
}

/// The network whose messages start as these bytes do.
fn network_of(bytes: &[u8]) -> Option<&'static str> {
    let start = bytes.first_chunk()?;
    NETWORKS.into_iter().find(|name| Params::named(name).is_ok_and(|params| params.message_start() == Some(*start)))
}

/// The network whose genesis header these bytes begin with.
fn network_of_genesis(bytes: &[u8]) -> Option<&'static str> {
    let first = Header::from_bytes(bytes.first_chunk()?);
    NETWORKS.into_iter().find(|name| Params::named(name).is_ok_and(|params| *params.genesis() == first))
}

fn between_holes(bytes: &[u8]) -> Vec<FileRun> {
    let mut runs: Vec<FileRun> = Vec::new();
    let mut after_hole = true;
    for (height, header) in (0..).zip(bytes.chunks_exact(HEADER_BYTES)) {
        let is_hole = header.iter().all(|byte| *byte == 0);
        match runs.last_mut() {
            _ if is_hole => {}
            Some(run) if !after_hole => run.bytes.extend(header),
            _ => runs.push(FileRun { first_height: Some(height), bytes: header.to_vec() }),
        }
        after_hole = is_hole;
    }
    runs
}

/// The text without white space; nothing of what is no text.
fn digits(bytes: &[u8]) -> String {
    std::str::from_utf8(bytes).map(|text| text.split_ascii_whitespace().collect()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::compact;

    fn headers(count: usize) -> Vec<u8> {
        let genesis = *Params::regtest().genesis();
        let mined = std::iter::successors(Some(genesis), |before| {
            let template = Header { previous: before.hash(), time: before.time + 1, ..genesis };
            (0..).map(|nonce| Header { nonce, ..template }).find(has_work)
        });
        mined.take(count).flat_map(|header| header.encode()).collect()
    }

    fn reads(bytes: &[u8]) -> (HeaderFormat, Option<String>, Vec<FileRun>) {
        let HeaderFile { format, network, runs } = read(bytes.to_vec()).unwrap();
        assert_eq!(recognise(bytes), Some(format));
        (format, network, runs)
    }

    fn run(first_height: impl Into<Option<u32>>, bytes: &[u8]) -> Vec<FileRun> {
        vec![FileRun { first_height: first_height.into(), bytes: bytes.to_vec() }]
    }

    #[test]
    fn raw_headers_from_genesis_and_from_anywhere() {
        let all = headers(7);
        assert_eq!(reads(&all), (HeaderFormat::Raw, Some("regtest".into()), run(0, &all)));
        assert_eq!(reads(&all[160..]), (HeaderFormat::Raw, None, run(None, &all[160..])));
        assert_eq!(recognise(&all[..80]), Some(HeaderFormat::Raw));
        // Other bytes of that length are no headers by themselves, and are read as such when somebody says so.
        let other = vec![7; 160];
        assert_eq!((recognise(&other), recognise(&all[1..])), (None, None));
        assert_eq!(read(other.clone()).map(|file| file.runs), Ok(run(None, &other)));
        let unlinked = [&all[..80], &all[160..]].concat();
        assert_eq!(recognise(&unlinked), None);
        let without_work = Header { bits: Params::mainnet().genesis().bits, ..*Params::regtest().genesis() };
        assert_eq!(recognise(&without_work.encode()), None);
        for length in [0, 79, 81] {
            assert_eq!(read(vec![7; length]), Err(HeaderFileError::Length { found: length }));
        }
    }

    #[test]
    fn neutrinos_import_form() {
        let all = headers(5);
        let start = Params::regtest().message_start().unwrap();
        let file = |prefix: [u8; IMPORT_PREFIX], headers: &[u8]| [&prefix[..], headers].concat();
        let good = file(import_prefix(start, 2), &all[160..]);
        assert_eq!(good[..10], [0xfa, 0xbf, 0xb5, 0xda, 0, 0, 2, 0, 0, 0]);
        assert_eq!(reads(&good), (HeaderFormat::NeutrinoImport, Some("regtest".into()), run(2, &all[160..])));
        let refused = |at: usize, byte: u8| {
            let mut changed = good.clone();
            changed[at] = byte;
            read(changed).unwrap_err()
        };
        assert_eq!(refused(4, 1), HeaderFileError::ImportVersion { found: 1 });
        assert_eq!(refused(5, 1), HeaderFileError::ImportType { found: 1 });
        // Of an unknown network it is no import file, and 250 bytes are no raw headers.
        assert_eq!(refused(0, 1), HeaderFileError::Length { found: 250 });
        for (length, found) in [(4, 0), (9, 0), (10, 0), (11, 1), (249, 239)] {
            assert_eq!(read(good[..length].to_vec()), Err(HeaderFileError::ImportLength { found }), "{length}");
        }
    }

    #[test]
    fn electrums_file_with_its_holes() {
        let all = headers(6);
        let hole = [0; 80];
        let file = [&all[..160], &hole, &hole, &all[320..400], &hole].concat();
        let runs = [run(0, &all[..160]), run(4, &all[320..400])].concat();
        assert_eq!(reads(&file), (HeaderFormat::Electrum, Some("regtest".into()), runs));
        let file = [&hole[..], &all[80..]].concat();
        assert_eq!(reads(&file), (HeaderFormat::Electrum, None, run(1, &all[80..])));
        assert_eq!(read([hole, hole].concat()), Err(HeaderFileError::Holes));
        let torn = [&file[..], &[0; 40]].concat();
        assert_eq!(read(torn), Err(HeaderFileError::Length { found: 520 }));
    }

    #[test]
    fn hexadecimal_text() {
        let all = headers(4);
        let lines: String = all.chunks(80).map(|header| crate::encoding::encode_hex(header) + "\r\n").collect();
        assert_eq!(reads(lines.as_bytes()), (HeaderFormat::Hex, Some("regtest".into()), run(0, &all)));
        let together = crate::encoding::encode_hex(&all[80..]);
        assert_eq!(reads(together.as_bytes()), (HeaderFormat::Hex, None, run(None, &all[80..])));
        assert_eq!(read(together[..240].into()), Err(HeaderFileError::Length { found: 120 }));
        assert!(matches!(read((together.clone() + "0g").into()), Err(HeaderFileError::Hex(_))));
        assert!(matches!(read((together + "0").into()), Err(HeaderFileError::Hex(_))));
        assert_eq!(recognise(&[b'0'; 320]), None, "digits alone are no header");
    }

    #[test]
    fn compact_streams() {
        let all = headers(3);
        let decoded: Vec<Header> = all.as_chunks().0.iter().map(Header::from_bytes).collect();
        let file = compact::encode_run("regtest", 0, &decoded).unwrap();
        assert_eq!(reads(&file), (HeaderFormat::Compact, Some("regtest".into()), run(0, &all)));
        let cut = read(file[..file.len() - 1].to_vec());
        assert!(matches!(cut, Err(HeaderFileError::Compact(CompactError::Truncated { .. }))));
        let none = compact::encode_run("regtest", 9, &[]).unwrap();
        assert_eq!(read(none), Err(HeaderFileError::Length { found: 0 }));
    }
}
