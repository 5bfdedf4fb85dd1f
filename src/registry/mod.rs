//! Events of assets. The map from asset to state, its proofs and the fold that builds it come later, beside the events.

pub mod event;
