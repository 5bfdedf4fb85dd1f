//! What the client has under way in the world: fetches and sockets, by their names, and how what they bring comes back.

use super::fetch::{Handle, News, Wanted};
use super::socket::{Heard, Socket};
use crate::client::message::{FetchId, Input, SocketId};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// Who hears what an errand brings.
pub type Hear = Rc<dyn Fn(Input)>;

/// Everything under way.
#[derive(Debug, Default)]
pub struct Errands {
    fetches: Rc<RefCell<BTreeMap<FetchId, Handle>>>,
    sockets: RefCell<BTreeMap<SocketId, Socket>>,
}

impl Errands {
    /// Begins a fetch.
    pub fn fetch(&self, request: FetchId, wanted: Wanted, hear: Hear) {
        let handle = match Handle::new() {
            Ok(handle) => handle,
            Err(failure) => {
                spawn_local(async move { hear(Input::Fetched { request, result: Err(failure) }) });
                return;
            }
        };
        self.fetches.borrow_mut().insert(request, handle.clone());
        let fetches = self.fetches.clone();
        spawn_local(async move {
            let under_way = || fetches.borrow().contains_key(&request);
            let news = |news| {
                let input = match news {
                    News::Progress(done, total) => Input::Fetching { request, done, total },
                    News::Head(head) => Input::FetchHead { request, head },
                    News::Part(bytes) => Input::FetchedPart { request, bytes },
                };
                if under_way() {
                    hear(input);
                }
            };
            let result = handle.fetch(&wanted, news).await;
            // Of one that was stopped nothing is heard any more.
            let known = fetches.borrow_mut().remove(&request).is_some();
            if known {
                hear(Input::Fetched { request, result });
            }
        });
    }

    /// Lets a fetch give its next part.
    pub fn read_on(&self, request: FetchId) {
        let handle = self.fetches.borrow().get(&request).cloned();
        if let Some(handle) = handle {
            handle.read_on();
        }
    }

    /// Breaks a fetch off.
    pub fn stop_fetch(&self, request: FetchId) {
        let handle = self.fetches.borrow_mut().remove(&request);
        if let Some(handle) = handle {
            handle.stop();
        }
    }

    /// Opens a socket.
    pub fn open(self: &Rc<Self>, socket: SocketId, url: &str, max_bytes: u64, hear: Hear) {
        let this = self.clone();
        let told = hear.clone();
        let opened = Socket::open(url, max_bytes, move |heard| {
            let input = match heard {
                Heard::Opened => Input::SocketOpened { socket },
                Heard::Text(text) => Input::SocketText { socket, text },
                Heard::Closed(detail) => {
                    this.close(socket);
                    Input::SocketClosed { socket, detail }
                }
            };
            told(input);
        });
        match opened {
            Ok(opened) => {
                self.sockets.borrow_mut().insert(socket, opened);
            }
            Err(error) => spawn_local(async move { hear(Input::SocketClosed { socket, detail: error.to_string() }) }),
        }
    }

    /// Sends a message over a socket.
    pub fn send(self: &Rc<Self>, socket: SocketId, text: &str, hear: Hear) {
        let sent = self.sockets.borrow().get(&socket).map(|open| open.send(text));
        if let Some(Err(error)) = sent {
            self.close(socket);
            spawn_local(async move { hear(Input::SocketClosed { socket, detail: error.to_string() }) });
        }
    }

    /// Closes a socket.
    pub fn close(&self, socket: SocketId) {
        let closed = self.sockets.borrow_mut().remove(&socket);
        // Not at once: this may run inside one of its own callbacks.
        spawn_local(async move { drop(closed) });
    }
}
