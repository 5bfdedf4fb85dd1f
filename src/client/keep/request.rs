//! What the store asks of whoever owns the files, and what it is answered. One request is under way at a time.

use std::fmt;

/// One of a chain's two files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Area {
    /// The headers, 80 bytes each.
    Headers,
    /// The two slots of the head.
    Heads,
}

/// Something to do with a file. A file that is not there has no bytes and comes to be when it is written.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// How many bytes there are; answered by [`Answer::Size`].
    Size(Area),
    /// Bytes from an offset on; answered by [`Answer::Bytes`], which may be fewer, and are none only at the end.
    Read {
        /// Of which file.
        area: Area,
        /// The first byte.
        offset: u64,
        /// How many at most.
        length: usize,
    },
    /// Bytes to write at an offset, zeros filling a gap before it; answered by [`Answer::Done`] when all are written.
    Write {
        /// To which file.
        area: Area,
        /// Where the first byte goes.
        offset: u64,
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// Drop what is past a length, if anything; answered by [`Answer::Done`].
    Truncate {
        /// Of which file.
        area: Area,
        /// Bytes to keep.
        length: u64,
    },
    /// Let everything written so far outlast a crash; answered by [`Answer::Done`].
    Flush(Area),
}

impl fmt::Debug for Request {
    /// Bytes are counted, not written out.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Size(area) => write!(f, "Size({area:?})"),
            Self::Read { area, offset, length } => write!(f, "Read({area:?}, {offset}, {length} bytes)"),
            Self::Write { area, offset, bytes } => write!(f, "Write({area:?}, {offset}, {} bytes)", bytes.len()),
            Self::Truncate { area, length } => write!(f, "Truncate({area:?}, {length})"),
            Self::Flush(area) => write!(f, "Flush({area:?})"),
        }
    }
}

/// What became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// It is done.
    Done,
    /// The file's bytes.
    Size(u64),
    /// Bytes read.
    Bytes(Vec<u8>),
    /// It was not done, or only in part.
    Failed(Failure),
}

/// Why a request was not carried out.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}: {detail}")]
pub struct Failure {
    /// Whether there is room.
    pub kind: FailureKind,
    /// What the owner of the files says.
    pub detail: String,
}

/// Kinds of failure that call for different answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum FailureKind {
    /// No room: what is kept stays, nothing more is added.
    Full,
    /// Anything else.
    Other,
}

impl fmt::Display for FailureKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "no room",
            Self::Other => "not carried out",
        })
    }
}

impl Failure {
    /// There was no room.
    #[must_use]
    pub fn full(detail: impl Into<String>) -> Self {
        Self { kind: FailureKind::Full, detail: detail.into() }
    }

    /// A failure that has nothing to do with room.
    #[must_use]
    pub fn other(detail: impl Into<String>) -> Self {
        Self { kind: FailureKind::Other, detail: detail.into() }
    }
}

/// Bytes asked for piece by piece, since an answer may be short.
#[derive(Debug)]
pub(super) struct Reading {
    area: Area,
    offset: u64,
    wanted: usize,
    got: Vec<u8>,
}

/// After a piece.
#[derive(Debug)]
pub(super) enum Piece {
    /// More is to be asked for.
    More(Reading),
    /// All that is there.
    Whole(Vec<u8>),
}

impl Reading {
    pub(super) fn new(area: Area, offset: u64, wanted: usize) -> Self {
        Self { area, offset, wanted, got: Vec::new() }
    }

    pub(super) fn request(&self) -> Request {
        let offset = self.offset + self.got.len() as u64;
        Request::Read { area: self.area, offset, length: self.wanted - self.got.len() }
    }

    pub(super) fn take(mut self, bytes: Vec<u8>) -> Result<Piece, Failure> {
        if bytes.len() > self.wanted - self.got.len() {
            return Err(Failure::other(format!("{} bytes where {} were asked for", bytes.len(), self.wanted)));
        }
        let at_end = bytes.is_empty();
        if self.got.is_empty() {
            self.got = bytes; // most often the first answer is the whole one
        } else {
            self.got.extend(bytes);
        }
        let whole = at_end || self.got.len() == self.wanted;
        Ok(if whole { Piece::Whole(self.got) } else { Piece::More(self) })
    }
}
