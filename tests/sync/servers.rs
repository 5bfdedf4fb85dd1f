//! Servers of headers in every form a source may have, in simulated time: honest ones, and ones that do one thing wrong.
#![allow(dead_code, reason = "each test file uses a part of it")]

use plimsoll::chain::compact::encode_run;
use plimsoll::chain::{BlockHash, Header};
use plimsoll::client::message::{FetchFailure, SourceKind};
use serde_json::{Value, json};
use std::cell::Cell;
use std::collections::HashMap;
use std::rc::Rc;

/// A chain that a server knows: from genesis on, or, where nothing below is asked for, from a height.
#[derive(Clone)]
pub struct Known {
    pub first: usize,
    pub headers: Rc<Vec<Header>>,
    pub hashes: Rc<Vec<BlockHash>>,
}

impl Known {
    pub fn of(headers: Vec<Header>) -> Self {
        let hashes = headers.iter().map(Header::hash).collect();
        Self { first: 0, headers: Rc::new(headers), hashes: Rc::new(hashes) }
    }

    pub fn from_bytes(bytes: &[u8]) -> Self {
        Self::of(plimsoll::chain::decode_run(bytes).expect("a run").collect())
    }

    /// The same headers at other heights.
    pub fn starting_at(self, first: usize) -> Self {
        Self { first, ..self }
    }

    /// The chain up to a height.
    pub fn up_to(&self, height: usize) -> Self {
        let count = height - self.first + 1;
        Self::of(self.headers[..count].to_vec()).starting_at(self.first)
    }

    pub fn tip(&self) -> usize {
        self.first + self.headers.len() - 1
    }

    fn header(&self, height: usize) -> &Header {
        &self.headers[height - self.first]
    }

    fn hash(&self, height: usize) -> BlockHash {
        self.hashes[height - self.first]
    }

    /// Headers as bytes; zeros for those below the first, which a range passes over.
    fn bytes(&self, from: usize, count: usize) -> Vec<u8> {
        let below = self.first.saturating_sub(from).min(count);
        let mut bytes = vec![0; below * 80];
        let there = self.headers.iter().skip((from + below).saturating_sub(self.first));
        bytes.extend(there.take(count - below).flat_map(Header::encode));
        bytes
    }

    fn json(&self, height: usize) -> Value {
        let header = self.header(height);
        json!({
            "id": self.hash(height).to_string(), "height": height, "version": header.version,
            "timestamp": header.time, "bits": header.bits.0, "nonce": header.nonce, "difficulty": 1.0,
            "merkle_root": BlockHash(header.merkle_root).to_string(), "tx_count": 1, "size": 285, "weight": 1140,
            "previousblockhash": if height == 0 { Value::Null } else { header.previous.to_string().into() },
        })
    }
}

/// The one thing a server does wrong.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fault {
    None,
    /// Answers nothing.
    Silent,
    /// A page of text, status 200, whatever is asked for.
    Html,
    /// The same, called bytes.
    HtmlAsBytes,
    Status(u16),
    /// So many requests are answered with 429 first.
    Busy(u32, Option<u32>),
    /// A cache that answers every range with the whole.
    IgnoresRanges,
    /// A server that does not allow the browser to ask for ranges.
    RefusesRanges,
    /// Sends so many bytes of headers and then nothing.
    StallsAfter(usize),
    /// Sends a byte more than whole headers.
    ByteTooMany,
    /// Sends a header more than was asked for, or than the form has.
    HeaderTooMany,
    /// One block is named otherwise than its fields hash.
    Misnamed(usize),
    /// Tells of a tip so many blocks above what it gives.
    Boasts(u32),
    /// Says an error instead of headers, in the protocol's way.
    Refuses,
}

/// What is answered.
pub enum Answer {
    /// Status 200 or 206 and a body that begins at this byte.
    Body {
        start: u64,
        media_type: &'static str,
        bytes: Vec<u8>,
        stall_after: Option<usize>,
    },
    Failure(FetchFailure),
    Silence,
}

/// A server.
pub struct Server {
    pub kind: SourceKind,
    pub base: String,
    pub network: String,
    pub known: Known,
    pub fault: Fault,
    /// Headers in a file, blocks in a page, or headers in a message.
    pub at_once: usize,
    /// Whether Electrum's answers have the form of 1.6.
    pub lists: bool,
    pub latency_ms: u64,
    pub asked: Vec<(u64, String)>,
    /// Ranges beyond the end that were asked for.
    pub beyond_the_end: Cell<usize>,
    pub greeted: bool,
    heights: HashMap<BlockHash, usize>,
}

impl Server {
    pub fn new(kind: SourceKind, base: &str, network: &str, known: Known) -> Self {
        let at_once = match kind {
            SourceKind::BlockDn => 1_000,
            SourceKind::Mempool => 15,
            SourceKind::Electrum => 2_016,
            _ => 10,
        };
        let mut server = Self {
            kind,
            base: base.into(),
            network: network.into(),
            known: known.clone(),
            fault: Fault::None,
            at_once,
            lists: false,
            latency_ms: 50,
            asked: vec![],
            beyond_the_end: Cell::new(0),
            greeted: false,
            heights: HashMap::new(),
        };
        server.set_known(known);
        server
    }

    pub fn with(mut self, fault: Fault) -> Self {
        self.fault = fault;
        self
    }

    pub fn set_known(&mut self, known: Known) {
        self.heights = known.hashes.iter().zip(known.first..).map(|(hash, height)| (*hash, height)).collect();
        self.known = known;
    }

    fn tip(&self) -> (usize, String) {
        match self.fault {
            Fault::Boasts(more) => (self.known.tip() + more as usize, "00".repeat(31) + "aa"),
            _ => (self.known.tip(), self.known.hash(self.known.tip()).to_string()),
        }
    }

    /// Answers a fetch.
    pub fn answer(&mut self, now_ms: u64, url: &str, from_byte: Option<u64>) -> Answer {
        self.asked.push((now_ms, url.to_owned()));
        let path = url.strip_prefix(&self.base).expect("below the base").trim_start_matches('/').to_owned();
        let body = |bytes: Vec<u8>| Answer::Body { start: 0, media_type: "application/json", bytes, stall_after: None };
        match self.fault {
            Fault::Silent => return Answer::Silence,
            Fault::Html => {
                let bytes = b"<html><body>Please log in".to_vec();
                return Answer::Body { start: 0, media_type: "text/html", bytes, stall_after: None };
            }
            Fault::HtmlAsBytes => {
                let bytes = [b"<!doctype html><p>".as_slice(), &[b' '; 142]].concat();
                return Answer::Body { start: 0, media_type: "application/octet-stream", bytes, stall_after: None };
            }
            Fault::Status(status) => return Answer::Failure(FetchFailure::Status { status }),
            Fault::Busy(more, retry_after) if more > 0 => {
                self.fault = Fault::Busy(more - 1, retry_after);
                return Answer::Failure(FetchFailure::TooManyRequests { status: 429, retry_after });
            }
            Fault::RefusesRanges if from_byte.is_some() => {
                return Answer::Failure(FetchFailure::Network { detail: "Failed to fetch".into() });
            }
            _ => {}
        }
        let text = |text: String| body(text.into_bytes());
        let (height, hash) = self.tip();
        match (self.kind, path.split('/').collect::<Vec<_>>().as_slice()) {
            (SourceKind::HeaderFile, _) => self.file(self.known.bytes(0, usize::MAX), from_byte),
            (SourceKind::BlockDn | SourceKind::Compact, ["status"]) => text(
                json!({"chain_name": self.network, "best_block_height": height, "best_block_hash": hash,
                    "entries_per_header_file": self.at_once, "all_files_synced": true})
                .to_string(),
            ),
            (SourceKind::BlockDn, ["headers", start]) => {
                let start: usize = start.parse().expect("a number");
                assert!(start.is_multiple_of(self.at_once), "{start} begins no file");
                if start > self.known.tip() {
                    return Answer::Failure(FetchFailure::Status { status: 404 });
                }
                self.file(self.known.bytes(start, self.at_once), from_byte)
            }
            (SourceKind::Compact, ["compact", range]) => {
                let number = |text: &str| text.parse::<usize>().expect("a number");
                let (start, end) = match range.split_once('-') {
                    Some((start, end)) => (number(start), number(end)),
                    None => (number(range), self.known.tip()),
                };
                if start > self.known.tip() || end > self.known.tip() {
                    return Answer::Failure(FetchFailure::Status { status: 404 });
                }
                let run = &self.known.headers[start - self.known.first..=end - self.known.first];
                let run = encode_run(&self.network, start as u32, run);
                self.file(run.expect("linked"), None)
            }
            (SourceKind::CoreRest, ["rest", "chaininfo.json"]) => {
                text(json!({"chain": "x", "blocks": height, "headers": height, "bestblockhash": hash}).to_string())
            }
            (SourceKind::CoreRest, ["rest", "blockhashbyheight", file]) => {
                let height: usize = file.strip_suffix(".hex").expect("hex").parse().expect("a height");
                match self.heights.iter().find(|(_, at)| **at == height).map(|(hash, _)| hash) {
                    Some(hash) => text(format!("{hash}\n")),
                    None => Answer::Failure(FetchFailure::Status { status: 404 }),
                }
            }
            (SourceKind::CoreRest, ["rest", "headers", file]) => {
                let (hash, query) = file.split_once(".bin?").expect("binary");
                let count: usize = query.strip_prefix("count=").expect("a count").parse().expect("a number");
                assert!((1..=2_000).contains(&count), "{count}");
                let at = self.heights.get(&BlockHash::from_hex(hash).expect("a hash")).copied();
                let bytes = at.map_or(vec![], |at| self.known.bytes(at, count));
                self.file(bytes, None)
            }
            (SourceKind::Esplora, ["blocks", "tip", "height"]) => text(height.to_string()),
            (SourceKind::Esplora, ["blocks", "tip", "hash"]) => text(hash),
            (SourceKind::Esplora, ["blocks", top]) | (SourceKind::Mempool, ["v1", "blocks", top]) => {
                self.page(top.parse().expect("a height"))
            }
            (SourceKind::Mempool, ["v1", "blocks"]) => self.page(self.known.tip()),
            (SourceKind::Mempool, ["v1", "chain-tips"]) => text(
                json!([{"height": height, "hash": hash, "branchlen": 0, "status": "active"},
                    {"height": height - 1, "hash": "00".repeat(32), "branchlen": 1, "status": "valid-fork"}])
                .to_string(),
            ),
            other => panic!("{url} is not asked of {:?}", other.0),
        }
    }

    fn file(&self, mut bytes: Vec<u8>, from_byte: Option<u64>) -> Answer {
        match self.fault {
            Fault::ByteTooMany => bytes.push(0),
            Fault::HeaderTooMany => bytes.extend_from_slice(&self.known.header(self.known.first).encode()),
            _ => {}
        }
        let start = if self.fault == Fault::IgnoresRanges { 0 } else { from_byte.unwrap_or(0) };
        if start > 0 && start >= bytes.len() as u64 {
            self.beyond_the_end.update(|times| times + 1);
            return Answer::Failure(FetchFailure::Status { status: 416 });
        }
        let bytes = bytes.split_off(start as usize);
        let stall_after = if let Fault::StallsAfter(after) = self.fault { Some(after) } else { None };
        Answer::Body { start, media_type: "application/octet-stream", bytes, stall_after }
    }

    fn page(&self, top: usize) -> Answer {
        if top > self.known.tip() {
            return Answer::Failure(FetchFailure::Status { status: 404 });
        }
        let lowest = (top + 1).saturating_sub(self.at_once).max(self.known.first);
        let mut page: Vec<Value> = (lowest..=top).rev().map(|height| self.known.json(height)).collect();
        match self.fault {
            Fault::Misnamed(height) => {
                for block in page.iter_mut().filter(|block| block["height"] == height) {
                    block["nonce"] = (block["nonce"].as_u64().expect("a nonce") ^ 1).into();
                }
            }
            Fault::HeaderTooMany => page.extend(vec![self.known.json(self.known.first); self.at_once]),
            _ => {}
        }
        let bytes = Value::from(page).to_string().into_bytes();
        Answer::Body { start: 0, media_type: "application/json", bytes, stall_after: None }
    }

    /// Answers a message over a socket.
    pub fn reply(&mut self, now_ms: u64, message: &str) -> Option<String> {
        assert!(!message.ends_with('\n'), "messages end without a newline");
        let message: Value = serde_json::from_str(message).expect("JSON");
        let method = message["method"].as_str().expect("a method").to_owned();
        self.asked.push((now_ms, format!("{method}{}", message["params"])));
        assert!(self.greeted || method == "server.version", "{method} before server.version");
        let result = match method.as_str() {
            _ if self.fault == Fault::Silent => return None,
            _ if self.fault == Fault::Html => return Some("<html>".into()),
            "server.version" => {
                self.greeted = true;
                json!(["Simulated 1", if self.lists { "1.6" } else { "1.4" }])
            }
            _ if self.fault == Fault::Refuses => {
                let error = json!({"code": -101, "message": "excessive resource usage"});
                return Some(json!({"jsonrpc": "2.0", "id": message["id"], "error": error}).to_string());
            }
            "blockchain.headers.subscribe" => {
                json!({"height": self.tip().0, "hex": self.known.header(self.known.tip()).to_string()})
            }
            "blockchain.block.headers" => {
                let number = |at: usize| message["params"][at].as_u64().expect("a number") as usize;
                assert_eq!(number(2), 0, "cp_height");
                let count = number(1).min(self.at_once);
                self.chunk(number(0), if self.fault == Fault::HeaderTooMany { number(1) + 1 } else { count })
            }
            other => panic!("{other} is not asked"),
        };
        Some(json!({"jsonrpc": "2.0", "id": message["id"], "result": result}).to_string())
    }

    fn chunk(&self, start: usize, count: usize) -> Value {
        let texts: Vec<String> =
            (start..=self.known.tip()).take(count).map(|height| self.known.header(height).to_string()).collect();
        let mut chunk = json!({"count": texts.len(), "max": self.at_once});
        if self.lists {
            chunk["headers"] = texts.into();
        } else {
            chunk["hex"] = (texts.concat() + if self.fault == Fault::ByteTooMany { "00" } else { "" }).into();
        }
        chunk
    }
}
