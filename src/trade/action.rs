//! What a record can say: its type, and the action, with the number that stands for it in an EVENT entry.

use crate::trade::{clearing, invoice, party, receivable, shipment};

/// `recordType`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum RecordType {
    /// A booking with a carrier (DCSA BKG).
    Booking,
    /// Shipping instructions (DCSA SHI).
    ShippingInstructions,
    /// A transport document: bill of lading or sea waybill (DCSA TRD).
    TransportDocument,
    /// A change of title to an electronic bill of lading (DCSA endorsement chain).
    Title,
    /// Something that happened to a container (DCSA equipment event).
    EquipmentEvent,
    /// A departure or arrival (DCSA transport event).
    TransportEvent,
    /// Customs.
    Customs,
    /// Receipt of the goods.
    Delivery,
    /// A receivable.
    Receivable,
    /// A party and its key.
    Party,
    /// An invoice or credit note (EN 16931, UBL 2.1).
    Invoice,
    /// A round of a clearing centre.
    Clearing,
}

impl RecordType {
    /// Every record type, in the order of their numbers.
    pub const ALL: [Self; 12] = [
        Self::Booking,
        Self::ShippingInstructions,
        Self::TransportDocument,
        Self::Title,
        Self::EquipmentEvent,
        Self::TransportEvent,
        Self::Customs,
        Self::Delivery,
        Self::Receivable,
        Self::Party,
        Self::Invoice,
        Self::Clearing,
    ];

    /// The text of `recordType`.
    #[must_use]
    pub fn code(self) -> &'static str {
        self.schema().code
    }

    /// The record type of a text.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|record_type| record_type.code() == code)
    }

    /// Its schema.
    #[must_use]
    pub fn schema(self) -> &'static Schema {
        match self {
            Self::Booking => &shipment::BOOKING,
            Self::ShippingInstructions => &shipment::SHIPPING_INSTRUCTIONS,
            Self::TransportDocument => &shipment::TRANSPORT_DOCUMENT,
            Self::Title => &shipment::TITLE,
            Self::EquipmentEvent => &shipment::EQUIPMENT_EVENT,
            Self::TransportEvent => &shipment::TRANSPORT_EVENT,
            Self::Customs => &shipment::CUSTOMS,
            Self::Delivery => &shipment::DELIVERY,
            Self::Receivable => &receivable::RECEIVABLE,
            Self::Party => &party::PARTY,
            Self::Invoice => &invoice::INVOICE,
            Self::Clearing => &clearing::CLEARING,
        }
    }

    /// The action of a code.
    #[must_use]
    pub fn action(self, code: &str) -> Option<&'static Action> {
        self.schema().actions.iter().find(|action| action.code == code)
    }
}

/// What records of one type say.
#[derive(Debug, PartialEq, Eq)]
pub struct Schema {
    /// The text of `recordType`.
    pub code: &'static str,
    /// Asset schemes such a record may speak of.
    pub schemes: &'static [&'static str],
    /// Fields of `body` that are known, in reading order. Others are kept and shown too.
    pub fields: &'static [&'static str],
    /// Its actions.
    pub actions: &'static [Action],
}

/// An action.
#[derive(Debug, PartialEq, Eq)]
pub struct Action {
    /// `actionCode`, the industry's own where it has one.
    pub code: &'static str,
    /// Its number in an EVENT entry: the high byte is the record type's, from 1, the low byte the action's, from 1.
    pub kind: u16,
    /// In plain English words.
    pub words: &'static str,
    /// In Chinese, in the trade's own terms.
    pub words_zh: &'static str,
    /// Fields `body` must have, disclosed or withheld.
    pub required: &'static [&'static str],
    /// Whether a `recipient` must be there, disclosed or withheld.
    pub recipient: bool,
}

impl Action {
    /// An action of the tables.
    pub(super) const fn new(code: &'static str, kind: u16, words: &'static str, words_zh: &'static str) -> Self {
        Self { code, kind, words, words_zh, required: &[], recipient: false }
    }

    /// With fields that must be there.
    pub(super) const fn requires(self, required: &'static [&'static str]) -> Self {
        Self { required, ..self }
    }

    /// With a recipient.
    pub(super) const fn with_recipient(self) -> Self {
        Self { recipient: true, ..self }
    }

    /// The record type and action of a number.
    #[must_use]
    pub fn from_kind(kind: u16) -> Option<(RecordType, &'static Self)> {
        RecordType::ALL.into_iter().find_map(|record_type| {
            let action = record_type.schema().actions.iter().find(|action| action.kind == kind)?;
            Some((record_type, action))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trade::fields;

    #[test]
    fn tables_are_whole() {
        let mut actions = 0;
        for (number, record_type) in (1..).zip(RecordType::ALL) {
            let schema = record_type.schema();
            assert_eq!(RecordType::from_code(schema.code), Some(record_type));
            for (position, action) in (1..).zip(schema.actions) {
                assert_eq!(action.kind, number << 8 | position, "{} {}", schema.code, action.code);
                assert_eq!(Action::from_kind(action.kind), Some((record_type, action)));
                assert_eq!(record_type.action(action.code), Some(action), "codes are unique in a type");
                assert!(!action.words.is_empty() && !action.words_zh.is_empty());
                for name in action.required {
                    assert!(schema.fields.contains(name), "{}: {name} is required but not known", schema.code);
                }
                actions += 1;
            }
            for name in schema.fields {
                assert!(fields::find(name).is_some(), "{}: {name} has no kind and label", schema.code);
            }
        }
        assert_eq!(actions, 100, "numbers once given stay");
    }
}
