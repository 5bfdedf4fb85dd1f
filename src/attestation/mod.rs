//! Documents that others sealed: a digest of their content, and a path from it to the root of a batch. OpenAttestation 2.0 seals
//! the content so that fields can be withheld later; Blockcerts 2 puts the root into a Bitcoin transaction.

pub mod blockcerts;
pub mod kind;
pub mod open_attestation;
pub mod salted;

pub use blockcerts::{BlockcertsError, Certificate};
pub use kind::{Kind, recognise};
pub use open_attestation::{ContentIntact, InBatch, Issuer, OpenAttestationError, WrappedDocument};
