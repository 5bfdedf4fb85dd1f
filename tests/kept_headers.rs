//! Headers kept on a disk that tears, rots, fills up and answers in pieces: what comes back is what was written, up to a
//! point that is said.
#![cfg(not(target_arch = "wasm32"))]

#[path = "common/disk.rs"]
mod disk;

use disk::{Disk, GENESIS, append, disk_with, open, opened, records, work};
use plimsoll::chain::{BlockHash, Work};
use plimsoll::client::keep::{
    Access, Answer, Area, FailureKind, Finding, HeaderStore, MAX_APPEND, News, Operation, PERIOD, RefusedOperation,
    Request, SLOT_BYTES, Slot,
};
use plimsoll::crypto::hash::{sha256, sha256d};

const PERIOD_BYTES: usize = PERIOD as usize * 80;

#[test]
fn what_is_written_comes_back() {
    for step in [1, 700, PERIOD, 9000] {
        let (total, first) = (if step == 1 { 50 } else { 30_000 }, 840_000);
        let mut disk = Disk { piece: (step == 700).then_some(33_333), ..Disk::default() };
        let mut store = opened(&mut disk);
        let mut height = first;
        while height < first + total {
            let count = step.min(first + total - height);
            append(&mut store, &mut disk, height, records(0, height, count));
            height += count;
        }
        let (store, heard) = open(&mut disk, Access::Write);
        assert_eq!((heard.first_height, heard.findings()), (Some(first), &[][..]));
        assert!(heard.bytes == records(0, first, total), "{step} at a time");
        let last = heard.bytes.last_chunk::<80>().unwrap();
        assert_eq!(store.kept(), heard.opened());
        assert_eq!((store.kept().count, store.kept().tip), (total, BlockHash(sha256d(last))));
        assert_eq!(disk.file(Area::Headers), heard.bytes, "record n lies at byte 80·n");
        assert!(disk.largest <= 2 << 20, "{} bytes at once", disk.largest);
    }
}

#[test]
fn the_chain_s_work_is_kept_beside_it() {
    let mut disk = Disk::default();
    let mut store = opened(&mut disk);
    let some = Work::from_be_bytes([3; 32]);
    store.append(0, records(0, 0, 3), Some(some)).unwrap();
    work(&mut store, &mut disk);
    assert_eq!(open(&mut disk, Access::Read).0.kept().work, Some(some));
}

#[test]
fn a_changed_bit_is_found_and_the_last_good_period_kept() {
    let count = 3 * PERIOD + 100;
    let whole = records(0, 0, count);
    let good = disk_with(count);
    let mut random = fastrand::Rng::with_seed(1);
    for _ in 0..300 {
        let at = random.usize(..whole.len());
        let mut disk = good.clone();
        let mut file = disk.file(Area::Headers);
        file[at] ^= 1 << random.u8(..8);
        disk.set(Area::Headers, file);
        let period = at / PERIOD_BYTES;
        let kept = period as u32 * PERIOD;
        let damaged = [Finding::DamagedPeriod { height: kept, dropped: count - kept }];
        for access in [Access::Read, Access::Write] {
            let (store, heard) = open(&mut disk, access);
            assert!(heard.bytes == whole[..period * PERIOD_BYTES]);
            assert_eq!(heard.findings(), damaged);
            let tip = heard.bytes.last_chunk::<80>().map_or(BlockHash::ZERO, |last| BlockHash(sha256d(last)));
            assert_eq!((store.kept().count, store.kept().tip), (kept, tip));
        }
        let (mut store, heard) = open(&mut disk, Access::Write);
        assert!(heard.findings().is_empty() && heard.bytes.len() == period * PERIOD_BYTES, "it was repaired");
        append(&mut store, &mut disk, kept, records(0, kept, 50));
        assert!(open(&mut disk, Access::Read).1.bytes == whole[..(kept as usize + 50) * 80]);
    }
}

/// An Adler-32 is no hash: bytes changed by +1, −2 and +1 at even distances keep it. The tip's hash still tells, for the
/// last header; any other one is told by the next one's link, when the headers are verified.
#[test]
fn another_tip_with_the_same_checksum_is_found() {
    let mut disk = disk_with(PERIOD + 9);
    let mut file = disk.file(Area::Headers);
    let last = file.len() - 80;
    let at = (0..60).map(|at| last + at).find(|at| file[*at] < 255 && file[at + 4] > 1 && file[at + 8] < 255).unwrap();
    let sum = adler2::adler32_slice(&file[PERIOD_BYTES..]);
    (file[at], file[at + 4], file[at + 8]) = (file[at] + 1, file[at + 4] - 2, file[at + 8] + 1);
    assert_eq!(adler2::adler32_slice(&file[PERIOD_BYTES..]), sum);
    disk.set(Area::Headers, file);
    assert_eq!(open(&mut disk, Access::Write).1.findings(), [Finding::DamagedPeriod { height: PERIOD, dropped: 9 }]);
}

#[test]
fn a_changed_bit_in_a_head_brings_the_other_one_back() {
    let good = disk_with(8);
    let heads = good.file(Area::Heads);
    for at in (0..heads.len()).filter(|at| heads[*at] != 0 || at % 97 == 0) {
        let mut disk = good.clone();
        let mut wrong = heads.clone();
        wrong[at] ^= 0x10;
        disk.set(Area::Heads, wrong);
        let (_, heard) = open(&mut disk, Access::Write);
        let (slot, inside) = if at < SLOT_BYTES { (Slot::First, at) } else { (Slot::Second, at - SLOT_BYTES) };
        let in_record = inside < 160;
        let kept = if slot == Slot::Second && in_record { 4 } else { 8 };
        assert_eq!(heard.bytes, records(0, 0, kept), "byte {at}");
        let damaged = heard
            .findings()
            .iter()
            .any(|finding| matches!(finding, Finding::DamagedHead { slot: s, .. } if *s == slot));
        assert_eq!(damaged, in_record, "byte {at}");
        assert_eq!(heard.findings().contains(&Finding::Tail { bytes: 320 }), kept == 4);
    }
}

#[test]
fn a_file_cut_off_or_grown_is_found() {
    let count = PERIOD + 5;
    let whole = records(0, 0, count);
    for length in [0, 1, 80, PERIOD_BYTES - 1, PERIOD_BYTES, PERIOD_BYTES + 399, PERIOD_BYTES + 400, PERIOD_BYTES + 401]
    {
        let mut disk = disk_with(count);
        let mut file = disk.file(Area::Headers);
        file.resize(length, 0);
        disk.set(Area::Headers, file);
        let (_, heard) = open(&mut disk, Access::Write);
        let kept = match length {
            0..PERIOD_BYTES => 0,
            _ if length < whole.len() => PERIOD_BYTES,
            _ => whole.len(),
        };
        assert!(heard.bytes == whole[..kept], "{length}");
        let expected = whole.len() as u64;
        let said = match length {
            _ if length < whole.len() => vec![
                Finding::Truncated { expected, found: length as u64 },
                Finding::DamagedPeriod { height: kept as u32 / 80, dropped: count - kept as u32 / 80 },
            ],
            _ if length > whole.len() => vec![Finding::Tail { bytes: 1 }],
            _ => vec![],
        };
        assert_eq!(heard.findings(), said, "{length}");
        assert_eq!(disk.file(Area::Headers), whole[..kept], "{length}");
    }
}

#[test]
fn headers_without_a_head_are_dropped_and_said() {
    let mut disk = disk_with(9);
    disk.set(Area::Heads, vec![0xee; 3]);
    let (mut store, heard) = open(&mut disk, Access::Write);
    assert!(heard.bytes.is_empty());
    assert!(matches!(
        heard.findings(),
        [Finding::DamagedHead { slot: Slot::First, .. }, Finding::NoHead { bytes: 720 }]
    ));
    append(&mut store, &mut disk, 0, records(0, 0, 9));
    assert_eq!(open(&mut disk, Access::Write).1.bytes, records(0, 0, 9));
}

#[test]
fn files_of_another_chain_are_not_taken_for_this_one_s() {
    let mut disk = disk_with(9);
    let mut store = HeaderStore::open(BlockHash([1; 32]), Access::Read);
    let heard = work(&mut store, &mut disk);
    assert!(heard.bytes.is_empty() && store.kept().count == 0);
    assert!(heard.findings().iter().filter(|finding| matches!(finding, Finding::DamagedHead { .. })).count() == 2);
}

#[test]
fn what_a_later_version_wrote_is_left_alone() {
    for slot in [0, SLOT_BYTES] {
        let mut disk = disk_with(9);
        let mut heads = disk.file(Area::Heads);
        let mut newer = b"PLMK\x00\x07\x00\x00\x00\x20whatever comes".to_vec();
        newer.resize(16, b' ');
        newer.extend(&sha256(&newer)[..16]);
        heads[slot..slot + 32].copy_from_slice(&newer);
        disk.set(Area::Heads, heads.clone());
        let changes = disk.changes;
        let (mut store, heard) = open(&mut disk, Access::Write);
        assert_eq!(heard.news, [News::Newer { version: 7 }]);
        assert_eq!(store.append(9, records(0, 9, 1), None), Err(RefusedOperation::Closed));
        assert_eq!(
            (store.cut(3, None), store.forget()),
            (Err(RefusedOperation::Closed), Err(RefusedOperation::Closed))
        );
        assert_eq!((store.poll_request(), disk.changes, disk.file(Area::Heads)), (None, changes, heads));
    }
}

#[test]
fn a_full_disk_keeps_what_it_has() {
    let mut disk = disk_with(20);
    let mut store = opened(&mut disk);
    disk.room = Some(22 * 80 + 3);
    store.append(20, records(0, 20, 5), None).unwrap();
    let heard = work(&mut store, &mut disk);
    let [News::Failed { operation: Operation::Append, failure, kept }] = &heard.news[..] else {
        panic!("{:?}", heard.news)
    };
    assert_eq!((failure.kind, kept.count), (FailureKind::Full, 20));
    append(&mut store, &mut disk, 20, records(2, 20, 2));
    disk.room = None;
    append(&mut store, &mut disk, 22, records(2, 22, 3));
    let heard = open(&mut disk, Access::Write).1;
    assert_eq!(heard.bytes, [records(0, 0, 20), records(2, 20, 5)].concat());
    assert!(heard.findings().is_empty());

    // No room for the head either: the one before stays current, and is not written over.
    let mut disk = disk_with(20);
    let mut store = opened(&mut disk);
    disk.room = Some(100);
    for _ in 0..3 {
        store.append(20, records(0, 20, 0x10), None).unwrap();
        assert!(matches!(work(&mut store, &mut disk).news[..], [News::Failed { .. }]));
    }
    assert_eq!(open(&mut disk, Access::Read).1.bytes, records(0, 0, 20));
}

#[test]
fn a_failure_of_any_request_leaves_a_whole_chain_and_a_store_that_goes_on() {
    let start = disk_with(30);
    for failing in 0.. {
        let mut disk = start.clone();
        let mut store = opened(&mut disk);
        store.cut(25, None).unwrap();
        let (mut nth, mut failed) = (0, false);
        while let Some(request) = store.poll_request() {
            let answer = if nth == failing { Answer::Size(1) } else { disk.carry_out(request).unwrap() };
            failed |= nth == failing;
            nth += 1;
            store.handle_answer(answer);
        }
        if !failed {
            assert!(failing > 4);
            break;
        }
        assert!(matches!(store.poll_news(), Some(News::Failed { operation: Operation::Cut, .. })));
        let end = store.kept().end_height();
        assert!(end == 25 || end == 30);
        append(&mut store, &mut disk, end, records(3, end, 2));
        assert_eq!(open(&mut disk, Access::Read).1.bytes, [records(0, 0, end), records(3, end, 2)].concat());
    }
}

#[test]
fn a_reader_changes_nothing() {
    for (area, length) in [(Area::Headers, 700), (Area::Headers, 5000), (Area::Heads, 100), (Area::Heads, 0)] {
        let mut disk = disk_with(20);
        let mut file = disk.file(area);
        file.resize(length, 1);
        disk.set(area, file);
        let changes = disk.changes;
        let (mut store, _) = open(&mut disk, Access::Read);
        assert_eq!((disk.changes, store.is_idle()), (changes, true));
        let refused = Err(RefusedOperation::ReadOnly);
        assert_eq!(
            (store.append(20, records(0, 20, 1), None), store.cut(0, None), store.forget()),
            (refused, refused, refused)
        );
    }
}

#[test]
fn operations_that_do_not_fit_are_refused() {
    let mut disk = disk_with(20);
    let mut store = HeaderStore::open(GENESIS, Access::Write);
    assert_eq!(store.append(20, records(0, 20, 1), None), Err(RefusedOperation::Busy));
    work(&mut store, &mut disk);
    for height in [0, 19, 21, u32::MAX] {
        let gap = RefusedOperation::Gap { expected: 20, found: height };
        assert_eq!(store.append(height, records(0, 20, 1), None), Err(gap));
    }
    for found in [0, 79, 81, MAX_APPEND + 80 - MAX_APPEND % 80] {
        assert_eq!(store.append(20, vec![1; found], None), Err(RefusedOperation::Length { found }));
    }
    let mut empty = opened(&mut Disk::default());
    assert!(matches!(empty.append(u32::MAX, vec![1; 160], None), Err(RefusedOperation::TooMany { .. })));
    store.cut(20, None).unwrap();
    assert!(matches!(work(&mut store, &mut disk).news[..], [News::Done { operation: Operation::Cut, .. }]));
    assert!(store.is_idle() && store.kept().count == 20);
}

#[test]
fn bytes_that_rot_between_opening_and_a_cut_are_not_given_a_checksum() {
    let mut disk = disk_with(20);
    let mut store = opened(&mut disk);
    let mut file = disk.file(Area::Headers);
    file[5] ^= 1;
    disk.set(Area::Headers, file);
    store.cut(10, None).unwrap();
    assert!(matches!(work(&mut store, &mut disk).news[..], [News::Failed { operation: Operation::Cut, .. }]));
    assert_eq!(store.append(20, records(0, 20, 1), None), Err(RefusedOperation::Closed));
    assert!(matches!(open(&mut disk, Access::Write).1.findings(), [Finding::DamagedPeriod { height: 0, dropped: 20 }]));
}

#[test]
fn requests_are_shown_without_their_bytes() {
    let write = Request::Write { area: Area::Headers, offset: 80, bytes: vec![1; 160] };
    assert_eq!(format!("{write:?}"), "Write(Headers, 80, 160 bytes)");
}
