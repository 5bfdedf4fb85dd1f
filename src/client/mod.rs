//! The whole client, without I/O.

pub mod message;
