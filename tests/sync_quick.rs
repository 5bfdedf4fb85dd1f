//! A chain that starts at the last pin, whatever kind of source gives it: only what the rules above the pin look at is asked
//! for, and a source that contradicts the pin is named.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/loopback.rs"]
mod loopback;
#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use loopback::Loopback;
use plimsoll::chain::known_headers::built_in;
use plimsoll::chain::{Header, Params, Pins, Target, TrustedHeader};
use plimsoll::client::LightClient;
use plimsoll::client::message::{Command, Config, HeaderSource, Material, SourceKind, Standing, VerificationId};
use plimsoll::engine::{Engine, HeaderEngine};
use servers::{Fault, Known, Server};
use world::{World, base_of};

const EPOCH: i64 = 1_794_800_000;
/// The pin: the end of regtest's first period.
const PIN: usize = 2015;

/// Headers of the regtest network, other ones for each tag from a height on.
fn mine(count: usize, from: usize, tag: u8) -> Known {
    let mut headers = vec![*Params::regtest().genesis()];
    while headers.len() < count {
        let parent = headers[headers.len() - 1];
        let merkle_root = if headers.len() >= from { [tag; 32] } else { [0; 32] };
        let template =
            Header { version: 4, previous: parent.hash(), time: parent.time + 600, nonce: 0, merkle_root, ..parent };
        let target = template.bits.decode(Target::MAX).unwrap();
        headers.push((0..).map(|nonce| Header { nonce, ..template }).find(|h| target.admits(&h.hash().0)).unwrap());
    }
    Known::of(headers)
}

/// A world whose regtest network has its first period's end pinned, the engine beyond a line of bytes.
fn pinned(servers: Vec<Server>, known: &Known) -> World {
    let mut engine = Engine::new();
    let pin =
        TrustedHeader { next_bits: Some(known.headers[PIN].bits), ..TrustedHeader::new(PIN as u32, known.hashes[PIN]) };
    engine.set_network(Params::regtest(), Pins::new([pin]).unwrap());
    let headers = servers.iter().map(|server| HeaderSource::new(&server.network, server.kind, &server.base)).collect();
    let mut world = World::of(servers, EPOCH);
    world.client = LightClient::with_engine(Box::new(Loopback::to(engine)));
    world.tell(Command::Start { config: Config { headers, ..Config::default() } });
    world
}

fn begin(world: &mut World) {
    world.tell(Command::BeginSync { network: "regtest".into() });
}

fn server(kind: SourceKind, name: &str, known: Known) -> Server {
    Server::new(kind, &base_of(kind, name), "regtest", known)
}

#[test]
fn a_chain_starts_at_the_last_pin_and_asks_for_no_more() {
    let known = mine(2_200, 1, 1);
    for kind in SourceKind::ALL {
        let mut world = pinned(vec![server(kind, "x", known.clone())], &known);
        begin(&mut world);
        world.reach(2_199, 200);
        let chain = world.chain().unwrap().clone();
        assert_eq!((chain.first_height, chain.headers), (PIN as u32 - 10, 195), "{kind:?}");
        assert_eq!(chain.basis, format!("trusted:{PIN}:{}", known.hashes[PIN]), "{kind:?}");
        let sent = world.source(&base_of(kind, "x")).bytes;
        // The most wordy kind takes some 500 bytes a header.
        assert!(sent < 195 * 700 + 3_000, "{kind:?}: {sent} bytes for 195 headers");
        assert_eq!((world.failures(), world.standing(&base_of(kind, "x"))), (vec![], &Standing::Agrees), "{kind:?}");
    }
}

#[test]
fn a_chain_from_genesis_in_hand_goes_on() {
    let known = mine(2_200, 1, 1);
    let bytes: Vec<u8> = known.headers[..900].iter().flat_map(Header::encode).collect();
    for kind in SourceKind::ALL {
        let mut world = pinned(vec![server(kind, "x", known.clone())], &known);
        let material = vec![Material::File { name: "all.headers".into(), bytes: bytes.clone() }];
        world.tell(Command::Verify { id: VerificationId(1), material });
        begin(&mut world);
        world.reach(2_199, 500);
        let chain = world.chain().unwrap();
        assert_eq!((chain.first_height, chain.headers, chain.basis.as_str()), (0, 2_200, "genesis"), "{kind:?}");
    }
}

#[test]
fn a_source_that_ends_below_the_pin_gives_what_it_has_when_there_is_no_other() {
    let known = mine(2_200, 1, 1);
    for kind in SourceKind::ALL {
        for last in [300, 1_500] {
            let mut world = pinned(vec![server(kind, "short", known.up_to(last))], &known);
            begin(&mut world);
            world.reach(last as u32, 300);
            assert_eq!((world.chain().unwrap().first_height, world.failures()), (0, vec![]), "{kind:?}");
            // Browsers write such answers down as failures.
            assert_eq!(world.servers[0].beyond_the_end.get(), 0, "{kind:?}");
        }
        // Beside one that reaches the pin it is behind, and not asked.
        let servers = vec![server(kind, "short", known.up_to(300)), server(SourceKind::Esplora, "long", known.clone())];
        let mut world = pinned(servers, &known);
        begin(&mut world);
        world.reach(2_199, 200);
        if kind != SourceKind::HeaderFile {
            assert_eq!(world.chain().unwrap().first_height, PIN as u32 - 10, "{kind:?}");
            let standing = world.standing(&base_of(kind, "short"));
            assert!(matches!(standing, Standing::Behind { .. } | Standing::Withholds { .. }), "{kind:?}: {standing:?}");
        }
    }
}

#[test]
fn a_source_that_contradicts_the_pin_is_named_and_the_next_one_asked() {
    let (known, other) = (mine(2_200, 1, 1), mine(2_300, 2_000, 2));
    for kind in SourceKind::ALL {
        let servers = vec![server(kind, "liar", other.clone()), server(SourceKind::Mempool, "honest", known.clone())];
        let mut world = pinned(servers, &known);
        world.servers[1].latency_ms = 1_000;
        begin(&mut world);
        world.reach(2_199, 300);
        let Standing::Wrong { rule, height, detail } = world.standing(&base_of(kind, "liar")) else {
            panic!("{kind:?}: {:?}", world.standing(&base_of(kind, "liar")));
        };
        assert_eq!((rule.as_str(), *height), ("pin", Some(PIN as u32)), "{kind:?}");
        assert!(detail.contains(&known.hashes[PIN].to_string()), "expected: {detail}");
        assert!(detail.contains(&other.hashes[PIN].to_string()), "found: {detail}");
        assert_eq!(world.chain().unwrap().hash, known.hashes[2_199].to_string());
    }
}

#[test]
fn a_source_that_has_not_what_the_pin_needs_fails_and_does_not_bring_a_whole_chain() {
    // It tells of a tip above the pin and knows of nothing there.
    let known = mine(2_200, 1, 1);
    let boaster = server(SourceKind::CoreRest, "x", known.up_to(300)).with(Fault::Boasts(5_000));
    let mut world = pinned(vec![boaster], &known);
    begin(&mut world);
    world.run_for(60_000);
    assert!(!world.failures().is_empty());
    assert!(world.source(&base_of(SourceKind::CoreRest, "x")).bytes < 2_000);
}

#[test]
fn mainnet_testnet4_and_signet_start_at_their_last_pins() {
    let engine = Engine::new();
    for (network, looked_back) in [("mainnet", 10), ("testnet4", 2_015), ("signet", 2_015)] {
        let (plan, last) = (engine.plan(network, None), built_in(network).iter().next_back().unwrap());
        assert_eq!(
            (plan.pin.as_ref(), plan.first, plan.last),
            (Some(last), last.height - looked_back, None),
            "{network}"
        );
    }
    for network in ["regtest", "nonet"] {
        assert_eq!(engine.plan(network, None).first, 0, "{network}");
    }
}

#[test]
fn what_a_liar_sends_below_the_pin_does_not_keep_the_truth_away() {
    let known = mine(2_200, 1, 1);
    for kind in SourceKind::ALL {
        // True headers, a height higher than they are; and ones that end where the pin would come.
        let mut above = known.headers.to_vec();
        above.insert(0, above[0]);
        let shifted = Known::of(above);
        let liar = server(kind, "liar", shifted);
        let mut world = pinned(vec![liar, server(SourceKind::Mempool, "honest", known.clone())], &known);
        world.servers[1].latency_ms = 1_000;
        begin(&mut world);
        world.reach(2_199, 300);
        assert!(
            matches!(world.standing(&base_of(kind, "liar")), Standing::Wrong { rule, .. } if rule == "pin"),
            "{kind:?}: {:?}",
            world.standing(&base_of(kind, "liar"))
        );
        assert_eq!((world.chain().unwrap().first_height, world.chain().unwrap().headers), (PIN as u32 - 10, 195));
        assert_eq!(world.standing(&base_of(SourceKind::Mempool, "honest")), &Standing::Agrees, "{kind:?}");
    }
    // One that stops a few headers before the pin.
    let stalls = server(SourceKind::HeaderFile, "liar", known.clone()).with(Fault::StallsAfter(400));
    let mut world = pinned(vec![stalls, server(SourceKind::Mempool, "honest", known.clone())], &known);
    begin(&mut world);
    world.reach(2_199, 300);
    assert_eq!(world.chain().unwrap().headers, 195);
}
