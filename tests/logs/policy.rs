//! Whose signatures count: policies, quorums, witnesses, and notes damaged everywhere.

use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::tlog::checkpoint::CheckpointError;
use plimsoll::tlog::consistency::ConsistencyError;
use plimsoll::tlog::policy::PolicyError;
use plimsoll::tlog::quorum::QuorumError;
use plimsoll::tlog::tlog_proof::{Logged, TlogProofError};
use plimsoll::tlog::verifier_key::{SignatureAlgorithm, VerifierKeyError};
use plimsoll::tlog::witness::WitnessError;
use plimsoll::tlog::{Log, LogPolicy, LogSigner, Note, NoteSignature, TlogProof, VerifierKey, Witness};

const ORIGIN: &str = "example.com/log";
const TIME: u64 = 1_750_000_000;

fn secret(seed: u8) -> SecretKey {
    SecretKey::from_bytes(Suite::Ed25519, &[seed; 32]).unwrap()
}

fn signer() -> LogSigner {
    LogSigner::new(ORIGIN, secret(1)).unwrap()
}

fn witness(number: u8) -> Witness {
    Witness::new(&format!("witness.example/w{number}"), secret(10 + number)).unwrap()
}

fn log_of(entries: u8) -> Log {
    let mut log = Log::new();
    for entry in 0..entries {
        log.append(&[entry]).unwrap();
    }
    log
}

/// A note signed by the log and cosigned by these witnesses.
fn cosigned(log: &Log, witnesses: &[u8]) -> Note {
    let note = signer().sign(&log.checkpoint(ORIGIN, &[]).unwrap()).unwrap();
    let key = signer();
    let cosign = |&number: &u8| witness(number).cosign(&note, key.verifier_key(), &[], TIME + u64::from(number));
    let more: Vec<NoteSignature> = witnesses.iter().map(|number| cosign(number).unwrap()).collect();
    note.with_signatures(&more).unwrap()
}

/// `log` and `witness` lines for the log and witnesses 1 to `witnesses`, then these lines.
fn policy_text(witnesses: u8, rest: &str) -> String {
    let lines = (1..=witnesses).map(|number| format!("witness w{number} {}\n", witness(number).verifier_key()));
    format!("log {}\n{}{rest}\n", signer().verifier_key(), lines.collect::<String>())
}

fn policy(witnesses: u8, rest: &str) -> LogPolicy {
    LogPolicy::parse(&policy_text(witnesses, rest)).unwrap()
}

#[test]
fn the_whole_proof_and_what_each_part_says() {
    let log = log_of(9);
    let policy = policy(3, "group g 2 w1 w2 w3\nquorum g");
    let proof = TlogProof::new(4, log.inclusion_proof(4, 9).unwrap(), cosigned(&log, &[3, 1])).unwrap();
    let proof = TlogProof::parse(&proof.with_extra(Some(vec![1, 2])).to_text()).unwrap();
    assert_eq!(proof.extra(), Some(&[1, 2][..]));
    let logged = proof.verify(&[4], &policy).unwrap();
    assert_eq!((logged.included().index(), logged.checkpoint().size()), (4, 9));
    assert_eq!(logged.body_hash(), &logged.checkpoint().body_hash());
    assert_eq!(logged.signed().key(), signer().verifier_key());
    let quorum = logged.quorum();
    assert_eq!((quorum.rule(), quorum.needed(), quorum.found()), (Some("g"), 2, 2));
    let seen: Vec<(&str, u64)> = quorum.witnesses().iter().map(|seen| (seen.witness.as_str(), seen.time)).collect();
    assert_eq!(seen, [("w1", TIME + 1), ("w3", TIME + 3)]);

    assert!(matches!(proof.verify(&[5], &policy), Err(TlogProofError::Inclusion(_))));
    assert!(matches!(proof.verify(&[0; 64], &policy), Err(TlogProofError::Entry(_))));
}

#[test]
fn evidence_of_different_checkpoints_is_not_put_together() {
    let (small, large) = (log_of(8), log_of(9));
    let policy = policy(1, "quorum w1");
    let (small_note, large_note) = (cosigned(&small, &[1]), cosigned(&large, &[1]));
    let proof = TlogProof::new(4, small.inclusion_proof(4, 8).unwrap(), small_note.clone()).unwrap();
    let included = || proof.verify_inclusion(&[4]).unwrap();
    let signed = |note| policy.verify_log_signature(note).unwrap();
    let quorum = |note| policy.verify_quorum(note).unwrap();
    assert!(Logged::from_evidence(included(), signed(&small_note), quorum(&small_note)).is_ok());
    for (signed, quorum, differs) in [
        (signed(&large_note), quorum(&large_note), "tree size"),
        (signed(&small_note), quorum(&large_note), "body hash"),
    ] {
        let error = Logged::from_evidence(included(), signed, quorum).unwrap_err();
        assert!(matches!(error, TlogProofError::OtherCheckpoint { what, .. } if what == differs), "{error}");
    }
    // Same size, other root.
    let mut other = log_of(7);
    other.append(b"another eighth").unwrap();
    let other = cosigned(&other, &[1]);
    let error = Logged::from_evidence(included(), signed(&other), quorum(&other)).unwrap_err();
    assert!(matches!(error, TlogProofError::OtherCheckpoint { what: "root", .. }), "{error}");
}

#[test]
fn stripped_cosignatures_are_too_few() {
    let log = log_of(3);
    let policy = policy(3, "group g 2 w1 w2 w3\nquorum g");
    let error = policy.verify_quorum(&cosigned(&log, &[2])).unwrap_err();
    let cosigned_by = vec!["w2".to_owned()];
    assert_eq!(error, QuorumError::Below { rule: "g".into(), needed: 2, found: 1, cosigned: cosigned_by });
    // The same witness twice, or at two times, is still one witness.
    let once = cosigned(&log, &[2]);
    let late = witness(2).cosign(&once, signer().verifier_key(), &[], TIME + 500).unwrap();
    let again = once.with_signatures(&[once.signatures()[1].clone(), late]).unwrap();
    assert!(matches!(policy.verify_quorum(&again), Err(QuorumError::Below { found: 1, .. })));
    // Of several times the newest is kept, wherever its line stands.
    let single = self::policy(2, "quorum w2");
    assert_eq!(single.verify_quorum(&again).unwrap().witnesses()[0].time, TIME + 500);
    // A witness nobody knows does not count; a known one with a wrong line spoils the note.
    assert!(matches!(policy.verify_quorum(&cosigned(&log, &[2, 7, 8, 9])), Err(QuorumError::Below { found: 1, .. })));
    let moved = cosigned(&log_of(4), &[1]).signatures()[1].clone();
    let error = policy.verify_quorum(&cosigned(&log, &[2, 3]).with_signatures(&[moved]).unwrap()).unwrap_err();
    assert!(matches!(error, QuorumError::Witness { ref witness, .. } if witness == "w1"), "{error}");
}

#[test]
fn one_key_is_one_witness() {
    let twin = VerifierKey::new("other.example/w9", SignatureAlgorithm::CosignatureV1, secret(11).public()).unwrap();
    let text = policy_text(2, &format!("witness w9 {twin}\ngroup g 2 w1 w9\nquorum g"));
    assert_eq!(LogPolicy::parse(&text), Err(PolicyError::SameKey { line: 4, name: "other.example/w9".into() }));
    let own = VerifierKey::new("witness.example/own", SignatureAlgorithm::CosignatureV1, secret(1).public()).unwrap();
    let text = policy_text(0, &format!("witness own {own}\nquorum own"));
    assert!(matches!(LogPolicy::parse(&text), Err(PolicyError::SameKey { line: 2, .. })));
    let log_twin = VerifierKey::new("other.example/log", SignatureAlgorithm::Ed25519, secret(1).public()).unwrap();
    let text = policy_text(0, &format!("log {log_twin}\nquorum none"));
    assert!(matches!(LogPolicy::parse(&text), Err(PolicyError::SameKey { line: 2, .. })));
}

#[test]
fn nested_groups_count_as_their_rules_say() {
    let rules = "group X 2 w1 w2 w3\ngroup Y any w4 w5\ngroup both all X Y\nquorum both";
    let (policy, log) = (policy(5, rules), log_of(3));
    for (witnesses, found) in [
        (&[][..], 0),
        (&[1, 2], 1),
        (&[4, 5], 1),
        (&[1, 4], 1),
        (&[1, 2, 3], 1),
        (&[1, 3, 5], 2),
        (&[1, 2, 3, 4, 5], 2),
    ] {
        match policy.verify_quorum(&cosigned(&log, witnesses)) {
            Ok(quorum) => assert_eq!((quorum.found(), quorum.needed()), (found, 2), "{witnesses:?}"),
            Err(QuorumError::Below { rule, needed: 2, found: below, .. }) => {
                assert_eq!((rule.as_str(), below), ("both", found), "{witnesses:?}");
                assert!(found < 2);
            }
            Err(error) => panic!("{error}"),
        }
    }
    assert!(!self::policy(2, "quorum none").asks_for_witnesses());
    assert!(self::policy(2, "quorum none").verify_quorum(&cosigned(&log, &[])).unwrap().rule().is_none());
}

#[test]
fn policies_that_say_nothing_clear_are_refused() {
    let good = policy_text(3, "# a comment\n\t \n group  g\t2 w1 w2 w3 \nquorum g");
    assert_eq!(LogPolicy::parse(&good).unwrap().logs()[0].origin(), ORIGIN);
    assert_eq!(LogPolicy::parse(&good).unwrap().witnesses().len(), 3);
    assert_eq!(LogPolicy::parse(good.trim_end()), Err(PolicyError::NoFinalNewline));
    for (rest, reason) in [
        ("group g 2 w1 w2", "0 quorum lines"),
        ("quorum w1\nquorum w1", "2 quorum lines"),
        ("quorum none\nquorum w1", "2 quorum lines"),
        ("quorum w4", "\"w4\" is not defined"),
        ("quorum g\ngroup g 1 w1", "\"g\" is not defined"),
        ("group g 1 g\nquorum g", "\"g\" is not defined"),
        ("group a 1 b\ngroup b 1 a\nquorum a", "\"b\" is not defined"),
        ("group g 1 none\nquorum g", "\"none\" is not defined"),
        ("group none 1 w1\nquorum none", "\"none\" is taken"),
        ("group w1 1 w2\nquorum w1", "\"w1\" is taken"),
        ("group g 1 w1\ngroup g 1 w2\nquorum g", "\"g\" is taken"),
        ("group g 2 w1 w1\nquorum g", "\"w1\" is a member already"),
        ("group g any w1\ngroup h all g w1\nquorum h", "\"w1\" is a member already"),
        ("group g 0 w1\nquorum g", "threshold 0"),
        ("group g 3 w1 w2\nquorum g", "threshold 3"),
        ("group g 99999999999999999999 w1\nquorum g", "as threshold"),
        ("group g 01 w1\nquorum g", "as threshold"),
        ("group g -1 w1\nquorum g", "as threshold"),
        ("group g most w1\nquorum g", "as threshold"),
        ("group g 1\nquorum g", "group <name>"),
        ("group g\nquorum g", "group <name>"),
        ("quorum", "quorum <name>"),
        ("quorum w1 w2", "quorum <name>"),
        ("Quorum w1", "quorum <name>"),
        ("log\nquorum w1", "log <vkey>"),
        ("witness w9\nquorum w1", "witness <name>"),
        ("witness w9 abc\nquorum w1", "line 5"),
        ("quorum w1\r", "control character 0x0d"),
        ("quorum w1\u{7f}", "control character 0x7f"),
    ] {
        let error = LogPolicy::parse(&policy_text(3, rest)).expect_err(rest).to_string();
        assert!(error.contains(reason), "{rest:?}: {error}");
    }
    let log_as_witness =
        policy_text(0, &format!("witness w {}\nquorum w", LogSigner::new("k", secret(5)).unwrap().verifier_key()));
    assert!(matches!(LogPolicy::parse(&log_as_witness), Err(PolicyError::KeyType { line: 2, .. })));
    let many = policy_text(
        1,
        &("group g0 1 w1\n".to_owned()
            + &(1..200).map(|n| format!("group g{n} 1 g{}\n", n - 1)).collect::<String>()
            + "quorum g199"),
    );
    assert!(matches!(LogPolicy::parse(&many), Err(PolicyError::TooLong { what: "definitions", .. })));
    assert!(matches!(LogPolicy::parse(&"#\n".repeat(40_000)), Err(PolicyError::TooLong { what: "bytes", .. })));
}

#[test]
fn several_logs_and_rotated_keys() {
    let log = log_of(3);
    let note = cosigned(&log, &[]);
    let old = LogSigner::new(ORIGIN, secret(2)).unwrap();
    let rotated = policy_text(0, &format!("log {}\nquorum none", old.verifier_key()));
    let rotated = LogPolicy::parse(&rotated).unwrap();
    assert!(rotated.verify_log_signature(&note).is_ok());
    // A wrong line by a key the policy knows spoils the note, whatever other lines say.
    let elsewhere = old.sign(&log_of(4).checkpoint(ORIGIN, &[]).unwrap()).unwrap();
    let forged = note.with_signatures(elsewhere.signatures()).unwrap();
    let error = rotated.verify_log_signature(&forged).unwrap_err();
    assert!(matches!(error, CheckpointError::Signature(VerifierKeyError::WrongSignature { .. })), "{error}");
    let only_old = LogPolicy::parse(&format!("log {}\nquorum none\n", old.verifier_key())).unwrap();
    assert!(matches!(only_old.verify_log_signature(&note), Err(CheckpointError::Signature(_))));
    let elsewhere = LogSigner::new("example.com/elsewhere", secret(2)).unwrap();
    let elsewhere = LogPolicy::parse(&format!("log {}\nquorum none\n", elsewhere.verifier_key())).unwrap();
    assert!(matches!(elsewhere.verify_log_signature(&note), Err(CheckpointError::Origin { .. })));
    let no_logs = LogPolicy::parse("quorum none\n").unwrap();
    assert!(matches!(no_logs.verify_log_signature(&note), Err(CheckpointError::Origin { .. })));
}

#[test]
fn a_note_damaged_anywhere_never_says_the_same() {
    let log = log_of(9);
    let policy = policy(2, "group g all w1 w2\nquorum g");
    let proof = TlogProof::new(4, log.inclusion_proof(4, 9).unwrap(), cosigned(&log, &[1, 2])).unwrap();
    let text = proof.to_text();
    assert!(proof.verify(&[4], &policy).is_ok());
    let survives = |damaged: &[u8]| {
        std::str::from_utf8(damaged)
            .is_ok_and(|text| TlogProof::parse(text).is_ok_and(|it| it.verify(&[4], &policy).is_ok()))
    };
    for place in 0..text.len() {
        for bit in 0..8 {
            let mut damaged = text.clone().into_bytes();
            damaged[place] ^= 1 << bit;
            assert!(!survives(&damaged), "bit {bit} of byte {place}");
        }
        assert!(!survives(&text.as_bytes()[..place]), "cut at {place}");
        let removed = [&text.as_bytes()[..place], &text.as_bytes()[place + 1..]].concat();
        assert!(!survives(&removed), "byte {place} removed");
        for spare in [b'\n', b' ', b'=', b'0'] {
            let longer = [&text.as_bytes()[..place], &[spare], &text.as_bytes()[place..]].concat();
            assert!(!survives(&longer), "{spare} before byte {place}");
        }
    }
    for after in ["\n", " ", "x", "— k AQIDBAU="] {
        assert!(!survives(format!("{text}{after}").as_bytes()), "{after:?}");
    }
}

#[test]
fn a_proof_file_is_read_strictly() {
    let log = log_of(9);
    let text = TlogProof::new(4, log.inclusion_proof(4, 9).unwrap(), cosigned(&log, &[])).unwrap().to_text();
    let hash = text.lines().nth(2).unwrap().to_owned();
    for (from, to, reason) in [
        ("proof@v1", "proof@v2", "line 1"),
        ("index 4", "index 04", "line 2"),
        ("index 4", "index +4", "line 2"),
        ("index 4", "Index 4", "line 2"),
        ("index 4", "index 4\nindex 4", "hash 1"),
        ("index 4", "extra !\nindex 4", "extra data"),
        ("index 4", "extra AQ\nindex 4", "extra data"),
        ("index 4", "index 4\nextra AQ==", "hash 1"),
        ("index 4", "extra AQ==\nextra AQ==\nindex 4", "line 3"),
        (&hash, &format!("{hash}="), "hash 1"),
        (&hash, "AAAA", "hash 1"),
        (&hash, &[&hash[..]; 65].join("\n"), "at most 64"),
        (&format!("{hash}\n"), &format!("{hash}\n\n"), "checkpoint"),
    ] {
        let error = TlogProof::parse(&text.replacen(from, to, 1)).expect_err(to).to_string();
        assert!(error.contains(reason), "{to:?}: {error}");
    }
    let long = format!("c2sp.org/tlog-proof@v1\nextra {}\n", "A".repeat(400_000));
    assert!(matches!(TlogProof::parse(&long), Err(TlogProofError::TooLong { .. })));
}

#[test]
fn a_witness_cosigns_only_what_grew() {
    let key = signer();
    let key = key.verifier_key();
    let note = |log: &Log| signer().sign(&log.checkpoint(ORIGIN, &[]).unwrap()).unwrap();
    let (five, nine) = (log_of(5), log_of(9));
    let mut witness = witness(1);
    assert!(witness.cosign(&note(&five), key, &[], TIME).is_ok());
    assert_eq!(witness.seen(ORIGIN), (5, five.root()));
    let proof = nine.consistency_proof(5, 9).unwrap();
    let mut refuse = |note: &Note, proof: &[[u8; 32]]| match witness.cosign(note, key, proof, TIME) {
        Err(WitnessError::Inconsistent { seen: 5, source }) => source,
        other => panic!("{other:?}"),
    };
    assert!(matches!(refuse(&note(&nine), &[]), ConsistencyError::WrongLength { .. }));
    assert!(matches!(refuse(&note(&log_of(4)), &[]), ConsistencyError::Shrunk { .. }));
    let mut other = log_of(4);
    other.append(b"other").unwrap();
    assert!(matches!(refuse(&note(&other), &[]), ConsistencyError::TwoRoots { size: 5, .. }));
    for entry in 5..9 {
        other.append(&[entry]).unwrap();
    }
    let forked = other.consistency_proof(5, 9).unwrap();
    assert!(matches!(refuse(&note(&other), &forked), ConsistencyError::OldRootMismatch { .. }));
    assert!(matches!(refuse(&note(&other), &proof), ConsistencyError::NewRootMismatch { .. }));
    let unsigned = LogSigner::new(ORIGIN, secret(9)).unwrap().sign(&nine.checkpoint(ORIGIN, &[]).unwrap()).unwrap();
    assert!(matches!(witness.cosign(&unsigned, key, &proof, TIME), Err(WitnessError::Checkpoint(_))));
    assert_eq!(witness.seen(ORIGIN), (5, five.root()), "a refusal leaves no trace");
    assert!(witness.cosign(&note(&nine), key, &proof, TIME).is_ok());
    assert_eq!(witness.seen(ORIGIN), (9, nine.root()));
}
