//! Hashes and keys.

pub mod hash;
pub mod hash_lanes;
pub mod key;
