//! Shipments and receivables: signed records, their schema and their words.

pub mod view;
