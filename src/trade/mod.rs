//! Shipments and receivables: signed records, their schema and their words. The rules of their life cycles come later.

pub mod action;
pub mod amount;
pub mod codes;
pub mod disclosure;
pub mod fields;
#[cfg(test)]
mod fixture;
pub mod identifiers;
pub mod jws;
pub mod party;
pub mod payload;
pub mod receivable;
pub mod record;
pub mod record_error;
pub mod record_issue;
pub mod render;
pub mod sd_jwt;
pub mod sd_jwt_issue;
pub mod shipment;
mod typed;
mod unpack;
pub mod verified_record;
pub mod view;
