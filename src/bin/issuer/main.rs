//! `plimsoll`, the command line.
fn main() {}
