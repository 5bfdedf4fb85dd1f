//! The page and its worker: one module, which looks where it runs.
fn main() {}
