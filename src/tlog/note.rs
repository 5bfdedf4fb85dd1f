//! Signed notes (c2sp.org/signed-note): a text, a blank line, and one line for each signature.
//!
//! A note is a claim until a [`VerifierKey`](crate::tlog::VerifierKey) that the reader trusts verifies it.

use crate::crypto::hash::{Hash, sha256};
use crate::encoding::{TextError, decode_base64, encode_base64};
use crate::tlog::text::excerpt;

/// Most bytes of a note. The specification asks for room for 16 signatures of up to 5 kB.
pub const MAX_NOTE_BYTES: usize = 256 * 1024;
/// Most signature lines of a note.
pub const MAX_SIGNATURES: usize = 64;

const SIGNATURE_PREFIX: &str = "— ";

/// The first four bytes of a hash of key name, algorithm and public key: which key a signature line claims to be by.
pub type KeyHash = [u8; 4];

/// Why a text is not a signed note.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoteError {
    /// The note is over the limit.
    #[error("note of {found} bytes is over the limit of {MAX_NOTE_BYTES}")]
    TooLong {
        /// Bytes found.
        found: usize,
    },
    /// The note holds a control character other than the newline.
    #[error("control character {found:#04x} at byte {offset}")]
    ControlCharacter {
        /// Where it stands.
        offset: usize,
        /// The character.
        found: u8,
    },
    /// The note does not end in a newline.
    #[error("note does not end in a newline")]
    NoFinalNewline,
    /// No blank line between text and signatures.
    #[error("no blank line between text and signatures")]
    NoBlankLine,
    /// No signature line at all.
    #[error("no signature line")]
    NoSignatures,
    /// More signature lines than allowed.
    #[error("{found} signature lines are over the limit of {MAX_SIGNATURES}")]
    TooManySignatures {
        /// Lines found.
        found: usize,
    },
    /// A signature line is not em dash, space, name, space, base64.
    #[error("signature line {line}: expected {expected}, found {found:?}")]
    BadLine {
        /// Which signature line, from 1.
        line: usize,
        /// What was expected.
        expected: &'static str,
        /// What stands there.
        found: String,
    },
    /// A signature is not strict base64.
    #[error("signature line {line}")]
    Base64 {
        /// Which signature line, from 1.
        line: usize,
        /// What is wrong with it.
        source: TextError,
    },
}

/// A signature line of a note. It says who claims to have signed, not that he did.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NoteSignature {
    name: String,
    key_hash: KeyHash,
    signature: Vec<u8>,
}

impl NoteSignature {
    /// A signature line of a key.
    pub(crate) fn new(name: &str, key_hash: KeyHash, signature: Vec<u8>) -> Self {
        Self { name: name.to_owned(), key_hash, signature }
    }

    /// The key's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key's hash.
    #[must_use]
    pub fn key_hash(&self) -> KeyHash {
        self.key_hash
    }

    /// The signature, in the form its algorithm gives it.
    #[must_use]
    pub fn signature(&self) -> &[u8] {
        &self.signature
    }

    /// Parses one signature line without its newline; `line` counts from 1, for errors.
    fn parse(text: &str, line: usize) -> Result<Self, NoteError> {
        let bad = |expected, found: &str| NoteError::BadLine { line, expected, found: excerpt(found) };
        let rest = text.strip_prefix(SIGNATURE_PREFIX).ok_or_else(|| bad("an em dash and a space", text))?;
        let (name, base64) = rest.split_once(' ').ok_or_else(|| bad("a name, a space and a signature", rest))?;
        if !is_key_name(name) {
            return Err(bad("a key name without space or plus", name));
        }
        let bytes = decode_base64(base64).map_err(|source| NoteError::Base64 { line, source })?;
        let (key_hash, signature) =
            bytes.split_first_chunk().ok_or_else(|| bad("4 bytes of key hash and a signature", base64))?;
        if signature.is_empty() {
            return Err(bad("a signature after the key hash", base64));
        }
        Ok(Self { name: name.to_owned(), key_hash: *key_hash, signature: signature.to_vec() })
    }

    /// The line, newline included.
    #[must_use]
    pub fn to_line(&self) -> String {
        let bytes = [&self.key_hash[..], &self.signature].concat();
        format!("{SIGNATURE_PREFIX}{} {}\n", self.name, encode_base64(&bytes))
    }
}

/// A key name is not empty and has neither Unicode space nor plus, nor a control character.
pub(crate) fn is_key_name(name: &str) -> bool {
    !name.is_empty() && !name.chars().any(|c| c.is_whitespace() || c == '+' || c < ' ')
}

/// A text with signature lines, none of them verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

impl Note {
    /// A note of a text and signature lines made elsewhere, such as by a [`LogSigner`](crate::tlog::LogSigner).
    ///
    /// # Errors
    /// [`NoteError`] when that is not a note.
    pub fn new(text: &str, signatures: Vec<NoteSignature>) -> Result<Self, NoteError> {
        let note = Self { text: text.to_owned(), signatures };
        let parsed = Self::parse(&note.to_text())?;
        // A text that ends in a blank line and what looks like signatures would be read as another note.
        if parsed == note { Ok(note) } else { Err(NoteError::NoBlankLine) }
    }

    /// Parses a note.
    ///
    /// # Errors
    /// [`NoteError`].
    pub fn parse(note: &str) -> Result<Self, NoteError> {
        if note.len() > MAX_NOTE_BYTES {
            return Err(NoteError::TooLong { found: note.len() });
        }
        if let Some((offset, found)) = note.bytes().enumerate().find(|&(_, byte)| byte < b' ' && byte != b'\n') {
            return Err(NoteError::ControlCharacter { offset, found });
        }
        if !note.ends_with('\n') {
            return Err(NoteError::NoFinalNewline);
        }
        // The last blank line: the text may hold others.
        let blank = note.rfind("\n\n").ok_or(NoteError::NoBlankLine)?;
        let (text, lines) = (&note[..=blank], &note[blank + 2..]);
        let count = lines.bytes().filter(|&byte| byte == b'\n').count();
        if count == 0 {
            return Err(NoteError::NoSignatures);
        }
        if count > MAX_SIGNATURES {
            return Err(NoteError::TooManySignatures { found: count });
        }
        let signatures =
            lines.lines().zip(1..).map(|(text, line)| NoteSignature::parse(text, line)).collect::<Result<_, _>>()?;
        Ok(Self { text: text.to_owned(), signatures })
    }

    /// The text that is signed, final newline included.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256 of the text, final newline included.
    #[must_use]
    pub fn text_hash(&self) -> Hash {
        sha256(self.text.as_bytes())
    }

    /// The signature lines, in their order.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// The same note with more signature lines, such as those of witnesses.
    ///
    /// # Errors
    /// [`NoteError::TooManySignatures`] or [`NoteError::TooLong`].
    pub fn with_signatures(&self, more: &[NoteSignature]) -> Result<Self, NoteError> {
        Self::new(&self.text, self.signatures.iter().chain(more).cloned().collect())
    }

    /// The note as text: what [`Note::parse`] reads.
    #[must_use]
    pub fn to_text(&self) -> String {
        self.signatures.iter().fold(format!("{}\n", self.text), |text, signature| text + &signature.to_line())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "one\n\ntwo\n\n— example.com/k AQIDBAU=\n— other AQIDBAY=\n";

    #[test]
    fn the_last_blank_line_ends_the_text() {
        let note = Note::parse(NOTE).unwrap();
        assert_eq!(note.text(), "one\n\ntwo\n");
        assert_eq!(note.signatures().len(), 2);
        assert_eq!(note.signatures()[0].name(), "example.com/k");
        assert_eq!(note.signatures()[0].key_hash(), [1, 2, 3, 4]);
        assert_eq!(note.signatures()[1].signature(), [6]);
        assert_eq!(note.to_text(), NOTE);
        let more = note.with_signatures(&[NoteSignature::new("w", [9; 4], vec![1])]).unwrap();
        assert_eq!(more.to_text(), format!("{NOTE}— w CQkJCQE=\n"));
    }

    #[test]
    fn what_is_not_a_note_is_refused() {
        for (wrong, reason) in [
            ("", "end in a newline"),
            ("one\n\n— k AQIDBAU=", "end in a newline"),
            ("one\n", "no blank line"),
            ("one\n— k AQIDBAU=\n", "no blank line"),
            ("one\n\n", "no signature"),
            ("one\n\n\n", "no signature"),
            ("one\n\n- k AQIDBAU=\n", "em dash"),
            ("one\n\n—k AQIDBAU=\n", "em dash"),
            ("one\n\n—  AQIDBAU=\n", "key name"),
            ("one\n\n— a+b AQIDBAU=\n", "key name"),
            ("one\n\n— a\u{a0}b AQIDBAU=\n", "key name"),
            ("one\n\n— k\n", "a name, a space"),
            ("one\n\n— k AQIDBAU\n", "signature line 1"),
            ("one\n\n— k AQIDBAV=\n", "signature line 1"),
            ("one\n\n— k  AQIDBAU=\n", "signature line 1"),
            ("one\n\n— k AQIDBAU= \n", "signature line 1"),
            ("one\n\n— k AQIDBA==\n", "after the key hash"),
            ("one\n\n— k AQID\n", "4 bytes of key hash"),
            ("one\r\n\n— k AQIDBAU=\n", "control character 0x0d"),
            ("o\tne\n\n— k AQIDBAU=\n", "control character 0x09"),
            ("one\0\n\n— k AQIDBAU=\n", "control character 0x00"),
        ] {
            let error = Note::parse(wrong).expect_err(wrong).to_string();
            assert!(error.contains(reason), "{wrong:?}: {error}");
        }
    }

    #[test]
    fn size_and_signatures_are_bounded() {
        let line = "— k AQIDBAU=\n";
        let note = |lines| format!("one\n\n{}", line.repeat(lines));
        assert_eq!(Note::parse(&note(MAX_SIGNATURES)).unwrap().signatures().len(), MAX_SIGNATURES);
        assert_eq!(Note::parse(&note(MAX_SIGNATURES + 1)), Err(NoteError::TooManySignatures { found: 65 }));
        let long = format!("{}\n\n{line}", "x".repeat(MAX_NOTE_BYTES));
        assert_eq!(Note::parse(&long), Err(NoteError::TooLong { found: long.len() }));
        let signature = NoteSignature::new("k", [0; 4], vec![1]);
        assert_eq!(Note::new("one", vec![signature.clone()]), Err(NoteError::NoBlankLine));
        assert!(Note::new("one\n", vec![signature]).is_ok());
    }
}
