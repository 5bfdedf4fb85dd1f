//! Transparency logs against what others published: transparency-dev's proof vectors, a real tiled log, real tlog-proofs.

mod common;
#[path = "logs/model.rs"]
mod model;
#[path = "logs/policy.rs"]
mod policy;

use plimsoll::crypto::hash::{Hash, sha256_parts};
use plimsoll::encoding::decode_base64;
use plimsoll::tlog::checkpoint::CheckpointError;
use plimsoll::tlog::tlog_proof::TlogProofError;
use plimsoll::tlog::{
    LeafHash, Log, LogPolicy, Note, SignedCheckpoint, TlogProof, VerifierKey, consistency, inclusion, subtree, tiles,
};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// All JSON files under a folder, in order.
fn json_files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(json_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "json") {
            files.push(path);
        }
    }
    files.sort();
    files
}

/// A vector of transparency-dev/merkle.
struct Vector(Value);

impl Vector {
    fn number(&self, name: &str) -> u64 {
        self.0[name].as_u64().unwrap_or_else(|| panic!("{name} of {}", self.0))
    }

    /// The bytes of a hash, which need not be 32.
    fn bytes(&self, name: &str) -> Vec<u8> {
        decode_base64(self.0[name].as_str().unwrap()).unwrap()
    }

    fn hashes(&self, read: Read) -> Option<Vec<Hash>> {
        let proof = self.0["proof"].as_array().map_or(&[][..], Vec::as_slice);
        proof.iter().map(|hash| read(&decode_base64(hash.as_str().unwrap()).unwrap())).collect()
    }
}

/// How bytes of a vector become a hash.
type Read = fn(&[u8]) -> Option<Hash>;

/// Only 32 bytes are a hash.
fn exact(bytes: &[u8]) -> Option<Hash> {
    bytes.try_into().ok()
}

/// Bytes that are no hash, such as the text "don't care 1", stand for some hash of their own.
fn stretched(bytes: &[u8]) -> Option<Hash> {
    exact(bytes).or_else(|| Some(sha256_parts(&[b"stand-in", bytes])))
}

/// What became of a vector: proven, refused, or not even readable as hashes.
fn outcome(kind: &str, vector: &Vector, read: Read) -> Option<Result<(), String>> {
    let number = |name| vector.number(name);
    let hash = |name| read(&vector.bytes(name));
    let leaf = |name| hash(name).map(LeafHash::from_bytes);
    let proof = vector.hashes(read)?;
    let run = || subtree::Subtree::new(number("start"), number("end"));
    Some(match kind {
        "inclusion" => {
            let (index, size) = (number("leafIdx"), number("treeSize"));
            let included = inclusion::verify(leaf("leafHash")?, index, size, &proof, &hash("root")?);
            included.map(|it| assert_eq!((it.index(), it.size()), (index, size))).map_err(|error| error.to_string())
        }
        "consistency" => {
            let (old, new) = ((number("size1"), &hash("root1")?), (number("size2"), &hash("root2")?));
            let consistent = consistency::verify(old, new, &proof);
            consistent.map(|it| assert_eq!((it.earlier(), it.later()), (old, new))).map_err(|error| error.to_string())
        }
        "subtreeinclusion" => {
            let (leaf, root, index) = (leaf("leafHash")?, hash("root")?, number("leafIdx"));
            let included = run().and_then(|run| subtree::verify_inclusion(leaf, index, run, &proof, &root));
            included.map(|it| assert_eq!(it.parts().1, index)).map_err(|error| error.to_string())
        }
        "subtreeconsistency" => {
            let (root, tree_root, size) = (hash("root1")?, hash("root2")?, number("size"));
            let part = run().and_then(|run| subtree::verify_consistency(run, &root, size, &tree_root, &proof));
            part.map(|it| assert_eq!(it.tree(), (size, &tree_root))).map_err(|error| error.to_string())
        }
        other => panic!("{other}"),
    })
}

#[test]
fn transparency_dev_vectors_pass_and_fail_as_they_say() {
    let Some(dir) = common::data_dir() else { return };
    let base = dir.join("log/transparency-dev-merkle");
    let (mut count, mut good, mut unreadable, mut stand_ins) = (0, 0, 0, Vec::new());
    for kind in ["inclusion", "consistency", "subtreeinclusion", "subtreeconsistency"] {
        for path in json_files(&base.join(kind)) {
            let vector = Vector(serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap());
            let name = path.strip_prefix(&base).unwrap().display().to_string();
            let found = outcome(kind, &vector, exact);
            count += 1;
            if vector.0["wantErr"] == false {
                good += 1;
                // Some good vectors have the text "don't care" for roots nobody looks at; here every root is a hash, so
                // the hash of that text stands in for it.
                let found = found.unwrap_or_else(|| {
                    stand_ins.push(name.clone());
                    outcome(kind, &vector, stretched).unwrap()
                });
                assert_eq!(found, Ok(()), "{name}");
            } else {
                unreadable += usize::from(found.is_none());
                assert_ne!(found, Some(Ok(())), "{name}");
                // Where the length alone was refused: the rest must be wrong too, or the length was the whole point.
                if found.is_none() && outcome(kind, &vector, stretched) == Some(Ok(())) {
                    assert!(name.contains("empty-root-and-leaf"), "{name}");
                }
            }
        }
    }
    common::counted("transparency-dev/merkle proof vectors", count);
    println!(
        "  {good} good, {unreadable} refused for the length of a hash alone; hash stands in for text in {stand_ins:?}"
    );
    assert_eq!((count, good), (518, 36));
    assert!(stand_ins.iter().all(|name| name.contains("/additional/")), "{stand_ins:?}");
}

const TESSERA_KEY: &str = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";

#[test]
fn a_real_tiled_log_is_what_its_checkpoints_say() {
    let Some(dir) = common::data_dir() else { return };
    let base = dir.join("log/tessera/testdata/log");
    let script = String::from_utf8(common::read(&dir, "log/tessera/testdata/build_log.sh")).unwrap();
    assert!(script.contains(&format!("LOG_PUBLIC_KEY=\"{TESSERA_KEY}\"")));
    let key = VerifierKey::parse(TESSERA_KEY).unwrap();
    let read = |name: &str| String::from_utf8(common::read(&base, name)).unwrap();

    let mut log = Log::new();
    let bundle = common::read(&base, &tiles::path(None, 0, 15).unwrap());
    for entry in tiles::decode_entries(&bundle, 15).unwrap() {
        log.append(entry).unwrap();
    }
    let mut trees = Vec::new();
    for size in 0..=15 {
        let text = read(&format!("checkpoint.{size}"));
        let signed = SignedCheckpoint::verify(&Note::parse(&text).unwrap(), [&key]).unwrap();
        let checkpoint = signed.checkpoint();
        assert_eq!((checkpoint.origin(), checkpoint.size()), ("example.com/log/testdata", size));
        assert_eq!(log.root_at(size).unwrap(), *checkpoint.root(), "root from entries at size {size}");
        trees.push((size, *checkpoint.root()));
        if let Ok(width @ 1..) = u16::try_from(size) {
            let tile = common::read(&base, &tiles::path(Some(0), 0, width).unwrap());
            let entries = common::read(&base, &tiles::path(None, 0, width).unwrap());
            let entries = tiles::decode_entries(&entries, width).unwrap();
            let leaves = entries.into_iter().map(|entry| *LeafHash::of_entry(entry).unwrap().as_bytes());
            assert_eq!(tiles::decode_hashes(&tile, width).unwrap(), leaves.collect::<Vec<_>>(), "tile of {width}");
        }
    }
    assert_eq!(read("checkpoint"), read("checkpoint.15"));

    let mut pairs = 0;
    for (new, new_root) in &trees {
        for (old, old_root) in trees.iter().filter(|(old, _)| (1..=*new).contains(old)) {
            let proof = log.consistency_proof(*old, *new).unwrap();
            assert!(consistency::verify((*old, old_root), (*new, new_root), &proof).is_ok(), "{old} to {new}");
            pairs += 1;
        }
        for index in 0..*new {
            let proof = log.inclusion_proof(index, *new).unwrap();
            let leaf = LeafHash::of_entry(tiles::decode_entries(&bundle, 15).unwrap()[index as usize]).unwrap();
            assert!(inclusion::verify(leaf, index, *new, &proof, new_root).is_ok(), "{index} in {new}");
        }
    }
    common::counted("checkpoints of a tessera log", trees.len());
    common::counted("pairs of these, consistent", pairs);
    assert_eq!((trees.len(), pairs), (16, 120));
}

/// The key of Sigstore's staging log log2025-alpha1, as its published trusted root has it; its hash is the one that the
/// checkpoints' own signature lines name.
const REKOR_KEY: &str = "log2025-alpha1.rekor.sigstage.dev+f30d5a99+AT5/gERB6AWme8IEtcwaqcZi0hp8ocV4+JRcUnVlQfKP";

#[test]
fn real_tlog_proofs_verify() {
    let Some(dir) = common::data_dir() else { return };
    let base = dir.join("log/tlog-proof");
    let policy = LogPolicy::parse(&format!("log {REKOR_KEY}\nquorum none\n")).unwrap();
    let (mut count, mut cosignatures) = (0, 0);
    for name in ["rekor2-happy-path", "rekor2-checkpoint-cosigned", "rekor2-checkpoint-multiple-cosigs"] {
        let text = String::from_utf8(common::read(&base, &format!("{name}.tlog-proof"))).unwrap();
        let entry = common::read(&base, &format!("{name}.leaf"));
        let proof = TlogProof::parse(&text).unwrap();
        assert_eq!(proof.to_text(), text, "{name}");
        let logged = proof.verify(&entry, &policy).unwrap();
        assert_eq!((logged.included().index(), logged.checkpoint().size()), (735, 736), "{name}");
        assert_eq!(logged.signed().key().to_string(), REKOR_KEY);
        assert!(logged.quorum().rule().is_none() && logged.quorum().witnesses().is_empty());
        cosignatures += proof.note().signatures().len() - 1;
        count += 1;

        for wrong in [&entry[1..], &entry[..entry.len() - 1], &[&entry[..], b"\n"].concat()] {
            assert!(matches!(proof.verify(wrong, &policy), Err(TlogProofError::Inclusion(_))), "{name}");
        }
        let other_log = LogPolicy::parse(&format!("log {TESSERA_KEY}\nquorum none\n")).unwrap();
        let refused = proof.verify(&entry, &other_log);
        assert!(matches!(refused, Err(TlogProofError::Checkpoint(CheckpointError::Origin { .. }))), "{refused:?}");
    }
    common::counted("tlog-proofs of real entries, inclusion and log signature verified", count);
    println!(
        "  {cosignatures} cosignatures on them could not be checked: their witnesses' keys are not published with them"
    );
    assert_eq!((count, cosignatures), (3, 3));
}
