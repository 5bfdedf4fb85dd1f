//! What a transport document says, as far as replaying asks.

use crate::trade::payload::Object;
use crate::trade::replay::identity::Identity;
use crate::trade::replay::shipment::event::{Location, Vessel, seals, see_un_location};
use crate::trade::rule::Lack;
use crate::trade::seen::{Day, Seen, element_object};

/// A transport document, read out of the body of the record that issued it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Document<'a> {
    /// Its `recordId`.
    pub(super) record: &'a str,
    pub(super) body: &'a Object,
}

/// Whose endorsement a bill to order asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Endorsee {
    /// Nobody's: whoever possesses it may endorse it.
    Bearer,
    /// His.
    Named(Identity),
    /// That is withheld.
    Unknown(Lack),
}

/// The containers that a document lists.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Listed<'a> {
    pub(super) references: Vec<&'a str>,
    /// Whether some are withheld, or the list is.
    pub(super) partial: bool,
}

impl<'a> Document<'a> {
    pub(super) fn lack(&self, field: &str, withheld: bool) -> Lack {
        let (record, field) = (self.record.to_owned(), field.to_owned());
        if withheld { Lack::Withheld { record, field } } else { Lack::Field { record, field } }
    }

    /// A party of `documentParties`.
    pub(super) fn party(&self, name: &str) -> Seen<Identity> {
        match self.body.see_object("documentParties") {
            Seen::Shown(parties) => parties.see_party(name).and_then(|party| Some(Identity::of(&party))),
            Seen::Withheld => Seen::Withheld,
            Seen::Absent => Seen::Absent,
        }
    }

    /// Who may endorse it first: the endorsee it names, else the consignee it is to the order of, else its holder, who has it
    /// to the shipper's order.
    pub(super) fn endorsee(&self) -> Endorsee {
        for name in ["endorsee", "consignee"] {
            match self.party(name) {
                Seen::Shown(party) => return Endorsee::Named(party),
                Seen::Withheld => {
                    return Endorsee::Unknown(self.lack(&format!("/body/documentParties/{name}"), true));
                }
                Seen::Absent => {}
            }
        }
        Endorsee::Bearer
    }

    fn transports(&self) -> Seen<&'a Object> {
        self.body.see_object("transports")
    }

    /// UN/LOCODE of a place of `transports`.
    pub(super) fn port(&self, name: &str) -> Seen<&'a str> {
        match self.transports() {
            Seen::Shown(transports) => see_un_location(transports, name),
            Seen::Withheld => Seen::Withheld,
            Seen::Absent => Seen::Absent,
        }
    }

    pub(super) fn place(&self, name: &str) -> Location {
        let field = self.transports().shown().and_then(|transports| transports.members.get(name));
        field.map(|field| Location::read(&field.node)).unwrap_or_default()
    }

    /// The vessels and voyages it names; withheld where any of them is.
    pub(super) fn vessels(&self) -> Seen<Vec<Vessel>> {
        let list = match self.transports() {
            Seen::Shown(transports) => transports.see_list("vesselVoyages"),
            Seen::Withheld => Seen::Withheld,
            Seen::Absent => Seen::Absent,
        };
        match list {
            Seen::Shown(list) => {
                let read: Option<Vec<Vessel>> =
                    list.iter().map(|element| element_object(element).shown().map(Vessel::read)).collect();
                read.map_or(Seen::Withheld, Seen::Shown)
            }
            Seen::Withheld => Seen::Withheld,
            Seen::Absent => Seen::Absent,
        }
    }

    pub(super) fn day(&self, name: &str) -> Seen<Day> {
        self.body.see_day(name)
    }

    /// Its containers.
    pub(super) fn containers(&self) -> Listed<'a> {
        let mut listed = Listed::default();
        match self.body.see_list("utilizedTransportEquipments") {
            Seen::Shown(list) => {
                for element in list {
                    match element_object(element) {
                        Seen::Shown(used) => match equipment_reference(used) {
                            Seen::Shown(reference) => listed.references.push(reference),
                            Seen::Withheld => listed.partial = true,
                            Seen::Absent => {}
                        },
                        Seen::Withheld => listed.partial = true,
                        Seen::Absent => {}
                    }
                }
            }
            Seen::Withheld => listed.partial = true,
            Seen::Absent => {}
        }
        listed
    }

    /// The seals it lists for a container.
    pub(super) fn seals(&self, reference: &str) -> Option<Vec<&'a str>> {
        let list = self.body.see_list("utilizedTransportEquipments").shown()?;
        let used = list.iter().filter_map(|element| element_object(element).shown());
        let mut of = used.filter(|used| equipment_reference(used) == Seen::Shown(reference));
        seals(of.next()?).shown().filter(|seals| !seals.is_empty())
    }
}

/// The container that an element of `utilizedTransportEquipments` is. DCSA writes its number beside, or one level down with
/// its type.
pub(super) fn equipment_reference(used: &Object) -> Seen<&str> {
    match used.see_object("equipment") {
        Seen::Shown(equipment) => equipment.see_text("equipmentReference"),
        Seen::Withheld => match used.text("equipmentReference") {
            Some(reference) => Seen::Shown(reference),
            None => Seen::Withheld,
        },
        Seen::Absent => used.see_text("equipmentReference"),
    }
}
