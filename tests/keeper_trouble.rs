//! Kept headers that are not as they were left, and a device that keeps none.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/disk.rs"]
mod disk;
#[path = "common/miner.rs"]
mod miner;
#[path = "common/page.rs"]
mod page;

use disk::Disk;
use miner::{NOW, mine};
use page::{CHAIN, NET, Page, bytes, disk_of, grow};
use plimsoll::client::clock::Now;
use plimsoll::client::keep::{Access, Area, HeaderStore, PERIOD, SLOT_BYTES};
use plimsoll::client::keeper::{Keeper, SAVE_MS};
use plimsoll::client::message::{Event, Output, Repair, StoragePlace, StorageRole, StorageState};
use plimsoll::client::outbox::Outbox;
use plimsoll::crypto::hash::sha256;
use plimsoll::engine::Engine;
use plimsoll::time::UnixTime;

#[test]
fn files_that_never_open_are_given_up() {
    let (mut keeper, mut out) = (Keeper::default(), Outbox::default());
    let engine = Engine::new();
    keeper.keep(NET, CHAIN[0].hash(), Now { unix: NOW, steady_ms: 0 }, &mut out);
    let at = keeper.next_wakeup().unwrap();
    keeper.drive(&engine, Now { unix: NOW, steady_ms: at }, &mut out);
    assert!(!keeper.is_loading(NET));
    let Some(Output::Event(Event::Storage(status))) = std::iter::from_fn(|| out.pop()).last() else { panic!() };
    assert!(matches!(status.state, StorageState::Failed { .. }) && status.place == StoragePlace::Memory, "{status:?}");
    assert_eq!(status.role, StorageRole::Writer, "no other page has to do with it");
}

#[test]
fn spoiled_files_are_put_right_and_said() {
    let count = PERIOD as usize + 50;
    for (what, spoil) in [
        ("rot", Box::new(|file: &mut Vec<u8>| file[PERIOD as usize * 80 + 9] ^= 1) as Box<dyn Fn(&mut Vec<u8>)>),
        ("cut off", Box::new(|file: &mut Vec<u8>| file.truncate(PERIOD as usize * 80 + 900))),
        ("tail", Box::new(|file: &mut Vec<u8>| file.extend([7; 1000]))),
    ] {
        let mut disk = disk_of(count);
        let mut file = disk.file(Area::Headers);
        spoil(&mut file);
        disk.set(Area::Headers, file);
        let mut page = Page::open(disk);
        let height = if what == "tail" { count as u32 - 1 } else { PERIOD - 1 };
        assert_eq!(page.height(), Some(height), "{what}");
        let repairs = page.status().repairs.clone();
        match what {
            "tail" => assert_eq!(repairs, [Repair::Tail { bytes: 1000 }]),
            "rot" => assert_eq!(repairs, [Repair::DamagedPeriod { height: PERIOD, dropped: 50 }]),
            _ => {
                assert!(matches!(repairs[..], [Repair::Truncated { .. }, Repair::DamagedPeriod { .. }]), "{repairs:?}")
            }
        }
        page.receive(height + 1, &CHAIN[height as usize + 1..]);
        assert!(page.reopen().status().repairs.is_empty(), "{what}");
    }
}

#[test]
fn kept_headers_are_judged_like_any_others() {
    let mut wrong = CHAIN[..100].to_vec();
    wrong[70] = mine(&wrong[69], wrong[69].time + 1, wrong[69].bits, 8);
    // Its time is not later than the median of those before.
    wrong[71] = mine(&wrong[70], wrong[60].time, wrong[70].bits, 8);
    let mut page = Page::open(Disk::default());
    let mut store = HeaderStore::open(CHAIN[0].hash(), Access::Write);
    disk::work(&mut store, &mut page.disk);
    store.append(0, bytes(&wrong), None).unwrap();
    disk::work(&mut store, &mut page.disk);

    let mut page = page.reopen();
    assert_eq!(page.height(), Some(70));
    let [Repair::Refused { height: 71, for_good: true, rule, .. }] = &page.status().repairs[..] else {
        panic!("{:?}", page.status())
    };
    assert_eq!(rule, "median-time");
    assert!(page.file() == bytes(&wrong[..71]), "what is wrong for good is dropped");
    page.receive(70, &CHAIN[70..120]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[..120]));
}

#[test]
fn a_clock_set_back_costs_nothing_that_is_kept() {
    let mut page = Page::open_at(disk_of(100), Access::Write, UnixTime(i64::from(CHAIN[50].time) - 7_200));
    assert_eq!(page.height(), Some(50));
    assert!(matches!(page.status().repairs[..], [Repair::Refused { height: 51, for_good: false, .. }]));
    page.pass(10 * SAVE_MS);
    assert!(page.file() == bytes(&CHAIN[..100]), "nothing is dropped for it");
}

#[test]
fn a_later_version_s_files_are_left_alone() {
    let mut disk = disk_of(30);
    let mut heads = disk.file(Area::Heads);
    let mut newer = b"PLMK\x00\x09\x00\x00\x00\x1a".to_vec();
    newer.extend(&sha256(&newer)[..16]);
    heads[..26].copy_from_slice(&newer);
    disk.set(Area::Heads, heads.clone());
    let mut page = Page::open(disk);
    assert_eq!(page.status().state, StorageState::Newer { version: 9 });
    assert_eq!(page.status().place, StoragePlace::Memory);
    page.receive(0, &CHAIN[..60]);
    page.tell_forget();
    assert_eq!((page.disk.file(Area::Heads), page.file()), (heads, bytes(&CHAIN[..30])));
}

#[test]
fn no_room_is_said_and_what_is_kept_stays() {
    let mut page = Page::open(disk_of(30));
    page.no_room = true;
    page.receive(30, &CHAIN[30..60]);
    assert!(matches!(page.status().state, StorageState::Full { .. }));
    let changes = page.disk.changes;
    page.receive(60, &CHAIN[60..90]);
    assert_eq!((page.height(), page.disk.changes), (Some(89), changes), "in memory all goes on");
    page.no_room = false;
    assert_eq!(page.reopen().height(), Some(29));
}

#[test]
fn files_that_rot_under_an_open_page_are_opened_again() {
    let mut page = Page::open(disk_of(100));
    let mut file = page.file();
    file[3] ^= 1;
    page.disk.set(Area::Headers, file);
    let fork = grow(CHAIN[..90].to_vec(), 102, 9);
    page.receive(90, &fork[90..]);
    page.pass(SAVE_MS);
    assert!(page.file() == bytes(&fork));
    assert_eq!(page.status().repairs, [Repair::DamagedPeriod { height: 0, dropped: 100 }]);
    assert_eq!(page.status().state, StorageState::Keeping);
}

#[test]
fn a_head_that_rots_brings_the_older_one_back() {
    let mut page = Page::open(disk_of(40));
    page.receive(40, &CHAIN[40..45]);
    let mut heads = page.disk.file(Area::Heads);
    heads[SLOT_BYTES + 20] ^= 1;
    page.disk.set(Area::Heads, heads);
    let page = page.reopen();
    assert_eq!(page.height(), Some(39));
    assert!(matches!(page.status().repairs[..], [Repair::DamagedHead { .. }, Repair::Tail { bytes: 400 }]));
}
