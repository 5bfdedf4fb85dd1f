//! The light client and `plimsoll headers serve`, each in a program of its own: every form the one serves, the other reads.
#![cfg(feature = "issuer")]

mod common;
#[path = "common/http.rs"]
mod http;

use http::{Server, read_answer};
use plimsoll::chain::{HeaderTree, Params, Pins};
use plimsoll::client::LightClient;
use plimsoll::client::clock::Now;
use plimsoll::client::message::{
    Command, Config, Event, FetchFailure, FetchHead, HeaderSource, Input, Output, SocketId, SourceKind, Standing,
    StoreTold, SyncState,
};
use plimsoll::time::UnixTime;
use std::collections::VecDeque;
use std::io::{BufReader, Write as _};
use std::net::TcpStream;
use std::time::Instant;
use tungstenite::Message;
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll");
/// Longest time for one synchronization, seconds.
const MOST_SECONDS: u64 = 60;

/// A client whose fetches and sockets are real ones to a server on this machine.
struct Reader<'a> {
    server: &'a Server,
    client: LightClient,
    began: Instant,
    inputs: VecDeque<Input>,
    sockets: Vec<(SocketId, WebSocket<TcpStream>)>,
    said: Vec<Event>,
    requests: usize,
}

impl<'a> Reader<'a> {
    fn new(server: &'a Server) -> Self {
        let (inputs, sockets, said) = (VecDeque::new(), vec![], vec![]);
        Self { server, client: LightClient::new(), began: Instant::now(), inputs, sockets, said, requests: 0 }
    }

    fn now(&self) -> Now {
        let steady_ms = u64::try_from(self.began.elapsed().as_millis()).expect("a short test");
        Now { unix: UnixTime(1_794_800_000), steady_ms }
    }

    fn path<'b>(&self, url: &'b str) -> &'b str {
        let (_, rest) = url.split_once("://").expect("a whole URL");
        rest.strip_prefix(&self.server.address).expect("nobody else is asked")
    }

    fn carry_out(&mut self, output: Output) {
        match output {
            Output::Yield => self.inputs.push_back(Input::Tick),
            Output::Event(event) => self.said.push(event),
            Output::Fetch { request, url, from_byte, in_parts, max_bytes, .. } => {
                self.requests += 1;
                let range = from_byte.map_or(String::new(), |from| format!("\r\nRange: bytes={from}-"));
                let answer = self.server.ask(&format!("GET {} HTTP/1.1{range}", self.path(&url)));
                assert!(answer.body.len() as u64 <= max_bytes, "{url}");
                let result = match answer.status {
                    200 => Ok(0),
                    206 => {
                        let range = answer.header("content-range").strip_prefix("bytes ").expect("bytes").to_owned();
                        Ok(range.split('-').next().expect("a start").parse().expect("a number"))
                    }
                    status => Err(FetchFailure::Status { status }),
                };
                match result {
                    Ok(start) if in_parts => {
                        let head =
                            FetchHead { start, length: None, media_type: Some(answer.header("content-type").into()) };
                        self.inputs.push_back(Input::FetchHead { request, head });
                        let part = |bytes: &[u8]| Input::FetchedPart { request, bytes: bytes.to_vec() };
                        self.inputs.extend(answer.body.chunks(65_536).map(part));
                        self.inputs.push_back(Input::Fetched { request, result: Ok(vec![]) });
                    }
                    Ok(_) => self.inputs.push_back(Input::Fetched { request, result: Ok(answer.body) }),
                    Err(failure) => self.inputs.push_back(Input::Fetched { request, result: Err(failure) }),
                }
            }
            Output::OpenSocket { socket, url, .. } => {
                let mut stream = self.server.connect();
                let asked = format!(
                    "GET {} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
                     Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                    self.path(&url)
                );
                stream.write_all(asked.as_bytes()).expect("sent");
                assert_eq!(read_answer(&mut BufReader::with_capacity(1, &stream), true).status, 101);
                let opened = WebSocket::from_raw_socket(stream, Role::Client, Some(WebSocketConfig::default()));
                self.sockets.push((socket, opened));
                self.inputs.push_back(Input::SocketOpened { socket });
            }
            Output::SendText { socket, text } => {
                self.requests += 1;
                let (_, open) = self.sockets.iter_mut().find(|(named, _)| *named == socket).expect("an open socket");
                open.send(Message::text(text)).expect("sent");
                let Message::Text(text) = open.read().expect("an answer") else { panic!("no text") };
                self.inputs.push_back(Input::SocketText { socket, text: text.as_str().to_owned() });
            }
            Output::CloseSocket { socket } => self.sockets.retain(|(named, _)| *named != socket),
            // Whole answers are at hand here, and given part by part whatever is asked.
            Output::ReadOn { .. } | Output::StopFetch { .. } => {}
            Output::Store { network, .. } => {
                let told = StoreTold::Nowhere { detail: "no files here".into() };
                self.inputs.push_back(Input::Stored { network, told });
            }
            Output::Second(ask) => panic!("{ask:?}, which this client was not allowed"),
        }
    }

    /// Synchronizes a network with one source until it is complete.
    fn complete(mut self, source: HeaderSource) -> (Vec<Event>, usize) {
        let begin = vec![source.network.clone()];
        let config = Config { headers: vec![source], begin, ..Config::default() };
        self.inputs.push_back(Input::Command(Command::Start { config }));
        let done = |event: &Event| matches!(event, Event::Sync(sync) if sync.state == SyncState::Complete);
        while !self.said.iter().any(done) {
            assert!(self.began.elapsed().as_secs() < MOST_SECONDS, "{:?}", self.said.last());
            let input = self.inputs.pop_front().unwrap_or_else(|| {
                std::thread::sleep(std::time::Duration::from_millis(5));
                Input::Tick
            });
            self.client.handle_input(input, self.now());
            while let Some(output) = self.client.poll_output() {
                self.carry_out(output);
            }
        }
        (self.said, self.requests)
    }
}

/// Every kind, at its place on the server.
fn sources(server: &Server, network: &str) -> Vec<HeaderSource> {
    let address = &server.address;
    let at = |kind, url: String| HeaderSource::new(network, kind, &url);
    vec![
        at(SourceKind::HeaderFile, format!("http://{address}/headers.bin")),
        at(SourceKind::BlockDn, format!("http://{address}")),
        at(SourceKind::Compact, format!("http://{address}/")),
        at(SourceKind::CoreRest, format!("http://{address}")),
        at(SourceKind::Esplora, format!("http://{address}/api")),
        at(SourceKind::Mempool, format!("http://{address}/api")),
        at(SourceKind::Electrum, format!("ws://{address}/electrum")),
    ]
}

#[test]
fn what_is_served_in_every_form_is_read_in_every_form() {
    let Some(data) = common::data_dir() else { return };
    let mut cases = 0;
    for (network, file) in [("mainnet", "mainnet-0-32260.headers"), ("signet", "signet-0-2016.headers")] {
        let bytes = common::read(&data.join("headers"), file);
        let params = Params::named(network).unwrap();
        let direct = HeaderTree::from_run(params, 0, &bytes, Pins::none(), UnixTime(1_794_800_000)).expect("valid");
        let server = Server::start(PROGRAM, &[&data.join("headers").join(file)], &["--network", network]);
        for source in sources(&server, network) {
            let kind = source.kind;
            // Few headers for many bytes: not for a whole chain, here as elsewhere.
            if network == "mainnet" && matches!(kind, SourceKind::Esplora | SourceKind::Mempool) {
                continue;
            }
            let (said, requests) = Reader::new(&server).complete(source);
            let chain =
                said.iter().rev().find_map(|event| if let Event::Chain(chain) = event { Some(chain) } else { None });
            let chain = chain.unwrap_or_else(|| panic!("{kind:?}: no chain"));
            let tip = direct.tip();
            assert_eq!((chain.height, &chain.hash), (tip.height, &tip.hash.to_string()), "{network} {kind:?}");
            assert_eq!(chain.headers, (bytes.len() / 80) as u64);
            let agrees = said.iter().any(|event| match event {
                Event::Sources { sources } => sources[0].standing == Standing::Agrees,
                _ => false,
            });
            let failed = said.iter().any(|event| matches!(event, Event::HeadersFailed { .. }));
            assert!(agrees && !failed, "{network} {kind:?}: {said:?}");
            println!("{network} {kind:?}: {requests} requests");
            cases += 1;
        }
    }
    common::counted("real runs served and read", cases);
}
