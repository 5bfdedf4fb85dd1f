//! Receivables that are really traded: every record signed by a registered key, entered into the log, and the log anchored in
//! a chain. Whoever has a key may sign what he likes, so a test can be the forger.
//!
//! Needs `registry` beside it at the root of whatever takes it in.
#![allow(dead_code, reason = "each test file uses a part of it")]

use crate::registry::{Entry, Registry, key, members};
use plimsoll::crypto::hash::Hash;
use plimsoll::crypto::key::KeyId;
use plimsoll::proof::bundle::Bundle;
use plimsoll::tlog::LeafHash;
use serde_json::{Map, Value, json};
use std::collections::HashMap;

pub const SELLER: &str = "Ningbo Qingyuan Pump & Valve Co., Ltd.";
pub const BUYER: &str = "Van der Meulen Waterbouw B.V.";
pub const BANK: &str = "Maashaven Handelsbank N.V.";
pub const SECOND_BANK: &str = "Noordzee Bank N.V.";
pub const FINANCIER: &str = "Yongjiang Supply Chain Finance (Ningbo) Co., Ltd.";
pub const SUPPLIER: &str = "Cixi Castings Co., Ltd.";
/// Registered like the others, and no party to anything.
pub const STRANGER: &str = "Grey Harbour Trading Ltd.";
/// Registered after everything else.
pub const LATE: &str = "Late Harbour Bank Ltd.";
/// Never registered.
pub const NOBODY: &str = "Nobody's Bank Ltd.";

/// Whoever is registered before anything is traded.
pub const PARTIES: [&str; 7] = [SELLER, BUYER, BANK, SECOND_BANK, FINANCIER, SUPPLIER, STRANGER];

/// Receivables in a registry.
#[derive(Clone)]
pub struct Trading {
    pub registry: Registry,
    /// What the next entry names as the one before it, where it should name another than it does.
    pub names_before: Option<Hash>,
    registered: HashMap<KeyId, usize>,
    heads: HashMap<String, usize>,
    told: Vec<(String, usize)>,
    minute: usize,
}

impl Default for Trading {
    fn default() -> Self {
        let mut trading = Self {
            registry: Registry::default(),
            names_before: None,
            registered: HashMap::new(),
            heads: HashMap::new(),
            told: Vec::new(),
            minute: 0,
        };
        trading.registry.chain.bury(3);
        for name in PARTIES {
            trading.register(name);
        }
        trading.registry.anchor();
        trading
    }
}

/// A party as records name it.
pub fn named(name: &str) -> Value {
    json!({"partyName": name, "identifyingCodes": [code(name)]})
}

/// Codes of one list, which tell parties apart whatever they call themselves.
fn code(name: &str) -> Value {
    let number = PARTIES.iter().chain(&[LATE, NOBODY]).position(|own| *own == name).expect("a party of these tests");
    let base = format!("PLMS00HARBOUR{number:05}");
    // ISO 17442: the whole, letters as numbers from 10, is 1 modulo 97.
    let rest = base.bytes().chain(*b"00").fold(0_u32, |rest, byte| match byte {
        b'0'..=b'9' => (rest * 10 + u32::from(byte - b'0')) % 97,
        _ => (rest * 100 + u32::from(byte - b'A' + 10)) % 97,
    });
    json!({"codeListProvider": "GLEIF", "codeListName": "LEI", "partyCode": format!("{base}{:02}", 98 - rest)})
}

/// The terms of a receivable on an invoice of its own.
pub fn terms(of: &str) -> Value {
    json!({
        "faceAmount": "84300.00", "currency": "EUR", "issueDate": "2026-01-22", "maturityDate": "2026-05-22",
        "seller": named(SELLER), "acceptor": named(BUYER),
        "invoiceReferences": [{"documentNumber": format!("QY-{of}"), "issueDate": "2026-01-22",
            "totalInvoiceAmount": "84300.00", "invoiceTypeCode": "380"}],
    })
}

/// A body with members changed or added; `null` takes one away.
pub fn with(mut body: Value, changes: &Value) -> Value {
    let own = body.as_object_mut().expect("a body is an object");
    for (name, value) in changes.as_object().into_iter().flatten() {
        match value {
            Value::Null => own.remove(name),
            value => own.insert(name.clone(), value.clone()),
        };
    }
    body
}

impl Trading {
    /// Has the registrar register a party's key.
    pub fn register(&mut self, name: &str) -> usize {
        let (party, registrar) = (key(name).public(), key("registrar"));
        let payload = members(json!({
            "recordType": "party", "recordId": format!("party-{name}"), "schemaVersion": "1",
            "subject": {"scheme": "party", "reference": party.id().to_string(), "blinding": ""},
            "sequence": 1, "actionCode": "REGISTER", "actionDateTime": "2026-01-05T09:00:00Z",
            "actor": {"key": registrar.public().to_jwk(), "partyName": "Example Registry"},
            "body": {"partyName": name, "role": "party", "key": party.to_jwk(), "identifyingCodes": [code(name)]},
        }));
        let index = self.registry.enter(Entry::of(&payload, &registrar));
        self.registered.insert(party.id(), index);
        index
    }

    /// One record after the last of its receivable, a minute after the last of all: who, of which, does what, to whom,
    /// saying what. Its place in the log.
    pub fn say(&mut self, who: &str, of: &str, action: &str, to: Option<&str>, body: Value) -> usize {
        self.say_altered(who, of, action, to, body, |_| {})
    }

    /// The same on a day of one's own.
    pub fn on(&mut self, at: &str, who: &str, of: &str, action: &str, to: Option<&str>, body: Value) -> usize {
        let at = at.to_owned();
        self.say_altered(who, of, action, to, body, |record| {
            record.insert("actionDateTime".into(), json!(at));
        })
    }

    /// The same, with anything changed before it is signed.
    pub fn say_altered(
        &mut self,
        who: &str,
        of: &str,
        action: &str,
        to: Option<&str>,
        body: Value,
        alter: impl FnOnce(&mut Map<String, Value>),
    ) -> usize {
        let index = self.say_after(self.heads.get(of).copied(), who, of, action, to, body, alter);
        self.heads.insert(of.to_owned(), index);
        index
    }

    /// The same after any record, as forks need; what is said next follows what it would have followed.
    #[allow(clippy::too_many_arguments)]
    pub fn say_after(
        &mut self,
        before: Option<usize>,
        who: &str,
        of: &str,
        action: &str,
        to: Option<&str>,
        body: Value,
        alter: impl FnOnce(&mut Map<String, Value>),
    ) -> usize {
        self.minute += 1;
        let before = before.map(|at| self.registry.entries[at].clone());
        let sequence = before.as_ref().map_or(0, |entry| entry.event.content().version) + 1;
        let mut record = members(json!({
            "recordType": "receivable", "recordId": format!("{of}-{sequence}"), "schemaVersion": "1",
            "subject": {"scheme": "receivable", "reference": of, "blinding": "AAAAAAAAAAAAAAAAAAAAAA"},
            "sequence": sequence, "actionCode": action,
            "actionDateTime": format!("2026-03-{:02}T{:02}:{:02}:00Z", 1 + self.minute / 1440, self.minute / 60 % 24, self.minute % 60),
            "actor": {"partyName": who, "key": key(who).public().to_jwk()}, "body": body,
        }));
        if let Some(entry) = &before {
            record.insert("previousRecordHash".into(), json!(entry.sd_jwt.record_hash().to_string()));
        }
        if let Some(to) = to {
            record.insert("recipient".into(), named(to));
        }
        alter(&mut record);
        let previous = before.map(|entry| LeafHash::of_entry(&entry.event.leaf_bytes()).expect("an entry has a hash"));
        let previous = self.names_before.take().or(previous.map(|leaf| *leaf.as_bytes())).unwrap_or_default();
        let index = self.registry.enter(Entry::altered(&record, &key(who), |content| content.previous = previous));
        self.told.push((of.to_owned(), index));
        index
    }

    /// Everything said of a receivable and of its parts, whose references begin with its own.
    pub fn said_of(&self, of: &str) -> Vec<usize> {
        self.told.iter().filter(|(asset, _)| asset.starts_with(of)).map(|&(_, index)| index).collect()
    }

    /// Applied for by the seller.
    pub fn apply(&mut self, of: &str) -> usize {
        self.say(SELLER, of, "APPLY", None, terms(of))
    }

    /// Applied for and accepted by the buyer.
    pub fn accepted(&mut self, of: &str) -> usize {
        self.apply(of);
        self.say(BUYER, of, "ACCEPT", None, json!({"acceptedAmount": "84300.00", "currency": "EUR"}))
    }

    /// Applied for, accepted by the buyer and confirmed by the bank.
    pub fn confirmed(&mut self, of: &str) -> usize {
        self.accepted(of);
        self.say(BANK, of, "CONFIRM", None, confirmation())
    }

    /// Anchors what was said, and buries the anchor.
    pub fn seal(&mut self) {
        self.registry.anchor();
        self.registry.bury();
    }

    /// The proof of a record with others beside it, and the registrations of all who signed, under the newest anchor.
    pub fn prove(&self, index: usize, history: &[usize]) -> Bundle {
        let last = self.registry.anchors.len() - 1;
        let mut signers: Vec<KeyId> = Vec::new();
        for &at in [index].iter().chain(history) {
            let signer = self.registry.entries[at].event.key_id();
            if !signers.contains(&signer) {
                signers.push(signer);
            }
        }
        let registered = signers.iter().filter_map(|signer| self.registered.get(signer));
        Bundle {
            record: self.registry.logged(index, last),
            history: history.iter().map(|&at| self.registry.logged(at, last)).collect(),
            parties: registered.map(|&at| self.registry.logged(at, last)).collect(),
            anchors: (0..=last).map(|at| self.registry.claim(at, at == last)).collect(),
            ..self.registry.prove(index)
        }
    }
}

/// The bank's confirmation of the whole.
pub fn confirmation() -> Value {
    json!({"amount": "84300.00", "currency": "EUR", "mode": "ON_APPLICATION", "rank": 1,
        "confirmer": named(BANK), "expiryDate": "2026-06-22"})
}
