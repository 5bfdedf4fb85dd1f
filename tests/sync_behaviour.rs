//! Several sources side by side in simulated time: who is believed (nobody), who is named, and what the reader can do.
#![cfg(not(target_arch = "wasm32"))]

#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use plimsoll::chain::{Header, Params, Target};
use plimsoll::client::LightClient;
use plimsoll::client::import::SLICE;
use plimsoll::client::message::{
    Command, Config, Event, FetchHead, HeaderSource, Input, Material, Output, SourceKind, SourceState, Stage, Standing,
    SyncState, VerificationId, WaitReason,
};
use plimsoll::client::sync::QUEUE_BYTES;
use plimsoll::client::sync::arrivals::GRACE_MS;
use plimsoll::time::UnixTime;
use servers::{Fault, Known, Server};
use world::{World, base_of};

const EPOCH: i64 = 1_794_800_000;
const HOUR_MS: u64 = 3_600_000;

/// Regtest headers, `step` seconds apart; other ones for each tag from a height on.
fn mine(count: usize, step: u32, from: usize, tag: u8) -> Known {
    let mut headers = vec![*Params::regtest().genesis()];
    while headers.len() < count {
        let parent = headers[headers.len() - 1];
        let merkle_root = if headers.len() >= from { [tag; 32] } else { [0; 32] };
        let (previous, time) = (parent.hash(), parent.time + step);
        let template = Header { version: 4, previous, time, nonce: 0, merkle_root, ..parent };
        let target = template.bits.decode(Target::MAX).unwrap();
        headers.push((0..).map(|nonce| Header { nonce, ..template }).find(|h| target.admits(&h.hash().0)).unwrap());
    }
    Known::of(headers)
}

fn server(kind: SourceKind, name: &str, known: Known) -> Server {
    Server::new(kind, &base_of(kind, name), "regtest", known)
}

fn network() -> String {
    "regtest".into()
}

#[test]
fn the_best_suited_source_gives_and_the_others_are_compared() {
    let known = mine(1_200, 600, 1, 1);
    let kinds = [SourceKind::Esplora, SourceKind::Mempool, SourceKind::CoreRest, SourceKind::Compact];
    let mut servers: Vec<Server> =
        kinds.iter().map(|kind| server(*kind, &format!("{kind:?}").to_lowercase(), known.clone())).collect();
    // The best one is the slowest to say its tip.
    servers[3].latency_ms = 700;
    servers[0].known = known.up_to(1_190);
    let mut world = World::started(servers, EPOCH);
    world.complete_within(60);
    world.run_for(1_000);
    let given: Vec<u64> = world.sources().iter().map(|status| status.headers).collect();
    assert_eq!(given, [0, 0, 0, 1_200]);
    let standings: Vec<&Standing> = world.sources().iter().map(|status| &status.standing).collect();
    assert_eq!(standings, [&Standing::Behind { blocks: 9 }, &Standing::Agrees, &Standing::Agrees, &Standing::Agrees]);
    let mempool = &world.sources()[1];
    assert_eq!(
        mempool.forks.iter().map(|fork| (fork.height, fork.in_hand)).collect::<Vec<_>>(),
        [(1_199, true), (1_198, false)]
    );
    let behind = &world.sources()[0];
    assert_eq!(behind.common.as_ref().map(|common| common.height), Some(1_190));
    assert_eq!(behind.tip.as_ref().map(|tip| (tip.height, tip.verified)), Some((1_190, true)));
    assert_eq!(world.sources()[3].latency_ms, Some(700));
}

#[test]
fn a_source_that_stays_behind_withholds_after_the_grace_and_not_before() {
    let known = mine(300, 600, 1, 1);
    let (honest, late) = (base_of(SourceKind::CoreRest, "honest"), base_of(SourceKind::Esplora, "late"));
    let servers = vec![
        server(SourceKind::CoreRest, "honest", known.clone()),
        server(SourceKind::Esplora, "late", known.up_to(290)),
    ];
    let mut world = World::started(servers, EPOCH);
    world.complete_within(60);
    for minute in 1..=12 {
        world.run_to(minute * 60_000);
        world.tell(Command::RefreshHeaders);
        world.run_for(2_000);
        let withholds = matches!(world.standing(&late), Standing::Withholds { blocks: 9, .. });
        assert_eq!(withholds, minute * 60_000 > GRACE_MS, "minute {minute}: {:?}", world.standing(&late));
        assert_eq!(world.standing(&honest), &Standing::Agrees);
    }
    world.server(&late).set_known(known);
    world.tell(Command::RefreshHeaders);
    world.run_for(2_000);
    assert_eq!(world.standing(&late), &Standing::Agrees);
}

#[test]
fn the_most_work_wins_whoever_gave_it_and_the_other_stays_a_fork() {
    let (short, long) = (mine(120, 600, 100, 1), mine(125, 600, 100, 2));
    let (a, b) = (base_of(SourceKind::Electrum, "a"), base_of(SourceKind::Compact, "b"));
    for order in [[0, 1], [1, 0]] {
        let both = [server(SourceKind::Electrum, "a", short.clone()), server(SourceKind::Compact, "b", long.clone())];
        let mut both: Vec<Option<Server>> = both.into_iter().map(Some).collect();
        let mut world = World::started(order.map(|at| both[at].take().expect("once")).into(), EPOCH);
        world.complete_within(60);
        world.run_for(1_000);
        assert_eq!(world.chain().map(|chain| chain.hash.clone()), Some(long.hashes[124].to_string()));
        assert_eq!((world.standing(&a), world.standing(&b)), (&Standing::Fork { blocks: 20 }, &Standing::Agrees));
        assert_eq!(world.source(&a).common.as_ref().map(|common| common.height), Some(99));
        assert_eq!(world.failures(), []);
    }
}

#[test]
fn a_boast_counts_for_nothing_once_it_is_not_kept() {
    let known = mine(50, 600, 1, 1);
    for kind in [SourceKind::CoreRest, SourceKind::Esplora, SourceKind::BlockDn, SourceKind::Compact] {
        let boaster = base_of(kind, "boaster");
        let servers = vec![
            server(kind, "boaster", known.up_to(40)).with(Fault::Boasts(1_000_000)),
            server(SourceKind::Electrum, "honest", known.clone()),
        ];
        let mut world = World::started(servers, EPOCH);
        world.reach(49, 200);
        world.complete_within(200);
        let named = world.failures().iter().any(|(source, detail)| *source == boaster && detail.contains("1000040"));
        assert!(named, "{kind:?}: {:?}", world.failures());
        assert_eq!(world.sync().and_then(|sync| sync.claimed), Some(49), "{kind:?}");
    }
}

#[test]
fn headers_too_new_wait_for_the_clock_and_are_not_held_against_their_source() {
    let known = mine(40, 600, 1, 1);
    let tip_time = i64::from(known.headers[39].time);
    let base = base_of(SourceKind::CoreRest, "x");
    // The reader's clock is three hours slow: the last six headers are out of its reach.
    let mut world = World::started(vec![server(SourceKind::CoreRest, "x", known)], tip_time - 3 * 3_600);
    world.run_for(2_000);
    let reached = world.sync().unwrap().height.expect("some");
    assert_eq!(i64::from(reached), 39 - 6, "an hour of ten minutes each");
    let state = world.source(&base).state.clone();
    let SourceState::Waiting { until, reason: WaitReason::TooNew, .. } = state else { panic!("{state:?}") };
    assert_eq!(until, i64::from(Params::regtest().genesis().time) + 34 * 600 - 2 * 3_600);
    assert!(!matches!(world.standing(&base), Standing::Wrong { .. }));
    assert_ne!(world.sync().unwrap().state, SyncState::Complete, "told of, and not in hand");
    world.run_for(HOUR_MS + 60_000);
    assert_eq!((world.sync().unwrap().height, &world.sync().unwrap().state), (Some(39), &SyncState::Complete));
}

#[test]
fn paused_resumed_and_cancelled_at_every_moment() {
    let known = mine(3_000, 600, 1, 1);
    for kind in SourceKind::ALL {
        for moment in [0, 30, 51, 60, 102, 104, 110, 160, 210, 260] {
            let base = base_of(kind, "x");
            let mut world = World::started(vec![server(kind, "x", known.clone())], EPOCH);
            world.run_for(moment);
            world.tell(Command::PauseSync { network: network() });
            world.run_for(1_000);
            let (asked, height) = (world.server(&base).asked.len(), world.sync().unwrap().height);
            assert_eq!(world.sync().unwrap().state, SyncState::Paused, "{kind:?} {moment}");
            world.run_for(HOUR_MS);
            assert_eq!(
                (world.server(&base).asked.len(), world.sync().unwrap().height),
                (asked, height),
                "it asks nothing"
            );
            assert_eq!((world.source(&base).state.clone(), world.failures()), (SourceState::Off, vec![]));
            world.tell(Command::ResumeSync { network: network() });
            world.run_for(60);
            world.tell(Command::CancelSync { network: network() });
            world.run_for(HOUR_MS);
            let sync = world.sync().unwrap().clone();
            assert_eq!(sync.state, SyncState::Cancelled, "{kind:?} {moment}: never complete");
            let told = world
                .said
                .iter()
                .any(|(_, event)| matches!(event, Event::Sync(sync) if sync.state == SyncState::Complete));
            assert!(!told || sync.height == Some(2_999), "complete was said of {:?}", sync.height);
            // What is in hand is a chain up to a height, each header of it verified.
            assert_eq!(world.chain().map(|chain| chain.height), sync.height);
            world.tell(Command::BeginSync { network: network() });
            world.reach(2_999, 200);
            assert_eq!(world.sync().unwrap().state, SyncState::Complete);
        }
    }
}

#[test]
fn a_source_is_held_back_until_what_it_sent_is_judged() {
    let known = mine(30_000, 1, 1, 1);
    let bytes: Vec<u8> = known.headers.iter().flat_map(Header::encode).collect();
    let (mut client, now) = (LightClient::new(), UnixTime(EPOCH));
    let config =
        Config { headers: vec![HeaderSource::file("regtest", "x")], begin: vec![network()], ..Config::default() };
    client.handle_input(Input::Command(Command::Start { config }), now);
    let outputs = |client: &mut LightClient| -> Vec<Output> { std::iter::from_fn(|| client.poll_output()).collect() };
    let fetch = outputs(&mut client).into_iter().find_map(|output| match output {
        Output::Fetch { request, in_parts: true, .. } => Some(request),
        _ => None,
    });
    let request = fetch.expect("the file is asked for in parts");
    client.handle_input(Input::FetchHead { request, head: FetchHead::default() }, now);
    client.handle_input(Input::FetchedPart { request, bytes: bytes[..2 * QUEUE_BYTES].to_vec() }, now);
    let mut slices = 1;
    let reads_on = |outputs: &[Output]| outputs.contains(&Output::ReadOn { request });
    while !reads_on(&outputs(&mut client)) {
        client.handle_input(Input::Tick, now);
        slices += 1;
        assert!(slices < 100, "it is never asked on");
    }
    // Each slice is some milliseconds of work, and messages are let in between two of them.
    assert_eq!(slices, (2 * QUEUE_BYTES / 80).div_ceil(SLICE));
    // A small part leaves room at once.
    client.handle_input(
        Input::FetchedPart { request, bytes: bytes[2 * QUEUE_BYTES..2 * QUEUE_BYTES + 4_000].to_vec() },
        now,
    );
    assert!(reads_on(&outputs(&mut client)));
}

#[test]
fn progress_is_told_with_the_height_the_rate_and_the_time_left() {
    let known = mine(40_000, 1, 1, 1);
    let mut file = server(SourceKind::HeaderFile, "x", known);
    file.latency_ms = 1;
    let mut world = World::started(vec![file], EPOCH);
    world.reach(39_999, 200);
    let told: Vec<_> = world
        .said
        .iter()
        .filter_map(|(at, event)| if let Event::Sync(sync) = event { Some((at, sync)) } else { None })
        .collect();
    let running: Vec<_> = told.iter().filter(|(_, sync)| sync.headers_per_second.is_some()).collect();
    assert!(!running.is_empty(), "{told:?}");
    for (_, sync) in running {
        assert_eq!(
            (&sync.state, sync.claimed, sync.source.as_deref()),
            (&SyncState::Running, Some(39_999), Some("https://x.example/all.headers"))
        );
        // 500 headers come in ten milliseconds.
        let rate = sync.headers_per_second.expect("a rate");
        assert!((40_000..60_000).contains(&rate), "{rate}");
        let left = u64::from(39_999 - sync.height.expect("some"));
        assert_eq!(sync.seconds_left, Some(left.div_ceil(u64::from(rate))));
    }
    assert!(told.windows(2).all(|pair| pair[1].0 - pair[0].0 >= 250), "at most four times a second");
}

#[test]
fn a_verification_waits_for_its_network_and_is_told_how_far_it_is() {
    let known = mine(3_000, 600, 1, 1);
    let note = || vec![Material::File { name: "note.txt".into(), bytes: b"a note".to_vec() }];
    let mut world = World::started(vec![server(SourceKind::Esplora, "x", known)], EPOCH);
    world.tell(Command::Verify { id: VerificationId(1), material: note() });
    world.run_for(20_000);
    let over = |world: &World| world.said.iter().any(|(_, event)| matches!(event, Event::Refused { .. }));
    let told: Vec<u64> = world
        .said
        .iter()
        .filter_map(|(_, event)| match event {
            Event::Progress { stage: Stage::VerifyingHeaders { done, total: 3_000, .. }, .. } => Some(*done),
            _ => None,
        })
        .collect();
    assert!(!over(&world) && told.len() > 10 && told.is_sorted(), "{told:?}");
    world.tell(Command::PauseSync { network: network() });
    world.run_for(1_000);
    assert!(over(&world), "what is paused is not waited for");
}

#[test]
fn an_alarm_comes_when_blocks_do_not_and_ends_when_they_do() {
    // Testnet4 allows headers of least difficulty; a handful are mined here on its genesis, far below any pin.
    let params = Params::named("signet").unwrap();
    let genesis = Known::of(vec![*params.genesis()]);
    let base = base_of(SourceKind::CoreRest, "x");
    let began = i64::from(params.genesis().time);
    let mut world = World::of(vec![Server::new(SourceKind::CoreRest, &base, "signet", genesis)], began + 60);
    let headers = vec![HeaderSource::new("signet", SourceKind::CoreRest, &base)];
    world.tell(Command::Start { config: Config { headers, begin: vec!["signet".into()], ..Config::default() } });
    let alarms = |world: &World| -> Vec<(u64, Option<u64>)> {
        let alarm = |(at, event): &(u64, Event)| match event {
            Event::NoBlock { alarm, .. } => Some((*at / 1000, alarm.as_ref().map(|alarm| alarm.once_in))),
            _ => None,
        };
        world.said.iter().filter_map(alarm).collect()
    };
    world.run_for(91 * 60_000);
    assert_eq!(alarms(&world), [], "an hour and a half is nothing rare");
    world.run_for(HOUR_MS);
    assert_eq!(alarms(&world), [(5527 - 60, Some(10_000)), (6908 - 60, Some(100_000)), (8290 - 60, Some(1_000_000))]);
    world.tell(Command::CancelSync { network: "signet".into() });
    assert_eq!(alarms(&world).last().map(|(_, alarm)| *alarm), Some(None), "what is not synced raises no alarm");
}

#[test]
fn a_cancelled_verification_stops_its_file_and_is_no_complete_import() {
    let known = mine(10_000, 600, 1, 1);
    let bytes: Vec<u8> = known.headers.iter().flat_map(Header::encode).collect();
    let (mut client, now) = (LightClient::new(), UnixTime(EPOCH));
    let id = VerificationId(5);
    let material = vec![Material::File { name: "regtest-0.headers".into(), bytes }];
    client.handle_input(Input::Command(Command::Verify { id, material }), now);
    client.handle_input(Input::Tick, now);
    client.handle_input(Input::Command(Command::Cancel { id }), now);
    for _ in 0..50 {
        client.handle_input(Input::Tick, now);
    }
    let mut heights = vec![];
    while let Some(output) = client.poll_output() {
        match output {
            Output::Event(Event::Chain(chain)) => heights.push(chain.height),
            Output::Event(Event::Verdict { .. } | Event::Refused { .. }) => panic!("it was cancelled"),
            _ => {}
        }
    }
    assert_eq!(heights, [3_999], "two slices, and nothing after");
}

#[test]
fn a_source_turned_off_is_not_asked_and_turned_on_is_asked_anew() {
    let known = mine(30, 600, 1, 1);
    let base = base_of(SourceKind::Esplora, "x");
    let mut world = World::started(vec![server(SourceKind::Esplora, "x", known).with(Fault::Misnamed(5))], EPOCH);
    world.run_for(10_000);
    assert_eq!(world.source(&base).state, SourceState::SetAside);
    let enable =
        |enabled| Command::EnableSource { network: network(), url: base_of(SourceKind::Esplora, "x"), enabled };
    world.tell(enable(false));
    world.run_for(10_000);
    assert_eq!(world.source(&base).state, SourceState::Off);
    let asked = world.server(&base).asked.len();
    world.run_for(HOUR_MS);
    assert_eq!(world.server(&base).asked.len(), asked);
    world.server(&base).fault = Fault::None;
    world.tell(enable(true));
    world.reach(29, 60);
    assert_eq!(world.standing(&base), &Standing::Agrees);
    world.tell(Command::RemoveSource { network: network(), url: base.clone() });
    world.run_for(1_000);
    assert_eq!((world.sources().len(), world.chain().map(|chain| chain.height)), (0, Some(29)), "headers stay");
}
