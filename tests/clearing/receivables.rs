//! Receivables that rounds clear (R9), and those that two clear.

use crate::story::party;
use crate::told::{A, B, C, CENTRE, Told, lacks, named, only_error};
use plimsoll::trade::rule::{Lack, Rule, Severity};
use serde_json::{Value, json};

const R9: Rule = Rule::R(9);

fn clears(debtor: &str, creditor: &str, amount: &str) -> Value {
    json!({"debtor": named(debtor), "creditor": named(creditor), "amount": amount, "currency": "USD", "receivableId": "RCV"})
}

/// A owes B 500.00, due on 1 April.
fn receivable() -> Told {
    let mut told = Told::default();
    let terms = json!({"faceAmount": "500.00", "currency": "USD", "issueDate": "2026-01-02", "maturityDate": "2026-04-01",
        "seller": party(B), "acceptor": party(A)});
    told.story.tell(B, "receivable/RCV", "receivable APPLY", "2026-01-02T09:00:00Z", None, terms);
    let accepted = json!({"acceptedAmount": "500.00", "currency": "USD"});
    told.story.tell(A, "receivable/RCV", "receivable ACCEPT", "2026-01-03T09:00:00Z", None, accepted);
    told
}

fn opened(mut told: Told, round: &str, day: &str, obligation: Value) -> Told {
    let participants = [named(A), named(B), named(C)];
    let body = json!({"participants": participants, "obligations": [obligation]});
    told.say(CENTRE, round, "OPEN", day, body);
    told
}

#[test]
fn r9_a_round_clears_what_is_owed_to_whom_it_is_owed() {
    let told = opened(receivable(), "R1", "2026-03-02", clears(A, B, "500.00"));
    let (clearings, _) = told.is_good();
    let obligation = &clearings.rounds[0].obligations.shown[0];
    assert_eq!(obligation.due.unwrap().to_string(), "2026-04-01", "without the round it is due with its receivable");
    assert!(clearings.twice.is_empty());
    for (obligation, field) in [
        (clears(A, B, "500.01"), "/body/obligations/0/amount"),
        (clears(C, B, "500.00"), "/body/obligations/0/debtor"),
        (clears(A, C, "500.00"), "/body/obligations/0/creditor"),
    ] {
        let told = opened(receivable(), "R1", "2026-03-02", obligation);
        assert_eq!(only_error(&told.breaks(&[R9])).places[0].field, field);
    }
    let mut euro = clears(A, B, "500.00");
    euro["currency"] = json!("EUR");
    only_error(&opened(receivable(), "R1", "2026-03-02", euro).breaks(&[Rule::R(7)]));
}

#[test]
fn r9_the_holder_is_the_one_when_the_round_opens() {
    for (day, creditor, right) in
        [("2026-03-02", B, true), ("2026-03-02", C, false), ("2026-03-04", B, false), ("2026-03-04", C, true)]
    {
        let mut told = receivable();
        told.story.tell(B, "receivable/RCV", "receivable TRANSFER", "2026-03-03T09:00:00Z", Some(C), json!({}));
        let told = opened(told, "R1", day, clears(A, creditor, "500.00"));
        if right { drop(told.is_good()) } else { drop(told.breaks(&[R9])) }
    }
}

#[test]
fn r9_a_receivable_is_not_cleared_twice() {
    let told = opened(receivable(), "R1", "2026-03-02", clears(A, B, "500.00"));
    let told = opened(told, "R2", "2026-03-12", clears(A, B, "500.00"));
    let breach = only_error(&told.breaks(&[R9])).clone();
    assert_eq!((breach.found.as_str(), breach.places.len()), ("1000.00 USD cleared", 2));
    let twice = &told.replay().0.twice;
    assert_eq!(twice.len(), 1);
    assert_eq!(
        (twice[0].receivable.as_str(), twice[0].rounds.as_slice()),
        ("RCV", ["R1".to_owned(), "R2".to_owned()].as_slice())
    );
    assert_eq!((twice[0].cleared.unwrap().to_string(), twice[0].outstanding), ("1000.00 USD".to_owned(), Some(50_000)));

    // In parts it may be, with a payment told between them or not.
    for paid in [false, true] {
        let mut told = opened(receivable(), "R1", "2026-03-02", clears(A, B, "200.00"));
        if paid {
            told.story.tell(
                A,
                "receivable/RCV",
                "receivable PAY",
                "2026-03-04T10:00:00Z",
                None,
                json!({"amount": "200.00"}),
            );
        }
        let told = opened(told, "R2", "2026-03-12", clears(A, B, "300.00"));
        assert_eq!(told.is_good().0.twice.len(), 1, "told, though not wrong");
    }
    // Paid in full already.
    let mut told = receivable();
    told.story.tell(A, "receivable/RCV", "receivable PAY", "2026-03-01T10:00:00Z", None, json!({"amount": "500.00"}));
    only_error(&opened(told, "R1", "2026-03-02", clears(A, B, "500.00")).breaks(&[R9]));
}

#[test]
fn r9_is_not_checked_without_the_receivable() {
    let told = opened(Told::default(), "R1", "2026-03-02", clears(A, B, "500.00"));
    let (_, sheet) = told.is_good();
    assert_eq!(lacks(&sheet, R9), [Lack::Record { what: "receivable RCV".into() }]);
    assert_eq!(sheet.severity(), None::<Severity>);
}
