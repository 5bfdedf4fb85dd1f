//! Receivables told in a line each.

use crate::story::{Story, party};
use plimsoll::trade::replay::receivable::{self, Receivables};
use plimsoll::trade::rule::{Breach, Rule, Ruling, Severity, Sheet};
use serde_json::{Value, json};

pub const SELLER: &str = "Ningbo Qingyuan Pump & Valve Co., Ltd.";
pub const BUYER: &str = "Van der Meulen Waterbouw B.V.";
pub const BANK: &str = "Maashaven Handelsbank N.V.";
pub const SECOND_BANK: &str = "Noordzee Bank N.V.";
pub const FINANCIER: &str = "Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.";
pub const SUPPLIER: &str = "Cixi Castings Co., Ltd.";
pub const RCV: &str = "RCV-1";

/// A story of receivables, whose records are a minute apart from 1 March 2026 on unless a day is named.
#[derive(Default)]
pub struct Told {
    pub story: Story,
    minute: usize,
}

impl Told {
    /// One record: who, of which receivable, does what, to whom, saying what.
    pub fn say(&mut self, who: &str, of: &str, action: &str, to: Option<&str>, body: Value) -> usize {
        self.minute += 1;
        let at = format!("2026-03-01T{:02}:{:02}:00Z", self.minute / 60 % 24, self.minute % 60);
        self.on(&at, who, of, action, to, body)
    }

    /// The same at a time of one's own.
    pub fn on(&mut self, at: &str, who: &str, of: &str, action: &str, to: Option<&str>, body: Value) -> usize {
        self.story.tell(who, &format!("receivable/{of}"), &format!("receivable {action}"), at, to, body)
    }

    pub fn apply(&mut self) -> &mut Self {
        self.apply_with(RCV, &json!({}));
        self
    }

    /// Applied for, with terms changed or added; `null` takes one away.
    pub fn apply_with(&mut self, of: &str, changes: &Value) -> usize {
        let mut body = terms();
        for (name, value) in changes.as_object().into_iter().flatten() {
            match value {
                Value::Null => body.as_object_mut().and_then(|body| body.remove(name)),
                value => body.as_object_mut().and_then(|body| body.insert(name.clone(), value.clone())),
            };
        }
        self.say(SELLER, of, "APPLY", None, body)
    }

    pub fn accept(&mut self) -> &mut Self {
        self.accept_of(RCV, "84300.00")
    }

    pub fn accept_of(&mut self, of: &str, amount: &str) -> &mut Self {
        self.say(BUYER, of, "ACCEPT", None, json!({"acceptedAmount": amount, "currency": "EUR"}));
        self
    }

    pub fn confirm(&mut self) -> &mut Self {
        self.say(BANK, RCV, "CONFIRM", None, confirmation());
        self
    }

    pub fn transfer(&mut self, from: &str, to: &str) -> &mut Self {
        self.say(from, RCV, "TRANSFER", Some(to), json!({}));
        self
    }

    pub fn confirmed() -> Self {
        let mut told = Self::default();
        told.apply().accept().confirm();
        told
    }

    /// What replaying gives.
    pub fn replay(&self) -> (Receivables, Sheet) {
        let mut sheet = Sheet::default();
        let replayed = receivable::replay(&self.story.entries(), None, &mut sheet);
        crate::bilingual::assert_bilingual(&sheet);
        (replayed, sheet)
    }

    /// Panics with what is broken unless no error is.
    pub fn is_good(&self) -> (Receivables, Sheet) {
        let (replayed, sheet) = self.replay();
        for (rule, ruling) in sheet.rulings() {
            assert!(ruling.severity() < Some(Severity::Error), "{}: {ruling:?}", rule.code());
        }
        (replayed, sheet)
    }

    /// The errors of one rule; panics when there is none, or when another rule is broken.
    #[track_caller]
    pub fn breaks(&self, number: u8) -> Vec<Breach> {
        let (_, sheet) = self.replay();
        for (rule, ruling) in sheet.rulings() {
            let wrong = ruling.severity() == Some(Severity::Error);
            assert!(!wrong || rule == Rule::R(number), "{} is broken too: {ruling:?}", rule.code());
        }
        errors(&sheet, number)
    }
}

/// The errors of a rule; panics when it is not broken.
#[track_caller]
pub fn errors(sheet: &Sheet, number: u8) -> Vec<Breach> {
    match sheet.ruling(Rule::R(number)) {
        Ruling::Broken { breaches, .. } => {
            let errors: Vec<Breach> =
                breaches.into_iter().filter(|breach| breach.severity == Severity::Error).collect();
            assert!(!errors.is_empty(), "R{number} has no error");
            errors
        }
        other => panic!("R{number} should be broken: {other:?}"),
    }
}

pub fn terms() -> Value {
    json!({
        "faceAmount": "84300.00", "currency": "EUR", "issueDate": "2026-01-22", "maturityDate": "2026-05-22",
        "seller": party(SELLER), "acceptor": party(BUYER),
        "invoiceReferences": [{"documentNumber": "QY-26-0117", "issueDate": "2026-01-22",
            "totalInvoiceAmount": "84300.00", "invoiceTypeCode": "380"}],
        "shipmentReferences": [{"carrierCode": "PLMS", "transportDocumentReference": "PLMS0042"}],
    })
}

pub fn confirmation() -> Value {
    json!({"amount": "84300.00", "currency": "EUR", "mode": "ON_APPLICATION", "rank": 1, "expiryDate": "2026-06-22"})
}
