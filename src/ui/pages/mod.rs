//! The pages, one a file.

pub mod about;
pub mod front;
pub mod headers;
pub mod not_found;
pub mod verify;
