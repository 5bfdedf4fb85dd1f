//! Blockcerts certificates, as a reader hands them in: published ones, and made-up ones around real transactions in real blocks.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/block.rs"]
mod block;
mod common;

use block::{json as data_json, number, raw, text, transaction};
use common::{counted, data_dir, read};
use plimsoll::attestation::Certificate;
use plimsoll::chain::{Header, MAX_TX_BYTES, Params, Pins, Transaction, TrustedHeader, TxOut};
use plimsoll::client::chain_parts::{ChainPart, chain_part};
use plimsoll::client::examine::{Outcome as Examined, examine};
use plimsoll::client::export::export;
use plimsoll::client::import::{Import, Progress};
use plimsoll::client::intake::{Unreadable, sort};
use plimsoll::client::message::{Event, ExportKind, Material};
use plimsoll::crypto::hash::{Hash, sha256_parts};
use plimsoll::encoding::{decode_hex_array, encode_hex};
use plimsoll::engine::{Engine, Place};
use plimsoll::proof::report::{Conclusion, DocumentKind, InputKind, Outcome, Problem, Report};
use plimsoll::proof::step::StepId;
use plimsoll::time::UnixTime;
use serde_json::{Value, json};
use std::collections::BTreeMap;

const NOW: UnixTime = UnixTime(1_795_000_000);
/// The first header of a run of eight that was published.
const FROM: u32 = 831_328;

fn file(name: &str, bytes: &[u8]) -> Material {
    Material::File { name: name.into(), bytes: bytes.to_vec() }
}

fn examined_by(engine: &mut Engine, material: Vec<Material>) -> Report {
    let intake = match sort(material) {
        Ok(intake) => intake,
        Err(Unreadable { input, problem }) => return Report::unreadable(input, problem, NOW),
    };
    match examine(intake, &[], engine, NOW) {
        Examined::Answer(report, None) => *report,
        other => panic!("{other:?}"),
    }
}

fn examined(material: Vec<Material>) -> Report {
    examined_by(&mut Engine::new(), material)
}

fn step(report: &Report, step: StepId) -> (Outcome, Option<&Problem>) {
    let mut steps = report.lines.iter().flat_map(|line| &line.steps);
    let found = steps.find(|found| found.step == step).unwrap_or_else(|| panic!("{step:?} was not done"));
    (found.outcome, found.problem.as_ref())
}

/// The step's outcome and the problem's code.
fn told(report: &Report, id: StepId) -> (Outcome, &str) {
    let (outcome, problem) = step(report, id);
    (outcome, problem.map_or("", |problem| problem.code.as_str()))
}

#[test]
fn every_published_certificate_is_examined_and_none_is_called_good() {
    let Some(dir) = data_dir().map(|dir| dir.join("trade/blockcerts")) else { return };
    let mut names: Vec<String> =
        std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    for name in &names {
        let report = examined(vec![file(name, &read(&dir, name))]);
        let batch = told(&report, StepId::SealedBatch);
        let transaction = told(&report, StepId::SealedTransaction);
        let (could_not, failed) = (Outcome::CouldNotCheck, Outcome::Failed);
        let waits = (could_not, "no-transaction");
        let expected = match name.as_str() {
            "mainnet-invalid-merkle-receipt-2.0.json" => {
                let problem = step(&report, StepId::SealedBatch).1.unwrap();
                assert_eq!(problem.field, "signature.merkleRoot");
                assert_eq!(problem.expected, "f029b45bb1a7b1f0b970f6de35344b73cccd16177b4c037acbc2541c7fc27078");
                assert_eq!(problem.found, "78d748033920bae00f1ab76ae8dbb5ac07a4a43f0211f5ea3292c329011c19ad");
                ((failed, "batch-root-differs"), (could_not, "needs-earlier-step"), Conclusion::NotGenuine)
            }
            // What is wrong with the next shows in its transaction alone, and of the next but one at its issuer's address.
            "mainnet-merkle-root-unmatch-2.0.json" | "mainnet-revoked-2.0.json" | "mainnet-valid-2.0.json" => {
                ((Outcome::Passed, ""), waits, Conclusion::CannotTell)
            }
            other => panic!("no expectation for {other}"),
        };
        assert_eq!((batch, transaction, report.conclusion), expected, "{name}");
        assert_eq!(told(&report, StepId::SealedContent), (could_not, "content-not-canonical"), "{name}");
        assert_eq!(told(&report, StepId::IssuerIdentity), (could_not, "identity-in-profile"), "{name}");
        assert_eq!(told(&report, StepId::LatestState), (could_not, "revocation-elsewhere"), "{name}");
        let view = report.document.as_ref().unwrap();
        assert_eq!((report.input, view.kind, view.others.len()), (InputKind::Sealed, DocumentKind::Blockcerts, 1));
    }
    counted("Blockcerts certificates", names.len());
}

/// A certificate in a batch with a sibling on each side, whose root, as it says, a transaction carries.
fn certificate(root: Option<&Hash>, source: &str, chain: Option<&str>) -> Value {
    let (target, left, right) = ([1; 32], [2; 32], [3; 32]);
    let root = match root {
        // A batch of one: the root is the digest.
        Some(root) => json!({"targetHash": encode_hex(root), "merkleRoot": encode_hex(root), "proof": []}),
        None => {
            let root = sha256_parts(&[&sha256_parts(&[&left, &target]), &right]);
            let proof = json!([{"left": encode_hex(&left)}, {"right": encode_hex(&right)}]);
            json!({"targetHash": encode_hex(&target), "merkleRoot": encode_hex(&root), "proof": proof})
        }
    };
    let mut seal = root;
    seal["type"] = json!(["MerkleProof2017", "Extension"]);
    let mut anchor = json!({"sourceId": source, "type": "BTCOpReturn"});
    if let Some(chain) = chain {
        anchor["chain"] = chain.into();
    }
    seal["anchors"] = json!([anchor]);
    json!({"type": "Assertion", "badge": {"issuer": {"name": "Open Quay", "id": "https://quay.example/issuer.json"}},
        "signature": seal})
}

fn as_file(certificate: &Value) -> Material {
    file("certificate.json", certificate.to_string().as_bytes())
}

#[test]
fn the_path_is_hashed_on_the_side_that_each_sibling_names() {
    let good = certificate(None, &"ab".repeat(32), None);
    let root = Certificate::parse(good.to_string().as_bytes()).unwrap().verify_batch().unwrap();
    assert_eq!(
        (root.target(), encode_hex(root.root())),
        (&[1; 32], good["signature"]["merkleRoot"].as_str().unwrap().into())
    );
    let mut other_side = good.clone();
    other_side["signature"]["proof"][0] = json!({"right": encode_hex(&[2; 32])});
    let mut shorter = good.clone();
    shorter["signature"]["proof"].as_array_mut().unwrap().pop();
    let mut other_digest = good;
    other_digest["signature"]["targetHash"] = encode_hex(&[9; 32]).into();
    for wrong in [other_side, shorter, other_digest] {
        let report = examined(vec![as_file(&wrong)]);
        assert_eq!(told(&report, StepId::SealedBatch), (Outcome::Failed, "batch-root-differs"));
        assert_eq!(report.conclusion, Conclusion::NotGenuine);
    }
}

#[test]
fn other_chains_say_why_they_cannot_be_checked() {
    for (chain, code) in [
        ("ethereumMainnet", "anchored-on-ethereum"),
        ("ethereumRopsten", "anchored-on-ethereum"),
        ("bitcoinTestnet", "anchored-on-test-chain"),
        ("bitcoinRegtest", "anchored-on-test-chain"),
        ("mockchain", "anchored-nowhere"),
        ("mocknet", "anchored-nowhere"),
        ("someNewChain", "anchored-elsewhere"),
    ] {
        let report = examined(vec![as_file(&certificate(None, &"ab".repeat(32), Some(chain)))]);
        assert_eq!(told(&report, StepId::SealedTransaction), (Outcome::CouldNotCheck, code), "{chain}");
        assert_eq!(report.conclusion, Conclusion::CannotTell);
    }
    let mut data = certificate(None, &"ab".repeat(32), None);
    data["signature"]["anchors"][0]["type"] = "ETHData".into();
    assert_eq!(told(&examined(vec![as_file(&data)]), StepId::SealedTransaction).1, "anchored-on-ethereum");
    let odd = examined(vec![as_file(&certificate(None, "0xAB", None))]);
    assert_eq!(told(&odd, StepId::SealedTransaction), (Outcome::Failed, "source-malformed"));
}

/// A real transaction with the parts of its block.
struct Real {
    tx: Transaction,
    coinbase: Transaction,
    merkle_block: Vec<u8>,
    root: Hash,
    height: u32,
}

/// Real transactions that carry 32 bytes, in blocks with at least `above` blocks of the published run on top.
fn real(above: u32) -> Option<(Vec<Real>, Vec<Header>)> {
    let dir = data_dir()?;
    let headers = data_json(&dir, "op_return_chains.json")["headers"].clone();
    let header = |height: u32| Header::from_hex(text(&headers, &height.to_string())).unwrap();
    let run: Vec<Header> = (FROM..FROM + 8).map(header).collect();
    let file = data_json(&dir, "op_return_32byte.json");
    let all = file["txs"].as_array().unwrap().iter().map(|value| {
        let (tx, coinbase) = (transaction(value, "tx_stripped"), transaction(value, "coinbase_stripped"));
        let (height, script) =
            (number(value, "height"), value["op_return"][0].as_str().unwrap().strip_prefix("6a20").unwrap().to_owned());
        let merkle_block = joined(&header(height), value, &tx, &coinbase);
        Real { tx, coinbase, merkle_block, root: decode_hex_array(&script).unwrap(), height }
    });
    let real: Vec<Real> = all.filter(|real| (FROM..FROM + 8 - above).contains(&real.height)).collect();
    counted("real transactions that carry 32 bytes", real.len());
    Some((real, run))
}

/// Two branches as the one `merkleblock` that proves both (BIP37).
fn joined(header: &Header, value: &Value, tx: &Transaction, coinbase: &Transaction) -> Vec<u8> {
    let (n_tx, position) = (number(value, "n_tx"), number(value, "tx_index"));
    let mut nodes = BTreeMap::new();
    for (at, txid, member) in [(0, coinbase.txid(), "coinbase_branch"), (position, tx.txid(), "merkle_branch")] {
        nodes.insert((0, at), txid.0);
        for (level, sibling) in (0..).zip(value[member].as_array().unwrap()) {
            nodes.insert((level, at >> level ^ 1), decode_hex_array(sibling.as_str().unwrap()).unwrap());
        }
    }
    let depth = value["merkle_branch"].as_array().unwrap().len();
    let (mut hashes, mut flags) = (Vec::new(), Vec::new());
    let mut walk = vec![(depth, 0_u32)];
    while let Some((level, at)) = walk.pop() {
        let holds = at == 0 || position >> level == at;
        flags.push(holds);
        if level == 0 || !holds {
            hashes.push(nodes[&(level, at)]);
            continue;
        }
        let width = n_tx.div_ceil(1 << (level - 1));
        walk.extend((2 * at + 1 < width).then_some((level - 1, 2 * at + 1)));
        walk.push((level - 1, 2 * at));
    }
    let bytes = flags.chunks(8).map(|bits| bits.iter().rev().fold(0, |byte, bit| byte << 1 | u8::from(*bit)));
    raw(header, n_tx, &hashes, &bytes.collect::<Vec<u8>>())
}

/// An engine that knows the first header of the run, and the run.
fn engine_with(run: &[Header]) -> Engine {
    let mut engine = Engine::new();
    engine.set_network(Params::mainnet(), Pins::new([TrustedHeader::new(FROM, run[0].hash())]).unwrap());
    let place = Place { network: "mainnet".into(), height: FROM };
    let mut import = Import::new(place, run.iter().flat_map(Header::encode).collect());
    while let Progress::Going { .. } = import.advance(&mut engine, NOW) {}
    engine
}

fn hexadecimal(name: &str, bytes: &[u8]) -> Material {
    file(name, format!("{}\n", encode_hex(bytes)).as_bytes())
}

#[test]
fn a_root_in_a_real_transaction_is_followed_to_its_block_and_the_chain() {
    let Some((real, run)) = real(5) else { return };
    assert!(!real.is_empty(), "six of the run's blocks are enough for some");
    for Real { tx, coinbase, merkle_block, root, height } in &real {
        let own = as_file(&certificate(Some(root), &tx.txid().to_string(), Some("bitcoinMainnet")));
        let parts = [
            hexadecimal("anchor.tx", &tx.encode()),
            hexadecimal("coinbase.hex", &coinbase.encode()),
            hexadecimal("block.hex", merkle_block),
        ];
        let given = || [vec![own.clone()], parts.to_vec()].concat();
        let report = examined_by(&mut engine_with(&run), given());
        for id in
            [StepId::SealedBatch, StepId::SealedTransaction, StepId::AnchorInBlock, StepId::BlockOnChain, StepId::Depth]
        {
            assert_eq!(told(&report, id), (Outcome::Passed, ""), "{height} {id:?}");
        }
        assert_eq!(report.conclusion, Conclusion::CannotTell, "its content is tied to nothing");
        assert_eq!(report.chain.as_ref().unwrap().block.as_ref().unwrap().height, *height);
        assert_eq!(report.left_aside, Vec::<String>::new());
        // Without headers the block is not known, and all else is done all the same.
        let alone = examined(given());
        assert_eq!(told(&alone, StepId::AnchorInBlock).0, Outcome::Passed);
        assert_eq!(told(&alone, StepId::BlockOnChain).0, Outcome::CouldNotCheck);
        // Bytes do as well as hexadecimal.
        let bytes = vec![own.clone(), file("a", &tx.encode()), file("b", &coinbase.encode()), file("c", merkle_block)];
        assert_eq!(told(&examined(bytes), StepId::AnchorInBlock).0, Outcome::Passed);
        // Less, or other parts, and it cannot be checked.
        let lacking = |without: usize| {
            let left = given().into_iter().enumerate().filter(|(at, _)| *at != without).map(|(_, file)| file);
            examined(left.collect())
        };
        assert_eq!(told(&lacking(1), StepId::SealedTransaction), (Outcome::CouldNotCheck, "no-transaction"));
        assert_eq!(told(&lacking(2), StepId::AnchorInBlock), (Outcome::CouldNotCheck, "no-coinbase"));
        assert_eq!(told(&lacking(3), StepId::AnchorInBlock), (Outcome::CouldNotCheck, "no-merkle-block"));
    }
}

#[test]
fn a_transaction_with_another_root_fails_and_another_transaction_decides_nothing() {
    let Some((real, _)) = real(0) else { return };
    let Real { tx, root, .. } = &real[0];
    let txid = tx.txid().to_string();
    let mut other_root = *root;
    other_root[31] ^= 1;
    let report =
        examined(vec![as_file(&certificate(Some(&other_root), &txid, None)), hexadecimal("a.tx", &tx.encode())]);
    assert_eq!(told(&report, StepId::SealedTransaction), (Outcome::Failed, "transaction-without-root"));
    assert_eq!(report.conclusion, Conclusion::NotGenuine);
    let problem = step(&report, StepId::SealedTransaction).1.unwrap();
    let script = |root: &Hash| format!("6a20{}", encode_hex(root));
    assert_eq!((&problem.expected, &problem.found), (&script(&other_root), &script(root)));

    let other = real.iter().find(|other| other.tx.txid() != tx.txid()).unwrap();
    let report =
        examined(vec![as_file(&certificate(Some(root), &txid, None)), hexadecimal("a.tx", &other.tx.encode())]);
    assert_eq!(told(&report, StepId::SealedTransaction), (Outcome::CouldNotCheck, "no-transaction"));
    let problem = step(&report, StepId::SealedTransaction).1.unwrap();
    assert_eq!((&problem.expected, &problem.found), (&txid, &other.tx.txid().to_string()));

    // The root counts as the script's whole, not as a part of it.
    for script in [[&[0x6a, 33][..], root, &[0]].concat(), [&[0x6a, 0x4c, 32][..], root].concat(), root.to_vec()] {
        let outputs = vec![TxOut { value: 0, script }];
        let made = Transaction::new(2, tx.inputs().to_vec(), outputs, 0).unwrap();
        let given = certificate(Some(root), &made.txid().to_string(), None);
        let report = examined(vec![as_file(&given), hexadecimal("a.tx", &made.encode())]);
        assert_eq!(told(&report, StepId::SealedTransaction), (Outcome::Failed, "transaction-without-root"));
    }
    // A proof of another block's is no proof, and says nothing against the certificate.
    let other = real.iter().find(|other| other.height != real[0].height).unwrap();
    let given = vec![
        as_file(&certificate(Some(root), &txid, None)),
        hexadecimal("a.tx", &tx.encode()),
        hexadecimal("c.tx", &other.coinbase.encode()),
        hexadecimal("b.hex", &other.merkle_block),
    ];
    assert_eq!(told(&examined(given), StepId::AnchorInBlock), (Outcome::CouldNotCheck, "tx-not-in-block"));
}

#[test]
fn hostile_certificates_are_refused_with_their_reason() {
    let good = certificate(None, &"ab".repeat(32), None);
    let with = |change: &dyn Fn(&mut Value)| {
        let mut changed = good.clone();
        change(&mut changed["signature"]);
        let problem = examined(vec![as_file(&changed)]).unreadable.expect("unreadable");
        assert_eq!(problem.code, "sealed-malformed");
        (problem.field, problem.found)
    };
    let expect = |field: &str, found: &str| (field.to_owned(), found.to_owned());
    assert_eq!(with(&|seal| seal["targetHash"] = json!(7)), expect("signature.targetHash", "7"));
    assert_eq!(with(&|seal| seal["merkleRoot"] = json!(null)), expect("signature.merkleRoot", "nothing"));
    assert_eq!(with(&|seal| seal["proof"] = json!({})), expect("signature.proof", "an object"));
    let long = vec![json!({"left": "ab".repeat(32)}); 65];
    assert_eq!(with(&|seal| seal["proof"] = json!(long)), expect("signature.proof", "a list of 65"));
    let both = json!({"left": "ab".repeat(32), "right": "ab".repeat(32)});
    assert_eq!(with(&|seal| seal["proof"][1] = both.clone()), expect("signature.proof[1]", "an object"));
    assert_eq!(with(&|seal| seal["proof"][0] = json!({"up": "x"})), expect("signature.proof[0]", "an object"));
    assert_eq!(with(&|seal| seal["proof"][0] = json!({"left": "x"})), expect("signature.proof[0]", "\"x\""));
    assert_eq!(with(&|seal| seal["anchors"] = json!([])), expect("signature.anchors", "a list of 0"));
    let source = "signature.anchors[0].sourceId";
    assert_eq!(with(&|seal| seal["anchors"] = json!([{}])), expect(source, "nothing"));
    assert_eq!(with(&|seal| seal["anchors"][0]["sourceId"] = json!("")), expect(source, "\"\""));

    let text = good.to_string();
    for (from, to, part) in [
        ("\"targetHash\":", "\"targetHash\":\"x\",\"targetHash\":".to_owned(), "stands twice"),
        ("\"Assertion\"", format!("{}{}", "[".repeat(40), "]".repeat(40)), "too deep"),
    ] {
        let problem = examined(vec![file("x.json", text.replacen(from, &to, 1).as_bytes())]).unreadable.unwrap();
        assert!(problem.detail.contains(part), "{}", problem.detail);
    }
    for end in (0..text.len()).step_by(5) {
        let cut = sort(vec![file("x.json", &text.as_bytes()[..end])]);
        assert!(cut.is_err() || cut.is_ok_and(|intake| intake.claims.is_empty()), "{end}");
    }
}

#[test]
fn an_exported_report_is_checked_again_with_what_served_the_certificate() {
    let Some((real, run)) = real(5) else { return };
    let Real { tx, coinbase, merkle_block, root, .. } = &real[0];
    let given = || {
        let own = as_file(&certificate(Some(root), &tx.txid().to_string(), None));
        let beside = [("a", tx.encode()), ("b", coinbase.encode()), ("c", merkle_block.clone())];
        beside.iter().map(|(name, bytes)| file(name, bytes)).chain([own]).collect::<Vec<_>>()
    };
    let report = examined_by(&mut engine_with(&run), given());
    let Event::Exported { text, .. } = export(ExportKind::Report, &report, None, given()) else { panic!("exported") };
    let again = examined_by(&mut engine_with(&run), vec![file("kept.report.json", text.as_bytes())]);
    assert_eq!((told(&again, StepId::Depth).0, again.input), (Outcome::Passed, InputKind::Report));
    assert_eq!(told(&again, StepId::ReportAgrees).0, Outcome::Passed);
}

#[test]
fn a_part_of_a_block_is_known_by_its_bytes_and_a_tree_by_its_root() {
    let Some((real, _)) = real(0) else { return };
    let Real { tx, merkle_block, .. } = &real[0];
    assert_eq!(chain_part(&tx.encode()), Some(ChainPart::Transaction(Box::new(tx.clone()))));
    let upper = format!(" {}\r\n", encode_hex(merkle_block).to_ascii_uppercase());
    assert!(
        matches!(chain_part(upper.as_bytes()), Some(ChainPart::MerkleBlock(found)) if found.encode() == *merkle_block)
    );
    // What only looks like one may be a run of headers.
    let mut other_root = merkle_block.clone();
    other_root[40] ^= 1;
    let huge = vec![b'0'; 2 * MAX_TX_BYTES + 4];
    for none in [&other_root[..], &merkle_block[1..], b"", b"00", b"plain text", &huge] {
        assert_eq!(chain_part(none), None);
    }
}

/// A timestamp of a certificate is a timestamp: the certificate is its document.
#[test]
fn beside_a_timestamp_a_sealed_document_is_its_document() {
    let Some(dir) = data_dir() else { return };
    let certificate = read(&dir, "trade/blockcerts/mainnet-valid-2.0.json");
    let ots = read(&dir, "opentimestamps/in-chain/rootstock-95bf5b-index.html.ots");
    let report = examined(vec![file("certificate.json", &certificate), file("x.ots", &ots)]);
    assert_eq!((report.input, told(&report, StepId::DocumentDigest).0), (InputKind::Timestamp, Outcome::Failed));
    let two = || vec![file("a.json", &certificate), file("b.json", &certificate)];
    let refused = sort(two()).map(|intake| examine(intake, &[], &mut Engine::new(), NOW)).unwrap();
    assert!(matches!(refused, Examined::Nothing(problem) if problem.code == "several-proofs"));
}
