//! C1 to C3 and F10.

use crate::story::{key_of, party};
use crate::told::{A, B, C, CENTRE, OTHER_CENTRE, Told, lacks, listed, named, only_error, owes, pays, position};
use plimsoll::trade::disclosure::Digest;
use plimsoll::trade::payload::{Element, Node};
use plimsoll::trade::replay::clearing::Stage;
use plimsoll::trade::rule::{Lack, Place, Rule, Ruling, Severity};
use plimsoll::trade::said::Said;
use serde_json::json;

const C1: Rule = Rule::C(1);
const C2: Rule = Rule::C(2);
const C3: Rule = Rule::C(3);
const F10: Rule = Rule::F(10);

#[test]
fn c1_positions_are_what_the_obligations_net_to() {
    let mut told = Told::netted();
    told.settle("R1", &[pays(A, B, "100.00")]);
    let (clearings, sheet) = told.is_good();
    assert!(matches!(sheet.ruling(C1), Ruling::Held { .. }), "{:?}", sheet.ruling(C1));
    let round = &clearings.rounds[0];
    assert_eq!((round.stage, round.computed.len()), (Some(Stage::Settled), 2));

    let mut wrong = Told::ring();
    wrong.net("R1", &[position(A, "-90.00"), position(B, "90.00")]);
    let breaches = wrong.breaks(&[C1]);
    assert_eq!(breaches.len(), 2);
    assert_eq!(breaches[0].places, [Place::new("R1-1", "/body/positions/0/amount")]);
    assert_eq!(
        (breaches[0].expected.as_str(), breaches[0].found.as_str()),
        ("-100.00 USD for Plover Container Line", "-90.00 USD")
    );

    // Left out, and brought in from nowhere.
    let mut left_out = Told::ring();
    left_out.net("R1", &[position(A, "-100.00"), position(C, "100.00")]);
    assert_eq!(left_out.breaks(&[C1]).len(), 2);
    // To the cent.
    let mut cent = Told::ring();
    cent.net("R1", &[position(A, "-100.01"), position(B, "100.01")]);
    assert_eq!(cent.breaks(&[C1]).len(), 2);
}

#[test]
fn c1_obligations_are_between_participants() {
    let opened = |obligation| {
        let mut told = Told::default();
        told.open("R1", &[named(A), named(B)], &[obligation]);
        told
    };
    opened(owes(A, B, "0.01")).is_good();
    for (obligation, field) in [
        (owes(A, C, "1.00"), "/body/obligations/0/creditor"),
        (owes(A, A, "1.00"), "/body/obligations/0/creditor"),
        (owes(A, B, "0.00"), "/body/obligations/0/amount"),
        (owes(A, B, "-1.00"), "/body/obligations/0/amount"),
    ] {
        assert_eq!(only_error(&opened(obligation).breaks(&[C1])).places[0].field, field);
    }
}

#[test]
fn c1_payments_move_the_positions() {
    for (payments, right) in [
        (vec![pays(A, B, "100.00")], true),
        (vec![pays(A, CENTRE, "100.00"), pays(CENTRE, B, "100.00")], true),
        (vec![pays(A, B, "60.00"), pays(A, B, "40.00")], true),
        (vec![pays(A, B, "99.99")], false),
        (vec![pays(A, C, "100.00")], false),
        (vec![pays(B, A, "100.00")], false),
        (vec![pays(A, CENTRE, "100.00")], false),
    ] {
        let mut told = Told::netted();
        told.settle("R1", &payments);
        if right { drop(told.is_good()) } else { drop(told.breaks(&[C1])) }
    }
}

#[test]
fn c1_the_centre_speaks_for_its_round() {
    let mut told = Told::ring();
    let body = json!({"clearingCentre": party(CENTRE), "positions": [position(A, "-100.00"), position(B, "100.00")]});
    told.say(OTHER_CENTRE, "R1", "NET", "2026-03-03", body);
    assert_eq!(only_error(&told.breaks(&[C1])).places[0].field, "/actor/key");
    // By a key that nobody is registered with, for a centre that is named without its key.
    let mut unknown = Told::ring();
    let entry = &mut unknown.story.told[0];
    entry.signer = plimsoll::trade::party::Party::default();
    let Node::Object(centre) = &mut entry.record.body.members.get_mut("clearingCentre").unwrap().node else {
        panic!("a party")
    };
    centre.members.remove("key");
    let signer = Lack::Signer { record: "R1-0".into(), expected: Said::same(CENTRE) };
    assert_eq!(lacks(&unknown.is_good().1, C1), [signer]);
    let mut another = Told::ring();
    let positions = [position(A, "-100.00"), position(B, "100.00")];
    another.say(OTHER_CENTRE, "R1", "NET", "2026-03-03", json!({"positions": positions}));
    assert_eq!(another.breaks(&[C1]).len(), 2);
}

#[test]
fn c1_is_not_checked_without_the_obligations() {
    // The opening is not given.
    let mut told = Told::netted();
    told.story.told.remove(0);
    let (_, sheet) = told.is_good();
    assert!(lacks(&sheet, C1).contains(&Lack::Record { what: "OPEN of R1".into() }));
    assert!(matches!(sheet.ruling(C2), Ruling::Held { cases: 1 }), "positions alone say that they sum to zero");
    assert!(lacks(&sheet, C3).contains(&Lack::Record { what: "OPEN of R1".into() }));

    // One obligation is withheld: wrong positions are not told wrong, nor right.
    let mut told = Told::ring();
    told.net("R1", &[position(A, "-90.00"), position(B, "90.00")]);
    let body = &mut told.story.told[0].record.body;
    let Node::List(list) = &mut body.members.get_mut("obligations").unwrap().node else { panic!("a list") };
    list[1] = Element::Withheld(Digest([1; 32]));
    let (clearings, sheet) = told.is_good();
    assert!(!clearings.rounds[0].obligations.whole && clearings.rounds[0].computed.is_empty());
    assert_eq!(lacks(&sheet, C1), [Lack::Withheld { record: "R1-0".into(), field: "/body/obligations/1".into() }]);

    // The name of a debtor, and the currency of one, are.
    for (take, field) in [("debtor", "/body/obligations/2/debtor"), ("currency", "/body/obligations/2/amount")] {
        let mut told = Told::netted();
        let body = &mut told.story.told[0].record.body;
        let Node::List(list) = &mut body.members.get_mut("obligations").unwrap().node else { panic!("a list") };
        let Element::Shown(shown) = &mut list[2] else { panic!("shown") };
        let Node::Object(object) = &mut shown.node else { panic!("an object") };
        object.members.remove(take);
        object.withheld.push(Digest([2; 32]));
        let (_, sheet) = told.is_good();
        let record = "R1-0".to_owned();
        // Without its currency a number is no amount: it is there, and cannot be read.
        let lack = match take {
            "debtor" => Lack::Withheld { record, field: field.into() },
            _ => Lack::Field { record, field: field.into() },
        };
        assert_eq!(lacks(&sheet, C1), [lack], "{take}");
    }
}

#[test]
fn c1_is_not_checked_without_the_positions() {
    let mut told = Told::ring();
    told.story.heads_skip("clearing-round", "R1");
    told.settle("R1", &[pays(A, B, "100.00")]);
    let (_, sheet) = told.replay();
    assert!(lacks(&sheet, C1).contains(&Lack::Record { what: "NET of R1".into() }));
}

#[test]
fn c2_positions_of_each_currency_sum_to_zero() {
    let mut told = Told::ring();
    told.net("R1", &[position(A, "-100.00"), position(B, "100.00")]);
    let (_, sheet) = told.is_good();
    assert!(matches!(sheet.ruling(C2), Ruling::Held { cases: 1 }));

    // Only positions are given, so that C1 has nothing to say.
    let alone = |positions: &[serde_json::Value]| {
        let mut told = Told::ring();
        told.net("R1", positions);
        told.story.told.remove(0);
        told
    };
    alone(&[position(A, "-100.00"), position(B, "100.00")]).is_good();
    let breaches = alone(&[position(A, "-100.00"), position(B, "100.01")]).breaks(&[C2, F10]);
    assert_eq!(only_error(&breaches).found, "0.01 USD");
    // Zero over two currencies together is not zero in each.
    let euro = json!({"participant": named(B), "amount": "100.00", "currency": "EUR"});
    assert_eq!(alone(&[position(A, "-100.00"), euro]).breaks(&[C2, F10]).len(), 2);
}

#[test]
fn c2_is_not_checked_with_a_position_withheld() {
    let mut told = Told::netted();
    let body = &mut told.story.told[1].record.body;
    let Node::List(list) = &mut body.members.get_mut("positions").unwrap().node else { panic!("a list") };
    list[0] = Element::Withheld(Digest([1; 32]));
    let (_, sheet) = told.is_good();
    let lack = Lack::Withheld { record: "R1-1".into(), field: "/body/positions/0".into() };
    for rule in [C1, C2, F10] {
        assert!(lacks(&sheet, rule).contains(&lack), "{}", rule.code());
    }
}

/// Two rounds of two centres.
fn two_centres(first: &[serde_json::Value], second: &[serde_json::Value]) -> Told {
    let mut told = Told::default();
    told.open("R1", first, &[]);
    told.say(OTHER_CENTRE, "S1", "OPEN", "2026-03-02", json!({"participants": second, "obligations": []}));
    told
}

#[test]
fn c3_a_participant_belongs_to_one_centre() {
    let (_, sheet) = two_centres(&[named(A)], &[named(B), named(C)]).is_good();
    assert!(matches!(sheet.ruling(C3), Ruling::Held { cases: 3 }), "{:?}", sheet.ruling(C3));
    assert!(matches!(sheet.ruling(F10), Ruling::Held { cases: 3 }));

    // By code, whatever the name.
    let told = two_centres(&[listed(A, "529900T8BM49AURSDO55")], &[listed("Another Name", "529900T8BM49AURSDO55")]);
    let breaches = told.breaks(&[C3, F10]);
    let breach = only_error(&breaches);
    assert_eq!(breach.places, [Place::new("S1-1", "/body/participants/0"), Place::new("R1-0", "/body/participants/0")]);
    assert_eq!(breach.found, format!("{A} in {CENTRE} and {OTHER_CENTRE}"));
    // By key.
    let key = json!({"key": key_of(A).to_jwk()});
    only_error(&two_centres(&[party(A)], &[key]).breaks(&[C3, F10]));
    // By name alone: two may share it.
    let breaches = two_centres(&[named(A)], &[named(&A.to_uppercase())]).breaks(&[C3, F10]);
    assert_eq!((breaches.len(), breaches[0].severity), (1, Severity::Warning));
    // One name, two codes: two parties.
    two_centres(&[listed(A, "529900T8BM49AURSDO55")], &[listed(A, "213800WAVVOPS85N2205")]).is_good();
    // Two rounds of one centre are no two centres.
    let mut again = Told::default();
    again.open("R1", &[named(A)], &[]).open("R2", &[named(A)], &[]);
    again.is_good();
}

#[test]
fn c3_is_not_checked_when_only_one_centre_or_not_every_participant_is_shown() {
    let (_, sheet) = Told::netted().is_good();
    let others = Lack::Others { on: format!("{A}, {B}, {C}") };
    assert_eq!(lacks(&sheet, C3), [others]);
    let mut told = two_centres(&[named(A), named(B)], &[named(C)]);
    let body = &mut told.story.told[0].record.body;
    let Node::List(list) = &mut body.members.get_mut("participants").unwrap().node else { panic!("a list") };
    list[1] = Element::Withheld(Digest([1; 32]));
    let (_, sheet) = told.is_good();
    let lack = Lack::Withheld { record: "R1-0".into(), field: "/body/participants/1".into() };
    assert_eq!((lacks(&sheet, C3), lacks(&sheet, F10)), (vec![lack.clone()], vec![lack]));
}

#[test]
fn a_round_is_opened_netted_and_settled_in_that_order() {
    let mut told = Told::ring();
    told.settle("R1", &[]);
    told.net("R1", &[position(A, "-100.00"), position(B, "100.00")]);
    let (_, sheet) = told.replay();
    assert_eq!(sheet.ruling(Rule::R(12)).severity(), Some(Severity::Error));
    let mut again = Told::netted();
    again.net("R1", &[position(A, "-90.00"), position(B, "90.00")]);
    // The second NET does not count.
    assert_eq!(only_error(&again.breaks(&[Rule::R(12)])).expected, "SETTLE");
}

#[test]
fn long_lists_are_bounded() {
    let participants: Vec<_> = (0..300).map(|at| named(&format!("Participant {at}"))).collect();
    let name = |at: usize| format!("Participant {}", at % 300);
    let count = plimsoll::trade::replay::clearing::MAX_LISTED + 1;
    let obligations: Vec<_> = (0..count).map(|at| owes(&name(at), &name(at + 1 + at / 300), "1.00")).collect();
    let mut told = Told::default();
    told.open("R1", &participants, &obligations);
    let (clearings, sheet) = told.replay();
    let round = &clearings.rounds[0];
    assert_eq!((round.obligations.shown.len(), round.obligations.whole), (count - 1, false));
    assert_ne!(sheet.ruling(C1).severity(), None, "some owe themselves");
    let wrong: Vec<_> = (0..20_000).map(|at| position(&format!("Nobody {at}"), "5.00")).collect();
    let mut told = Told::ring();
    told.net("R1", &wrong);
    let (_, sheet) = told.replay();
    let Ruling::Broken { breaches, more } = sheet.ruling(C1) else { panic!("broken") };
    assert_eq!((breaches.len(), more), (64, 20_002 - 64));
}

#[test]
fn sums_beyond_any_currency_stay_exact() {
    let most = "9999999999999999999999.99";
    let obligations: Vec<_> = (0..500).map(|_| owes(A, B, most)).collect();
    let mut told = Told::default();
    told.open("R1", &[named(A), named(B)], &obligations);
    let (clearings, _) = told.is_good();
    assert_eq!(clearings.rounds[0].computed[1].amount.minor_units(), 500 * 999_999_999_999_999_999_999_999);
}
