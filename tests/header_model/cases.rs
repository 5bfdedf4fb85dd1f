//! The kinds of headers that are offered: right ones, and each way of being wrong, close to the border wherever a rule has
//! one.

use crate::chain::{Did, Model};
use crate::grow::{FAR, Grower, draft_on};
use crate::networks::{Draft, fail_to_mine};
use crate::rules;

/// A header and the clock it is offered at; `None` where the chains so far do not lend themselves to it.
pub type Make = fn(&mut Grower) -> Option<([u8; 80], i64)>;

/// What is made, how often of a hundred or so, and by what.
pub const KINDS: [(&str, usize, Make); 24] = [
    ("right", 52, right),
    ("known already", 2, known_already),
    ("child of one not seen", 2, child_of_one_not_seen),
    ("offered again", 4, offered_again),
    ("without the work", 2, without_the_work),
    ("bits a little harder", 2, |grower| bits_moved(grower, |bits| bits.wrapping_sub(1))),
    ("bits a little easier", 2, |grower| bits_moved(grower, |bits| bits.wrapping_add(1))),
    ("bits of its parent", 3, bits_of_its_parent),
    ("bits of the best chain", 4, bits_of_the_best_chain),
    ("bits of the limit", 2, bits_of_the_limit),
    ("negative target", 1, |grower| bits_moved(grower, |bits| bits | 0x0080_0000)),
    ("zero target", 1, |grower| bits_moved(grower, |bits| bits & 0xff80_0000)),
    ("target over 256 bits", 1, |grower| bits_moved(grower, |bits| (bits % (1 << 23)) | 0x2300_0000)),
    ("target over the limit", 2, over_the_limit),
    ("time at the median", 2, |grower| timed(grower, |_, median| median)),
    ("time below the median", 2, |grower| timed(grower, |grower, median| median - grower.random.u32(1..5000))),
    ("time just above the median", 2, |grower| timed(grower, |_, median| median + 1)),
    ("two hours ahead", 2, |grower| ahead(grower, 7200)),
    ("two hours and a second ahead", 2, |grower| ahead(grower, 7201)),
    ("far ahead", 1, far_ahead),
    ("timewarp's border", 4, timewarp),
    ("twenty minutes' border", 4, twenty_minutes),
    ("version's border", 2, version),
    ("noise", 1, noise),
];

fn right(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let draft = grower.draft(parent);
    Some((grower.finish(draft), FAR))
}

fn known_already(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let place = grower.random.usize(..grower.pair.model.entries.len());
    Some((grower.pair.model.entries[place].bytes, FAR))
}

fn child_of_one_not_seen(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let unseen = grower.draft(parent);
    let unseen = grower.finish(unseen);
    let mut imagined = grower.pair.model.clone();
    let (did, place) = imagined.accept(&unseen, FAR).ok()?;
    if did == Did::Duplicate {
        return None;
    }
    let draft = draft_on(grower.random, &imagined, place, 2);
    let child = grower.finish(draft);
    grower.waiting.extend([unseen, child]);
    Some((child, FAR))
}

fn offered_again(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    (!grower.waiting.is_empty()).then(|| (grower.waiting.remove(0), FAR))
}

fn without_the_work(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let draft = grower.draft(parent);
    Some((fail_to_mine(draft)?, FAR))
}

fn bits_moved(grower: &mut Grower, moved: fn(u32) -> u32) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let draft = grower.draft(parent);
    let draft = Draft { bits: moved(draft.bits), ..draft };
    Some((grower.finish(draft), FAR))
}

fn bits_of_its_parent(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent =
        grower.parent_where(|model, place| (model.entries[place].height + 1).is_multiple_of(model.rules.interval))?;
    let bits = grower.pair.model.entries[parent].fields.bits;
    let draft = Draft { bits, ..grower.draft(parent) };
    Some((grower.finish(draft), FAR))
}

/// A fork that takes the best chain's bits for its own.
fn bits_of_the_best_chain(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let model = &grower.pair.model;
    let best = model.chain(model.best());
    let best: Vec<(usize, u64, u32)> =
        best.into_iter().map(|place| (place, model.entries[place].height, model.entries[place].fields.bits)).collect();
    let bits_at = |height: u64| best.iter().find(|(_, at, _)| *at == height).map(|(.., bits)| *bits);
    let parent = grower.parent_where(|model, place| {
        let height = model.entries[place].height + 1;
        height.is_multiple_of(model.rules.interval)
            && bits_at(height).is_some()
            && best.iter().all(|(on, ..)| *on != place)
    })?;
    let bits = bits_at(grower.pair.model.entries[parent].height + 1)?;
    let draft = Draft { bits, ..grower.draft(parent) };
    Some((grower.finish(draft), FAR))
}

fn bits_of_the_limit(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let bits = rules::compact(&grower.pair.model.rules.limit);
    let draft = Draft { bits, ..grower.draft(parent) };
    Some((grower.finish(draft), FAR))
}

fn over_the_limit(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let least = rules::compact(&grower.pair.model.rules.limit) + 1;
    let easier = [least, least + 0x0000_1000, 0x2100_7fff, 0x2200_00ff];
    let draft = Draft { bits: *grower.random.choice(&easier)?, ..grower.draft(parent) };
    Some((grower.finish(draft), FAR))
}

fn timed(grower: &mut Grower, time: fn(&mut Grower, u32) -> u32) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let median = median(&grower.pair.model, parent);
    let time = time(grower, median);
    let draft = grower.draft_at(parent, time);
    Some((grower.finish(draft), FAR))
}

fn median(model: &Model, parent: usize) -> u32 {
    rules::median_time(&model.ancestors(parent).iter().map(|ancestor| ancestor.time).collect::<Vec<_>>())
}

/// The clock so many seconds before the header's time.
fn ahead(grower: &mut Grower, seconds: i64) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let draft = grower.draft(parent);
    let header = grower.finish(draft);
    grower.waiting.push(header);
    Some((header, i64::from(draft.time) - seconds))
}

fn far_ahead(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let time = *grower.random.choice(&[i32::MAX as u32, i32::MAX as u32 + 1, u32::MAX]).unwrap();
    let draft = grower.draft_at(parent, time);
    let now = *grower.random.choice(&[i64::MIN, -1, 0, 1_400_000_000]).unwrap();
    Some((grower.finish(draft), now))
}

/// Around ten minutes before the last header of the period before (BIP94).
fn timewarp(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent_where(|model, place| {
        let entry = &model.entries[place];
        let opens = (entry.height + 1).is_multiple_of(model.rules.interval);
        opens && median(model, place) + 601 < entry.fields.time
    })?;
    let time = grower.pair.model.entries[parent].fields.time - grower.random.u32(599..=601);
    let draft = grower.draft_at(parent, time);
    Some((grower.finish(draft), FAR))
}

/// Around two spacings after its parent, with the bits that go with it or those of a second later.
fn twenty_minutes(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    if !grower.pair.model.rules.min_difficulty {
        return None;
    }
    let parent =
        grower.parent_where(|model, place| !(model.entries[place].height + 1).is_multiple_of(model.rules.interval))?;
    let border = grower.pair.model.entries[parent].fields.time + 2 * grower.pair.model.rules.spacing as u32;
    let time = border + grower.random.u32(0..2);
    let bits_time = time + grower.random.u32(0..2);
    let bits = grower.draft_at(parent, bits_time).bits;
    let draft = Draft { bits, ..grower.draft_at(parent, time) };
    Some((grower.finish(draft), FAR))
}

fn version(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    let parent = grower.parent();
    let version = *grower.random.choice(&[i32::MIN, -1, 0, 1, 2, 3, 4, i32::MAX]).unwrap();
    let draft = Draft { version, ..grower.draft(parent) };
    Some((grower.finish(draft), FAR))
}

fn noise(grower: &mut Grower) -> Option<([u8; 80], i64)> {
    Some((std::array::from_fn(|_| grower.random.u8(..)), FAR))
}
