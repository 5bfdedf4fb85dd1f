//! What a round saves: the same obligations settled one by one, netted between each two participants, and netted among all.
//!
//! Everything is computed from the records given and, for the cost, from two stated prices. A participant of the multilateral
//! way pays or receives one payment a currency, through the centre; the value moved is what debtors pay in. Liquidity is
//! counted as money times the days for which it must stand ready: from the opening of the round until an obligation's due
//! day without the round, and until the round's settlement with it.

use crate::trade::amount::{Amount, Decimal};
use crate::trade::replay::clearing::{Obligation, Round, netting};
use std::collections::{BTreeMap, BTreeSet};

/// What paying costs, as plain data. None of it is in the records, so whoever shows a cost shows these beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Costs {
    /// What one payment costs, in each currency for which that is stated.
    pub per_payment: Vec<Amount>,
    /// What liquidity costs, in percent a year.
    pub rate: Decimal,
    /// Days that a year has for the rate.
    pub days_of_year: i128,
}

/// Prices where nothing else is stated: the order of what a bank asks of a business for one cross-border payment.
const PER_PAYMENT: [(&str, &str); 7] =
    [("CNY", "150"), ("EUR", "20"), ("GBP", "20"), ("HKD", "180"), ("JPY", "3000"), ("SGD", "30"), ("USD", "25")];
/// Four percent a year where nothing else is stated.
const RATE: Decimal = Decimal { units: 4, decimals: 0 };
/// Money market usage for most currencies.
const DAYS_OF_YEAR: i128 = 360;

impl Default for Costs {
    fn default() -> Self {
        let amount = |(currency, value): (&str, &str)| Amount::parse(value, currency).ok();
        Self {
            per_payment: PER_PAYMENT.into_iter().filter_map(amount).collect(),
            rate: RATE,
            days_of_year: DAYS_OF_YEAR,
        }
    }
}

/// One way of settling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Way {
    /// How many payments.
    pub payments: u64,
    /// What they move.
    pub value: Amount,
    /// Minor units times days for which liquidity stands ready; none while the round is not settled.
    pub money_days: Option<i128>,
    /// What it costs, at the stated prices; none where a price or the time is not known.
    pub cost: Option<Amount>,
}

/// A round's comparison in one currency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Savings {
    /// ISO 4217.
    pub currency: &'static str,
    /// Every obligation paid for itself.
    pub gross: Way,
    /// Netted between each two.
    pub bilateral: Way,
    /// Netted among all.
    pub multilateral: Way,
    /// Payments that the round's records tell, and what they move; none while it is not settled, or not all is shown.
    pub settled: Option<(u64, Amount)>,
    /// Days from the round's opening until obligations would be due without it, on average by value, in tenths.
    pub days_without: Option<i128>,
    /// Days from the round's opening to its settlement.
    pub days_with: Option<i64>,
    /// Obligations whose due day is told; the others count as due when the round settles.
    pub dated: u64,
    /// Whether every obligation of the round is shown.
    pub whole: bool,
}

/// Compares a round, a row a currency.
#[must_use]
pub fn compare(round: &Round, costs: &Costs) -> Vec<Savings> {
    let mut by_currency: BTreeMap<&'static str, Vec<&Obligation>> = BTreeMap::new();
    for obligation in &round.obligations.shown {
        by_currency.entry(obligation.amount.currency()).or_default().push(obligation);
    }
    by_currency.into_iter().filter_map(|(currency, own)| row(round, currency, &own, costs)).collect()
}

fn row(round: &Round, currency: &'static str, own: &[&Obligation], costs: &Costs) -> Option<Savings> {
    let zero = own.first()?.amount.of_same_currency(0);
    let opened = round.opened?.day;
    let days_with = round.settled.map(|settled| (settled.day.0 - opened.0).max(0));
    let days = |obligation: &Obligation| -> Option<i128> {
        let until = obligation.due.map(|due| (due.0 - opened.0).max(0)).or(days_with)?;
        Some(i128::from(until))
    };
    let mut gross = Sum::default();
    let mut pairs: BTreeMap<(usize, usize), Sum> = BTreeMap::new();
    for obligation in own {
        let (minor, days) = (obligation.amount.minor_units(), days(obligation));
        gross.add(minor, days);
        let turned = obligation.debtor > obligation.creditor;
        let pair = match turned {
            true => (obligation.creditor, obligation.debtor),
            false => (obligation.debtor, obligation.creditor),
        };
        pairs.entry(pair).or_default().add(if turned { -minor } else { minor }, days);
    }
    let open = pairs.iter().filter(|((one, other), sum)| one != other && sum.value != 0);
    let mut bilateral = Sum { payments: 0, value: 0, money_days: Some(0) };
    for (_, sum) in open {
        bilateral.payments += 1;
        bilateral.value += sum.value.abs();
        let both = bilateral.money_days.zip(sum.money_days);
        bilateral.money_days = both.and_then(|(all, own)| all.checked_add(own.abs()));
    }
    let mut multilateral = Sum { payments: 0, value: 0, money_days: None };
    let mut members = BTreeSet::new();
    for obligation in own {
        members.extend([obligation.debtor, obligation.creditor]);
    }
    let net = netting::net(own.iter().copied());
    for sum in members.into_iter().filter_map(|member| net.get(member, currency)) {
        multilateral.payments += u64::from(sum.minor_units() != 0);
        multilateral.value += (-sum.minor_units()).max(0);
    }
    multilateral.money_days = days_with.and_then(|days| multilateral.value.checked_mul(i128::from(days)));
    let settled = (round.settlements.whole && round.settled.is_some()).then(|| {
        let payments = round.settlements.shown.iter().filter(|own| own.amount.currency() == currency);
        let moved = payments.clone().map(|own| own.amount.minor_units()).sum();
        (payments.count() as u64, zero.of_same_currency(moved))
    });
    let days_without = gross.money_days.filter(|_| gross.value > 0).and_then(|money_days| {
        let tenths = Decimal::new(money_days, 0).checked_div(Decimal::new(gross.value, 0), 1)?;
        Some(tenths.units)
    });
    let way = |sum: &Sum| sum.way(zero, costs);
    Some(Savings {
        currency,
        gross: way(&gross),
        bilateral: way(&bilateral),
        multilateral: way(&multilateral),
        settled,
        days_without,
        days_with,
        dated: own.iter().filter(|obligation| obligation.due.is_some()).count() as u64,
        whole: round.obligations.whole,
    })
}

/// Payments, what they move, and for how long money stands ready.
struct Sum {
    payments: u64,
    value: i128,
    money_days: Option<i128>,
}

impl Default for Sum {
    fn default() -> Self {
        Self { payments: 0, value: 0, money_days: Some(0) }
    }
}

impl Sum {
    fn add(&mut self, minor: i128, days: Option<i128>) {
        self.payments += 1;
        self.value += minor;
        let more = days.and_then(|days| minor.checked_mul(days));
        self.money_days = self.money_days.zip(more).and_then(|(all, more)| all.checked_add(more));
    }

    fn way(&self, zero: Amount, costs: &Costs) -> Way {
        let cost = || {
            let own = costs.per_payment.iter().find(|price| price.currency() == zero.currency())?;
            let payments = own.minor_units().checked_mul(i128::from(self.payments))?;
            let year = Decimal::new(costs.days_of_year.checked_mul(100)?, 0);
            let liquidity = Decimal::new(self.money_days?, 0).checked_mul(costs.rate)?.checked_div(year, 0)?;
            Some(zero.of_same_currency(payments.checked_add(liquidity.units)?))
        };
        Way {
            payments: self.payments,
            value: zero.of_same_currency(self.value),
            money_days: self.money_days,
            cost: cost(),
        }
    }
}
