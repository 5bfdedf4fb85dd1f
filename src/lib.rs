//! Plimsoll: a light client in a web page.
//!
//! A trading partner opens a *proof link*; the page works out, from block headers and Merkle proofs it checks itself,
//! whether a shipment or receivable record is genuine, when it was recorded, who signed it and what state it is in.
//!
//! Modules stand on floors and import only from floors below; `docs/ARCHITECTURE.md` draws the house and
//! `tests/layering.rs` holds it to the drawing. Built without features this library is the *core*: it does no I/O,
//! reads no clock and knows no browser.

pub mod attestation;
pub mod chain;
pub mod client;
pub mod crypto;
pub mod encoding;
pub mod engine;
pub mod proof;
pub mod registry;
pub mod time;
pub mod timestamp;
pub mod tlog;
pub mod trade;

#[cfg(feature = "web")]
pub mod browser;
#[cfg(feature = "app")]
pub mod ui;

// The registry that tests share is written as any user of this library would write it.
#[cfg(test)]
extern crate self as plimsoll;
