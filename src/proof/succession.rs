//! Entries of one asset follow one another: each names the entry before it by its leaf hash, as its record names the record
//! before it. An entry that names another one is void when a registry's entries are folded, whatever its record says.

use crate::encoding::encode_hex;
use crate::proof::problem::Finding;
use crate::proof::recorded::Recorded;
use crate::registry::event::{AssetKey, Event};
use crate::tlog::LeafHash;
use crate::trade::jws::RecordHash;
use std::collections::HashMap;

/// A record with its entry, and where they lie.
pub(super) struct Placed<'a> {
    /// Where the proof holds it: empty for the record in question, else such as `history[3].`.
    pub at: String,
    /// The record and the entry.
    pub recorded: &'a Recorded,
    /// Index of the entry in the log.
    pub index: u64,
}

/// The first entry that follows another one than its record says, or that lies in the log before the one it follows. An entry
/// whose predecessor is not among these is not compared: that a record is missing is told elsewhere.
pub(super) fn out_of_succession(entries: &[Placed<'_>]) -> Option<Finding> {
    let mut of_record: HashMap<(AssetKey, RecordHash), Vec<(LeafHash, u64)>> = HashMap::new();
    for Placed { recorded, index, .. } in entries {
        let key = (recorded.entry().asset_key(), recorded.record().record_hash());
        of_record.entry(key).or_default().push((leaf_hash(recorded.event().event()), *index));
    }
    entries.iter().find_map(|Placed { at, recorded, index }| {
        let record_before = recorded.record().record().previous_record_hash?;
        // A record that was entered twice has two entries, of which either can be the one that was followed; the same entry may
        // even lie in the log twice, and then the first is followed.
        let before = of_record.get(&(recorded.entry().asset_key(), record_before))?;
        let named = recorded.event().event().content().previous;
        let places = before.iter().filter(|(leaf, _)| *leaf.as_bytes() == named).map(|(_, place)| place);
        let Some(place) = places.min() else {
            let expected = before.first().map(|(leaf, _)| encode_hex(leaf.as_bytes())).unwrap_or_default();
            let finding = Finding::failed("event-other-previous", format!("{at}event.prev"));
            return Some(finding.comparing(expected, encode_hex(&named)));
        };
        (place >= index).then(|| {
            let finding = Finding::failed("event-before-previous", format!("{at}logProof"));
            finding.comparing(format!("an index above {place}"), index)
        })
    })
}

fn leaf_hash(event: &Event) -> LeafHash {
    LeafHash::of_entry(&event.leaf_bytes()).expect("an EVENT is 216 bytes long, and only 64 are refused")
}
