//! Shipments told in a line each.

use crate::story::{Story, party};
use plimsoll::trade::disclosure::Digest;
use plimsoll::trade::payload::{Element, Field, Node, Object};
use plimsoll::trade::record::Record;
use plimsoll::trade::replay::shipment::bill::Bill;
use plimsoll::trade::replay::shipment::container::Container;
use plimsoll::trade::replay::shipment::{self, Shipment};
use plimsoll::trade::rule::{Breach, Lack, Rule, Ruling, Severity, Sheet};
use serde_json::{Value, json};

pub const CARRIER: &str = "Plover Maritime Services Ltd.";
pub const SHIPPER: &str = "Ningbo Qingyuan Pump & Valve Co., Ltd.";
pub const CONSIGNEE: &str = "Van der Meulen Waterbouw B.V.";
pub const BANK: &str = "Maashaven Handelsbank N.V.";
pub const CUSTOMS: &str = "Douane Rotterdam";
pub const BILL: &str = "PLMS0042";
pub const BOX: &str = "PLMU4203173";
pub const POL: &str = "CNNGB";
pub const POD: &str = "NLRTM";
pub const VIA: &str = "SGSIN";

/// A story of shipments, whose records are an hour apart from 1 March 2026 on unless a time is named.
#[derive(Default)]
pub struct Told {
    pub story: Story,
    hours: i64,
}

/// The moment so many hours after 1 March 2026.
pub fn hour(hours: i64) -> String {
    format!("2026-03-{:02}T{:02}:00:00+08:00", 1 + hours / 24, hours % 24)
}

/// `base` with the members of `changes` put in; `null` takes one out.
pub fn with(mut base: Value, changes: &Value) -> Value {
    for (name, value) in changes.as_object().into_iter().flatten() {
        match value {
            Value::Null => base.as_object_mut().and_then(|base| base.remove(name)),
            value => base.as_object_mut().and_then(|base| base.insert(name.clone(), value.clone())),
        };
    }
    base
}

/// The transport document of the stories: a bill to order of one container.
pub fn document() -> Value {
    json!({
        "transportDocumentReference": BILL, "transportDocumentTypeCode": "BOL", "isToOrder": true,
        "isShippedOnBoardType": true, "shippedOnBoardDate": "2026-03-01", "issueDate": "2026-03-02",
        "documentParties": {"shipper": {"partyName": SHIPPER}, "issuingParty": {"partyName": CARRIER}},
        "transports": {"portOfLoading": {"UNLocationCode": POL}, "portOfDischarge": {"UNLocationCode": POD},
            "vesselVoyages": [{"vesselName": "PLOVER AURORA", "vesselIMONumber": "9999993",
                "carrierExportVoyageNumber": "604W"}]},
        "consignmentItems": [{"descriptionOfGoods": "Pumps", "cargoItems": [{"equipmentReference": BOX,
            "cargoGrossWeight": {"value": "9840", "unit": "KGM"},
            "outerPackaging": {"packageCode": "CR", "numberOfPackages": 24}}]}],
        "utilizedTransportEquipments": [{"equipment": {"equipmentReference": BOX, "ISOEquipmentCode": "45G1"},
            "cargoGrossWeight": {"value": "9840", "unit": "KGM"}, "seals": [{"number": "QY1"}]}],
    })
}

/// Takes out what a path leads to, and leaves a digest.
fn withhold(object: &mut Object, path: &[&str]) {
    const DIGEST: Digest = Digest([7; 32]);
    let (name, rest) = path.split_first().expect("a path");
    let Some((next, beyond)) = rest.split_first() else {
        object.members.remove(*name).expect("a member");
        return object.withheld.push(DIGEST);
    };
    match &mut object.members.get_mut(*name).expect("a member").node {
        Node::Object(inner) => withhold(inner, rest),
        Node::List(elements) => {
            let element = &mut elements[next.parse::<usize>().expect("a number")];
            match (element, beyond.is_empty()) {
                (element, true) => *element = Element::Withheld(DIGEST),
                (Element::Shown(Field { node: Node::Object(inner), .. }), false) => withhold(inner, beyond),
                _ => panic!("{next} holds nothing"),
            }
        }
        Node::Scalar(_) => panic!("{name} holds nothing"),
    }
}

impl Told {
    fn next(&mut self) -> String {
        self.hours += 1;
        hour(self.hours)
    }

    /// Lets time pass.
    pub fn wait(&mut self, hours: i64) -> &mut Self {
        self.hours += hours;
        self
    }

    /// The time of the last record.
    pub fn now(&self) -> String {
        hour(self.hours)
    }

    /// One record of a bill's history.
    pub fn say(&mut self, who: &str, what: &str, to: Option<&str>, body: Value) -> usize {
        let at = self.next();
        self.story.tell(who, &format!("transport-document/{BILL}"), what, &at, to, body)
    }

    /// One event of a container, as the carrier tells it.
    pub fn event(&mut self, code: &str, place: &str, changes: Value) -> usize {
        self.event_of(CARRIER, BOX, code, place, changes)
    }

    pub fn event_of(&mut self, who: &str, of: &str, code: &str, place: &str, changes: Value) -> usize {
        let at = self.next();
        let record_type = match code {
            "CUSS" | "CUSI" | "CUSR" | "SUBM" => "customs",
            "RECEIVING" | "ACCEPTING" => "delivery",
            _ => "equipment-event",
        };
        let empty = matches!(code, "STRP") || place == "DEPO";
        let (un_location, facility) = match place {
            "DEPO" => (if self.hours < 48 { POL } else { POD }, "DEPO"),
            "CLOC" => (if self.hours < 48 { POL } else { POD }, "CLOC"),
            port => (port, "POTE"),
        };
        let mut body = json!({
            "equipmentReference": of, "eventDateTime": at, "eventClassifierCode": "ACT",
            "emptyIndicatorCode": if empty { "EMPTY" } else { "LADEN" },
            "eventLocation": {"UNLocationCode": un_location, "facilityTypeCode": facility},
        });
        if matches!(code, "LOAD" | "DISC") {
            body = with(
                body,
                &json!({"vesselName": "Plover Aurora", "vesselIMONumber": "9999993",
                "carrierExportVoyageNumber": "604W"}),
            );
        }
        if record_type != "equipment-event" {
            body = with(body, &json!({"emptyIndicatorCode": null}));
        }
        let body = with(body, &changes);
        self.story.tell(who, &format!("equipment/{of}"), &format!("{record_type} {code}"), &at, None, body)
    }

    /// A departure or arrival, told in the bill's history.
    pub fn call(&mut self, code: &str, place: &str, changes: Value) -> usize {
        let body = json!({"vesselName": "PLOVER AURORA", "vesselIMONumber": "9999993",
            "carrierExportVoyageNumber": "604W", "eventDateTime": hour(self.hours + 1),
            "eventClassifierCode": "ACT", "eventLocation": {"UNLocationCode": place}});
        self.say(CARRIER, &format!("transport-event {code}"), None, with(body, &changes))
    }

    pub fn title(&mut self, who: &str, action: &str, to: Option<&str>) -> usize {
        let body = json!({"transportDocumentReference": BILL});
        self.say(who, &format!("title {action}"), to, body)
    }

    pub fn status(&mut self, action: &str, changes: &Value) -> usize {
        let body = match action {
            "DRAFT" | "APPROVED" | "ISSUED" => with(document(), changes),
            _ => with(json!({}), changes),
        };
        self.say(CARRIER, &format!("transport-document {action}"), None, body)
    }

    /// To the terminal and on board.
    pub fn loaded(changes: Value) -> Self {
        let mut told = Self::default();
        told.event("GTOT", "DEPO", json!({}));
        told.event_of(SHIPPER, BOX, "STUF", "CLOC", json!({"seals": [{"number": "QY1"}]}));
        told.event("GTIN", POL, json!({}));
        told.event("LOAD", POL, changes);
        told
    }

    /// Loaded, and the bill issued to the shipper, with terms changed.
    pub fn issued_with(changes: &Value) -> Self {
        let mut told = Self::loaded(json!({}));
        told.wait(24);
        told.status("ISSUED", changes);
        told.title(CARRIER, "ISSUE", Some(SHIPPER));
        told
    }

    pub fn issued() -> Self {
        Self::issued_with(&json!({}))
    }

    /// Sailed and discharged.
    pub fn discharged(&mut self, changes: Value) -> &mut Self {
        self.call("DEPA", POL, json!({}));
        self.wait(24);
        self.call("ARRI", POD, json!({}));
        self.event("DISC", POD, with(json!({"seals": [{"number": "QY1"}]}), &changes));
        self
    }

    /// The bill goes to the consignee, and back to the carrier.
    pub fn surrendered(&mut self) -> &mut Self {
        self.title(SHIPPER, "TRANSFER", Some(CONSIGNEE));
        self.title(CONSIGNEE, "SURRENDER_FOR_DELIVERY", Some(CARRIER));
        self.title(CARRIER, "SACC", None);
        self
    }

    pub fn released(&mut self) -> &mut Self {
        self.event_of(CUSTOMS, BOX, "CUSR", POD, json!({}));
        self
    }

    /// Out, stripped and returned, and the receipt in the bill's history.
    pub fn delivered(&mut self) -> &mut Self {
        self.event("GTOT", POD, json!({}));
        self.event_of(CONSIGNEE, BOX, "STRP", "CLOC", json!({}));
        self.event("GTIN", "DEPO", json!({}));
        let at = hour(self.hours + 1);
        self.say(
            CONSIGNEE,
            "delivery ACCEPTING",
            None,
            json!({"transportDocumentReference": BILL, "eventDateTime": at}),
        );
        self
    }

    /// The whole of a good story.
    pub fn whole() -> Self {
        let mut told = Self::issued();
        told.discharged(json!({})).surrendered().released().delivered();
        told
    }

    /// Withholds a field of a record: its path from the top, with places in lists by number.
    pub fn hide(&mut self, record: usize, pointer: &str) {
        let told = &mut self.story.told[record];
        let mut payload = told.record.payload.clone();
        let path: Vec<&str> = pointer[1..].split('/').collect();
        withhold(&mut payload.root, &path);
        told.record = Record::parse(payload).expect("it may be withheld");
    }

    pub fn replay(&self) -> (Shipment, Sheet) {
        let mut sheet = Sheet::default();
        let shipment = shipment::replay(&self.story.entries(), None, &mut sheet);
        crate::bilingual::assert_bilingual(&sheet);
        (shipment, sheet)
    }

    /// What replaying gives of the records at some places only.
    pub fn replay_of(&self, places: &[usize]) -> (Shipment, Sheet) {
        let all = self.story.entries();
        let some: Vec<_> = places.iter().map(|&place| all[place]).collect();
        let mut sheet = Sheet::default();
        let shipment = shipment::replay(&some, None, &mut sheet);
        crate::bilingual::assert_bilingual(&sheet);
        (shipment, sheet)
    }

    pub fn bill(&self) -> Bill {
        self.replay().0.bills.remove(0)
    }

    pub fn container(&self) -> Container {
        self.replay().0.containers.remove(0)
    }

    /// The story breaks nothing.
    #[track_caller]
    pub fn good(&self, rule: Rule) {
        let (_, sheet) = self.replay();
        let ruling = sheet.ruling(rule);
        assert!(matches!(ruling, Ruling::Held { .. }), "{}: {ruling:?}", rule.code());
        for (other, ruling) in sheet.rulings() {
            assert_eq!(ruling.severity(), None, "{}: {ruling:?}", other.code());
        }
    }

    /// Of all rules only this one is broken, once, at this record and field; the breach.
    #[track_caller]
    pub fn bad(&self, rule: Rule, severity: Severity, record: usize, field: &str) -> Breach {
        let (_, sheet) = self.replay();
        for (other, ruling) in sheet.rulings().filter(|(other, _)| *other != rule) {
            assert_eq!(ruling.severity(), None, "{}: {ruling:?}", other.code());
        }
        let Ruling::Broken { breaches, more } = sheet.ruling(rule) else {
            panic!("{} is not broken: {:?}", rule.code(), sheet.ruling(rule));
        };
        assert_eq!((breaches.len(), more), (1, 0), "{breaches:?}");
        let breach = breaches[0].clone();
        let found = (breach.places[0].record.as_str(), breach.places[0].field.as_str());
        assert_eq!(found, (self.story.told[record].record.record_id.as_str(), field), "{breach:?}");
        assert_eq!(breach.severity, severity, "{breach:?}");
        breach
    }

    /// The rule is not checked, and says what lacks.
    #[track_caller]
    pub fn lacks(&self, rule: Rule) -> Vec<Lack> {
        lacks(&self.replay().1, rule)
    }
}

/// What a rule that is not checked lacks.
#[track_caller]
pub fn lacks(sheet: &Sheet, rule: Rule) -> Vec<Lack> {
    match sheet.ruling(rule) {
        Ruling::NotChecked { lacks, .. } => lacks,
        other => panic!("{}: {other:?}", rule.code()),
    }
}

/// A record that is lacking.
pub fn record(what: &str) -> Lack {
    Lack::Record { what: what.to_owned() }
}

/// A party's object.
pub fn named(name: &str) -> Value {
    party(name)
}
