//! Who holds a key: the registry's registration of a party, which is a record in the log like any other, signed by the
//! registrar.

use crate::crypto::key::{KeyId, PublicKey};
use crate::proof::bundle::LoggedRecord;
use crate::proof::policy::RegistryPolicy;
use crate::proof::problem::Finding;
use crate::proof::recorded::{EntryOfRecord, Recorded};
use crate::registry::event::Event;
use crate::tlog::{Logged, TlogProof};
use crate::trade::action::RecordType;
use crate::trade::party::Party;
use crate::trade::record::Record;
use crate::trade::sd_jwt::SdJwt;
use crate::trade::verified_record::VerifiedRecord;

/// Evidence of whom the registry has a key registered for.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct RegisteredSigner {
    key_id: KeyId,
    party: Party,
    /// Where its registration stands in the log, and among those of the proof; the registrar's own key is there from the start.
    index: Option<(u64, usize)>,
}

impl RegisteredSigner {
    /// The key.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// The party's name; absent when whoever made the link withheld it.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        self.party.name.as_deref()
    }

    /// The party's first identifying code with its list, such as `LEI 5493…`.
    #[must_use]
    pub fn code(&self) -> Option<String> {
        self.party.codes.first().map(ToString::to_string)
    }

    /// The party, as far as its registration is disclosed.
    #[must_use]
    pub fn party(&self) -> &Party {
        &self.party
    }

    /// Whether the registration stands in the log before the entry at `used`.
    ///
    /// # Errors
    /// *Failed* when the key was used before it was registered.
    pub(super) fn before(&self, used: u64) -> Result<&Self, Finding> {
        match self.index {
            Some((registered, at)) if registered >= used => {
                Err(Finding::failed("party-registered-later", format!("parties[{at}].logProof"))
                    .comparing(format!("before {used}"), registered))
            }
            _ => Ok(self),
        }
    }

    /// Finds and verifies the registration of `key` among the records a proof carries: signed and entered by the registrar,
    /// and in the log before the record whose place and checkpoint `logged` shows.
    ///
    /// # Errors
    /// *Could not check* when the proof carries none for this key, *failed* when one is there and not good.
    pub fn verify(
        key: &PublicKey,
        parties: &[LoggedRecord],
        policy: &RegistryPolicy,
        logged: &Logged,
    ) -> Result<Self, Finding> {
        let signer = Self::registered(key, parties, policy, logged)?;
        signer.before(logged.included().index())?;
        Ok(signer)
    }

    /// The same, whenever the key was used: whoever asks must ask [`Self::before`] too.
    pub(super) fn registered(
        key: &PublicKey,
        parties: &[LoggedRecord],
        policy: &RegistryPolicy,
        logged: &Logged,
    ) -> Result<Self, Finding> {
        let key_id = key.id();
        if key_id == policy.registrar().id() {
            let key = Some(key.clone());
            return Ok(Self {
                key_id,
                party: Party { name: Some(policy.name().to_owned()), codes: vec![], key },
                index: None,
            });
        }
        for (at, party) in parties.iter().enumerate() {
            let (registration, recorded) = registration(party, policy, at)?;
            if registration.key.as_ref().map(PublicKey::id) != Some(key_id) {
                continue;
            }
            let field = format!("parties[{at}].logProof");
            let proof = TlogProof::parse(&party.log_proof)
                .map_err(|error| Finding::failed("party-not-in-log", &*field).explained_by(&error))?;
            let entry = recorded.event().event().leaf_bytes();
            let party_logged = proof
                .verify(&entry, policy.log())
                .map_err(|error| Finding::failed("party-not-in-log", &*field).explained_by(&error))?;
            // One checkpoint for both, so that the anchor of the record is the registration's anchor too.
            if party_logged.body_hash() != logged.body_hash() {
                return Err(Finding::failed("party-other-checkpoint", field)
                    .comparing(logged.checkpoint().size(), party_logged.checkpoint().size()));
            }
            return Ok(Self { key_id, party: registration, index: Some((party_logged.included().index(), at)) });
        }
        Err(Finding::could_not("party-not-shown", "parties").comparing(key_id, parties.len()))
    }
}

/// One registration, signed and entered by the registrar.
fn registration(party: &LoggedRecord, policy: &RegistryPolicy, at: usize) -> Result<(Party, Recorded), Finding> {
    let malformed = |part: &str| Finding::failed("party-malformed", format!("parties[{at}].{part}"));
    let sd_jwt = SdJwt::parse_record(&party.sd_jwt).map_err(|error| malformed("sdJwt").explained_by(&error))?;
    let disclosed = sd_jwt.disclose().map_err(|error| malformed("sdJwt").explained_by(&error))?;
    let record = Record::parse(disclosed.payload().clone()).map_err(|error| malformed("sdJwt").explained_by(&error))?;
    let event = Event::decode(&party.event.0).map_err(|error| malformed("event").explained_by(&error))?;
    let entry = EntryOfRecord::verify(&record, sd_jwt.record_hash(), &event).map_err(|mut finding| {
        finding.problem.field = format!("parties[{at}].{}", finding.problem.field);
        finding
    })?;
    let registrar = policy.registrar();
    if record.signer != *registrar {
        return Err(Finding::failed("party-not-by-registrar", format!("parties[{at}].sdJwt"))
            .comparing(registrar.id(), record.signer.id()));
    }
    let signature = sd_jwt.verify_signature(registrar).map_err(|error| malformed("sdJwt").explained_by(&error))?;
    let event = event.verify(registrar).map_err(|error| malformed("event").explained_by(&error))?;
    let verified =
        VerifiedRecord::new(&disclosed, signature).map_err(|error| malformed("sdJwt").explained_by(&error))?;
    if record.record_type != RecordType::Party || record.action.code == "REVOKE" {
        return Err(malformed("sdJwt")
            .comparing("a party's registration", format!("{} {}", record.record_type.code(), record.action.code)));
    }
    let registration = Party::read(&record.body);
    let recorded = Recorded::of(verified, event, entry).ok_or_else(|| malformed("event"))?;
    Ok((registration, recorded))
}
