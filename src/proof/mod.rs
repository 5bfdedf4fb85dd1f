//! What a proof holds, and the verdict.

pub mod report;
pub mod step;
