//! Who else may claim a receivable (rule R13), and invoices that are financed twice (rule R6). Both see only the records that
//! were given, and say so.

use crate::trade::amount::Amount;
use crate::trade::replay::history::Entry;
use crate::trade::replay::identity::{Comparison, Identity, SameBy, plain};
use crate::trade::replay::receivable::life::{Life, Lives};
use crate::trade::replay::receivable::state::{InvoiceReference, Receivable, Stage};
use crate::trade::replay::receivable::tree::root_of;
use crate::trade::rule::phrase::{FINANCIER, HOLDER, OnOneInvoice, PLEDGEE, TRANSFEREE, Words, and, listed};
use crate::trade::rule::{Breach, Lack, Place, Rule, Severity, Sheet};
use crate::trade::said::{Said, both};
use std::collections::HashMap;

/// Most receivables on one invoice that are compared with one another.
const MAX_COMPARED: usize = 200;

/// How much two references to an invoice are alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Likeness {
    /// Number, seller and buyer by name only, or another date or total: perhaps the same.
    Similar,
    /// Seller, buyer, number, date, currency and total are the same.
    Exact,
}

/// Two live receivables on what looks like one invoice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Duplicate {
    /// Invoice number.
    pub invoice: String,
    /// The receivables' references.
    pub receivables: [String; 2],
    /// How much alike.
    pub likeness: Likeness,
    /// Whether both were financed or transferred: financed twice, not only registered twice.
    pub financed: bool,
}

/// Rule R6 across the receivables given.
#[must_use]
pub fn duplicates(lives: &Lives, sheet: &mut Sheet) -> Vec<Duplicate> {
    let mut on: HashMap<String, Vec<(usize, usize)>> = HashMap::new();
    for (at, life) in lives.lives.iter().enumerate() {
        let Some(state) = &life.state else { continue };
        // A part rests on its parent's invoices, and shares them with its siblings: the root speaks for the tree.
        if !is_live(state) || state.parent.as_deref().is_some_and(|parent| lives.find(parent).is_some()) {
            continue;
        }
        if let Some(parent) = state.parent.as_ref().filter(|_| state.origin_ambiguous) {
            sheet.lacks(Rule::R(6), Lack::Ambiguous { reference: parent.clone() });
            continue;
        }
        if state.invoices.is_empty() {
            let field = "/body/invoiceReferences".to_owned();
            sheet.lacks(Rule::R(6), Lack::Field { record: state.reference.clone(), field });
        }
        for (number, invoice) in state.invoices.iter().enumerate() {
            match &invoice.number {
                Some(text) => on.entry(plain(text)).or_default().push((at, number)),
                None => sheet.lacks(
                    Rule::R(6),
                    Lack::Withheld {
                        record: invoice.record.clone(),
                        field: format!("{}/documentNumber", invoice.field),
                    },
                ),
            }
        }
    }
    let mut rows: Vec<(String, Vec<(usize, usize)>)> = on.into_iter().collect();
    rows.sort();
    let mut found = Vec::new();
    for (_, places) in rows {
        if let [(at, number)] = places[..] {
            let invoice = &lives.lives[at].state.as_ref().map(|state| &state.invoices[number]);
            let name = invoice.and_then(|invoice| invoice.number.clone()).unwrap_or_default();
            sheet.lacks(Rule::R(6), Lack::Others { on: name });
            continue;
        }
        compare_all(lives, &places, sheet, &mut found);
    }
    found
}

fn compare_all(lives: &Lives, places: &[(usize, usize)], sheet: &mut Sheet, found: &mut Vec<Duplicate>) {
    let places = &places[..places.len().min(MAX_COMPARED)];
    let get = |&(at, number): &(usize, usize)| {
        let state = lives.lives[at].state.as_ref()?;
        Some((state, state.invoices.get(number)?))
    };
    for (position, first) in places.iter().enumerate() {
        for second in &places[position + 1..] {
            let (Some((one, its)), Some((other, theirs))) = (get(first), get(second)) else { continue };
            // One receivable may name an invoice twice. Two of one reference, each blinded in its own way, are two.
            if first.0 == second.0 {
                continue;
            }
            let Some(likeness) = alike(one, its, other, theirs) else {
                sheet.held(Rule::R(6));
                continue;
            };
            let financed = disposed(one) && disposed(other);
            let place = |invoice: &InvoiceReference| Place::new(&invoice.record, &invoice.field);
            let expected = (
                "one live receivable on this invoice, among the records given",
                "所给记录中，此发票只对应一笔有效应收账款",
            );
            let breach = Breach::new(weight(likeness), place(theirs), expected, twice(one, other, likeness, financed));
            sheet.broken(Rule::R(6), breach.against(place(its)));
            found.push(Duplicate {
                invoice: its.number.clone().unwrap_or_default(),
                receivables: [one.reference.clone(), other.reference.clone()],
                likeness,
                financed,
            });
        }
    }
    // What shares a number may be another invoice: of another seller, or to another buyer.
    let mut groups: Vec<(Vec<(usize, usize)>, Likeness)> = Vec::new();
    for &place in places {
        let Some((state, invoice)) = get(&place) else { continue };
        let same = groups.iter_mut().find_map(|(group, sure)| {
            let (first, its) = get(&group[0])?;
            Some((group, sure, alike(first, its, state, invoice)?))
        });
        match same {
            Some((group, sure, likeness)) => {
                group.push(place);
                *sure = likeness.min(*sure);
            }
            None => groups.push((vec![place], Likeness::Exact)),
        }
    }
    for (group, likeness) in groups.iter().filter(|(group, _)| group.len() > 1) {
        over_invoice(lives, group, *likeness, sheet);
    }
}

fn twice(one: &Receivable, other: &Receivable, likeness: Likeness, financed: bool) -> Said {
    let (twice, twice_zh) =
        if financed { ("financed twice", "重复融资") } else { ("registered twice", "重复登记") };
    let (like, like_zh) = match likeness {
        Likeness::Exact => ("exactly", "完全相符"),
        Likeness::Similar => ("similarly", "相似"),
    };
    let both = and(&one.reference, &other.reference);
    Said::new(format!("{twice} ({like}): {}", both.en), format!("{twice_zh}（{like_zh}）：{}", both.zh))
}

/// What it weighs that two receivables rest on one invoice: it only warns while it may be two.
fn weight(likeness: Likeness) -> Severity {
    match likeness {
        Likeness::Exact => Severity::Error,
        Likeness::Similar => Severity::Warning,
    }
}

/// Σ of live receivables on an invoice, held against its total. Receivables that share it may be meant to: each a part of it.
fn over_invoice(lives: &Lives, places: &[(usize, usize)], likeness: Likeness, sheet: &mut Sheet) {
    let mut sum = 0_i128;
    let mut total: Option<(Amount, Place)> = None;
    for &(at, number) in places {
        let Some(state) = &lives.lives[at].state else { return };
        let invoice = &state.invoices[number];
        let (Some(owed), Some(own)) = (state.owed(), invoice.total) else { return };
        // One that rests on several invoices cannot be told apart.
        if state.invoices.len() != 1 {
            return;
        }
        sum += owed.minor_units();
        if total.as_ref().is_none_or(|(most, _)| own.minor_units() > most.minor_units()) {
            total = Some((own, Place::new(&invoice.record, &invoice.field)));
        }
    }
    if let Some((total, place)) = total {
        sheet.judge(Rule::R(6), sum <= total.minor_units(), || {
            Breach::new(weight(likeness), place, OnOneInvoice(total), total.of_same_currency(sum))
        });
    }
}

/// How much two references are alike; `None` when they are of two invoices that share a number.
fn alike(one: &Receivable, its: &InvoiceReference, other: &Receivable, theirs: &InvoiceReference) -> Option<Likeness> {
    let sellers = one.seller.compare(&other.seller);
    let buyers = one.acceptor.compare(&other.acceptor);
    if sellers == Comparison::Different || buyers == Comparison::Different && its.total != theirs.total {
        return None;
    }
    let sure = |compared: Comparison| matches!(compared, Comparison::Same(SameBy::Key | SameBy::Code | SameBy::Name));
    let same_numbers = its.number == theirs.number;
    let same_date = its.issue_date.is_some() && its.issue_date == theirs.issue_date;
    let same_total = its.total.is_some() && its.total == theirs.total;
    match sure(sellers) && sure(buyers) && same_numbers && same_date && same_total {
        true => Some(Likeness::Exact),
        false => Some(Likeness::Similar),
    }
}

fn is_live(state: &Receivable) -> bool {
    !matches!(state.stage, Stage::Rejected | Stage::Cancelled)
}

fn disposed(state: &Receivable) -> bool {
    !state.financings.is_empty() || state.transfers > 0 || state.pledge.is_some()
}

/// Somebody who may claim a receivable.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimant {
    /// What he is called.
    pub name: String,
    /// Holder, pledgee, financier, or transferee of another branch of a forked history.
    pub as_what: Words,
    /// The number his claim is registered under.
    pub registration: Option<String>,
    /// `recordId` of the record it rests on; empty for the holder.
    pub record: String,
}

/// Who may claim a receivable, in the order the law ranks such claims: registered ones first, then notified ones in the order
/// of their records, then the rest share.
#[must_use]
pub fn claimants(entries: &[Entry<'_>], life: &Life) -> Vec<Claimant> {
    let Some(state) = &life.state else { return Vec::new() };
    let name = |identity: &Identity| identity.called().unwrap_or_default();
    let mut claims = Vec::new();
    claims.extend(state.pledge.iter().map(|pledge| Claimant {
        name: name(&pledge.pledgee),
        as_what: PLEDGEE,
        registration: pledge.registration.clone(),
        record: pledge.record.clone(),
    }));
    claims.extend(state.financings.iter().map(|financing| Claimant {
        name: name(&financing.financier),
        as_what: FINANCIER,
        registration: None,
        record: financing.record.clone(),
    }));
    for branch in &life.history.others {
        let own = branch.iter().filter(|at| !life.history.branch.contains(at)).map(|&at| entries[at].record);
        claims.extend(own.filter(|record| record.action.code == "TRANSFER").map(|record| Claimant {
            name: record.recipient.as_ref().map(|party| name(&Identity::of(party))).unwrap_or_default(),
            as_what: TRANSFEREE,
            registration: None,
            record: record.record_id.clone(),
        }));
    }
    claims.sort_by_key(|claim| claim.registration.is_none());
    let holder = name(&state.holder);
    if !claims.iter().any(|claim| claim.name == holder) {
        let own = Claimant { name: holder, as_what: HOLDER, registration: None, record: String::new() };
        claims.push(own);
    }
    claims
}

/// Rule R13: competing claims are worth knowing.
pub fn compete(entries: &[Entry<'_>], lives: &Lives, sheet: &mut Sheet) {
    for life in &lives.lives {
        let Some(state) = life.state.as_ref().filter(|state| !state.stage.is_closed()) else { continue };
        let claims = claimants(entries, life);
        sheet.judge(Rule::R(13), claims.len() < 2, || {
            let claimant = |Claimant { as_what: (en, zh), name, .. }: &Claimant| both!("{en} {name}", "{zh} {name}");
            let found: Vec<Said> = claims.iter().map(claimant).collect();
            let place = Place::new(claims[0].record.clone(), "");
            let reference = &state.reference;
            let expected = both!("one claimant of {reference}", "{reference} 只有一方主张权利");
            Breach::new(Severity::Information, place, expected, listed(&found))
        });
    }
}

/// The receivables' roots, for whoever shows them.
#[must_use]
pub fn roots(lives: &Lives) -> Vec<&str> {
    let own = |state: &&Receivable| root_of(lives, &state.reference) == state.reference;
    lives
        .lives
        .iter()
        .filter_map(|life| life.state.as_ref())
        .filter(own)
        .map(|state| state.reference.as_str())
        .collect()
}
