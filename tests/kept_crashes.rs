//! Power cuts while headers are kept: what is found afterwards is the chain before, the chain after or, within a
//! reorganization, their common part.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/disk.rs"]
mod disk;

use disk::{Disk, GENESIS, append, disk_with, open, opened, records, weight, work};
use plimsoll::client::keep::{Access, Area, Finding, HeaderStore, PERIOD};

/// Does `operation` on a disk again and again, the power going at every request and every byte; what is found afterwards
/// must be one of `allowed`, and the store must go on from there.
fn tear_everywhere(
    start: &Disk,
    operation: impl Fn(&mut HeaderStore, &mut Disk) -> bool,
    allowed: &[Vec<u8>],
) -> usize {
    let (mut cuts, mut seen) = (0, vec![0; allowed.len()]);
    for request in 1.. {
        let mut at_hand = start.clone();
        let mut store = opened(&mut at_hand);
        at_hand.power_cut_at = Some(at_hand.requests + request);
        if !operation(&mut store, &mut at_hand) {
            break;
        }
        let mut most = 0;
        at_hand.clone().lose_power(|request| {
            most = most.max(weight(request));
            0
        });
        for bytes in 0..=most {
            let mut disk = at_hand.clone();
            disk.lose_power(|_| bytes);
            let (mut store, heard) = open(&mut disk, Access::Write);
            let Some(which) = allowed.iter().position(|state| *state == heard.bytes) else {
                panic!("request {request}, byte {bytes}: {} headers, {:?}", heard.bytes.len() / 80, heard.findings())
            };
            seen[which] += 1;
            cuts += 1;
            let end = store.kept().end_height();
            append(&mut store, &mut disk, end, records(9, end, 2));
            let (_, again) = open(&mut disk, Access::Write);
            assert!(again.bytes == [heard.bytes, records(9, end, 2)].concat());
            assert!(again.findings().iter().all(|finding| matches!(finding, Finding::DamagedHead { .. })));
        }
    }
    assert!(seen.iter().all(|times| *times > 0), "not every state was reached: {seen:?}");
    cuts
}

#[test]
fn an_append_cut_short_at_any_byte_leaves_the_old_chain_or_the_new() {
    for count in [0, 2, 7] {
        let start = if count == 0 { Disk::default() } else { disk_with(count) };
        let add = |store: &mut HeaderStore, disk: &mut Disk| {
            store.append(count, records(0, count, 3), None).unwrap();
            work(store, disk).power_lost
        };
        let cuts = tear_everywhere(&start, add, &[records(0, 0, count), records(0, 0, count + 3)]);
        println!("{cuts} power cuts");
        assert!(cuts > 400);
    }
}

#[test]
fn a_reorganization_cut_short_at_any_byte_leaves_the_old_chain_the_common_part_or_the_new() {
    for (count, ancestor) in [(7, 5), (7, 0), (PERIOD + 1, PERIOD - 1)] {
        let reorganize = |store: &mut HeaderStore, disk: &mut Disk| {
            store.cut(ancestor, None).unwrap();
            if work(store, disk).power_lost {
                return true;
            }
            store.append(ancestor, records(1, ancestor, 4), None).unwrap();
            work(store, disk).power_lost
        };
        let new = [records(0, 0, ancestor), records(1, ancestor, 4)].concat();
        tear_everywhere(&disk_with(count), reorganize, &[records(0, 0, count), records(0, 0, ancestor), new]);
    }
}

#[test]
fn forgetting_cut_short_leaves_everything_or_nothing() {
    let forget = |store: &mut HeaderStore, disk: &mut Disk| {
        store.forget().unwrap();
        work(store, disk).power_lost
    };
    tear_everywhere(&disk_with(4), forget, &[records(0, 0, 4), vec![]]);
    let mut disk = disk_with(4);
    let mut store = opened(&mut disk);
    assert!(!forget(&mut store, &mut disk));
    assert!(disk.file(Area::Headers).is_empty() && disk.file(Area::Heads).is_empty());
    append(&mut store, &mut disk, 500, records(0, 500, 2));
    assert_eq!(open(&mut disk, Access::Read).1.first_height, Some(500));
}

/// Whatever a crash leaves of what was not flushed: all of a write, none, or a part of it, each for itself.
fn crash(disk: &mut Disk, random: &mut fastrand::Rng) {
    disk.lose_power(|request| match random.u8(..3) {
        0 => 0,
        1 => usize::MAX,
        _ => random.usize(..=weight(request)),
    });
}

#[test]
fn a_hundred_thousand_crashes() {
    let mut random = fastrand::Rng::with_seed(20_260_101);
    let (mut crashes, mut in_repair, mut fell_back) = (0, 0, 0);
    let mut run = 0;
    while crashes < 100_000 {
        // A life of one disk. Every tenth one begins just before the end of a period.
        run += 1;
        let first = random.u32(..3) * 1000;
        let begin = if run % 10 == 0 { PERIOD - random.u32(..6) } else { random.u32(1..9) };
        let mut disk = Disk { piece: random.bool().then(|| random.usize(1..200_000)), ..Disk::default() };
        append(&mut opened(&mut disk), &mut disk, first, records(run, first, begin));
        let mut sure = records(run, first, begin);
        for operation in 0..40 {
            let mut store = HeaderStore::open(GENESIS, Access::Write);
            // The power may go while the last crash is being repaired, and then again.
            let soon = disk.requests + random.usize(1..12);
            disk.power_cut_at = random.bool().then_some(soon);
            let heard = work(&mut store, &mut disk);
            if heard.power_lost {
                crash(&mut disk, &mut random);
                (crashes, in_repair) = (crashes + 1, in_repair + 1);
                continue;
            }
            assert!(heard.bytes == sure, "run {run}: a store opened twice differs");
            let (count, branch) = (sure.len() as u32 / 80, run * 100 + operation);
            let keep = count.saturating_sub(random.u32(..5).saturating_sub(1));
            let added = records(branch, first + keep, random.u32(1..7));
            let common = sure[..keep as usize * 80].to_vec();
            let new = [&common[..], &added].concat();
            disk.power_cut_at = Some(disk.requests + random.usize(1..14));
            let mut power_lost = false;
            if keep < count {
                store.cut(first + keep, None).unwrap();
                power_lost = work(&mut store, &mut disk).power_lost;
            }
            if !power_lost {
                store.append(first + keep, added, None).unwrap();
                power_lost = work(&mut store, &mut disk).power_lost;
            }
            if !power_lost {
                disk.power_cut_at = None;
                sure = new;
                continue;
            }
            crash(&mut disk, &mut random);
            crashes += 1;
            let (_, heard) = open(&mut disk.clone(), Access::Read);
            fell_back += usize::from(heard.bytes != new);
            let states = [&sure, &common, &new];
            assert!(states.contains(&&heard.bytes), "run {run}.{operation}: {:?}", heard.findings());
            if !heard.bytes.is_empty() {
                assert_eq!(heard.first_height, Some(first));
            }
            sure = heard.bytes;
            if sure.is_empty() {
                break;
            }
        }
    }
    println!(
        "{crashes} crashes on {run} disks, {in_repair} of them while opening; {fell_back} left less than the new chain"
    );
    assert!(in_repair > 5_000 && fell_back > 5_000);
}
