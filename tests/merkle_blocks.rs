//! Which transactions a block holds: proofs that others published, proofs of our own, and every way to forge one.

mod common;

use fastrand::Rng;
use plimsoll::chain::merkle_prove::merkle_root;
use plimsoll::chain::tx_merkle::MAX_TRANSACTIONS;
use plimsoll::chain::{
    BlockHash, CompactTarget, Header, MerkleBlock, MerkleBlockError, MerkleBranch, OutPoint, PartialTree, Transaction,
    TxIn, TxInBlock, TxOut, Txid,
};
use plimsoll::crypto::hash::{Hash, sha256d};
use plimsoll::encoding::reader::{ReadError, Reader};
use plimsoll::encoding::{decode_hex, decode_hex_array};
use serde_json::Value;
use std::path::Path;

fn file(data: &Path, name: &str) -> Vec<u8> {
    common::read(data, &format!("bitcoin/{name}"))
}

fn json(data: &Path, name: &str) -> Value {
    common::read_json(data, &format!("bitcoin/{name}"))
}

fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member}"))
}

fn bytes(value: &Value, member: &str) -> Vec<u8> {
    decode_hex(text(value, member)).unwrap()
}

fn transaction(value: &Value, member: &str) -> Transaction {
    Transaction::decode(&bytes(value, member)).unwrap()
}

fn number(value: &Value, member: &str) -> u32 {
    value[member].as_u64().unwrap().try_into().unwrap()
}

/// A transaction that is unlike every other `tag`'s; a coinbase at 0.
fn made_up(tag: u32) -> Transaction {
    let previous = if tag == 0 { OutPoint::NULL } else { OutPoint { txid: Txid([7; 32]), index: tag } };
    let input = TxIn { previous, script: tag.to_le_bytes().to_vec(), sequence: u32::MAX };
    Transaction::new(2, vec![input], vec![TxOut { value: 1, script: vec![0x51] }], 0).unwrap()
}

fn made_up_block(count: u32) -> (Header, Vec<Transaction>, Vec<Txid>) {
    let txs: Vec<Transaction> = (0..count).map(made_up).collect();
    let txids: Vec<Txid> = txs.iter().map(Transaction::txid).collect();
    (header_with(merkle_root(&txids)), txs, txids)
}

fn header_with(merkle_root: Hash) -> Header {
    Header {
        version: 4,
        previous: BlockHash([1; 32]),
        merkle_root,
        time: 1,
        bits: CompactTarget(0x207f_ffff),
        nonce: 0,
    }
}

/// The bytes of a `merkleblock`, field by field.
fn raw(header: &Header, n_tx: u32, hashes: &[Hash], flags: &[u8]) -> Vec<u8> {
    let mut out = [&header.encode()[..], &n_tx.to_le_bytes(), &[hashes.len() as u8]].concat();
    hashes.iter().for_each(|hash| out.extend(hash));
    out.push(flags.len() as u8);
    out.extend(flags);
    out
}

fn tree(bytes: &[u8]) -> Result<PartialTree, MerkleBlockError> {
    MerkleBlock::decode(bytes)?.verify_tree()
}

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
fn real_chains_of_op_return_transactions_link_by_link() {
    let Some(data) = common::data_dir() else { return };
    let file = json(&data, "op_return_chains.json");
    let mut links = 0;
    for chain in file["chains"].as_array().unwrap() {
        let mut before: Option<(Txid, u32)> = None;
        for link in chain.as_array().unwrap() {
            let (tx, proven) = proven_by_branches(&file["headers"], link);
            let spent = tx.inputs()[0].previous;
            if let Some((txid, height)) = before {
                // They go on from output 1.
                assert_eq!(spent, OutPoint { txid, index: 1 });
                assert!(height <= number(link, "height"));
            }
            let spends = &link["spends"];
            assert_eq!(
                (spent.txid.to_string().as_str(), u64::from(spent.index)),
                (spends[0].as_str().unwrap(), spends[1].as_u64().unwrap())
            );
            let payloads: Vec<_> = tx.outputs().iter().filter(|output| output.script.first() == Some(&0x6a)).collect();
            assert_eq!(payloads.len(), 1);
            assert_eq!(payloads[0].script, decode_hex(link["op_return"][0].as_str().unwrap()).unwrap());
            before = Some((proven.txid(), number(link, "height")));
            links += 1;
        }
    }
    assert_eq!(links, 21);
    common::counted("links of two real OP_RETURN chains", links);
    let others = json(&data, "op_return_32byte.json");
    for tx in others["txs"].as_array().unwrap() {
        let _ = proven_by_branches(&file["headers"], tx);
    }
    common::counted("other OP_RETURN transactions", others["txs"].as_array().unwrap().len());
}

fn branch(value: &Value, member: &str, position: u32) -> MerkleBranch {
    let siblings =
        value[member].as_array().unwrap().iter().map(|hash| decode_hex_array(hash.as_str().unwrap()).unwrap());
    MerkleBranch { position, siblings: siblings.collect() }
}

/// Verifies the transaction and its coinbase by their branches, and that no damage to either branch passes.
fn proven_by_branches(headers: &Value, value: &Value) -> (Transaction, TxInBlock) {
    let height = number(value, "height").to_string();
    let header = Header::from_hex(text(headers, &height)).unwrap();
    assert_eq!(header.hash().to_string(), text(value, "block_hash"));
    let (tx, coinbase) = (transaction(value, "tx_stripped"), transaction(value, "coinbase_stripped"));
    let (n_tx, position) = (number(value, "n_tx"), number(value, "tx_index"));
    let (own, first) = (branch(value, "merkle_branch", position), branch(value, "coinbase_branch", 0));
    let verify = |own: &MerkleBranch, first: &MerkleBranch| own.verify(&header, n_tx, &tx, &coinbase, first);
    let proven = verify(&own, &first).unwrap();
    assert_eq!((proven.txid().to_string().as_str(), proven.position()), (text(value, "txid"), position));
    for level in 0..own.siblings.len() {
        for branch in [&own, &first] {
            let mut damaged = branch.clone();
            damaged.siblings[level][0] ^= 1;
            let mut short = branch.clone();
            short.siblings.remove(level);
            let moved = MerkleBranch { position: branch.position ^ 1 << level, ..branch.clone() };
            for wrong in [damaged, short, moved] {
                let judged = if branch == &own { verify(&wrong, &first) } else { verify(&own, &wrong) };
                assert!(judged.is_err(), "{wrong:?}");
            }
        }
    }
    assert!(verify(&own, &own).is_err() && verify(&first, &first).is_err());
    (tx, proven)
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

/// One SPV proof of the published ones, or why it cannot be read or does not verify.
fn spv_proof(proof: &Value) -> Result<PartialTree, String> {
    let strict = |value: &Value, member: &str| -> Result<Vec<u8>, String> {
        let text =
            value[member].as_str().and_then(|text| text.strip_prefix("0x")).ok_or(format!("{member}: no hex"))?;
        decode_hex(text).map_err(|error| format!("{member}: {error}"))
    };
    let hash = |value: &Value, member: &str| {
        Hash::try_from(strict(value, member)?).map_err(|wrong| format!("{member}: {} bytes", wrong.len()))
    };
    let parts: Result<Vec<_>, _> =
        ["version", "vin", "vout", "locktime"].map(|part| strict(proof, part)).into_iter().collect();
    let tx = Transaction::decode(&parts?.concat()).map_err(|error| error.to_string())?;
    if tx.txid().0 != hash(proof, "tx_id")? {
        return Err("tx_id is not the transaction's".to_owned());
    }
    let header = spv_header(&proof["confirming_header"])?;
    let nodes = strict(proof, "intermediate_nodes")?;
    let (siblings, rest) = nodes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err(format!("intermediate_nodes: {} bytes over", rest.len()));
    }
    let branch = MerkleBranch { position: number(proof, "index"), siblings: siblings.to_vec() };
    // This form does not say how many transactions there are; as many as so deep a tree can hold.
    branch.verify_tree(&header, 1 << siblings.len(), tx.txid()).map_err(|error| error.to_string())
}

fn spv_header(value: &Value) -> Result<Header, String> {
    let text = |member: &str| {
        value[member].as_str().and_then(|text| text.strip_prefix("0x")).ok_or(format!("{member}: no hex"))
    };
    let hash = |member: &str| decode_hex_array::<32>(text(member)?).map_err(|error| format!("{member}: {error}"));
    let header = Header::from_hex(text("raw")?).map_err(|error| format!("raw: {error}"))?;
    let target = header.bits.decode(plimsoll::chain::Target::MAX).map_err(|error| error.to_string())?;
    for (member, own) in
        [("hash", header.hash().0), ("merkle_root", header.merkle_root), ("prevhash", header.previous.0)]
    {
        let mut stated = hash(member)?;
        // An older form has each hash in display order, and again as it is on the wire.
        let on_the_wire = format!("{member}_le");
        if value.get(&on_the_wire).is_some() {
            stated.reverse();
            if hash(&on_the_wire)? != stated {
                return Err(format!("{on_the_wire} is not {member} in reverse"));
            }
        }
        if stated != own {
            return Err(format!("{member} is not the header's"));
        }
    }
    if target.admits(&header.hash().0) { Ok(header) } else { Err("no work".to_owned()) }
}

#[test]
fn a_full_spv_proof_verifies_and_every_malformed_one_is_refused() {
    let Some(data) = common::data_dir() else { return };
    let file = json(&data, "testProofs.json");
    let inner = |member: &str| -> Value { serde_json::from_str(text(&file, member)).unwrap() };
    let listed = |member: &str| -> Vec<Value> {
        file[member]
            .as_array()
            .unwrap()
            .iter()
            .map(|text| serde_json::from_str(text.as_str().unwrap()).unwrap())
            .collect()
    };
    let proof = &listed("valid")[0];
    let proven = spv_proof(proof).unwrap();
    assert_eq!(proven.matched().len(), 1);
    assert_eq!(proven.matched()[0].0, 26);
    assert!(spv_header(&listed("validHeader")[0]).is_ok());
    let mut refused = 0;
    for member in [
        "errBadHexBytes",
        "errBadHexHash256",
        "errBadLenHash256",
        "errBadHexRawHeader",
        "errBadLenRawHeader",
        "errBadLenHash",
    ] {
        // Parts these leave out are the valid proof's, so that each is refused for what it says is wrong with it.
        let mut damaged = proof.clone();
        for (name, value) in inner(member).as_object().unwrap() {
            damaged[name] = value.clone();
        }
        let error = spv_proof(&damaged).unwrap_err();
        println!("{member}: {error}");
        assert!(["hexadecimal", "bytes"].iter().any(|word| error.contains(word)), "{member}: {error}");
        refused += 1;
    }
    for header in file["badHeaders"].as_array().unwrap() {
        println!("{}: {}", header["comment"], spv_header(&header["header"]).unwrap_err());
        refused += 1;
    }
    for bad in file["badSPVProofs"].as_array().unwrap() {
        println!("{}: {}", bad["comment"], spv_proof(&bad["proof"]).unwrap_err());
        refused += 1;
    }
    // Two more speak of a 160-bit hash, which no header or transaction here has: no hash of ours reads them.
    for member in ["errBadHexHash160", "errBadLenHash160"] {
        assert!(Txid::from_hex(inner(member).as_str().unwrap()).is_err());
        refused += 1;
    }
    assert_eq!(refused, 15);
    common::counted("SPV proof and header that verify", 2);
    common::counted("malformed SPV proofs, each refused", refused);
}

#[test]
fn published_branches_and_those_that_must_fail() {
    let Some(data) = common::data_dir() else { return };
    let file = json(&data, "testVectors.json");
    let hex = |value: &Value| decode_hex(value.as_str().unwrap().trim_start_matches("0x")).unwrap();
    // Leaf, siblings and root in one: leaf alone when it is the root, and never leaf and root without siblings.
    let verify = |chain: &[u8], position: u32| -> bool {
        let (hashes, rest) = chain.as_chunks::<32>();
        let (Some((leaf, root)), true) = (hashes.first().zip(hashes.last()), rest.is_empty() && hashes.len() != 2)
        else {
            return false;
        };
        let siblings = hashes.get(1..hashes.len() - 1).unwrap_or_default().to_vec();
        // How many transactions there are is not said: that many of so deep a tree which lets the branch pass.
        let deepest = 1 << siblings.len();
        [deepest, position + 1].into_iter().any(|n_tx| {
            let branch = MerkleBranch { position, siblings: siblings.clone() };
            branch.verify_tree(&header_with(*root), n_tx, Txid(*leaf)).is_ok()
        })
    };
    let mut cases = 0;
    for vector in file["verifyHash256Merkle"].as_array().unwrap() {
        let input = &vector["input"];
        assert_eq!(
            verify(&hex(&input["proof"]), number(input, "index")),
            vector["output"].as_bool().unwrap(),
            "{input}"
        );
        cases += 1;
    }
    for vector in file["prove"].as_array().unwrap() {
        let input = &vector["input"];
        let mut chain = hex(&input["txIdLE"]);
        let siblings = hex(&input["proof"]);
        if !siblings.is_empty() {
            chain = [chain, siblings, hex(&input["merkleRootLE"])].concat();
        }
        assert_eq!(verify(&chain, number(input, "index")), vector["output"].as_bool().unwrap(), "{input}");
        cases += 1;
    }
    common::counted("branches", cases);
}

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
