//! Rule C3: a participant belongs to one centre, across all rounds that are given.

use crate::trade::replay::clearing::{Clearings, Member, ONE_CENTRE};
use crate::trade::replay::identity::SameBy;
use crate::trade::rule::{Breach, Lack, Severity, Sheet};
use crate::trade::said::both;
use std::collections::{BTreeMap, BTreeSet};

/// Participants that are named where rounds of other centres may be lacking.
const NAMED: usize = 3;

/// Holds every participant to it.
pub(super) fn judge(clearings: &Clearings, sheet: &mut Sheet) {
    let centres: BTreeSet<usize> = clearings.rounds.iter().filter_map(|round| round.centre).collect();
    let mut of: BTreeMap<usize, Vec<(usize, &Member)>> = BTreeMap::new();
    for round in &clearings.rounds {
        // Of a round whose opening is missing the participants are not known.
        let lack = match (round.opened, round.centre) {
            (None, _) => Some(format!("OPEN of {}", round.reference)),
            (Some(_), None) => Some(format!("the centre of {}", round.reference)),
            (Some(_), Some(_)) => None,
        };
        if let Some(what) = lack {
            ONE_CENTRE.into_iter().for_each(|rule| sheet.lacks(rule, Lack::Record { what: what.clone() }));
        }
        let Some(centre) = round.centre else { continue };
        for member in &round.members.shown {
            let own = of.entry(member.party).or_default();
            // One place a centre is enough.
            if own.iter().all(|(earlier, _)| *earlier != centre) && own.len() < 2 {
                own.push((centre, member));
            }
        }
    }
    if centres.len() == 1 && !of.is_empty() {
        // Whether they are in another centre's rounds too, only those could tell.
        let names: Vec<String> = of.keys().take(NAMED).map(|&party| clearings.parties.called(party)).collect();
        let on = names.join(", ") + if of.len() > NAMED { ", …" } else { "" };
        ONE_CENTRE.into_iter().for_each(|rule| sheet.lacks(rule, Lack::Others { on: on.clone() }));
    }
    for (party, memberships) in of {
        let second = memberships.get(1);
        for rule in ONE_CENTRE {
            sheet.judge(rule, second.is_none(), || {
                let (first, second) = (&memberships[0], &memberships[memberships.len() - 1]);
                // Two may share a name.
                let severity = match second.1.by {
                    Some(SameBy::Name) => Severity::Warning,
                    _ => Severity::Error,
                };
                let [who, one, other] = [party, first.0, second.0].map(|party| clearings.parties.called(party));
                let found = both!("{who} in {one} and {other}", "{who} 同属 {one} 与 {other}");
                let expected = ("a participant of one clearing centre", "只属一个清算中心的参与方");
                Breach::new(severity, second.1.place.clone(), expected, found).against(first.1.place.clone())
            });
        }
    }
}
