//! The log: what is not in it, what is claimed of its size and place, and who saw it.

use crate::registry::{
    Entry, FIRST, ORIGIN, QUORUM, Reader, Registry, SUBJECT, WITNESSES, cosignature, key, log_signer, note, receivable,
    signed, size_of,
};
use crate::told::{Told, assert_told, detail, failed};
use plimsoll::encoding::{encode_base64, encode_hex};
use plimsoll::proof::bundle::{Bundle, Bytes};
use plimsoll::proof::step::StepId::{self, *};
use plimsoll::tlog::inclusion::InclusionError;
use plimsoll::tlog::tlog_proof::TlogProofError;
use plimsoll::tlog::tree_hash::{LeafHash, node_hash};
use plimsoll::tlog::{Checkpoint, LogSigner, Note, TlogProof};

fn proof(bundle: &Bundle) -> TlogProof {
    TlogProof::parse(&bundle.record.log_proof).unwrap()
}

/// The root that a proof's checkpoint claims.
pub fn root_of(bundle: &Bundle) -> String {
    encode_base64(proof(bundle).checkpoint().root())
}

/// That root, and the one its entry and hashes lead to.
pub fn roots(bundle: &Bundle) -> (String, String) {
    let error = proof(bundle).verify_inclusion(&bundle.record.event.0).unwrap_err();
    let TlogProofError::Inclusion(InclusionError::RootMismatch { expected, found }) = error else { panic!("{error}") };
    assert_eq!(encode_base64(&expected), root_of(bundle));
    (root_of(bundle), encode_base64(&found))
}

const NOT_IN_LOG: (StepId, &str, &str) = (LogInclusion, "leaf-not-in-log", "record.logProof");

fn not_in_log(expected: impl ToString, found: impl ToString) -> Told {
    failed(NOT_IN_LOG.0, NOT_IN_LOG.1, NOT_IN_LOG.2).comparing(expected, found)
}

#[test]
fn a_record_that_is_not_in_the_log() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let never = Entry::of(&receivable("RCV-5", "APPLY", &key("bank"), "Rhine Bank"), &key("bank"));
    bundle.record.sd_jwt = never.sd_jwt.to_string();
    bundle.record.event = Bytes(never.event.leaf_bytes());
    let (root, found) = roots(&bundle);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[not_in_log(root, found)],
        &[(PartyRegistered, LogInclusion)],
    );
}

#[test]
fn an_inner_node_as_a_leaf() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let leaf = |index: usize| *LeafHash::of_entry(&registry.entries[index].event.leaf_bytes()).unwrap().as_bytes();
    let node = [leaf(SUBJECT), leaf(SUBJECT + 1)].concat();
    bundle.record.event = Bytes(node.clone());
    let malformed =
        |step| failed(step, "event-malformed", "record.event").comparing(encode_hex(b"PLM1"), encode_hex(&node[..4]));
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[malformed(EventMatchesRecord), malformed(EventSignature)],
        &[(LogInclusion, EventMatchesRecord), (PartyRegistered, LogInclusion)],
    );
}

#[test]
fn an_inner_node_as_a_leaf_by_a_shallower_claim() {
    // Log and witnesses sign the root of six leaves as that of two, whose second is the node above the record's entry.
    let mut registry = Registry::founded();
    registry.add_receivables();
    registry.anchors.pop();
    let leaf = |index: usize| *LeafHash::of_entry(&registry.entries[index].event.leaf_bytes()).unwrap().as_bytes();
    let left = registry.log.root_at(4).unwrap();
    assert_eq!(node_hash(&left, &node_hash(&leaf(4), &leaf(5))), registry.log.root());
    let shallow = note(&Checkpoint::new(ORIGIN, 2, registry.log.root(), &[]).unwrap());
    let mut draft = registry.draft();
    draft.commit_to(2, shallow.clone());
    registry.publish(draft);
    registry.bury();
    let mut bundle = registry.prove(FIRST);
    bundle.anchors.push(registry.claim(2, true));
    let entry = &registry.entries[SUBJECT];
    bundle.record.sd_jwt = entry.sd_jwt.to_string();
    bundle.record.event = Bytes(entry.event.leaf_bytes());
    bundle.record.log_proof = TlogProof::new(1, vec![left], shallow).unwrap().to_text();
    let (root, found) = roots(&bundle);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[
            not_in_log(root, found),
            failed(AnchorLineage, "log-rewritten", "anchors[2].consistency").comparing("a size of at least 4", "2"),
        ],
        &[(PartyRegistered, LogInclusion), (Cadence, AnchorLineage)],
    );
}

/// The reader's answer to the proof of [`SUBJECT`] with another text of its log proof.
fn with_log_proof(alter: impl Fn(&str) -> String) -> (Registry, Bundle) {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let altered = alter(&bundle.record.log_proof);
    assert_ne!(altered, bundle.record.log_proof);
    bundle.record.log_proof = altered;
    (registry, bundle)
}

#[test]
fn another_place_in_the_log() {
    let (registry, bundle) = with_log_proof(|text| text.replace("index 4\n", "index 5\n"));
    let (root, found) = roots(&bundle);
    let waiting = [(PartyRegistered, LogInclusion)];
    assert_told(&Reader::of(&registry).examine(&bundle), &[not_in_log(root, found)], &waiting);
    let (registry, bundle) = with_log_proof(|text| text.replace("index 4\n", "index 6\n"));
    assert_told(&Reader::of(&registry).examine(&bundle), &[not_in_log("an index below 6", "6")], &waiting);
}

#[test]
fn a_wrong_tree_size() {
    let (registry, bundle) =
        with_log_proof(|text| text.replace(&format!("{}\n6\n", ORIGIN), &format!("{}\n7\n", ORIGIN)));
    let (proven, committed) = (proof(&bundle).checkpoint().body_hash(), registry.anchors[2].note.text_hash());
    let wrong = |key: &str| (format!("a signature by {key}"), "a signature that does not fit");
    let (log, witness) = (log_key(), witness_key(0));
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[
            not_in_log("3 hashes", "2 hashes"),
            failed(CheckpointSignature, "checkpoint-signature-invalid", "record.logProof.checkpoint")
                .comparing(wrong(&log).0, wrong(&log).1),
            failed(WitnessQuorum, "quorum-not-reached", "record.logProof.checkpoint")
                .comparing(wrong(&witness).0, wrong(&witness).1),
            failed(AnchorPayload, "anchor-other-checkpoint", "anchors[2].tx.vout[1]")
                .comparing(encode_hex(&proven), encode_hex(&committed)),
        ],
        &[(PartyRegistered, LogInclusion)],
    );
}

fn log_key() -> String {
    log_signer().verifier_key().to_string()
}

fn witness_key(number: usize) -> String {
    crate::registry::witness(WITNESSES[number]).verifier_key().to_string()
}

#[test]
fn spare_and_missing_hashes() {
    for (hashes, found) in [(1, "1 hashes"), (3, "3 hashes")] {
        let (registry, bundle) = with_log_proof(|text| {
            let proof = TlogProof::parse(text).unwrap();
            let other = proof.hashes().iter().cycle().take(hashes).copied().collect();
            TlogProof::new(proof.index(), other, proof.note().clone()).unwrap().to_text()
        });
        assert_told(
            &Reader::of(&registry).examine(&bundle),
            &[not_in_log("2 hashes", found)],
            &[(PartyRegistered, LogInclusion)],
        );
    }
}

/// A log of the same parties and size that says otherwise from an entry on.
pub fn other_log(from: usize) -> Registry {
    let mut other = Registry::founded();
    let original = Registry::sample();
    for (index, entry) in original.entries.iter().enumerate().skip(2) {
        if index >= from {
            let payload = receivable(&format!("RCV-{index}-other"), "APPLY", &key("seller"), "Ningbo Exports");
            other.enter(Entry::of(&payload, &key("seller")));
        } else {
            other.enter(entry.clone());
        }
    }
    other
}

#[test]
fn a_split_view_the_anchors_do_not_know_of() {
    // The log shows this reader another tree of the same size, signed and witnessed, than the one it anchored.
    let registry = Registry::sample();
    let mut shown = registry.clone();
    let other = other_log(SUBJECT);
    (shown.log, shown.entries) = (other.log, other.entries);
    shown.anchors[2].note = note(&shown.log.checkpoint(ORIGIN, &[]).unwrap());
    let mut bundle = registry.prove(SUBJECT);
    (bundle.record, bundle.parties) = (shown.logged(SUBJECT, 2), vec![shown.logged(0, 2)]);
    let (proven, committed) = (shown.anchors[2].note.text_hash(), registry.anchors[2].note.text_hash());
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(AnchorPayload, "anchor-other-checkpoint", "anchors[2].tx.vout[1]")
            .comparing(encode_hex(&proven), encode_hex(&committed))],
        &[],
    );
}

#[test]
fn a_checkpoint_without_the_logs_signature() {
    let only_witnesses = |note: &Note| Note::new(note.text(), note.signatures()[1..].to_vec()).unwrap();
    let missing = failed(CheckpointSignature, "checkpoint-signature-invalid", "record.logProof.checkpoint")
        .comparing(format!("a signature by {}", log_key()), "none");
    let (registry, bundle) = with_note(only_witnesses);
    assert_told(&Reader::of(&registry).examine(&bundle), &[missing], &[(PartyRegistered, CheckpointSignature)]);
    // A line under the log's name by another key is nobody's.
    let (registry, bundle) = with_note(|note| {
        let forger = LogSigner::new(ORIGIN, key("forger")).unwrap();
        let forged = forger.sign(&Checkpoint::parse(note.text()).unwrap()).unwrap();
        forged.with_signatures(&note.signatures()[1..]).unwrap()
    });
    let report = Reader::of(&registry).examine(&bundle);
    assert!(detail(&report, CheckpointSignature).contains("no signature by"));
}

/// The proof of [`SUBJECT`] with another note of the same checkpoint.
fn with_note(alter: impl Fn(&Note) -> Note) -> (Registry, Bundle) {
    with_log_proof(|text| {
        let proof = TlogProof::parse(text).unwrap();
        TlogProof::new(proof.index(), proof.hashes().to_vec(), alter(proof.note())).unwrap().to_text()
    })
}

fn too_few(found: usize) -> Told {
    failed(WitnessQuorum, "quorum-not-reached", "record.logProof.checkpoint").comparing(QUORUM, found)
}

#[test]
fn stripped_cosignatures() {
    let waiting = [(PartyRegistered, WitnessQuorum)];
    for left in [0, 1] {
        let (registry, bundle) = with_note(|note| Note::new(note.text(), note.signatures()[..=left].to_vec()).unwrap());
        assert_told(&Reader::of(&registry).examine(&bundle), &[too_few(left)], &waiting);
    }
    let (registry, bundle) = with_note(|note| Note::new(note.text(), note.signatures()[..=QUORUM].to_vec()).unwrap());
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
}

#[test]
fn one_witness_counted_twice() {
    let (registry, bundle) = with_note(|note| {
        let signed = signed(&Checkpoint::parse(note.text()).unwrap());
        let one = cosignature(&signed, WITNESSES[0]);
        signed.with_signatures(&[one.clone(), one]).unwrap()
    });
    assert_told(&Reader::of(&registry).examine(&bundle), &[too_few(1)], &[(PartyRegistered, WitnessQuorum)]);
}

#[test]
fn a_cosignature_of_another_checkpoint() {
    let other = Registry::sample().anchors[1].note.clone();
    assert_ne!(size_of(&other), 6);
    let (registry, bundle) = with_note(|note| {
        let lines = [&note.signatures()[..2], &other.signatures()[2..3], &note.signatures()[3..]].concat();
        Note::new(note.text(), lines).unwrap()
    });
    let expected = format!("a signature by {}", witness_key(1));
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(WitnessQuorum, "quorum-not-reached", "record.logProof.checkpoint")
            .comparing(expected, "a signature that does not fit")],
        &[(PartyRegistered, WitnessQuorum)],
    );
}

#[test]
fn a_log_that_signs_for_another() {
    // The record stands in a log of another origin, which has the same key's holder behind it.
    let mut registry = Registry::founded();
    registry.add_receivables();
    let other = LogSigner::new("other.example/log", key("log")).unwrap();
    let checkpoint = registry.log.checkpoint("other.example/log", &[]).unwrap();
    let foreign = other.sign(&checkpoint).unwrap();
    registry.anchors.pop();
    let mut draft = registry.draft();
    draft.commit_to(2, foreign);
    registry.publish(draft);
    registry.bury();
    let bundle = registry.prove(SUBJECT);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[
            failed(CheckpointSignature, "checkpoint-signature-invalid", "record.logProof.checkpoint")
                .comparing(ORIGIN, "other.example/log"),
            too_few(0),
            failed(AnchorLineage, "anchor-lineage-broken", "anchors[2].checkpoint")
                .comparing(ORIGIN, "other.example/log"),
        ],
        &[(PartyRegistered, CheckpointSignature), (Cadence, AnchorLineage)],
    );
}
