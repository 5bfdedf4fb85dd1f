//! The compact transport of `plimsoll headers serve`: `/status` in block-dn's form, and `/compact/<start>`, the headers from
//! that height to the tip, or `/compact/<start>-<end>`, to another height, as one stream of [`crate::chain::compact`], decoded
//! while it comes.

use super::block_dn::read_status;
use super::{
    Ask, Get, Headers, Heard, MAX_FILE_BYTES, MAX_STATUS_BYTES, Next, Reply, Source, SourceError, Task, Told, Want,
    below, unexpected,
};
use crate::chain::compact::Decoder;
use crate::chain::header::HEADER_BYTES;
use crate::client::message::FetchFailure;

const NOT_FOUND: u16 = 404;

/// A server of compact runs.
#[derive(Debug)]
pub struct Compact {
    base: String,
    network: String,
    under_way: Option<UnderWay>,
}

#[derive(Debug)]
struct UnderWay {
    want: Want,
    decoder: Option<Decoder>,
}

impl Compact {
    /// A server at a base URL, of a network.
    #[must_use]
    pub fn new(base: &str, network: &str) -> Self {
        Self { base: base.to_owned(), network: network.to_owned(), under_way: None }
    }
}

/// Decodes a part. Headers before a fault are lost with it: they are asked for again from a server that has none.
fn decode(decoder: &mut Decoder, part: &[u8], want: Want, network: &str) -> Result<Vec<Told>, SourceError> {
    let (before, mut bytes) = (decoder.headers(), Vec::new());
    let fault = |error| SourceError::form("compact stream", "one that decodes", error);
    decoder.push(part, &mut bytes).map_err(fault)?;
    if let Some(prefix) = decoder.prefix() {
        if prefix.network != network {
            return Err(SourceError::form("compact stream", "the network asked for", &prefix.network));
        }
        if prefix.first_height != want.start {
            return Err(SourceError::form("compact stream", "the height asked for", prefix.first_height));
        }
    }
    debug_assert!(bytes.len().is_multiple_of(HEADER_BYTES), "the decoder gives whole headers");
    let headers = Headers { height: want.start.saturating_add(before), opens: before == 0, bytes };
    Ok(if headers.bytes.is_empty() { vec![] } else { vec![Told::Headers(headers)] })
}

impl Source for Compact {
    fn begin(&mut self, task: Task) -> Ask {
        match task {
            Task::Tip => {
                self.under_way = None;
                Ask::Get(Get::whole(below(&self.base, "status"), MAX_STATUS_BYTES))
            }
            Task::Headers(want) => {
                self.under_way = Some(UnderWay { want, decoder: None });
                let (range, max_bytes) = match want.last {
                    // A run that does not press is no longer than its headers.
                    Some(last) => (
                        format!("{}-{last}", want.start),
                        u64::from(last.saturating_sub(want.start) + 1) * HEADER_BYTES as u64 + MAX_STATUS_BYTES,
                    ),
                    None => (want.start.to_string(), MAX_FILE_BYTES),
                };
                let url = below(&self.base, &format!("compact/{range}"));
                Ask::Get(Get { url, from_byte: None, max_bytes, in_parts: true })
            }
        }
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        match (heard, &mut self.under_way) {
            (Heard::Body(body), None) => Ok(Reply::done(vec![Told::Tip(read_status(&body)?.0)])),
            (Heard::Head(head), Some(UnderWay { decoder, .. })) => {
                if head.start != 0 {
                    return Err(SourceError::form(
                        "compact stream",
                        "the whole of it",
                        format!("bytes from {}", head.start),
                    ));
                }
                *decoder = Some(Decoder::new());
                Ok(Reply::default())
            }
            (Heard::Part(part), Some(UnderWay { want, decoder: Some(decoder) })) => {
                Ok(Reply { told: decode(decoder, &part, *want, &self.network)?, next: Next::Wait })
            }
            (Heard::End, Some(UnderWay { decoder, .. })) => {
                let decoder = decoder.take().ok_or_else(|| unexpected(&Heard::End))?;
                let fault = |error| SourceError::form("compact stream", "its end mark", error);
                let count = decoder.finish().map_err(fault)?;
                Ok(Reply { told: vec![], next: if count > 0 { Next::Done } else { Next::Unjoined } })
            }
            (Heard::Failed(FetchFailure::Status { status: NOT_FOUND }), Some(_)) => {
                Ok(Reply { told: vec![], next: Next::Unjoined })
            }
            (other, _) => Err(unexpected(&other)),
        }
    }
}
