//! The browser's doors, one a file.

pub mod worker;
