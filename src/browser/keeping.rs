//! The files of kept headers, for the worker's loop: one lock, one pair of files and one channel a network.

use super::broadcast::Channel;
use super::header_files::{HeaderFiles, NowhereError};
use super::locks::{HeldLock, Lock, hold, try_hold};
use super::opfs::OpenError;
use super::persistence;
use crate::client::keep::{Access, Answer, Failure};
use crate::client::message::{Input, StoragePlace, StoreAsk, StoreTold, StoreWord};
use gloo::timers::future::TimeoutFuture;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

/// After so long files that somebody without a lock has open are tried again, milliseconds.
const TRY_AGAIN_MS: u32 = 5_000;

/// Who hears what becomes of the files.
pub type Hear = Rc<dyn Fn(Input)>;

/// The files of every network.
#[derive(Debug, Default)]
pub struct Keeping {
    networks: RefCell<BTreeMap<String, Rc<Files>>>,
}

/// One network's.
#[derive(Default)]
struct Files {
    /// Behind a count, since a request may be under way when they are opened anew.
    files: RefCell<Option<Rc<HeaderFiles>>>,
    lock: RefCell<Option<HeldLock>>,
    channel: RefCell<Option<Channel>>,
    /// Whether the lock was asked for and is waited for.
    in_line: Cell<bool>,
}

impl std::fmt::Debug for Files {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Files").field("files", &self.files).finish_non_exhaustive()
    }
}

impl Keeping {
    /// Does what the client wants done with a network's files.
    pub fn carry_out(&self, network: String, ask: StoreAsk, hear: Hear) {
        let files = self.networks.borrow_mut().entry(network.clone()).or_default().clone();
        let hear = move |told| hear(Input::Stored { network: network.clone(), told });
        match ask {
            StoreAsk::Open { name } => spawn_local(open(files, name, Rc::new(hear))),
            StoreAsk::Do(request) => spawn_local(async move {
                let at_hand = files.files.borrow().clone();
                let answer = match at_hand {
                    Some(files) => files.carry_out(request).await,
                    None => Answer::Failed(Failure::other("no files are open")),
                };
                hear(StoreTold::Answer(answer));
            }),
            StoreAsk::Tell(word) => {
                if let Some(channel) = &*files.channel.borrow() {
                    channel.say(word.text());
                }
            }
        }
    }
}

async fn open(files: Rc<Files>, name: String, hear: Rc<dyn Fn(StoreTold)>) {
    // Handles of before lock the files against this very worker.
    files.files.take();
    files.channel.replace(Channel::open(&name, {
        let hear = hear.clone();
        move |text| {
            if let Some(word) = StoreWord::from_text(&text) {
                hear(StoreTold::Heard(word));
            }
        }
    }));
    let access = match lock(&files, &name, &hear).await {
        Some(access) => access,
        // Two might write at once.
        None => return hear(StoreTold::Nowhere { detail: "this browser has no locks".into() }),
    };
    let opened = match HeaderFiles::open(&name, access).await {
        Err(NowhereError { opfs: OpenError::Busy, .. }) => {
            let again = hear.clone();
            spawn_local(async move {
                TimeoutFuture::new(TRY_AGAIN_MS).await;
                again(StoreTold::Free);
            });
            HeaderFiles::open(&name, Access::Read).await.map(|files| (files, Access::Read))
        }
        other => other.map(|files| (files, access)),
    };
    match opened {
        Ok((at_hand, access)) => {
            let place = match at_hand {
                HeaderFiles::Opfs(_) | HeaderFiles::OpfsView(_) => StoragePlace::FileSystem,
                HeaderFiles::Database(_) => StoragePlace::Database,
            };
            files.files.replace(Some(Rc::new(at_hand)));
            let room = persistence::look().await;
            hear(StoreTold::Opened { place, access, room });
        }
        Err(error) => hear(StoreTold::Nowhere { detail: error.to_string() }),
    }
}

/// Takes the lock, or stands in line for it. `None` where there are none.
async fn lock(files: &Rc<Files>, name: &str, hear: &Rc<dyn Fn(StoreTold)>) -> Option<Access> {
    if files.lock.borrow().is_some() {
        return Some(Access::Write);
    }
    match try_hold(name).await {
        Lock::Held(held) => {
            files.lock.replace(Some(held));
            Some(Access::Write)
        }
        Lock::Elsewhere => {
            if !files.in_line.replace(true) {
                let (files, name, hear) = (files.clone(), name.to_owned(), hear.clone());
                spawn_local(async move {
                    if let Lock::Held(held) = hold(&name).await {
                        files.lock.replace(Some(held));
                        hear(StoreTold::Free);
                    }
                });
            }
            Some(Access::Read)
        }
        Lock::Unavailable => None,
    }
}
