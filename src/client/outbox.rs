//! What the client wants done, in order, and the names of what it has under way.

use crate::client::message::{Event, FetchId, Output, SocketId};
use std::collections::VecDeque;

/// Waiting outputs.
#[derive(Debug, Default)]
pub struct Outbox {
    outputs: VecDeque<Output>,
    next_fetch: u64,
    next_socket: u64,
}

impl Outbox {
    /// A name for a fetch.
    pub fn fetch_id(&mut self) -> FetchId {
        self.next_fetch += 1;
        FetchId(self.next_fetch - 1)
    }

    /// A name for a socket.
    pub fn socket_id(&mut self) -> SocketId {
        self.next_socket += 1;
        SocketId(self.next_socket - 1)
    }

    /// Adds something to be done.
    pub fn push(&mut self, output: Output) {
        self.outputs.push_back(output);
    }

    /// Adds something to be told.
    pub fn say(&mut self, event: Event) {
        self.push(Output::Event(event));
    }

    /// What is to be done next.
    pub fn pop(&mut self) -> Option<Output> {
        self.outputs.pop_front()
    }
}
