//! Checkpoints (c2sp.org/tlog-checkpoint): a log's origin, size and root hash, as the text of a signed note.

use crate::crypto::hash::{Hash, sha256};
use crate::encoding::encode_base64;
use crate::tlog::note::Note;
use crate::tlog::text::{HashTextError, excerpt, parse_decimal, parse_hash};
use crate::tlog::verifier_key::{VerifierKey, VerifierKeyError};

/// The extension line of a registry's first anchored checkpoint: most blocks between two anchors.
const CADENCE: &str = "plimsoll/cadence";

/// Why a text is not a checkpoint, or not one signed by the log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CheckpointError {
    /// The body does not end in a newline.
    #[error("checkpoint body does not end in a newline")]
    NoFinalNewline,
    /// Origin, size or root is missing.
    #[error("checkpoint without {missing}")]
    Missing {
        /// The line that is missing.
        missing: &'static str,
    },
    /// A line is empty.
    #[error("line {line} of the checkpoint is empty")]
    EmptyLine {
        /// Which line, from 1.
        line: usize,
    },
    /// The size is not a decimal in its one spelling.
    #[error("tree size {found:?}, expected a decimal below 2^64 without leading zero or sign")]
    Size {
        /// What stands there.
        found: String,
    },
    /// The root is not a hash.
    #[error("root")]
    Root(#[source] HashTextError),
    /// The cadence line is not `plimsoll/cadence N`, or stands twice.
    #[error("extension line {found:?}, expected one \"{CADENCE} N\", N a decimal from 1 to 4294967295")]
    Cadence {
        /// The line.
        found: String,
    },
    /// A checkpoint of another log than expected.
    #[error("origin {found:?}, expected {expected:?}")]
    Origin {
        /// The origins expected.
        expected: Vec<String>,
        /// The origin found.
        found: String,
    },
    /// The log did not sign it.
    #[error("log signature")]
    Signature(#[from] VerifierKeyError),
}

/// A log's claim of its size and root.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Checkpoint {
    origin: String,
    size: u64,
    root: Hash,
    extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint to be signed.
    ///
    /// # Errors
    /// [`CheckpointError`] when origin or an extension line is empty or has a newline in it.
    pub fn new(origin: &str, size: u64, root: Hash, extensions: &[&str]) -> Result<Self, CheckpointError> {
        let extensions = extensions.iter().map(|&line| line.to_owned()).collect();
        let checkpoint = Self { origin: origin.to_owned(), size, root, extensions };
        match Self::parse(&checkpoint.body())? {
            parsed if parsed == checkpoint => Ok(checkpoint),
            _ => Err(CheckpointError::EmptyLine { line: 1 }),
        }
    }

    /// Parses a checkpoint body: the text of a note.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn parse(body: &str) -> Result<Self, CheckpointError> {
        let mut lines = body.strip_suffix('\n').ok_or(CheckpointError::NoFinalNewline)?.split('\n').zip(1..);
        let mut next = |missing| match lines.next() {
            Some(("", line)) => Err(CheckpointError::EmptyLine { line }),
            Some((text, _)) => Ok(text),
            None => Err(CheckpointError::Missing { missing }),
        };
        let origin = next("origin")?.to_owned();
        let size = next("tree size")?;
        let size = parse_decimal(size).ok_or_else(|| CheckpointError::Size { found: excerpt(size) })?;
        let root = parse_hash(next("root hash")?).map_err(CheckpointError::Root)?;
        let extensions = lines
            .map(|(text, line)| match text {
                "" => Err(CheckpointError::EmptyLine { line }),
                _ => Ok(text.to_owned()),
            })
            .collect::<Result<_, _>>()?;
        Ok(Self { origin, size, root, extensions })
    }

    /// The log's identity.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.origin
    }

    /// Leaves of the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The tree's root hash.
    #[must_use]
    pub fn root(&self) -> &Hash {
        &self.root
    }

    /// The extension lines, without their newlines.
    #[must_use]
    pub fn extensions(&self) -> &[String] {
        &self.extensions
    }

    /// The body: the text that is signed and anchored, final newline included. Parsing allows one spelling only, so it
    /// is the text that was parsed.
    #[must_use]
    pub fn body(&self) -> String {
        let head = format!("{}\n{}\n{}\n", self.origin, self.size, encode_base64(&self.root));
        self.extensions.iter().fold(head, |body, line| body + line + "\n")
    }

    /// SHA-256 of the body, final newline included: what an anchor carries.
    #[must_use]
    pub fn body_hash(&self) -> Hash {
        sha256(self.body().as_bytes())
    }

    /// The blocks between two anchors that the extension line `plimsoll/cadence N` promises not to exceed.
    ///
    /// # Errors
    /// [`CheckpointError::Cadence`]: a line that begins so but says nothing else than a number from 1, or a second one.
    pub fn cadence(&self) -> Result<Option<u32>, CheckpointError> {
        let mut cadence = None;
        for line in self.extensions.iter().filter(|line| line.starts_with(CADENCE)) {
            let blocks = line[CADENCE.len()..].strip_prefix(' ').and_then(parse_decimal);
            match blocks.and_then(|blocks| u32::try_from(blocks).ok()) {
                Some(blocks) if blocks > 0 && cadence.is_none() => cadence = Some(blocks),
                _ => return Err(CheckpointError::Cadence { found: excerpt(line) }),
            }
        }
        Ok(cadence)
    }

    /// The extension line that promises a cadence.
    #[must_use]
    pub fn cadence_line(blocks: u32) -> String {
        format!("{CADENCE} {blocks}")
    }
}

/// Evidence that a log signed a checkpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    key: VerifierKey,
    body_hash: Hash,
}

impl SignedCheckpoint {
    /// Verifies that a note is a checkpoint and that one of these keys, whose name is its origin, signed it. Every line
    /// by such a key must be good.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify<'k>(note: &Note, keys: impl IntoIterator<Item = &'k VerifierKey>) -> Result<Self, CheckpointError> {
        let checkpoint = Checkpoint::parse(note.text())?;
        let mut expected = Vec::new();
        let mut outcome = None;
        for key in keys {
            if key.name() != checkpoint.origin {
                expected.push(key.name().to_owned());
                continue;
            }
            match key.verify(note) {
                Err(error @ VerifierKeyError::NotSigned { .. }) => outcome = outcome.or(Some(Err(error))),
                Err(error) => return Err(error.into()),
                Ok(signed) if !matches!(outcome, Some(Ok(_))) => outcome = Some(Ok(signed)),
                Ok(_) => {}
            }
        }
        match outcome {
            Some(signed) => {
                let signed = signed?;
                Ok(Self { checkpoint, key: signed.key().clone(), body_hash: *signed.text_hash() })
            }
            None => Err(CheckpointError::Origin { expected, found: excerpt(&checkpoint.origin) }),
        }
    }

    /// The checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The log's key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// SHA-256 of the body that was signed.
    #[must_use]
    pub fn body_hash(&self) -> &Hash {
        &self.body_hash
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BODY: &str = "example.com/log\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";

    #[test]
    fn reads_and_writes_the_same_text() {
        let checkpoint = Checkpoint::parse(BODY).unwrap();
        assert_eq!((checkpoint.origin(), checkpoint.size()), ("example.com/log", 20_852_163));
        assert_eq!(checkpoint.body(), BODY);
        assert_eq!(checkpoint.body_hash(), sha256(BODY.as_bytes()));
        let extended = format!("{BODY}some thing\n{}\n", Checkpoint::cadence_line(144));
        let checkpoint = Checkpoint::parse(&extended).unwrap();
        assert_eq!(checkpoint.extensions(), ["some thing", "plimsoll/cadence 144"]);
        assert_eq!((checkpoint.body(), checkpoint.cadence()), (extended, Ok(Some(144))));
    }

    #[test]
    fn every_second_spelling_is_refused() {
        for (from, to, reason) in [
            ("20852163", "020852163", "tree size"),
            ("20852163", "+20852163", "tree size"),
            ("20852163", " 20852163", "tree size"),
            ("20852163", "00", "tree size"),
            ("20852163", "-1", "tree size"),
            ("20852163", "18446744073709551616", "tree size"),
            ("20852163", "२", "tree size"),
            ("20852163", "0x10", "tree size"),
            ("q2I=", "q2J=", "root"),
            ("q2I=", "q2I", "root"),
            ("q2I=\n", "q2I=\n\n", "line 4"),
            ("q2I=\n", "q2I=", "newline"),
            ("jxq2I=", "", "root"),
            ("example.com/log", "", "line 1"),
        ] {
            let wrong = BODY.replace(from, to);
            let error = Checkpoint::parse(&wrong).expect_err(&wrong).to_string();
            assert!(error.contains(reason), "{wrong:?}: {error}");
        }
        assert_eq!(Checkpoint::parse("a\n1\n"), Err(CheckpointError::Missing { missing: "root hash" }));
        assert!(Checkpoint::parse(&BODY.replace("20852163", "18446744073709551615")).is_ok());
        assert!(Checkpoint::parse(&BODY.replace("20852163", "0")).is_ok());
        assert!(Checkpoint::new("a\nb", 0, [0; 32], &[]).is_err());
        assert!(Checkpoint::new("a", 0, [0; 32], &["x\ny"]).is_err());
        assert!(Checkpoint::new("", 0, [0; 32], &[]).is_err());
    }

    #[test]
    fn a_cadence_is_said_once_and_strictly() {
        let cadence = |lines: &str| Checkpoint::parse(&format!("{BODY}{lines}")).unwrap().cadence();
        assert_eq!(cadence(""), Ok(None));
        assert_eq!(cadence("other/cadence 3\n"), Ok(None));
        assert_eq!(cadence("plimsoll/cadence 4294967295\n"), Ok(Some(u32::MAX)));
        for wrong in ["", " ", " 0", " 01", "  1", " 1 ", "\t1", "s 1", " 4294967296", " -1", " 1\nplimsoll/cadence 1"]
        {
            assert!(cadence(&format!("plimsoll/cadence{wrong}\n")).is_err(), "{wrong:?}");
        }
    }
}
