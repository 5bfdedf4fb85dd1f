//! Files of the Origin Private File System. One worker at a time writes a pair of them through synchronous handles, which
//! lock them; others read what lies there.

use super::{failure, part, said};
use crate::client::keep::{Answer, Area, Failure, Request};
use gloo::timers::future::TimeoutFuture;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Blob, FileSystemDirectoryHandle, FileSystemFileHandle, FileSystemGetDirectoryOptions, FileSystemGetFileOptions,
    FileSystemReadWriteOptions, FileSystemSyncAccessHandle, StorageManager,
};

/// The folder of all files of headers.
const FOLDER: &str = "headers";
/// Longest wait for a handle that a worker before left behind: one survives a reload for a moment.
const PATIENCE_MS: u32 = 2_000;
const FIRST_PAUSE_MS: u32 = 20;
/// A file that changes while it is read is read again, so often.
const READ_ATTEMPTS: u32 = 4;

/// Why files were not opened for writing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// The browser has no such file system, or not here: not in a page, not in a private window.
    #[error("no private file system here")]
    Missing,
    /// Somebody else has them open, and kept them open.
    #[error("the files are open elsewhere")]
    Busy,
    /// Anything else.
    #[error("the files do not open: {detail}")]
    Failed {
        /// What the browser says.
        detail: String,
    },
}

/// A pair of files, open for reading and writing by this worker alone.
#[derive(Debug)]
pub struct OpfsFiles {
    headers: FileSystemSyncAccessHandle,
    heads: FileSystemSyncAccessHandle,
}

impl OpfsFiles {
    /// Opens the files of this name, which come to be if they are not there.
    ///
    /// # Errors
    /// [`OpenError`].
    pub async fn open(name: &str) -> Result<Self, OpenError> {
        let folder = folder().await?;
        let headers = open(&folder, &file_name(name, Area::Headers)).await?;
        match open(&folder, &file_name(name, Area::Heads)).await {
            Ok(heads) => Ok(Self { headers, heads }),
            Err(error) => {
                headers.close();
                Err(error)
            }
        }
    }

    /// Carries a request out, at once.
    #[must_use]
    pub fn carry_out(&self, request: Request) -> Answer {
        self.attempt(request).unwrap_or_else(|thrown| Answer::Failed(failure(&thrown)))
    }

    fn attempt(&self, request: Request) -> Result<Answer, JsValue> {
        let options = FileSystemReadWriteOptions::new();
        Ok(match request {
            Request::Size(area) => Answer::Size(whole(self.handle(area).get_size()?)),
            Request::Read { area, offset, length } => {
                options.set_at(offset as f64);
                let mut bytes = vec![0; length];
                let read = self.handle(area).read_with_u8_array_and_options(&mut bytes, &options)?;
                bytes.truncate(whole(read) as usize);
                Answer::Bytes(bytes)
            }
            Request::Write { area, offset, bytes } => {
                options.set_at(offset as f64);
                let written = whole(self.handle(area).write_with_u8_array_and_options(&bytes, &options)?);
                if written == bytes.len() as u64 {
                    Answer::Done
                } else {
                    Answer::Failed(Failure::full(format!("{written} of {} bytes written", bytes.len())))
                }
            }
            Request::Truncate { area, length } => {
                // A file is never made longer by this.
                if length < whole(self.handle(area).get_size()?) {
                    self.handle(area).truncate_with_f64(length as f64)?;
                }
                Answer::Done
            }
            Request::Flush(area) => {
                self.handle(area).flush()?;
                Answer::Done
            }
        })
    }

    fn handle(&self, area: Area) -> &FileSystemSyncAccessHandle {
        match area {
            Area::Headers => &self.headers,
            Area::Heads => &self.heads,
        }
    }
}

impl Drop for OpfsFiles {
    fn drop(&mut self) {
        self.headers.close();
        self.heads.close();
    }
}

/// A pair of files that somebody else may be writing. Nothing is locked; a file that changes while it is read is read
/// again, and what two readings tell together is held against the checksums like anything stored.
#[derive(Debug)]
pub struct OpfsView {
    folder: FileSystemDirectoryHandle,
    name: String,
}

impl OpfsView {
    /// Looks at the files of this name, which need not be there.
    ///
    /// # Errors
    /// [`OpenError::Missing`].
    pub async fn open(name: &str) -> Result<Self, OpenError> {
        Ok(Self { folder: folder().await?, name: name.to_owned() })
    }

    /// Carries a request out; one that changes something is not.
    pub async fn carry_out(&self, request: Request) -> Answer {
        let mut attempts = READ_ATTEMPTS;
        loop {
            let thrown = match self.attempt(&request).await {
                Ok(answer) => return answer,
                Err(thrown) => thrown,
            };
            attempts -= 1;
            if attempts == 0 {
                return Answer::Failed(failure(&thrown));
            }
            TimeoutFuture::new(FIRST_PAUSE_MS).await;
        }
    }

    async fn attempt(&self, request: &Request) -> Result<Answer, JsValue> {
        Ok(match *request {
            Request::Size(area) => Answer::Size(self.file(area).await?.map_or(0, |file| whole(file.size()))),
            Request::Read { area, offset, length } => {
                let Some(file) = self.file(area).await? else { return Ok(Answer::Bytes(Vec::new())) };
                let end = offset as f64 + length as f64;
                let part = file.slice_with_f64_and_f64(offset as f64, end)?;
                let buffer = JsFuture::from(part.array_buffer()).await?;
                Answer::Bytes(js_sys::Uint8Array::new(&buffer).to_vec())
            }
            Request::Write { .. } | Request::Truncate { .. } | Request::Flush(_) => {
                Answer::Failed(Failure::other("looked at, not opened for writing"))
            }
        })
    }

    async fn file(&self, area: Area) -> Result<Option<Blob>, JsValue> {
        let handle = match JsFuture::from(self.folder.get_file_handle(&file_name(&self.name, area))).await {
            Ok(handle) => handle.unchecked_into::<FileSystemFileHandle>(),
            Err(thrown) if name_of(&thrown) == "NotFoundError" => return Ok(None),
            Err(thrown) => return Err(thrown),
        };
        Ok(Some(JsFuture::from(handle.get_file()).await?.unchecked_into()))
    }
}

fn file_name(name: &str, area: Area) -> String {
    match area {
        Area::Headers => format!("{name}.headers"),
        Area::Heads => format!("{name}.heads"),
    }
}

async fn folder() -> Result<FileSystemDirectoryHandle, OpenError> {
    // Where it is missing, calling it would end the program.
    let storage = part(&["navigator", "storage"]).ok_or(OpenError::Missing)?;
    part(&["navigator", "storage", "getDirectory"]).ok_or(OpenError::Missing)?;
    part(&["FileSystemSyncAccessHandle"]).ok_or(OpenError::Missing)?;
    let storage: StorageManager = storage.unchecked_into();
    // A private window refuses here, with one error or another.
    let root = JsFuture::from(storage.get_directory()).await.map_err(|_| OpenError::Missing)?;
    let options = FileSystemGetDirectoryOptions::new();
    options.set_create(true);
    let root: FileSystemDirectoryHandle = root.unchecked_into();
    let folder = JsFuture::from(root.get_directory_handle_with_options(FOLDER, &options)).await;
    folder.map(JsCast::unchecked_into).map_err(|thrown| OpenError::Failed { detail: said(&thrown) })
}

/// Opens one file, waiting for a handle that is about to go.
async fn open(folder: &FileSystemDirectoryHandle, name: &str) -> Result<FileSystemSyncAccessHandle, OpenError> {
    let failed = |thrown: JsValue| OpenError::Failed { detail: said(&thrown) };
    let options = FileSystemGetFileOptions::new();
    options.set_create(true);
    let file = JsFuture::from(folder.get_file_handle_with_options(name, &options)).await.map_err(failed)?;
    let file: FileSystemFileHandle = file.unchecked_into();
    let (mut pause, mut waited) = (FIRST_PAUSE_MS, 0);
    loop {
        match JsFuture::from(file.create_sync_access_handle()).await {
            Ok(handle) => return Ok(handle.unchecked_into()),
            Err(thrown) if name_of(&thrown) != "NoModificationAllowedError" => return Err(failed(thrown)),
            Err(_) if waited >= PATIENCE_MS => return Err(OpenError::Busy),
            Err(_) => TimeoutFuture::new(pause).await,
        }
        waited += pause;
        pause = (pause * 2).min(PATIENCE_MS - waited.min(PATIENCE_MS)).max(FIRST_PAUSE_MS);
    }
}

fn name_of(thrown: &JsValue) -> String {
    js_sys::Reflect::get(thrown, &"name".into()).ok().and_then(|name| name.as_string()).unwrap_or_default()
}

/// A number of bytes as the browser gives it.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "sizes of files are whole and below 2^53")]
fn whole(number: f64) -> u64 {
    number as u64
}
