//! `plimsoll headers serve`: every form read back into the headers that went in, and everything else refused.
#![cfg(feature = "issuer")]

mod common;
#[path = "serve/electrum.rs"]
mod electrum;
#[path = "common/http.rs"]
mod http;

use http::{Server, read_answer};
use plimsoll::chain::compact::Decoder;
use plimsoll::chain::header_file::{HeaderFormat, read};
use plimsoll::chain::header_run::decode_run;
use plimsoll::chain::{BlockHash, Header, HeaderTree, Params, Pins};
use plimsoll::encoding::encode_hex;
use plimsoll::time::UnixTime;
use serde_json::{Value, json};
use std::io::{BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll");

fn start(files: &[&Path], more: &[&str]) -> Server {
    Server::start(PROGRAM, files, more)
}

/// So many regtest headers on `parent`, told apart by `tag`.
fn mine_on(parent: Header, count: usize, tag: u8) -> Vec<Header> {
    let limit = Params::regtest().limit();
    let next = |parent: &Header| {
        let template =
            Header { version: 4, previous: parent.hash(), merkle_root: [tag; 32], time: parent.time + 600, ..*parent };
        (0..).map(|nonce| Header { nonce, ..template }).find(|header| limit.admits(&header.hash().0))
    };
    std::iter::successors(next(&parent), next).take(count).collect()
}

fn regtest(count: usize) -> Vec<Header> {
    let genesis = *Params::regtest().genesis();
    [vec![genesis], mine_on(genesis, count - 1, 1)].concat()
}

fn bytes(headers: &[Header]) -> Vec<u8> {
    headers.iter().flat_map(Header::encode).collect()
}

/// A folder with files of headers, and a way to name one.
struct Folder(tempfile::TempDir);

impl Folder {
    fn with(files: &[(&str, &[u8])]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        files.iter().for_each(|(name, bytes)| std::fs::write(folder.path().join(name), bytes).unwrap());
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// The header that Esplora's JSON describes.
fn from_esplora(block: &Value) -> Header {
    let hash = |member: &str| BlockHash::from_hex(block[member].as_str().unwrap()).unwrap();
    let number = |member: &str| u32::try_from(block[member].as_u64().unwrap()).unwrap();
    let header = Header {
        version: i32::try_from(block["version"].as_i64().unwrap()).unwrap(),
        previous: if block["previousblockhash"].is_null() { BlockHash::ZERO } else { hash("previousblockhash") },
        merkle_root: hash("merkle_root").0,
        time: number("timestamp"),
        bits: plimsoll::chain::CompactTarget(number("bits")),
        nonce: number("nonce"),
    };
    assert_eq!(header.hash(), hash("id"), "{block}");
    header
}

fn decode_compact(stream: &[u8]) -> Vec<u8> {
    let (mut decoder, mut out) = (Decoder::new(), Vec::new());
    stream.chunks(1000).for_each(|piece| decoder.push(piece, &mut out).unwrap());
    assert_eq!(decoder.finish().unwrap() as usize * 80, out.len());
    out
}

#[test]
fn every_form_gives_the_same_headers_back() {
    let Some(data) = common::data_dir() else { return };
    let file = data.join("headers/mainnet-0-32260.headers");
    let raw = std::fs::read(&file).unwrap();
    let headers: Vec<Header> = decode_run(&raw).unwrap().collect();
    let server = start(&[&file], &[]);
    assert_eq!(server.said, "32261 headers of mainnet, from genesis, to 32260");
    let tip = headers[32_260].hash();

    assert!(server.body("/headers.bin") == raw);
    assert!(server.body("/headers/0") == raw);
    for path in ["/headers/import/latest", "/headers/import/32261"] {
        let import = read(server.body(path)).unwrap();
        assert_eq!((import.format, import.network.as_deref()), (HeaderFormat::NeutrinoImport, Some("mainnet")));
        assert!(import.runs[0].bytes == raw && import.runs[0].first_height == Some(0));
    }
    assert!(server.body("/headers/import/9")[10..] == raw[..720]);
    let status = server.json("/status");
    assert_eq!((&status["best_block_height"], &status["best_block_hash"]), (&json!(32_260), &json!(tip.to_string())));
    assert_eq!((&status["entries_per_header_file"], &status["chain_name"]), (&json!(100_000), &json!("mainnet")));

    let compact = server.body("/compact/0");
    assert!(decode_compact(&compact) == raw && compact.len() < 40 * headers.len());
    assert!(decode_compact(&server.body("/compact/32000")) == raw[80 * 32_000..]);
    assert!(decode_compact(&server.body("/compact/2016-4031")) == raw[80 * 2016..80 * 4032]);

    // Bitcoin Core: from genesis up, two thousand at a time, each from the last one known.
    let (mut from, mut fetched) = (headers[0].hash(), raw[..80].to_vec());
    while from != tip {
        let more = server.body(&format!("/rest/headers/{from}.bin?count=2000"));
        fetched.extend(&more[80..]);
        from = Header::decode(&more[more.len() - 80..]).unwrap().hash();
    }
    assert!(fetched == raw);
    let hash = headers[2016].hash();
    assert_eq!(server.text("/rest/blockhashbyheight/2016.hex"), format!("{hash}\n"));
    assert_eq!(server.body("/rest/blockhashbyheight/2016.bin"), hash.0);
    assert_eq!(server.json("/rest/blockhashbyheight/2016.json"), json!({ "blockhash": hash.to_string() }));
    assert_eq!(server.text(&format!("/rest/headers/{hash}.hex")), encode_hex(&raw[80 * 2016..80 * 2021]) + "\n");
    assert_eq!(server.body(&format!("/rest/headers/3/{hash}.bin")), raw[80 * 2016..80 * 2019]);
    let tree = HeaderTree::from_run(Params::mainnet(), 0, &raw, Pins::none(), UnixTime(1_790_000_000)).unwrap();
    let told = &server.json(&format!("/rest/headers/{tip}.json"))[0];
    assert_eq!((&told["height"], &told["confirmations"]), (&json!(32_260), &json!(1)));
    let info = server.json("/rest/chaininfo.json");
    assert_eq!(
        (&info["chain"], &info["blocks"], &info["bestblockhash"]),
        (&json!("main"), &json!(32_260), &json!(tip.to_string()))
    );
    for told in [told, &info] {
        let work = tree.total_work_at(32_260).unwrap();
        assert_eq!(told["chainwork"], json!(encode_hex(&work.to_be_bytes())));
        assert_eq!(told["mediantime"], json!(tree.median_time_past(32_260).unwrap().0));
        // As block explorers show it for this period.
        assert!((told["difficulty"].as_f64().unwrap() - 1.182_899_534_312_841).abs() < 1e-12, "{told}");
    }

    // Esplora, also where sites put it, and mempool.space.
    for base in ["", "/api"] {
        assert_eq!(server.text(&format!("{base}/blocks/tip/height")), "32260");
        assert_eq!(server.text(&format!("{base}/blocks/tip/hash")), tip.to_string());
        assert_eq!(server.text(&format!("{base}/block-height/2016")), hash.to_string());
        assert_eq!(server.text(&format!("{base}/block/{hash}/header")), headers[2016].to_string());
        assert_eq!(from_esplora(&server.json(&format!("{base}/block/{hash}"))), headers[2016]);
        let next = headers[2017].hash().to_string();
        let known = json!({ "in_best_chain": true, "height": 2016, "next_best": next });
        assert_eq!(server.json(&format!("{base}/block/{hash}/status")), known);
        for (path, top, count) in [("/blocks", 32_260, 10), ("/blocks/4", 4, 5), ("/v1/blocks/2016", 2016, 15)] {
            let page: Vec<Header> =
                server.json(&format!("{base}{path}")).as_array().unwrap().iter().map(from_esplora).collect();
            let expected: Vec<Header> = (0..count).map(|below| headers[top - below]).collect();
            assert_eq!(page, expected, "{base}{path}");
        }
        let tips = json!([{ "height": 32_260, "hash": tip.to_string(), "branchlen": 0, "status": "active" }]);
        assert_eq!(server.json(&format!("{base}/v1/chain-tips")), tips);
    }
    common::counted("headers of mainnet through every form of the server", headers.len());
}

#[test]
fn what_is_not_there_or_not_asked_rightly_has_its_status() {
    let headers = regtest(40);
    let folder = Folder::with(&[("chain", &bytes(&headers)), ("secret", b"secret")]);
    let server = start(&[&folder.path("chain")], &[]);
    let (genesis, unknown) = (headers[0].hash(), BlockHash([7; 32]));
    for (status, paths) in [
        (
            400,
            &[
                "/headers/1",
                "/headers/-1",
                "/headers/00",
                "/headers/100000",
                "/headers/x",
                "/headers/import/0",
                "/headers/import/41",
                "/headers/import/x",
                "/compact/x",
                "/compact/5-4",
                "/compact/05",
                "/compact/",
                "/compact/1-",
                "/compact/4294967296",
                "/rest/blockhashbyheight/x.hex",
                "/rest/blockhashbyheight/-1.hex",
                "/rest/headers/00.bin",
                "/block-height/x",
                "/block/00",
                "/block/00/header",
                "/blocks/x",
                "/blocks/tip",
            ][..],
        ),
        (
            404,
            &[
                "/",
                "/compact/40",
                "/compact/0-40",
                "/rest/blockhashbyheight/40.hex",
                "/rest/blockhashbyheight/0.txt",
                "/rest/blockhashbyheight/0",
                "/rest/chaininfo.hex",
                "/rest/block/00.bin",
                "/block-height/40",
                "/blocks/40",
                "/headers",
                "/headers/0/1",
                "/secret",
                "/../secret",
                "/%2e%2e/secret",
                "//etc/passwd",
                "/api/../headers.bin",
                "/tx/00",
            ],
        ),
    ] {
        for path in paths {
            assert_eq!(server.get(path).status, status, "{path}");
        }
    }
    for count in ["0", "2001", "-1", "x", "", "+5"] {
        assert_eq!(server.get(&format!("/rest/headers/{genesis}.bin?count={count}")).status, 400, "{count}");
    }
    assert_eq!(server.body(&format!("/rest/headers/{unknown}.bin?count=5")), b"");
    assert_eq!(server.get(&format!("/block/{unknown}/header")).status, 404);
    assert_eq!(server.get(&format!("/block/{}", genesis.to_string().to_uppercase())).status, 400);
    assert_eq!(server.get(&format!("/{}", "a".repeat(600))).status, 404);
    assert_eq!(server.get(&format!("/{}", "a".repeat(20_000))).status, 431);
    for head in ["POST / HTTP/1.1", "DELETE /headers.bin HTTP/1.1", "POST /status HTTP/1.1\r\nContent-Length: 5"] {
        assert_eq!(server.ask(head).status, 405, "{head}");
    }
    assert_eq!(server.ask("GET /status HTTP/1.1\r\nContent-Length: 5").status, 413);
    assert_eq!(server.ask("nonsense").status, 400);
}

#[test]
fn pages_of_every_origin_may_read_in_ranges() {
    let headers = regtest(2500);
    let raw = bytes(&headers);
    let folder = Folder::with(&[("chain", &raw)]);
    let server = start(&[&folder.path("chain")], &[]);
    let range = |path: &str, range: &str| server.ask(&format!("GET {path} HTTP/1.1\r\nRange: bytes={range}"));
    for (asked, part) in [("0-79", 0..80), ("100-", 100..200_000), ("81-163999", 81..164_000), ("-5", 199_995..200_000)]
    {
        for (path, prefix) in [("/headers.bin", 0), ("/headers/0", 0), ("/headers/import/latest", 10)] {
            let whole = [&[0xfa, 0xbf, 0xb5, 0xda, 0, 0, 0, 0, 0, 0][10 - prefix..], &raw].concat();
            let answer = range(path, asked);
            let (start, end) = match asked {
                "-5" => (whole.len() - 5, whole.len()),
                "100-" => (100, whole.len()),
                _ => (part.start, part.end),
            };
            assert_eq!(answer.status, 206, "{path} {asked}");
            assert!(answer.body == whole[start..end], "{path} {asked}");
            assert_eq!(answer.header("content-range"), format!("bytes {start}-{}/{}", end - 1, whole.len()));
        }
    }
    let beyond = range("/headers.bin", "200000-");
    assert_eq!((beyond.status, beyond.header("content-range")), (416, "bytes */200000"));
    for whole in ["5-4", "0-1,3-4", "x"] {
        assert_eq!((range("/headers.bin", whole).status, range("/headers.bin", whole).body.len()), (200, 200_000));
    }
    for path in ["/headers.bin", "/status", "/compact/0", "/nothing", "/blocks/x"] {
        let answer = server.get(path);
        assert_eq!(answer.header("access-control-allow-origin"), "*", "{path}");
        assert_eq!((answer.header("timing-allow-origin"), answer.header("x-content-type-options")), ("*", "nosniff"));
    }
    let preflight =
        server.ask("OPTIONS /headers.bin HTTP/1.1\r\nOrigin: https://x\r\nAccess-Control-Request-Headers: range");
    assert_eq!((preflight.status, preflight.header("access-control-allow-headers")), (204, "Range"));
    assert_eq!(preflight.header("access-control-allow-origin"), "*");
    let head = server.ask("HEAD /headers.bin HTTP/1.1");
    assert_eq!((head.status, head.header("content-length"), head.header("accept-ranges")), (200, "200000", "bytes"));
    // What is deep may be kept long, what is near the tip may not.
    let kept = |path: &str| server.get(path).header("cache-control").to_owned();
    assert_eq!(kept("/block-height/2493"), "public, max-age=31536000");
    assert_eq!(
        (kept("/block-height/2494"), kept("/headers/0")),
        ("public, max-age=60".into(), "public, max-age=60".into())
    );
    assert_eq!(kept("/blocks/tip/hash"), "no-cache");
}

#[test]
fn branches_that_lost_are_told() {
    let main = regtest(30);
    let side = mine_on(main[20], 4, 2);
    let winner = mine_on(main[25], 9, 3);
    let folder = Folder::with(&[("a", &bytes(&main)), ("b", &bytes(&side)), ("c", &bytes(&winner))]);
    let server = start(&[&folder.path("a"), &folder.path("b"), &folder.path("c")], &[]);
    assert_eq!(server.text("/blocks/tip/height"), "34");
    let tip = |height: u32, header: &Header, branchlen: u32, status: &str| json!({ "height": height, "hash": header.hash().to_string(), "branchlen": branchlen, "status": status });
    let mut tips = server.json("/api/v1/chain-tips").as_array().unwrap().clone();
    assert_eq!(tips.remove(0), tip(34, &winner[8], 0, "active"));
    assert_eq!(tips.len(), 2);
    for expected in [tip(24, &side[3], 4, "valid-headers"), tip(29, &main[29], 4, "valid-headers")] {
        assert!(tips.contains(&expected), "{tips:?} without {expected}");
    }
    let lost = main[29].hash();
    assert_eq!(server.json(&format!("/block/{lost}/status")), json!({ "in_best_chain": false }));
    assert_eq!(from_esplora(&server.json(&format!("/block/{lost}"))), main[29]);
    assert_eq!(server.body(&format!("/rest/headers/{lost}.bin?count=9")), b"", "nothing of it on the best chain");
}

#[test]
fn headers_that_do_not_verify_are_not_served() {
    let headers = regtest(30);
    let good = bytes(&headers);
    let mut wrong = good.clone();
    wrong[80 * 20 + 40] ^= 1;
    let folder =
        Folder::with(&[("good", &good), ("wrong", &wrong), ("apart", &good[80 * 25..]), ("short", &good[..79])]);
    let refuse = |files: &[&str], more: &[&str], code: i32, words: &str| {
        let paths = files.iter().map(|name| folder.path(name));
        let listen = ["headers", "serve", "--listen", "127.0.0.1:0"];
        let listen = if more.contains(&"--listen") { &listen[..2] } else { &listen };
        let output = output_within(Command::new(PROGRAM).args(listen).args(paths).args(more));
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(code), "{files:?}: {said}");
        assert!(said.contains(words) && output.stdout.is_empty(), "{files:?}: {said}");
    };
    refuse(&["wrong"], &[], 1, "not served");
    refuse(&["good", "wrong"], &[], 1, "not served");
    refuse(&["good"], &["--network", "mainnet"], 1, "genesis");
    refuse(&["good"], &["--pin", &format!("5:{}", headers[6].hash())], 1, "pin");
    refuse(&["good"], &["--time", "2011-02-02T23:16:42Z"], 1, "not yet valid");
    refuse(&["short"], &[], 2, "multiple of 80");
    refuse(&["apart"], &[], 2, "nothing tells where");
    refuse(&["missing"], &[], 2, "cannot read");
    refuse(&["good"], &["--listen", "127.0.0.1:x"], 2, "--listen");
    // A run from above genesis is served from there, and says what it rests on.
    let server = start(&[&folder.path("apart")], &["--network", "regtest", "--from", "25"]);
    assert_eq!(server.said, "5 headers of regtest, from 25, the first taken on trust, to 29");
    assert!(server.body("/headers.bin") == good[80 * 25..]);
    assert!(decode_compact(&server.body("/compact/27")) == good[80 * 27..]);
    for path in ["/headers/0", "/headers/import/latest", "/compact/24", "/block-height/24", "/blocks/24"] {
        assert_eq!(server.get(path).status, 404, "{path}");
    }
    assert_eq!(server.json("/rest/chaininfo.json").get("chainwork"), None, "the work from genesis is not known");
}

/// What a command says that ends by itself; one that goes on is ended, and fails the test.
fn output_within(command: &mut Command) -> std::process::Output {
    let piped = std::process::Stdio::piped;
    let mut child = command.stdout(piped()).stderr(piped()).spawn().unwrap();
    for _ in 0..200 {
        if child.try_wait().unwrap().is_some() {
            return child.wait_with_output().unwrap();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    child.kill().unwrap();
    panic!("it serves: {command:?}");
}

#[test]
fn many_clients_and_slow_ones_are_answered() {
    let headers = regtest(200);
    let raw = bytes(&headers);
    let folder = Folder::with(&[("chain", &raw)]);
    let server = start(&[&folder.path("chain")], &[]);
    // Some that say nothing, and one that stops in the middle of its request.
    let mut idle: Vec<_> = (0..40).map(|_| server.connect()).collect();
    idle[0].write_all(b"GET /headers.bin HTT").unwrap();
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                // Several requests over one connection, the last one in two parts.
                let mut stream = server.connect();
                let mut reader = BufReader::new(stream.try_clone().unwrap());
                for _ in 0..20 {
                    stream.write_all(b"GET /headers.bin HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
                    assert!(read_answer(&mut reader, false).body == raw);
                }
                stream.write_all(b"GET /compact/0 HTTP/1.1\r\nHo").unwrap();
                stream.write_all(b"st: x\r\n\r\nGET /blocks/tip/height HTTP/1.1\r\n\r\n").unwrap();
                assert!(decode_compact(&read_answer(&mut reader, false).body) == raw);
                assert_eq!(read_answer(&mut reader, false).text(), "199");
            });
        }
    });
    idle[0].write_all(b"P/1.1\r\nHost: x\r\n\r\n").unwrap();
    assert!(read_answer(&mut BufReader::new(&idle[0]), false).body == raw);
    // Beyond the bound of connections the next is turned away, and there is room again when others go.
    let crowd: Vec<_> = (0..256).map(|_| server.connect()).collect();
    let mut late = server.connect();
    late.write_all(b"GET /status HTTP/1.1\r\n\r\n").unwrap();
    assert_eq!(read_answer(&mut BufReader::new(&late), false).status, 503);
    drop((crowd, idle));
    let answered = (0..100).any(|_| {
        std::thread::sleep(Duration::from_millis(50));
        server.get("/status").status == 200
    });
    assert!(answered);
}
