//! WebSockets to sources of headers that the reader configured: whole text messages, of bounded length.

use super::said;
use wasm_bindgen::prelude::*;
use web_sys::{CloseEvent, MessageEvent, WebSocket};

/// What is heard over a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// It is open.
    Opened,
    /// A whole message.
    Text(String),
    /// It could not be opened, or it ended, by the other side or by this one for a message that is none. Said once.
    Closed(String),
}

/// A socket; dropping it closes it, and nothing more is heard.
#[derive(Debug)]
pub struct Socket {
    socket: WebSocket,
    _on_open: Closure<dyn FnMut()>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_close: Closure<dyn FnMut(CloseEvent)>,
}

/// A socket that could not be opened or written to.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the socket is not open: {detail}")]
pub struct SocketError {
    detail: String,
}

impl SocketError {
    fn of(thrown: &JsValue) -> Self {
        Self { detail: said(thrown) }
    }
}

impl Socket {
    /// Opens a socket. A message over `max_bytes`, or one that is no text, closes it.
    ///
    /// # Errors
    /// [`SocketError`] when the browser refuses at once.
    pub fn open(url: &str, max_bytes: u64, hear: impl Fn(Heard) + Clone + 'static) -> Result<Self, SocketError> {
        let socket = WebSocket::new(url).map_err(|thrown| SocketError::of(&thrown))?;
        let on_open = Closure::new({
            let hear = hear.clone();
            move || hear(Heard::Opened)
        });
        let on_message = Closure::new({
            let (hear, socket) = (hear.clone(), socket.clone());
            move |event: MessageEvent| match event.data().as_string() {
                Some(text) if text.len() as u64 <= max_bytes => hear(Heard::Text(text)),
                other => {
                    let detail = match other {
                        Some(text) => format!("a message of {} bytes, expected at most {max_bytes}", text.len()),
                        None => "a message that is no text".to_owned(),
                    };
                    quiet(&socket);
                    hear(Heard::Closed(detail));
                }
            }
        });
        let on_close =
            Closure::new(move |event: CloseEvent| hear(Heard::Closed(format!("closed with code {}", event.code()))));
        socket.set_onopen(Some(on_open.as_ref().unchecked_ref()));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        // An error is always followed by a close, which says more.
        socket.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Ok(Self { socket, _on_open: on_open, _on_message: on_message, _on_close: on_close })
    }

    /// Sends a message.
    ///
    /// # Errors
    /// [`SocketError`] when it is not open.
    pub fn send(&self, text: &str) -> Result<(), SocketError> {
        if self.socket.ready_state() != WebSocket::OPEN {
            return Err(SocketError { detail: format!("state {}", self.socket.ready_state()) });
        }
        self.socket.send_with_str(text).map_err(|thrown| SocketError::of(&thrown))
    }
}

/// Closes a socket and listens to it no more.
fn quiet(socket: &WebSocket) {
    socket.set_onopen(None);
    socket.set_onmessage(None);
    socket.set_onclose(None);
    // One that is closed already is no error.
    let _ = socket.close();
}

impl Drop for Socket {
    fn drop(&mut self) {
        quiet(&self.socket);
    }
}
