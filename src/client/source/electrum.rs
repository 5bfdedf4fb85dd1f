//! The Electrum protocol, 1.4 to 1.6, over a WebSocket: JSON-RPC 2.0, one object a message, `server.version` first. A server
//! gives up to 2,016 headers at a time, in 1.4 as one string of hexadecimal digits (`hex`), in 1.6 as a list of them
//! (`headers`). `cp_height` is 0: its proof against a checkpoint is of no use where every header is verified; a server that
//! adds `root` and `branch` all the same is not disturbed by that.

use super::{
    Ask, Headers, Heard, MAX_HEIGHT, Next, Reply, Source, SourceError, Task, Tip, Told, Want, json_of, shortened,
    unexpected,
};
use crate::chain::Header;
use crate::chain::header::HEADER_BYTES;
use crate::encoding::decode_hex;
use serde::Deserialize;
use serde_json::{Value, json};

/// Most headers asked for at once.
pub const HEADERS_AN_ANSWER: u32 = 2_016;
/// Most bytes of a message: so many headers in digits, and room for the rest.
const MAX_MESSAGE_BYTES: u64 = HEADERS_AN_ANSWER as u64 * 170 + (64 << 10);
/// Messages heard while one answer is waited for: notifications of new blocks come rarely.
const MAX_ASIDE: u32 = 100;

/// An Electrum server.
#[derive(Debug, Default)]
pub struct Electrum {
    greeted: bool,
    next_id: u64,
    /// The request whose answer is waited for.
    waiting: Option<(u64, Request)>,
    task: Option<Task>,
    aside: u32,
}

#[derive(Debug, Clone, Copy)]
enum Request {
    Version,
    Subscribe,
    Headers { want: Want, count: u32, any: bool },
}

/// A message: an answer, or a notification.
#[derive(Debug, Deserialize)]
struct Message {
    id: Option<u64>,
    result: Option<Value>,
    error: Option<Value>,
    method: Option<String>,
    params: Option<Value>,
}

/// What `blockchain.headers.subscribe` answers, and notifies of.
#[derive(Debug, Deserialize)]
struct TipHeader {
    height: u32,
    hex: String,
}

/// What `blockchain.block.headers` answers.
#[derive(Debug, Deserialize)]
struct Chunk {
    count: u32,
    hex: Option<String>,
    headers: Option<Vec<String>>,
}

impl Electrum {
    /// A server that is not connected yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn send(&mut self, request: Request) -> Ask {
        let (method, params) = match request {
            Request::Version => ("server.version", json!(["plimsoll", ["1.4", "1.6"]])),
            Request::Subscribe => ("blockchain.headers.subscribe", json!([])),
            Request::Headers { want, count, .. } => ("blockchain.block.headers", json!([want.start, count, 0])),
        };
        let id = self.next_id;
        self.next_id += 1;
        (self.waiting, self.aside) = (Some((id, request)), 0);
        Ask::Send(json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string())
    }

    fn send_task(&mut self, task: Task) -> Ask {
        match task {
            Task::Tip => self.send(Request::Subscribe),
            Task::Headers(want) => self.ask_headers(want, false),
        }
    }

    fn ask_headers(&mut self, want: Want, any: bool) -> Ask {
        let to = want.to.unwrap_or(MAX_HEIGHT).max(want.start);
        let count = (to - want.start).saturating_add(1).min(HEADERS_AN_ANSWER);
        self.send(Request::Headers { want, count, any })
    }

    fn hear_message(&mut self, text: &str) -> Result<Reply, SourceError> {
        let message: Message = json_of("message", "JSON-RPC", text.as_bytes())?;
        if let Some(method) = message.method {
            self.aside += 1;
            if self.aside > MAX_ASIDE {
                return Err(SourceError::form("messages", "an answer among them", self.aside));
            }
            let news = method == "blockchain.headers.subscribe" && self.greeted;
            let told = match message.params.filter(|_| news) {
                Some(params) => vec![Told::Tip(notified_tip(params)?)],
                None => vec![],
            };
            return Ok(Reply { told, next: Next::Wait });
        }
        let Some((id, request)) = self.waiting.take().filter(|(id, _)| message.id == Some(*id)) else {
            return Err(SourceError::form("id", "the request's", message.id.unwrap_or_default()));
        };
        if let Some(error) = message.error.filter(|error| !error.is_null()) {
            let text = error.get("message").and_then(Value::as_str).map_or_else(|| error.to_string(), str::to_owned);
            return Err(SourceError::Refused { message: shortened(&text) });
        }
        let result =
            message.result.ok_or_else(|| SourceError::form("message", "a result", format!("none for {id}")))?;
        self.hear_result(request, result)
    }

    fn hear_result(&mut self, request: Request, result: Value) -> Result<Reply, SourceError> {
        match request {
            Request::Version => {
                // `[software, protocol]`, or in old servers the protocol alone.
                if !(result.is_array() || result.is_string()) {
                    return Err(SourceError::form("server.version", "a version", result));
                }
                self.greeted = true;
                Ok(match self.task {
                    Some(task) => Reply::ask(self.send_task(task)),
                    None => Reply::default(),
                })
            }
            Request::Subscribe => Ok(Reply::done(vec![Told::Tip(tip_of(result)?)])),
            Request::Headers { want, count, any } => self.hear_headers(want, count, any, result),
        }
    }

    fn hear_headers(&mut self, want: Want, asked: u32, any: bool, result: Value) -> Result<Reply, SourceError> {
        let chunk: Chunk = typed("headers", "those of block.headers", result)?;
        let bytes = chunk_bytes(&chunk)?;
        let count = (bytes.len() / HEADER_BYTES) as u32;
        if count != chunk.count || count > asked {
            let found = format!("{count}, called {}", chunk.count);
            return Err(SourceError::form("count", "as many headers as it says, and no more than asked for", found));
        }
        if count == 0 {
            return Ok(Reply { told: vec![], next: if any { Next::Done } else { Next::Unjoined } });
        }
        let told = vec![Told::Headers(Headers { height: want.start, opens: true, bytes })];
        let start = want.start + count;
        let more = want.to.is_none_or(|to| start <= to) && start < MAX_HEIGHT;
        let next = if more { Next::Ask(self.ask_headers(Want { start, ..want }, true)) } else { Next::Done };
        Ok(Reply { told, next })
    }
}

fn typed<T: serde::de::DeserializeOwned>(
    what: &'static str,
    expected: &'static str,
    value: Value,
) -> Result<T, SourceError> {
    serde_json::from_value(value).map_err(|error| SourceError::form(what, expected, error))
}

fn notified_tip(params: Value) -> Result<Tip, SourceError> {
    let [tip] = typed::<[Value; 1]>("notification", "one header", params)?;
    tip_of(tip)
}

fn tip_of(value: Value) -> Result<Tip, SourceError> {
    let tip: TipHeader = typed("tip", "height and header", value)?;
    if tip.height >= MAX_HEIGHT {
        return Err(SourceError::form("height", "a height", tip.height));
    }
    let header =
        Header::from_hex(&tip.hex).map_err(|_| SourceError::form("tip", "160 hexadecimal digits", &tip.hex))?;
    Ok(Tip { height: tip.height, hash: header.hash() })
}

/// The headers of an answer, in the form of 1.4 or of 1.6.
fn chunk_bytes(chunk: &Chunk) -> Result<Vec<u8>, SourceError> {
    let decode = |text: &str| {
        let bytes = decode_hex(text).map_err(|error| SourceError::form("headers", "hexadecimal digits", error))?;
        match bytes.len().is_multiple_of(HEADER_BYTES) {
            true => Ok(bytes),
            false => Err(SourceError::form("headers", "80-byte headers", format!("{} bytes", bytes.len()))),
        }
    };
    match (&chunk.hex, &chunk.headers) {
        (Some(hex), None) => decode(hex),
        (None, Some(headers)) => {
            let mut bytes = Vec::with_capacity(headers.len() * HEADER_BYTES);
            for text in headers {
                let header = decode(text)?;
                if header.len() != HEADER_BYTES {
                    return Err(SourceError::form("headers", "one header each", format!("{} bytes", header.len())));
                }
                bytes.extend_from_slice(&header);
            }
            Ok(bytes)
        }
        (Some(_), Some(_)) | (None, None) => {
            Err(SourceError::form("headers", "either hex or headers", "both or neither"))
        }
    }
}

impl Source for Electrum {
    fn begin(&mut self, task: Task) -> Ask {
        self.task = Some(task);
        if self.greeted { self.send_task(task) } else { Ask::Open }
    }

    fn hear(&mut self, heard: Heard) -> Result<Reply, SourceError> {
        match heard {
            Heard::Opened => Ok(Reply::ask(self.send(Request::Version))),
            Heard::Text(text) => self.hear_message(&text),
            other => Err(unexpected(&other)),
        }
    }

    fn closed(&mut self) {
        *self = Self { next_id: self.next_id, task: self.task, ..Self::default() };
    }

    fn max_message(&self) -> u64 {
        MAX_MESSAGE_BYTES
    }
}
