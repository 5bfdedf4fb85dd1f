//! The whole client, without I/O.

pub mod chain_parts;
pub mod clock;
pub mod drafting;
pub mod examine;
pub mod export;
pub mod genesis_check;
pub mod import;
pub mod intake;
pub mod keep;
pub mod keeper;
pub mod light_client;
pub mod message;
pub mod outbox;
pub mod overtaken;
pub mod remote;
pub mod samples;
pub mod sealed;
pub mod source;
pub mod sync;
pub mod withholding;

pub use light_client::LightClient;
