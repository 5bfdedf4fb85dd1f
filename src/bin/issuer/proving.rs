//! Proofs of records: everything a stranger needs to check one, in one file or one link.

use crate::ledger::{Anchor, Entry, Ledger};
use plimsoll::proof::bundle::{
    AnchorClaim, BUNDLE_FORMAT, Bundle, Bytes, HeaderRun, HexHash, LoggedRecord, RegistryRef,
};
use plimsoll::proof::withhold::{ProofWithholdError, withhold};
use plimsoll::tlog::log::LogError;
use plimsoll::tlog::tlog_proof::{TlogProof, TlogProofError};
use plimsoll::trade::record::Subject;
use plimsoll::trade::sd_jwt::SdJwt;

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProveError {
    /// No record has this id, no asset this reference.
    #[error("no record with id or reference {name:?}")]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// Several assets have this reference, under different schemes.
    #[error("{name:?} is the reference of several assets ({schemes})")]
    Ambiguous {
        /// The name asked for.
        name: String,
        /// Their schemes.
        schemes: String,
    },
    /// The log was not anchored since the record was entered.
    #[error("record {id:?} is entry {index} of the log, and no anchor covers it yet")]
    NotAnchored {
        /// The record's id.
        id: String,
        /// Its place in the log.
        index: usize,
    },
    /// A field cannot be withheld.
    #[error(transparent)]
    Withhold(#[from] ProofWithholdError),
    /// The log.
    #[error(transparent)]
    Log(#[from] LogError),
    /// The log proof.
    #[error(transparent)]
    LogProof(#[from] TlogProofError),
}

/// What a proof shall hold.
#[derive(Debug, Clone, Copy, Default)]
pub struct ProofOptions<'a> {
    /// Fields to withhold, as JSON pointers.
    pub withhold: &'a [String],
    /// Carry the chain's headers.
    pub headers: bool,
    /// Name the policy by its hash instead of carrying it.
    pub policy_hash: bool,
    /// References of other assets whose records are to stand beside it, as far as the log goes: a dossier.
    pub with: &'a [String],
    /// Leave out the records before it: a shorter proof, whose state cannot be told.
    pub alone: bool,
}

/// The place of the record with this id, or of the newest one of the asset with this reference.
pub fn find(ledger: &Ledger, name: &str) -> Result<usize, ProveError> {
    let entries = ledger.entries();
    if let Some(index) = entries.iter().position(|entry| entry.record.record_id == name) {
        return Ok(index);
    }
    let subject = |entry: &Entry| entry.record.subject.reference == name;
    let index = entries.iter().rposition(subject).ok_or_else(|| ProveError::Unknown { name: name.to_owned() })?;
    let mut schemes: Vec<&str> =
        entries.iter().filter(|entry| subject(entry)).map(|entry| entry.record.subject.scheme.as_str()).collect();
    schemes.sort_unstable();
    schemes.dedup();
    match schemes.len() {
        1 => Ok(index),
        _ => Err(ProveError::Ambiguous { name: name.to_owned(), schemes: schemes.join(", ") }),
    }
}

/// The proof of the record at a place in the log, by the first anchor that covers it.
pub fn prove(ledger: &Ledger, index: usize, options: ProofOptions<'_>) -> Result<Bundle, ProveError> {
    let entry = &ledger.entries()[index];
    let covers = |anchor: &Anchor| anchor.checkpoint.size() > index as u64;
    let first = ledger.anchors().iter().position(covers);
    // A record is proven by the first anchor that covers it; a dossier by the newest that is deep enough, since it tells the
    // latest of its other assets.
    let deep = |anchor: &Anchor| {
        let above = ledger.chain().height().saturating_sub(anchor.height) + 1;
        covers(anchor) && above >= ledger.policy().min_confirmations()
    };
    let newest = ledger.anchors().iter().rposition(deep).filter(|_| !options.with.is_empty());
    let last = newest.or(first).ok_or_else(|| ProveError::NotAnchored { id: entry.record.record_id.clone(), index })?;
    let anchor = &ledger.anchors()[last];
    let mut before = if options.alone { Vec::new() } else { history(ledger, index) };
    for reference in options.with {
        let covered = usize::try_from(anchor.checkpoint.size()).unwrap_or(usize::MAX);
        let own = ledger.entries().iter().enumerate().take(covered);
        let own = own.filter(|(_, entry)| entry.record.subject.reference == *reference).map(|(place, _)| place);
        let own: Vec<usize> = own.filter(|place| *place != index && !before.contains(place)).collect();
        if own.is_empty() && ledger.entries().iter().all(|entry| entry.record.subject.reference != *reference) {
            return Err(ProveError::Unknown { name: reference.clone() });
        }
        before.extend(own);
    }
    before.sort_unstable();
    let told = before.iter().map(|&place| logged(ledger, place, &ledger.entries()[place].sd_jwt, anchor));
    let told: Vec<LoggedRecord> = told.collect::<Result<_, ProveError>>()?;
    let mut registered: Vec<usize> = Vec::new();
    let mut parties = Vec::new();
    for &place in before.iter().chain([&index]) {
        match ledger.registration(ledger.entries()[place].event.key_id()) {
            Some((own, party)) if own != index && !registered.contains(&own) => {
                registered.push(own);
                // Of a registration only what names the party is shown: key, name and codes.
                parties.push(logged(
                    ledger,
                    own,
                    &party.sd_jwt.withhold(["/body/role"]).map_err(ProofWithholdError::from)?,
                    anchor,
                )?);
            }
            _ => {}
        }
    }
    let policy = ledger.policy();
    let whole = Bundle {
        format: BUNDLE_FORMAT.to_owned(),
        registry: match options.policy_hash {
            true => RegistryRef::Sha256(HexHash(policy.id())),
            false => RegistryRef::Policy(policy.text().to_owned()),
        },
        record: logged(ledger, index, &entry.sd_jwt, anchor)?,
        history: told,
        parties,
        anchors: ledger.anchors()[..=last].iter().map(|own| claim(ledger, own, std::ptr::eq(own, anchor))).collect(),
        headers: options.headers.then(|| HeaderRun {
            network: policy.network().to_owned(),
            from: 0,
            run: Bytes(ledger.chain().header_run(0)),
        }),
    };
    Ok(withhold(&whole, options.withhold)?.bundle)
}

/// The records that a record's state rests on: those before it of its asset, and those of the receivables it was split from.
fn history(ledger: &Ledger, index: usize) -> Vec<usize> {
    let entries = ledger.entries();
    let mut found = Vec::new();
    let mut next = Some(&entries[index].record.subject);
    while let Some(subject) = next.take() {
        let own = (0..index).filter(|&place| entries[place].record.subject == *subject);
        let own: Vec<usize> = own.filter(|place| !found.contains(place)).collect();
        let first = own.first().copied().unwrap_or(index);
        found.extend(own);
        let parent = entries[first].record.body.text("parentReceivableId");
        let same_kind = |other: &&Subject| other.scheme == subject.scheme && Some(other.reference.as_str()) == parent;
        next = entries[..first].iter().map(|entry| &entry.record.subject).find(same_kind);
    }
    found.sort_unstable();
    found
}

/// A record as a proof holds it, under the checkpoint of an anchor.
pub fn logged(ledger: &Ledger, index: usize, shown: &SdJwt, anchor: &Anchor) -> Result<LoggedRecord, ProveError> {
    let hashes = ledger.log().inclusion_proof(index as u64, anchor.checkpoint.size())?;
    Ok(LoggedRecord {
        sd_jwt: shown.to_string(),
        event: Bytes(ledger.entries()[index].event.leaf_bytes()),
        log_proof: TlogProof::new(index as u64, hashes, anchor.note.clone())?.to_text(),
    })
}

/// An anchor as a proof holds it; only the last one's block is shown, for the spends imply the others'.
fn claim(ledger: &Ledger, anchor: &Anchor, with_block: bool) -> AnchorClaim {
    AnchorClaim {
        tx: Bytes(anchor.transaction.encode()),
        checkpoint: anchor.note.text().to_owned(),
        consistency: anchor.consistency.iter().map(|hash| Bytes(hash.to_vec())).collect(),
        block: if with_block { ledger.anchor_block(anchor) } else { None },
    }
}
