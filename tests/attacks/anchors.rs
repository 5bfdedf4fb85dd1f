//! The row of anchors: broken, reordered, forked, rewritten under, or ending early.

use crate::log::other_log;
use crate::registry::{AnchorDraft, CADENCE, Chain, ORIGIN, Reader, Registry, SUBJECT, note, signed};
use crate::told::{Told, assert_told, detail, failed, not_checked, step};
use plimsoll::chain::{OutPoint, TxIn, TxOut};
use plimsoll::encoding::{encode_base64, encode_hex};
use plimsoll::proof::anchor::AnchorPayload as Payload;
use plimsoll::proof::step::StepId::{self, *};
use plimsoll::tlog::tree_hash::node_hash;
use plimsoll::tlog::{Checkpoint, LeafHash};

const NO_LINEAGE: [(StepId, StepId); 1] = [(Cadence, AnchorLineage)];

/// The sample with its last anchor made otherwise.
fn attacked(alter: impl Fn(&mut AnchorDraft, &Registry)) -> Registry {
    let mut registry = Registry::founded();
    registry.add_receivables();
    let last = registry.anchors.pop().unwrap();
    registry.chain = registry.chain.up_to(last.height - 1);
    let mut draft = registry.draft();
    alter(&mut draft, &registry);
    registry.publish(draft);
    registry.bury();
    registry
}

fn assert_attacked(alter: impl Fn(&mut AnchorDraft, &Registry), findings: &[Told]) {
    let registry = attacked(alter);
    assert_told(&Reader::of(&registry).examine(&registry.prove(SUBJECT)), findings, &NO_LINEAGE);
}

/// The same finding in both steps that read the last anchor's transaction.
fn malformed(field: &str, expected: &str, found: &str) -> [Told; 2] {
    [AnchorPayload, AnchorLineage].map(|step| failed(step, "anchor-malformed", field).comparing(expected, found))
}

#[test]
fn an_anchor_that_spends_the_other_output() {
    let alter = |draft: &mut AnchorDraft, _: &Registry| draft.inputs[0].previous.index = 1;
    let before = attacked(alter).anchors[1].tx.txid();
    assert_attacked(
        alter,
        &[failed(AnchorLineage, "anchor-lineage-broken", "anchors[2].tx.vin[0]")
            .comparing(format!("{before}:0"), format!("{before}:1"))],
    );
}

#[test]
fn an_anchor_that_spends_the_one_before_the_one_before() {
    let alter = |draft: &mut AnchorDraft, registry: &Registry| {
        draft.inputs[0].previous.txid = registry.anchors[0].tx.txid();
    };
    let [first, before] = [0, 1].map(|at| attacked(alter).anchors[at].tx.txid());
    assert_attacked(
        alter,
        &[failed(AnchorLineage, "anchor-lineage-broken", "anchors[2].tx.vin[0]")
            .comparing(format!("{before}:0"), format!("{first}:0"))],
    );
}

#[test]
fn an_anchor_that_spends_the_one_before_by_its_second_input() {
    let other = OutPoint { txid: crate::registry::filler(9).txid(), index: 0 };
    let fee = TxIn { previous: other, script: vec![], sequence: 0 };
    let before = attacked(|_, _| {}).anchors[1].tx.txid();
    assert_attacked(
        |draft, _| draft.inputs.insert(0, fee.clone()),
        &[failed(AnchorLineage, "anchor-lineage-broken", "anchors[2].tx.vin[0]")
            .comparing(format!("{before}:0"), format!("{}:0", other.txid))],
    );
    // After the first, an input only adds to the fee.
    let registry = attacked(|draft, _| draft.inputs.push(fee.clone()));
    assert_told(&Reader::of(&registry).examine(&registry.prove(SUBJECT)), &[], &[]);
}

#[test]
fn an_anchor_that_skips_a_sequence_number() {
    for sequence in [1, 3] {
        assert_attacked(
            |draft, _| draft.commit_to(sequence, draft.note.clone()),
            &malformed("anchors[2].tx.vout[1]", "2", &sequence.to_string()),
        );
    }
}

#[test]
fn two_data_outputs() {
    let expected = "one OP_RETURN output, vout[1]";
    let second = |sequence| TxOut { value: 0, script: Payload { sequence, checkpoint_hash: [7; 32] }.to_script() };
    assert_attacked(
        |draft, _| draft.outputs.push(second(2)),
        &malformed("anchors[2].tx", expected, "vout[1], vout[2]"),
    );
    assert_attacked(|draft, _| draft.outputs.swap(0, 1), &malformed("anchors[2].tx", expected, "vout[0]"));
    assert_attacked(|draft, _| drop(draft.outputs.remove(1)), &malformed("anchors[2].tx", expected, "none"));
}

#[test]
fn a_payload_of_another_form() {
    let expected = "6a28504c4d01…, 42 bytes";
    let good = attacked(|_, _| {}).anchors[2].tx.outputs()[1].script.clone();
    let altered = |at: usize| {
        let mut script = good.clone();
        script[at] ^= 1;
        script
    };
    let long = [&good[..], &[0]].concat();
    for script in [altered(1), altered(2), altered(5), good[..41].to_vec(), long, vec![0x6a]] {
        assert_attacked(
            |draft, _| draft.outputs[1].script.clone_from(&script),
            &malformed("anchors[2].tx.vout[1]", expected, &encode_hex(&script)),
        );
    }
}

#[test]
fn an_anchor_of_another_checkpoint() {
    let registry = attacked(|draft, _| {
        let script = Payload { sequence: 2, checkpoint_hash: [7; 32] }.to_script();
        draft.outputs[1].script = script;
    });
    let shown = encode_hex(&registry.anchors[2].note.text_hash());
    let finding =
        |step| failed(step, "anchor-other-checkpoint", "anchors[2].tx.vout[1]").comparing(&shown, "07".repeat(32));
    let findings = [finding(AnchorPayload), finding(AnchorLineage)];
    assert_told(&Reader::of(&registry).examine(&registry.prove(SUBJECT)), &findings, &NO_LINEAGE);
}

#[test]
fn a_first_anchor_that_is_not_the_pinned_one() {
    let pinned = Registry::sample();
    let mut registry = Registry::default();
    registry.chain.bury(4);
    registry.enter_all(&pinned.entries[..2]);
    let mut draft = registry.draft();
    draft.inputs[0].previous.index = 5;
    registry.publish(draft);
    registry.add_receivables();
    registry.bury();
    let mut bundle = registry.prove(SUBJECT);
    bundle.registry = pinned.prove(SUBJECT).registry;
    let reader = Reader { registries: vec![pinned.policy()], ..Reader::of(&registry) };
    let [expected, found] = [&pinned, &registry].map(|registry| registry.anchors[0].tx.txid());
    assert_told(
        &reader.examine(&bundle),
        &[failed(AnchorLineage, "anchor-not-pinned", "anchors[0].tx").comparing(expected, found)],
        &NO_LINEAGE,
    );
}

#[test]
fn anchors_left_out_or_reordered() {
    let registry = Registry::sample();
    let reader = Reader::of(&registry);
    let good = registry.prove(SUBJECT);
    let wrong = |step, at: usize, expected: usize, found: usize| {
        failed(step, "anchor-malformed", &format!("anchors[{at}].tx.vout[1]")).comparing(expected, found)
    };
    let mut without_first = good.clone();
    without_first.anchors.remove(0);
    let findings = [wrong(AnchorPayload, 1, 1, 2), wrong(AnchorLineage, 0, 0, 1)];
    assert_told(&reader.examine(&without_first), &findings, &NO_LINEAGE);

    let mut without_middle = good.clone();
    without_middle.anchors.remove(1);
    let findings = [wrong(AnchorPayload, 1, 1, 2), wrong(AnchorLineage, 1, 1, 2)];
    assert_told(&reader.examine(&without_middle), &findings, &NO_LINEAGE);

    let mut reordered = good.clone();
    reordered.anchors.swap(0, 1);
    assert_told(&reader.examine(&reordered), &[wrong(AnchorLineage, 0, 0, 1)], &NO_LINEAGE);

    let mut without_any = good;
    without_any.anchors.clear();
    let rest = [AnchorLineage, AnchorInBlock, BlockOnChain, Depth, Cadence].map(|step| (step, AnchorPayload));
    assert_told(&reader.examine(&without_any), &[failed(AnchorPayload, "anchor-malformed", "anchors")], &rest);
}

#[test]
fn an_anchor_that_is_no_transaction() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    bundle.anchors[2].tx.0.pop();
    let report = Reader::of(&registry).examine(&bundle);
    let finding = |step| failed(step, "anchor-malformed", "anchors[2].tx");
    assert_told(
        &report,
        &[finding(AnchorPayload), finding(AnchorLineage), finding(AnchorInBlock)],
        &[(BlockOnChain, AnchorInBlock), (Depth, BlockOnChain), (Cadence, AnchorLineage)],
    );
    let mut bundle = registry.prove(SUBJECT);
    bundle.anchors[1].tx.0.pop();
    let findings = [failed(AnchorLineage, "anchor-malformed", "anchors[1].tx")];
    assert_told(&Reader::of(&registry).examine(&bundle), &findings, &NO_LINEAGE);
}

/// The sample up to its second anchor, then another log's tree under the third.
fn rewritten(from: usize) -> Registry {
    let other = other_log(from);
    let mut registry = Registry::founded();
    registry.add_receivables();
    registry.anchors.pop();
    (registry.log, registry.entries) = (other.log, other.entries);
    let draft = registry.draft();
    registry.publish(draft);
    registry.bury();
    registry
}

#[test]
fn a_log_rewritten_between_two_anchors() {
    let registry = rewritten(3);
    let kept = Checkpoint::parse(registry.anchors[1].note.text()).unwrap();
    // What was anchored, continued by what was added since, is not what is anchored now.
    let leaf = |index: usize| *LeafHash::of_entry(&registry.entries[index].event.leaf_bytes()).unwrap().as_bytes();
    let continued = node_hash(kept.root(), &node_hash(&leaf(4), &leaf(5)));
    assert_told(
        &Reader::of(&registry).examine(&registry.prove(SUBJECT)),
        &[failed(AnchorLineage, "log-rewritten", "anchors[2].consistency")
            .comparing(encode_base64(&registry.log.root()), encode_base64(&continued))],
        &NO_LINEAGE,
    );
}

#[test]
fn a_split_view_in_the_anchors_themselves() {
    // Two roots of one size, each anchored: the second anchor of that size shows it.
    let mut registry = Registry::founded();
    registry.add_receivables();
    let other = other_log(SUBJECT);
    let (expected, found) = (registry.log.root(), other.log.root());
    (registry.log, registry.entries) = (other.log, other.entries);
    let draft = registry.draft();
    assert_eq!(draft.consistency, Vec::<[u8; 32]>::new());
    registry.publish(draft);
    registry.bury();
    let mut bundle = registry.prove(SUBJECT);
    bundle.anchors[2].block = None;
    bundle.anchors.push(registry.claim(3, true));
    (bundle.record, bundle.parties) = (registry.logged(SUBJECT, 3), vec![registry.logged(0, 3)]);
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(
        &report,
        &[failed(AnchorLineage, "log-rewritten", "anchors[3].consistency")
            .comparing(encode_base64(&expected), encode_base64(&found))],
        &NO_LINEAGE,
    );
    assert!(detail(&report, AnchorLineage).contains("two roots of size 6"));
}

#[test]
fn a_log_that_shrinks() {
    let registry = attacked(|draft, registry| {
        let smaller = Checkpoint::new(ORIGIN, 3, registry.log.root_at(3).unwrap(), &[]).unwrap();
        draft.commit_to(2, note(&smaller));
    });
    let mut bundle = registry.prove(2);
    bundle.anchors.push(registry.claim(2, true));
    (bundle.record, bundle.parties) = (registry.logged(2, 2), vec![registry.logged(0, 2)]);
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(AnchorLineage, "log-rewritten", "anchors[2].consistency").comparing("a size of at least 4", "3")],
        &NO_LINEAGE,
    );
}

#[test]
fn a_consistency_proof_of_another_form() {
    let registry = Registry::sample();
    let reader = Reader::of(&registry);
    let good = registry.prove(SUBJECT);
    let length = good.anchors[2].consistency.len();
    let mut none = good.clone();
    none.anchors[2].consistency.clear();
    let findings = [failed(AnchorLineage, "log-rewritten", "anchors[2].consistency")
        .comparing(format!("{length} hashes"), "0 hashes")];
    assert_told(&reader.examine(&none), &findings, &NO_LINEAGE);
    let mut short = good;
    short.anchors[2].consistency[0].0.pop();
    let findings = [failed(AnchorLineage, "anchor-malformed", "anchors[2].consistency").comparing("32", "31")];
    assert_told(&reader.examine(&short), &findings, &NO_LINEAGE);
}

#[test]
fn an_empty_log_may_be_the_beginning_and_nothing_else_without_proof() {
    // The first anchor commits to an empty log, which is the beginning of every log; a lie about its root is not.
    let founded = |root: Option<[u8; 32]>| {
        let mut registry = Registry::default();
        let mut draft = registry.draft();
        if let Some(root) = root {
            let cadence = Checkpoint::cadence_line(CADENCE);
            draft.commit_to(0, signed(&Checkpoint::new(ORIGIN, 0, root, &[&cadence]).unwrap()));
        }
        registry.publish(draft);
        registry.enter_all(&Registry::founded().entries);
        let mut draft = AnchorDraft { consistency: vec![], ..draft_from_empty(&registry) };
        draft.inputs[0].previous.txid = registry.anchors[0].tx.txid();
        registry.publish(draft);
        registry.bury();
        registry
    };
    let registry = founded(None);
    assert_told(&Reader::of(&registry).examine(&registry.prove(1)), &[], &[]);
    let registry = founded(Some([9; 32]));
    let report = Reader::of(&registry).examine(&registry.prove(1));
    assert_told(&report, &[failed(AnchorLineage, "log-rewritten", "anchors[1].consistency")], &NO_LINEAGE);
    assert!(detail(&report, AnchorLineage).contains("empty tree proves nothing"));
    let registry = founded(None);
    let mut bundle = registry.prove(1);
    bundle.anchors[1].consistency.push(plimsoll::proof::bundle::Bytes(vec![0; 32]));
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(&report, &[failed(AnchorLineage, "log-rewritten", "anchors[1].consistency")], &NO_LINEAGE);
}

/// The second anchor of a log whose first was empty: there is no consistency proof to be had from the log.
fn draft_from_empty(registry: &Registry) -> AnchorDraft {
    let first = Registry { anchors: vec![], ..registry.clone() };
    let mut draft = first.draft();
    draft.commit_to(1, note(&registry.checkpoint()));
    draft
}

#[test]
fn anchors_whose_blocks_go_down() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    bundle.anchors[1] = registry.claim(1, true);
    let height = registry.anchors[2].height;
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
    bundle.anchors[1].block.as_mut().unwrap().height = height + 1;
    assert_told(
        &Reader::of(&registry).examine(&bundle),
        &[failed(AnchorLineage, "anchor-lineage-broken", "anchors[2].block.height")
            .comparing(format!("at least {}", height + 1), height)],
        &NO_LINEAGE,
    );
    bundle.anchors[1].block.as_mut().unwrap().height = height;
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
}

#[test]
fn a_checkpoint_that_is_none() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    // The middle one is not the checkpoint that the record is proven under: only the row reads it.
    let text = format!("{ORIGIN}\n04\n{}\n", encode_base64(&[1; 32]));
    let mut draft = registry.draft();
    let other = signed(&registry.checkpoint());
    draft.commit_to(1, other);
    draft.outputs[1].script =
        Payload { sequence: 1, checkpoint_hash: plimsoll::crypto::hash::sha256(text.as_bytes()) }.to_script();
    draft.inputs[0].previous.txid = registry.anchors[0].tx.txid();
    let tx = plimsoll::chain::Transaction::new(2, draft.inputs, draft.outputs, 0).unwrap();
    bundle.anchors[1].tx.0 = tx.encode();
    bundle.anchors[1].checkpoint = text;
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(&report, &[failed(AnchorLineage, "anchor-malformed", "anchors[1].checkpoint")], &NO_LINEAGE);
    assert!(detail(&report, AnchorLineage).contains("without leading zero"));
}

#[test]
fn a_hidden_newest_anchor_is_stale_and_said_aloud() {
    let mut registry = Registry::sample();
    let height = registry.anchors[2].height;
    registry.chain.bury(height + CADENCE - registry.chain.height());
    let bundle = registry.prove(SUBJECT);
    assert_told(&Reader::of(&registry).examine(&bundle), &[], &[]);
    registry.chain.bury(1);
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(&report, &[not_checked(Cadence, "stale").comparing(CADENCE, CADENCE + 1)], &[]);
    let since = &step(&report, Cadence).values[0];
    assert_eq!((since.label.as_str(), since.text.as_str()), ("blocks-since-anchor", "21"));
}

#[test]
fn a_registry_that_promises_no_cadence_or_nonsense() {
    for (lines, finding) in [
        (vec![], not_checked(Cadence, "no-cadence")),
        (vec!["plimsoll/cadence 0"], failed(Cadence, "anchor-malformed", "anchors[0].checkpoint")),
    ] {
        let mut registry = Registry { chain: Chain::default(), ..Registry::default() };
        registry.enter_all(&Registry::founded().entries);
        let mut draft = registry.draft();
        draft.commit_to(0, note(&registry.log.checkpoint(ORIGIN, &lines).unwrap()));
        registry.publish(draft);
        registry.add_receivables();
        registry.bury();
        assert_told(&Reader::of(&registry).examine(&registry.prove(SUBJECT)), &[finding], &[]);
    }
}
