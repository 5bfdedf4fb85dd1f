//! Which transactions a block holds: `merkleblock` proofs and whole blocks that others published.

#[path = "common/block.rs"]
mod block;
mod common;

use block::{bytes, file, header_with, json, made_up, text, transaction, tree};
use plimsoll::chain::merkle_prove::merkle_root;
use plimsoll::chain::{Header, MerkleBlock, MerkleBlockError, Transaction, TxIn, TxOut, Txid};
use plimsoll::encoding::decode_hex;
use plimsoll::encoding::reader::{ReadError, Reader};

#[test]
fn published_merkle_blocks_lead_to_their_roots() {
    let Some(data) = common::data_dir() else { return };
    let example = json(&data, "merkleblock_example.json");
    let rust_bitcoin = String::from_utf8(file(&data, "rust-bitcoin-merkle_block.hex")).unwrap();
    let cases = [
        (decode_hex(rust_bitcoin.trim()).unwrap(), 9, vec![3]),
        (file(&data, "test__data__merkle300025.raw"), 461, vec![]),
        (bytes(&example, "merkleblock_tx"), 1979, vec![421]),
        (bytes(&example, "merkleblock_coinbase_and_tx"), 1979, vec![0, 421]),
    ];
    for (bytes, n_tx, positions) in &cases {
        let proof = MerkleBlock::decode(bytes).unwrap();
        assert_eq!(proof.encode(), *bytes);
        let tree = proof.verify_tree().unwrap();
        let found: Vec<u32> = tree.matched().iter().map(|&(position, _)| position).collect();
        println!("{}: {} of {} transactions, at {found:?}", tree.block_hash(), found.len(), tree.n_tx());
        assert_eq!(tree.n_tx(), *n_tx);
        assert!(positions.is_empty() || found == *positions, "{found:?}");
    }
    common::counted("merkle blocks", cases.len());
}

#[test]
fn a_real_transaction_is_proven_with_its_coinbase_and_not_without() {
    let Some(data) = common::data_dir() else { return };
    let example = json(&data, "merkleblock_example.json");
    let (coinbase, tx) = (transaction(&example, "coinbase_stripped"), transaction(&example, "tx_stripped"));
    assert_eq!(tx.txid().to_string(), text(&example, "txid"));
    let both = MerkleBlock::decode(&bytes(&example, "merkleblock_coinbase_and_tx")).unwrap();
    let proven = both.verify(&coinbase, &tx).unwrap();
    assert_eq!((proven.txid(), proven.position(), proven.n_tx(), proven.depth()), (tx.txid(), 421, 1979, 11));
    assert_eq!(proven.block_hash(), both.header().hash());
    let alone = MerkleBlock::decode(&bytes(&example, "merkleblock_tx")).unwrap();
    let missing = MerkleBlockError::CoinbaseNotFirst { txid: coinbase.txid() };
    assert_eq!(alone.verify(&coinbase, &tx), Err(missing));
    assert_eq!(both.verify(&tx, &tx), Err(MerkleBlockError::NotCoinbase { txid: tx.txid() }));
    let other = made_up(5);
    assert_eq!(both.verify(&coinbase, &other), Err(MerkleBlockError::NotProven { txid: other.txid() }));
    let other = made_up(0);
    assert_eq!(both.verify(&other, &tx), Err(MerkleBlockError::CoinbaseNotFirst { txid: other.txid() }));
    common::counted("merkle blocks with coinbase and transaction", 1);
}

#[test]
fn the_whole_of_block_300025() {
    let Some(data) = common::data_dir() else { return };
    let block = file(&data, "test__data__block300025.raw");
    let mut reader = Reader::new(&block);
    let header = Header::read(&mut reader).unwrap();
    let count = reader.compact_size(10_000).unwrap();
    let txs: Vec<Transaction> = (0..count).map(|_| Transaction::read(&mut reader).unwrap()).collect();
    reader.finish().unwrap();
    let txids: Vec<Txid> = txs.iter().map(Transaction::txid).collect();
    assert_eq!(merkle_root(&txids), header.merkle_root);
    assert!(txs[0].is_coinbase() && !txs[1..].iter().any(Transaction::is_coinbase));

    // What another program published of this block, rebuilt byte for byte.
    let published = file(&data, "test__data__merkle300025.raw");
    let matched = tree(&published).unwrap().matched().to_vec();
    let positions: Vec<u32> = matched.iter().map(|&(position, _)| position).collect();
    assert!(matched.iter().all(|&(position, txid)| txids[position as usize] == txid));
    assert_eq!(MerkleBlock::prove(header, &txids, &positions).unwrap().encode(), published);
    let extended = file(&data, "test__data__merkle300025-extended.raw");
    assert!(matches!(MerkleBlock::decode(&extended), Err(MerkleBlockError::Read(ReadError::Trailing { .. }))));
    let mut rest = Reader::new(extended.strip_prefix(published.as_slice()).unwrap());
    for _ in 0..rest.compact_size(100).unwrap() {
        let tx = Transaction::read(&mut rest).unwrap();
        assert!(matched.iter().any(|&(_, txid)| txid == tx.txid()));
    }
    rest.finish().unwrap();

    for (position, tx) in (0..).zip(&txs) {
        let proof = MerkleBlock::prove(header, &txids, &[0, position]).unwrap();
        let proven = MerkleBlock::decode(&proof.encode()).unwrap().verify(&txs[0], tx).unwrap();
        assert_eq!((proven.position(), proven.block_hash()), (position, header.hash()));
    }
    common::counted("transactions of block 300,025, each proven with the coinbase", txs.len());
}

#[test]
fn sixty_four_bytes_are_no_transaction_to_prove() {
    let Some(data) = common::data_dir() else { return };
    let vectors = json(&data, "bip-0054__test_vectors__txsize.json");
    let vectors = vectors.as_array().unwrap();
    for vector in vectors {
        let tx = transaction(vector, "tx");
        let valid = vector["valid"].as_bool().unwrap();
        assert_eq!(tx.stripped_size() != 64, valid, "{}", vector["comment"]);
        let coinbase = made_up(0);
        let txids = [coinbase.txid(), tx.txid()];
        let proof = MerkleBlock::prove(header_with(merkle_root(&txids)), &txids, &[0, 1]).unwrap();
        match proof.verify(&coinbase, &tx) {
            Ok(proven) => assert!(valid && proven.position() == 1),
            Err(error) => assert_eq!((valid, error), (false, MerkleBlockError::NodeSized { txid: tx.txid() })),
        }
    }
    common::counted("BIP54 transaction sizes", vectors.len());
    // A coinbase of 64 bytes could be an inner node just as well.
    let script = made_up(0).inputs()[0].script[..3].to_vec();
    let input = TxIn { script: [script, vec![0]].concat(), ..made_up(0).inputs()[0].clone() };
    let coinbase = Transaction::new(2, vec![input], vec![TxOut { value: 1, script: vec![] }], 0).unwrap();
    assert_eq!((coinbase.stripped_size(), coinbase.is_coinbase()), (64, true));
    let txids = [coinbase.txid(), made_up(1).txid()];
    let proof = MerkleBlock::prove(header_with(merkle_root(&txids)), &txids, &[0, 1]).unwrap();
    assert_eq!(proof.verify(&coinbase, &made_up(1)), Err(MerkleBlockError::NodeSized { txid: coinbase.txid() }));
}

#[test]
fn bip54_coinbases_are_coinbases() {
    let Some(data) = common::data_dir() else { return };
    let vectors = json(&data, "bip-0054__test_vectors__coinbases.json");
    let mut blocks = 0;
    for vector in vectors.as_array().unwrap() {
        for block in vector["block_chain"].as_array().unwrap() {
            let block = decode_hex(block.as_str().unwrap()).unwrap();
            let mut reader = Reader::new(&block);
            let header = Header::read(&mut reader).unwrap();
            assert_eq!(reader.compact_size(10), Ok(1));
            let coinbase = Transaction::read(&mut reader).unwrap();
            reader.finish().unwrap();
            // A block of one transaction: its id is the root.
            let proof = MerkleBlock::prove(header, &[coinbase.txid()], &[0]).unwrap();
            let proven = proof.verify(&coinbase, &coinbase).unwrap();
            assert_eq!((proven.position(), proven.depth(), proven.txid().0), (0, 0, header.merkle_root));
            blocks += 1;
        }
    }
    common::counted("blocks of one coinbase (BIP54)", blocks);
}
