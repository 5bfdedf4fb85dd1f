//! Netting, anew and exactly: what each participant of a round receives or pays when all obligations are set off.

use crate::trade::amount::Amount;
use crate::trade::replay::clearing::{Obligation, Position};
use std::collections::BTreeMap;

/// Sums by participant and currency. The order is the participants', then the currencies'.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    rows: BTreeMap<(usize, &'static str), Amount>,
}

impl Sums {
    /// Adds minor units of an amount's currency. An amount has 28 digits at most and a list 100,000 elements, so that sums stay
    /// far within 128 bits.
    pub(super) fn add(&mut self, party: usize, amount: Amount, minor_units: i128) {
        let sum = self.rows.entry((party, amount.currency())).or_insert_with(|| amount.of_same_currency(0));
        *sum = amount.of_same_currency(sum.minor_units() + minor_units);
    }

    /// The amount moves from one to another.
    pub(super) fn pass(&mut self, from: usize, to: usize, amount: Amount) {
        self.add(from, amount, -amount.minor_units());
        self.add(to, amount, amount.minor_units());
    }

    pub(super) fn get(&self, party: usize, currency: &'static str) -> Option<Amount> {
        self.rows.get(&(party, currency)).copied()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (usize, Amount)> + '_ {
        self.rows.iter().map(|(&(party, _), &sum)| (party, sum))
    }
}

/// What obligations net to: a debtor's position falls by what he owes, a creditor's rises.
pub(super) fn net<'o>(obligations: impl IntoIterator<Item = &'o Obligation>) -> Sums {
    let mut sums = Sums::default();
    for obligation in obligations {
        sums.pass(obligation.debtor, obligation.creditor, obligation.amount);
    }
    sums
}

/// Positions other than zero.
pub(super) fn positions(sums: &Sums) -> Vec<Position> {
    let rows = sums.iter().filter(|(_, sum)| sum.minor_units() != 0);
    rows.enumerate().map(|(at, (party, amount))| Position { party, amount, at }).collect()
}
