//! A record and its entry in the log: two texts by one signer that must speak of one thing.

use crate::crypto::key::KeyId;
use crate::proof::problem::Finding;
use crate::registry::event::{AssetKey, Event, EventError, VerifiedEvent, asset_key};
use crate::trade::jws::RecordHash;
use crate::trade::record::Record;
use crate::trade::verified_record::VerifiedRecord;

/// Evidence that a log entry speaks of a record: of its hash, its asset, its version, its action and its signer's key.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct EntryOfRecord {
    record_hash: RecordHash,
    asset_key: AssetKey,
    key_id: KeyId,
}

impl EntryOfRecord {
    /// Compares an entry with the record it should speak of, whose hash is `record_hash`. Signatures are other steps.
    ///
    /// # Errors
    /// A finding that names the first field that differs.
    pub fn verify(record: &Record, record_hash: RecordHash, event: &Event) -> Result<Self, Finding> {
        let content = event.content();
        let differs = |code: &str, field: &str, expected: String, found: String| {
            if expected == found { Ok(()) } else { Err(Finding::failed(code, field).comparing(expected, found)) }
        };
        let asset = asset_key_of(record)
            .map_err(|error| Finding::failed("record-malformed", "record.subject").because(&error))?;
        let hash_found = RecordHash(content.record_hash);
        differs("event-other-record", "event.record_hash", record_hash.to_string(), hash_found.to_string())?;
        differs("event-other-asset", "event.asset_key", asset.to_string(), content.asset_key.to_string())?;
        differs("event-other-version", "event.version", record.sequence.to_string(), content.version.to_string())?;
        differs("event-other-action", "event.kind", record.action.kind.to_string(), content.kind.to_string())?;
        let key_id = record.signer.id();
        differs("event-other-key", "event.key_id", key_id.to_string(), event.key_id().to_string())?;
        Ok(Self { record_hash, asset_key: asset, key_id })
    }

    /// The asset.
    #[must_use]
    pub fn asset_key(&self) -> AssetKey {
        self.asset_key
    }
}

/// The asset key of a record's subject.
///
/// # Errors
/// [`EventError::TooLong`].
pub fn asset_key_of(record: &Record) -> Result<AssetKey, EventError> {
    let subject = &record.subject;
    asset_key(&subject.scheme, &subject.reference, &subject.blinding)
}

/// Evidence that a record was signed, disclosed truly, and entered by its signer.
#[derive(Debug, Clone)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct Recorded {
    record: VerifiedRecord,
    event: VerifiedEvent,
    entry: EntryOfRecord,
}

impl Recorded {
    /// Puts the three together; `None` unless they speak of one record and one key. The record's own key needs no comparing:
    /// the record's hash is over it, and a [`VerifiedRecord`] is signed by it.
    #[must_use]
    pub fn of(record: VerifiedRecord, event: VerifiedEvent, entry: EntryOfRecord) -> Option<Self> {
        let same = record.record_hash() == entry.record_hash
            && event.event().content().record_hash == entry.record_hash.0
            && event.event().key_id() == entry.key_id;
        same.then_some(Self { record, event, entry })
    }

    /// The record.
    pub fn record(&self) -> &VerifiedRecord {
        &self.record
    }

    /// Its entry.
    pub fn event(&self) -> &VerifiedEvent {
        &self.event
    }

    /// That the two belong together.
    pub fn entry(&self) -> &EntryOfRecord {
        &self.entry
    }
}
