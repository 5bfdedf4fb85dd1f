//! `plimsoll headers serve` in a process of its own, and requests to it, byte by byte.
#![allow(dead_code, reason = "each test file uses a part of it")]

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server that ends with the test.
pub struct Server {
    process: Child,
    /// Where it listens: `127.0.0.1:PORT`.
    pub address: String,
    /// What it said of its headers.
    pub said: String,
}

/// An answer, its body put together.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Server {
    /// Starts it at any free port.
    pub fn start(program: &str, files: &[&Path], more: &[&str]) -> Self {
        let mut process = Command::new(program)
            .args(["headers", "serve", "--listen", "127.0.0.1:0"])
            .args(files)
            .args(more)
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap()).lines();
        let said = lines.next().expect("it says what it serves").unwrap();
        let listening = lines.next().unwrap().unwrap();
        let address = listening.strip_prefix("listening on http://").and_then(|rest| rest.strip_suffix('/')).unwrap();
        Self { process, address: address.to_owned(), said }
    }

    pub fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream
    }

    /// The answer to a request that is written out but for its end.
    pub fn ask(&self, head: &str) -> Answer {
        let mut stream = self.connect();
        stream.write_all(format!("{head}\r\nHost: localhost\r\nConnection: close\r\n\r\n").as_bytes()).unwrap();
        read_answer(&mut BufReader::new(stream), head.starts_with("HEAD"))
    }

    /// The answer to `GET`.
    pub fn get(&self, path: &str) -> Answer {
        self.ask(&format!("GET {path} HTTP/1.1"))
    }

    /// The body of an answer that must be a success.
    pub fn body(&self, path: &str) -> Vec<u8> {
        let answer = self.get(path);
        assert_eq!(answer.status, 200, "{path}: {}", answer.text());
        answer.body
    }

    /// The same as text.
    pub fn text(&self, path: &str) -> String {
        String::from_utf8(self.body(path)).unwrap()
    }

    /// The same as JSON.
    pub fn json(&self, path: &str) -> serde_json::Value {
        serde_json::from_slice(&self.body(path)).unwrap()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

impl Answer {
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// Reads one answer, and checks that its body is as long as it says.
pub fn read_answer(stream: &mut impl BufRead, is_head: bool) -> Answer {
    let mut line = String::new();
    stream.read_line(&mut line).unwrap();
    let status = line.split(' ').nth(1).unwrap_or_else(|| panic!("no status in {line:?}")).parse().unwrap();
    let mut headers = BTreeMap::new();
    loop {
        let mut line = String::new();
        stream.read_line(&mut line).unwrap();
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let mut answer = Answer { status, headers, body: Vec::new() };
    if is_head || status == 204 {
        return answer;
    }
    if answer.header("transfer-encoding") == "chunked" {
        loop {
            let mut line = String::new();
            stream.read_line(&mut line).unwrap();
            let length = usize::from_str_radix(line.trim_end(), 16).unwrap();
            let mut part = vec![0; length + 2];
            stream.read_exact(&mut part).unwrap();
            assert!(part.ends_with(b"\r\n"));
            if length == 0 {
                return answer;
            }
            answer.body.extend(&part[..length]);
        }
    }
    answer.body = vec![0; answer.header("content-length").parse().unwrap()];
    stream.read_exact(&mut answer.body).unwrap();
    answer
}
