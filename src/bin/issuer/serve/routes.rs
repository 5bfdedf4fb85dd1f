//! Which path is whose.

use super::http::{Body, Reply, Request};
use super::served::{HeaderBytes, SOON, Served};
use super::{block_dn, core_rest, esplora};

/// Longest path looked at.
const MAX_PATH: usize = 512;

/// Answers a request.
pub fn reply(request: &Request, served: &Served) -> Reply {
    match request.method.as_str() {
        "OPTIONS" => return Reply::preflight(),
        "GET" | "HEAD" => {}
        _ => return Reply::status(405),
    }
    let Some(path) = request.path.strip_prefix('/').filter(|path| path.len() <= MAX_PATH) else {
        return Reply::status(404);
    };
    let segments: Vec<&str> = path.split('/').collect();
    match segments[..] {
        ["headers.bin"] => whole_file(served),
        ["compact", range] => compact(range, served),
        ["status"] | ["headers", ..] => block_dn::reply(&segments, served),
        ["rest", ref rest @ ..] => core_rest::reply(rest, &request.query, served),
        ["api", ref rest @ ..] => esplora::reply(rest, served),
        _ => esplora::reply(&segments, served),
    }
}

/// All headers, 80 bytes each.
fn whole_file(served: &Served) -> Reply {
    let (first, tip) = (served.tree().first_height(), served.tree().tip().height);
    let headers = HeaderBytes { prefix: Vec::new(), first, count: tip - first + 1 };
    Reply::new("application/octet-stream", SOON, Body::Headers(headers))
}

/// `START` to the tip, or `START-END`, both included.
fn compact(range: &str, served: &Served) -> Reply {
    let (start, end) = match range.split_once('-') {
        Some((start, end)) => (number(start), number(end).map(Some)),
        None => (number(range), Some(None)),
    };
    let (Some(start), Some(end)) = (start, end) else {
        return Reply::refused(400, "expected START or START-END, heights in decimal");
    };
    let (first, tip) = (served.tree().first_height(), served.tree().tip().height);
    if end.is_some_and(|end| end < start) {
        return Reply::refused(400, format!("the end is before {start}"));
    }
    if start < first || start > tip || end.is_some_and(|end| end > tip) {
        return Reply::refused(404, format!("headers here are {first} to {tip}"));
    }
    let max_age = end.map_or(SOON, |end| served.max_age(end));
    Reply::new("application/octet-stream", max_age, Body::Compact(start, end.unwrap_or(tip)))
}

/// A height in its one spelling.
pub fn number(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    text.parse().ok().filter(|_| plain)
}
