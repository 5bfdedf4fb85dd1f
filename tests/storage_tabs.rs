//! Inside a headless browser, in a dedicated worker: headers kept from one visit to the next, and shared by several pages.
#![cfg(all(target_arch = "wasm32", feature = "app"))]

#[path = "common/miner.rs"]
mod miner;

use gloo::timers::future::TimeoutFuture;
use miner::{NOW, SPACING, custom, extend};
use plimsoll::browser::clock::now_ms;
use plimsoll::browser::keeping::{Hear, Keeping};
use plimsoll::chain::{Header, HeaderTree, Params, Pins};
use plimsoll::client::clock::Now;
use plimsoll::client::keeper::Keeper;
use plimsoll::client::message::{
    Command, Event, Input, Output, StoragePlace, StorageRole, StorageState, StorageStatus,
};
use plimsoll::client::outbox::Outbox;
use plimsoll::engine::{Engine, HeaderEngine, Run, Which};
use serde_json::json;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_dedicated_worker);

const NET: &str = "mined";

fn params() -> Params {
    custom(&json!({"retargets": false}))
}

fn mined(count: usize) -> Vec<Header> {
    let mut tree = HeaderTree::from_genesis(params());
    let mut headers = vec![*params().genesis()];
    while headers.len() < count {
        let parent = headers[headers.len() - 1];
        headers.push(extend(&mut tree, &parent, parent.time + SPACING, 1).0);
    }
    headers
}

/// A page with its keeper and engine, and the files of this browser.
struct Page {
    keeper: Keeper,
    engine: Engine,
    out: Outbox,
    keeping: Keeping,
    heard: Rc<RefCell<VecDeque<Input>>>,
    status: Option<StorageStatus>,
}

impl Page {
    fn open() -> Self {
        let mut engine = Engine::new();
        engine.set_network(params(), Pins::none());
        let (keeper, out, keeping, heard) = (Keeper::default(), Outbox::default(), Keeping::default(), Rc::default());
        let mut page = Self { keeper, engine, out, keeping, heard, status: None };
        page.keeper.keep(NET, params().genesis().hash(), now(), &mut page.out);
        page
    }

    fn turn(&mut self) {
        let next = self.heard.borrow_mut().pop_front();
        if let Some(input) = next {
            assert_eq!(self.keeper.hear(input, now(), &mut self.out), None);
        }
        if self.keeper.has_work() {
            self.keeper.work(&mut self.engine, now(), &mut self.out);
        }
        self.keeper.drive(&self.engine, now(), &mut self.out);
        while let Some(output) = self.out.pop() {
            match output {
                Output::Event(Event::Storage(status)) => self.status = Some(status),
                Output::Event(_) => {}
                Output::Store { network, ask } => {
                    let heard = self.heard.clone();
                    let hear: Hear = Rc::new(move |input| heard.borrow_mut().push_back(input));
                    self.keeping.carry_out(network, ask, hear);
                }
                other => panic!("{other:?}"),
            }
        }
    }

    fn receive(&mut self, height: u32, headers: &[Header]) {
        let bytes: Vec<u8> = headers.iter().flat_map(Header::encode).collect();
        assert_eq!(self.engine.take(Run { network: NET, height, starts: true, bytes: &bytes }, NOW).refusal, None);
        self.keeper.note_grown();
    }

    fn height(&self) -> Option<u32> {
        self.engine.summary(NET, Which::First).map(|chain| chain.tip.height)
    }

    fn is(&self, role: StorageRole, headers: u32) -> bool {
        let here = |status: &StorageStatus| {
            status.state == StorageState::Keeping && (status.role, status.headers) == (role, headers)
        };
        self.status.as_ref().is_some_and(here)
    }
}

fn now() -> Now {
    Now { unix: NOW, steady_ms: now_ms() as u64 }
}

/// Lets pages work until something holds.
async fn until(pages: &mut [&mut Page], what: &str, holds: impl Fn(&[&mut Page]) -> bool) {
    for _ in 0..1_000 {
        pages.iter_mut().for_each(|page| page.turn());
        if holds(pages) {
            return;
        }
        TimeoutFuture::new(5).await;
    }
    let said: Vec<_> = pages.iter().map(|page| (page.height(), &page.status)).collect();
    panic!("{what}: {said:?}");
}

#[wasm_bindgen_test]
async fn one_page_writes_another_follows_and_takes_over() {
    let chain = mined(120);
    let mut first = Page::open();
    until(&mut [&mut first], "opened", |pages| pages[0].is(StorageRole::Writer, 0)).await;
    let status = first.status.clone().expect("was told");
    assert_eq!(status.place, StoragePlace::FileSystem);
    assert!(status.room.quota.is_some() && status.room.persisted.is_some());
    first.receive(0, &chain[..50]);
    until(&mut [&mut first], "saved", |pages| pages[0].is(StorageRole::Writer, 50)).await;

    let mut second = Page::open();
    let both = &mut [&mut first, &mut second];
    until(both, "the second reads", |pages| pages[1].is(StorageRole::Reader, 50)).await;
    assert_eq!(second.height(), Some(49), "verified from what the first one wrote");
    first.receive(50, &chain[50..80]);
    let both = &mut [&mut first, &mut second];
    until(both, "the second follows", |pages| pages[1].height() == Some(79)).await;

    drop(first);
    until(&mut [&mut second], "the second takes over", |pages| pages[0].is(StorageRole::Writer, 80)).await;
    second.receive(80, &chain[80..]);
    until(&mut [&mut second], "and writes", |pages| pages[0].is(StorageRole::Writer, 120)).await;
    drop(second);

    // A later visit; and another page's reader wants all of it deleted.
    let (mut third, mut fourth) = (Page::open(), Page::open());
    until(&mut [&mut third], "loaded", |pages| pages[0].is(StorageRole::Writer, 120)).await;
    assert_eq!(third.height(), Some(119));
    let both = &mut [&mut third, &mut fourth];
    until(both, "the fourth reads", |pages| pages[1].is(StorageRole::Reader, 120)).await;
    assert_eq!(fourth.keeper.obey(Command::ForgetHeaders { network: NET.into() }, &mut fourth.out), None);
    let forgotten = |pages: &[&mut Page]| {
        pages[0].status.as_ref().is_some_and(|status| status.state == StorageState::Forgotten && status.bytes == 0)
    };
    until(&mut [&mut third, &mut fourth], "deleted", forgotten).await;
    drop((third, fourth));
    let mut fifth = Page::open();
    until(&mut [&mut fifth], "nothing is left", |pages| pages[0].is(StorageRole::Writer, 0)).await;
    assert_eq!(fifth.height(), None);
}

/// A handle that somebody without the lock has open: it is read meanwhile, and written once it is gone.
#[wasm_bindgen_test]
async fn files_left_open_by_somebody_are_read_until_they_are_free() {
    let genesis = params().genesis().hash().to_string();
    let name = format!("{NET}-{}", &genesis[genesis.len() - 16..]);
    TimeoutFuture::new(100).await;
    let left = plimsoll::browser::opfs::OpfsFiles::open(&name).await.expect("free");
    let mut page = Page::open();
    until(&mut [&mut page], "reads", |pages| pages[0].is(StorageRole::Reader, 0)).await;
    drop(left);
    until(&mut [&mut page], "writes", |pages| pages[0].is(StorageRole::Writer, 0)).await;
}
