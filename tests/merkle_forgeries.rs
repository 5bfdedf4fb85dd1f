//! Every way to forge or damage a proof that a block holds a transaction.

#[path = "common/block.rs"]
mod block;
mod common;

use block::{bytes, header_with, json, made_up, made_up_block, raw, tree};
use fastrand::Rng;
use plimsoll::chain::tx_merkle::MAX_TRANSACTIONS;
use plimsoll::chain::{MerkleBlock, MerkleBlockError, MerkleBranch, Transaction, TxInBlock, Txid};
use plimsoll::crypto::hash::{Hash, sha256d};
use plimsoll::encoding::reader::ReadError;

#[test]
fn every_flipped_bit_of_a_proof_is_noticed() {
    let Some(data) = common::data_dir() else { return };
    let example = json(&data, "merkleblock_example.json");
    let proof = bytes(&example, "merkleblock_coinbase_and_tx");
    let (coinbase, tx) = (bytes(&example, "coinbase_stripped"), bytes(&example, "tx_stripped"));
    let verify = |proof: &[u8], coinbase: &[u8], tx: &[u8]| -> Option<TxInBlock> {
        let (coinbase, tx) = (Transaction::decode(coinbase).ok()?, Transaction::decode(tx).ok()?);
        MerkleBlock::decode(proof).ok()?.verify(&coinbase, &tx).ok()
    };
    let good = verify(&proof, &coinbase, &tx).unwrap();
    let flipped = |bytes: &[u8], bit: usize| {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        damaged
    };
    let mut cases = 0;
    for bit in 0..proof.len() * 8 {
        let judged = verify(&flipped(&proof, bit), &coinbase, &tx);
        match bit / 8 {
            // Another header with the same root is another block, which the chain of headers then does not know.
            0..36 | 68..80 => assert!(judged.is_some_and(|other| other.block_hash() != good.block_hash()), "bit {bit}"),
            // The number of transactions is bound only by the depth that follows from it.
            80..84 => {
                let same = |other: &TxInBlock| {
                    (other.txid(), other.position(), other.depth()) == (good.txid(), good.position(), good.depth())
                };
                assert!(judged.as_ref().is_none_or(same), "bit {bit}: {judged:?}");
            }
            // A flag that turns a hash beside the transaction into one more that is proven changes nothing for this one.
            _ => assert!(judged.as_ref().is_none_or(|other| *other == good), "bit {bit}: {judged:?}"),
        }
        cases += 1;
    }
    for bit in 0..coinbase.len() * 8 {
        assert_eq!(verify(&proof, &flipped(&coinbase, bit), &tx), None);
        cases += 1;
    }
    for bit in 0..tx.len() * 8 {
        assert_eq!(verify(&proof, &coinbase, &flipped(&tx, bit)), None);
        cases += 1;
    }
    for end in 0..proof.len() {
        assert_eq!(verify(&proof[..end], &coinbase, &tx), None);
        cases += 1;
    }
    assert_eq!(verify(&[&proof[..], &[0]].concat(), &coinbase, &tx), None);
    println!("a proof with one bit flipped or cut short: {cases} cases, none verifies to other content");
}

#[test]
fn every_refusal_has_its_name() {
    use MerkleBlockError as E;
    let (header, txs, txids) = made_up_block(3);
    let good = MerkleBlock::prove(header, &txids, &[0, 1]).unwrap();
    // Root, left, two leaves; the third leaf's parent as a hash: flags 1 1 1 1 0 and three zeros.
    let third = sha256d(&[txids[2].0, txids[2].0].concat());
    let hashes = [txids[0].0, txids[1].0, third];
    assert_eq!(good.encode(), raw(&header, 3, &hashes, &[0b0_1111]));
    assert!(good.verify(&txs[0], &txs[1]).is_ok());
    let raw = |n_tx: u32, hashes: &[Hash], flags: &[u8]| tree(&raw(&header, n_tx, hashes, flags)).unwrap_err();

    for found in [0, MAX_TRANSACTIONS + 1, u32::MAX] {
        assert_eq!(raw(found, &hashes, &[0b1111]), E::TransactionCount { found });
    }
    assert_eq!(raw(2, &hashes, &[0b1111]), E::TooManyHashes { found: 3, n_tx: 2 });
    assert_eq!(raw(3, &hashes, &[]), E::FlagsMissing { found: 0 });
    assert_eq!(raw(3, &hashes[..2], &[0b1111]), E::HashesMissing { found: 2 });
    assert_eq!(raw(3, &[], &[0]), E::HashesMissing { found: 0 });
    let swapped = [txids[1].0, txids[0].0, third];
    let found = sha256d(&[sha256d(&swapped[..2].concat()), third].concat());
    assert_eq!(raw(3, &swapped, &[0b1111]), E::Root { expected: header.merkle_root, found });
    assert_eq!(raw(3, &[header.merkle_root, third], &[0]), E::HashesSpare { used: 1, found: 2 });
    assert_eq!(raw(3, &hashes, &[0b1111, 0]), E::FlagsSpare { used: 5, found: 16 });
    assert_eq!(raw(3, &hashes, &[0b1000_1111]), E::Padding { at: 7 });
    assert_eq!(raw(3, &hashes, &[0b0010_1111]), E::Padding { at: 5 });
    // Twice the same child where there are two: the tree of the list with its end repeated.
    let repeated = [txids[0].0, txids[1].0, txids[2].0, txids[2].0];
    assert_eq!(raw(4, &repeated, &[0b111_1111]), E::EqualChildren { level: 0, position: 2 });
    let pair = sha256d(&[txids[0].0, txids[1].0].concat());
    assert_eq!(raw(3, &[pair, pair], &[0b001]), E::EqualChildren { level: 1, position: 0 });
    // The same refusals for branches.
    let branch = |n_tx, position, siblings: &[Hash], txid| {
        MerkleBranch { position, siblings: siblings.to_vec() }.verify_tree(&header, n_tx, txid)
    };
    assert!(branch(3, 2, &[txids[2].0, pair], txids[2]).is_ok());
    assert_eq!(branch(4, 2, &[txids[2].0, pair], txids[2]), Err(E::EqualChildren { level: 0, position: 2 }));
    assert_eq!(branch(4, 3, &[txids[2].0, pair], txids[2]), Err(E::EqualChildren { level: 0, position: 2 }));
    assert_eq!(branch(3, 2, &[txids[1].0, pair], txids[2]), Err(E::NotDoubled { level: 0 }));
    assert_eq!(branch(3, 3, &[txids[2].0, pair], txids[2]), Err(E::Position { found: 3, n_tx: 3 }));
    assert_eq!(branch(3, 2, &[txids[2].0], txids[2]), Err(E::BranchLength { expected: 2, found: 1 }));
    assert_eq!(branch(0, 0, &[], txids[2]), Err(E::TransactionCount { found: 0 }));
    // Encodings.
    let bytes = good.encode();
    let long_count = [&bytes[..84], &[0xfd, 3, 0], &bytes[85..]].concat();
    assert!(matches!(tree(&long_count), Err(E::Read(ReadError::NotMinimal { .. }))));
    let flood = [&bytes[..bytes.len() - 2], &[0xfd, 0xff, 0xff]].concat();
    assert!(matches!(tree(&flood), Err(E::Read(ReadError::TooMany { .. }))));
    // The maker refuses what it cannot prove.
    assert_eq!(MerkleBlock::prove(header, &txids, &[3]), Err(E::Position { found: 3, n_tx: 3 }));
    assert_eq!(MerkleBlock::prove(header, &[], &[]), Err(E::TransactionCount { found: 0 }));
    assert!(matches!(MerkleBlock::prove(header, &txids[..2], &[0]), Err(E::Root { .. })));
}

#[test]
fn a_transaction_hidden_in_a_transaction_is_not_at_the_coinbases_depth() {
    // The block holds a transaction of 64 bytes whose second half is the id of one that never was in a block.
    let (coinbase, fake) = (made_up(0), made_up(9));
    let disguised = [[3; 32], fake.txid().0].concat();
    let inner = sha256d(&disguised);
    let header = header_with(sha256d(&[coinbase.txid().0, inner].concat()));
    // Claimed as a tree of four, one level deeper than it is: root, left (a hash), right, its two leaves.
    let attack = raw(&header, 4, &[coinbase.txid().0, [3; 32], fake.txid().0], &[0b1_0101]);
    let tree = MerkleBlock::decode(&attack).unwrap();
    assert_eq!(tree.verify_tree().unwrap().matched(), [(3, fake.txid())]);
    let missing = MerkleBlockError::CoinbaseNotFirst { txid: coinbase.txid() };
    assert_eq!(tree.verify(&coinbase, &fake), Err(missing.clone()));
    // By branches the coinbase's is one shorter, and does not pass as one as long.
    let deep = MerkleBranch { position: 3, siblings: vec![[3; 32], coinbase.txid().0] };
    assert!(deep.verify_tree(&header, 4, fake.txid()).is_ok());
    let shallow = MerkleBranch { position: 0, siblings: vec![inner] };
    assert!(shallow.verify_tree(&header, 2, coinbase.txid()).is_ok());
    let judged = deep.verify(&header, 4, &fake, &coinbase, &shallow);
    assert_eq!(judged, Err(MerkleBlockError::BranchLength { expected: 2, found: 1 }));

    // The other way: a claim one level shallower makes an inner node a leaf, but no transaction has that id.
    let (header, txs, txids) = made_up_block(4);
    let node = |at: usize| sha256d(&[txids[at].0, txids[at + 1].0].concat());
    let shallow = raw(&header, 2, &[node(0), node(2)], &[0b111]);
    let tree = MerkleBlock::decode(&shallow).unwrap();
    assert_eq!(tree.verify_tree().unwrap().matched().len(), 2);
    assert_eq!(tree.verify(&txs[0], &txs[1]), Err(MerkleBlockError::CoinbaseNotFirst { txid: txids[0] }));
}

#[test]
fn what_is_proven_verifies_for_every_number_of_transactions() {
    let mut random = Rng::with_seed(3);
    let mut cases = 0;
    for count in (1..=70).chain([255, 256, 257, MAX_TRANSACTIONS]) {
        let (header, txs, txids) = made_up_block(count);
        for _ in 0..4 {
            let mut positions: Vec<u32> = (0..random.u32(0..4)).map(|_| random.u32(0..count)).chain([0]).collect();
            positions.sort_unstable();
            positions.dedup();
            let proof = MerkleBlock::prove(header, &txids, &positions).unwrap();
            let decoded = MerkleBlock::decode(&proof.encode()).unwrap();
            assert_eq!(decoded, proof);
            let expected: Vec<(u32, Txid)> = positions.iter().map(|&at| (at, txids[at as usize])).collect();
            assert_eq!(decoded.verify_tree().unwrap().matched(), expected);
            for &at in &positions {
                assert_eq!(decoded.verify(&txs[0], &txs[at as usize]).unwrap().position(), at);
            }
            cases += 1;
        }
    }
    println!("proofs made and verified: {cases} cases");
}
