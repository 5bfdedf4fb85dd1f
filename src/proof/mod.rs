//! What a proof holds, and the verdict.
//!
//! A link or file is read to a [`bundle::Bundle`] of claims; [`verify::verify_record`] examines them step by step, keeps
//! the evidence each step gives, and ends in a [`verdict::Verdict`] and a [`report::Report`].

pub mod anchor;
pub mod bundle;
pub mod buried;
pub mod chain_view;
pub mod compared;
pub mod encrypted;
pub mod examination;
pub mod history;
pub mod intact;
pub mod link;
pub mod party;
pub mod policy;
pub mod problem;
pub mod recheck;
pub mod recorded;
pub mod remote;
pub mod report;
pub mod setting;
pub mod sought;
pub mod standing;
pub mod step;
mod succession;
pub mod summary;
pub mod table;
pub mod trade_view;
pub mod verdict;
pub mod verify;
pub mod verify_blockcerts;
pub mod verify_open_attestation;
pub mod verify_timestamp;
pub mod withhold;

#[cfg(test)]
#[path = "../../tests/common/registry.rs"]
mod sample;
