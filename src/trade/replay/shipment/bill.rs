//! A bill of lading, or sea waybill, after some record of its history: where it stands in its life, and who possesses it.

use crate::trade::record::Subject;
use crate::trade::replay::identity::Identity;
use crate::trade::replay::shipment::container::Customs;
use crate::trade::replay::shipment::event::{Location, Moment, Vessel};
use crate::trade::replay::shipment::timeline::Timeline;
use crate::trade::seen::Day;

/// Where a transport document stands (DCSA EBL 3.0 `transportDocumentStatus`).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Status {
    /// Drafted.
    Draft,
    /// The draft is approved.
    Approved,
    /// Issued.
    Issued,
    /// The carrier is asked to take it back to amend it.
    PendingSurrenderForAmendment,
    /// Taken back to be amended.
    SurrenderedForAmendment,
    /// Void: another version lives.
    Voided,
    /// The carrier is asked to take it back and deliver.
    PendingSurrenderForDelivery,
    /// Taken back for delivery.
    SurrenderedForDelivery,
}

impl Status {
    /// DCSA's code.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Draft => "DRAFT",
            Self::Approved => "APPROVED",
            Self::Issued => "ISSUED",
            Self::PendingSurrenderForAmendment => "PENDING_SURRENDER_FOR_AMENDMENT",
            Self::SurrenderedForAmendment => "SURRENDERED_FOR_AMENDMENT",
            Self::Voided => "VOIDED",
            Self::PendingSurrenderForDelivery => "PENDING_SURRENDER_FOR_DELIVERY",
            Self::SurrenderedForDelivery => "SURRENDERED_FOR_DELIVERY",
        }
    }

    pub(super) fn of(code: &str) -> Option<Self> {
        let all = [
            Self::Draft,
            Self::Approved,
            Self::Issued,
            Self::PendingSurrenderForAmendment,
            Self::SurrenderedForAmendment,
            Self::Voided,
            Self::PendingSurrenderForDelivery,
            Self::SurrenderedForDelivery,
        ];
        all.into_iter().find(|status| status.code() == code)
    }

    /// Whether a version in it is the one that counts. Of a bill only one may be.
    #[must_use]
    pub fn is_live(self) -> bool {
        matches!(
            self,
            Self::Issued
                | Self::PendingSurrenderForAmendment
                | Self::PendingSurrenderForDelivery
                | Self::SurrenderedForDelivery
        )
    }

    /// Whether it may follow another, as DCSA draws the life of a transport document. A sea waybill need not be given back to
    /// be amended.
    pub(super) fn may_follow(self, before: Option<Self>, waybill: bool) -> bool {
        match self {
            Self::Draft => matches!(before, None | Some(Self::Draft)),
            Self::Approved => before == Some(Self::Draft),
            // Recorded from its issue on; or a surrender was refused.
            Self::Issued => matches!(
                before,
                None | Some(Self::Approved | Self::PendingSurrenderForAmendment | Self::PendingSurrenderForDelivery)
            ),
            Self::PendingSurrenderForAmendment | Self::PendingSurrenderForDelivery => before == Some(Self::Issued),
            Self::SurrenderedForAmendment => before == Some(Self::PendingSurrenderForAmendment),
            Self::SurrenderedForDelivery => before == Some(Self::PendingSurrenderForDelivery),
            Self::Voided => before == Some(Self::SurrenderedForAmendment) || waybill && before == Some(Self::Issued),
        }
    }
}

/// A bill of lading or sea waybill, in the version that counts: the live one, else the last.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bill {
    /// The asset it is recorded under.
    pub asset: Subject,
    /// `transportDocumentReference`; the asset's reference where it is not shown.
    pub reference: String,
    /// `transportDocumentSubReference` of the version.
    pub sub_reference: Option<String>,
    /// Its versions so far, drafts among them.
    pub versions: usize,
    /// Where it stands; none where no record of it is shown, but only of its booking or its vessel.
    pub status: Option<Status>,
    /// `BOL` for a bill of lading, `SWB` for a sea waybill.
    pub kind: Option<String>,
    /// `isToOrder`.
    pub negotiable: Option<bool>,
    /// Who issued it.
    pub carrier: Identity,
    /// `shipper`.
    pub shipper: Identity,
    /// `consignee`.
    pub consignee: Identity,
    /// To whose order it is, as last endorsed.
    pub endorsee: Identity,
    /// Who possesses it; nobody while no title was issued.
    pub possessor: Identity,
    /// Who possessed it before a surrender that the carrier has not answered.
    pub surrendering: Option<Identity>,
    /// Whether the carrier took it back for delivery.
    pub surrendered: bool,
    /// Times it was transferred.
    pub transfers: u64,
    /// Whether somebody of its title chain was known by his name alone: two may share a name.
    pub known_by_name: bool,
    /// Port of loading.
    pub port_of_loading: Location,
    /// Port of discharge.
    pub port_of_discharge: Location,
    /// Place of receipt.
    pub place_of_receipt: Location,
    /// Place of delivery.
    pub place_of_delivery: Location,
    /// Vessels and voyages it names.
    pub vessels: Vec<Vessel>,
    /// `shippedOnBoardDate`.
    pub on_board: Option<Day>,
    /// `issueDate`.
    pub issued: Option<Day>,
    /// The last departure or arrival told in its history, and when.
    pub last_call: Option<(&'static str, Location, Moment)>,
    /// What customs said of the whole of it.
    pub customs: Customs,
    /// Whether the goods were received or accepted, as its history tells, or all its containers handed over.
    pub delivered: bool,
    /// Containers it lists.
    pub containers: Vec<String>,
    /// Whether all its records up to the last are there.
    pub whole: bool,
    /// Its life.
    pub timeline: Timeline,
}
