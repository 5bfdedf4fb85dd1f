//! The records a verdict rests on besides its own: each verified like it, in the same log under the same checkpoint.

use crate::crypto::key::KeyId;
use crate::encoding::encode_base64;
use crate::proof::bundle::LoggedRecord;
use crate::proof::party::RegisteredSigner;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::proof::recorded::{EntryOfRecord, Recorded};
use crate::proof::report::Outcome;
use crate::proof::succession::{Placed, out_of_succession};
use crate::proof::verdict::Genuine;
use crate::registry::event::Event;
use crate::tlog::note::Note;
use crate::tlog::{Logged, TlogProof};
use crate::trade::party::Party;
use crate::trade::record::Record;
use crate::trade::replay::history::Entry;
use crate::trade::sd_jwt::SdJwt;
use crate::trade::verified_record::VerifiedRecord;
use std::collections::{HashMap, HashSet};

/// A record of a history, verified.
#[derive(Debug, Clone)]
struct Told {
    recorded: Recorded,
    signer: Option<Party>,
    index: u64,
}

/// Evidence that records were signed, disclosed truly, entered by their signers, and logged under one checkpoint, each by a key
/// whose registration is shown or not, and that each entry follows that of the record before it, where that one is shown. That
/// they are all there are it does not say.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct VerifiedHistory {
    told: Vec<Told>,
    focus: usize,
}

/// A verified history whose log is anchored in a buried block, in a registry that the reader knows.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct BuriedHistory {
    history: VerifiedHistory,
}

impl BuriedHistory {
    /// Joins a history with the evidence of its record; `None` when that is of another record.
    #[must_use]
    pub fn of(history: VerifiedHistory, genuine: &Genuine) -> Option<Self> {
        let own = history.told.get(history.focus).map(|one| one.recorded.record().record_hash());
        (own == Some(genuine.recorded().record().record_hash())).then_some(Self { history })
    }
}

/// What a history is verified against.
pub struct Ground<'a> {
    /// Registrations of parties.
    pub parties: &'a [LoggedRecord],
    /// The registry's policy.
    pub policy: &'a RegistryPolicy,
    /// The record in question, in the log.
    pub logged: &'a Logged,
    /// The checkpoint it was verified under, with its signatures.
    pub note: &'a Note,
}

impl VerifiedHistory {
    /// Verifies the records beside the one in question, `recorded`, whose registered signer is `signer`.
    ///
    /// # Errors
    /// A finding that names the first record that is not as it should be.
    pub fn verify(
        history: &[LoggedRecord],
        recorded: &Recorded,
        signer: Option<&RegisteredSigner>,
        ground: &Ground<'_>,
    ) -> Result<Self, Finding> {
        let mut told = Vec::with_capacity(history.len() + 1);
        let mut signers: HashMap<KeyId, Option<RegisteredSigner>> = HashMap::new();
        for (at, claimed) in history.iter().enumerate() {
            told.push(verify_one(claimed, at, ground, &mut signers)?);
        }
        let signer = signer.map(|signer| signer.party().clone());
        told.push(Told { recorded: recorded.clone(), signer, index: ground.logged.included().index() });
        let placed = |(at, one)| {
            let Told { recorded, index, .. }: &Told = one;
            let at = if at == history.len() { String::new() } else { format!("history[{at}].") };
            Placed { at, recorded, index: *index }
        };
        let placed: Vec<_> = told.iter().enumerate().map(placed).collect();
        if let Some(finding) = out_of_succession(&placed) {
            return Err(finding);
        }
        // In the order of the log, whatever the order they were handed over in.
        told.sort_by_key(|one| one.index);
        // A record handed over twice, or entered twice, is one.
        let mut known = HashSet::new();
        told.retain(|one| known.insert(one.recorded.record().record_hash()));
        let hash = recorded.record().record_hash();
        let focus = told.iter().position(|one| one.recorded.record().record_hash() == hash).unwrap_or_default();
        Ok(Self { told, focus })
    }

    /// The records, as replaying takes them, in the order of the log.
    #[must_use]
    pub fn entries(&self) -> Vec<Entry<'_>> {
        self.told
            .iter()
            .map(|one| Entry {
                record: one.recorded.record().record(),
                hash: one.recorded.record().record_hash(),
                signer: one.signer.as_ref(),
            })
            .collect()
    }

    /// The same with the records of other proofs beside it, each once.
    pub fn beside(mut self, others: &[BuriedHistory]) -> Self {
        let hash = |one: &Told| one.recorded.record().record_hash();
        let mut known: HashSet<_> = self.told.iter().map(hash).collect();
        for one in others.iter().flat_map(|other| &other.history.told) {
            if known.insert(hash(one)) {
                self.told.push(one.clone());
            }
        }
        self
    }

    /// The position of the record in question.
    #[must_use]
    pub fn focus(&self) -> usize {
        self.focus
    }
}

fn verify_one(
    claimed: &LoggedRecord,
    at: usize,
    ground: &Ground<'_>,
    signers: &mut HashMap<KeyId, Option<RegisteredSigner>>,
) -> Result<Told, Finding> {
    let wrong = |part: &str| Finding::failed("history-record-wrong", format!("history[{at}].{part}"));
    let sd_jwt = SdJwt::parse_record(&claimed.sd_jwt).map_err(|error| wrong("sdJwt").explained_by(&error))?;
    let disclosed = sd_jwt.disclose().map_err(|error| wrong("sdJwt").explained_by(&error))?;
    let record = Record::parse(disclosed.payload().clone()).map_err(|error| wrong("sdJwt").explained_by(&error))?;
    let event = Event::decode(&claimed.event.0).map_err(|error| wrong("event").explained_by(&error))?;
    let entry = EntryOfRecord::verify(&record, sd_jwt.record_hash(), &event).map_err(|mut finding| {
        finding.problem.field = format!("history[{at}].{}", finding.problem.field);
        finding
    })?;
    let key = record.signer.clone();
    let signature = sd_jwt.verify_signature(&key).map_err(|error| wrong("sdJwt").explained_by(&error))?;
    let leaf = event.leaf_bytes();
    let event = event.verify(&key).map_err(|error| wrong("event.sig").explained_by(&error))?;
    let verified = VerifiedRecord::new(&disclosed, signature).map_err(|error| wrong("sdJwt").explained_by(&error))?;
    let proof = TlogProof::parse(&claimed.log_proof).map_err(|error| wrong("logProof").explained_by(&error))?;
    // One checkpoint for all: its signatures were verified with the record in question.
    if let Some((expected, found)) = difference(&proof, ground) {
        let field = format!("history[{at}].logProof");
        return Err(Finding::failed("history-other-checkpoint", field).comparing(expected, found));
    }
    let included = proof.verify_inclusion(&leaf).map_err(|error| wrong("logProof").explained_by(&error))?;
    let recorded = Recorded::of(verified, event, entry).ok_or_else(|| wrong("event"))?;
    let index = included.index();
    let signer = match signers.get(&key.id()) {
        Some(known) => known.clone(),
        None => {
            let found = match RegisteredSigner::registered(&key, ground.parties, ground.policy, ground.logged) {
                Ok(signer) => Some(signer),
                // Whose key it is was not shown: rules that ask who signed are then not checked.
                Err(finding) if finding.outcome == Outcome::CouldNotCheck => None,
                Err(finding) => return Err(finding),
            };
            signers.insert(key.id(), found.clone());
            found
        }
    };
    if let Some(signer) = &signer {
        signer.before(index)?;
    }
    Ok(Told { recorded, signer: signer.map(|signer| signer.party().clone()), index })
}

/// The first thing in which a proof's checkpoint, signatures among it, is another than that of the record in question.
fn difference(proof: &TlogProof, ground: &Ground<'_>) -> Option<(String, String)> {
    if proof.note() == ground.note {
        return None;
    }
    let (expected, found) = (ground.logged.checkpoint(), proof.checkpoint());
    Some(if expected.size() != found.size() {
        (expected.size().to_string(), found.size().to_string())
    } else if expected.root() != found.root() {
        (encode_base64(expected.root()), encode_base64(found.root()))
    } else {
        ("the checkpoint and signatures that were verified".to_owned(), "others".to_owned())
    })
}
