//! What the set-up commands and the end-to-end tests share.

pub mod server;
