//! Saving a file the page made, through the browser's own downloads.

use super::said;
use gloo::utils::{body, document};
use wasm_bindgen::JsCast;
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The browser did not take the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the browser did not take the file: {detail}")]
pub struct DownloadError {
    detail: String,
}

/// Hands a file to the browser's downloads.
///
/// # Errors
/// [`DownloadError`] when the browser refuses, for want of memory for example.
pub fn save(name: &str, media_type: &str, bytes: &[u8]) -> Result<(), DownloadError> {
    let failed = |thrown| DownloadError { detail: said(&thrown) };
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).map_err(failed)?;
    let url = Url::create_object_url_with_blob(&blob).map_err(failed)?;
    let anchor: HtmlAnchorElement = document()
        .create_element("a")
        .map_err(failed)?
        .dyn_into()
        .map_err(|element| DownloadError { detail: format!("{element:?} is not a link") })?;
    anchor.set_href(&url);
    anchor.set_download(name);
    body().append_child(&anchor).map_err(failed)?;
    anchor.click();
    anchor.remove();
    // The browser reads the blob when the click is handled; it may be let go a good while after.
    gloo::timers::callback::Timeout::new(60_000, move || {
        let _ = Url::revoke_object_url(&url);
    })
    .forget();
    Ok(())
}
