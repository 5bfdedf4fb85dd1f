//! The Electrum protocol, spoken by a client over a WebSocket.

use super::http::{Server, read_answer};
use super::{Folder, bytes, regtest, start};
use plimsoll::chain::Header;
use plimsoll::encoding::decode_hex;
use serde_json::{Value, json};
use std::io::{BufReader, Write as _};
use tungstenite::Message;
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};

/// A client of the Electrum protocol.
struct Electrum(WebSocket<std::net::TcpStream>);

impl Electrum {
    fn connect(server: &Server) -> Self {
        let mut stream = server.connect();
        let asked = "GET /electrum HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n\
            Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        stream.write_all(asked.as_bytes()).unwrap();
        let answer = read_answer(&mut BufReader::with_capacity(1, &stream), true);
        // The key and its answer are those of RFC 6455 §1.3.
        assert_eq!((answer.status, answer.header("sec-websocket-accept")), (101, "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
        Self(WebSocket::from_raw_socket(stream, Role::Client, Some(WebSocketConfig::default())))
    }

    fn send(&mut self, text: &str) -> Value {
        self.0.send(Message::text(text)).unwrap();
        match self.0.read().unwrap() {
            Message::Text(text) => serde_json::from_str(text.as_str()).unwrap(),
            other => panic!("{other:?}"),
        }
    }

    fn call(&mut self, method: &str, params: Value) -> Value {
        let answer = self.send(&json!({ "id": 7, "method": method, "params": params }).to_string());
        assert_eq!((&answer["id"], &answer["jsonrpc"]), (&json!(7), &json!("2.0")));
        if answer.get("error").is_some() { answer["error"]["code"].clone() } else { answer["result"].clone() }
    }
}

#[test]
fn electrum_over_a_websocket() {
    let headers = regtest(2100);
    let folder = Folder::with(&[("chain", &bytes(&headers))]);
    let server = start(&[&folder.path("chain")], &[]);
    let mut old = Electrum::connect(&server);
    assert_eq!(old.call("blockchain.headers.subscribe", json!([])), json!(1), "the version comes first");
    assert_eq!(old.call("server.version", json!(["test", "1.4"]))[1], json!("1.4"));
    assert_eq!(old.call("server.version", json!(["test", "1.4"])), json!(1));
    assert_eq!(
        old.call("blockchain.headers.subscribe", json!([])),
        json!({ "height": 2099, "hex": headers[2099].to_string() })
    );
    assert_eq!(old.call("blockchain.block.header", json!([5, 0])), json!(headers[5].to_string()));
    let chunk = old.call("blockchain.block.headers", json!([10, 5000, 0]));
    assert_eq!((&chunk["count"], &chunk["max"]), (&json!(2016), &json!(2016)));
    assert_eq!(decode_hex(chunk["hex"].as_str().unwrap()).unwrap(), bytes(&headers[10..2026]));
    assert_eq!(old.call("blockchain.block.headers", json!([2098, 10]))["count"], json!(2));
    assert_eq!(old.call("blockchain.block.headers", json!([5000, 10]))["count"], json!(0));
    assert_eq!(old.call("server.ping", json!([])), Value::Null);
    assert_eq!(old.call("server.features", json!([]))["genesis_hash"], json!(headers[0].hash().to_string()));
    for (method, params, code) in [
        ("blockchain.block.header", json!([2100, 0]), 1),
        ("blockchain.block.header", json!([-1, 0]), 1),
        ("blockchain.block.header", json!([4_294_967_296_u64, 0]), 1),
        ("blockchain.block.headers", json!([0, 10, 2000]), 1),
        ("blockchain.block.headers", json!([0]), 1),
        ("blockchain.transaction.get", json!(["00"]), -32_601),
        ("server.ping", json!({}), -32_600),
    ] {
        assert_eq!(old.call(method, params.clone()), json!(code), "{method} {params}");
    }
    assert_eq!(old.send("nonsense")["error"]["code"], json!(-32_700));
    assert_eq!(old.send("[]")["error"]["code"], json!(-32_600));

    let mut new = Electrum::connect(&server);
    assert_eq!(new.call("server.version", json!(["test", ["1.4", "1.6"]]))[1], json!("1.6"));
    let chunk = new.call("blockchain.block.headers", json!([0, 3, 0]));
    let listed: Vec<String> = headers[..3].iter().map(Header::to_string).collect();
    assert_eq!((&chunk["headers"], chunk.get("hex")), (&json!(listed), None));
    for version in [json!("0.9"), json!(["1.7", "2.0"]), json!(["1.6", "1.4"]), json!(7), json!("1.4.0.0")] {
        assert_eq!(Electrum::connect(&server).call("server.version", json!(["test", version])), json!(1));
    }
    // A message beyond the bound ends the connection, and a request without a key is none for a socket.
    new.0.send(Message::text(" ".repeat(70_000))).unwrap();
    assert!(new.0.read().is_err());
    assert_eq!(server.ask("GET /electrum HTTP/1.1\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13").status, 404);
}
