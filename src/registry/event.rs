//! EVENT entries: one thing that happened to one asset, as a leaf of the registry's log.
//!
//! ```text
//! "PLM1" 01 | suite u8 | asset_key 32 | version u64be | prev 32 | kind u16be | time u64be | record_hash 32 | key_id 32 | sig 64
//! ```
//!
//! An entry is always 216 bytes long, so it can never pass for an inner node of the log's tree (64 bytes).

use crate::crypto::hash::{Hash, sha256_parts};
use crate::crypto::key::{KeyError, KeyId, PublicKey, SecretKey, SignatureValid, Suite};
use crate::encoding::encode_hex;
use crate::encoding::reader::{ReadError, Reader};
use std::fmt;

/// Bytes of an EVENT entry.
pub const EVENT_LENGTH: usize = 216;

const MAGIC: [u8; 4] = *b"PLM1";
const ENTRY_KIND_EVENT: u8 = 1;
const SIGNED_LENGTH: usize = EVENT_LENGTH - 64;
const SIGNING_CONTEXT: &[u8] = b"plimsoll/event/v1\0";
const ASSET_CONTEXT: &[u8] = b"plimsoll/asset/v1\0";

/// Names an asset without giving its reference away: see [`asset_key`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AssetKey(pub Hash);

impl fmt::Display for AssetKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&encode_hex(&self.0))
    }
}

/// SHA-256("plimsoll/asset/v1\0" ‖ scheme ‖ id ‖ blinding), each with its length as u16be before it.
///
/// # Errors
/// [`EventError::TooLong`]: a part of more than 65,535 bytes.
pub fn asset_key(scheme: &str, id: &str, blinding: &[u8]) -> Result<AssetKey, EventError> {
    let length = |part: &'static str, bytes: &[u8]| {
        u16::try_from(bytes.len()).map(u16::to_be_bytes).map_err(|_| EventError::TooLong { part, found: bytes.len() })
    };
    Ok(AssetKey(sha256_parts(&[
        ASSET_CONTEXT,
        &length("scheme", scheme.as_bytes())?,
        scheme.as_bytes(),
        &length("id", id.as_bytes())?,
        id.as_bytes(),
        &length("blinding", blinding)?,
        blinding,
    ])))
}

/// Why bytes are not an EVENT entry, or not one that was signed by this key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EventError {
    /// Too few bytes, or too many.
    #[error("EVENT entry of {EVENT_LENGTH} bytes")]
    Length(#[from] ReadError),
    /// The first four bytes are not "PLM1".
    #[error("entry starts with {}, expected {} (\"PLM1\")", encode_hex(.found), encode_hex(&MAGIC))]
    Magic {
        /// The bytes found.
        found: [u8; 4],
    },
    /// An entry of another kind, such as 02 (MAPROOT).
    #[error("entry kind not an EVENT: expected 01, found {found:02x}")]
    NotAnEvent {
        /// The kind byte found.
        found: u8,
    },
    /// A suite byte that names no suite.
    #[error("signature suite {found}: expected 1 (Ed25519) or 2 (P-256)")]
    UnknownSuite {
        /// The byte found.
        found: u8,
    },
    /// Version 0; an asset's first event has version 1.
    #[error("event version 0: the first is 1")]
    VersionZero,
    /// The first event names an event before it, or a later one names none.
    #[error("event version {version} with previous event {}: only version 1 has none (zero)", encode_hex(.previous))]
    Previous {
        /// The event's version.
        version: u64,
        /// The leaf hash it names as the previous event.
        previous: Hash,
    },
    /// A part of an asset key is too long for its length field.
    #[error("asset {part} of {found} bytes is over the limit of 65535")]
    TooLong {
        /// `scheme`, `id` or `blinding`.
        part: &'static str,
        /// Bytes found.
        found: usize,
    },
    /// The entry names another key.
    #[error("event names key {found}, expected {expected}")]
    OtherKey {
        /// The key it was to be verified with.
        expected: KeyId,
        /// The key it names.
        found: KeyId,
    },
    /// The key is of another suite than the entry says.
    #[error("event says suite {found:?}, its key is {expected:?}")]
    OtherSuite {
        /// The key's suite.
        expected: Suite,
        /// The entry's suite.
        found: Suite,
    },
    /// The signature is not good.
    #[error("event signature")]
    Signature(#[source] KeyError),
}

/// What an event says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventContent {
    /// The asset.
    pub asset_key: AssetKey,
    /// 1 for the asset's first event, then one more each time.
    pub version: u64,
    /// Leaf hash of the asset's event before this one; zero for version 1.
    pub previous: Hash,
    /// The action's number.
    pub kind: u16,
    /// When the signer says it happened: milliseconds since 1970-01-01T00:00:00Z.
    pub time_ms: u64,
    /// The record this event speaks of.
    pub record_hash: Hash,
}

impl EventContent {
    fn well_formed(self) -> Result<Self, EventError> {
        if self.version == 0 {
            return Err(EventError::VersionZero);
        }
        if (self.version == 1) != (self.previous == [0; 32]) {
            return Err(EventError::Previous { version: self.version, previous: self.previous });
        }
        Ok(self)
    }
}

/// An EVENT entry: a claim, until [`Event::verify`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    content: EventContent,
    suite: Suite,
    key_id: KeyId,
    signature: [u8; 64],
}

impl Event {
    /// Decodes an entry.
    ///
    /// # Errors
    /// [`EventError`] names the first field that is wrong.
    pub fn decode(bytes: &[u8]) -> Result<Self, EventError> {
        let mut reader = Reader::new(bytes);
        match reader.array()? {
            MAGIC => {}
            found => return Err(EventError::Magic { found }),
        }
        match reader.u8()? {
            ENTRY_KIND_EVENT => {}
            found => return Err(EventError::NotAnEvent { found }),
        }
        let suite = reader.u8()?;
        let suite = Suite::from_byte(suite).ok_or(EventError::UnknownSuite { found: suite })?;
        let content = EventContent {
            asset_key: AssetKey(reader.array()?),
            version: reader.u64_be()?,
            previous: reader.array()?,
            kind: reader.u16_be()?,
            time_ms: reader.u64_be()?,
            record_hash: reader.array()?,
        };
        let key_id = KeyId(reader.array()?);
        let signature = reader.array()?;
        reader.finish()?;
        Ok(Self { content: content.well_formed()?, suite, key_id, signature })
    }

    /// Signs an event.
    ///
    /// # Errors
    /// [`EventError::VersionZero`] or [`EventError::Previous`].
    pub fn sign(content: EventContent, key: &SecretKey) -> Result<Self, EventError> {
        let public = key.public();
        let content = content.well_formed()?;
        let mut event = Self { content, suite: public.suite(), key_id: public.id(), signature: [0; 64] };
        event.signature = key.sign(&event.signed_message());
        Ok(event)
    }

    /// The entry's bytes, which are the log's leaf.
    #[must_use]
    pub fn leaf_bytes(&self) -> Vec<u8> {
        let content = &self.content;
        let mut bytes = Vec::with_capacity(EVENT_LENGTH);
        bytes.extend_from_slice(&MAGIC);
        bytes.extend_from_slice(&[ENTRY_KIND_EVENT, self.suite.byte()]);
        bytes.extend_from_slice(&content.asset_key.0);
        bytes.extend_from_slice(&content.version.to_be_bytes());
        bytes.extend_from_slice(&content.previous);
        bytes.extend_from_slice(&content.kind.to_be_bytes());
        bytes.extend_from_slice(&content.time_ms.to_be_bytes());
        bytes.extend_from_slice(&content.record_hash);
        bytes.extend_from_slice(&self.key_id.0);
        bytes.extend_from_slice(&self.signature);
        bytes
    }

    fn signed_message(&self) -> Vec<u8> {
        [SIGNING_CONTEXT, &self.leaf_bytes()[..SIGNED_LENGTH]].concat()
    }

    /// What it says.
    #[must_use]
    pub fn content(&self) -> &EventContent {
        &self.content
    }

    /// The algorithm of its signature.
    #[must_use]
    pub fn suite(&self) -> Suite {
        self.suite
    }

    /// The key it says signed it.
    #[must_use]
    pub fn key_id(&self) -> KeyId {
        self.key_id
    }

    /// Verifies the signature under the key the entry names; a P-256 signature must have low S.
    ///
    /// # Errors
    /// [`EventError::OtherKey`], [`EventError::OtherSuite`] or [`EventError::Signature`].
    pub fn verify(&self, key: &PublicKey) -> Result<VerifiedEvent, EventError> {
        if key.id() != self.key_id {
            return Err(EventError::OtherKey { expected: key.id(), found: self.key_id });
        }
        if key.suite() != self.suite {
            return Err(EventError::OtherSuite { expected: key.suite(), found: self.suite });
        }
        let signature = key.verify_low_s(&self.signed_message(), &self.signature).map_err(EventError::Signature)?;
        Ok(VerifiedEvent { event: self.clone(), signature })
    }
}

/// Evidence that an event was signed by the key it names. Whether the key was entitled to, it does not say.
#[derive(Debug, Clone, PartialEq, Eq)]
#[must_use = "evidence that is dropped proves nothing to anybody"]
pub struct VerifiedEvent {
    event: Event,
    signature: SignatureValid,
}

impl VerifiedEvent {
    /// The event.
    #[must_use]
    pub fn event(&self) -> &Event {
        &self.event
    }

    /// The evidence of its signature.
    pub fn signature(&self) -> &SignatureValid {
        &self.signature
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hash::sha256;

    fn content() -> EventContent {
        EventContent {
            asset_key: asset_key("receivable", "RCV-2026-0042", b"").unwrap(),
            version: 2,
            previous: [3; 32],
            kind: 0x0907,
            time_ms: 1_772_460_600_000,
            record_hash: [5; 32],
        }
    }

    fn secret(suite: Suite) -> SecretKey {
        SecretKey::from_bytes(suite, &[7; 32]).unwrap()
    }

    #[test]
    fn round_trip_in_both_suites() {
        for suite in [Suite::Ed25519, Suite::P256] {
            let key = secret(suite);
            let event = Event::sign(content(), &key).unwrap();
            let bytes = event.leaf_bytes();
            assert_eq!(bytes.len(), EVENT_LENGTH);
            let decoded = Event::decode(&bytes).unwrap();
            assert_eq!(decoded, event);
            assert_eq!(decoded.verify(&key.public()).unwrap().event(), &event);
        }
    }

    #[test]
    fn no_byte_can_be_changed() {
        for suite in [Suite::Ed25519, Suite::P256] {
            let key = secret(suite);
            let bytes = Event::sign(content(), &key).unwrap().leaf_bytes();
            for offset in 0..bytes.len() {
                let mut changed = bytes.clone();
                changed[offset] ^= 1;
                let verified = Event::decode(&changed).and_then(|event| event.verify(&key.public()));
                assert!(verified.is_err(), "{suite:?}: byte {offset} changed");
            }
        }
    }

    #[test]
    fn refuses_other_forms() {
        let bytes = Event::sign(content(), &secret(Suite::Ed25519)).unwrap().leaf_bytes();
        let with = |offset: usize, byte: u8| {
            let mut changed = bytes.clone();
            changed[offset] = byte;
            Event::decode(&changed).unwrap_err()
        };
        assert!(matches!(with(0, b'p'), EventError::Magic { .. }));
        assert_eq!(with(4, 2), EventError::NotAnEvent { found: 2 });
        assert_eq!(with(4, 2).to_string(), "entry kind not an EVENT: expected 01, found 02");
        assert_eq!(with(5, 0), EventError::UnknownSuite { found: 0 });
        assert_eq!(with(45, 0), EventError::VersionZero);
        assert!(matches!(with(45, 1), EventError::Previous { version: 1, .. }));
        assert!(matches!(Event::decode(&bytes[..215]), Err(EventError::Length(ReadError::Truncated { .. }))));
        assert!(matches!(Event::decode(&bytes[..64]), Err(EventError::Length(_))), "never as long as an inner node");
        let longer = [bytes.as_slice(), &[0]].concat();
        assert!(matches!(Event::decode(&longer), Err(EventError::Length(ReadError::Trailing { .. }))));
        let orphan = EventContent { previous: [0; 32], ..content() };
        assert!(matches!(Event::sign(orphan, &secret(Suite::P256)), Err(EventError::Previous { version: 2, .. })));
        assert!(matches!(
            Event::sign(EventContent { version: 0, ..content() }, &secret(Suite::P256)),
            Err(EventError::VersionZero)
        ));
    }

    #[test]
    fn refuses_another_key_suite_or_spelling() {
        let ed25519 = secret(Suite::Ed25519);
        let p256 = secret(Suite::P256);
        let event = Event::sign(content(), &p256).unwrap();
        assert!(matches!(event.verify(&ed25519.public()), Err(EventError::OtherKey { .. })));

        let mut relabelled = event.leaf_bytes();
        relabelled[5] = 1;
        let relabelled = Event::decode(&relabelled).unwrap();
        assert!(matches!(relabelled.verify(&p256.public()), Err(EventError::OtherSuite { .. })));

        // The order of P-256 less S: the second spelling of the same signature.
        let mut high = event.leaf_bytes();
        let order = p256_order();
        let mut borrow = 0;
        for (place, digit) in high[EVENT_LENGTH - 32..].iter_mut().zip(order).rev() {
            let difference = i16::from(digit) - i16::from(*place) - borrow;
            borrow = i16::from(difference < 0);
            *place = difference.rem_euclid(256) as u8;
        }
        let high = Event::decode(&high).unwrap();
        assert!(p256.public().verify(&high.signed_message(), &high.signature).is_ok(), "it is a spelling of it");
        assert_eq!(high.verify(&p256.public()), Err(EventError::Signature(KeyError::HighS)));
    }

    fn p256_order() -> [u8; 32] {
        let order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
        crate::encoding::decode_hex_array(order).unwrap()
    }

    #[test]
    fn asset_keys_bind_the_bounds_of_their_parts() {
        let key = asset_key("party", "ab", b"c").unwrap();
        assert_eq!(key.0, sha256(b"plimsoll/asset/v1\0\x00\x05party\x00\x02ab\x00\x01c"));
        assert_ne!(key, asset_key("party", "a", b"bc").unwrap());
        assert_ne!(key, asset_key("part", "yab", b"c").unwrap());
        assert!(matches!(
            asset_key("party", &"a".repeat(65_536), b""),
            Err(EventError::TooLong { part: "id", found: 65_536 })
        ));
    }
}
