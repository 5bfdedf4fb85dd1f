//! What a proof holds, and the verdict.

pub mod bundle;
pub mod link;
pub mod report;
pub mod step;
