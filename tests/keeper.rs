//! Headers kept between visits: loaded, verified, added to, moved by reorganizations, shared by pages.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/disk.rs"]
mod disk;
#[path = "common/miner.rs"]
mod miner;
#[path = "common/page.rs"]
mod page;

use disk::Disk;
use miner::{NOW, custom};
use page::{CHAIN, NET, Page, bytes, disk_of, grow};
use plimsoll::chain::Pins;
use plimsoll::client::clock::Now;
use plimsoll::client::keep::{Access, Area, PERIOD};
use plimsoll::client::keeper::{Keeper, SAVE_MS, worth_keeping};
use plimsoll::client::message::{
    ChainSource, Event, Input, Output, Stage, StoragePlace, StorageRole, StorageRoom, StorageState, StoreAsk,
    StoreTold, StoreWord,
};
use plimsoll::client::outbox::Outbox;
use plimsoll::engine::{Engine, HeaderEngine, Run, Which};
use serde_json::json;

#[test]
fn what_one_visit_verified_the_next_one_starts_with() {
    let count = PERIOD as usize + 50;
    let mut page = Page::open(Disk::default());
    assert_eq!((&page.status().state, page.status().role), (&StorageState::Keeping, StorageRole::Writer));
    assert_eq!((page.status().headers, page.height()), (0, None));
    page.receive(0, &CHAIN[..count]);
    assert!(page.file() == bytes(&CHAIN[..count]));
    assert_eq!((page.status().headers, page.status().bytes), (count as u32, count as u64 * 80));
    assert_eq!(page.told_others, [StoreWord::Grew]);

    let mut page = page.reopen();
    assert_eq!(page.height(), Some(count as u32 - 1), "verified and in hand before any source is asked");
    assert!(!page.keeper.is_loading(NET));
    let status = page.status().clone();
    assert_eq!((status.state, status.place, status.repairs), (StorageState::Keeping, StoragePlace::FileSystem, vec![]));
    assert_eq!(status.tip.unwrap().hash, CHAIN[count - 1].hash().to_string());
    assert_eq!((status.loaded_ms, status.room.quota), (Some(0), Some(2)));
    let chain =
        page.said.iter().rev().find_map(|event| if let Event::Chain(chain) = event { Some(chain) } else { None });
    assert_eq!((&chain.unwrap().source, chain.unwrap().basis.as_str()), (&ChainSource::Device, "genesis"));
    // What is in hand is not written again, and what comes is added at the end.
    let changes = page.disk.changes;
    page.pass(10 * SAVE_MS);
    assert_eq!((page.disk.changes, page.keeper.next_wakeup()), (changes, None));
    page.receive(count as u32, &CHAIN[count..]);
    assert!(page.reopen().file() == bytes(&CHAIN));
}

#[test]
fn loading_is_told_and_waited_for() {
    let disk = disk_of(CHAIN.len());
    let mut engine = Engine::new();
    engine.set_network(custom(&json!({"retargets": false})), Pins::none());
    let (mut keeper, mut out) = (Keeper::default(), Outbox::default());
    let now = Now { unix: NOW, steady_ms: 7 };
    keeper.keep(NET, CHAIN[0].hash(), now, &mut out);
    keeper.keep(NET, CHAIN[0].hash(), now, &mut out);
    assert!(matches!(out.pop(), Some(Output::Store { ask: StoreAsk::Open { .. }, .. })));
    assert!(out.pop().is_none(), "asked once");
    assert!(keeper.is_loading(NET) && !keeper.is_loading("other") && keeper.loading().eq([NET]));
    assert!(keeper.next_wakeup().is_some(), "files that never open are not waited for without end");
    let mut disk = disk;
    let opened =
        StoreTold::Opened { place: StoragePlace::Database, access: Access::Read, room: StorageRoom::default() };
    let _ = keeper.hear(Input::Stored { network: NET.into(), told: opened }, now, &mut out);
    let mut stages = vec![];
    while keeper.is_loading(NET) {
        if keeper.has_work() {
            keeper.work(&mut engine, now, &mut out);
        }
        keeper.drive(&engine, now, &mut out);
        stages.extend(keeper.stage(NET));
        while let Some(output) = out.pop() {
            if let Output::Store { ask: StoreAsk::Do(request), .. } = output {
                let told = StoreTold::Answer(disk.carry_out(request).unwrap());
                let _ = keeper.hear(Input::Stored { network: NET.into(), told }, now, &mut out);
            }
        }
    }
    let total = CHAIN.len() as u64;
    assert!(
        stages.contains(&Stage::VerifyingHeaders { height: 2 * PERIOD - 1, done: u64::from(2 * PERIOD), total }),
        "{stages:?}"
    );
    assert_eq!(keeper.stage(NET), None);
}

#[test]
fn a_reorganization_is_cut_off_and_written_anew() {
    for depth in [1, 6, PERIOD as usize + 1] {
        let count = PERIOD as usize + 50;
        let mut page = Page::open(disk_of(count));
        let fork = grow(CHAIN[..count - depth].to_vec(), count + 2, 9);
        page.receive((count - depth) as u32, &fork[count - depth..]);
        page.pass(SAVE_MS);
        assert!(page.file() == bytes(&fork), "{depth}");
        let page = page.reopen();
        assert!(page.status().repairs.is_empty());
        assert_eq!(page.engine.summary(NET, Which::First).unwrap().tip.hash, fork[count + 1].hash());
    }
}

#[test]
fn a_branch_with_less_work_changes_nothing() {
    let mut page = Page::open(disk_of(60));
    let fork = grow(CHAIN[..50].to_vec(), 58, 9);
    page.receive(50, &fork[50..]);
    assert!(page.file() == bytes(&CHAIN[..60]));
}

#[test]
fn of_chains_that_do_not_touch_one_from_genesis_is_kept() {
    let mut page = Page::open(Disk::default());
    page.receive(300, &CHAIN[300..340]);
    assert!(page.file() == bytes(&CHAIN[300..340]), "better than nothing");
    page.receive(360, &CHAIN[360..370]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[300..340]), "nothing ties either, and this one has more work");
    page.receive(0, &CHAIN[..30]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[..30]));
    page.receive(30, &CHAIN[30..100]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[..100]));
    assert_eq!(page.reopen().height(), Some(99));
    // The same where both have the heights.
    let other = grow(vec![CHAIN[0]], 90, 9);
    let mut page = Page::open(Disk::default());
    page.receive(60, &other[60..90]);
    page.receive(0, &CHAIN[..100]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[..100]));
}

#[test]
fn a_chain_from_genesis_takes_the_place_of_its_own_end() {
    let mut page = Page::open(Disk::default());
    page.receive(60, &CHAIN[60..100]);
    assert!(page.file() == bytes(&CHAIN[60..100]));
    // What an engine does that verified the chain from genesis beside it.
    page.engine.forget(NET);
    page.receive(0, &CHAIN[..100]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[..100]));
    assert_eq!(page.reopen().status().repairs, []);
}

#[test]
fn a_second_page_reads_follows_and_takes_over() {
    let mut writer = Page::open(disk_of(40));
    let mut reader = Page::open_with(writer.disk.clone(), Access::Read);
    assert_eq!((reader.status().role, reader.height()), (StorageRole::Reader, Some(39)));
    let changes = reader.disk.changes;
    // It verifies headers of its own, and writes none of them.
    reader.receive(40, &CHAIN[40..45]);
    assert_eq!(reader.disk.changes, changes);
    writer.receive(40, &CHAIN[40..80]);
    assert_eq!(writer.told_others, [StoreWord::Grew]);
    reader.disk = writer.disk.clone();
    reader.hear(StoreTold::Heard(StoreWord::Grew));
    reader.run();
    assert_eq!(reader.height(), Some(79));
    // The writer's chain gives way to another, and the reader tells its page.
    let fork = grow(CHAIN[..70].to_vec(), 83, 9);
    writer.receive(70, &fork[70..]);
    writer.pass(SAVE_MS);
    reader.disk = writer.disk.clone();
    reader.hear(StoreTold::Heard(StoreWord::Grew));
    reader.run();
    assert_eq!(reader.height(), Some(82));
    let reorganized = reader.said.iter().find_map(|event| match event {
        Event::Reorganized(found) => Some((found.common.height, found.from.height)),
        _ => None,
    });
    assert_eq!(reorganized, Some((69, 79)));
    // The reader's wish to delete goes to the writer.
    reader.tell_forget();
    assert_eq!(reader.told_others, [StoreWord::Forget]);
    // The writer's page is closed.
    reader.access = Access::Write;
    reader.hear(StoreTold::Free);
    reader.run();
    assert_eq!((reader.opened, reader.status().role), (2, StorageRole::Writer));
    let more = grow(fork, 90, 9);
    reader.receive(83, &more[83..]);
    assert!(reader.file() == bytes(&more));

    writer.hear(StoreTold::Heard(StoreWord::Forget));
    writer.run();
    assert_eq!((&writer.status().state, writer.file().len()), (&StorageState::Forgotten, 0));
}

#[test]
fn forgotten_headers_are_not_kept_again_before_the_next_visit() {
    let mut page = Page::open(disk_of(40));
    page.tell_forget();
    assert_eq!((&page.status().state, page.status().headers), (&StorageState::Forgotten, 0));
    page.receive(40, &CHAIN[40..80]);
    assert!(page.file().is_empty() && page.disk.file(Area::Heads).is_empty());
    assert_eq!(page.height(), Some(79));
    let mut page = page.reopen();
    assert_eq!(page.height(), None);
    page.receive(0, &CHAIN[..20]);
    assert_eq!(page.reopen().height(), Some(19));
}

#[test]
fn headers_are_saved_when_many_have_gathered_or_time_has_passed() {
    let mut page = Page::open(disk_of(40));
    let changes = page.disk.changes;
    let run = Run { network: NET, height: 40, starts: false, bytes: &bytes(&CHAIN[40..60]) };
    page.engine.take(run, NOW);
    page.keeper.note_grown();
    page.run();
    page.ms = page.keeper.next_wakeup().unwrap() - 1;
    page.run();
    assert_eq!(page.disk.changes, changes);
    page.pass(1);
    assert!(page.file() == bytes(&CHAIN[..60]));
}

#[test]
fn networks_without_work_are_not_worth_keeping() {
    for network in ["mainnet", "testnet3", "testnet4", "signet"] {
        assert!(worth_keeping(network).is_some(), "{network}");
    }
    assert_eq!((worth_keeping("regtest"), worth_keeping("nowhere")), (None, None));
}

#[test]
fn words_between_pages_read_back() {
    for word in [StoreWord::Grew, StoreWord::Forget] {
        assert_eq!(StoreWord::from_text(word.text()), Some(word));
    }
    assert_eq!(StoreWord::from_text("something later"), None);
}

/// What the other page wrote may have left this page's chain further below than is read anew.
#[test]
fn headers_that_join_nothing_in_hand_start_no_chain_of_their_own() {
    let other = grow(vec![CHAIN[0]], CHAIN.len() + 20, 9);
    let mut reader = Page::open_with(disk_of(CHAIN.len()), Access::Read);
    let mut writer = Page::open(Disk::default());
    writer.receive(0, &other);
    reader.disk = writer.disk.clone();
    reader.hear(StoreTold::Heard(StoreWord::Grew));
    reader.run();
    let last = reader.engine.summary(NET, Which::Last).unwrap();
    assert_eq!((last.first_height, last.tip.height), (0, CHAIN.len() as u32 - 1));
    assert_eq!(reader.status().state, StorageState::Keeping);
}
