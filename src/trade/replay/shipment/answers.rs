//! A forwarder's four questions: where is it, since when, whose is it, and may it leave?

use crate::trade::replay::identity::Identity;
use crate::trade::replay::shipment::Shipment;
use crate::trade::replay::shipment::bill::Bill;
use crate::trade::replay::shipment::container::{Container, Customs, Phase};
use crate::trade::replay::shipment::event::{Location, Moment};

/// Whether something stands in the way of handing goods out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clearance {
    /// It is done.
    Done,
    /// It is not done, as far as the records go.
    Open,
    /// It is not asked for: a sea waybill, or a bill not to order.
    NotAsked,
    /// The records that would tell are not given, or withhold it.
    Unknown,
}

/// The answers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Where it was last.
    pub location: Location,
    /// Since when, or when that was.
    pub since: Option<Moment>,
    /// The container's phase.
    pub phase: Option<Phase>,
    /// Who possesses the bill.
    pub possessor: Identity,
    /// Whether the carrier took the bill back.
    pub surrendered: Clearance,
    /// Whether customs released the goods.
    pub customs: Clearance,
    /// Whether they were delivered.
    pub delivered: bool,
}

impl Shipment {
    /// The answers for a container.
    #[must_use]
    pub fn of_container(&self, container: &Container) -> Answers {
        let bill = container.bills.last().and_then(|&at| self.bills.get(at));
        Answers {
            location: container.location.clone(),
            since: container.since.clone(),
            phase: container.phase,
            possessor: bill.map(|bill| bill.possessor.clone()).unwrap_or_default(),
            surrendered: bill.map_or(Clearance::Unknown, surrendered),
            customs: customs(container.customs.max(bill.map_or(Customs::Silent, |bill| bill.customs)), true),
            delivered: container.delivered || bill.is_some_and(|bill| bill.delivered),
        }
    }

    /// The answers for a bill: of its containers the one that is least far.
    #[must_use]
    pub fn of_bill(&self, bill: &Bill) -> Answers {
        let own: Vec<&Container> =
            self.containers.iter().filter(|container| bill.containers.contains(&container.reference)).collect();
        let least =
            own.iter().min_by_key(|container| (container.phase, container.since.as_ref().map(|since| since.ms)));
        let whole = own.len() == bill.containers.len() && !own.is_empty();
        let all = own.iter().map(|container| container.customs).min().unwrap_or_default();
        let call = bill.last_call.as_ref();
        Answers {
            location: least
                .map(|container| container.location.clone())
                .or_else(|| call.map(|(_, location, _)| location.clone()))
                .unwrap_or_default(),
            since: least
                .and_then(|container| container.since.clone())
                .or_else(|| call.map(|(_, _, moment)| moment.clone())),
            phase: least.and_then(|container| container.phase),
            possessor: bill.possessor.clone(),
            surrendered: surrendered(bill),
            customs: customs(bill.customs.max(if whole { all } else { Customs::Silent }), whole),
            delivered: bill.delivered || whole && own.iter().all(|container| container.delivered),
        }
    }
}

fn surrendered(bill: &Bill) -> Clearance {
    match (bill.surrendered, bill.kind.as_deref(), bill.negotiable) {
        (true, _, _) => Clearance::Done,
        (false, Some("SWB"), _) | (false, _, Some(false)) => Clearance::NotAsked,
        (false, _, Some(true)) => Clearance::Open,
        (false, _, None) => Clearance::Unknown,
    }
}

fn customs(said: Customs, whole: bool) -> Clearance {
    match said {
        Customs::Released => Clearance::Done,
        Customs::Silent if !whole => Clearance::Unknown,
        _ => Clearance::Open,
    }
}
