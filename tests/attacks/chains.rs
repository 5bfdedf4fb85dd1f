//! The block on the chain: forks, too little depth, headers that the proof brings itself, and chains that end early.

use crate::registry::{CONFIRMATIONS, NOW, Reader, Registry, SUBJECT, engine_of, take_in};
use crate::told::{Told, assert_told, could_not, failed, not_checked, step};
use plimsoll::chain::{Header, HeaderTree, Params, Pins, TrustedHeader};
use plimsoll::client::LightClient;
use plimsoll::client::message::{Command, Config, Event, Input, Material, Output, VerificationId};
use plimsoll::engine::Engine;
use plimsoll::proof::bundle::{Bundle, Bytes};
use plimsoll::proof::report::Report;
use plimsoll::proof::step::StepId::{self, *};

/// What waits when the block is not on the chain.
const NOT_ON_CHAIN: [(StepId, StepId); 2] = [(Depth, BlockOnChain), (Cadence, BlockOnChain)];

fn hash_at(registry: &Registry, height: u32) -> String {
    registry.chain.headers()[height as usize].hash().to_string()
}

fn too_few(found: u32) -> Told {
    could_not(Depth, "too-few-confirmations", "headers").comparing(CONFIRMATIONS, found)
}

#[test]
fn a_block_on_a_losing_fork() {
    let registry = Registry::sample();
    let height = registry.anchors[2].height;
    let mut rival = registry.clone();
    rival.chain = registry.chain.up_to(height - 1);
    rival.chain.mine(vec![crate::registry::filler(8)]);
    rival.chain.bury(registry.chain.height() - height);
    let bundle = registry.prove(SUBJECT);
    // Of equals the first seen stays; one block more, and the anchor's block is out.
    let mut reader = Reader::of(&registry);
    take_in(&mut reader.engine, 0, rival.chain.run(0));
    assert_told(&reader.examine(&bundle), &[], &[]);
    rival.chain.bury(1);
    take_in(&mut reader.engine, 0, rival.chain.run(0));
    assert_told(
        &reader.examine(&bundle),
        &[failed(BlockOnChain, "block-not-on-best-chain", "headers")
            .comparing(hash_at(&rival, height), hash_at(&registry, height))],
        &NOT_ON_CHAIN,
    );
}

#[test]
fn an_unknown_block_could_not_be_checked() {
    let registry = Registry::sample();
    let height = registry.anchors[2].height;
    let mut reader = Reader::of(&registry);
    reader.engine = engine_of(&registry.chain.up_to(height - 1));
    let unknown = could_not(BlockOnChain, "block-unknown", "headers").comparing("", hash_at(&registry, height));
    let report = reader.examine(&registry.prove(SUBJECT));
    assert_told(&report, &[unknown], &NOT_ON_CHAIN);
    assert_eq!(report.chain.unwrap().tip.height, height - 1, "what there is of the chain is shown");
    reader.engine = Engine::new();
    let missing = could_not(BlockOnChain, "headers-missing", "headers").comparing("regtest", "");
    assert_told(&reader.examine(&registry.prove(SUBJECT)), &[missing], &NOT_ON_CHAIN);
}

#[test]
fn too_few_confirmations_could_not_be_checked() {
    let registry = Registry::sample();
    let height = registry.anchors[2].height;
    for found in 1..CONFIRMATIONS {
        let engine = engine_of(&registry.chain.up_to(height + found - 1));
        let reader = Reader { engine, ..Reader::of(&registry) };
        assert_told(&reader.examine(&registry.prove(SUBJECT)), &[too_few(found)], &[]);
    }
}

#[test]
fn a_height_that_is_wrong() {
    let registry = Registry::sample();
    let height = registry.anchors[2].height;
    for claimed in [height - 1, height + 1, 0, u32::MAX] {
        let mut bundle = registry.prove(SUBJECT);
        bundle.anchors[2].block.as_mut().unwrap().height = claimed;
        assert_told(
            &Reader::of(&registry).examine(&bundle),
            &[failed(BlockOnChain, "height-wrong", "anchors[2].block.height").comparing(height, claimed)],
            &NOT_ON_CHAIN,
        );
    }
}

#[test]
fn headers_that_the_proof_brings_and_nothing_ties() {
    let registry = Registry::sample();
    let first = hash_at(&registry, 2);
    let unanchored = |height: u32| {
        could_not(BlockOnChain, "chain-unanchored", "headers").comparing("", format!("unanchored:{height}:{first}"))
    };
    let reader = Reader { engine: Engine::new(), ..Reader::of(&registry) };
    let mut bundle = registry.prove(SUBJECT);
    bundle.headers = Some(registry.carried(2));
    assert_told(&reader.examine(&bundle), &[unanchored(2)], &NOT_ON_CHAIN);
    // Its heights are the sender's word: a lie there is not held against the proof either.
    bundle.headers.as_mut().unwrap().from = 700;
    assert_told(&reader.examine(&bundle), &[unanchored(700)], &NOT_ON_CHAIN);
    // Whoever has the chain's beginning needs nobody's word.
    bundle.headers = Some(registry.carried(2));
    let reader = Reader { engine: engine_of(&registry.chain.up_to(1)), ..reader };
    assert_told(&reader.examine(&bundle), &[], &[]);
}

#[test]
fn headers_at_a_height_that_leaves_32_bits() {
    let registry = Registry::sample();
    for from in [1, u32::MAX - 1, u32::MAX] {
        let mut bundle = registry.prove(SUBJECT);
        bundle.headers = Some(registry.carried(3));
        bundle.headers.as_mut().unwrap().from = from;
        assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
        let reader = Reader { engine: Engine::new(), ..Reader::of(&registry) };
        let report = reader.examine(&bundle);
        let code = if from == 1 { "chain-unanchored" } else { "headers-missing" };
        assert_eq!(step(&report, BlockOnChain).problem.as_ref().unwrap().code, code);
    }
}

/// What the client says to a proof.
fn told_by(client: &mut LightClient, id: u64, bundle: &Bundle) -> Report {
    let material = vec![Material::File { name: "proof.json".into(), bytes: bundle.to_json().into_bytes() }];
    client.handle_input(Input::Command(Command::Verify { id: VerificationId(id), material }), NOW);
    while let Some(output) = client.poll_output() {
        match output {
            Output::Event(Event::Verdict { report, .. }) => return report.into_report(),
            Output::Yield => client.handle_input(Input::Tick, NOW),
            _ => {}
        }
    }
    panic!("no verdict");
}

#[test]
fn headers_of_one_proof_are_not_believed_by_the_next() {
    let registry = Registry::sample();
    let mut client = LightClient::new();
    let config = Config { pinned: vec![registry.policy_text()], ..Config::default() };
    client.handle_input(Input::Command(Command::Start { config }), NOW);
    let bare = registry.prove(SUBJECT);
    let missing = could_not(BlockOnChain, "headers-missing", "headers").comparing("regtest", "");
    let mut carrying = bare.clone();
    carrying.headers = Some(registry.carried(0));
    assert_told(&told_by(&mut client, 1, &bare), std::slice::from_ref(&missing), &NOT_ON_CHAIN);
    assert_told(&told_by(&mut client, 2, &carrying), &[], &[]);
    assert_told(&told_by(&mut client, 3, &bare), &[missing], &NOT_ON_CHAIN);
}

#[test]
fn headers_in_a_proof_that_skip_one() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let (run, gap) = (registry.chain.run(2), 3 * 80);
    let mut headers = registry.carried(2);
    headers.run = Bytes([&run[..gap], &run[gap + 80..]].concat());
    bundle.headers = Some(headers);
    let reader = Reader { engine: Engine::new(), ..Reader::of(&registry) };
    let report = reader.examine(&bundle);
    let hash = hash_at(&registry, registry.anchors[2].height);
    assert_told(&report, &[could_not(BlockOnChain, "block-unknown", "headers").comparing("", hash)], &NOT_ON_CHAIN);
    assert!(report.left_aside[0].contains("height 5"), "{:?}", report.left_aside);
}

#[test]
fn headers_in_a_proof_that_break_off() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    for run in [vec![1, 2, 3], registry.chain.run(0)[..100].to_vec()] {
        let mut headers = registry.carried(0);
        headers.run = Bytes(run);
        bundle.headers = Some(headers);
        let report = Reader::of(&registry).examine(&bundle);
        assert_told(&report, &[], &[]);
        assert!(report.left_aside[0].contains("no run of 80-byte headers"), "{:?}", report.left_aside);
    }
}

/// Headers from a height on, judged with these pins.
fn pinned(registry: &Registry, from: u32, pins: &[TrustedHeader]) -> Engine {
    let headers: Vec<Header> = registry.chain.headers().split_off(from as usize);
    let pins = Pins::new(pins.iter().copied()).unwrap();
    let mut tree = HeaderTree::from_first(Params::regtest(), from, &headers[0], pins, NOW).unwrap();
    for header in &headers[1..] {
        let _ = tree.accept(header, NOW).unwrap();
    }
    let mut engine = Engine::new();
    engine.add(tree);
    engine
}

fn pin(registry: &Registry, height: u32) -> TrustedHeader {
    TrustedHeader::new(height, registry.chain.headers()[height as usize].hash())
}

#[test]
fn a_cheap_branch_below_a_header_that_is_known() {
    // Where difficulty was low anybody can mine on the first header, or on a pinned one; but not up to the next pin.
    let registry = Registry::sample();
    let tip = registry.chain.height();
    let known = TrustedHeader { height: tip + 1, ..pin(&registry, tip) };
    let ends_early = could_not(BlockOnChain, "chain-ends-early", "headers")
        .comparing(known, format!("{tip}:{}", hash_at(&registry, tip)));
    for (from, pins) in [(0, vec![known]), (2, vec![known, pin(&registry, 3)])] {
        let reader = Reader { engine: pinned(&registry, from, &pins), ..Reader::of(&registry) };
        assert_told(&reader.examine(&registry.prove(SUBJECT)), std::slice::from_ref(&ends_early), &NOT_ON_CHAIN);
    }
    for (from, pins, basis) in [
        (0, vec![pin(&registry, tip)], "genesis".to_owned()),
        // A pin that is met ties the block, whatever is known further up: it rests on that pin then, and not on genesis.
        (0, vec![pin(&registry, tip), known], format!("pinned:{tip}:{}", hash_at(&registry, tip))),
        (2, vec![pin(&registry, 3)], format!("trusted:3:{}", hash_at(&registry, 3))),
        (2, vec![pin(&registry, tip)], format!("pinned:{tip}:{}", hash_at(&registry, tip))),
    ] {
        let reader = Reader { engine: pinned(&registry, from, &pins), ..Reader::of(&registry) };
        let report = reader.examine(&registry.prove(SUBJECT));
        assert_told(&report, &[], &[]);
        assert_eq!(report.chain.unwrap().basis, basis);
    }
}

#[test]
fn headers_that_end_early_do_not_hide_how_old_the_anchor_is() {
    let registry = Registry::sample();
    let (height, tip) = (registry.anchors[2].height, registry.chain.height());
    let far = TrustedHeader { height: 5_000, ..pin(&registry, tip) };
    let stale = |known: u32| not_checked(Cadence, "stale").comparing(crate::registry::CADENCE, known - height);
    // A pin further up tells of blocks that the headers do not show.
    let reader = Reader { engine: pinned(&registry, 2, &[pin(&registry, tip), far]), ..Reader::of(&registry) };
    assert_told(&reader.examine(&registry.prove(SUBJECT)), &[stale(5_000)], &[]);
    // So does another chain of the reader's, if anything ties it; else its height is somebody's word.
    for (pins, findings) in
        [(vec![TrustedHeader { height: 6_000, ..pin(&registry, tip) }], vec![stale(6_000)]), (vec![], vec![])]
    {
        let mut engine = pinned(&registry, 2, &[pin(&registry, tip)]);
        let run = Registry::founded_elsewhere().chain.headers().split_off(1);
        let at = 6_000 - u32::try_from(run.len()).unwrap();
        let pins = pins.iter().map(|pin| TrustedHeader { hash: run[run.len() - 1].hash(), ..*pin });
        let pins = Pins::new(pins).unwrap();
        let mut tree = HeaderTree::from_first(Params::regtest(), at + 1, &run[0], pins, NOW).unwrap();
        for header in &run[1..] {
            let _ = tree.accept(header, NOW).unwrap();
        }
        engine.add(tree);
        let reader = Reader { engine, ..Reader::of(&registry) };
        assert_told(&reader.examine(&registry.prove(SUBJECT)), &findings, &[]);
    }
}
