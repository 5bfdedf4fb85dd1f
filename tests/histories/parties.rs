//! Every registration of every good proof left out: who signed is then not known, and nothing that rests on it is passed.

use crate::differences::{could_not, differences};
use crate::sample::reader;
use crate::{Good, good_proofs};
use plimsoll::proof::report::{Conclusion, Outcome, Report};
use plimsoll::proof::step::StepId::PartyRegistered;
use std::collections::BTreeMap;

fn rules(report: &Report) -> BTreeMap<String, Outcome> {
    let rules = &report.trade.as_ref().expect("the records are genuine").rules;
    rules.iter().map(|rule| (rule.rule.clone(), rule.outcome)).collect()
}

#[test]
fn a_party_left_out() {
    let reader = reader();
    let (mut own, mut others, mut turned) = (0, 0, 0);
    for Good { id, bundle, report } in good_proofs(&reader) {
        let signer = report.signer.as_ref().expect("a signer").key_id.clone();
        for at in 0..bundle.parties.len() {
            let mut changed = bundle.clone();
            changed.parties.remove(at);
            let again = reader.open_file_here(&changed.to_json());
            let told = differences(&report, &again);
            if told.iter().any(|told| told.step == PartyRegistered) {
                let missing = could_not(PartyRegistered, "party-not-shown", "parties");
                assert_eq!(told, [missing.comparing(&signer, changed.parties.len())], "{id} {at}");
                assert_eq!(again.conclusion, Conclusion::CannotTell, "{id} {at}");
                own += 1;
            } else {
                assert_eq!(told, [], "{id} {at}");
                assert_eq!(again.conclusion, Conclusion::GenuineNotProvenCurrent, "{id} {at}");
                others += 1;
            }
            // Nobody is taken for a party on his own word: what was passed may be so no longer, and never the other way round.
            for (rule, outcome) in rules(&again) {
                let before = rules(&report).remove(&rule);
                assert!(outcome == Outcome::NotChecked || Some(outcome) == before, "{id} {at}: {rule}");
                turned += usize::from(before == Some(Outcome::Passed) && outcome == Outcome::NotChecked);
            }
        }
        let mut none = bundle.clone();
        none.parties.clear();
        let again = reader.open_file_here(&none.to_json());
        assert_eq!(again.conclusion, Conclusion::CannotTell, "{id}");
        assert_ne!(rules(&again).get("R2"), Some(&Outcome::Passed), "{id}");
    }
    println!("a party left out: {own} times the signer's, {others} times another's; {turned} rules not checked then");
    assert!(turned >= 5, "{turned}");
    assert!(own >= 5 && others >= 5, "{own} {others}");
}
