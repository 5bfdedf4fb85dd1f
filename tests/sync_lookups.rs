//! An old block's headers, fetched for the verification that needs them: real timestamps, real headers, each kind of source,
//! and what is said when none gives them.
#![cfg(not(target_arch = "wasm32"))]

mod common;
#[path = "common/loopback.rs"]
mod loopback;
#[path = "sync/servers.rs"]
mod servers;
#[path = "sync/world.rs"]
mod world;

use common::{counted, data_dir, read};
use loopback::Loopback;
use plimsoll::chain::{Params, Pins, TrustedHeader};
use plimsoll::client::LightClient;
use plimsoll::client::message::{
    Command, Config, Event, HeaderSource, Material, SourceKind, SourceState, Stage, Standing, VerificationId,
};
use plimsoll::client::sync::LOOKUP_MS;
use plimsoll::engine::Engine;
use plimsoll::proof::report::{Conclusion, Report};
use servers::{Fault, Known, Server};
use std::path::Path;
use world::{World, base_of};

const EPOCH: i64 = 1_795_000_000;
const RUN: (&str, usize) = ("headers/mainnet-685439-687516.headers", 685_439);
const ID: VerificationId = VerificationId(1);
const DOCUMENTS: [(&str, u32); 4] = [
    ("rootstock-95bf5b-manuscript.pdf", 685_453),
    ("rootstock-95bf5b-index.html", 685_453),
    ("rootstock-defe78-manuscript.pdf", 687_110),
    ("rootstock-defe78-index.html", 687_110),
];

fn known(dir: &Path) -> Known {
    Known::from_bytes(&read(dir, RUN.0)).starting_at(RUN.1)
}

fn server(kind: SourceKind, name: &str, known: Known) -> Server {
    let mut server = Server::new(kind, &base_of(kind, name), "mainnet", known);
    if kind == SourceKind::BlockDn {
        server.at_once = 100_000;
    }
    server
}

/// A client with these sources configured and nothing begun.
fn world(servers: Vec<Server>) -> World {
    let headers = servers.iter().map(|server| HeaderSource::new(&server.network, server.kind, &server.base)).collect();
    let mut world = World::of(servers, EPOCH);
    world.client = LightClient::with_engine(Box::new(Loopback::to(Engine::new())));
    world.tell(Command::Start { config: Config { headers, ..Config::default() } });
    world
}

fn material(dir: &Path, name: &str) -> Vec<Material> {
    let file = |name: &str| Material::File {
        name: name.to_owned(),
        bytes: read(dir, &format!("opentimestamps/in-chain/{name}")),
    };
    vec![file(name), file(&format!("{name}.ots"))]
}

fn verdict(world: &World) -> Option<&Report> {
    world.said.iter().find_map(|(_, event)| match event {
        Event::Verdict { id: ID, report, .. } => Some(&**report),
        _ => None,
    })
}

fn verify(world: &mut World, material: Vec<Material>, most_ms: u64) -> Report {
    let began = world.now_ms;
    world.tell(Command::Verify { id: ID, material });
    assert!(world.run_until(began + most_ms, |world| verdict(world).is_some()), "no verdict after {most_ms} ms");
    verdict(world).unwrap().clone()
}

/// That the headers were missing, and nothing else.
fn assert_no_headers(report: &Report) {
    let steps = report.lines.iter().flat_map(|line| &line.steps);
    let codes: Vec<&str> =
        steps.filter_map(|step| step.problem.as_ref()).map(|problem| problem.code.as_str()).collect();
    assert!(report.conclusion == Conclusion::CannotTell && codes.contains(&"header-not-at-hand"), "{codes:?}");
}

#[test]
fn an_old_document_costs_at_most_one_period_from_any_kind_of_source() {
    let Some(dir) = data_dir() else { return };
    let mut cases = 0;
    for kind in SourceKind::ALL {
        for (name, lowest) in DOCUMENTS {
            let mut world = world(vec![server(kind, "x", known(&dir))]);
            let report = verify(&mut world, material(&dir, name), LOOKUP_MS);
            assert_eq!(report.conclusion, Conclusion::Stamped, "{kind:?} {name}: {report:#?}");
            let chain = report.chain.unwrap();
            let block = chain.block.unwrap();
            assert!((lowest..lowest + 30).contains(&block.height) && block.median_time.is_some(), "{kind:?} {name}");
            assert_eq!(chain.basis.split(':').take(2).collect::<Vec<_>>(), ["pinned", "687455"], "{kind:?} {name}");
            assert_eq!(chain.tip.height, 687_455, "nothing above the pin");
            assert!(chain.strip.first().unwrap().height >= block.height - 10);
            assert!(
                world.said.iter().any(|(_, event)| {
                    matches!(event, Event::Progress { stage: Stage::FetchingHeaders { .. }, .. })
                })
            );
            world.run_for(300);
            let (sent, asked) = (world.source(&base_of(kind, "x")).bytes, world.servers[0].asked.len());
            let headers = 687_456 - (block.height - 10);
            // Raw, what is under way when the last one has come is no more than another part.
            let (bytes, requests) = match kind {
                SourceKind::Compact => (80_000, 1),
                SourceKind::CoreRest => (u64::from(headers) * 80 + 200, 3),
                SourceKind::BlockDn | SourceKind::HeaderFile => (u64::from(headers) * 80 + 41_000, 2),
                SourceKind::Electrum => (u64::from(headers) * 170, 3),
                SourceKind::Mempool => (u64::from(headers) * 600, headers as usize / 15 + 1),
                SourceKind::Esplora => (u64::from(headers) * 600, headers as usize / 10 + 1),
            };
            println!("{kind:?}: block {}: {headers} headers, {sent} bytes, requests: {asked}", block.height);
            assert!(
                sent <= bytes && asked <= requests,
                "{kind:?}: {sent} bytes, {asked} requests for {headers} headers"
            );
            assert_eq!(world.failures(), [], "{kind:?} {name}");
            cases += 1;
        }
    }
    counted("documents whose block was looked up, by kind of source", cases);
}

#[test]
fn what_was_looked_up_is_not_asked_for_again() {
    let Some(dir) = data_dir() else { return };
    let mut world = world(vec![server(SourceKind::Compact, "x", known(&dir))]);
    verify(&mut world, material(&dir, DOCUMENTS[0].0), LOOKUP_MS);
    let asked = world.servers[0].asked.len();
    world.said.clear();
    let report = verify(&mut world, material(&dir, DOCUMENTS[2].0), LOOKUP_MS);
    assert_eq!((report.conclusion, world.servers[0].asked.len()), (Conclusion::Stamped, asked));
    counted("documents of one period", 2);
}

#[test]
fn without_a_source_it_could_not_be_checked() {
    let Some(dir) = data_dir() else { return };
    let mut world = world(vec![]);
    let report = verify(&mut world, material(&dir, DOCUMENTS[0].0), 1_000);
    assert_no_headers(&report);
    counted("documents without a source", 1);
}

#[test]
fn sources_that_do_not_give_are_named_and_passed_over() {
    let Some(dir) = data_dir() else { return };
    let mut cases = 0;
    let good = || server(SourceKind::Esplora, "good", known(&dir));
    for kind in [SourceKind::Compact, SourceKind::CoreRest, SourceKind::Electrum, SourceKind::BlockDn] {
        let bad = |fault| server(kind, "bad", known(&dir)).with(fault);
        let short = server(kind, "bad", known(&dir).up_to(687_000));
        for (bad, says) in [
            (bad(Fault::Silent), "20000 ms"),
            (bad(Fault::Html), "expected"),
            (short, if kind == SourceKind::BlockDn { "ends before block 687455" } else { "" }),
        ] {
            let fault = bad.fault;
            let mut world = world(vec![bad, good()]);
            let report = verify(&mut world, material(&dir, DOCUMENTS[2].0), LOOKUP_MS);
            assert_eq!(report.conclusion, Conclusion::Stamped, "{kind:?} {fault:?}");
            let failures = world.failures();
            assert_eq!(failures.len(), 1, "{kind:?} {fault:?}: {failures:?}");
            assert!(failures[0].0.contains("bad") && failures[0].1.contains(says), "{failures:?}");
            cases += 1;
        }
    }
    counted("sources that do not give what a lookup asks for", cases);
}

#[test]
fn nobody_is_waited_for_longer_than_a_minute() {
    let Some(dir) = data_dir() else { return };
    let silent = |name: &str| server(SourceKind::Compact, name, known(&dir)).with(Fault::Silent);
    let mut world = world(["a", "b", "c", "d", "e"].map(silent).into());
    let report = verify(&mut world, material(&dir, DOCUMENTS[0].0), LOOKUP_MS + 1_000);
    assert_no_headers(&report);
    assert!(
        world.now_ms >= LOOKUP_MS - 1_000 && world.failures().len() >= 2,
        "{} {:?}",
        world.now_ms,
        world.failures()
    );
    counted("silent sources", 5);
}

#[test]
fn a_source_that_contradicts_a_pin_is_set_aside() {
    let Some(dir) = data_dir() else { return };
    let liar = server(SourceKind::Compact, "liar", known(&dir));
    let mut world = world(vec![liar, server(SourceKind::CoreRest, "good", known(&dir))]);
    // Headers that follow one another, at other heights than it says.
    let shifted = known(&dir).starting_at(RUN.1 + 1);
    world.servers[0].set_known(shifted);
    let report = verify(&mut world, material(&dir, DOCUMENTS[0].0), LOOKUP_MS);
    assert_eq!(report.conclusion, Conclusion::Stamped);
    world.run_for(300);
    let liar = base_of(SourceKind::Compact, "liar");
    let Standing::Wrong { rule, .. } = world.standing(&liar) else { panic!("{:?}", world.standing(&liar)) };
    assert_eq!(rule, "pin");
    assert_ne!(world.source(&liar).state, SourceState::Sending);
    counted("liars", 1);
}

#[test]
fn true_headers_at_wrong_heights_show_nothing_wrong() {
    let Some(dir) = data_dir() else { return };
    for kind in [SourceKind::Compact, SourceKind::HeaderFile, SourceKind::Electrum, SourceKind::Esplora] {
        for ends in [687_000, 687_455] {
            let shifted = known(&dir).starting_at(RUN.1 + 1).up_to(ends);
            let mut world = world(vec![server(kind, "liar", shifted)]);
            let report = verify(&mut world, material(&dir, DOCUMENTS[0].0), LOOKUP_MS + 1_000);
            assert_no_headers(&report);
        }
    }
    counted("runs of true headers at wrong heights", 8);
}

#[test]
fn a_stopped_verification_asks_nothing_more_and_a_removed_source_is_not_asked_on() {
    let Some(dir) = data_dir() else { return };
    let esplora = || vec![server(SourceKind::Esplora, "x", known(&dir))];
    let mut stopped = world(esplora());
    stopped.tell(Command::Verify { id: ID, material: material(&dir, DOCUMENTS[0].0) });
    stopped.run_for(3_000);
    let asked = stopped.servers[0].asked.len();
    assert!(asked > 5);
    stopped.tell(Command::Cancel { id: ID });
    stopped.run_for(60_000);
    assert_eq!((stopped.servers[0].asked.len(), verdict(&stopped)), (asked, None));

    let mut removed = world(esplora());
    removed.tell(Command::Verify { id: ID, material: material(&dir, DOCUMENTS[0].0) });
    removed.run_for(3_000);
    let asked = removed.servers[0].asked.len();
    let (network, url) = ("mainnet".to_owned(), base_of(SourceKind::Esplora, "x"));
    removed.tell(Command::RemoveSource { network, url });
    removed.run_for(2_000);
    assert_eq!(removed.servers[0].asked.len(), asked);
    assert_eq!(verdict(&removed).unwrap().conclusion, Conclusion::CannotTell);
    counted("lookups broken off", 2);
}

#[test]
fn a_newer_block_costs_the_headers_since_the_last_pin_where_nothing_is_synchronized() {
    let Some(dir) = data_dir() else { return };
    let pin = TrustedHeader::new(685_450, known(&dir).hashes[685_450 - RUN.1]);
    for kind in SourceKind::ALL {
        let mut world = world(vec![server(kind, "x", known(&dir).up_to(685_700))]);
        let mut engine = Engine::new();
        engine.set_network(Params::mainnet(), Pins::new([pin]).unwrap());
        world.client = LightClient::with_engine(Box::new(Loopback::to(engine)));
        let source = HeaderSource::new("mainnet", kind, &base_of(kind, "x"));
        world.tell(Command::Start { config: Config { headers: vec![source], ..Config::default() } });
        let report = verify(&mut world, material(&dir, DOCUMENTS[0].0), LOOKUP_MS);
        assert_eq!(report.conclusion, Conclusion::Stamped, "{kind:?}: {report:#?}");
        let chain = report.chain.unwrap();
        assert_eq!(chain.basis, format!("trusted:{pin}"), "{kind:?}");
        assert_eq!(chain.tip.height, 685_700);
        world.run_for(300);
        let sent = world.source(&base_of(kind, "x")).bytes;
        // Two hundred and sixty headers, from the period's first on.
        assert!(sent < 261 * 600, "{kind:?}: {sent} bytes");
    }
    counted("newer blocks, by kind of source", SourceKind::ALL.len());
}
