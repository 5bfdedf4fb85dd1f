//! The browser's source of randomness.

use super::{part, said};
use wasm_bindgen::JsCast;
use web_sys::Crypto;

/// The browser gave no randomness.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the browser gave no randomness: {detail}")]
pub struct RandomError {
    detail: String,
}

/// Fresh random bytes, fit for keys.
///
/// # Errors
/// [`RandomError`] in a browser without a source.
pub fn bytes(count: usize) -> Result<Vec<u8>, RandomError> {
    let mut bytes = vec![0; count];
    let crypto: Crypto =
        part(&["crypto"]).ok_or_else(|| RandomError { detail: "it has no source".into() })?.unchecked_into();
    crypto.get_random_values_with_u8_array(&mut bytes).map_err(|thrown| RandomError { detail: said(&thrown) })?;
    Ok(bytes)
}
