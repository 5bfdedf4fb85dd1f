//! Every kind of source in simulated time: real headers come out of each as they are, and what is wrong with an answer is
//! found and named, whatever the kind.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use common::{counted, data_dir, read};
use plimsoll::chain::{Header, HeaderTree, Params, Pins, Target};
use plimsoll::client::message::{
    Command, Config, Event, HeaderSource, SourceKind, SourceState, Standing, SyncState, WaitReason,
};
use plimsoll::time::UnixTime;
use servers::{Fault, Known, Server};
use world::{World, base_of};

/// A clock after every header used here: 16 November 2026.
const EPOCH: i64 = 1_794_800_000;

/// Headers of the regtest network, mined on the spot, a block every ten minutes; other ones for each tag from a height on.
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

#[test]
fn real_headers_come_out_of_every_kind_as_they_are() {
    let Some(dir) = data_dir() else { return };
    let mut cases = 0;
    for (network, file) in [
        ("mainnet", "mainnet-0-32260.headers"),
        ("testnet3", "testnet3-0-9999.headers"),
        ("testnet4", "testnet4-0-100.headers"),
        ("signet", "signet-0-2016.headers"),
    ] {
        let bytes = read(&dir.join("headers"), file);
        let params = Params::named(network).unwrap();
        let direct = HeaderTree::from_run(params, 0, &bytes, Pins::none(), UnixTime(EPOCH)).expect("a valid run");
        let known = Known::from_bytes(&bytes);
        for kind in SourceKind::ALL {
            for lists in [false, true] {
                if lists && kind != SourceKind::Electrum {
                    continue;
                }
                let base = base_of(kind, "source");
                let mut server = Server::new(kind, &base, network, known.clone());
                server.lists = lists;
                let mut world = World::started(vec![server], EPOCH);
                world.complete_within(3_000);
                world.run_for(600);
                let chain = world.chain().expect("a chain").clone();
                let told = (chain.height, chain.hash, chain.headers, chain.first_height);
                let tip = direct.tip();
                assert_eq!(
                    told,
                    (tip.height, tip.hash.to_string(), direct.header_count() as u64, 0),
                    "{network} {kind:?}"
                );
                let status = world.source(&base);
                assert_eq!(status.standing, Standing::Agrees, "{network} {kind:?}");
                assert_eq!((status.headers, status.state.clone()), (direct.header_count() as u64, SourceState::Idle));
                assert!(
                    status.latency_ms.is_some_and(|latency| (50..=60).contains(&latency)),
                    "{:?}",
                    status.latency_ms
                );
                assert_eq!(world.failures(), [], "{network} {kind:?}");
                // These tips are years old: either all of the network is silent, or the source is.
                let alarm = world.said.iter().any(|(_, event)| matches!(event, Event::NoBlock { alarm: Some(_), .. }));
                assert!(alarm, "{network} {kind:?}");
                cases += 1;
            }
        }
    }
    counted("runs of headers through kinds of sources", cases);
}

#[test]
fn a_chain_in_hand_is_extended_and_nothing_is_sent_twice() {
    for kind in SourceKind::ALL {
        let (known, base) = (mine(3_100, 1, 1), base_of(kind, "x"));
        let mut world = World::started(vec![server(kind, "x", known.up_to(2_500))], EPOCH);
        world.reach(2_500, 2_000);
        let before = world.source(&base).bytes;
        world.server(&base).set_known(known);
        world.tell(Command::RefreshHeaders);
        world.reach(3_099, 2_000);
        let sent = world.source(&base).bytes - before;
        // The most wordy kind takes some 500 bytes a header.
        assert!(sent < 599 * 700 + 3_000, "{kind:?}: {sent} bytes for 599 headers");
        assert_eq!((world.standing(&base), world.failures()), (&Standing::Agrees, vec![]), "{kind:?}");
    }
}

#[test]
fn a_fork_is_fetched_from_the_last_common_header_on() {
    for kind in SourceKind::ALL {
        // The same to height 89, then its own.
        let (trunk, fork) = (mine(120, 90, 1), mine(130, 90, 2));
        let base = base_of(kind, "x");
        let mut world = World::started(vec![server(kind, "x", trunk)], EPOCH);
        world.reach(119, 100);
        world.server(&base).set_known(fork.clone());
        world.tell(Command::RefreshHeaders);
        world.reach(129, 100);
        let [told] = world.reorganized()[..] else { panic!("{kind:?}: {:?}", world.reorganized()) };
        assert_eq!((told.common.height, told.disconnected, told.from.height), (89, 30, 119), "{kind:?}");
        // It is told when the work is more, which may be before the last page.
        let to = &told.to;
        assert!((31..=40).contains(&told.connected) && to.height == 89 + told.connected, "{kind:?}: {told:?}");
        assert_eq!((&told.source, &to.hash), (&base, &fork.hashes[to.height as usize].to_string()));
        assert_eq!(world.failures(), [], "{kind:?}");
        assert_eq!(world.standing(&base), &Standing::Agrees);
    }
}

#[test]
fn what_is_no_answer_is_named_and_waited_for_and_the_next_source_gives() {
    let known = mine(2_050, 1, 1);
    let http = |kind: &SourceKind| *kind != SourceKind::Electrum;
    let file = |kind: &SourceKind| matches!(kind, SourceKind::HeaderFile | SourceKind::BlockDn | SourceKind::Compact);
    let all = SourceKind::ALL;
    let mut cases: Vec<(SourceKind, Fault, &str)> = vec![];
    cases.extend(all.map(|kind| (kind, Fault::Silent, "20000 ms")));
    cases.extend(all.map(|kind| (kind, Fault::Html, "expected")));
    cases.extend(all.into_iter().filter(http).map(|kind| (kind, Fault::Status(500), "status 500")));
    cases.extend(
        all.into_iter()
            .filter(file)
            .filter(|kind| *kind == SourceKind::HeaderFile)
            .map(|kind| (kind, Fault::HtmlAsBytes, "page of text")),
    );
    cases.extend(all.into_iter().filter(file).map(|kind| (kind, Fault::StallsAfter(24_000), "20000 ms")));
    for kind in [SourceKind::HeaderFile, SourceKind::BlockDn, SourceKind::CoreRest, SourceKind::Electrum] {
        cases.push((kind, Fault::ByteTooMany, "expected"));
    }
    for kind in
        [SourceKind::BlockDn, SourceKind::CoreRest, SourceKind::Electrum, SourceKind::Esplora, SourceKind::Mempool]
    {
        cases.push((kind, Fault::HeaderTooMany, "expected"));
    }
    cases.push((SourceKind::Electrum, Fault::Refuses, "excessive resource usage"));
    for (kind, fault, said) in cases {
        let bad = base_of(kind, "bad");
        let servers =
            vec![server(kind, "bad", known.clone()).with(fault), server(SourceKind::CoreRest, "good", known.clone())];
        let mut world = World::started(servers, EPOCH);
        world.reach(2_049, 200);
        world.run_for(30_000);
        let named = world.failures().into_iter().filter(|(source, _)| *source == bad).map(|(_, detail)| detail);
        let named: Vec<&str> = named.collect();
        // A source from which nothing is needed any more may have had no occasion to fail.
        if named.is_empty() {
            assert!(
                matches!(fault, Fault::HeaderTooMany | Fault::ByteTooMany | Fault::StallsAfter(_)),
                "{kind:?} {fault:?}"
            );
            let alone = server(kind, "bad", known.clone()).with(fault);
            world = World::started(vec![alone], EPOCH);
            world.run_for(60_000);
        }
        let detail =
            world.failures().into_iter().find(|(source, _)| *source == bad).map(|(_, detail)| detail.to_owned());
        let detail = detail.unwrap_or_else(|| panic!("{kind:?} {fault:?}: nothing is said of it"));
        assert!(detail.contains(said), "{kind:?} {fault:?}: {detail}");
        // An answer in the right form, later, mends it: pages of text come from networks that ask for a login, too.
        let wrong = world.said.iter().any(|(_, event)| match event {
            Event::Sources { sources } => sources.iter().any(|status| {
                status.source.url == bad && matches!(&status.standing, Standing::Wrong { rule, .. } if rule == "form")
            }),
            _ => false,
        });
        let form = matches!(fault, Fault::Html | Fault::HtmlAsBytes | Fault::ByteTooMany | Fault::HeaderTooMany);
        assert_eq!(wrong, form, "{kind:?} {fault:?}: {:?}", world.standing(&bad));
        assert!(
            !matches!(world.source(&bad).state, SourceState::SetAside),
            "nothing wrong was proved: {kind:?} {fault:?}"
        );
    }
}

#[test]
fn a_wrong_header_sets_its_source_aside_and_what_came_before_stays() {
    let known = mine(60, 1, 1);
    for kind in SourceKind::ALL {
        let mut headers = known.headers.to_vec();
        // Another bits, with all the work it states: only the rule finds it.
        headers[40].bits.0 = 0x207f_fffe;
        let target = headers[40].bits.decode(Target::MAX).unwrap();
        while !target.admits(&headers[40].hash().0) {
            headers[40].nonce += 1;
        }
        for at in 41..60 {
            headers[at].previous = headers[at - 1].hash();
            while !headers[at].bits.decode(Target::MAX).unwrap().admits(&headers[at].hash().0) {
                headers[at].nonce += 1;
            }
        }
        let (liar, base) = (Known::of(headers), base_of(kind, "liar"));
        let mut world = World::started(vec![server(kind, "liar", liar)], EPOCH);
        world.run_for(30_000);
        assert_eq!(world.sync().unwrap().height, Some(39), "{kind:?}");
        let Standing::Wrong { rule, height, detail } = world.standing(&base) else {
            panic!("{:?}", world.standing(&base))
        };
        assert_eq!((rule.as_str(), *height), ("required-bits", Some(40)), "{kind:?}: {detail}");
        assert_eq!(world.source(&base).state, SourceState::SetAside);
        assert_eq!((world.source(&base).headers, world.failures().len()), (40, 1), "{kind:?}");
        assert_ne!(world.sync().unwrap().state, SyncState::Complete);
        let asked = world.server(&base).asked.len();
        world.tell(Command::RefreshHeaders);
        world.run_for(3_600_000);
        assert_eq!(world.server(&base).asked.len(), asked, "one set aside is not asked again");
        let honest = HeaderSource::new("regtest", SourceKind::CoreRest, "https://honest.example/api");
        world.servers.push(Server::new(honest.kind, &honest.url, "regtest", known.clone()));
        world.tell(Command::AddSource { source: honest });
        world.reach(59, 60);
        assert_eq!(world.sync().unwrap().state, SyncState::Complete, "{kind:?}");
        assert!(matches!(world.standing(&base), Standing::Wrong { .. }), "what it did is not forgotten");
    }
}

#[test]
fn a_block_named_otherwise_than_it_hashes_is_no_block() {
    for kind in [SourceKind::Esplora, SourceKind::Mempool] {
        let (known, base) = (mine(60, 1, 1), base_of(kind, "x"));
        let mut world = World::started(vec![server(kind, "x", known).with(Fault::Misnamed(25))], EPOCH);
        world.run_for(60_000);
        assert!(world.sync().unwrap().height.is_some_and(|height| height < 25));
        let Standing::Wrong { rule, height, detail } = world.standing(&base) else { panic!("{kind:?}") };
        assert_eq!((rule.as_str(), *height, &world.source(&base).state), ("form", Some(25), &SourceState::SetAside));
        assert!(detail.contains("hash to"), "{detail}");
    }
}

#[test]
fn pages_of_another_length_are_read_too() {
    let known = mine(60, 1, 1);
    for (kind, at_once) in
        [(SourceKind::Esplora, 3), (SourceKind::Mempool, 1), (SourceKind::Electrum, 7), (SourceKind::BlockDn, 9)]
    {
        let mut server = server(kind, "x", known.clone());
        server.at_once = at_once;
        let mut world = World::started(vec![server], EPOCH);
        world.reach(59, 100);
        assert_eq!(world.failures(), [], "{kind:?}");
    }
}

#[test]
fn a_range_may_be_answered_with_the_whole_or_not_be_allowed() {
    let known = mine(1_500, 1, 1);
    for (kind, fault) in [
        (SourceKind::HeaderFile, Fault::IgnoresRanges),
        (SourceKind::BlockDn, Fault::IgnoresRanges),
        (SourceKind::BlockDn, Fault::RefusesRanges),
    ] {
        let base = base_of(kind, "x");
        let mut world = World::started(vec![server(kind, "x", known.up_to(1_400)).with(fault)], EPOCH);
        world.reach(1_400, 100);
        world.server(&base).set_known(known.clone());
        world.tell(Command::RefreshHeaders);
        world.reach(1_499, 100);
        assert_eq!((world.failures(), world.standing(&base)), (vec![], &Standing::Agrees), "{kind:?} {fault:?}");
    }
}

#[test]
fn a_busy_server_is_asked_less_often_and_goes_on_where_it_was() {
    for kind in [SourceKind::Esplora, SourceKind::CoreRest, SourceKind::BlockDn, SourceKind::HeaderFile] {
        let base = base_of(kind, "x");
        for (retry_after, waits) in [(None, [5_000, 10_000]), (Some(30), [30_000, 30_000])] {
            let busy = server(kind, "x", mine(30, 1, 1)).with(Fault::Busy(2, retry_after));
            let mut world = World::started(vec![busy], EPOCH);
            world.run_for(1_000);
            let state = world.source(&base).state.clone();
            assert!(matches!(state, SourceState::Waiting { reason: WaitReason::TooManyRequests, .. }), "{state:?}");
            world.reach(29, 200);
            let asked: Vec<u64> = world.server(&base).asked.iter().map(|(at, _)| *at).take(3).collect();
            let between = [asked[1] - asked[0], asked[2] - asked[1]];
            assert!(between.iter().zip(waits).all(|(found, wait)| (wait..wait + 200).contains(found)), "{between:?}");
        }
    }
}

#[test]
fn nobody_is_asked_more_than_five_times_a_second_except_near() {
    for (base, most, least) in [("https://far.example/api", 5, 4), ("http://127.0.0.1:3000", 40, 10)] {
        let mut far = Server::new(SourceKind::Esplora, base, "regtest", mine(400, 1, 1));
        far.latency_ms = 25;
        let mut world = World::started(vec![far], EPOCH);
        world.reach(399, 100);
        let asked: Vec<u64> = world.server(base).asked.iter().map(|(at, _)| *at).collect();
        let in_a_second = |from: u64| asked.iter().filter(|at| (from..from + 1_000).contains(*at)).count();
        let greatest = asked.iter().map(|at| in_a_second(*at)).max().unwrap();
        assert!((least..=most).contains(&greatest), "{base}: {greatest}");
    }
}

#[test]
fn nothing_but_what_was_configured_is_asked_and_by_default_only_the_own_origin() {
    // What the page starts with when the reader has configured nothing.
    let own = HeaderSource::file("regtest", "sample/chain.headers");
    let server = Server::new(own.kind, &own.url, "regtest", mine(30, 1, 1));
    let mut world = World::of(vec![server], EPOCH);
    let config = Config { headers: vec![own.clone()], begin: vec!["regtest".into()], ..Config::default() };
    world.tell(Command::Start { config });
    // A command for a network without sources asks nobody; the world panics at any other address.
    world.tell(Command::BeginSync { network: "mainnet".into() });
    world.run_for(24 * 3_600_000);
    assert_eq!(world.server(&own.url).asked.len(), 1, "regtest has no blocks of itself to look for");
    assert_eq!(world.source(&own.url).standing, Standing::Agrees);
    for url in ["http://plain.example/api", "//x.example/", "ftp://x.example", "https://x.example/?a"] {
        world.tell(Command::AddSource { source: HeaderSource::new("mainnet", SourceKind::Esplora, url) });
        assert!(matches!(world.said.last(), Some((_, Event::SourceRefused { .. }))), "{url}");
    }
    let nowhere = HeaderSource::new("nonet", SourceKind::Esplora, "https://x.example/api");
    world.tell(Command::AddSource { source: nowhere });
    let Some((_, Event::SourceRefused { problem, .. })) = world.said.last() else { panic!("{:?}", world.said.last()) };
    assert_eq!(problem.code, "source-network-unknown");
    world.run_for(60_000);
}
