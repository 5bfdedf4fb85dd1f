//! The whole client, without I/O.

pub mod import;
pub mod intake;
pub mod message;
