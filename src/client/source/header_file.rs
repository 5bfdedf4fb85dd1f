//! One file of 80-byte headers, such as the page's own origin serves: nothing but headers, so that its tip is its last one.

use super::header_stream::HeaderStream;
use super::{Ask, Get, Heard, MAX_FILE_BYTES, Next, Reply, Source, SourceError, Task, Told, unexpected};
use crate::chain::header::HEADER_BYTES;
use crate::client::message::{FetchFailure, FetchHead};

/// The status of an answer to a range beyond the end.
const RANGE_NOT_SATISFIABLE: u16 = 416;
/// So many bytes are worth another request: fewer are read, and passed over.
const WORTH_SKIPPING: u64 = 64 << 10;

/// A file of headers. As long as nothing is known of its length, it is asked for from its beginning, and by a range once the
/// length has been told: a range beyond the end is a failure, which browsers write down for all to see.
#[derive(Debug)]
pub struct HeaderFile {
    url: String,
    first_height: u32,
    /// The height of the file's last header, when it was last read to its end.
    last: Option<u32>,
    /// The first height wanted.
    start: u32,
    stream: Option<HeaderStream>,
}

impl HeaderFile {
    /// A file whose first header is at `first_height`.
    #[must_use]
    pub fn new(url: &str, first_height: u32) -> Self {
        Self { url: url.to_owned(), first_height, last: None, start: first_height, stream: None }
    }

    /// Asks for the headers from a height on.
    fn ask_from(&mut self, height: u32) -> Ask {
        self.stream = None;
        let skipped = self.bytes_below(height);
        let from_byte = (skipped > 0).then_some(skipped);
        Ask::Get(Get { url: self.url.clone(), from_byte, max_bytes: MAX_FILE_BYTES, in_parts: true })
    }

    fn bytes_below(&self, height: u32) -> u64 {
        u64::from(height - self.first_height) * HEADER_BYTES as u64
    }

    fn hear_head(&mut self, head: &FetchHead) -> Result<Reply, SourceError> {
        let bytes = head.length.map_or(0, |length| head.start.saturating_add(length));
        let count = u32::try_from(bytes / HEADER_BYTES as u64).ok().filter(|count| *count > 0);
        let last = count.map(|count| self.first_height.saturating_add(count - 1));
        // The whole of a long file, of which little is wanted; where it ends below that, its last header.
        if let (0, None, Some(last)) = (head.start, self.last, last)
            && self.bytes_below(last.min(self.start)) >= WORTH_SKIPPING
        {
            self.last = Some(last);
            return Ok(Reply::ask(self.ask_from(last.min(self.start))));
        }
        // From the last header on, where that is below the first one wanted.
        let from = if head.start == 0 { self.start } else { self.start.min(self.last.unwrap_or(self.start)) };
        self.stream = Some(HeaderStream::new(head, self.first_height, from, MAX_FILE_BYTES)?);
        Ok(Reply { told: last.map(Told::Reaches).into_iter().collect(), next: Next::Wait })
    }
}

impl Source for HeaderFile {
    fn tells_tip(&self) -> bool {
        false
    }

    fn begin(&mut self, task: Task) -> Ask {
        self.start = match task {
            Task::Headers(want) => want.start.max(self.first_height),
            Task::Tip => self.first_height,
        };
        self.ask_from(self.last.map_or(self.first_height, |last| last.min(self.start)))
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        match (heard, &mut self.stream) {
            (Heard::Head(head), _) => self.hear_head(&head),
            (Heard::Part(part), Some(stream)) => {
                let told = stream.push(&part)?.map(Told::Headers);
                Ok(Reply { told: told.into_iter().collect(), next: Next::Wait })
            }
            (Heard::End, Some(stream)) => {
                let tip = stream.end()?;
                let reached = self.first_height + stream.count() > self.start;
                self.last = tip.map(|tip| tip.height).or(self.last);
                let next = if reached { Next::Done } else { Next::Unjoined };
                Ok(Reply { told: tip.map(Told::Tip).into_iter().collect(), next })
            }
            // It has become shorter.
            (Heard::Failed(FetchFailure::Status { status: RANGE_NOT_SATISFIABLE }), _) if self.last.is_some() => {
                self.last = None;
                Ok(Reply { told: vec![], next: Next::Unjoined })
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}
