//! A consistent dossier, in parts that a test changes before it is told: two invoices and receivables on one bill to order,
//! financed by one financier, paid, and delivered.

use crate::story::{Story, party};
use plimsoll::trade::disclosure::Digest;
use plimsoll::trade::flows::{Dossier, dossier};
use plimsoll::trade::payload::{Element, Node, Object};
use plimsoll::trade::rule::{Breach, Lack, Rule, Ruling, Severity, Sheet};
use serde_json::{Value, json};

pub const SELLER: &str = "Ningbo Qingyuan Pump & Valve Co., Ltd.";
pub const BUYER: &str = "Van der Meulen Waterbouw B.V.";
pub const CARRIER: &str = "Plover Maritime Services Ltd.";
pub const BANK: &str = "Maashaven Handelsbank N.V.";
pub const FINANCIER: &str = "Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.";
pub const CUSTOMS: &str = "Douane Rotterdam";
pub const BILL: &str = "PLMS0042";
pub const BOX: &str = "PLMU4203173";

pub fn named(name: &str) -> Value {
    json!({"partyName": name})
}

pub fn listed(name: &str, lei: &str) -> Value {
    json!({"partyName": name, "identifyingCodes": [{"codeListProvider": "GLEIF", "partyCode": lei}]})
}

/// Who does what to what, when, to whom, saying what.
pub struct Part {
    pub who: String,
    pub asset: String,
    pub what: String,
    pub at: String,
    pub to: Option<String>,
    pub body: Value,
}

/// The parts, in order.
pub struct Parts(pub Vec<Part>);

fn invoice(total: &str, lines: Value) -> Value {
    json!({
        "documentNumber": "", "invoiceTypeCode": "380", "issueDate": "2026-01-22", "dueDate": "2026-05-22", "currency": "EUR",
        "seller": named(SELLER), "buyer": named(BUYER), "purchaseOrderReference": "PO-7",
        "documentReferences": [{"type": "PO", "documentNumber": "PO-7", "issueDate": "2025-11-03"}],
        "incoTerms": "CIF", "invoiceLines": lines, "lineExtensionAmount": total, "taxExclusiveAmount": total,
        "taxAmount": "0.00", "taxInclusiveAmount": total, "payableAmount": total,
    })
}

fn terms(total: &str, number: &str) -> Value {
    json!({
        "faceAmount": total, "currency": "EUR", "issueDate": "2026-01-22", "maturityDate": "2026-05-22",
        "seller": party(SELLER), "acceptor": party(BUYER),
        "invoiceReferences": [{"documentNumber": number, "issueDate": "2026-01-22", "totalInvoiceAmount": total}],
        "shipmentReferences": [{"carrierCode": "PLMS", "transportDocumentReference": BILL}],
    })
}

fn document() -> Value {
    json!({
        "transportDocumentReference": BILL, "transportDocumentTypeCode": "BOL", "isToOrder": true, "carrierCode": "PLMS",
        "isShippedOnBoardType": true, "shippedOnBoardDate": "2026-01-20", "issueDate": "2026-01-21",
        "documentParties": {"shipper": named(SELLER), "issuingParty": named(CARRIER), "notifyParties": [named(BUYER)]},
        "transports": {"portOfLoading": {"UNLocationCode": "CNNGB"}, "portOfDischarge": {"UNLocationCode": "NLRTM"}},
        "consignmentItems": [{"descriptionOfGoods": "Centrifugal pumps", "HSCodes": ["841370"], "cargoItems": [
            {"equipmentReference": BOX, "cargoGrossWeight": {"value": "9840", "unit": "KGM"},
             "outerPackaging": {"packageCode": "CR", "numberOfPackages": 24}}]}],
        "utilizedTransportEquipments": [{"equipment": {"equipmentReference": BOX, "ISOEquipmentCode": "45G1"}}],
        "declaredValue": "100000.00", "declaredValueCurrency": "EUR", "freightPaymentTermCode": "PRE",
        "charges": [
            {"chargeName": "Ocean freight", "currencyAmount": "1850.00", "currencyCode": "USD", "paymentTermCode": "PRE",
             "unitPrice": "925.00", "quantity": "2"},
            {"chargeName": "Documentation", "currencyAmount": "45.50", "currencyCode": "USD", "paymentTermCode": "PRE",
             "unitPrice": "45.50", "quantity": "1"}],
    })
}

fn event(code: &str, at: &str, port: &str, laden: bool) -> Part {
    let body = json!({
        "equipmentReference": BOX, "eventDateTime": at, "eventClassifierCode": "ACT",
        "emptyIndicatorCode": if laden { "LADEN" } else { "EMPTY" },
        "eventLocation": {"UNLocationCode": port, "facilityTypeCode": if laden { "POTE" } else { "DEPO" }},
    });
    part(CARRIER, &format!("equipment/{BOX}"), &format!("equipment-event {code}"), at, None, body)
}

fn part(who: &str, asset: &str, what: &str, at: &str, to: Option<&str>, body: Value) -> Part {
    let own = str::to_owned;
    Part { who: own(who), asset: own(asset), what: own(what), at: own(at), to: to.map(own), body }
}

impl Parts {
    /// The consistent dossier: every rule of F1 to F9 is held.
    pub fn good() -> Self {
        let bill = format!("transport-document/{BILL}");
        let title = |who: &str, action: &str, at: &str, to: Option<&str>| {
            part(who, &bill, &format!("title {action}"), at, to, json!({"transportDocumentReference": BILL}))
        };
        let mut parts = vec![
            part(
                SELLER,
                &bill,
                "shipping-instructions RECEIVED",
                "2026-01-10T08:00:00Z",
                None,
                json!({"shippingInstructionsReference": "SI-1", "consignmentItems": document()["consignmentItems"],
                    "utilizedTransportEquipments": document()["utilizedTransportEquipments"]}),
            ),
            event("GTOT", "2026-01-16T08:00:00Z", "CNNGB", false),
            event("GTIN", "2026-01-18T08:00:00Z", "CNNGB", true),
            event("LOAD", "2026-01-20T08:00:00Z", "CNNGB", true),
            part(CARRIER, &bill, "transport-document ISSUED", "2026-01-21T08:00:00Z", None, document()),
            title(CARRIER, "ISSUE", "2026-01-21T09:00:00Z", Some(SELLER)),
        ];
        let line = |name: &str, crates: &str, each: &str, total: &str| {
            json!([{"id": "1", "itemName": name, "HSCodes": ["84137021"], "invoicedQuantity": {"value": crates, "unit": "XCR"},
                "priceAmount": each, "lineExtensionAmount": total}])
        };
        let freight = json!({
            "documentNumber": "FR-9", "issueDate": "2026-01-21", "currency": "USD", "seller": named(CARRIER),
            "buyer": named(SELLER), "transportDocumentReference": BILL, "payableAmount": "1895.50",
        });
        parts.push(part(CARRIER, "invoice/FR-9", "invoice ISSUED", "2026-01-21T10:00:00Z", None, freight));
        for (number, receivable, total, lines) in [
            ("QY-26-0117", "RCV-1", "84300.00", line("Centrifugal pumps, stage 2", "20", "4215.00", "84300.00")),
            ("QY-26-0118", "RCV-2", "16000.00", line("Spare pumps", "4", "4000.00", "16000.00")),
        ] {
            let mut own = invoice(total, lines);
            own["documentNumber"] = json!(number);
            parts.push(part(SELLER, &format!("invoice/{number}"), "invoice ISSUED", "2026-01-22T08:00:00Z", None, own));
            let asset = format!("receivable/{receivable}");
            let money = |name: &str| json!({"currency": "EUR", name: total});
            let mut tell = |who: &str, action: &str, at: &str, to: Option<&str>, body: Value| {
                parts.push(part(who, &asset, &format!("receivable {action}"), at, to, body));
            };
            tell(SELLER, "APPLY", "2026-01-22T09:00:00Z", None, terms(total, number));
            tell(BUYER, "ACCEPT", "2026-01-23T08:00:00Z", None, money("acceptedAmount"));
            tell(BANK, "CONFIRM", "2026-01-24T08:00:00Z", None, money("amount"));
            let mut financed = money("TotalFinancedAmount");
            financed["financier"] = party(FINANCIER);
            tell(SELLER, "FINANCE", "2026-01-26T08:00:00Z", Some(FINANCIER), financed);
            tell(BUYER, "PAY", "2026-02-20T08:00:00Z", Some(FINANCIER), money("amount"));
        }
        parts.push(title(SELLER, "TRANSFER", "2026-01-27T08:00:00Z", Some(FINANCIER)));
        parts.push(event("DISC", "2026-02-18T08:00:00Z", "NLRTM", true));
        parts.push(title(FINANCIER, "TRANSFER", "2026-02-21T08:00:00Z", Some(BUYER)));
        parts.push(title(BUYER, "SURRENDER_FOR_DELIVERY", "2026-02-22T08:00:00Z", Some(CARRIER)));
        parts.push(title(CARRIER, "SURRENDERED", "2026-02-22T09:00:00Z", None));
        let at = "2026-02-22T10:00:00Z";
        let customs = json!({"equipmentReference": BOX, "eventDateTime": at, "eventClassifierCode": "ACT",
            "declaredValue": "101500.00", "declaredValueCurrency": "EUR"});
        let container = format!("equipment/{BOX}");
        parts.push(part(CUSTOMS, &container, "customs CUSR", at, None, customs));
        parts.push(event("GTOT", "2026-02-23T08:00:00Z", "NLRTM", true));
        let at = "2026-02-25T08:00:00Z";
        let receipt = json!({"equipmentReference": BOX, "eventDateTime": at, "transportDocumentReference": BILL,
            "receivedQuantity": {"value": "24", "unit": "CR"}});
        parts.push(part(BUYER, &container, "delivery ACCEPTING", at, None, receipt));
        Self(parts)
    }

    /// The first part of an asset and type, to change it.
    #[track_caller]
    pub fn part(&mut self, asset: &str, what: &str) -> &mut Part {
        let found = self.0.iter_mut().find(|part| part.asset.ends_with(asset) && part.what.ends_with(what));
        found.unwrap_or_else(|| panic!("{what} of {asset} is not told"))
    }

    /// Its body's members changed; `null` takes one out.
    #[track_caller]
    pub fn change(mut self, asset: &str, what: &str, changes: Value) -> Self {
        let body = &mut self.part(asset, what).body;
        for (pointer, value) in changes.as_object().expect("changes are an object") {
            let (parent, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
            let parent = if parent.is_empty() { &mut *body } else { body.pointer_mut(parent).expect("a member") };
            match value {
                Value::Null => drop(parent.as_object_mut().expect("an object").remove(name)),
                value => parent[name] = value.clone(),
            }
        }
        self
    }

    /// Without the records of an asset and type.
    pub fn without(mut self, asset: &str, what: &str) -> Self {
        let before = self.0.len();
        self.0.retain(|part| !(part.asset.ends_with(asset) && part.what.contains(what)));
        assert!(self.0.len() < before, "{what} of {asset} is not told");
        self
    }

    /// At another time.
    #[track_caller]
    pub fn at(mut self, asset: &str, what: &str, at: &str) -> Self {
        let part = self.part(asset, what);
        part.at = at.to_owned();
        if part.body.get("eventDateTime").is_some() {
            part.body["eventDateTime"] = json!(at);
        }
        self
    }

    /// Told in the order of time, so that a part moved in time moves in its history too.
    pub fn tell(&self) -> Story {
        let mut parts: Vec<&Part> = self.0.iter().collect();
        parts.sort_by_key(|part| part.at.clone());
        let mut story = Story::default();
        for part in parts {
            story.tell(&part.who, &part.asset, &part.what, &part.at, part.to.as_deref(), part.body.clone());
        }
        story
    }

    pub fn check(&self) -> (Dossier, Sheet) {
        check(&self.tell())
    }

    /// The breaches of one F rule; panics when another is broken too.
    #[track_caller]
    pub fn breaks(&self, number: u8) -> Vec<Breach> {
        let (_, sheet) = self.check();
        for other in (1..=10).filter(|other| *other != number) {
            assert_eq!(sheet.ruling(Rule::F(other)).severity(), None, "F{other}: {:?}", sheet.ruling(Rule::F(other)));
        }
        breaches(&sheet, number)
    }

    /// An F rule is broken once, with this weight, at a field of the record of an asset.
    #[track_caller]
    pub fn breaks_at(&self, number: u8, severity: Severity, asset: &str, field: &str) {
        let all = self.breaks(number);
        let [only] = all.as_slice() else { panic!("one breach of F{number} expected: {all:#?}") };
        assert_eq!((only.severity, only.places[0].field.as_str()), (severity, field), "{only:?}");
        assert!(only.places[0].record.starts_with(asset), "{only:?}");
    }

    /// An F rule is held.
    #[track_caller]
    pub fn holds(&self, number: u8) {
        let (_, sheet) = self.check();
        let ruling = sheet.ruling(Rule::F(number));
        assert!(matches!(ruling, Ruling::Held { cases } if cases > 0), "F{number}: {ruling:?}");
    }

    /// An F rule is not checked, and this is among what it lacks.
    #[track_caller]
    pub fn lacks(&self, number: u8, lack: &Lack) {
        lacks(&self.check().1, number, lack);
    }
}

pub fn check(story: &Story) -> (Dossier, Sheet) {
    let mut sheet = Sheet::default();
    let dossier = dossier(&story.entries(), None, &mut sheet);
    crate::bilingual::assert_bilingual(&sheet);
    (dossier, sheet)
}

#[track_caller]
pub fn breaches(sheet: &Sheet, number: u8) -> Vec<Breach> {
    match sheet.ruling(Rule::F(number)) {
        Ruling::Broken { breaches, .. } => breaches,
        other => panic!("F{number} should be broken: {other:?}"),
    }
}

#[track_caller]
pub fn lacks(sheet: &Sheet, number: u8, lack: &Lack) {
    match sheet.ruling(Rule::F(number)) {
        Ruling::NotChecked { lacks, .. } => assert!(lacks.contains(lack), "F{number}: {lack:?} not among {lacks:?}"),
        other => panic!("F{number} should not be checked: {other:?}"),
    }
}

pub fn record(what: &str) -> Lack {
    Lack::Record { what: what.to_owned() }
}

/// Withholds a member of a record of the story, as a reader sees it who was not shown it.
#[track_caller]
pub fn withhold(story: &mut Story, asset: &str, action: &str, pointer: &str) -> Lack {
    let own =
        |told: &&mut crate::story::Told| told.record.subject.reference == asset && told.record.action.code == action;
    let told = story.told.iter_mut().find(own).expect("it is told");
    let (parents, name) = pointer.rsplit_once('/').unwrap_or(("", pointer));
    let mut object: &mut Object = &mut told.record.body;
    let mut rest = parents.split('/').filter(|part| !part.is_empty());
    while let Some(part) = rest.next() {
        object = match &mut object.members.get_mut(part).expect("a member").node {
            Node::Object(inner) => inner,
            Node::List(list) => match &mut list[rest.next().expect("a number").parse::<usize>().expect("a number")] {
                Element::Shown(field) => match &mut field.node {
                    Node::Object(inner) => inner,
                    _ => panic!("no object"),
                },
                Element::Withheld(_) => panic!("withheld"),
            },
            Node::Scalar(_) => panic!("no object"),
        };
    }
    object.members.remove(name).expect("it is there");
    object.withheld.push(Digest([7; 32]));
    Lack::Withheld { record: told.record.record_id.clone(), field: format!("/body/{pointer}") }
}
