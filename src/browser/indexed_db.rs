//! Files in IndexedDB, for browsers without a private file system: pieces of one period of headers each, in one object store
//! under `[name, file, piece]`. A write is one transaction, whole or not at all, and asks to be on the disk when it ends.

use super::{failure, part, said};
use crate::client::keep::{Answer, Area, Request};
use js_sys::{Array, Object, Promise, Uint8Array};
use std::ops::RangeInclusive;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    IdbCursor, IdbCursorDirection, IdbDatabase, IdbFactory, IdbKeyRange, IdbObjectStore, IdbRequest, IdbTransaction,
};

#[wasm_bindgen]
extern "C" {
    /// A database whose transactions take options; `web-sys` counts those among what may still change.
    type Database;
    #[wasm_bindgen(method, catch)]
    fn transaction(this: &Database, store: &str, mode: &str, options: &Object) -> Result<IdbTransaction, JsValue>;
}

const DATABASE: &str = "plimsoll-headers";
const DATABASE_VERSION: u32 = 1;
const STORE: &str = "pieces";
const READ: &str = "readonly";
const WRITE: &str = "readwrite";
/// Bytes of a whole piece: 2016 headers.
const PIECE: u64 = 2016 * 80;

/// IndexedDB is missing or does not open: not allowed, or of a later version of this program.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("IndexedDB does not open: {detail}")]
pub struct DatabaseError {
    /// What the browser says.
    pub detail: String,
}

/// A pair of files in the database.
#[derive(Debug)]
pub struct DatabaseFiles {
    database: IdbDatabase,
    name: String,
    _on_version_change: Closure<dyn FnMut()>,
}

impl DatabaseFiles {
    /// Opens the files of this name, which come to be when they are written.
    ///
    /// # Errors
    /// [`DatabaseError`].
    pub async fn open(name: &str) -> Result<Self, DatabaseError> {
        let failed = |thrown: JsValue| DatabaseError { detail: said(&thrown) };
        let factory = part(&["indexedDB"]).ok_or_else(|| DatabaseError { detail: "it is missing".into() })?;
        let factory: IdbFactory = factory.unchecked_into();
        let request = factory.open_with_u32(DATABASE, DATABASE_VERSION).map_err(failed)?;
        let on_upgrade = Closure::<dyn FnMut()>::new({
            let request = request.clone();
            move || {
                if let Ok(database) = request.result() {
                    // A failure here aborts the upgrade, and with it the opening.
                    let _ = database.unchecked_into::<IdbDatabase>().create_object_store(STORE);
                }
            }
        });
        request.set_onupgradeneeded(Some(on_upgrade.as_ref().unchecked_ref()));
        let database: IdbDatabase = result(&request).await.map_err(failed)?.unchecked_into();
        // A later version of this program is not kept waiting; what is asked for afterwards fails.
        let on_version_change = Closure::<dyn FnMut()>::new({
            let database = database.clone();
            move || database.close()
        });
        database.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        Ok(Self { database, name: name.to_owned(), _on_version_change: on_version_change })
    }

    /// Carries a request out.
    pub async fn carry_out(&self, request: Request) -> Answer {
        self.attempt(request).await.unwrap_or_else(|thrown| Answer::Failed(failure(&thrown)))
    }

    async fn attempt(&self, request: Request) -> Result<Answer, JsValue> {
        Ok(match request {
            Request::Size(area) => Answer::Size(self.size(&self.begin(READ)?.1, area).await?),
            Request::Read { area, offset, length } => Answer::Bytes(self.read(area, offset, length).await?),
            Request::Write { area, offset, bytes } => {
                self.write(area, offset, &bytes).await?;
                Answer::Done
            }
            Request::Truncate { area, length } => {
                self.truncate(area, length).await?;
                Answer::Done
            }
            // Every transaction that has ended is on the disk.
            Request::Flush(_) => Answer::Done,
        })
    }

    fn begin(&self, mode: &str) -> Result<(IdbTransaction, IdbObjectStore), JsValue> {
        let options = Object::new();
        js_sys::Reflect::set(&options, &"durability".into(), &"strict".into())?;
        let transaction = self.database.unchecked_ref::<Database>().transaction(STORE, mode, &options)?;
        let store = transaction.object_store(STORE)?;
        Ok((transaction, store))
    }

    fn key(&self, area: Area, piece: u64) -> JsValue {
        let file = match area {
            Area::Headers => "headers",
            Area::Heads => "heads",
        };
        Array::of3(&self.name.as_str().into(), &file.into(), &(piece as f64).into()).into()
    }

    fn keys(&self, area: Area, pieces: RangeInclusive<u64>) -> Result<IdbKeyRange, JsValue> {
        IdbKeyRange::bound(&self.key(area, *pieces.start()), &self.key(area, *pieces.end()))
    }

    /// Where the last piece ends.
    async fn size(&self, store: &IdbObjectStore, area: Area) -> Result<u64, JsValue> {
        let all = self.keys(area, 0..=u64::MAX)?;
        let last = store.open_key_cursor_with_range_and_direction(&all, IdbCursorDirection::Prev)?;
        let cursor = result(&last).await?;
        if cursor.is_null() {
            return Ok(0);
        }
        let key = Array::from(&cursor.unchecked_into::<IdbCursor>().key()?);
        #[allow(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a piece's number is whole and small"
        )]
        let piece = key.get(2).as_f64().unwrap_or_default() as u64;
        Ok(piece * PIECE + piece_of(result(&store.get(&key)?).await?).len() as u64)
    }

    async fn read(&self, area: Area, offset: u64, length: usize) -> Result<Vec<u8>, JsValue> {
        let end = offset + length as u64;
        let mut bytes = Vec::with_capacity(length);
        let (_, store) = self.begin(READ)?;
        for piece in offset / PIECE..end.div_ceil(PIECE) {
            let content = piece_of(result(&store.get(&self.key(area, piece))?).await?);
            let from = offset.saturating_sub(piece * PIECE) as usize;
            let to = content.len().min((end - piece * PIECE) as usize);
            bytes.extend(content.get(from..to).unwrap_or_default());
            if (content.len() as u64) < PIECE {
                break;
            }
        }
        Ok(bytes)
    }

    async fn write(&self, area: Area, offset: u64, bytes: &[u8]) -> Result<(), JsValue> {
        let (transaction, store) = self.begin(WRITE)?;
        let end = offset + bytes.len() as u64;
        for piece in offset / PIECE..end.div_ceil(PIECE) {
            let start = piece * PIECE;
            let (from, to) = (offset.max(start) - start, end.min(start + PIECE) - start);
            let part = &bytes[(start + from - offset) as usize..(start + to - offset) as usize];
            let mut content = if (from, to) == (0, PIECE) {
                Vec::new()
            } else {
                piece_of(result(&store.get(&self.key(area, piece))?).await?)
            };
            content.resize(content.len().max(to as usize), 0);
            content[from as usize..to as usize].copy_from_slice(part);
            store.put_with_key(&Uint8Array::from(&content[..]), &self.key(area, piece))?;
        }
        ended(&transaction).await
    }

    async fn truncate(&self, area: Area, length: u64) -> Result<(), JsValue> {
        let (transaction, store) = self.begin(WRITE)?;
        if length < self.size(&store, area).await? {
            let dropped = self.keys(area, length.div_ceil(PIECE)..=u64::MAX)?;
            store.delete(&dropped)?;
            if !length.is_multiple_of(PIECE) {
                let key = self.key(area, length / PIECE);
                let mut content = piece_of(result(&store.get(&key)?).await?);
                content.truncate((length % PIECE) as usize);
                store.put_with_key(&Uint8Array::from(&content[..]), &key)?;
            }
        }
        ended(&transaction).await
    }
}

impl Drop for DatabaseFiles {
    fn drop(&mut self) {
        self.database.set_onversionchange(None);
        self.database.close();
    }
}

/// The bytes of a piece; none of one that is not there, or is something else.
fn piece_of(value: JsValue) -> Vec<u8> {
    value.dyn_into::<Uint8Array>().map(|bytes| bytes.to_vec()).unwrap_or_default()
}

/// What a request brings.
async fn result(request: &IdbRequest) -> Result<JsValue, JsValue> {
    let mut heard = |resolve: js_sys::Function, reject: js_sys::Function| {
        request.set_onsuccess(Some(&resolve));
        request.set_onerror(Some(&reject));
    };
    match JsFuture::from(Promise::new(&mut heard)).await {
        Ok(_) => request.result(),
        Err(_) => Err(request.error()?.map_or(JsValue::NULL, JsValue::from)),
    }
}

/// Waits until a transaction has ended.
async fn ended(transaction: &IdbTransaction) -> Result<(), JsValue> {
    let mut heard = |resolve: js_sys::Function, reject: js_sys::Function| {
        transaction.set_oncomplete(Some(&resolve));
        transaction.set_onabort(Some(&reject));
    };
    match JsFuture::from(Promise::new(&mut heard)).await {
        Ok(_) => Ok(()),
        Err(_) => Err(transaction.error().map_or(JsValue::NULL, JsValue::from)),
    }
}
