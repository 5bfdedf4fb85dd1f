//! Receivables: their life cycle and its rules.

pub mod state;
