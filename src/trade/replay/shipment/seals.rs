//! Rule S8: a container is discharged under the seals it was loaded under, unless it was resealed between.

use crate::trade::replay::shipment::container::Trip;
use crate::trade::rule::phrase::Same;
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::seen::Seen;

const RULE: Rule = Rule::S(8);
const SEALS: &str = "/body/seals";

/// Holds one trip to it. `listed` are the seals that the bill lists, with where: for a container whose loading tells of none.
pub(super) fn judge(reference: &str, trip: &Trip<'_>, listed: Option<(Vec<&str>, Place)>, sheet: &mut Sheet) {
    let Some(load) = trip.all(&["LOAD"]).next() else {
        if trip.all(&["DISC"]).next().is_some() {
            sheet.lacks(RULE, Lack::Record { what: format!("LOAD of {reference}") });
        }
        return;
    };
    let Some(discharged) = trip.all(&["DISC"]).next_back() else {
        return sheet.lacks(RULE, Lack::Record { what: format!("DISC of {reference}") });
    };
    if !trip.is_sure() {
        return sheet.lacks(RULE, Lack::Record { what: format!("what went before DISC of {reference}") });
    }
    let mut known: Option<(Vec<&str>, Place)> = None;
    let (mut aboard, mut compared, mut resealed) = (false, false, false);
    for told in &trip.told {
        let seals = match told.seals() {
            Seen::Shown(seals) if !seals.is_empty() => Some(seals),
            Seen::Withheld if aboard && told.is(&["DISC"]) => {
                return sheet.lacks(RULE, told.withheld(SEALS));
            }
            _ => None,
        };
        if aboard && told.is(&["RSEA"]) {
            known = seals.map(|seals| (seals, told.at(SEALS)));
            resealed = true;
            continue;
        }
        match (aboard, seals) {
            (false, Some(seals)) => known = Some((seals, told.at(SEALS))),
            (true, Some(seals)) => match &known {
                Some((before, place)) => {
                    compared = true;
                    sheet.judge(RULE, *before == seals, || {
                        Breach::new(Severity::Warning, told.at(SEALS), Same(before.join(", ")), Same(seals.join(", ")))
                            .against(place.clone())
                    });
                }
                None => known = Some((seals, told.at(SEALS))),
            },
            (_, None) => {}
        }
        if told.entry == load.entry {
            aboard = true;
            if known.is_none() {
                known.clone_from(&listed);
            }
            if known.is_none() {
                return sheet
                    .lacks(RULE, Lack::Field { record: told.record.record_id.clone(), field: SEALS.to_owned() });
            }
        }
    }
    match (compared, resealed) {
        (true, _) => {}
        // Resealed, and no seals told of since: there is nothing they would have to be.
        (false, true) => sheet.held(RULE),
        (false, false) => {
            let record = discharged.record.record_id.clone();
            sheet.lacks(RULE, Lack::Field { record, field: SEALS.to_owned() });
        }
    }
}
