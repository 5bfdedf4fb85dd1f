//! F1: the seller ships the goods, and the buyer receives them; and what is owed is owed between these two.

use crate::trade::flows::Billed;
use crate::trade::flows::paper::Candidates;
use crate::trade::flows::world::World;
use crate::trade::replay::identity::{Comparison, Identity};
use crate::trade::rule::phrase::any_of;
use crate::trade::rule::{Breach, Lack, Rule, Severity, Sheet};
use crate::trade::said::Said;

const PARTIES: Rule = Rule::F(1);

/// Holds an invoice's parties to its bill's. By a code that both have they are surely others; by name they may be spelt otherwise.
pub(super) fn judge(world: &World<'_, '_>, invoice: usize, bill: usize, sheet: &mut Sheet) {
    let Some(document) = world.document(bill) else { return };
    let parties = document.body.see_object("documentParties");
    let own = &world.invoices[invoice];
    let mut shippers = Candidates::default();
    shippers.add(parties, "shipper");
    shippers.add(parties, "onBehalfOfShipper");
    let mut receivers = Candidates::default();
    for name in ["consignee", "onBehalfOfConsignee", "endorsee"] {
        receivers.add(parties, name);
    }
    receivers.add_list(parties, "notifyParties");
    let endorsee = &world.bill(bill).endorsee;
    if !endorsee.is_unknown() {
        receivers.named.push((endorsee.clone(), "/body/documentParties/endorsee".to_owned()));
    }
    let sides = [(&own.seller, "seller", shippers, "shipper"), (&own.buyer, "buyer", receivers, "consignee")];
    for (party, name, candidates, expected) in sides {
        let paper = world.invoice_paper(invoice);
        if party.is_unknown() {
            sheet.lacks(PARTIES, paper.lack_of(name));
            continue;
        }
        if candidates.named.is_empty() && candidates.withheld.is_none() {
            sheet.lacks(PARTIES, document.field(&format!("/body/documentParties/{expected}")));
            continue;
        }
        match among(party, &candidates.named) {
            Among::One => sheet.held(PARTIES),
            _ if candidates.withheld.is_some() => {
                sheet.lacks(PARTIES, document.withheld(&candidates.withheld.unwrap_or_default()));
            }
            Among::Perhaps(who) => sheet.lacks(PARTIES, Lack::Record { what: format!("who {who} is") }),
            Among::None { by_code } => {
                let severity = if by_code { Severity::Error } else { Severity::Warning };
                let names: Vec<Said> = candidates.named.iter().take(8).map(|(party, _)| party.said()).collect();
                let place = paper.at(&format!("/body/{name}"));
                let breach = Breach::new(severity, place, any_of(&names), party.said());
                let against = candidates.named.first().map(|(_, at)| document.at(at));
                sheet.broken(PARTIES, against.into_iter().fold(breach, Breach::against));
            }
        }
    }
}

/// A receivable is between the parties of its invoice.
pub(super) fn judge_receivable(world: &World<'_, '_>, billed: Billed, sheet: &mut Sheet) {
    let (Some(state), Some(terms)) = (world.receivable(billed.receivable), world.terms(billed.receivable)) else {
        return;
    };
    let (invoice, paper) = (&world.invoices[billed.invoice], world.invoice_paper(billed.invoice));
    let sides =
        [(&state.seller, "seller", &invoice.seller, "seller"), (&state.acceptor, "acceptor", &invoice.buyer, "buyer")];
    for (own, name, its, its_name) in sides {
        if own.is_unknown() || its.is_unknown() {
            let lack = if own.is_unknown() { terms.lack_of(name) } else { paper.lack_of(its_name) };
            sheet.lacks(PARTIES, lack);
            continue;
        }
        match own.compare(its) {
            Comparison::Same(_) => sheet.held(PARTIES),
            Comparison::Unknown => {
                let what = format!("who {} is", own.called().unwrap_or_default());
                sheet.lacks(PARTIES, Lack::Record { what });
            }
            Comparison::Different => {
                let severity = if own.shares_list(its) { Severity::Error } else { Severity::Warning };
                let place = terms.at(&format!("/body/{name}"));
                let breach = Breach::new(severity, place, its.said(), own.said());
                sheet.broken(PARTIES, breach.against(paper.at(&format!("/body/{its_name}"))));
            }
        }
    }
}

/// Whether a party is among others.
pub(super) enum Among {
    One,
    /// He may be this one.
    Perhaps(String),
    None {
        /// Whether codes tell him from all of them.
        by_code: bool,
    },
}

pub(super) fn among(party: &Identity, others: &[(Identity, String)]) -> Among {
    let mut perhaps = None;
    let mut by_code = !others.is_empty();
    for (other, _) in others {
        match party.compare(other) {
            Comparison::Same(_) => return Among::One,
            Comparison::Unknown => perhaps = perhaps.or_else(|| other.called()).or_else(|| party.called()),
            Comparison::Different => by_code &= party.shares_list(other),
        }
    }
    perhaps.map_or(Among::None { by_code }, Among::Perhaps)
}
