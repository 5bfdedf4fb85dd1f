//! Taking in many headers at once: the way by which a chain is downloaded.
//!
//! Headers are hashed in lanes. Where their place asks nothing special of them (inside a period, on the tip, no pin, the
//! same least version throughout) they are judged together, in a loop that notes that something is wrong and not what.
//! Whatever is wrong or special is judged header by header ([`HeaderTree::accept`]), which then names the rule. Both ways
//! give one answer.

use crate::chain::header::{BlockHash, HEADER_BYTES, Header};
use crate::chain::header_chain::{RawHeader, bits_of, time_of, version_of};
use crate::chain::header_rules::MAX_FUTURE_SECONDS;
use crate::chain::header_run::RunError;
use crate::chain::header_tree::{Accepted, BlockRef, HeaderTree, MAX_HEADERS, Reorganization};
use crate::chain::median_time::MEDIAN_SPAN;
use crate::chain::pow::Work;
use crate::crypto::hash::Hash;
use crate::crypto::hash_lanes::header_hashes;
use crate::time::UnixTime;

/// Headers hashed at a time: a quarter of Bitcoin's period, whose hashes and bytes stay in the nearest memory.
const BATCH: usize = 504;

/// More than half of the headers whose median is taken.
const MAJORITY: u32 = MEDIAN_SPAN as u32 / 2 + 1;

/// What became of a run of headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use]
pub struct RunAccepted {
    /// So many of the run's headers were accepted: its first ones. They stay, whatever became of the next.
    pub accepted: usize,
    /// Of these, so many were known.
    pub known: usize,
    /// The last of them.
    pub last: Option<BlockRef>,
    /// The best chain gave way, once, to the chain they are on.
    pub reorganization: Option<Reorganization>,
    /// Why the next was not accepted; `None` at the end of the run.
    pub stopped: Option<RunError>,
}

impl HeaderTree {
    /// Judges a run of headers and takes them in, up to the first that is not acceptable: each must name the one before
    /// it in the run, and the first a header of the tree. It answers as [`HeaderTree::accept`] would, header by header,
    /// and is meant for long runs on the tip, which it takes at little more than the price of hashing. `now` is the
    /// clock. Where the first header's parent is not known, its height is counted from the tip.
    pub fn accept_run(&mut self, bytes: &[u8], now: UnixTime) -> RunAccepted {
        let mut done = RunAccepted { accepted: 0, known: 0, last: None, reorganization: None, stopped: None };
        let (headers, rest) = bytes.as_chunks::<HEADER_BYTES>();
        if headers.is_empty() || !rest.is_empty() {
            return RunAccepted { stopped: Some(RunError::Length { found: bytes.len() }), ..done };
        }
        let mut hashes = vec![[0; 32]; BATCH.min(headers.len())];
        while done.accepted < headers.len() {
            let left = &headers[done.accepted..];
            // No batch reaches over the end of a period, so that the lanes stay full from one to the next.
            let batch = &left[..left.len().min(BATCH).min(self.left_in_period())];
            let hashes = &mut hashes[..batch.len()];
            header_hashes(batch, hashes);
            if let Err(error) = self.accept_batch(batch, hashes, now, &mut done) {
                done.stopped = Some(error);
                break;
            }
        }
        done
    }

    fn accept_batch(
        &mut self,
        headers: &[RawHeader],
        hashes: &[Hash],
        now: UnixTime,
        done: &mut RunAccepted,
    ) -> Result<(), RunError> {
        let mut at = 0;
        while at < headers.len() {
            let alike = self.headers_alike().min(headers.len() - at);
            let (these, their_hashes) = (&headers[at..at + alike], &hashes[at..at + alike]);
            // What was not on the tip or not good is judged again one by one.
            let extended = if alike > 0 { self.extend_alike(these, their_hashes, now) } else { None };
            if extended.is_some() {
                (done.accepted, done.last) = (done.accepted + alike, extended);
                at += alike;
                continue;
            }
            let one_by_one = alike.max(1);
            for (raw, hash) in headers[at..].iter().zip(&hashes[at..]).take(one_by_one) {
                self.accept_next(&Header::from_bytes(raw), BlockHash(*hash), now, done)?;
            }
            at += one_by_one;
        }
        Ok(())
    }

    /// Judges the run's next header by itself.
    fn accept_next(
        &mut self,
        header: &Header,
        hash: BlockHash,
        now: UnixTime,
        done: &mut RunAccepted,
    ) -> Result<(), RunError> {
        let height = done.last.map_or_else(
            || self.find(&header.previous).map_or(self.tip().height, |parent| self.height_at(parent)),
            |last| last.height,
        ) + 1;
        if let Some(last) = done.last.filter(|last| last.hash != header.previous) {
            return Err(RunError::NotLinked { height, expected: last.hash, found: header.previous });
        }
        let accepted = self.accept_hashed(header, hash, now).map_err(|source| RunError::Header { height, source })?;
        let (block, known, change) = match accepted {
            Accepted::Duplicate(block) => (block, 1, None),
            Accepted::Extended(block) | Accepted::Fork(block) => (block, 0, None),
            Accepted::Reorganized(block, change) => (block, 0, Some(change)),
        };
        done.accepted += 1;
        done.known += known;
        done.last = Some(block);
        done.reorganization = change.or(done.reorganization);
        Ok(())
    }

    /// Headers from the one after the tip to the end of its period.
    fn left_in_period(&self) -> usize {
        let interval = self.params().retarget_interval();
        (interval - (self.tip().height + 1) % interval) as usize
    }

    /// How many headers after the tip are judged alike, each by its eleven ancestors, its parent's bits and the clock.
    fn headers_alike(&self) -> usize {
        let height = self.tip().height + 1;
        let interval = self.params().retarget_interval();
        let special = self.params().allows_min_difficulty()
            || height.is_multiple_of(interval)
            || self.best.len() < MEDIAN_SPAN
            || self.pins().at(height - 1).is_some();
        if special {
            return 0;
        }
        let to_pin = self.pins().lowest_from(height).map_or(u32::MAX, |pin| pin.height - height);
        let to_version = self.params().next_version_height(height).map_or(u32::MAX, |raised| raised - height);
        let room = MAX_HEADERS.saturating_sub(self.header_count());
        self.left_in_period().min(to_pin as usize).min(to_version as usize).min(room).min(BATCH)
    }

    /// Takes in headers that [`HeaderTree::headers_alike`] counts, when all of them are good and the first names the tip;
    /// tells the new tip. Otherwise the tree stays as it was.
    fn extend_alike(&mut self, headers: &[RawHeader], hashes: &[Hash], now: UnixTime) -> Option<BlockRef> {
        let (tip, place) = (self.tip(), self.best.len());
        let bits = bits_of(self.best.raw(place - 1)?);
        let target = bits.decode(self.params().limit()).ok()?;
        // Work that has reached the end of its numbers orders nothing.
        let each = Work::of(target);
        if self.best.work() + each <= self.best.work() {
            return None;
        }
        let latest = now.plus(MAX_FUTURE_SECONDS).0.min(i64::from(u32::MAX));
        let latest = u32::try_from(latest).ok()?;
        let least_version = self.params().least_version(tip.height + 1);
        let mut times = [0_u32; MEDIAN_SPAN + BATCH];
        for (time, before) in times.iter_mut().zip(place - MEDIAN_SPAN..place) {
            *time = time_of(self.best.raw(before)?);
        }
        for (time, raw) in times[MEDIAN_SPAN..].iter_mut().zip(headers) {
            *time = time_of(raw);
        }
        let times = times.get(..MEDIAN_SPAN + headers.len())?;
        let wrong = fields_wrong(headers, hashes, tip.hash, (bits.0, latest, least_version))
            | work_missing(hashes, target.words())
            | times_wrong(times);
        if wrong {
            return None;
        }
        let last = BlockHash(*hashes.last()?);
        self.best.append_alike(headers, last, each);
        Some(BlockRef { height: tip.height + headers.len() as u32, hash: last })
    }
}

/// Whether a header does not name the one before it, or has other bits, a later time or a lower version than these.
fn fields_wrong(
    headers: &[RawHeader],
    hashes: &[Hash],
    before: BlockHash,
    (bits, latest, least_version): (u32, u32, i32),
) -> bool {
    let mut wrong = 0;
    let mut previous = &before.0;
    for (raw, hash) in headers.iter().zip(hashes) {
        let (named, _) = raw[4..36].as_chunks::<8>();
        for (named, expected) in named.iter().zip(previous.as_chunks::<8>().0) {
            wrong |= u64::from_le_bytes(*named) ^ u64::from_le_bytes(*expected);
        }
        wrong |= u64::from(bits_of(raw).0 ^ bits);
        wrong |= u64::from(time_of(raw) > latest) | u64::from(version_of(raw) < least_version);
        previous = hash;
    }
    wrong != 0
}

/// Whether a hash is over the target.
fn work_missing(hashes: &[Hash], target: [u64; 4]) -> bool {
    let most = |hash: &Hash| u64::from_le_bytes(hash.as_chunks::<8>().0[3]);
    // Next to no hash comes near the target: its first eight bytes tell.
    hashes.iter().any(|hash| most(hash) >= target[3] && over(hash, target))
}

/// Whether one hash is over the target, to the last byte.
#[cold]
fn over(hash: &Hash, target: [u64; 4]) -> bool {
    let words = hash.as_chunks::<8>().0;
    words.iter().map(|word| u64::from_le_bytes(*word)).rev().gt(target.into_iter().rev())
}

/// Whether one of `times` from the twelfth on is not after the median of the eleven before it: fewer than six of them
/// are less.
fn times_wrong(times: &[u32]) -> bool {
    // Eight at a time, that lanes may count; the last few by themselves.
    const ABREAST: usize = 8;
    let mut wrong = false;
    let mut at = 0;
    while let Some(window) = times[at..].first_chunk::<{ MEDIAN_SPAN + ABREAST }>() {
        let judged: &[u32; ABREAST] = window.last_chunk().expect("the window holds as many");
        let mut less = [0_u32; ABREAST];
        for before in 0..MEDIAN_SPAN {
            for place in 0..ABREAST {
                less[place] += u32::from(window[before + place] < judged[place]);
            }
        }
        wrong |= less.iter().fold(false, |wrong, less| wrong | (*less < MAJORITY));
        at += ABREAST;
    }
    for window in times[at..].array_windows::<{ MEDIAN_SPAN + 1 }>() {
        let time = window[MEDIAN_SPAN];
        let less: u32 = window[..MEDIAN_SPAN].iter().map(|before| u32::from(*before < time)).sum();
        wrong |= less < MAJORITY;
    }
    wrong
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chain::median_time::{MedianRule, median_rule};
    use crate::chain::pow::{CompactTarget, Target};

    #[test]
    fn a_hash_is_over_a_target_in_every_word() {
        for bits in [0x1d00_ffff, 0x1b04_04cb, 0x1709_fd7e, 0x207f_ffff, 0x0312_3456, 0x1000_ffff] {
            let target = CompactTarget(bits).decode(Target::MAX).unwrap();
            let mut hash: Hash =
                target.to_string().as_bytes().chunks(2).rev().map(hex).collect::<Vec<_>>().try_into().unwrap();
            assert_eq!((work_missing(&[hash], target.words()), target.admits(&hash)), (false, true));
            for at in 0..32 {
                let whole = hash;
                for change in [1_u8, 0x80, 0xff] {
                    hash[at] = whole[at].wrapping_add(change);
                    assert_eq!(work_missing(&[[0; 32], hash], target.words()), !target.admits(&hash), "{bits:x} {at}");
                    hash[at] = whole[at].wrapping_sub(change);
                    assert_eq!(work_missing(&[hash, [0; 32]], target.words()), !target.admits(&hash), "{bits:x} {at}");
                }
                hash = whole;
            }
        }
    }

    fn hex(digits: &[u8]) -> u8 {
        u8::from_str_radix(std::str::from_utf8(digits).unwrap(), 16).unwrap()
    }

    #[test]
    fn the_median_is_judged_as_the_rule_says() {
        let mut random = fastrand::Rng::with_seed(11);
        for _ in 0..20_000 {
            let times: [u32; 12] = std::array::from_fn(|_| random.u32(..8));
            let expected = median_rule(times[11], times[..11].to_vec(), true) != MedianRule::Passed;
            assert_eq!(times_wrong(&times), expected, "{times:?}");
            // The one judged at every place among others that are good.
            let place = random.usize(..30);
            let mut many: Vec<u32> = (0..11).map(|time| time / 4).collect();
            many.extend((0..place as u32).map(|time| 10 + time));
            let from = many.len();
            many.extend(times.map(|time| 100 + time));
            // What comes before `times` is less than all of them, and so is no cause of a wrong one.
            let wrong = (from..many.len())
                .any(|at| median_rule(many[at], many[at - 11..at].to_vec(), true) != MedianRule::Passed);
            assert_eq!(times_wrong(&many), wrong, "{many:?}");
        }
        assert!(!times_wrong(&[5; 11]) && times_wrong(&[5; 12]));
    }
}
