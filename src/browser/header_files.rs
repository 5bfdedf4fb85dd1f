//! Where a chain's headers are kept in this browser, and the loop that has the store's requests carried out there.

use super::indexed_db::{DatabaseError, DatabaseFiles};
use super::opfs::{OpenError, OpfsFiles, OpfsView};
use crate::client::keep::{Access, Answer, HeaderStore, News, Request};

/// A pair of files, by the door they lie behind.
#[derive(Debug)]
pub enum HeaderFiles {
    /// In the private file system, locked for this worker.
    Opfs(OpfsFiles),
    /// In the private file system, looked at.
    OpfsView(OpfsView),
    /// In IndexedDB.
    Database(DatabaseFiles),
}

/// Nothing can be kept here: everything stays in memory.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("nothing can be kept: {opfs}; {database}")]
pub struct NowhereError {
    /// Why not in the private file system.
    pub opfs: OpenError,
    /// Why not in IndexedDB.
    pub database: DatabaseError,
}

impl HeaderFiles {
    /// Opens the files of this name in the private file system, or in IndexedDB where that is missing. Write access needs
    /// the lock of this name, which the caller holds.
    ///
    /// # Errors
    /// [`NowhereError`], when neither opens.
    pub async fn open(name: &str, access: Access) -> Result<Self, NowhereError> {
        let opfs = match access {
            Access::Write => OpfsFiles::open(name).await.map(Self::Opfs),
            Access::Read => OpfsView::open(name).await.map(Self::OpfsView),
        };
        match opfs {
            Ok(files) => Ok(files),
            // Only where the file system is missing: files that do not open may hold more than a second copy would.
            Err(opfs @ (OpenError::Busy | OpenError::Failed { .. })) => {
                Err(NowhereError { opfs, database: DatabaseError { detail: "not tried".into() } })
            }
            Err(opfs) => {
                let database = DatabaseFiles::open(name).await;
                database.map(Self::Database).map_err(|database| NowhereError { opfs, database })
            }
        }
    }

    /// Carries a request out.
    pub async fn carry_out(&self, request: Request) -> Answer {
        match self {
            Self::Opfs(files) => files.carry_out(request),
            Self::OpfsView(files) => files.carry_out(request).await,
            Self::Database(files) => files.carry_out(request).await,
        }
    }
}

/// Lets a store work until it has nothing more to do; `hear` gets its news, and the next headers are read after it returns.
pub async fn work(store: &mut HeaderStore, files: &HeaderFiles, mut hear: impl AsyncFnMut(News)) {
    loop {
        while let Some(news) = store.poll_news() {
            hear(news).await;
        }
        let Some(request) = store.poll_request() else { return };
        store.handle_answer(files.carry_out(request).await);
    }
}
