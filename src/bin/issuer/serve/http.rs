//! HTTP/1.1, as much of it as a server of immutable bytes needs (RFC 9110, RFC 9112). Requests are parsed by `httparse`.

use super::served::{HeaderBytes, Served};
use std::io::{self, Read as _, Write};
use std::net::TcpStream;
use std::ops::Range;
use std::time::{Duration, Instant};

/// How long a request may take to come whole, and how long a connection may stay open without one.
pub const PATIENCE: Duration = Duration::from_secs(20);
/// How long a client may take to read a part of an answer.
const WRITE_PATIENCE: Duration = Duration::from_secs(60);
/// Longest request line and headers.
const MAX_HEAD: usize = 16 << 10;
const MAX_HEADERS: usize = 64;

/// A request: its line and the headers that count here.
#[derive(Debug)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub range: Option<String>,
    pub keep_alive: bool,
    /// `Sec-WebSocket-Key`, where a WebSocket is asked for.
    pub websocket_key: Option<String>,
}

/// Requests that come in over one connection.
pub struct Connection {
    stream: TcpStream,
    read: Vec<u8>,
}

impl Connection {
    pub fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_write_timeout(Some(WRITE_PATIENCE))?;
        Ok(Self { stream, read: Vec::new() })
    }

    /// The next request; `Err` with the status that refuses it, `None` at the end of the connection.
    pub fn next_request(&mut self) -> io::Result<Option<Result<Request, u16>>> {
        let deadline = Instant::now() + PATIENCE;
        let mut piece = [0; 4096];
        loop {
            if !self.read.is_empty() {
                match parse(&self.read) {
                    Ok(Some((request, length))) => {
                        self.read.drain(..length);
                        return Ok(Some(Ok(request)));
                    }
                    Ok(None) if self.read.len() >= MAX_HEAD => return Ok(Some(Err(431))),
                    Ok(None) => {}
                    Err(status) => return Ok(Some(Err(status))),
                }
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(None);
            }
            self.stream.set_read_timeout(Some(left))?;
            match self.stream.read(&mut piece)? {
                0 => return Ok(None),
                count => self.read.extend_from_slice(&piece[..count]),
            }
        }
    }
}

fn parse(bytes: &[u8]) -> Result<Option<(Request, usize)>, u16> {
    let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
    let mut head = httparse::Request::new(&mut headers);
    let length = match head.parse(bytes) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(431),
        Err(_) => return Err(400),
    };
    let named = |name: &str| {
        let found = head.headers.iter().find(|header| header.name.eq_ignore_ascii_case(name));
        found.and_then(|header| std::str::from_utf8(header.value).ok())
    };
    let lists = |name: &str, word: &str| {
        named(name).is_some_and(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word)))
    };
    // Nothing here takes a body, and one that is not read would be taken for the next request.
    if named("transfer-encoding").is_some() || named("content-length").is_some_and(|length| length.trim() != "0") {
        return Err(if matches!(head.method, Some("GET" | "HEAD" | "OPTIONS")) { 413 } else { 405 });
    }
    let target = head.path.unwrap_or_default();
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let newer = head.version == Some(1);
    let request = Request {
        method: head.method.unwrap_or_default().to_owned(),
        path: path.to_owned(),
        query: query.to_owned(),
        range: named("range").map(str::to_owned),
        keep_alive: if newer { !lists("connection", "close") } else { lists("connection", "keep-alive") },
        websocket_key: named("sec-websocket-key")
            .filter(|_| lists("upgrade", "websocket") && named("sec-websocket-version") == Some("13"))
            .map(str::to_owned),
    };
    Ok(Some((request, length)))
}

/// What is sent back.
pub struct Reply {
    status: u16,
    kind: &'static str,
    /// Seconds it may be kept.
    max_age: u32,
    body: Body,
}

/// The bytes of an answer.
pub enum Body {
    /// All of them.
    Bytes(Vec<u8>),
    /// Headers, put together while they are sent.
    Headers(HeaderBytes),
    /// The compact form of the headers from one height to another, sent in parts.
    Compact(u32, u32),
}

impl Reply {
    pub fn new(kind: &'static str, max_age: u32, body: Body) -> Self {
        Self { status: 200, kind, max_age, body }
    }

    pub fn text(text: impl Into<String>, max_age: u32) -> Self {
        Self::new("text/plain; charset=utf-8", max_age, Body::Bytes(text.into().into_bytes()))
    }

    pub fn json(value: &serde_json::Value, max_age: u32) -> Self {
        Self::new("application/json", max_age, Body::Bytes(value.to_string().into_bytes()))
    }

    pub fn binary(bytes: Vec<u8>, max_age: u32) -> Self {
        Self::new("application/octet-stream", max_age, Body::Bytes(bytes))
    }

    /// An answer with a status that is no success, and why.
    pub fn refused(status: u16, why: impl Into<String>) -> Self {
        Self { status, ..Self::text(why.into() + "\n", 0) }
    }

    /// A status and nothing more to say.
    pub fn status(status: u16) -> Self {
        Self::refused(status, reason(status))
    }

    /// The answer to a browser that asks before it asks.
    pub fn preflight() -> Self {
        Self { status: 204, ..Self::text("", 0) }
    }

    /// Sends it.
    pub fn write(
        self,
        out: &mut impl Write,
        method: &str,
        range: Option<&str>,
        served: &Served,
        keep_alive: bool,
    ) -> io::Result<()> {
        let Self { mut status, kind, max_age, body } = self;
        let length = match &body {
            Body::Bytes(bytes) => Some(bytes.len() as u64),
            Body::Headers(headers) => Some(headers.length()),
            Body::Compact(..) => None,
        };
        let mut lines = format!("Content-Type: {kind}\r\n");
        let mut sent = 0..length.unwrap_or(0);
        if let (200, Some(length)) = (status, length) {
            lines += "Accept-Ranges: bytes\r\n";
            match range.and_then(|range| wanted(range, length)) {
                Some(Ok(part)) => {
                    status = 206;
                    lines += &format!("Content-Range: bytes {}-{}/{length}\r\n", part.start, part.end - 1);
                    sent = part;
                }
                Some(Err(())) => {
                    status = 416;
                    lines += &format!("Content-Range: bytes */{length}\r\n");
                    sent = 0..0;
                }
                None => {}
            }
        }
        lines += &match (status, length) {
            (204, _) => "Access-Control-Allow-Methods: GET, HEAD, OPTIONS\r\nAccess-Control-Allow-Headers: Range\r\n\
                Access-Control-Max-Age: 86400\r\n"
                .to_owned(),
            (_, Some(_)) => format!("Content-Length: {}\r\n", sent.end - sent.start),
            (_, None) => "Transfer-Encoding: chunked\r\n".to_owned(),
        };
        lines += &match max_age {
            0 => "Cache-Control: no-cache\r\n".to_owned(),
            seconds => format!("Cache-Control: public, max-age={seconds}\r\n"),
        };
        if !keep_alive {
            lines += "Connection: close\r\n";
        }
        write!(out, "HTTP/1.1 {status} {}\r\n{lines}{EVERY_ANSWER}\r\n", reason(status))?;
        if method == "HEAD" || status == 204 {
            return out.flush();
        }
        match body {
            Body::Bytes(bytes) => out.write_all(&bytes[sent.start as usize..sent.end as usize])?,
            Body::Headers(headers) => headers.write(sent, served, out)?,
            Body::Compact(first, last) => {
                for part in served.tree().encode_compact(first..=last) {
                    write!(out, "{:x}\r\n", part.len())?;
                    out.write_all(&part)?;
                    out.write_all(b"\r\n")?;
                }
                out.write_all(b"0\r\n\r\n")?;
            }
        }
        out.flush()
    }
}

/// Pages of every origin may read everything, and see how long it took.
const EVERY_ANSWER: &str = "Access-Control-Allow-Origin: *\r\nTiming-Allow-Origin: *\r\nCross-Origin-Resource-Policy: cross-origin\r\n\
    Access-Control-Expose-Headers: Content-Length, Content-Range, Accept-Ranges\r\nX-Content-Type-Options: nosniff\r\n";

/// The part of so many bytes that a `Range` header asks for (RFC 9110 §14.1.2): `None` where it says nothing that is
/// followed here (several parts, another unit), an error where there are no such bytes.
fn wanted(range: &str, length: u64) -> Option<Result<Range<u64>, ()>> {
    let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
    let number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse::<u64>().ok())?;
    let part = match (first, last) {
        ("", suffix) => length.saturating_sub(number(suffix)?)..length,
        (first, "") => number(first)?..length,
        (first, last) => {
            let (first, last) = (number(first)?, number(last)?);
            if last < first {
                return None;
            }
            first..(last + 1).min(length)
        }
    };
    Some(if part.start < part.end { Ok(part) } else { Err(()) })
}

fn reason(status: u16) -> &'static str {
    match status {
        101 => "Switching Protocols",
        200 => "OK",
        204 => "No Content",
        206 => "Partial Content",
        400 => "Bad Request",
        404 => "Not Found",
        405 => "Method Not Allowed",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        431 => "Request Header Fields Too Large",
        _ => "Service Unavailable",
    }
}

/// Closes a connection for which there is no room.
pub fn refuse_busy(mut stream: TcpStream) -> io::Result<()> {
    stream.set_write_timeout(Some(Duration::from_secs(1)))?;
    write!(stream, "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\nConnection: close\r\n{EVERY_ANSWER}\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_rfc_9110_has_them() {
        for (range, part) in [
            ("bytes=0-0", Some(Ok(0..1))),
            ("bytes=10-", Some(Ok(10..100))),
            ("bytes=90-200", Some(Ok(90..100))),
            ("bytes=-5", Some(Ok(95..100))),
            ("bytes=-500", Some(Ok(0..100))),
            ("bytes=100-", Some(Err(()))),
            ("bytes=-0", Some(Err(()))),
            ("bytes=5-4", None),
            ("bytes=0-1,5-6", None),
            ("bytes=a-b", None),
            ("bytes=-", Some(Err(()))),
            ("items=0-1", None),
            ("bytes=+1-2", None),
            ("bytes=1-18446744073709551616", None),
        ] {
            let found = wanted(range, 100);
            // No number at all is none: the whole is sent.
            let part = if range == "bytes=-" { None } else { part };
            assert_eq!(found, part, "{range}");
        }
    }

    #[test]
    fn requests_are_told_from_what_is_none() {
        let parsed =
            |text: &str| parse(text.as_bytes()).map(|found| found.map(|(request, length)| (request.path, length)));
        assert_eq!(parsed("GET /a?b=1 HTTP/1.1\r\nHost: x\r\n\r\nGET"), Ok(Some(("/a".into(), 32))));
        assert_eq!(parsed("GET /a HTTP/1.1\r\nHost"), Ok(None));
        assert_eq!(parsed("\x16\x03\x01"), Err(400));
        assert_eq!(parsed("POST /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), Err(405));
        assert_eq!(parsed("GET /a HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc"), Err(413));
        assert_eq!(parsed("GET /a HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), Err(413));
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(65));
        assert_eq!(parsed(&many), Err(431));
    }
}
