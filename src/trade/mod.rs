//! Shipments and receivables: signed records, their schema and their words. Histories of them are replayed under the rules of the trade.

pub mod action;
pub mod amount;
pub mod clearing;
pub mod codes;
mod codes_documents;
pub mod disclosure;
pub mod exact;
pub mod fields;
mod fields_documents;
#[cfg(test)]
mod fixture;
pub mod flows;
pub mod identifier_rules;
pub mod identifiers;
pub mod import;
pub mod invoice;
pub mod invoice_arithmetic;
pub mod jws;
pub mod party;
pub mod payload;
pub mod receivable;
pub mod record;
pub mod record_error;
pub mod record_issue;
pub mod render;
pub mod replay;
pub mod rule;
pub mod said;
pub mod sd_jwt;
pub mod sd_jwt_issue;
pub mod seen;
pub mod shipment;
mod typed;
mod unpack;
pub mod verified_record;
pub mod view;
pub mod withhold;
