//! Documents of others, read into drafts of records.
//!
//! Nothing is lost silently: every value of a document stands in a draft, or is listed as kept with the reason why no draft has it.
//! What comes out is a claim of whoever wrote the document; it becomes a record when a party signs it.

mod dcsa;
mod draft;
mod epcis;
mod error;
mod fit;
mod json;
mod making;
mod output;
mod source;
mod trial;
mod ubl;

pub use draft::{Draft, Origin};
pub use error::{ImportError, Why};
pub use json::refused_json;
pub use ubl::UblDocument;

use output::Output;
use serde_json::Value;
use std::fmt;

/// Most bytes of a document.
pub const MAX_BYTES: usize = 4 << 20;

/// Most values of a document.
pub const MAX_VALUES: usize = 100_000;
/// Most drafts of a document.
pub const MAX_DRAFTS: usize = 5_000;
/// Most values of all drafts of a document together: a value that several drafts have counts for each.
pub const MAX_DRAFTED: usize = 200_000;

/// What kind of document was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum DocumentKind {
    /// DCSA transport document: a bill of lading or sea waybill.
    TransportDocument,
    /// DCSA shipping instructions.
    ShippingInstructions,
    /// DCSA issuance request or response.
    Issuance,
    /// DCSA surrender request or response.
    Surrender,
    /// DCSA endorsement chains.
    EndorsementChain,
    /// DCSA PINT envelope: a transport document handed from one platform to another.
    EnvelopeTransfer,
    /// DCSA track and trace events.
    TrackAndTrace,
    /// EPCIS 2.0 events.
    Epcis,
    /// A document of UBL 2.
    Ubl(UblDocument),
}

impl DocumentKind {
    /// Its name, in its standard's words.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::TransportDocument => "DCSA transport document",
            Self::ShippingInstructions => "DCSA shipping instructions",
            Self::Issuance => "DCSA eBL issuance",
            Self::Surrender => "DCSA eBL surrender",
            Self::EndorsementChain => "DCSA endorsement chain",
            Self::EnvelopeTransfer => "DCSA PINT envelope transfer",
            Self::TrackAndTrace => "DCSA track and trace",
            Self::Epcis => "EPCIS 2.0",
            Self::Ubl(document) => document.name(),
        }
    }
}

impl fmt::Display for DocumentKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What a document came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// What it is.
    pub document: DocumentKind,
    /// Records it can become, those of one asset in the order of its history.
    pub drafts: Vec<Draft>,
    /// Values no draft has, by their places.
    pub kept: Vec<Kept>,
    /// Parts that no record can tell; their values are kept.
    pub refused: Vec<Refused>,
}

/// A value of the document that no draft has.
#[derive(Debug, Clone, PartialEq)]
pub struct Kept {
    /// Where it stands: a JSON pointer (RFC 6901), or the path of an XML element or attribute.
    pub pointer: String,
    /// The value: a text, number, truth value or null, or an empty list or object.
    pub value: Value,
    /// Why no draft has it.
    pub why: Why,
}

/// A part of a document that no record can tell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// Where it stands.
    pub pointer: String,
    /// Why.
    pub reason: String,
}

/// What a text is, when it is none of the documents.
enum Other {
    /// Known, but it says nothing that a record could: what it is, and why.
    Known(String, String),
    /// Not known here.
    Unknown,
}

/// Reads a document into drafts. `name` is the file's name: a hint for errors alone, the bytes decide.
///
/// # Errors
/// [`ImportError`] when it is no document that can be read, or is one that says nothing a record could.
pub fn import(name: &str, bytes: &[u8]) -> Result<Imported, ImportError> {
    if bytes.len() > MAX_BYTES {
        return Err(ImportError::TooLarge { found: bytes.len(), limit: MAX_BYTES });
    }
    match bytes.iter().find(|byte| !byte.is_ascii_whitespace()) {
        Some(b'{' | b'[') => read_json(name, &source::read(bytes)?),
        _ if ubl::looks_like_xml(bytes) => ubl::import(name, bytes),
        _ => Err(unrecognised(name)),
    }
}

fn read_json(name: &str, root: &Value) -> Result<Imported, ImportError> {
    let mut out = Output::default();
    let read = match epcis::is_epcis(root) {
        true => epcis::read(&mut out, root),
        false => dcsa::read(&mut out, root),
    };
    match read {
        Ok(kind) => Ok(out.finish(kind, root)),
        Err(Other::Known(what, reason)) => Err(ImportError::NotADocument { what, reason }),
        Err(Other::Unknown) => Err(unrecognised(name)),
    }
}

fn unrecognised(name: &str) -> ImportError {
    ImportError::Unrecognised { name: name.chars().take(100).collect() }
}
