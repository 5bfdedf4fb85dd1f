//! End-to-end tests of the built page; see `tests/`.
