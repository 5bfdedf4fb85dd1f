//! Histories: records in order, forks, gaps, and records handed in twice or out of order.

#[path = "common/story.rs"]
mod story;

use plimsoll::trade::jws::RecordHash;
use plimsoll::trade::replay::history::{MAX_BRANCHES, by_asset, order};
use plimsoll::trade::rule::{Lack, Rule, Ruling, Sheet};
use serde_json::json;
use story::Story;

const ASSET: &str = "receivable/RCV-1";
const CHAIN: Rule = Rule::R(12);

fn apply(story: &mut Story) -> usize {
    let body = json!({"faceAmount": "10.00", "currency": "EUR", "maturityDate": "2026-09-01"});
    story.tell("Seller", ASSET, "receivable APPLY", "2026-03-01T00:00:00Z", None, body)
}

fn present(story: &mut Story, minute: u64) -> usize {
    story.tell("Seller", ASSET, "receivable PRESENT", &format!("2026-03-02T00:{minute:02}:00Z"), None, json!({}))
}

#[test]
fn r12_holds_for_an_unbroken_history_in_any_order() {
    let mut story = Story::default();
    apply(&mut story);
    present(&mut story, 1);
    present(&mut story, 2);
    let entries = story.entries();
    for given in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let mut sheet = Sheet::default();
        let history = order(&entries, &given, None, CHAIN, &mut sheet);
        assert_eq!((history.branch.as_slice(), history.forks.len(), history.loose.len()), (&[0, 1, 2][..], 0, 0));
        assert_eq!(sheet.ruling(CHAIN), Ruling::Held { cases: 3 });
    }
    let twice = [&entries[..], &entries[..]].concat();
    let mut sheet = Sheet::default();
    let history = order(&twice, &by_asset(&twice, &["receivable"])[0], None, CHAIN, &mut sheet);
    assert_eq!((history.branch, history.forks), (vec![0, 1, 2], vec![]), "a record handed in twice is one");
}

#[test]
fn s16_and_r12_name_both_branches_of_a_fork() {
    let mut story = Story::default();
    apply(&mut story);
    present(&mut story, 1);
    present(&mut story, 2);
    let after_first = Some(story.told[0].hash);
    let other = story.tell_after(
        "Seller",
        ASSET,
        "receivable PRESENT",
        "2026-03-03T00:00:00Z",
        None,
        json!({}),
        2,
        after_first,
    );
    let entries = story.entries();
    for (rule, focus, branch, others) in
        [(CHAIN, None, vec![0, 1, 2], vec![vec![0, 3]]), (Rule::S(16), Some(other), vec![0, 3], vec![vec![0, 1, 2]])]
    {
        let mut sheet = Sheet::default();
        let history = order(&entries, &[0, 1, 2, 3], focus, rule, &mut sheet);
        assert_eq!((history.branch, history.others), (branch, others));
        let Ruling::Broken { breaches, .. } = sheet.ruling(rule) else { panic!("a fork must be broken") };
        let places: Vec<&str> = breaches[0].places.iter().map(|place| place.record.as_str()).collect();
        assert_eq!(places, ["RCV-1-3", "RCV-1-1"]);
    }
}

#[test]
fn what_follows_a_missing_record_is_loose_and_the_rule_not_checked() {
    let mut story = Story::default();
    apply(&mut story);
    present(&mut story, 1);
    present(&mut story, 2);
    present(&mut story, 3);
    let entries = story.entries();
    let mut sheet = Sheet::default();
    let history = order(&entries, &[0, 2, 3], None, CHAIN, &mut sheet);
    assert_eq!((history.branch, history.loose), (vec![0], vec![2, 3]));
    let lack = Lack::Record { what: "RCV-1 2".into() };
    assert_eq!(sheet.ruling(CHAIN), Ruling::NotChecked { lacks: vec![lack], cases: 2 });

    let mut sheet = Sheet::default();
    let history = order(&entries, &[1], None, CHAIN, &mut sheet);
    assert!(!history.is_rooted(), "without its first record nothing can be replayed");
    assert!(matches!(sheet.ruling(CHAIN), Ruling::NotChecked { .. }));
}

#[test]
fn a_number_that_does_not_follow_is_named() {
    let mut story = Story::default();
    apply(&mut story);
    let first = Some(story.told[0].hash);
    story.tell_after("Seller", ASSET, "receivable PRESENT", "2026-03-03T00:00:00Z", None, json!({}), 7, first);
    let mut sheet = Sheet::default();
    let history = order(&story.entries(), &[0, 1], None, CHAIN, &mut sheet);
    assert_eq!((history.branch, history.loose), (vec![0], vec![1]));
    let Ruling::Broken { breaches, .. } = sheet.ruling(CHAIN) else { panic!("7 does not follow 1") };
    assert_eq!((breaches[0].expected.as_str(), breaches[0].found.as_str()), ("2", "7"));
}

#[test]
fn many_forks_are_bounded() {
    let mut story = Story::default();
    apply(&mut story);
    let mut heads = vec![story.told[0].hash];
    for sequence in 2..12 {
        let before: Vec<RecordHash> = std::mem::take(&mut heads);
        for (at, hash) in before.into_iter().enumerate().take(64) {
            for minute in [2 * at, 2 * at + 1] {
                let time = format!("2026-03-03T{:02}:{:02}:00Z", minute / 60, minute % 60);
                let place = story.tell_after(
                    "Seller",
                    ASSET,
                    "receivable PRESENT",
                    &time,
                    None,
                    json!({}),
                    sequence,
                    Some(hash),
                );
                heads.push(story.told[place].hash);
            }
        }
    }
    let entries = story.entries();
    let all: Vec<usize> = (0..entries.len()).collect();
    let history = order(&entries, &all, None, CHAIN, &mut Sheet::default());
    assert!(history.others.len() < MAX_BRANCHES, "{}", history.others.len());
}
