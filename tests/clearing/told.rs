//! Clearing rounds told in a line each.

use crate::story::{Story, party};
use plimsoll::trade::replay::clearing::savings::Costs;
use plimsoll::trade::replay::clearing::{self, Clearings};
use plimsoll::trade::replay::receivable;
use plimsoll::trade::rule::{Breach, Lack, Rule, Ruling, Severity, Sheet};
use serde_json::{Value, json};

pub const CENTRE: &str = "Beilun Shipping Clearing Centre";
pub const OTHER_CENTRE: &str = "Delta Clearing House N.V.";
pub const A: &str = "Plover Container Line";
pub const B: &str = "Haishu Forwarding Co., Ltd.";
pub const C: &str = "Maas Terminals B.V.";

/// A party by name alone.
pub fn named(name: &str) -> Value {
    json!({"partyName": name})
}

/// A party by name and LEI.
pub fn listed(name: &str, lei: &str) -> Value {
    json!({"partyName": name, "identifyingCodes": [{"codeListProvider": "GLEIF", "partyCode": lei}]})
}

pub fn owes(debtor: &str, creditor: &str, amount: &str) -> Value {
    json!({"debtor": named(debtor), "creditor": named(creditor), "amount": amount, "currency": "USD"})
}

pub fn position(participant: &str, amount: &str) -> Value {
    json!({"participant": named(participant), "amount": amount, "currency": "USD"})
}

pub fn pays(payer: &str, payee: &str, amount: &str) -> Value {
    json!({"payer": named(payer), "payee": named(payee), "amount": amount, "currency": "USD"})
}

#[derive(Default)]
pub struct Told {
    pub story: Story,
}

impl Told {
    pub fn say(&mut self, who: &str, round: &str, action: &str, day: &str, mut body: Value) -> usize {
        if body.get("clearingCentre").is_none() {
            body["clearingCentre"] = party(who);
        }
        let at = format!("{day}T09:00:00Z");
        self.story.tell(who, &format!("clearing-round/{round}"), &format!("clearing {action}"), &at, None, body)
    }

    pub fn open(&mut self, round: &str, participants: &[Value], obligations: &[Value]) -> &mut Self {
        let body = json!({"participants": participants, "obligations": obligations, "roundId": round});
        self.say(CENTRE, round, "OPEN", "2026-03-02", body);
        self
    }

    pub fn net(&mut self, round: &str, positions: &[Value]) -> &mut Self {
        self.say(CENTRE, round, "NET", "2026-03-03", json!({"positions": positions}));
        self
    }

    pub fn settle(&mut self, round: &str, settlements: &[Value]) -> &mut Self {
        self.say(CENTRE, round, "SETTLE", "2026-03-04", json!({"settlements": settlements}));
        self
    }

    /// Three participants who owe one another round a ring, and back: 1,000 of obligations, 100 of positions.
    pub fn ring() -> Self {
        let mut told = Self::default();
        told.open(
            "R1",
            &[named(A), named(B), named(C)],
            &[owes(A, B, "400.00"), owes(B, C, "300.00"), owes(C, A, "300.00"), owes(A, B, "0.50"), owes(B, A, "0.50")],
        );
        told
    }

    pub fn netted() -> Self {
        let mut told = Self::ring();
        told.net("R1", &[position(A, "-100.00"), position(B, "100.00")]);
        told
    }

    pub fn replay(&self) -> (Clearings, Sheet) {
        let (mut sheet, entries) = (Sheet::default(), self.story.entries());
        let lives = receivable::life::replay(&entries, None);
        let clearings = clearing::replay(&entries, None, &lives, &Costs::default(), &mut sheet);
        crate::bilingual::assert_bilingual(&sheet);
        (clearings, sheet)
    }

    /// Panics with what is broken unless nothing is.
    #[track_caller]
    pub fn is_good(&self) -> (Clearings, Sheet) {
        let (clearings, sheet) = self.replay();
        for (rule, ruling) in sheet.rulings() {
            assert_eq!(ruling.severity(), None, "{}: {ruling:?}", rule.code());
        }
        (clearings, sheet)
    }

    /// The breaches of these rules, and of no others.
    #[track_caller]
    pub fn breaks(&self, rules: &[Rule]) -> Vec<Breach> {
        let (_, sheet) = self.replay();
        for (rule, ruling) in sheet.rulings() {
            let broken = ruling.severity().is_some();
            assert_eq!(broken, rules.contains(&rule), "{}: {ruling:?}", rule.code());
        }
        match sheet.ruling(rules[0]) {
            Ruling::Broken { breaches, .. } => breaches,
            other => panic!("{}: {other:?}", rules[0].code()),
        }
    }
}

/// What a rule that is not checked lacks; panics when it was held or broken.
#[track_caller]
pub fn lacks(sheet: &Sheet, rule: Rule) -> Vec<Lack> {
    match sheet.ruling(rule) {
        Ruling::NotChecked { lacks, .. } if !lacks.is_empty() => lacks,
        other => panic!("{} should lack something: {other:?}", rule.code()),
    }
}

#[track_caller]
pub fn only_error(breaches: &[Breach]) -> &Breach {
    match breaches {
        [only] => {
            assert_eq!(only.severity, Severity::Error);
            only
        }
        all => panic!("one error expected: {all:?}"),
    }
}
