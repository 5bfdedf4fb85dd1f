//! The anchor in its block: forged trees of transactions, and coinbases that are missing or elsewhere.

use crate::registry::{Anchor, Reader, Registry, SUBJECT, coinbase, filler};
use crate::told::{Told, assert_told, detail, failed};
use plimsoll::chain::{Header, MerkleBlock, OutPoint, Transaction, TxIn, TxOut};
use plimsoll::crypto::hash::{Hash, sha256d};
use plimsoll::encoding::reader::write_compact_size;
use plimsoll::encoding::reversed_hex;
use plimsoll::proof::bundle::{AnchorBlock, Bundle, Bytes};
use plimsoll::proof::step::StepId::{self, *};

/// What waits when the anchor is in no block.
const NO_BLOCK: [(StepId, StepId); 3] = [(BlockOnChain, AnchorInBlock), (Depth, BlockOnChain), (Cadence, BlockOnChain)];

fn parent(left: &Hash, right: &Hash) -> Hash {
    sha256d(&[&left[..], right].concat())
}

/// A `merkleblock` of these hashes and flags, whatever they lead to.
fn merkleblock(header: &Header, n_tx: u32, hashes: &[Hash], flags: &[bool]) -> Vec<u8> {
    let mut bytes = [&header.encode()[..], &n_tx.to_le_bytes()].concat();
    write_compact_size(&mut bytes, hashes.len() as u64);
    hashes.iter().for_each(|hash| bytes.extend_from_slice(hash));
    let byte = |bits: &[bool]| bits.iter().rev().fold(0, |byte, &bit| byte << 1 | u8::from(bit));
    let packed: Vec<u8> = flags.chunks(8).map(byte).collect();
    write_compact_size(&mut bytes, packed.len() as u64);
    bytes.extend(packed);
    bytes
}

/// The sample up to its last anchor, whose block `mine` makes, and the proof with `block` in the place of the genuine one.
fn in_block(
    mine: impl Fn(&mut Registry, &Transaction),
    block: impl Fn(&Registry, &Transaction) -> (Vec<u8>, Transaction),
) -> (Registry, Bundle) {
    let mut registry = Registry::founded();
    registry.add_receivables();
    let Anchor { tx, height, .. } = registry.anchors[2].clone();
    registry.chain = registry.chain.up_to(height - 1);
    mine(&mut registry, &tx);
    let (merkleblock, coinbase) = block(&registry, &tx);
    // The rest of the proof is made with the tree as it should be, then its block replaced.
    let genuine = Registry::sample();
    let mut bundle = genuine.prove(SUBJECT);
    let coinbase = Bytes(coinbase.encode());
    bundle.anchors[2].block = Some(AnchorBlock { height, merkleblock: Bytes(merkleblock), coinbase });
    registry.bury();
    (registry, bundle)
}

fn tip(registry: &Registry) -> Header {
    *registry.chain.headers().last().unwrap()
}

fn assert_in_block(attack: &(Registry, Bundle), finding: Told, words: &str) {
    let (registry, bundle) = attack;
    let report = Reader::of(registry).examine(bundle);
    assert_told(&report, &[finding], &NO_BLOCK);
    assert!(detail(&report, AnchorInBlock).contains(words), "{}", detail(&report, AnchorInBlock));
}

fn not_in_block() -> Told {
    failed(AnchorInBlock, "tx-not-in-block", "anchors[2].block.merkleblock")
}

#[test]
fn an_anchor_in_a_tree_of_another_root() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let block = bundle.anchors[2].block.as_mut().unwrap();
    // The first hash stands after header, count and its own count; it is the coinbase's, whose sibling comes next.
    block.merkleblock.0[80 + 4 + 1 + 32] ^= 1;
    let report = Reader::of(&registry).examine(&bundle);
    let problem = crate::told::step(&report, AnchorInBlock).problem.clone().unwrap();
    let header = registry.chain.headers()[registry.anchors[2].height as usize];
    assert_eq!(problem.expected, reversed_hex(&header.merkle_root));
    assert_told(&report, &[not_in_block().comparing(problem.expected, problem.found)], &NO_BLOCK);
}

#[test]
fn an_anchor_in_another_block() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let other = &registry.anchors[1];
    let txid = registry.anchors[2].tx.txid();
    bundle.anchors[2].block = Some(registry.chain.prove(other.height, other.tx.txid()));
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[not_in_block().comparing(txid, "not among those proven")],
        &NO_BLOCK,
    );
}

#[test]
fn a_tree_with_a_duplicate_leaf() {
    // Three transactions and the same three with the last one twice have one root (CVE-2012-2459).
    let attack = in_block(
        |registry, tx| registry.chain.mine(vec![filler(1), tx.clone()]),
        |registry, tx| {
            let block = registry.chain.blocks.last().unwrap();
            let ids: Vec<Hash> = block.txs.iter().map(|tx| tx.txid().0).collect();
            let hashes = [ids[0], ids[1], tx.txid().0, tx.txid().0];
            let flags = [true, true, true, false, true, true, false];
            assert_eq!(parent(&parent(&ids[0], &ids[1]), &parent(&ids[2], &ids[2])), block.header.merkle_root);
            (merkleblock(&block.header, 4, &hashes, &flags), block.txs[0].clone())
        },
    );
    assert_in_block(&attack, not_in_block(), "are equal");
}

/// A transaction of 64 bytes, unlike every other `tag`'s.
fn of_node_size(previous: OutPoint, tag: u8) -> Transaction {
    let input = TxIn { previous, script: vec![tag; 4], sequence: 0 };
    let tx = Transaction::new(2, vec![input], vec![TxOut { value: 1, script: vec![] }], 0).unwrap();
    assert_eq!(tx.stripped_size(), 64);
    tx
}

#[test]
fn a_64_byte_transaction_as_an_inner_node() {
    // The miner puts 64 bytes into a block whose second half is the id of an anchor that was never mined (CVE-2017-12842).
    let attack = in_block(
        |registry, tx| {
            let first = coinbase(registry.chain.height() + 1);
            let node = parent(&[5; 32], &tx.txid().0);
            registry.chain.mine_root(parent(&first.txid().0, &node), vec![first]);
        },
        |registry, tx| {
            let first = coinbase(registry.chain.height());
            let hashes = [first.txid().0, [5; 32], tx.txid().0];
            (merkleblock(&tip(registry), 4, &hashes, &[true, false, true, false, true]), first)
        },
    );
    let first = coinbase(attack.1.anchors[2].block.as_ref().unwrap().height).txid();
    let finding = failed(AnchorInBlock, "coinbase-wrong", "anchors[2].block.coinbase");
    assert_in_block(&attack, finding.comparing(first, "not among those proven"), "not proven as the first");
}

#[test]
fn a_coinbase_of_64_bytes() {
    let of_64 = of_node_size(OutPoint::NULL, 1);
    let attack = in_block(
        |registry, tx| registry.chain.mine_exactly(vec![of_64.clone(), filler(1), tx.clone()]),
        |registry, tx| {
            let height = registry.chain.height();
            (registry.chain.prove(height, tx.txid()).merkleblock.0, of_64.clone())
        },
    );
    let finding = failed(AnchorInBlock, "tx-64-bytes", "anchors[2].block.coinbase");
    let found = format!("64 bytes ({})", of_64.txid());
    assert_in_block(&attack, finding.comparing("any size but 64 bytes", found), "the size of an inner node");
}

#[test]
fn an_inner_node_as_a_transaction() {
    // Two ids side by side are 64 bytes, and may read as a transaction: whatever is 64 bytes long is refused.
    let node = of_node_size(OutPoint { txid: filler(7).txid(), index: 0 }, 2);
    let (registry, mut bundle) = in_block(
        |registry, _| registry.chain.mine(vec![node.clone()]),
        |registry, _| {
            let height = registry.chain.height();
            (registry.chain.prove(height, node.txid()).merkleblock.0, coinbase(height))
        },
    );
    bundle.anchors[2].tx = Bytes(node.encode());
    let sized = failed(AnchorInBlock, "tx-64-bytes", "anchors[2].tx")
        .comparing("any size but 64 bytes", format!("64 bytes ({})", node.txid()));
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[sized],
        &[
            (AnchorPayload, AnchorInBlock),
            (AnchorLineage, AnchorInBlock),
            (BlockOnChain, AnchorInBlock),
            (Depth, BlockOnChain),
            (Cadence, AnchorLineage),
        ],
    );
}

#[test]
fn a_coinbase_of_another_depth() {
    // A claim of fewer transactions makes nodes of a genuine tree its leaves; the coinbase is then below them.
    let attack = in_block(
        |registry, tx| {
            let first = coinbase(registry.chain.height() + 1);
            let left = parent(&first.txid().0, &filler(1).txid().0);
            registry.chain.mine_root(parent(&left, &tx.txid().0), vec![first]);
        },
        |registry, tx| {
            let first = coinbase(registry.chain.height());
            let left = parent(&first.txid().0, &filler(1).txid().0);
            (merkleblock(&tip(registry), 2, &[left, tx.txid().0], &[true, true, true]), first)
        },
    );
    let first = coinbase(attack.1.anchors[2].block.as_ref().unwrap().height).txid();
    let finding = failed(AnchorInBlock, "coinbase-wrong", "anchors[2].block.coinbase");
    assert_in_block(&attack, finding.comparing(first, "not among those proven"), "not proven as the first");
}

#[test]
fn a_proof_without_the_coinbase() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let height = registry.anchors[2].height;
    let block = &registry.chain.blocks[height as usize - 1];
    let ids: Vec<_> = block.txs.iter().map(Transaction::txid).collect();
    let proof = MerkleBlock::prove(block.header, &ids, &[3]).unwrap();
    bundle.anchors[2].block.as_mut().unwrap().merkleblock = Bytes(proof.encode());
    let wrong = failed(AnchorInBlock, "coinbase-wrong", "anchors[2].block.coinbase");
    let wrong = wrong.comparing(ids[0], "not among those proven");
    assert_in_block(&(registry.clone(), bundle), wrong, "not proven as the first");

    let mut bundle = registry.prove(SUBJECT);
    bundle.anchors[2].block.as_mut().unwrap().coinbase = Bytes(block.txs[1].encode());
    let wrong = failed(AnchorInBlock, "coinbase-wrong", "anchors[2].block.coinbase");
    assert_in_block(&(registry, bundle), wrong, "spends an output");
}

#[test]
fn blocks_that_do_not_decode_and_anchors_without_one() {
    let registry = Registry::sample();
    let good = registry.prove(SUBJECT);
    let mut spare = good.clone();
    spare.anchors[2].block.as_mut().unwrap().merkleblock.0.push(0);
    let finding = failed(AnchorInBlock, "merkleblock-malformed", "anchors[2].block.merkleblock");
    assert_in_block(&(registry.clone(), spare), finding, "left");

    let mut cut = good.clone();
    cut.anchors[2].block.as_mut().unwrap().coinbase.0.pop();
    let finding = failed(AnchorInBlock, "coinbase-malformed", "anchors[2].block.coinbase");
    assert_in_block(&(registry.clone(), cut), finding, "");

    let mut without = good;
    without.anchors[2].block = None;
    let finding = failed(AnchorInBlock, "anchor-without-block", "anchors[2].block");
    assert_in_block(&(registry, without), finding, "");
}
