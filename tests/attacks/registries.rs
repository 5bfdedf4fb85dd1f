//! Which registry: one nobody knows, one that imitates, one whose policy is not at hand.

use crate::registry::{Reader, Registry, SUBJECT, key, log_policy};
use crate::told::{Told, assert_told, could_not, detail, failed};
use plimsoll::encoding::encode_hex;
use plimsoll::proof::bundle::{Bundle, HexHash, RegistryRef};
use plimsoll::proof::policy::RegistryPolicy;
use plimsoll::proof::step::StepId::{self, *};
use serde_json::{Value, json};

/// What waits when there is no policy to judge by.
const NO_POLICY: [(StepId, StepId); 7] = [
    (CheckpointSignature, RegistryKnown),
    (WitnessQuorum, RegistryKnown),
    (AnchorLineage, RegistryKnown),
    (BlockOnChain, RegistryKnown),
    (Depth, BlockOnChain),
    (Cadence, AnchorLineage),
    (PartyRegistered, RegistryKnown),
];

/// The sample, and its proof under a policy with these changes.
fn under(changes: &Value) -> (Registry, Bundle, String) {
    let registry = Registry::sample();
    let text = registry.policy_with(changes);
    let mut bundle = registry.prove(SUBJECT);
    bundle.registry = RegistryRef::Policy(text.clone());
    (registry, bundle, text)
}

fn imitates(registry: &Registry, text: &str) -> Told {
    let own = RegistryPolicy::parse(text).unwrap();
    failed(RegistryKnown, "registry-imitates", "registry.policy")
        .comparing(encode_hex(&registry.policy().id()), encode_hex(&own.id()))
}

#[test]
fn a_policy_that_imitates_a_known_registry_with_a_weaker_quorum() {
    let (registry, bundle, text) = under(&json!({"logPolicy": log_policy(1)}));
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(&report, &[imitates(&registry, &text)], &[]);
    assert!(!report.registry.unwrap().known);
    // The same rules under another name, and the same name over another log, are imitations too.
    for changes in [json!({"name": "Other Registry"}), json!({"minConfirmations": 1})] {
        let (registry, bundle, text) = under(&changes);
        assert_told(&Reader::of(&registry).examine(&bundle), &[imitates(&registry, &text)], &[]);
    }
}

#[test]
fn a_policy_that_shares_only_a_name_a_log_or_a_first_anchor() {
    let registry = Registry::sample();
    let other_log = format!("log {}\nquorum none\n", other_signer());
    let other_anchor = "11".repeat(32);
    let stranger = |changes: &[(&str, &str)]| {
        let mut all = json!({"name": "Other Registry", "logPolicy": other_log, "firstAnchor": other_anchor});
        for (member, value) in changes {
            all[member] = json!(value);
        }
        let mut bundle = registry.prove(SUBJECT);
        bundle.registry = RegistryRef::Policy(registry.policy_with(&all));
        let report = Reader::of(&registry).examine(&bundle);
        crate::told::step(&report, RegistryKnown).problem.clone().unwrap().code
    };
    assert_eq!(stranger(&[]), "registry-unknown");
    assert_eq!(stranger(&[("name", "Example Registry")]), "registry-imitates");
    assert_eq!(stranger(&[("logPolicy", &log_policy(2))]), "registry-imitates");
    assert_eq!(stranger(&[("firstAnchor", &registry.anchors[0].tx.txid().to_string())]), "registry-imitates");
}

fn other_signer() -> String {
    plimsoll::tlog::LogSigner::new("other.example/log", key("other")).unwrap().verifier_key().to_string()
}

#[test]
fn a_registry_nobody_vouches_for() {
    let registry = Registry::sample();
    let reader = Reader { registries: vec![], ..Reader::of(&registry) };
    let report = reader.examine(&registry.prove(SUBJECT));
    let unknown = could_not(RegistryKnown, "registry-unknown", "registry.policy").comparing("", "Example Registry");
    assert_told(&report, &[unknown], &[]);
    let shown = report.registry.unwrap();
    assert_eq!((shown.known, shown.policy_text), (false, registry.policy_text()), "shown, to be pinned or not");
}

#[test]
fn a_policy_hash_that_is_not_at_hand() {
    let registry = Registry::sample();
    let mut bundle = registry.prove(SUBJECT);
    let reader = Reader::of(&registry);
    bundle.registry = RegistryRef::Sha256(HexHash(registry.policy().id()));
    assert_told(&reader.examine(&bundle), &[], &[]);
    bundle.registry = RegistryRef::Sha256(HexHash([9; 32]));
    let not_at_hand = could_not(RegistryKnown, "policy-not-at-hand", "registry.sha256").comparing("", "09".repeat(32));
    let report = reader.examine(&bundle);
    assert_told(&report, &[not_at_hand], &NO_POLICY);
    assert!(report.registry.is_none() && report.chain.is_none());
}

#[test]
fn one_key_as_two_witnesses() {
    let one = key("one.example/witness");
    let twice = plimsoll::tlog::Witness::new("two.example/witness", one).unwrap();
    let policy = log_policy(2).replace(
        &crate::registry::witness("two.example/witness").verifier_key().to_string(),
        &twice.verifier_key().to_string(),
    );
    let (registry, bundle, _) = under(&json!({"logPolicy": policy}));
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(&report, &[failed(RegistryKnown, "registry-malformed", "registry.policy")], &NO_POLICY);
    assert!(detail(&report, RegistryKnown).contains("public key of"), "{}", detail(&report, RegistryKnown));
}

#[test]
fn a_policy_that_asks_for_no_depth() {
    let (registry, bundle, _) = under(&json!({"minConfirmations": 0}));
    let report = Reader::of(&registry).examine(&bundle);
    assert_told(&report, &[failed(RegistryKnown, "registry-malformed", "registry.policy")], &NO_POLICY);
    assert!(detail(&report, RegistryKnown).contains("at least 1"));
}

#[test]
fn a_policy_for_another_network() {
    let (registry, bundle, text) = under(&json!({"network": "mainnet"}));
    let mut reader = Reader::of(&registry);
    reader.registries = vec![RegistryPolicy::parse(&text).unwrap()];
    let missing = could_not(BlockOnChain, "headers-missing", "headers").comparing("mainnet", "");
    assert_told(&reader.examine(&bundle), &[missing], &[(Depth, BlockOnChain), (Cadence, BlockOnChain)]);
}
