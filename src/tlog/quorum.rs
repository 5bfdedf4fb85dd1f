//! How many witnesses are enough (c2sp.org/tlog-policy, groups and quorum), and the evidence that there are.

use crate::crypto::hash::Hash;
use crate::tlog::note::Note;
use crate::tlog::verifier_key::{VerifierKey, VerifierKeyError};

/// A witness that a policy names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownWitness {
    pub(crate) name: String,
    pub(crate) key: VerifierKey,
    pub(crate) url: Option<String>,
}

impl KnownWitness {
    /// Its name in the policy.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its key.
    #[must_use]
    pub fn key(&self) -> &VerifierKey {
        &self.key
    }

    /// Where it is asked, where the policy says.
    #[must_use]
    pub fn url(&self) -> Option<&str> {
        self.url.as_deref()
    }
}

/// A witness or a group, by its place among those a policy defines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Member {
    Witness(usize),
    Group(usize),
}

/// Members of which `threshold` are enough.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Group {
    pub(crate) name: String,
    pub(crate) threshold: usize,
    /// Members defined before this group: there are no cycles.
    pub(crate) members: Vec<Member>,
}

/// The witnesses a policy knows and the rule it sets for them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Witnesses {
    pub(crate) known: Vec<KnownWitness>,
    pub(crate) groups: Vec<Group>,
    /// `None` where the policy says `quorum none`.
    pub(crate) quorum: Option<Member>,
}

/// Why a checkpoint has not enough witnesses.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum QuorumError {
    /// Fewer witnesses than the rule asks for.
    #[error("{found} of {needed} witnesses that {rule:?} needs cosigned ({cosigned:?})")]
    Below {
        /// The witness or group that is the quorum.
        rule: String,
        /// Members of the rule that are needed.
        needed: usize,
        /// Members of the rule that are satisfied.
        found: usize,
        /// Names of all witnesses that did cosign.
        cosigned: Vec<String>,
    },
    /// A line by a witness the policy knows does not verify.
    #[error("witness {witness:?}")]
    Witness {
        /// The witness.
        witness: String,
        /// What is wrong.
        source: VerifierKeyError,
    },
}

/// A witness that cosigned, and when by its own clock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WitnessedAt {
    /// Its name in the policy.
    pub witness: String,
    /// The name of its key.
    pub key_name: String,
    /// Seconds since 1970, by the witness's clock.
    pub time: u64,
}

/// Evidence that a checkpoint has the witnesses a policy asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct QuorumReached {
    rule: Option<String>,
    needed: usize,
    found: usize,
    witnesses: Vec<WitnessedAt>,
    body_hash: Hash,
}

impl QuorumReached {
    /// The witness or group that is the quorum; `None` where the policy asks for no witness.
    #[must_use]
    pub fn rule(&self) -> Option<&str> {
        self.rule.as_deref()
    }

    /// Members of the rule that are needed; 0 where the policy asks for no witness.
    #[must_use]
    pub fn needed(&self) -> usize {
        self.needed
    }

    /// Members of the rule that are satisfied.
    #[must_use]
    pub fn found(&self) -> usize {
        self.found
    }

    /// Every known witness that cosigned, in the policy's order, each once.
    #[must_use]
    pub fn witnesses(&self) -> &[WitnessedAt] {
        &self.witnesses
    }

    /// SHA-256 of the body they cosigned.
    #[must_use]
    pub fn body_hash(&self) -> &Hash {
        &self.body_hash
    }
}

impl Witnesses {
    /// Verifies that enough of these witnesses cosigned a note.
    pub(crate) fn verify(&self, note: &Note) -> Result<QuorumReached, QuorumError> {
        let mut cosigned = vec![false; self.known.len()];
        let mut witnesses = Vec::new();
        for (known, cosigned) in self.known.iter().zip(&mut cosigned) {
            match known.key.verify(note) {
                Ok(signed) => {
                    *cosigned = true;
                    let (witness, key_name) = (known.name.clone(), known.key.name().to_owned());
                    witnesses.push(WitnessedAt { witness, key_name, time: signed.time().unwrap_or_default() });
                }
                Err(VerifierKeyError::NotSigned { .. }) => {}
                Err(source) => return Err(QuorumError::Witness { witness: known.name.clone(), source }),
            }
        }
        let (rule, needed, found) = self.count(&cosigned);
        match rule {
            Some(rule) if found < needed => {
                let cosigned = witnesses.into_iter().map(|cosigned| cosigned.witness).collect();
                Err(QuorumError::Below { rule, needed, found, cosigned })
            }
            rule => Ok(QuorumReached { rule, needed, found, witnesses, body_hash: note.text_hash() }),
        }
    }

    /// The rule's name, the members it needs and those it has.
    fn count(&self, cosigned: &[bool]) -> (Option<String>, usize, usize) {
        // Members stand before their groups: one pass in order settles every group.
        let mut satisfied: Vec<usize> = Vec::with_capacity(self.groups.len());
        for group in &self.groups {
            let is_satisfied = |member: &&Member| match **member {
                Member::Witness(witness) => cosigned[witness],
                Member::Group(inner) => satisfied[inner] >= self.groups[inner].threshold,
            };
            let count = group.members.iter().filter(is_satisfied).count();
            satisfied.push(count);
        }
        match self.quorum {
            None => (None, 0, 0),
            Some(Member::Witness(witness)) => {
                (Some(self.known[witness].name.clone()), 1, usize::from(cosigned[witness]))
            }
            Some(Member::Group(group)) => {
                let rule = &self.groups[group];
                (Some(rule.name.clone()), rule.threshold, satisfied[group])
            }
        }
    }
}
