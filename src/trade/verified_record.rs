//! The evidence that a record was signed by its actor.

use crate::crypto::key::{PublicKey, SignatureValid};
use crate::trade::jws::RecordHash;
use crate::trade::payload::Withheld;
use crate::trade::record::{Record, RecordError, signer};
use crate::trade::sd_jwt::{Disclosed, SdJwt};
use serde_json::Value;

impl SdJwt {
    /// The key the record says signed it: `/actor/key`, in the clear. A claim.
    ///
    /// # Errors
    /// [`RecordError::Missing`] or [`RecordError::Key`].
    pub fn signer(&self) -> Result<PublicKey, RecordError> {
        signer(self.signed_payload().get("actor").unwrap_or(&Value::Null))
    }
}

/// Evidence that a record's actor signed it, and that every field shown is one the actor signed. Who holds the actor's key,
/// and whether what the record says is true, it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct VerifiedRecord {
    record: Record,
    record_hash: RecordHash,
    signature: SignatureValid,
}

impl VerifiedRecord {
    /// Joins the two checks on a record's SD-JWT, [`SdJwt::disclose`] and [`SdJwt::verify_signature`], and reads the record.
    ///
    /// # Errors
    /// [`RecordError::OtherSignature`], [`RecordError::OtherSigner`], or what is wrong with the record.
    pub fn new(disclosed: &Disclosed, signature: SignatureValid) -> Result<Self, RecordError> {
        if signature.message_hash() != disclosed.message_hash() {
            return Err(RecordError::OtherSignature);
        }
        let record = Record::parse(disclosed.payload().clone())?;
        if record.signer.id() != signature.key() {
            return Err(RecordError::OtherSigner { expected: signature.key(), found: record.signer.id() });
        }
        Ok(Self { record, record_hash: disclosed.record_hash(), signature })
    }

    /// The record.
    #[must_use]
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Its hash.
    #[must_use]
    pub fn record_hash(&self) -> RecordHash {
        self.record_hash
    }

    /// The evidence of its signature.
    pub fn signature(&self) -> &SignatureValid {
        &self.signature
    }

    /// What is withheld, and decoys.
    #[must_use]
    pub fn withheld(&self) -> Vec<Withheld> {
        self.record.payload.withheld()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::key::{SecretKey, Suite};
    use crate::trade::fixture::{key, receivable, salts};
    use crate::trade::record_issue::{disclosable, issue_record};
    use crate::trade::sd_jwt::RECORD_TYP;
    use crate::trade::sd_jwt_issue::issue;
    use serde_json::json;

    #[test]
    fn evidence_needs_both_checks_of_the_same_record() {
        let issued = issue_record(&receivable(), &mut salts(), &key()).unwrap();
        let signer = issued.signer().unwrap();
        let disclosed = issued.disclose().unwrap();
        let signature = issued.verify_signature(&signer).unwrap();
        let verified = VerifiedRecord::new(&disclosed, signature.clone()).unwrap();
        assert_eq!(verified.record(), &Record::parse(disclosed.payload().clone()).unwrap());
        assert_eq!(verified.record_hash(), issued.record_hash());
        assert_eq!(disclosed.payload().to_value(), Value::Object(receivable()), "nothing is lost on the way");

        let mut other = receivable();
        other.insert("recordId".into(), json!("R-2"));
        let other = issue_record(&other, &mut salts(), &key()).unwrap();
        assert_eq!(VerifiedRecord::new(&other.disclose().unwrap(), signature), Err(RecordError::OtherSignature));

        // Signed by a key that is not the actor's.
        let stranger = SecretKey::from_bytes(Suite::P256, &[9; 32]).unwrap();
        let forged = issue(&receivable(), RECORD_TYP, &disclosable, &mut salts(), &stranger).unwrap();
        let signature = forged.verify_signature(&stranger.public()).unwrap();
        let refused = VerifiedRecord::new(&forged.disclose().unwrap(), signature);
        assert!(matches!(refused, Err(RecordError::OtherSigner { .. })));
        assert!(forged.verify_signature(&forged.signer().unwrap()).is_err());
    }
}
