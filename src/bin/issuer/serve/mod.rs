//! `plimsoll headers serve`: verified headers over HTTP, in every form that light clients read, with reads allowed from pages of
//! any origin.
//!
//! One thread a connection, and at most [`MAX_CONNECTIONS`] of them; a request that does not come whole in
//! [`http::PATIENCE`] is dropped. No path leads to a file: everything is answered from the headers in memory.

mod block_dn;
mod core_rest;
mod electrum;
mod esplora;
mod http;
mod routes;
mod served;
mod websocket;

pub use served::Served;

use std::io;
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// Most connections answered at a time.
const MAX_CONNECTIONS: usize = 256;
/// The pause after a connection could not be accepted, such as when the system has no handles left.
const BREATH: Duration = Duration::from_millis(50);

/// A listener that is not answering yet.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    served: Arc<Served>,
}

impl Server {
    /// Binds an address; port 0 takes any that is free.
    pub fn bind(address: SocketAddr, served: Served) -> io::Result<Self> {
        Ok(Self { listener: TcpListener::bind(address)?, served: Arc::new(served) })
    }

    /// Where it listens.
    pub fn address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Answers until the program is ended.
    pub fn run(self) -> ! {
        let open = Arc::new(AtomicUsize::new(0));
        loop {
            let Ok((stream, _)) = self.listener.accept() else {
                std::thread::sleep(BREATH);
                continue;
            };
            let place = Place::take(&open);
            let Some(place) = place else {
                drop(http::refuse_busy(stream));
                continue;
            };
            let served = Arc::clone(&self.served);
            // Without a thread the connection is dropped with the closure, and the client sees it closed.
            drop(std::thread::Builder::new().spawn(move || {
                drop(answer(stream, &served));
                drop(place);
            }));
        }
    }
}

/// One of the connections that may be open at a time.
struct Place(Arc<AtomicUsize>);

impl Place {
    fn take(open: &Arc<AtomicUsize>) -> Option<Self> {
        let before = open.fetch_add(1, Ordering::SeqCst);
        let place = Self(Arc::clone(open));
        (before < MAX_CONNECTIONS).then_some(place)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

/// Answers the requests of one connection, one after another. What a client does to its own connection is its own affair.
fn answer(mut stream: TcpStream, served: &Served) -> io::Result<()> {
    stream.set_nodelay(true)?;
    let mut connection = http::Connection::new(stream.try_clone()?)?;
    while let Some(request) = connection.next_request()? {
        let request = match request {
            Ok(request) => request,
            Err(status) => return http::Reply::status(status).write(&mut stream, "GET", None, served, false),
        };
        if let Some(accept) = websocket::accept_key(&request) {
            return websocket::run(stream, &accept, served);
        }
        let reply = routes::reply(&request, served);
        reply.write(&mut stream, &request.method, request.range.as_deref(), served, request.keep_alive)?;
        if !request.keep_alive {
            break;
        }
    }
    Ok(())
}
