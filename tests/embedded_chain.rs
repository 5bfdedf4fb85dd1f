//! The embedded chain, judged by Bitcoin Core's own code: every block of it is accepted, and none with a changed byte.
#![cfg(feature = "issuer")]

use std::fs;
use std::path::Path;
use std::process::Command;

const PROGRAM: &str = env!("CARGO_BIN_EXE_plimsoll");
const ORACLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/oracles/blocks.py");
const MAGIC: [u8; 4] = [0xfa, 0xbf, 0xb5, 0xda];

/// One line of the oracle: the reason or "ok", then the active chain's height and tip.
#[derive(Debug)]
struct Judged {
    reason: String,
    height: usize,
    tip: String,
}

/// Asks Bitcoin Core. `None`, and a line that says so, where its code is not installed.
fn judge(blocks: &[Vec<u8>]) -> Option<Vec<Judged>> {
    let file = tempfile::NamedTempFile::new().unwrap();
    let framed: Vec<u8> = blocks
        .iter()
        .flat_map(|block| [&MAGIC[..], &u32::try_from(block.len()).unwrap().to_le_bytes(), block].concat())
        .collect();
    fs::write(file.path(), framed).unwrap();
    let python = std::env::var("PLIMSOLL_PYTHON").unwrap_or_else(|_| "python3".into());
    let required = std::env::var_os("PLIMSOLL_REQUIRE_ORACLES").is_some();
    let output = match Command::new(&python).arg(ORACLE).arg(file.path()).output() {
        Ok(output) if output.status.success() => output,
        missing => {
            let why = match missing {
                Ok(output) => String::from_utf8_lossy(&output.stderr).into_owned(),
                Err(error) => error.to_string(),
            };
            assert!(!required, "{python}: {why}");
            println!("Bitcoin Core: {} — 0 blocks judged, nothing of it tested", why.trim());
            return None;
        }
    };
    let lines = String::from_utf8(output.stdout).unwrap();
    let judged: Vec<Judged> = lines
        .lines()
        .map(|line| {
            let words: Vec<&str> = line.split(' ').collect();
            Judged { reason: words[0].into(), height: words[1].parse().unwrap(), tip: words[2].into() }
        })
        .collect();
    println!("Bitcoin Core: {} blocks judged", judged.len());
    assert_eq!(judged.len(), blocks.len(), "{}", String::from_utf8_lossy(&output.stderr));
    Some(judged)
}

fn blocks(file: &Path) -> Vec<Vec<u8>> {
    let bytes = fs::read(file).unwrap();
    let mut blocks = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((head, tail)) = rest.split_first_chunk::<8>() {
        assert_eq!(head[..4], MAGIC);
        let (block, after) = tail.split_at(u32::from_le_bytes(head[4..].try_into().unwrap()) as usize);
        blocks.push(block.to_vec());
        rest = after;
    }
    blocks
}

fn plimsoll(dir: &Path, args: &[&str]) {
    let output = Command::new(PROGRAM).current_dir(dir).args(args).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// A chain with three anchors, past the heights where the coinbase's number grows by a byte and the subsidy halves.
fn chain() -> Vec<Vec<u8>> {
    let dir = tempfile::tempdir().unwrap();
    plimsoll(dir.path(), &["init", "--name", "Test"]);
    for key in ["one", "two"] {
        plimsoll(dir.path(), &["key", "new", key]);
        plimsoll(dir.path(), &["party", "add", "--key", key, "--name", key, "--role", "carrier"]);
        plimsoll(dir.path(), &["anchor", "--blocks", "40"]);
    }
    blocks(&dir.path().join(".plimsoll/blocks.dat"))
}

#[test]
fn bitcoin_core_accepts_every_block() {
    let blocks = chain();
    assert_eq!(blocks.len(), 183);
    let Some(judged) = judge(&blocks) else { return };
    for (height, judged) in (1..).zip(&judged) {
        assert_eq!((judged.reason.as_str(), judged.height), ("ok", height), "block {height}: {judged:?}");
    }
    let tip = plimsoll::chain::Header::decode(&blocks.last().unwrap()[..80]).unwrap().hash();
    assert_eq!(judged.last().unwrap().tip, tip.to_string());
}

#[test]
fn bitcoin_core_accepts_every_block_of_the_sample() {
    let dir = tempfile::tempdir().unwrap();
    plimsoll(dir.path(), &["sample", "--out", ".", "--blocks", "blocks.dat"]);
    let blocks = blocks(&dir.path().join("blocks.dat"));
    let headers = fs::read(dir.path().join("sample/chain.headers")).unwrap();
    let from_blocks: Vec<u8> = blocks.iter().flat_map(|block| block[..80].to_vec()).collect();
    assert_eq!(headers[80..], from_blocks, "the headers handed out are those of the blocks");
    let Some(judged) = judge(&blocks) else { return };
    assert!(judged.iter().all(|judged| judged.reason == "ok"), "{judged:?}");
    assert_eq!(judged.last().unwrap().height, 212);
}

#[test]
fn bitcoin_core_refuses_a_block_with_a_changed_byte() {
    let mut row = chain();
    row.truncate(102);
    let anchor = row.pop().unwrap();
    let whole = row.len();
    assert!(anchor.len() > 200, "the anchor's block has two transactions");
    // Everything but time and nonce: a block that differs in these alone may be another good one.
    let places = (4..68).step_by(7).chain((80..anchor.len()).step_by(5));
    for at in places {
        let mut changed = anchor.clone();
        changed[at] ^= 1;
        row.push(changed);
    }
    let tries = row.len() - whole;
    row.push(anchor);
    let Some(judged) = judge(&row) else { return };
    assert!(judged[..whole].iter().all(|judged| judged.reason == "ok"));
    for judged in &judged[whole..whole + tries] {
        assert!(judged.reason != "ok" && judged.height == whole, "{judged:?}");
    }
    assert_eq!(judged[whole + tries].reason, "ok", "the block as it was");
}
