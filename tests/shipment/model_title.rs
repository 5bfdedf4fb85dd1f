//! Title: random legal chains, through amendments and refused surrenders.

use crate::told::{BANK, BILL, CARRIER, CONSIGNEE, SHIPPER, Told, document, with};
use plimsoll::trade::replay::shipment::bill::{Bill, Status};
use plimsoll::trade::rule::{Rule, Ruling, Severity, Sheet};
use serde_json::json;

const HISTORIES: u64 = 2_500;
const STEPS: usize = 12;
const HOLDERS: [&str; 4] = [SHIPPER, BANK, CONSIGNEE, "Cixi Castings Co., Ltd."];

/// The bill, as the model has it.
struct Model {
    told: Told,
    version: u32,
    possessor: &'static str,
    endorsee: Option<&'static str>,
    endorsed_out: bool,
    /// Surrendered for: delivery, or else amendment.
    pending: Option<bool>,
    delivered: bool,
    transfers: u64,
}

impl Model {
    fn new() -> Self {
        let mut model = Self {
            told: Told::default(),
            version: 0,
            possessor: SHIPPER,
            endorsee: None,
            endorsed_out: false,
            pending: None,
            delivered: false,
            transfers: 0,
        };
        model.issue();
        model
    }

    fn sub(&self) -> String {
        format!("v{}", self.version)
    }

    fn issue(&mut self) {
        self.version += 1;
        let body = with(document(), &json!({"transportDocumentSubReference": self.sub()}));
        self.told.say(CARRIER, "transport-document ISSUED", None, body);
        self.title(CARRIER, "ISSUE", Some(SHIPPER));
        (self.possessor, self.endorsee, self.endorsed_out, self.transfers) = (SHIPPER, None, false, 0);
    }

    fn title(&mut self, who: &str, action: &str, to: Option<&str>) -> usize {
        let body = json!({"transportDocumentReference": BILL, "transportDocumentSubReference": self.sub()});
        self.told.say(who, &format!("title {action}"), to, body)
    }

    fn may_endorse(&self) -> bool {
        !self.endorsed_out && self.endorsee.is_none_or(|endorsee| endorsee == self.possessor)
    }

    fn other(&self, random: &mut fastrand::Rng) -> &'static str {
        let others: Vec<&str> = HOLDERS.into_iter().filter(|&holder| holder != self.possessor).collect();
        random.choice(others).unwrap()
    }

    /// One legal step.
    fn step(&mut self, random: &mut fastrand::Rng) {
        if self.delivered {
            return;
        }
        if let Some(delivery) = self.pending {
            self.pending = None;
            match (random.u8(0..3), delivery) {
                (0, _) => {
                    self.title(CARRIER, "SREJ", None);
                }
                (spelling, delivery) => {
                    self.title(CARRIER, if spelling == 1 { "SACC" } else { "SURRENDERED" }, None);
                    match delivery {
                        true => self.delivered = true,
                        false => {
                            let sub = json!({"transportDocumentSubReference": self.sub()});
                            self.told.say(CARRIER, "transport-document VOIDED", None, sub);
                            self.issue();
                        }
                    }
                }
            }
            return;
        }
        let (own, other) = (self.possessor, self.other(random));
        match random.u8(0..7) {
            0 if self.may_endorse() => {
                self.title(own, "ENDORSE_TO_ORDER", Some(other));
                self.endorsee = Some(other);
            }
            1 if self.may_endorse() => {
                self.title(own, "BLANK_ENDORSE", None);
                self.endorsee = None;
            }
            2 if self.may_endorse() => {
                self.title(own, "ENDORSE", Some(other));
                (self.endorsee, self.endorsed_out) = (Some(other), true);
            }
            3 => {
                let delivery = random.u8(0..3) == 0;
                let action = if delivery { "SURRENDER_FOR_DELIVERY" } else { "SURRENDER_FOR_AMENDMENT" };
                self.title(own, action, Some(CARRIER));
                self.pending = Some(delivery);
            }
            4 => {
                self.title(own, "SIGN", None);
            }
            _ => {
                self.title(own, "TRANSFER", Some(other));
                self.possessor = other;
                self.transfers += 1;
            }
        }
    }

    /// One illegal step, and the rule it breaks.
    fn illegal(&mut self, random: &mut fastrand::Rng) -> (usize, u8) {
        let (own, other) = (self.possessor, self.other(random));
        let kind = random.u8(0..7);
        let at = match (kind, self.delivered, self.pending.is_some()) {
            (0, _, _) => self.title(CARRIER, "ISSUE", Some(other)),
            (1, _, false) => self.title(CARRIER, "SACC", None),
            (1, _, true) => self.title(own, "SURRENDERED", None),
            (2, _, false) => self.title(CARRIER, "SREJ", None),
            (2, _, true) => self.title(other, "SREJ", None),
            (3, false, false) => self.title(own, "SURRENDER_FOR_DELIVERY", Some(other)),
            (4, false, false) if self.endorsed_out => self.title(own, "BLANK_ENDORSE", None),
            (4, false, false) if !self.may_endorse() => self.title(own, "ENDORSE_TO_ORDER", Some(other)),
            (5, false, _) => {
                let body = with(document(), &json!({"transportDocumentSubReference": "another"}));
                return (self.told.say(CARRIER, "transport-document ISSUED", None, body), 11);
            }
            (6, false, false) => self.title(other, "SURRENDER_FOR_AMENDMENT", Some(CARRIER)),
            _ => self.title(other, "TRANSFER", Some(own)),
        };
        (at, 9)
    }

    fn replay(&self) -> (Bill, Sheet) {
        let (mut shipment, sheet) = self.told.replay();
        assert_eq!(shipment.bills.len(), 1);
        (shipment.bills.remove(0), sheet)
    }
}

#[test]
fn legal_title_chains_keep_every_invariant() {
    let (mut records, mut amended, mut delivered) = (0, 0, 0);
    for seed in 0..HISTORIES {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut model = Model::new();
        (0..STEPS).for_each(|_| model.step(&mut random));
        records += model.told.story.told.len();
        amended += usize::from(model.version > 1);
        delivered += usize::from(model.delivered);
        let (bill, sheet) = model.replay();
        for (rule, ruling) in sheet.rulings() {
            assert_eq!(ruling.severity(), None, "seed {seed}: {} {ruling:?}", rule.code());
        }
        let status = match (model.delivered, model.pending) {
            (true, _) => Status::SurrenderedForDelivery,
            (false, Some(true)) => Status::PendingSurrenderForDelivery,
            (false, Some(false)) => Status::PendingSurrenderForAmendment,
            (false, None) => Status::Issued,
        };
        assert_eq!((bill.status, bill.surrendered), (Some(status), model.delivered), "seed {seed}");
        let possessor = if model.delivered || model.pending.is_some() { CARRIER } else { model.possessor };
        assert_eq!(bill.possessor.called().as_deref(), Some(possessor), "seed {seed}");
        let before = bill.surrendering.and_then(|who| who.called());
        assert_eq!(before.as_deref(), model.pending.map(|_| model.possessor), "seed {seed}");
        assert_eq!(bill.endorsee.called().as_deref(), model.endorsee, "seed {seed}");
        assert_eq!((bill.transfers, bill.versions), (model.transfers, model.version as usize), "seed {seed}");
        assert_eq!(bill.sub_reference, Some(model.sub()), "seed {seed}");
    }
    println!("{HISTORIES} title chains, {records} records, {amended} amended, {delivered} delivered");
    assert!(amended > 0 && delivered > 0);
}

#[test]
fn each_illegal_step_of_title_is_refused() {
    for seed in 0..HISTORIES {
        let mut random = fastrand::Rng::with_seed(seed ^ 0xa5a5);
        let mut model = Model::new();
        (0..random.usize(0..STEPS)).for_each(|_| model.step(&mut random));
        let (at, rule) = model.illegal(&mut random);
        let (_, sheet) = model.replay();
        let Ruling::Broken { breaches, more: 0 } = sheet.ruling(Rule::S(rule)) else {
            panic!("seed {seed}: {} passed", model.told.story.told[at].record.action.code);
        };
        let record = &model.told.story.told[at].record.record_id;
        assert_eq!((breaches.len(), &breaches[0].places[0].record), (1, record), "seed {seed}: {breaches:?}");
        assert_eq!(breaches[0].severity, Severity::Error);
        for (other, ruling) in sheet.rulings().filter(|(other, _)| *other != Rule::S(rule)) {
            assert_eq!(ruling.severity(), None, "seed {seed}: {} {ruling:?}", other.code());
        }
    }
}
