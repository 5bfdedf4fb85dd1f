//! OpenTimestamps files against what the reference implementation says of them, real block headers, and hostile files.

mod common;

use plimsoll::crypto::hash::Hash;
use plimsoll::encoding::{decode_hex, encode_hex};
use plimsoll::timestamp::attestation::{AttestationError, AttestationKind, MAX_PAYLOAD_BYTES};
use plimsoll::timestamp::operation::OperationError;
use plimsoll::timestamp::ots::{MAX_DEPTH, MAX_FILE_BYTES, MAX_ITEMS};
use plimsoll::timestamp::varuint::VaruintError;
use plimsoll::timestamp::{Attestation, DigestAlgorithm, Operation, OtsError, Timestamp};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

fn folder() -> Option<PathBuf> {
    common::data_dir().map(|dir| dir.join("opentimestamps"))
}

/// The names of a folder's `.ots` files, in order.
fn ots_files(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.ends_with(".ots"))
        .collect();
    names.sort();
    names
}

/// Merkle root (internal order) of a header of 80 bytes.
fn merkle_root(header: &[u8]) -> Hash {
    header[36..68].try_into().unwrap()
}

fn height(attestation: &Attestation) -> Option<u32> {
    match attestation.kind() {
        AttestationKind::Bitcoin { height } => Some(*height),
        _ => None,
    }
}

#[test]
fn examples_say_what_the_reference_implementation_says() {
    let Some(base) = folder() else { return };
    let dir = base.join("examples");
    let expected = common::read_json(&dir, "expected.json");
    let names = ots_files(&dir);
    let (mut attestations, mut documents) = (0, 0);
    for name in &names {
        let bytes = common::read(&dir, name);
        let timestamp = Timestamp::decode(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        assert_eq!(timestamp.encode(), bytes, "{name}");
        let expected = &expected["files"][name];
        assert_eq!(timestamp.digest_algorithm().name(), expected["file_hash_op"], "{name}");
        assert_eq!(encode_hex(timestamp.digest()), expected["digest"], "{name}");
        assert_eq!(timestamp.depth(), expected["depth"].as_u64().unwrap() as usize, "{name}");

        let found: BTreeSet<String> = timestamp
            .attestations()
            .map(|attestation| {
                let (kind, message) = (attestation.kind(), encode_hex(attestation.message()));
                match kind {
                    AttestationKind::Bitcoin { height } => format!("bitcoin {height} {message}"),
                    AttestationKind::Pending { uri } => format!("pending {uri} {message}"),
                    other => format!("unknown {} {} {message}", encode_hex(&other.tag()), encode_hex(&other.payload())),
                }
            })
            .collect();
        let text = |value: &serde_json::Value, name: &str| match &value[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let listed = expected["attestations"].as_array().unwrap();
        let wanted: BTreeSet<String> = listed
            .iter()
            .map(|value| match value["kind"].as_str().unwrap() {
                "bitcoin" => format!("bitcoin {} {}", text(value, "height"), text(value, "msg")),
                "pending" => format!("pending {} {}", text(value, "uri"), text(value, "msg")),
                other => format!("{other} {} {} {}", text(value, "tag"), text(value, "payload"), text(value, "msg")),
            })
            .collect();
        assert_eq!(found, wanted, "{name}");
        assert_eq!(timestamp.attestations().len(), listed.len(), "{name}");
        attestations += listed.len();

        // Every step as the reference prints it, one line each, in its own order.
        let info = expected["info"].as_str().unwrap();
        for step in timestamp.attestations().flat_map(|attestation| attestation.steps()) {
            let argument = step.operation.argument().map_or(String::new(), |bytes| format!(" {}", encode_hex(bytes)));
            let line = format!("{}{argument}", step.operation.name());
            assert!(info.lines().any(|found| found.trim_start_matches([' ', '-', '>']) == line), "{name}: {line}");
        }

        if let Ok(document) = std::fs::read(dir.join(name.trim_end_matches(".ots"))) {
            let matches = timestamp.digest_matches(&document).unwrap_or_else(|error| panic!("{name}: {error}"));
            assert_eq!((matches.digest(), matches.size()), (timestamp.digest(), document.len()));
            let altered = [&document[..], b"\n"].concat();
            let error = timestamp.digest_matches(&altered).unwrap_err();
            assert_eq!(
                (error.expected.as_slice(), error.algorithm),
                (timestamp.digest(), timestamp.digest_algorithm())
            );
            assert_ne!(error.found, error.expected);
            documents += 1;
        }
    }
    common::counted("OpenTimestamps examples", names.len());
    println!("  {attestations} attestations, {documents} documents");
    assert_eq!((names.len(), expected["files"].as_object().unwrap().len()), (13, 13));
    assert_eq!(documents, 12, "all but bitcoin.pdf, whose document is not there");
}

#[test]
fn examples_verify_against_real_headers() {
    let Some(base) = folder() else { return };
    let headers = common::read_json(&base, "examples-headers.json");
    let mut roots: BTreeMap<u32, Hash> = BTreeMap::new();
    for (height, header) in headers["headers"].as_object().unwrap() {
        let bytes = decode_hex(header["header"].as_str().unwrap()).unwrap();
        assert_eq!(bytes.len(), 80);
        roots.insert(height.parse().unwrap(), merkle_root(&bytes));
    }
    // Two more lists of the same facts must agree where they overlap.
    for header in common::read_json(&base, "headers.json").as_array().unwrap() {
        let bytes = decode_hex(header["header"].as_str().unwrap()).unwrap();
        assert_eq!(roots[&(header["height"].as_u64().unwrap() as u32)], merkle_root(&bytes));
    }
    let listed = common::read_json(&base, "expected_merkle_roots.json");
    let listed = listed.as_array().unwrap();
    let known = |entry: &&serde_json::Value| roots.contains_key(&(entry["height"].as_u64().unwrap() as u32));
    for entry in listed.iter().filter(known) {
        let mut root = decode_hex(entry["merkle_root_display"].as_str().unwrap()).unwrap();
        root.reverse();
        assert_eq!(roots[&(entry["height"].as_u64().unwrap() as u32)][..], root);
    }

    let dir = base.join("examples");
    let (mut verified, mut refused, mut used) = (0, 0, BTreeSet::new());
    for name in ots_files(&dir) {
        let timestamp = Timestamp::decode(&common::read(&dir, &name)).unwrap();
        for attestation in timestamp.attestations() {
            let Some(height) = height(&attestation) else {
                let refused = attestation.verify(&[0; 32]);
                assert!(matches!(refused, Err(AttestationError::NotBitcoin { .. })), "{name}: {refused:?}");
                continue;
            };
            let root = roots[&height];
            used.insert(height);
            match attestation.verify(&root) {
                Ok(attested) => {
                    assert_ne!(name, "bad-stamp.txt.ots");
                    assert_eq!((attested.height(), attested.merkle_root()), (height, &root));
                    assert_eq!(attested.digest(), timestamp.digest());
                    verified += 1;
                }
                Err(AttestationError::RootMismatch { height: at, expected, found }) => {
                    assert_eq!((name.as_str(), at, expected), ("bad-stamp.txt.ots", 358_391, root));
                    assert_eq!(found[..], attestation.message()[..]);
                    refused += 1;
                }
                Err(error) => panic!("{name}: {error}"),
            }
            // The order in which explorers show hashes is not the header's.
            let reversed: Hash = std::array::from_fn(|place| root[31 - place]);
            assert!(attestation.verify(&reversed).is_err());
        }
    }
    common::counted("Bitcoin attestations of examples against real headers", verified + refused);
    let unused: Vec<_> = roots.keys().filter(|height| !used.contains(height)).collect();
    let elsewhere: Vec<_> = listed.iter().filter(|entry| !known(entry)).map(|entry| entry["height"].clone()).collect();
    println!("  headers no example here attests: {unused:?}; roots without a header or an example: {elsewhere:?}");
    assert_eq!((verified, refused), (5, 1));
}

#[test]
fn invalid_files_are_refused_each_for_its_reason() {
    let Some(base) = folder() else { return };
    let dir = base.join("invalid");
    let names = ots_files(&dir);
    for name in &names {
        let error = Timestamp::decode(&common::read(&dir, name)).unwrap_err();
        match name.as_str() {
            "bad-major-version.ots" => assert_eq!(error, OtsError::Version { found: 1151 }),
            "invalid-file-digest-type.ots" => assert_eq!(error, OtsError::DigestAlgorithm { found: 0xf3 }),
            "exceeds-max-msg-length.ots" => {
                let source = OperationError::ResultTooLong { found: 4112 };
                assert_eq!(error, OtsError::Operation { offset: 0x48, source });
            }
            other => panic!("{other} is new: {error}"),
        }
    }
    common::counted("invalid OpenTimestamps files", names.len());
    assert_eq!(names.len(), 3);
}

#[test]
fn real_documents_lead_to_headers_of_the_chain() {
    let Some(base) = folder() else { return };
    let dir = base.join("in-chain");
    let headers = common::read(&base.join("../headers"), "mainnet-685439-687516.headers");
    let header_at = |height: u32| &headers[(height as usize - 685_439) * 80..][..80];
    let names = ots_files(&dir);
    let mut heights: BTreeMap<&str, BTreeSet<u32>> = BTreeMap::new();
    let mut verified = 0;
    for name in &names {
        let bytes = common::read(&dir, name);
        let timestamp = Timestamp::decode(&bytes).unwrap();
        assert_eq!(timestamp.encode(), bytes, "{name}");
        assert!(timestamp.digest_matches(&common::read(&dir, name.trim_end_matches(".ots"))).is_ok(), "{name}");
        for attestation in timestamp.attestations() {
            let Some(height) = height(&attestation) else { continue };
            let attested = attestation.verify(&merkle_root(header_at(height))).unwrap();
            assert_eq!(attested.height(), height, "{name}");
            assert!(attestation.verify(&merkle_root(header_at(height + 1))).is_err());
            heights.entry(&name[..16]).or_default().insert(height);
            verified += 1;
        }
    }
    common::counted("real documents with timestamps in a known run of headers", names.len());
    println!("  {verified} Bitcoin attestations verified against it: {heights:?}");
    assert_eq!(names.len(), 4);
    assert_eq!(heights["rootstock-95bf5b"], BTreeSet::from([685_453, 685_474, 686_881]));
    assert_eq!(heights["rootstock-defe78"], BTreeSet::from([687_110, 687_113, 687_135]));
}

/// Digest, and each attestation with its kind and message: all that a timestamp says.
type Meaning = (DigestAlgorithm, Vec<u8>, BTreeSet<(AttestationKind, Vec<u8>)>);

fn meaning(timestamp: &Timestamp) -> Meaning {
    let attestations = timestamp.attestations().map(|it| (it.kind().clone(), it.message().to_vec())).collect();
    (timestamp.digest_algorithm(), timestamp.digest().to_vec(), attestations)
}

/// Whether two timestamps have the same messages all along, and differ only in on which side of a message something was
/// put that is the same on both sides: Bitcoin's tree doubles the last hash of an odd row, so there the message is put
/// beside itself.
fn differ_in_sides_alone(one: &Timestamp, other: &Timestamp) -> bool {
    let steps = |timestamp: &Timestamp| -> Vec<(Operation, Vec<u8>)> {
        let all = timestamp.attestations().flat_map(|attestation| attestation.steps());
        all.map(|step| (step.operation.clone(), step.result.to_vec())).collect()
    };
    let (one, other) = (steps(one), steps(other));
    one.len() == other.len()
        && one.iter().zip(&other).all(|((a, after_a), (b, after_b))| {
            let same_side = a == b;
            let sides = matches!((a, b), (Operation::Append(x), Operation::Prepend(y)) | (Operation::Prepend(x), Operation::Append(y)) if x == y && x.len() * 2 == after_a.len());
            after_a == after_b && (same_side || sides)
        })
}

#[test]
fn a_file_damaged_anywhere_never_says_the_same() {
    let Some(base) = folder() else { return };
    let (mut damaged_files, mut sides) = (0, Vec::new());
    for name in ["hello-world.txt.ots", "merkle1.txt.ots", "known-and-unknown-notary.txt.ots"] {
        let bytes = common::read(&base.join("examples"), name);
        let good = Timestamp::decode(&bytes).unwrap();
        let mut check = |damaged: &[u8], how: String| {
            damaged_files += 1;
            let Ok(timestamp) = Timestamp::decode(damaged) else { return };
            assert_eq!(timestamp.encode(), damaged, "{name}: {how}: one reading, one spelling");
            if meaning(&timestamp) == meaning(&good) {
                assert!(differ_in_sides_alone(&timestamp, &good), "{name}: {how}");
                sides.push(format!("{name}: {how}"));
            }
        };
        for place in 0..bytes.len() {
            for bit in 0..8 {
                let mut damaged = bytes.clone();
                damaged[place] ^= 1 << bit;
                check(&damaged, format!("bit {bit} of byte {place}"));
            }
            check(&bytes[..place], format!("cut at {place}"));
            check(&[&bytes[..place], &bytes[place + 1..]].concat(), format!("byte {place} removed"));
        }
        check(&[&bytes[..], &[0]].concat(), "a byte more".into());
    }
    common::counted("damaged copies of three examples", damaged_files);
    println!("  the same message on either side of itself: {sides:?}");
    assert_eq!(sides, ["hello-world.txt.ots: bit 0 of byte 603"]);
}

/// The head of a file that stamps a document with SHA-256 of zeros, and then these bytes.
fn file(rest: &[u8]) -> Vec<u8> {
    let attestation = AttestationKind::Bitcoin { height: 1 };
    let mut bytes = Timestamp::of_path(DigestAlgorithm::Sha256, &[0; 32], Vec::new(), attestation).unwrap().encode();
    bytes.truncate(31 + 1 + 1 + 32);
    bytes.extend_from_slice(rest);
    bytes
}

/// An attestation of Bitcoin block 1, tag included.
const ATTESTED: &[u8] = &[0, 0x05, 0x88, 0x96, 0x0d, 0x73, 0xd7, 0x19, 0x01, 1, 1];

fn refuse(rest: &[u8]) -> OtsError {
    let started = Instant::now();
    let error = Timestamp::decode(&file(rest)).unwrap_err();
    assert!(started.elapsed() < Duration::from_secs(5), "{error} after {:?}", started.elapsed());
    error
}

#[test]
fn hostile_files_are_refused_in_bounded_time() {
    // As deep as the reference reads, and one deeper.
    let deep = |operations: usize| [&vec![0x08; operations][..], ATTESTED].concat();
    assert_eq!(Timestamp::decode(&file(&deep(MAX_DEPTH - 1))).unwrap().depth(), MAX_DEPTH);
    assert_eq!(refuse(&deep(MAX_DEPTH)), OtsError::TooLarge { what: "depth", limit: MAX_DEPTH });
    assert_eq!(refuse(&[0xf2; 900_000]), OtsError::TooLarge { what: "depth", limit: MAX_DEPTH });
    assert!(matches!(refuse(&[0xff; 900_000]), OtsError::Operation { .. }));
    // Forks within forks: a tag that more follow at every level.
    let forks: Vec<u8> = [0xff, 0x08].repeat(400_000);
    assert_eq!(refuse(&forks), OtsError::TooLarge { what: "depth", limit: MAX_DEPTH });
    // A message as long as may be, then many operations on it.
    let long = [&[0xf0, 0xe0, 0x1f][..], &[1; 4064]].concat();
    let wide: Vec<u8> =
        (0..10_000_u32).flat_map(|number| [&[0xff, 0xf1, 4][..], &number.to_le_bytes(), ATTESTED].concat()).collect();
    assert!(matches!(refuse(&[&long[..], &wide].concat()), OtsError::Operation { .. }), "over 4096 bytes");
    let shorter = [&[0xf0, 0xdc, 0x1f][..], &[1; 4060]].concat();
    let work = refuse(&[&shorter[..], &wide].concat());
    assert!(matches!(work, OtsError::TooLarge { what: "bytes of work", .. }), "{work}");
    // Many branches of a short message.
    let branches = |count: u32, last: &[u8]| -> Vec<u8> {
        let of = |number: u32| [&[0xff, 0xf0, 4][..], &number.to_le_bytes(), ATTESTED].concat();
        (0..count).flat_map(of).chain(last.iter().copied()).collect()
    };
    let half = MAX_ITEMS as u32 / 2;
    let most = branches(half - 1, &[&[0x08], ATTESTED].concat());
    assert_eq!(Timestamp::decode(&file(&most)).unwrap().attestations().len(), MAX_ITEMS / 2);
    for more in [branches(half, ATTESTED), branches(20_000, ATTESTED)] {
        assert_eq!(refuse(&more), OtsError::TooLarge { what: "operations", limit: MAX_ITEMS });
    }
    let too_long = Timestamp::decode(&vec![0; MAX_FILE_BYTES + 1]);
    assert_eq!(too_long, Err(OtsError::TooLarge { what: "bytes", limit: MAX_FILE_BYTES }));
}

#[test]
fn what_has_a_second_spelling_is_refused() {
    let twice = [&[0xff], ATTESTED, ATTESTED].concat();
    assert_eq!(refuse(&twice), OtsError::TwoEqualBranches { branch: "bitcoin block 1".into() });
    let twice = [&[0xff, 0x08], ATTESTED, &[0x08], ATTESTED].concat();
    assert_eq!(refuse(&twice), OtsError::TwoEqualBranches { branch: "sha256".into() });
    let fine = [&[0xff, 0x08], ATTESTED, &[0xff], ATTESTED, &[0x03], ATTESTED].concat();
    assert_eq!(Timestamp::decode(&file(&fine)).unwrap().encode(), file(&fine), "order is kept");
    assert!(matches!(refuse(&[]), OtsError::Read(_)), "empty");
    assert!(matches!(refuse(&[0xff]), OtsError::Read(_)), "a fork without branches");
    assert!(matches!(refuse(&[0xff, 0xff]), OtsError::Operation { .. }), "a fork of forks");
    assert!(matches!(refuse(&[0x08]), OtsError::Read(_)), "an operation without end");
    assert!(matches!(refuse(&[ATTESTED, &[0]].concat()), OtsError::Read(_)), "more after the end");
    let attestation = |bytes: &[u8]| match refuse(bytes) {
        OtsError::Attestation { source, .. } => source,
        other => panic!("{other}"),
    };
    let with_payload = |tag: u64, payload: &[u8]| {
        let length = u8::try_from(payload.len()).unwrap();
        [&[0][..], &tag.to_be_bytes(), &[length], payload].concat()
    };
    let (bitcoin, pending) = (0x0588_960d_73d7_1901, 0x83df_e30d_2ef9_0c8e);
    let number = |error| AttestationError::Number(error);
    let not_minimal = number(VaruintError::NotMinimal { offset: 0 });
    assert_eq!(attestation(&with_payload(bitcoin, &[0x81, 0])), not_minimal);
    assert!(matches!(attestation(&with_payload(bitcoin, &[1, 0])), AttestationError::Read(_)));
    assert!(matches!(attestation(&with_payload(bitcoin, &[])), AttestationError::Number(_)));
    let too_high = attestation(&with_payload(bitcoin, &[0xff, 0xff, 0xff, 0xff, 0x1f]));
    assert_eq!(too_high, number(VaruintError::TooLarge { offset: 0, limit: u64::from(u32::MAX) }));
    for (uri, place, found) in
        [("a?b", 1, b'?'), ("a b", 1, b' '), ("h#", 1, b'#'), ("@", 0, b'@'), ("x\u{e9}", 1, 0xc3)]
    {
        let payload = [&[uri.len() as u8], uri.as_bytes()].concat();
        assert_eq!(attestation(&with_payload(pending, &payload)), AttestationError::UriCharacter { place, found });
    }
    let long = [&[0][..], &pending.to_be_bytes(), &[0xeb, 7, 0xe9, 7], &[b'a'; 1001]].concat();
    let too_long = number(VaruintError::TooLarge { offset: 0, limit: 1000 });
    assert_eq!(attestation(&long), too_long);
    let huge = [&[0][..], &[1; 8], &[0x81, 0x40], &[0; MAX_PAYLOAD_BYTES + 1]].concat();
    assert!(matches!(attestation(&huge), AttestationError::Number(VaruintError::TooLarge { limit: 8192, .. })));
    let largest = [&[0][..], &[1; 8], &[0x80, 0x40], &[0; MAX_PAYLOAD_BYTES]].concat();
    assert!(Timestamp::decode(&file(&largest)).is_ok());
    let mut version = file(ATTESTED);
    version.splice(31..32, [0x81, 0]);
    assert!(matches!(Timestamp::decode(&version), Err(OtsError::VersionNumber(VaruintError::NotMinimal { .. }))));
    assert!(matches!(Timestamp::decode(b"\0OpenTimestamps"), Err(OtsError::Magic { .. })));
    assert!(matches!(Timestamp::decode(b"<html>"), Err(OtsError::Magic { .. })));
}

#[test]
fn a_timestamp_is_written_and_read_again() {
    let operations =
        vec![Operation::Append(vec![1, 2]), Operation::Digest(DigestAlgorithm::Sha256), Operation::Prepend(vec![3])];
    let kind = AttestationKind::Pending { uri: "https://a.example".into() };
    let write = |operations, kind| Timestamp::of_path(DigestAlgorithm::Sha256, &[9; 32], operations, kind);
    let timestamp = write(operations.clone(), kind).unwrap();
    assert_eq!(Timestamp::decode(&timestamp.encode()).as_ref(), Ok(&timestamp));
    let attestation = timestamp.attestations().next().unwrap();
    let steps: Vec<Operation> = attestation.steps().into_iter().map(|step| step.operation.clone()).collect();
    assert_eq!(steps, operations);
    assert_eq!(attestation.steps().last().unwrap().result, attestation.message());
    // 33 bytes are no Merkle root.
    let bitcoin = write(operations, AttestationKind::Bitcoin { height: 7 }).unwrap();
    let refused = bitcoin.attestations().next().unwrap().verify(&[0; 32]);
    assert_eq!(refused, Err(AttestationError::MessageLength { height: 7, found: 33 }));
    assert!(write(vec![Operation::Append(vec![])], AttestationKind::Bitcoin { height: 7 }).is_err());
    assert!(write(Vec::new(), AttestationKind::Pending { uri: "a?b".into() }).is_err());
    let short = Timestamp::of_path(DigestAlgorithm::Sha1, &[9; 32], Vec::new(), AttestationKind::Bitcoin { height: 7 });
    assert_eq!(short, Err(OtsError::DigestLength { expected: 20, found: 32 }));
}
