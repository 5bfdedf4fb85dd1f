//! The sample story's flows, held against one another: nothing of them is broken but by the invoice that is sold twice, and what
//! is not told is said.

#[path = "common/sample_story.rs"]
mod sample_story;
#[path = "common/story.rs"]
mod story;

use plimsoll::trade::flows::dossier;
use plimsoll::trade::flows::table::Topic;
use plimsoll::trade::replay::history::Entry;
use plimsoll::trade::rule::{Rule, Ruling, Sheet};
use sample_story::told;

/// The second and third receivable on an invoice that stands behind one already.
const DOUBLES: [&str; 2] = ["RCV-2026-0046", "RCV-2026-0047"];

#[test]
fn an_invoice_sold_twice_is_the_only_thing_amiss() {
    let story = told();
    let mut sheet = Sheet::default();
    let _ = dossier(&story.entries(), None, &mut sheet);
    let broken: Vec<String> =
        (1..=10).map(Rule::F).filter(|&rule| sheet.ruling(rule).severity().is_some()).map(Rule::code).collect();
    assert_eq!(broken, ["F6"]);
    let told = format!("{:?}", sheet.ruling(Rule::R(6)));
    for found in ["twice (exactly): RCV-2026-0042 and RCV-2026-0046", "(similarly): RCV-2026-0042 and RCV-2026-0047"] {
        assert!(told.contains(found), "{told}");
    }
}

#[test]
fn the_other_flows_of_the_sample_story_agree() {
    let story = told();
    let honest = |entry: &Entry<'_>| !DOUBLES.contains(&entry.record.subject.reference.as_str());
    let entries: Vec<_> = story.entries().into_iter().filter(honest).collect();
    let mut sheet = Sheet::default();
    let dossier = dossier(&entries, None, &mut sheet);
    for number in 1..=10 {
        let ruling = sheet.ruling(Rule::F(number));
        assert_eq!(ruling.severity(), None, "F{number}: {ruling:?}");
    }
    let first = &dossier.deals[0].sheet;
    for number in [1, 2, 3, 5, 8] {
        let ruling = first.ruling(Rule::F(number));
        assert!(matches!(ruling, Ruling::Held { cases } if cases > 0), "F{number}: {ruling:?}");
    }
    for (number, lacking) in [(4, "purchase order"), (9, "freight invoice")] {
        let ruling = first.ruling(Rule::F(number));
        assert!(matches!(ruling, Ruling::NotChecked { .. }) && format!("{ruling:?}").contains(lacking), "{ruling:?}");
    }
    let table = dossier.table(&entries, 0).expect("a deal");
    assert!(table.rows.len() > 10 && table.rows.iter().any(|row| row.topic == Topic::Delivery));
    let [savings] = dossier.clearings.rounds[0].savings.as_slice() else { panic!("one currency") };
    assert!(savings.multilateral.payments < savings.gross.payments);
    let minor = |cost: Option<plimsoll::trade::amount::Amount>| cost.expect("a settled round").minor_units();
    assert!(minor(savings.multilateral.cost) < minor(savings.gross.cost));
}
