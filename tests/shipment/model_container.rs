//! Containers: random legal lives, with forecasts and events taken back among them.

use crate::told::{BOX, CARRIER, POD, POL, Told, VIA, hour};
use plimsoll::trade::replay::shipment::container::{Container, Phase};
use plimsoll::trade::rule::{Rule, Ruling, Severity, Sheet};
use serde_json::{Value, json};

const HISTORIES: u64 = 2_500;
const STEPS: usize = 16;

/// A step: event, laden or empty, place, and the model's state after it.
type Step = (&'static str, &'static str, &'static str, usize);

/// The phases of the model's states; `None` before the first event. The last but one is delivered and stripped.
const PHASES: [Option<Phase>; 11] = [
    None,
    Some(Phase::EmptyOut),
    Some(Phase::Stuffed),
    Some(Phase::InTerminal),
    Some(Phase::OnBoard),
    Some(Phase::Discharged),
    Some(Phase::Released),
    Some(Phase::OutOfTerminal),
    Some(Phase::Delivered),
    Some(Phase::Delivered),
    Some(Phase::EmptyReturned),
];

/// What may happen in each state.
const LEGAL: [&[Step]; 11] = [
    &[("GTOT", "EMPTY", "DEPO", 1), ("STUF", "LADEN", "CLOC", 2), ("GTIN", "LADEN", POL, 3)],
    &[("STUF", "LADEN", "CLOC", 2), ("GTIN", "LADEN", POL, 3), ("GTIN", "EMPTY", "DEPO", 10)],
    &[("GTIN", "LADEN", POL, 3), ("CROS", "LADEN", POL, 2)],
    &[("INSP", "LADEN", POL, 3), ("RSEA", "LADEN", POL, 3), ("LOAD", "LADEN", POL, 4), ("CUSR", "", POL, 3)],
    &[("DISC", "LADEN", VIA, 5), ("DISC", "LADEN", POD, 5), ("CUSR", "", POD, 4)],
    &[
        ("LOAD", "LADEN", VIA, 4),
        ("CUSS", "", POD, 5),
        ("CUSI", "", POD, 5),
        ("INSP", "LADEN", POD, 5),
        ("RSEA", "LADEN", POD, 5),
        ("CUSR", "", POD, 6),
        ("GTOT", "LADEN", POD, 7),
    ],
    &[("INSP", "LADEN", POD, 6), ("RSEA", "LADEN", POD, 6), ("AVPU", "LADEN", POD, 6), ("GTOT", "LADEN", POD, 7)],
    &[("DROP", "LADEN", "CLOC", 8), ("STRP", "EMPTY", "CLOC", 9), ("GTIN", "EMPTY", "DEPO", 10)],
    &[("STRP", "EMPTY", "CLOC", 9), ("GTIN", "EMPTY", "DEPO", 10)],
    &[("GTOT", "EMPTY", "CLOC", 9), ("GTIN", "EMPTY", "DEPO", 10)],
    &[("GTOT", "EMPTY", "DEPO", 1), ("STUF", "LADEN", "CLOC", 2)],
];

/// What may not.
const ILLEGAL: [&[Step]; 11] = [
    &[("LOAD", "LADEN", POL, 0), ("DISC", "LADEN", POD, 0), ("STRP", "EMPTY", "CLOC", 0), ("GTOT", "LADEN", POL, 0)],
    &[("LOAD", "LADEN", POL, 0), ("GTOT", "LADEN", POL, 0), ("DISC", "LADEN", POD, 0), ("CUSR", "", POD, 0)],
    &[("LOAD", "LADEN", POL, 0), ("STUF", "LADEN", "CLOC", 0), ("GTIN", "EMPTY", POL, 0), ("RSEA", "LADEN", POL, 0)],
    &[("GTOT", "LADEN", POL, 0), ("LOAD", "EMPTY", POL, 0), ("DISC", "LADEN", POL, 0), ("GTIN", "LADEN", POL, 0)],
    &[("LOAD", "LADEN", POL, 0), ("GTOT", "LADEN", POD, 0), ("STRP", "EMPTY", "CLOC", 0), ("DISC", "EMPTY", POD, 0)],
    &[("DISC", "LADEN", POD, 0), ("GTIN", "LADEN", POD, 0), ("DROP", "LADEN", "CLOC", 0), ("GTOT", "EMPTY", POD, 0)],
    &[("LOAD", "LADEN", POD, 0), ("CUSR", "", POD, 0), ("CUSI", "", POD, 0), ("STRP", "EMPTY", "CLOC", 0)],
    &[("LOAD", "LADEN", POD, 0), ("GTOT", "EMPTY", POD, 0), ("RSEA", "LADEN", POD, 0), ("STUF", "LADEN", "CLOC", 0)],
    &[("LOAD", "LADEN", POD, 0), ("GTIN", "LADEN", POD, 0), ("INSP", "LADEN", POD, 0), ("CUSR", "", POD, 0)],
    &[("STRP", "EMPTY", "CLOC", 0), ("DROP", "LADEN", "CLOC", 0), ("STUF", "LADEN", "CLOC", 0)],
    &[("GTIN", "EMPTY", "DEPO", 0), ("GTIN", "LADEN", POL, 0), ("LOAD", "EMPTY", POL, 0), ("STRP", "EMPTY", "CLOC", 0)],
];

struct Life {
    told: Told,
    state: usize,
    number: usize,
}

impl Life {
    fn tell(&mut self, (code, laden, place, _): Step, changes: &Value) -> usize {
        self.number += 1;
        let laden = if laden.is_empty() { Value::Null } else { json!(laden) };
        let mut body = json!({"eventID": format!("e-{}", self.number), "emptyIndicatorCode": laden});
        for (name, value) in changes.as_object().into_iter().flatten() {
            body[name] = value.clone();
        }
        self.told.event(code, place, body)
    }

    fn live(random: &mut fastrand::Rng, steps: usize) -> Self {
        let mut life = Self { told: Told::default(), state: 0, number: 0 };
        for _ in 0..steps {
            match random.u8(0..8) {
                // A forecast of anything at all changes nothing.
                0 => {
                    let table = if random.bool() { LEGAL } else { ILLEGAL };
                    let steps = table[random.usize(0..table.len())];
                    let of = *random.choice(steps).unwrap();
                    let ahead = hour(random.i64(0..600));
                    let classifier = if random.bool() { "PLN" } else { "EST" };
                    life.tell(of, &json!({"eventClassifierCode": classifier, "eventDateTime": ahead}));
                }
                // Nor does what its publisher took back.
                1 => {
                    let of = *random.choice(ILLEGAL[life.state]).unwrap();
                    life.tell(of, &json!({}));
                    let id = format!("e-{}", life.number);
                    life.tell(of, &json!({ "retractedEventID": id }));
                }
                _ => {
                    let step = *random.choice(LEGAL[life.state]).unwrap();
                    life.tell(step, &json!({}));
                    life.state = step.3;
                }
            }
        }
        life
    }

    fn replay(&self) -> (Container, Sheet) {
        let (mut shipment, sheet) = self.told.replay();
        assert_eq!(shipment.containers.len(), 1);
        (shipment.containers.remove(0), sheet)
    }
}

#[test]
fn legal_lives_of_containers_keep_every_invariant() {
    let mut records = 0;
    for seed in 0..HISTORIES {
        let mut random = fastrand::Rng::with_seed(seed);
        let life = Life::live(&mut random, STEPS);
        records += life.told.story.told.len();
        let (container, sheet) = life.replay();
        for (rule, ruling) in sheet.rulings() {
            assert_eq!(ruling.severity(), None, "seed {seed}: {} {ruling:?}", rule.code());
        }
        assert_eq!(container.phase, PHASES[life.state], "seed {seed}");
        assert_eq!((container.reference.as_str(), container.whole), (BOX, true));
        let rows = container.timeline.facts.len() + container.timeline.forecasts.len();
        assert_eq!(rows, life.told.story.told.len(), "seed {seed}: every record has its row");
        assert_eq!(container.delivered, matches!(life.state, 8 | 9) || container.delivered && life.state == 10);
        let times: Vec<i64> = container.timeline.facts.iter().map(|row| row.time.ms).collect();
        assert!(times.is_sorted(), "seed {seed}");
    }
    println!("{HISTORIES} lives of containers, {records} records");
}

#[test]
fn each_illegal_step_of_a_container_is_refused() {
    let mut refused = [0; 11];
    for seed in 0..HISTORIES {
        let mut random = fastrand::Rng::with_seed(seed ^ 0x5a5a);
        let steps = random.usize(0..STEPS);
        let mut life = Life::live(&mut random, steps);
        let step = *random.choice(ILLEGAL[life.state]).unwrap();
        let at = life.tell(step, &json!({}));
        let (_, sheet) = life.replay();
        let Ruling::Broken { breaches, more: 0 } = sheet.ruling(Rule::S(4)) else {
            panic!("seed {seed}: {step:?} in state {} passed", life.state);
        };
        assert_eq!(breaches.len(), 1, "seed {seed}: {breaches:?}");
        let record = &life.told.story.told[at].record.record_id;
        assert_eq!((&breaches[0].places[0].record, breaches[0].severity), (record, Severity::Error), "seed {seed}");
        refused[life.state] += 1;
    }
    assert!(refused.iter().all(|&count| count > 0), "every state was tried: {refused:?}");
    assert_eq!(CARRIER, "Plover Maritime Services Ltd.");
}
