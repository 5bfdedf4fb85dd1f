//! A registry in memory, complete from its keys to its chain: it makes genuine proofs, and lets a test be the attacker at
//! any point. Everything it makes is the same each time.
#![allow(dead_code, unused_imports, reason = "each test file uses a part of it")]

#[path = "loopback.rs"]
pub mod loopback;
#[path = "reader.rs"]
mod reader;
#[path = "regtest.rs"]
mod regtest;

use plimsoll::chain::{OutPoint, Transaction, TxIn, TxOut};
use plimsoll::crypto::hash::{Hash, sha256};
use plimsoll::crypto::key::{SecretKey, Suite};
use plimsoll::encoding::encode_base64url;
use plimsoll::proof::anchor::AnchorPayload;
use plimsoll::proof::bundle::{AnchorClaim, BUNDLE_FORMAT, Bundle, Bytes, HeaderRun, LoggedRecord, RegistryRef};
use plimsoll::proof::policy::{POLICY_FORMAT, RegistryPolicy};
use plimsoll::proof::recorded::asset_key_of;
use plimsoll::registry::event::{Event, EventContent};
use plimsoll::time::UnixTime;
use plimsoll::tlog::{Checkpoint, LeafHash, Log, LogSigner, Note, NoteSignature, TlogProof, Witness};
use plimsoll::trade::record::Record;
use plimsoll::trade::record_issue::disclosable;
use plimsoll::trade::sd_jwt::{RECORD_TYP, SdJwt};
use plimsoll::trade::sd_jwt_issue::issue;
use serde_json::{Map, Value, json};

pub use reader::{Reader, engine_of, take_in};
pub use regtest::{Chain, coinbase, filler};

/// The reader's clock: long after every block.
pub const NOW: UnixTime = UnixTime(1_800_000_000);
/// The log's origin.
pub const ORIGIN: &str = "registry.example/log";
/// The witnesses' key names.
pub const WITNESSES: [&str; 3] = ["one.example/witness", "two.example/witness", "three.example/witness"];
/// Witnesses that must cosign.
pub const QUORUM: usize = 2;
/// Confirmations the policy asks for.
pub const CONFIRMATIONS: u32 = 6;
/// Blocks between two anchors at most, as the first one promises.
pub const CADENCE: u32 = 20;
/// The place of the first record of [`Registry::sample`], and of the one that most attacks are about.
pub const FIRST: usize = 2;
/// The bank's confirmation of the first record: two anchors lie before its own.
pub const SUBJECT: usize = 4;

/// Somebody's key.
pub fn key(name: &str) -> SecretKey {
    SecretKey::from_bytes(Suite::Ed25519, &sha256(name.as_bytes())).unwrap()
}

/// Somebody's key of the other suite.
pub fn p256_key(name: &str) -> SecretKey {
    SecretKey::from_bytes(Suite::P256, &sha256(name.as_bytes())).unwrap()
}

/// The members of an object.
pub fn members(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(members) => members,
        other => panic!("not an object: {other}"),
    }
}

/// A record that confirms or issues a receivable, as its signer wrote it.
pub fn receivable(reference: &str, action: &str, signer: &SecretKey, name: &str) -> Map<String, Value> {
    let body = match action {
        "APPLY" => json!({"faceAmount": "84300.00", "currency": "EUR", "maturityDate": "2026-06-30"}),
        _ => json!({"amount": "84300.00", "currency": "EUR"}),
    };
    members(json!({
        "recordType": "receivable", "recordId": format!("{reference}-{action}"), "schemaVersion": "1",
        "subject": {"scheme": "receivable", "reference": reference, "blinding": encode_base64url(&[7; 16])},
        "sequence": 1, "actionCode": action, "actionDateTime": "2026-03-02T22:10:00+08:00",
        "actor": {"key": signer.public().to_jwk(), "partyName": name}, "body": body,
    }))
}

/// The registration of a party's key, by whoever `signer` is.
pub fn registration(name: &str, party: &SecretKey, signer: &SecretKey) -> Map<String, Value> {
    let code = json!({"codeListProvider": "GLEIF", "codeListName": "LEI", "partyCode": "529900T8BM49AURSDO55"});
    members(json!({
        "recordType": "party", "recordId": format!("party-{name}"), "schemaVersion": "1",
        "subject": {"scheme": "party", "reference": party.public().id().to_string(), "blinding": ""},
        "sequence": 1, "actionCode": "REGISTER", "actionDateTime": "2026-03-01T09:00:00Z",
        "actor": {"key": signer.public().to_jwk(), "partyName": "Example Registry"},
        "body": {"partyName": name, "role": "party", "key": party.public().to_jwk(), "identifyingCodes": [code]},
    }))
}

/// Signs a payload as it is, whether or not anybody should.
pub fn sign_record(payload: &Map<String, Value>, signer: &SecretKey) -> SdJwt {
    let mut count = 0_u128;
    let mut salts = || {
        count += 1;
        sha256(&[&count.to_be_bytes()[..], Value::Object(payload.clone()).to_string().as_bytes()].concat())[..16]
            .try_into()
            .unwrap()
    };
    issue(payload, RECORD_TYP, &disclosable, &mut salts, signer).unwrap()
}

/// A record and its entry.
#[derive(Clone)]
pub struct Entry {
    pub sd_jwt: SdJwt,
    pub event: Event,
}

impl Entry {
    /// A record and the entry that belongs to it, by one signer.
    pub fn of(payload: &Map<String, Value>, signer: &SecretKey) -> Self {
        Self::altered(payload, signer, |_| {})
    }

    /// The same, with an entry that says something else.
    pub fn altered(payload: &Map<String, Value>, signer: &SecretKey, alter: impl Fn(&mut EventContent)) -> Self {
        let sd_jwt = sign_record(payload, signer);
        let mut content = content_of(&sd_jwt);
        alter(&mut content);
        Self { sd_jwt, event: Event::sign(content, signer).unwrap() }
    }
}

/// What the entry of a record says.
pub fn content_of(sd_jwt: &SdJwt) -> EventContent {
    let record = Record::parse(sd_jwt.disclose().unwrap().payload().clone()).unwrap();
    EventContent {
        asset_key: asset_key_of(&record).unwrap(),
        version: record.sequence,
        previous: record.previous_record_hash.map_or([0; 32], |hash| hash.0),
        kind: record.action.kind,
        time_ms: record.action_time_ms.try_into().unwrap(),
        record_hash: sd_jwt.record_hash().0,
    }
}

/// An anchor about to be made.
#[derive(Clone)]
pub struct AnchorDraft {
    pub inputs: Vec<TxIn>,
    pub outputs: Vec<TxOut>,
    pub note: Note,
    pub consistency: Vec<Hash>,
}

impl AnchorDraft {
    /// Lets it commit to another number and checkpoint.
    pub fn commit_to(&mut self, sequence: u32, note: Note) {
        self.outputs[1].script = AnchorPayload { sequence, checkpoint_hash: note.text_hash() }.to_script();
        self.note = note;
    }
}

/// An anchor in the chain.
#[derive(Clone)]
pub struct Anchor {
    pub tx: Transaction,
    pub note: Note,
    pub consistency: Vec<Hash>,
    pub height: u32,
}

/// A registry.
#[derive(Clone, Default)]
pub struct Registry {
    pub log: Log,
    pub entries: Vec<Entry>,
    pub anchors: Vec<Anchor>,
    pub chain: Chain,
}

impl Registry {
    /// Two parties registered and anchored; two receivables issued by the seller and anchored; the first confirmed by the
    /// bank, and another issued, and anchored; all of it buried.
    pub fn sample() -> Self {
        let mut registry = Self::founded();
        registry.add_receivables();
        registry.bury();
        registry
    }

    /// The parties, anchored.
    pub fn founded() -> Self {
        let mut registry = Self::default();
        registry.chain.bury(3);
        for (name, party) in [("Ningbo Exports", "seller"), ("Rhine Bank", "bank")] {
            registry.enter(Entry::of(&registration(name, &key(party), &key("registrar")), &key("registrar")));
        }
        registry.anchor();
        registry
    }

    /// The same parties on another chain.
    pub fn founded_elsewhere() -> Self {
        let mut registry = Self::default();
        registry.chain.mine(vec![filler(6)]);
        registry.enter_all(&Self::founded().entries);
        registry.anchor();
        registry
    }

    /// The receivables, anchored in two steps.
    pub fn add_receivables(&mut self) {
        let seller = key("seller");
        for reference in ["RCV-1", "RCV-2"] {
            self.enter(Entry::of(&receivable(reference, "APPLY", &seller, "Ningbo Exports"), &seller));
        }
        self.anchor();
        self.enter(self.confirmation());
        self.enter(Entry::of(&receivable("RCV-3", "APPLY", &seller, "Ningbo Exports"), &seller));
        self.anchor();
    }

    /// The bank's confirmation of the first receivable.
    pub fn confirmation(&self) -> Entry {
        let (before, bank) = (&self.entries[FIRST], key("bank"));
        let mut payload = receivable("RCV-1", "CONFIRM", &bank, "Rhine Bank");
        payload.insert("sequence".into(), json!(2));
        payload.insert("previousRecordHash".into(), json!(before.sd_jwt.record_hash().to_string()));
        let previous = LeafHash::of_entry(&before.event.leaf_bytes()).unwrap();
        Entry::altered(&payload, &bank, |content| content.previous = *previous.as_bytes())
    }

    /// As many blocks as the policy asks for.
    pub fn bury(&mut self) {
        self.chain.bury(CONFIRMATIONS - 1);
    }

    /// Enters a record into the log; its place.
    pub fn enter(&mut self, entry: Entry) -> usize {
        self.log.append(&entry.event.leaf_bytes()).unwrap();
        self.entries.push(entry);
        self.entries.len() - 1
    }

    /// Enters records made elsewhere.
    pub fn enter_all(&mut self, entries: &[Entry]) {
        for entry in entries {
            self.enter(entry.clone());
        }
    }

    /// The log as it is; the first checkpoint promises the cadence.
    pub fn checkpoint(&self) -> Checkpoint {
        let cadence = Checkpoint::cadence_line(CADENCE);
        let first: &[&str] = if self.anchors.is_empty() { &[&cadence] } else { &[] };
        self.log.checkpoint(ORIGIN, first).unwrap()
    }

    /// The next anchor, as it should be.
    pub fn draft(&self) -> AnchorDraft {
        let previous = match self.anchors.last() {
            Some(before) => OutPoint { txid: before.tx.txid(), index: 0 },
            None => OutPoint { txid: filler(0).txid(), index: 0 },
        };
        let checkpoint = self.checkpoint();
        let consistency = match self.anchors.last() {
            Some(before) => self.log.consistency_proof(size_of(&before.note), checkpoint.size()).unwrap(),
            None => vec![],
        };
        let sequence = self.anchors.len().try_into().unwrap();
        let payload = AnchorPayload { sequence, checkpoint_hash: checkpoint.body_hash() };
        AnchorDraft {
            inputs: vec![TxIn { previous, script: vec![], sequence: u32::MAX }],
            outputs: vec![TxOut { value: 1000, script: vec![0x51] }, TxOut { value: 0, script: payload.to_script() }],
            note: note(&checkpoint),
            consistency,
        }
    }

    /// Mines a block with an anchor among other transactions.
    pub fn publish(&mut self, draft: AnchorDraft) {
        let AnchorDraft { inputs, outputs, note, consistency } = draft;
        let tx = Transaction::new(2, inputs, outputs, 0).unwrap();
        self.chain.mine(vec![filler(1), filler(2), tx.clone(), filler(3)]);
        self.anchors.push(Anchor { tx, note, consistency, height: self.chain.height() });
    }

    /// Anchors the log.
    pub fn anchor(&mut self) {
        self.publish(self.draft());
    }

    /// The registry's policy.
    pub fn policy(&self) -> RegistryPolicy {
        RegistryPolicy::parse(&self.policy_text()).unwrap()
    }

    /// Its text.
    pub fn policy_text(&self) -> String {
        self.policy_with(&json!({}))
    }

    /// Its text, with other members.
    pub fn policy_with(&self, changes: &Value) -> String {
        let mut text = json!({
            "format": POLICY_FORMAT, "name": "Example Registry", "network": "regtest",
            "logPolicy": log_policy(QUORUM), "firstAnchor": self.anchors[0].tx.txid().to_string(),
            "registrar": key("registrar").public().to_jwk(), "minConfirmations": CONFIRMATIONS,
        });
        for (member, value) in changes.as_object().unwrap() {
            text[member] = value.clone();
        }
        text.to_string()
    }

    /// The first anchor that covers an entry.
    pub fn covering(&self, index: usize) -> usize {
        self.anchors.iter().position(|anchor| size_of(&anchor.note) > index as u64).expect("an anchor covers it")
    }

    /// A proof of the entry at a place in the log, its signer's registration beside it.
    pub fn prove(&self, index: usize) -> Bundle {
        let last = self.covering(index);
        let signer = self.entries[index].event.key_id().to_string();
        let registers = |entry: &Entry| entry.sd_jwt.signed_payload()["subject"]["reference"] == *signer;
        let registered = self.entries.iter().position(registers);
        Bundle {
            format: BUNDLE_FORMAT.into(),
            registry: RegistryRef::Policy(self.policy_text()),
            record: self.logged(index, last),
            history: vec![],
            parties: registered.into_iter().map(|party| self.logged(party, last)).collect(),
            anchors: (0..=last).map(|sequence| self.claim(sequence, sequence == last)).collect(),
            headers: None,
        }
    }

    /// The headers, as a proof carries them.
    pub fn carried(&self, from: u32) -> HeaderRun {
        HeaderRun { network: "regtest".into(), from, run: Bytes(self.chain.run(from)) }
    }

    /// An entry under the checkpoint of an anchor.
    pub fn logged(&self, index: usize, anchor: usize) -> LoggedRecord {
        let Entry { sd_jwt, event } = &self.entries[index];
        let note = self.anchors[anchor].note.clone();
        let hashes = self.log.inclusion_proof(index as u64, size_of(&note)).unwrap();
        LoggedRecord {
            sd_jwt: sd_jwt.to_string(),
            event: Bytes(event.leaf_bytes()),
            log_proof: TlogProof::new(index as u64, hashes, note).unwrap().to_text(),
        }
    }

    /// An anchor, with its block or without.
    pub fn claim(&self, sequence: usize, with_block: bool) -> AnchorClaim {
        let Anchor { tx, note, consistency, height } = &self.anchors[sequence];
        AnchorClaim {
            tx: Bytes(tx.encode()),
            checkpoint: note.text().to_owned(),
            consistency: consistency.iter().map(|hash| Bytes(hash.to_vec())).collect(),
            block: with_block.then(|| self.chain.prove(*height, tx.txid())),
        }
    }
}

/// The log policy with so many witnesses asked for.
pub fn log_policy(quorum: usize) -> String {
    let mut text = format!("log {}\n", log_signer().verifier_key());
    for (number, name) in (1..).zip(WITNESSES) {
        text += &format!("witness w{number} {}\n", witness(name).verifier_key());
    }
    text + &format!("group witnesses {quorum} w1 w2 w3\nquorum witnesses\n")
}

/// The log's key.
pub fn log_signer() -> LogSigner {
    LogSigner::new(ORIGIN, key("log")).unwrap()
}

/// A witness that remembers nothing, so that an attacker can have its signature on anything.
pub fn witness(name: &str) -> Witness {
    Witness::new(name, key(name)).unwrap()
}

/// A witness's signature line.
pub fn cosignature(note: &Note, name: &str) -> NoteSignature {
    witness(name).cosign(note, log_signer().verifier_key(), &[], 1_790_000_000).unwrap()
}

/// A checkpoint signed by the log alone.
pub fn signed(checkpoint: &Checkpoint) -> Note {
    log_signer().sign(checkpoint).unwrap()
}

/// A checkpoint signed by the log and every witness.
pub fn note(checkpoint: &Checkpoint) -> Note {
    let signed = signed(checkpoint);
    signed.with_signatures(&WITNESSES.map(|name| cosignature(&signed, name))).unwrap()
}

/// The size of the tree a note speaks of.
pub fn size_of(note: &Note) -> u64 {
    Checkpoint::parse(note.text()).unwrap().size()
}
