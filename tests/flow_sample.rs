//! The sample story's flows, held against one another: nothing of them is broken, and what is not told is said.

#[path = "common/sample_story.rs"]
mod sample_story;
#[path = "common/story.rs"]
mod story;

use plimsoll::trade::flows::dossier;
use plimsoll::trade::flows::table::Topic;
use plimsoll::trade::rule::{Rule, Ruling, Sheet};
use sample_story::told;

#[test]
fn the_sample_story_s_flows_agree() {
    let story = told();
    let entries = story.entries();
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
