//! How fast records are replayed and cross-checked on this machine:
//!
//! ```text
//! cargo run --profile tool --example dossier_speed -- 100000
//! ```
//!
//! Consistent dossiers are made on the spot: bills with their title and containers, customs, receipts, invoices, freight,
//! receivables, and clearing rounds. The quickest of some rounds counts: what else the machine does only ever adds time.

#[path = "../tests/common/dossiers.rs"]
mod dossiers;
#[path = "../tests/common/story.rs"]
mod story;

use plimsoll::trade::flows::dossier;
use plimsoll::trade::flows::invoices;
use plimsoll::trade::replay::{receivable, shipment};
use plimsoll::trade::rule::{Rule, Ruling, Sheet};
use std::time::Instant;

const ROUNDS: usize = 5;

fn quickest<T>(what: &str, records: usize, mut work: impl FnMut() -> T) -> T {
    let mut best = f64::INFINITY;
    let mut made: Option<T> = None;
    for _ in 0..ROUNDS {
        // What the round before made is gone when the clock starts.
        made = None;
        let since = Instant::now();
        let done = work();
        best = best.min(since.elapsed().as_secs_f64());
        made.get_or_insert(done);
    }
    println!("{what}: {:.0} ms, {:.2} µs a record", best * 1e3, best * 1e6 / records as f64);
    made.expect("there is a round")
}

fn main() {
    let wanted = std::env::args().nth(1).map_or(100_000, |text| text.parse().expect("a number of records"));
    let since = Instant::now();
    let story = dossiers::story(wanted);
    let records = story.told.len();
    println!("{records} records made in {:.1} s", since.elapsed().as_secs_f64());
    let entries = story.entries();
    quickest("receivables replayed", records, || receivable::replay(&entries, None, &mut Sheet::default()));
    quickest("shipments replayed", records, || shipment::replay(&entries, None, &mut Sheet::default()));
    quickest("invoices replayed", records, || invoices::replay(&entries, None, &mut Sheet::default()));
    let (dossier, sheet) = quickest("all replayed and cross-checked", records, || {
        let mut sheet = Sheet::default();
        (dossier(&entries, None, &mut sheet), sheet)
    });
    println!("{} deals, {} rounds", dossier.deals.len(), dossier.clearings.rounds.len());
    let (mut held, mut open) = (0, 0);
    for (rule, ruling) in sheet.rulings() {
        match ruling {
            Ruling::Held { cases } => held += cases,
            Ruling::NotChecked { .. } => open += 1,
            Ruling::Broken { .. } => panic!("{}: {ruling:?}", rule.code()),
        }
    }
    println!("{held} cases of rules held, {open} rules not checked");
    assert!(matches!(sheet.ruling(Rule::F(1)), Ruling::Held { .. }), "{:?}", sheet.ruling(Rule::F(1)));
    quickest("a deal laid out as a table", 1, || dossier.table(&entries, dossier.deals.len() / 2));
}
