//! What the reader brings to an examination: known registries, headers, and what time it is.

use crate::encoding::encode_hex;
use crate::engine::HeaderEngine;
use crate::proof::bundle::RegistryRef;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::time::UnixTime;

/// What the reader brings.
#[derive(Debug, Clone, Copy)]
pub struct Setting<'a> {
    /// Policies of registries the reader pinned, or that the page's own origin serves.
    pub registries: &'a [RegistryPolicy],
    /// Headers, all of them verified.
    pub engine: &'a dyn HeaderEngine,
    /// The clock of whoever asks.
    pub now: UnixTime,
}

/// Evidence that a policy is one the reader has a reason to believe.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct KnownRegistry {
    policy_id: [u8; 32],
}

impl KnownRegistry {
    /// SHA-256 of the policy's text.
    #[must_use]
    pub fn policy_id(&self) -> &[u8; 32] {
        &self.policy_id
    }

    /// Looks a policy up among the reader's own.
    ///
    /// # Errors
    /// A finding: *could not check* for a registry that nobody vouches for, *failed* for one that takes a known one's name
    /// or log but not its policy.
    pub fn verify(policy: &RegistryPolicy, known: &[RegistryPolicy]) -> Result<Self, Finding> {
        let id = policy.id();
        if known.iter().any(|own| own.id() == id) {
            return Ok(Self { policy_id: id });
        }
        let same_face = |own: &&RegistryPolicy| own.name() == policy.name() || own.shares_log_with(policy);
        match known.iter().find(same_face) {
            Some(own) => Err(Finding::failed("registry-imitates", "registry.policy")
                .comparing(encode_hex(&own.id()), encode_hex(&id))),
            None => Err(Finding::could_not("registry-unknown", "registry.policy").comparing("", policy.name())),
        }
    }
}

/// The policy a proof is to be judged by: the one it carries, or the reader's own that it names.
///
/// # Errors
/// A finding for the step *registry known*.
pub fn policy_of(registry: &RegistryRef, known: &[RegistryPolicy]) -> Result<RegistryPolicy, Finding> {
    match registry {
        RegistryRef::Policy(text) => RegistryPolicy::parse(text)
            .map_err(|error| Finding::failed("registry-malformed", "registry.policy").because(&error)),
        RegistryRef::Sha256(hash) => known.iter().find(|own| own.id() == hash.0).cloned().ok_or_else(|| {
            Finding::could_not("policy-not-at-hand", "registry.sha256").comparing("", encode_hex(&hash.0))
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::proof::bundle::HexHash;
    use crate::proof::sample::Registry;

    #[test]
    fn a_policy_is_the_one_carried_or_the_readers_own_by_its_hash() {
        let registry = Registry::founded();
        let other = registry.policy_with(&serde_json::json!({"name": "Other Registry"}));
        let known = [RegistryPolicy::parse(&other).unwrap(), registry.policy()];
        let found = |registry: &RegistryRef| match policy_of(registry, &known) {
            Ok(policy) => Ok(policy.id()),
            Err(finding) => Err(finding.problem.code),
        };
        assert_eq!(found(&RegistryRef::Sha256(HexHash(known[1].id()))), Ok(known[1].id()));
        assert_eq!(found(&RegistryRef::Sha256(HexHash([0; 32]))), Err("policy-not-at-hand".into()));
        assert_eq!(found(&RegistryRef::Policy(known[0].text().into())), Ok(known[0].id()));
        assert_eq!(found(&RegistryRef::Policy("{}".into())), Err("registry-malformed".into()));
        assert_eq!(KnownRegistry::verify(&known[1], &known).unwrap().policy_id(), &known[1].id());
        assert!(KnownRegistry::verify(&known[0], &known[1..]).is_err());
    }
}
