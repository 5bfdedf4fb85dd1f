//! The check from genesis: in the background beside a chain that starts at a pin, it takes that chain's place when it holds its
//! tip, is refused where it contradicts a pin, and counts for nothing when it is ended before.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/loopback.rs"]
mod loopback;
#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use loopback::Loopback;
use plimsoll::chain::{Header, Params, Pins, Target, TrustedHeader};
use plimsoll::client::LightClient;
use plimsoll::client::message::{
    Command, Config, Event, GenesisCheck, GenesisCheckState, HeaderSource, Material, SourceKind, SourceState, Standing,
    VerificationId,
};
use plimsoll::engine::Engine;
use servers::{Known, Server};
use world::{World, base_of};

const EPOCH: i64 = 1_794_800_000;
const PIN: usize = 2015;
const TIP: u32 = 2_199;

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

fn server(kind: SourceKind, name: &str, known: Known) -> Server {
    Server::new(kind, &base_of(kind, name), "regtest", known)
}

/// A world with two pins, whose chain from the last one on is in hand.
fn in_hand(servers: Vec<Server>, known: &Known) -> World {
    let pin = |at: usize| TrustedHeader {
        next_bits: Some(known.headers[at].bits),
        ..TrustedHeader::new(at as u32, known.hashes[at])
    };
    let mut engine = Engine::new();
    engine.set_network(Params::regtest(), Pins::new([pin(1_000), pin(PIN)]).unwrap());
    let headers = servers.iter().map(|server| HeaderSource::new(&server.network, server.kind, &server.base)).collect();
    let mut world = World::of(servers, EPOCH);
    world.client = LightClient::with_engine(Box::new(Loopback::to(engine)));
    world.tell(Command::Start { config: Config { headers, begin: vec!["regtest".into()], ..Config::default() } });
    world.reach(TIP, 300);
    assert_eq!(world.chain().unwrap().first_height, PIN as u32 - 10);
    world
}

fn network() -> String {
    "regtest".into()
}

fn begin(world: &mut World) {
    world.tell(Command::CheckFromGenesis { network: network() });
}

fn check(world: &World) -> Option<&GenesisCheck> {
    world.said.iter().rev().find_map(|(_, event)| match event {
        Event::GenesisCheck(check) => Some(check),
        _ => None,
    })
}

fn state(world: &World) -> Option<GenesisCheckState> {
    check(world).map(|check| check.state)
}

fn until(world: &mut World, wanted: GenesisCheckState, seconds: u64) {
    let end = world.now_ms + seconds * 1000;
    let done = world.run_until(end, |world| state(world) == Some(wanted));
    assert!(done, "not {wanted:?} after {seconds} s: {:?} {:?}", check(world), world.failures());
}

#[test]
fn the_chain_from_genesis_takes_the_place_of_the_one_from_a_pin() {
    let known = mine(TIP as usize + 1, 1, 1);
    for kind in SourceKind::ALL {
        let mut world = in_hand(vec![server(kind, "x", known.clone())], &known);
        begin(&mut world);
        until(&mut world, GenesisCheckState::Done, 300);
        let chain = world.chain().unwrap();
        assert_eq!((chain.first_height, chain.headers, chain.basis.as_str()), (0, u64::from(TIP) + 1, "genesis"));
        assert_eq!(chain.hash, known.hashes[TIP as usize].to_string(), "{kind:?}");
        let told = check(&world).unwrap();
        assert_eq!((told.height, told.target, &told.contradiction), (Some(TIP), Some(TIP), &None), "{kind:?}");
        assert_eq!((world.reorganized(), world.failures()), (vec![], vec![]), "nothing gave way: {kind:?}");
        // Nothing more is asked for it; newer blocks are found as before.
        let longer = mine(TIP as usize + 4, 1, 1);
        world.server(&base_of(kind, "x")).set_known(longer);
        world.tell(Command::RefreshHeaders);
        world.reach(TIP + 3, 100);
        assert_eq!((world.chain().unwrap().basis.as_str(), world.chain().unwrap().headers), ("genesis", 2_203));
        // Asked again, it is so already.
        begin(&mut world);
        until(&mut world, GenesisCheckState::Done, 1);
    }
}

#[test]
fn it_is_told_how_far_it_is_and_paused_and_resumed() {
    let known = mine(TIP as usize + 1, 1, 1);
    let mut world = in_hand(vec![server(SourceKind::Esplora, "x", known.clone())], &known);
    begin(&mut world);
    world.run_for(10_000);
    let told = check(&world).unwrap().clone();
    assert_eq!((told.state, told.target, told.source.is_some()), (GenesisCheckState::Running, Some(TIP), true));
    assert!(told.height.is_some_and(|height| (100..TIP).contains(&height)), "{told:?}");
    assert!(told.headers_per_second.is_some() && told.seconds_left.is_some(), "{told:?}");
    world.tell(Command::PauseGenesisCheck { network: network() });
    world.run_for(300);
    assert_eq!(state(&world), Some(GenesisCheckState::Paused));
    let asked = world.servers[0].asked.len();
    world.run_for(50_000);
    assert_eq!(world.servers[0].asked.len(), asked);
    assert!(world.chain().unwrap().basis.starts_with("trusted"), "half a check counts for nothing");
    let before = check(&world).unwrap().height;
    begin(&mut world);
    world.run_for(1_000);
    assert!(check(&world).unwrap().height >= before, "it goes on where it was");
    until(&mut world, GenesisCheckState::Done, 300);
    // Pages of ten, each once.
    let pages = world.servers[0].asked.iter().filter(|(_, url)| !url.contains("tip")).count();
    assert!(pages < 220 + 30, "{pages}");
    let told: Vec<u64> =
        world.said.iter().filter_map(|(at, event)| matches!(event, Event::GenesisCheck(_)).then_some(*at)).collect();
    assert!(told.windows(2).filter(|pair| pair[1] - pair[0] < 200).count() < 8, "too often");
}

#[test]
fn one_that_is_ended_counts_for_nothing_and_can_be_begun_anew() {
    let known = mine(TIP as usize + 1, 1, 1);
    for moment in [1, 60, 500, 3_000, 20_000, 40_000] {
        let mut world = in_hand(vec![server(SourceKind::Esplora, "x", known.clone())], &known);
        begin(&mut world);
        world.run_for(moment);
        world.tell(Command::StopGenesisCheck { network: network() });
        world.run_for(300);
        assert_eq!(state(&world), Some(GenesisCheckState::Stopped), "{moment}");
        assert_eq!(check(&world).unwrap().height, None, "what was verified is forgotten");
        let asked = world.servers[0].asked.len();
        world.run_for(40_000);
        assert_eq!((world.servers[0].asked.len(), world.chain().unwrap().first_height), (asked, PIN as u32 - 10));
        begin(&mut world);
        until(&mut world, GenesisCheckState::Done, 300);
        assert_eq!(world.chain().unwrap().basis, "genesis", "{moment}");
    }
}

#[test]
fn a_chain_that_contradicts_a_pin_is_refused_and_told_of() {
    let (known, other) = (mine(TIP as usize + 1, 1, 1), mine(1_300, 900, 2));
    // True where the chain in hand starts, another chain below.
    let mut stitched = other.headers.to_vec();
    stitched.extend_from_slice(&known.headers[stitched.len()..]);
    // A run in the compact form follows itself, and has no room for this.
    for kind in [SourceKind::HeaderFile, SourceKind::Electrum, SourceKind::BlockDn] {
        let mut world = in_hand(vec![server(kind, "liar", Known::of(stitched.clone()))], &known);
        begin(&mut world);
        until(&mut world, GenesisCheckState::Stalled, 300);
        let told = check(&world).unwrap();
        let found = told.contradiction.as_ref().expect("is told");
        assert_eq!((found.height, &found.source), (1_000, &base_of(kind, "liar")), "{kind:?}");
        assert_eq!(found.expected, known.hashes[1_000].to_string(), "{kind:?}");
        assert_eq!(found.found, other.hashes[1_000].to_string(), "{kind:?}");
        assert_eq!(world.chain().unwrap().hash, known.hashes[TIP as usize].to_string(), "nothing is replaced");
        assert!(world.chain().unwrap().basis.starts_with("trusted"));
        world.run_for(600);
        let liar = world.source(&base_of(kind, "liar"));
        assert!(matches!(&liar.standing, Standing::Wrong { rule, height: Some(1_000), .. } if rule == "pin"));
        assert_eq!(liar.state, SourceState::SetAside);
        // Another source has the true one.
        let honest = HeaderSource::new("regtest", SourceKind::CoreRest, "https://honest.example/api");
        world.servers.push(Server::new(honest.kind, &honest.url, "regtest", known.clone()));
        world.tell(Command::AddSource { source: honest });
        until(&mut world, GenesisCheckState::Done, 300);
        assert!(check(&world).unwrap().contradiction.is_some(), "what was found is not forgotten");
        assert_eq!(world.chain().unwrap().basis, "genesis");
    }
}

#[test]
fn a_verification_is_not_kept_waiting_and_nothing_is_fetched_beside_it() {
    let known = mine(TIP as usize + 1, 1, 1);
    let mut world = in_hand(vec![server(SourceKind::Esplora, "x", known.clone())], &known);
    begin(&mut world);
    world.run_for(5_000);
    let asked = world.servers[0].asked.len();
    // Its policy is fetched for so long from a source that says nothing.
    world.tell(Command::BeginSync { network: "signet".into() });
    let silent = HeaderSource::new("signet", SourceKind::CoreRest, "https://silent.example/api");
    world.servers.push(
        Server::new(silent.kind, &silent.url, "signet", Known::of(vec![*Params::signet().genesis()]))
            .with(servers::Fault::Silent),
    );
    world.tell(Command::AddSource { source: silent });
    world.run_for(10_000);
    assert!(world.servers[0].asked.len() <= asked + 1, "a chain that somebody waits for comes first");
    world.tell(Command::CancelSync { network: "signet".into() });
    let began = world.now_ms;
    let material = vec![Material::Link { text: "#/v/1.AA".into() }];
    world.tell(Command::Verify { id: VerificationId(1), material });
    let over = |world: &World| {
        world.said.iter().any(|(_, event)| matches!(event, Event::Verdict { .. } | Event::Refused { .. }))
    };
    assert!(world.run_until(began + 10, over), "it is answered at once");
    until(&mut world, GenesisCheckState::Done, 300);
}

#[test]
fn without_a_chain_in_hand_all_that_sources_have_is_checked() {
    let known = mine(300, 1, 1);
    let mut world = World::of(vec![server(SourceKind::CoreRest, "x", known.clone())], EPOCH);
    let source = HeaderSource::new("regtest", SourceKind::CoreRest, &base_of(SourceKind::CoreRest, "x"));
    world.tell(Command::Start { config: Config { headers: vec![source], ..Config::default() } });
    begin(&mut world);
    until(&mut world, GenesisCheckState::Done, 30);
    assert_eq!((world.chain().unwrap().height, world.chain().unwrap().basis.as_str()), (299, "genesis"));
    // Without a source there is nothing to check, and a network that is none is passed over.
    let mut world = World::of(vec![], EPOCH);
    world.tell(Command::Start { config: Config::default() });
    begin(&mut world);
    world.tell(Command::CheckFromGenesis { network: "nonet".into() });
    until(&mut world, GenesisCheckState::Stalled, 5);
    world.run_for(3_600_000);
    assert_eq!(state(&world), Some(GenesisCheckState::Stalled));
}
