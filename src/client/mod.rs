//! The whole client, without I/O.

pub mod examine;
pub mod import;
pub mod intake;
pub mod keep;
pub mod light_client;
pub mod message;

pub use light_client::LightClient;
