//! How many records and parties a proof may carry.

use crate::sample::reader;
use crate::{Good, good_proofs};
use plimsoll::proof::bundle::{MAX_HISTORY, MAX_PARTIES};
use plimsoll::proof::report::Conclusion;

#[test]
fn as_many_as_may_be_and_one_more() {
    let reader = reader();
    let Good { bundle, report, .. } =
        good_proofs(&reader).into_iter().min_by_key(|good| good.bundle.to_json().len()).expect("there are some");
    let filled = |records: usize, parties: usize| {
        let mut full = bundle.clone();
        full.history = bundle.history.iter().cycle().take(records).cloned().collect();
        full.parties = bundle.parties.iter().cycle().take(parties).cloned().collect();
        reader.open_file_here(&full.to_json())
    };
    assert_eq!(filled(MAX_HISTORY, MAX_PARTIES), report, "the same records and parties many times over");
    for (records, parties, told) in [
        (MAX_HISTORY + 1, MAX_PARTIES, "history: 513 is over the limit of 512"),
        (MAX_HISTORY, MAX_PARTIES + 1, "parties: 65 is over the limit of 64"),
    ] {
        let over = filled(records, parties);
        assert_eq!(over.conclusion, Conclusion::Unreadable);
        let problem = over.unreadable.expect("it was not read");
        assert_eq!((problem.code.as_str(), problem.detail.as_str()), ("proof-malformed", told));
        assert!(over.lines.is_empty() && over.trade.is_none() && over.record.is_none(), "nothing is told of it");
    }
}
