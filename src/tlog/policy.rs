//! Log policies (c2sp.org/tlog-policy): whose signature makes a checkpoint valid, and how many witnesses it takes.
//!
//! ```text
//! log <vkey> [<url>]
//! witness <name> <vkey> [<url>]
//! group <name> all|any|<k> <name>...
//! quorum <name>|none
//! ```

use crate::tlog::checkpoint::{CheckpointError, SignedCheckpoint};
use crate::tlog::note::Note;
use crate::tlog::quorum::{Group, KnownWitness, Member, QuorumError, QuorumReached, Witnesses};
use crate::tlog::text::{excerpt, parse_decimal};
use crate::tlog::verifier_key::{SignatureAlgorithm, VerifierKey, VerifierKeyError};
use std::collections::{HashMap, HashSet};

/// Most bytes of a policy.
pub const MAX_POLICY_BYTES: usize = 64 * 1024;
/// Most logs, witnesses and groups together. The specification asks for room for 32 of each.
pub const MAX_DEFINITIONS: usize = 128;

/// Why a text is not a policy. Lines count from 1.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// The policy is over a limit.
    #[error("policy of {found} {what} is over the limit of {limit}")]
    TooLong {
        /// Bytes or definitions.
        what: &'static str,
        /// How many were found.
        found: usize,
        /// How many are allowed.
        limit: usize,
    },
    /// A control character other than tab and newline.
    #[error("control character {found:#04x} at byte {offset}")]
    ControlCharacter {
        /// Where it stands.
        offset: usize,
        /// The character.
        found: u8,
    },
    /// The last line has no newline.
    #[error("policy does not end in a newline")]
    NoFinalNewline,
    /// A line is not of any known form.
    #[error("line {line}: expected {expected}, found {found:?}")]
    Form {
        /// Which line.
        line: usize,
        /// What was expected.
        expected: &'static str,
        /// The line.
        found: String,
    },
    /// A key is not a verifier key.
    #[error("line {line}")]
    Key {
        /// Which line.
        line: usize,
        /// What is wrong with it.
        source: VerifierKeyError,
    },
    /// A key that cannot have this part: logs sign, witnesses cosign.
    #[error("line {line}: key {name:?} of type {found:?}, expected {expected:?}")]
    KeyType {
        /// Which line.
        line: usize,
        /// The key's name.
        name: String,
        /// What such a key needs to be.
        expected: SignatureAlgorithm,
        /// What it is.
        found: SignatureAlgorithm,
    },
    /// One public key in two places, under whatever name: its holder would count twice, or witness itself.
    #[error("line {line}: public key of {name:?} stands in the policy already")]
    SameKey {
        /// Which line.
        line: usize,
        /// The key's name.
        name: String,
    },
    /// A name is defined twice, or is `none`.
    #[error("line {line}: name {name:?} is taken")]
    NameTaken {
        /// Which line.
        line: usize,
        /// The name.
        name: String,
    },
    /// A name is not defined on a line above.
    #[error("line {line}: name {name:?} is not defined above")]
    Undefined {
        /// Which line.
        line: usize,
        /// The name.
        name: String,
    },
    /// A name is a member of two groups, or twice of one: a witness would count twice.
    #[error("line {line}: name {name:?} is a member already")]
    MemberTwice {
        /// Which line.
        line: usize,
        /// The name.
        name: String,
    },
    /// More members needed than there are, or none.
    #[error("line {line}: threshold {found}, expected 1 to {members}")]
    Threshold {
        /// Which line.
        line: usize,
        /// The threshold found.
        found: u64,
        /// Members of the group.
        members: usize,
    },
    /// Not exactly one quorum line.
    #[error("{found} quorum lines, expected one")]
    Quorum {
        /// Lines found.
        found: usize,
    },
}

/// A log that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownLog {
    key: VerifierKey,
    url: Option<String>,
}

impl KnownLog {
    /// Its key; the key's name is the log's origin.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// The log's origin: the first line of its checkpoints.
    #[must_use]
    pub fn origin(&self) -> &str {
        self.key.name()
    }

    /// Where it is asked, where the policy says.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

/// Which logs are believed, and how many of which witnesses it takes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogPolicy {
    logs: Vec<KnownLog>,
    witnesses: Witnesses,
}

impl LogPolicy {
    /// Parses a policy. Beyond what the specification refuses, a key that is both a log's and a witness's is refused: a
    /// log that witnesses itself shows nothing.
    ///
    /// # Errors
    /// [`PolicyError`].
    pub fn parse(text: &str) -> Result<Self, PolicyError> {
        let too_long = |what, found, limit| PolicyError::TooLong { what, found, limit };
        if text.len() > MAX_POLICY_BYTES {
            return Err(too_long("bytes", text.len(), MAX_POLICY_BYTES));
        }
        let forbidden = |byte: u8| byte < b' ' && byte != b'\t' && byte != b'\n' || byte == 0x7f;
        if let Some((offset, found)) = text.bytes().enumerate().find(|&(_, byte)| forbidden(byte)) {
            return Err(PolicyError::ControlCharacter { offset, found });
        }
        if !text.ends_with('\n') {
            return Err(PolicyError::NoFinalNewline);
        }
        let mut parser = Parser::default();
        for (text, line) in text.lines().zip(1..) {
            parser.line(text, line)?;
        }
        let definitions = parser.logs.len() + parser.names.len();
        if definitions > MAX_DEFINITIONS {
            return Err(too_long("definitions", definitions, MAX_DEFINITIONS));
        }
        if parser.quorums != 1 {
            return Err(PolicyError::Quorum { found: parser.quorums });
        }
        Ok(Self { logs: parser.logs, witnesses: parser.witnesses })
    }

    /// The logs, in order.
    #[must_use]
    pub fn logs(&self) -> &[KnownLog] {
        &self.logs
    }

    /// The witnesses, in order.
    #[must_use]
    pub fn witnesses(&self) -> &[KnownWitness] {
        &self.witnesses.known
    }

    /// Whether the policy asks for witnesses at all.
    #[must_use]
    pub fn asks_for_witnesses(&self) -> bool {
        self.witnesses.quorum.is_some()
    }

    /// Verifies that one of the logs signed this checkpoint.
    ///
    /// # Errors
    /// [`CheckpointError`].
    pub fn verify_log_signature(&self, note: &Note) -> Result<SignedCheckpoint, CheckpointError> {
        SignedCheckpoint::verify(note, self.logs.iter().map(|log| &log.key))
    }

    /// Verifies that enough witnesses cosigned this checkpoint.
    ///
    /// # Errors
    /// [`QuorumError`].
    pub fn verify_quorum(&self, note: &Note) -> Result<QuorumReached, QuorumError> {
        self.witnesses.verify(note)
    }
}

#[derive(Default)]
struct Parser {
    logs: Vec<KnownLog>,
    witnesses: Witnesses,
    names: HashMap<String, Member>,
    members: HashSet<String>,
    quorums: usize,
}

impl Parser {
    fn line(&mut self, text: &str, line: usize) -> Result<(), PolicyError> {
        let words: Vec<&str> = text.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
        let form = |expected| PolicyError::Form { line, expected, found: excerpt(text) };
        match words[..] {
            [] => Ok(()),
            [comment, ..] if comment.starts_with('#') => Ok(()),
            ["log", key] => self.log(key, None, line),
            ["log", key, url] => self.log(key, Some(url), line),
            ["log", ..] => Err(form("log <vkey> [<url>]")),
            ["witness", name, key] => self.witness(name, key, None, line),
            ["witness", name, key, url] => self.witness(name, key, Some(url), line),
            ["witness", ..] => Err(form("witness <name> <vkey> [<url>]")),
            ["group", name, threshold, ref members @ ..] if !members.is_empty() => {
                let needed = match threshold {
                    "any" => 1,
                    "all" => members.len() as u64,
                    number => parse_decimal(number).ok_or_else(|| form("all, any or a decimal as threshold"))?,
                };
                self.group(name, needed, members, line)
            }
            ["group", ..] => Err(form("group <name> all|any|<k> <name>...")),
            ["quorum", name] => self.quorum(name, line),
            _ => Err(form("log, witness, group or quorum <name>")),
        }
    }

    fn log(&mut self, key: &str, url: Option<&str>, line: usize) -> Result<(), PolicyError> {
        let key = self.new_key(key, SignatureAlgorithm::Ed25519, line)?;
        self.logs.push(KnownLog { key, url: url.map(str::to_owned) });
        Ok(())
    }

    fn witness(&mut self, name: &str, key: &str, url: Option<&str>, line: usize) -> Result<(), PolicyError> {
        let key = self.new_key(key, SignatureAlgorithm::CosignatureV1, line)?;
        self.define(name, Member::Witness(self.witnesses.known.len()), line)?;
        self.witnesses.known.push(KnownWitness { name: name.to_owned(), key, url: url.map(str::to_owned) });
        Ok(())
    }

    fn group(&mut self, name: &str, needed: u64, members: &[&str], line: usize) -> Result<(), PolicyError> {
        let threshold = usize::try_from(needed).ok().filter(|needed| (1..=members.len()).contains(needed));
        let threshold = threshold.ok_or(PolicyError::Threshold { line, found: needed, members: members.len() })?;
        let mut list = Vec::with_capacity(members.len());
        for &member in members {
            list.push(self.defined(member, line)?);
            if !self.members.insert(member.to_owned()) {
                return Err(PolicyError::MemberTwice { line, name: member.to_owned() });
            }
        }
        self.define(name, Member::Group(self.witnesses.groups.len()), line)?;
        self.witnesses.groups.push(Group { name: name.to_owned(), threshold, members: list });
        Ok(())
    }

    fn quorum(&mut self, name: &str, line: usize) -> Result<(), PolicyError> {
        self.quorums += 1;
        self.witnesses.quorum = if name == "none" { None } else { Some(self.defined(name, line)?) };
        Ok(())
    }

    fn new_key(&self, text: &str, expected: SignatureAlgorithm, line: usize) -> Result<VerifierKey, PolicyError> {
        let key = VerifierKey::parse(text).map_err(|source| PolicyError::Key { line, source })?;
        let name = key.name().to_owned();
        if key.algorithm() != expected {
            return Err(PolicyError::KeyType { line, name, expected, found: key.algorithm() });
        }
        let witnesses = self.witnesses.known.iter().map(|witness| &witness.key);
        if self.logs.iter().map(|log| &log.key).chain(witnesses).any(|known| known.same_holder(&key)) {
            return Err(PolicyError::SameKey { line, name });
        }
        Ok(key)
    }

    fn define(&mut self, name: &str, member: Member, line: usize) -> Result<(), PolicyError> {
        if name == "none" || self.names.insert(name.to_owned(), member).is_some() {
            return Err(PolicyError::NameTaken { line, name: name.to_owned() });
        }
        Ok(())
    }

    fn defined(&self, name: &str, line: usize) -> Result<Member, PolicyError> {
        self.names.get(name).copied().ok_or_else(|| PolicyError::Undefined { line, name: name.to_owned() })
    }
}
