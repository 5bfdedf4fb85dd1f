//! One file of 80-byte headers, such as the page's own origin serves: nothing but headers, so that its tip is its last one.

use super::header_stream::HeaderStream;
use super::{Ask, Get, Heard, MAX_FILE_BYTES, Next, Reply, Source, SourceError, Task, Told, unexpected};
use crate::chain::header::HEADER_BYTES;
use crate::client::message::FetchFailure;

/// The status of an answer to a range beyond the end.
const RANGE_NOT_SATISFIABLE: u16 = 416;

/// A file of headers.
#[derive(Debug)]
pub struct HeaderFile {
    url: String,
    first_height: u32,
    start: u32,
    stream: Option<HeaderStream>,
}

impl HeaderFile {
    /// A file whose first header is at `first_height`.
    #[must_use]
    pub fn new(url: &str, first_height: u32) -> Self {
        Self { url: url.to_owned(), first_height, start: first_height, stream: None }
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
        self.stream = None;
        let skipped = u64::from(self.start - self.first_height) * HEADER_BYTES as u64;
        let from_byte = (skipped > 0).then_some(skipped);
        Ask::Get(Get { url: self.url.clone(), from_byte, max_bytes: MAX_FILE_BYTES, in_parts: true })
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        match (heard, &mut self.stream) {
            (Heard::Head(head), _) => {
                self.stream = Some(HeaderStream::new(&head, self.first_height, self.start, MAX_FILE_BYTES)?);
                let count = head.length.map_or(0, |length| (head.start + length) / HEADER_BYTES as u64);
                let above = u32::try_from(count).ok().filter(|count| *count > 0);
                let reaches = above.map(|count| Told::Reaches(self.first_height.saturating_add(count - 1)));
                Ok(Reply { told: reaches.into_iter().collect(), next: Next::Wait })
            }
            (Heard::Part(part), Some(stream)) => {
                let told = stream.push(&part)?.map(Told::Headers);
                Ok(Reply { told: told.into_iter().collect(), next: Next::Wait })
            }
            (Heard::End, Some(stream)) => {
                let tip = stream.end()?.map(Told::Tip);
                let reached = self.first_height + stream.count() > self.start;
                let next = if reached { Next::Done } else { Next::Unjoined };
                Ok(Reply { told: tip.into_iter().collect(), next })
            }
            (Heard::Failed(FetchFailure::Status { status: RANGE_NOT_SATISFIABLE }), _)
                if self.start > self.first_height =>
            {
                Ok(Reply { told: vec![], next: Next::Unjoined })
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}
