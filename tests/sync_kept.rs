//! Two visits to the same page: what the first one verified is loaded and verified again, and only what is missing is
//! asked for.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/disk.rs"]
mod disk;
#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use common::{counted, data_dir, read};
use disk::Disk;
use plimsoll::client::keep::{Access, Area};
use plimsoll::client::message::{
    ChainSource, Command, Config, Event, HeaderSource, Material, SourceKind, StoragePlace, StorageRoom, StorageState,
    StorageStatus, StoreAsk, StoreTold, SyncState, VerificationId,
};
use servers::{Known, Server};
use std::cell::RefCell;
use std::rc::Rc;
use world::{World, base_of};

/// A clock after every header used here.
const EPOCH: i64 = 1_794_800_000;

type Device = Rc<RefCell<Disk>>;

/// A visit with a source of mainnet's headers, on a device that keeps them.
fn visit(device: &Device, known: Known) -> World {
    let base = base_of(SourceKind::CoreRest, "source");
    let server = Server::new(SourceKind::CoreRest, &base, "mainnet", known);
    let mut world = World::of(vec![server], EPOCH);
    let device = device.clone();
    world.files = Some(Box::new(move |ask| match ask {
        StoreAsk::Open { .. } => Some(StoreTold::Opened {
            place: StoragePlace::FileSystem,
            access: Access::Write,
            room: StorageRoom::default(),
        }),
        StoreAsk::Do(request) => device.borrow_mut().carry_out(request).map(StoreTold::Answer),
        StoreAsk::Tell(_) => None,
    }));
    let headers = vec![HeaderSource::new("mainnet", SourceKind::CoreRest, &base)];
    world.tell(Command::Start { config: Config { headers, begin: vec!["mainnet".into()], ..Config::default() } });
    world
}

fn storage(world: &World) -> (u64, &StorageStatus) {
    let found = |(at, event): &'_ (u64, Event)| matches!(event, Event::Storage(_)).then_some(*at);
    let at = world.said.iter().rev().find_map(found).expect("was told");
    let status = world.said.iter().rev().find_map(|(_, event)| match event {
        Event::Storage(status) => Some(status),
        _ => None,
    });
    (at, status.expect("was told"))
}

#[test]
fn a_second_visit_asks_only_for_what_is_missing() {
    let Some(dir) = data_dir() else { return };
    let bytes = read(&dir.join("headers"), "mainnet-0-32260.headers");
    let all = Known::from_bytes(&bytes);
    let device = Device::default();
    let mut world = visit(&device, all.up_to(20_000));
    world.complete_within(3_000);
    world.run_for(5_000);
    assert_eq!(storage(&world).1.headers, 20_001);
    assert!(device.borrow().file(Area::Headers) == bytes[..20_001 * 80]);

    let mut world = visit(&device, all.clone());
    let loaded = world.run_until(60_000, |world| world.chain().is_some_and(|chain| chain.height == 20_000));
    assert!(loaded);
    assert_eq!(world.chain().unwrap().source, ChainSource::Device);
    world.complete_within(3_000);
    world.run_for(5_000);
    let loading = |(at, event): &(u64, Event)| match event {
        Event::Storage(StorageStatus { state: StorageState::Loading { .. }, .. }) => Some(*at),
        _ => None,
    };
    let last_loading = world.said.iter().filter_map(loading).max().expect("loading is told");
    let first_asked = world.servers[0].asked[0].0;
    assert!(first_asked > last_loading, "{first_asked} ms, and kept headers were still loaded at {last_loading} ms");
    let (_, status) = storage(&world);
    assert_eq!((status.headers, &status.state, status.repairs.len()), (32_261, &StorageState::Keeping, 0));
    assert!(status.loaded_ms.is_some());
    let source = &world.sources()[0];
    assert_eq!(source.headers, 12_260);
    assert!(device.borrow().file(Area::Headers) == bytes);

    // A third one: nothing but the tip is asked for, and nothing is written.
    let changes = device.borrow().changes;
    let mut world = visit(&device, all);
    world.complete_within(3_000);
    world.run_for(5_000);
    assert!(world.sources()[0].bytes < 10_000, "{} bytes", world.sources()[0].bytes);
    assert_eq!((world.sources()[0].headers, device.borrow().changes), (0, changes));
    counted("headers kept from one visit to the next", 32_261);
}

#[test]
fn a_verification_waits_for_kept_headers_and_not_for_files_that_never_open() {
    let Some(dir) = data_dir() else { return };
    let bytes = read(&dir.join("headers"), "mainnet-0-32260.headers");
    let mut world = visit(&Device::default(), Known::from_bytes(&bytes).up_to(10));
    world.files = Some(Box::new(|_| None));
    // The first request was answered by the device above; the next ones by nobody.
    let material = vec![Material::File { name: "note.txt".into(), bytes: b"a note".to_vec() }];
    world.tell(Command::Verify { id: VerificationId(1), material });
    let ended = |world: &World| world.said.iter().any(|(_, event)| matches!(event, Event::Refused { .. }));
    world.run_for(5_000);
    assert!(!ended(&world));
    world.run_for(60_000);
    assert!(ended(&world), "{:?}", storage(&world));
}

#[test]
fn a_device_that_keeps_nothing_is_said_and_costs_nothing() {
    let Some(dir) = data_dir() else { return };
    let bytes = read(&dir.join("headers"), "mainnet-0-32260.headers");
    let base = base_of(SourceKind::CoreRest, "source");
    let mut world =
        World::started(vec![Server::new(SourceKind::CoreRest, &base, "mainnet", Known::from_bytes(&bytes))], EPOCH);
    world.complete_within(3_000);
    let (_, status) = storage(&world);
    assert!(matches!(status.state, StorageState::Failed { .. }) && status.place == StoragePlace::Memory);
    assert_eq!(world.sync().map(|sync| (&sync.state, sync.height)), Some((&SyncState::Complete, Some(32_260))));
}
