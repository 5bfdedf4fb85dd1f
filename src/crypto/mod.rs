//! Hashes and keys.

pub mod hash;
pub mod key;
