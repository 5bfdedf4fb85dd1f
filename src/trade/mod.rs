//! Shipments and receivables: signed records, their schema and their words. The rules of their life cycles come later.

pub mod disclosure;
pub mod jws;
pub mod payload;
pub mod sd_jwt;
pub mod sd_jwt_issue;
mod unpack;
pub mod view;
