//! The opening handshake of a WebSocket (RFC 6455 §4.2), and the Electrum protocol over it.

use super::electrum::Session;
use super::http::Request;
use super::served::Served;
use plimsoll::encoding::{decode_base64, encode_base64};
use sha1::{Digest as _, Sha1};
use std::io::{self, Write as _};
use std::net::TcpStream;
use std::time::Duration;
use tungstenite::protocol::{Role, WebSocket, WebSocketConfig};
use tungstenite::{Error, Message};

/// Where the Electrum protocol is spoken.
const PATH: &str = "/electrum";
/// What the key is hashed with (RFC 6455 §1.3).
const GUID: &str = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
/// Longest request of a client.
const MAX_REQUEST: usize = 64 << 10;
/// How long a client may be silent: wallets ask for a sign of life every few minutes.
const SILENCE: Duration = Duration::from_secs(600);

/// `Sec-WebSocket-Accept` for a request that asks for the Electrum protocol's socket.
pub fn accept_key(request: &Request) -> Option<String> {
    let key = request.websocket_key.as_ref().filter(|_| request.method == "GET" && request.path == PATH)?;
    decode_base64(key).ok().filter(|bytes| bytes.len() == 16)?;
    Some(encode_base64(&Sha1::digest(format!("{key}{GUID}"))))
}

/// Speaks the Electrum protocol until the client is silent or gone.
pub fn run(mut stream: TcpStream, accept: &str, served: &Served) -> io::Result<()> {
    write!(
        stream,
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
    )?;
    stream.set_read_timeout(Some(SILENCE))?;
    let config = WebSocketConfig::default().max_message_size(Some(MAX_REQUEST)).max_frame_size(Some(MAX_REQUEST));
    let mut socket = WebSocket::from_raw_socket(stream, Role::Server, Some(config));
    let mut session = Session::default();
    loop {
        match socket.read() {
            Ok(Message::Text(text)) => {
                if let Err(error) = socket.send(Message::text(session.answer(text.as_str(), served))) {
                    return ended(error);
                }
            }
            // Pings are answered by the library, when it is next written to.
            Ok(Message::Ping(_) | Message::Pong(_)) => socket.flush().or_else(ended)?,
            Ok(_) => {}
            Err(error) => return ended(error),
        }
    }
}

fn ended(error: Error) -> io::Result<()> {
    match error {
        Error::Io(error) => Err(error),
        _ => Ok(()),
    }
}
