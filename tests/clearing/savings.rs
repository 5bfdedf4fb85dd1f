//! What a round saves.

use crate::told::{A, B, C, Told, named, owes, pays};
use plimsoll::trade::amount::{Amount, Decimal};
use plimsoll::trade::replay::clearing::Clearings;
use plimsoll::trade::replay::clearing::savings::{Costs, Savings, compare};
use serde_json::{Value, json};

fn settled() -> Told {
    let mut told = Told::netted();
    told.settle("R1", &[pays(A, B, "100.00")]);
    told
}

fn only(clearings: &Clearings) -> &Savings {
    let [only] = clearings.rounds[0].savings.as_slice() else { panic!("one currency") };
    only
}

#[test]
fn payments_and_value() {
    let (clearings, _) = settled().is_good();
    let savings = only(&clearings);
    let shown = |way: plimsoll::trade::replay::clearing::savings::Way| (way.payments, way.value.to_string());
    assert_eq!(shown(savings.gross), (5, "1001.00 USD".into()));
    // 0.50 each way between A and B falls out of their 400.
    assert_eq!(shown(savings.bilateral), (3, "1000.00 USD".into()));
    assert_eq!(shown(savings.multilateral), (2, "100.00 USD".into()));
    assert_eq!(savings.settled.map(|(payments, value)| (payments, value.to_string())), Some((1, "100.00 USD".into())));
    assert!(savings.whole);
}

#[test]
fn a_row_for_each_currency() {
    let yen = json!({"debtor": named(A), "creditor": named(B), "amount": "7000", "currency": "JPY"});
    let mut told = Told::default();
    told.open("R1", &[named(A), named(B), named(C)], &[owes(A, B, "4.00"), owes(B, C, "4.00"), yen]);
    let (clearings, _) = told.is_good();
    let rows = &clearings.rounds[0].savings;
    assert_eq!(rows.iter().map(|row| row.currency).collect::<Vec<_>>(), ["JPY", "USD"]);
    assert_eq!((rows[0].multilateral.payments, rows[1].multilateral.payments), (2, 2));
    assert_eq!(rows[1].multilateral.value.to_string(), "4.00 USD");
}

fn dated(debtor: &str, creditor: &str, amount: &str, due: &str) -> Value {
    let mut owed = owes(debtor, creditor, amount);
    owed["dueDate"] = json!(due);
    owed
}

#[test]
fn time_and_cost_at_the_stated_prices() {
    let mut told = Told::default();
    // Opened on 2 March, settled on the 4th; without the round due after 30 and 10 days.
    told.open(
        "R1",
        &[named(A), named(B), named(C)],
        &[dated(A, B, "3000000.00", "2026-04-01"), dated(B, C, "1000000.00", "2026-03-12"), owes(C, A, "500000.00")],
    );
    let position = crate::told::position;
    told.net("R1", &[position(A, "-2500000.00"), position(B, "2000000.00"), position(C, "500000.00")]);
    let (clearings, _) = told.is_good();
    let open = only(&clearings);
    assert_eq!((open.days_with, open.days_without, open.gross.cost, open.dated), (None, None, None, 2));
    told.settle("R1", &[pays(A, B, "2000000.00"), pays(A, C, "500000.00")]);
    let (clearings, _) = told.is_good();
    let savings = only(&clearings);
    // (3,000,000 × 30 + 1,000,000 × 10 + 500,000 × 2) / 4,500,000 = 22.4
    assert_eq!((savings.days_without, savings.days_with), (Some(224), Some(2)));
    assert_eq!(savings.gross.money_days, Some((90_000_000 + 10_000_000 + 1_000_000) * 100));
    assert_eq!(savings.multilateral.money_days, Some(2_500_000 * 2 * 100));
    // 3 × 25 + 101,000,000 × 4 % / 360; and 3 × 25 + 5,000,000 × 4 % / 360.
    assert_eq!(savings.gross.cost.unwrap().to_string(), "11297.22 USD");
    assert_eq!(savings.multilateral.cost.unwrap().to_string(), "630.56 USD");
    // With prices of one's own.
    let costs = Costs {
        per_payment: vec![Amount::parse("1", "USD").unwrap()],
        rate: Decimal::parse("3.65").unwrap(),
        days_of_year: 365,
    };
    assert_eq!(compare(&clearings.rounds[0], &costs)[0].multilateral.cost.unwrap().to_string(), "503.00 USD");
    let none = Costs { per_payment: Vec::new(), ..costs };
    assert_eq!(compare(&clearings.rounds[0], &none)[0].multilateral.cost, None);
}

#[test]
fn the_default_prices_are_there() {
    let costs = Costs::default();
    assert_eq!(costs.per_payment.len(), 7);
    assert!(costs.per_payment.iter().any(|price| price.to_string() == "3000 JPY"));
}
