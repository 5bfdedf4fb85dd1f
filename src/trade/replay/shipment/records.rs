//! The records of one transport document's history, each to the part of the replay it concerns.

use crate::trade::action::RecordType;
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::Identity;
use crate::trade::replay::shipment::bill::{Bill, Status};
use crate::trade::replay::shipment::booking::{Booking, Instructed};
use crate::trade::replay::shipment::container::Customs;
use crate::trade::replay::shipment::document::{Document, Endorsee};
use crate::trade::replay::shipment::event::{Classifier, Told};
use crate::trade::replay::shipment::retraction::Retractions;
use crate::trade::replay::shipment::timeline::{Change, Row, Timeline};
use crate::trade::replay::shipment::versions::{Version, Versions};
use crate::trade::replay::shipment::{Chain, Lanes, Shipment, paper};
use crate::trade::rule::phrase::{OrLater, Same};
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::seen::Seen;
use std::collections::HashMap;

/// What a transport document's history tells, for the rules that run across records.
pub(super) struct Papers<'a> {
    /// Position of the bill in the shipment.
    pub(super) bill: usize,
    pub(super) document: Option<Document<'a>>,
    pub(super) surrendered: Option<Told<'a>>,
    /// Departures, arrivals and calls left out, as facts.
    pub(super) calls: Vec<Told<'a>>,
    /// What customs said of the whole, as facts.
    pub(super) customs: Vec<Told<'a>>,
    /// Deliveries of the whole.
    pub(super) deliveries: Vec<Told<'a>>,
    /// `carrierBookingReference`, and the places the booking names.
    pub(super) booking: Option<String>,
    pub(super) declared: Vec<String>,
    /// When the last of its records was signed, where all are there.
    pub(super) known_until: Option<i64>,
}

struct Reader<'r, 'a> {
    versions: Versions<'a>,
    booking: Option<Booking>,
    instructed: Instructed,
    papers: Papers<'a>,
    lanes: HashMap<&'a str, Vec<Told<'a>>>,
    /// Containers in the order of first mention.
    mentioned: Vec<&'a str>,
    timeline: Timeline,
    /// The last record of each kind, whose times may not run back.
    last: HashMap<RecordType, Told<'a>>,
    sheet: &'r mut Sheet,
}

impl<'a> Papers<'a> {
    /// Reads a history: its bill, booking and instructions go into the shipment, its containers' events into the lanes.
    pub(super) fn read(
        entries: &[Entry<'a>],
        chain: &Chain<'a>,
        retractions: &Retractions,
        lanes: &mut Lanes<'a>,
        shipment: &mut Shipment,
        sheet: &mut Sheet,
    ) -> Self {
        let last = chain.told.last().map(|told| told.record.action_time_ms);
        let papers = Self {
            bill: shipment.bills.len(),
            document: None,
            surrendered: None,
            calls: Vec::new(),
            customs: Vec::new(),
            deliveries: Vec::new(),
            booking: None,
            declared: Vec::new(),
            known_until: last.filter(|_| chain.whole),
        };
        let mut reader = Reader {
            versions: Versions::default(),
            booking: None,
            instructed: Instructed::default(),
            papers,
            lanes: HashMap::new(),
            mentioned: Vec::new(),
            timeline: Timeline::default(),
            last: HashMap::new(),
            sheet,
        };
        for told in &chain.told {
            let mut row = Row::new(entries, told, retractions.taken_back_by(told.entry));
            if let Some(id) = told.retracts() {
                row.change = Some(Change::Retracted(retractions.named(entries, told.entry, id)));
            }
            let change = reader.take(&entries[told.entry], *told, row.is_retracted(), row.classifier);
            row.change = row.change.or(change);
            reader.timeline.push(row);
        }
        reader.timeline.finish();
        reader.versions.finish(reader.sheet);
        for reference in std::mem::take(&mut reader.mentioned) {
            if let Some(lane) = reader.lanes.remove(reference) {
                lanes.open(reference, lane);
            }
        }
        reader.finish(chain, shipment)
    }
}

impl<'a> Reader<'_, 'a> {
    fn take(&mut self, entry: &Entry<'_>, told: Told<'a>, retracted: bool, classifier: Classifier) -> Option<Change> {
        let record_type = told.record.record_type;
        match record_type {
            RecordType::Booking => {
                self.in_time(told, false);
                Booking::take(&mut self.booking, &told, self.sheet);
                return Some(Change::Booking(told.code()));
            }
            RecordType::ShippingInstructions => {
                self.in_time(told, false);
                self.instructed.take(&told, self.sheet);
                self.paper(&told);
                return Some(Change::Instructions(told.code()));
            }
            RecordType::TransportDocument => {
                let change = self.versions.document(entry, told, self.sheet);
                self.paper(&told);
                return change;
            }
            RecordType::Title => return self.versions.title(entry, told, self.sheet),
            _ => {}
        }
        // Events from here on. One that names a container is its own.
        match told.body().see_text("equipmentReference") {
            Seen::Shown(reference) => {
                let lane = self.lanes.entry(reference).or_default();
                if lane.is_empty() {
                    self.mentioned.push(reference);
                }
                lane.push(told);
                return None;
            }
            Seen::Withheld if record_type == RecordType::EquipmentEvent => {
                self.sheet.lacks(Rule::S(4), told.withheld("/body/equipmentReference"));
                return None;
            }
            Seen::Withheld | Seen::Absent => {}
        }
        if retracted || told.retracts().is_some() || classifier.is_forecast() {
            return None;
        }
        if classifier == Classifier::Unknown {
            self.sheet.lacks(Rule::S(4), told.withheld("/body/eventClassifierCode"));
            return None;
        }
        self.in_time(told, true);
        match record_type {
            RecordType::TransportEvent => self.papers.calls.push(told),
            RecordType::Customs => {
                self.papers.customs.push(told);
                return Customs::of(told.code()).map(Change::Customs);
            }
            RecordType::Delivery => self.papers.deliveries.push(told),
            _ => {}
        }
        None
    }

    /// Rules over one document, where the record says what is in it.
    fn paper(&mut self, told: &Told<'a>) {
        let body = told.body();
        let document = Document { record: &told.record.record_id, body };
        if paper::has_goods(body) || told.code() == Status::Issued.code() {
            paper::judge(&document, self.sheet);
        }
    }

    /// Rule S4: times of one kind of record never run back. Equal ones are allowed.
    fn in_time(&mut self, told: Told<'a>, own_time: bool) {
        const RULE: Rule = Rule::S(4);
        let field = if own_time { "/body/eventDateTime" } else { "/actionDateTime" };
        let of = |told: &Told<'_>| if own_time { told.ms } else { Some(told.record.action_time_ms) };
        if of(&told).is_none() {
            return self.sheet.lacks(RULE, told.withheld(field));
        }
        if let Some(earlier) = self.last.get(&told.record.record_type)
            && of(&told) < of(earlier)
        {
            let text = |told: &Told<'_>| match own_time {
                true => told.moment().written,
                false => told.record.action_date_time.clone(),
            };
            let breach = Breach::new(Severity::Error, told.at(field), OrLater(text(earlier)), Same(text(&told)));
            return self.sheet.broken(RULE, breach.against(earlier.at(field)));
        }
        if own_time {
            match told.sure {
                true => self.sheet.held(RULE),
                false => {
                    self.sheet.lacks(RULE, Lack::Record { what: format!("what went before {}", told.record.record_id) })
                }
            }
        }
        self.last.insert(told.record.record_type, told);
    }

    fn finish(self, chain: &Chain<'a>, shipment: &mut Shipment) -> Papers<'a> {
        let mut papers = self.papers;
        let current = self.versions.current().cloned().unwrap_or_default();
        papers.document = current.document;
        papers.surrendered = current.surrendered;
        let document = current.document.map(|document| document.body);
        let text = |name: &str| document.and_then(|body| body.text(name)).map(str::to_owned);
        if let Some(booking) = self.booking {
            papers.booking.clone_from(&booking.reference);
            papers.declared.clone_from(&booking.places);
            shipment.bookings.push(booking);
        }
        if let Some(reference) = text("carrierBookingReference") {
            papers.booking = Some(reference);
        }
        shipment.instructions.extend(self.instructed.all);
        let party = |name: &str| current.document.and_then(|document| document.party(name).shown()).unwrap_or_default();
        let place = |name: &str| current.document.map(|document| document.place(name)).unwrap_or_default();
        let day = |name: &str| current.document.and_then(|document| document.day(name).shown());
        let negotiable = document.and_then(|body| body.see_flag("isToOrder").shown());
        let asset = chain.subject.clone();
        shipment.bills.push(Bill {
            reference: text("transportDocumentReference").unwrap_or_else(|| asset.reference.clone()),
            asset,
            sub_reference: current.sub_reference.clone(),
            versions: self.versions.all.len(),
            status: current.status,
            kind: text("transportDocumentTypeCode"),
            negotiable,
            carrier: self.versions.carrier.clone().unwrap_or_default(),
            shipper: party("shipper"),
            consignee: party("consignee"),
            endorsee: endorsee(&current, negotiable),
            possessor: current.title.possessor.clone(),
            surrendering: current.title.pending.clone().map(|(_, before)| before),
            surrendered: current.status == Some(Status::SurrenderedForDelivery),
            transfers: current.title.transfers,
            known_by_name: current.title.known_by_name,
            port_of_loading: place("portOfLoading"),
            port_of_discharge: place("portOfDischarge"),
            place_of_receipt: place("placeOfReceipt"),
            place_of_delivery: place("placeOfDelivery"),
            vessels: current.document.and_then(|document| document.vessels().shown()).unwrap_or_default(),
            on_board: day("shippedOnBoardDate"),
            issued: day("issueDate"),
            last_call: papers.calls.last().map(|call| (call.code(), call.location(), call.moment())),
            customs: papers.customs.iter().filter_map(|told| Customs::of(told.code())).max().unwrap_or_default(),
            delivered: papers.deliveries.iter().any(|told| told.is(&["RECEIVING", "ACCEPTING"])),
            containers: containers(current.document),
            whole: chain.whole,
            timeline: self.timeline,
        });
        papers
    }
}

fn endorsee(current: &Version<'_>, negotiable: Option<bool>) -> Identity {
    let first = || current.document.filter(|_| negotiable == Some(true)).map(|document| document.endorsee());
    match current.title.endorsee.clone().or_else(first) {
        Some(Endorsee::Named(party)) => party,
        _ => Identity::default(),
    }
}

fn containers(document: Option<Document<'_>>) -> Vec<String> {
    let listed = document.map(|document| document.containers()).unwrap_or_default();
    let mut known = std::collections::HashSet::new();
    listed.references.into_iter().filter(|reference| known.insert(*reference)).map(str::to_owned).collect()
}
