//! Which transactions a block holds, by branches: real chains of transactions and proofs that others published, good and bad.

#[path = "common/block.rs"]
mod block;
mod common;

use block::{header_with, json, number, text, transaction};
use plimsoll::chain::{Header, MerkleBranch, OutPoint, PartialTree, Target, Transaction, TxInBlock, Txid};
use plimsoll::crypto::hash::Hash;
use plimsoll::encoding::{decode_hex, decode_hex_array};
use serde_json::Value;

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
    let target = header.bits.decode(Target::MAX).map_err(|error| error.to_string())?;
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
