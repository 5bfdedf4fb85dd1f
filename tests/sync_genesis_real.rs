//! The check from genesis on real headers: mainnet's first 32,261 with the pins that this library holds of them, and runs of
//! other networks. What verdicts rest on before, meanwhile and after, and on the next visit.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/disk.rs"]
mod disk;
#[path = "common/loopback.rs"]
mod loopback;
#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use common::{counted, data_dir, read};
use disk::Disk;
use loopback::Loopback;
use plimsoll::chain::known_headers::built_in;
use plimsoll::chain::{Header, Params, Pins, TrustedHeader};
use plimsoll::client::LightClient;
use plimsoll::client::keep::{Access, Area};
use plimsoll::client::message::{
    Command, Config, Event, GenesisCheck, GenesisCheckState, HeaderSource, Material, SourceKind, SourceState, Standing,
    StoragePlace, StorageRoom, StoreAsk, StoreTold, VerificationId,
};
use plimsoll::encoding::decode_hex;
use plimsoll::engine::Engine;
use plimsoll::proof::report::{Conclusion, Report};
use servers::{Fault, Known, Server};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::path::Path;
use std::rc::Rc;
use world::{World, base_of};

const EPOCH: i64 = 1_794_800_000;
/// The last of mainnet's pins in the run at hand.
const PIN: u32 = 30_239;
const TIP: u32 = 32_260;
/// The one transaction of block 1, as every node gives it.
const COINBASE_1: &str = "01000000010000000000000000000000000000000000000000000000000000000000000000ffffffff0704ffff001d0104ffffffff0100f2052a0100000043410496b538e853519c726a2c91e61ec11600ae1390813a627c66fb8be7947be63c52da7589379515d4e0a604f8141781e62294721166bf621e73a82cbf2342c858eeac00000000";

fn mainnet(dir: &Path) -> Known {
    Known::from_bytes(&read(&dir.join("headers"), "mainnet-0-32260.headers"))
}

/// Mainnet's pins in the headers at hand, but for the last one: a retarget comes after them.
fn pins() -> Pins {
    let pins = Pins::new(built_in("mainnet").iter().copied().filter(|pin| pin.height <= PIN)).unwrap();
    assert_eq!((pins.iter().len(), pins.iter().next_back().unwrap().height), (15, PIN));
    pins
}

/// A visit with these servers, their network begun.
fn visit(params: Params, pins: Pins, servers: Vec<Server>, device: Option<&Rc<RefCell<Disk>>>) -> World {
    let network = params.name().to_owned();
    let mut engine = Engine::new();
    engine.set_network(params, pins);
    let headers = servers.iter().map(|server| HeaderSource::new(&network, server.kind, &server.base)).collect();
    let mut world = World::of(servers, EPOCH);
    world.client = LightClient::with_engine(Box::new(Loopback::to(engine)));
    if let Some(device) = device.cloned() {
        world.files = Some(Box::new(move |ask| match ask {
            StoreAsk::Open { .. } => Some(StoreTold::Opened {
                place: StoragePlace::FileSystem,
                access: Access::Write,
                room: StorageRoom::default(),
            }),
            StoreAsk::Do(request) => device.borrow_mut().carry_out(request).map(StoreTold::Answer),
            StoreAsk::Tell(_) => None,
        }));
    }
    world.tell(Command::Start { config: Config { headers, begin: vec![network], ..Config::default() } });
    world
}

fn server(kind: SourceKind, name: &str, known: &Known) -> Server {
    Server::new(kind, &base_of(kind, name), "mainnet", known.clone())
}

/// One that takes its time, so that something can happen meanwhile.
fn slow(known: &Known) -> Server {
    let mut server = server(SourceKind::CoreRest, "slow", known);
    server.latency_ms = 500;
    server
}

/// Mainnet from the last pin on.
fn in_hand(servers: Vec<Server>) -> World {
    let mut world = visit(Params::mainnet(), pins(), servers, None);
    world.reach(TIP, 300);
    assert_eq!(world.chain().unwrap().basis, format!("trusted:{}", pins().at(PIN).unwrap()));
    world
}

fn begin(world: &mut World) {
    world.tell(Command::CheckFromGenesis { network: "mainnet".into() });
}

fn check(world: &World) -> Option<&GenesisCheck> {
    world.said.iter().rev().find_map(|(_, event)| match event {
        Event::GenesisCheck(check) => Some(check),
        _ => None,
    })
}

fn until(world: &mut World, wanted: impl Fn(&GenesisCheck) -> bool, seconds: u64) {
    let end = world.now_ms + seconds * 1000;
    let done = world.run_until(end, |world| check(world).is_some_and(&wanted));
    assert!(done, "{:?} {:#?} {:?}", check(world), world.sources(), world.failures());
}

/// A document that is in mainnet's chain for anybody to see, its one transaction standing in for it, and its timestamp.
fn timestamped() -> Vec<Material> {
    let document = decode_hex(COINBASE_1).unwrap();
    let digest = Sha256::digest(&document);
    // Header and version, SHA-256 of the file, SHA-256 again, attested by block 1.
    let magic = b"\x00OpenTimestamps\x00\x00Proof\x00\xbf\x89\xe2\xe8\x84\xe8\x92\x94\x01\x08";
    let attestation = b"\x08\x00\x05\x88\x96\x0d\x73\xd7\x19\x01\x01\x01";
    let file = |name: &str, bytes: Vec<u8>| Material::File { name: name.into(), bytes };
    vec![file("one.ots", [&magic[..], &digest, attestation].concat()), file("one", document)]
}

fn verdict(world: &mut World) -> Report {
    let id = VerificationId(world.said.len() as u64 + 1);
    world.tell(Command::Verify { id, material: timestamped() });
    let found = |world: &World| {
        world.said.iter().find_map(|(_, event)| match event {
            Event::Verdict { id: of, report, .. } if *of == id => Some((**report).clone()),
            _ => None,
        })
    };
    let end = world.now_ms + 30_000;
    assert!(world.run_until(end, |world| found(world).is_some()), "no answer");
    let report = found(world).unwrap();
    assert_eq!(
        (report.conclusion, report.chain.as_ref().unwrap().block.as_ref().unwrap().height),
        (Conclusion::Stamped, 1)
    );
    report
}

fn basis(world: &mut World) -> String {
    verdict(world).chain.unwrap().basis
}

#[test]
fn verdicts_rest_on_the_pin_until_all_is_checked_and_on_genesis_from_then_on_and_on_the_next_visit() {
    let Some(dir) = data_dir() else { return };
    let known = mainnet(&dir);
    let device = Rc::new(RefCell::new(Disk::default()));
    let servers = |upto: usize| vec![slow(&known.up_to(upto))];
    let mut world = visit(Params::mainnet(), pins(), servers(32_200), Some(&device));
    world.reach(32_200, 300);
    world.run_for(5_000);
    let pinned = format!("pinned:{}", pins().at(2_015).unwrap());
    assert_eq!(basis(&mut world), pinned);
    begin(&mut world);
    until(&mut world, |check| check.height.is_some_and(|height| (5_000..25_000).contains(&height)), 300);
    assert_eq!(basis(&mut world), pinned, "half a check counts for nothing");
    until(&mut world, |check| check.state == GenesisCheckState::Done, 300);
    assert_eq!(basis(&mut world), "genesis");
    world.run_for(10_000);
    let bytes: Vec<u8> = known.headers.iter().flat_map(Header::encode).collect();
    assert!(device.borrow().file(Area::Headers) == bytes[..32_201 * 80], "all of them are kept");

    // The next visit has them from the device, and the source is asked for what is new.
    let mut world = visit(Params::mainnet(), pins(), servers(TIP as usize), Some(&device));
    world.reach(TIP, 300);
    assert_eq!((world.chain().unwrap().basis.as_str(), world.chain().unwrap().headers), ("genesis", 32_261));
    assert_eq!((basis(&mut world).as_str(), check(&world)), ("genesis", None));
    assert_eq!(world.sources()[0].headers, 60);

    // Kept bytes that are not those that were checked do not count: they are checked again.
    let mut changed = bytes.clone();
    changed[20_000 * 80 + 40] ^= 1;
    device.borrow_mut().set(Area::Headers, changed);
    let mut world = visit(Params::mainnet(), pins(), servers(32_200), Some(&device));
    world.reach(32_200, 300);
    let refetched = world.sources()[0].headers;
    assert!((12_200..=14_300).contains(&refetched), "{refetched}");
    counted("headers of mainnet checked from genesis, then from the device", 32_261);
}

#[test]
fn one_that_is_ended_midway_changes_no_verdict() {
    let Some(dir) = data_dir() else { return };
    let known = mainnet(&dir);
    let mut world = in_hand(vec![slow(&known)]);
    let before = verdict(&mut world);
    for height in [2_016, 20_000, 31_000] {
        begin(&mut world);
        until(&mut world, |check| check.height.is_some_and(|found| found >= height), 300);
        world.tell(Command::StopGenesisCheck { network: "mainnet".into() });
        world.run_for(60_000);
        let told = check(&world).unwrap();
        assert_eq!((told.state, told.height), (GenesisCheckState::Stopped, None));
        let after = verdict(&mut world);
        assert_eq!(after.chain, before.chain, "{height}");
        assert!(world.chain().unwrap().basis.starts_with("trusted"));
    }
    counted("checks ended midway", 3);
}

#[test]
fn a_source_broken_at_block_30_000_is_named_and_others_go_on() {
    let Some(dir) = data_dir() else { return };
    let known = mainnet(&dir);
    for (kind, rule) in [(SourceKind::HeaderFile, "proof-of-work"), (SourceKind::BlockDn, "proof-of-work")] {
        let mut headers = known.headers.to_vec();
        headers[30_000].time ^= 1;
        let broken = server(kind, "broken", &Known::of(headers));
        let mut world = in_hand(vec![broken]);
        let before = verdict(&mut world).chain;
        begin(&mut world);
        until(&mut world, |check| check.state == GenesisCheckState::Stalled, 300);
        world.run_for(1_000);
        let source = world.source(&base_of(kind, "broken"));
        assert_eq!(source.state, SourceState::SetAside);
        assert!(
            matches!(&source.standing, Standing::Wrong { rule: found, height: Some(30_000), .. } if found == rule),
            "{:?}",
            source.standing
        );
        let told = check(&world).unwrap();
        assert_eq!((told.height, &told.contradiction), (Some(29_999), &None), "it is no pin that is contradicted");
        assert_eq!(verdict(&mut world).chain, before);
        // An honest one goes on from there, and does not give what is in hand once more.
        let honest = server(SourceKind::CoreRest, "honest", &known);
        let source = HeaderSource::new("mainnet", honest.kind, &honest.base);
        world.servers.push(honest);
        world.tell(Command::AddSource { source });
        until(&mut world, |check| check.state == GenesisCheckState::Done, 300);
        assert_eq!(basis(&mut world), "genesis", "{kind:?}");
        let asked = world.servers[1].asked.iter().filter(|(_, url)| url.contains("/headers/")).count();
        assert!(asked <= 5, "{asked} pages of 2,000 for 2,261 headers");
    }
    counted("sources broken at block 30,000", 2);
}

#[test]
fn a_source_that_dies_midway_is_followed_by_the_next() {
    let Some(dir) = data_dir() else { return };
    let known = mainnet(&dir);
    for fault in [Fault::Silent, Fault::Status(500), Fault::Html] {
        let servers =
            vec![server(SourceKind::CoreRest, "first", &known), server(SourceKind::CoreRest, "second", &known)];
        let mut world = in_hand(servers);
        begin(&mut world);
        until(&mut world, |check| check.height.is_some_and(|height| height >= 8_000), 300);
        let (at, url) = check(&world).and_then(|check| check.source.clone()).map_or((0, String::new()), |url| {
            (world.servers.iter().position(|server| server.base == url).expect("configured"), url)
        });
        world.servers[at].fault = fault;
        until(&mut world, |check| check.state == GenesisCheckState::Done, 600);
        assert_eq!(basis(&mut world), "genesis", "{fault:?} {url}");
        let failed = world.failures();
        assert!(failed.is_empty(), "a failure in the background is no trouble of the reader's: {failed:?}");
    }
    counted("sources that die midway", 3);
}

#[test]
fn core_s_alternative_chain_below_the_pins_is_an_alarm() {
    let Some(dir) = data_dir() else { return };
    let known = mainnet(&dir);
    let other = Known::from_bytes(&read(&dir.join("headers"), "mainnet-corealt-0-2016.headers"));
    let stitched = [&other.headers[..2_016], &known.headers[2_016..]].concat();
    let mut world = in_hand(vec![server(SourceKind::HeaderFile, "other", &Known::of(stitched))]);
    begin(&mut world);
    until(&mut world, |check| check.state == GenesisCheckState::Stalled, 300);
    let told = check(&world).unwrap();
    let found = told.contradiction.as_ref().expect("is told");
    assert_eq!((found.height, told.height), (2_015, Some(2_014)));
    assert_eq!((&found.expected, &found.found), (&known.hashes[2_015].to_string(), &other.hashes[2_015].to_string()));
    assert!(world.chain().unwrap().basis.starts_with("trusted"), "nothing of it is accepted");
    counted("chains that contradict a pin", 1);
}

#[test]
fn other_networks_are_checked_from_genesis_by_their_own_rules() {
    let Some(dir) = data_dir() else { return };
    let mut headers = 0;
    for (params, file, pinned) in [
        (Params::testnet3(), "testnet3-0-9999.headers", vec![3_000, 8_063]),
        (Params::testnet4(), "testnet4-0-100.headers", vec![60]),
        (Params::signet(), "signet-0-2016.headers", vec![2_015]),
        (Params::regtest(), "regtest-kernel-0-206.headers", vec![50, 150]),
    ] {
        let known = Known::from_bytes(&read(&dir.join("headers"), file));
        let (network, tip) = (params.name().to_owned(), known.tip() as u32);
        let next_bits = |at: usize| known.headers.get(at + 1).map(|next| next.bits);
        let pin = |at: &usize| TrustedHeader {
            next_bits: next_bits(*at),
            ..TrustedHeader::new(*at as u32, known.hashes[*at])
        };
        let pins = Pins::new(pinned.iter().map(pin)).unwrap();
        let base = base_of(SourceKind::Electrum, "x");
        let server = Server::new(SourceKind::Electrum, &base, &network, known.clone());
        let mut world = visit(params, pins, vec![server], None);
        world.reach(tip, 600);
        let starts_above = world.chain().unwrap().first_height > 0;
        // A pin in the first period is fetched with all that is below: nothing is left to check.
        assert_eq!(starts_above, network != "testnet4", "{network}");
        world.tell(Command::CheckFromGenesis { network: network.clone() });
        until(&mut world, |check| check.state == GenesisCheckState::Done, 600);
        let chain = world.chain().unwrap();
        assert_eq!(
            (chain.basis.as_str(), chain.headers, chain.height),
            ("genesis", u64::from(tip) + 1, tip),
            "{network}"
        );
        headers += chain.headers;
    }
    counted("headers of other networks", headers as usize);
}
