//! Files the reader hands in: by dropping, choosing or pasting. They are held by the browser and read by the
//! worker, so that the page stays light and a fresh worker can be given them again.

use wasm_bindgen::JsCast;
use web_sys::{Blob, DragEvent, File, FileList, HtmlInputElement};

/// A file in the browser's hands.
#[derive(Debug, Clone, PartialEq)]
pub struct HandedFile {
    name: String,
    size: u64,
    file: Blob,
}

impl HandedFile {
    fn new(file: &File) -> Self {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a file's size is a whole number")]
        let size = file.size() as u64;
        Self { name: file.name(), size, file: file.clone().unchecked_into() }
    }

    /// A file made of text the reader pasted. `None` when the browser has no room for it.
    #[must_use]
    pub fn of_text(name: &str, text: &str) -> Option<Self> {
        let parts = js_sys::Array::of1(&text.into());
        let file = Blob::new_with_str_sequence(&parts).ok()?;
        Some(Self { name: name.to_owned(), size: text.len() as u64, file })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its size in bytes.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The browser's own handle, to be posted to a worker.
    pub(super) fn handle(&self) -> &Blob {
        &self.file
    }
}

/// The files of a drop. A dropped folder or text is none.
#[must_use]
pub fn dropped(event: &DragEvent) -> Vec<HandedFile> {
    listed(event.data_transfer().and_then(|transfer| transfer.files()))
}

/// The files chosen in a file input, which is emptied so that the same file can be chosen again.
#[must_use]
pub fn chosen(input: &HtmlInputElement) -> Vec<HandedFile> {
    let files = listed(input.files());
    input.set_value("");
    files
}

fn listed(list: Option<FileList>) -> Vec<HandedFile> {
    let list = list.as_ref();
    let count = list.map_or(0, FileList::length);
    (0..count).filter_map(|at| list.and_then(|list| list.get(at))).map(|file| HandedFile::new(&file)).collect()
}
