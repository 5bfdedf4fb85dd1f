//! Random legal histories of receivables keep every invariant, and each illegal step is refused with its rule.
//!
//! The model is a second, simpler writing of the life cycle: who holds it and how much is open, by hand.

#[path = "common/bilingual.rs"]
mod bilingual;
#[path = "common/story.rs"]
mod story;
#[path = "receivable/told.rs"]
#[allow(dead_code, reason = "each test file uses a part of it")]
mod told;

use plimsoll::trade::replay::receivable::state::Stage;
use plimsoll::trade::replay::receivable::tree::{draw, root_of};
use plimsoll::trade::rule::{Rule, Severity};
use serde_json::json;
use std::collections::BTreeMap;
use told::{BANK, BUYER, FINANCIER, SECOND_BANK, SELLER, SUPPLIER, Told};

const HISTORIES: u64 = 2_500;
const STEPS: usize = 14;
const HOLDERS: [&str; 4] = [SELLER, FINANCIER, SUPPLIER, SECOND_BANK];

/// A live receivable, as the model has it.
#[derive(Debug, Clone)]
struct Model {
    holder: &'static str,
    open: i128,
    confirmed: bool,
    pledgee: Option<&'static str>,
}

fn money(minor: i128) -> String {
    format!("{}.{:02}", minor / 100, minor % 100)
}

struct World {
    told: Told,
    live: BTreeMap<String, Model>,
    paid: i128,
    face: i128,
    next: usize,
}

impl World {
    fn new(random: &mut fastrand::Rng) -> Self {
        let face = i128::from(random.u32(10_000..90_000_000));
        let mut told = Told::default();
        let invoice = json!([{"documentNumber": "Q-1", "issueDate": "2026-01-22", "totalInvoiceAmount": money(face)}]);
        told.apply_with("R", &json!({"faceAmount": money(face), "invoiceReferences": invoice}));
        told.accept_of("R", &money(face));
        let root = Model { holder: SELLER, open: face, confirmed: false, pledgee: None };
        Self { told, live: BTreeMap::from([("R".to_owned(), root)]), paid: 0, face, next: 0 }
    }

    /// One legal step, chosen at random.
    fn step(&mut self, random: &mut fastrand::Rng) {
        let names: Vec<String> = self.live.keys().cloned().collect();
        let Some(of) = random.choice(names) else { return };
        let model = self.live[&of].clone();
        let told = &mut self.told;
        let fresh_root = of == "R" && told.story.told.len() == 2;
        match random.u8(0..7) {
            0 if fresh_root => {
                told.say(BANK, &of, "CONFIRM", None, json!({"amount": money(model.open), "expiryDate": "2026-06-22"}));
                self.live.get_mut(&of).unwrap().confirmed = true;
            }
            1 if model.pledgee.is_none() => {
                let others: Vec<&str> = HOLDERS.into_iter().filter(|name| *name != model.holder).collect();
                let to = random.choice(others).unwrap();
                told.say(model.holder, &of, "TRANSFER", Some(to), json!({"amount": money(model.open)}));
                self.live.get_mut(&of).unwrap().holder = to;
            }
            2 if model.pledgee.is_none() && model.open > 3 => {
                let cut = i128::from(random.u64(1..u64::try_from(model.open).unwrap()));
                let parts: Vec<(String, i128)> = [cut, model.open - cut]
                    .into_iter()
                    .map(|amount| {
                        self.next += 1;
                        (format!("R-{}", self.next), amount)
                    })
                    .collect();
                let children: Vec<_> =
                    parts.iter().map(|(id, amount)| json!({"id": id, "amount": money(*amount)})).collect();
                told.say(model.holder, &of, "SPLIT", None, json!({"children": children, "currency": "EUR"}));
                self.live.remove(&of);
                for (id, amount) in parts {
                    told.say(
                        model.holder,
                        &id,
                        "APPLY",
                        None,
                        json!({"faceAmount": money(amount), "currency": "EUR",
                        "issueDate": "2026-01-22", "maturityDate": "2026-05-22", "parentReceivableId": of}),
                    );
                    self.live.insert(id, Model { open: amount, ..model.clone() });
                }
            }
            3 if model.pledgee.is_none() => {
                told.say(model.holder, &of, "PLEDGE", Some(BANK), json!({"securedAmount": "1.00"}));
                self.live.get_mut(&of).unwrap().pledgee = Some(BANK);
            }
            4 if model.pledgee.is_some() => {
                told.say(BANK, &of, "RELEASE", None, json!({}));
                self.live.get_mut(&of).unwrap().pledgee = None;
            }
            5 => {
                let amount = i128::from(random.u64(1..=u64::try_from(model.open).unwrap()));
                told.say(BUYER, &of, "PAY", Some(model.holder), json!({"amount": money(amount)}));
                self.paid += amount;
                match model.open == amount {
                    true => drop(self.live.remove(&of)),
                    false => self.live.get_mut(&of).unwrap().open -= amount,
                }
            }
            _ => {
                told.say(model.holder, &of, "PRESENT", None, json!({}));
            }
        }
    }
}

#[test]
fn legal_histories_keep_every_invariant() {
    let mut records = 0;
    for seed in 0..HISTORIES {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut world = World::new(&mut random);
        for _ in 0..STEPS {
            world.step(&mut random);
        }
        records += world.told.story.told.len();
        let (replayed, sheet) = world.told.replay();
        for (rule, ruling) in sheet.rulings() {
            assert!(ruling.severity() < Some(Severity::Warning), "seed {seed}: {} {ruling:?}", rule.code());
        }
        let tree = draw(&replayed.lives, root_of(&replayed.lives, "R"));
        assert_eq!((tree.accepted, tree.together), (Some(world.face), Some(world.face)), "seed {seed}");
        let open: i128 = world.live.values().map(|model| model.open).sum();
        assert_eq!(open + world.paid, world.face, "seed {seed}: the model itself conserves");
        for (reference, model) in &world.live {
            let state = replayed.lives.state(reference).unwrap();
            assert_eq!(state.holder.name.as_deref(), Some(model.holder), "seed {seed} {reference}");
            assert_eq!(state.outstanding(), Some(model.open), "seed {seed} {reference}");
            assert_eq!(state.pledge.is_some(), model.pledgee.is_some(), "seed {seed} {reference}");
            assert!(!state.stage.is_closed(), "seed {seed} {reference}");
            assert_eq!(!state.confirmations.is_empty(), model.confirmed, "seed {seed} {reference}");
        }
        for node in &tree.nodes {
            let live = world.live.contains_key(&node.reference);
            assert_eq!(node.stage.is_some_and(Stage::is_closed), !live, "seed {seed} {}", node.reference);
        }
    }
    println!("{HISTORIES} histories, {records} records");
}

/// An illegal step on a live receivable, and the rule that must refuse it.
type Illegal = (&'static str, u8, fn(&mut Told, &str, &Model) -> bool);

const ILLEGAL: &[Illegal] = &[
    ("transferred by a stranger", 2, |told, of, model| {
        told.say("A Stranger", of, "TRANSFER", Some(SUPPLIER), json!({}));
        model.pledgee.is_none()
    }),
    ("accepted again", 3, |told, of, _| {
        told.say(BUYER, of, "ACCEPT", None, json!({"acceptedAmount": "1.00"}));
        true
    }),
    ("overpaid", 9, |told, of, model| {
        told.say(BUYER, of, "PAY", Some(model.holder), json!({"amount": money(model.open + 1)}));
        true
    }),
    ("paid to another", 9, |told, of, model| {
        told.say(BUYER, of, "PAY", Some("A Stranger"), json!({"amount": money(model.open)}));
        true
    }),
    ("disposed of while pledged", 5, |told, of, model| {
        told.say(model.holder, of, "TRANSFER", Some(SUPPLIER), json!({}));
        model.pledgee.is_some()
    }),
    ("released without pledge", 5, |told, of, model| {
        told.say(BANK, of, "RELEASE", None, json!({}));
        model.pledgee.is_none()
    }),
    ("split into more than it is", 1, |told, of, model| {
        let parts = json!([{"id": "X-1", "amount": money(model.open)}, {"id": "X-2", "amount": "0.01"}]);
        told.say(model.holder, of, "SPLIT", None, json!({"children": parts, "currency": "EUR"}));
        model.pledgee.is_none()
    }),
    ("overdue before it is due", 10, |told, of, model| {
        told.say(model.holder, of, "DEFAULT", None, json!({"unpaidAmount": money(model.open)}));
        true
    }),
    ("confirmed after it moved", 4, |told, of, model| {
        told.say(model.holder, of, "TRANSFER", Some("Another Holder"), json!({}));
        told.say(SECOND_BANK, of, "CONFIRM", None, json!({"amount": money(model.open), "expiryDate": "2026-06-22"}));
        model.pledgee.is_none() && !model.confirmed
    }),
    ("transferred after it was due", 8, |told, of, model| {
        told.on("2026-05-23T00:00:00Z", model.holder, of, "TRANSFER", Some("Another Holder"), json!({}));
        model.pledgee.is_none()
    }),
    ("paid in another currency", 7, |told, of, model| {
        told.say(BUYER, of, "PAY", Some(model.holder), json!({"amount": "1.00", "currency": "USD"}));
        true
    }),
    ("financed beyond its share", 11, |told, of, model| {
        let body = json!({"TotalFinancedAmount": money(model.open), "AppliedPercentage": "0.01"});
        told.say(model.holder, of, "FINANCE", Some("Another Holder"), body);
        model.pledgee.is_none()
    }),
];

#[test]
fn each_illegal_step_is_refused_with_its_rule() {
    let mut tried = BTreeMap::new();
    for seed in 0..HISTORIES {
        let mut random = fastrand::Rng::with_seed(seed);
        let mut world = World::new(&mut random);
        for _ in 0..random.usize(0..STEPS) {
            world.step(&mut random);
        }
        let Some((of, model)) = random.choice(world.live.clone().into_iter().collect::<Vec<_>>()) else { continue };
        let (what, rule, act) = ILLEGAL[usize::try_from(seed).unwrap() % ILLEGAL.len()];
        if !act(&mut world.told, &of, &model) {
            continue;
        }
        let (_, sheet) = world.told.replay();
        assert_eq!(sheet.ruling(Rule::R(rule)).severity(), Some(Severity::Error), "seed {seed}: {what}");
        *tried.entry(what).or_insert(0) += 1;
    }
    assert_eq!(tried.len(), ILLEGAL.len(), "each kind came up: {tried:?}");
    println!("{tried:?}");
}
