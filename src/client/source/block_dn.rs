//! Files of 100,000 headers beside a status, in the form of guggero/block-dn (`/status`, `/headers/<start>`): `start` is a
//! multiple of the file's length, and the last file is shorter. Files below the last few blocks do not change, short of a
//! deep reorganization, so that caches in front of it answer.

use super::header_stream::HeaderStream;
use super::{
    Ask, Get, Heard, MAX_FILE_BYTES, MAX_HEIGHT, MAX_STATUS_BYTES, Next, Reply, Source, SourceError, Task, Tip, Told,
    Want, below, hash_of, json_of, unexpected,
};
use crate::chain::header::HEADER_BYTES;
use crate::client::message::FetchFailure;
use serde::Deserialize;

/// Headers in a file, unless the status says otherwise.
const USUAL_ENTRIES: u32 = 100_000;
const NOT_FOUND: u16 = 404;

/// A block-dn server.
#[derive(Debug)]
pub struct BlockDn {
    base: String,
    entries: u32,
    /// Whether ranges are asked for: a server that does not answer the browser's question before such a request is asked for
    /// whole files instead.
    ranges: bool,
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    want: Want,
    /// Height of the first header of the file being read.
    file: u32,
    by_range: bool,
    stream: Option<HeaderStream>,
    any: bool,
}

/// The part of `/status` that is used.
#[derive(Debug, Deserialize)]
struct Status {
    best_block_height: u32,
    best_block_hash: String,
    entries_per_header_file: Option<u32>,
}

/// The tip and the headers a file, from `/status`.
pub(super) fn read_status(body: &[u8]) -> Result<(Tip, u32), SourceError> {
    let status: Status = json_of("status", "block-dn's", body)?;
    if status.best_block_height >= MAX_HEIGHT {
        return Err(SourceError::form("best_block_height", "a height", status.best_block_height));
    }
    let hash = hash_of("best_block_hash", &status.best_block_hash)?;
    let entries = status.entries_per_header_file.unwrap_or(USUAL_ENTRIES);
    Ok((Tip { height: status.best_block_height, hash }, entries))
}

impl BlockDn {
    /// A server at a base URL.
    #[must_use]
    pub fn new(base: &str) -> Self {
        Self { base: base.to_owned(), entries: USUAL_ENTRIES, ranges: true, under_way: None }
    }

    /// Asks for the file that holds `start`, from there on.
    fn ask_file(&mut self, want: Want, start: u32, any: bool) -> Ask {
        let file = start / self.entries * self.entries;
        let skipped = u64::from(start - file) * HEADER_BYTES as u64;
        let by_range = self.ranges && skipped > 0;
        self.under_way = Some(UnderWay { want: Want { start, ..want }, file, by_range, stream: None, any });
        Ask::Get(Get {
            url: below(&self.base, &format!("headers/{file}")),
            from_byte: by_range.then_some(skipped),
            max_bytes: self.file_bytes(),
            in_parts: true,
        })
    }

    fn file_bytes(&self) -> u64 {
        u64::from(self.entries) * HEADER_BYTES as u64
    }

    fn hear_status(&mut self, body: &[u8]) -> Result<Reply, SourceError> {
        let (tip, entries) = read_status(body)?;
        if entries == 0 || u64::from(entries) * HEADER_BYTES as u64 > MAX_FILE_BYTES {
            return Err(SourceError::form("entries_per_header_file", "from 1 to a file of 128 MiB", entries));
        }
        self.entries = entries;
        Ok(Reply::done(vec![Told::Tip(tip)]))
    }

    /// A file ended: the next one, unless this was the last.
    fn hear_end(&mut self) -> Result<Reply, SourceError> {
        let limit = self.entries;
        let Some(UnderWay { want, file, stream: Some(stream), any, .. }) = &self.under_way else {
            return Err(unexpected(&Heard::End));
        };
        stream.end()?;
        let (want, any, next) = (*want, *any || file + stream.count() > want.start, file + limit);
        if stream.count() == limit && want.to.is_none_or(|to| to >= next) && next < MAX_HEIGHT {
            return Ok(Reply::ask(self.ask_file(want, next, any)));
        }
        Ok(Reply { told: vec![], next: if any { Next::Done } else { Next::Unjoined } })
    }
}

impl Source for BlockDn {
    fn begin(&mut self, task: Task) -> Ask {
        self.under_way = None;
        match task {
            Task::Tip => Ask::Get(Get::whole(below(&self.base, "status"), MAX_STATUS_BYTES)),
            Task::Headers(want) => self.ask_file(want, want.start, false),
        }
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        let limit = self.file_bytes();
        match (heard, &mut self.under_way) {
            (Heard::Body(body), None) => self.hear_status(&body),
            (Heard::Head(head), Some(UnderWay { want, file, stream, .. })) => {
                *stream = Some(HeaderStream::new(&head, *file, want.start, limit)?);
                Ok(Reply::default())
            }
            (Heard::Part(part), Some(UnderWay { stream: Some(stream), .. })) => {
                let told = stream.push(&part)?.map(Told::Headers);
                Ok(Reply { told: told.into_iter().collect(), next: Next::Wait })
            }
            (Heard::End, Some(_)) => self.hear_end(),
            (
                Heard::Failed(FetchFailure::Network { .. }),
                Some(UnderWay { want, by_range: true, stream: None, any, .. }),
            ) => {
                self.ranges = false;
                let (want, any) = (*want, *any);
                Ok(Reply::ask(self.ask_file(want, want.start, any)))
            }
            // Beyond the last header: no such range, or no such file.
            (Heard::Failed(FetchFailure::Status { status: 416 | NOT_FOUND }), Some(UnderWay { any, .. })) => {
                let next = if *any { Next::Done } else { Next::Unjoined };
                Ok(Reply { told: vec![], next })
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}
