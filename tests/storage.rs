//! Inside a headless browser, in a dedicated worker: headers kept in the browser's own file system and in its database.
#![cfg(all(target_arch = "wasm32", feature = "app"))]

#[path = "common/disk.rs"]
mod disk;

use disk::{GENESIS, Heard, records};
use gloo::timers::future::TimeoutFuture;
use plimsoll::browser::broadcast::Channel;
use plimsoll::browser::clock::now_ms;
use plimsoll::browser::header_files::{HeaderFiles, work};
use plimsoll::browser::indexed_db::DatabaseFiles;
use plimsoll::browser::locks::{Lock, hold, try_hold};
use plimsoll::browser::opfs::{OpenError, OpfsFiles, OpfsView};
use plimsoll::browser::persistence;
use plimsoll::client::keep::{
    Access, Answer, Area, FailureKind, Finding, HeaderStore, News, Operation, PERIOD, RefusedOperation, Request,
    SLOT_BYTES,
};
use plimsoll::crypto::hash::sha256;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_test::{console_log, wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

#[derive(Debug, Clone, Copy)]
enum Door {
    Opfs,
    Database,
}

impl Door {
    async fn files(self, name: &str) -> HeaderFiles {
        match self {
            Self::Opfs => HeaderFiles::Opfs(OpfsFiles::open(name).await.expect("a private file system")),
            Self::Database => HeaderFiles::Database(DatabaseFiles::open(name).await.expect("a database")),
        }
    }

    /// Opens the store, and drops what another run of these tests left.
    async fn fresh(self, name: &str) -> (HeaderStore, HeaderFiles) {
        let files = self.files(name).await;
        for area in [Area::Headers, Area::Heads] {
            done(&files, Request::Truncate { area, length: 0 }).await;
        }
        let mut store = HeaderStore::open(GENESIS, Access::Write);
        assert_eq!(run(&mut store, &files).await.findings(), []);
        (store, files)
    }
}

async fn done(files: &HeaderFiles, request: Request) {
    assert_eq!(files.carry_out(request).await, Answer::Done);
}

async fn run(store: &mut HeaderStore, files: &HeaderFiles) -> Heard {
    let mut heard = Heard::default();
    work(store, files, async |news| match news {
        News::Headers { height, bytes } => {
            assert!(bytes.len() <= 2 << 20);
            heard.first_height.get_or_insert(height);
            heard.bytes.extend(bytes);
        }
        news => heard.news.push(news),
    })
    .await;
    heard
}

async fn append(store: &mut HeaderStore, files: &HeaderFiles, height: u32, bytes: Vec<u8>) {
    store.append(height, bytes, None).expect("admitted");
    let heard = run(store, files).await;
    assert!(matches!(heard.news[..], [News::Done { operation: Operation::Append, .. }]), "{:?}", heard.news);
}

async fn reopen(files: &HeaderFiles) -> (HeaderStore, Heard) {
    let mut store = HeaderStore::open(GENESIS, Access::Write);
    let heard = run(&mut store, files).await;
    (store, heard)
}

async fn hundred_thousand_headers(door: Door) {
    let (mut store, files) = door.fresh("hundred-thousand").await;
    let all = records(0, 0, 100_000);
    let start = now_ms();
    for (nth, part) in all.chunks(40_000 * 80).enumerate() {
        append(&mut store, &files, nth as u32 * 40_000, part.to_vec()).await;
    }
    let written = now_ms();
    drop((store, files));
    let files = door.files("hundred-thousand").await;
    let opened = now_ms();
    let (mut store, heard) = reopen(&files).await;
    let read = now_ms();
    assert!(heard.bytes == all && heard.findings().is_empty());
    console_log!(
        "{door:?}: 100,000 headers (8 MB) written and flushed in {} ms, opened in {} ms, read and checked in {} ms",
        written - start,
        opened - written,
        read - opened
    );
    append(&mut store, &files, 100_000, records(0, 100_000, 5)).await;
    store.cut(99_990, None).expect("admitted");
    run(&mut store, &files).await;
    append(&mut store, &files, 99_990, records(7, 99_990, 20)).await;
    drop((store, files));
    let files = door.files("hundred-thousand").await;
    let (mut store, heard) = reopen(&files).await;
    assert!(heard.bytes == [&all[..99_990 * 80], &records(7, 99_990, 20)].concat() && heard.findings().is_empty());
    assert_eq!(files.carry_out(Request::Size(Area::Headers)).await, Answer::Size(100_010 * 80));
    store.forget().expect("admitted");
    run(&mut store, &files).await;
    for area in [Area::Headers, Area::Heads] {
        assert_eq!(files.carry_out(Request::Size(area)).await, Answer::Size(0));
    }
}

#[wasm_bindgen_test]
async fn a_hundred_thousand_headers_in_the_file_system() {
    hundred_thousand_headers(Door::Opfs).await;
}

#[wasm_bindgen_test]
async fn a_hundred_thousand_headers_in_the_database() {
    hundred_thousand_headers(Door::Database).await;
}

/// Every way of spoiling files that the native tests have, once, on the browser's own.
async fn spoiled_files(door: Door) {
    let count = PERIOD + 30;
    let whole = records(0, 500, count);
    for (what, kept, findings) in [
        ("torn head", PERIOD + 20, 2),
        ("zeros for a head", PERIOD + 20, 1),
        ("changed bit", PERIOD, 1),
        ("changed bit at the start", 0, 1),
        ("cut off", PERIOD, 2),
        ("tail", count, 1),
        ("newer", 0, 0),
    ] {
        let (mut store, files) = door.fresh("spoiled").await;
        append(&mut store, &files, 500, whole[..(PERIOD as usize + 20) * 80].to_vec()).await;
        append(&mut store, &files, 520 + PERIOD, whole[(PERIOD as usize + 20) * 80..].to_vec()).await;
        let write = |area, offset, bytes| Request::Write { area, offset, bytes };
        let spoil = match what {
            "torn head" => write(Area::Heads, SLOT_BYTES as u64 + 70, vec![0xee; 30]),
            "zeros for a head" => write(Area::Heads, SLOT_BYTES as u64, vec![0; 400]),
            "changed bit" => {
                write(Area::Headers, u64::from(PERIOD) * 80 + 7, vec![whole[PERIOD as usize * 80 + 7] ^ 4])
            }
            "changed bit at the start" => write(Area::Headers, 0, vec![whole[0] ^ 1]),
            "cut off" => Request::Truncate { area: Area::Headers, length: u64::from(PERIOD) * 80 + 1 },
            "tail" => write(Area::Headers, whole.len() as u64, vec![1; 200_000]),
            _ => {
                let mut newer = b"PLMK\x00\x02\x00\x00\x00\x1anew\0".to_vec();
                newer.truncate(10);
                newer.extend(&sha256(&newer)[..16]);
                write(Area::Heads, 0, newer)
            }
        };
        done(&files, spoil).await;
        let (mut store, heard) = reopen(&files).await;
        if what == "newer" {
            assert_eq!(heard.news, [News::Newer { version: 2 }]);
            assert_eq!(store.forget(), Err(RefusedOperation::Closed));
            assert_eq!(files.carry_out(Request::Size(Area::Headers)).await, Answer::Size(whole.len() as u64));
            continue;
        }
        assert!(heard.bytes == whole[..kept as usize * 80], "{door:?}: {what}: {:?}", heard.findings());
        assert_eq!(heard.findings().len(), findings, "{door:?}: {what}: {:?}", heard.findings());
        let size = Answer::Size(u64::from(kept) * 80);
        assert_eq!(files.carry_out(Request::Size(Area::Headers)).await, size, "{door:?}: {what}: repaired");
        append(&mut store, &files, 500 + kept, records(0, 500 + kept, 3)).await;
        let (_, heard) = reopen(&files).await;
        assert!(heard.bytes == records(0, 500, kept + 3), "{door:?}: {what}");
        assert!(heard.findings().iter().all(|finding| matches!(finding, Finding::DamagedHead { .. })));
    }
}

#[wasm_bindgen_test]
async fn spoiled_files_of_the_file_system_are_put_right() {
    spoiled_files(Door::Opfs).await;
}

#[wasm_bindgen_test]
async fn spoiled_files_of_the_database_are_put_right() {
    spoiled_files(Door::Database).await;
}

/// Writes at every offset of a piece's edges, and reads them back.
async fn any_offset(door: Door) {
    let (_, files) = door.fresh("offsets").await;
    let (piece, area) = (PERIOD as usize * 80, Area::Headers);
    let mut model: Vec<u8> = Vec::new();
    let mut random = fastrand::Rng::with_seed(5);
    for _ in 0..30 {
        let offset = random.usize(..=model.len());
        let bytes: Vec<u8> = (0..random.usize(1..2 * piece + 9)).map(|_| random.u8(..)).collect();
        model.resize(model.len().max(offset + bytes.len()), 0);
        model[offset..offset + bytes.len()].copy_from_slice(&bytes);
        done(&files, Request::Write { area, offset: offset as u64, bytes }).await;
        if random.bool() {
            let length =
                [random.usize(..=model.len()), model.len() / piece * piece, model.len() + 5][random.usize(..3)];
            model.truncate(length);
            done(&files, Request::Truncate { area, length: length as u64 }).await;
        }
        done(&files, Request::Flush(area)).await;
        assert_eq!(files.carry_out(Request::Size(area)).await, Answer::Size(model.len() as u64));
        for (offset, length) in [(0, model.len() + 10), (piece - 1, 2), (random.usize(..=model.len()), piece)] {
            let expected = model.get(offset..).unwrap_or_default();
            let expected = expected[..expected.len().min(length)].to_vec();
            let read = files.carry_out(Request::Read { area, offset: offset as u64, length }).await;
            assert!(read == Answer::Bytes(expected), "{door:?}: {length} bytes from {offset} of {}", model.len());
        }
    }
}

#[wasm_bindgen_test]
async fn the_file_system_keeps_bytes_at_any_offset() {
    any_offset(Door::Opfs).await;
}

#[wasm_bindgen_test]
async fn the_database_keeps_bytes_at_any_offset() {
    any_offset(Door::Database).await;
}

/// The browser's own function throws what it throws when there is no room; afterwards it is as before.
async fn no_room(door: Door, function: &str) {
    let (mut store, files) = door.fresh("no-room").await;
    append(&mut store, &files, 0, records(0, 0, 20)).await;
    let script = format!(
        "const [owner, name] = '{function}'.split('.'); const before = self[owner].prototype[name];
        self[owner].prototype[name] = () => {{ throw new DOMException('no room', 'QuotaExceededError') }};
        return () => {{ self[owner].prototype[name] = before }}"
    );
    let restore = js_sys::Function::new_no_args(&script).call0(&wasm_bindgen::JsValue::NULL).expect("is patched");
    store.append(20, records(0, 20, 5), None).expect("admitted");
    let heard = run(&mut store, &files).await;
    js_sys::Function::from(restore).call0(&wasm_bindgen::JsValue::NULL).expect("is restored");
    let [News::Failed { failure, kept, .. }] = &heard.news[..] else { panic!("{:?}", heard.news) };
    assert_eq!((failure.kind, kept.count), (FailureKind::Full, 20), "{failure}");
    append(&mut store, &files, 20, records(0, 20, 5)).await;
    assert!(reopen(&files).await.1.bytes == records(0, 0, 25));
}

#[wasm_bindgen_test]
async fn a_full_file_system_keeps_what_it_has() {
    no_room(Door::Opfs, "FileSystemSyncAccessHandle.write").await;
}

#[wasm_bindgen_test]
async fn a_full_database_keeps_what_it_has() {
    no_room(Door::Database, "IDBObjectStore.put").await;
}

#[wasm_bindgen_test]
async fn one_writes_and_others_read() {
    let (mut store, files) = Door::Opfs.fresh("one-writer").await;
    append(&mut store, &files, 0, records(0, 0, 5_000)).await;
    let before = now_ms();
    assert_eq!(OpfsFiles::open("one-writer").await.expect_err("a second handle"), OpenError::Busy);
    let waited = now_ms() - before;
    assert!((1_900.0..4_000.0).contains(&waited), "{waited} ms");

    let view = HeaderFiles::OpfsView(OpfsView::open("one-writer").await.expect("can be looked at"));
    let mut reader = HeaderStore::open(GENESIS, Access::Read);
    let heard = run(&mut reader, &view).await;
    assert!(heard.bytes == records(0, 0, 5_000) && heard.findings().is_empty());
    let write = Request::Write { area: Area::Heads, offset: 0, bytes: vec![1] };
    assert!(matches!(view.carry_out(write).await, Answer::Failed(_)));
    append(&mut store, &files, 5_000, records(0, 5_000, 10)).await;
    assert!(run(&mut HeaderStore::open(GENESIS, Access::Read), &view).await.bytes == records(0, 0, 5_010), "it grew");
}

#[wasm_bindgen_test]
async fn a_handle_that_is_about_to_go_is_waited_for() {
    let (store, files) = Door::Opfs.fresh("left-behind").await;
    wasm_bindgen_futures::spawn_local(async move {
        TimeoutFuture::new(300).await;
        drop((store, files));
    });
    assert!(OpfsFiles::open("left-behind").await.is_ok());
}

#[wasm_bindgen_test]
async fn files_that_are_not_there_are_empty_to_a_reader() {
    let view = HeaderFiles::open("never-written", Access::Read).await.expect("can be looked at");
    assert!(matches!(view, HeaderFiles::OpfsView(_)));
    let mut reader = HeaderStore::open(GENESIS, Access::Read);
    assert!(run(&mut reader, &view).await.findings().is_empty() && reader.kept().count == 0);
}

#[wasm_bindgen_test]
async fn without_a_file_system_the_database_and_without_both_nothing() {
    let hide = |path: &str| {
        let script = format!(
            "const path = '{path}'.split('.'), name = path.pop(), owner = path.reduce((from, step) => from[step], self);
            const before = Object.getOwnPropertyDescriptor(owner, name);
            Object.defineProperty(owner, name, {{ value: undefined, configurable: true }});
            return () => before ? Object.defineProperty(owner, name, before) : delete owner[name]"
        );
        let restore = js_sys::Function::new_no_args(&script).call0(&wasm_bindgen::JsValue::NULL).expect("is hidden");
        js_sys::Function::from(restore)
    };
    let no_opfs = hide("FileSystemSyncAccessHandle");
    let database = HeaderFiles::open("hidden", Access::Write).await.expect("the database");
    assert!(matches!(database, HeaderFiles::Database(_)));
    let no_database = hide("indexedDB");
    let nowhere = HeaderFiles::open("hidden", Access::Write).await.expect_err("nothing is left");
    assert_eq!(nowhere.opfs, OpenError::Missing);
    no_database.call0(&wasm_bindgen::JsValue::NULL).expect("is restored");
    no_opfs.call0(&wasm_bindgen::JsValue::NULL).expect("is restored");
    let no_locks = hide("WorkerNavigator.prototype.locks");
    assert!(matches!(try_hold("hidden").await, Lock::Unavailable));
    no_locks.call0(&wasm_bindgen::JsValue::NULL).expect("is restored");
}

#[wasm_bindgen_test]
async fn one_holds_a_lock_and_the_next_is_told_or_waits() {
    let Lock::Held(first) = try_hold("a-lock").await else { panic!("nobody holds it") };
    assert!(matches!(try_hold("a-lock").await, Lock::Elsewhere));
    assert!(matches!(try_hold("another-lock").await, Lock::Held(_)));
    let got = Rc::new(RefCell::new(None));
    wasm_bindgen_futures::spawn_local({
        let got = got.clone();
        async move {
            let lock = hold("a-lock").await;
            got.replace(Some(lock));
        }
    });
    TimeoutFuture::new(50).await;
    assert!(got.borrow().is_none());
    drop(first);
    TimeoutFuture::new(50).await;
    assert!(matches!(*got.borrow(), Some(Lock::Held(_))));
    assert!(matches!(try_hold("a-lock").await, Lock::Elsewhere));
}

#[wasm_bindgen_test]
async fn who_is_on_a_channel_hears_the_others_and_not_itself() {
    let listen = |name: &str| {
        let heard = Rc::new(RefCell::new(Vec::new()));
        let into = heard.clone();
        (Channel::open(name, move |text| into.borrow_mut().push(text)).expect("a channel"), heard)
    };
    let ((one, to_one), (_two, to_two), (_other, to_other)) = (listen("headers"), listen("headers"), listen("other"));
    one.say("grew");
    TimeoutFuture::new(50).await;
    assert_eq!(
        (to_two.borrow().as_slice(), to_one.borrow().len(), to_other.borrow().len()),
        (&["grew".into()][..], 0, 0)
    );
}

#[wasm_bindgen_test]
async fn the_browser_says_how_much_room_there_is() {
    let said = persistence::look().await;
    console_log!("{said:?}");
    assert!(said.quota.is_some_and(|quota| quota > 100 << 20) && said.persisted.is_some());
    assert_eq!(persistence::ask().await, None, "a worker cannot ask");
}
