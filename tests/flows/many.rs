//! Dossiers by the thousand, as the figure of how fast they are checked takes them.

use crate::dossiers;
use crate::told::check;
use plimsoll::trade::rule::{Lack, Rule, Ruling};

#[test]
fn consistent_dossiers_break_no_rule() {
    let story = dossiers::story(2_300);
    let (dossier, sheet) = check(&story);
    assert_eq!((dossier.deals.len(), dossier.clearings.rounds.len()), (105, 2));
    for deal in &dossier.deals {
        assert_eq!((deal.receivables.len(), deal.invoices.len(), deal.bills.len(), deal.freight.len()), (1, 1, 1, 1));
    }
    let mut held = 0;
    for (rule, ruling) in sheet.rulings() {
        assert_eq!(ruling.severity(), None, "{}: {ruling:?}", rule.code());
        held += u32::from(matches!(ruling, Ruling::Held { .. }));
    }
    for number in [1, 2, 3, 4, 5, 7, 8, 9] {
        let ruling = sheet.ruling(Rule::F(number));
        assert!(matches!(ruling, Ruling::Held { cases } if cases >= 105), "F{number}: {ruling:?}");
    }
    // Whether others finance the same, and whether other centres clear for the same, only others' records can say.
    for rule in [Rule::F(6), Rule::F(10)] {
        let Ruling::NotChecked { lacks, cases } = sheet.ruling(rule) else { panic!("{}", rule.code()) };
        assert!(cases > 0 && lacks.iter().all(|lack| matches!(lack, Lack::Others { .. })));
    }
    assert!(held > 20, "{held}");
    println!("{} records", story.told.len());
}
