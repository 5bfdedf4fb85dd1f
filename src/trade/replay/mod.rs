//! Replaying histories: an asset's records in their order, each held to the rules of its life cycle, up to the state it is in.
//!
//! What comes out is as good as the records that went in: replayed claims give a claimed state. `proof` replays verified ones.

pub mod clearing;
pub mod directory;
pub mod history;
pub mod identity;
pub mod receivable;
pub mod shipment;
